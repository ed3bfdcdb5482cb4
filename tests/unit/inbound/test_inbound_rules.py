"""Receiving and putaway as pure decisions: tolerance, lines, freshness, samples, places, walks."""
from __future__ import annotations

import random
from datetime import date
from itertools import permutations

import pytest

from wms.inbound import walks
from wms.inbound.expectation import Freshness, Line, expiry_of, most, sample_size, share, stale
from wms.inbound.rules import Spot, Wanted, assigned, ranked, reason, room
from wms.layout.service import FloorPlan

TODAY = date(2026, 11, 25)


# ---- what may come in, and on which line

@pytest.mark.parametrize(("qty", "percent", "allowed"), [(100, 0, 100), (100, 5, 105), (19, 5, 19), (20, 5, 21)])
def test_tolerance_is_rounded_down(qty, percent, allowed):
    assert most(qty, percent) == allowed


def test_expected_pieces_are_filled_before_any_line_goes_over():
    lines = [Line(1, 10, 8, most=12), Line(2, 5, 0, most=6)]
    assert share(7, "", lines) == ({1: 2, 2: 5}, 0)
    assert share(10, "", lines) == ({1: 4, 2: 6}, 0)
    assert share(11, "", lines) == ({1: 4, 2: 6}, 1)


def test_a_line_of_the_very_lot_comes_first_and_one_of_another_lot_never():
    lines = [Line(1, 5, 0, 5), Line(2, 5, 0, 5, lot="L2"), Line(3, 5, 0, 5, lot="L3")]
    assert share(7, "L2", lines) == ({2: 5, 1: 2}, 0)
    assert share(12, "L2", lines) == ({2: 5, 1: 5}, 2)
    assert share(3, "", lines) == ({1: 3}, 0)
    assert share(3, "L9", lines[1:]) == ({}, 3)


def test_a_line_without_limit_takes_all():
    assert share(1000, "", [Line(1, 5, 0, None)]) == ({1: 1000}, 0)


# ---- dates

def test_expiry_follows_from_production_and_shelf_life():
    asked = Freshness(True, 30)
    assert expiry_of(date(2026, 11, 1), None, asked) == date(2026, 12, 1)
    assert expiry_of(date(2026, 11, 1), date(2027, 1, 1), asked) == date(2027, 1, 1)
    assert expiry_of(None, None, asked) is None


@pytest.mark.parametrize(("produced", "expires", "code"), [
    (None, None, None),
    (None, date(2026, 11, 24), "inbound.expired"),
    (None, date(2026, 11, 25), "inbound.too_short_life"),
    (None, date(2026, 12, 4), "inbound.too_short_life"),
    (None, date(2026, 12, 5), None),
    (date(2026, 11, 26), None, "inbound.produced_later"),
    (date(2026, 11, 20), date(2026, 11, 19), "inbound.dates_crossed"),
])  # fmt: skip
def test_goods_that_are_not_fresh_enough_are_named(produced, expires, code):
    found = stale(TODAY, produced, expires, Freshness(True, None, min_days=10))
    assert (found[0] if found else None) == code


# ---- samples

@pytest.mark.parametrize(("level", "value", "lot", "sample"), [
    ("percent", 10, 100, 10), ("percent", 10, 101, 11), ("percent", 1, 3, 1), ("pieces", 5, 3, 3), ("pieces", 5, 30, 5),
    # ISO 2859-1, tables 1 and 2-A, general levels I, II and III
    ("steps", 2, 1, 1), ("steps", 2, 8, 2), ("steps", 2, 9, 3), ("steps", 2, 50, 8), ("steps", 2, 51, 13),
    ("steps", 2, 500, 50), ("steps", 2, 501, 80), ("steps", 2, 3_200, 125), ("steps", 2, 600_000, 1_250),
    ("steps", 1, 500, 20), ("steps", 1, 8, 2), ("steps", 3, 500, 80), ("steps", 3, 600_000, 2_000),
])  # fmt: skip
def test_sample_sizes(level, value, lot, sample):
    assert sample_size(level, value, lot) == sample


# ---- places

def spot(bin_id, walk_mm=1000, **facts):
    return Spot(bin_id, walk_mm, **facts)


def chosen(wanted, *spots):
    return [choice.bin_id for choice in ranked(wanted, spots)]


def test_the_order_of_reasons():
    wanted = Wanted(10, lot="L1", velocity="A")
    spots = [
        spot(7, others=1), spot(6, here={"L2": 5}), spot(5, velocity="C"), spot(4, velocity="A"),
        spot(2, home=True), spot(1, here={"L1": 5}),
    ]  # fmt: skip
    found = ranked(wanted, spots)
    assert [choice.bin_id for choice in found] == [1, 2, 4, 5, 6, 7]
    assert [choice.why for choice in found] == ["same_lot", "home", "empty", "empty_class", "mixed_lot", "shared"]


