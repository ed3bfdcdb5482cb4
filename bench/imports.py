"""Import rows/s: SKUs, a floor, stock and orders into an empty warehouse, and the same files once more.

    python -m bench.imports [ROWS]      prints JSON; WMS_SHARED names the folder with the November file
"""
from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from bench.ground import Ground, make_goods
from wms.core import migrate
from wms.core.clock import now
from wms.core.config import Config
from wms.core.importing import import_file
from wms.core.transaction import transaction
from wms.inbound import service as inbound
from wms.layout import service as layout
from wms.layout.service import FloorPlan
from wms.orders import service as orders
from wms.runtime import application, database
from wms.stock import service as stock

AISLES, LENGTH_MM = 20, 50_000
TO = ("Ann", "+33 1", "France", "1 rue A", "full")


def measure(rows: int = 20_000) -> dict[str, Any]:
    """{kind: {rows, first: rows/s, again: rows/s}}; `orders` has 5 lines an order, all audited and promised.

    `million` are a million balances into an empty warehouse: 100,000 SKUs, each in ten bins.
    """
    with _warehouse() as house:
        found = {kind: _twice(kind, table, house) for kind, table in _files(rows).items()}
        november = _november()
        if november.exists():
            options = {"profile": "online-retail", "options": {"create_missing": True, "stock": 1}}
            found["november"] = _twice("orders", november, house, **options)
    found["million"] = million()
    found["asn"] = receipt()
    return found


def receipt(lines: int = 5_000) -> dict[str, Any]:
    """Seconds to announce a receipt of so many lines, each of a lot with a date, and to receive all of it."""
    ground = Ground(skus=lines)
    with _empty() as config:
        make_goods(config, ground)
        with application(config):
            expires = now().date() + timedelta(days=365)
            announced = [
                inbound.Announced(sku + 1, 24, lot=f"L{sku}", expires_on=expires, unit_cost=Decimal("1.5"))
                for sku in range(lines)
            ]
            started = time.perf_counter()
            with transaction():
                made = inbound.announce(1, inbound.Facts("ASN-1"), announced, actor_id=None)
                receipt_id, dock = made.id, stock.special_bin(1, "receive")
            between = time.perf_counter()
            with transaction():
                pieces = inbound.receive_rest(receipt_id, bin_id=dock, actor_id=None)
            ended = time.perf_counter()
    if pieces != lines * 24:
        raise RuntimeError(f"{pieces} of {lines * 24} pieces were received")
    seconds = {"announce_seconds": between - started, "receive_seconds": ended - between}
    return {"rows": lines, **{name: round(each, 2) for name, each in seconds.items()}}


def million(rows: int = 1_000_000) -> dict[str, Any]:
    """The case of its own, {rows, first, again: rows/s, first_seconds}."""
    ground = Ground(skus=rows // 10)
    with _empty() as config:
        make_goods(config, ground)
        # The k-th balance of a SKU lies 7,919 bins further, so that none is twice in one.
        places = ((n % ground.skus, (n + n // ground.skus * 7_919) % ground.bins) for n in range(rows))
        table = _table("bin,sku,qty", [(f"B{bin + 1}", f"S{sku + 1}", 50) for sku, bin in places])
        with application(config):
            found = _twice("stock", table, 1)
    return {**found, "first_seconds": round(rows / found["first"], 1)}


@contextmanager
def _warehouse() -> Iterator[int]:
    with _empty() as config:
        migrate.upgrade(config.psycopg_url)
        with application(config):
            with transaction():
                house = layout.create_warehouse("W1", "One", FloorPlan(AISLES, 3_000, LENGTH_MM)).id
                orders.add_shop("T", "Test shop")
            yield house


@contextmanager
def _empty() -> Iterator[Config]:
    folder = Path(tempfile.mkdtemp(prefix="wms-imports-"))
    folder.chmod(0o755)  # the embedded database may run under an account of its own
    try:
        with database(Config(data=folder, log_format="console")) as config:
            yield config
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _files(rows: int) -> dict[str, bytes]:
    bins = max(1, rows // 10)
    order = [("T", f"O{n // 5}", f"S{n * 7 % rows}", 1, "2.50", *TO) for n in range(rows)]
    return {
        "skus": _table(
            "code,name,barcode,weight_g,length_mm,width_mm,height_mm",
            [(f"S{n}", f"Thing {n}", f"69{n:010}", 100 + n % 900, 100, 80, 60) for n in range(rows)],
        ),
        "layout": _table(
            "zone,bin,aisle,y_mm,side,level",
            [(f"Z{n % 3}", f"B{n}", n % AISLES, n * 37 % LENGTH_MM, "LR"[n % 2], 1 + n % 4) for n in range(bins)],
        ),
        "stock": _table("bin,sku,qty", [(f"B{n % bins}", f"S{n}", 50) for n in range(rows)]),
        "orders": _table("shop,order,sku,qty,price,recipient,phone,country,address,paid", order),
    }


def _table(header: str, rows: Sequence[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return out.getvalue().encode()


def _twice(kind: str, source: bytes | Path, house: int, **more: Any) -> dict[str, Any]:
    speeds = []
    for expected in ("created", "unchanged"):
        opened: BinaryIO | Path = io.BytesIO(source) if isinstance(source, bytes) else source
        summary = import_file(kind, opened, warehouse_id=house, **more)
        if summary.rejected or (kind != "stock" and not getattr(summary, expected)):
            raise RuntimeError(f"{kind}: {summary.to_dict()}")
        speeds.append(round(summary.read / summary.seconds))
    return {"rows": summary.read, "first": speeds[0], "again": speeds[1]}


def _november() -> Path:
    shared = Path(os.environ.get("WMS_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    return shared / "data" / "orders" / "online-retail-2010-11.csv"


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:2])), indent=2))
