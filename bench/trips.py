"""Counts round trips on the wire: a relay between a program and its database."""
from __future__ import annotations

import selectors
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

NAME = ".s.PGSQL.5432"


class Relay:
    """Passes bytes on. Each time a client speaks after it was answered is one round trip."""

    def __init__(self, listening: socket.socket, server: str) -> None:
        self.trips = 0
        self._server = server
        self._ready = selectors.DefaultSelector()
        self._ready.register(listening, selectors.EVENT_READ)
        self._listening = listening
        self._other: dict[socket.socket, socket.socket] = {}
        self._clients: set[socket.socket] = set()
        self._answered: dict[socket.socket, bool] = {}

    def work(self, ended: threading.Event) -> None:
        while not ended.is_set():
            for key, _ in self._ready.select(0.1):
                if key.fileobj is self._listening:
                    self._accept()
                else:
                    self._pass_on(key.fileobj)  # type: ignore[arg-type]  # only sockets are registered
        for each in self._other:
            each.close()
        self._ready.close()

    def _accept(self) -> None:
        client, _ = self._listening.accept()
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._server)
        self._other |= {client: server, server: client}
        self._clients.add(client)
        self._answered[client] = True
        for each in (client, server):
            self._ready.register(each, selectors.EVENT_READ)

    def _pass_on(self, source: socket.socket) -> None:
        data = source.recv(65536)
        other = self._other[source]
        if not data:
            for each in (source, other):
                self._ready.unregister(each)
                self._other.pop(each)
                each.close()
            return
        if source in self._clients:
            self.trips += self._answered[source]
            self._answered[source] = False
        else:
            self._answered[other] = True
        other.sendall(data)


@contextmanager
def counted(address: str) -> Iterator[tuple[str, Callable[[], int]]]:
    """The address of a relay to this database (which must listen on a Unix socket), and how many round trips it saw."""
    folder = Path(tempfile.mkdtemp(prefix="wms-trips-"))
    socket_folder = parse_qs(urlsplit(address).query)["host"][0]
    ended = threading.Event()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / NAME))
        listening.listen(50)
        relay = Relay(listening, f"{socket_folder}/{NAME}")
        thread = threading.Thread(target=relay.work, args=(ended,), daemon=True)
        thread.start()
        try:
            yield address.replace(quote(socket_folder), quote(str(folder))), lambda: relay.trips
        finally:
            ended.set()
            thread.join()
            shutil.rmtree(folder, ignore_errors=True)
