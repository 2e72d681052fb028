#!/usr/bin/env bash
# Tests of the page; the last line is "N passed, N failed".
# usage: tools/test_page.sh logic                 types against the contract, and the unit tests
#        tools/test_page.sh browser PROGRAM       every page in a browser; pictures in build/page
set -euo pipefail
cd "$(dirname "$0")/../web"
../tools/install_page_packages.sh >&2

case "${1:-}" in
    logic)
        npm run --silent check
        report=$(mktemp)
        trap 'rm -f "$report"' EXIT
        npx vitest run --reporter=default --reporter=json --outputFile.json="$report" || true
        node -e 'const r = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
            const failed = r.numFailedTests + (r.success || r.numFailedTests ? 0 : 1);
            console.log(`${r.numPassedTests} passed, ${failed} failed`);
            process.exit(failed ? 1 : 0)' "$report"
        ;;
    browser)
        program=$(readlink -f "${2:?usage: tools/test_page.sh browser PROGRAM}")
        exec node tests/browser/run.mjs "$program" ../build/page
        ;;
    *) echo "usage: tools/test_page.sh logic|browser PROGRAM" >&2; exit 2 ;;
esac
