"""Asking a printer how it is, and reading the answer: ~HS and ~HQES for ZPL, DLE EOT for ESC/POS.

Silence never means "in order": a printer that does not answer is unknown at best.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

State = Literal["ready", "blocked", "unknown"]

HOST_STATUS = b"~HS\r\n"
ERROR_STATUS = b"~HQES\r\n"

# What each DLE EOT n reply says: (bit, reason). Bits 1 and 4 of a reply are always set.
_EOT_BITS: dict[int, tuple[tuple[int, str], ...]] = {
    1: ((3, "offline"), (5, "offline")),
    2: ((2, "head_open"), (5, "paper_out"), (6, "error")),
    3: ((2, "error"), (3, "cutter"), (5, "error"), (6, "overheated")),
    4: ((5, "paper_out"), (6, "paper_out")),
}

# Three lines of 12, 11 and 2 fields, numbers all but the print mode.
_HS = re.compile(
    rb"\x02(?P<one>\d+(?:,\d+){11})\x03\s*"
    rb"\x02(?P<two>\d+(?:,\d+){4},[0-9A-Za-z](?:,\d+){5})\x03\s*"
    rb"\x02(?P<three>\w+,\d)\x03"
)


# Bits of the first group of error flags of ~HQES.
_HQES_BITS = (
    (0x1, "paper_out"), (0x2, "ribbon_out"), (0x4, "head_open"), (0x8, "cutter"),
    (0x10, "overheated"), (0x20, "overheated"), (0x10000, "paused"),
)  # fmt: skip
_HQES_KNOWN = 0x1003F
_HQES = re.compile(rb"ERRORS:\s*(?P<any>[01])\s+[0-9A-Fa-f]{8}\s+(?P<flags>[0-9A-Fa-f]{8})\s[^\x03]*\x03")


@dataclass(frozen=True)
class PrinterStatus:
    """Whether a printer can print, and every reason it gives why not.

    Reasons: paper_out, head_open, ribbon_out, paused, offline, buffer_full, cutter, overheated,
    cold, memory_lost, error, no_answer. `waiting` counts labels and formats the printer still
    holds, None where its language cannot say.
    """

    state: State
    reasons: tuple[str, ...] = ()
    waiting: int | None = None

    @property
    def drained(self) -> bool:
        """Whether the printer says that it holds nothing more to print."""
        return self.waiting == 0


NO_ANSWER = PrinterStatus("unknown", ("no_answer",))


@dataclass(frozen=True)
class HostStatus:
    """The three lines of ~HS, as numbers, under the names of the ZPL II programming guide."""

    paper_out: bool
    paused: bool
    label_length: int  # dots
    formats_in_buffer: int
    buffer_full: bool
    diagnostic: bool
    partial_format: bool
    ram_lost: bool
    too_cold: bool
    too_hot: bool
    head_open: bool
    ribbon_out: bool
    thermal_transfer: bool
    print_mode: str
    label_waiting: bool  # to be taken, in peel-off mode
    labels_remaining: int
    images_stored: int

    @property
    def waiting(self) -> int:
        """Formats and labels the printer has yet to print."""
        return self.formats_in_buffer + self.labels_remaining + self.partial_format

    def status(self) -> PrinterStatus:
        """The same as a PrinterStatus."""
        flags = {
            "paper_out": self.paper_out, "head_open": self.head_open,
            # A direct thermal printer has no ribbon to run out of, but some set the flag.
            "ribbon_out": self.ribbon_out and self.thermal_transfer,
            "paused": self.paused, "buffer_full": self.buffer_full, "memory_lost": self.ram_lost,
            "cold": self.too_cold, "overheated": self.too_hot,
        }  # fmt: skip
        reasons = tuple(name for name, is_set in flags.items() if is_set)
        return PrinterStatus("blocked" if reasons else "ready", reasons, self.waiting)


def parse_host_status(reply: bytes) -> HostStatus | None:
    """Read a ~HS reply, all three lines of it; None while it is not complete and exact."""
    match = _HS.search(reply)
    if match is None:
        return None
    one, two = match["one"].split(b","), match["two"].split(b",")
    return HostStatus(
        paper_out=one[1] == b"1", paused=one[2] == b"1", label_length=int(one[3]),
        formats_in_buffer=int(one[4]), buffer_full=one[5] == b"1", diagnostic=one[6] == b"1",
        partial_format=one[7] == b"1", ram_lost=one[9] == b"1", too_cold=one[10] == b"1",
        too_hot=one[11] == b"1", head_open=two[2] == b"1", ribbon_out=two[3] == b"1",
        thermal_transfer=two[4] == b"1", print_mode=two[5].decode(), label_waiting=two[7] == b"1",
        labels_remaining=int(two[8]), images_stored=int(two[10]),
    )  # fmt: skip


def parse_error_status(reply: bytes) -> tuple[str, ...] | None:
    """The reasons a ~HQES reply gives why the printer cannot print; None while it is not complete.

    A flag that has no word of its own is "error".
    """
    match = _HQES.search(reply)
    if match is None:
        return None
    flags = int(match["flags"], 16)
    reasons = dict.fromkeys(reason for bit, reason in _HQES_BITS if flags & bit)
    if flags & ~_HQES_KNOWN or (match["any"] == b"1" and not reasons):
        reasons["error"] = None
    return tuple(reasons)


def escpos_status(ask: Callable[[int], int | None]) -> PrinterStatus:
    """The printer's status from DLE EOT 1 to 4. `ask(n)` returns the reply byte, None for silence.

    One reply missing makes the whole unknown: three good answers do not prove the fourth.
    """
    reasons: dict[str, None] = {}
    silent = False
    for n, bits in _EOT_BITS.items():
        reply = ask(n)
        if reply is None:
            silent = True
            break  # the printer will not answer the next one either, and each wait costs seconds
        reasons.update((reason, None) for bit, reason in bits if reply >> bit & 1)
    if silent:
        return PrinterStatus("blocked" if reasons else "unknown", (*reasons, "no_answer"))
    return PrinterStatus("blocked" if reasons else "ready", tuple(reasons))
