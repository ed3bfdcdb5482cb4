"""Rules that choose by a criterion, on a real database: looked at, run, asked why not, two planners at once."""
from __future__ import annotations

from datetime import UTC, datetime

import picking_floor as floor
import pytest
from picking_floor import ask, do, value
from sqlalchemy import text

from wms.core import clock
from wms.core.transaction import transaction
from wms.picking import pace
from wms.waves import choosing, jobs

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
DENSE = {"principle": "densest_aisles", "limits": {"min_orders": 3, "max_orders": 4, "max_waves": 1}}


@pytest.fixture
def house(app):
    """Twelve SKUs, six to an aisle. D1 to D4 want SKUs of the first aisle, W1 to W4 of both."""
    house = floor.build(skus=12)
    for n in range(1, 5):
        floor.order(house, f"W{n}", {f"S{n}": 1, f"S{n + 6}": 1})
    for n in range(1, 5):
        floor.order(house, f"D{n}", {f"S{n}": 2})
    return house


def numbers(house, wave_id=None):
    sql = (
        "SELECT o.number FROM wave_order w JOIN sales_order o ON o.id = w.order_id"
        " WHERE w.active AND (w.wave_id = :wave OR cast(:wave AS bigint) IS NULL) ORDER BY 1"
    )
    with transaction() as session:
        return list(session.execute(text(sql), {"wave": wave_id}).scalars())


def rule(house, **facts):
    return do(house.boss, "wave.rule_keep", name="R", release=False, **facts)["data"]["rule"]["id"]


def test_the_preview_compares_the_choice_with_as_many_orders_first_come(house):
    before = floor.everything()
    data = do(house.boss, "wave.rule_preview", name="R", **DENSE)["data"]
    assert (data["orders"], data["lines"], data["fitting"]) == (4, 4, 8)
    assert data["compared"] == {"criterion": "densest_aisles", "value": 8.0, "first_come": 4.0}
    assert [(one["reason"], one["count"], one["text"]) for one in data["left_out"]] == [
        ("better_wave", 4, "left for a better wave (this one: 8.00 pieces an aisle)")
    ]
    saving = data["saving"]
    assert 0 < saving["minutes"] <= saving["baseline_minutes"]
    quick = do(house.boss, "wave.rule_preview", name="R", saving=False, **DENSE)["data"]
    assert (quick["compared"], quick["saving"]) == (data["compared"], None)
    hour = do(house.boss, "wave.rule_preview", name="R", **{**DENSE, "principle": "most_an_hour"})["data"]
    assert hour["compared"]["value"] > hour["compared"]["first_come"] > 0
    plain = do(house.boss, "wave.rule_preview", name="R", limits=DENSE["limits"])["data"]
    assert plain["compared"] is None
    assert floor.everything() == before


def test_the_wave_has_what_was_chosen_and_the_others_are_told_with_which_figure(house):
    one = rule(house, **DENSE)
    (found,) = do(house.boss, "wave.why_not", number="W1")["data"]["items"]
    assert (found["code"], found["text"]) == (
        "limited", "It fits rule “R”, but: Left for a better wave: with it this one would make 5.00 pieces an aisle, "
        "without it 8.00.",
    )  # fmt: skip
    assert found["rules"][0]["figures"]["takes"] == "8.00"
    (found,) = do(house.boss, "wave.why_not", number="D1")["data"]["items"]
    assert found["code"] == "waits_for_hand"
    do(house.boss, "wave.rule_run", rule_id=one)
    assert numbers(house) == ["D1", "D2", "D3", "D4"]
    do(house.boss, "wave.rule_run", rule_id=one)  # nothing better is left
    assert len(numbers(house)) == 8
    assert ask(house.boss, "wave.rule_run", rule_id=one)["message"]["code"] == "waves.nothing_to_wave"


