"""`wms check`: proof that balances, holds, promises and levels follow from the rows behind them.

Each law is one query that returns what breaks it. Nothing is repaired; a difference is explained by
the last move that touched the place, with its command's reason, reference and person.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import text

from wms.core.db import db
from wms.layout.models import INSIDE

_INSIDE = "('" + "', '".join(INSIDE) + "')"

# name → (what it says, query). Every query yields: sku, place, expected, found, bin_id, sku_id.
LAWS: dict[str, tuple[str, str]] = {
    "moves_make_balances": (
        "Σ moves in − Σ moves out = on hand, for every place inside the warehouse",
        f"""
        WITH flow AS (
            SELECT to_bin_id AS bin_id, sku_id, lot, to_container_id AS container_id, owner_id, condition, qty
            FROM stock_move WHERE (:warehouse_id IS NULL OR warehouse_id = :warehouse_id)
            UNION ALL
            SELECT from_bin_id, sku_id, lot, from_container_id, owner_id, condition, -qty
            FROM stock_move WHERE (:warehouse_id IS NULL OR warehouse_id = :warehouse_id)
        ), moved AS (
            SELECT bin_id, sku_id, lot, container_id, owner_id, condition, sum(qty) AS qty
            FROM flow GROUP BY 1, 2, 3, 4, 5, 6
        ), kept AS (
            SELECT * FROM stock_balance WHERE (:warehouse_id IS NULL OR warehouse_id = :warehouse_id)
        )
        SELECT sku.code AS sku, bin.code AS place, coalesce(moved.qty, 0) AS expected,
               coalesce(kept.on_hand, 0) AS found, bin.id AS bin_id, sku.id AS sku_id
        FROM moved FULL JOIN kept USING (bin_id, sku_id, lot, container_id, owner_id, condition)
        JOIN bin ON bin.id = bin_id JOIN sku ON sku.id = sku_id
        WHERE bin.kind IN {_INSIDE} AND coalesce(moved.qty, 0) <> coalesce(kept.on_hand, 0)
        """,  # noqa: S608 - a constant of this file
    ),
    "holds_make_held": (
        "Σ open holds = held, for every balance",
        """
        SELECT sku.code AS sku, bin.code AS place, coalesce(h.qty, 0) AS expected, b.held AS found,
               b.bin_id, b.sku_id
        FROM stock_balance b
        LEFT JOIN (SELECT balance_id, sum(qty) AS qty FROM stock_hold WHERE status = 'open' GROUP BY 1) h
               ON h.balance_id = b.id
        JOIN bin ON bin.id = b.bin_id JOIN sku ON sku.id = b.sku_id
        WHERE (:warehouse_id IS NULL OR b.warehouse_id = :warehouse_id) AND coalesce(h.qty, 0) <> b.held
        """,
    ),
    "balances_make_levels": (
        "Σ good pieces in promisable bins = on hand of the level, for every SKU",
        """
        WITH there AS (
            SELECT b.warehouse_id, b.sku_id, b.owner_id, sum(b.on_hand) AS qty
            FROM stock_balance b JOIN bin ON bin.id = b.bin_id
            WHERE bin.kind IN ('pick', 'bulk') AND b.condition = 'good' GROUP BY 1, 2, 3
        )
        SELECT sku.code AS sku, 'all promisable bins' AS place, coalesce(there.qty, 0) AS expected,
               coalesce(l.on_hand, 0) AS found, NULL::bigint AS bin_id, sku.id AS sku_id
        FROM there FULL JOIN stock_level l USING (warehouse_id, sku_id, owner_id) JOIN sku ON sku.id = sku_id
        WHERE (:warehouse_id IS NULL OR warehouse_id = :warehouse_id)
          AND coalesce(there.qty, 0) <> coalesce(l.on_hand, 0)
        """,
    ),
    "promises_make_promised": (
        "Σ open promises = promised of the level, for every SKU",
        """
        WITH given AS (
            SELECT warehouse_id, sku_id, owner_id, sum(qty) AS qty
            FROM stock_promise WHERE status = 'open' GROUP BY 1, 2, 3
        )
        SELECT sku.code AS sku, 'promises' AS place, coalesce(given.qty, 0) AS expected,
               coalesce(l.promised, 0) AS found, NULL::bigint AS bin_id, sku.id AS sku_id
        FROM given FULL JOIN stock_level l USING (warehouse_id, sku_id, owner_id) JOIN sku ON sku.id = sku_id
        WHERE (:warehouse_id IS NULL OR warehouse_id = :warehouse_id)
          AND coalesce(given.qty, 0) <> coalesce(l.promised, 0)
        """,
    ),
    "containers_exist": (
        "goods lie in containers that exist in the same warehouse",
        """
        SELECT sku.code AS sku, bin.code AS place, 0 AS expected, b.on_hand AS found, b.bin_id, b.sku_id
        FROM stock_balance b JOIN bin ON bin.id = b.bin_id JOIN sku ON sku.id = b.sku_id
        LEFT JOIN container c ON c.id = b.container_id AND c.warehouse_id = b.warehouse_id
        WHERE (:warehouse_id IS NULL OR b.warehouse_id = :warehouse_id)
          AND b.container_id <> 0 AND b.on_hand > 0 AND c.id IS NULL
        """,
    ),
    "closed_rows_are_empty": (
        "holds and promises that ended keep nothing",
        """
        SELECT sku.code AS sku, bin.code AS place, 0 AS expected, h.qty AS found, b.bin_id, b.sku_id
        FROM stock_hold h JOIN stock_balance b ON b.id = h.balance_id
        JOIN bin ON bin.id = b.bin_id JOIN sku ON sku.id = b.sku_id
        WHERE (:warehouse_id IS NULL OR h.warehouse_id = :warehouse_id) AND (h.status <> 'open') <> (h.qty = 0)
        UNION ALL
        SELECT sku.code, 'promises', 0, p.qty, NULL, p.sku_id
        FROM stock_promise p JOIN sku ON sku.id = p.sku_id
        WHERE (:warehouse_id IS NULL OR p.warehouse_id = :warehouse_id) AND (p.status <> 'open') <> (p.qty = 0)
        """,
    ),
}

_LAST_MOVE = text(
    """
    SELECT m.id, m.reason, m.reference, m.qty, m.at, f.code AS source, t.code AS target, m.actor_id
    FROM stock_move m JOIN bin f ON f.id = m.from_bin_id JOIN bin t ON t.id = m.to_bin_id
    WHERE m.sku_id = :sku_id
      AND (cast(:bin_id AS bigint) IS NULL OR m.from_bin_id = :bin_id OR m.to_bin_id = :bin_id)
    ORDER BY m.id DESC LIMIT 1
    """
)


@dataclass(frozen=True)
class Difference:
    """One place where a law does not hold."""

    law: str
    sku: str
    place: str
    expected: int
    found: int
    last_move: str

    def line(self) -> str:
        return (
            f"{self.law}: {self.sku} in {self.place}: {self.expected} expected, {self.found} found; "
            f"last move: {self.last_move}"
        )


@dataclass
class Report:
    """What the check found; `checked` counts laws, `moves` and `balances` what they were proved over."""

    checked: int = 0
    moves: int = 0
    balances: int = 0
    held: int = 0
    promised: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.differences

    def lines(self) -> list[str]:
        """The report for a person, a line each."""
        head = (
            f"{self.checked} laws over {self.moves} moves and {self.balances} balances; "
            f"{self.held} pieces held, {self.promised} promised"
        )
        verdict = "clean" if self.ok else f"{len(self.differences)} differences"
        return [head, *(difference.line() for difference in self.differences), verdict]

    def to_dict(self) -> dict[str, Any]:
        """The report for a program."""
        return {"ok": self.ok, **asdict(self)}


def run(warehouse_id: int | None = None, progress: Callable[[int, int], None] | None = None) -> Report:
    """Prove every law in one snapshot of the database. `progress` hears (laws done, laws in all).

    Call it in a transaction of its own, before any other statement: it asks for a repeatable read.
    """
    db.session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    report = Report()
    for done, (law, (_, query)) in enumerate(LAWS.items(), 1):
        typed = query.replace(":warehouse_id", "cast(:warehouse_id AS bigint)")
        for row in db.session.execute(text(typed), {"warehouse_id": warehouse_id}):
            last = _explain(row.sku_id, row.bin_id)
            report.differences.append(
                Difference(law, row.sku, row.place, int(row.expected), int(row.found), last)
            )
        report.checked = done
        if progress:
            progress(done, len(LAWS))
    _totals(report)
    return report


def _explain(sku_id: int, bin_id: int | None) -> str:
    row = db.session.execute(_LAST_MOVE, {"sku_id": sku_id, "bin_id": bin_id}).one_or_none()
    if row is None:
        return "none"
    who = f"person {row.actor_id}" if row.actor_id else "the system"
    return f"#{row.id} {row.qty} {row.source} → {row.target} ({row.reason} {row.reference}) by {who} at {row.at:%F %T}"


def _totals(report: Report) -> None:
    row = db.session.execute(
        text(
            """
            SELECT (SELECT count(*) FROM stock_move) AS moves, (SELECT count(*) FROM stock_balance) AS balances,
                   (SELECT coalesce(sum(held), 0) FROM stock_balance) AS held,
                   (SELECT coalesce(sum(promised), 0) FROM stock_level) AS promised
            """
        )
    ).one()
    report.moves, report.balances = row.moves, row.balances
    report.held, report.promised = int(row.held), int(row.promised)
