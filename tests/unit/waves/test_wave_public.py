"""Walks against published optima. The public instances are not part of the project; without them, skipped."""

import csv
import json
import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from wms.waves.engine import Floor, exact_walk

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("WMS_SHARED") or ROOT.parent / "shared")
INSTANCES = SHARED / "data" / "waves" / "routing"

pytestmark = pytest.mark.skipif(
    not INSTANCES.is_dir(),
    reason="public instances not found: set WMS_SHARED to the folder that holds data/waves",
)

Instance = namedtuple("Instance", "floor cells places")


def read(path):
    """The floor, and the (aisle, cell) and the place of each stop. Cell 0 is nearest the back."""
    fields, cells = {}, set()
    for line in path.read_text(encoding="latin-1").splitlines():
        words = line.split()
        if ":" in line:
            key, value = line.split(":", 1)
            fields[key.strip()] = value.strip()
        elif len(words) >= 6 and words[2] == "AISLE":
            cells.add((int(words[3]), int(words[5])))

    def mm(key):
        return round(1_000 * float(fields[key]))

    last, step = int(fields["NUM_CELLS"]) - 1, mm("DISTANCE_CELL_TO_CELL")
    bottom, top = mm("DISTANCE_BOTTOM_TO_CELL"), mm("DISTANCE_TOP_TO_CELL")
    floor = Floor.one_block(
        int(fields["NUM_AISLES"]),
        spacing_mm=mm("DISTANCE_AISLE_TO_AISLE"),
        length_mm=bottom + last * step + top,
        depot_aisle=int(fields["DEPOT_AISLE"]),
        depot_side="back" if fields.get("DEPOT_LOCATION") == "top" else "front",
    )
    cells = sorted(cells)
    return Instance(floor, cells, [(aisle, bottom + (last - cell) * step) for aisle, cell in cells])


def references():
    with (INSTANCES / "references.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["layout"] == "one_block"]
    return {row["instance"]: round(1_000 * float(row["optimum"])) for row in rows}


def test_every_published_optimum_is_met():
    wrong = {}
    for name, optimum in references().items():
        instance = read(INSTANCES / "one_block" / name)
        walk = exact_walk(instance.floor, instance.places)
        assert instance.floor.tour_length([instance.places[index] for index in walk.order]) == walk.length_mm
        if walk.length_mm != optimum:
            wrong[name] = (walk.length_mm, optimum)
    assert not wrong


def test_the_independent_checker_agrees(tmp_path):
    checker = SHARED / "tools" / "verify_waves.py"
    if not checker.is_file():
        pytest.skip(f"no checker at {checker}")
    for name, optimum in list(references().items())[::40]:
        path, answer = INSTANCES / "one_block" / name, tmp_path / "answer.json"
        instance = read(path)
        walk = exact_walk(instance.floor, instance.places)
        answer.write_text(json.dumps({"stops": [instance.cells[index] for index in walk.order]}))
        command = [sys.executable, str(checker), "routing", str(path), str(answer)]
        verdict = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        assert verdict["feasible"]
        assert round(1_000 * verdict["value"]) == optimum
