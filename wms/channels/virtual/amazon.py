"""The dialect of Amazon's Selling Partner API, as far as an order system speaks it: each operation has an allowance."""
from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from wms.channels.virtual.server import answered, count, reject
from wms.channels.virtual.shop import Rejected, Sold, SoldLine, VirtualShop

MARKETPLACE, SELLER = "A13V1IB3VIYZZH", "A1VIRTUALSELLER"
STATUS = {
    "unpaid": "PENDING", "open": "UNSHIPPED", "forbidden": "PENDING", "shipped": "SHIPPED", "cancelled": "CANCELLED"
}  # fmt: skip
ORDERS, SHIPPED = "/orders/2026-01-01/orders", re.compile(r"/orders/v0/orders/([^/]+)/shipmentConfirmation")
LISTING = re.compile(rf"/listings/2021-08-01/items/{SELLER}/(.+)")
CARRIERS = {"Colissimo", "Chronopost", "Other"}
BEHIND = timedelta(minutes=2)
PLENTY = 1000.0  # requests a second
LIMIT = "x-amzn-RateLimit-Limit"


def amazon(shop: VirtualShop, request: Request) -> Response:
    """The endpoint of a region, and Login with Amazon at /auth/o2/token."""
    try:
        if request.path == "/auth/o2/token":
            return _tokens(shop, request.form.to_dict())
        if request.headers.get("x-amz-access-token") != shop.token:
            raise Rejected("Unauthorized", "The access token you provided has expired.")
        if "/" not in request.headers.get("user-agent", "") or not request.headers.get("x-amz-date"):
            raise Rejected("InvalidInput", "user-agent")
        return _do(shop, request)
    except Rejected as error:
        reject(shop, error)
        status = {"Unauthorized": 403, "NotFound": 404, "QuotaExceeded": 429}.get(error.code, 400)
        return answered({"errors": [{"code": error.code, "message": error.text or error.code}]}, status)


def _do(shop: VirtualShop, request: Request) -> Response:
    shipped, listing = SHIPPED.fullmatch(request.path), LISTING.fullmatch(request.path)
    if request.method == "GET" and request.path == ORDERS:
        limit = _allow(shop, "searchOrders")
        return answered(_search(shop, request.args), 200, limit)
    if request.method == "GET" and request.path.startswith(ORDERS + "/"):
        limit = _allow(shop, "getOrder")
        order = shop.orders.get(request.path.removeprefix(ORDERS + "/"))
        if order is None:
            raise Rejected("NotFound")
        return answered({"order": _order(shop, order)}, 200, limit)
    if request.method == "POST" and shipped:
        limit = _allow(shop, "confirmShipment")
        _confirm(shop, shipped[1], request.get_json())
        return Response(status=204, headers=limit)
    if request.method == "PATCH" and listing:
        limit = _allow(shop, "patchListing")
        return answered(_patch(shop, listing[1], request), 200, limit)
    raise Rejected("NotFound")


def _allow(shop: VirtualShop, operation: str) -> dict[str, str]:
    """Counts what was asked. Where `shop.allowed` names a rate and a burst, what is beyond is turned away, without a
    word of when."""
    count(shop, operation)
    rate, burst = shop.allowed.get(operation, (PLENTY, 0))
    if burst:
        with shop.lock:
            at = time.monotonic()
            left, since = shop.buckets.get(operation, (float(burst), at))
            left = min(burst, left + (at - since) * rate)
            shop.buckets[operation] = (left - 1 if left >= 1 else left, at)
        if left < 1:
            raise Rejected("QuotaExceeded", "You exceeded your quota for the requested resource.")
    return {LIMIT: str(rate)}


def _search(shop: VirtualShop, told: Mapping[str, str]) -> dict[str, Any]:
    start, end = (_heard(told[f"lastUpdated{name}"]) for name in ("After", "Before"))
    size = int(told["maxResultsPerPage"])
    if not start <= end <= shop.now() - BEHIND + shop.tick * 1000 or not 1 <= size <= 100:
        raise Rejected("InvalidInput", "Invalid arguments: window or page size")
    if told.get("marketplaceIds") != MARKETPLACE or told.get("fulfilledBy") != "MERCHANT":
        raise Rejected("InvalidInput", "marketplaceIds")
    if not {"RECIPIENT", "PACKAGES", "FULFILLMENT"} <= set(told["includedData"].split(",")):
        raise Rejected("InvalidInput", "includedData")
    found = shop.changed(start, end)
    if told.get("paginationToken"):  # it stays at its place in the sequence of changes
        found = [order for order in found if _place(order) > told["paginationToken"]]
    page = found[:size]
    listed = [_order(shop, each) for each in page]
    if listed and shop.random.random() < shop.faults.twice:
        listed.append(shop.random.choice(listed))
    more = {"pagination": {"nextToken": _place(page[-1])}} if len(found) > len(page) else {}
    return {"orders": listed, **more}


