"""Receiving at the dock: what comes in, what is refused, and that a refusal moves nothing."""
from __future__ import annotations

from datetime import date, timedelta

import inbound_floor as dockside
import pytest
from inbound_floor import CASE, GS, GTIN, SSCC, expect, gs1, lines, lying, opened
from picking_floor import at_once, do, proved, refused, value

from wms.core.clock import now
from wms.core.transaction import transaction
from wms.inbound import service
from wms.inbound.service import Announced, Arrival

FAR = (now() + timedelta(days=300)).strftime("%y%m%d")
FAR_ISO = (now() + timedelta(days=300)).date().isoformat()
SOON = (now() + timedelta(days=5)).strftime("%y%m%d")
PAST = (now() - timedelta(days=5)).strftime("%y%m%d")


@pytest.fixture
def dock(app):
    return dockside.build()


def test_goods_come_in_by_the_piece(dock):
    receipt = expect(dock, PLAIN=5)
    opened(dock)
    shown = do(dock.ann, "receive.scan", code="PLAIN-1")
    assert shown["next"] == "receive_item"
    item = shown["data"]["item"]
    assert (item["expected"], item["received"], item["qty"], item["needs"]) == (5, 0, 1, [])
    assert do(dock.ann, "receive.scan", code="PLAIN-1")["data"]["item"]["qty"] == 2
    assert do(dock.ann, "receive.set", qty=5)["data"]["item"]["qty"] == 5
    reply = do(dock.ann, "receive.take")
    assert (reply["next"], reply["message"]["code"]) == ("receive_scan", "inbound.taken")
    assert lines(receipt) == [("PLAIN", 5, 5, 0)]
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "good", 5)]
    assert value("SELECT reference FROM stock_move WHERE reason = 'receive' ORDER BY id DESC LIMIT 1") == "receipt ASN1"
    done = do(dock.ann, "receive.done")
    assert (done["next"], done["message"]["code"]) == ("receive_choose", "inbound.finished")
    assert value("SELECT status FROM receipt") == "received"
    assert do(dock.ann, "receive.state")["next"] == "receive_choose"
    proved()


def test_lot_expiry_and_pack_come_with_one_gs1_scan(dock):
    receipt = expect(dock, TEA=24)
    opened(dock)
    item = do(dock.ann, "receive.scan", code=gs1(CASE, lot="L7", expires=FAR))["data"]["item"]
    assert (item["qty"], item["pack"], item["lot"], item["expires_on"]) == (12, "CASE", "L7", FAR_ISO)
    assert item["needs"] == []
    assert do(dock.ann, "receive.scan", code=gs1(CASE, lot="L7", expires=FAR))["data"]["item"]["qty"] == 24
    do(dock.ann, "receive.take")
    assert lines(receipt) == [("TEA", 24, 24, 0)]
    assert lying(dock, "TEA") == [("RECEIVE", "L7", "good", 24)]
    assert str(value("SELECT expires_on FROM stock_lot WHERE code = 'L7'")) == FAR_ISO
    proved()


def test_a_missing_separator_is_asked_about_never_guessed(dock):
    expect(dock, TEA=12)
    opened(dock)
    label = f"01{GTIN}10L7{'17' + FAR}"  # no separator after the lot
    item = do(dock.ann, "receive.scan", code=label)["data"]["item"]
    assert (item["lot"], item["needs"]) == ("", ["lot", "expiry"])
    assert item["lot_guess"].startswith("L7")
    assert refused(dock.ann, "receive.take") == "inbound.needed_lot"
    do(dock.ann, "receive.set", lot="L7")
    assert refused(dock.ann, "receive.take") == "inbound.needed_expiry"
    do(dock.ann, "receive.set", expires_on=FAR_ISO)
    do(dock.ann, "receive.take")
    assert lying(dock, "TEA") == [("RECEIVE", "L7", "good", 1)]


def test_a_lot_is_scanned_or_chosen_and_a_known_lot_brings_its_dates(dock):
    expect(dock, TEA=Announced(dock.skus["TEA"], 6, lot="L8", expires_on=date.fromisoformat(FAR_ISO)))
    opened(dock)
    item = do(dock.ann, "receive.scan", code=GTIN)["data"]["item"]
    assert item["needs"] == ["lot", "expiry"]
    assert item["lots"] == [{"lot": "L8", "expires_on": FAR_ISO}]
    assert do(dock.ann, "receive.scan", code="L8")["data"]["item"]["lot"] == "L8"
    do(dock.ann, "receive.set", expires_on=FAR_ISO)
    do(dock.ann, "receive.take")
    item = do(dock.ann, "receive.scan", code=gs1(lot="L8"))["data"]["item"]
    assert (item["expires_on"], item["needs"]) == (FAR_ISO, [])


