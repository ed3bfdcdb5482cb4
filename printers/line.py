"""A conversation with one printer over whatever joins it: bytes counted on the way out, answers told apart on the
way in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from printers.counter import LABEL_COUNTER, parse_label_counter
from printers.errors import Interrupted, NotReachable
from printers.identity import HOST_IDENTIFICATION, MODEL_QUESTIONS, Identity, parse_host_identification
from printers.replies import Asb, Block, Eot, EscposReplies
from printers.status import (
    ERROR_STATUS,
    HOST_STATUS,
    HostStatus,
    PrinterStatus,
    parse_error_status,
    parse_host_status,
)

Confirmation = Literal["device_ack", "counter", "buffer_drained", "none"]

_CHUNK = 4096
_LONGEST_ANSWER = 4096

_T = TypeVar("_T")


@dataclass(frozen=True)
class Limits:
    """Time limits in seconds. `drain` bounds the wait for a label to be printed."""

    connect: float = 3.0
    send: float = 20.0
    answer: float = 1.5
    drain: float = 15.0
    linger: float = 0.2


class DoubtfulError(OSError):
    """A write that failed in a way that leaves open how much of it was taken."""


class Wire(Protocol):
    """What joins us to one printer, opened. All that its methods raise is an OSError."""

    def write(self, data: memoryview, limit: float) -> int:
        """Hand over some of `data`; how many bytes. Raises DoubtfulError unless it is certain that
        nothing of this call was taken."""

    def read(self, limit: float) -> bytes:
        """What has arrived, waiting for it at most so long; nothing for silence."""

    def finish(self, limit: float) -> None:
        """After the last byte of a job nobody will confirm: wait for it to be gone. Raises when it is known not to
        be.
        """

    def port_status(self) -> PrinterStatus | None:
        """What the port itself tells of the printer, without a language; None where ports tell nothing."""

    def close(self) -> None:
        """Let go of the printer."""


class Line:
    """A Wire in use. Everything it raises but Interrupted and NotReachable is an OSError."""

    def __init__(self, wire: Wire, limits: Limits) -> None:
        self._wire = wire
        self._limits = limits
        self._replies = EscposReplies()
        self._heard: list[Eot | Block] = []
        self.asb: Asb | None = None  # the last unsolicited status

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._wire.close()

    def send_all(self, payload: bytes) -> int:
        """Hand over every byte within the limit, counting those that were taken."""
        deadline = time.monotonic() + self._limits.send
        view, sent = memoryview(payload), 0
        while sent < len(payload):
            chunk = view[sent : sent + _CHUNK]
            try:
                sent += self._wire.write(chunk, max(0.001, deadline - time.monotonic()))
            except DoubtfulError as error:
                raise Interrupted(sent + len(chunk), str(error)) from error
            except OSError as error:
                if sent == 0:
                    raise NotReachable(f"the first byte was not taken: {error}") from error
                raise Interrupted(sent, str(error)) from error
        return sent

    def finish(self, sent: int) -> None:
        """See Wire.finish; `sent` bytes were handed over. Raises Interrupted."""
        try:
            self._wire.finish(self._limits.linger)
        except OSError as error:
            raise Interrupted(sent, str(error)) from error

    def port_status(self) -> PrinterStatus | None:
        """See Wire.port_status."""
        return self._wire.port_status()

    # ZPL

    def host_status(self) -> HostStatus | None:
        """Ask ~HS; None for silence. Raises OSError if the connection ends."""
        return self._asked(HOST_STATUS, parse_host_status)

    def error_status(self) -> tuple[str, ...] | None:
        """Ask ~HQES for the reasons that stop the printer; None for silence."""
        return self._asked(ERROR_STATUS, parse_error_status)

    def label_counter(self) -> int | None:
        """How many labels the printer says it has printed in its life; None for silence."""
        return self._asked(LABEL_COUNTER, parse_label_counter)

    def host_identification(self) -> Identity | None:
        """Ask ~HI; None for silence."""
        return self._asked(HOST_IDENTIFICATION, parse_host_identification)

    # ESC/POS

    def real_time_status(self, n: int) -> int | None:
        """Ask DLE EOT `n`; None for silence. An answer that came too late for its own question is not taken for this
        one's.
        """
        self._heard = [reply for reply in self._heard if isinstance(reply, Block)]
        self._question(bytes((0x10, 0x04, n)))
        return self._awaited(self._limits.answer, lambda heard: heard.byte if isinstance(heard, Eot) else None)

    def printer_id(self) -> Identity | None:
        """Ask GS I for maker, model and firmware; None when there is no model."""
        told = {}
        for name, question in MODEL_QUESTIONS.items():
            self._question(question)
            text = self._awaited(self._limits.answer, lambda heard: heard.text if isinstance(heard, Block) else None)
            if text is None:
                break  # each further silence costs as long again
            told[name] = text
        if "model" not in told:
            return None
        return Identity("escpos", told.get("maker", ""), told["model"], 0, told.get("firmware", ""))

    def request_ack(self, token: bytes) -> None:
        """Ask for `token` (4 printable bytes) back once all before it is printed: GS ( H, function 48."""
        self._question(b"\x1d(H\x06\x0000" + token)

    def acknowledged(self, token: bytes, limit: float) -> bool:
        """Whether `token` comes back within `limit`."""
        wanted = token.decode("ascii")
        return bool(
            self._awaited(limit, lambda heard: (isinstance(heard, Block) and heard.process_id == wanted) or None)
        )

    # Both

    def _question(self, question: bytes) -> None:
        view = memoryview(question)
        while view:
            view = view[self._wire.write(view, self._limits.answer) :]

    def _asked(self, question: bytes, parse: Callable[[bytes], _T | None]) -> _T | None:
        self._question(question)
        heard = b""
        for data in self._received(self._limits.answer):
            heard += data
            answer = parse(heard)
            if answer is not None or len(heard) > _LONGEST_ANSWER:
                return answer
        return None

    def _awaited(self, limit: float, wanted: Callable[[Eot | Block], _T | None]) -> _T | None:
        """The first reply that is `wanted`. Others are kept for whoever waits for them, unsolicited status in `asb`."""
        found = self._kept(wanted)
        if found is not None:
            return found
        for data in self._received(limit):
            for reply in self._replies.feed(data):
                if isinstance(reply, Asb):
                    self.asb = reply
                else:
                    self._heard.append(reply)
            found = self._kept(wanted)
            if found is not None:
                return found
        return None

    def _kept(self, wanted: Callable[[Eot | Block], _T | None]) -> _T | None:
        for i, reply in enumerate(self._heard):
            found = wanted(reply)
            if found is not None:
                del self._heard[i]
                return found
        return None

    def _received(self, limit: float) -> Iterable[bytes]:
        deadline = time.monotonic() + limit
        while (left := deadline - time.monotonic()) > 0:
            data = self._wire.read(left)
            if not data:
                return
            yield data
