"""Shopify, by its GraphQL Admin API.

The account's `url` is the shop's (https://NAME.myshopify.com); the access token is that of a custom app, or comes from
an authorisation. The setting `location` names the location whose stock is told (gid://shopify/Location/…).
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from wms.channels.client import BusyError, Client, ExpiredError, RefusedError, SilentError, header, json_of
from wms.channels.platforms.common import money, noticed, to_send
from wms.channels.plugin import Account, Facts, Item, Listed, Page, ParcelSent, Shipment, Tokens, Told, Window
from wms.orders.service import Draft, DraftLine

VERSION = "2025-10"
PAGE, LINES = 100, 250
ORDER = "gid://shopify/Order/"
PENDING = frozenset({"ON_HOLD", "SCHEDULED"})  # of the fulfilment: not to be shipped for now
TAKEN = frozenset({"SALE", "CAPTURE", "AUTHORIZATION"})  # transactions by which an order is paid
BACK = frozenset({"REFUNDED", "VOIDED"})

LIST = """query list($q: String!, $first: Int!, $after: String) {
  orders(first: $first, after: $after, query: $q, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor } nodes { legacyResourceId updatedAt }
  }
}"""
ONE = """query one($id: ID!, $first: Int!, $after: String) {
  order(id: $id) {
    legacyResourceId createdAt updatedAt cancelledAt displayFinancialStatus displayFulfillmentStatus note phone email
    customer { legacyResourceId } transactions(first: 50) { kind status processedAt }
    currentTotalPriceSet { shopMoney { amount currencyCode } } totalOutstandingSet { shopMoney { amount } }
    shippingAddress { name company phone address1 address2 city province countryCodeV2 zip }
    fulfillments(first: 50) { status trackingInfo { number } }
    lineItems(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id sku requiresShipping currentQuantity unfulfilledQuantity
        discountedUnitPriceSet { shopMoney { amount } } variant { id inventoryItem { id } }
      }
    }
  }
}"""
TO_SHIP = """query toShip($id: ID!) {
  order(id: $id) {
    fulfillmentOrders(first: 50) {
      nodes { id status lineItems(first: 250) { nodes { id remainingQuantity lineItem { id } } } }
    }
  }
}"""
SHIP = """mutation ship($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id } userErrors { field message } }
}"""
STOCK = """mutation stock($input: InventorySetQuantitiesInput!) {
  inventorySetQuantities(input: $input) { userErrors { code field message } }
}"""
OPEN = frozenset({"OPEN", "IN_PROGRESS"})


class Shopify:
    """One Shopify shop. A list is read by its cursor, which stays at its place in the sequence of changes: an order
    that changes moves behind the window's end, and comes with the next."""

    facts = Facts(window=timedelta(days=1), lag=timedelta(seconds=30), page=PAGE, per_second=4, at_once=2)

    # ---- authorising

    def authorise(self, client: Client, account: Account, code: str) -> Tokens:
        sent = {"client_id": account.app_key, "client_secret": account.app_secret, "code": code}
        reply = client.tell("POST", f"{account.url}/admin/oauth/access_token", json=sent)
        told = json_of(reply)
        if "access_token" not in told:
            raise RefusedError(str(told.get("error", reply.status_code)), str(told.get("error_description", "")))
        return Tokens(told["access_token"])

    def refresh(self, client: Client, account: Account) -> Tokens:
        raise RefusedError("no_refresh", "tokens of Shopify do not end")

    # ---- reading

    def page(self, client: Client, account: Account, window: Window, state: Mapping[str, Any] | None) -> Page:
        span = f"updated_at:>='{_written(window.start)}' AND updated_at:<='{_written(window.end)}'"
        asked = {"q": span, "first": PAGE, "after": state["after"] if state else None}
        told = _ask(client, account, LIST, asked)["orders"]
        listed = tuple(Listed(each["legacyResourceId"], _read(each["updatedAt"])) for each in told["nodes"])
        more = told["pageInfo"]
        return Page(listed, {"after": more["endCursor"]} if more["hasNextPage"] else None)

    def fetch(self, client: Client, account: Account, platform_id: str) -> dict[str, Any] | None:
        if not platform_id.isdigit():
            return None
        asked = {"id": ORDER + platform_id, "first": LINES}
        order: dict[str, Any] | None = _ask(client, account, ONE, asked)["order"]
        if order is None:
            return None
        lines, more = order["lineItems"]["nodes"], order["lineItems"]["pageInfo"]
        while more["hasNextPage"]:
            following = _ask(client, account, ONE, {**asked, "after": more["endCursor"]})["order"]["lineItems"]
            lines, more = lines + following["nodes"], following["pageInfo"]
        return {**order, "lineItems": lines}

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        to = body.get("shippingAddress") or {}
        real = [line for line in body["lineItems"] if line["requiresShipping"] and line["currentQuantity"]]
        waiting = [line for line in real if line["unfulfilledQuantity"]]
        total = body["currentTotalPriceSet"]["shopMoney"]
        worth = money(total["amount"])
        cancelled, fulfilment = body.get("cancelledAt") is not None, body["displayFulfillmentStatus"]
        lines = [_line(line, "unfulfilledQuantity") for line in waiting] or [
            _line(line, "currentQuantity") for line in real
        ]
        draft = Draft(
            shop=account.shop,
            number=body["legacyResourceId"],
            lines=tuple(lines),
            total=worth,
            paid=worth - money(body["totalOutstandingSet"]["shopMoney"]["amount"]),
            placed_at=_read(body["createdAt"]),
            currency=total["currencyCode"],
            recipient=to.get("name") or "",
            phone=to.get("phone") or body.get("phone") or "",
            country=to.get("countryCodeV2") or "",
            province=to.get("province") or "",
            city=to.get("city") or "",
            address=", ".join(filter(None, (to.get("company"), to.get("address1"), to.get("address2")))),
            postcode=to.get("zip") or "",
            remark=body.get("note") or "",
            buyer=(body.get("customer") or {}).get("legacyResourceId") or "",
            email=body.get("email") or "",
            paid_at=_paid_at(body),
        )
        shipped = fulfilment == "FULFILLED"
        state = "cancelled" if cancelled else "shipped" if shipped else "forbidden" if fulfilment in PENDING else "open"
        refund = "refunded" if body["displayFinancialStatus"] in BACK or not real else "none"
        return Told(draft.number, _read(body["updatedAt"]), draft, state, refund, _tracking(body), _items(real))

    # ---- telling

    def ship(self, client: Client, account: Account, shipment: Shipment, known: frozenset[str]) -> None:
        """A fulfilment for each parcel, of what its lines have left in the shop's own fulfilment orders."""
        order = _ask(client, account, TO_SHIP, {"id": ORDER + shipment.platform_id})["order"]
        if order is None:
            raise RefusedError("not_found")
        left = [each for each in order["fulfillmentOrders"]["nodes"] if each["status"] in OPEN]
        for parcel in to_send(shipment.parcels, known):
            parts = _parts(left, parcel)
            if not parts:
                raise RefusedError("not_to_be_sent", "the shop has nothing left to ship of these lines")
            carriers = account.settings.get("carriers", {})
            tracking = {"number": parcel.tracking, "company": carriers.get(parcel.carrier, parcel.carrier)}
            sent = {"lineItemsByFulfillmentOrder": parts, "trackingInfo": tracking, "notifyCustomer": True}
            _tell(client, account, SHIP, "fulfillmentCreate", {"fulfillment": sent})

    def put_stock(self, client: Client, account: Account, item: Item, qty: int) -> None:
        location = account.settings.get("location")
        if not location:
            raise RefusedError("no_location", "the shop's settings do not name the location")
        quantities = [{"inventoryItemId": item.item_id, "locationId": location, "quantity": qty}]
        told = {"name": "available", "reason": "correction", "ignoreCompareQuantity": True, "quantities": quantities}
        _tell(client, account, STOCK, "inventorySetQuantities", {"input": told})

    def webhook(self, account: Account, headers: Mapping[str, str], body: bytes) -> list[str]:
        found = noticed(account, headers, "X-Shopify-Hmac-Sha256", body)
        return found if header(headers, "X-Shopify-Topic").startswith("orders/") else []


