"""What the carriers of a warehouse say of an order that might go there: asked before it is anywhere."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.db import db
from wms.orders import service as orders
from wms.orders.service import Asked, Judged
from wms.shipping import choosing, offers
from wms.shipping.choice_rules import FALLBACK_G, Chooser, Parcel, Quota, boxed


@orders.judge
def carriers_of(warehouse_ids: Sequence[int], asked: Sequence[Asked]) -> Mapping[tuple[int, int], Judged]:
    """Whether any carrier of these warehouses takes these orders, for how much, and in time."""
    found: dict[tuple[int, int], Judged] = {}
    skus = _skus({sku_id for each in asked for sku_id in each.goods})
    for house in warehouse_ids:
        known = offers.offers(house)
        if not known:
            continue
        at, kinds = choosing.clock_of(house), choosing.cartons(house)
        left = offers.left(house, at.date().replace(day=1))
        quotas = [Quota(one.carrier_id, one.left, one.shop_id) for one in left]
        chooser = Chooser(known, offers.rules(house), quotas, at)
        for each in asked:
            best = chooser.rank(_parcel(each, skus, kinds)).ranking[0]
            found[each.nr, house] = Judged(best.no is None, best.price, best.late)
    return found


def _skus(sku_ids: set[int]) -> dict[int, Any]:
    wanted = select(Sku.id, Sku.weight_g, Sku.length_mm, Sku.width_mm, Sku.height_mm, Sku.handling)
    return {row.id: row for row in db.session.execute(wanted.where(among(Sku.id, sku_ids)))}


def _parcel(asked: Asked, skus: Mapping[int, Any], kinds: Sequence[Any]) -> Parcel:
    draft = asked.draft
    rows = [(skus[sku_id], qty) for sku_id, qty in asked.goods.items()]
    grams = sum(row.weight_g * qty for row, qty in rows)
    volumes = [row.length_mm * row.width_mm * row.height_mm * qty for row, qty in rows]
    grams, mm3 = boxed(grams or FALLBACK_G, sum(volumes) if all(volumes) else 0, kinds)
    masked = bool(draft.address_id) and any(map(orders.veiled, (draft.recipient, draft.phone, draft.address)))
    handling = frozenset(one for row, _ in rows for one in row.handling)
    return Parcel(
        asked.nr, asked.shop.id, asked.shop.code, draft.country, draft.province, draft.city, draft.district, grams,
        mm3, handling, draft.total, draft.cod > 0, draft.kind, masked, asked.shop.platform, draft.promised_at,
    )  # fmt: skip
