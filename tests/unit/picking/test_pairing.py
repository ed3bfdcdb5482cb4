"""Which person gets which task, and where a stop joins a walk."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wms.picking.pairing import Picker, Work, apart, pairs
from wms.picking.rules import insert_at

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)


def test_who_waits_longest_chooses_first_and_takes_the_nearest():
    tasks = [Work(1, 1, (0, 0)), Work(2, 1, (9000, 0)), Work(3, 1, (20000, 5000))]
    first, second = Picker(7, at=(21000, 5000)), Picker(8, at=(20000, 5000))
    assert pairs([first, second], tasks) == [(3, 7), (2, 8)]


def test_without_a_place_the_oldest_task_goes_first():
    assert pairs([Picker(7), Picker(8)], [Work(1, 1, (5, 5)), Work(2, 1, (0, 0))]) == [(1, 7), (2, 8)]


def test_what_must_leave_first_goes_before_what_is_near():
    near, soon, sooner = Work(1, 1, (0, 0)), Work(2, 2, (9000, 0), NOON), Work(3, 3, (90000, 0), NOON - timedelta(1))
    person = Picker(7, at=(0, 0))
    assert pairs([person], [near, soon, sooner]) == [(3, 7)]
    assert pairs([person], [near, soon]) == [(2, 7)]


def test_a_wave_on_which_somebody_was_put_comes_first_for_them():
    tasks = [Work(1, 1, (0, 0), NOON), Work(2, 2, (9000, 0))]
    assert pairs([Picker(7, at=(0, 0), waves=frozenset({2}))], tasks) == [(2, 7)]


@pytest.mark.parametrize(
    ("person", "task", "fits"),
    [
        (Picker(7), Work(1, 1, zones=frozenset({1, 2})), True),
        (Picker(7, zones=frozenset({1})), Work(1, 1, zones=frozenset({1})), True),
        (Picker(7, zones=frozenset({1})), Work(1, 1, zones=frozenset({1, 2})), False),
        (Picker(7), Work(1, 1, skills=frozenset({"cold"})), False),
        (Picker(7, skills=frozenset({"cold", "high"})), Work(1, 1, skills=frozenset({"cold"})), True),
        (Picker(7), Work(1, 1, only=frozenset({8})), False),
        (Picker(7), Work(1, 1, only=frozenset({7})), True),
        (Picker(7, waves=frozenset({1})), Work(1, 1, only=frozenset({8})), True),
        (Picker(7, zones=frozenset({1})), Work(1, 1, sent=frozenset({2})), False),
        (Picker(7, zones=frozenset({1, 2})), Work(1, 1, sent=frozenset({2})), True),
        (Picker(7), Work(1, 1, sent=frozenset({2})), True),
        (Picker(7, zones=frozenset({2})), Work(1, 1, only=frozenset({8}), sent=frozenset({2})), False),
        (Picker(7, zones=frozenset({1}), waves=frozenset({1})), Work(1, 1, sent=frozenset({2})), True),
    ],
)
def test_a_task_is_only_for_whom_it_is_for(person, task, fits):
    assert pairs([person], [task]) == ([(1, 7)] if fits else [])


def test_who_may_not_do_the_first_task_does_not_keep_the_next_from_it():
    cold = Work(1, 1, skills=frozenset({"cold"}))
    assert pairs([Picker(7), Picker(8, skills=frozenset({"cold"}))], [cold]) == [(1, 8)]
    assert pairs([Picker(7), Picker(8, skills=frozenset({"cold"}))], [cold, Work(2, 1)]) == [(2, 7), (1, 8)]


def test_nobody_waits_while_there_is_a_task_for_them():
    people = [Picker(n) for n in range(10)]
    assert len(pairs(people, [Work(n, 1, (n, n)) for n in range(7)])) == 7
    assert [person for _, person in pairs(people, [Work(n, 1) for n in range(7)])] == list(range(7))


def test_unknown_places_are_near():
    assert apart(None, (1, 1)) == apart((1, 1), None) == 0
    assert apart((1, 5), (4, 1)) == 7


def test_a_stop_joins_the_walk_with_the_least_detour():
    stops = [(10, 0), (20, 0), (30, 0)]
    assert insert_at((0, 0), stops, (25, 0)) == 2
    assert insert_at((0, 0), stops, (40, 0)) == 3
    assert insert_at((0, 0), stops, (0, 0)) == 0
    assert insert_at((0, 0), [], (5, 5)) == 0
