#!/usr/bin/env python3
"""Asks one other engine the questions of the bench; writes its answers and how long they took.

usage: measure.py ENGINE --scale SCALE --files DIR --work DIR --segments PROGRAM --output FILE
                  [--sample N] [--rules-only]

A line per question: workload, question, seconds (median after a warm-up; empty when it failed),
repetitions, how many customers, sum of their codes, note. Segments are asked in batches of one
scan; when all of them would take more than five minutes, a sample is asked and the time of all is
worked out from it, which the note says."""

import argparse
import signal
import statistics
import sys
import time

from engines import ENGINES
from questions import batch_queries, read_rules, read_segments, rule_queries, window_order

SEGMENTS_COUNT = 1000
SLOW_SECONDS = 20.0       # a question slower than this is not asked five times
PATIENCE_SECONDS = 300.0  # of all segments


def ask_often(engine, sql, warm_seconds):
    """The median of five, or of fewer when one takes long."""
    repetitions = 5
    if warm_seconds > SLOW_SECONDS / 4:
        repetitions = 3 if warm_seconds <= SLOW_SECONDS else 1
    times = [engine.ask(sql)[0] for _ in range(repetitions)]
    return statistics.median(times), repetitions


def measure_rule(engine, rule, scale):
    check, count = rule_queries(rule, engine, scale)
    best = None
    for way, (check_way, count_way) in enumerate(zip(engine.variants(check),
                                                     engine.variants(count))):
        warm_seconds, rows = engine.ask(check_way)
        seconds, repetitions = ask_often(engine, count_way, warm_seconds)
        if best is None or seconds < best[0]:
            best = (seconds, repetitions, *rows[0], "" if way == 0 else "in order")
    return best


def measure_batch(engine, segments, scale, way):
    """Seconds of the query that only counts, and the answers of the one with checksums."""
    check, count = (engine.variants(sql)[way]
                    for sql in batch_queries(segments, engine, scale))
    _, rows = engine.ask(check)
    seconds, _ = engine.ask(count)
    return seconds, [rows[0][i:i + 2] for i in range(0, len(rows[0]), 2)]


def best_way(engine, batches, scale):
    ways = len(engine.variants(""))
    if ways == 1:
        return 0
    return min(range(ways), key=lambda way: measure_batch(engine, batches[0][1], scale, way)[0])


def measure_segments(engine, segments, scale, sample):
    """(seconds for all, note, answers by place)"""
    order = sorted(range(len(segments)), key=lambda i: window_order(segments[i]))
    batches = [order[i:i + engine.batch] for i in range(0, len(order), engine.batch)]
    batches = [(places, [segments[i] for i in places]) for places in batches]
    # a spread of the batches first, so that those asked stand for all
    step = max(1, len(batches) // max(1, sample))
    batches = [batch for first in range(step) for batch in batches[first::step]]
    way = best_way(engine, batches, scale)
    seconds, answers, asked, begin = 0.0, {}, 0, time.monotonic()
    for places, group in batches:
        spent, rows = measure_batch(engine, group, scale, way)
        seconds += spent
        answers.update(zip(places, rows))
        asked += 1
        expected = (time.monotonic() - begin) / asked * len(batches)
        if asked >= sample and (expected > PATIENCE_SECONDS or sample == 1):
            break
    note = f"{engine.batch} per scan" + (", in order" if way else "")
    if asked < len(batches):
        note += f"; {len(answers)} asked, the rest extrapolated"
        seconds *= len(segments) / len(answers)
    return seconds, note, answers


class Output:
    def __init__(self, path, engine):
        self.file, self.engine = open(path, "w", encoding="utf-8"), engine

    def line(self, *cells):
        print("\t".join(str(cell) for cell in cells), file=self.file, flush=True)

    def failed(self, workload, name, error):
        print(f"{self.engine}: {workload} {name}: {error}", file=sys.stderr)
        self.line(workload, name, "", 0, "", "", "failed")


def measure(engine, arguments, output):
    output.line("version", engine.version(), "", 0, "", "", "")
    begin = time.monotonic()
    engine.load()
    output.line("load", "all files", f"{time.monotonic() - begin:.3f}", 1, "", "", "")
    for rule in read_rules():
        try:
            seconds, repetitions, count, total, note = measure_rule(engine, rule, arguments.scale)
            output.line("P1", rule["name"], f"{seconds:.6f}", repetitions, count, total, note)
        except Exception as error:  # another engine's trouble ends its question, not the bench
            output.failed("P1", rule["name"], error)
    for kind in () if arguments.rules_only else ("different", "shared"):
        try:
            segments = read_segments(arguments.segments, kind, arguments.count)
            seconds, note, answers = measure_segments(engine, segments, arguments.scale,
                                                      arguments.sample)
            for place, (count, total) in sorted(answers.items()):
                output.line("answer " + kind, place, "", 0, count, total, "")
            output.line("P2", kind, f"{seconds:.3f}", 1, "", "", note)
        except Exception as error:
            output.failed("P2", kind, error)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engine", choices=ENGINES)
    for name in ("scale", "files", "work", "segments", "output"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--sample", type=int, default=5, help="batches asked at least")
    parser.add_argument("--count", type=int, default=SEGMENTS_COUNT, help="segments")
    parser.add_argument("--rules-only", action="store_true")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the engine is closed
    engine = ENGINES[arguments.engine](arguments.files, arguments.work)
    try:
        measure(engine, arguments, Output(arguments.output, arguments.engine))
    finally:
        engine.close()


if __name__ == "__main__":
    main()
