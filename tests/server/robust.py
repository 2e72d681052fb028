#!/usr/bin/env python3
"""What may go wrong around a server, for real: slow and half-open clients, limits, signals,
systemd, a full disk, files that are damaged or replaced, another day.

usage: tests/server/robust.py KOHORTA [--filter TEXT]

Each function test_* is one test with servers of its own. The last line is "N passed, N failed"."""

import argparse
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from serving import SANITIZED, Serving, expect  # noqa: E402  (the folder is not a package)

KOHORTA = None  # set by main


class Sound(Serving):
    """One that must end in good order, with nothing said by a sanitizer."""

    def __init__(self, arguments=(), environment=None, source=None):
        super().__init__(KOHORTA, arguments, environment, source or template())

    def __exit__(self, kind, *rest):
        code = self.stop()
        logged = self.logged()
        super().__exit__(kind, *rest)
        if kind is None:
            expect(code == 0 and not SANITIZED.search(logged), code, logged[-3000:])


_template = None


def template():
    """The demo company, made once and copied."""
    global _template
    if _template is None:
        _template = tempfile.mkdtemp(prefix="kohorta-robust-") + "/data"
        subprocess.run([KOHORTA, "demo", "-q", _template], check=True, capture_output=True)
    return _template


def connect(serving):
    return socket.create_connection(("127.0.0.1", serving.port), timeout=30)


def seconds_until_closed(connection, piece=None, pause=0.2):
    """Sends `piece` now and then until the other side closes."""
    begin = time.monotonic()
    connection.settimeout(pause)
    while time.monotonic() - begin < 30:
        try:
            if piece:
                connection.sendall(piece)
            if not connection.recv(65536):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - begin


def is_answered(serving):
    return serving.client().get("//healthz").code == 200


# ---- slow clients, limits ----

