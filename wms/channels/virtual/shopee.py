"""The dialect of Shopee's Open Platform, version 2."""
from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from wms.channels.virtual.server import answered, count, reject
from wms.channels.virtual.shop import Rejected, Sold, SoldLine, VirtualShop

SHOP_ID = 67890
STATUS = {
    "unpaid": "UNPAID", "open": "READY_TO_SHIP", "forbidden": "PENDING", "shipped": "SHIPPED", "cancelled": "CANCELLED"
}  # fmt: skip
LONGEST, SKEW, MOST = timedelta(days=15), timedelta(minutes=5), 100
AUTH = "/api/v2/auth/"


def shopee(shop: VirtualShop, request: Request) -> Response:
    """partner.shopeemobile.com, for the one shop."""
    told = request.args.to_dict()
    try:
        _check(shop, request.path, told)
        name = request.path.removeprefix("/api/v2/")
        if name not in _DO:
            raise Rejected("error_not_found", "Wrong path")
        count(shop, name)
        return answered(_DO[name](shop, told if request.method == "GET" else request.get_json()) | {"error": ""})
    except Rejected as error:
        reject(shop, error)
        status = 403 if error.code in ("error_sign", "error_auth") else 200
        return answered({"error": error.code, "message": error.text, "request_id": "virtual"}, status)


def _check(shop: VirtualShop, path: str, told: Mapping[str, str]) -> None:
    if told.get("partner_id") != shop.app_key or not told.get("timestamp", "").isdigit():
        raise Rejected("error_param", "partner_id")
    if abs(datetime.fromtimestamp(int(told["timestamp"]), UTC) - shop.now()) > SKEW:
        raise Rejected("error_param", "Invalid timestamp")
    words = told["partner_id"] + path + told["timestamp"]
    if not path.startswith(AUTH):
        words += told.get("access_token", "") + told.get("shop_id", "")
    mine = hmac.new(shop.secret.encode(), words.encode(), hashlib.sha256).hexdigest()
    if mine != told.get("sign"):
        raise Rejected("error_sign", "Invalid signature")
    if path.startswith(AUTH):
        return
    if told.get("access_token") != shop.token or told.get("shop_id") != str(SHOP_ID):
        raise Rejected("error_auth", "Invalid access_token")


def _list(shop: VirtualShop, told: Mapping[str, str]) -> dict[str, Any]:
    start, end = (datetime.fromtimestamp(int(told[name]), UTC) for name in ("time_from", "time_to"))
    size = int(told["page_size"])
    if not start <= end <= shop.now() or end - start > LONGEST or not 1 <= size <= MOST:
        raise Rejected("error_param", "Invalid arguments: window or page size")
    found = shop.changed(start, end)
    if told.get("cursor"):  # a place in the sequence of changes, not a number of orders
        found = [order for order in found if _place(order) > told["cursor"]]
    page = found[:size]
    listed = [{"order_sn": each.number} for each in page]
    if listed and shop.random.random() < shop.faults.twice:
        listed.append(shop.random.choice(listed))
    more = len(found) > len(page)
    return {"response": {"more": more, "next_cursor": _place(page[-1]) if more else "", "order_list": listed}}


def _place(order: Sold) -> str:
    return f"{order.modified.timestamp():.0f} {order.number}"


def _details(shop: VirtualShop, told: Mapping[str, str]) -> dict[str, Any]:
    wanted = told["order_sn_list"].split(",")
    if not 1 <= len(wanted) <= 50 or "item_list" not in told.get("response_optional_fields", ""):
        raise Rejected("error_param", "order_sn_list")
    found = [shop.orders[number] for number in wanted if number in shop.orders]
    if not found:
        raise Rejected("error_not_found", "Wrong parameters, detail: the order is not found.")
    with shop.lock:
        return {"response": {"order_list": [_order(shop, each) for each in found]}}


def _order(shop: VirtualShop, order: Sold) -> dict[str, Any]:
    status = STATUS[order.status]
    if any(line.refund == "asked" for line in order.lines):
        status = "IN_CANCEL"
    paid = None if order.cod or order.status == "unpaid" else int(order.created.timestamp())
    return {
        "order_sn": order.number, "order_status": status, "region": "SG", "currency": "SGD", "cod": order.cod,
        "total_amount": float(order.total), "create_time": int(order.created.timestamp()),
        "update_time": int(order.modified.timestamp()), "pay_time": paid, "message_to_seller": order.remark, "note": "",
        "buyer_user_id": 258065000 + sum(map(ord, order.recipient)),
        "recipient_address": {
            "name": order.recipient[:1] + "****", "phone": "******21", "town": "", "district": "", "city": "",
            "state": "", "region": "SG", "zipcode": "05****", "full_address": "10 C****** Street, ****",
        },
        "item_list": [_item(line) for line in order.lines],
        "package_list": [_package(order, nr, lines) for nr, lines in enumerate(_split(shop, order), 1)],
    }  # fmt: skip


