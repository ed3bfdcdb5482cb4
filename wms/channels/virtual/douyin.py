"""The dialect of Douyin's open platform."""
from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from werkzeug.wrappers import Request, Response

from wms.channels.virtual.server import answered, count, reject
from wms.channels.virtual.shop import Rejected, Sold, SoldLine, VirtualShop

STATUS = {"unpaid": 1, "open": 2, "forbidden": 105, "shipped": 3, "cancelled": 4}
AFTER_SALE = {"none": (0, 0), "asked": (6, 1), "refunded": (12, 3)}  # after_sale_status, refund_status
CARRIERS = {"shunfeng", "yuantong", "zhongtong"}
MOST = 100  # orders of a page
BEIJING = timezone(timedelta(hours=8))
SIGNED = ("app_key", "method", "param_json", "timestamp", "v")
WITHOUT_TOKEN = ("token.create", "token.refresh")


def douyin(shop: VirtualShop, request: Request) -> Response:
    """The gateway of Douyin's open platform."""
    told = {**request.args.to_dict(), "param_json": request.get_data(as_text=True)}
    try:
        method = told.get("method", "")
        if method not in _DO or request.path != "/" + method.replace(".", "/") or told.get("v") != "2":
            raise Rejected("isv.missing-method")
        if told.get("app_key") != shop.app_key or told.get("sign_method") != "hmac-sha256":
            raise Rejected("isv.invalid-app-key")
        _check(shop, told)
        if method not in WITHOUT_TOKEN and told.get("access_token") != shop.token:
            raise Rejected("isv.access-token-expired", "access_token已过期")
        count(shop, method)
        data = _DO[method](shop, json.loads(told["param_json"]))
        return answered({"code": 10000, "msg": "success", "data": data, "log_id": "virtual"})
    except Rejected as error:
        reject(shop, error)
        code = error.code if "." in error.code else f"isv.business-failed:{error.code}"
        return answered({"code": 50002, "msg": "failed", "sub_code": code, "sub_msg": error.text})


