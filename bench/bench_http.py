#!/usr/bin/env python3
"""How fast the server answers over HTTP, beside a constant of its own: one table.

usage: bench/bench_http.py [--scale D0.1] [--seconds 5] [--edits 1000] [--output FILE] [--smoke]

P7: which segments a customer is in and whether he may be shipped to, for customers picked at
random, over kept connections, beside GET /version of the same server. P3: the exact count of a rule
after each edit, one request after another, as while somebody types. Wants wrk, and the programs of
`make bench` in build/release/bin. With --smoke only whether everything is answered; one line
"N passed, N failed" at the end."""

import argparse
import datetime
import http.client
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tests" / "server"))
from serving import Serving  # noqa: E402  (the folder is not a package)

PROGRAMS = ROOT / "build" / "release" / "bin"
AS_OF = "2025-12-30"
ASKED_CUSTOMERS = 20000
PATHS = (("constant", "/version"), ("memberships", "/api/v1/customers/{code}/memberships"),
         ("may-ship", "/api/v1/customers/{code}/may-ship"))
CONNECTIONS = (1, 16, 64)
RATIO_BAR, P99_BAR_MS, COUNT_BAR_MS = 0.7, 2, 50
BANS = (("overdue", "overdue(settlement) > 0"), ("debtors", "debt(settlement) > 500000"))
GENERAL_COUNT = 10


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          env={**os.environ, "KOHORTA_TODAY": AS_OF})
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def make_data(scale, scratch, rules):
    """The bench company with stored segments, bans among them."""
    files, data, kohorta = scratch / "files", scratch / "data", PROGRAMS / "kohorta"
    files.mkdir()
    run(PROGRAMS / "generate", files, scale)
    run(kohorta, "init", data, "--time-zone", "Europe/Moscow", "--currency", "RUB", "--language",
        "ru")
    for name, kind in (("customers", ["customers"]), ("items", ["items"]),
                       ("purchases", ["events", "purchase"]),
                       ("interactions", ["events", "interaction"]),
                       ("settlements", ["events", "settlement"])):
        run(kohorta, "-d", data, "import", *kind, files / f"{name}.csv", "-q")
    general = [(f"general {i}", rule) for i, rule in enumerate(rules[:GENERAL_COUNT])]
    for name, rule in [*BANS, *general]:
        kind = ["--kind", "ban"] if (name, rule) in BANS else []
        run(kohorta, "-d", data, "segment", "add", name, "--rule", rule, "--mode", "periodic",
            *kind, "-q")
    run(kohorta, "-d", data, "segment", "form", "--all", "-q")
    return data


def read_codes(scratch):
    with open(scratch / "files" / "customers.csv", encoding="utf-8") as file:
        next(file)
        codes = [line.split(",", 1)[0].split(";", 1)[0].strip('"\n') for line in file]
    step = max(1, len(codes) // ASKED_CUSTOMERS)
    return codes[::step]


# ---- P7 ----

class Load:
    """What wrk found, and what it cost the server."""

    def __init__(self, serving, token, codes, path, connections, seconds):
        before = cpu_seconds(serving.process.pid)
        done = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-H",
             f"Authorization: Bearer {token}", "-s",
             str(HERE / "ask.lua"), f"http://127.0.0.1:{serving.port}", "--", path,
             str(codes)], capture_output=True, text=True, check=True)
        line = next(line for line in done.stdout.splitlines() if line.startswith("result "))
        count, microseconds, p50, p99, self.failed = map(int, line.split()[1:])
        self.rate, self.p50_ms, self.p99_ms = count * 1e6 / microseconds, p50 / 1000, p99 / 1000
        spent = cpu_seconds(serving.process.pid) - before
        self.cpu_microseconds = spent * 1e6 / max(1, count)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure_lookups(serving, token, codes, seconds):
    rows = []
    for connections in CONNECTIONS:
        loads = {name: Load(serving, token, codes, path, connections, seconds)
                 for name, path in PATHS}
        for name, _ in PATHS:
            load = loads[name]
            ratio = load.rate / loads["constant"].rate
            is_met = ratio >= RATIO_BAR and (connections != 64 or load.p99_ms < P99_BAR_MS)
            bar = "" if name == "constant" else "met" if is_met else "missed"
            rows.append(("P7", f"{name}, {connections} connections", f"{load.rate:,.0f}/s",
                         f"{load.p50_ms:.2f}", f"{load.p99_ms:.2f}", f"{ratio:.2f}",
                         f"{load.cpu_microseconds:.0f}", bar))
            if load.failed:
                sys.exit(f"{load.failed} requests of {name} failed")
    return rows


