"""Douyin (抖店), by its open platform.

Field names and statuses are those of op.jinritemai.com: order.searchList, order.orderDetail, order.logisticsAdd,
order.logisticsAddMultiPack, sku.syncStock, token.create and token.refresh. Who gets an order it tells masked, and
encrypted; the masked words are shown, and `open_address_id` says which orders go to the same place. Amounts are in fen.
"""
from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from wms.channels.client import BusyError, Client, ExpiredError, RefusedError, SilentError, json_of
from wms.channels.platforms.common import carrier_code, from_last_page, items_of, money, to_send
from wms.channels.plugin import Account, Facts, Item, Listed, Page, Shipment, Tokens, Told, Window
from wms.core.china import beijing
from wms.core.clock import now
from wms.orders.service import Draft, DraftLine

PAGE = 100
DONE = 10000  # the code of an answer
UNPAID, RISK, OPEN, PART, SENT, CLOSED = {1}, {105}, {2, 103}, {101}, {3, 5}, {4, 21, 22, 39}  # order_status
ASKED = {6, 7, 11, 27, 29}  # after_sale_status: applied for, goods on their way back, refused and not over
REFUNDED = {12, 51}
GONE_REFUND = {3}  # refund_status: paid back
COD = 0  # pay_type
CENT = Decimal("0.01")


class Douyin:
    """One Douyin shop. The account's `url` is the gateway, https://openapi-fxg.jinritemai.com. An order under risk
    review (105) is never shipped until the platform lets it go."""

    facts = Facts(
        window=timedelta(days=1), lag=timedelta(minutes=1), page=PAGE, per_second=20, at_once=4,
        refresh=timedelta(days=1), lists_whole=True,
    )  # fmt: skip

    # ---- authorising

    def authorise(self, client: Client, account: Account, code: str) -> Tokens:
        return self._tokens(client, account, "token.create", {"code": code, "grant_type": "authorization_code"})

    def refresh(self, client: Client, account: Account) -> Tokens:
        values = {"refresh_token": account.refresh_token, "grant_type": "refresh_token"}
        return self._tokens(client, account, "token.refresh", values)

    def _tokens(self, client: Client, account: Account, method: str, values: Mapping[str, Any]) -> Tokens:
        told = _call(client, account, method, values, once=True, token=False)
        ends = now() + timedelta(seconds=int(told["expires_in"]))
        return Tokens(told["access_token"], told.get("refresh_token", ""), ends)

    # ---- reading

    def page(self, client: Client, account: Account, window: Window, state: Mapping[str, Any] | None) -> Page:
        span = {
            "update_time_start": int(window.start.timestamp()), "update_time_end": int(window.end.timestamp()),
            "order_by": "update_time", "order_asc": True,
        }  # fmt: skip

        def ask(number: int, size: int = PAGE) -> dict[str, Any]:
            return _call(client, account, "order.searchList", {**span, "page": number, "size": size})

        def listed(number: int) -> tuple[Listed, ...]:
            found = ask(number)["shop_order_list"] or []
            return tuple(Listed(str(each["order_id"]), _read(each["update_time"]), each) for each in found)

        return from_last_page(state, PAGE, lambda: int(ask(0, 1)["total"]), listed, first=0)

    def fetch(self, client: Client, account: Account, platform_id: str) -> dict[str, Any] | None:
        try:
            told = _call(client, account, "order.orderDetail", {"shop_order_id": platform_id})
        except RefusedError as error:
            if "not-exist" in error.code:
                return None
            raise
        found: dict[str, Any] | None = told.get("shop_order_detail")
        return found

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        lines = body["sku_order_list"]
        left = [line for line in lines if not _gone(line)]
        going = [line for line in left if int(line["order_status"]) not in SENT]
        to, masked = body.get("post_addr") or {}, body.get("mask_post_addr") or {}
        status, total = int(body["order_status"]), money(body["pay_amount"]) * CENT
        cod = total if int(body.get("pay_type", -1)) == COD else Decimal(0)
        draft = Draft(
            shop=account.shop,
            number=str(body["order_id"]),
            lines=tuple(map(_line, going or left or lines)),
            total=total,
            paid=total if body.get("pay_time") and not cod else Decimal(0),
            cod=cod,
            placed_at=_read(body.get("create_time")),
            promised_at=_read(body.get("exp_ship_time")),
            recipient=body.get("mask_post_receiver") or body.get("encrypt_post_receiver") or "",
            phone=body.get("mask_post_tel") or body.get("encrypt_post_tel") or "",
            country="中国",
            province=_name(to, "province"),
            city=_name(to, "city"),
            district=_name(to, "town"),
            address=_name(to, "street") + (masked.get("detail") or to.get("encrypt_detail") or ""),
            remark=body.get("buyer_words") or "",
            seller_remark=body.get("seller_words") or "",
            buyer=body.get("doudian_open_id") or "",
            address_id=body.get("open_address_id") or "",
            paid_at=_read(body.get("pay_time")),
        )
        asked = any(_after_sale(line) in ASKED for line in left)
        refund = "refunded" if not left else "asked" if asked else "none"
        tracking = frozenset(filter(None, (each.get("tracking_no") for each in body.get("logistics_info") or [])))
        items = items_of(lines, "product_id", "sku_id", "out_sku_id", "code")
        return Told(draft.number, _read(body["update_time"]), draft, _state(status), refund, tracking, items)

    # ---- telling

    def ship(self, client: Client, account: Account, shipment: Shipment, known: frozenset[str]) -> None:
        """One call for an order in one parcel; for several, or part of an order, one that names what is in each, whose
        lines are those of the platform. `request_id` makes it once, however often it is told."""
        parts = [parcel for parcel in to_send(shipment.parcels, known) if parcel.lines]
        if not parts:
            return
        if len(shipment.parcels) == 1 and shipment.complete and not shipment.part:
            values = {
                "order_id": shipment.platform_id, "company_code": carrier_code(account, parts[0]),
                "logistics_code": parts[0].tracking, "request_id": _once(shipment.platform_id, parts[0].tracking),
            }  # fmt: skip
            _call(client, account, "order.logisticsAdd", values, once=True)
            return
        packs: list[dict[str, Any]] = [
            {
                "logistics_code": parcel.tracking, "company_code": carrier_code(account, parcel),
                "shipped_order_info": [
                    {"shipped_order_id": key, "shipped_num": qty} for key, qty in parcel.lines.items()
                ],
            }
            for parcel in parts
        ]  # fmt: skip
        once = _once(shipment.platform_id, *(parcel.tracking for parcel in parts))
        more = {"order_id": shipment.platform_id, "request_id": once, "pack_list": packs}
        _call(client, account, "order.logisticsAddMultiPack", more, once=True)

    def put_stock(self, client: Client, account: Account, item: Item, qty: int) -> None:
        values = {"product_id": item.item_id, "sku_id": item.variant_id, "stock_num": qty, "incremental": False}
        _call(client, account, "sku.syncStock", values)

    def webhook(self, account: Account, headers: Mapping[str, str], body: bytes) -> list[str]:
        """A push of messages, signed with MD5 or SHA-256 of key, body and secret (the header event-sign)."""
        told = {name.lower(): value for name, value in headers.items()}
        given = f"{account.app_key}{body.decode(errors='replace')}{account.app_secret}".encode()
        wanted = {hashlib.md5(given).hexdigest(), hashlib.sha256(given).hexdigest()}  # noqa: S324 - the platform's own
        if not account.app_secret or told.get("event-sign", "") not in wanted:
            raise RefusedError("signature")
        try:
            messages = json.loads(body)
            found = [json.loads(each["data"]) if isinstance(each["data"], str) else each["data"] for each in messages]
        except (ValueError, KeyError, TypeError):
            return []
        return [str(each["p_id"]) for each in found if isinstance(each, dict) and each.get("p_id")]


