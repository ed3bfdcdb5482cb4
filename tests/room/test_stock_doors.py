"""Changes of stock over HTTP: who may, what comes back, and that a repeat changes nothing."""
from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
import stock_floor as floor
from stock_floor import on_hand, proved, receive

from wms.access import service as access
from wms.access.models import Person
from wms.core.transaction import transaction
from wms.stock import service

ROOT = "/api/v1/stock"


@pytest.fixture
def house(app):
    house = floor.build()
    receive(
        house, house.goods("S1", "B1", 100, unit_cost=Decimal(10)), house.goods("S2", "B1", 20),
        house.goods("SER", "B1", 1, serials=("N1",)),
    )  # fmt: skip
    return house


@pytest.fixture
def ask(app, house):
    """Ask as someone with a post: `ask("supervisor", "post", "/moves", {...})` → (status, body)."""
    tokens: dict[str, str] = {}

    def asked(who: str, method: str, path: str, body=None, *, at=house, key=None):
        if (who, at.code) not in tokens:
            someone = floor.person(at, f"{who}-{at.code}", who.split("-")[0])
            with transaction() as session:
                person = session.get(Person, someone.person_id)
                tokens[who, at.code] = access.open_session(person, "test", warehouse_id=at.id)
        headers = {"Authorization": f"Bearer {tokens[who, at.code]}", **({"Idempotency-Key": key} if key else {})}
        reply = getattr(app.test_client(), method)(ROOT + path, json=body, headers=headers)
        return reply.status_code, reply.get_json()

    return asked


def goods(sku, bin, qty, **more):
    return {"sku": sku, "bin": bin, "qty": qty, **more}


def code(reply):
    return reply[1]["code"]


def test_goods_are_moved_once_however_often_it_is_asked(house, ask):
    body = {"goods": [goods("S1", "B1", 5), goods("SER", "B1", 1, serials=["N1"])], "to_bin": "B2"}
    key = str(uuid.uuid4())
    assert ask("picker", "post", "/moves", body, key=key) == (200, {"pieces": 6})
    assert ask("picker", "post", "/moves", body, key=key)[1]["pieces"] == 6
    assert on_hand(house, "S1", "B2") == 5
    assert floor.value("SELECT count(*) FROM stock_move WHERE command_id IS NOT NULL") == 2
    proved()


@pytest.mark.parametrize(
    ("refusal", "changed"),
    [
        ("stock.bad_quantity", {"goods": [goods("S1", "B1", 0)]}),
        ("stock.bad_quantity", {"goods": [goods("S1", "B1", -1)]}),
        ("stock.bad_quantity", {"goods": [goods("S1", "B1", 10**12)]}),
        ("core.invalid", {"goods": [goods("S1", "B1", 1.5)]}),
        ("core.invalid", {"goods": []}),
        ("stock.not_enough", {"goods": [goods("S1", "B1", 101)]}),
        ("catalog.unknown_sku", {"goods": [goods("S9", "B1", 1)]}),
        ("layout.unknown_bin", {"goods": [goods("S1", "B9", 1)]}),
        ("stock.unknown_container", {"goods": [goods("S1", "B1", 1, container="P9")]}),
        ("stock.unknown_owner", {"goods": [goods("S1", "B1", 1, owner="NOBODY")]}),
        ("stock.not_by_hand", {"to_bin": "SCRAP"}),
        ("stock.not_by_hand", {"to_bin": "STAGE"}),
        ("stock.bin_blocked", {"to_bin": "SHUT"}),
        ("stock.serials_needed", {"goods": [goods("SER", "B1", 1)]}),
        ("stock.serial_not_here", {"goods": [goods("SER", "B1", 1, serials=["N2"])]}),
    ],
)
def test_a_move_that_makes_no_sense_moves_nothing(house, ask, refusal, changed):
    ask("picker", "post", "/moves", {})
    before = floor.everything()
    reply = ask("picker", "post", "/moves", {"goods": [goods("S1", "B1", 1)], "to_bin": "B2", **changed})
    assert code(reply) == refusal
    assert "{" not in reply[1]["detail"].replace(str(reply[1]["params"]), "")
    assert floor.everything() == before


def test_a_container_moves_whole(house, ask):
    with transaction():
        pallet = service.ensure_container(house.id, "P1", "pallet")
    receive(house, house.goods("S3", "RECEIVE", 7, container_id=pallet))
    assert ask("receiver", "post", "/containers/moves", {"container": "P1", "to_bin": "BULK1"}) == (200, {"pieces": 7})
    again = ask("receiver", "post", "/containers/moves", {"container": "P1", "to_bin": "BULK1"})
    assert code(again) == "stock.same_place"
    ring = ask("receiver", "post", "/containers/moves", {"container": "P1", "to_bin": "BULK1", "into": "P1"})
    assert code(ring) == "stock.container_in_itself"
    proved()


