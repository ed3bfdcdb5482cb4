"""The dialect of WooCommerce's REST API."""
from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from wms.channels.virtual.server import answered, count, reject
from wms.channels.virtual.shop import Rejected, Sold, VirtualShop

STATUS = {
    "unpaid": "pending", "open": "processing", "forbidden": "on-hold", "shipped": "completed", "cancelled": "cancelled"
}  # fmt: skip
TRACKING = "_wc_shipment_tracking_items"
ORDERS = "/wp-json/wc/v3/orders"
PRODUCTS = "/wp-json/wc/v3/products/"


def woocommerce(shop: VirtualShop, request: Request) -> Response:
    """A site with WooCommerce on it."""
    try:
        who = request.authorization
        if who is None or (who.username, who.password) != (shop.app_key, shop.secret):
            raise Rejected("woocommerce_rest_cannot_view")
        if request.path.startswith(PRODUCTS):
            return _stock(shop, request)
        rest = request.path.removeprefix(ORDERS).strip("/")
        count(shop, f"{request.method} orders{'/…' if rest else ''}")
        if not rest:
            return _list(shop, request)
        number, _, below = rest.partition("/")
        order = shop.orders.get(number)
        if order is None:
            return answered({"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."}, 404)
        if below == "refunds":
            return answered(_refunds(order))
        if request.method == "PUT":
            _put(shop, order, request.get_json())
        return answered(_order(order))
    except Rejected as error:
        reject(shop, error)
        return answered({"code": error.code, "message": error.text}, 401 if "cannot_view" in error.code else 400)


def _stock(shop: VirtualShop, request: Request) -> Response:
    product, variations, variation = request.path.removeprefix(PRODUCTS).split("/")
    told = request.get_json()
    if variations != "variations" or int(variation) != int(product) + 1000 or told.get("manage_stock") is not True:
        raise Rejected("woocommerce_rest_product_variation_invalid_id")
    shop.put_stock(int(product), told["stock_quantity"])
    return answered({"id": int(variation), **told})


def _list(shop: VirtualShop, request: Request) -> Response:
    told = request.args
    size, page = int(told["per_page"]), int(told["page"])
    if not 1 <= size <= 100 or page < 1 or told.get("dates_are_gmt") != "true":
        raise Rejected("rest_invalid_param")
    after, before = (datetime.fromisoformat(told[f"modified_{end}"]).replace(tzinfo=UTC) for end in ("after", "before"))
    second = timedelta(seconds=1)
    found = shop.changed(after + second, before - second)  # neither end is within
    listed = [_order(each) for each in shop.part(found, page, size)]
    return answered(listed, 200, {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(-(-len(found) // size))})


def _order(order: Sold) -> dict[str, Any]:
    to = {
        "first_name": "Ann", "last_name": "Martin", "company": "", "address_1": "1 rue A", "address_2": "",
        "city": "Lyon", "state": "", "postcode": "69001", "country": "FR", "phone": "+33 1",
    }  # fmt: skip
    paid = None if order.cod or order.status in ("unpaid", "forbidden") else f"{order.created:%Y-%m-%dT%H:%M:%S}"
    parcels = [
        {"custom_tracking_provider": carrier, "tracking_number": number} for carrier, number in order.parcels
    ]  # fmt: skip
    return {
        "id": int(order.number), "status": STATUS[order.status], "currency": "EUR", "total": f"{order.total:.2f}",
        "date_created_gmt": f"{order.created:%Y-%m-%dT%H:%M:%S}", "date_paid_gmt": paid,
        "date_modified_gmt": f"{order.modified:%Y-%m-%dT%H:%M:%S}", "billing": to, "shipping": to,
        "payment_method": "cod" if order.cod else "stripe",
        "customer_id": sum(map(ord, order.recipient)),
        "customer_note": order.remark, "refunds": [{"id": each["id"]} for each in _refunds(order)],
        "meta_data": [{"key": TRACKING, "value": parcels}],
        "line_items": [
            {"id": int(line.id), "product_id": line.item, "variation_id": line.variant, "sku": line.sku,
             "quantity": line.qty, "total": str(line.price * line.qty)}
            for line in order.lines
        ],
    }  # fmt: skip


def _refunds(order: Sold) -> list[dict[str, Any]]:
    back = [line for line in order.lines if line.refund == "refunded"]
    return [
        {
            "id": int(line.id) + 1,
            "line_items": [
                {"quantity": -line.qty, "meta_data": [{"key": "_refunded_item_id", "value": str(line.id)}]}
            ],
        }
        for line in back
    ]


def _put(shop: VirtualShop, order: Sold, told: dict[str, Any]) -> None:
    """What WooCommerce takes it takes, whatever the order's status was: it is the asker who has to look."""
    with shop.lock:
        for meta in told.get("meta_data", []):
            if meta["key"] == TRACKING:
                told_of = meta["value"]
                order.parcels = [(each["custom_tracking_provider"], each["tracking_number"]) for each in told_of]
        shop.change(order.number, **({"status": "shipped"} if told.get("status") == "completed" else {}))


def signed(shop: VirtualShop, body: bytes) -> dict[str, str]:
    """The header of a webhook with this body."""
    digest = hmac.new(shop.webhook_secret.encode(), body, hashlib.sha256).digest()
    return {"X-WC-Webhook-Signature": base64.b64encode(digest).decode()}
