"""Pure decisions about the floor: where bins stand, what they are called, which are nearest."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Side = Literal["L", "R"]

# What every warehouse has exactly once, by kind: the world outside, and places that goods pass through.
SPECIAL_BINS = {
    "supplier": "SUPPLIER",
    "customer": "CUSTOMER",
    "adjustment": "ADJUST",
    "scrap": "SCRAP",
    "stage": "STAGE",
    "packed": "PACKED",
    "receive": "RECEIVE",
    "transit": "TRANSIT",
    "transfer": "TRANSFER",
    "convert": "CONVERT",
}


@dataclass(frozen=True)
class FloorPlan:
    """A one-block floor: aisles numbered from 0, y in mm from the front cross aisle."""

    aisles: int
    aisle_spacing_mm: int
    aisle_length_mm: int
    depot_aisle: int = 0
    depot_side: str = "front"

    def wrong(self) -> str | None:
        """The name of the first field that makes no sense, None when all do."""
        sound = {
            "aisles": 1 <= self.aisles <= 1000,
            "aisle_spacing_mm": 1 <= self.aisle_spacing_mm <= 100_000,
            "aisle_length_mm": 1 <= self.aisle_length_mm <= 1_000_000,
            "depot_aisle": 0 <= self.depot_aisle < self.aisles,
            "depot_side": self.depot_side in ("front", "back"),
        }
        return next((name for name, fine in sound.items() if not fine), None)

    def contains(self, aisle: int, y_mm: int) -> bool:
        return 0 <= aisle < self.aisles and 0 <= y_mm <= self.aisle_length_mm

    def from_depot(self, aisle: int, y_mm: int) -> int:
        """The walk from the depot to a place, in mm, as the wave engine measures it."""
        depot_y = 0 if self.depot_side == "front" else self.aisle_length_mm
        if aisle == self.depot_aisle:
            return abs(y_mm - depot_y)
        across = abs(aisle - self.depot_aisle) * self.aisle_spacing_mm
        around = 2 * self.aisle_length_mm - depot_y - y_mm  # by the other cross aisle
        return across + min(depot_y + y_mm, around)


@dataclass(frozen=True)
class ZonePlan:
    """A zone and the aisles it takes, from the first to the last."""

    code: str
    name: str
    first_aisle: int
    last_aisle: int
    colour: str = "#4477aa"


@dataclass(frozen=True)
class Spot:
    """A bin to be made."""

    zone: str
    code: str
    aisle: int
    y_mm: int
    side: str
    level: int
    pick_order: int


def block(
    floor: FloorPlan, zones: Sequence[ZonePlan], positions: int, levels: int, pattern: str
) -> Iterator[Spot]:
    """The bins of a block: in each aisle `positions` along each side, `levels` above each other.

    `pattern` is a format of zone, aisle and position (both counted from 1), side and level, such as
    `{zone}{aisle:02}-{position:02}{side}{level}`. Positions stand in the middle of equal parts of the
    aisle. `pick_order` is that of an S-shaped walk.
    """
    step = floor.aisle_length_mm / positions
    number = 0
    for zone in zones:
        for aisle in range(zone.first_aisle, zone.last_aisle + 1):
            along = range(1, positions + 1) if aisle % 2 == 0 else range(positions, 0, -1)
            for position in along:
                for side in ("L", "R"):
                    for level in range(1, levels + 1):
                        number += 1
                        code = pattern.format(
                            zone=zone.code, aisle=aisle + 1, position=position, side=side, level=level
                        )
                        yield Spot(zone.code, code, aisle, round((position - 0.5) * step), side, level, number)
