"""What runs low, ends soon or lies there too long (库存预警), and what to buy."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import text

from wms.core.clock import now
from wms.core.db import db
from wms.replenishment import rules

SOON = 30  # days; what expires within them is worth an alert
DEFAULTS = {"min_qty": 0, "cover_days": 30, "lead_days": 7, "multiple": 1, "over_days": 180, "supplier": ""}

Expected = Callable[[int], Mapping[int, int]]
_expected: list[Expected] = []


def goods_expected(function: Expected) -> Expected:
    """Decorator, for rooms above: the function says for a warehouse how many pieces of each SKU are on their way."""
    if function not in _expected:
        _expected.append(function)
    return function


_TRANSFERS = text(
    """
    SELECT l.sku_id, sum(l.qty - l.received)::bigint AS qty FROM stock_transfer_line l
    JOIN stock_transfer t ON t.id = l.transfer_id
    WHERE t.to_warehouse_id = :warehouse_id AND t.status IN ('draft', 'in_transit') GROUP BY l.sku_id
    """
)


def expected(warehouse_id: int) -> dict[int, int]:
    """Pieces on their way to a warehouse by SKU id: transfers, and what the rooms above told of."""
    found = {row.sku_id: row.qty for row in db.session.execute(_TRANSFERS, {"warehouse_id": warehouse_id})}
    for ask in _expected:
        for sku_id, qty in ask(warehouse_id).items():
            found[sku_id] = found.get(sku_id, 0) + qty
    return found


_STAND = text(
    """
    SELECT k.id AS sku_id, k.code AS sku, k.name, coalesce(l.available, 0) AS available,
           coalesce(c.pieces_a_day, 0) AS velocity, coalesce(c.velocity, 'C') AS class,
           c.computed_at IS NOT NULL AS classed, r.id IS NOT NULL AS ruled,
           r.min_qty, r.cover_days, r.lead_days, r.multiple, r.over_days, r.supplier
    FROM sku k
    LEFT JOIN (SELECT sku_id, sum(on_hand - promised)::bigint AS available FROM stock_level
               WHERE warehouse_id = :warehouse_id GROUP BY sku_id) l ON l.sku_id = k.id
    LEFT JOIN stock_class c ON c.sku_id = k.id AND c.warehouse_id = :warehouse_id
    LEFT JOIN reorder_rule r ON r.sku_id = k.id AND r.warehouse_id = :warehouse_id
    WHERE k.active AND (l.sku_id IS NOT NULL OR r.id IS NOT NULL)
    ORDER BY k.code
    """
)


def _stand(warehouse_id: int) -> list[dict[str, Any]]:
    """Every SKU that the warehouse has or has a rule for: what can be promised, how fast it goes, its rule."""
    coming = expected(warehouse_id)
    found = []
    for row in db.session.execute(_STAND, {"warehouse_id": warehouse_id}):
        facts = dict(row._mapping)
        facts |= {name: value for name, value in DEFAULTS.items() if facts[name] is None}
        found.append({**facts, "velocity": Decimal(facts["velocity"]), "expected": coming.get(row.sku_id, 0)})
    return found


_BELOW = text(
    """
    SELECT r.sku_id FROM reorder_rule r JOIN sku k ON k.id = r.sku_id AND k.active
    LEFT JOIN stock_level l ON l.warehouse_id = r.warehouse_id AND l.sku_id = r.sku_id
    WHERE r.warehouse_id = :warehouse_id GROUP BY r.sku_id, r.min_qty
    HAVING coalesce(sum(l.on_hand - l.promised), 0) < r.min_qty
    """
)


def below_minimum(warehouse_id: int) -> list[int]:
    """Ids of the SKUs of which fewer can be promised than the least that there should be."""
    return list(db.session.execute(_BELOW, {"warehouse_id": warehouse_id}).scalars())


def suggestions(warehouse_id: int) -> list[dict[str, Any]]:
    """What to buy, the most urgent first; see `rules.to_buy`. Only what moves or has a rule is suggested."""
    found = []
    for each in _stand(warehouse_id):
        names = ("lead_days", "cover_days", "min_qty", "available", "expected", "multiple")
        qty = rules.to_buy(each["velocity"], **{name: each[name] for name in names})
        # Nothing is bought yet while what is there and comes lasts for all the days that are to be covered.
        due = rules.is_low(
            each["velocity"], available=each["available"] + each["expected"], min_qty=each["min_qty"],
            lead_days=each["lead_days"] + each["cover_days"],
        )  # fmt: skip
        if qty and due:
            found.append({
                "sku": each["sku"], "name": each["name"], "qty": qty, "supplier": each["supplier"],
                "available": each["available"], "expected": each["expected"],
                "velocity": f"{each['velocity']:.2f}", "class": each["class"],
                "days_left": rules.days_left(each["velocity"], each["available"]), "lead_days": each["lead_days"],
            })  # fmt: skip
    return sorted(found, key=lambda s: (s["days_left"] is None, s["days_left"] or 0, s["sku"]))


def alerts(warehouse_id: int, kind: str = "") -> list[dict[str, Any]]:
    """What needs a look, each with `kind`: `low`, `expiring`, `expired` or `over`; empty: of every kind."""
    every = [*_low_and_over(warehouse_id), *_expiring(warehouse_id)]
    order = ("expired", "low", "expiring", "over")
    wanted = [each for each in every if kind in ("", each["kind"])]
    return sorted(wanted, key=lambda each: (order.index(each["kind"]), each["sku"], each["lot"]))


def _low_and_over(warehouse_id: int) -> list[dict[str, Any]]:
    found = []
    for each in _stand(warehouse_id):
        velocity, available = each["velocity"], each["available"]
        if rules.is_low(velocity, available=available, min_qty=each["min_qty"], lead_days=each["lead_days"]):
            kind = "low"
        elif each["classed"] and rules.is_too_much(velocity, available=available, over_days=each["over_days"]):
            kind = "over"
        else:
            continue
        found.append({
            "kind": kind, "sku": each["sku"], "name": each["name"], "lot": "", "qty": available, "expires_on": None,
            "days_left": rules.days_left(velocity, available), "expected": each["expected"],
            "velocity": f"{velocity:.2f}", "min_qty": each["min_qty"],
        })  # fmt: skip
    return found


_EXPIRING = text(
    """
    SELECT k.code AS sku, k.name, b.lot, l.expires_on, sum(b.on_hand)::bigint AS qty
    FROM stock_lot l JOIN stock_balance b ON b.sku_id = l.sku_id AND b.lot = l.code JOIN sku k ON k.id = b.sku_id
    JOIN bin ON bin.id = b.bin_id
    WHERE b.warehouse_id = :warehouse_id AND b.on_hand > 0 AND l.expires_on <= :until AND bin.kind IN ('pick', 'bulk')
    GROUP BY k.code, k.name, b.lot, l.expires_on
    """
)


def _expiring(warehouse_id: int) -> list[dict[str, Any]]:
    today = now().date()
    rows = db.session.execute(_EXPIRING, {"warehouse_id": warehouse_id, "until": today + timedelta(days=SOON)})
    return [
        {
            "kind": "expired" if row.expires_on < today else "expiring", "sku": row.sku, "name": row.name,
            "lot": row.lot, "qty": row.qty, "expires_on": row.expires_on.isoformat(),
            "days_left": (row.expires_on - today).days, "expected": 0, "velocity": "",
            "min_qty": 0,
        }
        for row in rows
    ]  # fmt: skip


_PUT_RULE = text(
    """
    INSERT INTO reorder_rule (warehouse_id, sku_id, min_qty, cover_days, lead_days, multiple, over_days, supplier)
    VALUES (:warehouse_id, :sku_id, :min_qty, :cover_days, :lead_days, :multiple, :over_days, :supplier)
    ON CONFLICT (warehouse_id, sku_id) DO UPDATE SET
        min_qty = excluded.min_qty, cover_days = excluded.cover_days, lead_days = excluded.lead_days,
        multiple = excluded.multiple, over_days = excluded.over_days, supplier = excluded.supplier
    WHERE (reorder_rule.min_qty, reorder_rule.cover_days, reorder_rule.lead_days, reorder_rule.multiple,
           reorder_rule.over_days, reorder_rule.supplier)
       IS DISTINCT FROM (excluded.min_qty, excluded.cover_days, excluded.lead_days, excluded.multiple,
                         excluded.over_days, excluded.supplier)
    RETURNING xmax = 0 AS fresh
    """
)


def put_rule(warehouse_id: int, sku_id: int, **values: Any) -> str:
    """Say when more of a SKU is bought; what is not named takes the default. Returns created, updated or unchanged."""
    row = db.session.execute(
        _PUT_RULE, {**DEFAULTS, **values, "warehouse_id": warehouse_id, "sku_id": sku_id}
    ).one_or_none()
    if row is None:
        return "unchanged"
    return "created" if row.fresh else "updated"
