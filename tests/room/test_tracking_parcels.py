"""Packing tracked goods: each piece's number and lot is scanned as it leaves, and kept with its parcel."""
from __future__ import annotations

import packing_floor as packing
import picking_floor as floor
import pytest
from packing_floor import refused
from picking_floor import do, scans
from sqlalchemy import text

from wms.catalog.models import Barcode, Sku
from wms.core.transaction import transaction
from wms.insight import story
from wms.stock import service as stock
from wms.stock.service import Goods

GTIN = "04006381333931"
GS = "\x1d"
TRACKED = {
    "MOVE": {"serial_tracking": "move", "lot_tracking": "move"},
    "SHIP": {"serial_tracking": "ship"},
    "LOT": {"lot_tracking": "ship"},
    "BOTH": {"lot_tracking": "ship", "serial_tracking": "ship"},
}
BINS = {"MOVE": "A2-1", "SHIP": "A2-2", "LOT": "A2-3", "BOTH": "A2-4"}
NUMBERS = ("M1", "M2", "M3")


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
        goods = [Goods(house.skus[sku], house.bins[BINS[sku]], 9) for sku in ("SHIP", "LOT", "BOTH")]
        numbered = Goods(house.skus["MOVE"], house.bins["A2-1"], 3, lot="L1", serials=NUMBERS)
        stock.receive(house.id, [*goods, numbered], reference="ASN", actor_id=None)
    return house


@pytest.fixture
def pat(house):
    return packing.packer(house)


def tote_of(house, order, lines, serials=()):
    """An order in a tote, picked by these numbers where they are asked."""
    floor.order(house, order, lines)
    floor.wave(house)
    picker = floor.person(house, f"Picker-{order}")
    task = floor.start(picker, "C1", floor.value("SELECT count(*) FROM pick_tote WHERE in_use") + 1)
    for line in task["lines"]:
        more = {"lot": "L1", "serials": list(serials)} if line["asks_serials"] else {}
        do(picker, "pick.confirm", **scans(task, line, **more))
    return task["slots"][0]["tote"]


def put(pat, parcel, code, **told):
    return do(pat, "pack.verify", parcel_id=parcel["id"], code=code, **told)["data"]


def kept():
    with transaction() as session:
        rows = session.execute(text("SELECT lot, serial, qty FROM parcel_trace ORDER BY parcel_id, lot, serial"))
        return [tuple(row) for row in rows]


def close(pat, parcel):
    do(pat, "pack.close", parcel_id=parcel["id"], weight_g=500, weight_confirmed=True)


def test_a_number_is_asked_before_the_piece_counts(house, pat):
    parcel = packing.opened(pat, tote_of(house, "O1", {"SHIP": 2}))
    line = parcel["lines"][0]
    assert (line["asks_serial"], line["asks_lot"]) == (True, False)
    before = packing.everything()
    asked = put(pat, parcel, "T-SHIP")
    assert asked["asks"] == {"what": "serial", "code": "T-SHIP", "qty": 1, "lot": ""}
    assert (asked["line"]["verified"], asked["complete"]) == (0, False)
    after = packing.everything()
    assert {name for name in after if after[name] != before[name]} == {"command"}
    assert put(pat, parcel, "T-SHIP", serial="X1")["line"]["verified"] == 1
    assert put(pat, parcel, "T-SHIP", serial="X2")["complete"]
    assert kept() == [("", "X1", 1), ("", "X2", 1)]


def test_a_number_goes_out_once(house, pat):
    parcel = packing.opened(pat, tote_of(house, "O1", {"SHIP": 2}))
    body = {"parcel_id": parcel["id"], "code": "T-SHIP"}
    put(pat, parcel, "T-SHIP", serial="X1")
    assert refused(pat, "pack.verify", **body, serial="X1") == "packing.serial_twice"
    assert refused(pat, "pack.verify", **body, serial="T-SHIP") == "packing.serial_needed"
    assert refused(pat, "pack.verify", **body, qty=2) == "packing.too_many"
    put(pat, parcel, "T-SHIP", serial="X2")
    close(pat, parcel)
    second = packing.opened(pat, tote_of(house, "O2", {"SHIP": 2}))
    body = {"parcel_id": second["id"], "code": "T-SHIP"}
    assert refused(pat, "pack.verify", **body, serial="X2") == "packing.serial_shipped"
    assert refused(pat, "pack.verify", **body, qty=2) == "packing.one_by_one"


