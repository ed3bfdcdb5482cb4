"""The choice of bins as part of the walk."""

from collections import Counter, defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wave_samples import StopAfter, floors

from wms.waves.engine import scattered
from wms.waves.engine.errors import PlanError
from wms.waves.engine.floor import Floor
from wms.waves.engine.routing import exact_walk
from wms.waves.engine.scattered import Supply, choose_bins

FLOOR = Floor.one_block(10, spacing_mm=3_000, length_mm=31_000)


@st.composite
def tasks(draw, most=7):
    """A floor, some supplies of up to three items, and a want of each item that they can meet."""
    floor = draw(floors(most_aisles=4, blocks=draw(st.integers(1, 2))))
    stop = st.tuples(st.integers(0, len(floor.aisle_x_mm) - 1), st.integers(floor.front_mm, floor.back_mm))
    supply = st.builds(Supply, st.sampled_from("abc"), stop, st.integers(0, 4), st.integers(0, 1))
    supplies = draw(st.lists(supply, min_size=1, max_size=most))
    held = Counter()
    for each in supplies:
        held[each.item] += each.quantity
    wants = [(item, draw(st.integers(1, quantity))) for item, quantity in held.items() if quantity]
    return floor, wants, supplies


def least_length(floor, wants, supplies):
    """Over all sets of supplies from which the wants can be taken by the rules."""
    best = None
    for chosen in product((False, True), repeat=len(supplies)):
        if all(is_allowed(item, quantity, supplies, chosen) for item, quantity in wants):
            stops = [each.stop for each, taken in zip(supplies, chosen, strict=True) if taken]
            length = exact_walk(floor, stops).length_mm
            best = length if best is None else min(best, length)
    return best


def is_allowed(item, quantity, supplies, chosen):
    mine = [(each, taken) for each, taken in zip(supplies, chosen, strict=True) if each.item == item]
    if sum(each.quantity for each, taken in mine if taken) < quantity:
        return False
    last = max(each.rank for each, taken in mine if taken)
    earlier = [(each, taken) for each, taken in mine if each.rank < last]
    return all(taken for each, taken in earlier if each.quantity) and sum(e.quantity for e, _ in earlier) < quantity


def assert_answer(floor, wants, supplies, answer):
    """What is wanted is taken, never more than a bin holds, later ranks only when earlier ones are used up."""
    taken, of_supply = Counter(), {}
    for take in answer.takes:
        assert take.supply not in of_supply
        assert 1 <= take.quantity <= supplies[take.supply].quantity
        of_supply[take.supply] = take.quantity
        taken[supplies[take.supply].item] += take.quantity
    assert taken == Counter(dict(wants))
    last = defaultdict(int)
    for index in of_supply:
        last[supplies[index].item] = max(last[supplies[index].item], supplies[index].rank)
    for index, supply in enumerate(supplies):
        if supply.item in last and supply.rank < last[supply.item]:
            assert of_supply.get(index, 0) == supply.quantity
    stops = [supplies[take.supply].stop for take in answer.takes]
    assert floor.tour_length(stops) == answer.walk.length_mm == exact_walk(floor, stops).length_mm
    assert answer.walk.order == tuple(range(len(stops)))


@given(tasks())
@settings(max_examples=300, deadline=None)
def test_few_choices_are_all_tried(task):
    answer = choose_bins(*task)
    assert_answer(*task, answer)
    assert answer.proven
    assert answer.walk.length_mm == least_length(*task)


