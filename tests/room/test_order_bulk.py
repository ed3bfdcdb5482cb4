"""Actions on many orders: what is foreseen is what happens, once, whoever else is at it, and it can be taken back."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import picking_floor as floor
import pytest
from marshmallow import ValidationError
from sqlalchemy import text

from wms.core.clock import now
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.orders import bulk, jobs
from wms.orders import service as orders
from wms.stock import service as stock

TO = {"total": 10, "paid": 10, "recipient": "Ann", "phone": "+33 1", "country": "France", "address": "1 rue A"}
HOSTILE = "<b>\u202e\u0627\u0644</b>{why}%s'\";--"


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def clerk(house):
    return floor.person(house, "Cleo", "clerk")


def look(who, action, ids, **options):
    with transaction():
        return bulk.shown(bulk.begin(who, action, options, ids), "en")


def go(who, seen, move=bulk.go):
    with transaction():
        return bulk.shown(move(who.warehouse_id, seen["id"]), "en")


def outcomes(told):
    """{code: numbers of the orders} of an action."""
    named = {each["code"]: [one["number"] for one in each["listed"]] for each in told["outcomes"]}
    return {code.removeprefix("orders."): numbers for code, numbers in named.items()}


def states(*columns):
    with transaction() as session:
        rows = session.execute(text(f"SELECT number, {', '.join(columns)} FROM sales_order ORDER BY number"))
        return {row[0]: row[1] if len(columns) == 1 else tuple(row[1:]) for row in rows}


def told_of(house, number):
    with transaction():
        return [(each["action"], each["text"], each["person"]) for each in orders.history(house.orders[number], "en")]


def test_what_is_foreseen_is_what_happens(house, clerk):
    """Of five orders two wait, one is picked, one is packed and one is gone; cancelling them is looked at, done, and
    taken back."""
    floor.order(house, "IN", {"S1": 1}, **TO)
    floor.wave(house)
    for number in ("W1", "W2", "PACKED", "GONE"):
        floor.order(house, number, {"S1": 1}, **TO)
    with transaction() as session:
        session.execute(text("UPDATE sales_order SET processing = 'packed' WHERE number IN ('PACKED', 'GONE')"))
        session.execute(text("UPDATE sales_order SET shipping = 'shipped' WHERE number = 'GONE'"))
    before = floor.everything()
    seen = look(clerk, "cancel", house.orders.values(), why=HOSTILE)
    assert floor.everything() == before
    wanted = {"act_cancels": ["IN", "W1", "W2"], "act_packed": ["PACKED"], "act_shipped": ["GONE"]}
    assert {code: sorted(numbers) for code, numbers in outcomes(seen).items()} == wanted
    assert (seen["status"], seen["done"], seen["refused"], seen["undo"]) == ("looked", 3, 2, False)

    done = go(clerk, seen)
    assert {code: sorted(numbers) for code, numbers in outcomes(done).items()} == wanted
    assert states("confirmation") == {
        "GONE": "confirmed", "IN": "cancelled", "PACKED": "confirmed", "W1": "cancelled", "W2": "cancelled",
    }  # fmt: skip
    assert told_of(house, "W1") == [("cancel", f"Cancelled: {HOSTILE}", "Cleo")]
    assert told_of(house, "PACKED") == []
    with pytest.raises(WmsError, match="illegal_move"):
        go(clerk, seen)

    back = go(clerk, seen, bulk.undo)
    assert (back["status"], back["done"], back["orders"]) == ("undone", 3, 3)
    assert set(states("confirmation").values()) == {"confirmed"}
    assert [each[0] for each in told_of(house, "IN")] == ["cancel", "undone"]
    floor.proved()


def test_what_somebody_else_changed_is_told_and_left_alone(house, clerk):
    """Both before it is done and before it is taken back."""
    boss, later, much_later = house.boss, now() + timedelta(days=2), now() + timedelta(days=3)
    for number in ("A", "B", "C"):
        floor.order(house, number, {"S1": 1})
    ids = list(house.orders.values())
    seen = look(clerk, "promise", ids, promised_at=later.isoformat())
    go(boss, look(boss, "promise", [house.orders["B"]], promised_at=much_later.isoformat()))
    done = go(clerk, seen)
    assert outcomes(done) == {"act_promised": ["A", "C"], "changed_meanwhile": ["B"]}
    go(boss, look(boss, "promise", [house.orders["C"]], promised_at=much_later.isoformat()))
    back = go(clerk, seen, bulk.undo)
    assert outcomes(back) == {"taken_back": ["A"], "changed_since": ["C"]}
    assert [states("promised_at")[number] == much_later for number in "ABC"] == [False, True, True]
    again = look(clerk, "promise", ids, promised_at=(now() - timedelta(minutes=1)).isoformat())
    assert outcomes(again) == {"act_promise_past": ["A", "B", "C"]}


def test_two_clerks_at_once_share_the_orders(app, house, clerk):
    """Each order is cancelled by one of them, and the other one is told."""
    for number in range(20):
        floor.order(house, f"O{number:02}", {"S1": 1})
    ids = list(house.orders.values())
    mine = look(clerk, "cancel", ids, why="mine")
    theirs = look(house.boss, "cancel", ids[::-1], why="theirs")
    first, second = floor.at_once(app, lambda: go(clerk, mine), lambda: go(house.boss, theirs))
    assert first["done"] + second["done"] == 20 == first["refused"] + second["refused"]
    assert set(outcomes(first)) | set(outcomes(second)) == {"act_cancels", "act_cancelled"}
    assert floor.value("SELECT count(*) FROM order_history") == 20
    floor.proved()


def test_stopping_many_and_letting_them_go_on(house, clerk):
    floor.order(house, "WALKED", {"S1": 1})
    floor.wave(house)
    picker = floor.person(house, "Anna")
    floor.pick_all(picker, floor.start(picker))
    for number in ("WAITS", "STOPPED"):
        floor.order(house, number, {"S1": 1})
    floor.do(house.boss, "order.intercept", order_id=house.orders["STOPPED"], want="hold", why="asked")
    done = go(clerk, look(clerk, "hold", house.orders.values(), why="fraud?"))
    assert outcomes(done) == {"act_stops": ["WAITS"], "act_stops_at_scan": ["WALKED"], "act_stopped": ["STOPPED"]}
    assert states("confirmation", "processing")["WALKED"] == ("held", "picked")
    back = go(clerk, look(clerk, "let_on", house.orders.values()))
    assert outcomes(back) == {"act_goes_on": ["WALKED", "WAITS", "STOPPED"]}
    assert set(states("confirmation").values()) == {"confirmed"}


def test_audited_together_each_is_confirmed_or_says_why_not(house, clerk):
    for number, paid in (("PAID", 10), ("OWES", 3)):
        floor.order(house, number, {"S1": 1}, **{**TO, "paid": paid})
    with transaction() as session:
        session.execute(text("UPDATE sales_order SET confirmation = 'held', hold_reason = 'unpaid'"))
        stock.release_promises(list(session.execute(text("SELECT id FROM order_line")).scalars()))
    floor.order(house, "SOUND", {"S1": 1})
    seen = look(clerk, "audit", house.orders.values())
    assert outcomes(seen) == {"act_confirms": ["PAID"], "act_confirmed": ["SOUND"], "act_stays_held": ["OWES"]}
    (held,) = [each for each in seen["outcomes"] if each["reason"]]
    assert (held["reason"], "3" in held["listed"][0]["text"]) == ("unpaid", True)
    assert states("confirmation")["PAID"] == "held"
    assert outcomes(go(clerk, seen)) == outcomes(seen)
    assert states("confirmation") == {"OWES": "held", "PAID": "confirmed", "SOUND": "confirmed"}


def test_marks_that_clerks_put(house, clerk):
    """A tag twice is one tag; a remark does not grow for ever; text is text, whatever stands in it."""
    for number in ("A", "B"):
        floor.order(house, number, {"S1": 1})
    ids = list(house.orders.values())
    for action, option in (("tag", "tag"), ("remark", "text")):
        tagged = go(clerk, look(clerk, action, ids, **{option: HOSTILE}))
        assert tagged["done"] == 2
    assert outcomes(look(clerk, "tag", ids, tag=HOSTILE)) == {"act_tagged_already": ["A", "B"]}
    assert states("tags", "seller_remark")["A"] == ([HOSTILE], HOSTILE)
    assert HOSTILE in told_of(house, "A")[0][1]
    assert go(clerk, look(clerk, "untag", ids, tag=HOSTILE))["done"] == 2
    for text_ in ("x" * 200, "y" * 200):
        go(clerk, look(clerk, "remark", ids, text=text_))
    assert outcomes(look(clerk, "remark", ids, text="z" * 100)) == {"act_remark_full": ["A", "B"]}
    assert go(clerk, look(clerk, "urgent", ids))["done"] == 2
    assert outcomes(look(clerk, "urgent", ids)) == {"act_urgent_already": ["A", "B"]}


def test_what_may_not_be_asked(house, clerk):
    floor.order(house, "A", {"S1": 1})
    picker = floor.person(house, "Anna")
    elsewhere = floor.build(mark="X")
    before = floor.everything()
    for wrong, told in (
        (lambda: look(picker, "cancel", [house.orders["A"]], why="?"), "not_allowed"),
        (lambda: look(clerk, "explode", [house.orders["A"]]), "not_found"),
        (lambda: look(clerk, "urgent", []), "bulk_none"),
        (lambda: look(clerk, "urgent", range(1, bulk.MOST + 2)), "bulk_too_many"),
    ):
        with pytest.raises(WmsError, match=told):
            wrong()
    for options in ({}, {"why": ""}, {"why": "x" * 10_000}, {"why": 1}, {"why": "x", "force": True}):
        with pytest.raises(ValidationError):
            look(clerk, "cancel", [house.orders["A"]], **options)
    theirs = look(elsewhere.boss, "cancel", [house.orders["A"]], why="not ours")
    assert (theirs["orders"], theirs["outcomes"]) == (0, [])
    with pytest.raises(WmsError, match="not_found"):
        go(elsewhere.boss, look(clerk, "cancel", [house.orders["A"]], why="?"))
    assert floor.everything() == before


# ---- many

MANY = 5_000
MADE = """
    INSERT INTO sales_order (warehouse_id, shop_id, number, confirmation, payment, processing, shipping, refund,
        placed_at, promised_at, carrier, currency, total, paid, recipient, phone, country, province, city, district,
        address, postcode, remark, source_hash)
    SELECT :house, :shop, 'O' || n, 'confirmed', 'paid', 'waiting', 'unshipped', 'none', now(), now(), 'own_fleet',
           'CNY', 0, 0, '', '', '', '', '', '', '', '', '', '' FROM generate_series(1, :many) AS n
