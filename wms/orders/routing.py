"""Orders of a shop that sends from several warehouses are given one as they come in, before anything is promised.

What rooms above know of it (which carriers go there, for how much) they say by a judge; what is done with an order that
no warehouse can send whole is a policy, for which a room may have a helper of its own.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.places import key_of
from wms.layout.models import Warehouse
from wms.orders.geography import point_in
from wms.orders.models import Shop, ShopWarehouse
from wms.orders.routing_rules import Free, House, Judged, Routed, Wish, route, told
from wms.stock import service as stock


@dataclass(frozen=True)
class Asked:
    """An order as a judge sees it: its draft, and pieces by SKU id."""

    nr: int
    draft: Any
    shop: Any
    goods: Mapping[int, int]


Judge = Callable[[Sequence[int], Sequence[Asked]], Mapping[tuple[int, int], Judged]]
_judges: list[Judge] = []


def judge(function: Judge) -> Judge:
    """Decorator: what carriers of these warehouses say of these orders, by (nr, warehouse id); absent: nothing."""
    if function not in _judges:
        _judges.append(function)
    return function


@dataclass(frozen=True)
class Route:
    """Where an order goes, and why (JSON), None where there was nothing to choose."""

    warehouse_id: int
    why: dict[str, Any] | None = None

    @property
    def columns(self) -> tuple[int, dict[str, Any] | None]:
        """Of its order."""
        return self.warehouse_id, self.why


def routes(warehouse_id: int, orders: Sequence[Asked]) -> dict[int, Route]:
    """The warehouse of each of these orders, by its nr; of shops that name no others it is the given one."""
    found = {each.nr: Route(warehouse_id) for each in orders}
    of: dict[int, list[Asked]] = defaultdict(list)
    for each in orders:
        of[each.shop.id].append(each)
    houses = _houses(list(of))
    for shop_id, asked in sorted(of.items()):
        if len(houses.get(shop_id, ())) > 1:
            found |= _of_shop(asked, houses[shop_id])
    return found


def _of_shop(asked: Sequence[Asked], houses: Sequence[House]) -> dict[int, Route]:
    shop = db.session.get_one(Shop, asked[0].shop.id)
    ids = [house.id for house in houses]
    free = _free(ids, {sku_id for each in asked for sku_id in each.goods}, shop.owner_id)
    judged: dict[tuple[int, int], Judged] = {}
    for ask in _judges:
        judged.update(ask(ids, asked))
    wishes = [
        Wish(one.nr, one.goods, one.draft.country, one.draft.province, one.draft.city, one.draft.district)
        for one in asked
    ]
    done = route(wishes, houses, free, shop.route_way, shop.route_else, judged)
    return _told(done)


def _told(done: Mapping[int, Routed]) -> dict[int, Route]:
    missing = {sku_id for routed in done.values() for one in routed.ranking for sku_id in one.missing}
    rows = db.session.execute(select(Sku.id, Sku.code).where(among(Sku.id, missing))) if missing else ()
    codes = {row.id: row.code for row in rows}
    return {nr: Route(routed.house.id, told(routed, codes)) for nr, routed in done.items()}


def _free(warehouse_ids: Sequence[int], sku_ids: set[int], owner_id: int) -> Free:
    return {
        (house, sku_id): pieces
        for house in warehouse_ids
        for sku_id, pieces in stock.available(house, sku_ids, owner_id).items()
    }


def _houses(shop_ids: Sequence[int]) -> dict[int, list[House]]:
    """The warehouses that each of these shops may send from, in its sequence."""
    rows = db.session.execute(
        select(ShopWarehouse, Warehouse.code, Warehouse.name, Warehouse.address)
        .join(Warehouse, Warehouse.id == ShopWarehouse.warehouse_id)
        .where(among(ShopWarehouse.shop_id, shop_ids))
        .order_by(ShopWarehouse.shop_id, ShopWarehouse.place)
    )
    found: dict[int, list[House]] = defaultdict(list)
    for row in rows:
        one = row.ShopWarehouse
        places = frozenset(key_of(place) for place in one.places)
        found[one.shop_id].append(
            House(one.warehouse_id, row.code, row.name, one.place, places, point_in(row.address))
        )
    return found


def warehouses_of(shop_id: int) -> list[int]:
    """Ids of the warehouses that a shop may send from, in its sequence; empty where it names none."""
    return [house.id for house in _houses([shop_id]).get(shop_id, ())]


# ---- as people enter it

def shown(code: str) -> dict[str, Any]:
    """How a shop sends: `{shop, way, otherwise, warehouses: [{warehouse, name, places}], known: [{warehouse, name}]}`.

    Raises `orders.unknown_shop`.
    """
    shop = _shop(code)
    rows = db.session.execute(
        select(Warehouse.code, Warehouse.name, ShopWarehouse.places)
        .join(ShopWarehouse, ShopWarehouse.warehouse_id == Warehouse.id)
        .where(ShopWarehouse.shop_id == shop.id)
        .order_by(ShopWarehouse.place)
    )
    known = db.session.execute(select(Warehouse.code, Warehouse.name).order_by(Warehouse.code))
    return {
        "shop": code, "way": shop.route_way, "otherwise": shop.route_else,
        "warehouses": [{"warehouse": row.code, "name": row.name, "places": row.places} for row in rows],
        "known": [{"warehouse": row.code, "name": row.name} for row in known],
    }  # fmt: skip


def put(code: str, way: str, otherwise: str, warehouses: Sequence[Mapping[str, Any]]) -> None:
    """How a shop sends from now on: [{warehouse, places}] in the sequence of preference. Orders that are here stay.

    Raises `orders.unknown_shop`, `orders.unknown_warehouse`, `orders.no_place`.
    """
    shop = _shop(code)
    shop.route_way, shop.route_else = way, otherwise
    ids = {row.code: row.id for row in db.session.execute(select(Warehouse.code, Warehouse.id))}
    db.session.execute(delete(ShopWarehouse).where(ShopWarehouse.shop_id == shop.id))
    for nr, one in enumerate(warehouses, start=1):
        if one["warehouse"] not in ids:
            raise WmsError("orders.unknown_warehouse", warehouse=one["warehouse"])
        _check(one["places"])
        here = ids[one["warehouse"]]
        db.session.add(ShopWarehouse(shop_id=shop.id, warehouse_id=here, place=nr, places=list(one["places"])))
    db.session.flush()


def _check(places: Sequence[str]) -> None:
    for place in places:
        try:
            key_of(place)
        except ValueError:
            raise WmsError("orders.no_place", place=place) from None


def _shop(code: str) -> Shop:
    shop = db.session.execute(select(Shop).where(Shop.code == code).with_for_update()).scalar_one_or_none()
    if shop is None:
        raise WmsError("orders.unknown_shop", shop=code)
    return shop


def goods_of(draft: Any, sku_ids: Mapping[str, int]) -> dict[int, int]:
    """Pieces by SKU id that a draft wants."""
    found: dict[int, int] = defaultdict(int)
    for line in draft.lines:
        found[sku_ids[line.sku]] += line.qty
    return dict(found)
