"""Compiled code: the tables it works with, lengths alone, and where it is kept."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wave_samples import floors, stops_on

from wms.waves.engine.kernels.lengths import many_block_length, one_block_length
from wms.waves.engine.kernels.tables import BACK, FRONT, GAP, NONE, PASS, TWICE, tables
from wms.waves.engine.routing import exact_walk, floor_arrays

ROOT = Path(__file__).resolve().parents[3]

# Ratliff and Rosenthal, tables I and II: state before, way or times (back, front), state after.
ALONG = {
    "000": {NONE: "000", PASS: "UU1", BACK: "E01", FRONT: "0E1", GAP: "EE2", TWICE: "EE1"},
    "UU1": {NONE: "UU1", PASS: "EE1", BACK: "UU1", FRONT: "UU1", GAP: "UU1"},
    "E01": {NONE: "E01", PASS: "UU1", BACK: "E01", FRONT: "EE2", GAP: "EE2", TWICE: "EE1"},
    "0E1": {NONE: "0E1", PASS: "UU1", BACK: "EE2", FRONT: "0E1", GAP: "EE2", TWICE: "EE1"},
    "EE1": {NONE: "EE1", PASS: "UU1", BACK: "EE1", FRONT: "EE1", GAP: "EE1"},
    "EE2": {NONE: "EE2", PASS: "UU1", BACK: "EE2", FRONT: "EE2", GAP: "EE2", TWICE: "EE1"},
}
ACROSS = {
    "000": {(0, 0): "000"},
    "UU1": {(1, 1): "UU1"},
    "E01": {(2, 0): "E01"},
    "0E1": {(0, 2): "0E1"},
    "EE1": {(2, 0): "E01", (0, 2): "0E1", (2, 2): "EE1"},
    "EE2": {(2, 2): "EE2"},
}


def test_two_cross_aisles_give_the_tables_of_ratliff_and_rosenthal():
    moves = tables(2)
    names, rows = {0: "000"}, list(zip(moves.before, moves.way, moves.after, strict=True))
    along, across = rows[: moves.first[1]], rows[moves.first[1] :]
    for before, way, after in along:  # the empty walk leads to all others
        if before == 0:
            names[after] = ALONG["000"][way]
    assert len(names) == moves.states == 6
    assert {(names[a], way, names[b]) for a, way, b in along} == {
        (a, way, b) for a, ways in ALONG.items() for way, b in ways.items()
    }
    assert {(names[a], (way >> 2, way & 3), names[b]) for a, way, b in across} == {
        (a, times, b) for a, ways in ACROSS.items() for times, b in ways.items()
    }
    assert {names[state] for state in moves.done} == {"E01", "0E1", "EE1"}


@pytest.mark.parametrize(("cross_aisles", "states"), [(2, 6), (3, 24), (4, 112)])
def test_the_number_of_states(cross_aisles, states):
    assert tables(cross_aisles).states == states


@given(st.data(), st.integers(1, 3))
@settings(max_examples=300, deadline=None)
def test_lengths_alone_are_those_of_the_walks(data, blocks):
    floor = data.draw(floors(most_aisles=8, blocks=blocks))
    stops = sorted(set(data.draw(stops_on(floor, most=30))))
    starts = np.searchsorted([aisle for aisle, _ in stops], np.arange(len(floor.aisle_x_mm) + 1))
    ys = np.array([y for _, y in stops], dtype=np.int64)
    expected = exact_walk(floor, stops).length_mm
    arrays = (*floor_arrays(floor), starts, ys)
    assert many_block_length(*arrays, tables(blocks + 1)) == expected
    if blocks == 1:
        assert one_block_length(*arrays) == expected


def run(code, **environment):
    """What a fresh process prints, as JSON."""
    command = [sys.executable, "-c", f"import json, sys\n{code}"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT, env={**os.environ, **environment}
    )
    return json.loads(done.stdout)


def test_the_engine_is_imported_without_loading_compiled_code():
    assert not run("import wms.waves.engine; print(json.dumps('numba' in sys.modules))")


def test_solving_prints_nothing():
    """What a program reads on stdout is the answer alone: HiGHS says who it is, unless it is silenced in time."""
    code = """
