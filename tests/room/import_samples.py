"""Files to import, and a warehouse to import them into."""
from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wms.core.importing import Summary, import_file
from wms.core.transaction import transaction
from wms.layout import service as layout
from wms.layout.rules import FloorPlan, ZonePlan

FLOOR = FloorPlan(aisles=4, aisle_spacing_mm=3_000, aisle_length_mm=20_000)


def warehouse(*, positions: int = 5, levels: int = 1) -> int:
    """A warehouse of 4 aisles × `positions` × 2 sides × `levels` pick bins in two zones; its id."""
    with transaction():
        house = layout.create_warehouse("W1", "One", FLOOR)
        zones = [ZonePlan("A", "Front", 0, 1), ZonePlan("B", "Back", 2, 3, "#aa3377")]
        layout.generate_block(house.id, zones, positions=positions, levels=levels)
        return house.id


def table(header: str, *rows: Sequence[Any]) -> io.BytesIO:
    """A CSV file with this header (names separated by commas) and these rows."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return io.BytesIO(out.getvalue().encode())


def bring(kind: str, source: Any, warehouse_id: int, **more: Any) -> Summary:
    return import_file(kind, source, warehouse_id=warehouse_id, **more)


def counts(summary: Summary) -> tuple[int, int, int, int, int]:
    """(read, created, updated, unchanged, rejected)."""
    return summary.read, summary.created, summary.updated, summary.unchanged, summary.rejected


def told(summary: Summary) -> list[tuple[int, str, str, str]]:
    """(line, column, code, value) of every reject."""
    return [(r.line, r.column, r.code, r.value) for r in summary.rejects]


def rejects_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))
