"""Pure decisions about the floor: where bins stand, what they are called, what is typed instead of a scan."""
from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from wms.core.error import WmsError

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


class OneWay(NamedTuple):
    """An aisle that is walked only `towards` the front or the back."""

    aisle: int
    towards: str


class Obstacle(NamedTuple):
    """A stretch of an aisle that nobody walks through; what lies at its very ends is reached from outside it."""

    aisle: int
    from_mm: int
    to_mm: int

    def holds(self, aisle: int, y_mm: int) -> bool:
        return self.aisle == aisle and self.from_mm < y_mm < self.to_mm


@dataclass(frozen=True)
class FloorPlan:
    """Aisles numbered from 0 between a front and a back cross aisle, y in mm from the front one.

    `cross_aisles_mm`: y of the cross aisles between these two, ascending. Each aisle is one-way once at most.
    """

    aisles: int
    aisle_spacing_mm: int
    aisle_length_mm: int
    depot_aisle: int = 0
    depot_side: str = "front"
    cross_aisles_mm: tuple[int, ...] = ()
    one_way: tuple[OneWay, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> FloorPlan:
        """From plain values, as `facts` gives them; cross aisles in any order."""
        return cls(
            **{
                **facts,
                "cross_aisles_mm": tuple(sorted(facts.get("cross_aisles_mm", ()))),
                "one_way": tuple(sorted(OneWay(**each) for each in facts.get("one_way", ()))),
                "obstacles": tuple(sorted(Obstacle(**each) for each in facts.get("obstacles", ()))),
            }
        )

    def facts(self) -> dict[str, Any]:
        """As plain values that can be stored and sent."""
        return {
            **vars(self),
            "cross_aisles_mm": list(self.cross_aisles_mm),
            "one_way": [each._asdict() for each in self.one_way],
            "obstacles": [each._asdict() for each in self.obstacles],
        }

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

    def check(self) -> None:
        """Raises what `create_warehouse` names."""
        if wrong := self.wrong():
            raise WmsError("layout.floor_wrong", field=wrong, value=getattr(self, wrong))
        for y_mm in self.cross_aisles_mm:
            if not 0 < y_mm < self.aisle_length_mm:
                raise WmsError("layout.cross_aisle_outside", at=y_mm, length=self.aisle_length_mm)
            if self.cross_aisles_mm.count(y_mm) > 1:
                raise WmsError("layout.cross_aisle_twice", at=y_mm)
        aisles = [each.aisle for each in self.one_way]
        for aisle, towards in self.one_way:
            if not 0 <= aisle < self.aisles or towards not in ("front", "back") or aisles.count(aisle) > 1:
                raise WmsError("layout.one_way_wrong", aisle=aisle + 1, aisles=self.aisles)
        for aisle, begin, end in self.obstacles:
            if not (begin < end and self.contains(aisle, begin) and self.contains(aisle, end)):
                raise WmsError("layout.obstacle_wrong", aisle=aisle + 1, begin=begin, end=end)

    def obstacle_at(self, aisle: int, y_mm: int) -> Obstacle | None:
        """The obstacle that keeps everybody from this place."""
        return next((each for each in self.obstacles if each.holds(aisle, y_mm)), None)

    def check_place(self, aisle: int, y_mm: int) -> None:
        """Raises `layout.off_floor` and `layout.in_obstacle` for a place where no bin may stand."""
        if not self.contains(aisle, y_mm):
            raise WmsError("layout.off_floor", aisles=self.aisles, length=self.aisle_length_mm)
        if there := self.obstacle_at(aisle, y_mm):
            raise WmsError("layout.in_obstacle", aisle=aisle + 1, begin=there.from_mm, end=there.to_mm)

    @property
    def rows_mm(self) -> tuple[int, ...]:
        """y of all cross aisles, the front and the back one too."""
        return 0, *self.cross_aisles_mm, self.aisle_length_mm

    def contains(self, aisle: int, y_mm: int) -> bool:
        return 0 <= aisle < self.aisles and 0 <= y_mm <= self.aisle_length_mm

    def from_depot(self, aisle: int, y_mm: int) -> int:
        """The walk from the depot to a place, in mm, as the wave engine measures it where nothing stands in the way."""
        return self.between(self.depot, (aisle, y_mm))

    @property
    def depot(self) -> tuple[int, int]:
        """Where walks start and end: aisle, y."""
        return self.depot_aisle, 0 if self.depot_side == "front" else self.aisle_length_mm

    def between(self, one: tuple[int, int], other: tuple[int, int]) -> int:
        """The walk between two places (aisle, y): along the aisle, or around by the best cross aisle. Obstacles and
        one-way aisles are left out of account."""
        if one[0] == other[0]:
            return abs(one[1] - other[1])
        across = abs(one[0] - other[0]) * self.aisle_spacing_mm
        return across + min(abs(one[1] - row) + abs(other[1] - row) for row in self.rows_mm)


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
    bay: int = 0


@dataclass(frozen=True)
class Rack:
    """Racking to be built along one aisle, from `from_mm` to `to_mm` of it, on one side or both ("LR").

    `bays` of equal width, in each `places` beside each other and `levels` above each other. Numbers in the codes
    count on from `first_bay`, the levels from `first_level`.
    """

    zone: str
    aisle: int
    sides: str
    from_mm: int
    to_mm: int
    bays: int
    places: int
    levels: int
    pattern: str
    first_bay: int = 1
    first_level: int = 1

    @property
    def bins(self) -> int:
        return len(self.sides) * self.bays * self.places * self.levels


# ---- codes

PARTS = ("zone", "aisle", "bay", "position", "place", "side", "level")
MOST_BINS = 20_000  # made at once
LONGEST_CODE = 60
_FIELD = re.compile(r"\{([a-z]+)(?::(0?[1-6]|A))?\}")


def code_of(pattern: str, **parts: str | int) -> str:
    """A code by a pattern such as `{zone}{aisle:02}-{position:02}{side}{level}`.

    Only these names of `parts` and, for numbers, a width (`:02`) or letters (`:A`, 1 is A) may stand in it.
    Raises `layout.pattern_wrong`.
    """

    def fill(found: re.Match[str]) -> str:
        name, form = found.groups()
        if name not in parts:
            raise WmsError("layout.pattern_wrong", pattern=pattern, part=found.group(), known=_known(parts))
        return _formed(parts[name], form)

    code = _FIELD.sub(fill, pattern)
    if "{" in code or "}" in code:
        raise WmsError("layout.pattern_wrong", pattern=pattern, part=code[:60], known=_known(parts))
    return code


def _known(parts: Collection[str]) -> str:
    return " ".join("{" + name + "}" for name in PARTS if name in parts)


def _formed(value: str | int, form: str | None) -> str:
    if form is None or isinstance(value, str):
        return str(value)
    if form == "A":
        return chr(ord("A") + value - 1) if 1 <= value <= 26 else str(value)
    return format(value, form)


def printable(code: str) -> bool:
    """Whether a code can stand in a Code 128 on a label: printable ASCII, no blank at either end."""
    return bool(code) and code.isascii() and code.isprintable() and code == code.strip()


def natural(code: str) -> tuple[tuple[bool, str | int], ...]:
    """A key that sorts codes as people count: A2 before A10."""
    return tuple(
        (part.isdecimal(), int(part) if part.isdecimal() else part.casefold())
        for part in re.findall(r"\d+|\D+", code)
    )


def between(code: str, first: str, last: str) -> bool:
    """Whether a code lies in a range; `A01-20` as the last includes what begins so, such as `A01-20R2`."""
    key = natural(code)
    return (not first or natural(first) <= key) and (not last or key <= natural(last) or code.startswith(last))


# ---- blocks and racks

def block(
    floor: FloorPlan, zones: Sequence[ZonePlan], positions: int, levels: int, pattern: str, bays: int = 0
) -> Iterator[Spot]:
    """The bins of a block: in each aisle `positions` along each side, `levels` above each other.

    `pattern` is that of `code_of`; bays, places in a bay, positions and aisles are counted from 1. Positions stand
    in the middle of equal parts of the aisle, `bays` of them (0: each is a bay of its own) hold about as many
    positions each. `pick_order` is that of an S-shaped walk.
    """
    step = floor.aisle_length_mm / positions
    bays = min(bays or positions, positions)
    number = 0
    for zone in zones:
        for aisle in range(zone.first_aisle, zone.last_aisle + 1):
            along = range(1, positions + 1) if aisle % 2 == 0 else range(positions, 0, -1)
            for position in along:
                bay = (position - 1) * bays // positions + 1
                place = position - -(-(bay - 1) * positions // bays)
                for side in ("L", "R"):
                    for level in range(1, levels + 1):
                        number += 1
                        code = code_of(
                            pattern, zone=zone.code, aisle=aisle + 1, bay=bay, position=position, place=place,
                            side=side, level=level,
                        )  # fmt: skip
                        y_mm = round((position - 0.5) * step)
                        yield Spot(zone.code, code, aisle, y_mm, side, level, number, bay)


def rack_spots(floor: FloorPlan, rack: Rack, walk: Sequence[tuple[int, int, int]] = ()) -> list[Spot]:
    """The bins of a rack, in the order of an S-shaped walk.

    `walk` is (aisle, y in mm, pick order) of the bins that are there: each new bin gets the pick order of the last
    one that such a walk passes before it. Raises `layout.off_floor`, `layout.too_many_bins`, `layout.pattern_wrong`,
    `layout.pattern_repeats` and `layout.code_not_printable`.
    """
    _check_rack(floor, rack)
    passed = sorted((*_on_walk(aisle, y_mm), order) for aisle, y_mm, order in walk)
    step = (rack.to_mm - rack.from_mm) / (rack.bays * rack.places)
    spots: list[Spot] = []
    for index in range(rack.bays * rack.places):
        y_mm = round(rack.from_mm + (index + 0.5) * step)
        bay, place = rack.first_bay + index // rack.places, index % rack.places + 1
        position = (rack.first_bay - 1) * rack.places + index + 1
        order = _order_at(passed, rack.aisle, y_mm)
        for side in rack.sides:
            for level in range(rack.first_level, rack.first_level + rack.levels):
                code = code_of(
                    rack.pattern, zone=rack.zone, aisle=rack.aisle + 1, bay=bay, position=position, place=place,
                    side=side, level=level,
                )  # fmt: skip
                spots.append(Spot(rack.zone, code, rack.aisle, y_mm, side, level, order, bay))
    _check_codes(spots)
    return sorted(spots, key=lambda spot: (_on_walk(spot.aisle, spot.y_mm), spot.side, spot.level))


def _on_walk(aisle: int, y_mm: int) -> tuple[int, int]:
    """Every second aisle is walked back."""
    return aisle, y_mm if aisle % 2 == 0 else -y_mm


def _order_at(passed: Sequence[tuple[int, int, int]], aisle: int, y_mm: int) -> int:
    at = bisect_right(passed, (*_on_walk(aisle, y_mm), 1 << 62))
    return passed[at - 1][2] if at else 0


def _check_rack(floor: FloorPlan, rack: Rack) -> None:
    on_floor = floor.contains(rack.aisle, rack.from_mm) and floor.contains(rack.aisle, rack.to_mm)
    if not on_floor or rack.from_mm >= rack.to_mm:
        raise WmsError("layout.off_floor", aisles=floor.aisles, length=floor.aisle_length_mm)
    for each in floor.obstacles:
        if each.aisle == rack.aisle and each.from_mm < rack.to_mm and rack.from_mm < each.to_mm:
            raise WmsError("layout.in_obstacle", aisle=rack.aisle + 1, begin=each.from_mm, end=each.to_mm)
    if rack.bins > MOST_BINS:
        raise WmsError("layout.too_many_bins", bins=rack.bins, most=MOST_BINS)


def _check_codes(spots: Sequence[Spot]) -> None:
    seen: set[str] = set()
    for spot in spots:
        if not printable(spot.code) or len(spot.code) > LONGEST_CODE:
            raise WmsError("layout.code_not_printable", bin=spot.code, most=LONGEST_CODE)
        if spot.code in seen:
            raise WmsError("layout.pattern_repeats", bin=spot.code)
        seen.add(spot.code)


# ---- check digits

KEPT_DIGITS = 8  # older digits of a bin that are still known for old


@dataclass(frozen=True)
class Marked:
    """A bin and its digits; `known` are the present and the older ones, `new` that it is to get others."""

    id: int
    known: tuple[str, ...]
    new: bool


def new_digits(row: Sequence[Marked], length: int, seed: str) -> dict[int, str]:
    """Digits for those bins of a row (in the order in which they stand) that are to get new ones, by id.

    They follow from the seed alone, look random, and differ from the present digits of about a quarter as many
    neighbours on either side as there are digits (225 of three digits) and from all that the bin itself had:
    nobody who stands before the next bin, or reads an old label, types what is right.
    """
    least, most = 10 ** (length - 1), 10**length
    near = (most - least) // 4
    now = ["" if each.new else each.known[0] if each.known else "" for each in row]
    given: dict[int, str] = {}
    for at, each in enumerate(row):
        if each.new:
            taken = {*now[max(0, at - near) : at + near + 1], *each.known}
            now[at] = given[each.id] = _drawn(f"{seed}/{each.id}", least, most, taken)
    return given


def _drawn(seed: str, least: int, most: int, taken: Collection[str]) -> str:
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % (most - least)
    for step in range(most - least):
        digits = str(least + (start + step * 7) % (most - least))  # 7 has no factor in common with 90 and 900
        if digits not in taken:
            return digits
    raise AssertionError("half of all digits are always free")


def retired(present: str, older: str) -> str:
    """The older digits of a bin once `present` are replaced, the newest first."""
    return " ".join([each for each in (present, *older.split()) if each][:KEPT_DIGITS])
