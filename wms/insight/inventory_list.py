"""The stock list: what lies where, filtered, sorted by any column, a page at a time; and its totals.

The rows of a page are found first, by as few tables as the filter and the order need, and told in full afterwards.
The orders by bin and by SKU come from indexes; any other order reads the filtered stock once for each page.
"""
from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.insight.inventory_time import first_move_since
from wms.layout.models import INSIDE, STORING
from wms.replenishment import service as replenishment

AT_REST = (*STORING, "receive", "transit")  # where stock lies; the others are on their way out
NEVER = date(9999, 12, 31)  # stands for no expiry date where rows are put in order


@dataclass(frozen=True)
class Filter:
    """Which balances: those that fit every field that is given. `place` is a kind of bin, `rest` or `all`.

    `expires_days`: lots that expire within so many days, expired ones among them. `idle_days`: no piece of that SKU
    has gone into or out of the bin for so long. `velocity` '-' stands for goods of no class. `low`: goods of which
    fewer can be promised than the minimum of their reorder rule.
    """

    sku_id: int | None = None
    bin_id: int | None = None
    lot: str | None = None
    container_id: int | None = None
    zone_id: int | None = None
    owner_id: int | None = None
    place: str = "rest"
    condition: str | None = None
    velocity: str | None = None
    expires_days: int | None = None
    idle_days: int | None = None
    held: bool = False
    low: bool = False
    blocked: bool = False
    q: str = ""


@dataclass(frozen=True)
class Order:
    """By which column of SORTS, and whether from the largest down."""

    by: str = "bin"
    down: bool = False


# Column → what is compared, and the type its cursor has.
SORTS = {
    "bin": ("bin.code", "text"),
    "sku": ("s.code", "text"),
    "name": ("s.name", "text"),
    "zone": ("coalesce(z.code, '')", "text"),
    "lot": ("b.lot", "text"),
    "expires": (f"coalesce(l.expires_on, date '{NEVER}')", "date"),
    "condition": ("b.condition", "text"),
    "owner": ("o.code", "text"),
    "container": ("coalesce(c.code, '')", "text"),
    "on_hand": ("b.on_hand", "bigint"),
    "held": ("b.held", "bigint"),
    "free": ("b.on_hand - b.held", "bigint"),
    "value": ("coalesce(b.on_hand * k.value / nullif(k.qty, 0), 0)", "numeric"),
    "velocity": ("coalesce(v.velocity, '~')", "text"),
}
# The tables that a filter or an order may need, by the letter they go by.
_JOINS = {
    "z": "LEFT JOIN zone z ON z.id = bin.zone_id",
    "l": "LEFT JOIN stock_lot l ON l.sku_id = b.sku_id AND l.code = b.lot AND b.lot <> ''",
    "o": "JOIN owner o ON o.id = b.owner_id",
    "c": "LEFT JOIN container c ON c.id = b.container_id AND b.container_id <> 0",
    "k": "LEFT JOIN stock_cost k ON k.warehouse_id = b.warehouse_id AND k.sku_id = b.sku_id",
    "v": "LEFT JOIN stock_class v ON v.warehouse_id = b.warehouse_id AND v.sku_id = b.sku_id",
    "s": "JOIN sku s ON s.id = b.sku_id",
}
_NO_MOVE = """NOT EXISTS (SELECT 1 FROM stock_move m WHERE m.id >= :idle_from AND m.{end}_bin_id = b.bin_id
                          AND m.sku_id = b.sku_id)"""
