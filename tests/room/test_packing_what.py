"""Anything may be scanned at a packing station: it opens what it stands for, or is told what it is and what to do."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
import pytest
from packing_floor import opened, packed, refused, verified
from picking_floor import ask, do, value
from test_interception import stop

from wms.core.transaction import transaction
from wms.packing import cartons
from wms.packing.cartons import CartonFacts
from wms.stock import service as stock


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def pat(house):
    return tables.packer(house)


def what(actor, code):
    """What is said of a code, with nothing moved."""
    before = tables.everything()
    reply = do(actor, "pack.what", code=code)
    assert tables.everything() == before
    assert "{" not in reply["message"]["text"], reply["message"]
    return reply["data"]["what"] | {"code_said": reply["message"]["code"]}


def test_an_order_or_its_parcel_stands_for_its_tote(house, pat):
    totes = tables.picked(house, {"O1": {"S1": 2}, "O2": {"S2": 1}})
    by_order = opened(pat, "O1")
    assert (by_order["order"]["number"], by_order["totes"]) == ("O1", [totes["O1"]])
    assert opened(pat, by_order["number"])["id"] == by_order["id"]
    quin = tables.packer(house, "Quin", "PACK-2")
    assert refused(quin, "pack.open", code="O1") == "packing.open_elsewhere"
    assert refused(quin, "pack.open", code=by_order["number"]) == "packing.open_elsewhere"
    do(pat, "pack.put_off", parcel_id=by_order["id"], reason="damaged")
    assert what(pat, by_order["number"])["say"] == "parcel_aside"
    assert opened(quin, by_order["number"])["id"] == by_order["id"]


def test_what_does_not_wait_to_be_packed_is_not_opened_and_told(house, pat):
    floor.order(house, "O1", {"S1": 1})
    assert refused(pat, "pack.open", code="O1") == "packing.not_a_tote"
    assert what(pat, "O1")["say"] == "order_not_begun"
    totes = tables.picked(house, {"O2": {"S2": 1}, "O3": {"S3": 1}})
    waiting = what(pat, "O2")
    assert (waiting["say"], waiting["totes"], waiting["parcels"]) == ("order_picked", [totes["O2"]], [])
    stop(house, "O2")
    assert what(pat, "O2")["say"] == "order_stopped"
    done = packed(pat, totes["O3"])
    assert refused(pat, "pack.open", code="O3") == "packing.not_a_tote"
    told = what(pat, "O3")
    assert (told["say"], [each["number"] for each in told["parcels"]]) == ("order_packed", [done["number"]])


def test_a_parcel_or_a_waybill_shows_its_evidence(house, pat):
    totes = tables.picked(house, {"O1": {"S1": 2}, "O2": {"S2": 1}})
    begun = verified(pat, totes["O1"])
    quin = tables.packer(house, "Quin", "PACK-2")
    assert [what(who, begun["number"])["say"] for who in (pat, quin)] == ["parcel_open_here", "parcel_open"]
    packed(quin, totes["O2"])
    for code in ("number", "waybill"):
        told = what(pat, value(f"SELECT {code} FROM parcel WHERE status = 'closed'"))
        assert (told["kind"], told["say"], told["order"]) == ("parcel", "parcel_closed", "O2")
        assert (told["packed_by"], told["lines"][0]["verified"]) == ("Quin", 1)
    with transaction() as session:
        session.execute(floor.text("UPDATE parcel SET status = 'void' WHERE status = 'closed'"))
    assert what(pat, value("SELECT waybill FROM parcel WHERE status = 'void'"))["say"] == "parcel_void"


def test_everything_else_is_named_with_what_to_do(house, pat):
    totes = tables.picked(house, {"O1": {"S1": 2}})
    with transaction() as session:
        cartons.put(house.id, [CartonFacts("BOX-M", 300, 200, 150, 120)])
        stock.ensure_container(house.id, "PAL-1", "pallet")
        badge = session.execute(floor.text("SELECT badge FROM person ORDER BY id LIMIT 1")).scalar_one()
    lies = what(pat, "S1")
    assert (lies["say"], lies["totes"]) == ("item_waits", [totes["O1"]])
    said = {code: what(pat, code)["say"] for code in ("S2", "A1-1", "BOX-M", "C1", badge, "PACK-1", "PAL-1")}
    assert list(said.values()) == ["item", "bin", "carton", "cart", "person", "station", "container"]
    assert what(pat, totes["O1"])["say"] == "tote"
    assert refused(pat, "pack.what", code="NOBODY-KNOWS") == "packing.what_unknown"
    for code in said:
        assert ask(pat, "pack.open", code=code)["message"]["code"] == "packing.not_a_tote"


def test_another_warehouse_is_nothing_here(house, pat):
    totes = tables.picked(house, {"O1": {"S1": 2}})
    parcel = opened(pat, totes["O1"])
    there = floor.build(mark="X")
    stranger = tables.packer(there, "Zoe", "PACK-9")
    for code in ("O1", parcel["number"]):
        assert refused(stranger, "pack.what", code=code) == "packing.what_unknown"
