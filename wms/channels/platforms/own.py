"""The seller's own site or mini-program: it pushes its orders into our API, and hears of them by our webhooks."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from wms.channels.platforms.passive import ComesToUs, comes_to_us
from wms.channels.plugin import Account, Facts, Item, Told
from wms.orders.service import Draft, DraftLine

TEXTS = (
    "recipient", "phone", "country", "province", "city", "district", "address", "postcode", "remark", "seller_remark",
    "buyer", "address_id", "gift_note",
)  # fmt: skip


class OwnSite(ComesToUs):
    """Orders as `POST /api/v1/own-site/orders` takes them: checked there, and stored as they are written here."""

    facts: Facts = comes_to_us(hears=False)

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        lines = tuple(
            DraftLine(each.get("key") or each["sku"], each["sku"], int(each["qty"]), Decimal(each.get("price", "0")))
            for each in body["lines"]
        )
        total = sum((line.qty * line.price for line in lines), Decimal(body.get("postage", "0")))
        draft = Draft(
            shop=account.shop, number=body["number"], lines=lines, total=total, paid=Decimal(body.get("paid", "0")),
            cod=Decimal(body.get("cod", "0")), placed_at=_moment(body.get("placed_at")),
            promised_at=_moment(body.get("promised_at")), paid_at=_moment(body.get("paid_at")),
            currency=body.get("currency"), carrier=body.get("carrier"), kind=body.get("kind", "normal"),
            **{name: body.get(name, "") for name in TEXTS},
        )  # fmt: skip
        items = tuple(Item(line.sku, "", line.sku) for line in lines)
        state, refund = body.get("state", "open"), body.get("refund", "none")
        return Told(draft.number, _moment(body.get("changed_at")), draft, state, refund, items=items)


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
