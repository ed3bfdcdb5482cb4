"""The inside of a virtual printer: understanding what arrives, and printing it one by one."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from printers import escpos_decode, zpl_decode
from printers.bitmap import Dots
from printers.errors import DecodeError
from printers.virtual_folder import STOPPING, Control, LabelFolder

_MOST_BUFFERED = 32_000_000  # bytes of one connection that are no complete job yet


@dataclass(frozen=True)
class Question:
    """A status request: `number` is n of DLE EOT n, 0 for ~HS. `partial`: a job is half received."""

    number: int
    partial: bool = False


@dataclass(frozen=True)
class Job:
    """A complete job, as it was sent."""

    payload: bytes


class ZplStream:
    """Takes a ZPL byte stream apart. What is not ours stays in the job, for the decoder to refuse."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Question | Job]:
        """Questions and jobs completed by `data`, in their order."""
        self._buffer += data
        while True:
            question, end = self._buffer.find(b"~HS"), self._buffer.find(b"^XZ")
            if question >= 0 and (end < 0 or question < end):
                del self._buffer[question : question + 3]
                yield Question(0, partial=b"^XA" in self._buffer[:question])
            elif end >= 0:
                yield Job(bytes(self._buffer[: end + 3]).strip())
                del self._buffer[: end + 3]
            else:
                break
        if not self._buffer.strip():
            self._buffer.clear()
        if len(self._buffer) > _MOST_BUFFERED:
            raise DecodeError(0, "no end of the label in sight")

    def rest(self) -> Iterator[Job]:
        """What is printed when the connection ends: an unfinished ZPL format is not."""
        yield from ()


class EscposStream:
    """Takes an ESC/POS byte stream apart; a job ends with its cut."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._job = bytearray()

    def feed(self, data: bytes) -> Iterator[Question | Job]:
        """Questions and jobs completed by `data`. Raises DecodeError for a command not ours."""
        self._buffer += data
        while self._buffer:
            if self._buffer[0] == 0x10:
                if len(self._buffer) < 3:
                    return
                yield self._question()
                continue
            length = escpos_decode.command_length(self._buffer, 0)
            if length is None or length > len(self._buffer):
                return
            command = bytes(self._buffer[:length])
            del self._buffer[:length]
            self._job += command
            if command.startswith(escpos_decode.CUT):
                yield from self.rest()

    def _question(self) -> Question:
        head = bytes(self._buffer[:3])
        if head[1] != 0x04 or not 1 <= head[2] <= 4:
            raise DecodeError(0, f"not a question of ours: {head.hex(' ')}")
        del self._buffer[:3]
        return Question(head[2])

    def rest(self) -> Iterator[Job]:
        """The job without a cut so far: receipt printers print as they read."""
        if self._job:
            yield Job(bytes(self._job))
            self._job.clear()


class Engine:
    """Holds what is waiting and prints it in order, unless a fault stops it. Safe from several threads."""

    def __init__(self, language: str, labels: LabelFolder) -> None:
        self.control = Control()
        self.rejected = 0
        self.error = ""
        self._language = language
        self._labels = labels
        self._waiting: deque[tuple[Dots, bytes]] = deque()
        self._changed = threading.Condition()
        self._running = True
        self._powered = 0  # counts power cuts, so that a label being printed through one is lost
        self._thread = threading.Thread(target=self._print_all, name="virtual-printer", daemon=True)

    def start(self) -> None:
        """Begin to print."""
        self._thread.start()

    @property
    def waiting(self) -> int:
        """Labels received and not printed yet."""
        return len(self._waiting)

    def stream(self) -> ZplStream | EscposStream:
        """A fresh reader for one connection."""
        return ZplStream() if self._language == "zpl" else EscposStream()

    def accept(self, job: Job) -> None:
        """Decode a job and line up its labels; one that is not ours is counted and refused."""
        try:
            pictures = self._pictures(job.payload)
        except DecodeError as error:
            self.reject(error)
            return
        with self._changed:
            self._waiting.extend((picture, job.payload) for picture in pictures)
            self._changed.notify_all()

    def reject(self, error: DecodeError) -> None:
        """Count what could not be understood."""
        self.rejected += 1
        self.error = str(error)

    def pretend(self, control: Control) -> None:
        """Apply faults; a printer without power forgets what it held."""
        with self._changed:
            if self.control.power and not control.power:
                self._waiting.clear()
                self._powered += 1
            self.control = control
            self._changed.notify_all()

    def stop(self) -> None:
        """End the printing thread."""
        with self._changed:
            self._running = False
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def answer(self, question: Question) -> bytes:
        """The reply of a printer in this state; empty from a deaf one."""
        if "deaf" in self.control.faults:
            return b""
        return self._host_status(question) if question.number == 0 else self._real_time_status(question)

    def _pictures(self, payload: bytes) -> list[Dots]:
        if self._language == "escpos":
            return escpos_decode.decode(payload)
        return [label.bitmap for label in zpl_decode.decode(payload) for _ in range(label.copies)]

    def _print_all(self) -> None:
        while self._running:
            with self._changed:
                self._changed.wait_for(self._can_print, timeout=1)
                if not self._running or not self._can_print():
                    continue
                powered = self._powered
                if "slow" in self.control.faults:
                    self._changed.wait_for(lambda: not self._running, timeout=1)
            self._print_one(powered)

    def _print_one(self, powered: int) -> None:
        """Counted as waiting until it lies in the folder: an empty buffer must mean printed."""
        with self._changed:
            if powered != self._powered or not self._waiting:
                return
            picture, payload = self._waiting[0]
        self._labels.save(picture, payload)
        with self._changed:
            if powered == self._powered:
                self._waiting.popleft()

    def _can_print(self) -> bool:
        if not self._running:
            return True
        return bool(self._waiting) and self.control.power and not self.control.faults & STOPPING

    def _host_status(self, question: Question) -> bytes:
        faults = self.control.faults
        paper, paused, head, ribbon = (int(f in faults) for f in ("paper_out", "paused", "head_open", "ribbon_out"))
        lines = (
            f"030,{paper},{paused},1440,{min(self.waiting, 999):03d},0,0,{int(question.partial)},000,0,0,0",
            f"001,0,{head},{ribbon},{ribbon},2,6,0,00000000,1,000",
            "1234,0",
        )
        return "".join(f"\x02{line}\x03\r\n" for line in lines).encode()

    def _real_time_status(self, question: Question) -> bytes:
        faults = self.control.faults
        reply = 0x12
        if question.number == 1 and faults & STOPPING:
            reply |= 0x08
        if question.number == 2:
            reply |= 0x04 * ("head_open" in faults) | 0x20 * ("paper_out" in faults)
        if question.number == 4:
            reply |= 0x60 * ("paper_out" in faults)
        return bytes((reply,))
