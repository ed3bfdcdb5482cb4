"""The dialect of Shopify's GraphQL Admin API, as far as an order system speaks it: operations by their names."""
from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from wms.channels.virtual.server import answered, count, reject
from wms.channels.virtual.shop import Place, Rejected, Sold, SoldLine, VirtualShop

SPAN = re.compile(r"updated_at:>='([^']+)' AND updated_at:<='([^']+)'")
OPERATION = re.compile(r"^(query|mutation) (\w+)")
MOST = 250
HERE = Place(city="Lyon", street="1 rue A", phone="+33 1", postcode="69001", country="FR")
LOCATION = "gid://shopify/Location/1"


def shopify(shop: VirtualShop, request: Request) -> Response:
    """A shop at NAME.myshopify.com."""
    told = request.get_json()
    if request.path == "/admin/oauth/access_token":
        known = told == {"client_id": shop.app_key, "client_secret": shop.secret, "code": shop.refresh_token}
        return answered({"access_token": shop.token} if known else {"error": "invalid_request"}, 200 if known else 400)
    if request.headers.get("X-Shopify-Access-Token") != shop.token:
        return answered({"errors": "[API] Invalid API key or access token"}, 401)
    found = OPERATION.match(told["query"])
    try:
        if not re.fullmatch(r"/admin/api/\d{4}-\d{2}/graphql\.json", request.path) or found is None:
            raise Rejected("BAD_REQUEST")
        count(shop, found[2])
        return answered({"data": _DO[found[2]](shop, told["variables"])})
    except Rejected as error:
        reject(shop, error)
        return answered({"errors": [{"message": error.text, "extensions": {"code": error.code}}]})


