"""Moves of a bin, SKU, lot, serial number, container, person or reference, newest first, a page at a time.

Every question is answered from an index that ends in the move's id: a page costs its own rows, however many
moves there are. What goods went out of and what they went into are two indexes, so for a bin or a container the
newest of either are taken and put together.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from wms.core.bounds import LARGEST
from wms.core.db import db
from wms.core.error import WmsError

PAGE = 50


@dataclass(frozen=True)
class Asked:
    """Which moves: those that fit every field that is given; none given means all of the warehouse.

    `since` is included, `until` is not. A `lot` needs its SKU: other SKUs may have a lot of the same code.
    """

    bin_id: int | None = None
    sku_id: int | None = None
    lot: str | None = None
    serial: str | None = None
    container_id: int | None = None
    person_id: int | None = None
    reference: str | None = None
    reasons: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Moved:
    """One move as it is read: codes and names instead of ids.

    `command` is the name of the command that asked for it, None when the system did or the command is too old to
    be kept; `from_kind` and `to_kind` are the kinds of the bins.
    """

    id: int
    at: datetime
    reason: str
    reference: str
    qty: int
    sku_id: int
    sku: str
    sku_name: str
    lot: str
    serial: str
    owner: str
    condition: str
    from_bin_id: int
    from_bin: str
    from_kind: str
    from_container: str | None
    to_bin_id: int
    to_bin: str
    to_kind: str
    to_container: str | None
    person_id: int | None
    person: str | None
    command_id: str | None
    command: str | None
    unit_cost: Decimal | None


# How the fields of `Asked` narrow the moves, in each part of a question.
_NARROWED = {
    "bin_id": "(m.from_bin_id = :bin_id OR m.to_bin_id = :bin_id)",
    "sku_id": "m.sku_id = :sku_id",
    "lot": "m.lot = :lot AND m.lot <> ''",
    "serial": "m.serial = :serial AND m.serial <> ''",
    "container_id": "(m.from_container_id = :container_id OR m.to_container_id = :container_id)",
    "person_id": "m.actor_id = :person_id",
    "reference": "m.reference = :reference",
    "reasons": "m.reason = ANY(:reasons)",
    "since": "m.at >= :since",
    "until": "m.at < :until",
}
# The two ends of a move, each of which has an index: the partial ones are named by what they leave out.
_ENDS = {
    "container_id": (
        "m.from_container_id = :container_id AND m.from_container_id <> 0",
        "m.to_container_id = :container_id AND m.to_container_id <> 0",
    ),
    "bin_id": ("m.from_bin_id = :bin_id", "m.to_bin_id = :bin_id"),
}
_TOLD = """
    SELECT m.id, m.at, m.reason, m.reference, m.qty, m.sku_id, s.code AS sku, s.name AS sku_name, m.lot, m.serial,
           o.code AS owner, m.condition, m.from_bin_id, f.code AS from_bin, f.kind AS from_kind,
           fc.code AS from_container, m.to_bin_id, t.code AS to_bin, t.kind AS to_kind, tc.code AS to_container,
           m.actor_id AS person_id, p.name AS person, cast(m.command_id AS text) AS command_id, c.name AS command,
           m.unit_cost
    FROM newest n JOIN stock_move m ON m.id = n.id
    JOIN sku s ON s.id = m.sku_id JOIN owner o ON o.id = m.owner_id
    JOIN bin f ON f.id = m.from_bin_id JOIN bin t ON t.id = m.to_bin_id
    LEFT JOIN container fc ON fc.id = m.from_container_id LEFT JOIN container tc ON tc.id = m.to_container_id
    LEFT JOIN person p ON p.id = m.actor_id LEFT JOIN command c ON c.id = m.command_id
    ORDER BY m.id DESC
"""


def page(warehouse_id: int, asked: Asked, *, before: int = 0, limit: int = PAGE) -> list[Moved]:
    """The newest `limit` moves that fit and are older than the move `before` (0: from the newest on).

    Raises `stock.lot_needs_sku` for a lot without its SKU.
    """
    if asked.lot is not None and asked.sku_id is None:
        raise WmsError("stock.lot_needs_sku", lot=asked.lot)
    given = {name: value for name, value in vars(asked).items() if value not in (None, ())}
    rows = db.session.execute(
        text(statement(given)),
        {
            **given,
            **({"reasons": list(asked.reasons)} if asked.reasons else {}),
            "warehouse_id": warehouse_id,
            "before": before or LARGEST,
            "limit": limit,
        },
    )
    return [Moved(**row._mapping) for row in rows]


def statement(given: Sequence[str] | dict[str, Any]) -> str:
    """The query for moves that these fields narrow."""
    ends = next((name for name in _ENDS if name in given), None)
    common = [_NARROWED[name] for name in given if name != ends]
    parts = [_newest([end, *common]) for end in (_ENDS[ends] if ends else ("true",))]
    # A move within the bin or container is found from both ends, and told once: UNION.
    found = " UNION ".join(parts)
    return f"WITH newest AS (SELECT id FROM ({found}) AS found ORDER BY id DESC LIMIT :limit) {_TOLD}"  # noqa: S608


def _newest(conditions: Sequence[str]) -> str:
    where = " AND ".join(["m.warehouse_id = :warehouse_id", "m.id < :before", *conditions])
    return f"(SELECT m.id FROM stock_move m WHERE {where} ORDER BY m.id DESC LIMIT :limit)"  # noqa: S608


def by_ids(move_ids: Sequence[int]) -> list[Moved]:
    """These moves, oldest first."""
    told = f"WITH newest AS (SELECT unnest(cast(:ids AS bigint[])) AS id) {_TOLD}"
    rows = db.session.execute(text(told), {"ids": list(move_ids)})
    return sorted((Moved(**row._mapping) for row in rows), key=lambda moved: moved.id)
