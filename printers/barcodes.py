"""Code 128, QR and DataMatrix with whole-dot modules and their quiet zones, from zxing-cpp.

A module that is not a whole number of dots gets uneven bars, and no scanner reads those for long. With `gs1` a text is
an element string as `printers.gs1` writes it, and the code is a GS1-128, GS1 QR or GS1 DataMatrix.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from printers.bitmap import Dots
from printers.errors import BarcodeDoesNotFit, InvalidField
from printers.gs1 import LONGEST_BARS
from printers.media import dots_per_mm

CODE128_QUIET = 10  # modules on either side
QR_QUIET = 4  # modules all around
DATAMATRIX_QUIET = 1  # likewise

# Narrowest module, in mm, that worn heads and cheap scanners still manage; widest that is useful.
_CODE128_MODULE = (0.245, 0.51)
_QR_MODULE = (0.36, 1.0)
_DATAMATRIX_MODULE = (0.25, 1.0)  # it goes on small things; GS1 says 0.255 mm and more


def code128(field: str, text: str, *, width: int, height: int, dpi: int, gs1: bool = False) -> Dots:
    """Bars and both quiet zones, at most `width` dots wide and `height` dots high.

    Raises InvalidField for text outside printable ASCII, BarcodeDoesNotFit when the modules would
    be narrower than 0.25 mm, or for more than a GS1-128 may hold.
    """
    modules = _code128_modules(require_ascii(field, text), gs1)
    if gs1 and len(text) - text.count("(") > LONGEST_BARS:  # a bracket stands for a separator, the other for nothing
        raise BarcodeDoesNotFit(field)
    scale = _scale(field, width, len(modules) + 2 * CODE128_QUIET, _CODE128_MODULE, dpi)
    quiet = CODE128_QUIET * scale
    row = np.zeros(len(modules) * scale + 2 * quiet, dtype=np.bool_)
    row[quiet : len(row) - quiet] = np.repeat(modules, scale)
    return np.broadcast_to(row, (height, row.size))


def qr(field: str, text: str, *, side: int, dpi: int, gs1: bool = False) -> Dots:
    """A QR code, error correction M, with its quiet zone, at most `side` dots square.

    Raises BarcodeDoesNotFit when the modules would be narrower than 0.36 mm.
    """
    return _square(field, _qr_modules(require_ascii(field, text), gs1), QR_QUIET, _QR_MODULE, side, dpi)


def datamatrix(field: str, text: str, *, side: int, dpi: int, gs1: bool = False) -> Dots:
    """A square DataMatrix (ECC 200) with its quiet zone, at most `side` dots square.

    Raises BarcodeDoesNotFit when the modules would be narrower than 0.25 mm.
    """
    modules = _datamatrix_modules(require_ascii(field, text), gs1)
    return _square(field, modules, DATAMATRIX_QUIET, _DATAMATRIX_MODULE, side, dpi)


def _square(field: str, modules: Dots, around: int, limits: tuple[float, float], side: int, dpi: int) -> Dots:
    scale = _scale(field, side, len(modules) + 2 * around, limits, dpi)
    quiet = around * scale
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
def _code128_modules(text: str, gs1: bool = False) -> Dots:
    row: Dots = _dark(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128, gs1=gs1))[0]
    return row


@lru_cache(maxsize=64)
def _qr_modules(text: str, gs1: bool = False) -> Dots:
    return _dark(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", gs1=gs1))


@lru_cache(maxsize=64)
def _datamatrix_modules(text: str, gs1: bool = False) -> Dots:
    return _dark(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix, force_square=True, gs1=gs1))


def _dark(barcode: zxingcpp.Barcode) -> Dots:
    picture: NDArray[np.uint8] = np.asarray(barcode.to_image(scale=1, add_quiet_zones=False))
    return np.less(picture, 128)
