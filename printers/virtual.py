"""A printer made of software: speaks ZPL or ESC/POS on a TCP port and prints PNG files into a folder.

For demonstrations and tests alike. Faults and the power switch are files in its folder, so that any
process may use them. `python -m printers.virtual --name X --language zpl --port 0 --folder DIR`
prints its port and runs until interrupted; `--model ZD421` answers as that model does.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import socket
import struct
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import cast

from printers.errors import DecodeError
from printers.profiles import Language
from printers.virtual_engine import Engine
from printers.virtual_folder import (
    Control,
    LabelFolder,
    read_control,
    read_labels,
    read_printer,
    set_control,
)
from printers.virtual_streams import Item, Question, Watch

__all__ = ["Control", "VirtualPrinter", "read_control", "read_labels", "read_printer", "set_control"]

_MODELS = {"zpl": "VIRTUAL-ZPL", "escpos": "VIRTUAL-ESCPOS"}
_WATCH = 0.2  # seconds between two looks at control.json
_TICK = 0.05


class VirtualPrinter:
    """One virtual printer. Use as a context manager, or with start() and stop(), once.

    `port` 0 takes a free one, kept through power cuts; `language` is "zpl" or "escpos". Only
    loopback is listened on unless `host` says otherwise. `model` is the model it says it is, and answers
    as (printers/models.toml); without one it is one of ours, that answers everything.
    """

    def __init__(
        self,
        name: str,
        language: str,
        folder: Path | str,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        dpi: int = 203,
        model: str = "",
    ) -> None:
        if language not in _MODELS:
            raise ValueError(f"no such printer language: {language!r}")
        self.name = name
        self.language: Language = cast(Language, language)
        self.model = model or _MODELS[language]
        self.folder = Path(folder)
        self.port = port
        self._host = host
        self._labels = LabelFolder(self.folder, dpi)
        self._engine = Engine(self.language, self._labels, self.model)
        self._listener: socket.socket | None = None
        self._kept: socket.socket | None = None  # holds the port while the power is off
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.RLock()
        self._stopping = threading.Event()
        self._said: dict[str, object] = {}

    def __enter__(self) -> VirtualPrinter:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> VirtualPrinter:
        """Listen, and obey the control file from now on. Raises OSError if the port is taken."""
        self._engine.start()
        self._listen()  # also when the power is off: the port is known from the first moment
        self._apply(read_control(self.folder))
        self._run(self._watch)
        return self

    def stop(self) -> None:
        """End every thread and connection. What waits unprinted is lost, as in a real printer."""
        self._stopping.set()
        self._unplug()
        if self._kept is not None:
            self._kept.close()
        self._engine.stop()
        for thread in list(self._threads):
            thread.join(timeout=5)

    def set(self, *, power: bool | None = None, faults: tuple[str, ...] | list[str] | None = None) -> None:
        """Like set_control on its folder, in force on return."""
        set_control(self.folder, power=power, faults=faults)
        self._apply(read_control(self.folder))

    def _run(self, target: object, *args: object) -> None:
        assert callable(target)
        thread = threading.Thread(target=target, args=args, name=f"virtual {self.name}", daemon=True)
        self._threads = [t for t in self._threads if t.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _watch(self) -> None:
        while not self._stopping.wait(_WATCH):
            self._apply(read_control(self.folder))
            self._describe()

    def _apply(self, control: Control) -> None:
        with self._lock:
            if self._stopping.is_set():
                return
            self._engine.pretend(control)
            if control.power and self._listener is None:
                self._listen()
            elif not control.power:
                self._unplug()
            self._describe()

    def _describe(self) -> None:
        engine = self._engine
        facts: dict[str, object] = {
            "name": self.name, "language": self.language, "model": self.model, "host": self._host, "port": self.port,
            "power": engine.control.power, "faults": sorted(engine.faults), "printed": engine.printed,
            "waiting": engine.waiting, "rejected": engine.rejected, "error": engine.error,
        }  # fmt: skip
        if facts != self._said:
            self._said = facts
            self._labels.describe(facts)

    def _listen(self) -> None:
        listener, self._kept = self._kept, None
        try:
            listener = listener or self._bound()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.listen(16)
        except OSError:
            if listener is not None:
                listener.close()
            if self._threads:
                return  # the power came back but the port is taken: the watcher tries again
            raise
        listener.settimeout(_TICK)
        self.port = int(listener.getsockname()[1])
        self._listener = listener
        self._run(self._accept, listener)

    def _bound(self) -> socket.socket:
        """A socket at the port that does not listen yet: who calls is refused."""
        bound = socket.socket(socket.AF_INET6 if ":" in self._host else socket.AF_INET, socket.SOCK_STREAM)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind((self._host, self.port))
        except OSError:
            bound.close()
            raise
        return bound

    def _unplug(self) -> None:
        """Close the listener; the thread of every connection then tears it down, as a power cut does."""
        with self._lock:
            listener, self._listener = self._listener, None
            self._open = set()
        if listener is not None:
            with contextlib.suppress(OSError):  # not every system knows this of a listener
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            self._keep_port()

    def _keep_port(self) -> None:
        """Keep the port for the time when the power is back; an address of the house is nobody else's meanwhile."""
        if self._stopping.is_set():
            return
        with contextlib.suppress(OSError):
            self._kept = self._bound()
            self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)  # nor may anybody share it

    def _accept(self, listener: socket.socket) -> None:
        while self._listener is listener:
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return  # closed by a power cut
            with self._lock:
                if self._listener is listener:
                    self._open.add(connection)
            self._run(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            self._converse(connection)
        except OSError:
            pass  # gone: nothing a printer could do about it
        except DecodeError as error:
            self._engine.reject(error)
        finally:
            with self._lock:
                cut_off = connection not in self._open
                self._open.discard(connection)
            _tear_down(connection) if cut_off else connection.close()

    def _converse(self, connection: socket.socket) -> None:
        stream = self._engine.stream()
        promises: deque[tuple[int, bytes]] = deque()
        received, told = 0, b""
        connection.settimeout(_TICK)
        while connection in self._open:
            told = self._speak(connection, promises, told)
            control = self._engine.control
            if "hang" in control.faults:
                time.sleep(_TICK)
                continue
            most = _most(control, received)
            if most == 0:
                _tear_down(connection)
                return
            try:
                data = connection.recv(most)
            except TimeoutError:
                continue
            received += len(data)
            if control.bytes_a_second:
                time.sleep(len(data) / control.bytes_a_second)
            for item in stream.feed(data) if data else stream.rest():
                self._take(item, connection, promises)
            if not data:
                return

    def _take(self, item: Item, connection: socket.socket, promises: deque[tuple[int, bytes]]) -> None:
        if isinstance(item, Watch):
            self._engine.tells_of_itself = item.wanted
        elif not isinstance(item, Question):
            self._engine.accept(item)
        elif item.kind == "ack":
            promises.append(self._engine.promised(item))
        else:
            connection.sendall(self._engine.answer(item))

    def _speak(self, connection: socket.socket, promises: deque[tuple[int, bytes]], told: bytes) -> bytes:
        """Say what is due unasked: jobs that are printed by now, and a state other than was `told`; returns that."""
        while promises and self._engine.printed >= promises[0][0]:
            connection.sendall(promises.popleft()[1])
        now = self._engine.unsolicited()
        if now != told and now:
            connection.sendall(now)
        return now


def _most(control: Control, received: int) -> int:
    """How many bytes may be read next; 0 when the connection is to be torn down."""
    size = max(1, min(2048, control.bytes_a_second // 10)) if control.bytes_a_second else 65536
    if control.disconnect_at is None:
        return size
    return max(0, min(size, control.disconnect_at - received))


def _tear_down(connection: socket.socket) -> None:
    """Close at once with a reset, whatever was still unread."""
    with contextlib.suppress(OSError):  # the other side was faster
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def main(arguments: list[str] | None = None) -> int:
    """Run one virtual printer until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m printers.virtual", description="A printer made of software.")
    parser.add_argument("--name", default="virtual")
    parser.add_argument("--language", choices=("zpl", "escpos"), default="zpl")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port and prints it")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--dpi", type=int, default=203)
    parser.add_argument("--model", default="", help="the model to answer as, for example ZD421")
    parser.add_argument("--folder", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    printer = VirtualPrinter(
        chosen.name,
        chosen.language,
        chosen.folder,
        port=chosen.port,
        host=chosen.host,
        dpi=chosen.dpi,
        model=chosen.model,
    )
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    with printer:
        sys.stdout.write(f"{printer.port}\n")
        sys.stdout.flush()
        done.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