def test_goods_of_one_date_and_no_printed_lot_are_told_apart_by_it(dock):
    expect(dock, TEA=6)
    opened(dock)
    do(dock.ann, "receive.scan", code=f"01{GTIN}17{FAR}")
    item = do(dock.ann, "receive.set", no_lot=True)["data"]["item"]
    assert (item["lot"], item["needs"]) == (FAR_ISO.replace("-", ""), [])


@pytest.mark.parametrize(("label", "code"), [
    (gs1(lot="L7", expires=PAST), "inbound.expired"),
    (gs1(lot="L7", expires=SOON), "inbound.too_short_life"),
    (f"]C101{GTIN[:-1]}{(int(GTIN[-1]) + 1) % 10}17{FAR}10L7", "catalog.bad_label"),
])  # fmt: skip
def test_bad_labels_are_refused(dock, label, code):
    expect(dock, TEA=6)
    opened(dock)
    assert refused(dock.ann, "receive.scan", code=label) == code


def test_typed_dates_that_cannot_be_are_refused(dock):
    expect(dock, TEA=6)
    opened(dock)
    do(dock.ann, "receive.scan", code=gs1(lot="L7"))
    today = now().date()
    tomorrow, later = (today + timedelta(days=1)).isoformat(), (today + timedelta(days=200)).isoformat()
    assert refused(dock.ann, "receive.set", produced_on=tomorrow) == "inbound.produced_later"
    assert refused(dock.ann, "receive.set", expires_on=(today - timedelta(days=1)).isoformat()) == "inbound.expired"
    old = (today - timedelta(days=100)).isoformat()
    assert do(dock.ann, "receive.set", produced_on=old)["data"]["item"]["expires_on"] is not None  # by shelf life
    assert later


def test_dates_that_differ_from_those_of_the_lot_are_refused(dock):
    expect(dock, TEA=60)
    opened(dock)
    do(dock.ann, "receive.scan", code=gs1(lot="L7", expires=FAR))
    do(dock.ann, "receive.take")
    other = (now() + timedelta(days=310)).strftime("%y%m%d")
    do(dock.ann, "receive.scan", code=gs1(lot="L7", expires=other))
    assert refused(dock.ann, "receive.take") == "stock.lot_dates_differ"


@pytest.mark.parametrize("qty", [0, -1, 10**12])
def test_quantities_out_of_all_bounds_are_refused(dock, qty):
    receipt = expect(dock, PLAIN=5)
    opened(dock)
    do(dock.ann, "receive.scan", code="PLAIN-1")
    assert refused(dock.ann, "receive.set", qty=qty) == "stock.bad_quantity"
    assert refused(dock.ann, "receive.aside", qty=qty) == "stock.bad_quantity"
    assert lines(receipt) == [("PLAIN", 5, 0, 0)]


def test_more_than_is_tolerated_is_refused_and_the_rest_goes_aside(dock):
    receipt = expect(dock, PLAIN=20, _over_percent=5)
    opened(dock)
    do(dock.ann, "receive.scan", code="PLAIN-1")
    do(dock.ann, "receive.set", qty=22)
    assert refused(dock.ann, "receive.take") == "inbound.over_receipt"
    do(dock.ann, "receive.set", qty=21)
    do(dock.ann, "receive.take")
    do(dock.ann, "receive.scan", code="PLAIN-1")
    assert refused(dock.ann, "receive.take") == "inbound.over_receipt"
    reply = do(dock.ann, "receive.aside", why="over", qty=1, note="one too many")
    assert reply["message"]["code"] == "inbound.put_aside"
    assert lines(receipt) == [("PLAIN", 20, 21, 0)]
    assert value("SELECT reason || ' ' || qty || ' ' || status FROM receipt_aside") == "over 1 open"
    proved()


def test_two_people_on_the_last_case_at_once(dock, app):
    receipt = expect(dock, PLAIN=10)
    for who in (dock.ann, dock.ben):
        opened(dock, by=who)
        do(who, "receive.scan", code="PLAIN-1")
        do(who, "receive.set", qty=10)
    from picking_floor import ask

    replies = at_once(app, lambda: ask(dock.ann, "receive.take"), lambda: ask(dock.ben, "receive.take"))
    assert sorted(reply["ok"] for reply in replies) == [False, True]
    assert {reply["message"]["code"] for reply in replies} == {"inbound.taken", "inbound.over_receipt"}
    assert lines(receipt) == [("PLAIN", 10, 10, 0)]
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "good", 10)]
    proved()


