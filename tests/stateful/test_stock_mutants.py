"""The stateful test can fail: each bug that is planted in a copy of the package is caught by it."""
from __future__ import annotations

from pathlib import Path

import mutation
import pytest

EXAMPLES = {"Waves": "2"}  # each run of a wave's life begins with most of what can happen


def verdict(folder, database, machine):
    examples = EXAMPLES.get(machine, "4")
    done = mutation.run(folder, str(Path(__file__).parent / "stock_run.py"), database, machine, examples)
    assert str(folder) in done.stdout, done.stdout + done.stderr  # it is the copy that was tested
    return done


@pytest.mark.parametrize("name", mutation.names())
def test_a_planted_bug_is_caught(name, database, tmp_path):
    done = verdict(mutation.copy(tmp_path, name), database, mutation.catcher(name))
    assert done.returncode == 3, done.stdout + done.stderr


def test_a_copy_without_a_bug_passes(database, tmp_path):
    done = verdict(mutation.copy(tmp_path), database, "Orders")
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_enough_of_them():
    assert len(mutation.names()) >= 8
    assert mutation.names("battery") == ["read_check_write"]
