#!/usr/bin/env python3
"""The bench as a test: small scales, no times, every answer equal. One comparison is one test.

usage: smoke.py PROGRAMS-DIRECTORY

Our engine at D0.1 against the reference evaluator (the rules); at D0.01 against SQLite (the rules
and segments) and against our own import of the files. The last line is "N passed, N failed"."""

import pathlib
import subprocess
import sys
import tempfile

from report import read_results

HERE = pathlib.Path(__file__).resolve().parent
RULES = HERE / "rules.txt"
STREAMS = {"purchases": "purchase", "interactions": "interaction", "settlements": "settlement"}


class Smoke:
    def __init__(self, programs, scratch):
        self.programs, self.scratch = pathlib.Path(programs), pathlib.Path(scratch)
        self.passed = self.failed = 0

    def run(self, name, command):
        """The results a program prints."""
        path = self.scratch / f"{name}.tsv"
        with open(path, "w", encoding="utf-8") as file:
            subprocess.run([str(word) for word in command], stdout=file, check=True, timeout=600)
        return read_results(path)

    def judge(self, title, is_good, detail=""):
        self.passed, self.failed = self.passed + is_good, self.failed + (not is_good)
        if not is_good:
            print(f"FAIL {title} {detail}")

    def compare(self, title, ours, theirs, workloads, renamed=None):
        """Answers to the questions of `workloads` in `theirs` are those of `ours`."""
        questions = [key for key in theirs if key[0] in workloads]
        self.judge(f"{title}: there are answers", bool(questions))
        for key in questions:
            own = ours.get((renamed or key[0], key[1]))
            self.judge(f"{title}: {key[0]} {key[1]}",
                       own is not None and own.answer is not None
                       and own.answer == theirs[key].answer,
                       f"gives {own and own.answer}, expected {theirs[key].answer}")

    def against_reference(self):
        ours = self.run("ours-0.1", [self.programs / "bench_queries", "D0.1",
                                     self.scratch / "image-0.1", RULES, "P1", "P11"])
        self.judge("metrics end well", not [key for key in ours if key[1] == "failed"])
        reference = self.run("reference",
                             [self.programs / "bench_reference", "D0.1", RULES, 0])
        self.compare("reference", ours, reference, {"P1"})

    def against_sqlite(self, files):
        ours = self.run("ours", [self.programs / "bench_queries", "D0.01",
                                 self.scratch / "image", RULES, "P1", "P2", "P3", "P5", "P10"])
        for key, result in ours.items():
            if key[0] == "P10":
                self.judge(f"P10 {key[1]}: as the simple way", result.note == "equal")
        self.judge("the rest ends well", not [key for key in ours if key[1] == "failed"])
        output = self.scratch / "sqlite.tsv"
        self.run("log", [sys.executable, HERE / "measure.py", "sqlite", "--scale", "D0.01",
                         "--files", files, "--work", self.scratch, "--output", output,
                         "--segments", self.programs / "list_segments", "--count", 100])
        self.compare("SQLite", ours, read_results(output),
                     {"P1", "answer different", "answer shared"})
        return ours

    def against_import(self, files, ours):
        data, kohorta = self.scratch / "data", self.programs / "kohorta"
        self.run("log", [kohorta, "init", data, "--time-zone", "Europe/Moscow", "--currency",
                         "RUB", "--language", "ru"])
        for kind in ("customers", "items"):
            self.run("log", [kohorta, "-d", data, "import", kind, files / f"{kind}.csv"])
        for name, stream in STREAMS.items():
            self.run("log", [kohorta, "-d", data, "import", "events", stream,
                             files / f"{name}.csv"])
        changes = [self.programs / "bench_changes", "D0.01", data, RULES]
        self.compare("import", ours, self.run("imported", [*changes, "image"]), {"imported"}, "P1")
        for workload in ("cold", "changes", "recovery"):
            results = self.run(workload, [*changes, workload])
            self.judge(f"{workload}: there are results", bool(results))
            for key, result in results.items():
                self.judge(f"{key[0]} {key[1]}: as evaluated in full", result.note != "UNEQUAL")
        results = self.run("segments", [self.programs / "bench_segments", "D0.01", data])
        self.judge("segments: there are results", bool(results))
        for key, result in results.items():
            self.judge(f"{key[0]} {key[1]}: as evaluated in full", result.note != "UNEQUAL")


def main():
    with tempfile.TemporaryDirectory(prefix="kohorta-bench-") as scratch:
        smoke = Smoke(sys.argv[1], scratch)
        files = smoke.scratch / "files"
        files.mkdir()
        smoke.against_reference()
        smoke.run("log", [smoke.programs / "generate", files, "D0.01"])
        ours = smoke.against_sqlite(files)
        smoke.against_import(files, ours)
    print(f"{smoke.passed} passed, {smoke.failed} failed")
    return 1 if smoke.failed else 0


if __name__ == "__main__":
    sys.exit(main())
