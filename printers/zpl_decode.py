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

_HEAD = re.compile(rb"\s*\^XA\^PW(?P<width>\d{1,5})\^LL(?P<height>\d{1,5})\^LH0,0")
_GRAPHIC = re.compile(
    rb"\^FO0,(?P<top>\d{1,5})\^GFA,(?P<sent>\d{1,8}),(?P<total>\d{1,8}),(?P<row>\d{1,5}),(?P<data>[^\^~]*)\^FS"
)
_TAIL = re.compile(rb"(?:\^PQ(?P<copies>\d{1,4}))?\^XZ\s*")
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
        label, position = _label(payload, position)
        labels.append(label)
    return labels


def _label(payload: bytes, start: int) -> tuple[Decoded, int]:
    """The label that begins at `start`, and where it ends."""
    head = _required(_HEAD, payload, start)
    width, height = int(head["width"]), int(head["height"])
    row = (width + 7) // 8
    if not 0 < row * height <= _MAX_BYTES:
        raise DecodeError(start, f"no size of a label: {width} x {height}")
    parts, rows, position = [], 0, head.end()
    while rows < height:
        match = _required(_GRAPHIC, payload, position)
        part = _part(match, row, rows, height)
        parts.append(part)
        rows += len(part) // row
        position = match.end()
    tail = _required(_TAIL, payload, position)
    copies = int(tail["copies"] or 1)
    if not copies:
        raise DecodeError(position, "no copies")
    picture = np.frombuffer(b"".join(parts), dtype=np.uint8).reshape(height, row)
    return Decoded(np.unpackbits(picture, axis=1, count=width).astype(np.bool_), copies), tail.end()


def _part(match: re.Match[bytes], row: int, top: int, height: int) -> bytes:
    """The rows of one ^GF: they begin where those before ended, and the label has room for them."""
    said_top, sent, total, said_row = (int(match[name]) for name in ("top", "sent", "total", "row"))
    if (said_top, said_row, sent) != (top, row, total) or total % row or not 0 < total <= row * (height - top):
        raise DecodeError(
            match.start(), f"sizes disagree: {said_row} a row, {sent} and {total} bytes from row {said_top}"
        )
    return graphic(b"".join(match["data"].split()), total, row, match.start("data"))


def _required(pattern: re.Pattern[bytes], payload: bytes, position: int) -> re.Match[bytes]:
    match = pattern.match(payload, position)
    if match is None:
        raise DecodeError(position, "not a label of ours")
    return match


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
