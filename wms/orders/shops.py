"""Shops: where orders come from, whose goods they sell, how fresh their customers want them."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from wms.catalog import service as catalog
from wms.catalog.models import Owner
from wms.core.db import db
from wms.core.error import WmsError
from wms.orders.models import Order, Shop


def add_shop(code: str, name: str, *, currency: str = "CNY", carrier: str = "own_fleet", platform: str = "own") -> int:
    """Make a shop; returns its id. Raises `orders.shop_exists` (409)."""
    if db.session.execute(select(Shop.id).where(Shop.code == code)).scalar():
        raise WmsError("orders.shop_exists", shop=code)
    shop = Shop(code=code, name=name, platform=platform, currency=currency, carrier=carrier)
    db.session.add(shop)
    db.session.flush()
    return shop.id


def shops(code: str = "") -> list[dict[str, Any]]:
    """All shops, or the one with this code, by code: id, code, name, platform, currency, carrier, owner, days, and
    after how many minutes buyers are reminded and unpaid orders cancelled."""
    query = select(Shop, Owner.code.label("owner")).join(Owner, Owner.id == Shop.owner_id).order_by(Shop.code)
    rows = db.session.execute(query.where(Shop.code == code) if code else query)
    names = ("id", "code", "name", "platform", "currency", "carrier", "min_days_shipping", "merging", "pay_days",
             "ship_days", "presale_ahead", "remind_unpaid_minutes", "cancel_unpaid_minutes")  # fmt: skip
    return [{name: getattr(row.Shop, name) for name in names} | {"owner": row.owner} for row in rows]


def change_shop(code: str, changes: Mapping[str, Any]) -> None:
    """Change what is named of a shop (`Shop`; `owner` is a code); orders and audits to come go by it.

    Raises `orders.unknown_shop`, `catalog.unknown_owner`, and `orders.shop_has_orders`:
    what is promised to open orders is the old owner's, so a shop changes hands between orders only.
    """
    # Orders that are just being taken in refer to this row and are waited for here.
    shop = db.session.execute(select(Shop).where(Shop.code == code).with_for_update()).scalar_one_or_none()
    if shop is None:
        raise WmsError("orders.unknown_shop", shop=code)
    wanted = dict(changes)
    if "owner" in wanted:
        wanted["owner_id"] = catalog.owner_id(wanted.pop("owner"))
        if wanted["owner_id"] != shop.owner_id:
            _none_open(shop)
    for name, value in wanted.items():
        setattr(shop, name, value)
    db.session.flush()


def _none_open(shop: Shop) -> None:
    still = (Order.confirmation != "cancelled", Order.shipping != "shipped")
    found = db.session.execute(select(Order.number).where(Order.shop_id == shop.id, *still).limit(1)).scalar()
    if found is not None:
        raise WmsError("orders.shop_has_orders", shop=shop.code, number=found)
