"""Pure decisions of packing: what a parcel should weigh, its number, who may work on it."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from wms.core.checkdigit import check_digit

PACKAGING_G = 80  # a carton of middle size with tape and filling, where nobody knows which one
HEAVIEST_G = 100_000
DECIDERS = ("packer", "supervisor")
_MOST_PIECES = 9  # that explain a difference: with more, anything explains everything


@dataclass(frozen=True)
class Tolerance:
    """How far a parcel may be from its expected weight: `percent` of it, and at least `grams`.

    Catalogue weights and cartons differ by about as much as the usual one. `decided_by`: who decides beyond it.
    """

    percent: Decimal = Decimal("8.0")
    grams: int = 60
    decided_by: str = "packer"

    def allowed_g(self, expected: int) -> int:
        return max(self.grams, round(expected * self.percent / 100))

    def holds(self, weight_g: int, expected: int) -> bool:
        """Whether a weight fits the goods; anything fits an unknown one (0)."""
        return expected == 0 or abs(weight_g - expected) <= self.allowed_g(expected)


@dataclass(frozen=True)
class Weighed:
    """Pieces of one SKU; `weight_g` of one piece, 0 when it is not known."""

    weight_g: int
    qty: int


def parcel_number(parcel_id: int) -> str:
    """The number of the parcel with this id: P, nine digits, a check digit."""
    digits = f"{parcel_id:09d}"
    return f"P{digits}{check_digit(digits)}"


def expected_g(goods: Sequence[Weighed], tare_g: int = PACKAGING_G) -> int:
    """What the parcel should weigh with its carton, in grams; 0 when a SKU's weight is not known."""
    if not goods or any(each.weight_g == 0 for each in goods):
        return 0
    return tare_g + sum(each.weight_g * each.qty for each in goods)


@dataclass(frozen=True)
class Cause:
    """What would explain a weight: `qty` pieces of item `what` are `missing` or `extra`, or carton `what` was taken.

    `off_g` is what it leaves unexplained.
    """

    kind: str
    what: str
    qty: int
    off_g: int


def cause(
    difference_g: int, allowed_g: int, goods: Mapping[str, Weighed], tares: Mapping[str, int], tare_g: int
) -> Cause | None:
    """The likeliest reason why a parcel weighs `difference_g` more than expected (less, when negative).

    `goods` by item, `tares` of the cartons it may be in instead of the one of `tare_g`. The fewer pieces the likelier:
    each more must explain a quarter of `allowed_g` better. None when nothing explains it to within half of that.
    """
    found = [Cause("carton", code, 1, abs(difference_g - (tare - tare_g))) for code, tare in sorted(tares.items())]
    for item, each in goods.items():
        if each.weight_g:
            most = _MOST_PIECES if difference_g > 0 else min(each.qty, _MOST_PIECES)
            qty = min(max(1, round(abs(difference_g) / each.weight_g)), most)
            kind, off = "extra" if difference_g > 0 else "missing", abs(difference_g)
            found += [Cause(kind, item, n, abs(off - n * each.weight_g)) for n in sorted({1, qty})]
    near = [each for each in found if each.off_g <= max(allowed_g / 2, 1)]
    return min(near, key=lambda each: (each.off_g + (each.qty - 1) * allowed_g / 4, each.qty), default=None)


def shares(room: Sequence[tuple[int, int]], qty: int) -> list[tuple[int, int]]:
    """Spread `qty` pieces over lines with room, in their order: [(line id, pieces)].

    `room` is [(line id, pieces that still fit)]. Empty when not all of them fit.
    """
    spread = []
    for line_id, fits in room:
        share = min(fits, qty)
        if share > 0:
            spread.append((line_id, share))
            qty -= share
    return [] if qty else spread
