"""Whether two orders go to the same place: what was written is made alike, and compared by a keyed mark.

The mark tells nobody an address, and only who has the secret key can make one.
"""
from __future__ import annotations

from typing import Any, Protocol

from wms.core import sealed
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
    """Bytes that are equal for equal places, of plain values; None where nothing may be concluded from them.

    They are of the present secret key: orders from before it was changed are found by their shop or a clerk's change.
    """
    key = place_key(recipient, phone, address, province=province, city=city, district=district)
    return sealed.marks_of(f"place {key}".encode())[0] if key else None
