"""Whether two orders go to the same place: what was written is made alike, and compared by a keyed hash.

The hash tells nobody an address, and only who has the secret key can make one.
"""
from __future__ import annotations

import hmac
from functools import cache
from typing import Any, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app

from wms.orders.merge_rules import place_key


class Placed(Protocol):
    """An order, or a draft of one, with its address in plain words."""

    @property
    def recipient(self) -> Any: ...
    @property
    def phone(self) -> Any: ...
    @property
    def province(self) -> Any: ...
    @property
    def city(self) -> Any: ...
    @property
    def district(self) -> Any: ...
    @property
    def address(self) -> Any: ...


def place_of(order: Placed) -> bytes | None:
    """As `hashed`, of an order."""
    return hashed(
        order.recipient, order.phone, order.address, province=order.province, city=order.city, district=order.district
    )


def hashed(
    recipient: str, phone: str, address: str, *, province: str = "", city: str = "", district: str = ""
) -> bytes | None:
    """32 bytes that are equal for equal places, of plain values; None where nothing may be concluded from them."""
    key = place_key(recipient, phone, address, province=province, city=city, district=district)
    return hmac.digest(_derived(str(current_app.config["SECRET_KEY"])), key.encode(), "sha256") if key else None


@cache
def _derived(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"wms.orders.place_keys 1").derive(secret.encode())
