#!/usr/bin/env python3
"""Runs every example of the manual and of the language page against the demo company.

usage: tests/docs/run.py KOHORTA [--accept] [--filter TEXT] [PAGE.md ...]

```console       lines after "$ " are typed (a line that ends in \\ or inside of a text in '
                 goes on); what follows is what the terminal shows, stdout then stderr; a line "..."
                 stands for any number of lines.
                 A page is one session in a folder of its own, with $KOHORTA_DATA set to a copy of
                 the demo company as of 2026-03-31, which is today.
```rule          each line is an expression: it must be answered alike by both evaluators, its
                 canonical text must mean itself, and JSON must bring it back; "# => N" is the
                 count.
```rule-error    each line is wrong, and "# L050" is the code of what is said about it.
--accept writes outputs and counts back into the pages. Each command and each line is one test; the
last line is "N passed, N failed".
"""

import argparse
import json
import pathlib
import re
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "cli"))
import run as cli  # noqa: E402  (the runner of sessions lies in another folder)

FENCE = re.compile(r"^```(console|rule-error|rule)\s*$")
COUNT = re.compile(r"\s*# => (\d+)\s*$")
CODE = re.compile(r"\s*# (L\d+)\s*$")


def goes_on(text):
    """Whether a command is not at its end: a line break is taken off, or a quote is open."""
    return text.endswith("\\") or text.count("'") % 2 == 1


def quote(text):
    return "'" + text.replace("'", "'\\''") + "'"


class Page:
    """One page: walks its lines, runs what stands in the fences, keeps the new lines."""

    def __init__(self, path, shell, folder):
        self.path, self.shell, self.folder = path, shell, folder
        self.lines = path.read_text(encoding="utf-8").split("\n")
        self.new_lines = []
        self.passed = self.failed = 0

    def count(self, good, number, what, shown):
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        if not good:
            print(f"FAILED {self.path.name}:{number}: {what}\n{shown}")

    def run(self):
        kind, block, first = None, [], 0
        for number, line in enumerate(self.lines, 1):
            if kind is None:
                self.new_lines.append(line)
                match = FENCE.match(line)
                if match:
                    kind, block, first = match.group(1), [], number + 1
            elif line == "```":
                handler = {"console": self.console, "rule": self.rules,
                           "rule-error": self.errors}[kind]
                self.new_lines += handler(block, first) + [line]
                kind = None
            else:
                block.append(line)

    def console(self, block, first):
        kept, at = [], 0
        while at < len(block) and not block[at].startswith("$ "):
            kept.append(block[at])
            at += 1
        while at < len(block):
            number, text = first + at, block[at][2:]
            kept.append(block[at])
            at += 1
            while at < len(block) and goes_on(text):
                text += "\n" + block[at]
                kept.append(block[at])
                at += 1
            expected = []
            while at < len(block) and not block[at].startswith("$ "):
                expected.append(block[at])
                at += 1
            done = self.shell.run(text, self.folder)
            actual = cli.split_lines(done.stdout) + cli.split_lines(done.stderr)
            good = cli.matches(expected, actual)
            self.count(good, number, text, "\n".join("  " + line for line in actual))
            kept += expected if good else actual
        return kept

    def ask(self, command):
        done = self.shell.run(command, self.folder)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def answer(self, expression, engine):
        """Codes of a rule, codes and values of another expression; an error's sentence."""
        code, out, error = self.ask(f"kohorta eval -q --list --format ndjson --engine {engine} -- "
                                    f"{quote(expression)}")
        return (out, None) if code == 0 else (None, error)

    def check_rule(self, expression, expected):
        """What is wrong with a line of a rule box, and the number of customers."""
        reference, error = self.answer(expression, "reference")
        if error is not None:
            return error, None
        count = len(reference.splitlines())
        sqlite, error = self.answer(expression, "sqlite")
        if sqlite != reference:
            return f"sqlite answers otherwise: {error or len(sqlite.splitlines())}", count
        _, text, _ = self.ask(f"kohorta explain --form text -- {quote(expression)}")
        _, again, _ = self.ask(f"kohorta explain --form text -- {quote(text.strip())}")
        if text != again or not text:
            return f"its text does not mean itself: {text} {again}", count
        _, tree, _ = self.ask(f"kohorta explain --form json -- {quote(expression)}")
        _, back, _ = self.ask(f"kohorta explain --form text --from-json -- {quote(tree.strip())}")
        if back != text:
            return f"JSON brings back {back}", count
        if expected is not None and count != expected:
            return f"{count} customers, expected {expected}", count
        return None, count

    def rules(self, block, first):
        kept = []
        for number, line in enumerate(block, first):
            if not line.strip() or line.startswith("#"):
                kept.append(line)
                continue
            match = COUNT.search(line)
            expression = COUNT.sub("", line)
            expected = int(match.group(1)) if match else None
            wrong, count = self.check_rule(expression, expected)
            self.count(wrong is None, number, expression, f"  {wrong}")
            if match and count is not None and count != expected:
                line = line[:match.start(1)] + str(count) + line[match.end(1):]
            kept.append(line)
        return kept

    def errors(self, block, first):
        for number, line in enumerate(block, first):
            if not line.strip():
                continue
            match = CODE.search(line)
            expression = CODE.sub("", line)
            code, _, error = self.ask(f"kohorta eval --json -- {quote(expression)}")
            codes = [d["code"] for d in json.loads(error)["diagnostics"]] if code == 2 else []
            self.count(match is not None and match.group(1) in codes, number, expression,
                       f"  exit code {code}, {codes}, {error}")
        return block


def run_page(path, shell, accept):
    with tempfile.TemporaryDirectory(dir=shell.scratch) as folder:
        shell.make_demo()
        data = pathlib.Path(folder) / "demo"
        shutil.copytree(shell.demo, data)
        shell.environment["KOHORTA_DATA"] = str(data)
        page = Page(path, shell, folder)
        page.run()
    if accept:
        path.write_text("\n".join(page.new_lines), encoding="utf-8")
    print(f"{path.name}: {page.passed} passed, {page.failed} failed")
    return page.passed, page.failed


def main():
    parser = argparse.ArgumentParser(description="Runs the examples of the documentation.")
    parser.add_argument("kohorta")
    parser.add_argument("pages", nargs="*", type=pathlib.Path)
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("--filter", default="")
    arguments = parser.parse_intermixed_args()
    docs = ROOT / "docs"
    pages = arguments.pages or [docs / "language.md", docs / "data-model.md",
                                *sorted((docs / "manual").glob("*.md"))]
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="kohorta-docs-") as scratch:
        shell = cli.Shell(arguments.kohorta, scratch)
        for path in pages:
            if arguments.filter in path.name:
                more_passed, more_failed = run_page(path, shell, arguments.accept)
                passed, failed = passed + more_passed, failed + more_failed
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
