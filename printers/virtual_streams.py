"""What arrives at a virtual printer, taken apart into jobs and questions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from printers import escpos_decode
from printers.errors import DecodeError
from printers.profiles import Question as Kind

_MOST_BUFFERED = 32_000_000  # bytes of one connection that are no complete job yet

_ZPL_QUESTIONS: dict[bytes, Kind] = {b"~HS": "hs", b"~HQES": "hqes", b"~HI": "hi"}
_ZPL_MARK = re.compile(rb'~HS|~HQES|~HI|! U1 getvar "(?P<setting>[a-z0-9_.]{1,80})"\r?\n|\^XZ')
_LONGEST_MARK = 100

_GS = 0x1D
_DLE = 0x10
_ESCPOS_LENGTHS = {0x49: 3, 0x61: 3, 0x28: 11}  # GS I n, GS a n, GS ( H with its six parameters
_ACK = b"\x1d(H\x06\x0000"


@dataclass(frozen=True)
class Question:
    """Something the printer is to answer. `argument`: what GS I and DLE EOT ask for, the token of GS ( H, the setting's
    name. `partial`: a job is half received."""

    kind: Kind
    argument: bytes = b""
    partial: bool = False


@dataclass(frozen=True)
class Watch:
    """GS a: whether the printer is to tell of itself when its state changes."""

    wanted: bool


@dataclass(frozen=True)
class Job:
    """A complete job, as it was sent."""

    payload: bytes


Item = Question | Watch | Job


class ZplStream:
    """Takes a ZPL byte stream apart. What is not ours stays in the job, for the decoder to refuse."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0

    def feed(self, data: bytes) -> Iterator[Item]:
        """Questions and jobs completed by `data`, in their order."""
        self._buffer += data
        while match := _ZPL_MARK.search(self._buffer, self._searched):
            mark, start, end, setting = match[0], match.start(), match.end(), match["setting"]
            del match  # it holds on to the buffer, which is about to change
            self._searched = 0
            if mark == b"^XZ":
                yield Job(bytes(self._buffer[:end]).strip())
                del self._buffer[:end]
                continue
            partial = b"^XA" in self._buffer[:start]
            del self._buffer[start:end]
            yield Question(_ZPL_QUESTIONS.get(mark, "counter"), bytes(setting or b""), partial)
        self._searched = max(0, len(self._buffer) - _LONGEST_MARK)
        if not self._buffer.strip():
            self._buffer.clear()
        if len(self._buffer) > _MOST_BUFFERED:
            raise DecodeError(0, "no end of the label in sight")

    def rest(self) -> Iterator[Item]:
        """What is printed when the connection ends: an unfinished ZPL format is not."""
        yield from ()


class EscposStream:
    """Takes an ESC/POS byte stream apart; a job ends with its cut."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._job = bytearray()

    def feed(self, data: bytes) -> Iterator[Item]:
        """Questions and jobs completed by `data`. Raises DecodeError for a command not ours."""
        self._buffer += data
        while self._buffer:
            asked = self._asked_length()
            length = asked or escpos_decode.command_length(self._buffer, 0)
            if length is None or length > len(self._buffer):
                return
            command = bytes(self._buffer[:length])
            del self._buffer[:length]
            if asked:
                yield from self._question(command)
                continue
            self._job += command
            if command.startswith(escpos_decode.CUT):
                yield from self.rest()

    def _asked_length(self) -> int:
        """Bytes of the question the buffer begins with, 0 if it does not."""
        if self._buffer[0] == _DLE:
            return 3
        return _ESCPOS_LENGTHS.get(self._buffer[1], 0) if self._buffer[0] == _GS and len(self._buffer) > 1 else 0

    def _question(self, command: bytes) -> Iterator[Item]:
        if command[:2] == b"\x10\x04" and 1 <= command[2] <= 4:
            yield Question("eot", command[2:])
        elif command.startswith(_ACK):
            yield from self.rest()  # receipt printers print as they read: what came before needs no cut
            yield Question("ack", command[len(_ACK) :])
        elif command[:2] == b"\x1dI":
            yield Question("model", command[2:])
        elif command[:2] == b"\x1da":
            yield Watch(command[2] != 0)
        else:
            raise DecodeError(0, f"not a question of ours: {command.hex(' ')}")

    def rest(self) -> Iterator[Item]:
        """The job without a cut so far."""
        if self._job:
            yield Job(bytes(self._job))
            self._job.clear()
