#!/usr/bin/env bash
# Builds and runs every test; installs nothing. The last line is "N passed, N failed" over all tests
# of all builds; a failing build or a crashed executable counts as failed.
# usage: tools/test.sh [dev] [dev-clang] [release] [tsan]      (all of them when none is named)
set -uo pipefail
cd "$(dirname "$0")/.."
results=$PWD/build/test-results
jobs=${JOBS:-$(nproc)}
rm -rf "$results"
mkdir -p "$results"

# Compiled objects are remembered between runs when ccache is there and not in the PATH already.
if command -v ccache >/dev/null 2>&1 && ! readlink -f "$(command -v gcc)" | grep -q ccache; then
    export CMAKE_C_COMPILER_LAUNCHER=ccache
fi
export UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS:-}"

# step NAME COMMAND...: run quietly, say how long it took; show the end of the output on failure.
step() {
    local name=$1 log="$results/${1// /-}.log" begin=$SECONDS
    shift
    if "$@" >"$log" 2>&1; then
        printf '== %s: %d s\n' "$name" $((SECONDS - begin))
        return 0
    fi
    printf '== %s: FAILED after %d s\n' "$name" $((SECONDS - begin))
    grep -E -A 4 'FAILED|error:|Error' "$log" | head -n 80
    tail -n 20 "$log"
    echo "$name" >>"$results/failed-steps"
    return 1
}

# Keeps going after an error (-k 0): what can be built still gets its tests run.
build() { # PRESET [TARGET ...]
    local preset=$1
    shift
    step "configure $preset" cmake --preset "$preset" || return
    step "build $preset" cmake --build --preset "$preset" -j "$jobs" ${1:+--target "$@"} -- -k 0
}

run_tests() { # PRESET CTEST-ARGUMENTS...
    local preset=$1 begin=$SECONDS
    shift
    [ -f "build/$preset/CTestTestfile.cmake" ] || return
    printf '== tests of %s\n' "$preset"
    "${without_aslr[@]}" ctest --test-dir "build/$preset" -j "$jobs" --output-on-failure \
        --test-output-size-passed 1048576 --test-output-size-failed 1048576 \
        --test-output-truncation head --output-junit "$results/$preset.xml" "$@"
    [ -f "$results/$preset.xml" ] || echo "tests of $preset" >>"$results/failed-steps"
    printf '== tests of %s: %d s\n' "$preset" $((SECONDS - begin))
}
without_aslr=()

test_dev() { build dev; run_tests dev -LE '^(release-only|soak)$'; }
test_dev_clang() { build dev-clang; run_tests dev-clang -L '^unit$'; }
test_release() {
    step "build page" tools/build_page.sh
    build release src/all tests_release
    run_tests release -L '^release'
}
test_tsan() {
    build tsan tests_threads
    # ThreadSanitizer of gcc 12 cannot start where the kernel spreads addresses too widely.
    if setarch "$(uname -m)" -R true 2>/dev/null; then without_aslr=(setarch "$(uname -m)" -R); fi
    run_tests tsan -L '^threads$'
    without_aslr=()
}

if [ "$#" -eq 0 ]; then set -- dev dev-clang release tsan; fi
for preset in "$@"; do
    case "$preset" in
        dev) test_dev ;;
        dev-clang) test_dev_clang ;;
        release) test_release ;;
        tsan) test_tsan ;;
        *) echo "no test preset '$preset': dev, dev-clang, release or tsan" >&2; exit 2 ;;
    esac
done
printf '== all: %d s\n' "$SECONDS"
python3 tools/test_summary.py "$results"
