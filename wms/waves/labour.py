"""What it takes to pick: one model of labour for what a rule saves and chooses, for plans, and for when a wave is done.

Seconds = carts × set-up + walk ÷ speed + stops × t_stop + pieces × t_pick, and at a put wall pieces × t_sort. The
standard times are what an experienced picker takes; how long people of a warehouse take by that measure is told by the
room above that knows their walks.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wms.waves.engine import Costs


@dataclass(frozen=True)
class Work:
    """What there is to do. A stop is a bin where one cart stands; `sorted` pieces go through a put wall."""

    carts: int = 0
    walk_mm: int = 0
    stops: int = 0
    units: int = 0
    sorted: int = 0

    def __add__(self, other: Work) -> Work:
        return Work(
            self.carts + other.carts, self.walk_mm + other.walk_mm, self.stops + other.stops,
            self.units + other.units, self.sorted + other.sorted,
        )  # fmt: skip


@dataclass(frozen=True)
class Rates:
    """Seconds of each part; `pace` is how long people take by this standard, 1.0 as long as nobody has measured it.

    cart_s: its totes scanned, the way of the goods to the next place. stop_s: finding the bin, three scans.
    """

    cart_s: float = 120.0
    stop_s: float = 8.0
    unit_s: float = 2.0
    sort_s: float = 4.0
    walk_mm_s: int = 1_000
    pace: float = 1.0

    def seconds(self, work: Work) -> float:
        """How long one person is busy with it."""
        standard = (
            work.carts * self.cart_s + work.walk_mm / self.walk_mm_s + work.stops * self.stop_s
            + work.units * self.unit_s + work.sorted * self.sort_s
        )  # fmt: skip
        return standard * self.pace

    def costs(self) -> Costs:
        """What plans of carts weigh against walking; the pace weighs on all alike."""
        return Costs.of_seconds(self.walk_mm_s, cart=self.cart_s, stop=self.stop_s)


STANDARD = Rates()

Pace = Callable[[int], float]
_pace: list[Pace] = []


def paced_by(function: Pace) -> Pace:
    """Register who knows how long the people of a warehouse (its id) take, by the standard times."""
    _pace[:] = [function]
    return function


def rates(warehouse_id: int) -> Rates:
    """The times of a warehouse, as measured."""
    return Rates(pace=_pace[0](warehouse_id)) if _pace else STANDARD