"""
WORKER = """
import sys, time
from pathlib import Path
from wms.core.config import Config
from wms.orders import bulk, jobs
from wms.runtime import application
with application(Config(database_url=sys.argv[1], data=Path(sys.argv[2]), secret_key="test", log_format="console")):
    jobs.do_left()
"""


def test_five_thousand_with_a_worker_that_is_killed(app, house, clerk):
    """Each order is remarked upon once, however often whoever does it is killed, and the list says how far it is."""
    with transaction() as session:
        asked = {"house": house.id, "shop": house.shops["SHOP"], "many": MANY}
        session.execute(text(MADE), asked)
        ids = list(session.execute(text("SELECT id FROM sales_order ORDER BY id")).scalars())
    seen = look(clerk, "remark", ids, text="look into it")
    assert (seen["status"], seen["through"]) == ("looking", 0)
    jobs.do_bulk(seen["id"])
    with transaction():
        bulk.go(clerk.warehouse_id, seen["id"])
    config = app.extensions["wms_config"]
    worker = subprocess.Popen([sys.executable, "-c", WORKER, config.database_url, str(config.data)])
    done = 0
    until = time.monotonic() + 120
    while not 0 < done < MANY and time.monotonic() < until:
        done = floor.value("SELECT count(*) FROM order_bulk_item WHERE outcome IS NOT NULL")
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert 0 < floor.value("SELECT count(*) FROM order_bulk_item WHERE outcome IS NULL") < MANY
    jobs.do_left()
    with transaction():
        told = bulk.shown(bulk.get(clerk.warehouse_id, seen["id"]), "en")
    assert (told["status"], told["done"], told["refused"], told["undo"]) == ("done", MANY, 0, True)
    assert floor.value("SELECT count(*) FROM sales_order WHERE seller_remark = 'look into it'") == MANY
    assert floor.value("SELECT count(DISTINCT order_id) FROM order_history") == MANY
    assert floor.value("SELECT count(*) FROM order_history") == MANY


def test_what_is_long_over_is_forgotten(house, clerk):
    floor.order(house, "A", {"S1": 1})
    ids = [house.orders["A"]]
    look(clerk, "urgent", ids)
    go(clerk, look(clerk, "urgent", ids))
    with transaction() as session:
        session.execute(text("UPDATE order_bulk SET made_at = made_at - interval '2 days'"))
    jobs.forget_bulk()
    with transaction():
        (kept,) = bulk.recent(clerk, "en")
    assert (kept["status"], kept["undo"]) == ("done", True)
    assert floor.value("SELECT count(*) FROM order_bulk_item") == 1
