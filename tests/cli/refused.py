#!/usr/bin/env python3
"""Asks for everything that is refused, and looks that nothing was changed.

usage: tests/cli/refused.py KOHORTA [--filter TEXT]

A small company is made once. Then each act below is tried: it must end with the exit code beside
it (4: what is there does not allow it, 3: not found, 2: it makes no sense, 6: may not be shipped),
say why on stderr in one line that begins with "kohorta:", and leave every row of the database as it
was. One act is one test; the last line is "N passed, N failed".
"""

import argparse
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile

CUSTOMERS = "code;name;region\nC1;one;Москва\nC2;two;Тула\nC3;three;Москва\n"

# Made before: one segment of each mode, each thing that something else uses.
MADE = [
    ("metric", "add", "big", "sum(purchase.amount, last 1 year) > 100"),
    ("segment", "add", "dynamic", "--mode", "dynamic", "--rule", 'region = "Москва"'),
    ("segment", "add", "periodic", "--mode", "periodic", "--rule", 'member("dynamic")',
     "--daily", "02:00"),
    ("segment", "add", "manual", "--mode", "manual", "--rule", 'code = "C1"'),
    ("segment", "add", "empty", "--mode", "manual"),
    ("segment", "add", "marked", "--mode", "periodic", "--rule", "big"),
    ("segment", "set", "marked", "--mark-for-deletion"),
    ("segment", "form", "periodic", "manual"),
    ("segment", "add-member", "manual", "C2"),
    ("segment", "undo", "periodic", "--yes"),
    ("set", "save", "saved", 'region = "Москва"'),
    ("segment", "add", "of saved", "--mode", "periodic", "--rule", 'saved("saved")'),
    ("classify", "add", "stages", "--kind", "stage"),
    ("classify", "run", "stages"),
    ("segment", "add", "of stages", "--mode", "dynamic", "--rule",
     'class("stages") is missing'),
    ("agreement", "add", "typical", "--segment", "periodic", "--discount", "5"),
    ("agreement", "activate", "typical"),
    ("agreement", "add", "closed", "--segment", "periodic", "--discount", "5"),
    ("agreement", "activate", "closed"),
    ("agreement", "close", "closed"),
    ("ban", "add", "stop-list", "banned"),
    ("segment", "add-member", "banned", "C3", "--reason", "court"),
    ("bulk", "change", "--segment", "dynamic", "city=Клин"),
    ("bulk", "undo", "1"),
    ("property", "add", "spare", "--type", "text"),
    ("property", "retire", "spare"),
]

