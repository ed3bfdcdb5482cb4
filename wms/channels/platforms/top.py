"""Taobao and Tmall, by the Taobao Open Platform (TOP).

Field names and statuses are those of open.taobao.com: taobao.trades.sold.increment.get, taobao.trade.fullinfo.get,
taobao.logistics.offline.send, taobao.top.auth.token.create and .refresh.
"""
from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from wms.channels.client import BusyError, Client, ExpiredError, RefusedError, SilentError, json_of
from wms.channels.platforms.common import carrier_code, from_last_page, items_of, lines_told, money, to_send
from wms.channels.plugin import Account, Facts, Item, Listed, Page, Shipment, Tokens, Told, Window
from wms.core.china import beijing, from_beijing, md5_sign
from wms.core.clock import now
from wms.orders.service import Draft, DraftLine

FIELDS = (
    "tid,type,status,payment,post_fee,created,modified,pay_time,step_trade_status,step_paid_fee,oaid,buyer_open_uid,"
    "receiver_name,receiver_state,receiver_city,receiver_district,receiver_town,receiver_address,receiver_zip,"
    "receiver_mobile,receiver_phone,receiver_country,buyer_message,seller_memo,orders"
)
PAGE = 100

LIMITED, BAD_SESSION, REMOTE = (7,), (26, 27), 15
SENT = frozenset({"WAIT_BUYER_CONFIRM_GOODS", "TRADE_BUYER_SIGNED", "TRADE_FINISHED"})
CLOSED = frozenset({"TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO"})
FORBIDDEN = frozenset({"PAID_FORBID_CONSIGN", "PAY_PENDING"})
ASKED = frozenset({"WAIT_SELLER_AGREE", "WAIT_BUYER_RETURN_GOODS", "WAIT_SELLER_CONFIRM_GOODS"})


class Top:
    """One Taobao or Tmall shop. The account's `url` is the gateway, https://eco.taobao.com/router/rest."""

    facts = Facts(
        window=timedelta(minutes=30), lag=timedelta(minutes=1), page=PAGE, per_second=40, at_once=4,
        refresh=timedelta(hours=12),
    )  # fmt: skip

    # ---- authorising

    def authorise(self, client: Client, account: Account, code: str) -> Tokens:
        return self._tokens(client, account, "taobao.top.auth.token.create", code=code)

    def refresh(self, client: Client, account: Account) -> Tokens:
        return self._tokens(client, account, "taobao.top.auth.token.refresh", refresh_token=account.refresh_token)

    def _tokens(self, client: Client, account: Account, method: str, **values: str) -> Tokens:
        told = json.loads(_call(client, account, method, values, once=True, session=False)["token_result"])
        ends = datetime.fromtimestamp(int(told["expire_time"]) / 1000, UTC)
        return Tokens(told["access_token"], told.get("refresh_token", ""), ends)

    # ---- reading

    def page(self, client: Client, account: Account, window: Window, state: Mapping[str, Any] | None) -> Page:
        span = {
            "fields": "tid,status,modified", "start_modified": beijing(window.start),
            "end_modified": beijing(window.end), "page_size": PAGE,
        }  # fmt: skip

        def ask(number: int, **more: Any) -> dict[str, Any]:
            values = {**span, "page_no": number, **more}
            return _call(client, account, "taobao.trades.sold.increment.get", values)

        def count() -> int:
            return int(ask(1, use_has_next="false").get("total_results", 0))

        def listed(number: int) -> tuple[Listed, ...]:
            found = ask(number, use_has_next="true").get("trades", {}).get("trade", [])
            return tuple(Listed(str(each["tid"]), from_beijing(each.get("modified"))) for each in found)

        return from_last_page(state, PAGE, count, listed)

    def fetch(self, client: Client, account: Account, platform_id: str) -> dict[str, Any] | None:
        try:
            told = _call(client, account, "taobao.trade.fullinfo.get", {"fields": FIELDS, "tid": platform_id})
        except RefusedError as error:
            if error.code.endswith("isv.trade-not-exist"):
                return None
            raise
        trade: dict[str, Any] = told["trade"]
        return trade

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        lines = body["orders"]["order"]
        going = [line for line in lines if not _gone(line) and line.get("status") not in SENT]
        left = [line for line in lines if not _gone(line)]
        total = money(body["payment"])
        cod = total if body.get("type") == "cod" else Decimal(0)
        draft = Draft(
            shop=account.shop,
            number=str(body["tid"]),
            lines=tuple(_line(line) for line in going or left or lines),
            total=total,
            paid=Decimal(0) if cod else _paid(body),
            cod=cod,
            placed_at=from_beijing(body.get("created")),
            recipient=body.get("receiver_name") or "",
            phone=body.get("receiver_mobile") or body.get("receiver_phone") or "",
            country=body.get("receiver_country") or "中国",
            province=body.get("receiver_state") or "",
            city=body.get("receiver_city") or "",
            district=body.get("receiver_district") or "",
            address=(body.get("receiver_town") or "") + (body.get("receiver_address") or ""),
            postcode=body.get("receiver_zip") or "",
            paid_at=from_beijing(body.get("pay_time")),
            remark=body.get("buyer_message") or "",
            seller_remark=body.get("seller_memo") or "",
            buyer=body.get("buyer_open_uid") or body.get("buyer_nick") or "",
            address_id=body.get("oaid") or "",
            kind="presale" if body.get("type") == "step" else "normal",
        )
        asked = any(line.get("refund_status") in ASKED for line in left)
        refund = "refunded" if not left else "asked" if asked else "none"
        tracking = frozenset(line["invoice_no"] for line in lines if line.get("invoice_no"))
        items = items_of(lines, "num_iid", "sku_id", "outer_sku_id", "outer_iid")
        changed_at = from_beijing(body["modified"])
        return Told(draft.number, changed_at, draft, _state(body["status"]), refund, tracking, items)

    # ---- telling

    def ship(self, client: Client, account: Account, shipment: Shipment, known: frozenset[str]) -> None:
        """One call for an order in one parcel. For several, or part of an order, each names its lines (sub_tid); a line
        whose pieces are in two parcels goes with the first of them, as TOP has one number for a line. Of a part whose
        lines all went with another, nothing is told."""
        parts = to_send(shipment.parcels, known)
        split = len(shipment.parcels) > 1 or not shipment.complete or shipment.part
        told = lines_told(shipment, known)
        for parcel in shipment.parcels:
            lines = [key for key in parcel.lines if key not in told]
            told.update(lines)
            if parcel not in parts or (split and not lines):
                continue
            values = {"tid": shipment.platform_id, "out_sid": parcel.tracking,
                      "company_code": carrier_code(account, parcel)}  # fmt: skip
            if split:
                values |= {"is_split": "1", "sub_tid": ",".join(lines)}
            _call(client, account, "taobao.logistics.offline.send", values, once=True)

    def put_stock(self, client: Client, account: Account, item: Item, qty: int) -> None:
        values = {"num_iid": item.item_id, "quantity": qty, "type": 1}  # 1: the number itself, no difference
        if item.variant_id:
            values["sku_id"] = item.variant_id
        _call(client, account, "taobao.item.quantity.update", values)

    def webhook(self, account: Account, headers: Mapping[str, str], body: bytes) -> list[str]:
        raise RefusedError("no_webhooks", "TOP tells its messages over a connection of its own")


