"""Reading ESC/POS rasters back into dots: strictly what `printers.escpos` emits.

For the virtual printer and for tests. Anything else is an error with its byte offset.
"""

from __future__ import annotations

import numpy as np

from printers.bitmap import Dots
from printers.errors import DecodeError

INIT = b"\x1b@"
RASTER = b"\x1dv0"
FEED = b"\x1bd"
CUT = b"\x1dV"

_RASTER_HEADER = 8
_MAX_BYTES = 16_000_000


def decode(payload: bytes) -> list[Dots]:
    """One picture for each cut (and one for what follows the last). Raises DecodeError."""
    pictures: list[Dots] = []
    slices: list[Dots] = []
    position = 0
    while position < len(payload):
        length = command_length(payload, position)
        if length is None or position + length > len(payload):
            raise DecodeError(position, "the data ends within a command")
        kind = payload[position : position + 3]
        if kind == RASTER:
            slices.append(_raster(payload[position : position + length], position))
        elif kind[:2] == CUT and slices:
            pictures.append(_joined(slices, position))
            slices = []
        position += length
    return [*pictures, _joined(slices, position)] if slices else pictures


def command_length(data: bytes | bytearray, position: int) -> int | None:
    """Bytes of the command at `position`, or None if too little has arrived to tell.

    Raises DecodeError for a command we never emit.
    """
    head = bytes(data[position : position + 3])
    if head[:2] == INIT:
        return 2
    if head[:2] == FEED:
        return 3
    if head[:2] == CUT:
        return _cut_length(head)
    if RASTER.startswith(head[:3]) or head == RASTER:
        return _raster_length(data, position)
    if INIT.startswith(head) or FEED.startswith(head) or CUT.startswith(head):
        return None
    raise DecodeError(position, f"not a command of ours: {head.hex(' ')}")


def _cut_length(head: bytes) -> int | None:
    if len(head) < 3:
        return None
    return 4 if head[2] in (65, 66) else 3


def _raster_length(data: bytes | bytearray, position: int) -> int | None:
    if len(data) - position < _RASTER_HEADER:
        return None
    width = int.from_bytes(data[position + 4 : position + 6], "little")
    height = int.from_bytes(data[position + 6 : position + 8], "little")
    if data[position + 3] != 0 or not 0 < width * height <= _MAX_BYTES:
        raise DecodeError(position, f"not a raster of ours: {width} bytes x {height} rows")
    return _RASTER_HEADER + width * height


def _raster(command: bytes, position: int) -> Dots:
    width = int.from_bytes(command[4:6], "little")
    picture = np.frombuffer(command, dtype=np.uint8, offset=_RASTER_HEADER).reshape(-1, width)
    return np.unpackbits(picture, axis=1).astype(np.bool_)


def _joined(slices: list[Dots], position: int) -> Dots:
    if len({part.shape[1] for part in slices}) != 1:
        raise DecodeError(position, "slices of different widths")
    return np.concatenate(slices)
