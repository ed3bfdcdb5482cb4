"""Shopee, by its Open Platform, version 2.

The account's `url` is the host, https://partner.shopeemobile.com; `app_key` and `app_secret` are the partner's id and
key; the setting `shop_id` names the shop. Orders are sent with a carrier of the seller's own (a `non_integrated`
channel): the shop is told the tracking number. The setting `notices` is our address of its webhooks, word by word as
Shopee has it: it is part of what Shopee signs. Names and numbers of buyers come masked; `buyer_user_id` tells
them apart.
"""
from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from wms.channels.client import BusyError, Client, ExpiredError, RefusedError, SilentError, header, json_of
from wms.channels.platforms.common import lines_told, money
from wms.channels.plugin import Account, Facts, Item, Listed, Page, ParcelSent, Shipment, Tokens, Told, Window
from wms.core.clock import now
from wms.orders.service import Draft, DraftLine

PAGE = 100
ORDERS, LOGISTICS, AUTH = "/api/v2/order/", "/api/v2/logistics/", "/api/v2/auth/"
WANTED = (
    "buyer_user_id,recipient_address,item_list,pay_time,package_list,total_amount,note,message_to_seller,ship_by_date"
)
NUMBERS = "tracking_numbers"  # ours: of the packages that have one, put beside what the order says of them
SENT = frozenset({"SHIPPED", "TO_CONFIRM_RECEIVE", "COMPLETED", "TO_RETURN"})
FORBIDDEN = frozenset({"PENDING", "INVOICE_PENDING"})
ARRANGED = frozenset({"PROCESSED", *SENT})  # orders whose packages may have a number
OFF = frozenset({"LOGISTICS_NOT_START", "LOGISTICS_INVALID", "LOGISTICS_READY", "LOGISTICS_PENDING_ARRANGE"})
OFF_NOW, ON_ITS_WAY = "LOGISTICS_READY", "LOGISTICS_REQUEST_CREATED"
EXPIRED = frozenset({"error_auth", "invalid_access_token", "invalid_acceess_token"})
TROUBLE = frozenset({"error_server", "error_inner", "error_network", "error_data"})
STATUS_PUSH = 3


