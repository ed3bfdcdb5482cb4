"""Logos: a PNG in base 64, small enough to be kept with a template, drawn black or not at all."""

from __future__ import annotations

import base64
import binascii
import io
from functools import lru_cache

import numpy as np
from PIL import Image

from printers.bitmap import Dots

LONGEST = 10_000  # characters of base 64
WIDEST = 1600  # pixels of a side

_BLACK = 128  # a grey below this burns


@lru_cache(maxsize=64)
def is_picture(text: str) -> bool:
    """Whether this is a PNG that can be drawn."""
    return _grey(text) is not None


@lru_cache(maxsize=64)
def picture_dots(text: str, width: int, height: int) -> Dots:
    """The picture as large as fits into `width` × `height` dots, its proportions kept."""
    grey = _grey(text)
    assert grey is not None
    scale = min(width / grey.width, height / grey.height)
    size = max(1, round(grey.width * scale)), max(1, round(grey.height * scale))
    return np.asarray(grey.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST)) < _BLACK


def _grey(text: str) -> Image.Image | None:
    """The picture in greys on white; None for what is no picture or too large, found out before it is unpacked."""
    if not 0 < len(text) <= LONGEST:
        return None
    try:
        with Image.open(io.BytesIO(base64.b64decode(text, validate=True)), formats=["PNG"]) as found:
            if max(found.size) > WIDEST:
                return None
            coloured = found.convert("RGBA")
    except (binascii.Error, OSError, ValueError, SyntaxError):
        return None
    white = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(white, coloured).convert("L")
