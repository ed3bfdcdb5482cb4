"""When a printer is asked whether its label is out: learned from the one before, and believed only when said twice."""

from __future__ import annotations

from itertools import pairwise

import pytest

from printers.looks import Looks


def asked(looks: Looks, seconds: float) -> list[float]:
    """The moments at which a label that takes so long is asked about."""
    at, gone = [0.0], 0.0
    while gone < seconds:
        gone += looks.pause(gone)
        at.append(gone)
    return at


def test_a_label_like_the_last_one_is_asked_about_seldom_and_seen_at_once():
    looks = Looks()
    assert len(asked(looks, 1.2)) > 20
    looks.took(1.2)
    moments = asked(looks, 1.2)
    assert len(moments) <= 12
    assert moments[-1] - 1.2 < 0.02


@pytest.mark.parametrize("seconds", [0.1, 0.6, 5.0])
def test_a_label_unlike_the_last_one_is_not_missed(seconds):
    looks = Looks()
    looks.took(1.2)
    moments = asked(looks, seconds)
    assert max(after - before for before, after in pairwise(moments)) <= 0.6
    assert moments[-1] - seconds < (0.6 if seconds < 1.2 else 0.06)


def test_only_what_is_expected_is_believed_sooner():
    looks = Looks()
    assert looks.before_believing(0.1, out=True) == 0.05  # it may just be taking the label in
    looks.took(1.2)
    assert looks.before_believing(0.5, out=True) == 0.05
    assert looks.before_believing(1.2, out=True) == 0.02
    assert looks.before_believing(1.2, out=False) == 0.05
