"""A flow at a glance: all its screens side by side, a row for each language and size of screen."""
from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

SCALE, WIDE_SCALE, WIDE = 0.5, 0.25, 600  # of a handheld's pixels, of a station's; from which width on it is one
GAP = 6
COLUMNS = 9  # a longer flow goes on below
PAPER = "#d8dde3"
Row = tuple[str, tuple[int, int]]  # language, width and height


class Strip:
    """Screens of one flow in the order in which they were first seen."""

    def __init__(self) -> None:
        self._screens: dict[str, dict[Row, Image.Image]] = {}

    def add(self, screen: str, locale: str, size: tuple[int, int], png: bytes) -> None:
        scale = SCALE if size[0] < WIDE else WIDE_SCALE
        small = (round(size[0] * scale), round(size[1] * scale))
        with Image.open(io.BytesIO(png)) as full:
            picture = full.convert("RGB").resize(small, Image.Resampling.LANCZOS)
        self._screens.setdefault(screen, {})[(locale, size)] = picture

    def save(self, path: Path) -> None:
        """Write the strip as WebP; nothing when nothing was seen."""
        if not self._screens:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        screens = list(self._screens.values())
        blocks = [screens[at : at + COLUMNS] for at in range(0, len(screens), COLUMNS)]
        drawn = [_block(block) for block in blocks]
        _stacked(drawn).save(path, "WEBP", quality=60, method=6)


def _block(screens: list[dict[Row, Image.Image]]) -> Image.Image:
    rows = sorted({row for screen in screens for row in screen}, key=lambda row: (row[1], row[0]))
    return _stacked([_beside([screen.get(row) for screen in screens]) for row in rows])


def _beside(pictures: list[Image.Image | None]) -> Image.Image:
    there = [each for each in pictures if each]
    width, height = max(each.width for each in there), max(each.height for each in there)
    out = Image.new("RGB", (len(pictures) * (width + GAP), height + GAP), PAPER)
    for at, each in enumerate(pictures):
        if each:
            out.paste(each, (at * (width + GAP), 0))
    return out


def _stacked(rows: list[Image.Image]) -> Image.Image:
    out = Image.new("RGB", (max(each.width for each in rows), sum(each.height for each in rows)), PAPER)
    top = 0
    for each in rows:
        out.paste(each, (0, top))
        top += each.height
    return out