@given(tasks(), st.integers(0, 99), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_the_search_keeps_the_rules_and_finds_the_shortest_of_few(task, seed, questions):
    whole = searched(*task, seed=seed)
    assert_answer(*task, whole)
    assert not whole.proven or whole.walk.bound_mm == whole.walk.length_mm
    assert whole.walk.length_mm == least_length(*task)
    cut_short = searched(*task, seed=seed, stop=StopAfter(questions))
    assert_answer(*task, cut_short)
    assert cut_short.walk.length_mm >= whole.walk.length_mm
    assert searched(*task, seed=seed, stop=StopAfter(questions)) == cut_short


def searched(floor, wants, supplies, **options):
    """As if the choices were too many to be tried."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scattered, "_TRIED", 0)
        return choose_bins(floor, wants, supplies, **options)


def many():
    """Forty items in five bins each: far too many choices."""
    supplies = [
        Supply(item, ((7 * item + 3 * bin) % 10, 1_000 * ((11 * item + 17 * bin) % 31)), 2)
        for item in range(40)
        for bin in range(5)
    ]
    return FLOOR, [(item, 3) for item in range(40)], supplies


def test_the_search_shortens_the_walk_and_is_the_same_for_a_seed():
    task = many()
    first, whole = choose_bins(*task, stop=lambda: True), choose_bins(*task, seed=1)
    assert_answer(*task, first)
    assert_answer(*task, whole)
    assert whole.walk.length_mm < first.walk.length_mm
    assert not whole.proven
    assert whole.walk.bound_mm is None
    assert choose_bins(*task, seed=1) == whole


def test_the_search_stops_at_once_when_asked():
    stop = StopAfter(0)
    choose_bins(*many(), stop=stop)
    assert stop.asked == 1


def test_the_bin_on_the_way_is_chosen_and_the_smaller_one_emptied():
    supplies = [Supply("tea", (9, 30_000), 9), Supply("tea", (0, 4_000), 5), Supply("tea", (0, 9_000), 2)]
    answer = choose_bins(FLOOR, [("tea", 6)], supplies)
    assert [(take.supply, take.quantity) for take in answer.takes] in ([(1, 4), (2, 2)], [(2, 2), (1, 4)])
    assert answer.walk.length_mm == 18_000


def test_what_expires_first_is_taken_first_however_far():
    supplies = [Supply("milk", (0, 1_000), 9, rank=2), Supply("milk", (9, 30_000), 2, rank=1)]
    answer = choose_bins(FLOOR, [("milk", 3)], supplies)
    assert sorted((take.supply, take.quantity) for take in answer.takes) == [(0, 1), (1, 2)]
    assert [take.supply for take in choose_bins(FLOOR, [("milk", 2)], supplies).takes] == [1]


def test_wants_of_one_item_are_summed_and_empty_bins_left_out():
    supplies = [Supply("a", (0, 1_000), 2), Supply("a", (1, 1_000), 0), Supply("b", (0, 2_000), 1)]
    answer = choose_bins(FLOOR, [("a", 1), ("a", 1)], supplies)
    assert [(take.supply, take.quantity) for take in answer.takes] == [(0, 2)]
    assert choose_bins(FLOOR, [], supplies).takes == ()


@pytest.mark.parametrize(
    ("wants", "supplies", "code", "params"),
    [
        ([("a", 3), ("b", 1), ("c", 1)], [Supply("a", (0, 0), 1), Supply("b", (0, 0), 1)], "supply_short",
         {"items": (("a", 2), ("c", 1))}),
        ([("a", 0)], [Supply("a", (0, 0), 1)], "want_invalid", {"item": "a", "quantity": 0}),
        ([("a", 1)], [Supply("a", (0, 0), 1), Supply("a", None, 1)], "stop_without_place", {"stops": (1,)}),
        ([("a", 1)], [Supply("a", (0, 0), 1), Supply("a", (10, 5), 1)], "stop_outside_floor", {"stops": ((10, 5),)}),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused_by_name(wants, supplies, code, params):
    with pytest.raises(PlanError) as caught:
        choose_bins(FLOOR, wants, supplies)
    assert (caught.value.code, caught.value.params) == (code, params)


def test_more_than_four_blocks_are_refused():
    with pytest.raises(PlanError, match="floor_unsupported"):
        choose_bins(Floor.evenly(2, 5, spacing_mm=10, length_mm=100), [("a", 1)], [Supply("a", (0, 0), 1)])
