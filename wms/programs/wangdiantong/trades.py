"""Orders: pushed (trade_push), asked for (trade_query), and as sales that left (stockout_order_query_trade)."""
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import BigInteger, case, func, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert

from wms.catalog.models import Sku
from wms.channels import service as channels
from wms.channels.models import ChannelAccount
from wms.core.bulk import among, rows_of
from wms.core.catalogue import messages
from wms.core.china import beijing
from wms.core.clock import now
from wms.core.db import db
from wms.orders import service as orders
from wms.orders.models import Order, OrderLine, Shop
from wms.orders.service import TRADE_STATUS, axes_of, trade_status
from wms.packing import service as packing
from wms.programs.models import DialectTrade
from wms.programs.wangdiantong.apps import App
from wms.programs.wangdiantong.protocol import BAD_VALUE, Asked, WdtError, must
from wms.shipping.models import Carrier, Waybill

MOST = 200  # orders of one push
HOUR = timedelta(hours=1)
MONTH = timedelta(days=31)
NEVER = "0000-00-00 00:00:00"
STRICT = "1"  # of `switch`: one order that cannot be taken in keeps out all of its push
# What was kept with its reason, and is looked after here: no fault of who pushed it.
KEPT = (
    "orders.in_work", "orders.paid_but_cancelled", "orders.too_late", "orders.already_stopped", "core.illegal_move",
)  # fmt: skip


class Undone(Exception):
    """Nothing of a push is stored: the errors by order number."""

    def __init__(self, errors: Sequence[Mapping[str, str]]) -> None:
        self.errors = errors
        super().__init__("undone")


def push(app: App, asked: Asked) -> dict[str, Any]:
    """Take orders in, new and changed ones.

    With `switch` 0 those that can be are, and `message` lists the others; otherwise one that cannot be keeps all out.
    Raises Undone, WdtError.
    """
    code = asked.text("shop_no", needed=True)
    shop_id = app.shop(code)
    trades = asked.listed("trade_list", MOST)
    for each in trades:
        must(each, "tid", "trade_status", "order_list")
        if not isinstance(each["order_list"], list):
            raise WdtError(BAD_VALUE, "order_list", "应为JSON数组")
    pushed = {str(each["tid"]): each for each in trades}
    heard = channels.hear(app.warehouse_id, code, pushed)
    errors = [{"tid": tid, "error": why} for tid, each in heard.items() if (why := _error(each))]
    if errors and asked.text("switch") != "0":
        raise Undone(errors)
    mark(shop_id, [each.order_id for each in heard.values() if each.order_id is not None])
    bad = {each["tid"] for each in errors}
    good = [each for tid, each in heard.items() if tid not in bad]
    return {
        "new_count": sum(each.new for each in good), "chg_count": sum(each.changed for each in good),
        **({"message": listed(errors)} if errors else {}),
    }  # fmt: skip


def listed(errors: Sequence[Mapping[str, str]]) -> str:
    """Errors as callers read them out of `message`."""
    return json.dumps(list(errors), ensure_ascii=False)


def _error(heard: channels.Heard) -> str:
    """What the caller has to mend; empty when nothing."""
    if heard.outcome not in ("refused", "unreadable") or heard.problem is None or heard.problem["code"] in KEPT:
        return ""
    found = messages().get(heard.problem["code"])
    return found.text("zh_Hans", heard.problem["params"]) if found else str(heard.problem["code"])


def mark(shop_id: int, order_ids: Sequence[int]) -> None:
    """These orders are a dialect's, and have changed."""
    if not order_ids:
        return
    table = rows_of("t", {"order_id": BigInteger()}, [[each] for each in sorted(set(order_ids))])
    source = select(table.c.order_id, literal(shop_id, BigInteger()), literal(now()))
    put = upsert(DialectTrade).from_select(["order_id", "shop_id", "modified_at"], source.order_by(table.c.nr))
    new = {"modified_at": put.excluded.modified_at}
    db.session.execute(put.on_conflict_do_update(index_elements=["order_id"], set_=new))


# ---- asked for