def _place(order: Sold) -> str:
    return f"{order.modified.timestamp():.0f} {order.number}"


def _order(shop: VirtualShop, order: Sold) -> dict[str, Any]:
    status = STATUS[order.status]
    if order.status == "open" and any(line.sent for line in order.lines):
        status = "PARTIALLY_SHIPPED"
    references = {number: ref for (of, ref), number in shop.references.items() if of == order.number}
    to = {
        "name": order.recipient, "addressLine1": "1 rue A", "city": "Lyon", "postalCode": "69001", "countryCode": "FR",
        "phone": "+33 1",
    }  # fmt: skip
    return {
        "orderId": order.number, "createdTime": _written(order.created), "lastUpdatedTime": _written(order.modified),
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": MARKETPLACE},
        "buyer": {"buyerEmail": f"{order.recipient}@marketplace.amazon.fr"},
        **({} if status == "PENDING" else {
            "recipient": {"deliveryAddress": to, "deliveryPreference": {"addressInstruction": order.remark}}
        }),
        "proceeds": {"grandTotal": {"amount": f"{order.total:.2f}", "currencyCode": "EUR"}},
        "fulfillment": {"fulfillmentStatus": status, "fulfilledBy": "MERCHANT"},
        "orderItems": [_item(line) for line in order.lines],
        "packages": [
            {"packageReferenceId": references.get(number, ""), "trackingNumber": number, "carrier": carrier,
             "packageStatus": {"status": "SHIPPED"}}
            for carrier, number in order.parcels
        ],
    }  # fmt: skip


def _item(line: SoldLine) -> dict[str, Any]:
    request = {"cancellationRequest": {"requester": "BUYER"}} if line.refund == "asked" else {}
    done = {"cancellationExecution": {"cancelledBy": "MERCHANT"}} if line.refund == "refunded" else {}
    return {
        "orderItemId": line.id, "quantityOrdered": line.qty,
        "product": {
            "asin": f"B{line.item:09}", "sellerSku": line.sku,
            "price": {"unitPrice": {"amount": str(line.price), "currencyCode": "EUR"}},
        },
        "fulfillment": {"quantityFulfilled": line.qty - line.left,
                        "quantityUnfulfilled": 0 if done else line.left},
        **({"cancellation": {**request, **done}} if request or done else {}),
    }  # fmt: skip


def _confirm(shop: VirtualShop, number: str, told: Mapping[str, Any]) -> None:
    parcel = told["packageDetail"]
    carrier = parcel["carrierCode"]
    _heard(parcel["shipDate"])
    if told["marketplaceId"] != MARKETPLACE or carrier not in CARRIERS or not parcel["packageReferenceId"].isdigit():
        raise Rejected("InvalidInput", "packageDetail")
    if carrier == "Other" and not parcel.get("carrierName"):
        raise Rejected("InvalidInput", "carrierName")
    with shop.lock:
        key, tracking = (number, parcel["packageReferenceId"]), parcel["trackingNumber"]
        lines = {each["orderItemId"]: each["quantity"] for each in parcel["orderItems"]}
        before = shop.references.get(key)
        if before is None:
            shop.send(number, carrier, tracking, lines)
        else:  # an edit of what was confirmed: the package is what is said now
            shop.send_instead(number, before, carrier, tracking, lines)
        shop.references[key] = tracking


def _patch(shop: VirtualShop, sku: str, request: Request) -> dict[str, Any]:
    (patch,) = request.get_json()["patches"]
    if (patch["op"], patch["path"]) != ("replace", "/attributes/fulfillment_availability"):
        raise Rejected("InvalidInput", "patches")
    try:
        shop.put_stock(shop.items.get(sku, 0), patch["value"][0]["quantity"])
    except Rejected as error:
        reject(shop, error)
        return {"sku": sku, "status": "INVALID", "issues": [{"code": "4000001", "message": "SKU not found"}]}
    return {"sku": sku, "status": "ACCEPTED", "submissionId": "virtual", "issues": []}


def _tokens(shop: VirtualShop, told: Mapping[str, str]) -> Response:
    known = (told.get("client_id"), told.get("client_secret")) == (shop.app_key, shop.secret)
    if not known or told.get("refresh_token", told.get("code")) != shop.refresh_token:
        return answered({"error": "invalid_grant", "error_description": "unknown"}, 400)
    return answered({**shop.new_tokens(), "token_type": "bearer", "expires_in": 3600})


def _heard(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
