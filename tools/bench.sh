#!/usr/bin/env bash
# Measures the release build on this machine: import of purchases, then a few questions on them.
# usage: [ROWS=1000000] [CUSTOMERS=50000] [KOHORTA=PROGRAM] tools/bench.sh
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${ROWS:-1000000}
customers=${CUSTOMERS:-50000}
kohorta=${KOHORTA:-$PWD/build/release/bin/kohorta}
work=build/bench
files=$work/files-$rows-$customers
data=$work/data

mkdir -p "$work"
if [ ! -e "$files/purchases.csv" ]; then
    rm -rf "$files" "$files.part"
    mkdir "$files.part"
    for what in customers items purchases; do
        build/release/bin/generate_purchases "$what" "$rows" "$customers" 5000 1 \
            >"$files.part/$what.csv"
    done
    mv "$files.part" "$files"
fi

# timed TITLE ROWS COMMAND...: wall and processor time, rows per second when ROWS is not 0, else
# the last line of the answer.
timed() {
    local title=$1 count=$2 wall user system
    shift 2
    { time run_quietly "$@"; } 2>"$work/time" || { tail -n 20 "$work/output" >&2; return 1; }
    read -r wall user system <"$work/time"
    awk -v title="$title" -v count="$count" -v wall="$wall" -v user="$user" -v sys="$system" \
        -v answer="$(tail -n 1 "$work/output")" 'BEGIN {
            if (count > 0) answer = int(count / wall) " rows/s"
            printf "%-52s %8.3f s %8.3f s of processors  %s\n", title, wall, user + sys, answer
        }'
}
run_quietly() { "$@" >"$work/output" 2>&1; }
TIMEFORMAT='%3R %3U %3S'

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
for rule in 'sum(purchase.amount, last 12 months) > 20000' \
    'distinct(purchase.order) >= 3 and days_since_last(purchase) <= 30'; do
    timed "$rule" 0 "$kohorta" -d "$data" eval "$rule" --as-of 2025-12-31
done
du -sh "$data" | awk '{ print "data directory: " $1 }'