_WHERE = {
    "sku_id": "b.sku_id = :sku_id",
    "bin_id": "b.bin_id = :bin_id",
    "lot": "b.lot = :lot",
    "container_id": "b.container_id = :container_id",
    "zone_id": "bin.zone_id = :zone_id",
    "owner_id": "b.owner_id = :owner_id",
    "condition": "b.condition = :condition",
    "velocity": "coalesce(v.velocity, '-') = :velocity",
    "expires_days": "l.expires_on <= :expires_by",
    "idle_days": " AND ".join(_NO_MOVE.format(end=end) for end in ("from", "to")),
    "held": "b.held > 0",
    "low": "b.sku_id = ANY(:below_minimum)",
    "blocked": "bin.blocked_reason IS NOT NULL",
    # What the words mean is found once, in the small tables, not for each balance.
    "q": """(b.sku_id = ANY(ARRAY(SELECT g.id FROM sku g WHERE g.code ILIKE :q OR g.name ILIKE :q)) OR
             b.bin_id = ANY(ARRAY(SELECT h.id FROM bin h WHERE h.warehouse_id = :warehouse_id AND h.code ILIKE :q)))""",
}
_TOLD = """
    SELECT b.id, b.on_hand, b.held, b.lot, b.condition, b.sku_id, s.code AS sku, s.name, s.picture,
           s.serial_tracking, b.bin_id, bin.code AS bin, bin.kind AS bin_kind, bin.blocked_reason, z.code AS zone,
           z.name AS zone_name, l.id AS lot_id, l.expires_on, b.container_id, c.code AS container, b.owner_id,
           o.code AS owner, v.velocity, k.value / nullif(k.qty, 0) AS unit_cost, page.sorted,
           CASE WHEN bin.kind = ANY(:storing) THEN greatest(
               (SELECT m.at FROM stock_move m WHERE m.from_bin_id = b.bin_id AND m.sku_id = b.sku_id ORDER BY m.id DESC
                LIMIT 1),
               (SELECT m.at FROM stock_move m WHERE m.to_bin_id = b.bin_id AND m.sku_id = b.sku_id ORDER BY m.id DESC
                LIMIT 1)) END AS moved_at
    FROM page JOIN stock_balance b ON b.id = page.id JOIN bin ON bin.id = b.bin_id
"""


