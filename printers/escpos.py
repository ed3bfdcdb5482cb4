"""ESC/POS through python-escpos, used as an encoder only: rasters, a feed and a cut.

Its text mode turns ordinary Chinese punctuation into "?", and its own input and output report a
closed connection as a printer in order; so all text is dots, and transport and status are ours.
"""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from printers.bitmap import Dots
from printers.errors import EncodingError

# Rows a slice: a long raster overflows the buffer of cheap printers.
_SLICE = 192

# Commands that Epson printers obey in the midst of anything, pictures too: DLE EOT asks for a report,
# DLE ENQ recovers or clears the buffer, DLE DC4 kicks the drawer, beeps or powers off.
_REAL_TIME = re.compile(rb"\x10(?:\x04[\x01-\x08\x12]|\x05[\x00-\x02]|\x14[\x01-\x03\x06-\x08])")


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
    picture = without_real_time_commands(bitmap, profile.width)
    encoder = _library().printer.Dummy(profile=_known_width(profile.width))
    encoder.hw("INIT")
    # Its own way from a picture to this command turns it into colours and back, twice: forty times the work.
    for top in range(0, len(picture), profile.slice_rows):
        encoder._raw(_raster(picture[top : top + profile.slice_rows]))
    if profile.cut:
        encoder.cut()
    output: bytes = encoder.output
    return output


def _raster(rows: Dots) -> bytes:
    """GS v 0 with these rows."""
    packed: NDArray[np.uint8] = np.packbits(rows, axis=1)
    height, width = map(int, packed.shape)
    return b"".join((b"\x1dv0\x00", width.to_bytes(2, "little"), height.to_bytes(2, "little"), packed.tobytes()))


def without_real_time_commands(bitmap: Dots, width: int) -> Dots:
    """`bitmap`, moved right by the fewest dots that leave no real-time command among its bytes.

    Moving keeps the picture exact, where changing dots would not. `width` is how far it may reach.
    Raises EncodingError when there is no room to move; a blank margin of one millimetre is enough.
    """
    for shift in range(8):
        moved = _moved_right(bitmap, shift, width)
        if moved is not None and not holds_real_time_command(np.packbits(moved, axis=1).tobytes()):
            return moved
    raise EncodingError("the picture holds a real-time command at every shift; widen its right margin")


def holds_real_time_command(payload: bytes) -> bool:
    """Whether some printer would take a part of it, pictures included, for a command to be obeyed at once."""
    return _REAL_TIME.search(payload) is not None


def _moved_right(bitmap: Dots, shift: int, width: int) -> Dots | None:
    if shift == 0:
        return bitmap
    rows, columns = bitmap.shape
    kept = min(columns, width - shift)
    if bitmap[:, kept:].any():
        return None
    moved = np.zeros((rows, max(columns, kept + shift)), dtype=np.bool_)
    moved[:, shift : shift + kept] = bitmap[:, :kept]
    return moved


@cache
def _library() -> Any:
    """python-escpos, loaded at the first receipt: it reads its printer database for most of a second."""
    import escpos
    import escpos.capabilities
    import escpos.printer

    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        # It leaves a copy of that database in a new temporary folder of every process.
        shutil.rmtree(escpos.capabilities.pickle_dir, ignore_errors=True)
    return escpos


def _known_width(width: int) -> Any:
    """A profile with a width: python-escpos prints a remark to stdout for one without."""
    escpos = _library().capabilities.Profile
    data = {**escpos.profile_data, "media": {"width": {"pixels": width, "mm": "Unknown"}}}
    kind = type("KnownWidth", (escpos,), {"profile_data": data})
    # without the feature its cut() silently does nothing
    return kind(features={"paperFullCut": True})
