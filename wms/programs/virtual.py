"""A program that is told what happens, on a port: strict about signatures, and with the misfortunes of networks.

For tests, demos and for trying by hand; it shares no code with what it is told by.
"""
from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OLDEST_S = 300


@dataclass
class Heard:
    """A message as it came. `problem`: what a strict program holds against it."""

    headers: dict[str, str]
    body: dict[str, Any]
    problem: str = ""

    @property
    def event(self) -> str:
        return str(self.body["event"])

    @property
    def id(self) -> str:
        return str(self.body["id"])


@dataclass
class VirtualProgram:
    """What it heard, and how it answers. `answers`: statuses of the next answers, then 200; `down`: hangs up.

    `refuses`: events that it answers with 422. `slow_s`: before it answers.
    """

    secrets: list[str] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    down: bool = False
    slow_s: float = 0.0
    ahead_s: float = 0.0  # its clock
    redirect_to: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def taken(self) -> list[Heard]:
        """Each event once, in the sequence of the first time that it came."""
        with self.lock:
            return list({each.id: each for each in reversed(self.heard)}.values())[::-1]

    def events(self) -> list[str]:
        return [each.event for each in self.taken()]

    def check(self, headers: dict[str, str], raw: bytes) -> str:
        """What is wrong with a message; empty when nothing is."""
        stamp = headers.get("x-wms-timestamp", "")
        if not stamp.isdigit() or abs(time.time() + self.ahead_s - int(stamp)) > OLDEST_S:
            return "timestamp"
        given = [each.removeprefix("v1=") for each in headers.get("x-wms-signature", "").split(",")]
        for secret in self.secrets:
            wanted = hmac.new(secret.encode(), stamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
            if any(hmac.compare_digest(wanted, each) for each in given):
                return "" if json.loads(raw)["id"] == headers.get("x-wms-event-id") else "id"
        return "signature"

    def answer(self, headers: dict[str, str], raw: bytes) -> int:
        body = json.loads(raw)
        problem = self.check(headers, raw)
        with self.lock:
            status = self.answers.pop(0) if self.answers else 422 if body["event"] in self.refuses else 200
            if status == 200 or problem:
                self.heard.append(Heard(headers, body, problem))
        return 401 if problem else status


@contextmanager
def listening(program: VirtualProgram) -> Iterator[str]:
    """The program on a port of this machine; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            time.sleep(program.slow_s)
            if program.down:
                self.close_connection = True
                return
            if program.redirect_to:
                self.send_response(302)
                self.send_header("Location", program.redirect_to)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            status = program.answer({name.lower(): value for name, value in self.headers.items()}, raw)
            told = json.dumps({"ok": status == 200}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *args: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hooks"
    finally:
        server.shutdown()
        server.server_close()
