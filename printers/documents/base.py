"""What a printable document is. A plug-in provides one `Document` and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from printers.bitmap import Canvas
from printers.documents.fields import build
from printers.errors import InvalidField, UnknownMedia
from printers.fonts import Fonts
from printers.layout import Pen
from printers.media import Media

LOCALES = ("en", "zh_Hans", "zh_Hant")
REPRINT = {"en": "REPRINT", "zh_Hans": "补打", "zh_Hant": "補打"}  # what stands before the number of a further copy

D = TypeVar("D")


@dataclass(frozen=True)
class Sheet:
    """What a document is drawn on, and how."""

    media: Media
    dpi: int
    fonts: Fonts
    substitute: bool

    def pen(self, height: int = 0) -> Pen:
        """A pen on a blank sheet; on a roll, `height` in dots says how long it may become."""
        canvas = Canvas(self.media.dots_wide(self.dpi), height or self.media.dots_high(self.dpi))
        return Pen(canvas, self.fonts, self.dpi, self.substitute)


@dataclass(frozen=True)
class Document(Generic[D]):
    """A kind of document: its data, the media it fits, and how it is drawn.

    `data` is a frozen dataclass of str, int, nested dataclasses and tuples of them; a field
    `locale` chooses captions and regional glyph shapes. `draw` returns the pen it drew with. `code` is the field that
    its barcode carries, if templates can be made for it. `rows` is how many lines fit on a page, of a document whose
    `lines` go on several: `part` of `parts`. `gs1` are the fields that are GS1 element strings: their codes are too.
    """

    name: str
    data: type[D]
    accepts: Callable[[Media], bool]
    draw: Callable[[D, Sheet], Pen]
    code: str = ""
    rows: Callable[[Media], int] | None = None
    gs1: tuple[str, ...] = ()

    def read(self, data: Mapping[str, object] | D) -> D:
        """The document's data, checked. Raises MissingField or InvalidField."""
        built = build(self.data, data)
        if locale_of(built) not in LOCALES:
            raise InvalidField("locale", f"must be one of {', '.join(LOCALES)}")
        return built

    def require(self, media: Media) -> Media:
        """`media`, if the document can be printed on it. Raises UnknownMedia."""
        if not self.accepts(media):
            raise UnknownMedia(media.name)
        return media


def locale_of(data: object) -> str:
    """The locale a document's data asks for, Simplified Chinese if it does not say."""
    return str(getattr(data, "locale", "zh_Hans"))


def reprint_mark(words: Mapping[str, str], reprint: int) -> str:
    """"补打 1" on what is printed again, else nothing; `words` are the document's in one language."""
    return f"{words['reprint']} {reprint}" if reprint else ""