def test_the_database_itself_allows_no_over_receipt(dock):
    receipt = expect(dock, PLAIN=10)
    with pytest.raises(Exception, match="received_within_most"):
        value("UPDATE receipt_line SET received = 11 WHERE receipt_id = :id RETURNING id", id=receipt)


def test_many_people_count_each_piece_once(dock, app):
    receipt = expect(dock, PLAIN=30)
    people = [dockside.floor.person(dock.house, f"R{n}", "receiver") for n in range(6)]
    for who in people:
        opened(dock, by=who)

    def work(who):
        for _ in range(6):
            dockside.floor.ask(who, "receive.scan", code="PLAIN-1")
            dockside.floor.ask(who, "receive.take")
            dockside.floor.ask(who, "receive.drop")

    at_once(app, *(lambda who=who: work(who) for who in people))
    assert lines(receipt) == [("PLAIN", 30, 30, 0)]
    assert value("SELECT sum(qty) FROM receipt_entry") == 30
    proved()


def test_serial_numbers_one_by_one(dock):
    receipt = expect(dock, PHONE=3)
    opened(dock)
    item = do(dock.ann, "receive.scan", code="PHONE-1")["data"]["item"]
    assert (item["qty"], item["needs"]) == (0, ["serials"])
    assert refused(dock.ann, "receive.take") == "inbound.needed_serials"
    do(dock.ann, "receive.scan", code="SN-1")
    assert refused(dock.ann, "receive.scan", code="SN-1") == "inbound.serial_again"
    assert do(dock.ann, "receive.scan", code="SN-2")["data"]["item"]["serials"] == ["SN-1", "SN-2"]
    assert refused(dock.ann, "receive.set", qty=3) == "inbound.count_by_serial"
    do(dock.ann, "receive.take")
    do(dock.ann, "receive.scan", code="PHONE-1")
    assert refused(dock.ann, "receive.scan", code="SN-2") == "stock.serial_known"
    assert lines(receipt) == [("PHONE", 3, 2, 0)]
    assert value("SELECT count(*) FROM stock_serial") == 2
    proved()


def test_goods_that_nobody_knows_are_put_aside(dock):
    expect(dock, PLAIN=5)
    opened(dock)
    reply = do(dock.ann, "receive.scan", code="4006381333931")
    assert (reply["next"], reply["message"]["code"]) == ("receive_unknown", "inbound.unknown_goods")
    assert do(dock.ann, "receive.state")["next"] == "receive_unknown"
    do(dock.ann, "receive.aside", qty=2, note="blue box")
    assert value("SELECT code || '|' || qty || '|' || note FROM receipt_aside") == "4006381333931|2|blue box"
    assert value("SELECT count(*) FROM receipt_entry") == 0
    proved()


def test_goods_of_another_order_are_refused_or_taken_into_quarantine(dock):
    receipt = expect(dock, PLAIN=5)
    opened(dock)
    assert do(dock.ann, "receive.scan", code=gs1(lot="L1", expires=FAR))["data"]["item"]["expected"] == 0
    assert refused(dock.ann, "receive.take") == "inbound.not_expected"
    do(dock.ann, "receive.set", unexpected=True)
    assert do(dock.ann, "receive.take")["message"]["code"] == "inbound.taken_to_check"
    assert lying(dock, "TEA") == [("RECEIVE", "L1", "quarantine", 1)]
    assert lines(receipt) == [("PLAIN", 5, 0, 0), ("TEA", 0, 1, 0)]
    assert value("SELECT why || ' ' || sample FROM quality_check") == "unexpected 1"
    proved()


def test_another_lot_than_was_announced(dock):
    expect(dock, TEA=Announced(dock.skus["TEA"], 6, lot="L8"))
    opened(dock)
    do(dock.ann, "receive.scan", code=gs1(lot="L9", expires=FAR))
    assert refused(dock.ann, "receive.take") == "inbound.other_lot"


def test_blind_receiving_shows_nothing_and_takes_everything(dock):
    reply = do(dock.ann, "receive.open", blind=True)
    assert reply["data"]["receipt"]["expected"] is None
    item = do(dock.ann, "receive.scan", code="PLAIN-1")["data"]["item"]
    assert (item["expected"], item["most"]) == (None, None)
    do(dock.ann, "receive.set", qty=500)
    do(dock.ann, "receive.take")
    assert do(dock.ann, "receive.done")["message"]["code"] == "inbound.finished"
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "good", 500)]
    expect(dock, "ASN2", PLAIN=3, _blind=True)
    assert opened(dock, "ASN2")["receipt"]["expected"] is None
    proved()


