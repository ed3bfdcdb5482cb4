"""Pure decisions of packing: what a parcel should weigh, its number, who may work on it."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wms.core.checkdigit import check_digit

PACKAGING_G = 80  # a carton of middle size with tape and filling, where nobody knows which one
HEAVIEST_G = 100_000
_LEAST_TOLERANCE_G = 60
_TOLERANCE = 0.08  # of the expected weight: catalogue weights and cartons differ by that much


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


def is_plausible(weight_g: int, expected: int) -> bool:
    """Whether a weight fits the goods, within 8 % and at least 60 g; anything fits an unknown one (0)."""
    return expected == 0 or abs(weight_g - expected) <= max(_LEAST_TOLERANCE_G, expected * _TOLERANCE)


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
