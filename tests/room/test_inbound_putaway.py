"""Quality checks and putaway: quarantine until somebody looked, bins that are told, reasons, walks."""
from __future__ import annotations

from datetime import timedelta

import inbound_floor as dockside
import pytest
from inbound_floor import SSCC, expect, gs1, limit_bin, lines, lying, opened
from picking_floor import at_once, do, proved, refused, value

from wms.core.clock import now
from wms.core.transaction import transaction
from wms.inbound import service
from wms.inbound.service import Announced
from wms.layout.models import Bin

FAR = (now() + timedelta(days=300)).strftime("%y%m%d")


@pytest.fixture
def dock(app):
    return dockside.build()


def receive(dock, sku="PLAIN", qty=10, number="ASN1", **facts):
    """So many pieces lie at the dock."""
    receipt = expect(dock, number, **{sku: qty}, **facts)
    opened(dock, number)
    code = gs1(lot="L7", expires=FAR) if sku == "TEA" else f"{sku}-1"
    do(dock.ann, "receive.scan", code=code)
    do(dock.ann, "receive.set", qty=qty)
    do(dock.ann, "receive.take")
    return receipt


def plan(dock, **values):
    with transaction():
        service.put_plan(dock.house.id, values.pop("sku_id", None), values.pop("supplier", ""), **values)


# ---- quality checks

def test_what_a_plan_samples_waits_in_quarantine_and_is_released(dock):
    plan(dock, level="percent", value=20, accept=1)
    receipt = receive(dock, qty=10)
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "quarantine", 10)]
    assert refused(dock.ann, "putaway.load", code="PLAIN-1") == "inbound.nothing_at_dock"
    shown = do(dock.ann, "check.open", code="PLAIN-1")
    assert shown["next"] == "check_one"
    check = shown["data"]["check"]
    assert (check["qty"], check["sample"], check["accept"]) == (10, 2, 1)
    assert refused(dock.ann, "check.decide", check_id=check["id"], defects=11) == "inbound.too_many_defects"
    reply = do(dock.ann, "check.decide", check_id=check["id"], defects=1)
    assert (reply["next"], reply["message"]["code"]) == ("check_list", "inbound.released")
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "damaged", 1), ("RECEIVE", "", "good", 9)]
    assert lines(receipt) == [("PLAIN", 10, 10, 1)]
    assert refused(dock.ann, "check.decide", check_id=check["id"], defects=0) == "inbound.check_over"
    proved()


def test_more_bad_ones_than_the_plan_accepts_reject_all(dock):
    plan(dock, level="pieces", value=3, sku_id=dock.skus["PLAIN"])
    receipt = receive(dock, qty=10)
    check = do(dock.ann, "check.state")["data"]["checks"][0]
    assert do(dock.ann, "check.decide", check_id=check["id"], defects=1)["message"]["code"] == "inbound.rejected"
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "damaged", 10)]
    assert lines(receipt) == [("PLAIN", 10, 10, 10)]
    assert do(dock.ann, "check.state")["data"]["checks"] == []
    proved()


def test_more_of_the_same_goods_makes_one_larger_check(dock):
    plan(dock, level="steps", value=2)
    expect(dock, PLAIN=100)
    opened(dock)
    for qty in (9, 41):
        do(dock.ann, "receive.scan", code="PLAIN-1")
        do(dock.ann, "receive.set", qty=qty)
        do(dock.ann, "receive.take")
    assert [(c["qty"], c["sample"]) for c in do(dock.ann, "check.state")["data"]["checks"]] == [(50, 8)]
    do(dock.ann, "receive.undo")
    assert [(c["qty"], c["sample"]) for c in do(dock.ann, "check.state")["data"]["checks"]] == [(9, 8)]
    do(dock.ann, "receive.undo")
    assert do(dock.ann, "check.state")["data"]["checks"] == []
    proved()


def test_checked_goods_are_not_taken_back(dock):
    plan(dock, level="pieces", value=1)
    receive(dock)
    check = do(dock.ann, "check.state")["data"]["checks"][0]
    do(dock.ann, "check.decide", check_id=check["id"], defects=0)
    assert refused(dock.ann, "receive.undo") == "inbound.already_checked"


def test_the_most_particular_plan_holds(dock):
    plan(dock, level="percent", value=100)
    plan(dock, level="pieces", value=1, supplier="Good Ltd")
    plan(dock, level="pieces", value=2, sku_id=dock.skus["PLAIN"])
    plan(dock, level="pieces", value=3, sku_id=dock.skus["PLAIN"], supplier="Good Ltd")
    receive(dock, number="A", _supplier="Good Ltd")
    receive(dock, number="B", _supplier="Other Ltd")
    receive(dock, "TEA", number="C", _supplier="Good Ltd")
    receive(dock, "TEA", number="D")
    assert [c["sample"] for c in do(dock.ann, "check.state")["data"]["checks"]] == [3, 2, 1, 10]


