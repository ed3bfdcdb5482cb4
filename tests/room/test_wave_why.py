"""Why not: for every state of an order the exact rule and figure, in the language of whoever asks."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import picking_floor as floor
import pytest
from picking_floor import do, refused
from sqlalchemy import text

from wms.core import clock
from wms.core.transaction import transaction
from wms.orders import service as orders
from wms.waves import jobs

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # Wednesday, 12:00 in Shanghai
ADDRESS = {"recipient": "R", "phone": "1", "country": "DE", "address": "Road 1"}


@pytest.fixture
def house(app):
    return floor.build()


def why(house, number, actor=None):
    (found,) = do(actor or house.boss, "wave.why_not", number=number)["data"]["items"]
    return found


def reason(house, number):
    found = why(house, number)
    return found["code"], found["text"]


def rule(house, name, **facts):
    return do(house.boss, "wave.rule_keep", name=name, **facts)["data"]["rule"]


def change(number, **facts):
    with transaction() as session:
        for name, value in facts.items():
            session.execute(text(f"UPDATE sales_order SET {name} = :value WHERE number = '{number}'"), {"value": value})


def taken(house, number, qty, **facts):
    """An order that comes in from a shop and is audited."""
    line = orders.DraftLine("1", "S1", qty, Decimal(1))
    told = {"total": Decimal(qty), "paid": Decimal(qty), **ADDRESS, **facts}
    with transaction():
        orders.take_one(house.id, orders.Draft(shop="SHOP", number=number, lines=(line,), **told))


def test_an_order_that_no_rule_takes_reads_what_each_rule_asks(house):
    floor.order(house, "O1", {"S1": 2}, carrier="EMS")
    assert reason(house, "O1") == ("no_rules", "No rule is active: a supervisor builds waves by hand.")
    rule(house, "A", filter={"carriers": ["SF", "YTO"]})
    rule(house, "B", filter={"pieces": "single"})
    rule(house, "C", active=False)
    found = why(house, "O1")
    assert (found["code"], found["text"]) == ("no_rule_fits", "None of the 2 active rules takes it.")
    assert [(one["rule"], one["code"], one["text"]) for one in found["rules"]] == [
        ("A", "other_carrier", "Its carrier is EMS; the rule takes SF, YTO."),
        ("B", "not_single", "It has 2 pieces; the rule takes single items."),
    ]


def test_an_order_that_fits_reads_what_the_rule_waits_for(house):
    with clock.fixed(NOON):
        for n in range(3):
            floor.order(house, f"O{n}", {"S1": 1})
        one = rule(house, "R", trigger={"kind": "count", "orders": 10})
        assert reason(house, "O1") == ("waits_for_orders", "Waits for rule “R”: 3 of 10 orders so far.")
        facts = {"rule_id": one["id"], "name": "R"}
        for trigger, code, said in (
            ({"kind": "times", "times": [14 * 60]}, "waits_for_time",
             "Waits for rule “R”, whose next run is 11-25 14:00."),
            ({"kind": "hand"}, "waits_for_hand", "Rule “R” takes it as soon as a supervisor runs it."),
            ({"kind": "count", "orders": 10, "oldest_minutes": 30}, "waits_for_either",
             "Waits for rule “R”: 3 of 10 orders so far, or until the oldest has waited 30 minutes (now 0)."),
            ({"kind": "count", "orders": 10, "oldest_minutes": 30, "both": True}, "waits_for_both",
             "Waits for rule “R”: 3 of 10 orders so far, and the oldest must have waited 30 minutes (now 0)."),
            ({"kind": "count", "oldest_minutes": 30}, "waits_for_age",
             "Waits for rule “R” until the oldest order has waited 30 minutes (now 0)."),
            ({"kind": "count", "orders": 2}, "waits_for_worker",
             "Rule “R” has enough orders (3) and takes it within a minute."),
        ):  # fmt: skip
            do(house.boss, "wave.rule_keep", **facts, trigger=trigger)
            assert reason(house, "O1") == (code, said)
        do(house.boss, "wave.rule_keep", **facts, limits={"max_orders": 2, "max_waves": 1})
        assert reason(house, "O0")[0] == "waits_for_hand"
        assert reason(house, "O2") == (
            "limited", "It fits rule “R”, but: Over the maximum of 2 orders a wave, 1 waves a run: others go before it."
        )  # fmt: skip
        do(house.boss, "wave.rule_keep", **facts, limits={"min_orders": 5})
        assert reason(house, "O2") == (
            "limited", "It fits rule “R”, but: 3 of 5 orders so far: too few for a wave."
        )  # fmt: skip
        do(house.boss, "wave.rule_keep", **facts, filter={"promised_within_min": 60})
        assert why(house, "O2")["rules"][0]["text"] == (
            "It is promised for 11-26 12:00; the rule takes promises until 11-25 13:00."
        )


def test_it_is_said_in_the_language_of_whoever_asks(house):
    floor.order(house, "O1", {"S1": 1}, kind="live")
    rule(house, "甲", filter={"kinds": ["gift", "urgent"]})
    clerk = replace(floor.person(house, "Wang", "clerk"), locale="zh_Hans")
    found = why(house, "O1", clerk)
    assert found["text"] == "1 条启用的规则都不取该订单。"
    assert found["rules"][0]["text"] == "该单是直播订单，规则只取赠品订单、加急订单。"
    assert refused(clerk, "wave.rule_keep", name="R") == "core.not_allowed"


def test_a_held_order_reads_the_figures_of_its_stock_as_they_are_now(house):
    taken(house, "P1", 48)
    taken(house, "P2", 5)
    found = why(house, "P2")
    assert (found["code"], found["details"][0]["code"]) == ("held", "stock_short")
    assert found["text"] == (
        "Held by the audit: Stock is short: S1 × 3. Receive or count these SKUs, then audit again."
    )
    assert found["details"][0]["text"] == (
        "S1: needs 5, 2 available (50 on hand, 48 promised to others): short by 3. Not put away yet: 0."
    )
    other = floor.value("SELECT id FROM sales_order WHERE number = 'P1'")
    with transaction():
        orders.cancel([other])
    assert why(house, "P2")["details"][0]["text"] == "There is enough stock now: audit the order again."


def test_a_held_order_reads_every_reason(house):
    taken(house, "P1", 1, paid=Decimal(0), phone="", address="")
    found = why(house, "P1")
    assert found["text"] == "Held by the audit: Paid 0.00 of 1.00 CNY. Wait for the payment, or cancel the order."
    assert [one["code"] for one in found["details"]] == ["held_also"]
    assert "The address lacks" in found["details"][0]["text"]
    assert "{" not in found["details"][0]["text"]
    with transaction() as session:
        session.execute(text("UPDATE sales_order SET confirmation = 'unconfirmed'"))
    assert reason(house, "P1")[0] == "not_audited"


def test_goods_that_lie_in_no_open_bin_are_named(house):
    floor.order(house, "O1", {"S1": 2, "S2": 1})
    rule(house, "R", trigger={"kind": "hand"})
    assert reason(house, "O1")[0] == "waits_for_hand"
    with transaction() as session:
        session.execute(text("UPDATE bin SET blocked_reason = 'wet' WHERE code = 'A1-1'"))
    assert reason(house, "O1") == (
        "no_open_bin",
        "S1: 2 of the promised pieces lie in no open bin that serves it. Open bins have 0 free, 0 are held for waves, "
        "50 lie in blocked bins.",
    )


def test_an_order_on_its_way_reads_the_wave_and_the_cart(house):
    for n in range(3):
        floor.order(house, f"O{n}", {"S1": 1, "S2": 1})
    rule(house, "R", trigger={"kind": "count", "orders": 3}, limits={"totes_per_cart": 2})
    one = do(house.boss, "wave.build", max_orders=3, totes_per_cart=2)["data"]["wave"]
    assert reason(house, "O1") == ("wave_planned", "It is in wave 1, which is not released yet.")
    do(house.boss, "wave.release", wave_id=one["id"])
    found = why(house, "O1")
    assert found["code"] == "wave_released"
    where = floor.value(
        "SELECT t.cart_number FROM (SELECT c.number AS cart_number, l.order_id FROM wave_cart c, "
        "jsonb_array_elements(c.stops) s JOIN stock_hold h ON h.id = (s ->> 0)::bigint "
        "JOIN order_line l ON l.id = h.order_line_id) t WHERE t.order_id = :id LIMIT 1",
        id=house.orders["O1"],
    )
    assert found["figures"]["cart"] == where
    with transaction() as session:
        session.execute(text("UPDATE wave SET paused_at = :at"), {"at": NOON})
    assert reason(house, "O1")[0] == "wave_paused"
    assert "since 11-25 12:00" in reason(house, "O1")[1]
    with transaction() as session:
        session.execute(text("UPDATE wave SET paused_at = NULL"))
    change("O1", processing="picking")
    assert reason(house, "O1")[0] == "picking"
    change("O1", processing="short", hold_reason="not_found")
    assert reason(house, "O1")[0] == "short"
    change("O1", processing="picked")
    assert reason(house, "O1")[0] == "picked"
    change("O1", processing="packed")
    assert reason(house, "O1")[0] == "packed"
    change("O1", shipping="shipped")
    assert reason(house, "O1")[0] == "shipped"


def test_a_wave_that_a_rule_built_says_that_the_worker_has_it(house):
    floor.order(house, "O1", {"S1": 1})
    one = rule(house, "R")
    do(house.boss, "wave.rule_run", rule_id=one["id"])
    assert reason(house, "O1") == ("wave_releasing", "It is in wave 1, which the worker is about to release.")
    jobs.release_wanted()
    assert reason(house, "O1")[0] == "wave_released"


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"confirmation": "cancelled"}, "cancelled"), ({"refund": "asked"}, "refund_asked"),
     ({"refund": "refunded"}, "refund_refunded"), ({"processing": "waved"}, "in_no_wave"),
     ({"processing": "short"}, "short_in_no_wave")],
)  # fmt: skip
def test_orders_that_never_go_say_so(house, facts, code):
    floor.order(house, "O1", {"S1": 1})
    change("O1", **facts)
    assert reason(house, "O1")[0] == code


def test_an_order_that_was_stopped_says_who_did_it_and_where_it_is(house):
    floor.order(house, "O1", {"S1": 1})
    floor.wave(house)
    with transaction():
        found = orders.locked(house.id, house.orders["O1"])
        orders.stop(found, wanted="refund", why="wrong colour", by="Sue")
    said = why(house, "O1")
    assert (said["code"], said["text"]) == (
        "intercepted", "Stopped by Sue: wrong colour. Release it again, or have its goods put back."
    )  # fmt: skip
    assert said["details"][0]["code"] in ("wave_released", "in_no_wave")


def test_every_reason_has_words_for_one_order_and_those_of_rules_for_many(house):
    from wms.core.catalogue import messages

    known = {code.split(".")[2] for code in messages() if code.startswith("waves.left.")}
    assert known <= {code.split(".")[2] for code in messages() if code.startswith("waves.why.")}
    assert len(known) == 22


def test_over_http_by_id_and_by_number_and_only_in_ones_own_warehouse(app, house):
    from wms.access import service as access
    from wms.access.models import Person

    order_id = floor.order(house, "O1", {"S1": 1})
    with transaction() as session:
        token = access.open_session(session.get_one(Person, house.boss.person_id), "desk")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    one = client.get(f"/api/v1/waves/orders/{order_id}/why-not").json
    assert (one["number"], one["code"]) == ("O1", "no_rules")
    assert client.get("/api/v1/waves/why-not?number=O1").json == {"items": [one]}
    assert client.get("/api/v1/waves/why-not?number=NO").json["code"] == "waves.order_unknown"
    assert client.get("/api/v1/waves/orders/999999/why-not").status_code == 404


def test_asking_changes_nothing_and_locks_nothing(app, house):
    floor.order(house, "O1", {"S1": 1})
    rule(house, "R", trigger={"kind": "count", "orders": 5, "oldest_minutes": 60})
    before = floor.everything()
    with transaction() as session:  # somebody picks from the bin at this moment
        session.execute(text("SELECT id FROM stock_balance FOR UPDATE"))
        session.execute(text("SELECT id FROM sales_order FOR UPDATE"))
        (reply,) = floor.at_once(app, lambda: do(house.boss, "wave.why_not", number="O1"))
        (seen,) = floor.at_once(app, lambda: do(house.boss, "wave.rule_preview", name="P"))
    assert reply["data"]["items"][0]["code"] == "waits_for_either"
    assert seen["data"]["saving"]["orders"] == 1
    assert floor.everything() == before
