"""The inside of a virtual printer: what it holds, and printing it one by one."""

from __future__ import annotations

import threading
from collections import deque

from printers import escpos_decode, virtual_answers, zpl_decode
from printers.bitmap import Dots
from printers.errors import DecodeError
from printers.identity import Identity
from printers.profiles import Language, recognised
from printers.virtual_answers import State
from printers.virtual_folder import STOPPING, Control, LabelFolder
from printers.virtual_streams import EscposStream, Job, Question, ZplStream


class Engine:
    """Holds what is waiting and prints it in order, unless a fault stops it. Safe from several threads."""

    def __init__(self, language: Language, labels: LabelFolder, model: str) -> None:
        self.control = Control()
        self.rejected = 0
        self.error = ""
        self.printed = labels.last
        self.tells_of_itself = False  # automatic status was asked for, by whatever connection
        self._profile = recognised(Identity(language, "", model))
        self._language = language
        self._model = model
        self._labels = labels
        self._loaded: dict[str, int] = {}  # what will run out, and how many labels were printed when it was put in
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

    @property
    def faults(self) -> frozenset[str]:
        """What ails it now: the faults it was given, and what has run out since."""
        printed = self.printed
        run_out = {
            name for name, number in self.control.numbers.items()
            if name in STOPPING and printed - self._loaded.get(name, printed) >= number
        }  # fmt: skip
        return self.control.faults | run_out

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
                self.tells_of_itself = False
            # A new number is a new roll; the same one, told again, is the roll that is in.
            kept = {name for name, number in control.numbers.items() if self.control.numbers.get(name) == number}
            self._loaded = {
                name: self._loaded.get(name, self.printed) if name in kept else self.printed for name in control.numbers
            }
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
        """The reply of a printer in this state; empty from a deaf one, and to what its model does not answer."""
        if "deaf" in self.control.faults or question.kind not in self._profile.answers:
            return b""
        return virtual_answers.answer(question, self._state())

    def promised(self, question: Question) -> tuple[int, bytes]:
        """How many labels must be printed before GS ( H is answered, and the answer (see `answer`)."""
        deaf = "deaf" in self.control.faults or question.kind not in self._profile.answers
        with self._changed:
            return self.printed + len(self._waiting), b"" if deaf else virtual_answers.acknowledged(question)

    def unsolicited(self) -> bytes:
        """What it says of itself unasked; empty unless it was asked to do so."""
        if not self.tells_of_itself or "deaf" in self.control.faults:
            return b""
        return virtual_answers.unsolicited(self._state())

    def _state(self) -> State:
        return State(self.faults, self.waiting, self.printed, self._model, self._labels.dpi)

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
                pace = self.control.seconds_a_label
                if pace:
                    self._changed.wait_for(lambda: not self._running or not self._can_print(), timeout=pace)
                    if not self._running or not self._can_print():
                        continue  # stopped in the midst of it: this label is printed whole when it goes on
            self._print_one(powered)

    def _print_one(self, powered: int) -> None:
        """Counted as waiting until it lies in the folder: an empty buffer must mean printed."""
        with self._changed:
            if powered != self._powered or not self._waiting:
                return
            picture, payload = self._waiting[0]
        self._labels.save(picture, payload)
        with self._changed:
            self.printed += 1
            if powered == self._powered:
                self._waiting.popleft()

    def _can_print(self) -> bool:
        if not self._running:
            return True
        return bool(self._waiting) and self.control.power and not self.faults & STOPPING
