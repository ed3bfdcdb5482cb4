"""Pinduoduo (拼多多), by its open platform.

Field names and statuses are those of open.pinduoduo.com: pdd.order.number.list.increment.get,
pdd.order.information.get, pdd.logistics.online.send, pdd.order.upload.extra.logistics, pdd.pop.auth.token.create and
.refresh. Of who gets an order it tells ciphertext; that is kept as it is and goes on to the carrier as it is, and
`open_address_id` says which orders go to the same place.
"""
from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from wms.channels.client import BusyError, Client, ExpiredError, RefusedError, SilentError, json_of
from wms.channels.platforms.common import apart, carrier_code, from_last_page, items_of, money, to_send
from wms.channels.plugin import Account, Facts, Item, Listed, Page, Shipment, Tokens, Told, Window
from wms.core.china import from_beijing, md5_sign
from wms.core.clock import now
from wms.orders.service import Draft, DraftLine

PAGE = 100
ALL = 5  # of order_status and refund_status
ASKED, REFUNDED = {2, 3}, {4}  # refund_status: in work or being paid back; paid back. 1: none, or over
SENT = {2, 3}  # order_status: sent, signed for
GROUP = {"0": "open", "1": "complete", "2": "failed"}  # group_status; an order by one buyer alone counts as complete
LIMITED, EXPIRED, TROUBLE = {52101, 70031}, {10019}, {52102, 52103, 70032, 70033}
SPLIT = 1  # extra_track_type: the order left in several parcels
# The outer keys of answers are listed, as they do not follow from the names of the questions.
KEYS = {
    "pdd.order.number.list.increment.get": "order_sn_increment_get_response",
    "pdd.order.information.get": "order_info_get_response",
    "pdd.logistics.online.send": "logistics_online_send_response",
    "pdd.order.upload.extra.logistics": "order_upload_extra_logistics_response",
    "pdd.goods.quantity.update": "goods_quantity_update_response",
    "pdd.pop.auth.token.create": "pop_auth_token_create_response",
    "pdd.pop.auth.token.refresh": "pop_auth_token_refresh_response",
}


