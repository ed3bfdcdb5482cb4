"""Reading ZPL back into dots: strictly the commands `printers.zpl` emits, and every ^GF encoding.

For the virtual printer and for tests. Anything else is an error with its byte offset, so that a
command slipping into a payload cannot go unnoticed.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass

import numpy as np

from printers.bitmap import Dots
from printers.errors import DecodeError
from printers.zpl import _TWENTIES, _UNITS

_MAX_BYTES = 16_000_000  # of one picture, unpacked; a 4 x 12 inch label at 600 dpi is 2.2 MB

_FORMAT = re.compile(
    rb"\s*\^XA\^PW(?P<width>\d{1,5})\^LL(?P<height>\d{1,5})\^LH0,0\^FO0,0"
    rb"\^GFA,(?P<sent>\d{1,8}),(?P<total>\d{1,8}),(?P<row>\d{1,5}),(?P<data>[^\^~]*)\^FS"
    rb"(?:\^PQ(?P<copies>\d{1,4}))?\^XZ\s*"
)
_PLAIN = re.compile(rb"[0-9A-Fa-f]*\Z")


@dataclass(frozen=True)
class Decoded:
    """One ZPL format: its picture and how many times to print it."""

    bitmap: Dots
    copies: int


def decode(payload: bytes) -> list[Decoded]:
    """All labels in `payload`. Raises DecodeError for anything our encoder does not emit."""
    labels = []
    position = 0
    while position < len(payload):
        match = _FORMAT.match(payload, position)
        if match is None:
            raise DecodeError(position, "not a label of ours")
        labels.append(_label(match))
        position = match.end()
    return labels


def _label(match: re.Match[bytes]) -> Decoded:
    width, height, sent, total, row = (int(match[n]) for n in ("width", "height", "sent", "total", "row"))
    if row != (width + 7) // 8 or total != row * height or sent != total or not 0 < total <= _MAX_BYTES:
        raise DecodeError(match.start(), f"sizes disagree: {width} x {height}, {row} a row, {total} bytes")
    copies = int(match["copies"] or 1)
    if not copies:
        raise DecodeError(match.start(), "no copies")
    data = graphic(b"".join(match["data"].split()), total, row, match.start("data"))
    picture = np.frombuffer(data, dtype=np.uint8).reshape(height, row)
    return Decoded(np.unpackbits(picture, axis=1, count=width).astype(np.bool_), copies)


def graphic(data: bytes, total: int, row: int, offset: int = 0) -> bytes:
    """The `total` bytes of a ^GF picture in any of its encodings. `offset` is for error messages."""
    if data.startswith((b":Z64:", b":B64:")):
        unpacked = _base64(data, total, offset)
    elif _PLAIN.match(data):
        unpacked = bytes.fromhex(data.decode()) if len(data) % 2 == 0 else b""
    else:
        unpacked = _compressed(data.decode("latin-1"), row * 2, total * 2, offset)
    if len(unpacked) != total:
        raise DecodeError(offset, f"{len(unpacked)} bytes of picture instead of {total}")
    return unpacked


def _base64(data: bytes, total: int, offset: int) -> bytes:
    kind, text, crc = data[1:4], data[5:-5], data[-5:]
    if crc != f":{binascii.crc_hqx(text, 0):04X}".encode():
        raise DecodeError(offset, "wrong CRC")
    try:
        raw = base64.b64decode(text, validate=True)
        # Bounded, so that a small payload cannot unpack to fill the memory.
        return zlib.decompressobj().decompress(raw, total + 1) if kind == b"Z64" else raw
    except (binascii.Error, zlib.error) as error:
        raise DecodeError(offset, str(error)) from None


def _compressed(text: str, row: int, total: int, offset: int) -> bytes:
    done: list[str] = []
    line = ""
    repeat = 0
    for i, c in enumerate(text):
        if c in _UNITS:
            repeat += _UNITS.index(c) + 1
        elif c in _TWENTIES:
            repeat += 20 * (_TWENTIES.index(c) + 1)
        elif c in ",!":
            line = line.ljust(row, "0" if c == "," else "F")
        elif c == ":" and done and not line:
            line = done[-1]
        elif c in "0123456789ABCDEFabcdef":
            line += c * (repeat or 1)
            repeat = 0
        else:
            raise DecodeError(offset + i, f"unexpected {c!r} in a picture")
        if len(line) == row:
            done.append(line)
            line = ""
        if len(line) > row or len(done) * row > total:
            raise DecodeError(offset + i, "a row is too long")
    return bytes.fromhex("".join(done))