def test_what_must_make_the_next_cut_off_is_in(house):
    with clock.fixed(NOON):
        do(house.boss, "wave.cutoff_keep", carrier="YTO", minute=18 * 60)
        floor.order(house, "M1", {"S12": 1}, carrier="YTO", hours=8)
        floor.order(house, "M2", {"S11": 1}, carrier="YTO", hours=90)
        data = do(house.boss, "wave.rule_preview", name="R", saving=False, **DENSE)["data"]
        assert (data["orders"], data["must_ship"]) == (4, 1)
        do(house.boss, "wave.rule_run", rule_id=rule(house, **DENSE))
    assert "M1" in numbers(house)
    assert "M2" not in numbers(house)


def test_planning_holds_no_lock_and_a_choice_that_another_took_is_made_again(app, house, monkeypatch):
    """While the rule plans, somebody builds a wave by hand of some of the orders that it is about to choose."""
    one = rule(house, principle="densest_aisles", limits={"min_orders": 2, "max_orders": 4, "max_waves": 1})
    taken = []

    def aside(plan):
        found = plan()
        if not taken:
            taken.append("begun")
            (reply,) = floor.at_once(app, lambda: ask(house.boss, "wave.build", max_orders=6, totes_per_cart=4))
            assert reply["ok"], "the planner holds the lock"
            taken.append(reply["data"]["wave"]["id"])
        return found

    with monkeypatch.context() as patched:
        patched.setattr(choosing.planner, "aside", aside)
        (wave,) = do(house.boss, "wave.rule_run", rule_id=one)["data"]["waves"]
    assert numbers(house, taken[1]) == ["D1", "D2", "W1", "W2", "W3", "W4"]
    assert numbers(house, wave["id"]) == ["D3", "D4"]


def test_two_rules_at_once_never_take_the_same_order(app, house):
    rules = [
        do(house.boss, "wave.rule_keep", name=f"R{n}", release=False, trigger={"kind": "count", "orders": 1}, **DENSE)
        for n in range(2)
    ]
    by_hand = [lambda one=one: ask(house.boss, "wave.rule_run", rule_id=one["data"]["rule"]["id"]) for one in rules]
    floor.at_once(app, *by_hand, jobs.run_rules)
    jobs.run_rules()
    found = numbers(house)
    assert len(found) == len(set(found)) == 8
    assert value("SELECT count(*) FROM wave") == 2


def test_the_pace_of_people_is_measured_by_the_walks_they_finished(house):
    def measured():
        with transaction():
            return pace.measured(house.id)

    for n in range(5, 20):
        floor.order(house, f"D{n}", {f"S{1 + n % 6}": 1})
    made = do(house.boss, "wave.build", max_orders=100, totes_per_cart=4, method="order")["data"]["wave"]
    do(house.boss, "wave.release", wave_id=made["id"])
    finish = (
        "UPDATE pick_task SET status = 'picked', open_lines = 0, started_at = :begun, walk_mm = 30000,"
        " finished_at = :begun + interval '1 second' * CASE WHEN id = :last THEN 9999 ELSE 3 * (120 + 30 + 8) END"
        " WHERE id <= :last"
    )
    tasks = sorted(id for (id,) in rows("SELECT id FROM pick_task"))
    assert measured() == 1.0
    change(finish, begun=NOON, last=tasks[18])
    assert measured() == 1.0  # nineteen say nothing yet
    change(finish, begun=NOON, last=tasks[-1])
    assert measured() == pytest.approx(3.0)  # the one that was left standing does not count


def rows(sql):
    with transaction() as session:
        return session.execute(text(sql)).all()


def change(sql, **params):
    with transaction() as session:
        session.execute(text(sql), params)


def test_promises_that_are_near_are_kept_where_no_carrier_has_a_cut_off(house):
    floor.order(house, "N1", {"S12": 1}, hours=1)
    do(house.boss, "wave.rule_run", rule_id=rule(house, **DENSE))
    assert "N1" in numbers(house)