def _list(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    span = SPAN.fullmatch(told["q"])
    if span is None or not 1 <= told["first"] <= MOST:
        raise Rejected("BAD_REQUEST", "query or first")
    start, end = (datetime.fromisoformat(each.replace("Z", "+00:00")) for each in span.groups())
    found = shop.changed(start, end)
    if told.get("after"):  # the cursor is a place in the sequence of changes, not a number of orders
        found = [order for order in found if _place(order) > told["after"]]
    page = found[: told["first"]]
    nodes = [{"legacyResourceId": each.number, "updatedAt": _written(each.modified)} for each in page]
    more = {"hasNextPage": len(found) > len(page), "endCursor": _place(page[-1]) if page else None}
    if shop.random.random() < shop.faults.twice and nodes:
        nodes.append(shop.random.choice(nodes))
    return {"orders": {"pageInfo": more, "nodes": nodes}}


def _place(order: Sold) -> str:
    return f"{order.modified.timestamp():.0f} {order.number}"


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _order(shop: VirtualShop, told: Mapping[str, Any]) -> Sold | None:
    return shop.orders.get(told["id"].removeprefix("gid://shopify/Order/"))


def _one(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    order = _order(shop, told)
    if order is None:
        return {"order": None}
    begin = int(told.get("after") or 0)
    lines = order.lines[begin : begin + told["first"]]
    end = begin + len(lines)
    status = {"shipped": "FULFILLED", "forbidden": "ON_HOLD"}.get(order.status, "UNFULFILLED")
    cancelled = _written(order.modified) if order.status == "cancelled" else None
    owed = order.total if order.status == "unpaid" else 0
    place = order.place or HERE
    to = {
        "name": order.recipient, "company": None, "phone": place.phone, "address1": place.street, "address2": None,
        "city": place.city, "province": place.province or None, "countryCodeV2": place.country, "zip": place.postcode,
    }  # fmt: skip
    return {"order": {
        "legacyResourceId": order.number, "createdAt": _written(order.created), "updatedAt": _written(order.modified),
        "cancelledAt": cancelled, "displayFinancialStatus": "PENDING" if owed else "PAID",
        "displayFulfillmentStatus": status, "note": order.remark, "phone": None, "email": None,
        "customer": {"legacyResourceId": str(sum(map(ord, order.recipient)))},
        "transactions": [] if owed else [
            {"kind": "SALE", "status": "SUCCESS", "processedAt": _written(order.created)}
        ],
        "currentTotalPriceSet": {"shopMoney": {"amount": str(order.total), "currencyCode": "EUR"}},
        "totalOutstandingSet": {"shopMoney": {"amount": str(owed)}}, "shippingAddress": to,
        "fulfillments": [{"status": "SUCCESS", "trackingInfo": [{"number": number}]} for _, number in order.parcels],
        "lineItems": {
            "pageInfo": {"hasNextPage": end < len(order.lines), "endCursor": str(end)},
            "nodes": [_line(line) for line in lines],
        },
    }}  # fmt: skip


def _line(line: SoldLine) -> dict[str, Any]:
    there = 0 if line.refund == "refunded" else line.qty
    return {
        "id": f"gid://shopify/LineItem/{line.id}", "sku": line.sku, "requiresShipping": True, "currentQuantity": there,
        "unfulfilledQuantity": min(line.left, there),
        "discountedUnitPriceSet": {"shopMoney": {"amount": str(line.price)}},
        "variant": {
            "id": f"gid://shopify/ProductVariant/{line.variant}",
            "inventoryItem": {"id": f"gid://shopify/InventoryItem/{line.item}"},
        },
    }  # fmt: skip


def _to_ship(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    order = _order(shop, told)
    if order is None:
        return {"order": None}
    lines = [
        {"id": f"{order.number}/{line.id}", "remainingQuantity": line.left,
         "lineItem": {"id": f"gid://shopify/LineItem/{line.id}"}}
        for line in order.lines
    ]  # fmt: skip
    status = "OPEN" if order.status == "open" else "CLOSED"
    parts = {"id": f"fulfilment {order.number}", "status": status, "lineItems": {"nodes": lines}}
    return {"order": {"fulfillmentOrders": {"nodes": [parts]}}}


def _ship(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    sent = told["fulfillment"]
    (part,) = sent["lineItemsByFulfillmentOrder"]
    number = part["fulfillmentOrderId"].removeprefix("fulfilment ")
    lines = {each["id"].partition("/")[2]: each["quantity"] for each in part["fulfillmentOrderLineItems"]}
    try:
        shop.send(number, sent["trackingInfo"]["company"], sent["trackingInfo"]["number"], lines)
    except Rejected as error:
        reject(shop, error)
        return {"fulfillmentCreate": {"fulfillment": None, "userErrors": [{"field": None, "message": error.code}]}}
    return {"fulfillmentCreate": {"fulfillment": {"id": "gid://shopify/Fulfillment/1"}, "userErrors": []}}


def _stock(shop: VirtualShop, told: Mapping[str, Any]) -> dict[str, Any]:
    given = told["input"]
    if given["name"] != "available" or given["ignoreCompareQuantity"] is not True:
        raise Rejected("BAD_REQUEST", "input")
    errors = []
    for each in given["quantities"]:
        try:
            if each["locationId"] != LOCATION:
                raise Rejected("INVALID_LOCATION")
            shop.put_stock(int(each["inventoryItemId"].rpartition("/")[2]), each["quantity"])
        except Rejected as error:
            reject(shop, error)
            errors.append({"code": "INVALID_INVENTORY_ITEM", "field": None, "message": error.code})
    return {"inventorySetQuantities": {"userErrors": errors}}


def signed(shop: VirtualShop, body: bytes) -> dict[str, str]:
    """The headers of a webhook with this body."""
    digest = hmac.new(shop.webhook_secret.encode(), body, hashlib.sha256).digest()
    return {"X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(), "X-Shopify-Topic": "orders/updated"}


_DO: Mapping[str, Callable[[VirtualShop, Mapping[str, Any]], dict[str, Any]]] = {
    "list": _list, "one": _one, "toShip": _to_ship, "ship": _ship, "stock": _stock,
}  # fmt: skip
