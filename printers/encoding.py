"""From a picture to the bytes that print it on a model of printer."""

from __future__ import annotations

from printers import escpos, zpl
from printers.bitmap import Dots
from printers.errors import EncodingError
from printers.profiles import Profile


def encode(profile: Profile, bitmap: Dots, *, copies: int = 1, width: int = 0) -> bytes:
    """The bytes that print `bitmap`; `width` is the printer's in dots where it is not the model's usual one.

    Raises EncodingError for what no such printer prints: a picture too wide for a receipt, or without a language.
    """
    if profile.language == "zpl":
        return zpl.encode(bitmap, copies=copies, encoding=profile.encoding)
    if profile.language == "none":
        raise EncodingError("a printer without a language prints no pictures")
    widest = width or max(dots for _, dots in profile.widths)
    one = escpos.encode(bitmap, escpos.Profile(width=widest, cut=profile.cutter, slice_rows=profile.slice_rows))
    return one * copies
