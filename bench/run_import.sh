#!/usr/bin/env bash
# Measures the import of purchases from a file of 1C's shape (bench P8): reading alone, storing, and
# storing the same again; beside it PostgreSQL with COPY, where its server is installed.
# usage: [ROWS=5000000] [CUSTOMERS=500000] [ITEMS=5000] [SEED=1] bench/run_import.sh
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${ROWS:-5000000}
customers=${CUSTOMERS:-500000}
items=${ITEMS:-5000}
seed=${SEED:-1}
programs=$PWD/build/release/bin
work=$(mktemp -d "${TMPDIR:-/tmp}/kohorta-bench-XXXXXX")
postgres_data=$work/postgres

stop() {
    if [ -d "$postgres_data" ]; then
        as_postgres "$postgres/pg_ctl" -D "$postgres_data" -m immediate stop >/dev/null 2>&1 || true
    fi
    rm -rf "$work"
}
trap stop EXIT

for what in customers items purchases; do
    "$programs/generate_purchases" "$what" "$rows" "$customers" "$items" "$seed" >"$work/$what.csv"
done
printf '%d processors, load %s; %s purchases, %s, of %s customers\n' "$(nproc)" \
    "$(cut -d' ' -f1 /proc/loadavg)" "$rows" "$(du -h "$work/purchases.csv" | cut -f1)" "$customers"

import() {
    "$programs/bench_file_import" "$1" "$work/data" "$work/$2.csv" "$3"
}
import import customers customers
import import items items
import read purchases purchase
import import purchases purchase
printf 'the same again: '
import import purchases purchase
printf 'data directory: %s\n' "$(du -sh "$work/data" | cut -f1)"

# ---- PostgreSQL ----

postgres=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if [ -z "$postgres" ]; then
    echo 'PostgreSQL: no server is installed, so there is no comparison'
    exit 0
fi
if [ "$(id -u)" = 0 ] && ! id postgres >/dev/null 2>&1; then
    echo 'PostgreSQL: its server does not run as root and there is no user postgres'
    exit 0
fi
as_postgres() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
mkdir "$postgres_data"
chmod 755 "$work"
[ "$(id -u)" != 0 ] || chown postgres "$postgres_data"
as_postgres "$postgres/initdb" -D "$postgres_data" -A trust -E UTF8 --locale=C >/dev/null
as_postgres "$postgres/pg_ctl" -D "$postgres_data" -w -l "$postgres_data/log" \
    -o "-c listen_addresses= -c unix_socket_directories=$postgres_data -c max_wal_size=8GB \
        -c shared_buffers=1GB" start >/dev/null
sql() {
    as_postgres "$postgres/psql" -h "$postgres_data" -d postgres -qAtX -v ON_ERROR_STOP=1 "$@"
}
timed_sql() {
    local begin end ms
    begin=$(date +%s%N)
    sql -c "$2"
    end=$(date +%s%N)
    ms=$(((end - begin) / 1000000 + 1))
    printf '%-44s %8d ms %10d rows/s\n' "$1" "$ms" $((rows * 1000 / ms))
}
sql -c 'CREATE TABLE raw (customer text, day text, purchase text, item text, quantity text,
                          amount text);
        CREATE TABLE purchase (customer text, day date, purchase text, item text, quantity numeric,
                               amount numeric)'
timed_sql 'PostgreSQL: COPY into a table of texts' \
    "COPY raw FROM '$work/purchases.csv' (FORMAT csv, DELIMITER ';', HEADER, ENCODING 'WIN1251')"
timed_sql 'PostgreSQL: from there into a typed one' \
    "INSERT INTO purchase SELECT customer, to_date(day, 'DD.MM.YYYY'), purchase, item,
        quantity::numeric, replace(amount, ',', '.')::numeric FROM raw"
timed_sql 'PostgreSQL: index by customer and day' 'CREATE INDEX ON purchase (customer, day)'
