"""Orders that the browser tests know to the piece, and the books in which they look what became of them."""
from __future__ import annotations

import csv
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.config import Config
from wms.core.db import db
from wms.core.importing import import_file
from wms.core.transaction import transaction
from wms.layout.models import Warehouse
from wms.orders.models import Shop
from wms.runtime import database
from wms.stock.models import StockLevel

SHOP = "CORNER"
# Order → pieces of each of its lines.
ORDERS = {"CORNER-A": (2, 1), "CORNER-B": (3,), "CORNER-C": (1, 2)}
PLENTY = 5
PATIENCE = 120  # seconds


def corner_shop(data: Path) -> None:
    """Import the orders of `ORDERS`, each line another SKU of which there is plenty. Inside an application."""
    open_shop()
    with transaction() as session:
        skus = session.execute(
            select(Sku.code)
            .join(StockLevel, StockLevel.sku_id == Sku.id)
            .where(StockLevel.on_hand - StockLevel.promised >= PLENTY)
            .order_by(Sku.id)
            .limit(sum(len(pieces) for pieces in ORDERS.values()))
        ).scalars().all()  # fmt: skip
    bring(data, "orders", _rows(skus))


def open_shop() -> None:
    with transaction():
        db.session.add(Shop(code=SHOP, name="Corner 街角", platform="own", currency="GBP", carrier="own_fleet"))


def bring(data: Path, kind: str, rows: Sequence[dict[str, str]]) -> None:
    """Import these rows as the CSV file that a merchant would send. Inside an application."""
    path = data / f"{kind}-of-the-test.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with transaction() as session:
        warehouse_id = session.execute(select(Warehouse.id)).scalar_one()
    summary = import_file(kind, path, warehouse_id=warehouse_id)
    assert not summary.rejected, summary.rejects


def order(number: str, recipient: str = "Mary Poppins") -> dict[str, str]:
    """The columns of one order of the shop that are the same on each of its lines."""
    return {
        "shop": SHOP, "order": number, "placed_at": now().isoformat(), "carrier": "own_fleet", "currency": "GBP",
        "promised_at": (now() + timedelta(hours=8)).isoformat(), "paid": "full", "recipient": recipient,
        "phone": "+44 7700 900123", "country": "United Kingdom", "province": "England", "city": "London",
        "district": "Camden", "address": "17 Cherry Tree Lane", "postcode": "NW1 7NL",
    }  # fmt: skip


def _rows(skus: Sequence[str]) -> list[dict[str, str]]:
    free = iter(skus)
    return [
        {**head, "sku": next(free), "qty": str(qty), "price": "1"}
        for head, pieces in ((order(number), pieces) for number, pieces in ORDERS.items())
        for qty in pieces
    ]


@dataclass(frozen=True)
class Line:
    """A line of a pick task: where, what, how many, into which slot."""

    id: int
    slot: int
    order: str
    bin: str
    sku: str
    name: str
    barcode: str
    qty: int
    picked: int
    status: str


LINES = """
SELECT line.id, line.slot, o.number AS order, bin.code AS bin, sku.code AS sku, sku.name,
       (SELECT min(code) FROM barcode WHERE sku_id = sku.id) AS barcode, line.qty, line.picked, line.status
FROM pick_line line JOIN pick_task task ON task.id = line.task_id JOIN person ON person.id = task.person_id
JOIN sales_order o ON o.id = line.order_id JOIN bin ON bin.id = line.bin_id JOIN sku ON sku.id = line.sku_id
WHERE person.badge = %s AND task.id = (SELECT max(id) FROM pick_task WHERE person_id = person.id)
ORDER BY line.seq
"""
TO_PACK = """
SELECT (SELECT min(code) FROM barcode WHERE sku_id = line.sku_id) AS barcode, line.qty - line.dropped AS qty
FROM order_line line JOIN sales_order o ON o.id = line.order_id WHERE o.number = %s AND line.qty > line.dropped
"""
TOTE = """
SELECT container.code FROM pick_tote tote JOIN sales_order o ON o.id = tote.order_id
JOIN container ON container.id = tote.container_id WHERE o.number = %s ORDER BY tote.id DESC LIMIT 1
"""
LEFT = """
SELECT (SELECT count(*) FROM stock_hold WHERE status = 'open' AND order_line_id = ANY(mine.ids)) AS held,
       (SELECT count(*) FROM stock_promise WHERE status = 'open' AND order_line_id = ANY(mine.ids)) AS promised
FROM (SELECT array_agg(line.id) AS ids FROM order_line line JOIN sales_order o ON o.id = line.order_id
      WHERE o.number = ANY(%s)) AS mine
"""
STOCK = """
SELECT bin_id, sku_id, container_id, lot, on_hand, held FROM stock_balance WHERE on_hand <> 0 OR held <> 0
ORDER BY bin_id, sku_id, container_id, lot
"""


class Books:
    """What the database says."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._open: psycopg.Connection[Any] | None = None

    @classmethod
    @contextmanager
    def of(cls, data: Path) -> Iterator[Books]:
        """The books of the warehouse in this folder."""
        with database(Config(data=data)) as config:
            books = cls(config.psycopg_url)
            yield books
            books.close()

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Every row, as named tuples."""
        if self._open is None or self._open.broken:
            self._open = psycopg.connect(self._address, autocommit=True, row_factory=namedtuple_row)
        return self._open.execute(sql, values).fetchall()  # type: ignore[arg-type]

    def one(self, sql: str, *values: Any) -> Any:
        """The only value of the only row."""
        (row,) = self.rows(sql, *values)
        return row[0]

    def becomes(self, value: Any, sql: str, *values: Any) -> None:
        """Wait until the only value of the only row is this: something in the background sees to it."""
        until = time.monotonic() + PATIENCE
        while (found := self.one(sql, *values)) != value:
            assert time.monotonic() < until, f"still {found}"
            time.sleep(0.1)

    def lines(self, badge: str) -> list[Line]:
        """The lines of this person's newest task, as walked."""
        return [Line(*row) for row in self.rows(LINES, badge)]

    def to_pack(self, number: str) -> list[Any]:
        """What belongs into the parcel of this order: (barcode, qty)."""
        return self.rows(TO_PACK, number)

    def tote(self, number: str) -> str:
        """The tote in which this order's goods are."""
        return str(self.one(TOTE, number))

    def left(self, numbers: Sequence[str]) -> tuple[int, int]:
        """How many holds and promises these orders still have."""
        (row,) = self.rows(LEFT, list(numbers))
        return row.held, row.promised

    @contextmanager
    def still(self) -> Iterator[None]:
        """Inside, nothing may move: no piece of stock, no hold, no move, no line of a task."""
        before = self._all()
        yield
        assert self._all() == before

    def _all(self) -> list[Any]:
        lines = self.rows("SELECT id, picked, status FROM pick_line ORDER BY id")
        packed = self.rows("SELECT parcel_id, order_line_id, verified FROM parcel_line ORDER BY 1, 2")
        return [self.rows("SELECT count(*), sum(qty) FROM stock_move"), self.rows(STOCK), lines, packed]