def test_an_announced_pallet_comes_in_whole(dock):
    with transaction():
        announced = [
            Announced(dock.skus["PLAIN"], 40, lpn=SSCC), Announced(dock.skus["PLAIN"], 5),
            Announced(dock.skus["TEA"], 12, lot="L7", expires_on=now().date() + timedelta(days=90), lpn=SSCC),
        ]  # fmt: skip
        receipt = service.announce(dock.house.id, service.Facts("ASN1"), announced, actor_id=None).id
    opened(dock)
    reply = do(dock.ann, "receive.scan", code=f"00{SSCC}")
    assert (reply["message"]["code"], reply["message"]["params"]["pieces"]) == ("inbound.pallet_in", 52)
    assert lines(receipt) == [("PLAIN", 40, 40, 0), ("PLAIN", 5, 0, 0), ("TEA", 12, 12, 0)]
    assert value("SELECT count(*) FROM stock_balance b JOIN container c ON c.id = b.container_id "
                 "WHERE c.code = :lpn AND b.on_hand > 0", lpn=SSCC) == 2  # fmt: skip
    assert refused(dock.ann, "receive.scan", code=f"00{SSCC}") == "inbound.pallet_done"
    other = dockside.check_digit("34012345000000002")
    assert refused(dock.ann, "receive.scan", code=f"00{other}") == "inbound.not_announced_lpn"
    proved()


def test_goods_are_put_onto_a_pallet_by_scanning_it(dock):
    expect(dock, PLAIN=9)
    opened(dock)
    do(dock.ann, "receive.scan", code="PLAIN-1")
    reply = do(dock.ann, "receive.scan", code="T1")
    assert (reply["message"]["code"], reply["data"]["lpn"]) == ("inbound.taken", "T1")
    do(dock.ann, "receive.scan", code="PLAIN-1")
    do(dock.ann, "receive.take")  # onto the same
    assert value("SELECT on_hand FROM stock_balance WHERE container_id = :id", id=dock.house.totes["T1"]) == 2
    assert refused(dock.ann, "receive.scan", code="A1-1") == "inbound.not_a_dock"
    do(dock.ann, "receive.lpn")
    proved()


def test_the_last_goods_are_taken_back(dock):
    receipt = expect(dock, PLAIN=5, PHONE=1)
    opened(dock)
    assert refused(dock.ann, "receive.undo") == "inbound.nothing_to_undo"
    do(dock.ann, "receive.scan", code="PHONE-1")
    do(dock.ann, "receive.scan", code="SN-1")
    do(dock.ann, "receive.take")
    do(dock.ann, "receive.scan", code="PLAIN-1")
    do(dock.ann, "receive.take")
    opened(dock, by=dock.ben)
    assert refused(dock.ben, "receive.undo") == "inbound.nothing_to_undo"
    assert do(dock.ann, "receive.undo")["message"]["params"]["sku"] == "PLAIN"
    assert do(dock.ann, "receive.undo")["message"]["params"]["sku"] == "PHONE"
    assert lines(receipt) == [("PLAIN", 5, 0, 0), ("PHONE", 1, 0, 0)]
    assert lying(dock, "PHONE") == lying(dock, "PLAIN") == []
    do(dock.ann, "receive.scan", code="PHONE-1")
    do(dock.ann, "receive.scan", code="SN-1")  # the number is free again
    do(dock.ann, "receive.take")
    proved()


def test_goods_that_left_the_dock_are_not_taken_back(dock):
    expect(dock, PLAIN=5)
    opened(dock)
    do(dock.ann, "receive.scan", code="PLAIN-1")
    do(dock.ann, "receive.take")
    with transaction():
        there = service.at_dock(dock.house.id)[0]
        goods = dockside.floor.stock.Goods(there.sku_id, there.bin_id, 1)
        to = dock.house.bins["A2-1"]
        dockside.floor.stock.move(dock.house.id, [goods], to, reason="move", reference="", actor_id=None)
    assert refused(dock.ann, "receive.undo") == "inbound.gone_from_dock"


