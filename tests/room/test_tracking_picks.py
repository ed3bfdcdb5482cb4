"""Picking goods that are tracked at every move: the lot that is held, each piece by its number, nothing expired."""
from __future__ import annotations

import uuid
from datetime import timedelta

import picking_floor as floor
import pytest
from picking_floor import ask, do, refused, scans
from sqlalchemy import text

from wms.catalog.models import Barcode, Sku
from wms.core.clock import now
from wms.core.transaction import transaction
from wms.stock import service as stock
from wms.stock.service import Goods

GTIN = "04006381333931"
GS = "\x1d"
TRACKED = {
    "LOT": {"lot_tracking": "move", "expiry_tracked": True},
    "SER": {"serial_tracking": "move"},
    "BOTH": {"lot_tracking": "move", "serial_tracking": "move"},
    "OLD": {"expiry_tracked": True, "lot_tracking": "receipt"},
    "SEEN": {"serial_tracking": "receipt"},
}
BINS = {"LOT": "A2-1", "SER": "A2-2", "BOTH": "A2-3", "OLD": "A2-4", "SEEN": "A2-5"}


def day(days):
    return now().date() + timedelta(days=days)


@pytest.fixture
def house(app):
    house = floor.build()
    with transaction() as session:
        skus = [Sku(code=code, name=f"Thing {code}", weight_g=100, **facts) for code, facts in TRACKED.items()]
        session.add_all(skus)
        session.flush()
        house.skus.update({each.code: each.id for each in skus})
        session.add_all(Barcode(code=f"T-{each.code}", sku_id=each.id) for each in skus)
        session.add(Barcode(code=GTIN[1:], sku_id=house.skus["BOTH"]))
        stock.receive(
            house.id,
            [
                goods(house, "LOT", 5, lot="L1", expires_on=day(100)),
                goods(house, "SER", 3, serials=("N1", "N2", "N3")),
                goods(house, "BOTH", 2, lot="B1", serials=("P1", "P2")),
                goods(house, "OLD", 4, lot="O1", expires_on=day(3)),
                goods(house, "SEEN", 2, serials=("R1", "R2")),
            ],
            reference="ASN",
            actor_id=None,
        )
    return house


def goods(house, sku, qty, **more):
    return Goods(house.skus[sku], house.bins[BINS[sku]], qty, **more)


@pytest.fixture
def anna(house):
    return floor.person(house, "Anna")


def walk(house, anna, **lines):
    """A task with these lines, its cart ready to go: (task, its first line)."""
    floor.order(house, "O1", lines)
    floor.wave(house)
    task = floor.start(anna)
    return task, task["lines"][0]


def look(anna, task, line, expect, code, **more):
    return {"task_id": task["id"], "line_id": line["id"], "expect": expect, "code": code, **more}


def moves_of(line):
    with transaction() as session:
        rows = session.execute(
            text("SELECT lot, serial, qty FROM stock_move WHERE reference = :about ORDER BY serial"),
            {"about": f"pick {line['id']}"},
        )
        return [tuple(row) for row in rows]


def where(serial):
    with transaction() as session:
        row = session.execute(
            text("SELECT b.code, container_id FROM stock_serial s JOIN bin b ON b.id = bin_id WHERE s.code = :code"),
            {"code": serial},
        ).one()
        return tuple(row)


# ---- lots

def test_the_line_shows_the_lot_that_is_held_and_its_last_day(house, anna):
    _, line = walk(house, anna, LOT=2)
    shown = {name: line[name] for name in ("lot", "expires_on", "asks_lot", "asks_serials")}
    assert shown == {"lot": "L1", "expires_on": day(100).isoformat(), "asks_lot": True, "asks_serials": False}


def test_untracked_goods_ask_for_nothing(house, anna):
    _, line = walk(house, anna, S1=1)
    assert (line["lot"], line["expires_on"], line["asks_lot"], line["asks_serials"]) == ("", None, False, False)


def test_a_lot_is_asked_and_only_the_held_one_is_taken(house, anna):
    task, line = walk(house, anna, LOT=2)
    assert refused(anna, "pick.confirm", **scans(task, line)) == "picking.lot_needed"
    assert refused(anna, "pick.confirm", **scans(task, line, lot="L2")) == "picking.wrong_lot"
    assert refused(anna, "pick.check", **look(anna, task, line, "lot", "L2")) == "picking.wrong_lot"
    assert refused(anna, "pick.check", **look(anna, task, line, "lot", "T-LOT")) == "picking.lot_needed"
    assert do(anna, "pick.check", **look(anna, task, line, "lot", "l1"))["data"]["lot"] == "l1"
    do(anna, "pick.confirm", **scans(task, line, lot="l1"))
    assert moves_of(line) == [("L1", "", 2)]
    floor.proved()


def test_a_label_says_lot_and_number_itself(house, anna):
    task, line = walk(house, anna, BOTH=1)
    right = f"01{GTIN}10B1{GS}21P2"
    assert do(anna, "pick.check", **look(anna, task, line, "item", right))["data"] == {"lot": "B1", "serial": "P2"}
    for label, code in ((f"01{GTIN}10B9{GS}21P2", "wrong_lot"), (f"01{GTIN}10B1{GS}21P9", "serial_not_here")):
        assert refused(anna, "pick.check", **look(anna, task, line, "item", label)) == f"picking.{code}"
        assert refused(anna, "pick.confirm", **scans(task, line, item=label)) == f"picking.{code}"
    assert refused(anna, "pick.confirm", **scans(task, line, item=f"01{GTIN}")) == "picking.lot_needed"
    do(anna, "pick.confirm", **scans(task, line, item=right))
    assert moves_of(line) == [("B1", "P2", 1)]
    floor.proved()


