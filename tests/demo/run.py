#!/usr/bin/env python3
"""Asks the demo company the questions of questions.txt and tables.txt by kohorta and by SQL written
by hand.

usage: tests/demo/run.py KOHORTA

The company is written as files (`kohorta demo --csv`), which Python's own csv module loads into an
SQLite database: nothing of kohorta stands between the files and the SQL. Both evaluators of kohorta
must give the codes that the SQL gives, and no answer may be empty. Then tools/demo.sh is run as of
several days, and no question of it may go without an answer. The last line is "N passed, N failed".
"""

import csv
import datetime
import decimal
import json
import math
import os
import pathlib
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
AS_OF = "2026-03-31"
FILES = {  # name of the file: encoding, delimiter
    "customers": ("cp1251", ";"), "items": ("utf-8-sig", ","), "purchases": ("utf-8", ";"),
    "interactions": ("utf-8", ","), "settlements": ("utf-8", "\t"), "contacts": ("utf-8", ","),
}


def day_number(text):
    """Days since 1970 of 2026-03-31, 2026-03-31T12:00 or 31.03.2026; '' of nothing."""
    if not text:
        return ""
    if re.match(r"\d\d\.", text):
        text = f"{text[6:]}-{text[3:5]}-{text[:2]}"
    return (datetime.date.fromisoformat(text[:10]) - datetime.date(1970, 1, 1)).days


def money(text):
    """Ten-thousandths, exactly; None of nothing."""
    return int(decimal.Decimal(text.replace(",", ".")) * 10000) if text else None


def load(folder):
    database = sqlite3.connect(":memory:")
    database.create_function("day", 1, day_number, deterministic=True)
    database.create_function("money", 1, money, deterministic=True)
    database.create_function("sqrt", 1, math.sqrt, deterministic=True)
    database.create_function("lower_ru", 1, str.lower, deterministic=True)
    database.create_function("weekday", 1, lambda day: (day + 3) % 7 + 1, deterministic=True)
    for name, (encoding, delimiter) in FILES.items():
        with open(folder / f"{name}.csv", encoding=encoding, newline="") as stream:
            rows = csv.reader(stream, delimiter=delimiter)
            header = next(rows)
            columns = ", ".join(f'"{column}" TEXT' for column in header)
            database.execute(f"CREATE TABLE {name} ({columns})")
            marks = ", ".join("?" * len(header))
            database.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    database.executescript((HERE / "raw.sql").read_text(encoding="utf-8"))
    return database


def read_questions(file):
    """[{title, key: value}]; lines starting with two spaces continue."""
    questions = []
    for line in (HERE / file).read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            questions.append({"title": line[3:]})
        elif line.startswith("  "):
            questions[-1][key] += "\n" + line
        elif line and not line.startswith("#"):
            key, _, value = line.partition(": ")
            questions[-1][key] = value
    return questions


