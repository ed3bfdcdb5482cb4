"""ZPL II: one label as one graphic. All text is dots already, so no data can become a command.

The only characters a payload can hold are the fixed commands below, decimal numbers, and the
base-64 or hexadecimal picture; `^` and `~` occur in none of the latter.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from printers.bitmap import Dots
from printers.errors import EncodingError

Encoding = Literal["Z64", "hex"]

# Repeat counts of the compressed hexadecimal form: G to Y are 1 to 19, g to z are 20 to 400.
_UNITS = "GHIJKLMNOPQRSTUVWXY"
_TWENTIES = "ghijklmnopqrstuvwxyz"

# Measured on waybills, in milliseconds and bytes: level 1 0.7 and 19,700, 2 0.8 and 19,300, 4 1.2 and 17,400, 5 1.6 and
# 16,900, 6 2.8 and 15,900. A slow line to a printer is what higher ones are for.
LEVEL = 2

# Bytes of one ^GF. Strict readers take no number of seven digits; only whole pages at 600 dpi are in two parts for it.
_MAX_GRAPHIC = 999_999

_MAX_DOTS = 32000  # what ^PW and ^LL take
_RUN = re.compile(r"([0-9A-F])\1{2,}")


def encode(bitmap: Dots, *, copies: int = 1, encoding: Encoding = "Z64", level: int = LEVEL) -> bytes:
    """A complete ZPL format that prints exactly `bitmap`, `copies` times.

    `encoding`: "Z64" (zlib at `level`, base 64, CRC) unless the printer is too old for it, then
    "hex". Raises EncodingError for a bitmap or a number of copies no printer takes.
    """
    height, width = bitmap.shape
    if not (0 < width <= _MAX_DOTS and 0 < height <= _MAX_DOTS):
        raise EncodingError(f"{width} x {height} dots is outside 1 to {_MAX_DOTS}")
    if not 1 <= copies <= 9999:
        raise EncodingError(f"{copies} copies is outside 1 to 9999")
    picture = np.packbits(bitmap, axis=1)
    band = _MAX_GRAPHIC // picture.shape[1]
    graphics = [_graphic(picture[top : top + band], top, encoding, level) for top in range(0, height, band)]
    return f"^XA^PW{width}^LL{height}^LH0,0".encode() + b"".join(graphics) + f"^PQ{copies}^XZ\n".encode()


def _graphic(rows: NDArray[np.uint8], top: int, encoding: Encoding, level: int) -> bytes:
    total, row = rows.size, rows.shape[1]
    data = z64(rows.tobytes(), level) if encoding == "Z64" else compressed_hex(rows.tobytes(), row)
    return f"^FO0,{top}^GFA,{total},{total},{row},".encode() + data + b"^FS"


def z64(data: bytes, level: int = LEVEL) -> bytes:
    """`:Z64:` data: zlib, base 64, and a CRC-16 (CCITT, from 0) over the base-64 text."""
    text = base64.b64encode(zlib.compress(data, level))
    return b":Z64:" + text + f":{binascii.crc_hqx(text, 0):04X}".encode()


def compressed_hex(data: bytes, row: int) -> bytes:
    """Zebra's run-length hexadecimal: `,` fills a row with 0, `:` repeats the row above.

    Its `!`, which fills a row with F, is not used: some readers fill the row with 1 instead, which is stripes.
    """
    rows: list[str] = []
    previous = b""
    for start in range(0, len(data), row):
        line = data[start : start + row]
        rows.append(":" if line == previous else _compressed_row(line.hex().upper()))
        previous = line
    return "".join(rows).encode()


def _compressed_row(digits: str) -> str:
    if digits.endswith("0"):
        return _RUN.sub(_run, digits.rstrip("0")) + ","
    return _RUN.sub(_run, digits)


def _run(match: re.Match[str]) -> str:
    left = len(match[0])
    parts = []
    while left:
        count = min(left, 419)
        twenties, units = divmod(count, 20)
        parts.append((_TWENTIES[twenties - 1] if twenties else "") + (_UNITS[units - 1] if units else "") + match[1])
        left -= count
    return "".join(parts)
