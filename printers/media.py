"""Label stock and paper: sizes in millimetres, and their size in dots at a resolution."""

from __future__ import annotations

from dataclasses import dataclass

from printers.errors import InvalidField, UnknownMedia

# Thermal heads have a whole number of dots per millimetre or near it: a "203 dpi" head is exactly 8.
DOTS_PER_MM = {203: 8.0, 300: 300 / 25.4, 600: 600 / 25.4}

# An 80 mm receipt printer prints 72 mm wide, which is 576 dots of a 203 dpi head.
_RECEIPTS = {"receipt-80": (80.0, 72.0), "receipt-58": (58.0, 48.0)}


@dataclass(frozen=True)
class Media:
    """One kind of stock. `height_mm` 0 means a roll that is cut where the document ends."""

    name: str
    width_mm: float
    height_mm: float
    width_dots: int = 0  # 0: follows from the millimetres
    printable_mm: float = 0  # 0: all of the width

    def dots_wide(self, dpi: int) -> int:
        """Printable width in dots."""
        return self.width_dots or round((self.printable_mm or self.width_mm) * dots_per_mm(dpi))

    def dots_high(self, dpi: int) -> int:
        """Printable height in dots, 0 for a roll."""
        return round(self.height_mm * dots_per_mm(dpi))

    @property
    def is_roll(self) -> bool:
        """Whether the paper has no fixed length."""
        return self.height_mm == 0


def dots_per_mm(dpi: int) -> float:
    """Dots per millimetre of a print head sold as `dpi`. Raises InvalidField for another dpi."""
    try:
        return DOTS_PER_MM[dpi]
    except KeyError:
        raise InvalidField("dpi", f"{dpi} is not one of {sorted(DOTS_PER_MM)}") from None


def parse_media(name: str) -> Media:
    """Read a media name.

    "100x180" is a die-cut label in mm; "receipt-80" a roll; "receipt-80:512" a roll whose
    printer has 512 dots across. Raises UnknownMedia.
    """
    if name.startswith("receipt-"):
        return _parse_receipt(name)
    width, separator, height = name.partition("x")
    if not (separator and width.isdecimal() and height.isdecimal()):
        raise UnknownMedia(name)
    return Media(name, float(width), float(height))


def _parse_receipt(name: str) -> Media:
    base, separator, dots = name.partition(":")
    if base not in _RECEIPTS or (separator and not dots.isdecimal()):
        raise UnknownMedia(name)
    width_mm, printable = _RECEIPTS[base]
    return Media(name, width_mm, 0, int(dots) if separator else 0, printable)