class Shopee:
    """One Shopee shop. Its list has a cursor, which stays at its place in the sequence of changes."""

    facts = Facts(
        window=timedelta(days=1), lag=timedelta(minutes=1), page=PAGE, per_second=10, at_once=4,
        refresh=timedelta(minutes=30),
    )  # fmt: skip

    # ---- authorising

    def authorise(self, client: Client, account: Account, code: str) -> Tokens:
        return self._tokens(client, account, "token/get", {"code": code})

    def refresh(self, client: Client, account: Account) -> Tokens:
        return self._tokens(client, account, "access_token/get", {"refresh_token": account.refresh_token})

    def _tokens(self, client: Client, account: Account, act: str, values: Mapping[str, Any]) -> Tokens:
        sent = {**values, "partner_id": int(account.app_key), "shop_id": _shop(account)}
        told = _call(client, account, AUTH + act, body=sent, token=False)
        ends = now() + timedelta(seconds=int(told["expire_in"]))
        return Tokens(told["access_token"], told.get("refresh_token", ""), ends)

    # ---- reading

    def page(self, client: Client, account: Account, window: Window, state: Mapping[str, Any] | None) -> Page:
        asked = {
            "time_range_field": "update_time", "time_from": int(window.start.timestamp()),
            "time_to": int(window.end.timestamp()), "page_size": PAGE, "cursor": state["cursor"] if state else "",
        }  # fmt: skip
        told = _call(client, account, ORDERS + "get_order_list", asked)["response"]
        listed = tuple(Listed(each["order_sn"]) for each in told["order_list"])
        return Page(listed, {"cursor": told["next_cursor"]} if told["more"] else None)

    def fetch(self, client: Client, account: Account, platform_id: str) -> dict[str, Any] | None:
        asked = {"order_sn_list": platform_id, "response_optional_fields": WANTED}
        asked["request_order_status_pending"] = "true"
        try:
            found = _call(client, account, ORDERS + "get_order_detail", asked)["response"]["order_list"]
        except RefusedError as error:
            if "not_found" in error.code:
                return None
            raise
        if not found:
            return None
        order: dict[str, Any] = found[0]
        packages = order.get("package_list") or []
        if order["order_status"] not in ARRANGED:
            packages = [each for each in packages if each.get("logistics_status") not in OFF]
        numbers = [_number(client, account, platform_id, each["package_number"]) for each in packages]
        return {**order, NUMBERS: [each for each in numbers if each]}

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        to, status = body.get("recipient_address") or {}, body["order_status"]
        total = money(body["total_amount"])
        cod = total if body.get("cod") else Decimal(0)
        draft = Draft(
            shop=account.shop,
            number=body["order_sn"],
            lines=tuple(map(_line, body["item_list"])),
            total=total,
            paid=total if body.get("pay_time") and not cod else Decimal(0),
            cod=cod,
            placed_at=_read(body.get("create_time")),
            promised_at=_read(body.get("ship_by_date")),
            currency=body.get("currency"),
            recipient=to.get("name") or "",
            phone=to.get("phone") or "",
            country=to.get("region") or body.get("region") or "",
            province=to.get("state") or "",
            city=to.get("city") or "",
            district=to.get("district") or to.get("town") or "",
            address=to.get("full_address") or "",
            postcode=to.get("zipcode") or "",
            remark=body.get("message_to_seller") or "",
            seller_remark=body.get("note") or "",
            buyer=str(body.get("buyer_user_id") or ""),
            address_id=_address_id(body, to),
            paid_at=_read(body.get("pay_time")),
        )
        state = "shipped" if status in SENT else "forbidden" if status in FORBIDDEN else "open"
        if status == "CANCELLED":
            state = "cancelled"
        items = tuple(
            Item(str(each["item_id"]), str(each["model_id"] or ""), sku)
            for each in body["item_list"]
            if (sku := each.get("model_sku") or each.get("item_sku"))
        )
        refund = "asked" if status == "IN_CANCEL" else "none"
        return Told(draft.number, _read(body["update_time"]), draft, state, refund, frozenset(body[NUMBERS]), items)

    # ---- telling

    def ship(self, client: Client, account: Account, shipment: Shipment, known: frozenset[str]) -> None:
        """Shopee counts packages, of whole lines: an order that leaves in several parcels, or parts, is split into as
        many first, unless it is. A line whose pieces are in two parcels goes with the first of them."""
        parts = _whole_lines(shipment, known)
        body = self.fetch(client, account, shipment.platform_id) if parts else {}
        if body is None:
            raise RefusedError("not_found")
        wanted = _wanted(parts, shipment, known, list(map(_key, body.get("item_list", []))))
        if len(wanted) > 1 and not known and len(body.get("package_list") or []) < 2:
            keys = {_key(each): each for each in body["item_list"]}
            split = [{"item_list": [_part(keys[key]) for key in lines]} for lines in wanted]
            asked: dict[str, Any] = {"order_sn": shipment.platform_id, "package_list": split}
            _call(client, account, ORDERS + "split_order", body=asked, once=True)
            body = self.fetch(client, account, shipment.platform_id) or {}
        packages = list(body.get("package_list") or [{}])
        for parcel, lines in parts:
            package = packages[0] if len(packages) == 1 else _package(packages, body["item_list"], lines, shipment)
            if parcel.tracking in known or (shipment.part and package.get("logistics_status", OFF_NOW) not in OFF):
                continue
            number = {"tracking_number": parcel.tracking}
            sent: dict[str, Any] = {"order_sn": shipment.platform_id, "non_integrated": number}
            if package.get("package_number"):
                sent["package_number"] = package["package_number"]
            _call(client, account, LOGISTICS + "ship_order", body=sent, once=True)
            package["logistics_status"] = ON_ITS_WAY

    def put_stock(self, client: Client, account: Account, item: Item, qty: int) -> None:
        model = {"model_id": int(item.variant_id or 0), "seller_stock": [{"stock": qty}]}
        sent = {"item_id": int(item.item_id), "stock_list": [model]}
        told = _call(client, account, "/api/v2/product/update_stock", body=sent)["response"]
        for failed in told.get("failure_list") or []:
            raise RefusedError("stock_not_put", str(failed.get("failed_reason", "")))

    def webhook(self, account: Account, headers: Mapping[str, str], body: bytes) -> list[str]:
        told = f"{account.settings.get('notices', '')}|".encode() + body
        wanted = hmac.new(account.app_secret.encode(), told, hashlib.sha256).hexdigest()
        given = header(headers, "Authorization")
        if not account.settings.get("notices") or not hmac.compare_digest(wanted.encode(), given.encode()):
            raise RefusedError("signature")
        try:
            message = json.loads(body)
            return [str(message["data"]["ordersn"])] if message["code"] == STATUS_PUSH else []
        except (ValueError, KeyError, TypeError):
            return []


def _shop(account: Account) -> int:
    found = str(account.settings.get("shop_id") or "")
    if not found.isdigit():
        raise RefusedError("no_shop_id", "the shop's settings do not name its number at Shopee (shop_id)")
    return int(found)


