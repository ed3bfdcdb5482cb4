"""Numbers, weights and counts of packing, without a database."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wms.core.checkdigit import check_digit, is_valid
from wms.core.error import WmsError
from wms.packing.rules import HEAVIEST_G, PACKAGING_G, Tolerance, Weighed, expected_g, parcel_number, shares
from wms.packing.scale import OnScale, TypedScale, VirtualScale


@given(st.integers(0, 999_999_999), st.integers(1, 9), st.integers(0, 9))
def test_a_wrong_digit_is_always_noticed(parcel_id, change, place):
    digits = parcel_number(parcel_id)[1:]
    assert is_valid(digits)
    wrong = str((int(digits[place]) + change) % 10)
    assert not is_valid(digits[:place] + wrong + digits[place + 1 :])


def test_check_digit_of_the_textbook():
    assert check_digit("7992739871") == "3"
    assert not is_valid("")
    assert not is_valid("12x4")


def test_expected_weight_is_known_only_when_every_piece_is():
    assert expected_g([Weighed(100, 3), Weighed(50, 1)]) == PACKAGING_G + 350
    assert expected_g([Weighed(100, 3), Weighed(0, 1)]) == 0
    assert expected_g([]) == 0


@pytest.mark.parametrize(
    ("weight", "expected", "fits"),
    [(380, 380, True), (440, 380, True), (441, 380, False), (319, 380, False), (5400, 5000, True), (5401, 5000, False),
     (7, 0, True)],
)  # fmt: skip
def test_weight_fits_within_eight_percent_and_at_least_sixty_grams(weight, expected, fits):
    assert Tolerance().holds(weight, expected) is fits


@given(st.lists(st.integers(0, 5), max_size=5), st.integers(1, 30))
def test_pieces_are_spread_over_lines_or_not_at_all(fits, qty):
    spread = shares(list(enumerate(fits)), qty)
    if qty > sum(fits):
        assert spread == []
    else:
        assert sum(share for _, share in spread) == qty
        assert all(0 < share <= fits[line] for line, share in spread)


@given(st.integers(0, 60_000), st.integers(1, 5_000), st.integers(1, 10**9 - 1))
def test_virtual_scale_is_steady_and_within_the_tolerance(expected, pieces, parcel_id):
    parcel = OnScale(parcel_number(parcel_id), expected, pieces)
    grams = VirtualScale().read(parcel)
    assert grams == VirtualScale().read(parcel)
    assert 0 < grams <= HEAVIEST_G  # what packing takes for a weight
    assert Tolerance().holds(grams, expected)


def test_station_without_a_scale_types_the_weight():
    with pytest.raises(WmsError, match="no_scale"):
        TypedScale().read(OnScale("P1", 100, 1))
