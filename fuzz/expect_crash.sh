#!/usr/bin/env bash
# Succeeds only when the command dies by a signal: a plain error exit is no proof of a crash seen.
set -u
export ASAN_OPTIONS="abort_on_error=1:${ASAN_OPTIONS:-}"
"$@"
status=$?
if [ "$status" -ge 128 ]; then
    echo "crashed as it must (status $status)"
    echo "1 passed, 0 failed"
    exit 0
fi
echo "did not crash (status $status): the fuzzing set-up sees no crashes"
echo "0 passed, 1 failed"
exit 1
