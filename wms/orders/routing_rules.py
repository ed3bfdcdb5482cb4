"""Which warehouse of a shop takes an order: pure decisions, orders, warehouses and free stock in, warehouses out.

One that has all goods, and of which a carrier goes there, comes before all others; among these the one to whose places
the address belongs, then by the shop's way: the nearest, the first of its list, the cheapest. Goods that an order was
sent for are not there for the next.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wms.core.places import Key, keys_of, narrowest
from wms.orders.geography import Point, km_between, point_of

WAYS = ("nearest", "preferred", "cheapest")
OTHERWISE = ("wait", "split", "transfer")
FAR = 1_000_000  # of what nobody knows the distance


@dataclass(frozen=True)
class House:
    """A warehouse that a shop may send from. `place` is its place in the shop's list, `places` are those that it serves
    first, `at` where it lies."""

    id: int
    code: str
    name: str
    place: int
    places: frozenset[Key] = frozenset()
    at: Point | None = None


@dataclass(frozen=True)
class Wish:
    """An order that is to be sent: pieces by SKU id, where to. `nr` tells it from the others."""

    nr: int
    goods: Mapping[int, int]
    country: str
    province: str
    city: str
    district: str


@dataclass(frozen=True)
class Judged:
    """What carriers of a warehouse say of an order: whether any takes it, the price of the one that would, and whether
    it leaves after what was promised."""

    taken: bool
    price: Decimal | None = None
    late: bool = False


@dataclass(frozen=True)
class Seen:
    """A warehouse as it stands to an order; `missing`: pieces by SKU id."""

    house: House
    missing: Mapping[int, int]
    km: int | None
    judged: Judged | None


@dataclass(frozen=True)
class Routed:
    """`ranking`: the first is the warehouse that takes it. `whole`: it has all goods. `otherwise` is what was to be
    done where none has."""

    ranking: tuple[Seen, ...]
    way: str
    otherwise: str

    @property
    def house(self) -> House:
        return self.ranking[0].house

    @property
    def whole(self) -> bool:
        return not self.ranking[0].missing


Free = dict[tuple[int, int], int]  # (warehouse id, SKU id) → pieces


def route(
    wishes: Sequence[Wish], houses: Sequence[House], free: Free, way: str, otherwise: str,
    judged: Mapping[tuple[int, int], Judged] | None = None,
) -> dict[int, Routed]:  # fmt: skip
    """Give each order a warehouse, in this sequence; `free` is counted down. `judged`: by (nr, warehouse id)."""
    return {wish.nr: _one(wish, houses, free, way, otherwise, judged or {}) for wish in wishes}


def _one(
    wish: Wish, houses: Sequence[House], free: Free, way: str, otherwise: str,
    judged: Mapping[tuple[int, int], Judged],
) -> Routed:  # fmt: skip
    keys = keys_of(wish.country, wish.province, wish.city, wish.district)
    there = point_of(keys)
    seen = [
        Seen(
            house, _missing(wish, house, free), km_between(there, house.at) if there and house.at else None,
            judged.get((wish.nr, house.id)),
        )
        for house in houses
    ]  # fmt: skip
    ranked = tuple(sorted(seen, key=lambda one: _rank(one, keys, way)))
    for sku_id, qty in wish.goods.items():
        taken = ranked[0].house.id, sku_id
        free[taken] = free.get(taken, 0) - qty
    return Routed(ranked, way, otherwise)


def _missing(wish: Wish, house: House, free: Free) -> dict[int, int]:
    short = {sku_id: qty - max(0, free.get((house.id, sku_id), 0)) for sku_id, qty in wish.goods.items()}
    return {sku_id: pieces for sku_id, pieces in short.items() if pieces > 0}


def _rank(one: Seen, keys: tuple[Key, ...], way: str) -> tuple[Any, ...]:
    said = one.judged or Judged(True)
    far = FAR if one.km is None else one.km
    price = (said.price is None, said.price or 0)
    by = {"nearest": (far,), "preferred": (), "cheapest": (*price, far)}[way]
    # Of those that miss something, the one that misses least is the best place to wait at.
    return (
        bool(one.missing), not said.taken, sum(one.missing.values()), -narrowest(keys, one.house.places), said.late,
        *by, one.house.place,
    )  # fmt: skip


def told(routed: Routed, codes: Mapping[int, str], most: int = 6) -> dict[str, Any]:
    """A decision as it is kept (JSON); `codes` of SKUs by id."""
    ranking = [
        {
            "warehouse": one.house.code, "name": one.house.name, "km": one.km,
            "missing": {codes[sku_id]: pieces for sku_id, pieces in sorted(one.missing.items())},
            **({"taken": one.judged.taken, "late": one.judged.late, "price": _money(one.judged)} if one.judged else {}),
        }
        for one in routed.ranking[:most]
    ]  # fmt: skip
    return {"way": routed.way, "otherwise": None if routed.whole else routed.otherwise, "ranking": ranking}


def _money(judged: Judged) -> str | None:
    return None if judged.price is None else str(judged.price)
