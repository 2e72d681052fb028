#!/usr/bin/env bash
# Measures the release build on this machine: import of purchases, then a few questions on them.
# usage: [ROWS=1000000] [CUSTOMERS=50000] tools/bench.sh
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${ROWS:-1000000}
customers=${CUSTOMERS:-50000}
kohorta=$PWD/build/release/bin/kohorta
work=build/bench
files=$work/files-$rows-$customers
data=$work/data

mkdir -p "$work"
if [ ! -e "$files/purchases.csv" ]; then
    rm -rf "$files" "$files.part"
    python3 tools/bench_data.py "$files.part" "$rows" "$customers"
    mv "$files.part" "$files"
fi

# timed TITLE ROWS COMMAND...: wall time, and rows per second when ROWS is not 0.
timed() {
    local title=$1 count=$2 begin end ms
    shift 2
    begin=$(date +%s%N)
    "$@" >"$work/output" 2>&1 || { tail -n 20 "$work/output" >&2; return 1; }
    end=$(date +%s%N)
    ms=$(((end - begin) / 1000000 + 1))
    if [ "$count" -gt 0 ]; then
        printf '%-44s %8d ms %10d rows/s\n' "$title" "$ms" $((count * 1000 / ms))
    else
        printf '%-44s %8d ms %s\n' "$title" "$ms" "$(tail -n 1 "$work/output")"
    fi
}

printf 'machine: %s, %d processors\n' "$(uname -m)" "$(nproc)"
rm -rf "$data"
"$kohorta" init "$data" --time-zone Europe/Moscow --currency RUB --language ru >/dev/null
timed "import $customers customers" "$customers" \
    "$kohorta" -d "$data" import customers "$files/customers.csv"
timed "import 5000 items" 5000 "$kohorta" -d "$data" import items "$files/items.csv"
timed "import $rows purchases" "$rows" \
    "$kohorta" -d "$data" import events purchase "$files/purchases.csv"
timed "import them again (nothing changes)" "$rows" \
    "$kohorta" -d "$data" import events purchase "$files/purchases.csv"
for rule in 'sum(purchase.amount, last 12 months) > 100000' \
    'distinct(purchase.order) >= 3 and city = "Москва"'; do
    timed "$rule" 0 "$kohorta" -d "$data" eval "$rule" --as-of 2025-12-31
done
du -sh "$data" | awk '{ print "data directory: " $1 }'
