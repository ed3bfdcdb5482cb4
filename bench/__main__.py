"""`python -m bench labels|imports|confirm|size|scans|terminals|print|orders`: measures, prints, writes results."""
from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import confirm, imports, machine, orders, printing, scans, size, terminals
from bench.tables import show
from printers.bench import label_rate

RESULTS = Path(__file__).parent / "results"
LABEL_SECONDS = 10.0

Table = list[list[str]]


def _labels() -> dict[str, Any]:
    kinds = (("100x180", 203), ("100x180", 300), ("76x130", 203))
    return {f"{media} mm, {dpi} dpi": label_rate(LABEL_SECONDS, media=media, dpi=dpi) for media, dpi in kinds}


def _labels_table(found: dict[str, Any]) -> Table:
    names = ("labels_per_second", "p50_ms", "p95_ms", "bytes_mean")
    head = ["one process", "labels/s", "p50", "p95 ms", "bytes"]
    return [head, *([label, *(str(each[name]) for name in names)] for label, each in found.items())]


def _imports() -> dict[str, Any]:
    found = imports.measure()
    if "november" not in found:
        found["november"] = "not measured: the shared data folder is not there (WMS_SHARED)"
    return found


def _imports_table(found: dict[str, Any]) -> Table:
    measured = {kind: each for kind, each in found.items() if isinstance(each, dict) and "first" in each}
    rows = [[kind, *(f"{each[name]:,}" for name in ("rows", "first", "again")), ""] for kind, each in measured.items()]
    rows[-1][-1] = f"{found['million']['first_seconds']} s (< 120)"
    asn = found["asn"]
    received = ["a receipt, all at once", f"{asn['rows']:,}", "", "", f"{asn['receive_seconds']} s (< 5)"]
    return [["", "rows", "rows/s", "again rows/s", ""], *rows, received]


BENCHES: dict[str, tuple[Callable[[], dict[str, Any]], Callable[[dict[str, Any]], Table]]] = {
    "labels": (_labels, _labels_table),
    "imports": (_imports, _imports_table),
    "confirm": (confirm.measure, confirm.table),
    "size": (size.measure, size.table),
    "scans": (scans.measure, scans.table),
    "terminals": (terminals.measure, terminals.table),
    "print": (printing.measure, printing.table),
    "orders": (orders.measure, orders.table),
}


def main(wanted: list[str]) -> None:
    unknown = sorted(set(wanted) - set(BENCHES))
    if unknown:
        sys.exit(f"there is no bench {unknown[0]}; known are: {', '.join(BENCHES)}")
    RESULTS.mkdir(exist_ok=True)
    for name in wanted or BENCHES:
        measure, table = BENCHES[name]
        on, started = machine.describe(), time.monotonic()
        found = measure()
        print(f"\n{name} ({time.monotonic() - started:.0f} s)")
        show(table(found))
        told = {"machine": on, "results": found}
        (RESULTS / f"{name}.json").write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


main(sys.argv[1:])
