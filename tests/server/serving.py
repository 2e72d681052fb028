"""A real server on a free port over a copy of the demo company, and a client that signs in.

    with Serving(kohorta) as serving:
        client = serving.administrator()
        client.get("/segments").json["items"]

Only the standard library. Whoever tests routes imports this."""

import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.parse

TODAY = "2026-03-31"
PASSWORD = "correct horse battery"
START_SECONDS = 120
# what a sanitizer, or a broken promise of the program, leaves in the log
SANITIZED = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error|"
                       r"broken promise|LeakSanitizer")


def expect(condition, *about):
    if not condition:
        raise AssertionError(" ".join(map(repr, about)) or "as expected")


class Answer:
    def __init__(self, response, body):
        self.code, self.headers, self.body = response.status, response.headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.code} {self.body[:300]!r}"


class Client:
    """One who asks: with a session, a token, or nothing."""

    def __init__(self, port, headers=None):
        self.port, self.headers = port, dict(headers or {})

    def ask(self, method, path, body=None, headers=None, raw=None):
        """`body` becomes JSON; `raw` is sent as it is. A path without /api is one of the API."""
        sent = {**self.headers, **(headers or {})}
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        if not path.startswith("//"):
            path = "/api/v1" + path
        else:
            path = path[1:]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body=data, headers=sent)
            response = connection.getresponse()
            return Answer(response, response.read())
        finally:
            connection.close()

    def get(self, path, **query):
        query = {k: v for k, v in query.items() if v is not None}
        return self.ask("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def post(self, path, body=None, **options):
        return self.ask("POST", path, body, **options)

    def put(self, path, body=None, **options):
        return self.ask("PUT", path, body, **options)

    def patch(self, path, body=None, **options):
        return self.ask("PATCH", path, body, **options)

    def delete(self, path, **options):
        return self.ask("DELETE", path, **options)

    def sign_in(self, answer):
        """Take over the session that an answer began."""
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        return Client(self.port, {"Cookie": cookie, "Kohorta-CSRF": answer.json["csrf"]})


class Serving:
    def __init__(self, kohorta, arguments=(), environment=None, source=None):
        self.kohorta = str(kohorta)
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="kohorta-serving-"))
        self.data = self.home / "data"
        self.environment = {**os.environ, "KOHORTA_TODAY": TODAY, **(environment or {})}
        if source is None:
            self.run("demo", "-q", str(self.data), check=True)
        else:
            shutil.copytree(source, self.data)
        self.arguments = list(arguments)
        self.process = None

    def run(self, *arguments, check=False, data=True):
        """The command line beside the server."""
        command = [self.kohorta, *arguments]
        if data and arguments[0] != "demo":
            command += ["-d", str(self.data)]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True,
                              check=check, timeout=300)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self, *more):
        self.log = open(self.home / "log", "ab")
        self.out = open(self.home / "out", "w+")
        self.process = subprocess.Popen(
            [self.kohorta, "serve", "-d", str(self.data), "--listen", "127.0.0.1:0",
             *self.arguments, *more], env=self.environment, stdout=self.out, stderr=self.log)
        said = self.wait_for(lambda: re.search(r"serving at http://127\.0\.0\.1:(\d+)",
                                               self.said()))
        self.port = int(said.group(1))
        link = re.search(r"link=(\S+)", self.said())
        self.link = link.group(1) if link else None

    def said(self):
        return (self.home / "out").read_text()

    def logged(self):
        return (self.home / "log").read_text()

    def wait_for(self, condition, seconds=START_SECONDS):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            if self.process.poll() is not None:
                raise RuntimeError(f"the server has ended: {self.logged()[-2000:]}")
            time.sleep(0.05)
        raise RuntimeError(f"waited in vain: {self.logged()[-2000:]}")

    def stop(self):
        """Ends it as systemd does; its exit code."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.log.close()
        self.out.close()
        self.process = None
        return code

    def client(self, headers=None):
        return Client(self.port, headers)

    def administrator(self):
        """Signed in by the link of the first start, with PASSWORD; later by it."""
        client = self.client()
        if self.link is not None:
            answer = client.post("/session/link", {"link": self.link, "password": PASSWORD})
            self.link = None
        else:
            answer = client.post("/session/sign-in", {"login": "admin", "password": PASSWORD})
        if answer.code != 200:
            raise RuntimeError(f"cannot sign in: {answer}")
        return client.sign_in(answer)
