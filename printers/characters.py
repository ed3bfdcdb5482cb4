"""The characters that must print in China, and whether they do with the fonts of this machine.

`python -m printers.characters` names those that do not; after another font was set in WMS_FONT, for one.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np

from printers.bitmap import Canvas
from printers.fonts import Fonts, find_fonts
from printers.glyphs import Family
from printers.layout import Box, Pen, Style

_SIZE = 22  # dots per em: an address at 203 dpi
_PAPER, _STYLE = 40, Style(4, 4)
NO_CHARACTER = "\U0010ffff"  # no font has it, so it is drawn as what stands for a missing one
_SPACE = "\u3000"


def gb2312() -> str:
    """Every character of GB/T 2312-1980: 682 signs, of which one is a space, and 6,763 characters of Chinese."""
    return "".join(_decoded())


def _decoded() -> Iterator[str]:
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes((row, cell)).decode("gb2312")
            except UnicodeDecodeError:
                continue


@lru_cache
def general_standard() -> str:
    """The 8,105 characters of 通用规范汉字表, by their code points."""
    text = Path(__file__).with_name("general_standard.txt").read_text(encoding="utf-8")
    absent, more = (set("".join(part.partition("]")[2].split())) for part in text.split("[")[1:])
    return "".join(sorted({c for c in gb2312() if "\u4e00" <= c <= "\u9fff"} - absent | more))


def unprintable(characters: str, fonts: Fonts) -> dict[str, str]:
    """Those of `characters` that would not come out on a label, each with why: missing (another would stand for it),
    no ink, or box. Each is set as a text of a label is, and drawn in both weights."""
    wanted = characters.replace(_SPACE, "")
    found: dict[str, str] = {}
    for character in wanted:
        if why := _set(character, fonts):
            found[character] = why
    for faces in (fonts.regular, fonts.bold):
        found |= _without_shape("".join(c for c in wanted if c not in found), Family(fonts, faces))
    return found


def _set(character: str, fonts: Fonts) -> str:
    pen = Pen(Canvas(_PAPER, _PAPER), fonts, 203, substitute=True)
    pen.text("text", character, Box(0, 0, _PAPER, _PAPER), _STYLE)
    return "missing" if pen.substituted else "" if pen.canvas.dots.any() else "no ink"


def _without_shape(characters: str, family: Family) -> dict[str, str]:
    (box,) = family.glyphs(NO_CHARACTER, _SIZE)
    drawn = zip(characters, family.glyphs(characters, _SIZE), strict=True)
    return {
        character: "box" if glyph.dots.any() else "no ink"
        for character, glyph in drawn
        if not glyph.dots.any() or np.array_equal(glyph.dots, box.dots)
    }


def report(locale: str = "zh_Hans") -> dict[str, object]:
    """How many characters of each set print with the fonts of this machine, and why others do not."""
    begun = time.perf_counter()
    fonts = find_fonts(locale)
    signs, standard = gb2312(), general_standard()
    failing = unprintable("".join(dict.fromkeys(signs + standard)), fonts)
    return {
        "locale": locale, "font": fonts.regular[0].path, "gb2312": len(signs), "general_standard": len(standard),
        "unprintable": failing, "seconds": round(time.perf_counter() - begun, 1),
    }  # fmt: skip


def main() -> int:
    """Print the report as JSON; 1 if some do not print."""
    found = report(*sys.argv[1:2])
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return 1 if found["unprintable"] else 0


if __name__ == "__main__":
    sys.exit(main())
