#!/usr/bin/env bash
# Measures Kohorta beside DuckDB, ClickHouse, PostgreSQL and SQLite on the same made-up company,
# prints one table and writes bench/RESULTS.md. Everything lies in a scratch directory that is
# removed at the end; an engine that fails is named and left out.
# usage: [SCALE=D1] [PEERS="duckdb clickhouse postgres sqlite"] [OUTPUT=bench/RESULTS.md]
#        [SCRATCH=/var/tmp] [WORKLOADS="P1 P2 P3"] bench/run.sh
# SCALE is D10, D1, D0.1 or D0.01. WORKLOADS limits what is measured of Kohorta itself.
set -euo pipefail
cd "$(dirname "$0")/.."
scale=${SCALE:-D1}
peers=${PEERS-duckdb clickhouse postgres sqlite}
output=${OUTPUT-bench/RESULTS.md}
read -ra workloads <<<"${WORKLOADS:-}"
programs=$PWD/build/release/bin
export KOHORTA_BENCH_NODE_MODULES=$PWD/build/bench/node/node_modules

case "$scale" in
    D10) space_gb=60 import_rows=20000000 ;;
    D1) space_gb=8 import_rows=2000000 ;;
    D0.1) space_gb=2 import_rows=200000 ;;
    D0.01) space_gb=1 import_rows=20000 ;;
    *) echo "no scale '$scale': D10, D1, D0.1 or D0.01" >&2; exit 2 ;;
esac
scratch=$(mktemp -d "${SCRATCH:-${TMPDIR:-/var/tmp}}/kohorta-bench-XXXXXX")
child=
trap 'stop_child; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP
chmod 755 "$scratch" # PostgreSQL runs as another user
free_gb=$(df --output=avail -BG "$scratch" | tail -n 1 | tr -dc '0-9')
if [ "$free_gb" -lt "$space_gb" ]; then
    echo "'$scratch' has $free_gb GB free, $scale takes up to $space_gb: set SCRATCH" >&2
    exit 1
fi
results=$scratch/results
mkdir "$results" "$scratch/files"

# What may take minutes runs beside the shell, so that a signal ends it at once and in order.
run_child() {
    local code=0
    "$@" &
    child=$!
    wait "$child" || code=$?
    child=
    return "$code"
}
stop_child() {
    [ -n "$child" ] || return 0
    kill "$child" 2>/dev/null || true
    wait "$child" || true
}

say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$1" >&2; }
note() { printf '%s\n' "$1" | tee -a "$results/notes" >&2; }

# The two engines from npm, in pinned versions.
install_node_engines() {
    [ -e "$KOHORTA_BENCH_NODE_MODULES/.complete" ] && return
    mkdir -p build/bench/node
    cp bench/package.json build/bench/node/
    npm install --prefix build/bench/node --no-audit --no-fund >/dev/null 2>"$scratch/npm.log" ||
        { tail -n 5 "$scratch/npm.log" >&2; return 1; }
    touch "$KOHORTA_BENCH_NODE_MODULES/.complete"
}

measure_kohorta() {
    printf 'version\tKohorta %s\t\t0\t\t\t\n' "$(git describe --always --dirty 2>/dev/null)"
    run_child "$programs/bench_queries" "$scale" "$scratch/image" bench/rules.txt \
        "${workloads[@]}" ||
        note 'Kohorta: some workloads failed'
}

# The same files imported, the image made of them, and what changes afterwards.
measure_changes() {
    local data=$scratch/data
    "$programs/kohorta" init "$data" --time-zone Europe/Moscow --currency RUB --language ru \
        >/dev/null || return
    import "$data" customers customers && import "$data" items items &&
        import "$data" purchases events purchase &&
        import "$data" interactions events interaction &&
        import "$data" settlements events settlement || return
    for workload in image cold changes recovery; do
        say "Kohorta: $workload"
        "$programs/bench_changes" "$scale" "$data" bench/rules.txt "$workload" ||
            note "Kohorta: '$workload' did not finish"
    done
    say 'Kohorta: a thousand stored segments'
    "$programs/bench_segments" "$scale" "$data" || note "Kohorta: 'segments' did not finish"
    rm -rf "$data"
}
import() { # DATA-DIRECTORY FILE KIND [STREAM]
    local data=$1 file=$2
    shift 2
    "$programs/kohorta" -d "$data" import "$@" "$scratch/files/$file.csv" >"$scratch/import.log" \
        2>&1 || { tail -n 5 "$scratch/import.log" >&2; return 1; }
}

measure_peer() { # ENGINE
    run_child python3 bench/measure.py "$1" --scale "$scale" --files "$scratch/files" \
        --work "$scratch" \
        --segments "$programs/list_segments" --output "$results/$1.tsv" ||
        note "$1 did not finish; the log above says why"
}

# Adds the milliseconds of the lines that match to the results of an engine.
take_import_results() { # PATTERN ENGINE
    awk -v pattern="$1" -v rows="$import_rows" '
        $0 ~ pattern { for (i = 2; i <= NF; i++) if ($i == "ms" && !taken[NR]++) ms += $(i - 1) }
        END { if (ms > 0) printf "P8\timport of %d purchases\t%.3f\t1\t\t\t%d rows/s\n",
                  rows, ms / 1000, rows * 1000 / ms }' "$scratch/import.log" >>"$results/$2.tsv"
}

say "$scale in $scratch: Kohorta"
measure_kohorta >"$results/kohorta.tsv"
rm -f "$scratch/image"
if [ "${#workloads[@]}" -eq 0 ] || [ -n "$peers" ]; then
    say 'making the files'
    "$programs/generate" "$scratch/files" "$scale"
fi
if [ "${#workloads[@]}" -eq 0 ]; then
    say 'importing them'
    measure_changes >>"$results/kohorta.tsv" || note 'Kohorta: the files could not be imported'
fi
for peer in $peers; do
    case "$peer" in
        duckdb | clickhouse)
            install_node_engines || { note "$peer could not be installed"; continue; } ;;
    esac
    say "$peer"
    measure_peer "$peer"
done
rm -rf "$scratch/files"
if [ "${#workloads[@]}" -eq 0 ] && [ -n "$peers" ]; then
    say "import of $import_rows purchases"
    ROWS=$import_rows CUSTOMERS=$((import_rows / 10)) TMPDIR=$scratch bench/run_import.sh \
        >"$scratch/import.log" || note 'the import did not finish'
    cat "$scratch/import.log" >&2
    take_import_results '^purchase ' kohorta
    take_import_results '^PostgreSQL: (COPY|from)' postgres
fi
python3 bench/report.py --scale "$scale" --results "$results" ${output:+--output "$output"}
