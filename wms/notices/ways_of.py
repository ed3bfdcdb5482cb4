"""A way with its keys, and what an order has to say in a notice."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from wms.core import sealed
from wms.core.db import db
from wms.notices.models import NoticeWay
from wms.notices.plugin import Account, Way, plugins
from wms.orders.models import Order
from wms.packing import service as packing

_SENT = text(
    """
    SELECT string_agg(w.number, ', ' ORDER BY p.ordinal) AS tracking, min(c.name) AS carrier
    FROM parcel p JOIN waybill w ON w.parcel_id = p.id AND w.status = 'issued' JOIN carrier c ON c.id = w.carrier_id
    WHERE p.id = ANY(:parcels)
    """
)
_PIECES = text(
    """
    SELECT coalesce(sum(l.qty - l.dropped), 0) FROM sales_order o
    JOIN order_line l ON l.order_id = coalesce(o.merged_into_id, o.id) AND coalesce(l.origin_id, l.order_id) = o.id
    WHERE o.id = :order_id AND NOT l.exploded
    """
)


def plugin_of(way: NoticeWay) -> Way | None:
    """None: it is not installed."""
    return plugins().get(way.plugin)


def account_of(way: NoticeWay) -> Account:
    """Raises `core.cannot_unseal`."""
    return Account(way.settings, secrets_of(way))


def secrets_of(way: NoticeWay) -> dict[str, str]:
    found: dict[str, str] = json.loads(sealed.unseal(way.secrets, about(way.id))) if way.secrets else {}
    return found


def put_secrets(way: NoticeWay, given: Mapping[str, str]) -> None:
    """Keep these; what is not named stays, what is empty is forgotten. The way has its id by now."""
    kept = {**secrets_of(way), **given}
    plain = json.dumps({name: value for name, value in kept.items() if value}).encode()
    way.secrets = sealed.seal(plain, about(way.id))


def about(way_id: int) -> str:
    return f"notice way {way_id}"


def id_of(notice_id: int) -> str:
    """What the world knows a notice by: no number of ours, from which others could be told."""
    return hashlib.sha256(sealed.derived("wms.notices id")[0] + str(notice_id).encode()).hexdigest()[:32]


def values_of(order: Order) -> dict[str, Any]:
    """What templates may name (`rules.NAMES`)."""
    sent = db.session.execute(_SENT, {"parcels": packing.parcels_of([order.id])[order.id]}).one()
    pieces = db.session.execute(_PIECES, {"order_id": order.id}).scalar_one()
    return {
        "shop": order.shop.name, "order": order.number, "name": order.recipient, "carrier": sent.carrier or "",
        "tracking": sent.tracking or "", "total": f"{order.total:.2f}", "currency": order.currency,
        "district": " ".join(filter(None, (order.city, order.district))), "goods": int(pieces),
    }  # fmt: skip
