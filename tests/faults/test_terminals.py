"""The battery of terminals in a small size: a real browser, a proxy that misbehaves, a server that is killed."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.chromium import program

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.browser
@pytest.mark.skipif(program() is None, reason="no Chromium to drive")
def test_no_scan_of_a_terminal_is_lost_or_done_twice():
    done = subprocess.run([sys.executable, "-m", "bench.chaos", "--small"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "exact: every scan is in the ledger once" in done.stdout
