"""The questions of the bench: rules.txt and the made-up segments, rendered for an engine of SQL."""

import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
CUSTOMERS = {"D10": 10_000_000, "D1": 1_000_000, "D0.1": 100_000, "D0.01": 10_000}


def read_rules():
    """A list of dictionaries: name, kohorta, sql and engines' own queries."""
    rules, key = [], None
    for line in (HERE / "rules.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("== "):
            rules.append({"name": line[3:].strip()})
        elif line[0].isspace():
            rules[-1][key] += " " + line.strip()
        else:
            key, text = line.split(":", 1)
            rules[-1][key] = text.strip()
    return rules


def read_segments(program, kind, count):
    """A list of (rule, attributes, aggregate, filter, comparison)."""
    output = subprocess.run([program, kind, str(count)], check=True, capture_output=True,
                            encoding="utf-8").stdout
    return [tuple(line.split("\t")) for line in output.splitlines()]


def render(sql, engine, scale):
    """Put days, interests and the size of a tenth into a template as an engine wants them."""
    sql = re.sub(r"\{d:([0-9-]+)\}", lambda match: engine.day(match.group(1)), sql)
    sql = re.sub(r"\{has:([^}]+)\}", lambda match: engine.has(match.group(1)), sql)
    return sql.replace("{top10}", str(CUSTOMERS[scale] // 10))


def rule_queries(rule, engine, scale):
    """(query with a checksum of the members, query that only counts them)"""
    members = render(rule.get(engine.name, rule["sql"]), engine, scale)
    return (f"SELECT count(*), coalesce(sum(code), 0) FROM ({members}) AS members",
            f"SELECT count(*) FROM ({members}) AS members")


def earliest_day(filters):
    """The day before which no event counts; None when some segment counts all."""
    days = [re.search(r"day (?:>=|BETWEEN) (\{d:[0-9-]+\})", text) for text in filters]
    return min(day.group(1) for day in days) if all(days) else None


def batch_queries(segments, engine, scale):
    """Several segments in one scan: (with checksums, counts only). Two numbers per segment in the
    first, one in the second."""
    aggregates, tests, checks, counts = [], [], [], []
    for i, (_, attributes, aggregate, filter_, comparison) in enumerate(segments):
        aggregates.append(engine.aggregate_if(aggregate, filter_) + f" AS a{i}")
        tests.append(f"({attributes}) AND coalesce(a{i}, 0) {comparison} AS s{i}")
        checks += [f"count(*) FILTER (WHERE s{i})", f"coalesce(sum(code) FILTER (WHERE s{i}), 0)"]
        counts.append(f"count(*) FILTER (WHERE s{i})")
    first_day = earliest_day([segment[3] for segment in segments])
    where = f" WHERE day >= {first_day}" if first_day else ""
    inner = (f"SELECT code, {', '.join(tests)} FROM customer LEFT JOIN"
             f" (SELECT customer, {', '.join(aggregates)} FROM purchase{where} GROUP BY customer)"
             " AS p ON p.customer = customer.code")
    return tuple(render(f"SELECT {', '.join(columns)} FROM ({inner}) AS m", engine, scale)
                 for columns in (checks, counts))


def window_order(segment):
    """Segments of similar windows go into one scan: its events begin at the earliest of them."""
    day = re.search(r"\{d:([0-9-]+)\}", segment[3])
    return day.group(1) if day else ""