def test_a_label_of_another_lot_is_refused_though_the_right_one_is_typed(house, anna):
    task, line = walk(house, anna, BOTH=1)
    wrong = scans(task, line, item=f"01{GTIN}10B9{GS}21P2", lot="B1", serials=["P2"])
    assert refused(anna, "pick.confirm", **wrong) == "picking.wrong_lot"


# ---- numbers

def test_each_piece_goes_into_the_tote_by_its_number(house, anna):
    task, line = walk(house, anna, SER=2)
    do(anna, "pick.confirm", **scans(task, line, serials=["N3", "N1"]))
    assert moves_of(line) == [("", "N1", 1), ("", "N3", 1)]
    tote = house.totes[task["slots"][0]["tote"]]
    assert [where(each) for each in ("N1", "N2", "N3")] == [("STAGE", tote), ("A2-2", 0), ("STAGE", tote)]
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_numbers_come_one_by_one_over_several_confirms(house, anna):
    task, line = walk(house, anna, SER=3)
    do(anna, "pick.confirm", **scans(task, line, qty=1, serials=["N2"]))
    again = scans(task, line, qty=1, serials=["N2"])
    assert refused(anna, "pick.confirm", **again) == "picking.serial_twice"
    assert refused(anna, "pick.check", **look(anna, task, line, "serial", "N2")) == "picking.serial_twice"
    do(anna, "pick.confirm", **scans(task, line, qty=2, serials=["N1", "N3"]))
    assert moves_of(line) == [("", "N1", 1), ("", "N2", 1), ("", "N3", 1)]
    floor.proved()


@pytest.mark.parametrize(
    ("serials", "code"),
    [
        ([], "serials_needed"),
        (["N1"], "serials_needed"),
        (["N1", "N1"], "serial_twice"),
        (["N1", "N9"], "serial_not_here"),
        (["N1", "P1"], "serial_not_here"),
        (["N1", "T-SER"], "serial_needed"),
    ],
)
def test_wrong_numbers_move_nothing(house, anna, serials, code):
    task, line = walk(house, anna, SER=2)
    assert refused(anna, "pick.confirm", **scans(task, line, serials=serials)) == f"picking.{code}"


def test_a_piece_is_looked_at_before_it_is_taken(house, anna):
    task, line = walk(house, anna, SER=2)
    assert do(anna, "pick.check", **look(anna, task, line, "serial", "N1"))["data"] == {"lot": "", "serial": "N1"}
    for code, said in (("N9", "serial_not_here"), ("T-SER", "serial_needed")):
        assert refused(anna, "pick.check", **look(anna, task, line, "serial", code)) == f"picking.{said}"
    twice = look(anna, task, line, "serial", "N1", serials=["N1"])
    assert refused(anna, "pick.check", **twice) == "picking.serial_twice"


def test_a_scan_that_comes_twice_moves_its_pieces_once(house, anna):
    task, line = walk(house, anna, SER=2)
    body = {**scans(task, line, serials=["N1", "N2"]), "command_id": str(uuid.uuid4())}
    first, second = ask(anna, "pick.confirm", **body), ask(anna, "pick.confirm", **body)
    assert (first["ok"], second["replayed"]) == (True, True)
    assert len(moves_of(line)) == 2
    floor.proved()


def test_goods_whose_numbers_are_asked_at_receipt_only_move_as_pieces(house, anna):
    task, line = walk(house, anna, SEEN=2)
    assert not line["asks_serials"]
    do(anna, "pick.confirm", **scans(task, line))
    assert moves_of(line) == [("", "", 2)]
    assert where("R1") == ("A2-5", 0), "where it was last scanned"
    floor.proved()


# ---- the day has passed

def test_goods_that_expired_since_they_were_held_stay_where_they_are(house, anna):
    task, line = walk(house, anna, OLD=2)
    with transaction() as session:
        session.execute(text("UPDATE stock_lot SET expires_on = :day WHERE code = 'O1'"), {"day": day(-1)})
    assert refused(anna, "pick.check", **look(anna, task, line, "item", "T-OLD")) == "picking.lot_expired"
    assert refused(anna, "pick.confirm", **scans(task, line)) == "picking.lot_expired"
    do(anna, "pick.short", task_id=task["id"], line_id=line["id"], reason="expired")
    assert floor.value("SELECT processing FROM sales_order") == "short"
    assert floor.value("SELECT short_reason FROM pick_line") == "expired"
    floor.proved()


def test_goods_are_good_on_their_last_day(house, anna):
    task, line = walk(house, anna, OLD=2)
    with transaction() as session:
        session.execute(text("UPDATE stock_lot SET expires_on = :day WHERE code = 'O1'"), {"day": day(0)})
    do(anna, "pick.confirm", **scans(task, line))
    assert moves_of(line) == [("O1", "", 2)]


# ---- check digits

def test_the_digits_on_the_bins_label_do_for_its_code(house, anna):
    with transaction() as session:
        session.execute(text("UPDATE bin SET check_digits = '47', retired_digits = '11' WHERE code = 'A1-1'"))
    task, line = walk(house, anna, S1=2)
    assert refused(anna, "pick.check", **look(anna, task, line, "bin", "48")) == "layout.wrong_check_digits"
    assert refused(anna, "pick.check", **look(anna, task, line, "bin", "11")) == "layout.old_label"
    assert refused(anna, "pick.confirm", **scans(task, line, bin="48")) == "layout.wrong_check_digits"
    do(anna, "pick.check", **look(anna, task, line, "bin", "47"))
    do(anna, "pick.confirm", **scans(task, line, bin="47"))
    floor.proved()
