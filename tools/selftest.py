"""Runs the unittest cases of a script and ends with the line that the summary of tests reads."""

import sys
import unittest


def main():
    result = unittest.main(module="__main__", exit=False, verbosity=1).result
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    sys.stderr.flush()
    print(f"{result.testsRun - failed} passed, {failed} failed")
    return 0 if failed == 0 and result.testsRun > 0 else 1
