"""Packs and labels of every form at picking and packing: a case is not a piece."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
import pytest
from picking_floor import do, refused

from wms.catalog import service as catalog
from wms.catalog.service import Pack, PackFacts, SkuFacts

ITEM, CASE = "6901234567892", "16901234567899"


@pytest.fixture
def house(app, tx):
    """`S1` has a barcode of its own, and cases of 3."""
    house = floor.build()
    with tx():
        catalog.put_skus([SkuFacts("S1", "Thing 1", 100, barcodes=(ITEM,))], ["weight_g"])
        catalog.put_packs([PackFacts("S1", Pack("case", 3, barcodes=(CASE,)))])
    return house


def test_a_case_is_no_piece_for_a_picker(house):
    floor.order(house, "O1", {"S1": 3})
    floor.wave(house)
    picker = floor.person(house, "Pia")
    task = floor.start(picker)
    (line,) = task["lines"]
    assert CASE not in line["sku"]["barcodes"]
    assert refused(picker, "pick.confirm", **floor.scans(task, line, item=CASE)) == "picking.not_an_item.pack"
    assert refused(picker, "pick.confirm", **floor.scans(task, line, bin=CASE)) == "picking.not_a_bin.pack"
    assert refused(picker, "pick.confirm", **floor.scans(task, line, tote=CASE)) == "picking.not_a_tote.pack"
    label = f"]C1010{ITEM}10L1\x1d17261231"  # the item's GS1 label is as good as its plain barcode
    assert do(picker, "pick.confirm", **floor.scans(task, line, item=label))["data"]["line"]["status"] == "picked"
    floor.proved()


def test_a_case_counts_its_pieces_at_packing(house):
    totes = tables.picked(house, {"O1": {"S1": 7}})
    packer = tables.packer(house)
    parcel = tables.opened(packer, totes["O1"])
    counted = do(packer, "pack.verify", parcel_id=parcel["id"], code=CASE, qty=2)["data"]
    assert counted["line"]["verified"] == 6
    too_many = refused(packer, "pack.verify", parcel_id=parcel["id"], code=f"01{CASE}10L1", qty=1)
    assert too_many == "packing.too_many"
    last = do(packer, "pack.verify", parcel_id=parcel["id"], code=f"(01)0{ITEM}(10)L1", qty=1)["data"]
    assert (last["line"]["verified"], last["complete"]) == (7, True)