def _check(shop: VirtualShop, told: Mapping[str, str]) -> None:
    """The sorted parameters between two secrets, under the secret; the parameters of the method sorted too."""
    words = [shop.secret]
    for key in SIGNED:
        words += [key, told.get(key, "")]
    mine = hmac.new(shop.secret.encode(), "".join([*words, shop.secret]).encode(), hashlib.sha256).hexdigest()
    if mine != told.get("sign"):
        raise Rejected("isv.invalid-signature", "Invalid signature")
    given = json.loads(told["param_json"])
    if told["param_json"] != json.dumps(given, sort_keys=True, ensure_ascii=False, separators=(",", ":")):
        raise Rejected("isv.invalid-signature", "param_json is not sorted")
    at = datetime.strptime(told["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    if abs(at - shop.now()) > timedelta(minutes=10):
        raise Rejected("isv.invalid-timestamp", "Invalid timestamp")


def _list(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    start, end = (datetime.fromtimestamp(told[f"update_time_{name}"], UTC) for name in ("start", "end"))
    page, size = told["page"], told["size"]
    if not start <= end <= shop.now() or page < 0 or not 1 <= size <= MOST or told["order_by"] != "update_time":
        raise Rejected("isv.parameter-invalid", "Invalid arguments: window or page size")
    found = shop.changed(start, end)
    listed = [_order(each) for each in shop.part(found, page, size, first=0)]
    return {"total": len(found), "page": page, "size": size, "shop_order_list": listed}


def _one(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    order = shop.orders.get(told["shop_order_id"])
    if order is None:
        raise Rejected("isv.business-failed:order-not-exist")
    with shop.lock:
        return {"shop_order_detail": _order(order)}


def _order(order: Sold) -> dict[str, Any]:
    status = STATUS[order.status]
    if order.status == "open" and any(line.sent for line in order.lines):
        status = 101
    place = hashlib.sha256(f"place of {order.recipient}".encode()).hexdigest()[:20]
    cents = int(order.total * 100)
    return {
        "order_id": order.number, "order_status": status, "pay_amount": cents, "order_amount": cents,
        "pay_type": 0 if order.cod else 1,
        "create_time": int(order.created.timestamp()), "update_time": int(order.modified.timestamp()),
        "pay_time": 0 if order.cod or order.status == "unpaid" else int(order.created.timestamp()),
        "encrypt_post_receiver": f"##{order.recipient}##cipher##", "encrypt_post_tel": "$13800$cipher$",
        "mask_post_receiver": order.recipient[:1] + "**", "mask_post_tel": "138****0000",
        "post_addr": {
            "province": {"name": "浙江省", "id": "33"}, "city": {"name": "杭州市", "id": "330100"},
            "town": {"name": "西湖区", "id": "330106"}, "street": {"name": "", "id": ""},
            "encrypt_detail": "##detail##cipher##",
        },
        "mask_post_addr": {"detail": "文三路***"}, "open_address_id": place, "doudian_open_id": f"buyer-{place[:8]}",
        "buyer_words": order.remark, "seller_words": "",
        "sku_order_list": [_line(order, line) for line in order.lines],
        "logistics_info": [{"tracking_no": number, "company": carrier} for carrier, number in order.parcels],
    }  # fmt: skip


def _line(order: Sold, line: SoldLine) -> dict[str, Any]:
    after_sale, refund = AFTER_SALE[line.refund]
    status = 4 if line.refund == "refunded" else 3 if not line.left else STATUS[order.status]
    return {
        "order_id": line.id, "product_id": line.item, "sku_id": line.variant, "out_sku_id": line.sku, "code": line.sku,
        "item_num": line.qty, "pay_amount": int(line.price * line.qty * 100), "order_status": status,
        "after_sale_info": {"after_sale_status": after_sale, "refund_status": refund},
    }  # fmt: skip


def _send(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    return _once(shop, told, [(told["company_code"], told["logistics_code"], None)])


def _send_packs(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    packs: list[tuple[str, str, dict[str, int] | None]] = []
    for each in told["pack_list"]:
        inside = {line["shipped_order_id"]: line["shipped_num"] for line in each["shipped_order_info"]}
        packs.append((each["company_code"], each["logistics_code"], inside))
    return _once(shop, told, packs)


def _once(
    shop: VirtualShop, told: Mapping[str, Any], packs: list[tuple[str, str, dict[str, int] | None]]
) -> dict[str, Any]:
    """A request that was carried out is not again: the same id, the same answer."""
    with shop.lock:
        if told["request_id"] in shop.requests:
            return {}
        if not CARRIERS.issuperset(carrier for carrier, _, _ in packs):
            raise Rejected("isv.parameter-invalid", "company_code")
        for carrier, tracking, lines in packs:
            shop.send(told["order_id"], carrier, tracking, lines)
        shop.requests.add(told["request_id"])
    return {}


def _stock(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    if told["incremental"] is not False or int(told["sku_id"]) != int(told["product_id"]) + 1000:
        raise Rejected("isv.parameter-invalid", "incremental")
    shop.put_stock(int(told["product_id"]), told["stock_num"])
    return {}


def _tokens(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    if told.get("refresh_token", told.get("code")) != shop.refresh_token:
        raise Rejected("isv.parameter-invalid", "refresh_token")
    return {**shop.new_tokens(), "expires_in": 7 * 86_400}


_DO: Mapping[str, Callable[[VirtualShop, Mapping[str, Any]], dict[str, Any]]] = {
    "order.searchList": _list, "order.orderDetail": _one, "order.logisticsAdd": _send,
    "order.logisticsAddMultiPack": _send_packs, "sku.syncStock": _stock, "token.create": _tokens,
    "token.refresh": _tokens,
}  # fmt: skip
