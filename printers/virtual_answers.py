"""What a virtual printer answers, from the state it is in. Each reply is as the maker's manual has it."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass

from printers.virtual_folder import STOPPING
from printers.virtual_streams import Question

_DOTS = {203: 8, 300: 12, 600: 24}

# Bits of ~HQES, DLE EOT 2 and the packets of ASB, by fault.
_HQES = {"paper_out": 0x1, "ribbon_out": 0x2, "head_open": 0x4, "cutter": 0x8, "paused": 0x10000}
_EOT = {
    1: dict.fromkeys(STOPPING, 8),
    2: {"head_open": 0x04, "paper_out": 0x20, "cutter": 0x40},
    3: {"cutter": 0x08},
    4: {"paper_out": 0x60},
}


@dataclass(frozen=True)
class State:
    """What a printer knows of itself."""

    faults: Set[str]
    waiting: int
    printed: int
    model: str
    dpi: int


def answer(question: Question, state: State) -> bytes:
    """The reply to any question but GS ( H, which is answered when the time has come (see `acknowledged`)."""
    return _ANSWERS[question.kind](question, state)


def acknowledged(question: Question) -> bytes:
    """The reply to GS ( H once all before it is printed."""
    return b"\x37\x22" + question.argument + b"\x00"


def unsolicited(state: State) -> bytes:
    """The four bytes of automatic status."""
    stopped, faults = bool(state.faults & STOPPING), state.faults
    return bytes((
        0x10 | 0x08 * stopped | 0x20 * ("head_open" in faults),
        0x08 * ("cutter" in faults),
        0x0C * ("paper_out" in faults),
        0x00,
    ))  # fmt: skip


def _host_status(question: Question, state: State) -> bytes:
    paper, paused, head, ribbon = (int(f in state.faults) for f in ("paper_out", "paused", "head_open", "ribbon_out"))
    lines = (
        f"030,{paper},{paused},1440,{min(state.waiting, 999):03d},0,0,{int(question.partial)},000,0,0,0",
        f"001,0,{head},{ribbon},{ribbon},2,6,0,00000000,1,000",
        "1234,0",
    )
    return "".join(f"\x02{line}\x03\r\n" for line in lines).encode()


def _error_status(_: Question, state: State) -> bytes:
    flags = _bits(_HQES, state)
    return (
        "\x02\r\n\r\n  PRINTER STATUS\r\n"
        f"   ERRORS:         {int(flags > 0)} 00000000 {flags:08X}\r\n"
        "   WARNINGS:       0 00000000 00000000\r\n\x03"
    ).encode()


def _host_identification(_: Question, state: State) -> bytes:
    return f"\x02{state.model},V1.0,{_DOTS.get(state.dpi, 8)},8192KB,\x03\r\n".encode()


def _setting(question: Question, state: State) -> bytes:
    known = question.argument == b"odometer.total_label_count"
    return f'"{state.printed}"'.encode() if known else b'"?"'


def _real_time_status(question: Question, state: State) -> bytes:
    return bytes((0x12 | _bits(_EOT[question.argument[0]], state),))


def _model(question: Question, state: State) -> bytes:
    told = {b"\x43": state.model, b"\x42": "VIRTUAL", b"\x41": "1.0"}.get(question.argument)
    return b"" if told is None else f"_{told}\x00".encode()


def _bits(table: dict[str, int], state: State) -> int:
    bits = 0
    for name in state.faults:
        bits |= table.get(name, 0)
    return bits


_ANSWERS: dict[str, Callable[[Question, State], bytes]] = {
    "hs": _host_status,
    "hqes": _error_status,
    "hi": _host_identification,
    "counter": _setting,
    "eot": _real_time_status,
    "model": _model,
}
