"""Code 128 and QR with whole-dot modules and their quiet zones, from zxing-cpp.

A module that is not a whole number of dots gets uneven bars, and no scanner reads those for long.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from printers.bitmap import Dots
from printers.errors import BarcodeDoesNotFit, InvalidField
from printers.media import dots_per_mm

CODE128_QUIET = 10  # modules on either side
QR_QUIET = 4  # modules all around

# Narrowest module, in mm, that worn heads and cheap scanners still manage; widest that is useful.
_CODE128_MODULE = (0.245, 0.51)
_QR_MODULE = (0.36, 1.0)


def code128(field: str, text: str, *, width: int, height: int, dpi: int) -> Dots:
    """Bars and both quiet zones, at most `width` dots wide and `height` dots high.

    Raises InvalidField for text outside printable ASCII, BarcodeDoesNotFit when the modules would
    be narrower than 0.25 mm.
    """
    modules = _code128_modules(require_ascii(field, text))
    scale = _scale(field, width, len(modules) + 2 * CODE128_QUIET, _CODE128_MODULE, dpi)
    quiet = CODE128_QUIET * scale
    row = np.zeros(len(modules) * scale + 2 * quiet, dtype=np.bool_)
    row[quiet : len(row) - quiet] = np.repeat(modules, scale)
    return np.broadcast_to(row, (height, row.size))


def qr(field: str, text: str, *, side: int, dpi: int) -> Dots:
    """A QR code, error correction M, with its quiet zone, at most `side` dots square.

    Raises BarcodeDoesNotFit when the modules would be narrower than 0.36 mm.
    """
    modules = qr_modules(field, text)
    scale = _scale(field, side, len(modules) + 2 * QR_QUIET, _QR_MODULE, dpi)
    quiet = QR_QUIET * scale
    picture = np.zeros([len(modules) * scale + 2 * quiet] * 2, dtype=np.bool_)
    picture[quiet:-quiet, quiet:-quiet] = modules.repeat(scale, axis=0).repeat(scale, axis=1)
    return picture


def qr_modules(field: str, text: str) -> Dots:
    """The dark modules of a QR code without its quiet zone, for a screen that draws them itself."""
    return _qr_modules(require_ascii(field, text))


def require_ascii(field: str, text: str) -> str:
    """`text`, if every character is printable ASCII: what scanners type reliably."""
    if not text or not text.isascii() or not text.isprintable():
        raise InvalidField(field, "a barcode holds printable ASCII only")
    return text


def _scale(field: str, room: int, modules: int, limits: tuple[float, float], dpi: int) -> int:
    per_mm = dots_per_mm(dpi)
    least, most = (max(1, math.floor(mm * per_mm + 0.5)) for mm in limits)
    scale = min(room // modules, most)
    if scale < least:
        raise BarcodeDoesNotFit(field)
    return scale


@lru_cache(maxsize=64)  # a waybill shows its number twice
def _code128_modules(text: str) -> Dots:
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    row: Dots = _dark(barcode)[0]
    return row


@lru_cache(maxsize=64)
def _qr_modules(text: str) -> Dots:
    return _dark(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M"))


def _dark(barcode: zxingcpp.Barcode) -> Dots:
    picture: NDArray[np.uint8] = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False))
    return np.less(picture, 128)
