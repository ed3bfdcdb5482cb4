"""A warehouse with pickers, a sorter, a packer and a supervisor, and what holds whatever they do to a wave's life."""
from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine, invariant
from sqlalchemy import text

sys.path.append(str(Path(__file__).parents[1] / "room"))

import picking_floor as floor

from wms.core.db import db
from wms.core.transaction import transaction
from wms.layout.models import Station
from wms.picking import wall
from wms.replenishment import service as replenishment
from wms.stock import check
from wms.stock.service import Goods, receive

SKUS = ("S1", "S2", "S3", "S4")
WAYS = ("another", "replenish", "count", "line", "order")
_runs = itertools.count(1)

# Each of these finds what breaks a law; none may find anything, after any step. `:house` is the warehouse.
LAWS = {
    "an order line is picked at most once": """
        SELECT l.order_line_id FROM pick_line l JOIN order_line ol ON ol.id = l.order_line_id
        JOIN sales_order o ON o.id = ol.order_id WHERE o.warehouse_id = :house
        GROUP BY l.order_line_id, ol.qty, ol.dropped
        HAVING sum(CASE WHEN l.status = 'open' THEN l.qty ELSE l.picked END) > ol.qty - ol.dropped
    """,
    "what is held is what open lines still want": """
        SELECT coalesce(h.id, l.hold_id) FROM
            (SELECT id, qty FROM stock_hold WHERE warehouse_id = :house AND status = 'open'
             AND order_line_id IS NOT NULL) h
        FULL JOIN (SELECT p.hold_id, sum(p.qty - p.picked) AS qty FROM pick_line p JOIN pick_task t ON t.id = p.task_id
                   WHERE t.warehouse_id = :house AND p.status = 'open' GROUP BY 1) l ON l.hold_id = h.id
        WHERE h.qty IS DISTINCT FROM l.qty
    """,
    "what is promised is what a confirmed order has not got": """
        SELECT o.number FROM sales_order o JOIN order_line ol ON ol.order_id = o.id
        LEFT JOIN (SELECT order_line_id, sum(qty) AS qty FROM stock_promise WHERE status = 'open' GROUP BY 1) p
            ON p.order_line_id = ol.id
        LEFT JOIN (SELECT order_line_id, sum(picked) AS qty FROM pick_line GROUP BY 1) l ON l.order_line_id = ol.id
        WHERE o.warehouse_id = :house AND o.confirmation = 'confirmed' AND o.hold_reason IS NULL
          AND ol.qty - ol.dropped <> coalesce(p.qty, 0) + coalesce(l.qty, 0)
    """,
    "an order that is worked is in one wave, one that waits in none": """
        SELECT o.number FROM sales_order o LEFT JOIN wave_order m ON m.order_id = o.id AND m.active
        WHERE o.warehouse_id = :house GROUP BY o.id
        HAVING count(m.wave_id) <> CASE WHEN o.processing = 'waiting' THEN 0 ELSE 1 END
    """,
    "an order that is held says why, and on the floor that is that somebody stopped it": """
        SELECT o.number FROM sales_order o WHERE o.warehouse_id = :house AND o.confirmation = 'held'
          AND (o.hold_reason IS NULL OR (o.hold_reason <> 'intercepted' AND o.processing <> 'waiting'))
    """,
    "a tote holds what was picked of its one order": """
        SELECT s.order_id FROM pick_tote s JOIN pick_task t ON t.id = s.task_id
        JOIN sales_order o ON o.id = s.order_id
        WHERE t.warehouse_id = :house AND s.in_use AND o.processing <> 'packed'
        GROUP BY s.order_id
        HAVING sum((SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b WHERE b.container_id = s.container_id))
            <> (SELECT sum(CASE WHEN x.kind = 'bulk' THEN l.sorted ELSE l.picked END)
                FROM pick_line l JOIN pick_task x ON x.id = l.task_id WHERE l.order_id = s.order_id)
    """,
    "an order that is picked has all that will be sent of it": """
        SELECT o.number FROM sales_order o JOIN order_line ol ON ol.order_id = o.id
        LEFT JOIN (SELECT order_line_id, sum(picked) AS qty FROM pick_line GROUP BY 1) l ON l.order_line_id = ol.id
        WHERE o.warehouse_id = :house AND o.processing IN ('picked', 'packed')
          AND coalesce(l.qty, 0) <> ol.qty - ol.dropped
    """,
    "what is picked in bulk and not sorted lies in the totes of its task": """
        SELECT t.id FROM pick_task t JOIN pick_line l ON l.task_id = t.id
        WHERE t.warehouse_id = :house AND t.kind = 'bulk' GROUP BY t.id
        HAVING sum(l.picked - l.sorted) > coalesce((
            SELECT sum(b.on_hand) FROM pick_tote s JOIN stock_balance b ON b.container_id = s.container_id
            WHERE s.task_id = t.id AND s.order_id IS NULL AND s.in_use), 0)
    """,
    "nothing is packed twice": """
        SELECT order_id FROM parcel WHERE warehouse_id = :house AND status <> 'void' GROUP BY 1 HAVING count(*) > 1
    """,
    "a parcel takes what was picked of its order": """
        SELECT p.number FROM parcel p WHERE p.warehouse_id = :house AND p.status IN ('open', 'closed')
          AND (SELECT sum(qty) FROM parcel_line l WHERE l.parcel_id = p.id)
              <> (SELECT sum(picked) FROM pick_line l WHERE l.order_id = p.order_id)
    """,
    "tasks and slots know how many lines are open": """
        SELECT t.id FROM pick_task t WHERE t.warehouse_id = :house AND (t.open_lines <>
            (SELECT count(*) FROM pick_line l WHERE l.task_id = t.id AND l.status = 'open') OR EXISTS (
            SELECT 1 FROM pick_tote s WHERE s.task_id = t.id AND s.open_lines <>
                (SELECT count(*) FROM pick_line l WHERE l.task_id = t.id AND l.slot = s.slot AND l.status = 'open'
                 AND s.order_id IS NOT NULL)))
    """,
    "work that is over has no open lines, and a wave that is over no work": """
        SELECT t.id FROM pick_task t JOIN wave w ON w.id = t.wave_id WHERE t.warehouse_id = :house
          AND CASE WHEN t.status IN ('picked', 'cancelled') THEN t.open_lines > 0
                   ELSE t.open_lines = 0 OR w.status <> 'released' END
    """,
}
# What is left between bins and parcels once everybody has done what is to be done.
BETWEEN = """
    SELECT c.code, o.number, o.confirmation, o.processing FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    JOIN container c ON c.id = b.container_id
    LEFT JOIN pick_tote s ON s.container_id = c.id AND s.in_use LEFT JOIN sales_order o ON o.id = s.order_id
    WHERE b.warehouse_id = :house AND b.on_hand > 0 AND bin.kind = 'stage' AND o.processing IS DISTINCT FROM 'short'
"""