REFUSED = [
    # dynamic: nothing is stored of it
    (4, "segment", "form", "dynamic"),
    (4, "segment", "form", "--yes", "dynamic", "periodic"),
    (4, "segment", "undo", "dynamic"),
    (4, "segment", "add-member", "dynamic", "C1", "--reason", "r"),
    (4, "segment", "remove-member", "dynamic", "C1"),
    (4, "segment", "pin", "dynamic", "C1"),
    (4, "segment", "exclude", "dynamic", "C1"),
    (4, "segment", "release", "dynamic", "C1"),
    (4, "segment", "journal", "dynamic"),
    (4, "segment", "add", "n", "--mode", "dynamic", "--rule", "true", "--kind", "ban"),
    (4, "segment", "add", "n", "--mode", "dynamic", "--rule", "true", "--daily", "02:00"),
    (4, "segment", "add", "n", "--mode", "dynamic", "--rule", "true", "--live"),
    (4, "segment", "add", "n", "--mode", "dynamic", "--rule", "true", "--check-on-creation"),
    (4, "segment", "add", "n", "--mode", "dynamic", "--rule", "true", "--clear-on", "2027-01-01"),
    (4, "segment", "set", "dynamic", "--kind", "ban"),
    (4, "agreement", "add", "n", "--segment", "dynamic", "--discount", "5"),
    (4, "customer", "add", "N1", "--segment", "dynamic"),
    # periodic: by its rule alone
    (4, "segment", "add-member", "periodic", "C1"),
    (4, "segment", "remove-member", "periodic", "C1"),
    (4, "segment", "set", "periodic", "--clear-on", "2027-01-01"),
    (4, "segment", "undo", "periodic"),
    (4, "segment", "form", "marked"),
    (4, "customer", "add", "N1", "--segment", "periodic"),
    (4, "customer", "add", "N1", "--segment", "empty", "--segment", "periodic"),
    # manual: what was done by hand is not lost unasked
    (4, "segment", "form", "manual"),
    (4, "segment", "form", "empty", "--yes"),
    (4, "segment", "set", "manual", "--daily", "02:00"),
    (4, "segment", "set", "manual", "--live"),
    (4, "segment", "set", "manual", "--check-on-creation"),
    # another mode takes something away
    (4, "segment", "set", "periodic", "--mode", "manual"),
    (4, "segment", "set", "banned", "--mode", "dynamic", "--rule", 'code = "C1"'),
    # names and circles
    (4, "segment", "add", "PERIODIC ", "--mode", "manual"),
    (4, "segment", "rename", "manual", "periodic"),
    (4, "segment", "copy", "manual", "periodic"),
    (4, "segment", "set", "dynamic", "--rule", 'member("periodic")'),
    (4, "segment", "set", "dynamic", "--rule", 'not member("dynamic")'),
    # what is used
    (4, "segment", "delete", "dynamic", "--yes"),
    (4, "segment", "delete", "manual"),
    (4, "segment", "delete", "periodic", "--yes"),
    (4, "metric", "remove", "big"),
    (4, "metric", "add", "big", 'code = "C1"'),
    (4, "set", "drop", "saved"),
    (4, "set", "save", "saved", "true"),
    (4, "classify", "delete", "stages", "--yes"),
    (4, "classify", "add", "stages", "--kind", "abc"),
    (4, "set", "to-segment", "saved", "periodic"),
    # bulk changes, customers
    (4, "bulk", "undo", "1"),
    (4, "bulk", "change", "--segment", "dynamic", "big=1"),
    (4, "bulk", "change", "--segment", "dynamic", "code=X"),
    (4, "bulk", "change", "--segment", "dynamic", "spare=1"),
    (4, "bulk", "change", "--segment", "dynamic", "region=Москва"),
    (4, "customer", "add", "C1"),
    # agreements
    (4, "agreement", "set", "closed", "--discount", "9"),
    (4, "agreement", "activate", "closed"),
    (4, "agreement", "add", "typical", "--segment", "periodic", "--discount", "5"),
    (4, "agreement", "remove", "typical"),
    # not there
    (3, "segment", "form", "nobody"),
    (3, "segment", "add-member", "manual", "C1", "C99"),
    (3, "segment", "pin", "periodic", "C99"),
    (3, "segment", "add", "n", "--mode", "manual", "--test", "in C99"),
    (3, "customer", "add", "N1", "--segment", "nobody"),
    (3, "customer", "add", "N1", "--set", "oops=1"),
    (3, "bulk", "change", "--segment", "nobody", "city=Клин"),
    (3, "bulk", "undo", "99"),
    (3, "may-ship", "C99"),
    (3, "terms", "C99"),
    (3, "erase", "C99", "--yes"),
    # no sense
    (2, "segment", "add", "n", "--mode", "periodic"),
    (2, "segment", "add", "n", "--mode", "periodic", "--rule", "oops = 1"),
    (2, "segment", "add", "n", "--mode", "periodic", "--rule", "true", "--schedule", "* * * * *"),
    (2, "segment", "add", "n", "--mode", "periodic", "--rule", "true", "--sql", "SELECT 1"),
    (2, "segment", "add", "n", "--mode", "periodic", "--sql", "DELETE FROM customer"),
    (2, "segment", "add", "", "--mode", "manual"),
    (2, "bulk", "change", "--segment", "dynamic", "city"),
    (2, "agreement", "add", "n", "--segment", "periodic", "--discount", "500"),
    (2, "classify", "add", "n", "--kind", "abc", "--borders", "95, 80"),
    # a ban does its work
    (6, "may-ship", "C3"),
]


class Program:
    def __init__(self, path, folder):
        self.path, self.data = path, os.path.join(folder, "data")
        self.environment = dict(os.environ, KOHORTA_DATA=self.data,
                                KOHORTA_TODAY="2026-03-31T12:00", KOHORTA_AUTHOR="anna")

    def run(self, words, stdin=""):
        return subprocess.run([self.path, *words], env=self.environment, input=stdin,
                              capture_output=True, text=True, timeout=120)

    def must(self, words, stdin=""):
        done = self.run(words, stdin)
        if done.returncode != 0:
            sys.exit(f"{' '.join(words)}: {done.returncode}: {done.stderr}")

    def digest(self):
        """Of every row of every table."""
        digest = hashlib.sha256()
        path = os.path.join(self.data, "kohorta.db")
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1")
        for (table,) in tables.fetchall():
            digest.update(table.encode())
            for row in sorted(map(repr, database.execute(f'SELECT * FROM "{table}"'))):
                digest.update(row.encode())
        database.close()
        return digest.hexdigest()


def make(program):
    program.must(["init"])
    program.must(["import", "customers", "-", "-q"], CUSTOMERS)
    for words in MADE:
        program.must(list(words))


def refuse(program, code, words):
    """What is wrong, or None."""
    before = program.digest()
    done = program.run(list(words))
    if done.returncode != code:
        return f"ended with {done.returncode} instead of {code}: {done.stdout}{done.stderr}"
    if code in (3, 4):
        lines = done.stderr.splitlines()
        if len(lines) != 1 or not lines[0].startswith("kohorta: "):
            return f"says: {done.stderr!r}"
    if program.digest() != before:
        return "changed the database"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kohorta")
    parser.add_argument("--filter", default="")
    options = parser.parse_args()
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="kohorta-refused-") as folder:
        program = Program(os.path.abspath(options.kohorta), folder)
        make(program)
        for code, *words in REFUSED:
            if options.filter not in " ".join(words):
                continue
            wrong = refuse(program, code, words)
            passed, failed = passed + (wrong is None), failed + (wrong is not None)
            if wrong is not None:
                print(f"FAILED {' '.join(words)}: {wrong}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
