#!/usr/bin/env python3
"""A server under mixed load for a long time: it must neither leak nor fall nor say anything untrue.

usage: tests/server/soak.py KOHORTA [--minutes 30]

Readers, rules as they are typed, cards and members that change, imports beside the server, forming,
event streams that are left, connections that stay half open, hostile requests, people who sign in
again and again. At the end: no report of a sanitizer, no answer 5xx but 503, memory and descriptors
as after the first fifth of the time, and everything stored is sound. KOHORTA is best built with
AddressSanitizer. The last line is "N passed, N failed"."""

import argparse
import collections
import http.client
import json
import os
import pathlib
import random
import re
import socket
import struct
import sys
import threading
import time
import traceback
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from serving import PASSWORD, SANITIZED, Serving  # noqa: E402  (the folder is not a package)

GROWTH_MAX = 1.25  # of resident memory, from the first fifth of the time to the end
GROWTH_BYTES = 64 << 20  # and as much that is not yet a leak
SETTLE_SECONDS = 75  # silent connections are closed after 60
# the sanitizer keeps freed memory for a while, which looks like growth
ENVIRONMENT = {"ASAN_OPTIONS": "quarantine_size_mb=16:detect_leaks=1:"
                               "allocator_release_to_os_interval_ms=500",
               "MALLOC_ARENA_MAX": "4"}
RULES = ["true", "name is missing", "count(purchase, last 30 days) > 1",
         "sum(purchase.amount, last 12 months) > 10000", "debt(settlement) > 0",
         'name contains "а" and not (count(purchase) = 0)', "kind = \"company\"",
         "overdue_days(settlement) > 10 or count(interaction) > 3"]
BAD_RULES = ["", "(", "sum(", "nothing = 1", "1 / 0 > 1", "name matches \"(a+)+$\"",
             "not " * 5000 + "true", "(" * 400, "\"" + "x" * 10000]
READS = ["/segments", "/customers?limit=50", "/status", "/jobs", "/metrics", "/properties", "/feed",
         "/session", "/health", "/coverage", "/sets", "/bulk-changes", "/settings",
         "/audit?limit=20", "/streams",
         "/classifications", "/agreements", "/shipping-overrides", "//metrics", "//healthz"]


