#!/usr/bin/env bash
# Installs what web/package-lock.json pins, unless exactly that is installed already.
set -euo pipefail
cd "$(dirname "$0")/../web"
mark=node_modules/.installed-lock
cmp -s package-lock.json "$mark" && exit 0
npm ci --no-audit --no-fund --loglevel=error
cp package-lock.json "$mark"
