"""The stock list: what lies where, filtered, sorted by any column, a page at a time; and its totals.

The orders by bin and by SKU come from indexes; any other order reads the filtered stock once for each page.
"""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, text

from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.db import db
from wms.core.listing import Column, Listing, Query, Sort, by_part
from wms.insight.inventory_time import first_move_since
from wms.layout.models import INSIDE, STORING
from wms.replenishment import service as replenishment

AT_REST = (*STORING, "receive", "transit")  # where stock lies; the others are on their way out
NEVER = date(9999, 12, 31)  # stands for no expiry date where rows are put in order

SORTS = {
    "bin": Sort("bin.code", "text"),
    "sku": Sort("s.code", "text"),
    "name": Sort("s.name", "text"),
    "zone": Sort("coalesce(z.code, '')", "text"),
    "lot": Sort("b.lot", "text"),
    "expires": Sort(f"coalesce(l.expires_on, date '{NEVER}')", "date"),
    "condition": Sort("b.condition", "text"),
    "owner": Sort("o.code", "text"),
    "container": Sort("coalesce(c.code, '')", "text"),
    "on_hand": Sort("b.on_hand"),
    "held": Sort("b.held"),
    "free": Sort("b.on_hand - b.held"),
    "value": Sort("coalesce(b.on_hand * k.value / nullif(k.qty, 0), 0)", "numeric"),
    "velocity": Sort("coalesce(v.velocity, '~')", "text"),
}
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
    "sku": "b.sku_id = :sku",
    "bin": "b.bin_id = :bin",
    "lot": "b.lot = :lot",
    "container": "b.container_id = :container",
    "zone": "bin.zone_id = :zone",
    "owner": "b.owner_id = :owner",
    "condition": "b.condition = :condition",
    "velocity": "coalesce(v.velocity, '-') = :velocity",
    "expires_days": "l.expires_on <= :expires_by",
    "idle_days": " AND ".join(_NO_MOVE.format(end=end) for end in ("from", "to")),
    "held": "b.held > 0",
    "low": "b.sku_id = ANY(:below_minimum)",
    "blocked": "bin.blocked_reason IS NOT NULL",
    # What the words mean is found once, in the small tables, not for each balance.
    "q": """(b.sku_id = ANY(ARRAY(SELECT g.id FROM sku g WHERE g.code ILIKE :part OR g.name ILIKE :part)) OR
             b.bin_id = ANY(ARRAY(SELECT h.id FROM bin h
                                  WHERE h.warehouse_id = :warehouse_id AND h.code ILIKE :part)))""",
}
_TOLD = text(
    # Nothing but the constants above is put into it.
    f"""
    SELECT b.id, b.on_hand, b.held, b.lot, b.condition, b.sku_id, s.code AS sku, s.name, s.picture,
           s.serial_tracking, b.bin_id, bin.code AS bin, bin.kind AS bin_kind, bin.blocked_reason, z.code AS zone,
           z.name AS zone_name, l.id AS lot_id, l.expires_on, b.container_id, c.code AS container, b.owner_id,
           o.code AS owner, v.velocity, k.value / nullif(k.qty, 0) AS unit_cost,
           CASE WHEN bin.kind = ANY(:storing) THEN greatest(
               (SELECT m.at FROM stock_move m WHERE m.from_bin_id = b.bin_id AND m.sku_id = b.sku_id ORDER BY m.id DESC
                LIMIT 1),
               (SELECT m.at FROM stock_move m WHERE m.to_bin_id = b.bin_id AND m.sku_id = b.sku_id ORDER BY m.id DESC
                LIMIT 1)) END AS moved_at
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id {' '.join(_JOINS.values())} WHERE b.id = ANY(:ids)
    """  # noqa: S608
)


def total(who: Actor, query: Query) -> dict[str, Any]:
    """What the whole list comes to: `{rows, on_hand, held, value}`; value as a decimal string."""
    row = BALANCES.summed(
        who, query,
        """count(*) AS rows, coalesce(sum(b.on_hand), 0) AS on_hand, coalesce(sum(b.held), 0) AS held,
           coalesce(sum(b.on_hand * k.value / nullif(k.qty, 0)), 0) AS value""",
    )  # fmt: skip
    counts = {name: int(getattr(row, name)) for name in ("rows", "on_hand", "held")}
    return {**counts, "value": money(row.value)}


def _worked_out(who: Actor, query: Query) -> dict[str, Any]:
    """The parameters that are not what the filter gives, but follow from it.

    `place` is a kind of bin, `rest` or `all`. `expires_days`: lots that expire within so many days, expired ones among
    them. `idle_days`: no piece of that SKU has gone into or out of the bin for so long. `low`: goods of which fewer
    can be promised than the minimum of their reorder rule.
    """
    # A bin or a container is shown whole, wherever it stands.
    place = "all" if query.get("bin") or query.get("container") else query["place"]
    found: dict[str, Any] = {"kinds": _places(place), **by_part(who, query)}
    if query.get("low"):
        found["below_minimum"] = replenishment.below_minimum(who.warehouse_id)
    if query.get("expires_days") is not None:
        found["expires_by"] = now().date() + timedelta(days=query["expires_days"])
    if query.get("idle_days") is not None:
        found["idle_from"] = first_move_since(now() - timedelta(days=query["idle_days"]))
    return found


def _places(place: str) -> list[str]:
    return list(AT_REST) if place == "rest" else list(INSIDE) if place == "all" else [place]


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    today = now().date()
    return [_shown(row, today) for row in db.session.execute(_TOLD, {"ids": list(ids), "storing": list(STORING)})]


def _shown(row: Row[Any], today: date) -> dict[str, Any]:
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


def _head(key: str) -> str:
    return f"insight.export.{key}"


BALANCES = Listing(
    name="stock",
    table="stock_balance b JOIN bin ON bin.id = b.bin_id",
    key="b.id",
    always="""b.warehouse_id = :warehouse_id AND bin.warehouse_id = :warehouse_id AND b.on_hand > 0
              AND bin.kind = ANY(:kinds)""",
    where=_WHERE,
    joins=_JOINS,
    sorts=SORTS,
    worked_out=_worked_out,
    tell=_tell,
    title=_head("sheet"),
    columns=(
        Column("sku", _head("sku"), 18, value=lambda row: row["sku"]["code"]),
        Column("name", _head("name"), 36, value=lambda row: row["sku"]["name"]),
        Column("bin", _head("bin"), 14, value=lambda row: row["bin"]["code"]),
        Column("zone", _head("zone"), 10),
        Column("lot", _head("lot"), 16, value=lambda row: row["lot"] and row["lot"]["code"]),
        Column("expires_on", _head("expires"), 12, "day"),
        Column("days_left", _head("days_left"), 10, "whole"),
        Column("condition", _head("condition"), 12, words="insight.condition"),
        Column("container", _head("container"), 14, value=lambda row: row["container"] and row["container"]["code"]),
        Column("owner", _head("owner"), 10, value=lambda row: row["owner"]["code"]),
        Column("on_hand", _head("on_hand"), 10, "whole"),
        Column("held", _head("held"), 10, "whole"),
        Column("free", _head("free"), 10, "whole", value=lambda row: row["on_hand"] - row["held"]),
        Column("unit_cost", _head("unit_cost"), 12, "money"),
        Column("value", _head("value"), 14, "money"),
        Column("velocity", _head("velocity"), 8),
        Column("moved_at", _head("moved"), 17, "moment"),
    ),
)
