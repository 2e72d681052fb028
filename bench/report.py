#!/usr/bin/env python3
"""Puts what was measured into one table, on the screen and in RESULTS.md.

usage: report.py --scale SCALE --results DIR [--output FILE] [--check]

DIR holds kohorta.tsv and one file per other engine, lines as measure.py writes them. A time counts
only where all answers are equal; with --check the exit status says whether they all are."""

import argparse
import datetime
import os
import pathlib
import platform
import re
import statistics
import sys

PEERS = {"duckdb": "DuckDB", "clickhouse": "ClickHouse", "postgres": "PostgreSQL",
         "sqlite": "SQLite"}
# Ratios are to the better one of these.
RIVALS = {"P8": ("postgres",), None: ("duckdb", "clickhouse")}

# (workload, question): (what the bar says, scale it is for, most seconds, least ratio)
BARS = {
    ("P1", None): ("≥ 5×", "D10", None, 5),
    ("P1", "median of the twelve"): ("≥ 20×", "D10", None, 20),
    ("P2", "different"): ("≤ 10 s, ≥ 100×", "D10", 10, 100),
    ("P2", "shared"): ("≤ 4 s, ≥ 100×", "D10", 4, 100),
    ("P3", "p99"): ("≤ 20 ms", "D1", 0.020, None),
    ("P4", None): ("≤ 2 s", "D10", 2, None),
    ("P5", None): ("≤ 0.5 s", "D10", 0.5, None),
    ("P6", "p99"): ("≤ 10 ms", "D10", 0.010, None),
    ("P6", "1000 at once, per event"): ("≤ 10 µs", "D10", 0.00001, None),
    ("P8", None): ("≥ 1 M rows/s, ≥ 2×", "D10", 20, 2),
    ("P9", "cold start"): ("≤ 1 s", "D10", 1, None),
    ("P9", "recovery"): ("≤ 3 s", "D10", 3, None),
    ("P10", "100 "): ("≤ 0.1 s", "D10", 0.1, None),
    ("P10", "1000 "): ("≤ 5 s", "D10", 5, None),
    ("P11", "RFM"): ("≤ 0.25 s", "D10", 0.25, None),
    ("P11", "ABC"): ("≤ 0.4 s", "D10", 0.4, None),
    ("P12", None): ("≤ 3 GiB", "D10", 3, None),
    ("S2", "1000 formed for the first time"): ("≤ 10 s", "D10", 10, None),
    ("S4", None): ("≤ 2 s", "D10", 2, None),
    ("S5", None): ("≤ 0.5 s", "D10", 0.5, None),
    ("S6", "p99"): ("≤ 10 ms", "D10", 0.010, None),
    ("S10", None): ("≤ 5 s", "D10", 5, None),
}


class Result:
    def __init__(self, cells):
        _, _, seconds, repetitions, count, total, self.note = cells
        self.seconds = float(seconds) if seconds else None
        self.repetitions = int(repetitions)
        self.answer = (int(count), int(total)) if count else None


def read_results(path):
    """{(workload, question): Result} in the order of the file; version is a text."""
    results = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")
        if cells[0] == "version":
            results["version"] = cells[1]
        elif len(cells) == 7:
            results[cells[0], cells[1]] = Result(cells)
    return results


def duration(seconds):
    if seconds is None:
        return ""
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1 or unit == "µs":
            value = seconds * factor
            return f"{value:.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
    return ""


def bar_of(workload, question, scale, seconds, ratio):
    """The bar in words, with a verdict where it is for this scale."""
    for (bar_workload, start), (text, bar_scale, most, least) in BARS.items():
        if bar_workload != workload or (start is not None and not question.startswith(start)):
            continue
        if start is None and workload == "P1" and question.startswith("median of"):
            continue
        if scale != bar_scale:
            return f"{text} ({bar_scale})"
        is_met = (most is None or seconds <= most) and (least is None or
                                                        (ratio is not None and ratio >= least))
        return text + (": met" if is_met else ": missed")
    return ""


