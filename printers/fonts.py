"""Finding fonts that can draw Chinese, and telling which characters they lack.

Search order: the files named in WMS_FONT (separated as PATH is), the system's usual CJK fonts,
then the font inside the PyPI package `noto-cjk-sans-otc`, which needs no administrator.
"""

from __future__ import annotations

import importlib.util
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from printers.errors import FontNotFound, MissingGlyph

# Shown in place of a character no font has, when the caller prefers that to a refusal.
GETA = "〓"

# Enough to tell a Chinese font from a Latin one that happens to open.
_PROBE = "中国广东省"

_SYSTEM = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"),
    ("/usr/share/fonts/opentype/source-han-sans/SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", ""),
    ("/System/Library/Fonts/PingFang.ttc", ""),
    ("/System/Library/Fonts/Hiragino Sans GB.ttc", ""),
    ("/System/Library/Fonts/STHeiti Medium.ttc", ""),
    ("C:/Windows/Fonts/msyh.ttc", "msyhbd.ttc"),
    ("C:/Windows/Fonts/simhei.ttf", ""),
)

# Latin letters the CJK fonts lack (Ł, for one) come from whichever of these is present.
_FALLBACK = (
    "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "C:/Windows/Fonts/arial.ttf",
)

# A collection holds one face per region; these shapes differ (骨, 直, 角).
_REGION = {"zh_Hans": "SC", "zh_Hant": "TC", "en": "SC"}


@dataclass(frozen=True)
class Face:
    """One face in a font file. `embolden`: bold is drawn by thickening, for want of a bold file."""

    path: str
    index: int = 0
    embolden: bool = False


@dataclass(frozen=True, eq=False)  # compared by identity, which makes it a cheap key of caches
class Fonts:
    """The faces of a document; each tuple is tried in order for every character."""

    regular: tuple[Face, ...]
    bold: tuple[Face, ...]

    def missing(self, text: str) -> list[str]:
        """The characters of `text`, each once and in order, that no face can draw."""
        first = characters_of(self.regular[0].path, self.regular[0].index)
        known = first.__contains__
        unsure = [c for c in dict.fromkeys(printable(text)) if not known(ord(c))]
        return [c for c in unsure if c != " " and self.face_for(c, self.regular) is None]

    def face_for(self, character: str, faces: tuple[Face, ...]) -> Face | None:
        """The first of `faces` that has `character`, or None."""
        code = ord(character)
        if unicodedata.combining(character):
            return None  # a mark that did not compose needs shaping, which is not done here
        able = faces if _is_simple(code) else faces[:1]
        return next((face for face in able if code in characters_of(face.path, face.index)), None)


def _is_simple(code: int) -> bool:
    """Latin, Greek, Cyrillic and symbols: drawn one by one from left to right they come out right.

    The fallback fonts also hold Arabic and Hebrew, which without shaping and reordering would be
    printed, legible and wrong.
    """
    return code < 0x0590 or 0x1E00 <= code < 0x2C00


# ASCII, the ideographs, and the punctuation and full-width forms beside them: nothing of it composes, and all has ink.
_PLAIN = re.compile("[ -~\u3001-\u301f\u4e00-\u9fff\uff01-\uff5e]*")


def printable(text: str) -> str:
    """Text as it will be drawn: composed, on one line, without characters that have no ink.

    Line breaks and tabs become spaces. Control and format characters are dropped: they include the
    directional overrides, which could otherwise make a phone number read differently on screen and
    on paper, and every byte a printer could take for a command.
    """
    spaced = " ".join(text.split())
    if _PLAIN.fullmatch(spaced):
        return spaced
    if any(unicodedata.combining(c) or "\u1100" <= c <= "\u11ff" for c in spaced):
        # Only then: composing also replaces compatibility ideographs, whose shapes matter in names.
        spaced = unicodedata.normalize("NFC", spaced)
    return "".join(_visible(spaced))


def _visible(text: str) -> Iterator[str]:
    for c in text:
        is_selector = "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"
        if unicodedata.category(c) not in ("Cc", "Cf") and not is_selector:
            yield " " if c in "\u2028\u2029" else c