def test_only_pieces_that_lie_in_the_tote_go_into_the_parcel(house, pat):
    parcel = packing.opened(pat, tote_of(house, "O1", {"MOVE": 2}, NUMBERS[:2]))
    body = {"parcel_id": parcel["id"], "code": "T-MOVE"}
    assert refused(pat, "pack.verify", **body, serial="M3") == "packing.serial_not_in_tote"
    assert put(pat, parcel, "T-MOVE", serial="M1")["line"]["verified"] == 1
    assert refused(pat, "pack.verify", **body, serial="M1") == "packing.serial_twice"
    assert put(pat, parcel, "M2")["complete"], "the number alone names the piece"
    assert kept() == [("L1", "M1", 1), ("L1", "M2", 1)]


def test_a_lot_is_asked_and_may_be_of_many_pieces(house, pat):
    parcel = packing.opened(pat, tote_of(house, "O1", {"LOT": 3}))
    assert put(pat, parcel, "T-LOT", qty=2)["asks"] == {"what": "lot", "code": "T-LOT", "qty": 2, "lot": ""}
    assert refused(pat, "pack.verify", parcel_id=parcel["id"], code="T-LOT", lot="T-LOT") == "packing.lot_needed"
    put(pat, parcel, "T-LOT", qty=2, lot="C7")
    assert put(pat, parcel, "T-LOT", lot="C7")["complete"]
    assert kept() == [("C7", "", 3)]


def test_a_label_says_lot_and_number_at_once(house, pat):
    parcel = packing.opened(pat, tote_of(house, "O1", {"BOTH": 2}))
    assert put(pat, parcel, f"01{GTIN}10C7{GS}21X1")["line"]["verified"] == 1
    assert put(pat, parcel, "T-BOTH")["asks"]["what"] == "lot"
    assert put(pat, parcel, "T-BOTH", lot="C8")["asks"] == {"what": "serial", "code": "T-BOTH", "qty": 1, "lot": "C8"}
    assert put(pat, parcel, "T-BOTH", lot="C8", serial="X2")["complete"]
    assert kept() == [("C7", "X1", 1), ("C8", "X2", 1)]


def test_starting_over_forgets_the_pieces(house, pat):
    parcel = packing.opened(pat, tote_of(house, "O1", {"SHIP": 1}))
    put(pat, parcel, "T-SHIP", serial="X1")
    do(pat, "pack.restart", parcel_id=parcel["id"])
    assert kept() == []
    assert put(pat, parcel, "T-SHIP", serial="X1")["complete"]


def test_the_orders_story_tells_which_pieces_went_out(house, pat):
    """Received with numbers and lot, picked, packed, handed over: the books agree, and the order names its pieces."""
    parcel = packing.opened(pat, tote_of(house, "O1", {"MOVE": 2, "SHIP": 1}, NUMBERS[:2]))
    for code, serial in (("T-MOVE", "M1"), ("T-MOVE", "M2"), ("T-SHIP", "X1")):
        put(pat, parcel, code, serial=serial)
    close(pat, parcel)
    floor.proved()
    with transaction() as session:
        packed, held = house.bins["PACKED"], session.execute(
            text("SELECT container_id, number FROM parcel WHERE id = :id"), {"id": parcel["id"]}
        ).one()
        stock.ship(house.id, {held.container_id: held.number}, from_bin_id=packed, actor_id=None)
    with transaction():
        told = story.order(house.id, story.find(house.id, "X1"))
        assert story.find(house.id, "M2") == told["id"]
    assert told["parcels"][0]["pieces"] == [
        {"sku": "MOVE", "lot": "L1", "serial": "M1", "qty": 1},
        {"sku": "MOVE", "lot": "L1", "serial": "M2", "qty": 1},
        {"sku": "SHIP", "lot": "", "serial": "X1", "qty": 1},
    ]
    shipped = [(move["lot"], move["serial"]) for move in told["moves"] if move["reason"] == "ship"]
    assert shipped == [("L1", "M1"), ("L1", "M2"), ("", "")]
    assert floor.value("SELECT count(*) FROM stock_serial WHERE code IN ('M1', 'M2') AND bin_id IS NULL") == 2
    floor.proved()
