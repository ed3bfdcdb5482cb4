"""Vendure, by its GraphQL Admin API.

The account's `url` is the server's, whose Admin API is at /admin-api. Two ways in: a user of its own (`app_key` and
`app_secret` are the name and password; the shop's `tokenMethod` has to contain `bearer`), or, where `app_key` is empty,
an API key of Vendure as the `access_token`. It needs ReadOrder, UpdateOrder, and UpdateCatalog where the shop is told
its stock. Settings: `channel`, the token of one of Vendure's channels; `location`, the id of the stock location that is
told, where there are several; `page`, orders of a page, where its adminListQueryLimit is below ours; `decimals` of its
amounts, 2 unless its money strategy says otherwise.

Orders have their code for a number, which buyers see. Vendure sends no webhooks by itself; a few lines of a plug-in of
the shop that post {"code": …} with its signature (base64 of HMAC-SHA256 under the account's secret) make it.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from wms.channels.client import Client, ExpiredError, RefusedError, SilentError, json_of
from wms.channels.platforms.common import from_last_page, noticed, to_send
from wms.channels.plugin import Account, Facts, Item, Listed, Page, ParcelSent, Shipment, Tokens, Told, Window
from wms.orders.service import Draft, DraftLine

PAGE = 50
SIGNATURE = "X-Vendure-Signature"
TOKEN = "vendure-auth-token"  # noqa: S105 - the name of a header
CHANGED = frozenset({"Modifying", "ArrangingAdditionalPayment"})  # a person at the shop is at it
GUARANTEED = frozenset({"Settled", "Authorized"})
LEFT = frozenset({"Shipped", "Delivered"})

ORDER = """fragment order on Order {
  id code state orderPlacedAt updatedAt currencyCode totalWithTax customer { id phoneNumber emailAddress }
  shippingAddress { fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber }
  lines { id quantity orderPlacedQuantity proratedUnitPriceWithTax productVariant { id sku } }
  payments { amount state createdAt refunds { total state } }
  fulfillments { id state trackingCode lines { orderLineId quantity } }
}"""
COUNT = "query count($options: OrderListOptions!) { orders(options: $options) { totalItems } }"
LIST = "query list($options: OrderListOptions!) { orders(options: $options) { items { ...order } } } " + ORDER
LOGIN = """mutation login($name: String!, $password: String!) {
  login(username: $name, password: $password) { __typename ... on ErrorResult { errorCode message } }
}"""
ADD = """mutation add($input: FulfillOrderInput!) {
  addFulfillmentToOrder(input: $input) { __typename ... on Fulfillment { id } ... on ErrorResult { errorCode message } }
}"""
LEAVE = """mutation leave($id: ID!) {
  transitionFulfillmentToState(id: $id, state: "Shipped") { __typename ... on ErrorResult { errorCode message } }
}"""
LEVELS = "query levels($id: ID!) { productVariant(id: $id) { stockLevels { stockLocationId stockAllocated } } }"
STOCK = "mutation stock($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }"


class Vendure:
    """One channel of a Vendure server. Its list has no cursor, so that it is read from the last page to the first; and
    as not all that changes an order moves its `updatedAt`, the nightly comparison asks for open ones once more."""

    facts = Facts(
        window=timedelta(days=1), lag=timedelta(seconds=5), page=PAGE, per_second=10, at_once=2,
        refresh=timedelta(0), lists_whole=True,
    )  # fmt: skip

    # ---- authorising

    def authorise(self, client: Client, account: Account, code: str) -> Tokens:
        raise RefusedError("no_codes", "Vendure lets in by a user's name and password, or by an API key")

    def refresh(self, client: Client, account: Account) -> Tokens:
        if not account.app_key:
            raise RefusedError("no_api_key", "the account has neither a user nor an API key that counts")
        query = {"query": LOGIN, "variables": {"name": account.app_key, "password": account.app_secret}}
        reply = client.tell("POST", f"{account.url}/admin-api", json=query)
        _checked(_data(json_of(reply)), "login")
        if not reply.headers.get(TOKEN):
            raise RefusedError("no_token", "authOptions.tokenMethod of the shop has to contain 'bearer'")
        return Tokens(reply.headers[TOKEN])

    # ---- reading

    def page(self, client: Client, account: Account, window: Window, state: Mapping[str, Any] | None) -> Page:
        size = int(account.settings.get("page", PAGE))
        span = {"start": _written(window.start), "end": _written(window.end + timedelta(seconds=1))}
        options = {
            "filter": {"updatedAt": {"between": span}, "orderPlacedAt": {"isNull": False}},
            "sort": {"updatedAt": "ASC", "id": "ASC"},
        }  # fmt: skip

        def count() -> int:
            told = _ask(client, account, COUNT, {"options": {**options, "take": 1}})
            return int(told["orders"]["totalItems"])

        def listed(number: int) -> tuple[Listed, ...]:
            part = {**options, "take": size, "skip": (number - 1) * size}
            found = _ask(client, account, LIST, {"options": part})["orders"]["items"]
            return tuple(Listed(each["code"], _read(each["updatedAt"]), each) for each in found)

        return from_last_page(state, size, count, listed)

    def fetch(self, client: Client, account: Account, platform_id: str) -> dict[str, Any] | None:
        options = {"filter": {"code": {"eq": platform_id}}, "take": 1}
        found: list[dict[str, Any]] = _ask(client, account, LIST, {"options": options})["orders"]["items"]
        return found[0] if found else None

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        to, buyer = body.get("shippingAddress") or {}, body.get("customer") or {}
        real = [line for line in body["lines"] if line["quantity"]]
        going, unit = _going(body, real), Decimal(10) ** -int(account.settings.get("decimals", 2))
        paid, back, asked = _payments(body)
        draft = Draft(
            shop=account.shop,
            number=body["code"],
            lines=tuple(_line(line, qty, unit) for line, qty in going or [(line, line["quantity"]) for line in real])
            or tuple(_line(line, line["orderPlacedQuantity"], unit) for line in body["lines"]),
            total=body["totalWithTax"] * unit,
            paid=(paid - back) * unit,
            placed_at=_read(body.get("orderPlacedAt")),
            currency=body["currencyCode"],
            recipient=to.get("fullName") or "",
            phone=to.get("phoneNumber") or buyer.get("phoneNumber") or "",
            country=to.get("countryCode") or "",
            province=to.get("province") or "",
            city=to.get("city") or "",
            address=", ".join(filter(None, (to.get("company"), to.get("streetLine1"), to.get("streetLine2")))),
            postcode=to.get("postalCode") or "",
            buyer=str(buyer.get("id") or ""),
            email=buyer.get("emailAddress") or "",
            paid_at=_read(min((each["createdAt"] for each in _good(body)), default=None)),
        )
        refund = "refunded" if back >= paid > 0 else "asked" if back + asked >= paid > 0 else "none"
        tracking = frozenset(each["trackingCode"] for each in _fulfilments(body, LEFT) if each.get("trackingCode"))
        state = _state(body["state"], bool(going))
        items = tuple(Item(str(line["productVariant"]["id"]), "", line["productVariant"]["sku"]) for line in real)
        return Told(draft.number, _read(body["updatedAt"]), draft, state, refund, tracking, items)

    # ---- telling

    def ship(self, client: Client, account: Account, shipment: Shipment, known: frozenset[str]) -> None:
        """A fulfilment for each parcel, made and then shipped; one that was made before and is still pending is only
        shipped. A parcel of no lines of its own (more of a bundle that was sold as one) goes with those before it."""
        body = self.fetch(client, account, shipment.platform_id)
        if body is None:
            raise RefusedError("not_found")
        made = {each["trackingCode"]: each for each in _fulfilments(body, {*LEFT, "Pending"})}
        for parcel in to_send(shipment.parcels, known):
            there = made.get(parcel.tracking)
            if (there and there["state"] in LEFT) or not parcel.lines:
                continue
            id = there["id"] if there else _add(client, account, parcel)
            _checked(_ask(client, account, LEAVE, {"id": id}, once=True), "transitionFulfillmentToState")

    def put_stock(self, client: Client, account: Account, item: Item, qty: int) -> None:
        """Vendure is told what lies there: what may be sold, and what buyers have ordered and not got yet."""
        levels = (_ask(client, account, LEVELS, {"id": item.item_id})["productVariant"] or {}).get("stockLevels", [])
        location = account.settings.get("location") or (levels[0]["stockLocationId"] if len(levels) == 1 else None)
        level = next((each for each in levels if str(each["stockLocationId"]) == str(location)), None)
        if level is None:
            raise RefusedError("no_location", "the shop's settings do not say which stock location is told")
        put = [{"stockLocationId": location, "stockOnHand": qty + level["stockAllocated"]}]
        _ask(client, account, STOCK, {"input": [{"id": item.item_id, "stockLevels": put}]})

    def webhook(self, account: Account, headers: Mapping[str, str], body: bytes) -> list[str]:
        return noticed(account, headers, SIGNATURE, body, "code")


def _ask(
    client: Client, account: Account, query: str, variables: Mapping[str, Any], *, once: bool = False
) -> dict[str, Any]:
    sign = {"Authorization": f"Bearer {account.access_token}"} if account.app_key else {
        "vendure-api-key": account.access_token
    }  # fmt: skip
    if account.settings.get("channel"):
        sign["vendure-token"] = account.settings["channel"]
    send = client.tell if once else client.ask
    sent = {"query": query, "variables": dict(variables)}
    return _data(json_of(send("POST", f"{account.url}/admin-api", json=sent, headers=sign)))


def _data(told: Mapping[str, Any]) -> dict[str, Any]:
    for error in told.get("errors") or []:
        code, text = str(error.get("extensions", {}).get("code", "error")), str(error.get("message", ""))
        if code in ("FORBIDDEN", "UNAUTHORIZED"):
            raise ExpiredError(code, text)
        if code == "INTERNAL_SERVER_ERROR":
            raise SilentError(f"{code}: {text}"[:200])
        raise RefusedError(code, text)
    found: dict[str, Any] = told["data"]
    return found


def _checked(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What a mutation gave. Raises RefusedError for one of Vendure's error results."""
    found: dict[str, Any] = told[name]
    if found.get("errorCode"):
        raise RefusedError(str(found["errorCode"]), str(found.get("message", "")))
    return found


