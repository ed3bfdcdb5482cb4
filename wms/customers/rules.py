"""Pure decisions of the customers room: which orders are of one, and what the reveals' chain says."""
from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wms.core.private import digits

SHORTEST_PHONE = 7  # digits
LONGEST_PLAIN = 11  # digits; what has more, and a hyphen before the last, has an extension
_EXTENSION = re.compile(r"\d[-,;#xX转轉](?=\d{1,6}$)")


@dataclass(frozen=True)
class Facts:
    """What an order says of who buys: the buyer's id in its shop, and the recipient."""

    order_id: int
    shop_id: int
    buyer: str
    name: str
    phone: str


def tells_who(phone: str) -> bool:
    """Whether equal numbers are the same person: not what a platform has masked, nor one of its virtual numbers, which
    many share and only an extension tells apart."""
    plain, found = phone.strip(), digits(phone)
    extended = len(found) > LONGEST_PLAIN and _EXTENSION.search(plain)
    return "*" not in plain and len(found) >= SHORTEST_PHONE and not extended


def is_somebody(facts: Facts) -> bool:
    """Whether an order says enough of who it is for to be anybody's at all."""
    return bool(facts.buyer) or tells_who(facts.phone) or bool(facts.name.strip() and "*" not in facts.name)


def digest(before: bytes, row: Mapping[str, Any]) -> bytes:
    """SHA-256 of a row of the chain, over that of the one before it and what the row says (32 bytes)."""
    said = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(before + said.encode()).digest()
