#!/usr/bin/env bash
# Runs every fuzz target of build/fuzz for a number of seconds each, from its corpus onwards.
# usage: fuzz/run.sh SECONDS [TARGET ...]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:?usage: fuzz/run.sh SECONDS [TARGET ...]}
shift
export ASAN_OPTIONS="abort_on_error=1:detect_leaks=1"
work=build/fuzz
mkdir -p "$work/crashes" "$work/found"

echo "== canary: must crash"
fuzz/expect_crash.sh "$work/bin/fuzz_canary" -max_total_time=120 -seed=1 \
    -artifact_prefix="$work/found/" >"$work/canary.log" 2>&1 \
    || { tail -n 20 "$work/canary.log"; exit 1; }

if [ "$#" -gt 0 ]; then targets=("$@"); else mapfile -t targets <"$work/fuzz_targets.txt"; fi
[ "${#targets[@]}" -gt 0 ] || { echo "no fuzz targets in $work" >&2; exit 1; }
failed=0
for target in "${targets[@]}"; do
    echo "== $target: $seconds s"
    mkdir -p "$work/found/$target"
    if ! "$work/bin/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -artifact_prefix="$work/crashes/$target-" -print_final_stats=1 \
        "$work/found/$target" "fuzz/corpus/$target" >"$work/$target.log" 2>&1; then
        failed=$((failed + 1))
        tail -n 40 "$work/$target.log"
        echo "== $target: FAILED, the input is in $work/crashes"
    else
        grep -E 'number_of_executed_units|average_exec_per_sec' "$work/$target.log" || true
    fi
done
echo "$((${#targets[@]} - failed)) passed, $failed failed"
[ "$failed" -eq 0 ]
