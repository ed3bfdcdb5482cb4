"""One-bit pictures: the finished label and the canvas it is drawn on.

A dot is True where the head burns black. Arrays are indexed [row, column] from the top left.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Dots = NDArray[np.bool_]


@dataclass(frozen=True)
class Label:
    """A finished picture. `substituted` lists (field, characters) drawn as 〓 for want of a glyph."""

    bitmap: Dots
    dpi: int
    width_mm: float
    height_mm: float
    substituted: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def width(self) -> int:
        """Dots across."""
        return int(self.bitmap.shape[1])

    @property
    def height(self) -> int:
        """Dots down."""
        return int(self.bitmap.shape[0])

    def image(self) -> Image.Image:
        """Black on white, mode "1"."""
        return Image.fromarray(~self.bitmap)

    def png(self) -> bytes:
        """A PNG that shows exactly the dots that will burn."""
        return png_of(self.bitmap, self.dpi)


def png_of(bitmap: Dots, dpi: int = 203) -> bytes:
    """Encode dots as a one-bit PNG."""
    buffer = io.BytesIO()
    Image.fromarray(~bitmap).save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


class Canvas:
    """A blank picture to draw on. Drawing outside it is a programming error and raises ValueError."""

    def __init__(self, width: int, height: int) -> None:
        self.dots: Dots = np.zeros((height, width), dtype=np.bool_)

    @property
    def width(self) -> int:
        """Dots across."""
        return int(self.dots.shape[1])

    @property
    def height(self) -> int:
        """Dots down."""
        return int(self.dots.shape[0])

    def fill(self, x: int, y: int, width: int, height: int) -> None:
        """A solid black rectangle."""
        self._inside(x, y, width, height)
        self.dots[y : y + height, x : x + width] = True

    def invert(self, x: int, y: int, width: int, height: int) -> None:
        """Turn black to white and back, for white text on a black field."""
        self._inside(x, y, width, height)
        area = self.dots[y : y + height, x : x + width]
        np.logical_not(area, out=area)

    def frame(self, x: int, y: int, width: int, height: int, thickness: int) -> None:
        """An outline, drawn inside the rectangle."""
        self.fill(x, y, width, thickness)
        self.fill(x, y + height - thickness, width, thickness)
        self.fill(x, y, thickness, height)
        self.fill(x + width - thickness, y, thickness, height)

    def dashes(self, x: int, y: int, width: int, thickness: int, dash: int) -> None:
        """A dashed horizontal line, where the paper is to be torn or folded."""
        self._inside(x, y, width, thickness)
        on = np.arange(width) // dash % 2 == 0
        self.dots[y : y + thickness, x : x + width] |= on

    def paste(self, dots: Dots, x: int, y: int) -> None:
        """Add black dots; white ones leave what is there."""
        height, width = dots.shape
        self._inside(x, y, width, height)
        area = self.dots[y : y + height, x : x + width]
        np.logical_or(area, dots, out=area)

    def _inside(self, x: int, y: int, width: int, height: int) -> None:
        rows, columns = self.dots.shape
        if x < 0 or y < 0 or x + width > columns or y + height > rows:
            raise ValueError(f"({x}, {y}, {width}, {height}) is outside {self.width} x {self.height}")
