#!/usr/bin/env python3
"""run_examples.py -- the examples on real data against hand-written SQL.

For each folder of examples/ the raw files are loaded into an SQLite database by Python's own csv
module (every column as text, in file order), raw.sql adds views, and every question of
questions.txt must give the same customer codes by `kohorta eval` and by its SQL; a written count
must hold too. A report, the customers of a classification, a matrix and a migration must have the
rows of their SQL in the columns that are named; a classification is added and run as of its days
first. The data sets are not in the repository: they are looked for in $KOHORTA_REAL_DATA, else in
../shared/data beside the checkout. Absent ones are named and not counted. The last line is
"N passed, N failed".
"""
import csv
import gzip
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile
from decimal import Decimal

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def data_folder(name):
    for base in (os.environ.get("KOHORTA_REAL_DATA"), os.path.join(ROOT, "..", "shared", "data")):
        if base and os.path.isdir(os.path.join(base, name)):
            return os.path.abspath(os.path.join(base, name))
    return None


def load_raw(folder, database):
    """Every *.csv and *.csv.gz of the folder becomes a table named after the file."""
    for file in sorted(os.listdir(folder)):
        match = re.fullmatch(r"(\w+)\.csv(\.gz)?", file)
        if not match:
            continue
        opener = gzip.open if match.group(2) else open
        with opener(os.path.join(folder, file), "rt", encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            header = next(rows)
            columns = ", ".join('"%s" TEXT' % column for column in header)
            database.execute(f'CREATE TABLE "{match.group(1)}" ({columns})')
            marks = ", ".join("?" * len(header))
            database.executemany(f'INSERT INTO "{match.group(1)}" VALUES ({marks})', rows)


def load_published(folder, database):
    """Published results, {"key": [numbers]}, become a table: key, place of the number, number."""
    for file in sorted(os.listdir(folder)):
        if not file.endswith("_result.json"):
            continue
        with open(os.path.join(folder, file), encoding="utf-8") as stream:
            rows = [(key, place, number) for key, numbers in json.load(stream).items()
                    for place, number in enumerate(numbers)]
        database.execute(f'CREATE TABLE "{file[:-5]}" (key TEXT, place INTEGER, number INTEGER)')
        database.executemany(f'INSERT INTO "{file[:-5]}" VALUES (?, ?, ?)', rows)


def read_questions(path):
    """(as_of, [{title, rule, sql, count, checks}]); lines starting with two spaces continue."""
    as_of, questions = None, []
    with open(path, encoding="utf-8") as stream:
        for line in stream.read().split("\n"):
            if line.startswith("#") or not line.strip():
                continue
            if line.startswith("as-of "):
                as_of = line[6:].strip()
            elif line.startswith("== "):
                questions.append({"title": line[3:].strip()})
            elif line.startswith("  "):
                questions[-1][key] += "\n" + line.strip()
            else:
                key, _, value = line.partition(":")
                questions[-1][key] = value.strip()
    return as_of, questions


def ask(kohorta, directory, rule, as_of):
    done = subprocess.run(
        [kohorta, "eval", rule, "-d", directory, "--as-of", as_of, "--list", "--format", "ndjson"],
        capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return sorted(json.loads(line)["code"] for line in done.stdout.splitlines())


def ask_value(kohorta, directory, expression, as_of):
    """Sum of a metric over all customers, as the exact decimal text kohorta prints."""
    done = subprocess.run(
        [kohorta, "eval", "code is not missing", "-d", directory, "--as-of", as_of, "--list",
         "--columns", expression + " as value", "--format", "ndjson"],
        capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    rows = [json.loads(line, parse_float=Decimal, parse_int=Decimal)
            for line in done.stdout.splitlines()]
    return sum(Decimal(row["value"]) for row in rows if row["value"] is not None)


def plain(value):
    """Numbers in one spelling, whoever wrote them; anything else as it is, without the apostrophe
    that keeps a spreadsheet from taking it for a formula."""
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except ArithmeticError:
        return re.sub(r"^'(?=[-=+@])", "", str(value))


def command(kohorta, directory, words):
    done = subprocess.run([kohorta, *words, "-d", directory, "-q"],
                          capture_output=True, text=True, encoding="utf-8")
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return done.stdout


def classify(kohorta, directory, words, days):
    """Adds a classification, runs it as of each day; the command that shows its customers."""
    command(kohorta, directory, ["classify", "add", *words])
    for day in days.split(","):
        command(kohorta, directory, ["classify", "run", words[0], "--as-of", day.strip()])
    return ["classify", "show", words[0]]


def ask_table(kohorta, directory, words, columns):
    """The rows of a table as it is written in CSV."""
    table = command(kohorta, directory, [*words, "--format", "csv"])
    return sorted(tuple(plain(row[column]) for column in columns)
                  for row in csv.DictReader(table.splitlines()))


TABLES = ("report", "classify", "matrix", "migration")


def check_table(kohorta, directory, database, as_of, question):
    columns = [column.strip() for column in question["columns"].split(",")]
    kind = next(kind for kind in TABLES if kind in question)
    words = shlex.split(question[kind])
    if kind == "classify":
        words = classify(kohorta, directory, words, question.get("days", as_of))
    else:
        words = [kind, *words]
    mine = ask_table(kohorta, directory, words, columns)
    theirs = sorted(tuple(plain(value) for value in row)
                    for row in database.execute(question["sql"]))
    if mine == theirs and theirs:
        return True, f"{len(mine)} rows", None
    wrong = [row for row in mine if row not in theirs], [row for row in theirs if row not in mine]
    return False, f"{len(mine)} rows, {wrong[0][:3]}", f"{len(theirs)} rows, {wrong[1][:3]}"


def check_question(kohorta, directory, database, as_of, question):
    if any(kind in question for kind in TABLES):
        return check_table(kohorta, directory, database, as_of, question)
    if "total" in question:
        found = ask_value(kohorta, directory, question["total"], as_of)
        expected = question["value"]
        return f"{found.normalize():f}" == expected, f"{found:f}", expected
    mine = ask(kohorta, directory, question["rule"], as_of)
    theirs = sorted(str(row[0]) for row in database.execute(question["sql"]))
    if "count" in question and len(mine) != int(question["count"]):
        return False, len(mine), question["count"]
    if not theirs:
        return False, "an empty answer proves nothing", "a question with an answer"
    return mine == theirs, len(mine), len(theirs)


def run_example(kohorta, name):
    folder = data_folder(name)
    if folder is None:
        print(f"{name}: its files are neither in $KOHORTA_REAL_DATA nor in ../shared/data; "
              f"examples/{name}/README.md says where to get them")
        return 0, 0
    passed = failed = 0
    with tempfile.TemporaryDirectory() as directory:
        database = sqlite3.connect(":memory:")
        load_raw(folder, database)
        load_published(folder, database)
        with open(os.path.join(ROOT, "examples", name, "raw.sql"), encoding="utf-8") as stream:
            database.executescript(stream.read())
        target = os.path.join(directory, "data")
        script = os.path.join(ROOT, "examples", name, "import.sh")
        done = subprocess.run(["bash", script, folder, target], capture_output=True, text=True,
                              env=dict(os.environ, KOHORTA=kohorta))
        if done.returncode != 0:
            print(f"{name}: import failed\n{done.stdout}{done.stderr}")
            return 0, 1
        as_of, questions = read_questions(os.path.join(ROOT, "examples", name, "questions.txt"))
        for question in questions:
            try:
                good, mine, theirs = check_question(kohorta, target, database, as_of, question)
            except RuntimeError as error:
                good, mine, theirs = False, str(error), "an answer"
            passed, failed = passed + good, failed + (not good)
            print(f"{'ok  ' if good else 'FAIL'} {name}: {question['title']}: {mine}"
                  + ("" if good else f", expected {theirs}"))
    return passed, failed


def main():
    kohorta = os.path.abspath(sys.argv[1])
    examples = os.scandir(os.path.join(ROOT, "examples"))
    names = sys.argv[2:] or sorted(folder.name for folder in examples if folder.is_dir())
    passed = failed = 0
    for name in names:
        more_passed, more_failed = run_example(kohorta, name)
        passed, failed = passed + more_passed, failed + more_failed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
