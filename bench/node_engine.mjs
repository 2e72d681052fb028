// node_engine.mjs -- DuckDB or ClickHouse (chdb) as a process that is asked line by line.
//
// usage: node node_engine.mjs duckdb|clickhouse DATA-DIRECTORY NODE_MODULES
//
// Reads {"sql": "..."} per line; answers {"seconds": s, "rows": [[...]]} or {"error": "..."}.
// DuckDB's statements are prepared outside of the time.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [, , name, path, modules] = process.argv;
const require = createRequire(pathToFileURL(modules + "/"));

async function openDuckDB() {
  const { DuckDBInstance } = require("@duckdb/node-api");
  const instance = await DuckDBInstance.create(path + ".db");
  const connection = await instance.connect();
  return async (sql) => {
    const statement = await connection.prepare(sql);
    const begin = performance.now();
    const reader = await statement.runAndReadAll();
    const seconds = (performance.now() - begin) / 1000;
    return { seconds, rows: reader.getRows().map((row) => row.map(String)) };
  };
}

async function openClickHouse() {
  const { Session } = require("chdb");
  const session = new Session(path);
  session.query("SET max_threads = 2");
  return async (sql) => {
    const begin = performance.now();
    const text = session.query(sql, "TabSeparated") ?? "";
    const seconds = (performance.now() - begin) / 1000;
    const lines = text.split("\n").filter((line) => line !== "");
    return { seconds, rows: lines.map((line) => line.split("\t")) };
  };
}

const ask = await (name === "duckdb" ? openDuckDB() : openClickHouse());
for await (const line of createInterface({ input: process.stdin })) {
  let reply;
  try {
    reply = await ask(JSON.parse(line).sql);
  } catch (error) {
    reply = { error: String(error.message ?? error) };
  }
  process.stdout.write(JSON.stringify(reply) + "\n");
}
process.exit(0);
