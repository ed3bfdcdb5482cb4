"""Amazon, by its Selling Partner API: orders of version 2026-01-01, shipments confirmed by orders v0, stock by listings
2021-08-01.

The account's `url` is the endpoint of the region, such as https://sellingpartnerapi-eu.amazon.com; `app_key` and
`app_secret` are the application's id and secret at Login with Amazon. The setting `marketplaces` lists the ids of the
marketplaces; `seller`, the seller's id, is needed to tell stock; `oauth` replaces the address of Login with Amazon;
`carriers` are Amazon's carrier codes, and a carrier that has none there is announced as `Other` by its name.

Who gets an order is told to applications with the role of direct-to-consumer delivery; version 2026-01-01 asks for no
restricted data token. Each operation has an allowance of its own, which is small: `x-amzn-RateLimit-Limit` says it.
"""
from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import requests

from wms.channels.client import BusyError, Client, ExpiredError, RefusedError, json_of
from wms.channels.platforms.common import money, to_send
from wms.channels.plugin import Account, Facts, Item, Listed, Page, ParcelSent, Shipment, Tokens, Told, Window
from wms.core.clock import now
from wms.orders.service import Draft, DraftLine

LWA = "https://api.amazon.com/auth/o2/token"
ORDERS, SHIPPED, LISTINGS = "/orders/2026-01-01/orders", "/orders/v0/orders", "/listings/2021-08-01/items"
PAGE = 100
WANTED = "BUYER,RECIPIENT,PROCEEDS,CANCELLATION,FULFILLMENT,PACKAGES,PAYMENT"
# Requests a second, and at once, of each operation, until Amazon says otherwise.
ALLOWED = {"searchOrders": (0.0056, 20), "getOrder": (0.5, 30), "confirmShipment": (2.0, 10), "patchListing": (5.0, 5)}
LIMIT, RATE = "x-amzn-RateLimit-Limit", re.compile(r"[0-9.]{1,20}(?<!\.)")
STATES = {
    "PENDING": "forbidden", "PENDING_AVAILABILITY": "forbidden", "UNFULFILLABLE": "forbidden", "SHIPPED": "shipped",
    "CANCELLED": "cancelled",
}  # fmt: skip
OVER = frozenset({"PENDING", "CANCELLED"})  # of a package: it did not leave
COD = frozenset({"CashOnDelivery", "COD"})