def test_bad_ones_among_numbered_pieces_are_named(dock):
    plan(dock, level="pieces", value=2, accept=1)
    expect(dock, PHONE=2)
    opened(dock)
    for code in ("PHONE-1", "SN-1", "SN-2"):
        do(dock.ann, "receive.scan", code=code)
    do(dock.ann, "receive.take")
    check = do(dock.ann, "check.state")["data"]["checks"][0]
    assert refused(dock.ann, "check.decide", check_id=check["id"], defects=1) == "inbound.serials_of_bad"
    do(dock.ann, "check.decide", check_id=check["id"], defects=1, bad_serials=["SN-2"])
    assert value("SELECT condition FROM stock_serial WHERE code = 'SN-2'") == "damaged"
    assert value("SELECT condition FROM stock_serial WHERE code = 'SN-1'") == "good"
    proved()


# ---- putaway

def test_goods_are_put_where_they_were_told_by_two_scans_of_the_bin(dock):
    receive(dock, qty=10)
    reply = do(dock.ann, "putaway.load", code="PLAIN-1")
    assert (reply["next"], reply["message"]["code"]) == ("putaway_load", "inbound.on_truck")
    task = do(dock.ann, "putaway.go")["data"]["task"]
    assert (task["qty"], task["why"], task["bin"]["code"]) == (10, "empty", "A2-1")  # the depot's aisle, the nearest
    assert do(dock.ann, "putaway.bin", code="A2-1")["next"] == "putaway_put"
    reply = do(dock.ann, "putaway.bin", code="A2-1")
    assert (reply["next"], reply["message"]["code"]) == ("putaway_load", "inbound.put")
    assert lying(dock, "PLAIN") == [("A2-1", "", "good", 10)]
    assert value("SELECT reference FROM stock_move WHERE reason = 'putaway'") == "putaway 1"
    proved()


def test_the_bin_of_the_sku_comes_first(dock):
    receive(dock, qty=4)
    do(dock.ann, "putaway.load", code="PLAIN-1")
    do(dock.ann, "putaway.bin", code="A2-1")
    do(dock.ann, "putaway.bin", code="A2-1")
    receive(dock, qty=5, number="ASN2")
    do(dock.ann, "putaway.load", code="PLAIN-1")
    task = do(dock.ann, "putaway.go")["data"]["task"]
    assert (task["bin"]["code"], task["why"]) == ("A2-1", "home")


def test_dated_goods_are_not_mixed_with_another_lot(dock):
    receive(dock, "TEA", 4)
    do(dock.ann, "putaway.load", code=gs1())
    do(dock.ann, "putaway.bin", code="A2-1")
    do(dock.ann, "putaway.bin", code="A2-1")
    expect(dock, "ASN2", TEA=4)
    opened(dock, "ASN2")
    for lot in ("L7", "L8"):
        do(dock.ann, "receive.scan", code=gs1(lot=lot, expires=FAR))
        do(dock.ann, "receive.take")
    do(dock.ann, "putaway.load", code=gs1())
    told = {(task["lot"], task["why"], task["bin"]["code"]) for task in do(dock.ann, "putaway.state")["data"]["tasks"]}
    assert told == {("L7", "same_lot", "A2-1"), ("L8", "empty", "A2-2")}


def test_another_bin_needs_a_reason(dock):
    receive(dock)
    do(dock.ann, "putaway.load", code="PLAIN-1")
    reply = do(dock.ann, "putaway.bin", code="A4-6")
    assert (reply["next"], reply["message"]["code"]) == ("putaway_other", "inbound.another_bin")
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "good", 10)]
    assert refused(dock.ann, "putaway.put", task_id=reply["data"]["task"]["id"], qty=10) == "inbound.no_bin_yet"
    do(dock.ann, "putaway.bin", code="A4-6", why="full")
    do(dock.ann, "putaway.bin", code="A4-6")
    assert lying(dock, "PLAIN") == [("A4-6", "", "good", 10)]
    assert value("SELECT overrule_reason FROM putaway_task") == "full"
    proved()


@pytest.mark.parametrize(("limits", "code"), [
    ({"max_skus": 1}, "stock.mix_sku"), ({"blocked_reason": "leak"}, "stock.bin_blocked"),
    ({"capacity_ml": 100}, "stock.bin_full"), ({"max_weight_g": 10}, "stock.bin_overweight"),
])  # fmt: skip
def test_a_bin_that_does_not_allow_the_goods_refuses_them(dock, limits, code):
    receive(dock)
    do(dock.ann, "putaway.load", code="PLAIN-1")
    limit_bin("A1-1", **limits)  # S1 lies there
    assert refused(dock.ann, "putaway.bin", code="A1-1", why="better") == code