class Table:
    def __init__(self, scale, ours, peers):
        self.scale, self.ours, self.peers, self.rows = scale, ours, peers, []
        self.differences = []

    def equal(self, workload, question, keys):
        """{peer: whether all its answers to `keys` are ours}; peers without answers are absent."""
        verdicts = {}
        for peer, results in self.peers.items():
            for key in keys:
                theirs, own = results.get(key), self.ours.get(key)
                if theirs is None or theirs.answer is None or own is None or own.answer is None:
                    continue
                is_equal = theirs.answer == own.answer
                verdicts[peer] = verdicts.get(peer, True) and is_equal
                if not is_equal:
                    self.differences.append(f"{workload} {question}: {PEERS[peer]} has "
                                            f"{theirs.answer} for {key[1]}, we {own.answer}")
        return verdicts

    def add(self, workload, question, seconds, times, verdicts, note=""):
        """`times`: {peer: seconds}; those of peers with other answers do not count."""
        times = {peer: value for peer, value in times.items()
                 if value is not None and verdicts.get(peer, True)}
        rivals = RIVALS.get(workload, RIVALS[None])
        rivals = [times[peer] for peer in rivals if peer in times]
        ratio = min(rivals) / seconds if rivals and seconds else None
        cells = [workload, question,
                 f"{seconds:.2f} GiB" if workload == "P12" else duration(seconds)]
        for peer in self.peers:
            cells.append("differs" if verdicts.get(peer) is False else duration(times.get(peer)))
        cells.append("" if ratio is None else f"{ratio:.3g}×")
        cells.append(bar_of(workload, question, self.scale, seconds, ratio))
        cells.append("" if not verdicts else "yes" if all(verdicts.values()) else "NO")
        cells.append(note)
        self.rows.append(cells)
        return ratio

    def add_rules(self):
        ratios, own_times, peer_times = [], [], {peer: [] for peer in self.peers}
        for (workload, question), own in self.questions("P1"):
            key = (workload, question)
            verdicts = self.equal(workload, question, [key])
            times = {peer: results[key].seconds for peer, results in self.peers.items()
                     if key in results}
            ratio = self.add(workload, question, own.seconds, times, verdicts, own.note)
            ratios += [ratio] if ratio is not None else []
            own_times.append(own.seconds)
            for peer, seconds in times.items():
                peer_times[peer] += [seconds] if seconds is not None else []
        if own_times:
            times = {peer: statistics.median(values) for peer, values in peer_times.items()
                     if len(values) == len(own_times)}
            self.add("P1", "median of the twelve", statistics.median(own_times), times, {})
            if ratios:  # the bar is about the median of the ratios, not the ratio of the medians
                median = statistics.median(ratios)
                self.rows[-1][-4] = f"{median:.3g}×"
                self.rows[-1][-3] = bar_of("P1", "median of the twelve", self.scale, 0, median)

    def add_segments(self):
        for key, own in self.questions("P2"):
            answers = [other for other in self.ours if other[0] == "answer " + key[1]]
            verdicts = self.equal("P2", key[1], answers)
            times = {peer: results[key].seconds for peer, results in self.peers.items()
                     if key in results}
            notes = [own.note] if own.note else []
            notes += [f"{PEERS[peer]}: {results[key].note}" for peer, results in self.peers.items()
                     if key in results and results[key].note]
            self.add("P2", key[1], own.seconds, times, verdicts, "; ".join(notes))

    def add_rest(self):
        for workload in ("P3", "P4", "P5", "P6", "P8", "P9", "P10", "P11", "P12",
                         "S2", "S4", "S5", "S6", "S10"):
            for (_, question), own in self.questions(workload):
                times = {peer: results[workload, question].seconds
                         for peer, results in self.peers.items() if (workload, question) in results}
                verdict = {}
                equality, _, rest = own.note.partition("; ")
                if equality in ("equal", "UNEQUAL"):
                    verdict["kohorta"] = equality == "equal"
                if verdict and not verdict["kohorta"]:
                    self.differences.append(f"{workload} {question}: not equal to the full result")
                self.add(workload, question, own.seconds, times, verdict,
                         rest if verdict else own.note)

    def questions(self, workload):
        return [(key, result) for key, result in self.ours.items()
                if isinstance(key, tuple) and key[0] == workload and result.seconds is not None]

    def markdown(self):
        heads = ["", "workload", "Kohorta", *(PEERS[peer] for peer in self.peers), "ratio", "bar",
                 "equal", "note"]
        lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
        return lines + ["| " + " | ".join(row) + " |" for row in self.rows]

    def plain(self):
        heads = ["", "workload", "Kohorta", *(PEERS[peer] for peer in self.peers), "ratio", "bar",
                 "equal"]
        rows = [heads] + [row[:len(heads)] for row in self.rows]
        widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
        return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                for row in rows]