class Amazon:
    """The orders of one seller that she ships herself; those that Amazon ships are Amazon's."""

    facts = Facts(
        window=timedelta(days=7), lag=timedelta(minutes=3), page=PAGE, per_second=5, at_once=1,
        refresh=timedelta(minutes=5), lists_whole=True,
    )  # fmt: skip

    # ---- authorising

    def authorise(self, client: Client, account: Account, code: str) -> Tokens:
        return self._tokens(client, account, grant_type="authorization_code", code=code)

    def refresh(self, client: Client, account: Account) -> Tokens:
        return self._tokens(client, account, grant_type="refresh_token", refresh_token=account.refresh_token)

    def _tokens(self, client: Client, account: Account, **values: str) -> Tokens:
        sent = {"client_id": account.app_key, "client_secret": account.app_secret, **values}
        reply = client.tell("POST", account.settings.get("oauth", LWA), data=sent)
        told = json_of(reply)
        if "access_token" not in told:
            raise RefusedError(str(told.get("error", reply.status_code)), str(told.get("error_description", "")))
        ends = now() + timedelta(seconds=int(told["expires_in"]))
        return Tokens(told["access_token"], told.get("refresh_token", ""), ends)

    # ---- reading

    def page(self, client: Client, account: Account, window: Window, state: Mapping[str, Any] | None) -> Page:
        asked = {
            "lastUpdatedAfter": _written(window.start), "lastUpdatedBefore": _written(window.end),
            "marketplaceIds": ",".join(_marketplaces(account)), "fulfilledBy": "MERCHANT",
            "maxResultsPerPage": PAGE, "includedData": WANTED,
        }  # fmt: skip
        if state:
            asked["paginationToken"] = state["token"]
        try:
            told = json_of(_send(client, account, "searchOrders", "GET", ORDERS, params=asked))
        except ExpiredError:
            raise
        except RefusedError:
            if state is None:
                raise
            return self.page(client, account, window, None)  # a token counts for a day: the window is begun anew
        listed = tuple(Listed(each["orderId"], _read(each["lastUpdatedTime"]), each) for each in told["orders"])
        token = (told.get("pagination") or {}).get("nextToken")
        return Page(listed, {"token": token} if token else None)

    def fetch(self, client: Client, account: Account, platform_id: str) -> dict[str, Any] | None:
        path, asked = f"{ORDERS}/{quote(platform_id, safe='')}", {"includedData": WANTED}
        reply = _send(client, account, "getOrder", "GET", path, params=asked, missing=True)
        found: dict[str, Any] | None = None if reply.status_code == 404 else json_of(reply)["order"]
        return found

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        to = (body.get("recipient") or {}).get("deliveryAddress") or {}
        about, wishes = body.get("fulfillment") or {}, (body.get("recipient") or {}).get("deliveryPreference") or {}
        state = STATES.get(about.get("fulfillmentStatus", ""), "open")
        if about.get("fulfilledBy") == "AMAZON":
            state = "shipped"
        left = [item for item in body["orderItems"] if not _cancelled(item)]
        going = [item for item in left if _unfulfilled(item)]
        total = (body.get("proceeds") or {}).get("grandTotal") or {}
        worth, cod = money(total.get("amount")), _cod(body)
        draft = Draft(
            shop=account.shop,
            number=body["orderId"],
            lines=tuple(_line(item, _unfulfilled(item)) for item in going)
            or tuple(_line(item, int(item["quantityOrdered"])) for item in left or body["orderItems"]),
            total=worth,
            paid=Decimal(0) if state == "forbidden" else worth - cod,
            cod=cod,
            placed_at=_read(body["createdTime"]),
            promised_at=_read((about.get("shipByWindow") or {}).get("latestDateTime")),
            currency=total.get("currencyCode"),
            recipient=to.get("name") or "",
            phone=to.get("phone") or "",
            country=to.get("countryCode") or "",
            province=to.get("stateOrRegion") or "",
            city=to.get("city") or to.get("municipality") or "",
            district=to.get("districtOrCounty") or "",
            address=", ".join(filter(None, (to.get("companyName"), *(to.get(f"addressLine{n}") for n in (1, 2, 3))))),
            postcode=to.get("postalCode") or "",
            remark=wishes.get("addressInstruction") or "",
            gift_note="\n".join(filter(None, map(_gift, left))),
            buyer=(body.get("buyer") or {}).get("buyerEmail") or "",
            email=(body.get("buyer") or {}).get("buyerEmail") or "",
        )
        asked = any((item.get("cancellation") or {}).get("cancellationRequest") for item in left)
        items = tuple(Item(sku, "", sku) for item in left if (sku := item["product"].get("sellerSku")))
        changed_at = _read(body["lastUpdatedTime"])
        if not left:
            state = "cancelled"
        return Told(draft.number, changed_at, draft, state, "asked" if asked else "none", _tracking(body), items)

    # ---- telling

    def ship(self, client: Client, account: Account, shipment: Shipment, known: frozenset[str]) -> None:
        """Each parcel is confirmed by a number that follows from its tracking number, so that one that is told twice
        is the same, and that of another part another. Items of a parcel of no lines of its own (more of a bundle that
        was sold as one) were told with those before it."""
        marketplace = _marketplaces(account)[0]
        if len(_marketplaces(account)) > 1:
            body = self.fetch(client, account, shipment.platform_id)
            if body is None:
                raise RefusedError("not_found")
            marketplace = body["salesChannel"]["marketplaceId"]
        path = f"{SHIPPED}/{quote(shipment.platform_id, safe='')}/shipmentConfirmation"
        for parcel in to_send(shipment.parcels, known):
            if parcel.lines:
                sent = {"marketplaceId": marketplace, "packageDetail": _package(account, parcel)}
                _send(client, account, "confirmShipment", "POST", path, json=sent)

    def put_stock(self, client: Client, account: Account, item: Item, qty: int) -> None:
        seller = account.settings.get("seller")
        if not seller:
            raise RefusedError("no_seller", "the shop's settings do not name the seller's id")
        value = [{"fulfillment_channel_code": "DEFAULT", "quantity": qty}]
        patch = {"op": "replace", "path": "/attributes/fulfillment_availability", "value": value}
        path = f"{LISTINGS}/{quote(seller, safe='')}/{quote(item.item_id, safe='')}"
        asked = {"marketplaceIds": ",".join(_marketplaces(account))}
        sent = {"productType": "PRODUCT", "patches": [patch]}
        told = json_of(_send(client, account, "patchListing", "PATCH", path, params=asked, json=sent))
        if told.get("status") == "INVALID":
            (issue, *_) = told.get("issues") or [{}]
            raise RefusedError(str(issue.get("code", "INVALID")), str(issue.get("message", "")))

    def webhook(self, account: Account, headers: Mapping[str, str], body: bytes) -> list[str]:
        raise RefusedError("no_webhooks", "Amazon tells its notices to queues of its own")


