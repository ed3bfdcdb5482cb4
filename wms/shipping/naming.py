"""The carrier of one order: named by a clerk, or chosen by the rules again; and why it has the one it has."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from wms.core.db import db
from wms.core.error import WmsError
from wms.orders import service as orders
from wms.orders.models import Order, Shop
from wms.shipping import accounts, choosing
from wms.shipping.choice_rules import Parcel
from wms.shipping.choice_words import in_words


def shown(warehouse_id: int, order_id: int, locale: str) -> dict[str, Any]:
    """`{carrier, by, why}`; `why` in words, None where nothing was chosen. Raises `core.not_found`."""
    order = orders.get(order_id, warehouse_id)
    why = choosing.chosen_for(order_id)
    return {"carrier": order.carrier, "by": order.carrier_by, "why": in_words(why, locale) if why else None}


def name(warehouse_id: int, order_id: int, code: str | None, person_id: int | None) -> None:
    """A clerk names the carrier of an order that waits; None: the rules choose again.

    An order that was held because nobody takes it goes on with the one that is named. Raises `core.not_found`,
    `shipping.carrier_in_work` (409).
    """
    order = orders.locked(warehouse_id, order_id)
    if order.processing != "waiting" or order.shipping != "unshipped" or order.confirmation == "cancelled":
        raise WmsError("shipping.carrier_in_work", order=order.number)
    if code is None:
        orders.free_carriers([order_id])
        orders.note("carrier_free", [order_id], person_id=person_id)
    else:
        carrier = accounts.by_code(code)
        if not carrier.active:
            raise WmsError("core.not_found", thing="carrier", key=code)
        orders.put_carriers({order_id: code}, by="clerk")
        orders.note("carrier", {order_id: {"carrier": carrier.name}}, person_id=person_id)
    db.session.expire(order)
    _again(order)


def _again(order: Order) -> None:
    if order.confirmation == "confirmed":
        choosing.choose(order.warehouse_id, [order.id])
    elif order.hold_reason == orders.NO_CARRIER:
        orders.audit([order.id])


def parcel_of(told: Mapping[str, Any]) -> Parcel:
    """A parcel that somebody tries. Raises `orders.unknown_shop`."""
    shop = _shop(told["shop"])
    return Parcel(
        0, shop.id if shop else 0, told["shop"], told["country"], told["province"], told["city"], told["district"],
        told["weight_g"], told["cm3"] * 1000, frozenset(told["handling"]), told["value"], told["cod"], told["kind"],
        told["masked"], shop.platform if shop else "",
    )  # fmt: skip


def _shop(code: str) -> Shop | None:
    if not code:
        return None
    found = db.session.execute(select(Shop).where(Shop.code == code)).scalar_one_or_none()
    if found is None:
        raise WmsError("orders.unknown_shop", shop=code)
    return found