class WaveMachine(RuleBasedStateMachine):
    """Rules are added by the class that inherits from this one; each is one thing that one person does."""

    def __init__(self) -> None:
        super().__init__()
        self.house = floor.build(skus=len(SKUS), carts=9, totes=60, per_bin=30, mark=f"{next(_runs)}-")
        with transaction() as session:
            self._more_stock(session)
            wall.add_wall(self.house.id, "W1", "Wall", 3)
            table = Station(warehouse_id=self.house.id, code="PACK", name="Table")
            session.add(table)
            session.flush()
            station = table.id
        self.pickers = [floor.person(self.house, name) for name in ("Anna", "Bert", "Cleo")]
        self.sam = floor.person(self.house, "Sam")
        self.pat = replace(floor.person(self.house, "Pat", "packer"), station_id=station)
        self.boss = self.house.boss
        self.ok(self.boss, "pick.put_plan", short_ways=list(WAYS))

    def _more_stock(self, session: Any) -> None:
        """Each SKU lies in a second bin, and S1 has a face that is filled up from a reserve."""
        bins, skus = self.house.bins, self.house.skus
        session.execute(
            text("UPDATE bin SET kind = 'bulk' WHERE id = ANY(:ids)"), {"ids": [bins[f"A3-{n}"] for n in (1, 2)]}
        )
        replenishment.put_faces(self.house.id, [(bins["A1-1"], skus["S1"], 1, 60)])
        places = [("S1", "A3-1"), *((sku, f"A4-{n}") for n, sku in enumerate(SKUS, start=1))]
        goods = [Goods(skus[sku], bins[bin], 30) for sku, bin in places]
        receive(self.house.id, goods, reference="MORE", actor_id=None)

    # ---- how rules work

    def ask(self, actor: Any, name: str, **body: Any) -> dict[str, Any]:
        """One scan. It may be refused, but never because something broke."""
        reply = floor.ask(actor, name, **body)
        code = reply["message"]["code"] if reply["message"] else ""
        assert code not in ("core.unexpected", "core.database_down", "core.invalid"), (name, body, reply["message"])
        return reply

    def ok(self, actor: Any, name: str, **body: Any) -> dict[str, Any]:
        reply = self.ask(actor, name, **body)
        assert reply["ok"], (name, body, reply["message"])
        return reply

    def rows(self, sql: str, **more: Any) -> list[Any]:
        """What the database has of this warehouse."""
        with transaction():
            return list(db.session.execute(text(sql), {"house": self.house.id, **more}))

    def ids(self, sql: str, nr: int) -> Any:
        """One of the ids that a query finds, chosen by a number; None when it finds none."""
        found = [row[0] for row in self.rows(sql)]
        return found[nr % len(found)] if found else None

    def free(self, kind: str) -> str:
        """The first tote or cart that nobody uses."""
        return str(self.rows(_FREE[kind])[0][0])

    # ---- what holds after every step

    @invariant()
    def laws(self) -> None:
        with transaction():
            for law, sql in LAWS.items():
                found = [tuple(row) for row in db.session.execute(text(sql), {"house": self.house.id})]
                assert not found, (law, found[:3])

    def teardown(self) -> None:
        """However it ended, the books are right."""
        db.session.remove()
        with transaction():
            report = check.run()
        assert report.ok, report.lines()


_FREE = {
    "tote": """
        SELECT c.code FROM container c WHERE c.warehouse_id = :house AND c.kind = 'tote'
          AND NOT EXISTS (SELECT 1 FROM pick_tote s WHERE s.container_id = c.id AND s.in_use)
          AND NOT EXISTS (SELECT 1 FROM stock_balance b WHERE b.container_id = c.id AND b.on_hand > 0)
        ORDER BY c.id LIMIT 1
    """,
    "cart": """
        SELECT c.code FROM cart c WHERE c.warehouse_id = :house AND NOT EXISTS (
            SELECT 1 FROM pick_task t WHERE t.cart_id = c.id AND t.status IN ('open', 'assigned', 'picking'))
        ORDER BY c.id LIMIT 1
    """,
}
