"""By when something is to be done for an order, kept as the audit and people change it (`due_rules`)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.event import publish
from wms.layout import service as layout
from wms.layout.models import Warehouse
from wms.orders.due_rules import COLOURS, KINDS, WARNINGS, colour, same_day
from wms.orders.events import OrderOverdue
from wms.orders.history import note
from wms.orders.models import Order
from wms.orders.settings import order_setting
from wms.problems import service as problems


def note_held(warehouse_id: int, confirmed: Sequence[int], held: Sequence[int]) -> None:
    """An audit has held orders: from the first time on they are to be seen to the same day, until one is confirmed."""
    if held:
        ends = same_day(now(), order_setting(warehouse_id).day_ends, layout.time_zone(warehouse_id))
        first = update(Order).where(among(Order.id, held), Order.hold_by.is_(None))
        db.session.execute(first.values(hold_by=ends), execution_options={"synchronize_session": False})
    if confirmed:
        solved = update(Order).where(among(Order.id, confirmed), Order.hold_by.is_not(None))
        db.session.execute(solved.values(hold_by=None), execution_options={"synchronize_session": False})


# ---- shown

def shown(order: Any) -> dict[str, Any] | None:
    """What is due for an order (or a row with `due_kind` and `due_at`): `{kind, at, colour}`; None: nothing is."""
    if order.due_kind is None:
        return None
    return {"kind": order.due_kind, "at": order.due_at, "colour": colour(order.due_kind, order.due_at, now())}


def bounds(which: str, moment: datetime) -> dict[str, tuple[datetime | None, datetime | None]]:
    """By kind, after what moment and until when `due_at` lies for a colour; None: no bound. For filters in SQL."""
    found: dict[str, tuple[datetime | None, datetime | None]] = {}
    for kind in KINDS:
        red, amber = WARNINGS[kind]
        edges: list[datetime | None] = [None, moment, moment + red, moment + amber, None]
        nr = {"overdue": 0, "red": 1, "amber": 2, "green": 3}[which]
        found[kind] = edges[nr], edges[nr + 1]
    return found


_COUNTED = text(
    """
    SELECT e.kind, e.colour, (
        SELECT count(*) FROM (
            SELECT 1 FROM sales_order o
            WHERE o.warehouse_id = :warehouse_id AND o.due_at IS NOT NULL AND o.due_kind = e.kind
              AND o.due_at > e.after AND o.due_at <= e.until LIMIT :most
        ) AS found
    ) AS orders
    FROM unnest(cast(:kinds AS text[]), cast(:colours AS text[]), cast(:after AS timestamptz[]),
                cast(:until AS timestamptz[])) AS e (kind, colour, after, until)
    """
)
_EVER = datetime.fromisoformat("0001-01-02T00:00:00+00:00"), datetime.fromisoformat("9999-12-30T00:00:00+00:00")


def counts(warehouse_id: int, most: int) -> dict[str, dict[str, int]]:
    """How many orders are due for what, by kind and colour, each counted up to `most`."""
    moment = now()
    edges = [
        (kind, which, after or _EVER[0], until or _EVER[1])
        for which in COLOURS
        for kind, (after, until) in bounds(which, moment).items()
    ]
    kinds, colours, after, until = map(list, zip(*edges, strict=True))
    asked = {"kinds": kinds, "colours": colours, "after": after, "until": until}
    found: dict[str, dict[str, int]] = {kind: dict.fromkeys(COLOURS, 0) for kind in KINDS}
    for row in db.session.execute(_COUNTED, {**asked, "warehouse_id": warehouse_id, "most": most}):
        found[row.kind][row.colour] = row.orders
    return found


# ---- alarms

_LATE = text(
    """
    WITH late AS (
        SELECT o.id, o.warehouse_id, o.number, o.due_kind, o.due_at FROM sales_order o
        WHERE o.warehouse_id = :warehouse_id AND o.due_at IS NOT NULL AND o.due_at <= :now
          AND NOT EXISTS (SELECT FROM order_alarm a WHERE a.order_id = o.id AND a.kind = o.due_kind)
        ORDER BY o.due_at, o.id LIMIT :most
    ), told AS (
        INSERT INTO order_alarm (order_id, kind, at) SELECT id, due_kind, :now FROM late ORDER BY id
        ON CONFLICT DO NOTHING RETURNING order_id
    )
    SELECT late.* FROM late JOIN told ON told.order_id = late.id ORDER BY late.id
    """
)
# Problems of orders that are not late for that any more.
_SETTLED = text(
    """
    SELECT p.id FROM problem p WHERE p.warehouse_id = :warehouse_id AND p.status = 'open' AND p.about = 'order'
      AND NOT EXISTS (
          SELECT FROM sales_order o WHERE o.warehouse_id = p.warehouse_id AND o.number = p.code
            AND 'late_' || o.due_kind = p.reason AND o.due_at <= :now
      )
    """
)
AT_ONCE = 500  # alarms of a warehouse and minute: after a week without anybody, the rest comes in the next ones


def raise_alarms(warehouse_id: int) -> int:
    """Tell of what is overdue, once per order and kind; clear what was told and is done. Returns how many are new."""
    asked = {"warehouse_id": warehouse_id, "now": now()}
    late = db.session.execute(_LATE, {**asked, "most": AT_ONCE}).all()
    note("overdue", {row.id: {"what": [{"say": f"orders.due.{row.due_kind}"}]} for row in late})
    problems.report_late([(row.warehouse_id, row.number, f"late_{row.due_kind}") for row in late])
    for row in late:
        publish(OrderOverdue(row.warehouse_id, row.id, row.number, row.due_kind, row.due_at))
    problems.settle_late(list(db.session.execute(_SETTLED, asked).scalars()))
    return len(late)


def houses() -> list[int]:
    """The warehouses whose orders are watched."""
    return list(db.session.execute(select(Warehouse.id).order_by(Warehouse.id)).scalars())
