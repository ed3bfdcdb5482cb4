"""Directed putaway as a pure decision: which bins take these goods, the best first, and why.

The order is that of a person who has to find the goods again: where this very lot lies, the fixed place of the SKU,
where the SKU lies already, an empty bin of the right class near the depot, an empty bin of another class, and only
then a bin that must be shared with other goods.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

REASONS = ("same_lot", "home", "same_sku", "empty", "empty_class", "mixed_lot", "shared")
CLASSES = "ABC"
HEAVY_G = 15_000  # from here on goods belong at the height of the hips or below
HEAVY_LEVEL = 1


@dataclass(frozen=True)
class Wanted:
    """Goods that need a place. `piece_ml` and `piece_g` 0: not known, so no limit of volume or weight applies.

    `velocity` is the SKU's class, A, B or C, empty when nobody has counted yet. `dated`: lots are kept apart where
    that is possible. `whole`: they go into one bin or none. `skus`: how many SKUs a mixed container brings.
    """

    qty: int
    lot: str = ""
    piece_ml: int = 0
    piece_g: int = 0
    velocity: str = ""
    dated: bool = False
    whole: bool = False
    skus: int = 1


@dataclass(frozen=True)
class Spot:
    """A bin that may be in question, with what lies in it and what others are just bringing there.

    `walk_mm` is the way from the depot. `here` are pieces of this SKU by lot; `others` how many other SKUs lie there;
    `strangers` whether goods of another owner or condition do; `home` whether nothing but this SKU ever lay there.
    """

    bin_id: int
    walk_mm: int
    level: int = 1
    velocity: str = ""
    capacity_ml: int | None = None
    max_weight_g: int | None = None
    max_skus: int | None = None
    mix_lots: bool = True
    mix_owners: bool = True
    used_ml: int = 0
    used_g: int = 0
    here: dict[str, int] = field(default_factory=dict)
    others: int = 0
    strangers: bool = False
    home: bool = False


@dataclass(frozen=True)
class Choice:
    """`qty` pieces go to a bin, because of `why`."""

    bin_id: int
    qty: int
    why: str


def room(wanted: Wanted, spot: Spot) -> int:
    """How many of the wanted pieces the bin takes: 0 when its rules forbid them."""
    if _forbidden(wanted, spot):
        return 0
    rooms = [wanted.qty]
    if spot.capacity_ml is not None and wanted.piece_ml:
        rooms.append(max(0, spot.capacity_ml - spot.used_ml) // wanted.piece_ml)
    if spot.max_weight_g is not None and wanted.piece_g:
        rooms.append(max(0, spot.max_weight_g - spot.used_g) // wanted.piece_g)
    fits = min(rooms)
    return 0 if wanted.whole and fits < wanted.qty else fits


def _forbidden(wanted: Wanted, spot: Spot) -> bool:
    other_lots = set(spot.here) - {wanted.lot}
    too_many_skus = spot.max_skus is not None and spot.others + wanted.skus > spot.max_skus
    return too_many_skus or (bool(other_lots) and not spot.mix_lots) or (spot.strangers and not spot.mix_owners)


def reason(wanted: Wanted, spot: Spot) -> str:
    """What speaks for this bin: one of REASONS."""
    if spot.others or spot.strangers or (wanted.skus > 1 and spot.here):
        return "shared"
    if wanted.skus > 1:
        return _empty(wanted, spot)
    if wanted.lot in spot.here and (wanted.lot or not wanted.dated):
        same = set(spot.here) == {wanted.lot}
        return ("same_lot" if wanted.lot else _known_place(spot)) if same else "mixed_lot"
    if spot.here:
        return "mixed_lot" if wanted.dated or wanted.lot else _known_place(spot)
    return "home" if spot.home else _empty(wanted, spot)


def _empty(wanted: Wanted, spot: Spot) -> str:
    return "empty" if spot.velocity in ("", wanted.velocity) or not wanted.velocity else "empty_class"


def _known_place(spot: Spot) -> str:
    return "home" if spot.home else "same_sku"


def ranked(wanted: Wanted, spots: Iterable[Spot]) -> list[Choice]:
    """Every bin that takes at least one piece, the best first; `qty` is how many it takes."""
    fitting = [(spot, room(wanted, spot), reason(wanted, spot)) for spot in spots]
    best = sorted((each for each in fitting if each[1]), key=lambda each: _key(wanted, *each))
    return [Choice(spot.bin_id, takes, why) for spot, takes, why in best]


def _key(wanted: Wanted, spot: Spot, takes: int, why: str) -> tuple[object, ...]:
    too_high = wanted.piece_g >= HEAVY_G and spot.level > HEAVY_LEVEL
    gap = _class_gap(wanted, spot)
    return REASONS.index(why), too_high, gap, takes < wanted.qty, spot.walk_mm, spot.level, spot.bin_id


def _class_gap(wanted: Wanted, spot: Spot) -> int:
    """How far the bin's class is from the goods' class; a bin for anything is as good as the right one."""
    if not wanted.velocity or not spot.velocity:
        return 0
    return abs(CLASSES.index(wanted.velocity) - CLASSES.index(spot.velocity))


def assigned(wanted: Wanted, spots: Sequence[Spot]) -> tuple[list[Choice], int]:
    """The bins for all pieces, filled one after the other: (choices, pieces that no bin takes)."""
    choices: list[Choice] = []
    left = wanted.qty
    for choice in ranked(wanted, spots):
        taken = min(left, choice.qty)
        choices.append(Choice(choice.bin_id, taken, choice.why))
        left -= taken
        if not left:
            break
    return choices, left