def _ask(
    client: Client, account: Account, query: str, variables: Mapping[str, Any], *, once: bool = False
) -> dict[str, Any]:
    send = client.tell if once else client.ask
    reply = send(
        "POST", f"{account.url}/admin/api/{VERSION}/graphql.json", json={"query": query, "variables": dict(variables)},
        headers={"X-Shopify-Access-Token": account.access_token},
    )  # fmt: skip
    if reply.status_code == 401:
        raise ExpiredError("401", "the access token does not count")
    told = json_of(reply)
    errors = told.get("errors")
    if errors:
        _refuse(errors, told)
    if reply.status_code >= 400:
        raise RefusedError(str(reply.status_code))
    found: dict[str, Any] = told["data"]
    return found


def _refuse(errors: Any, told: Mapping[str, Any]) -> None:
    first: Any = errors[0] if isinstance(errors, list) and errors else {"message": str(errors)}
    code, text = str(first.get("extensions", {}).get("code", "error")), str(first.get("message", ""))
    if code == "THROTTLED":
        cost = told.get("extensions", {}).get("cost", {})
        status = cost.get("throttleStatus", {})
        missing = float(cost.get("requestedQueryCost", 0)) - float(status.get("currentlyAvailable", 0))
        raise BusyError(max(0.2, missing / float(status.get("restoreRate", 50))))
    if code in ("INTERNAL_SERVER_ERROR", "TIMEOUT"):
        raise SilentError(f"{code}: {text}"[:200])
    raise RefusedError(code, text)


