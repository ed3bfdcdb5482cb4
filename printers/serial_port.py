"""A printer on a serial port, through the package `pyserial`, which is asked for only when a printer is opened.

The address is the port and its speed: `/dev/ttyUSB0@9600`, `COM3@115200`; a flow control may follow: `@9600,rtscts`.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import time
from collections.abc import Iterator
from typing import Any

from printers.direct import Direct
from printers.errors import InvalidField, MissingDriver, NotReachable
from printers.line import DoubtfulError, Limits
from printers.profiles import Profile
from printers.status import PrinterStatus

_ADDRESS = re.compile(r"(?P<port>[^@\s]{1,200})@(?P<baud>\d{3,7})(?:,(?P<flow>none|rtscts|dsrdtr|xonxoff))?\Z")
_INSTALL = "serial printers need `pip install pyserial`"

# `pyserial` raises an OSError of its own, but of a port that is pulled out it lets through what the system says.
_ERRORS: tuple[type[Exception], ...] = (OSError,)
with contextlib.suppress(ImportError):  # Windows has none of its own
    import termios

    _ERRORS = (OSError, termios.error)

_CHUNK = 512  # half a second at 9600 baud: what is in doubt when a port dies
_LOOK = 0.01


class Serial(Direct):
    """The printer at `address` on a serial port of this machine; see Direct.

    With `rtscts` or `dsrdtr` a printer that is off, or whose buffer is full, is known before the first byte.
    """

    def __init__(
        self, address: str, profile: Profile, *, must_answer: bool = False, limits: Limits | None = None
    ) -> None:
        super().__init__(profile, must_answer=must_answer, limits=limits or Limits())
        match = _ADDRESS.match(address)
        if match is None:
            raise InvalidField("address", f"not port@speed: {address!r}")
        self.address = address
        self._port, self._baud, self._flow = match["port"], int(match["baud"]), match["flow"] or "none"

    def _open(self) -> _SerialWire:
        serial = _library()
        flow = {} if self._flow == "none" else {self._flow: True}
        try:
            # Exclusive: two programs on one port would interleave their labels. Not every system can promise it.
            with _as_os_error():
                port = serial.Serial(self._port, self._baud, timeout=0, exclusive=True, **flow)
        except (OSError, ValueError) as error:
            raise NotReachable(f"{self._port}: {error}") from error
        wire = _SerialWire(port, self._flow, self._limits.connect)
        try:
            wire.ready()
        except OSError as error:
            wire.close()
            raise NotReachable(f"{self._port}: {error}") from error
        return wire


def ports() -> list[str]:
    """The serial ports of this machine. Raises MissingDriver."""
    _library()
    found = importlib.import_module("serial.tools.list_ports").comports()
    return sorted(str(each.device) for each in found)


@contextlib.contextmanager
def _as_os_error() -> Iterator[None]:
    """A port that is pulled out fails as any other line does, whoever notices it."""
    try:
        yield
    except OSError:
        raise
    except _ERRORS as error:
        raise OSError(*error.args) from error


class _SerialWire:
    """An open port."""

    def __init__(self, port: Any, flow: str, limit: float) -> None:
        self._port = port
        self._flow = flow
        self._limit = limit

    @_as_os_error()
    def ready(self) -> None:
        """Wait until the far side says that it takes bytes, and forget what it said to others before."""
        deadline = time.monotonic() + self._limit
        while not self._may_send():
            if time.monotonic() > deadline:
                raise TimeoutError("the printer is off or its buffer is full (no flow-control signal)")
            time.sleep(_LOOK)
        self._port.reset_input_buffer()

    @_as_os_error()
    def write(self, data: memoryview, limit: float) -> int:
        """One piece, until it has left this machine. How much of a piece left before a failure cannot be told."""
        piece = bytes(data[:_CHUNK])
        deadline = time.monotonic() + limit
        self._port.write_timeout = limit
        try:
            self._port.write(piece)
            while self._port.out_waiting:
                if time.monotonic() > deadline:
                    raise TimeoutError("the printer takes no more bytes")
                time.sleep(_LOOK)
        except _ERRORS as error:
            with contextlib.suppress(*_ERRORS):
                self._port.reset_output_buffer()  # closing would wait for it, with some systems for ever
            raise DoubtfulError(str(error)) from error
        return len(piece)

    @_as_os_error()
    def read(self, limit: float) -> bytes:
        self._port.timeout = limit
        first = bytes(self._port.read(1))
        return first + bytes(self._port.read(self._port.in_waiting)) if first else b""

    def finish(self, limit: float) -> None:
        """Nothing to wait for: `write` waits."""

    @_as_os_error()
    def port_status(self) -> PrinterStatus | None:
        return None if self._may_send() else PrinterStatus("blocked", ("offline",))

    def close(self) -> None:
        with contextlib.suppress(*_ERRORS):
            self._port.close()

    def _may_send(self) -> bool:
        if self._flow == "rtscts":
            return bool(self._port.cts)
        return bool(self._port.dsr) if self._flow == "dsrdtr" else True


def _library() -> Any:
    try:
        return importlib.import_module("serial")
    except ImportError as error:
        raise MissingDriver(_INSTALL) from error
