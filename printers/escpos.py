"""ESC/POS through python-escpos, used as an encoder only: rasters, a feed and a cut.

Its text mode turns ordinary Chinese punctuation into "?", and its own input and output report a
closed connection as a printer in order; so all text is dots, and transport and status are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from escpos.printer import Dummy
from PIL import Image

from printers.bitmap import Dots
from printers.errors import EncodingError

# Rows a slice: a long raster overflows the buffer of cheap printers.
_SLICE = 192

# Two-byte openings of commands that Epson printers obey in the midst of anything, pictures too:
# DLE EOT reports, DLE ENQ recovers or clears the buffer, DLE DC4 kicks the drawer or powers off.
_REAL_TIME = (b"\x10\x04", b"\x10\x05", b"\x10\x14")


@dataclass(frozen=True)
class Profile:
    """What must be known of a receipt printer. `width` in dots: 576 for 80 mm, 512 for TM-T88V."""

    width: int = 576
    cut: bool = True
    slice_rows: int = _SLICE


def encode(bitmap: Dots, profile: Profile | None = None) -> bytes:
    """Bytes that print `bitmap` at the left edge and cut. Raises EncodingError if it is too wide."""
    profile = profile or Profile()
    if bitmap.shape[1] > profile.width:
        raise EncodingError(f"{bitmap.shape[1]} dots is wider than the printer's {profile.width}")
    if not 128 <= profile.slice_rows <= 256:
        raise EncodingError("slices are 128 to 256 rows")
    encoder = Dummy(profile=_known_width(profile.width))
    encoder.hw("INIT")
    encoder.image(
        Image.fromarray(~without_real_time_commands(bitmap, profile.slice_rows)),
        fragment_height=profile.slice_rows,
    )
    if profile.cut:
        encoder.cut()
    output: bytes = encoder.output
    return output


def without_real_time_commands(bitmap: Dots, rows: int = _SLICE) -> Dots:
    """`bitmap`, moved right by the fewest dots that leave no real-time command among its bytes.

    Moving keeps the picture exact, where changing dots would not. Raises EncodingError when the
    right margin has no room for that; a margin of one millimetre has.
    """
    for shift in range(8):
        moved = bitmap if shift == 0 else _moved_right(bitmap, shift)
        if moved is not None and not _has_real_time_command(moved, rows):
            return moved
    raise EncodingError("the picture holds a real-time command at every shift; widen its right margin")


def _moved_right(bitmap: Dots, shift: int) -> Dots | None:
    if bitmap[:, -shift:].any():
        return None
    moved = np.zeros_like(bitmap)
    moved[:, shift:] = bitmap[:, :-shift]
    return moved


def _has_real_time_command(bitmap: Dots, rows: int) -> bool:
    data = np.packbits(bitmap, axis=1).tobytes()
    return any(command in data for command in _REAL_TIME)


def _known_width(width: int) -> Any:
    """A profile with a width: python-escpos prints a remark to stdout for one without."""
    from escpos.capabilities import get_profile_class

    base = get_profile_class("default")
    data = {**base.profile_data, "media": {"width": {"pixels": width, "mm": "Unknown"}}}
    return type("KnownWidth", (base,), {"profile_data": data})()