def differences_of_imported(ours):
    """Where the image of the imported files answers otherwise than that of the generator."""
    return [f"imported files: '{key[1]}' gives {result.answer}, the generator {own.answer}"
            for key, result in ours.items() if key[0] == "imported"
            for own in [ours.get(("P1", key[1]))] if own and own.answer != result.answer]


def machine():
    """What it ran on, without a name of it."""
    model, memory = platform.machine(), 0
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
    for line in pathlib.Path("/proc/meminfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("MemTotal"):
            memory = int(re.sub(r"\D", "", line)) / 2**20
    load = pathlib.Path("/proc/loadavg").read_text(encoding="utf-8").split()[0]
    return (f"{os.cpu_count()} processors ({model}), {memory:.0f} GiB of memory, Linux "
            f"{platform.release()}; load {load} at the end")


def failures(results, title):
    return [f"{title}: {key[0]} {key[1]}: {result.note}" for key, result in results.items()
            if isinstance(key, tuple) and result.seconds is None and result.answer is None]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", required=True)
    parser.add_argument("--results", required=True, type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    ours = read_results(arguments.results / "kohorta.tsv")
    peers = {peer: read_results(arguments.results / f"{peer}.tsv") for peer in PEERS
             if (arguments.results / f"{peer}.tsv").exists()}
    table = Table(arguments.scale, ours, peers)
    table.add_rules()
    table.add_segments()
    table.add_rest()
    table.differences += differences_of_imported(ours)
    print("\n".join(table.plain()))
    notes = failures(ours, "Kohorta") + table.differences
    imported = sum(key[0] == "imported" for key in ours)
    if imported and not differences_of_imported(ours):
        notes.append(f"the image of the imported files gives the same {imported} answers")
    for peer, results in peers.items():
        notes += failures(results, PEERS[peer])
    if (arguments.results / "notes").exists():
        notes += (arguments.results / "notes").read_text(encoding="utf-8").splitlines()
    print("\n".join(notes))
    if arguments.output:
        versions = [ours.get("version", "Kohorta")]
        versions += [results.get("version", PEERS[peer]) for peer, results in peers.items()]
        extra = [f"- {key[1]}: {result.seconds:.3g} {result.note or 's'}"
                 for key, result in ours.items()
                 if key[0] == "image" and result.seconds is not None]
        head = [f"# Results at {arguments.scale}", "",
                "Written by `make bench`; README.md here says how to read it.", "",
                f"- {datetime.date.today().isoformat()}, {machine()}", f"- {', '.join(versions)}",
                *[line.replace("- ", "- the image, ", 1) for line in extra], ""]
        tail = ["", *(f"- {note}" for note in notes)] if notes else []
        arguments.output.write_text("\n".join(head + table.markdown() + tail) + "\n",
                                    encoding="utf-8")
    if arguments.check and (table.differences or failures(ours, "Kohorta") or not table.rows):
        sys.exit(1)


if __name__ == "__main__":
    main()