def _send(
    client: Client, account: Account, operation: str, method: str, path: str, *, missing: bool = False, **sent: Any
) -> requests.Response:
    bucket = client.bucket(operation, *ALLOWED[operation])
    bucket.take()
    headers = {
        "x-amz-access-token": account.access_token, "x-amz-date": f"{now():%Y%m%dT%H%M%SZ}",
        "user-agent": "wms/0.3 (Language=Python)",
    }  # fmt: skip
    try:
        # Not `ask`: each try counts.
        reply = client.tell(method, f"{account.url}{path}", headers=headers, **sent)
    except BusyError:
        raise BusyError(bucket.empty()) from None
    allowed = RATE.fullmatch(reply.headers.get(LIMIT, ""))
    if allowed and float(allowed[0]) > 0:
        bucket.pace(float(allowed[0]))
    if reply.status_code < 300 or (missing and reply.status_code == 404):
        return reply
    (error, *_) = json_of(reply).get("errors") or [{}]
    code, text = str(error.get("code", reply.status_code)), str(error.get("message", ""))
    spent = reply.status_code in (401, 403) and "token" in f"{text} {error.get('details', '')}".lower()
    raise (ExpiredError if spent else RefusedError)(code, text)


def _marketplaces(account: Account) -> list[str]:
    told = account.settings.get("marketplaces") or ""
    found = [each.strip() for each in told.split(",")] if isinstance(told, str) else list(told)
    if not any(found):
        raise RefusedError("no_marketplace", "the shop's settings do not name its marketplaces")
    return [each for each in found if each]


def _reference(tracking: str) -> str:
    """What tells a package from the others of its order: a positive number, and the same whenever it is told."""
    return str(int.from_bytes(hashlib.sha256(tracking.encode()).digest()[:4]) % 2_147_483_647 + 1)


def _package(account: Account, parcel: ParcelSent) -> dict[str, Any]:
    code = account.settings.get("carriers", {}).get(parcel.carrier)
    carrier = {"carrierCode": code} if code else {"carrierCode": "Other", "carrierName": parcel.carrier}
    lines = [{"orderItemId": id, "quantity": qty} for id, qty in parcel.lines.items()]
    return {
        "packageReferenceId": _reference(parcel.tracking), **carrier, "trackingNumber": parcel.tracking,
        "shipDate": _written(now()), "orderItems": lines,
    }  # fmt: skip


def _cancelled(item: Mapping[str, Any]) -> bool:
    return bool((item.get("cancellation") or {}).get("cancellationExecution"))


def _unfulfilled(item: Mapping[str, Any]) -> int:
    left = (item.get("fulfillment") or {}).get("quantityUnfulfilled")
    return int(item["quantityOrdered"] if left is None else left)


def _line(item: Mapping[str, Any], qty: int) -> DraftLine:
    product = item["product"]
    price = ((product.get("price") or {}).get("unitPrice") or {}).get("amount")
    return DraftLine(item["orderItemId"], product.get("sellerSku") or f"asin {product.get('asin')}", qty, money(price))


def _gift(item: Mapping[str, Any]) -> str:
    packing = (item.get("fulfillment") or {}).get("packing") or {}
    return str((packing.get("giftOption") or {}).get("giftMessage") or "")


def _cod(body: Mapping[str, Any]) -> Decimal:
    executions: Iterable[Mapping[str, Any]] = (body.get("payment") or {}).get("paymentExecutions") or []
    amounts = (each.get("paymentAmount") or {} for each in executions if each.get("paymentMethod") in COD)
    return sum((money(each.get("amount")) for each in amounts), Decimal(0))


def _tracking(body: Mapping[str, Any]) -> frozenset[str]:
    left = (each for each in body.get("packages") or [] if (each.get("packageStatus") or {}).get("status") not in OVER)
    return frozenset(each["trackingNumber"] for each in left if each.get("trackingNumber"))


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