def _tell(client: Client, account: Account, mutation: str, name: str, variables: Mapping[str, Any]) -> None:
    errors = _ask(client, account, mutation, variables, once=True)[name]["userErrors"]
    if errors:
        raise RefusedError(str(errors[0].get("code") or "user_error"), str(errors[0].get("message", "")))


def _parts(left: Iterable[dict[str, Any]], parcel: ParcelSent) -> list[dict[str, Any]]:
    """The parcel's pieces out of the fulfilment orders, which have so much less afterwards."""
    wanted, parts = dict(parcel.lines), []
    for each in left:
        lines = []
        for line in each["lineItems"]["nodes"]:
            key = line["lineItem"]["id"]
            qty = min(wanted.get(key, 0), line["remainingQuantity"])
            if qty:
                wanted[key] -= qty
                line["remainingQuantity"] -= qty
                lines.append({"id": line["id"], "quantity": qty})
        if lines:
            parts.append({"fulfillmentOrderId": each["id"], "fulfillmentOrderLineItems": lines})
    return parts


def _line(line: Mapping[str, Any], qty: str) -> DraftLine:
    sku = line.get("sku") or f"variant {(line.get('variant') or {}).get('id')}"
    return DraftLine(line["id"], sku, int(line[qty]), money(line["discountedUnitPriceSet"]["shopMoney"]["amount"]))


def _items(lines: Iterable[Mapping[str, Any]]) -> tuple[Item, ...]:
    known = (line for line in lines if line.get("sku") and line.get("variant"))
    return tuple(Item(line["variant"]["inventoryItem"]["id"], line["variant"]["id"], line["sku"]) for line in known)


def _tracking(body: Mapping[str, Any]) -> frozenset[str]:
    going = (each for each in body["fulfillments"] if each["status"] not in ("CANCELLED", "ERROR", "FAILURE"))
    return frozenset(info["number"] for each in going for info in each["trackingInfo"] if info.get("number"))


def _paid_at(body: Mapping[str, Any]) -> datetime | None:
    told = (each for each in body.get("transactions") or [] if each["status"] == "SUCCESS" and each["kind"] in TAKEN)
    return min((_read(each["processedAt"]) for each in told if each.get("processedAt")), default=None)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
