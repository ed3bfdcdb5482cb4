"""Who a printer says it is: ~HI for ZPL, GS I for ESC/POS, and the device ID of a USB port."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

HOST_IDENTIFICATION = b"~HI\r\n"

# GS I n answers `_` text NUL: n = 66 the maker, 67 the model, 65 the firmware. The model comes first: without it
# nothing is known.
MODEL_QUESTIONS = {"model": b"\x1dI\x43", "maker": b"\x1dI\x42", "firmware": b"\x1dI\x41"}

# model, version, dots per mm, memory, options. A model has a letter in it, unlike the first field of a ~HS reply.
_HI = re.compile(
    rb"\x02(?P<model>(?=[^,\x03]*[A-Za-z])[^,\x03]{1,60}),(?P<firmware>[^,\x03]{1,40}),(?P<dots>\d{1,2}),[^\x03]{0,200}\x03"
)

_DPI = {6: 152, 8: 203, 12: 300, 24: 600}


@dataclass(frozen=True)
class Identity:
    """What a printer told. `dpi` 0 and '' where it did not say."""

    language: Literal["zpl", "escpos", "none"]
    maker: str
    model: str
    dpi: int = 0
    firmware: str = ""


def parse_host_identification(reply: bytes) -> Identity | None:
    """Read a ~HI reply; None while it is not complete."""
    match = _HI.search(reply)
    if match is None:
        return None
    model = match["model"].decode("latin-1").strip()
    return Identity("zpl", "", model, _DPI.get(int(match["dots"]), 0), match["firmware"].decode("latin-1").strip())


def parse_device_id(text: str) -> Identity:
    """Read an IEEE 1284 device ID, `MFG:Zebra;CMD:ZPL;MDL:ZD421;`, in which every key has a long form too."""
    keys = {"MANUFACTURER": "MFG", "MODEL": "MDL", "COMMAND SET": "CMD"}
    found: dict[str, str] = {}
    for part in text.split(";"):
        key, _, value = part.partition(":")
        key = key.strip().upper()
        found[keys.get(key, key)] = value.strip()
    commands = found.get("CMD", "").upper()
    language: Literal["zpl", "escpos", "none"] = "none"
    if "ZPL" in commands:
        language = "zpl"
    elif "ESC/POS" in commands or "ESCPOS" in commands or "EPSON" in commands:
        language = "escpos"
    return Identity(language, found.get("MFG", ""), found.get("MDL", ""))