def query(app: App, asked: Asked) -> dict[str, Any]:
    """Orders that changed in a span of time of an hour at most, or the one with a number."""
    span = asked.span(HOUR, "60分钟")
    number, ours = asked.text("src_tid"), asked.text("trade_no")
    if span is None and not number and not ours:
        raise WdtError(BAD_VALUE, "start_time", "start_time与end_time、src_tid或trade_no至少传一项")
    app.at(asked.text("warehouse_no"))
    wanted = _trades(app.some(asked.text("shop_no")))
    if span is not None:
        wanted = wanted.where(DialectTrade.modified_at.between(span.start, span.end + timedelta(seconds=1)))
    if number:
        wanted = wanted.where(Order.number == number)
    if ours:
        wanted = wanted.where(Order.id == (int(ours[2:]) if ours[:2] == "JY" and ours[2:].isdigit() else 0))
    if asked.text("status"):
        wanted = wanted.where(_status() == asked.whole("status", 0, 0, 1000))
    ids, total = _page(wanted, DialectTrade.modified_at, asked)
    return {**total, "trades": _told(app, ids, _trade)}


def stockouts(app: App, asked: Asked) -> dict[str, Any]:
    """Orders that a carrier took in a span of time, or the one with a number: sales that left (销售出库单)."""
    span = asked.span(MONTH, "31天")
    number = asked.text("src_tid")
    if span is None and not number:
        raise WdtError(BAD_VALUE, "start_time", "start_time与end_time或src_tid至少传一项")
    app.at(asked.text("warehouse_no"))
    wanted = _trades(app.some(asked.text("shop_no"))).where(DialectTrade.consigned_at.is_not(None))
    if span is not None:
        wanted = wanted.where(DialectTrade.consigned_at.between(span.start, span.end + timedelta(seconds=1)))
    if number:
        wanted = wanted.where(Order.number == number)
    if asked.text("status"):
        wanted = wanted.where(_status() == asked.whole("status", 0, 0, 1000))
    ids, total = _page(wanted, DialectTrade.consigned_at, asked)
    return {**total, "stockout_list": _told(app, ids, _stockout)}


def _trades(shop_ids: Sequence[int]) -> Any:
    return select(Order.id).join(DialectTrade, DialectTrade.order_id == Order.id).where(
        among(DialectTrade.shop_id, shop_ids)
    )  # fmt: skip


def _status() -> Any:
    """The trade_status as SQL, of the same table that its reading in Python goes by."""
    whens = [
        (Order.id.is_not(None) if not row else _all(row), literal(code, BigInteger())) for code, row in TRADE_STATUS
    ]
    return case(*whens)


def _all(row: Mapping[str, Iterable[str]]) -> Any:
    found = None
    for axis, values in row.items():
        one = getattr(Order, axis).in_(sorted(values))
        found = one if found is None else found & one
    return found


def _page(wanted: Any, by: Any, asked: Asked) -> tuple[list[int], dict[str, int]]:
    """Ids of a page, and the number of all where it is the first."""
    number, size = asked.page()
    ids = list(db.session.execute(wanted.order_by(by, Order.id).offset(number * size).limit(size)).scalars())
    if number:
        return ids, {}
    counted = db.session.execute(select(func.count()).select_from(wanted.subquery())).scalar_one()
    return ids, {"total_count": int(counted)}


