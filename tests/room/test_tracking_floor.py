"""Goods whose numbers are scanned at every move: counted, adjusted and brought to their face piece by piece."""
from __future__ import annotations

import counting_floor as counting
import picking_floor as floor
import pytest
from counting_floor import refused
from picking_floor import do, proved, value
from sqlalchemy import text

from wms.catalog.models import Barcode, Sku
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.counting import service as counts
from wms.replenishment import service as replenishment
from wms.replenishment.jobs import sweep
from wms.stock import service as stock
from wms.stock.service import Goods

NUMBERS = ("N1", "N2", "N3", "N4")


@pytest.fixture
def house(app):
    """Bulk bin `A4-1` holds the pieces N1 to N4; `A2-1` holds P1; both have check digits."""
    house = floor.build()
    with transaction() as session:
        sku = Sku(code="SER", name="Thing SER", weight_g=100, serial_tracking="move")
        session.add(sku)
        session.flush()
        house.skus["SER"] = sku.id
        session.add(Barcode(code="T-SER", sku_id=sku.id))
        session.execute(text("UPDATE bin SET kind = 'bulk' WHERE code LIKE 'A4-%'"))
        session.execute(text("UPDATE bin SET check_digits = '47', retired_digits = '11' WHERE code = 'A4-1'"))
        session.execute(text("UPDATE bin SET check_digits = '52' WHERE code = 'A2-1'"))
        goods = [
            Goods(sku.id, house.bins["A4-1"], 4, serials=NUMBERS), Goods(sku.id, house.bins["A2-1"], 1, serials=("P1",))
        ]  # fmt: skip
        stock.receive(house.id, goods, reference="ASN", actor_id=None)
    return house


@pytest.fixture
def ann(house):
    return floor.person(house, "Ann", "receiver")


def where(serial):
    return value("SELECT b.code FROM stock_serial s LEFT JOIN bin b ON b.id = bin_id WHERE s.code = :code", code=serial)


def line():
    with transaction() as session:
        newest = "SELECT difference, lost, found, outcome FROM count_line ORDER BY id DESC LIMIT 1"
        return tuple(session.execute(text(newest)).one())


def see(ann, task, code, **told):
    return do(ann, "count.scan", task_id=task, code=code, **told)


# ---- counting

def test_a_piece_counts_once_and_by_its_number(house, ann):
    task = counting.begin(ann, "A4-1")
    asked = see(ann, task, "T-SER")
    assert (asked["next"], asked["data"]["asked"]["code"]) == ("count_serial", "T-SER")
    assert value("SELECT count(*) FROM count_tally") == 0
    assert see(ann, task, "T-SER", serial="N1")["data"]["seen"][0]["counted"] == 1
    assert see(ann, task, "N2")["data"]["seen"][0]["counted"] == 2
    assert refused(ann, "count.scan", task_id=task, code="T-SER", serial="N2") == "counting.serial_twice"
    tally = value("SELECT id FROM count_tally")
    assert refused(ann, "count.correct", task_id=task, tally_id=tally, qty=4) == "counting.serials_count"
    do(ann, "count.correct", task_id=task, tally_id=tally, qty=0)
    assert see(ann, task, "N2")["data"]["seen"][0]["counted"] == 1


def test_a_difference_names_the_pieces_that_are_missing(house, ann):
    task = counting.begin(ann, "A4-1")
    for number in NUMBERS[:3]:
        see(ann, task, number)
    do(ann, "count.done", task_id=task)
    assert line() == (-1, ["N4"], [], "posted")
    assert where("N4") is None
    assert counting.on_hand(house, "A4-1", "SER") == 3
    proved()


def test_a_piece_that_is_found_leaves_the_place_where_the_books_had_it(house, ann):
    task = counting.begin(ann, "A4-1")
    for number in (*NUMBERS, "P1"):
        see(ann, task, number)
    do(ann, "count.done", task_id=task)
    assert line() == (1, [], ["P1"], "posted")
    assert where("P1") == "A4-1"
    assert [counting.on_hand(house, bin, "SER") for bin in ("A2-1", "A4-1")] == [0, 5]
    proved()