def _call(
    client: Client, account: Account, method: str, values: Mapping[str, Any], *, once: bool = False,
    session: bool = True,
) -> dict[str, Any]:  # fmt: skip
    sent: dict[str, Any] = {
        "method": method, "app_key": account.app_key, "timestamp": beijing(now()), "format": "json", "v": "2.0",
        "sign_method": "md5", **values,
    }  # fmt: skip
    if session:
        sent["session"] = account.access_token
    sent["sign"] = md5_sign(sent, account.app_secret)
    told = json_of((client.tell if once else client.ask)("POST", account.url, data=sent))
    if "error_response" in told:
        _refuse(told["error_response"])
    found: dict[str, Any] = told[method.removeprefix("taobao.").replace(".", "_") + "_response"]
    return found


def _refuse(error: Mapping[str, Any]) -> None:
    code, sub = int(error.get("code", 0)), str(error.get("sub_code", ""))
    text = str(error.get("sub_msg") or error.get("msg") or "")
    if code in LIMITED:
        ban = re.search(r"(\d+) (?:more )?second", text)
        raise BusyError(float(ban[1]) if ban else 1.0)
    if code in BAD_SESSION:
        raise ExpiredError(str(code), text)
    if code == REMOTE and sub.startswith("isp."):
        raise SilentError(f"{sub}: {text}"[:200])
    raise RefusedError(f"{code} {sub}".strip(), text)


def _gone(line: Mapping[str, Any]) -> bool:
    return line.get("status") in CLOSED or line.get("refund_status") == "SUCCESS"


def _line(line: Mapping[str, Any]) -> DraftLine:
    qty = int(line["num"])
    worth = money(line.get("divide_order_fee") or line.get("payment") or 0)
    sku = line.get("outer_sku_id") or line.get("outer_iid") or f"num_iid {line.get('num_iid')}"
    return DraftLine(str(line["oid"]), sku, qty, worth / qty)


def _paid(body: Mapping[str, Any]) -> Decimal:
    if body["status"] in ("TRADE_NO_CREATE_PAY", "WAIT_BUYER_PAY"):
        return money(body.get("step_paid_fee"))  # the deposit of a pre-sale (预售定金)
    return money(body["payment"]) if body.get("pay_time") else Decimal(0)


def _state(status: str) -> str:
    if status in CLOSED:
        return "cancelled"
    if status in SENT:
        return "shipped"
    return "forbidden" if status in FORBIDDEN else "open"
