"""One reader for every code: what a scan says, and how it says no."""
from __future__ import annotations

from datetime import date

import pytest
from import_samples import warehouse

from wms.access import service as access
from wms.catalog import service
from wms.catalog.models import Barcode, Packaging
from wms.catalog.service import SkuFacts, read, resolve
from wms.core.clock import now
from wms.core.error import WmsError
from wms.stock import service as stock
from wms.stock.models import Lot, Serial

ITEM, CASE, NOBODY = "6901234567892", "16901234567899", "4006381333931"
SSCC = "106901234500000010"
GS = "\x1d"


@pytest.fixture
def house(app, tx):
    house = warehouse()
    with tx() as session:
        service.put_skus([SkuFacts("S1", "Apple", barcodes=(ITEM,)), SkuFacts("S2", "Pear", barcodes=("6902",))])
        sku = service.sku_ids(["S1"])["S1"]
        case = Packaging(sku_id=sku, code="case", qty=12)
        session.add(case)
        session.flush()
        session.add(Barcode(code=CASE, sku_id=sku, packaging_id=case.id))
    return house


def refused(code, house, *kinds):
    with pytest.raises(WmsError) as refusal:
        read(code, house, *kinds)
    return refusal.value


def test_a_label_gives_goods_lot_dates_and_serial_at_once(tx, house):
    with tx():
        scan = read(f"]C1010{ITEM}1726123110L1{GS}21S9", house, "sku", "pack")
        assert (scan.kind, scan.found.code, scan.qty) == ("sku", "S1", 1)
        assert (scan.lot, scan.serial, scan.expires_on, scan.lot_uncertain) == ("L1", "S9", date(2026, 12, 31), False)


@pytest.mark.parametrize("code", [ITEM, "0" + ITEM, f"(01)0{ITEM}", f"]E0{ITEM}"])
def test_every_length_of_a_number_finds_the_item(tx, house, code):
    with tx():
        assert read(code, house, "sku").found.code == "S1"


def test_a_pack_brings_its_pieces(tx, house):
    with tx():
        scan = read(CASE, house, "sku", "pack")
        assert (scan.kind, scan.found.code, scan.pack_qty, scan.qty) == ("pack", "S1", 12, 12)
        assert scan.sku_id == service.sku_ids(["S1"])["S1"]
        three = read(f"02{CASE}373", house, "pack")
        assert (three.count, three.qty, three.packaging_id) == (3, 36, scan.packaging_id)
        no = refused(CASE, house, "sku")
        assert (no.code, no.params["label"]) == ("catalog.expected_piece", "Apple × 12")
        assert refused(ITEM, house, "pack").code == "catalog.expected_pack"


def test_a_lot_that_a_missing_separator_hides_is_not_guessed(tx, house):
    with tx():
        scan = read(f"010{ITEM}10L117261231", house, "sku", "pack")
        assert (scan.found.code, scan.lot, scan.lot_uncertain, scan.expires_on) == ("S1", "", True, None)
        assert scan.doubtful == "L117261231"


def test_a_pallet_is_found_by_its_number_or_is_new(tx, house):
    with tx():
        new = read(f"00{SSCC}", house, "container")
        assert (new.kind, new.sscc, new.container_id) == ("container", SSCC, None)
        assert refused(f"00{SSCC}", house, "bin").code == "catalog.unknown_sscc"
        with_goods = read(f"]C100{SSCC}02{CASE}374{GS}10L1", house)
        assert (with_goods.kind, with_goods.qty, with_goods.sscc, with_goods.lot) == ("pack", 48, SSCC, "L1")
        pallet = stock.ensure_container(house, SSCC, "pallet")
        for form in (SSCC, f"00{SSCC}", f"(00){SSCC}", f"]C100{SSCC}"):
            assert read(form, house, "container").container_id == pallet
        assert read(SSCC, house, "pallet").kind == "pallet"
        known = read(f"]C100{SSCC}02{CASE}374", house, "sku", "pack")
        assert (known.found.kind, known.container_id) == ("pack", pallet)
        assert read(f"]C100{SSCC}02{CASE}374", house, "container").found.kind == "pallet"
        assert resolve(SSCC, house, "container").kind == "pallet"
        assert refused(SSCC, house, "bin").code == "catalog.expected_bin"


def test_the_second_label_of_a_carton_says_lot_and_dates_alone(tx, house):
    with tx():
        scan = read("(17)261231(10)L1", house, "lot", "sku")
        assert (scan.kind, scan.found, scan.lot, scan.expires_on) == ("lot", None, "L1", date(2026, 12, 31))
        assert refused("(17)261231(10)L1", house, "sku").code == "catalog.expected_sku"


def test_lots_serials_and_badges_are_found(tx, house):
    with tx() as session:
        sku = service.sku_ids(["S1"])["S1"]
        session.add(Lot(sku_id=sku, code="L-7", received_at=now()))
        session.add(Serial(warehouse_id=house, sku_id=sku, code="SN-7", seen_at=now()))
        access.add_person("B77", "Ann", access.hash_pin("123456"), house, ["picker"], "en")
        session.flush()
        assert (read("L-7", house).kind, read("L-7", house).sku_id) == ("lot", sku)
        assert (read("SN-7", house, "serial").kind, read("SN-7", house).sku_id) == ("serial", sku)
        assert read("B77", house).found.label == "Ann"
        for other in ("SN-7", "B77"):
            assert refused(other, house + 1).code == "catalog.unknown_code"
        assert refused("L-7", house, "sku").code == "catalog.expected_sku"


def test_what_carries_one_code_is_named_in_the_readers_language(tx, house):
    with tx() as session:
        session.add(Lot(sku_id=service.sku_ids(["S2"])["S2"], code="S1", received_at=now()))
        session.flush()
        no = refused("S1", house)
    assert no.code == "catalog.ambiguous_code"
    assert "item Apple, lot Pear S1" in no.text("en") or "lot Pear S1, item Apple" in no.text("en")
    assert "商品 Apple" in no.text("zh_Hans")
    assert "、" in no.text("zh_Hant")


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("", "catalog.unknown_code"),
        (GS, "catalog.unknown_code"),
        ("]C1", "catalog.bad_label"),
        ("(01)", "catalog.bad_label"),
        (f"(01)0{NOBODY}(10)L", "catalog.unknown_gtin"),
        (f"010{NOBODY}10L", "catalog.unknown_gtin"),
        ("]C10106901234567893", "catalog.bad_label"),
        (f"(01)0{ITEM}(17)261301", "catalog.bad_label"),
        ("0" * 200, "catalog.unknown_code"),
        ("'; DROP TABLE sku; --", "catalog.unknown_code"),
        ("%", "catalog.unknown_code"),
        ("٠١٢٣٤٥٦٧٨٩٠١٢", "catalog.unknown_code"),
        ("]C1" + "(" * 190, "catalog.bad_label"),
        ("(01)" * 50, "catalog.bad_label"),
    ],
)
def test_hostile_codes_are_answered(tx, house, code, answer):
    with tx():
        no = refused(code, house)
        assert no.code == answer
        assert "{" not in no.text("zh_Hans")
