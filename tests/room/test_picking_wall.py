"""The put wall: pieces out of bulk totes find their orders, whoever sorts and whatever happens meanwhile."""
from __future__ import annotations

import uuid

import packing_floor as tables
import picking_floor as floor
import pytest
import wall_floor as wall
from picking_floor import do
from wall_floor import lies, processing, put, refused


@pytest.fixture
def house(app):
    return wall.build()


@pytest.fixture
def sam(house):
    return floor.person(house, "Sam")


ORDERS = {"O1": {"S1": 1, "S2": 2}, "O2": {"S1": 2}, "O3": {"S2": 1, "S3": 1}}


@pytest.fixture
def tote(house):
    wall.picked(house, ORDERS)
    return "T1"


def stop_order(number, how="held"):
    with floor.transaction() as session:
        session.execute(
            floor.text("UPDATE sales_order SET confirmation = :how WHERE number = :number"),
            {"how": how, "number": number},
        )


def test_pieces_go_to_the_earliest_promise_first_and_an_order_that_is_together_can_be_packed(house, sam, tote):
    opened = do(sam, "wall.tote", code=tote)
    assert (opened["next"], opened["data"]["tote"]["left"]) == ("wall_item", 7)
    first = do(sam, "wall.item", code="S1")
    assert (first["next"], first["data"]["put"]["order"], first["data"]["put"]["slot"]) == ("wall_put", "O1", 1)
    assert lies("W1-01") == 0  # nothing has moved while it is shown
    assert do(sam, "wall.put", code="W1-01")["next"] == "wall_item"
    assert (lies("W1-01"), lies(tote), processing("O1")) == (1, 6, "picking")
    reply = put(sam, "S2", qty=2)
    assert (reply["message"]["code"], processing("O1")) == ("picking.wall_complete", "picked")
    states = {each["nr"]: each["state"] for each in reply["data"]["slots"]}
    assert states == {0: "aside", 1: "ready", 2: "free", 3: "free", 4: "free"}
    assert put(sam, "S1", qty=2)["message"]["code"] == "picking.wall_complete"
    for item in ("S2", "S3"):
        last = put(sam, item)
    assert (last["next"], last["data"]["tote"], lies(tote)) == ("wall_tote", None, 0)
    pat = tables.packer(house)
    for slot in ("W1-01", "W1-02", "W1-03"):
        tables.packed(pat, slot)
    assert [processing(number) for number in ORDERS] == ["packed"] * 3
    state = do(sam, "wall.state")["data"]
    assert {each["state"] for each in state["slots"]} == {"free", "aside"}
    assert floor.value("SELECT count(*) FROM pick_tote WHERE in_use") == 0
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)