import highspy
from wms.waves.engine.selection import AisleStock, SelectionProblem, WaitingOrder, select_wave
from wms.waves.engine.solver import new_solver
orders = tuple(WaitingOrder(n, ((n % 3, 1 + n % 2),)) for n in range(6))
stock = tuple(AisleStock(aisle, aisle % 3, 2) for aisle in range(6))
found = select_wave(SelectionProblem(orders, stock, max_units=5, min_units=4), seed=1, stop=lambda: False)
solver = new_solver(lambda: False)
solver.passModel(highspy.HighsLp())
solver.run()
print(json.dumps(found.units))
"""
    assert run(code) in (4, 5)


def test_once_warm_nothing_is_compiled_or_loaded_any_more():
    code = """
from wms.waves.engine import *
def ready():
    return {
        f"{name}.{each}": len(kernel.overloads)
        for name, module in sys.modules.items() if name.startswith("wms.waves.engine.kernels.")
        for each, kernel in vars(module).items() if hasattr(kernel, "overloads")
    }
warm()
before = ready()
for blocks in (1, 2, 3, 5):
    floor = Floor.evenly(3, blocks, spacing_mm=2, length_mm=40)
    stops = [(place % 3, place) for place in range(30)]
    exact_walk(floor, stops[:3]), exact_walk(floor, stops)
    obstructed(floor).walk(stops), obstructed(floor, one_way={1: "back"}).walk(stops)
    if blocks < 5:
        supplies = [Supply(number % 2, stop, 1, number % 3) for number, stop in enumerate(stops)]
        choose_bins(floor, [(0, 2), (1, 7)], supplies), choose_bins(floor, [(0, 2)], supplies[:4])
after = ready()
print(json.dumps([sum(before.values()), [name for name in after if after[name] != before.get(name)]]))
"""
    count, late = run(code)
    assert count > 5
    assert late == []


KEPT = "from wms.waves.engine.kernels import compiled; print(json.dumps(str(compiled.cache_folder())))"


def test_machine_code_goes_where_it_is_told(tmp_path):
    assert Path(run(KEPT, NUMBA_CACHE_DIR=str(tmp_path))).parent == tmp_path


def test_machine_code_of_a_package_that_cannot_be_written_goes_to_the_user(tmp_path):
    """The package's folder is made unwritable by looking for it below a file."""
    code = """
from pathlib import Path
from wms.waves.engine.kernels import compiled
readable, compiled._HERE = compiled._HERE, Path("/dev/null")
compiled._digest = lambda: "now"
print(json.dumps(str(compiled.cache_folder())))
"""
    environment = {"XDG_CACHE_HOME": str(tmp_path), "NUMBA_CACHE_DIR": ""}
    assert Path(run(code, **environment)) == tmp_path / "wms" / "kernels-now"


def test_it_is_known_that_everything_was_compiled(tmp_path):
    code = """
from wms.waves.engine.kernels import compiled
before = compiled.all_compiled()
compiled.note_all_compiled()
print(json.dumps([before, compiled.all_compiled()]))
"""
    assert run(code, NUMBA_CACHE_DIR=str(tmp_path)) == [False, True]
    assert run(code, NUMBA_CACHE_DIR="/dev/null") == [False, False]


def test_without_any_folder_each_process_compiles_for_itself():
    code = """
from wms.waves.engine.kernels import compiled, dice
print(json.dumps([compiled.cache_folder(), int(dice.throw(dice.new_dice(1), 1))]))
"""
    assert run(code, NUMBA_CACHE_DIR="/dev/null") == [None, 0]