def _told(app: App, ids: Sequence[int], tell: Any) -> list[dict[str, Any]]:
    shop_names = {shop_id: code for code, shop_id in app.shops.items()}
    rows = db.session.execute(
        select(Order, DialectTrade, Shop.name)
        .join(DialectTrade, DialectTrade.order_id == Order.id)
        .join(Shop, Shop.id == Order.shop_id)
        .where(among(Order.id, ids))
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    by_id = {row[0].id: row for row in rows}
    lines, parcels = _lines(ids), _parcels(ids)
    types = carrier_types(app)
    return [
        tell(app, *by_id[id], shop_names[by_id[id][0].shop_id], lines[id], parcels[id], types) for id in ids
    ]


def carrier_types(app: App) -> dict[str, str]:
    """The logistics_type of each of our carriers, as the settings of the app's shops say."""
    rows = db.session.execute(
        select(ChannelAccount.settings).where(among(ChannelAccount.shop_id, app.shops.values()))
    ).scalars()
    return {code: str(kind) for settings in rows for code, kind in settings.get("carriers", {}).items()}


def logistics_type(types: Mapping[str, str], carrier: str) -> int:
    """A carrier's logistics_type; -1 where nobody mapped it."""
    found = types.get(carrier, "-1")
    return int(found) if found.lstrip("-").isdigit() else -1


def _lines(ids: Sequence[int]) -> dict[int, list[tuple[OrderLine, str, str]]]:
    found = orders.own_lines(ids)
    wanted = {line.sku_id for lines in found.values() for line in lines}
    skus = {
        row.id: row for row in db.session.execute(select(Sku.id, Sku.code, Sku.name).where(among(Sku.id, wanted)))
    }
    return {
        id: [(line, skus[line.sku_id].code, skus[line.sku_id].name) for line in lines] for id, lines in found.items()
    }


def _parcels(ids: Sequence[int]) -> dict[int, list[tuple[str, str, str]]]:
    """(waybill, carrier's code, its name) of each order's parcels, in their sequence."""
    of_order = packing.parcels_of(ids)
    told = {
        parcel_id: (number or "", code, name)
        for parcel_id, number, code, name in db.session.execute(
            select(Waybill.parcel_id, Waybill.number, Carrier.code, Carrier.name)
            .join(Carrier, Carrier.id == Waybill.carrier_id)
            .where(among(Waybill.parcel_id, {id for parcels in of_order.values() for id in parcels}))
            .where(Waybill.status == "issued")
        )
    }
    return {order_id: [told[id] for id in parcels if id in told] for order_id, parcels in of_order.items()}


Parcels = Sequence[tuple[str, str, str]]


def _head(
    app: App, order: Order, trade: DialectTrade, shop_name: str, shop: str, parcels: Parcels, types: Mapping[str, str]
) -> dict[str, Any]:
    """What orders and sales that left have in common."""
    number, carrier, name = parcels[0] if parcels else ("", "", "")
    return {
        "shop_no": shop, "shop_name": shop_name, "warehouse_no": app.house,
        "trade_status": trade_status(axes_of(order)), "trade_type": 1, "delivery_term": 2 if order.cod else 1,
        "refund_status": {"none": 0, "asked": 1}.get(order.refund, 3),
        "trade_time": beijing(order.placed_at), "pay_time": beijing(order.paid_at) if order.paid_at else NEVER,
        "buyer_nick": order.buyer, "receiver_name": order.recipient, "receiver_mobile": order.phone,
        "receiver_province": order.province, "receiver_city": order.city, "receiver_district": order.district,
        "receiver_address": order.address, "receiver_zip": order.postcode, "buyer_message": order.remark,
        "cs_remark": order.seller_remark, "logistics_no": number, "logistics_code": carrier, "logistics_name": name,
        "logistics_type": logistics_type(types, carrier), "receivable": str(order.total), "paid": str(order.paid),
        "cod_amount": str(order.cod), "modified": beijing(trade.modified_at),
        "multi_logistics": ",".join(each[0] for each in parcels[1:]),
    }  # fmt: skip


def _trade(
    app: App, order: Order, trade: DialectTrade, shop_name: str, shop: str, lines: Sequence[Any], parcels: Parcels,
    types: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    goods = [
        {
            "src_oid": orders.own_key(line.origin_id, line.line_key), "src_tid": order.number, "spec_no": code,
            "goods_no": code, "goods_name": name,
            "num": str(line.qty), "actual_num": str(line.qty - line.dropped), "price": str(line.price),
            "order_price": str(line.price), "refund_status": 0,
        }
        for line, code, name in lines
    ]  # fmt: skip
    return {
        "trade_id": order.id, "trade_no": f"JY{order.id}", "src_tids": order.number,
        **_head(app, order, trade, shop_name, shop, parcels, types),
        "goods_count": str(sum(one.qty for one, *_ in lines)),
        "goods_type_count": len(lines), "freeze_reason": order.hold_reason or "", "goods_list": goods,
    }  # fmt: skip


def _stockout(
    app: App, order: Order, trade: DialectTrade, shop_name: str, shop: str, lines: Sequence[Any], parcels: Parcels,
    types: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    details = [
        {
            "src_oid": orders.own_key(line.origin_id, line.line_key), "src_tid": order.number, "spec_no": code,
            "goods_no": code, "goods_name": name,
            "goods_count": str(line.qty - line.dropped), "sell_price": str(line.price),
        }
        for line, code, name in lines
    ]  # fmt: skip
    return {
        "stockout_id": order.id, "order_no": f"CK{order.id}", "src_order_no": f"JY{order.id}",
        "src_trade_no": order.number,
        "order_type": 1, "status": trade_status(axes_of(order)),
        "consign_time": beijing(trade.consigned_at) if trade.consigned_at else NEVER,
        **_head(app, order, trade, shop_name, shop, parcels, types), "details_list": details,
    }  # fmt: skip
