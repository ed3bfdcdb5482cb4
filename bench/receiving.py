"""How long a long receipt takes, through the HTTP door, and how long a place for goods takes in a large house.

    python -m bench.receiving [LINES [BINS]]      prints JSON
"""
from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from wms.access import service as access
from wms.core import migrate
from wms.core.config import Config
from wms.core.transaction import transaction
from wms.inbound.candidates import Load, candidates
from wms.inbound.rules import ranked
from wms.layout import service as layout
from wms.layout.service import FloorPlan, ZonePlan
from wms.runtime import application, database

AISLES, POSITIONS, LEVELS = 100, 100, 5  # times two sides: 100,000 bins
FULL = 90  # per cent of the bins, everywhere alike
LOADS = 40

_SKUS = text(
    """
    INSERT INTO sku (code, name, weight_g, length_mm, width_mm, height_mm, picture, active)
    SELECT 'S' || n, 'Thing ' || n, 100, 100, 80, 60, '', true FROM generate_series(1, :lines) AS n
    """
)
# Every full bin holds one SKU: what is looked for is an empty one among them.
_FILL = text(
    """
    INSERT INTO stock_balance (warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand, held)
    SELECT :house, b.id, s.id, '', 0, 1, 'good', 10, 0
    FROM (SELECT id, row_number() OVER (ORDER BY aisle, y_mm, level) AS nr FROM bin
          WHERE warehouse_id = :house AND kind = 'pick') b
    JOIN sku s ON s.code = 'S' || (1 + b.nr % :lines)
    WHERE b.nr * 37 % 100 < :full
    """
)


def measure(lines: int = 5_000, bins: int = AISLES * POSITIONS * LEVELS * 2) -> dict[str, Any]:
    """Seconds to announce and receive `lines` lines, and milliseconds to choose a bin among `bins`."""
    with _warehouse(lines, bins) as (app, house, token):
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        found: dict[str, Any] = {"lines": lines, "bins": bins}
        body = {"number": "BIG", "lines": [{"sku": f"S{n}", "qty": 12} for n in range(1, lines + 1)]}
        found["announce_s"] = _seconds(client, "/api/v1/receipts", body)
        found["receive_all_s"] = _seconds(client, "/api/v1/receipts/BIG/receive-all", {})
        body["number"] = "ONE"
        _seconds(client, "/api/v1/receipts", body)
        counted = {"entries": [{"sku": f"S{n}", "qty": 12} for n in range(1, lines + 1)]}
        found["receive_entries_s"] = _seconds(client, "/api/v1/receipts/ONE/entries", counted)
        found["choose_bin_ms"] = _choosing(house, lines)
    return found


def _seconds(client: Any, path: str, body: dict[str, Any]) -> float:
    started = time.perf_counter()
    answer = client.post(path, json=body)
    if answer.status_code >= 300:
        raise RuntimeError(answer.text)
    return round(time.perf_counter() - started, 3)


def _choosing(house: int, lines: int) -> dict[str, float]:
    spent = []
    for n in range(LOADS):
        with transaction() as session:
            code = f"S{1 + n * lines // LOADS}"
            sku_id = session.execute(text("SELECT id FROM sku WHERE code = :code"), {"code": code}).scalar_one()
            load = Load(sku_id, 12)
            started = time.perf_counter()
            assert ranked(*candidates(house, load))
            spent.append((time.perf_counter() - started) * 1000)
    return {"p50": round(statistics.median(spent), 1), "most": round(max(spent), 1)}


@contextmanager
def _warehouse(lines: int, bins: int) -> Iterator[tuple[Flask, int, str]]:
    folder = Path(tempfile.mkdtemp(prefix="wms-receiving-"))
    folder.chmod(0o755)  # the embedded database may run under an account of its own
    try:
        with database(Config(data=folder, log_format="console")) as config:
            migrate.upgrade(config.psycopg_url)
            with application(config) as app:
                yield app, *_filled(lines, bins)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _filled(lines: int, bins: int) -> tuple[int, str]:
    levels = max(1, bins // (AISLES * POSITIONS * 2))
    with transaction() as session:
        house = layout.create_warehouse("W1", "One", FloorPlan(AISLES, 3_000, 50_000)).id
        zones = [ZonePlan("A", "A", 0, AISLES - 1)]
        layout.generate_block(house, zones, positions=POSITIONS, levels=levels)
        session.execute(_SKUS, {"lines": lines})
        session.execute(_FILL, {"house": house, "lines": lines, "full": FULL})
        clerk = access.add_person("R1", "Rose", "no pin", house, ("supervisor",), "en")
        token = access.open_session(clerk, "bench")
    with transaction() as session:
        session.execute(text("ANALYZE"))
    return house, token


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:3])), indent=2))
