"""Many terminals in one process: real websockets of people who have signed in, out of one loop over plain sockets."""
from __future__ import annotations

import json
import re
import select
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import requests

from bench.driver import Listener, framed

T = TypeVar("T")

SLICE_SECONDS = 0.05
_ANSWER = re.compile(rb"43/terminal,(\d+)\[")
_EVENT = b'42/terminal,["event",'


@dataclass
class Answer:
    """What came back to one command: when it was due, how long after that, and the envelope as it came."""

    terminal: Terminal
    due: float
    seconds: float
    text: bytes

    @property
    def ok(self) -> bool:
        return b'"ok":true' in self.text


class Terminal(Listener):
    """A handheld: it may ask again before it has an answer, and hears events in between."""

    def __init__(self, port: int, token: str) -> None:
        super().__init__(port, token)
        self._asked: dict[int, float] = {}
        self._next = 0

    def ask(self, name: str, body: dict[str, Any], due: float | None = None) -> None:
        """Send a command. `due`: when it should have been sent, on the clock of `time.perf_counter`."""
        number, self._next = self._next, self._next + 1
        self._asked[number] = time.perf_counter() if due is None else due
        self.socket.sendall(framed(f"42/terminal,{number}".encode() + json.dumps(["command", name, body]).encode()))

    def do(self, name: str, body: dict[str, Any], due: float | None = None) -> None:
        """Send a change."""
        self.ask(name, {**body, "command_id": str(uuid.uuid4())}, due)

    def hear(self) -> Iterator[Answer | dict[str, Any]]:
        """What has come: answers, and rows of events."""
        come = self.socket.recv(262_144)
        if not come:
            raise RuntimeError("a terminal was cut off")
        self.got += come
        for message in self._messages():
            if message == b"2":
                self.socket.sendall(framed(b"3"))
            elif message == b"1":
                raise RuntimeError("a terminal was given up by the server")
            elif message.startswith(_EVENT):
                yield json.loads(message[len(_EVENT) : -1])
            elif found := _ANSWER.match(message):
                due = self._asked.pop(int(found[1]))
                yield Answer(self, due, time.perf_counter() - due, message[found.end() :])


@dataclass
class Crowd:
    """Terminals that are connected to the service at `port`."""

    port: int
    terminals: list[Terminal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._poll = select.epoll()
        self._by_number: dict[int, Terminal] = {}

    def join(self, tokens: Iterable[str]) -> list[Terminal]:
        """Connect a terminal for each of these sessions; those that are there already go on meanwhile."""
        made = []
        for token in tokens:
            made.append(terminal := Terminal(self.port, token))
            self._by_number[terminal.socket.fileno()] = terminal
            self._poll.register(terminal.socket.fileno(), select.EPOLLIN)
            list(self.heard(0.0))
        self.terminals += made
        return made

    def heard(self, seconds: float) -> Iterator[tuple[Terminal, Answer | dict[str, Any]]]:
        """What terminals hear as soon as anything comes, or nothing after this long. Pings are answered."""
        for number, _ in self._poll.poll(seconds):
            terminal = self._by_number[number]
            for each in terminal.hear():
                yield terminal, each

    def idle(self, seconds: float) -> None:
        """Let everybody stand about."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            list(self.heard(SLICE_SECONDS))

    def while_doing(self, act: Callable[[], T]) -> T:
        """Carry out what takes a while and is not the terminals' own; they answer pings meanwhile."""
        with ThreadPoolExecutor(1) as other:
            doing = other.submit(act)
            while not doing.done():
                list(self.heard(SLICE_SECONDS))
            return doing.result()

    def answers(self, wanted: int, seconds: float) -> list[Answer]:
        """Wait for so many answers. Raises RuntimeError when they do not come, or one is a refusal."""
        found: list[Answer] = []
        until = time.monotonic() + seconds
        while len(found) < wanted:
            if time.monotonic() > until:
                raise RuntimeError(f"{len(found)} answers of {wanted} in {seconds} s")
            found += [each for _, each in self.heard(SLICE_SECONDS) if isinstance(each, Answer)]
        require_ok(found)
        return found

    def leave(self) -> None:
        """Everybody goes."""
        for terminal in self.terminals:
            self._poll.unregister(terminal.socket.fileno())
            terminal.socket.close()
        self.terminals, self._by_number = [], {}


def require_ok(answers: Sequence[Answer]) -> None:
    """Raises RuntimeError when one of these is a refusal."""
    wrong = [each.text.decode()[:300] for each in answers if not each.ok]
    if wrong:
        raise RuntimeError(f"{len(wrong)} wrong answers, such as {wrong[0]}")


def sign_in(port: int, badges: Iterable[str], pin: str) -> list[str]:
    """Sign these people in by badge and PIN; returns their tokens."""
    tokens = []
    with requests.Session() as session:
        for badge in badges:
            asked = {"badge": badge, "pin": pin, "device": f"bench {badge}"}
            answer = session.post(f"http://127.0.0.1:{port}/api/v1/sessions", json=asked, timeout=60)
            answer.raise_for_status()
            tokens.append(answer.json()["data"]["token"])
    return tokens