def page(
    warehouse_id: int, wanted: Filter, order: Order, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of balances and the cursor of the next one, None on the last. Raises `core.invalid`."""
    after = read_cursor(cursor) if cursor else None
    query, given = _statement(warehouse_id, wanted, order, after)
    rows = db.session.execute(text(query.format(limit="LIMIT :limit")), {**given, "limit": limit}).all()
    today = now().date()
    return [shown(row, today) for row in rows], write_cursor(rows[-1]) if len(rows) == limit else None


def every(warehouse_id: int, wanted: Filter, order: Order) -> Iterator[dict[str, Any]]:
    """All balances of a list, read through a cursor of the server: memory does not grow with them."""
    query, given = _statement(warehouse_id, wanted, order, None)
    rows = db.session.connection().execution_options(yield_per=1000).execute(text(query.format(limit="")), given)
    today = now().date()
    for row in rows:
        yield shown(row, today)


def total(warehouse_id: int, wanted: Filter) -> dict[str, Any]:
    """What the whole list comes to: `{rows, on_hand, held, value}`; value as a decimal string."""
    where, given, used = _where(warehouse_id, wanted)
    summed = """count(*) AS rows, coalesce(sum(b.on_hand), 0) AS on_hand, coalesce(sum(b.held), 0) AS held,
                coalesce(sum(b.on_hand * k.value / nullif(k.qty, 0)), 0) AS value"""
    row = db.session.execute(text(f"SELECT {summed} {_from(used | {'k'})} WHERE {where}"), given).one()
    counts = {name: int(getattr(row, name)) for name in ("rows", "on_hand", "held")}
    return {**counts, "value": money(row.value)}


def _statement(
    warehouse_id: int, wanted: Filter, order: Order, after: tuple[str, int] | None
) -> tuple[str, dict[str, Any]]:
    where, given, used = _where(warehouse_id, wanted)
    sorted_by, kind = SORTS[order.by]
    used |= {letter for letter in _JOINS if re.search(rf"\b{letter}\.", sorted_by)}
    if after:
        sign = "<" if order.down else ">"
        # The first of the two says nothing more, but is what an index on the column alone can use.
        where += f" AND {sorted_by} {sign}= cast(:after AS {kind})"
        where += f" AND ({sorted_by}, b.id) {sign} (cast(:after AS {kind}), :after_id)"
        given |= {"after": after[0], "after_id": after[1]}
    way = "DESC" if order.down else "ASC"
    query = f"""
        WITH page AS (SELECT b.id, {sorted_by} AS sorted {_from(used)} WHERE {where}
                      ORDER BY {sorted_by} {way}, b.id {way} {{limit}})
        {_TOLD} {' '.join(_JOINS.values())} ORDER BY page.sorted {way}, b.id {way}
    """
    return query, given | {"storing": list(STORING)}


def _from(used: set[str]) -> str:
    joins = " ".join(_JOINS[letter] for letter in _JOINS if letter in used)
    return f"FROM stock_balance b JOIN bin ON bin.id = b.bin_id {joins}"


def _where(warehouse_id: int, wanted: Filter) -> tuple[str, dict[str, Any], set[str]]:
    """Conditions, their parameters, and the letters of the tables that they need."""
    given = [name for name in _WHERE if getattr(wanted, name) not in (None, "") and getattr(wanted, name) is not False]
    conditions = ["b.warehouse_id = :warehouse_id", "bin.warehouse_id = :warehouse_id", "b.on_hand > 0"]
    conditions += ["bin.kind = ANY(:kinds)", *(_WHERE[name] for name in given)]
    used = {letter for letter in _JOINS if any(re.search(rf"\b{letter}\.", each) for each in conditions)}
    # A bin or a container is shown whole, wherever it stands.
    kinds = _places("all" if wanted.bin_id or wanted.container_id else wanted.place)
    params: dict[str, Any] = {"warehouse_id": warehouse_id, "kinds": kinds}
    params |= {name: getattr(wanted, name) for name in given if f":{name}" in _WHERE[name]}
    return " AND ".join(conditions), params | _worked_out(warehouse_id, wanted), used


def _worked_out(warehouse_id: int, wanted: Filter) -> dict[str, Any]:
    """The parameters that are not what the filter gives, but follow from it."""
    found: dict[str, Any] = {}
    if wanted.q:
        found["q"] = "%" + wanted.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    if wanted.low:
        found["below_minimum"] = replenishment.below_minimum(warehouse_id)
    if wanted.expires_days is not None:
        found["expires_by"] = now().date() + timedelta(days=wanted.expires_days)
    if wanted.idle_days is not None:
        found["idle_from"] = first_move_since(now() - timedelta(days=wanted.idle_days))
    return found


def _places(place: str) -> list[str]:
    return list(AT_REST) if place == "rest" else list(INSIDE) if place == "all" else [place]


def shown(row: Row[Any], today: date) -> dict[str, Any]:
    """One balance, as JSON; `value` and `unit_cost` are decimal strings, null when nothing is known of the cost.

    `sku.serials`: a change of its pieces names each by its number.
    """
    unit = row.unit_cost
    return {
        "id": row.id,
        "sku": {"id": row.sku_id, "code": row.sku, "name": row.name, "picture": row.picture,
                "serials": row.serial_tracking == "move"},
        "bin": {"id": row.bin_id, "code": row.bin, "kind": row.bin_kind, "blocked": row.blocked_reason},
        "zone": row.zone,
        "zone_name": row.zone_name,
        "lot": {"id": row.lot_id, "code": row.lot} if row.lot else None,
        "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "days_left": (row.expires_on - today).days if row.expires_on else None,
        "condition": row.condition,
        "container": {"id": row.container_id, "code": row.container} if row.container_id else None,
        "owner": {"id": row.owner_id, "code": row.owner},
        "on_hand": row.on_hand,
        "held": row.held,
        "velocity": row.velocity,
        "unit_cost": money(unit),
        "value": money(unit * row.on_hand) if unit is not None else None,
        "moved_at": row.moved_at.isoformat() if row.moved_at else None,
    }


def money(value: Decimal | None) -> str | None:
    """With two places, as it is shown."""
    return None if value is None else str(value.quantize(Decimal("0.01")))


def write_cursor(row: Row[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([str(row.sorted), row.id]).encode()).decode()


def read_cursor(cursor: str) -> tuple[str, int]:
    """The value and id where a page ended. Raises `core.invalid` for what is no cursor of ours."""
    try:
        value, id = json.loads(base64.urlsafe_b64decode(cursor))
        return str(value), int(id)
    except (binascii.Error, ValueError, TypeError):
        raise WmsError("core.invalid", fields="cursor: is none of ours") from None