def test_one_piece_for_another_waits_for_the_supervisor(house, ann):
    task = counting.begin(ann, "A4-1")
    for number in NUMBERS[:3]:
        see(ann, task, number)
    see(ann, task, "T-SER", serial="NEW")
    do(ann, "count.done", task_id=task)
    assert line() == (0, ["N4"], ["NEW"], "approval")
    assert (where("N4"), value("SELECT count(*) FROM stock_serial WHERE code = 'NEW'")) == ("A4-1", 0)
    with transaction():
        counts.approve(house.id, task, house.boss.person_id)
    assert line() == (0, ["N4"], ["NEW"], "posted")
    assert (where("N4"), where("NEW"), counting.on_hand(house, "A4-1", "SER")) == (None, "A4-1", 4)
    proved()


def test_a_piece_that_leaves_after_its_scan_is_neither_lost_nor_found(house, ann):
    task = counting.begin(ann, "A4-1")
    for number in NUMBERS:
        see(ann, task, number)
    with transaction():
        goods = Goods(house.skus["SER"], house.bins["A4-1"], 1, serials=("N1",))
        stock.move(house.id, [goods], house.bins["A1-1"], reason="move", reference="", actor_id=None)
    do(ann, "count.done", task_id=task)
    assert line() == (0, [], [], "same")
    assert where("N1") == "A1-1"
    proved()


# ---- adjusting

def test_pieces_with_numbers_are_adjusted_by_their_numbers(house):
    place = {"sku_id": house.skus["SER"], "bin_id": house.bins["A4-1"]}
    about = {"reason": "r", "reference": "r", "actor_id": None}
    before = floor.everything()
    for act, qty in ((stock.adjust_by, -1), (stock.adjust_by, 2), (stock.adjust_to, 2), (stock.adjust_to, 6)):
        with pytest.raises(WmsError, match=r"stock\.serials_needed"), transaction():
            act(house.id, [Goods(**place, qty=qty)], **about)
    with pytest.raises(WmsError, match=r"stock\.serials_needed"), transaction():
        stock.ask_adjustment(house.id, Goods(**place, qty=-1), reason="broken", actor_id=None)
    assert floor.everything() == before
    with transaction():
        stock.adjust_by(house.id, [Goods(**place, qty=-1, serials=("N4",))], **about)
        stock.ask_adjustment(house.id, Goods(**place, qty=-1, serials=("N3",)), reason="broken", actor_id=None)
    assert [where(number) for number in NUMBERS] == ["A4-1", "A4-1", None, None]
    proved()


# ---- bringing to the face

def test_each_piece_goes_onto_the_cart_and_into_the_face_by_its_number(house, ann):
    with transaction():
        replenishment.put_faces(house.id, [(house.bins["A2-1"], house.skus["SER"], 2, 3)])
    sweep()
    task = do(ann, "replenish.next")["data"]["task"]
    assert (task["asks_serials"], task["qty"]) == (True, 2)
    assert refused(ann, "replenish.source", code="48") == "layout.wrong_check_digits"
    assert refused(ann, "replenish.source", code="11") == "layout.old_label"
    do(ann, "replenish.source", code="47")
    take = {"code": "SER", "qty": 2}
    assert refused(ann, "replenish.take", **take) == "stock.serials_needed"
    assert refused(ann, "replenish.take", **take, serials=["N1", "N1"]) == "stock.serial_twice"
    assert refused(ann, "replenish.take", **take, serials=["N1", "P1"]) == "stock.serial_not_here"
    do(ann, "replenish.take", **take, serials=["N1", "N3"])
    assert (where("N1"), where("N2"), where("N3")) == ("STAGE", "A4-1", "STAGE")
    assert refused(ann, "replenish.put", code="53") == "layout.wrong_check_digits"
    do(ann, "replenish.put", code="52")
    assert (where("N1"), where("N3")) == ("A2-1", "A2-1")
    proved()


# ---- check digits

def test_the_digits_of_the_bin_that_is_to_be_counted_do_for_its_code(house, ann):
    do(ann, "count.ask", code="A4-1")
    do(ann, "count.next")
    assert refused(ann, "count.bin", code="48") == "layout.wrong_check_digits"
    assert refused(ann, "count.bin", code="11") == "layout.old_label"
    assert do(ann, "count.bin", code="47")["next"] == "count_items"
