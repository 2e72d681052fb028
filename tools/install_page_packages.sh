#!/usr/bin/env bash
# Installs what web/package-lock.json pins, unless exactly that is installed already.
set -euo pipefail
cd "$(dirname "$0")/../web"
mark=node_modules/.installed-lock
cmp -s package-lock.json "$mark" && exit 0
# Not `npm ci`: it refuses a lock without the packages of systems that a mirror does not carry.
npm install --no-save --no-audit --no-fund --loglevel=error
cp package-lock.json "$mark"
