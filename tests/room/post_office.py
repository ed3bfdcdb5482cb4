"""Servers at the other end of notices, strict about what they are sent: SMTP and HTTP, failing when told to."""
from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Box:
    """What arrived, and how the server behaves: `fails` is empty, refuse, busy, or cut (its answer is lost)."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.posts: list[tuple[dict[str, str], dict[str, Any], bytes]] = []
        self.fails = ""
        self.port = 0
        self.answer: dict[str, Any] = {"code": 0}


class _Smtp(socketserver.StreamRequestHandler):
    """RFC 5321 in its sequence: EHLO, MAIL, RCPT, DATA, QUIT; lines end with CR LF, heads are ASCII."""

    box: Box

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self) -> None:
        self.say("220 box.test ESMTP")
        expected = ["EHLO"]
        while line := self.rfile.readline(1002):
            if not line.endswith(b"\r\n"):
                return self.say("500 a line ends with CR LF")
            verb, _, rest = line.decode("ascii").strip().partition(" ")
            verb = verb.upper()
            if verb == "QUIT":
                return self.say("221 bye")
            if verb == "RSET":
                expected = ["MAIL"]
                self.say("250 ok")
            elif verb not in expected:
                self.say("503 out of sequence")
            else:
                following = self.take(verb, rest)
                if following is None:
                    return None
                expected = following
        return None

    def take(self, verb: str, rest: str) -> list[str] | None:
        if verb == "EHLO":
            self.say("250 box.test")
            return ["MAIL"]
        if verb == "MAIL":
            good = rest.startswith("FROM:<") and "@" in rest
            self.say("250 ok" if good else "501 whose?")
            return ["RCPT"] if good else ["MAIL"]
        if verb == "RCPT":
            said = {"refuse": "550 no such box", "busy": "451 later"}.get(self.box.fails, "250 ok")
            self.say(said)
            return ["RCPT", "DATA"] if said[0] == "2" else ["RCPT"]
        self.say("354 go on")
        content = b""
        while not content.endswith(b"\r\n.\r\n"):
            content += self.rfile.readline()
        self.box.mails.append(message_from_bytes(content[:-3].replace(b"\r\n..", b"\r\n."), policy=policy.default))
        if self.box.fails == "cut":
            return None
        self.say("250 taken")
        return ["MAIL"]


class _Http(BaseHTTPRequestHandler):
    box: Box

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.box.posts.append((dict(self.headers), json.loads(body), body))
        if self.box.fails == "cut":
            self.close_connection = True
            return self.connection.close()
        self.send_response({"refuse": 400, "busy": 429}.get(self.box.fails, 200))
        answer = json.dumps(self.box.answer).encode()
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        return None

    def log_message(self, *args: Any) -> None:
        """Nobody reads it."""


@contextmanager
def _serving(kind: type[Any], handler: type[Any]) -> Iterator[Box]:
    box = Box()
    with kind(("127.0.0.1", 0), type("Handler", (handler,), {"box": box})) as server:
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()


class _Threading(socketserver.ThreadingTCPServer):
    daemon_threads = True


def smtp() -> Any:
    """`with smtp() as box:` a mail server at `box.port`."""
    return _serving(_Threading, _Smtp)


def http() -> Any:
    """`with http() as box:` a gateway at `box.port`."""
    return _serving(ThreadingHTTPServer, _Http)
