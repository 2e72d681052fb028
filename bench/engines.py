"""The engines beside which Kohorta is measured, each in its best form: loading the CSV files of
generate.c into typed tables sorted by customer and day, and asking one question at a time.

An engine has: name, title, batch (how many segments it is asked at once), load(), ask(sql) ->
(seconds, rows), variants(sql) (ways to ask the same, of which the fastest counts), close()."""

import datetime
import functools
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent


def run_quietly(*command, **options):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
                   **options)


class Engine:
    batch = 10

    def __init__(self, files, work):
        self.files, self.work = pathlib.Path(files), pathlib.Path(work)

    def day(self, iso):
        return f"DATE '{iso}'"

    def aggregate_if(self, aggregate, filter_):
        what = "count(*)" if aggregate == "count" else "sum(amount)"
        return f"{what} FILTER (WHERE {filter_})"

    def variants(self, sql):
        return [sql]

    def close(self):
        pass


class NodeEngine(Engine):
    """DuckDB and ClickHouse live in a process of Node, which answers line by line."""

    def __init__(self, files, work):
        super().__init__(files, work)
        modules = os.environ["KOHORTA_BENCH_NODE_MODULES"]
        self.process = subprocess.Popen(
            ["node", str(HERE / "node_engine.mjs"), self.name, str(self.work / self.name), modules],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def ask(self, sql):
        self.process.stdin.write(json.dumps({"sql": sql}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.title} ended: {sql[:200]}")
        reply = json.loads(line)
        if "error" in reply:
            raise RuntimeError(f"{self.title}: {reply['error'][:500]}\n{sql[:500]}")
        return reply["seconds"], [tuple(int(x) if str(x).lstrip("-").isdigit() else x for x in row)
                                  for row in reply["rows"]]

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        path = self.work / self.name
        shutil.rmtree(path, ignore_errors=True)
        for file in self.work.glob(self.name + ".db*"):
            file.unlink()


class DuckDB(NodeEngine):
    name, title = "duckdb", "DuckDB"

    def has(self, interest):
        return f"list_contains(interests, '{interest}')"

    def load(self):
        def read(file):
            return f"read_csv('{self.files}/{file}.csv', header = true, all_varchar = true)"
        for sql in (
            "SET threads = 2", "SET memory_limit = '12GB'", "SET enable_progress_bar = false",
            "CREATE TABLE item AS SELECT code::INTEGER AS code,"
            f" substr(\"group\", 8)::SMALLINT AS grp FROM {read('items')}",
            "CREATE TABLE customer AS SELECT code::INTEGER AS code, region, manager,"
            " business_scale, birth_date::DATE AS birth_date, in_use_since::DATE AS in_use_since,"
            f" string_split(interests, '|') AS interests FROM {read('customers')} ORDER BY code",
            "CREATE TABLE purchase AS SELECT customer::INTEGER AS customer, date::DATE AS day,"
            " \"order\"::INTEGER AS ord, item::SMALLINT AS item, grp,"
            " quantity::TINYINT AS quantity,"
            " (amount::DECIMAL(9, 2) * 100)::INTEGER AS amount"
            f" FROM {read('purchases')} p JOIN item ON item.code = p.item::INTEGER"
            " ORDER BY customer, day",
            "CREATE TABLE interaction AS SELECT customer::INTEGER AS customer, date::DATE AS day,"
            f" kind, direction FROM {read('interactions')} ORDER BY customer, day",
            "CREATE TABLE settlement AS SELECT customer::INTEGER AS customer, date::DATE AS day,"
            " kind, (amount::DECIMAL(9, 2) * 100)::INTEGER AS amount, due_date::DATE AS due_date"
            f" FROM {read('settlements')} ORDER BY customer, day",
            "CHECKPOINT", "ANALYZE",
        ):
            self.ask(sql)

    def version(self):
        return "DuckDB " + self.ask("SELECT version()")[1][0][0].lstrip("v")


class ClickHouse(NodeEngine):
    name, title = "clickhouse", "ClickHouse (chdb)"

    def day(self, iso):
        return f"'{iso}'"

    def has(self, interest):
        return f"has(interests, '{interest}')"

    def aggregate_if(self, aggregate, filter_):
        return f"countIf({filter_})" if aggregate == "count" else f"sumIf(amount, {filter_})"

    def variants(self, sql):
        return [sql, sql + " SETTINGS optimize_aggregation_in_order = 1"]

    def load(self):
        def read(file, columns):
            return f"file('{self.files}/{file}.csv', CSVWithNames, '{columns}')"
        def table(name, columns):
            order = "(customer, day)" if name not in ("customer", "item") else "code"
            self.ask(f"CREATE TABLE {name} ({columns}) ENGINE = MergeTree ORDER BY {order}")
        table("item", "code UInt16, grp UInt8")
        table("customer", "code UInt32, region LowCardinality(String),"
              " manager LowCardinality(String), business_scale LowCardinality(String),"
              " birth_date Nullable(Date32), in_use_since Date,"
              " interests Array(LowCardinality(String))")
        table("purchase", "customer UInt32, day Date, ord UInt32, item UInt16, grp UInt8,"
              " quantity UInt8, amount UInt32")
        table("interaction", "customer UInt32, day Date, kind LowCardinality(String),"
              " direction LowCardinality(String)")
        table("settlement", "customer UInt32, day Date, kind LowCardinality(String),"
              " amount UInt32, due_date Nullable(Date)")
        customers = read("customers", "code UInt32, region String, manager String,"
                         " business_scale String, birth_date Nullable(Date32), in_use_since Date,"
                         " interests String")
        purchases = read("purchases", "customer UInt32, date Date, order UInt32, item UInt16,"
                         " quantity UInt8, amount Decimal(9, 2)")
        interactions = read("interactions", "customer UInt32, date Date, kind String,"
                            " direction String")
        settlements = read("settlements", "customer UInt32, date Date, kind String,"
                           " amount Decimal(9, 2), due_date Nullable(Date)")
        items = read("items", "code UInt16, name String, group String")
        for sql in (
            f"INSERT INTO item SELECT code, toUInt8(substringUTF8(group, 8)) FROM {items}",
            "INSERT INTO customer SELECT code, region, manager, business_scale, birth_date,"
            f" in_use_since, splitByChar('|', interests) FROM {customers}",
            "INSERT INTO purchase SELECT customer, date, `order`, p.item, grp, quantity,"
            f" toUInt32(amount * 100) FROM {purchases} AS p JOIN item ON item.code = p.item",
            f"INSERT INTO interaction SELECT * FROM {interactions}",
            "INSERT INTO settlement SELECT customer, date, kind, toUInt32(amount * 100), due_date"
            f" FROM {settlements}",
        ):
            self.ask(sql)
        for name in ("customer", "purchase", "interaction", "settlement"):
            self.ask(f"OPTIMIZE TABLE {name} FINAL")

    def version(self):
        return "ClickHouse " + str(self.ask("SELECT version()")[1][0][0]) + " (chdb)"


class SQLite(Engine):
    name, title = "sqlite", "SQLite"
    batch = 4

    def __init__(self, files, work):
        super().__init__(files, work)
        self.path = self.work / "sqlite.db"
        self.path.unlink(missing_ok=True)
        self.connection = sqlite3.connect(self.path, isolation_level=None)

    def day(self, iso):
        return str(self.day_number(iso))

    @staticmethod
    def day_number(iso):
        return (datetime.date.fromisoformat(iso) - datetime.date(1970, 1, 1)).days if iso else None

    def has(self, interest):
        return f"code IN (SELECT customer FROM interest WHERE name = '{interest}')"

    def rows(self, name):
        """Cells of the rows; no cell of these files has a comma. Columns make numbers of texts."""
        with open(self.files / f"{name}.csv", encoding="utf-8") as file:
            next(file)
            for line in file:
                yield line[:-1].split(",")

    def fill(self, table, columns, rows):
        self.connection.execute(f"CREATE TABLE {table} ({columns})"
                                + (" WITHOUT ROWID" if "PRIMARY KEY (" in columns else ""))
        marks = ", ".join("?" * len(self.connection.execute(
            f"SELECT * FROM pragma_table_info('{table}')").fetchall()))
        self.connection.execute("BEGIN")
        self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        self.connection.execute("COMMIT")

    def load(self):
        for pragma in ("journal_mode = off", "synchronous = off", "page_size = 16384",
                       "cache_size = -2000000", "mmap_size = 17179869184", "temp_store = memory",
                       "threads = 2"):
            self.connection.execute("PRAGMA " + pragma)
        groups = {row[0]: row[2].split()[1] for row in self.rows("items")}
        number = functools.lru_cache(None)(self.day_number)
        self.fill("customer", "code INTEGER PRIMARY KEY, region TEXT, manager TEXT,"
                  " business_scale TEXT, birth_date INTEGER, in_use_since INTEGER",
                  ((*r[:4], number(r[4]), number(r[5])) for r in self.rows("customers")))
        self.fill("interest", "name TEXT, customer INTEGER, PRIMARY KEY (name, customer)",
                  ((name, r[0]) for r in self.rows("customers") if r[6]
                   for name in r[6].split("|")))
        self.fill("purchase", "customer INTEGER, day INTEGER, line INTEGER, ord INTEGER,"
                  " item INTEGER, grp INTEGER, quantity INTEGER, amount INTEGER,"
                  " PRIMARY KEY (customer, day, line)",
                  ((r[0], number(r[1]), i, r[2], r[3], groups[r[3]], r[4], r[5].replace(".", ""))
                   for i, r in enumerate(self.rows("purchases"))))
        self.fill("interaction", "customer INTEGER, day INTEGER, line INTEGER, kind TEXT,"
                  " direction TEXT, PRIMARY KEY (customer, day, line)",
                  ((r[0], number(r[1]), i, r[2], r[3])
                   for i, r in enumerate(self.rows("interactions"))))
        self.fill("settlement", "customer INTEGER, day INTEGER, line INTEGER, kind TEXT,"
                  " amount INTEGER, due_date INTEGER, PRIMARY KEY (customer, day, line)",
                  ((r[0], number(r[1]), i, r[2], r[3].replace(".", ""), number(r[4]))
                   for i, r in enumerate(self.rows("settlements"))))
        for index in ("customer (region, manager)", "purchase (item, day, amount)",
                      "purchase (grp, day, amount)", "interaction (kind, day)",
                      "settlement (kind, day, amount)"):
            name = index.replace(" (", "_").replace(", ", "_").rstrip(")")
            self.connection.execute(f"CREATE INDEX {name} ON {index}")
        self.connection.execute("ANALYZE")

    def ask(self, sql):
        begin = time.perf_counter()
        rows = self.connection.execute(sql).fetchall()
        return time.perf_counter() - begin, rows

    def version(self):
        return "SQLite " + sqlite3.sqlite_version

    def close(self):
        self.connection.close()
        self.path.unlink(missing_ok=True)


class PostgreSQL(Engine):
    """A private cluster in the work directory, of an unprivileged user, on a socket only."""
    name, title = "postgres", "PostgreSQL"
    batch = 4

    def __init__(self, files, work):
        super().__init__(files, work)
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"),
                       key=lambda path: int(path.parent.name))
        if not found:
            raise RuntimeError("no server of PostgreSQL is installed")
        self.programs, self.data = found[-1], self.work / "postgres"
        self.data.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.data, "postgres")
        self.run("initdb", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        settings = {"listen_addresses": "", "unix_socket_directories": self.data,
                    "shared_buffers": f"{min(4096, memory_mb // 6)}MB", "work_mem": "512MB",
                    "maintenance_work_mem": "1GB", "max_wal_size": "8GB", "wal_level": "minimal",
                    "max_wal_senders": 0, "fsync": "off", "autovacuum": "off",
                    "effective_cache_size": f"{memory_mb // 2}MB", "random_page_cost": 1.1,
                    "max_parallel_workers_per_gather": 1, "max_parallel_maintenance_workers": 1}
        self.run("pg_ctl", "-w", "-l", str(self.data / "log"), "-o",
                 " ".join(f"-c {name}={value}" for name, value in settings.items()), "start")
        self.process = subprocess.Popen(
            self.as_owner("psql", "-h", str(self.data), "-d", "postgres", "-qAtX"),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            encoding="utf-8")
        self.ask("SET client_min_messages = warning")

    def as_owner(self, program, *arguments):
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        return [*prefix, str(self.programs / program), *arguments]

    def run(self, program, *arguments):
        run_quietly(*self.as_owner(program, "-D", str(self.data), *arguments), cwd="/")

    def has(self, interest):
        return f"interests && ARRAY['{interest}']"

    def ask(self, sql):
        self.process.stdin.write(f"\\timing on\n{sql};\n\\timing off\n\\echo .end.\n")
        self.process.stdin.flush()
        rows, seconds = [], None
        while True:
            line = self.process.stdout.readline()
            if not line or line.startswith(("ERROR", "FATAL")):
                raise RuntimeError(f"{self.title}: {line.strip()}\n{sql[:500]}")
            line = line.rstrip("\n")
            if line == ".end.":
                return seconds, rows
            if line.startswith("Time: "):
                seconds = float(line.split()[1]) / 1000
            elif line:
                rows.append(tuple(int(x) if x.lstrip("-").isdigit() else x
                                  for x in line.split("|")))

    def copy(self, table, columns, name):
        self.ask(f"CREATE UNLOGGED TABLE raw ({columns})")
        # psql reads the file: the server's user may not see it
        self.ask(f"\\copy raw FROM '{self.files}/{name}.csv' (FORMAT csv, HEADER)")
        return table

    def load(self):
        for table, name, columns, select in (
            ("item", "items", "code integer, name text, grp text",
             "code::smallint AS code, substr(grp, 8)::smallint AS grp"),
            ("customer", "customers", "code integer, region text, manager text,"
             " business_scale text, birth_date date, in_use_since date, interests text",
             "code, region, manager, business_scale, birth_date, in_use_since,"
             " string_to_array(interests, '|') AS interests"),
            ("purchase", "purchases", "customer integer, date date, ord integer, item smallint,"
             " quantity smallint, amount numeric",
             "customer, date AS day, ord, item,"
             " (SELECT grp FROM item WHERE code = raw.item) AS grp,"
             " quantity, (amount * 100)::integer AS amount"),
            ("interaction", "interactions", "customer integer, date date, kind text,"
             " direction text", "customer, date AS day, kind, direction"),
            ("settlement", "settlements", "customer integer, date date, kind text, amount numeric,"
             " due_date date",
             "customer, date AS day, kind, (amount * 100)::integer AS amount, due_date"),
        ):
            self.copy(table, columns, name)
            self.ask(f"CREATE UNLOGGED TABLE {table} AS SELECT {select} FROM raw")
            self.ask("DROP TABLE raw")
            if table == "item":
                self.ask("CREATE UNIQUE INDEX ON item (code)")
        for index in ("customer (code)", "customer (region, manager)",
                      "purchase (customer, day)", "purchase (item, day) INCLUDE (customer, amount)",
                      "purchase (grp, day) INCLUDE (customer, amount)",
                      "interaction (kind, day) INCLUDE (customer)",
                      "settlement (kind, day) INCLUDE (customer, amount)"):
            self.ask(f"CREATE INDEX ON {index}")
        self.ask("VACUUM ANALYZE")

    def version(self):
        return "PostgreSQL " + str(self.ask("SHOW server_version")[1][0][0]).split()[0]

    def close(self):
        try:
            self.process.stdin.close()
            self.process.wait(10)
        finally:
            subprocess.run(self.as_owner("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop"),
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
                           check=False)
            shutil.rmtree(self.data, ignore_errors=True)


ENGINES = {engine.name: engine for engine in (DuckDB, ClickHouse, PostgreSQL, SQLite)}
