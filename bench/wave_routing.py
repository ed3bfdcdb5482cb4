"""Shortest walks of the public routing instances: proven optimal or not, and how fast.

`solve` answers one instance in the form of the independent checker; `table` measures them all. The instances
(Heßler and Irnich) are not part of the project: `WMS_SHARED` names the folder that holds data/waves, by default
the folder `shared` beside the project.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from wms.waves.engine import Floor, Stop, exact_walk, warm

SHARED = Path(os.environ.get("WMS_SHARED") or Path(__file__).resolve().parents[2] / "shared")
INSTANCES = SHARED / "data" / "waves" / "routing"
ROUNDS = 5  # each walk is measured as the median of so many


@dataclass(frozen=True, slots=True)
class Instance:
    """cells: (aisle, cell) of each stop, cell 0 nearest the back; stops: the same places on the floor."""

    floor: Floor
    cells: list[tuple[int, int]]
    stops: list[Stop]


def read(path: Path, blocks: int = 1) -> Instance:
    """The floor and the distinct stops of an instance. With two blocks a middle cross aisle lies after half the
    cells, one cell step from the cells on either side. Lengths in the file are taken as metres."""
    fields: dict[str, str] = {}
    cells = set()
    for line in path.read_text(encoding="latin-1").splitlines():
        words = line.split()
        if ":" in line:
            key, value = line.split(":", 1)
            fields[key.strip()] = value.strip()
        elif len(words) >= 6 and words[2] == "AISLE":
            cells.add((int(words[3]), int(words[5])))

    def mm(key: str) -> int:
        return round(1_000 * float(fields[key]))

    count, step = int(fields["NUM_CELLS"]), mm("DISTANCE_CELL_TO_CELL")
    bottom, top = mm("DISTANCE_BOTTOM_TO_CELL"), mm("DISTANCE_TOP_TO_CELL")
    lower = count // 2 if blocks == 2 else count

    def y(cell: int) -> int:
        up = count - 1 - cell
        return bottom + (up if up < lower else up + 1) * step

    length = bottom + (count - 1 + (blocks == 2)) * step + top
    cross = (0, bottom + lower * step, length) if blocks == 2 else (0, length)
    width = mm("DISTANCE_AISLE_TO_AISLE")
    floor = Floor(
        tuple(aisle * width for aisle in range(int(fields["NUM_AISLES"]))),
        cross,
        int(fields["DEPOT_AISLE"]),
        "back" if fields.get("DEPOT_LOCATION") == "top" else "front",
    )
    return Instance(floor, sorted(cells), [(aisle, y(cell)) for aisle, cell in sorted(cells)])


def solve(instance_path: str | Path, blocks: int = 1) -> dict[str, Any]:
    """{"stops": [[aisle, cell], ...]} in walking order."""
    instance = read(Path(instance_path), blocks)
    walk = exact_walk(instance.floor, instance.stops)
    return {"stops": [list(instance.cells[index]) for index in walk.order]}


def table() -> list[dict[str, Any]]:
    """One row per number of blocks: how many walks, how many optimal, mean and longest time in ms, warm."""
    warm()
    return [_row(name, blocks) for name, blocks in (("one_block", 1), ("two_block", 2))]


def _row(layout: str, blocks: int) -> dict[str, Any]:
    times, optimal = [], 0
    for path, optimum in _references(layout):
        instance = read(path, blocks)
        walk = exact_walk(instance.floor, instance.stops)
        optimal += walk.length_mm == optimum
        times.append(_milliseconds(instance))
    return {
        "set": f"routing/{layout}",
        "walks": len(times),
        "optimal": optimal,
        "mean_ms": round(mean(times), 4),
        "max_ms": round(max(times), 4),
    }


def _milliseconds(instance: Instance) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        exact_walk(instance.floor, instance.stops)
        taken.append(time.perf_counter() - begun)
    return 1_000 * sorted(taken)[ROUNDS // 2]


def _references(layout: str) -> Iterator[tuple[Path, int]]:
    """Each instance and its proven optimum in mm."""
    with (INSTANCES / "references.csv").open() as file:
        for row in csv.DictReader(file):
            if row["layout"] == layout:
                yield INSTANCES / layout / row["instance"], round(1_000 * float(row["optimum"]))
