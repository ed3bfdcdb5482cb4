"""A scale on a serial port that sends its reading over and over, or when it is asked."""

from __future__ import annotations

import contextlib
import importlib
import logging
import re
import threading
from collections.abc import Callable
from typing import Protocol

from wms.agent.readings import Frames, Still, read

log = logging.getLogger(__name__)

# What to ask a scale that speaks only when it is asked. None of these zeroes, tares or switches anything.
QUESTIONS = {"sics": b"SI\r\n", "toledo": b"W", "nci": b"W\r", "and": b"Q\r\n"}
ADDRESS = re.compile(r"(?P<port>[^@,\s]+)(?:@(?P<speed>\d{3,6}))?(?:,(?P<bits>[78])(?P<parity>[NEO])(?P<stop>[12]))?")
_PAUSE = 0.2  # seconds between an answer and the next question
_SILENT = 1.0
_RETRY = 2.0


class Port(Protocol):
    """An open serial port: pyserial's, or a test's."""

    @property
    def in_waiting(self) -> int:
        """How many bytes have arrived."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes, and fewer when they do not come in time."""

    def write(self, data: bytes, /) -> object: ...

    def close(self) -> None: ...


class Scale:
    """Reads in a thread. `weight_g` is what lies still on it, None while it moves or is silent.

    `unit` is that of a scale which sends none; `question` names one of the `QUESTIONS`, or is empty.
    """

    def __init__(
        self, opened: Callable[[], Port], changed: Callable[[], None], *, unit: str = "", question: str = ""
    ) -> None:
        self.weight_g: int | None = None
        self.trouble = ""  # why it cannot be read
        self._open = opened
        self._changed = changed
        self._unit = unit
        self._question = QUESTIONS[question] if question else b""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scale", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                port = self._open()
            except Exception as error:  # pyserial lets through what the system says, in several ways
                self._lost(error)
                continue
            self.trouble = ""
            try:
                self._read(port)
            except Exception as error:
                self._lost(error)
            finally:
                with contextlib.suppress(OSError):
                    port.close()

    def _lost(self, error: Exception) -> None:
        log.warning("no scale: %s", error)
        self.trouble = str(error)
        self._show(None)
        self._ending.wait(_RETRY)

    def _read(self, port: Port) -> None:
        frames, still = Frames(), Still()
        self._ask(port)
        while not self._ending.is_set():
            data = port.read(max(1, port.in_waiting))
            if not data:
                frames.silence()
                still.clear()
                self._show(None)
                self._ask(port)
                continue
            readings = [read(frame, self._unit) for frame in frames.take(data)]
            for reading in readings:
                self._show(still.take(reading))
            if self._question and any(readings):
                self._ending.wait(_PAUSE)
                self._ask(port)

    def _ask(self, port: Port) -> None:
        if self._question:
            port.write(self._question)

    def _show(self, weight_g: int | None) -> None:
        if weight_g != self.weight_g:
            self.weight_g = weight_g
            self._changed()


def serial_port(address: str) -> Port:
    """Open `port@speed,7E1`, with 9600 and 8N1 where it does not say. Raises OSError, ValueError for an address that is
    none, or ImportError without the package pyserial."""
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(f"not the address of a scale: {address!r}; such as /dev/ttyUSB0@9600,7E1")
    serial = importlib.import_module("serial")  # only where there is a scale
    opened: Port = serial.Serial(
        found["port"], int(found["speed"] or 9600), bytesize=int(found["bits"] or 8), parity=found["parity"] or "N",
        stopbits=int(found["stop"] or 1), timeout=_SILENT, write_timeout=1.0,
    )  # fmt: skip
    return opened