def test_slow_heads_are_closed():
    with Sound(environment={"KOHORTA_HEAD_SECONDS": "1"}) as serving:
        for piece in (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X"):
            with connect(serving) as connection:
                took = seconds_until_closed(connection, piece if piece == b"X" else None)
                expect(took < 5, piece, took)
        with connect(serving) as connection:  # a head line now and then outwits no one
            connection.sendall(b"GET / HTTP/1.1\r\n")
            took = seconds_until_closed(connection, b"X-A: b\r\n")
            expect(took < 5, took)
        expect(is_answered(serving))


def test_slow_bodies_are_closed():
    with Sound(environment={"KOHORTA_HEAD_SECONDS": "1"}) as serving:
        with connect(serving) as connection:
            connection.sendall(b"POST /api/v1/session/sign-in HTTP/1.1\r\nHost: x\r\n"
                               b"Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
            took = seconds_until_closed(connection, b" ")
            expect(2 < took < 10, took)
        expect(is_answered(serving))


def test_connections_are_limited_and_come_back():
    with Sound(environment={"KOHORTA_CONNECTIONS": "8"}) as serving:
        held = [connect(serving) for _ in range(8)]
        time.sleep(0.3)
        refused = 0
        for _ in range(8):
            try:
                with connect(serving) as more:
                    more.settimeout(2)
                    more.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    refused += not more.recv(100)
            except OSError:
                refused += 1
        expect(refused > 0, "there is a limit")
        for connection in held:
            connection.close()
        serving.wait_for(lambda: is_answered_now(serving), 10)


def is_answered_now(serving):
    try:
        return is_answered(serving)
    except OSError:
        return False


def test_questions_end_in_time():
    """It looks at the clock now and then, also within a block of customers, which these are."""
    with Sound(environment={"KOHORTA_REQUEST_SECONDS": "1"}) as serving:
        admin = serving.administrator()
        heavy = " or ".join(f"(sum(purchase.amount where amount > {i}, last {i + 1} days) > {i} "
                            f'and name matches "(a|b|ab)*{i}$")' for i in range(60))
        begin = time.monotonic()
        answer = admin.post("/rules/count", {"text": heavy})
        expect(answer.code in (200, 400, 413, 504), answer)
        expect(time.monotonic() - begin < 30, "bounded", time.monotonic() - begin)
        for operand in ("name", "phone"):
            slow = " or ".join(f'{operand} matches "(а|о|1|2|аб)*(x|у|z)+{i}$"' for i in range(400))
            begin = time.monotonic()
            answer = admin.post("/rules/count", {"text": slow})
            expect(answer.code in (200, 504), answer)
            expect(time.monotonic() - begin < 5, operand, time.monotonic() - begin)
        expect(admin.get("/session").code == 200)


def test_pathological_rules_are_bounded():
    with Sound() as serving:
        admin = serving.administrator()
        bodies = [json.dumps({"text": "name matches \"(a+)+(a+)+(a+)+$\" or name matches "
                                      "\"^(([a-z])+.)+[A-Z]([a-z])+$\""}),
                  json.dumps({"text": "(" * 100000}),
                  json.dumps({"text": "not " * 100000 + "true"}),
                  json.dumps({"text": "code in (" + ",".join(f'"{i:06}"' for i in range(60000))
                                      + ")"}),
                  json.dumps({"text": " or ".join(["true"] * 100000)}),
                  '{"tree":' + '{"not":' * 100000 + "true" + "}" * 100001,
                  '{"tree":{"or":[' + ",".join(["true"] * 100000) + "]}}",
                  '{"text":' + "[" * 500000 + "]" * 500000 + "}"]
        for body in bodies:
            for verb in ("parse", "count"):
                begin = time.monotonic()
                answer = admin.ask("POST", "/rules/" + verb, raw=body.encode(),
                                   headers={"Content-Type": "application/json"})
                took = time.monotonic() - begin
                expect(answer.code in (200, 400, 413, 422), verb, body[:60], answer)
                expect(took < 20, verb, body[:60], took)
        resident = resident_bytes(serving)
        expect(resident < 2 << 30, resident)
        expect(admin.get("/session").code == 200)


def resident_bytes(serving):
    status = pathlib.Path(f"/proc/{serving.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) << 10


def test_counts_of_who_left_are_dropped():
    """Somebody types fast: nobody waits for the answers before the last."""
    with Sound() as serving:
        admin = serving.administrator()
        head = "".join(f"{k}: {v}\r\n" for k, v in admin.headers.items())
        for i in range(60):
            body = json.dumps({"text": f"sum(purchase.amount, last {i + 100} days) > {i}"})
            with connect(serving) as connection:
                connection.sendall(f"POST /api/v1/rules/count HTTP/1.1\r\nHost: x\r\n{head}"
                                   f"Content-Type: application/json\r\nContent-Length: {len(body)}"
                                   f"\r\n\r\n{body}".encode())
        begin = time.monotonic()
        expect(admin.post("/rules/count", {"text": "true"}).json["count"] > 0)
        expect(time.monotonic() - begin < 10)
        serving.wait_for(lambda: "kohorta_heavy_waiting 0" in
                         serving.client().get("//metrics").body.decode(), 10)


# ---- stopping ----

def test_it_stops_while_a_stream_is_open():
    with Sound() as serving:
        admin = serving.administrator()
        admin.post("/segments", {"name": "stop", "mode": "periodic", "rule": "true"})
        jobs = [admin.post("/segments/stop/form", {}) for _ in range(20)]
        head = "".join(f"{k}: {v}\r\n" for k, v in admin.headers.items())
        with connect(serving) as connection:
            path = f"/api/v1/jobs/{jobs[-1].json['id']}/events"
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
            connection.recv(100)
            begin = time.monotonic()
            expect(serving.stop() == 0)
            expect(time.monotonic() - begin < 30)
        expect(serving.run("check").returncode == 0)


def test_it_stops_while_somebody_sends():
    with Sound() as serving:
        with connect(serving) as connection:
            connection.sendall(b"POST /api/v1/session/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: "
                               b"application/json\r\nContent-Length: 100000\r\n\r\n{")
            begin = time.monotonic()
            expect(serving.stop() == 0)
            expect(time.monotonic() - begin < 30)


def test_killed_while_forming_it_starts_again():
    with Sound() as serving:
        admin = serving.administrator()
        admin.post("/segments", {"name": "again", "mode": "periodic", "rule": "true"})
        for _ in range(3):
            for _ in range(10):
                admin.post("/segments/again/form", {})
            serving.process.kill()
            serving.process.wait()
            serving.start()
            admin.port = serving.port
            expect(serving.run("check").returncode == 0)
            expect(admin.get("/segments/again").code == 200)


# ---- systemd ----

def test_a_socket_of_systemd_is_taken():
    with Sound() as serving:
        serving.stop()
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        early = socket.create_connection(("127.0.0.1", port))  # before the program runs
        early.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        started = launch(serving, {"LISTEN_FDS": "1"}, pass_socket=listener)
        try:
            early.settimeout(60)
            expect(b"alive" in read_all(early))
        finally:
            started.send_signal(signal.SIGTERM)
            expect(started.wait(60) == 0)


def launch(serving, variables, pass_socket=None):
    """The program as systemd starts it: its own pid in LISTEN_PID, sockets from 3 on."""
    def prepare():
        os.environ.update(variables)
        if pass_socket is not None:
            os.dup2(pass_socket.fileno(), 3)
            os.set_inheritable(3, True)
    # the shell becomes the program, so its pid is the program's
    command = ["sh", "-c", "LISTEN_PID=$$ exec \"$@\"", "sh", KOHORTA, "serve", "-d",
               str(serving.data), "--listen", "127.0.0.1:0"]
    return subprocess.Popen(command, env={**serving.environment, **variables}, preexec_fn=prepare,
                            close_fds=False, stdout=subprocess.DEVNULL,
                            stderr=open(serving.home / "log", "ab"))


def read_all(connection):
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except TimeoutError:
        pass
    return b"".join(parts)


def test_it_tells_systemd_how_it_is():
    with Sound() as serving:
        serving.stop()
        path = str(serving.home / "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
            heard.bind(path)
            heard.settimeout(60)
            started = launch(serving, {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "400000"})
            try:
                expect(b"READY=1" in heard.recv(1000))
                for _ in range(3):  # signs of life go on
                    expect(b"WATCHDOG=1" in heard.recv(1000))
            finally:
                started.send_signal(signal.SIGTERM)
            said = b""
            while b"STOPPING=1" not in said:
                said = heard.recv(1000)
            expect(started.wait(60) == 0)


def test_the_unit_is_one_that_systemd_takes():
    if shutil.which("systemd-analyze") is None:
        return
    units = pathlib.Path(__file__).resolve().parents[2] / "packaging"
    with tempfile.TemporaryDirectory() as folder:
        for name in ("kohorta.service", "kohorta.socket"):
            text = (units / name).read_text().replace("/usr/bin/kohorta", KOHORTA)
            (pathlib.Path(folder) / name).write_text(text)
        done = subprocess.run(["systemd-analyze", "verify", f"{folder}/kohorta.service"],
                              capture_output=True, text=True)
        said = [line for line in done.stderr.splitlines() if "kohorta" in line]
        expect(done.returncode == 0 or not said, done.stderr)


# ---- others write ----

def test_two_writers_never_meet_and_live_segments_follow():
    with Sound() as serving:
        admin = serving.administrator()
        made = admin.post("/segments", {"name": "новые", "mode": "periodic", "is_live": True,
                                        "rule": 'name = "Гость"'})
        expect(made.code == 201, made)
        outcomes = []

        def write_here():
            for i in range(5):
                outcomes.append(admin.post("/metrics", {"name": f"m{i}", "expression": "1 + 1"})
                                .code)

        threads = [threading.Thread(target=write_here) for _ in range(2)]
        for thread in threads:
            thread.start()
        for i in range(5):
            path = serving.home / f"{i}.csv"
            path.write_text(f"code;name\nGUEST-{i};Гость\n", encoding="utf-8")
            serving.run("import", "customers", str(path), "-q", check=True)
            begin = time.monotonic()
            serving.wait_for(lambda i=i: f"GUEST-{i}" in admin.get(
                f"/segments/{made.json['code']}/members").body.decode(), 30)
            outcomes.append(time.monotonic() - begin)
        for thread in threads:
            thread.join()
        codes = [o for o in outcomes if isinstance(o, int)]
        expect(set(codes) <= {201, 409, 503} and 201 in codes, codes)
        delays = sorted(o for o in outcomes if isinstance(o, float))
        expect(delays[len(delays) // 2] < 3, delays)
        expect(serving.run("check").returncode == 0)


# ---- disks and files ----

def limit_files(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def test_a_full_disk_is_told_in_a_sentence():
    """No file may grow: what SQLite meets is what it meets on a full disk."""
    with Sound() as serving:
        admin = serving.administrator()
        pid = serving.process.pid
        largest = max(path.stat().st_size for path in serving.data.iterdir())
        old = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, old[1]))
        try:
            answer = admin.post("/metrics", {"name": "full", "expression": "1 + 1"})
            expect(answer.code in (503, 507), answer)
            expect(answer.json["title"] and answer.json["detail"], answer)
            expect(admin.get("/customers", limit=1).code == 200, "reading goes on")
            expect(admin.post("/rules/count", {"text": "true"}).code == 200)
        finally:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, old)
        answer = admin.post("/metrics", {"name": "room again", "expression": "1 + 1"})
        expect(answer.code == 201, answer, largest)
        expect(serving.run("check").returncode == 0)


def test_a_damaged_image_is_made_anew():
    with Sound() as serving:
        admin = serving.administrator()
        before = admin.post("/rules/count", {"text": "count(purchase) > 3"}).json["count"]
        serving.stop()
        image = next(path for path in serving.data.iterdir() if path.name == "kohorta.image")
        data = bytearray(image.read_bytes())
        for place in range(5000, len(data), max(1, len(data) // 50)):
            data[place] ^= 0x5A
        image.write_bytes(bytes(data))
        serving.start()
        admin.port = serving.port
        expect(admin.post("/rules/count", {"text": "count(purchase) > 3"}).json["count"] == before)
        expect(serving.run("image", "check").returncode == 0)


def test_a_lost_image_while_it_serves_does_no_harm():
    with Sound() as serving:
        admin = serving.administrator()
        before = admin.post("/rules/count", {"text": "true"}).json["count"]
        expect(serving.run("image", "drop").returncode == 0)
        expect(admin.post("/rules/count", {"text": "true"}).json["count"] == before)


def test_at_night_blocks_of_the_image_are_checked():
    """In the zone where it is the hour of the check now; what was changed behind the back of the
    program is found, told, and put right."""
    hour = time.gmtime().tm_hour
    shift = (3 - hour) % 24
    zone = f"Etc/GMT{-shift if shift <= 14 else 24 - shift:+d}"
    with Sound() as serving:
        serving.stop()
        database = sqlite3.connect(serving.data / "kohorta.db")
        database.execute("UPDATE setting SET value = ? WHERE name = 'time_zone'", (zone,))
        database.commit()
        database.close()
        serving.start()
        admin = serving.administrator()
        serving.wait_for(lambda: "the image was checked" in serving.logged(), 30)
        metrics = serving.client().get("//metrics").body.decode()
        blocks = int(re.search(r"kohorta_checked_blocks_total (\d+)", metrics).group(1))
        expect(blocks == 1, "one of the three blocks of 5000 customers", metrics)
        expect("kohorta_image_problems_total 0" in metrics)
        job = next(job for job in admin.get("/jobs").json["items"] if job["kind"] == "check")
        expect(job["result"]["problems"] == 0 and job["result"]["customers"] > 0, job)


# ---- what it tells of itself ----

def test_metrics_add_up_under_load():
    with Sound() as serving:
        admin = serving.administrator()
        threads = [threading.Thread(target=lambda: [admin.get("/session") for _ in range(50)])
                   for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        text = serving.client().get("//metrics").body.decode()
        of_class = {name: int(count) for name, count in
                    re.findall(r'kohorta_requests_total\{class="(\dxx)"\} (\d+)', text)}
        buckets = [int(number) for number in
                   re.findall(r"kohorta_request_seconds_bucket\{[^}]*\} (\d+)", text)]
        count = int(re.search(r"kohorta_request_seconds_count (\d+)", text).group(1))
        expect(of_class["2xx"] >= 400 and sum(of_class.values()) == count == buckets[-1], text)
        expect(buckets == sorted(buckets), buckets)
        expect(int(re.search(r"kohorta_connections (\d+)", text).group(1)) < 20, text)


def main():
    global KOHORTA
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("kohorta")
    parser.add_argument("--filter", default="")
    arguments = parser.parse_args()
    KOHORTA = str(pathlib.Path(arguments.kohorta).resolve())
    tests = [(name, test) for name, test in globals().items()
             if name.startswith("test_") and arguments.filter in name]
    failed = 0
    for name, test in tests:
        try:
            test()
        except Exception:  # noqa: BLE001  (whatever went wrong, the others are run)
            failed += 1
            print(f"FAILED {name}")
            traceback.print_exc()
    if _template is not None:
        shutil.rmtree(pathlib.Path(_template).parent, ignore_errors=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
