"""Codes from patterns, racks along an aisle, check digits."""
from __future__ import annotations

import pytest

from wms.core.error import WmsError
from wms.layout.rules import (
    KEPT_DIGITS,
    MOST_BINS,
    FloorPlan,
    Marked,
    Rack,
    ZonePlan,
    between,
    block,
    code_of,
    natural,
    new_digits,
    printable,
    rack_spots,
    retired,
)
from wms.printing.rules import arrow_of, parts_of, rack_name

FLOOR = FloorPlan(aisles=4, aisle_spacing_mm=3_000, aisle_length_mm=20_000)
PATTERN = "{zone}{aisle:02}-{bay:02}{place}{side}{level}"


def rack(**other):
    facts = {
        "zone": "A", "aisle": 0, "sides": "LR", "from_mm": 0, "to_mm": 8_000, "bays": 2, "places": 2, "levels": 3,
        "pattern": PATTERN,
    }  # fmt: skip
    return Rack(**{**facts, **other})


def refused(act):
    with pytest.raises(WmsError) as error:
        act()
    return error.value.code


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("{zone}{aisle:02}-{position:03}", "A03-017"), ("{level:A}{side}", "CL"), ("{aisle:A}", "C"),
        ("plain", "plain"),
    ],
)  # fmt: skip
def test_a_code_follows_its_pattern(pattern, code):
    assert code_of(pattern, zone="A", aisle=3, position=17, level=3, side="L") == code


@pytest.mark.parametrize(
    "pattern",
    ["{nothing}", "{zone.__class__}", "{aisle:999999999}", "{aisle!r}", "{", "{}", "{aisle:>9}", "{zone[0]}", "}"],
)
def test_a_pattern_is_no_program(pattern):
    assert refused(lambda: code_of(pattern, zone="A", aisle=3)) == "layout.pattern_wrong"


def test_bays_of_a_block_hold_neighbours():
    spots = list(block(FLOOR, [ZonePlan("A", "A", 0, 0)], 10, 1, "{bay}.{place}{side}", bays=4))
    bays = [[spot.code for spot in spots if spot.bay == bay and spot.side == "L"] for bay in range(1, 5)]
    assert bays == [["1.1L", "1.2L", "1.3L"], ["2.1L", "2.2L"], ["3.1L", "3.2L", "3.3L"], ["4.1L", "4.2L"]]


def test_a_rack_fills_its_part_of_the_aisle():
    spots = rack_spots(FLOOR, rack())
    assert len(spots) == rack().bins == 24
    assert [spot.code for spot in spots[:4]] == ["A01-011L1", "A01-011L2", "A01-011L3", "A01-011R1"]
    assert sorted({spot.y_mm for spot in spots}) == [1_000, 3_000, 5_000, 7_000]
    assert {(spot.y_mm, spot.bay) for spot in spots} == {(1_000, 1), (3_000, 1), (5_000, 2), (7_000, 2)}


def test_every_second_aisle_is_walked_back():
    spots = rack_spots(FLOOR, rack(aisle=1, sides="L", levels=1))
    assert [spot.y_mm for spot in spots] == [7_000, 5_000, 3_000, 1_000]


def test_a_rack_takes_its_place_in_the_walk():
    walk = [(0, 500, 10), (0, 4_000, 20), (0, 19_000, 30), (1, 1_000, 40)]
    order = {spot.y_mm: spot.pick_order for spot in rack_spots(FLOOR, rack(), walk)}
    assert order == {1_000: 10, 3_000: 10, 5_000: 20, 7_000: 20}
    back = {spot.y_mm: spot.pick_order for spot in rack_spots(FLOOR, rack(aisle=1), [(0, 0, 1), (1, 4_000, 2)])}
    assert back == {7_000: 1, 5_000: 1, 3_000: 2, 1_000: 2}


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"to_mm": 20_001}, "layout.off_floor"), ({"aisle": 4}, "layout.off_floor"), ({"to_mm": 0}, "layout.off_floor"),
        ({"bays": MOST_BINS}, "layout.too_many_bins"), ({"pattern": "{zone}{bay}"}, "layout.pattern_repeats"),
        ({"zone": "货"}, "layout.code_not_printable"), ({"pattern": PATTERN + "x" * 60}, "layout.code_not_printable"),
        ({"pattern": "{row}"}, "layout.pattern_wrong"),
    ],
)  # fmt: skip
def test_a_rack_that_cannot_be_is_refused(other, code):
    assert refused(lambda: rack_spots(FLOOR, rack(**other))) == code


def test_codes_sort_and_range_as_people_count():
    assert sorted(["A10", "A2", "a1", "B1"], key=natural) == ["a1", "A2", "A10", "B1"]
    assert between("A01-20R2", "A01-01", "A01-20")
    assert not between("A01-21", "A01-01", "A01-20")
    assert not between("A01-1", "A01-2", "")
    assert between("A01-10", "A01-9", "A01-11")
    assert [printable(code) for code in ("A-1", "", " A", "货", "A\n")] == [True, False, False, False, False]


# ---- check digits

def row(number, new=True):
    return [Marked(each, (), new) for each in range(number)]


@pytest.mark.parametrize(("length", "near"), [(3, 225), (2, 22)])
def test_neighbours_have_other_digits(length, near):
    digits = list(new_digits(row(600), length, "seed").values())
    assert {len(each) for each in digits} == {length}
    assert not any(each.startswith("0") for each in digits)
    for at in range(len(digits) - near):
        assert len(set(digits[at : at + near + 1])) == near + 1


def test_digits_follow_from_their_seed_alone():
    assert new_digits(row(50), 3, "a") == new_digits(row(50), 3, "a")
    again = new_digits(row(50), 3, "b")
    assert sum(new_digits(row(50), 3, "a")[each] == again[each] for each in again) < 5
    steps = {int(second) - int(first) for first, second in zip(again.values(), list(again.values())[1:], strict=False)}
    assert len(steps) > 40  # nobody counts on from one bin to the next


def test_digits_of_those_that_keep_theirs_are_avoided_and_old_ones_do_not_come_back():
    kept = [Marked(number, (str(100 + number),), number != 30) for number in range(60)]
    kept = [Marked(each.id, each.known, each.id == 30) for each in kept]
    old = tuple(str(number) for number in range(200, 560))
    kept[30] = Marked(30, ("130", *old), True)
    for seed in range(40):
        given = new_digits(kept, 3, str(seed))
        assert list(given) == [30]
        assert given[30] not in {each.known[0] for each in kept} | set(old)


def test_older_digits_are_kept_the_newest_first():
    kept = ""
    for digits in range(100, 120):
        kept = retired(str(digits), kept)
    assert kept.split() == [str(digits) for digits in range(119, 119 - KEPT_DIGITS, -1)]
    assert retired("", "") == ""


# ---- what labels say

def test_arrows_names_and_parts_of_racks():
    assert [arrow_of(level, [1, 2, 3]) for level in (1, 2, 3)] == ["down", "up", "up"]
    assert arrow_of(1, [1, 1]) == ""
    assert rack_name(["A01-05L1", "A01-05L2"]) == "A01-05L"
    assert rack_name(["A01-05-1", "A01-05-2"]) == "A01-05"
    assert rack_name(["X", "Y"]) == "X"
    assert [len(part) for part in parts_of(list(range(13)))] == [5, 5, 3]
    assert parts_of([1]) == [[1]]
