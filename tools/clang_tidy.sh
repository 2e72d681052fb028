#!/usr/bin/env bash
# Runs clang-tidy 14 over the .c files of src/, tests/ and fuzz/ that differ from main.
# usage: tools/clang_tidy.sh [--all | FILE ...]
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset dev-clang >/dev/null # writes the compile commands that clang understands

case "${1:-}" in
    --all) mapfile -t files < <(git ls-files 'src/*.c' 'tests/*.c' 'fuzz/*.c') ;;
    "") mapfile -t files < <({ git diff --name-only --diff-filter=d main -- '*.c'
                               git ls-files --others --exclude-standard -- '*.c'; } | sort -u) ;;
    *) files=("$@") ;;
esac
if [ "${#files[@]}" -eq 0 ]; then
    echo "no .c file differs from main; --all checks every one"
    exit 0
fi
printf '%s\n' "${files[@]}" | xargs -P "${JOBS:-$(nproc)}" -n 1 \
    "$(command -v clang-tidy-14 || command -v clang-tidy)" -p build/dev-clang --quiet \
    2> >(grep -v "warnings generated" >&2)
echo "clang-tidy: ${#files[@]} files clean"
