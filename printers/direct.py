"""Printing over a way of our own to the printer (TCP, USB, serial): one order of asking, sending and believing for all.

The printer is asked before the first byte and after the last, in its language, as far as its profile says that it
answers.
"""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from printers.counter import labels_in
from printers.errors import Blocked, Interrupted, NotReachable
from printers.identity import Identity
from printers.line import Confirmation, Limits, Line, Wire
from printers.looks import Looks
from printers.profiles import Profile, recognised
from printers.status import NO_ANSWER, PrinterStatus, escpos_status

_POLL = 0.05  # seconds between two looks at the label counter
_LISTEN = 0.5  # seconds of waiting for an acknowledgement before asking what holds it up


@dataclass(frozen=True)
class Sent:
    """All bytes were handed over. `confirmation` says how sure it is that they became a label.

    "device_ack": the printer said that this very job is printed. "counter": it counted as many labels more as the
    job has. "buffer_drained": it said twice that it holds nothing more. "none" is no proof at all: a printer that
    never reads looks the same. `status` is the last one heard after sending, if the printer answers.
    """

    bytes_sent: int
    confirmation: Confirmation
    status: PrinterStatus | None = None


class Transport(Protocol):
    """A way to one printer."""

    def send(
        self, payload: bytes, on_first_byte: Callable[[], None], meanwhile: Callable[[], None] | None = None
    ) -> Sent:
        """Send a job. `on_first_byte` is called once, just before the first byte leaves; what it
        raises stops the job unsent. `meanwhile`, which must not raise, is called where there is something to wait
        for: once, while the printer prints. Raises NotReachable (nothing sent) or Interrupted (uncertain).
        """

    def status(self) -> PrinterStatus:
        """How the printer is. Never raises for an unreachable printer: that is a status too. Silence of one that must
        answer is "blocked", not merely "unknown"."""


