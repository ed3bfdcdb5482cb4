"""The concurrency battery in a small size, and that it catches stock that is read, checked and written back."""
from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "stateful"))
import mutation


@pytest.mark.parametrize("case", ["hot", "killed"])
def test_the_battery_is_exact(case, tmp_path):
    done = mutation.run(mutation.ROOT, "-m", "bench.battery", "--small", "--case", case)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "exact: every piece and every command is accounted for" in done.stdout


def test_stock_that_is_read_checked_and_written_back_fails_it(tmp_path):
    done = mutation.run(mutation.copy(tmp_path, "read_check_write"), "-m", "bench.battery", "--small", "--case", "hot")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "moves_make_balances" in done.stdout