def test_an_adjustment_of_much_value_needs_another_supervisor(house, ask):
    lost = {**goods("S1", "B1", -80), "reason": "stolen"}
    status, asked = ask("supervisor-1", "post", "/adjustments", lost)
    assert (status, asked["status"], asked["value"], asked["change"]) == (201, "asked", "800.0000", -80)
    (waiting,) = ask("receiver", "get", "/adjustments?status=asked")[1]["items"]
    assert (waiting["id"], waiting["reason"]) == (asked["id"], "stolen")
    assert code(ask("supervisor-1", "post", f"/adjustments/{asked['id']}/approve")) == "stock.second_person_needed"
    assert ask("receiver", "post", f"/adjustments/{asked['id']}/approve")[0] == 403
    assert on_hand(house, "S1", "B1") == 100
    status, done = ask("supervisor-2", "post", f"/adjustments/{asked['id']}/approve")
    assert (status, done["status"], done["decided_by"]) == (200, "done", "supervisor-2-W")
    assert on_hand(house, "S1", "B1") == 20
    assert code(ask("supervisor-2", "post", f"/adjustments/{asked['id']}/refuse")) == "core.illegal_move"
    proved()


def test_an_adjustment_needs_a_reason(house, ask):
    assert code(ask("receiver", "post", "/adjustments", goods("S1", "B1", -1))) == "stock.reason_needed"
    thrown = {**goods("S1", "B1", -1), "kind": "scrap", "reason": "broken"}
    assert ask("receiver", "post", "/adjustments", thrown)[1]["status"] == "done"
    assert ask("picker", "post", "/adjustments", thrown)[0] == 403


def test_kits_and_conversions(house, ask):
    kit = {"kit": goods("KIT", "B2", 3), "components": [goods("S1", "B1", 6), goods("S2", "B1", 3)]}
    assert ask("receiver", "post", "/assemble", kit) == (200, {"kits": 3})
    assert ask("receiver", "post", "/disassemble", kit) == (200, {"kits": 3})
    cut = {"taken": [goods("S1", "B1", 1)], "made": [goods("S3", "B1", 2)], "reason": "cut"}
    assert ask("supervisor", "post", "/convert", cut) == (200, {"taken": 1, "made": 2})
    assert code(ask("supervisor", "post", "/convert", {**cut, "reason": ""})) == "stock.reason_needed"
    proved()


def test_a_transfer_goes_from_door_to_door(house, ask):
    other = house.other
    status, made = ask("supervisor", "post", "/transfers", {"to": "V", "goods": [goods("S1", "B1", 10)]})
    assert (status, made["status"], made["to"]) == (201, "draft", "V")
    (held,) = ask("clerk", "get", "/holds?origin=transfer")[1]["items"]
    assert (held["qty"], held["bin"]) == (10, "B1")
    assert made["number"] in held["explained"]
    path = f"/transfers/{made['id']}"
    assert ask("supervisor", "post", f"{path}/ship", {})[1]["lines"][0]["in_transit"] == 10
    (coming,) = ask("receiver", "get", "/transfers?direction=in&status=in_transit", at=other)[1]["items"]
    assert coming["number"] == made["number"]
    over = {"goods": [goods("S1", "B1", 11)], "allow_over": True}
    assert ask("receiver", "post", f"{path}/arrive", over, at=other)[0] == 403
    assert ask("receiver", "post", f"{path}/arrive", {"goods": [goods("S1", "B1", 9)]}, at=other)[0] == 200
    assert ask("supervisor", "post", f"{path}/finish", at=other)[1]["status"] == "received"
    assert ask("supervisor", "post", f"{path}/cancel")[0] == 409
    proved()


def test_stock_is_set_aside_by_hand_and_let_go(house, ask):
    status, made = ask("supervisor", "post", "/holds", {"goods": [goods("S1", "B1", 4)], "reference": "photo"})
    assert (status, len(made["holds"])) == (201, 1)
    (held,) = ask("picker", "get", "/holds?sku=S1")[1]["items"]
    assert held["explained"] == "Set aside by hand: photo."
    assert ask("supervisor", "post", "/holds/release", {"reference": "photo"}) == (200, {"pieces": 4})
    assert ask("picker", "get", "/holds")[1]["items"] == []
    proved()
