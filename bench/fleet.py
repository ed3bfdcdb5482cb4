"""Printers that cost next to nothing: they answer, take labels, and note when the first byte of each arrived.

For figures only. They do not look at what they print; `printers.virtual` does.
"""
from __future__ import annotations

import selectors
import socket
import threading
import time
from dataclasses import dataclass, field

_ASKED, _BEGUN, _DONE = b"~HS", b"^XA", b"^XZ"
_EOT, _EOT_READY = b"\x10\x04", b"\x12"
_RASTER, _CUT = b"\x1dv0", b"\x1dV"


@dataclass
class Paper:
    """What came to one printer: when the first byte of each label arrived (`time.time`), and when each is out.

    `seconds` a label takes. A `dead` one takes connections and says nothing.
    """

    port: int
    seconds: float = 0.0
    dead: bool = False
    begun: list[float] = field(default_factory=list)
    out: list[float] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        moment = time.time()
        return sum(at > moment for at in self.out[-100:])

    def printed(self, since: float, until: float) -> int:
        return sum(since < at <= until for at in self.out)


class Fleet:
    """So many printers in one thread; a context manager."""

    def __init__(self, count: int, *, seconds: float = 0.0) -> None:
        self._selector = selectors.DefaultSelector()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet", daemon=True)
        self.papers = [self._listen(seconds) for _ in range(count)]

    def __enter__(self) -> Fleet:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]  # only sockets are registered

    def _listen(self, seconds: float) -> Paper:
        listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        listener.setblocking(False)
        paper = Paper(listener.getsockname()[1], seconds)
        self._selector.register(listener, selectors.EVENT_READ, paper)
        return paper

    def _run(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select(0.1):
                if isinstance(key.data, Paper):
                    connection, _ = key.fileobj.accept()  # type: ignore[union-attr]
                    connection.setblocking(False)
                    self._selector.register(connection, selectors.EVENT_READ, _Talk(connection, key.data))
                elif not key.data.hear():
                    self._selector.unregister(key.fileobj)
                    key.data.connection.close()


class _Talk:
    def __init__(self, connection: socket.socket, paper: Paper) -> None:
        self.connection, self.paper = connection, paper
        self._rest = b""
        self._inside = False

    def hear(self) -> bool:
        """Take what has arrived; False when the other side has left."""
        try:
            data = self.connection.recv(65536)
            if data and not self.paper.dead:
                self._take(data)
        except OSError:
            return False
        return bool(data)

    def _take(self, data: bytes) -> None:
        moment = time.time()
        data = self._rest + data
        while data:
            if self._inside:
                end = max(data.find(_DONE), data.find(_CUT))
                if end < 0:
                    break
                data, self._inside = data[end + len(_DONE) :], False
                self.paper.out.append(max([moment, *self.paper.out[-1:]]) + self.paper.seconds)
                continue
            found = [(at, mark) for mark in (_ASKED, _BEGUN, _EOT, _RASTER) if (at := data.find(mark)) >= 0]
            if not found:
                break
            at, mark = min(found)
            data = data[at + len(mark) :]
            if mark == _ASKED:
                self._answer()
            elif mark == _EOT:
                self.connection.sendall(_EOT_READY)
            else:
                self._inside = True
                self.paper.begun.append(moment)
        self._rest = data[-8:]  # a mark may be cut in two

    def _answer(self) -> None:
        lines = (
            f"030,0,0,1440,{min(self.paper.waiting, 999):03d},0,0,0,000,0,0,0",
            "001,0,0,0,0,2,6,0,00000000,1,000", "1234,0",
        )  # fmt: skip
        self.connection.sendall("".join(f"\x02{line}\x03\r\n" for line in lines).encode())