class Pinduoduo:
    """One Pinduoduo shop. The account's `url` is the gateway, https://gw-api.pinduoduo.com/api/router."""

    facts = Facts(
        window=timedelta(minutes=30), lag=timedelta(minutes=3), page=PAGE, per_second=20, at_once=4,
        refresh=timedelta(hours=12),
    )  # fmt: skip

    # ---- authorising

    def authorise(self, client: Client, account: Account, code: str) -> Tokens:
        return self._tokens(client, account, "pdd.pop.auth.token.create", code=code)

    def refresh(self, client: Client, account: Account) -> Tokens:
        return self._tokens(client, account, "pdd.pop.auth.token.refresh", refresh_token=account.refresh_token)

    def _tokens(self, client: Client, account: Account, kind: str, **values: str) -> Tokens:
        told = _call(client, account, kind, values, once=True, token=False)
        ends = datetime.fromtimestamp(int(told["expires_at"]), UTC)
        return Tokens(told["access_token"], told.get("refresh_token", ""), ends)

    # ---- reading

    def page(self, client: Client, account: Account, window: Window, state: Mapping[str, Any] | None) -> Page:
        span = {
            "start_updated_at": int(window.start.timestamp()), "end_updated_at": int(window.end.timestamp()),
            "order_status": ALL, "refund_status": ALL, "is_lucky_flag": 0, "page_size": PAGE,
        }  # fmt: skip

        def ask(number: int) -> dict[str, Any]:
            values = {**span, "page": number}
            return _call(client, account, "pdd.order.number.list.increment.get", values)

        def listed(number: int) -> tuple[Listed, ...]:
            return tuple(Listed(each["order_sn"]) for each in ask(number)["order_sn_list"] or [])

        return from_last_page(state, PAGE, lambda: int(ask(1)["total_count"]), listed)

    def fetch(self, client: Client, account: Account, platform_id: str) -> dict[str, Any] | None:
        told = _call(client, account, "pdd.order.information.get", {"order_sn": platform_id})
        found: dict[str, Any] | None = told.get("order_info")
        return found

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        total = money(body["pay_amount"])
        # What was paid is sold (`confirm_time`) once the group is complete.
        paid_at = from_beijing(body.get("confirm_time")) or from_beijing(body.get("pay_time"))
        draft = Draft(
            shop=account.shop,
            number=body["order_sn"],
            lines=apart(_line(line) for line in body["item_list"]),
            total=total,
            paid=total if paid_at else Decimal(0),
            placed_at=from_beijing(body.get("created_time")),
            recipient=body.get("receiver_name") or "",
            phone=body.get("receiver_phone") or "",
            country=body.get("country") or "中国",
            province=body.get("province") or "",
            city=body.get("city") or "",
            district=body.get("town") or "",
            address=body.get("receiver_address") or body.get("address") or "",
            remark=body.get("buyer_memo") or "",
            seller_remark=body.get("remark") or "",
            address_id=body.get("open_address_id") or "",
            paid_at=paid_at,
            group_state=GROUP.get(str(body.get("group_status")), ""),
        )
        held = int(body.get("risk_control_status") or 0) == 1
        status, refund = int(body["order_status"]), int(body["refund_status"])
        state = "shipped" if status in SENT else "forbidden" if held else "open"
        told = "refunded" if refund in REFUNDED else "asked" if refund in ASKED else "none"
        items = items_of(body["item_list"], "goods_id", "sku_id", "outer_id")
        return Told(draft.number, from_beijing(body["updated_at"]), draft, state, told, _tracking(body), items)

    # ---- telling

    def ship(self, client: Client, account: Account, shipment: Shipment, known: frozenset[str]) -> None:
        """The first parcel ships the order, whatever is in it; the others are added to it, be they of later parts."""
        parts = to_send(shipment.parcels, known)
        first = None if known else parts[0]
        if first is not None:
            values = {
                "order_sn": shipment.platform_id, "logistics_id": carrier_code(account, first),
                "tracking_number": first.tracking,
            }  # fmt: skip
            if not _call(client, account, "pdd.logistics.online.send", values, once=True)["is_success"]:
                raise RefusedError("not_sent")
        more = [
            {"shipping_id": int(carrier_code(account, parcel)), "tracking_number": parcel.tracking}
            for parcel in parts
            if parcel is not first
        ]
        if more:
            listed = json.dumps(more, separators=(",", ":"))
            values = {"order_sn": shipment.platform_id, "extra_track_type": str(SPLIT), "extra_track_list": listed}
            _call(client, account, "pdd.order.upload.extra.logistics", values, once=True)

    def put_stock(self, client: Client, account: Account, item: Item, qty: int) -> None:
        values = {"goods_id": int(item.item_id), "sku_id": int(item.variant_id), "quantity": qty, "update_type": 1}
        if not _call(client, account, "pdd.goods.quantity.update", values)["is_success"]:
            raise RefusedError("stock_not_put")

    def webhook(self, account: Account, headers: Mapping[str, str], body: bytes) -> list[str]:
        raise RefusedError("no_webhooks", "Pinduoduo tells its messages over a connection of its own")


def _call(
    client: Client, account: Account, kind: str, values: Mapping[str, Any], *, once: bool = False, token: bool = True
) -> dict[str, Any]:
    sent: dict[str, Any] = {
        "type": kind, "client_id": account.app_key, "timestamp": int(now().timestamp()), "data_type": "JSON", **values
    }  # fmt: skip
    if token:
        sent["access_token"] = account.access_token
    sent["sign"] = md5_sign(sent, account.app_secret)
    told = json_of((client.tell if once else client.ask)("POST", account.url, json=sent))
    if "error_response" in told:
        _refuse(told["error_response"])
    found: dict[str, Any] = told[KEYS[kind]]
    return found


def _refuse(error: Mapping[str, Any]) -> None:
    code = int(error.get("sub_code") or error.get("error_code") or 0)
    text = str(error.get("sub_msg") or error.get("error_msg") or "")
    if code in LIMITED:
        raise BusyError
    if code in EXPIRED:
        raise ExpiredError(str(code), text)
    if code in TROUBLE:
        raise SilentError(f"{code}: {text}"[:200])
    raise RefusedError(str(code), text)


def _line(line: Mapping[str, Any]) -> DraftLine:
    """Its lines have no id of their own but that of their SKU."""
    sku = line.get("outer_id") or f"sku_id {line['sku_id']}"
    return DraftLine(str(line["sku_id"]), sku, int(line["goods_count"]), money(line.get("goods_price")))


def _tracking(body: Mapping[str, Any]) -> frozenset[str]:
    extra = (each.get("tracking_number") for each in body.get("extra_delivery_list") or [])
    return frozenset(filter(None, (body.get("tracking_number"), *extra)))
