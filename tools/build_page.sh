#!/usr/bin/env bash
# Builds the page into build/web, from where it goes into the program. Does nothing when it is there
# and nothing has changed. Without node or npm it says so and leaves the program without a page.
set -euo pipefail
cd "$(dirname "$0")/../web"
stamp=../build/web/built

if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    echo "there is no node or no npm: the program is built without its page" >&2
    exit 0
fi
inputs=(package-lock.json vite.config.ts svelte.config.js index.html public src)
[ -e "$stamp" ] && [ -z "$(find "${inputs[@]}" -newer "$stamp" -print -quit)" ] && exit 0
if ! ../tools/install_page_packages.sh; then
    echo "the page's packages cannot be fetched: the program keeps the page it has, or none" >&2
    exit 0
fi
npm run --silent build -- --logLevel warn
touch "$stamp"
