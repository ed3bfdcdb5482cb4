"""Dying at a moment that a kill from outside seldom meets, for whoever drives printers in the battery.

`PRINT_CRASH=committed:12` dies at the twelfth label. committed: `sending` is written down, no byte has left. sent:
every byte is taken, and nothing of it is written down yet.
"""
from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

from printers.status import PrinterStatus
from printers.transport import Sent, Transport

Begin = Callable[[], None]


class Crash:
    """Counts labels, and kills this process at one of them; never without PRINT_CRASH."""

    def __init__(self) -> None:
        self._moment, _, number = os.environ.get("PRINT_CRASH", "").partition(":")
        self._left = int(number or 0)
        self._lock = threading.Lock()

    def around(self, send: Callable[[Begin], Sent], begin: Begin) -> Sent:
        """Send a label, unless this is the one to die at."""

        def begun() -> None:
            begin()
            self._one_more("committed")

        result = send(begun)
        self._one_more("sent")
        return result

    def _one_more(self, moment: str) -> None:
        if moment != self._moment:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


class Fatal:
    """A way to a printer on which the sender may die."""

    def __init__(self, way: Transport, crash: Crash) -> None:
        self._way, self._crash = way, crash

    def send(self, payload: bytes, on_first_byte: Begin, meanwhile: Begin | None = None) -> Sent:
        return self._crash.around(lambda begun: self._way.send(payload, begun, meanwhile), on_first_byte)

    def status(self) -> PrinterStatus:
        return self._way.status()
