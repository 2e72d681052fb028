#!/usr/bin/env python3
"""Adds up the results of a test run; the last line it prints is "N passed, N failed".

usage: tools/test_summary.py RESULTS_DIR

RESULTS_DIR holds one JUnit file of ctest per build (*.xml) and, when a build step failed, the file
failed-steps with a name per line. A ctest entry counts as many tests as the closing line of its
output says; without such a line it counts as one. Whatever did not end well counts as failed, also
when the closing line claims otherwise (a leak found at exit) or is missing (a crash).
"""

import pathlib
import re
import sys
import xml.etree.ElementTree

CLOSING_LINE = re.compile(r"(\d+) passed, (\d+) failed")


def count_entry(status, output):
    """(passed, failed) of one ctest entry: its status ("run", "fail", ...) and its output."""
    lines = output.strip().splitlines()
    closing = CLOSING_LINE.fullmatch(lines[-1].strip()) if lines else None
    passed, failed = (int(n) for n in closing.groups()) if closing else (0, 0)
    if status != "run":
        return passed, max(failed, 1)
    if closing and passed + failed == 0:
        return 0, 1  # an executable without tests tests nothing
    return (passed, failed) if closing else (1, 0)


def count_file(path):
    """(passed, failed, names of entries that failed) of one JUnit file."""
    passed, failed, names = 0, 0, []
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        output = case.findtext("system-out") or ""
        case_passed, case_failed = count_entry(case.get("status"), output)
        passed += case_passed
        failed += case_failed
        if case_failed:
            names.append(f"{path.stem}: {case.get('name')}")
    return passed, failed, names


def count_results(directory):
    """(passed, failed, names) of everything in a results folder."""
    passed, failed, names = 0, 0, []
    for path in sorted(directory.glob("*.xml")):
        file_passed, file_failed, file_names = count_file(path)
        passed += file_passed
        failed += file_failed
        names += file_names
    steps = directory / "failed-steps"
    if steps.exists():
        names += steps.read_text().splitlines()
        failed += len(steps.read_text().splitlines())
    if passed + failed == 0:
        return 0, 1, ["no test was run"]
    return passed, failed, names


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    passed, failed, names = count_results(pathlib.Path(sys.argv[1]))
    for name in names:
        print(f"FAILED {name}")
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
