"""What the platforms have in common: pages from the last to the first, lines and items, carriers' codes."""
from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from wms.channels.client import RefusedError, header
from wms.channels.plugin import Account, Item, Listed, Page, ParcelSent, Shipment
from wms.orders.service import DraftLine


def money(value: Any) -> Decimal:
    """An amount that is written as text or a number; nothing is nothing."""
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def from_last_page(
    state: Mapping[str, Any] | None, size: int, count: Callable[[], int], ask: Callable[[int], tuple[Listed, ...]],
    *, first: int = 1,
) -> Page:
    """A numbered page, from the last to the first.

    An order that changes leaves its window, and those behind it move up: read forwards, the one that moves over the
    edge of a page is passed over; read backwards, it is met twice. `count` asks how many there are, `ask` a page.
    """
    if state is None:
        pages = -(-count() // size)
        if pages == 0:
            return Page(())
        number = first + pages - 1
    else:
        number = int(state["page"])
    return Page(ask(number), {"page": number - 1} if number > first else None)


def apart(lines: Iterable[DraftLine]) -> tuple[DraftLine, ...]:
    """Lines whose keys are SKUs, told apart where a SKU stands in an order twice, such as once more as a gift."""
    seen: Counter[str] = Counter()
    told = []
    for line in lines:
        seen[line.key] += 1
        nr = seen[line.key]
        told.append(line if nr == 1 else replace(line, key=f"{line.key}#{nr}"))
    return tuple(told)


def items_of(lines: Sequence[Mapping[str, Any]], item: str, variant: str, *skus: str) -> tuple[Item, ...]:
    """The items that lines are of, by the names of their fields: those that name a SKU of ours, the first of `skus`."""
    found = ((line, next((line[name] for name in skus if line.get(name)), None)) for line in lines)
    return tuple(
        Item(str(line[item]), str(line.get(variant) or ""), str(sku)) for line, sku in found if sku and line.get(item)
    )


def noticed(account: Account, headers: Mapping[str, str], name: str, body: bytes, field: str = "id") -> list[str]:
    """The id that a notice names in its `field`, whose header of this name signs it with base64 of HMAC-SHA256; none
    where it is no JSON or names none. Raises RefusedError unless the signature is right."""
    wanted = base64.b64encode(hmac.digest(account.webhook_secret.encode(), body, hashlib.sha256))
    if not account.webhook_secret or not hmac.compare_digest(wanted, header(headers, name).encode()):
        raise RefusedError("signature")
    try:
        told = json.loads(body)
    except ValueError:
        return []
    found = told.get(field) if isinstance(told, dict) else None
    return [str(found)] if isinstance(found, int | str) and found else []


def carrier_code(account: Account, parcel: ParcelSent) -> str:
    """The platform's code of a carrier, as the account's setting `carriers` says.

    Raises RefusedError where it says nothing: a wrong carrier would be announced to the buyer.
    """
    found = account.settings.get("carriers", {}).get(parcel.carrier)
    if not found:
        raise RefusedError("carrier_unmapped", f"the shop's settings do not say what it calls {parcel.carrier}")
    return str(found)


def lines_told(shipment: Shipment, known: frozenset[str]) -> set[str]:
    """The lines of which the shop knows pieces in the parcels of other parts."""
    return {key for parcel in shipment.others if parcel.tracking in known for key in parcel.lines}


def to_send(parcels: tuple[ParcelSent, ...], known: frozenset[str]) -> list[ParcelSent]:
    """The parcels that the shop does not know yet."""
    return [parcel for parcel in parcels if parcel.tracking not in known]