def _item(line: SoldLine) -> dict[str, Any]:
    return {
        "item_id": line.item, "item_sku": "", "model_id": line.variant, "model_sku": line.sku,
        "model_quantity_purchased": line.qty, "model_discounted_price": float(line.price),
        "order_item_id": int(line.id), "promotion_group_id": 0,
    }  # fmt: skip


def _package(order: Sold, nr: int, lines: list[SoldLine]) -> dict[str, Any]:
    sent = bool(lines) and all(line.sent for line in lines)
    inside = [
        {"item_id": each.item, "model_id": each.variant, "order_item_id": int(each.id), "model_quantity": each.qty}
        for each in lines
    ]  # fmt: skip
    status = "LOGISTICS_REQUEST_CREATED" if sent else "LOGISTICS_READY"
    return {"package_number": f"OFG{order.number}-{nr}", "logistics_status": status, "item_list": inside}


def _split(shop: VirtualShop, order: Sold) -> list[list[SoldLine]]:
    """The lines of each package, as the seller split them."""
    parts = shop.packages.get(order.number)
    if parts is None:
        return [order.lines]
    return [[line for line in order.lines if line.id in part] for part in parts]


def _split_order(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    with shop.lock:
        order = shop.orders.get(told["order_sn"])
        if order is None or order.status != "open" or order.number in shop.packages or order.parcels:
            raise Rejected("logistics.split_not_allowed", "The order cannot be split")
        parts = [{str(each["order_item_id"]): each["model_quantity"] for each in part["item_list"]} for part in
                 told["package_list"]]  # fmt: skip
        inside = sorted(pair for part in parts for pair in part.items())
        if len(parts) < 2 or inside != sorted((line.id, line.qty) for line in order.lines):
            raise Rejected("logistics.split_not_allowed", "All items, and whole lines of them")
        shop.packages[order.number] = [set(part) for part in parts]
        shop.change(order.number)
    return {"response": {"order_sn": order.number}}


def _ship(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    with shop.lock:
        order = shop.orders.get(told["order_sn"])
        if order is None:
            raise Rejected("error_not_found")
        packages = _split(shop, order)
        nr = int(told["package_number"].rpartition("-")[2]) if len(packages) > 1 else 1
        ids = [line.id for line in packages[nr - 1]]
        shop.send_whole(order.number, "non_integrated", told["non_integrated"]["tracking_number"], ids)
    return {"response": {}}


def _tracking(shop: VirtualShop, told: Mapping[str, str]) -> dict[str, Any]:
    order = shop.orders.get(told["order_sn"])
    if order is None or not told["package_number"].startswith(f"OFG{order.number}-"):
        raise Rejected("error_not_found")
    lines = _split(shop, order)[int(told["package_number"].rpartition("-")[2]) - 1]
    return {"response": {"tracking_number": lines[0].sent if lines else ""}}


def _stock(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    failed = []
    for each in told["stock_list"]:
        try:
            if each["model_id"] != told["item_id"] + 1000:
                raise Rejected("no_such_model")
            shop.put_stock(told["item_id"], each["seller_stock"][0]["stock"])
        except Rejected as error:
            reject(shop, error)
            failed.append({"model_id": each["model_id"], "failed_reason": error.code})
    return {"response": {"failure_list": failed}}


def _tokens(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    if told.get("refresh_token", told.get("code")) != shop.refresh_token or told["shop_id"] != SHOP_ID:
        raise Rejected("error_param", "Invalid refresh_token")
    return {**shop.new_tokens(), "expire_in": 14_400}


def signed(shop: VirtualShop, url: str, body: bytes) -> dict[str, str]:
    """The header of a push to this address."""
    told = f"{url}|".encode() + body
    return {"Authorization": hmac.new(shop.secret.encode(), told, hashlib.sha256).hexdigest()}


_DO: Mapping[str, Callable[[VirtualShop, Mapping[str, Any]], dict[str, Any]]] = {
    "order/get_order_list": _list, "order/get_order_detail": _details, "order/split_order": _split_order,
    "logistics/ship_order": _ship, "logistics/get_tracking_number": _tracking, "product/update_stock": _stock,
    "auth/token/get": _tokens, "auth/access_token/get": _tokens,
}  # fmt: skip