class Direct:
    """A printer whose bytes we send ourselves. What joins us to it is `_open`, which a kind of transport brings.

    A printer that answers gets a job only when it can print (else Blocked, nothing sent). One that stays silent is
    sent to without confirmation, unless `must_answer`, when silence too is Blocked.
    """

    def __init__(self, profile: Profile, *, must_answer: bool, limits: Limits) -> None:
        self.profile = profile
        self.must_answer = must_answer
        self._limits = limits
        self._looks = Looks()

    def _open(self) -> Wire:
        """Take hold of the printer. Raises NotReachable."""
        raise NotImplementedError

    def talk(self) -> Line:
        """A conversation with it; a context manager. Raises NotReachable."""
        return Line(self._open(), self._limits)

    def send(
        self, payload: bytes, on_first_byte: Callable[[], None], meanwhile: Callable[[], None] | None = None
    ) -> Sent:
        """See Transport.send."""
        with self.talk() as line:
            answers, counted = self._may_print(line)
            on_first_byte()
            sent = line.send_all(payload)
            if not answers:
                line.finish(sent)
                return Sent(sent, "none")
            since = time.monotonic()
            if meanwhile is not None:
                meanwhile()
            try:
                return self._believed(line, sent, since, labels_in(payload), counted)
            except OSError as error:
                raise Interrupted(sent, f"connection lost before the label was confirmed: {error}") from error

    def status(self) -> PrinterStatus:
        """See Transport.status; a printer that cannot be reached is ("blocked", "offline")."""
        try:
            with self.talk() as line:
                return self._heard(line)
        except NotReachable as error:
            return PrinterStatus("blocked", error.reasons)
        except OSError:
            return PrinterStatus("blocked", ("offline",))

    def identify(self) -> Identity | None:
        """Which model it says it is, asked in the language of the profile (in both when that has none); None for
        silence.

        Raises NotReachable.
        """
        try:
            with self.talk() as line:
                language = self.profile.language
                # In this order: a ZPL printer ignores what it does not know, an ESC/POS printer
                # would print the letters ~HI.
                found = line.printer_id() if language in ("escpos", "none") else None
                return found or (line.host_identification() if language in ("zpl", "none") else None)
        except OSError as error:
            raise NotReachable(f"connection lost while it was asked for its name: {error}") from error

    def recognise(self) -> Profile:
        """What is known of the model it says it is, else the profile it has. Raises NotReachable."""
        identity = self.identify()
        return recognised(identity) if identity else self.profile

    def _may_print(self, line: Line) -> tuple[bool, int | None]:
        """Whether the printer answers, and its label counter. Raises Blocked if it cannot print, or must answer and
        does not.
        """
        try:
            status = self._heard(line)
            if status.state == "blocked":
                raise Blocked(status.reasons)
            answers = status.state == "ready"
            return answers, line.label_counter() if answers and self.profile.proves == "counter" else None
        except OSError as error:
            raise NotReachable(f"connection lost before the job: {error}") from error

    def _heard(self, line: Line) -> PrinterStatus:
        """Its status as it decides whether anything is sent."""
        status = self._ask(line)
        if status.state == "unknown" and self.must_answer:
            return PrinterStatus("blocked", status.reasons, status.waiting)
        return status

    def _ask(self, line: Line) -> PrinterStatus:
        answers = self.profile.answers
        heard = NO_ANSWER
        if "hs" in answers:
            heard = _zpl_status(line, "hqes" in answers)
        elif "eot" in answers:
            heard = _with_unsolicited(line, escpos_status(line.real_time_status))
        if heard.state == "unknown" and "port" in answers:
            told = line.port_status()
            # A port that finds nothing wrong does not vouch for a printer that is silent.
            return told if told and told.state == "blocked" else heard
        return heard

    def _believed(self, line: Line, sent: int, since: float, labels: int, counted: int | None) -> Sent:
        proof = self.profile.proves
        if proof == "device_ack":
            return self._acknowledged(line, sent)
        if proof == "none":
            return Sent(sent, "none", self._ask(line))
        drained = self._drained(line, sent, since)
        if drained.confirmation == "none" or counted is None:
            return drained
        return Sent(sent, self._counted(line, counted, labels), drained.status)

    def _drained(self, line: Line, sent: int, since: float) -> Sent:
        """Ask until the printer has printed all that was sent until `since`, or has stopped, twice in a row (see
        Looks); or time is up. A label held by a stopped printer comes out once the trouble is cleared:
        `status().drained` will tell.
        """
        deadline = time.monotonic() + self._limits.drain
        before, at, status = "", 0.0, NO_ANSWER
        while time.monotonic() < deadline:
            gone = time.monotonic() - since
            status = self._ask(line)
            verdict = "printed" if status.drained and status.state == "ready" else status.state
            if verdict == before == "printed":
                self._looks.took(at)
                return Sent(sent, "buffer_drained", status)
            if verdict == before == "blocked":
                break
            before, at = verdict, gone
            if verdict in ("printed", "blocked"):
                time.sleep(self._looks.before_believing(gone, out=verdict == "printed"))
            else:
                time.sleep(self._looks.pause(gone))
        return Sent(sent, "none", status)

    def _counted(self, line: Line, before: int, labels: int) -> Confirmation:
        """What the counter makes of an empty buffer. One that stands still contradicts it, and then nothing is
        proven; one
        that has counted more, as when somebody else prints too, adds nothing."""
        deadline = time.monotonic() + self._limits.answer
        while True:
            try:
                now = line.label_counter()
            except OSError:
                return "buffer_drained"  # it had said so; that it left afterwards takes nothing back
            if now is None or now > before + labels:
                return "buffer_drained"
            if now == before + labels:
                return "counter"
            if time.monotonic() > deadline:
                return "none"
            time.sleep(_POLL)

    def _acknowledged(self, line: Line, sent: int) -> Sent:
        """Wait for the printer to say that the job is printed, unless it says twice that it has stopped."""
        token = "".join(secrets.choice(string.ascii_letters) for _ in range(4)).encode()
        line.request_ack(token)
        deadline = time.monotonic() + self._limits.drain
        blocked, status = 0, None
        while blocked < 2 and (left := deadline - time.monotonic()) > 0:
            if line.acknowledged(token, min(_LISTEN, left)):
                return Sent(sent, "device_ack", status)
            status = self._ask(line)
            blocked = blocked + 1 if status.state == "blocked" else 0
        return Sent(sent, "none", status)


def _zpl_status(line: Line, errors_too: bool) -> PrinterStatus:
    """~HS, and where the model answers it ~HQES, which knows of a jammed cutter. One of them silent leaves the whole
    unknown.
    """
    heard = line.host_status()
    if heard is None:
        return NO_ANSWER
    status = heard.status()
    if not errors_too:
        return status
    errors = line.error_status()
    if errors is None:
        return status if status.state == "blocked" else PrinterStatus("unknown", ("no_answer",), status.waiting)
    reasons = tuple(dict.fromkeys((*status.reasons, *errors)))
    return PrinterStatus("blocked" if reasons else "ready", reasons, status.waiting)


def _with_unsolicited(line: Line, status: PrinterStatus) -> PrinterStatus:
    """What was asked for, and what the printer sent of itself meanwhile."""
    if line.asb is None or not line.asb.reasons:
        return status
    return PrinterStatus("blocked", tuple(dict.fromkeys((*status.reasons, *line.asb.reasons))), status.waiting)
