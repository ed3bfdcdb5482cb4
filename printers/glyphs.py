"""Drawn characters, kept in memory: drawing one costs fifty times as much as pasting it."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PIL import ImageFont

from printers.bitmap import Dots
from printers.fonts import Face, Fonts

# Grey level from which a dot burns. Lower thickens strokes; at 90 the thin horizontals of small
# Chinese characters survive at 203 dpi without filling the counters of dense ones.
_INK = 90

# A day's addresses use some 3,000 characters in about six sizes, 1.5 kB each.
_CACHE_BYTES = 48_000_000

# Per em. Advances are measured once and scaled, so that trying a size draws nothing.
UNITS = 1000


class Glyph(NamedTuple):
    """A character's dots, and where they sit relative to the pen on the baseline."""

    dots: Dots
    left: int
    top: int  # rows above the baseline are negative
    columns: int
    rows: int


class Family:
    """The faces of one weight, with their glyphs cached. Safe from several threads."""

    def __init__(self, fonts: Fonts, faces: tuple[Face, ...]) -> None:
        self._fonts = fonts
        self._faces = faces
        self._units: dict[str, int] = {}
        self._glyphs: dict[int, dict[str, Glyph]] = {}
        self._loaded: dict[tuple[Face, int], ImageFont.FreeTypeFont] = {}
        self._bytes = 0
        self._lock = threading.RLock()

    def units(self, text: str) -> list[int]:
        """Advance of each character in thousandths of an em."""
        known = self._units
        return [known.get(c) or self._measure(c) for c in text]

    def glyphs(self, text: str, size: int) -> list[Glyph]:
        """The glyph of each character of a drawable text at `size` dots per em."""
        known = self._glyphs.setdefault(size, {})
        return [known.get(c) or self._draw(c, size) for c in text]

    def _draw(self, character: str, size: int) -> Glyph:
        with self._lock:
            if self._bytes > _CACHE_BYTES:  # rare: starting afresh is cheaper than keeping an order of use
                self._glyphs = {}
                self._bytes = 0
            face = self._face(character)
            glyph = _rasterise(self._font(face, size), face, size, character)
            self._glyphs.setdefault(size, {})[character] = glyph
            self._bytes += glyph.dots.nbytes + 300
            return glyph

    def _measure(self, character: str) -> int:
        with self._lock:
            font = self._font(self._face(character), UNITS)
            units = max(1, round(font.getlength(character)))
            self._units[character] = units
            return units

    def _face(self, character: str) -> Face:
        return self._fonts.face_for(character, self._faces) or self._faces[0]

    def _font(self, face: Face, size: int) -> ImageFont.FreeTypeFont:
        key = (face, size)
        if key not in self._loaded:
            if len(self._loaded) > 128:
                self._loaded.clear()
            self._loaded[key] = ImageFont.truetype(
                face.path, size, index=face.index, layout_engine=ImageFont.Layout.BASIC
            )
        return self._loaded[key]


def _rasterise(font: ImageFont.FreeTypeFont, face: Face, size: int, character: str) -> Glyph:
    stroke = size / 45 if face.embolden else 0
    # stroke_filled: a stroke alone is a hollow outline
    mask, (left, top) = font.getmask2(character, mode="L", anchor="ls", stroke_width=stroke, stroke_filled=True)
    width, height = mask.size
    grey = np.frombuffer(bytes(mask), dtype=np.uint8).reshape(height, width)
    return Glyph(grey >= _INK, round(left), round(top), width, height)


@lru_cache(maxsize=16)
def family_of(fonts: Fonts, bold: bool) -> Family:
    """The cached family of a weight; one per process, so that every label shares its glyphs."""
    return Family(fonts, fonts.bold if bold else fonts.regular)
