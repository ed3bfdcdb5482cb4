"""Which carton goods fit into: pure, in millimetres and grams.

A simple rule that a packer can follow, not a proof: several items fill at most `FILL` of a carton's volume, and each by
itself must go in by its edges, longest along longest. Pieces of one kind are tried as a block of rows besides, in every
orientation, which may fill a carton wholly. Nothing is heavier than the carton takes.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from math import prod

MOST = 99  # parcels of a suggestion: nobody packs by a longer list
FILL = 0.8  # of a carton's volume: what is left is air between items and filling

Sides = tuple[int, int, int]


@dataclass(frozen=True)
class Box:
    """A kind of carton: its inner sides, what it weighs empty, and what it holds at most (`max_g` 0: no limit)."""

    id: int
    code: str
    sides: Sides
    tare_g: int
    max_g: int = 0

    @property
    def volume(self) -> int:
        return prod(self.sides)


@dataclass(frozen=True)
class Piece:
    """Pieces of one kind that belong in a parcel; `weight_g` of one, 0 when it is not known."""

    line: int
    sides: Sides
    weight_g: int
    qty: int

    @property
    def volume(self) -> int:
        return prod(self.sides)


@dataclass
class Filled:
    """A parcel as it is suggested: a carton and what goes into it, as {line: pieces}. Without a carton the goods leave
    as they are."""

    box: Box | None
    pieces: dict[int, int] = field(default_factory=dict)


def is_measured(goods: Iterable[Piece]) -> bool:
    """Whether all sides are known: nothing can be suggested for goods that nobody has measured."""
    return all(min(each.sides) > 0 for each in goods)


def smallest(boxes: Iterable[Box], goods: Sequence[Piece]) -> Box | None:
    """The smallest carton into which all of these goods fit; None when none does."""
    return next((box for box in _by_size(boxes) if fits(box, goods)), None)


def fits(box: Box, goods: Sequence[Piece]) -> bool:
    if box.max_g and sum(each.weight_g * each.qty for each in goods) > box.max_g:
        return False
    if not all(goes_in(box, each) for each in goods):
        return False
    if len(goods) == 1 and rows_of(box, goods[0]) >= goods[0].qty:
        return True
    return sum(each.volume * each.qty for each in goods) <= FILL * box.volume


def goes_in(box: Box, piece: Piece) -> bool:
    """Whether one piece goes in, turned any way."""
    return all(side <= room for side, room in zip(sorted(piece.sides), sorted(box.sides), strict=True))


def rows_of(box: Box, piece: Piece) -> int:
    """How many pieces of one kind a carton holds as a block of rows, all turned the same way: the best way."""
    ways = permutations(piece.sides)
    return max(prod(room // side for room, side in zip(box.sides, way, strict=True)) for way in ways)


def split(boxes: Sequence[Box], goods: Sequence[Piece]) -> list[Filled]:
    """How to send goods for which no carton is large enough: the largest are filled one after the other, the bulkiest
    goods first, and the last takes the smallest carton that does. What goes into no carton leaves as it is."""
    left = {each.line: each.qty for each in goods}
    ordered = sorted(goods, key=lambda each: (-each.volume, each.line))
    odd = [each for each in ordered if not any(_takes(box, each) for box in boxes)]
    found = [Filled(None, {each.line: left.pop(each.line)}) for each in odd]
    while any(left.values()) and len(found) < MOST:
        rest = [_some(each, left[each.line]) for each in ordered if left.get(each.line)]
        box = smallest(boxes, rest)
        if box is not None:
            return [*found, Filled(box, {each.line: each.qty for each in rest})]
        box = max((box for box in boxes if _takes(box, rest[0])), key=lambda box: box.volume)
        found.append(Filled(box, _fill(box, rest)))
        for line, qty in found[-1].pieces.items():
            left[line] -= qty
    return found


def _takes(box: Box, piece: Piece) -> bool:
    return fits(box, [_some(piece, 1)])


def _fill(box: Box, goods: Sequence[Piece]) -> dict[int, int]:
    """As much as goes into a carton that takes the first kind: several kinds beside each other, or a block of it."""
    room, load = FILL * box.volume, float(box.max_g or "inf")
    mixed: dict[int, int] = {}
    for each in goods:
        qty = int(min(each.qty, room // each.volume, _by_weight(each, load))) if goes_in(box, each) else 0
        if qty:
            mixed[each.line] = qty
            room -= qty * each.volume
            load -= qty * each.weight_g
    first = goods[0]
    block = int(min(first.qty, rows_of(box, first), _by_weight(first, float(box.max_g or "inf"))))
    return {first.line: block} if block * first.volume >= FILL * box.volume - room else mixed


def _by_weight(piece: Piece, load: float) -> float:
    return load // piece.weight_g if piece.weight_g else float(piece.qty)


def _some(piece: Piece, qty: int) -> Piece:
    return Piece(piece.line, piece.sides, piece.weight_g, qty)


def _by_size(boxes: Iterable[Box]) -> list[Box]:
    return sorted(boxes, key=lambda box: (box.volume, box.tare_g, box.code))
