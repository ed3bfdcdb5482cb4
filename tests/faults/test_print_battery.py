"""The battery of printing in a small size, and that its proof sees what it must."""
from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench.prints.proof import Job, after_the_person, after_the_storm

ROOT = Path(__file__).parents[2]


def test_the_battery_is_exact():
    done = subprocess.run(
        [sys.executable, "-m", "bench.prints", "--small"], cwd=ROOT, capture_output=True, text=True, timeout=1800
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "exact: every label came out once" in done.stdout


PRINTED = Job(1, 1, 1, "confirmed", "buffer_drained", None, None, "a")
DOUBTED = Job(2, 2, 1, "uncertain", None, None, None, "b")
AGAIN = Job(3, 2, 2, "confirmed", "buffer_drained", 2, "did not come out", "c")


def test_nothing_is_wrong_with_what_is_right():
    assert list(after_the_storm([PRINTED, DOUBTED], {"a": 1, "b": 1})) == []
    assert list(after_the_person([PRINTED, replace(DOUBTED, status="failed"), AGAIN], {"a": 1, "c": 1})) == []


@pytest.mark.parametrize(
    ("jobs", "out", "wrong"),
    [
        ([PRINTED], {}, "nothing came out"),
        ([PRINTED], {"a": 2}, "printed 2 times"),
        ([PRINTED], {"a": 1, "x": 1}, "nobody asked for"),
        ([replace(PRINTED, status="sent")], {"a": 1}, "neither printed nor in doubt"),
        ([replace(PRINTED, status="sending")], {}, "neither printed nor in doubt"),
        ([PRINTED, replace(PRINTED, id=9)], {"a": 1}, "nothing can be proved"),
    ],
)
def test_the_storm_s_proof_sees(jobs, out, wrong):
    assert wrong in " ".join(after_the_storm(jobs, out))


@pytest.mark.parametrize(
    ("jobs", "out", "wrong"),
    [
        ([DOUBTED], {"b": 1}, "for ever"),
        ([replace(DOUBTED, status="failed")], {"b": 1}, "is failed, and 1 came out"),
        ([replace(DOUBTED, status="failed")], {}, "document 2 is lost"),
        ([replace(DOUBTED, status="confirmed"), AGAIN], {"b": 1, "c": 1}, "more than once"),
        ([replace(DOUBTED, status="failed"), replace(AGAIN, reprint_reason=None)], {"c": 1}, "without a record"),
    ],
)
def test_the_person_s_proof_sees(jobs, out, wrong):
    assert wrong in " ".join(after_the_person(jobs, out))
