"""Packs, pieces and bundles as numbers."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.catalog.rules import Pack, bundles_of, in_packs, pieces

CASES = (Pack("case", 12), Pack("pallet", 480), Pack("inner", 4))


def test_packs_count_their_pieces():
    assert pieces({"case": 3, "": 4}, CASES) == 40
    assert pieces({}, CASES) == 0
    with pytest.raises(KeyError):
        pieces({"crate": 1}, CASES)


@pytest.mark.parametrize(
    ("qty", "counted"),
    [
        (40, [("case", 3), ("inner", 1)]),
        (41, [("case", 3), ("inner", 1), ("", 1)]),
        (3, [("", 3)]),
        (0, [("", 0)]),
        (960, [("pallet", 2)]),
    ],
)
def test_a_person_counts_the_largest_packs_first(qty, counted):
    assert in_packs(qty, CASES) == counted


@given(st.integers(0, 10**7), st.lists(st.integers(2, 5000), max_size=4))
def test_counting_in_packs_loses_nothing(qty, sizes):
    packs = [Pack(f"p{n}", size) for n, size in enumerate(sizes)]
    assert pieces(dict(in_packs(qty, packs)), packs) == qty


@pytest.mark.parametrize(
    ("free", "made"), [({1: 10, 2: 3}, 3), ({1: 5, 2: 9}, 2), ({1: 10}, 0), ({1: 1, 2: 1}, 0), ({1: -4, 2: 9}, 0)]
)
def test_the_scarcest_part_decides_how_many_bundles_there_are(free, made):
    assert bundles_of({1: 2, 2: 1}, free) == made


def test_what_has_no_parts_makes_no_bundle():
    assert bundles_of({}, {1: 5}) == 0
