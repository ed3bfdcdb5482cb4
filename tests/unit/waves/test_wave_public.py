"""Walks against published optima. The public instances are not part of the project; without them, skipped."""

import csv
import json
import subprocess
import sys

import pytest

from bench.wave_routing import INSTANCES, SHARED, read, solve
from wms.waves.engine import exact_walk, s_shape

pytestmark = pytest.mark.skipif(
    not INSTANCES.is_dir(),
    reason="public instances not found: set WMS_SHARED to the folder that holds data/waves",
)
LAYOUTS = pytest.mark.parametrize(("layout", "blocks"), [("one_block", 1), ("two_block", 2)])


def references(layout):
    with (INSTANCES / "references.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["layout"] == layout]
    return {row["instance"]: round(1_000 * float(row["optimum"])) for row in rows}


@LAYOUTS
def test_every_published_optimum_is_met(layout, blocks):
    wrong = {}
    for name, optimum in references(layout).items():
        instance = read(INSTANCES / layout / name, blocks)
        walk = exact_walk(instance.floor, instance.stops)
        assert instance.floor.tour_length([instance.stops[index] for index in walk.order]) == walk.length_mm
        assert s_shape(instance.floor, instance.stops).length_mm >= walk.length_mm
        if walk.length_mm != optimum:
            wrong[name] = (walk.length_mm, optimum)
    assert not wrong


@LAYOUTS
def test_the_independent_checker_agrees(layout, blocks, tmp_path):
    checker = SHARED / "tools" / "verify_waves.py"
    if not checker.is_file():
        pytest.skip(f"no checker at {checker}")
    for name, optimum in list(references(layout).items())[::40]:
        path, answer = INSTANCES / layout / name, tmp_path / "answer.json"
        answer.write_text(json.dumps(solve(path, blocks)))
        command = [sys.executable, str(checker), "routing", str(path), str(answer), "--blocks", str(blocks)]
        verdict = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        assert verdict["feasible"]
        assert round(1_000 * verdict["value"]) == optimum