def test_lots_that_a_bin_keeps_apart(dock):
    receive(dock, "TEA", 4)
    do(dock.ann, "putaway.load", code=gs1())
    do(dock.ann, "putaway.bin", code="A2-1")
    do(dock.ann, "putaway.bin", code="A2-1")
    limit_bin("A2-1", mix_lots=False)
    expect(dock, "ASN2", TEA=4)
    opened(dock, "ASN2")
    do(dock.ann, "receive.scan", code=gs1(lot="L9", expires=FAR))
    do(dock.ann, "receive.take")
    do(dock.ann, "putaway.load", code=gs1())
    assert refused(dock.ann, "putaway.bin", code="A2-1", why="better") == "stock.mix_lot"


def test_a_bin_that_fills_up_sends_the_rest_on(dock):
    for code in [f"A{a}-{n}" for a in (1, 2, 3, 4) for n in range(1, 7)]:
        limit_bin(code, capacity_ml=6_000)  # PLAIN is a litre
    receive(dock, qty=10)
    do(dock.ann, "putaway.load", code="PLAIN-1")
    tasks = do(dock.ann, "putaway.state")["data"]["tasks"]
    tasks = sorted(tasks, key=lambda task: task["bin"]["code"])
    assert [(task["bin"]["code"], task["qty"]) for task in tasks] == [("A2-1", 6), ("A2-2", 4)]
    do(dock.ann, "putaway.bin", code="A2-1")
    reply = do(dock.ann, "putaway.put", task_id=tasks[0]["id"], qty=5)
    assert reply["message"]["code"] == "inbound.put_part"
    assert (reply["data"]["left"], reply["data"]["progress"]) == (2, {"done": 0, "total": 2})
    told = value("SELECT array_agg(t.qty - t.put ORDER BY t.id) FROM putaway_task t JOIN bin ON bin.id = t.bin_id "
                 "WHERE t.status = 'planned' AND bin.code = 'A2-2'")  # fmt: skip
    assert told == [1, 4]
    assert refused(dock.ann, "putaway.put", task_id=tasks[0]["id"], qty=1) == "inbound.no_bin_yet"
    proved()


@pytest.mark.parametrize("qty", [0, -3, 10**12])
def test_putting_more_or_less_than_there_is(dock, qty):
    receive(dock)
    do(dock.ann, "putaway.load", code="PLAIN-1")
    do(dock.ann, "putaway.bin", code="A2-1")
    task = do(dock.ann, "putaway.state")["data"]["task"]
    wanted = "inbound.more_than_in_hand" if qty > 0 else "stock.bad_quantity"
    assert refused(dock.ann, "putaway.put", task_id=task["id"], qty=qty) == wanted


def test_check_digits_stand_for_the_bin(dock):
    limit_bin("A2-1", check_digits="47")
    receive(dock)
    do(dock.ann, "putaway.load", code="PLAIN-1")
    assert refused(dock.ann, "putaway.bin", code="48") == "layout.wrong_check_digits"
    assert do(dock.ann, "putaway.bin", code="47")["next"] == "putaway_put"
    assert refused(dock.ann, "putaway.bin", code="PLAIN-1") == "inbound.not_a_bin"
    assert refused(dock.ann, "putaway.bin", code="RECEIVE", why="better") == "inbound.not_for_storing"


def test_a_pallet_goes_whole_into_bulk_and_is_unloaded_into_a_pick_bin(dock):
    with transaction() as session:
        session.add(Bin(warehouse_id=dock.house.id, code="BULK-1", kind="bulk", aisle=1, y_mm=100))
    both = [Announced(dock.skus["PLAIN"], 4, lpn=SSCC), Announced(dock.skus["TEA"], 6, lot="L7", lpn=SSCC,
            expires_on=now().date() + timedelta(days=90))]  # fmt: skip
    with transaction():
        service.announce(dock.house.id, service.Facts("ASN1"), both, actor_id=None)
    opened(dock)
    do(dock.ann, "receive.scan", code=f"00{SSCC}")
    do(dock.ann, "putaway.load", code=f"00{SSCC}")
    task = do(dock.ann, "putaway.go")["data"]["task"]
    assert (task["bin"]["code"], task["whole"], task["qty"], task["skus"]) == ("BULK-1", True, 10, 2)
    do(dock.ann, "putaway.bin", code="BULK-1")
    assert refused(dock.ann, "putaway.put", task_id=task["id"], qty=3) == "inbound.whole_lpn"
    do(dock.ann, "putaway.bin", code="BULK-1")
    pieces = value(
        "SELECT sum(b.on_hand) FROM stock_balance b JOIN container c ON c.id = b.container_id "
        "JOIN bin ON bin.id = b.bin_id WHERE bin.code = 'BULK-1' AND c.code = :lpn", lpn=SSCC,
    )  # fmt: skip
    assert pieces == 10
    proved()


