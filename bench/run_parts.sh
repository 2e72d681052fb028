#!/usr/bin/env bash
# Measures single parts by themselves: the image, the kernels, storing events, importing a file.
# usage: [SCALE=D1] [EVENTS=10000000] [CUSTOMERS=1000000] bench/run_parts.sh
set -euo pipefail
cd "$(dirname "$0")/.."
events=${EVENTS:-10000000}
customers=${CUSTOMERS:-1000000}
programs=$PWD/build/release/bin
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/kohorta-bench-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM HUP

title() { printf '\n-- %s\n' "$1"; }

title 'image'
"$programs/bench_image" "$scratch/image" "${SCALE:-D1}"
rm -f "$scratch/image"
title 'kernels'
"$programs/bench_kernels"
title 'sweep'
"$programs/bench_sweep"
title 'classify'
"$programs/bench_classify"
title 'overlap'
"$programs/bench_overlap"
title 'may goods be shipped'
TMPDIR=$scratch "$programs/bench_shipping"
title 'events through the writer'
"$programs/bench_import" "$scratch/store" "$((events / 10))" "$((customers / 10))"
rm -rf "$scratch/store"
title 'import of a file'
ROWS=$((events / 5)) CUSTOMERS=$((customers / 5)) TMPDIR=$scratch bench/run_import.sh