def checked(fonts: Fonts, text: str, field: str, *, substitute: bool) -> tuple[str, tuple[str, ...]]:
    """`text` as it can be drawn, and the characters replaced by 〓.

    Raises MissingGlyph(field, characters) unless `substitute` is allowed.
    """
    clean, missing = _drawable(fonts, text)
    if missing and not substitute:
        raise MissingGlyph(field, missing)
    for character in missing:
        clean = clean.replace(character, GETA)
    return clean, missing


@lru_cache(maxsize=2048)
def _drawable(fonts: Fonts, text: str) -> tuple[str, tuple[str, ...]]:
    clean = printable(text)
    return clean, tuple(fonts.missing(clean))


@lru_cache(maxsize=8)
def find_fonts(locale: str = "zh_Hans", configured: str | None = None) -> Fonts:
    """The fonts of this machine for `locale` (zh_Hans, zh_Hant or en).

    `configured` overrides the variable WMS_FONT. Raises FontNotFound with what to do about it.
    """
    chosen = configured if configured is not None else os.environ.get("WMS_FONT", "")
    region = _REGION.get(locale, "SC")
    regular, bold = _first_usable(_candidates(chosen))
    fallback = tuple(Face(path) for path in _FALLBACK if Path(path).is_file())
    plain = Face(regular, _region_index(regular, region))
    heavy = Face(bold, _region_index(bold, region)) if bold else Face(regular, plain.index, embolden=True)
    thick = tuple(Face(face.path, face.index, embolden=True) for face in (plain, *fallback))
    return Fonts((plain, *fallback), (heavy, *thick))


def _candidates(configured: str) -> Iterable[tuple[str, str]]:
    """Pairs of a regular file and the name of its bold neighbour ('' for none)."""
    if configured:
        names = configured.split(os.pathsep)
        yield names[0], names[1] if len(names) > 1 else ""
        return  # what an administrator named is used or refused, never silently replaced
    yield from _SYSTEM
    packaged = _packaged_font()
    if packaged:
        yield packaged, ""


def _packaged_font() -> str:
    """The font shipped by `noto-cjk-sans-otc`, or '' when it is not installed."""
    spec = importlib.util.find_spec("noto_cjk_sans_otc")
    if spec is None or spec.origin is None:
        return ""
    return str(Path(spec.origin).with_name("NotoSansCJK-Regular.ttc"))


def _first_usable(candidates: Iterable[tuple[str, str]]) -> tuple[str, str]:
    tried = []
    for regular, bold_name in candidates:
        tried.append(regular)
        if Path(regular).is_file() and _draws_chinese(regular):
            bold = Path(regular).parent / bold_name  # joining an absolute path keeps that path
            return regular, str(bold) if bold_name and bold.is_file() else ""
    raise FontNotFound(
        "no Chinese font found: install fonts-noto-cjk, or `pip install noto-cjk-sans-otc`, "
        f"or name a font file in WMS_FONT (tried {', '.join(tried)})"
    )


def _draws_chinese(path: str) -> bool:
    try:
        known = characters_of(path, 0)
    except (TTLibError, OSError):
        return False
    return all(ord(c) in known for c in _PROBE)


def _region_index(path: str, region: str) -> int:
    """Number of the proportional face for `region` inside a collection; 0 if it has none."""
    if not path.lower().endswith((".ttc", ".otc")):
        return 0
    with Path(path).open("rb") as file, TTCollection(file, lazy=True) as collection:
        names = [_full_name(font) for font in collection.fonts]
    matches = [i for i, name in enumerate(names) if region in name.split() and "Mono" not in name]
    return matches[0] if matches else 0


def _full_name(font: Any) -> str:
    return str(font["name"].getDebugName(4) or "")


@lru_cache(maxsize=32)
def characters_of(path: str, index: int) -> frozenset[int]:
    """Code points the face can draw, from its cmap. Reading a large one takes about 0.1 s, once."""
    # Opened here, because fontTools leaves a file that is no font open.
    with Path(path).open("rb") as file, TTFont(file, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