def ask(kohorta, directory, rule, engine):
    done = subprocess.run(
        [kohorta, "-d", directory, "eval", "-q", rule, "--as-of", AS_OF, "--list", "--format",
         "ndjson", "--engine", engine], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return [json.loads(line)["code"] for line in done.stdout.splitlines()]


def wrong_with(question, kohorta, directory, database):
    """What is wrong with the answer; None when everything agrees."""
    theirs = sorted(row[0] for row in database.execute(question["sql"]))
    if not theirs:
        return "an empty answer proves nothing"
    for engine in ("reference", "sqlite"):
        mine = ask(kohorta, directory, question["rule"], engine)
        if mine != theirs:
            more, less = sorted(set(mine) - set(theirs)), sorted(set(theirs) - set(mine))
            return f"{engine}: {len(mine)} against {len(theirs)}; too many {more[:5]}, " \
                   f"too few {less[:5]}"
    if "count" in question and len(theirs) != int(question["count"]):
        return f"{len(theirs)}, expected {question['count']}"
    for code in question.get("in", "").split():
        if code not in theirs:
            return f"{code} must be in"
    for code in question.get("out", "").split():
        if code in theirs:
            return f"{code} must be out"
    return None


# ---- classifications and reports ----

def plain(value):
    """One spelling of a number, whoever wrote it; anything else as it is."""
    try:
        return f"{float(value):.6f}"
    except (TypeError, ValueError):
        return "" if value is None else str(value)


def command(kohorta, directory, words):
    done = subprocess.run([kohorta, *shlex.split(words), "-d", directory, "-q"],
                          env=dict(os.environ, KOHORTA_TODAY=AS_OF),
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{words}: {done.stderr.strip()}")
    return done.stdout


def is_wanted(row, where):
    column, *values = where.split()
    if not values:
        return row[column] not in ("", "0")
    return row[column].replace(" ", "_") in values


def table_differs(question, kohorta, directory, database):
    """What is wrong with the rows; None when all are those of the SQL."""
    for words in filter(None, question.get("before", "").split(";")):
        command(kohorta, directory, words)
    if "keep" in question:
        database.execute(f"CREATE TABLE {question['keep']} (code, class)")
        database.execute(f"INSERT INTO {question['keep']} {question['sql']}")
    theirs = sorted(tuple(map(plain, row)) for row in database.execute(question["sql"]))
    rows = csv.DictReader(command(kohorta, directory, question["ask"] + " --format csv")
                          .splitlines())
    columns = question["columns"].split()
    mine = sorted(tuple(plain(row[column]) for column in columns) for row in rows
                  if "where" not in question or is_wanted(row, question["where"]))
    if not theirs:
        return "an empty answer proves nothing"
    if mine == theirs:
        return None
    more, less = sorted(set(mine) - set(theirs)), sorted(set(theirs) - set(mine))
    return f"{len(mine)} rows against {len(theirs)}; too many {more[:4]}, too few {less[:4]}"


def count_wrong(questions, find_wrong):
    passed = failed = 0
    for question in questions:
        try:
            wrong = find_wrong(question)
        except RuntimeError as error:
            wrong = str(error)
        passed, failed = passed + (wrong is None), failed + (wrong is not None)
        if wrong is not None:
            print(f"FAILED {question['title']}: {wrong}")
    return passed, failed


def ask_questions(kohorta, scratch):
    directory = str(scratch / "demo")
    files = scratch / "files"
    files.mkdir()
    subprocess.run([kohorta, "demo", "-q", directory, "--csv", str(files), "--until", AS_OF],
                   check=True)
    database = load(files)
    questions = count_wrong(read_questions("questions.txt"),
                            lambda question: wrong_with(question, kohorta, directory, database))
    tables = count_wrong(read_questions("tables.txt"),
                         lambda question: table_differs(question, kohorta, directory, database))
    return questions[0] + tables[0], questions[1] + tables[1]


def run_demo_script(kohorta, scratch, today):
    """tools/demo.sh as of a day: every question of it has an answer, and the shops are 10, 5, 2."""
    environment = dict(os.environ, KOHORTA=kohorta, KOHORTA_TODAY=today, SERVE="no")
    done = subprocess.run([ROOT / "tools" / "demo.sh", scratch / f"script-{today}"],
                          env=environment, capture_output=True, text=True, check=False)
    counts = [int(count) for count in re.findall(r"клиентов: (\d+)", done.stdout)]
    good = done.returncode == 0 and len(counts) >= 11 and min(counts) > 0 \
        and counts[3:6] == [10, 5, 2]
    if not good:
        print(f"FAILED tools/demo.sh as of {today}: {counts}\n{done.stderr}")
    return good


def main():
    kohorta = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="kohorta-demo-") as folder:
        scratch = pathlib.Path(folder)
        passed, failed = ask_questions(kohorta, scratch)
        for today in ("2026-03-31", "2026-11-22", "2028-02-29"):
            good = run_demo_script(kohorta, scratch, today)
            passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