def test_goods_that_are_not_good_are_set_apart(dock):
    with transaction() as session:
        session.add(Bin(warehouse_id=dock.house.id, code="Q-1", kind="quarantine", aisle=1, y_mm=100))
    plan(dock, level="pieces", value=1)
    receive(dock)
    check = do(dock.ann, "check.state")["data"]["checks"][0]
    do(dock.ann, "check.decide", check_id=check["id"], defects=5)
    do(dock.ann, "putaway.load", code="PLAIN-1")
    task = do(dock.ann, "putaway.go")["data"]["task"]
    assert (task["bin"]["code"], task["condition"]) == ("Q-1", "damaged")
    assert refused(dock.ann, "putaway.bin", code="A2-1", why="better") == "inbound.set_apart"


def test_two_people_never_take_the_same_goods(dock, app):
    receive(dock, qty=10)
    from picking_floor import ask

    at_once(app, *(lambda who=who: ask(who, "putaway.load", code="PLAIN-1", qty=7) for who in (dock.ann, dock.ben)))
    assert value("SELECT sum(qty) FROM putaway_task") == 7
    assert refused(dock.ben, "putaway.load", code="PLAIN-1", qty=4) == "inbound.less_at_dock"


def test_two_people_are_not_sent_to_the_same_empty_bin(dock):
    receive(dock, "TEA", 4)
    receive(dock, qty=4, number="ASN2")
    do(dock.ann, "putaway.load", code=gs1())
    do(dock.ben, "putaway.load", code="PLAIN-1")
    told = [do(who, "putaway.go")["data"]["task"]["bin"]["code"] for who in (dock.ann, dock.ben)]
    assert len(set(told)) == 2


def test_the_walk_is_planned_over_all_that_is_on_the_truck(dock):
    for n, bin_code in enumerate(["A4-5", "A1-5", "A2-6"]):
        sku = ("PLAIN", "TEA", "S1")[n]
        if sku == "S1":
            continue
        receive(dock, sku, 4, number=f"N{n}")
        code = gs1() if sku == "TEA" else "PLAIN-1"
        do(dock.ann, "putaway.load", code=code)
        do(dock.ann, "putaway.bin", code=bin_code, why="better")
        do(dock.ann, "putaway.bin", code=bin_code)
        receive(dock, sku, 4, number=f"M{n}")
    do(dock.ann, "putaway.load", code="PLAIN-1")
    do(dock.ann, "putaway.load", code=gs1())
    data = do(dock.ann, "putaway.state")["data"]
    assert sorted(task["bin"]["code"] for task in data["tasks"]) == ["A1-5", "A4-5"]
    assert data["walk_m"] > 0
    positions = value("SELECT array_agg(position ORDER BY position) FROM putaway_task WHERE status = 'planned'")
    assert positions == [1, 2]


def test_goods_left_at_the_dock_are_free_for_others(dock):
    receive(dock)
    do(dock.ann, "putaway.load", code="PLAIN-1")
    task = do(dock.ann, "putaway.go")["data"]["task"]
    assert refused(dock.ben, "putaway.drop", task_id=task["id"]) == "inbound.putaway_over"
    assert do(dock.ann, "putaway.drop", task_id=task["id"])["message"]["code"] == "inbound.left_at_dock"
    do(dock.ben, "putaway.load", code="PLAIN-1")
    assert refused(dock.ann, "putaway.go") == "inbound.truck_empty"


def test_numbered_pieces_are_put_away_with_their_numbers(dock):
    expect(dock, PHONE=2)
    opened(dock)
    for code in ("PHONE-1", "SN-1", "SN-2"):
        do(dock.ann, "receive.scan", code=code)
    do(dock.ann, "receive.take")
    do(dock.ann, "putaway.load", code="SN-2")
    do(dock.ann, "putaway.bin", code="A2-1")
    do(dock.ann, "putaway.bin", code="A2-1")
    assert value("SELECT bin.code FROM stock_serial s JOIN bin ON bin.id = s.bin_id WHERE s.code = 'SN-2'") == "A2-1"
    assert value("SELECT bin.code FROM stock_serial s JOIN bin ON bin.id = s.bin_id WHERE s.code = 'SN-1'") == "RECEIVE"
    proved()
