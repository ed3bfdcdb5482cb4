"""Pure decisions of the catalogue: packs and pieces, and how many bundles goods make."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

UNITS = ("inner", "case", "pallet")  # packs that everybody has a word for; a pack may have any other code


@dataclass(frozen=True)
class Pack:
    """`qty` base units in one pack. Grams, millimetres; 0: not known."""

    code: str
    qty: int
    weight_g: int = 0
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0
    barcodes: tuple[str, ...] = ()


def pieces(counts: Mapping[str, int], packs: Sequence[Pack]) -> int:
    """Base units of so many packs, by pack code; "" is the single piece. Raises KeyError for an unknown pack."""
    sizes = {"": 1} | {pack.code: pack.qty for pack in packs}
    return sum(sizes[code] * count for code, count in counts.items())


def in_packs(qty: int, packs: Sequence[Pack]) -> list[tuple[str, int]]:
    """So many base units as a person counts them, the largest packs first: 40 is [("case", 3), ("", 4)] of cases of 12.

    "" is the single piece. No pieces are [("", 0)].
    """
    counted: list[tuple[str, int]] = []
    for pack in sorted(packs, key=lambda pack: (-pack.qty, pack.code)):
        many, qty = divmod(qty, pack.qty)
        if many:
            counted.append((pack.code, many))
    return [*counted, ("", qty)] if qty or not counted else counted


def bundles_of(parts: Mapping[int, int], free: Mapping[int, int]) -> int:
    """How many bundles free goods make: as many as the scarcest part allows. `parts`: pieces in one bundle."""
    return max(0, min((free.get(sku_id, 0) // qty for sku_id, qty in parts.items()), default=0))
