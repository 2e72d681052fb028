#!/usr/bin/env python3
"""Types commands into a shell, as a user does, and compares what comes back with written cases.

usage: tests/cli/run.py KOHORTA [--accept] [--filter TEXT] [--except TEXT] [CASE.cli ...]

A case file is a session in an empty folder. Its lines:
  == title            begins a new session: a fresh folder, nothing left of the one before
  $ command           is run by bash; a line that ends in \\ goes on in the next one
  > line              is expected on stdout
  ! line              is expected on stderr
  = code              is the expected exit code; 0 when there is no such line
  # comment           and empty lines are kept and mean nothing
An expected line that begins with ~ (after "> " or "! ") is a regular expression for the whole line;
one that is just ... stands for any number of lines. In the shell `kohorta` is the program under
test, and $DEMO a data directory with the demo company as of 2026-03-31 that sessions may read (made
on the first use); `workbook` prints an XLSX file (workbook.py). KOHORTA_TODAY is noon of
2026-03-31, KOHORTA_AUTHOR is anna. --accept writes what came back into the files.
Each command is one test; the last line is "N passed, N failed".
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT_SECONDS = 300


class Command:
    def __init__(self, text, line):
        self.text, self.line = text, line
        self.out, self.error, self.code = [], [], 0


def read_sessions(path):
    """[(title, [Command or kept line])] of a case file."""
    sessions = [("", [])]
    lines = iter(enumerate(path.read_text(encoding="utf-8").split("\n"), 1))
    for number, line in lines:
        items = sessions[-1][1]
        if line.startswith("== "):
            sessions.append((line[3:], []))
        elif line.startswith("$ "):
            text = line[2:]
            while text.endswith("\\"):
                text += "\n" + next(lines)[1]
            items.append(Command(text, number))
        elif line[:2] in ("> ", "! ", "= ") or line in (">", "!"):
            command = next(i for i in reversed(items) if isinstance(i, Command))
            if line[0] == "=":
                command.code = int(line[2:])
            else:
                (command.out if line[0] == ">" else command.error).append(line[2:])
        else:
            items.append(line)
    return sessions


def matches(expected, actual):
    """Whether lines fit, with ~ for a regular expression and ... for any number of lines."""
    if not expected:
        return not actual
    if expected[0] == "...":
        return any(matches(expected[1:], actual[skip:]) for skip in range(len(actual) + 1))
    if not actual:
        return False
    first = expected[0]
    fits = re.fullmatch(first[1:], actual[0]) if first.startswith("~") else first == actual[0]
    return bool(fits) and matches(expected[1:], actual[1:])


def split_lines(data):
    text = data.decode("utf-8", errors="backslashreplace").replace("\r\n", "<CR>\n")
    text = text.replace("\ufeff", "<BOM>")
    lines = text.split("\n")
    if lines[-1] == "":
        return lines[:-1]
    return lines[:-1] + [lines[-1] + "<no end of line>"]


class Shell:
    """Runs commands; knows where the program is and keeps the demo directory."""

    def __init__(self, kohorta, scratch):
        self.scratch = pathlib.Path(scratch)
        bin_folder = self.scratch / "bin"
        bin_folder.mkdir()
        (bin_folder / "kohorta").symlink_to(pathlib.Path(kohorta).resolve())
        (bin_folder / "workbook").symlink_to(HERE / "workbook.py")
        self.demo = self.scratch / "demo"
        self.environment = {"PATH": f"{bin_folder}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8",
                            "HOME": str(self.scratch), "KOHORTA_AUTHOR": "anna",
                            "KOHORTA_TODAY": "2026-03-31T12:00",
                            "DEMO": str(self.demo), "TERM": "dumb"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]

    def make_demo(self):
        if not self.demo.exists():
            subprocess.run(["kohorta", "demo", "-q", str(self.demo), "--bare",
                            "--until", "2026-03-31"], env=self.environment, check=True)
            # made in time, so that no session tells of making it
            subprocess.run(["kohorta", "image", "build", "-q", "-d", str(self.demo)],
                           env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def run(self, text, folder):
        if "$DEMO" in text:
            self.make_demo()
        return subprocess.run(["bash", "-c", text], cwd=folder, env=self.environment,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False,
                              timeout=TIMEOUT_SECONDS)


def with_kept_patterns(expected, actual):
    """What to accept: the actual lines, but patterns that still fit stay."""
    return expected if matches(expected, actual) else actual


def run_command(shell, command, folder):
    """(passed, lines to show); puts what came back into the command."""
    done = shell.run(command.text, folder)
    out, error = split_lines(done.stdout), split_lines(done.stderr)
    passed = (matches(command.out, out) and matches(command.error, error)
              and command.code == done.returncode)
    shown = [f"  > {line}" for line in out] + [f"  ! {line}" for line in error]
    if done.returncode != command.code:
        shown.append(f"  = {done.returncode}, expected {command.code}")
    command.out = with_kept_patterns(command.out, out)
    command.error = with_kept_patterns(command.error, error)
    command.code = done.returncode
    return passed, shown


def run_file(shell, path, accept):
    passed = failed = 0
    sessions = read_sessions(path)
    for title, items in sessions:
        with tempfile.TemporaryDirectory(dir=shell.scratch) as folder:
            for command in (item for item in items if isinstance(item, Command)):
                good, shown = run_command(shell, command, folder)
                passed, failed = passed + good, failed + (not good)
                if not good:
                    print(f"FAILED {path.name}:{command.line} ({title}): {command.text}")
                    print("\n".join(shown))
    if accept:
        path.write_text(written(sessions), encoding="utf-8")
    return passed, failed


def written(sessions):
    lines = []
    for title, items in sessions:
        if title:
            lines.append(f"== {title}")
        for item in items:
            if not isinstance(item, Command):
                lines.append(item)
                continue
            lines.append(f"$ {item.text}")
            lines += [f"> {line}".rstrip() if line == "" else f"> {line}" for line in item.out]
            lines += [f"! {line}".rstrip() if line == "" else f"! {line}" for line in item.error]
            if item.code != 0:
                lines.append(f"= {item.code}")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description="Runs sessions of the command line.")
    parser.add_argument("kohorta")
    parser.add_argument("cases", nargs="*", type=pathlib.Path)
    parser.add_argument("--accept", action="store_true")
    parser.add_argument("--filter", default="", help="only files with this in their names")
    parser.add_argument("--except", dest="left_out", help="no files with this in their names")
    arguments = parser.parse_intermixed_args()
    cases = arguments.cases or sorted((HERE / "cases").glob("*.cli"))
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="kohorta-cli-") as scratch:
        shell = Shell(arguments.kohorta, scratch)
        for path in cases:
            is_left_out = arguments.left_out and arguments.left_out in path.name
            if arguments.filter in path.name and not is_left_out:
                more_passed, more_failed = run_file(shell, path, arguments.accept)
                passed, failed = passed + more_passed, failed + more_failed
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 and passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
