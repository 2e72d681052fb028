#!/usr/bin/env python3
"""Kills the program while it forms segments, at random points, and looks what is left.

usage: tests/cli/kill.py KOHORTA [--kills N] [--seed N]

Each round changes the rule of one segment and forms all of them: one that others read, one that
reads it, one made by SQL. The program is killed (SIGKILL) after a random time. Then
  - the segments are of one generation: what they say of each other fits, never half of a run;
  - what was acknowledged (the program ended with 0) is there;
  - what was not is there whole or not at all;
  - kohorta check finds nothing, now and then and at the end.
Then customers are added one by one and the program is killed: after the next kohorta run-due each
one who is there is in the segment that looks at new ones.
The last line is "N passed, N failed"; one kill is one test.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

CUSTOMERS = 4000
CHECK_EVERY = 20
# each rule stands for a generation: half of the customers or all but one in a hundred
RULES = ("bucket(\"half\") < 5000", "bucket(\"most\") < 9900")


class Program:
    def __init__(self, path, folder):
        self.path, self.folder = path, folder
        self.environment = dict(os.environ, KOHORTA_DATA=os.path.join(folder, "data"),
                                KOHORTA_TODAY="2026-03-31", KOHORTA_AUTHOR="test")

    def run(self, *words, stdin=None):
        done = subprocess.run([self.path, *words], env=self.environment, cwd=self.folder,
                              input=stdin, capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"{words}: {done.returncode}: {done.stderr}")
        return done.stdout

    def start(self, *words):
        return subprocess.Popen([self.path, *words], env=self.environment, cwd=self.folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make(program):
    """A company, three segments, formed once: the size that each rule gives."""
    program.run("init")
    rows = "code;name\n" + "".join(f"C{i};n{i}\n" for i in range(CUSTOMERS))
    program.run("import", "customers", "-", "-q", stdin=rows)
    program.run("segment", "add", "read", "--mode", "periodic", "--rule", RULES[0], "-q")
    program.run("segment", "add", "others", "--mode", "periodic", "--rule", 'not member("read")',
                "-q")
    program.run("segment", "add", "sql", "--mode", "periodic", "--sql",
                "SELECT code FROM customer WHERE code LIKE 'C1%'", "-q")
    sizes = []
    for rule in RULES:
        program.run("segment", "set", "read", "--rule", rule, "-q")
        program.run("segment", "form", "--all", "-q")
        sizes.append(state(program)[0])
    return sizes


def state(program):
    """Sizes of the segments as the list tells them, and how often the first one was formed."""
    segments = {s["name"]: s for s in json.loads(program.run("segment", "list", "--json"))}
    journal = json.loads(program.run("segment", "journal", "read", "--limit", "1000000",
                                     "--json"))
    return segments["read"]["size"], segments["others"]["size"], len(journal)


def kill_once(program, generator, longest_seconds, before):
    """Form, kill, look: (what is wrong or None, whether it ended by itself, the state now)."""
    process = program.start("segment", "form", "--all", "-q")
    try:
        process.wait(generator.random() * longest_seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    code = process.wait()
    now = state(program)
    size, others, formings = now
    wrong = None
    if code not in (0, -signal.SIGKILL):
        wrong = f"the program ended with {code}"
    elif size + others != CUSTOMERS:
        wrong = f"half a generation: {size} in one, {others} in the others"
    elif code == 0 and formings != before + 1:
        wrong = f"acknowledged and lost: {formings} formings instead of {before + 1}"
    elif formings not in (before, before + 1):
        wrong = f"{formings} formings after {before}"
    return wrong, code == 0, now


def run(program, kills, seed):
    generator = random.Random(seed)
    sizes = make(program)
    begin = time.monotonic()
    program.run("segment", "form", "--all", "-q")
    longest_seconds = (time.monotonic() - begin) * 1.1
    passed = failed = survived = 0
    now = state(program)
    for number in range(kills):
        program.run("segment", "set", "read", "--rule", RULES[number % 2], "-q")
        before = now
        wrong, has_ended, now = kill_once(program, generator, longest_seconds, before[2])
        survived += has_ended
        if wrong is None and now[0] not in (before[0], sizes[number % 2]):
            wrong = f"{now[0]} members are of no generation"
        if wrong is None and (number % CHECK_EVERY == 0 or number == kills - 1):
            if not json.loads(program.run("check", "--json"))["is_sound"]:
                wrong = "kohorta check complains"
        passed, failed = passed + (wrong is None), failed + (wrong is not None)
        if wrong is not None:
            print(f"FAILED kill {number} (seed {seed}): {wrong}")
    print(f"{survived} of {kills} ended before they were killed")
    return passed, failed


def add_customers(program, kills, seed):
    """Kill while a customer is added: whoever is there is looked at, later if not at once."""
    generator = random.Random(seed)
    program.run("segment", "add", "new ones", "--mode", "periodic", "--check-on-creation", "--rule",
                'code starts with "N"', "-q")
    begin = time.monotonic()
    program.run("customer", "add", "N0", "-q")
    longest_seconds = (time.monotonic() - begin) * 1.1
    passed = failed = 0
    for number in range(1, kills + 1):
        process = program.start("customer", "add", f"N{number}", "-q")
        try:
            process.wait(generator.random() * longest_seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.wait()
        program.run("run-due", "-q")
        there = program.run("eval", 'code starts with "N"', "-q").strip()
        members = program.run("segment", "members", "new ones", "--count", "-q").strip()
        passed, failed = passed + (there == members), failed + (there != members)
        if there != members:
            print(f"FAILED add {number} (seed {seed}): {there} customers, {members} members")
    print(f"{there} of {kills + 1} customers are there")
    return passed, failed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kohorta")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261122)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kohorta-kill-") as folder:
        program = Program(os.path.abspath(options.kohorta), folder)
        passed, failed = run(program, options.kills, options.seed)
        added = add_customers(program, options.kills // 4, options.seed)
        passed, failed = passed + added[0], failed + added[1]
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
