"""Pure decisions about orders that clerks change: what that changes, and whether the shop says something else."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

ADDRESS = ("recipient", "phone", "country", "province", "city", "district", "address", "postcode")
FIELDS = (*ADDRESS, "remark", "carrier", "promised_at", "lines")

Values = Mapping[str, Any]
"""By field what stands there, as JSON has it: text, a moment in ISO 8601, or the lines as `line_values` makes them."""


def line_values(lines: Sequence[tuple[str, str, int, Decimal]]) -> list[list[Any]]:
    """Lines (key, SKU, pieces, price) as they are kept and compared: in the order of their keys."""
    return sorted([key, sku, qty, format(price.normalize(), "f")] for key, sku, qty, price in lines)


def as_json(value: Any) -> Any:
    """A field's value as `Values` has it."""
    return value.isoformat() if isinstance(value, datetime) else value


def differing(before: Values, wanted: Values) -> list[str]:
    """The fields that would change, in the sequence of FIELDS."""
    return [name for name in FIELDS if name in wanted and wanted[name] != before[name]]


def conflicts(base: Values, ours: Values, shops: Values) -> list[str]:
    """The fields in which a shop now says something new of what a clerk has changed.

    `base` is what the shop said before the clerk's change, `ours` what stands there since, of those fields. What the
    shop does not speak of, or repeats, or says as the clerk does, is no conflict.
    """
    return [name for name in FIELDS if name in base and name in shops and shops[name] not in (base[name], ours[name])]


def line_key(sku: str, taken: Sequence[str]) -> str:
    """The key of a line that a clerk adds: the SKU, with a number behind it where that is taken."""
    key, nr = sku, 1
    while key in taken:
        nr += 1
        key = f"{sku} ({nr})"
    return key
