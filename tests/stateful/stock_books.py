"""The model: what stock must be after any sequence of verbs, kept in plain dictionaries."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

PROMISABLE = ("pick", "bulk")
UNPROMISED = ("transfer", "kit", "manual")
FOUR = Decimal("0.0001")


@dataclass(frozen=True, order=True)
class Spot:
    """Where pieces lie, and what they are."""

    house: int
    bin: int
    sku: int
    lot: str = ""
    container: int = 0
    owner: int = 1
    condition: str = "good"

    def but(self, **changes: Any) -> Spot:
        return Spot(**{**vars(self), **changes})


def _nothing() -> tuple[int, Decimal]:
    return 0, Decimal(0)


@dataclass
class Books:
    """`kinds` and `houses` of bins are given; all else grows with what is done."""

    kinds: dict[int, str] = field(default_factory=dict)
    on_hand: dict[Spot, int] = field(default_factory=lambda: defaultdict(int))
    held: dict[int, tuple[str, Any, Spot, int]] = field(default_factory=dict)  # id → origin, line or reference
    promised: dict[int, tuple[int, int, int, int]] = field(default_factory=dict)  # line → house, sku, owner, pieces
    serials: dict[tuple[int, str], Spot | None] = field(default_factory=dict)
    cost: dict[tuple[int, int], tuple[int, Decimal]] = field(default_factory=lambda: defaultdict(_nothing))
    parent: dict[int, int | None] = field(default_factory=dict)
    noted: dict[int, int | None] = field(default_factory=dict)  # container → bin, where no goods tell it
    expiry: dict[str, int] = field(default_factory=dict)  # lot → days left

    # ---- pieces

    def free(self, spot: Spot) -> int:
        return self.on_hand.get(spot, 0) - sum(qty for _, _, there, qty in self.held.values() if there == spot)

    def spots(self, house: int | None = None, **wanted: Any) -> list[Spot]:
        """Where something lies that fits, in a fixed sequence."""
        return sorted(
            spot for spot, qty in self.on_hand.items()
            if qty and (house is None or spot.house == house) and all(getattr(spot, k) == v for k, v in wanted.items())
        )  # fmt: skip

    def put(self, spot: Spot, qty: int, serials: Iterable[str] = ()) -> None:
        self.on_hand[spot] += qty
        for code in serials:
            self.serials[spot.sku, code] = spot

    def take(self, spot: Spot, qty: int, serials: Iterable[str] = ()) -> None:
        assert self.free(spot) >= qty, "more pieces were taken than were free"
        self.on_hand[spot] -= qty
        for code in serials:
            assert self.serials[spot.sku, code] == spot
            self.serials[spot.sku, code] = None

    def numbers(self, spot: Spot) -> list[str]:
        return sorted(code for (_, code), there in self.serials.items() if there == spot)

    # ---- money: the moving average of the house's own goods

    def worth(self, spot: Spot, qty: int) -> Decimal:
        had, value = self.cost[spot.house, spot.sku]
        return (value * qty / had).quantize(FOUR) if had else Decimal(0)

    def enter(self, spot: Spot, qty: int, value: Decimal | None) -> None:
        if spot.owner == 1:
            had, before = self.cost[spot.house, spot.sku]
            self.cost[spot.house, spot.sku] = (had + qty, before + (self.worth(spot, qty) if value is None else value))

    def leave(self, spot: Spot, qty: int) -> Decimal | None:
        if spot.owner != 1:
            return None
        had, before = self.cost[spot.house, spot.sku]
        value = before if had == qty else min(self.worth(spot, qty), before)
        self.cost[spot.house, spot.sku] = (had - qty, before - value)
        return value

    def become(self, taken: list[tuple[Spot, int]], made: list[tuple[Spot, int]]) -> None:
        """Value goes from what is taken to what is made, by what the latter was worth before, else by pieces."""
        shares = [self.worth(spot, qty) if spot.owner == 1 else Decimal(0) for spot, qty in made]
        gone = [value for spot, qty in taken if (value := self.leave(spot, qty)) is not None]
        if not gone:  # another owner's goods became the house's
            for (spot, qty), share in zip(made, shares, strict=True):
                self.enter(spot, qty, share)
            return
        if not any(shares):
            shares = [Decimal(qty) for _, qty in made]
        for (spot, qty), share in zip(made, shares, strict=True):
            self.enter(spot, qty, sum(gone) * share / sum(shares))

    # ---- what may be promised

    def promisable(self, spot: Spot) -> bool:
        return self.kinds[spot.bin] in PROMISABLE and spot.condition == "good"

    def levels(self) -> dict[tuple[int, int, int], tuple[int, int]]:
        """(house, sku, owner) → pieces in promisable bins, pieces promised; rows of nothing are left out."""
        there: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0, 0])
        for spot, qty in self.on_hand.items():
            if self.promisable(spot):
                there[spot.house, spot.sku, spot.owner][0] += qty
        for house, sku, owner, qty in self.promised.values():
            there[house, sku, owner][1] += qty
        for origin, _, spot, qty in self.held.values():
            if origin in UNPROMISED and self.promisable(spot):
                there[spot.house, spot.sku, spot.owner][1] += qty
        return {key: (have, given) for key, (have, given) in there.items() if have or given}

    def room(self, house: int, sku: int, owner: int) -> int:
        have, given = self.levels().get((house, sku, owner), (0, 0))
        return have - given

    def can_hold(self, house: int, sku: int, owner: int) -> list[Spot]:
        """Where pieces may be held for an order, loose or on a pallet."""
        found = self.spots(house, sku=sku, owner=owner)
        return [spot for spot in found if self.promisable(spot) and self.free(spot) > 0]

    # ---- containers

    def inside(self, container: int) -> set[int]:
        found, more = set(), {container}
        while more:
            found |= more
            more = {inner for inner, outer in self.parent.items() if outer in more} - found
        return found

    def root(self, container: int) -> int:
        while (outer := self.parent[container]) is not None:
            container = outer
        return container

    def stands(self, container: int) -> int | None:
        """The bin of the goods in its tree, else where the outermost was last put."""
        tree = self.inside(self.root(container))
        bins = [spot.bin for spot in self.spots() if spot.container in tree]
        return min(bins) if bins else self.noted[self.root(container)]

    def must_stand(self, container: int, bin: int) -> bool:
        """Whether goods may go into the container in that bin; it stands there from now on."""
        if container == 0:
            return True
        if self.stands(container) is None:
            self.noted[self.root(container)] = bin
        return self.stands(container) == bin