class Soak:
    def __init__(self, serving, admin):
        self.serving, self.admin = serving, admin
        self.is_over = threading.Event()
        self.codes = collections.Counter()
        self.acts = collections.Counter()
        self.problems = []
        self.lock = threading.Lock()
        self.customers = [row["code"] for row in admin.get("/customers", limit=500).json["items"]]
        self.segments = [row["code"] for row in admin.get("/segments", limit=100).json["items"]]
        manual = admin.post("/segments", {"name": "soak by hand", "mode": "manual"})
        rule = admin.post("/segments", {"name": "soak by rule", "mode": "periodic",
                                        "rule": RULES[2], "is_live": True})
        if manual.code != 201 or rule.code != 201:
            raise RuntimeError(f"{manual} {rule}")
        self.manual, self.rule = manual.json["code"], rule.json["code"]

    def note(self, act, answer):
        with self.lock:
            self.acts[act] += 1
            self.codes[answer.code] += 1
            if answer.code >= 500 and answer.code != 503:
                self.problems.append((act, answer))
        return answer

    # ---- what they do ----

    def read(self, dice):
        kind = dice.random()
        if kind < 0.5:
            code = urllib.parse.quote(dice.choice(self.customers))
            what = dice.choice(["", "/may-ship", "/memberships", "/timeline", "/terms", "/sets"])
            self.note("customer" + what, self.admin.get(f"/customers/{code}{what}"))
        elif kind < 0.7:
            what = dice.choice(["", "/members", "/journal", "/history"])
            self.note("segment" + what,
                      self.admin.get(f"/segments/{dice.choice(self.segments)}{what}"))
        else:
            path = dice.choice(READS)
            self.note("read", self.admin.ask("GET", path))

    def type_a_rule(self, dice):
        text = dice.choice(RULES) + " and " + dice.choice(RULES)
        if dice.random() < 0.3:
            text = dice.choice(BAD_RULES)
        for end in range(max(0, len(text) - 6), len(text) + 1, 3):
            verb = dice.choice(["parse", "count", "count", "complete", "list"])
            body = {"text": text[:end]}
            if verb == "complete":
                body["position"] = end
            self.note("rule " + verb, self.admin.post("/rules/" + verb, body))

    def edit_a_segment(self, dice):
        answer = self.note("edit", self.admin.patch(
            f"/segments/{self.rule}", {"rule": dice.choice(RULES), "note": "soak"}))
        if answer.code == 200 and dice.random() < 0.5:
            made = self.note("add", self.admin.post("/segments", {
                "name": f"soak {dice.random()}", "mode": "dynamic", "rule": dice.choice(RULES)}))
            if made.code == 201:
                self.note("delete", self.admin.delete(f"/segments/{made.json['code']}"))
        time.sleep(dice.random())

    def edit_members(self, dice):
        self.note("members", self.admin.post(f"/segments/{self.manual}/members", {
            "act": dice.choice(["add", "remove"]), "customers": dice.sample(self.customers, 5),
            "reason": "soak"}))
        time.sleep(dice.random())

    def change_in_bulk(self, dice):
        """A set is saved, looked at, an attribute of its customers changed and put back."""
        name = f"soak {dice.randrange(5)}"
        path = "/sets/" + urllib.parse.quote(name)
        self.note("save a set", self.admin.post("/sets", {
            "name": name, "columns": "count(purchase) as bought", "rule": dice.choice(RULES)}))
        self.note("rows", self.admin.get(path + "/rows", limit=20))
        order = {"set": name, "changes": [dice.choice(["uses_per_month=@bought", "vip=true"])]}
        self.note("look", self.admin.post("/bulk-changes", {**order, "is_preview": True}))
        answer = self.note("bulk change", self.admin.post("/bulk-changes", order))
        if answer.code == 200:
            act = answer.json["id"]
            self.note("act", self.admin.get(f"/bulk-changes/{act}", limit=20))
            self.note("undo of many", self.admin.post(f"/bulk-changes/{act}/undo", {}))
        self.note("drop a set", self.admin.delete(path))
        time.sleep(1 + dice.random() * 4)

    def form(self, dice):
        answer = self.note("form", self.admin.post(f"/segments/{self.rule}/form", {}))
        if answer.code == 202:
            job = answer.json["id"]
            for _ in range(dice.randrange(3)):
                self.watch_and_leave(job, dice)
            if dice.random() < 0.2:
                self.note("cancel", self.admin.post(f"/jobs/{job}/cancel", {}))
        time.sleep(dice.random() * 2)

    def watch_and_leave(self, job, dice):
        connection = http.client.HTTPConnection("127.0.0.1", self.serving.port, timeout=10)
        try:
            connection.request("GET", f"/api/v1/jobs/{job}/events", headers=self.admin.headers)
            response = connection.getresponse()
            response.read(dice.choice([1, 20, 200]))
            self.acts["stream"] += 1
        except OSError:
            pass
        finally:
            connection.close()

    def import_beside(self, dice):
        number = dice.randrange(10**9)
        path = self.serving.home / f"soak-{number}.csv"
        path.write_text("code;name\n" + "".join(f"SOAK-{number}-{i};Имя {i}\n" for i in range(20)),
                        encoding="utf-8")
        done = self.serving.run("import", "customers", str(path), "-q")
        path.unlink()
        self.acts["import"] += 1
        if done.returncode not in (0, 4):  # 4: somebody else writes all the time
            with self.lock:
                self.problems.append(("import", done.returncode, done.stderr[-500:]))
        time.sleep(1 + dice.random())

    def half_open(self, dice):
        head = (b"POST /api/v1/rules/count HTTP/1.1\r\nHost: x\r\n"
                b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"text\":")
        with socket.create_connection(("127.0.0.1", self.serving.port), timeout=30) as connection:
            connection.sendall(head[:dice.randrange(1, len(head))])
            time.sleep(dice.random() * 2)
            if dice.random() < 0.5:  # a reset instead of an end
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.acts["half open"] += 1

    def be_hostile(self, dice):
        line = dice.choice([b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", b"\x00\xff" * 500,
                            b"GET / HTTP/9.9\r\n\r\n", b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
                            b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n",
                            b"GET /api/v1/session HTTP/1.1\r\nHost: x\r\nCookie: " + b"\xfe" * 90
                            + b"\r\n\r\n", os.urandom(dice.randrange(1, 4000))])
        try:
            with socket.create_connection(("127.0.0.1", self.serving.port), timeout=5) as link:
                link.sendall(line)
                link.settimeout(0.5)
                link.recv(1000)
        except OSError:
            pass
        self.acts["hostile"] += 1
        body = dice.choice([b"{", b"[" * 100000, b"{\"text\":1}", b"\xff"])
        self.note("bad body", self.admin.ask(
            "POST", "/rules/parse", raw=body,
            headers={"Content-Type": "application/json"}))

    def leave_a_count(self, dice):
        """Somebody who types goes on before the answer came."""
        body = json.dumps({"text": dice.choice(RULES)}).encode()
        head = "".join(f"{k}: {v}\r\n" for k, v in self.admin.headers.items())
        with socket.create_connection(("127.0.0.1", self.serving.port), timeout=5) as link:
            link.sendall(f"POST /api/v1/rules/count HTTP/1.1\r\nHost: x\r\n{head}Content-Type: "
                         f"application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                         + body)
        self.acts["left count"] += 1

    def sign_in_again(self, dice):
        nobody = self.serving.client()
        answer = self.note("sign in", nobody.post("/session/sign-in", {"login": "admin",
                                                                       "password": PASSWORD}))
        if answer.code == 200:
            again = nobody.sign_in(answer)
            self.note("session", again.get("/session"))
            self.note("sign out", again.post("/session/sign-out", {}))
        time.sleep(2 + dice.random() * 3)

    # ---- the run ----

    def work(self, act, seed):
        dice = random.Random(seed)
        while not self.is_over.is_set():
            try:
                act(dice)
            except (OSError, http.client.HTTPException) as error:
                with self.lock:
                    self.acts["lost connection"] += 1
                    if self.acts["lost connection"] < 5:
                        print("lost", act.__name__, error)
            except Exception:  # noqa: BLE001  (told at the end)
                with self.lock:
                    self.problems.append((act.__name__, traceback.format_exc()[-1500:]))
                time.sleep(1)

    def run(self, seconds):
        """Memory and descriptors after the first fifth and at the end, when all is quiet."""
        acts = [self.read] * 3 + [self.type_a_rule, self.edit_a_segment, self.edit_members,
                                  self.change_in_bulk, self.form, self.import_beside,
                                  self.half_open, self.be_hostile,
                                  self.leave_a_count, self.sign_in_again]
        measured = []
        for part in (seconds / 5, seconds * 4 / 5):
            self.is_over.clear()
            threads = [threading.Thread(target=self.work, args=(act, i * 1000 + len(measured)))
                       for i, act in enumerate(acts)]
            for thread in threads:
                thread.start()
            end = time.monotonic() + part
            while time.monotonic() < end and self.serving.process.poll() is None:
                time.sleep(1)
            self.is_over.set()
            for thread in threads:
                thread.join()
            if self.serving.process.poll() is not None:
                raise RuntimeError(f"the server has ended: {self.serving.logged()[-3000:]}")
            time.sleep(SETTLE_SECONDS)
            measured.append(self.measure())
        return measured

    def measure(self):
        pid = self.serving.process.pid
        status = pathlib.Path(f"/proc/{pid}/status").read_text()
        found = {"resident": int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) << 10,
                 "threads": int(re.search(r"Threads:\s+(\d+)", status).group(1)),
                 "descriptors": len(os.listdir(f"/proc/{pid}/fd"))}
        print(found, flush=True)
        return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kohorta")
    parser.add_argument("--minutes", type=float, default=30)
    arguments = parser.parse_args()
    checks = []
    with Serving(pathlib.Path(arguments.kohorta).resolve(), environment=ENVIRONMENT) as serving:
        admin = serving.administrator()
        soak = Soak(serving, admin)
        early, late = soak.run(arguments.minutes * 60)
        bound = early["resident"] * GROWTH_MAX + GROWTH_BYTES
        checks = [("no answer is a failure of the server", not soak.problems, soak.problems[:5]),
                  ("memory does not grow", late["resident"] <= bound, early, late),
                  ("descriptors do not grow", late["descriptors"] <= early["descriptors"] + 2,
                   early, late),
                  ("threads stay", late["threads"] == early["threads"], early, late),
                  ("the page is answered", admin.get("//readyz").code == 200)]
        checks.append(("it stops in good order", serving.stop() == 0, serving.logged()[-3000:]))
        checks.append(("no sanitizer says anything", not SANITIZED.search(serving.logged()),
                       serving.logged()[-5000:]))
        for command in (["check"], ["image", "check"]):
            done = serving.run(*command)
            checks.append((" ".join(command), done.returncode == 0, done.stdout, done.stderr))
        print(dict(soak.acts), dict(soak.codes))
    for name, is_good, *about in checks:
        if not is_good:
            print("FAILED", name, *about)
    passed = sum(check[1] for check in checks)
    print(f"{passed} passed, {len(checks) - passed} failed")
    return 0 if passed == len(checks) else 1


if __name__ == "__main__":
    sys.exit(main())