def test_a_mixed_pallet_has_no_home():
    mixed = Wanted(1, whole=True, skus=2)
    assert reason(mixed, spot(1, home=True)) == "empty"
    assert reason(mixed, spot(1, home=True, here={"": 3})) == "shared"


def test_undated_goods_go_to_their_own_kind_first():
    assert chosen(Wanted(1), spot(1), spot(2, here={"": 3}), spot(3, here={"": 3}, home=True)) == [3, 2, 1]
    assert reason(Wanted(1), spot(2, here={"": 3})) == "same_sku"


def test_near_the_depot_and_low_for_heavy_goods():
    assert chosen(Wanted(1), spot(1, 9000), spot(2, 3000), spot(3, 5000)) == [2, 3, 1]
    heavy = Wanted(1, piece_g=20_000)
    assert chosen(heavy, spot(1, 1000, level=4), spot(2, 9000, level=1)) == [2, 1]


def test_the_nearer_class_comes_first():
    slow = Wanted(1, velocity="C")
    assert chosen(slow, spot(1, 1, velocity="A"), spot(2, 2, velocity="B"), spot(3, 3, velocity="C")) == [3, 2, 1]


def test_volume_and_weight_limit_how_many_fit():
    wanted = Wanted(10, piece_ml=500, piece_g=100)
    assert room(wanted, spot(1, capacity_ml=2_000)) == 4
    assert room(wanted, spot(1, capacity_ml=2_000, used_ml=1_600)) == 0
    assert room(wanted, spot(1, max_weight_g=750)) == 7
    assert room(Wanted(10), spot(1, capacity_ml=1)) == 10  # what it measures is not known
    assert room(Wanted(10, piece_ml=500, whole=True), spot(1, capacity_ml=4_999)) == 0


def test_mixing_that_is_forbidden():
    wanted = Wanted(5, lot="L1")
    assert room(wanted, spot(1, max_skus=1, others=1)) == 0
    assert room(wanted, spot(1, max_skus=2, others=1)) == 5
    assert room(wanted, spot(1, mix_lots=False, here={"L2": 1})) == 0
    assert room(wanted, spot(1, mix_lots=False, here={"L1": 1})) == 5
    assert room(wanted, spot(1, mix_owners=False, strangers=True)) == 0
    assert room(Wanted(1, whole=True, skus=3), spot(1, max_skus=2)) == 0


def test_what_does_not_fit_into_one_bin_goes_on_to_the_next():
    wanted = Wanted(10, piece_ml=500)
    spots = [spot(1, 100, capacity_ml=2_000), spot(2, 200, capacity_ml=1_500)]
    choices, left = assigned(wanted, spots)
    assert [(choice.bin_id, choice.qty) for choice in choices] == [(1, 4), (2, 3)]
    assert left == 3


def test_a_bin_that_takes_all_is_better_than_a_nearer_one_that_does_not():
    wanted = Wanted(10, piece_ml=500)
    assert chosen(wanted, spot(1, 100, capacity_ml=2_000), spot(2, 200, capacity_ml=9_000)) == [2, 1]


# ---- walks

FLOOR = FloorPlan(aisles=6, aisle_spacing_mm=3_000, aisle_length_mm=20_000, depot_aisle=2)


@pytest.mark.parametrize("place", [(2, 0), (2, 7_000), (0, 1_000), (5, 19_000)])
def test_the_walk_from_the_depot_is_that_of_the_layout(place):
    assert walks.length(FLOOR, [place]) == 2 * FLOOR.from_depot(*place)


def test_few_places_are_walked_in_the_best_of_all_orders():
    chance = random.Random(7)
    for _ in range(20):
        places = [(chance.randrange(6), chance.randrange(20_000)) for _ in range(6)]
        best = min(walks.length(FLOOR, order) for order in permutations(places))
        assert walks.length(FLOOR, [places[i] for i in walks.order(FLOOR, places)]) == best


def test_many_places_are_walked_close_to_the_s_shape_or_better():
    chance = random.Random(11)
    places = [(chance.randrange(6), chance.randrange(20_000)) for _ in range(30)]
    order = walks.order(FLOOR, places)
    assert sorted(order) == list(range(30))
    s_shape = sorted(places, key=lambda p: (p[0], p[1] if p[0] % 2 == 0 else -p[1]))
    assert walks.length(FLOOR, [places[i] for i in order]) <= walks.length(FLOOR, s_shape)


def test_goods_for_one_bin_stay_together():
    places = [(0, 5_000), (4, 5_000), (0, 5_000)]
    order = walks.order(FLOOR, places)
    assert abs(order.index(0) - order.index(2)) == 1
    assert walks.order(FLOOR, []) == []