def _call(
    client: Client, account: Account, method: str, values: Mapping[str, Any], *, once: bool = False, token: bool = True
) -> dict[str, Any]:
    body = json.dumps(dict(values), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    told = {"app_key": account.app_key, "method": method, "param_json": body, "timestamp": beijing(now()), "v": "2"}
    words = account.app_secret + "".join(f"{key}{told[key]}" for key in sorted(told)) + account.app_secret
    asked = {name: value for name, value in told.items() if name != "param_json"}
    asked["sign"] = hmac.new(account.app_secret.encode(), words.encode(), hashlib.sha256).hexdigest()
    asked["sign_method"] = "hmac-sha256"
    if token:
        asked["access_token"] = account.access_token
    send = client.tell if once else client.ask
    headers = {"Content-Type": "application/json;charset=UTF-8"}
    address = f"{account.url}/{method.replace('.', '/')}"
    reply = json_of(send("POST", address, params=asked, data=body.encode(), headers=headers))
    if int(reply.get("code", 0)) != DONE:
        _refuse(reply)
    found: dict[str, Any] = reply.get("data") or {}
    return found


def _refuse(error: Mapping[str, Any]) -> None:
    code = str(error.get("sub_code") or error.get("code", ""))
    text = str(error.get("sub_msg") or error.get("msg") or "")
    if "limit" in code:
        raise BusyError(1.0)
    if "access-token" in code:
        raise ExpiredError(code, text)
    if code.startswith("isp."):
        raise SilentError(f"{code}: {text}"[:200])
    raise RefusedError(code, text)


def _once(*words: str) -> str:
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:32]


def _after_sale(line: Mapping[str, Any]) -> int:
    return int((line.get("after_sale_info") or {}).get("after_sale_status") or 0)


def _gone(line: Mapping[str, Any]) -> bool:
    refund = int((line.get("after_sale_info") or {}).get("refund_status") or 0)
    return int(line["order_status"]) in CLOSED or refund in GONE_REFUND or _after_sale(line) in REFUNDED


def _line(line: Mapping[str, Any]) -> DraftLine:
    qty = int(line["item_num"])
    sku = line.get("out_sku_id") or line.get("code") or f"sku_id {line.get('sku_id')}"
    return DraftLine(str(line["order_id"]), sku, qty, money(line.get("pay_amount")) * CENT / qty)


def _name(address: Mapping[str, Any], level: str) -> str:
    return str((address.get(level) or {}).get("name") or "")


def _state(status: int) -> str:
    if status in CLOSED:
        return "cancelled"
    return "shipped" if status in SENT else "forbidden" if status in RISK else "open"


def _read(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
