#!/usr/bin/env python3
"""Tests of test_summary.py: nothing that went wrong may be counted as passed."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import selftest
import test_summary

SCRIPT = pathlib.Path(test_summary.__file__)
JUNIT = """<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="(empty)" tests="{count}">{cases}</testsuite>"""


def case(name, status, output):
    return (f'<testcase name="{name}" classname="{name}" time="0.1" status="{status}">'
            f"<system-out>{output}</system-out></testcase>")


class CountEntry(unittest.TestCase):
    def test_closing_line_is_summed(self):
        self.assertEqual(test_summary.count_entry("run", "text\n12 passed, 0 failed\n"), (12, 0))

    def test_entry_without_closing_line_counts_one(self):
        self.assertEqual(test_summary.count_entry("run", "all is well\n"), (1, 0))
        self.assertEqual(test_summary.count_entry("run", ""), (1, 0))

    def test_failed_tests_are_summed(self):
        self.assertEqual(test_summary.count_entry("fail", "x\n10 passed, 2 failed\n"), (10, 2))

    def test_crash_without_closing_line_fails_one(self):
        self.assertEqual(test_summary.count_entry("fail", "Segmentation fault\n"), (0, 1))

    def test_leak_found_after_closing_line_fails(self):
        output = "10 passed, 0 failed\n==1==ERROR: LeakSanitizer: detected memory leaks\n"
        self.assertEqual(test_summary.count_entry("fail", output), (0, 1))

    def test_bad_exit_after_good_closing_line_fails(self):
        self.assertEqual(test_summary.count_entry("fail", "10 passed, 0 failed\n"), (10, 1))

    def test_missing_executable_fails(self):
        self.assertEqual(test_summary.count_entry("notrun", "Unable to find executable"), (0, 1))

    def test_switched_off_entry_fails(self):
        self.assertEqual(test_summary.count_entry("disabled", ""), (0, 1))

    def test_executable_without_tests_fails(self):
        self.assertEqual(test_summary.count_entry("run", "0 passed, 0 failed\n"), (0, 1))


class WholeRun(unittest.TestCase):
    def run_script(self, files):
        with tempfile.TemporaryDirectory() as directory:
            for name, text in files.items():
                (pathlib.Path(directory) / name).write_text(text)
            result = subprocess.run([sys.executable, SCRIPT, directory], capture_output=True,
                                    text=True, check=False)
        return result.returncode, result.stdout.splitlines()

    def test_sums_all_builds(self):
        status, lines = self.run_script({
            "dev.xml": JUNIT.format(count=2, cases=case("a", "run", "3 passed, 0 failed")
                                    + case("b", "run", "fine")),
            "release.xml": JUNIT.format(count=1, cases=case("a", "run", "5 passed, 0 failed"))})
        self.assertEqual((status, lines), (0, ["9 passed, 0 failed"]))

    def test_failed_build_fails_and_is_named(self):
        status, lines = self.run_script({
            "dev.xml": JUNIT.format(count=1, cases=case("a", "run", "3 passed, 0 failed")),
            "failed-steps": "build release\n"})
        self.assertEqual((status, lines), (1, ["FAILED build release", "3 passed, 1 failed"]))

    def test_failed_entry_is_named(self):
        status, lines = self.run_script({
            "dev.xml": JUNIT.format(count=1, cases=case("base", "fail", "boom"))})
        self.assertEqual((status, lines), (1, ["FAILED dev: base", "0 passed, 1 failed"]))

    def test_run_without_tests_fails(self):
        status, lines = self.run_script({})
        self.assertEqual((status, lines[-1]), (1, "0 passed, 1 failed"))


if __name__ == "__main__":
    sys.exit(selftest.main())
