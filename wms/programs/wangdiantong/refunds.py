"""Refunds: pushed (sales_refund_push) and asked for (refund_query). Goods that come back are not offered yet."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from wms.channels import service as channels
from wms.core.bulk import among
from wms.core.china import beijing
from wms.core.clock import now
from wms.core.db import db
from wms.orders.models import Order, Shop
from wms.programs.models import DialectRefund
from wms.programs.wangdiantong.apps import App
from wms.programs.wangdiantong.protocol import (
    BAD_VALUE,
    FAILED,
    NOT_OFFERED,
    UNKNOWN_TRADE,
    Asked,
    WdtError,
    must,
)
from wms.programs.wangdiantong.trades import mark

MOST = 100
MONTH = timedelta(days=31)
BEFORE, AFTER, RETURN, EXCHANGE = 1, 2, 3, 4  # the goods have not left; have, and stay; come back; and others go out
WITHDRAWN = frozenset({"cancel_refund", "closed", "seller_refuse", "cancel"})
KEPT = ("refund_fee", "reason", "order_list", "refund_time", "platform_id")
LINES = {"asked": 2, "refunded": 5, "withdrawn": 1}  # refund_status of an order's lines
STATUS = {"asked": 20, "refunded": 90, "withdrawn": 10}  # process_status


def push(app: App, asked: Asked) -> dict[str, Any]:
    """Refunds of orders: one whose goods have not left stops, is cancelled, or goes on again; one whose goods stay with
    the buyer is written down. All go in, or none. Returned and exchanged goods are refused with code 300."""
    counts = {"new_count": 0, "chg_count": 0}
    for each in asked.listed("api_refund_list", MOST):
        must(each, "tid", "shop_no", "refund_no", "type", "status")
        counts["new_count" if _one(app, each) else "chg_count"] += 1
    return counts


def _one(app: App, refund: dict[str, Any]) -> bool:
    """Carry out one; returns whether it is new."""
    kind = int(refund["type"]) if str(refund["type"]).isdigit() else 0
    if kind in (RETURN, EXCHANGE):
        raise WdtError(NOT_OFFERED, "退货、换货（type=3、4）暂不支持，退货商品请联系仓库处理")
    if kind not in (BEFORE, AFTER):
        raise WdtError(BAD_VALUE, "type", str(refund["type"])[:40])
    code, tid = str(refund["shop_no"]), str(refund["tid"])
    shop_id = app.shop(code)
    order = db.session.execute(select(Order).where(Order.shop_id == shop_id, Order.number == tid)).scalar_one_or_none()
    body = channels.last_told(app.warehouse_id, code, [tid]).get(tid)
    if order is None or body is None:
        raise WdtError(UNKNOWN_TRADE, tid)
    state = "refunded" if refund["status"] == "success" else "withdrawn" if refund["status"] in WITHDRAWN else "asked"
    if kind == BEFORE:
        _stop(app, code, body, refund, state, order)
    mark(shop_id, [order.id])
    return _keep(shop_id, order.id, kind, state, refund)


def _stop(app: App, code: str, body: dict[str, Any], refund: dict[str, Any], state: str, order: Order) -> None:
    if order.shipping == "shipped":
        raise WdtError(FAILED, f"订单 {order.number} 已发货，发货前退款（type=1）无法处理")
    known = frozenset(str(each["oid"]) for each in body["order_list"])
    oids = frozenset(str(each.get("oid")) for each in refund.get("order_list") or []) or known
    if not oids <= known:
        raise WdtError(BAD_VALUE, "oid", ",".join(sorted(oids - known))[:80])
    heard = channels.hear(app.warehouse_id, code, {order.number: _with_refund(body, oids, LINES[state])})[order.number]
    if heard.outcome == "refused" and (heard.problem or {}).get("code") == "orders.too_late":
        raise WdtError(FAILED, f"订单 {order.number} 已发货，无法拦截")


def _with_refund(body: Mapping[str, Any], oids: frozenset[str], refund_status: int) -> dict[str, Any]:
    """The same order, with another state of refund on these lines."""
    lines = [
        {**each, "refund_status": refund_status} if str(each["oid"]) in oids else dict(each)
        for each in body["order_list"]
    ]
    return {**body, "order_list": lines}


def _keep(shop_id: int, order_id: int, kind: int, state: str, refund: dict[str, Any]) -> bool:
    moment = now()
    values = {
        "shop_id": shop_id, "number": str(refund["refund_no"])[:80], "order_id": order_id, "kind": kind, "state": state,
        "body": {name: refund[name] for name in KEPT if name in refund}, "made_at": moment, "modified_at": moment,
    }  # fmt: skip
    put = insert(DialectRefund).values(values)
    new = {name: put.excluded[name] for name in ("kind", "state", "body", "modified_at")}
    row = db.session.execute(
        put.on_conflict_do_update(index_elements=["shop_id", "number"], set_=new).returning(
            DialectRefund.made_at == DialectRefund.modified_at
        )
    )
    return bool(row.scalar_one())


def query(app: App, asked: Asked) -> dict[str, Any]:
    """Refunds that were pushed or changed in a span of time, or of one order or number, and how they stand."""
    span = asked.span(MONTH, "31天")
    named = {"refund_no": DialectRefund.number, "src_refund_no": DialectRefund.number, "tid": Order.number}
    given = {name: asked.text(name) for name in named if asked.text(name)}
    if span is None and not given:
        raise WdtError(BAD_VALUE, "start_time", "start_time与end_time、refund_no或tid至少传一项")
    wanted = (
        select(DialectRefund, Order, Shop.code)
        .join(Order, Order.id == DialectRefund.order_id)
        .join(Shop, Shop.id == DialectRefund.shop_id)
        .where(among(DialectRefund.shop_id, app.some(asked.text("shop_no"))))
    )
    if span is not None:
        wanted = wanted.where(DialectRefund.modified_at.between(span.start, span.end + timedelta(seconds=1)))
    for name, value in given.items():
        wanted = wanted.where(named[name] == value)
    number, size = asked.page()
    rows = db.session.execute(
        wanted.order_by(DialectRefund.modified_at, DialectRefund.id).offset(number * size).limit(size)
    ).all()
    total: dict[str, Any] = {}
    if not number:
        counted = select(func.count()).select_from(wanted.with_only_columns(DialectRefund.id).subquery())
        total = {"total_count": db.session.execute(counted).scalar_one()}
    return {**total, "refunds": [_told(*row) for row in rows]}


def _told(refund: DialectRefund, order: Order, shop: str) -> dict[str, Any]:
    body = refund.body
    return {
        "refund_id": refund.id, "refund_no": f"TK{refund.id}", "src_no": refund.number, "tid": order.number,
        "sales_tid": f"JY{order.id}", "type": refund.kind, "shop_no": shop, "process_status": _status(refund, order),
        "refund_amount": str(body.get("refund_fee") or "0"), "buyer_nick": order.buyer,
        "refund_reason": str(body.get("reason") or ""), "remark": "",
        "created": beijing(refund.made_at), "modified": beijing(refund.modified_at),
        "refund_order_list": _lines(body.get("order_list") or []),
    }  # fmt: skip


def _status(refund: DialectRefund, order: Order) -> int:
    """Asked and shipped all the same: 40, refused; asked and stopped for good: 90, done."""
    if refund.kind == BEFORE and refund.state == "asked":
        return 40 if order.shipping == "shipped" else 90 if order.confirmation == "cancelled" else STATUS["asked"]
    return STATUS[refund.state]


def _lines(listed: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {"oid": str(each.get("oid")), "refund_num": str(each.get("num") or "")}
        for each in listed if isinstance(each, dict)
    ]  # fmt: skip