def _add(client: Client, account: Account, parcel: ParcelSent) -> str:
    carrier = account.settings.get("carriers", {}).get(parcel.carrier, parcel.carrier)
    values = (("method", carrier), ("trackingCode", parcel.tracking))
    handler = {
        "code": "manual-fulfillment", "arguments": [{"name": name, "value": value} for name, value in values]
    }  # fmt: skip
    lines = [{"orderLineId": id, "quantity": qty} for id, qty in parcel.lines.items()]
    told = _ask(client, account, ADD, {"input": {"lines": lines, "handler": handler}}, once=True)
    return str(_checked(told, "addFulfillmentToOrder")["id"])


def _fulfilments(body: Mapping[str, Any], states: Iterable[str]) -> list[dict[str, Any]]:
    return [each for each in body.get("fulfillments") or [] if each["state"] in states]


def _going(body: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], int]]:
    """Lines with the pieces that no fulfilment has."""
    sent: Counter[str] = Counter()
    for each in _fulfilments(body, {*LEFT, "Created", "Pending"}):
        for line in each["lines"]:
            sent[line["orderLineId"]] += line["quantity"]
    return [(line, qty) for line in lines if (qty := line["quantity"] - sent[line["id"]]) > 0]


def _good(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for each in body.get("payments") or [] if each["state"] in GUARANTEED]


def _payments(body: Mapping[str, Any]) -> tuple[int, int, int]:
    """What was paid, of that paid back, and about to be, in the smallest unit."""
    refunds = [refund for each in _good(body) for refund in each["refunds"]]
    back, asked = (sum(each["total"] for each in refunds if each["state"] == state) for state in ("Settled", "Pending"))
    return sum(each["amount"] for each in _good(body)), back, asked


def _state(state: str, going: bool) -> str:
    if state == "Cancelled":
        return "cancelled"
    return "forbidden" if state in CHANGED else "open" if going else "shipped"


def _line(line: Mapping[str, Any], qty: int, unit: Decimal) -> DraftLine:
    sku = line["productVariant"]["sku"] or f"variant {line['productVariant']['id']}"
    return DraftLine(str(line["id"]), sku, qty, line["proratedUnitPriceWithTax"] * unit)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None