def _call(
    client: Client, account: Account, path: str, query: Mapping[str, Any] | None = None, *,
    body: Mapping[str, Any] | None = None, once: bool = False, token: bool = True,
) -> dict[str, Any]:  # fmt: skip
    at = int(now().timestamp())
    words, told = f"{account.app_key}{path}{at}", {"partner_id": account.app_key, "timestamp": at, **(query or {})}
    if token:
        words += f"{account.access_token}{_shop(account)}"
        told |= {"access_token": account.access_token, "shop_id": _shop(account)}
    told["sign"] = hmac.new(account.app_secret.encode(), words.encode(), hashlib.sha256).hexdigest()
    send = client.tell if once or not token else client.ask
    more = {} if body is None else {"json": dict(body)}
    found = json_of(send("GET" if body is None else "POST", account.url + path, params=told, **more))
    if found.get("error"):
        _refuse(str(found["error"]), str(found.get("message", "")))
    return found


def _refuse(code: str, text: str) -> None:
    last = code.rpartition(".")[2]
    if "rate_limit" in last or "busy" in last:
        raise BusyError(1.0)
    if last in EXPIRED:
        raise ExpiredError(code, text)
    if last in TROUBLE:
        raise SilentError(f"{code}: {text}"[:200])
    raise RefusedError(code, text)


def _number(client: Client, account: Account, number: str, package: str) -> str:
    asked = {"order_sn": number, "package_number": package}
    try:
        told = _call(client, account, LOGISTICS + "get_tracking_number", asked)["response"]
    except ExpiredError:
        raise
    except RefusedError:
        return ""  # it has none yet
    return str(told.get("tracking_number") or "")


def _key(item: Mapping[str, Any]) -> str:
    """Nothing but these three together tells a line from the others of its order."""
    return f"{item['order_item_id']}-{item['item_id']}-{item['model_id']}"


def _line(item: Mapping[str, Any]) -> DraftLine:
    sku = item.get("model_sku") or item.get("item_sku") or f"item_id {item['item_id']}"
    price = money(item.get("model_discounted_price"))
    return DraftLine(_key(item), sku, int(item["model_quantity_purchased"]), price)


def _part(item: Mapping[str, Any]) -> dict[str, Any]:
    same = {name: item[name] for name in ("item_id", "model_id", "order_item_id")}
    whole = int(item["model_quantity_purchased"])
    return {**same, "promotion_group_id": item.get("promotion_group_id", 0), "model_quantity": whole}


def _whole_lines(shipment: Shipment, known: frozenset[str]) -> list[tuple[ParcelSent, list[str]]]:
    """Each parcel with the lines of which it has the first pieces; without those that have none."""
    told, parts = lines_told(shipment, known), []
    for parcel in shipment.parcels:
        lines = [key for key in parcel.lines if key not in told]
        told.update(lines)
        if lines:
            parts.append((parcel, lines))
    return parts


def _wanted(
    parts: Sequence[tuple[ParcelSent, list[str]]], shipment: Shipment, known: frozenset[str], keys: Sequence[str]
) -> list[list[str]]:
    """The lines of each package that the order should be: of these parcels, of each part that is still to leave, and of
    what stays behind."""
    wanted = [lines for _, lines in parts]
    if len(wanted) < 2 and not shipment.part:
        return wanted
    left = set(keys) - lines_told(shipment, known).union(*wanted)
    for part in (*shipment.rest, dict.fromkeys(keys)):
        wanted.append([key for key in part if key in left])
        left.difference_update(part)
    return [lines for lines in wanted if lines]


def _package(
    packages: Sequence[dict[str, Any]], items: Sequence[Mapping[str, Any]], lines: Sequence[str], shipment: Shipment
) -> dict[str, Any]:
    """The package of just these lines; of parts that were packed otherwise than they were split, the one that they are
    in, once all of it has left."""
    whole = {_key(each): int(each["model_quantity_purchased"]) for each in items}
    gone = {key for parcel in (*shipment.others, *shipment.parcels) for key in parcel.lines}
    inside = [{_key(each): int(each["model_quantity"]) for each in one.get("item_list") or []} for one in packages]
    for package, there in zip(packages, inside, strict=True):
        if there == {key: whole[key] for key in lines}:
            return package
    for package, there in zip(packages, inside, strict=True):
        if shipment.part and set(lines) <= there.keys() <= gone:
            return package
    raise RefusedError("not_to_be_sent", "the shop has split the order otherwise than it was packed")


def _address_id(body: Mapping[str, Any], to: Mapping[str, Any]) -> str:
    """Shopee has no id of places. Masked words are the same for all of a buyer's orders to one place, and for few
    others: with the buyer, they are one."""
    if "*" not in f"{to.get('name')}{to.get('full_address')}" or not body.get("buyer_user_id"):
        return ""
    told = "|".join(str(to.get(name) or "") for name in ("name", "phone", "full_address", "zipcode"))
    return f"{body['buyer_user_id']}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _read(seconds: Any) -> datetime | None:
    return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
