"""WooCommerce, by its REST API (wc/v3).

Parcels are kept in the order's meta field `_wc_shipment_tracking_items`, where the Shipment Tracking extension and most
themes and mails look for them; the whole list is put each time, so putting it twice changes nothing.
"""
from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import requests

from wms.channels.client import Client, ExpiredError, RefusedError, json_of
from wms.channels.platforms.common import from_last_page, items_of, money, noticed
from wms.channels.plugin import Account, Facts, Item, Listed, Page, Shipment, Tokens, Told, Window
from wms.core.clock import now
from wms.orders.service import Draft, DraftLine

PAGE = 100
TRACKING = "_wc_shipment_tracking_items"
REFUNDS = "refunds_whole"  # ours: the refunds of an order with their lines, put beside what the order says of them
UNPAID = frozenset({"pending", "on-hold", "failed", "checkout-draft"})
STATES = {"completed": "shipped", "cancelled": "cancelled", "trash": "cancelled", "refunded": "cancelled"}


class WooCommerce:
    """One shop. The account's `url` is that of its site, `app_key` and `app_secret` the consumer's key and secret."""

    facts = Facts(
        window=timedelta(days=1), lag=timedelta(seconds=30), page=PAGE, per_second=5, at_once=2, lists_whole=True
    )

    def authorise(self, client: Client, account: Account, code: str) -> Tokens:
        raise RefusedError("no_tokens", "keys are made in the shop: WooCommerce, Settings, Advanced, REST API")

    def refresh(self, client: Client, account: Account) -> Tokens:
        raise RefusedError("no_tokens")

    # ---- reading

    def page(self, client: Client, account: Account, window: Window, state: Mapping[str, Any] | None) -> Page:
        span = {
            "modified_after": _written(window.start), "modified_before": _written(window.end + timedelta(seconds=1)),
            "dates_are_gmt": "true", "orderby": "modified", "order": "asc", "per_page": PAGE, "status": "any",
        }  # fmt: skip

        def ask(number: int, size: int = PAGE) -> requests.Response:
            return _ask(client, account, "orders", {**span, "per_page": size, "page": number})

        def listed(number: int) -> tuple[Listed, ...]:
            found = [_with_refunds(client, account, each) for each in ask(number).json()]
            return tuple(Listed(str(each["id"]), _read(each["date_modified_gmt"]), each) for each in found)

        return from_last_page(state, PAGE, lambda: int(ask(1, 1).headers["X-WP-Total"]), listed)

    def fetch(self, client: Client, account: Account, platform_id: str) -> dict[str, Any] | None:
        if not platform_id.isdigit():
            return None
        reply = _ask(client, account, f"orders/{platform_id}", {}, missing=True)
        return None if reply.status_code == 404 else _with_refunds(client, account, json_of(reply))

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        to = body["shipping"] if (body.get("shipping") or {}).get("address_1") else body["billing"]
        back = _refunded_lines(body)
        lines = tuple(line for each in body["line_items"] if (line := _line(each, back.get(each["id"], 0))))
        total = money(body["total"])
        # Paid at the door, it counts as paid when the shop has noted that it was.
        cod = total if body.get("payment_method") == "cod" and not body.get("date_paid_gmt") else Decimal(0)
        unpaid = bool(cod) or (body["status"] in UNPAID and not body.get("date_paid_gmt"))
        draft = Draft(
            shop=account.shop,
            number=str(body["id"]),
            lines=lines or tuple(filter(None, (_line(each, 0) for each in body["line_items"]))),
            total=total,
            paid=Decimal(0) if unpaid else total,
            cod=cod,
            placed_at=_read(body["date_created_gmt"]),
            currency=body.get("currency"),
            recipient=f"{to.get('first_name', '')} {to.get('last_name', '')}".strip(),
            phone=to.get("phone") or body["billing"].get("phone") or "",
            country=to.get("country") or "",
            province=to.get("state") or "",
            city=to.get("city") or "",
            address=", ".join(filter(None, (to.get("company"), to.get("address_1"), to.get("address_2")))),
            postcode=to.get("postcode") or "",
            email=body["billing"].get("email") or "",
            remark=body.get("customer_note") or "",
            buyer=str(body.get("customer_id") or ""),
            paid_at=_read(body.get("date_paid_gmt")),
        )
        refunded = body["status"] == "refunded" or not lines
        state = STATES.get(body["status"], "open")
        tracking = frozenset(each["tracking_number"] for each in _parcels(body))
        changed_at = _read(body["date_modified_gmt"])
        items = items_of(body["line_items"], "product_id", "variation_id", "sku")
        return Told(draft.number, changed_at, draft, state, "refunded" if refunded else "none", tracking, items)

    # ---- telling

    def ship(self, client: Client, account: Account, shipment: Shipment, known: frozenset[str]) -> None:
        body = self.fetch(client, account, shipment.platform_id)
        if body is None:
            raise RefusedError("not_found")
        if STATES.get(body["status"]) == "cancelled":  # the shop itself would take it
            raise RefusedError("not_to_be_sent", f"the order is {body['status']}")
        here = _parcels(body)
        there = {each["tracking_number"] for each in here}
        sent = here + [_tracked(each.tracking, each.carrier) for each in shipment.parcels if each.tracking not in there]
        meta = {"meta_data": [{"key": TRACKING, "value": sent}]}
        put = {**meta, **({"status": "completed"} if shipment.complete else {})}
        address = _address(account, f"orders/{shipment.platform_id}")
        _checked(client.tell("PUT", address, json=put, auth=(account.app_key, account.app_secret)))

    def put_stock(self, client: Client, account: Account, item: Item, qty: int) -> None:
        path = f"products/{item.item_id}" + (f"/variations/{item.variant_id}" if item.variant_id else "")
        put = {"manage_stock": True, "stock_quantity": qty}
        auth = (account.app_key, account.app_secret)
        _checked(client.ask("PUT", _address(account, path), json=put, auth=auth))

    def webhook(self, account: Account, headers: Mapping[str, str], body: bytes) -> list[str]:
        # The greeting of a new webhook is no JSON: webhook_id=…
        return noticed(account, headers, "X-WC-Webhook-Signature", body)


