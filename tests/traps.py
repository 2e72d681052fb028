#!/usr/bin/env python3
"""Looks that every test that tests/traps.txt names is there.

usage: tests/traps.py [FILE]; the last line is "N passed, N failed".
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def names_in(path):
    """Names of the tests, sessions or cases of a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".c":
        return set(re.findall(r"^TEST\((\w+)\)", text, re.M))
    return set(re.findall(r"^(?:===?|@case) (.+?)\s*$", text, re.M))


def main():
    listed = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "tests" / "traps.txt"
    passed = failed = 0
    trap, has_test = None, True
    for line in listed.read_text(encoding="utf-8").splitlines() + ["- "]:
        if line.startswith("- "):
            if not has_test:
                print(f"FAILED no test keeps us out of: {trap}")
                failed += 1
            trap, has_test = line[2:], False
        elif line and not line.startswith("#"):
            file, _, name = line.partition(": ")
            path = ROOT / file
            is_there = path.is_file() and name in names_in(path)
            passed, failed, has_test = passed + is_there, failed + (not is_there), True
            if not is_there:
                print(f"FAILED {file} has no '{name}'")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