def test_less_than_was_announced_needs_a_look_and_a_reason(dock):
    receipt = expect(dock, PLAIN=5, TEA=6)
    opened(dock)
    do(dock.ann, "receive.scan", code="PLAIN-1")
    assert refused(dock.ann, "receive.done") == "inbound.in_hand"
    do(dock.ann, "receive.take")
    reply = do(dock.ann, "receive.done")
    assert reply["next"] == "receive_short"
    assert [(each["sku"]["code"], each["expected"], each["received"]) for each in reply["data"]["missing"]] == [
        ("TEA", 6, 0), ("PLAIN", 5, 1),
    ]  # fmt: skip
    assert value("SELECT status FROM receipt") == "receiving"
    do(dock.ann, "receive.done", why="backorder")
    assert value("SELECT status || ' ' || short_reason FROM receipt") == "received backorder"
    assert refused(dock.ben, "receive.open", code="ASN1") == "inbound.receipt_over"
    with transaction():
        service.reopen(receipt)
    opened(dock, by=dock.ben)


def test_a_receipt_is_found_by_goods_that_only_it_expects(dock):
    expect(dock, PLAIN=5)
    expect(dock, "ASN2", TEA=5)
    reply = do(dock.ann, "receive.open", code=gs1(lot="L1", expires=FAR))
    assert (reply["next"], reply["data"]["receipt"]["number"]) == ("receive_item", "ASN2")
    do(dock.ann, "receive.drop")
    expect(dock, "ASN3", PLAIN=5)
    assert refused(dock.ben, "receive.open", code="PLAIN-1") == "inbound.choose_receipt"
    assert refused(dock.ben, "receive.open", code="NOTHING") == "inbound.unknown_receipt"


def test_other_goods_wait_until_those_in_hand_are_in(dock):
    expect(dock, PLAIN=5, TEA=5)
    opened(dock)
    do(dock.ann, "receive.scan", code=gs1(lot="L1", expires=FAR))
    assert refused(dock.ann, "receive.scan", code="PLAIN-1") == "inbound.finish_first"
    assert refused(dock.ann, "receive.scan", code=gs1(lot="L2", expires=FAR)) == "inbound.another_lot"
    assert refused(dock.ann, "receive.scan", code="WHATEVER") == "inbound.finish_first"


def test_returns_come_back_as_returned(dock):
    expect(dock, "RMA1", PLAIN=2, _kind="return")
    opened(dock, "RMA1")
    do(dock.ann, "receive.scan", code="PLAIN-1")
    do(dock.ann, "receive.take")
    assert lying(dock, "PLAIN") == [("RECEIVE", "", "returned", 1)]
    proved()


def test_goods_of_an_owner_and_their_cost(dock):
    with transaction():
        owner = value_owner()
        line = Announced(dock.skus["PLAIN"], 4, unit_cost=__import__("decimal").Decimal("2.50"))
        receipt = service.announce(dock.house.id, service.Facts("ASN1"), [line], actor_id=None)
        theirs = service.announce(
            dock.house.id, service.Facts("ASN2", owner_id=owner), [Announced(dock.skus["PLAIN"], 1)], actor_id=None
        )
        for each in (receipt, theirs):
            service.begin(each)
            dock_bin = dock.house.bins["RECEIVE"]
            service.take_in(each.id, [Arrival(dock.skus["PLAIN"], 1)], bin_id=dock_bin, actor_id=None)
    assert value("SELECT value / qty FROM stock_cost WHERE sku_id = :sku", sku=dock.skus["PLAIN"]) == 2.5
    assert value("SELECT count(*) FROM stock_balance WHERE owner_id > 1 AND on_hand = 1") == 1
    proved()


def value_owner() -> int:
    from wms.catalog.models import Owner
    from wms.core.db import db

    owner = Owner(code="OTHER", name="Other")
    db.session.add(owner)
    db.session.flush()
    return owner.id


def test_gs_is_kept_through_the_door(dock):
    expect(dock, TEA=5)
    opened(dock)
    item = do(dock.ann, "receive.scan", code=f"01{GTIN}10L7{GS}17{FAR}")["data"]["item"]
    assert (item["lot"], item["expires_on"]) == ("L7", FAR_ISO)


def test_people_on_the_same_receipt_hear_of_each_other(dock):
    expect(dock, PLAIN=5)
    opened(dock)
    opened(dock, by=dock.ben)
    do(dock.ann, "receive.scan", code="PLAIN-1")
    do(dock.ann, "receive.take")
    asked = "SELECT data FROM event WHERE topic = :topic AND name = 'receipt.received'"
    told = value(asked, topic=f"person:{dock.ben.person_id}")
    assert (told["number"], told["pieces"]) == ("ASN1", 1)
    assert do(dock.ben, "receive.state")["data"]["receipt"]["received"] == 1
