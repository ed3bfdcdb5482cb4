"""A lean load generator: many requests at once out of one loop, over plain sockets, so that it takes little of the
processors that it shares with what it measures.

    python -m bench.driver < plan.json      prints JSON

The plan: {door: http | socket | bare, port, at_once, work: [[token, [body, …]], …], again: share sent twice}. One
piece of `work` is one person's scans, made one after the other; `at_once` persons work at a time.
"""
from __future__ import annotations

import json
import random
import resource
import select
import socket
import sys
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

COMMAND = "pick.confirm"
STUCK_SECONDS = 30.0
_TEXT, _PACKED, _MASKED, _LONG, _LONGER = 0x81, 0x40, 0x80, 126, 127  # websocket framing, RFC 6455
_END = b"\0\0\xff\xff"  # which a packed message leaves out, RFC 7692


@dataclass
class Result:
    """Milliseconds of every answer, and those that were not what was expected."""

    milliseconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    resent: int = 0


class Person:
    """One connection: requests made ready beforehand, one under way at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.todo: deque[bytes] = deque()
        self.begun = 0.0
        self.got = b""

    def send(self) -> None:
        self.begun = time.perf_counter()
        self.socket.sendall(self.todo.popleft())

    def answer(self) -> tuple[bool, bytes] | None:
        """(whether it is a success, the answer) once it is complete."""
        raise NotImplementedError


class Caller(Person):
    """Over HTTP, kept alive."""

    def answer(self) -> tuple[bool, bytes] | None:
        self.got += self.socket.recv(65536)
        head, gap, body = self.got.partition(b"\r\n\r\n")
        if not gap:
            return None
        at = head.lower().index(b"content-length:") + 15
        if len(body) < int(head[at : at + 10].split(b"\r")[0]):
            return None
        self.got = b""
        return head[9:12] == b"200", body


class Listener(Person):
    """Over a websocket that speaks Socket.IO in the namespace of terminals."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(port)
        self.socket.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"  # as browsers do
        )
        self._unpacker = zlib.decompressobj(-15)
        while b"\r\n\r\n" not in self.got:
            self.got += self.socket.recv(4096)
        self.got = self.got.partition(b"\r\n\r\n")[2]
        self._await(b"0")
        self.socket.sendall(framed(b"40/terminal," + json.dumps({"token": token, "after": 0}).encode()))
        self._await(b"42/terminal")  # what was missed, which follows the word that one is let in

    def _await(self, beginning: bytes) -> None:
        while True:
            for message in self._messages():
                if message.startswith(beginning):
                    return
            self.got += self.socket.recv(4096)

    def answer(self) -> tuple[bool, bytes] | None:
        self.got += self.socket.recv(65536)
        found = None
        for message in self._messages():
            if message == b"2":
                self.socket.sendall(framed(b"3"))
            elif message.startswith(b"43"):
                found = (b'"ok":true' in message, message)
        return found

    def _messages(self) -> list[bytes]:
        found = []
        while len(self.got) >= 2:
            length, start = self.got[1], 2
            if length in (_LONG, _LONGER):
                start = 4 if length == _LONG else 10
                length = int.from_bytes(self.got[2:start], "big")
            if len(self.got) < start + length:
                break
            message = self.got[start : start + length]
            found.append(self._unpacker.decompress(message + _END) if self.got[0] & _PACKED else message)
            self.got = self.got[start + length :]
        return found


def framed(text: bytes) -> bytes:
    """A client's websocket frame; its mask is 0, which leaves the text as it is."""
    if len(text) < _LONG:
        return bytes((_TEXT, _MASKED | len(text))) + bytes(4) + text
    return bytes((_TEXT, _MASKED | _LONG)) + len(text).to_bytes(2, "big") + bytes(4) + text


def posted(path: str, token: str, body: dict[str, Any]) -> bytes:
    """A complete HTTP request."""
    text = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    return head.encode() + text


def _ready(door: str, token: str, bodies: list[dict[str, Any]], again: float) -> deque[bytes]:
    chance = random.Random(token)
    made: deque[bytes] = deque()
    for nr, body in enumerate(bodies):
        if door == "socket":
            each = framed(f"42/terminal,{nr}".encode() + json.dumps(["command", COMMAND, body]).encode())
        else:
            each = posted("/confirm" if door == "bare" else f"/api/v1/commands/{COMMAND}", token, body)
        made.extend([each] * (2 if chance.random() < again else 1))
    return made


def run(plan: dict[str, Any]) -> dict[str, Any]:
    """Carry out a plan; returns counts, milliseconds and the seconds of processor time that this took."""
    door, port = plan["door"], plan["port"]
    waiting = deque((token, _ready(door, token, bodies, plan.get("again", 0.0))) for token, bodies in plan["work"])
    own: dict[str, Person] = {}
    if door == "socket":
        own = {token: Listener(port, token) for token, _ in waiting}
    callers = [] if own else [Caller(port) for _ in range(plan["at_once"])]
    result, poll = Result(), select.epoll()
    people: dict[int, Person] = {}
    for each in own.values() or callers:
        people[each.socket.fileno()] = each
        poll.register(each.socket.fileno(), select.EPOLLIN)
    used = resource.getrusage(resource.RUSAGE_SELF)
    started = time.perf_counter()
    busy = 0
    for nr in range(min(plan["at_once"], len(waiting))):
        busy += _next(waiting, own, callers[nr] if callers else None)
    while busy:
        events = poll.poll(STUCK_SECONDS)
        if not events:
            result.wrong.append(f"no answer in {STUCK_SECONDS} s")
            break
        for number, _ in events:
            person = people[number]
            done = person.answer()
            if done is None:
                continue
            result.milliseconds.append((time.perf_counter() - person.begun) * 1000)
            if not done[0]:
                result.wrong.append(done[1].decode(errors="replace")[:300])
            if person.todo:
                person.send()
            else:
                busy += _next(waiting, own, None if own else person) - 1
    seconds = time.perf_counter() - started
    now = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "answers": len(result.milliseconds), "seconds": seconds, "milliseconds": result.milliseconds,
        "wrong": result.wrong, "cpu_seconds": now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime,
    }  # fmt: skip


def _next(waiting: deque[tuple[str, deque[bytes]]], own: dict[str, Person], caller: Person | None) -> int:
    """Let somebody begin their scans; returns how many did."""
    if not waiting:
        return 0
    token, scans = waiting.popleft()
    person = caller or own[token]
    person.todo = scans
    person.send()
    return 1


if __name__ == "__main__":
    print(json.dumps(run(json.load(sys.stdin))))
