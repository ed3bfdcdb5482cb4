"""What left, for shops to be told (logistics_sync_query) and what they said to it (logistics_sync_ack).

A parcel is a record; its number is the shipment's and its place in it.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, text, update

from wms.channels import service as channels
from wms.channels.models import ShopPush
from wms.core.bulk import among
from wms.core.china import beijing
from wms.core.clock import now
from wms.core.db import db
from wms.orders.models import Order
from wms.programs.models import DialectTrade
from wms.programs.wangdiantong.apps import App
from wms.programs.wangdiantong.protocol import BAD_VALUE, Asked, WdtError, must
from wms.programs.wangdiantong.trades import carrier_types, logistics_type
from wms.shipping.models import Carrier

LARGEST = 100
PARCELS = 1000  # places of a shipment's number


def note_consigned(order_ids: Sequence[int]) -> None:
    """A carrier has taken these orders."""
    db.session.execute(update(DialectTrade).where(among(DialectTrade.order_id, order_ids)).values(consigned_at=now()))


_TAKEN = text(
    """
    INSERT INTO dialect_trade (order_id, shop_id, modified_at)
    SELECT o.id, o.shop_id, :at FROM sales_order o JOIN dialect_shop s ON s.shop_id = o.shop_id
    WHERE o.id = ANY (cast(:ids AS bigint[])) ORDER BY o.id
    ON CONFLICT DO NOTHING
    """
)


def note_taken(order_ids: Sequence[int]) -> None:
    """These orders are here now; those of a dialect's shops can be asked for."""
    if order_ids:
        db.session.execute(_TAKEN, {"ids": list(order_ids), "at": now()})


def query(app: App, asked: Asked) -> dict[str, Any]:
    """Parcels that the shop was not told of yet; they come again until it says that it has taken them.

    With `is_part_sync_able` 1 each parcel of an order is one, with the lines that are in it; otherwise an order is told
    once, with its first parcel.
    """
    shops = app.some(asked.text("shop_no"))
    limit = asked.whole("limit", LARGEST, 1, LARGEST)
    apart = asked.text("is_part_sync_able") == "1"
    pushes = channels.ask_what_left(shops, limit)
    orders = _orders([each.order_id for each in pushes])
    names = _names({parcel["carrier"] for each in pushes for parcel in each.body["parcels"]})
    types, codes = carrier_types(app), {shop_id: code for code, shop_id in app.shops.items()}
    listed: list[dict[str, Any]] = []
    for push in pushes:
        order, consigned_at = orders[push.order_id]
        push.body = {**push.body, "apart": apart}
        parcels = push.body["parcels"] if apart else push.body["parcels"][:1]
        part = push.body.get("part", False)
        for nr, parcel in enumerate(parcels):
            if nr in push.body.get("heard", []):
                continue
            listed.append({
                "rec_id": push.id * PARCELS + nr, "shop_no": codes[push.shop_id], "tid": push.platform_id,
                "trade_id": push.order_id, "platform_id": 127, "logistics_no": parcel["tracking"],
                "logistics_type": logistics_type(types, parcel["carrier"]),
                "logistics_name": names.get(parcel["carrier"], parcel["carrier"]),
                "logistics_code_erp": parcel["carrier"],
                "logistics_name_erp": names.get(parcel["carrier"], parcel["carrier"]),
                "delivery_term": 2 if order.cod else 1, "consign_time": beijing(consigned_at or push.made_at),
                "is_part_sync": int(apart and (len(push.body["parcels"]) > 1 or part)),
                "oids": ",".join(parcel["lines"]), "sync_status": 0, "try_times": push.tries,
                "is_last": int(nr == len(push.body["parcels"]) - 1 and (not part or push.body["complete"])),
            })  # fmt: skip
    return {"current_count": len(listed), "trades": listed[:limit]}


def _orders(ids: Sequence[int]) -> dict[int, tuple[Order, Any]]:
    rows = db.session.execute(
        select(Order, DialectTrade.consigned_at)
        .outerjoin(DialectTrade, DialectTrade.order_id == Order.id)
        .where(among(Order.id, ids))
    )
    return {order.id: (order, at) for order, at in rows}


def _names(codes: set[str]) -> dict[str, str]:
    rows = db.session.execute(select(Carrier.code, Carrier.name).where(among(Carrier.code, codes)))
    return {row.code: row.name for row in rows}


def acknowledged(app: App, asked: Asked) -> dict[str, Any]:
    """A shop has taken what it was told, or says why not: a clerk then sees it on the page of shops.

    `errors` lists the records that there are not.
    """
    errors: list[dict[str, Any]] = []
    shops = list(app.shops.values())
    for each in asked.listed("logistics_list", LARGEST):
        must(each, "rec_id", "status")
        rec_id, status = str(each["rec_id"]), str(each["status"])
        if not rec_id.isdigit() or status not in ("0", "1"):
            raise WdtError(BAD_VALUE, "rec_id" if status in ("0", "1") else "status", rec_id[:40])
        push_id, nr = divmod(int(rec_id), PARCELS)
        error = None if status == "0" else str(each.get("message") or "同步失败")
        if not channels.note_told(shops, push_id, _parcel(push_id, nr), error):
            errors.append({"rec_id": each["rec_id"], "error": "记录不存在"})
    return {"errors": errors} if errors else {}


def _parcel(push_id: int, nr: int) -> int | None:
    """Which parcel of a shipment was told; None, all of them, where the order was told with its first one only."""
    body = db.session.execute(select(ShopPush.body).where(ShopPush.id == push_id)).scalar()
    return nr if body and body.get("apart") else None