# ---- P3 ----

def measure_counts(serving, token, rules, edits, is_judged):
    connection = http.client.HTTPConnection("127.0.0.1", serving.port, timeout=120)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    milliseconds = []
    before = cpu_seconds(serving.process.pid)
    for i in range(edits):
        one, other = rules[i % len(rules)], rules[(i * 7 + 3) % len(rules)]
        body = json.dumps({"text": f"({one}) or ({other})"})
        begin = time.perf_counter()
        connection.request("POST", "/api/v1/rules/count", body, headers)
        answer = connection.getresponse()
        counted = answer.read()
        milliseconds.append((time.perf_counter() - begin) * 1000)
        if answer.status != 200:
            sys.exit(f"{body}: {answer.status} {counted!r}")
    spent = cpu_seconds(serving.process.pid) - before
    milliseconds.sort()
    p99 = milliseconds[min(len(milliseconds) - 1, edits * 99 // 100)]
    bar = ("met" if p99 <= COUNT_BAR_MS else "missed") if is_judged else ""
    return [("P3", f"count of a rule as it is edited, {edits} edits",
             f"{1000 * edits / sum(milliseconds):,.0f}/s", f"{milliseconds[edits // 2]:.2f}",
             f"{p99:.2f}", "", f"{spent * 1e6 / edits:.0f}", bar)]


# ---- the table ----

HEAD = ("workload", "question", "answers", "p50 ms", "p99 ms", "of constant", "server µs", "bar")


def print_table(scale, rows, output):
    lines = [f"# HTTP at {scale}", "",
             f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors, load "
             f"{os.getloadavg()[0]:.1f} at the end, {datetime.date.today().isoformat()}. wrk runs "
             "on the same machine. Bars: P7 at least 0.7 of the constant, and p99 below 2 ms at 64 "
             "connections; P3 p99 at most 50 ms at D1. *Server µs* is time of its processors per "
             "answer, which other work on the machine disturbs least.", "",
             "| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    text = "\n".join(lines) + "\n"
    print(text)
    if output:
        pathlib.Path(output).write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--scale", default="D0.1")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--edits", type=int, default=1000)
    parser.add_argument("--output")
    parser.add_argument("--smoke", action="store_true")
    arguments = parser.parse_args()
    rules = [line.split("\t")[0] for line in
             run(PROGRAMS / "list_segments", "different", "300").splitlines()]
    with tempfile.TemporaryDirectory(prefix="kohorta-bench-http-",
                                     dir=os.environ.get("SCRATCH", "/var/tmp")) as name:
        scratch = pathlib.Path(name)
        data = make_data(arguments.scale, scratch, rules)
        codes = scratch / "codes"
        codes.write_text("\n".join(read_codes(scratch)) + "\n", encoding="utf-8")
        with Serving(PROGRAMS / "kohorta", ("--log", "none"), {"KOHORTA_TODAY": AS_OF},
                     data) as serving:
            admin = serving.administrator()
            token = admin.post("/tokens", {"name": "bench", "scopes": ["read"]}).json["secret"]
            rows = measure_lookups(serving, token, codes, arguments.seconds)
            rows += measure_counts(serving, token, rules, arguments.edits,
                                   arguments.scale == "D1")
    print_table(arguments.scale, rows, arguments.output)
    if arguments.smoke:
        print(f"{len(rows)} passed, 0 failed")


if __name__ == "__main__":
    main()