def _address(account: Account, path: str) -> str:
    return f"{account.url}/wp-json/wc/v3/{path}"


def _ask(
    client: Client, account: Account, path: str, query: Mapping[str, Any], *, missing: bool = False
) -> requests.Response:
    reply = client.ask("GET", _address(account, path), params=query, auth=(account.app_key, account.app_secret))
    return reply if missing and reply.status_code == 404 else _checked(reply)


def _with_refunds(client: Client, account: Account, body: dict[str, Any]) -> dict[str, Any]:
    """An order that was paid back in part, with what was paid back."""
    if not body.get("refunds") or body["status"] == "refunded":
        return body
    return {**body, REFUNDS: _ask(client, account, f"orders/{body['id']}/refunds", {"per_page": PAGE}).json()}


def _checked(reply: requests.Response) -> requests.Response:
    if reply.status_code < 300:
        return reply
    told = json_of(reply)
    kind = ExpiredError if reply.status_code == 401 else RefusedError
    raise kind(str(told.get("code", reply.status_code)), str(told.get("message", "")))


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _refunded_lines(body: Mapping[str, Any]) -> dict[int, int]:
    """Pieces by line that were paid back."""
    back: dict[int, int] = {}
    for line in (line for refund in body.get(REFUNDS) or [] for line in refund.get("line_items") or []):
        for meta in line.get("meta_data") or []:
            if meta.get("key") == "_refunded_item_id":
                id = int(meta["value"])
                back[id] = back.get(id, 0) + abs(int(line["quantity"]))
    return back


def _line(line: Mapping[str, Any], back: int) -> DraftLine | None:
    qty = int(line["quantity"]) - back
    sku = line.get("sku") or f"product_id {line.get('product_id')}"
    price = money(line["total"]) / int(line["quantity"])
    return DraftLine(str(line["id"]), sku, qty, price) if qty > 0 else None


def _parcels(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    for each in body.get("meta_data") or []:
        if each.get("key") == TRACKING and isinstance(each.get("value"), list):
            return [dict(parcel) for parcel in each["value"]]
    return []


def _tracked(number: str, carrier: str) -> dict[str, Any]:
    told = hashlib.md5(f"{carrier}{number}".encode()).hexdigest()  # noqa: S324 - an id as the extension makes its own
    return {
        "tracking_provider": "", "custom_tracking_provider": carrier, "custom_tracking_link": "",
        "tracking_number": number, "tracking_id": told, "date_shipped": int(now().timestamp()),
    }  # fmt: skip
