"""Several parcels for one order: a carton is full, and what is left in the tote goes into the next."""
from __future__ import annotations

import uuid

import packing_floor as tables
import picking_floor as floor
import pytest
from packing_floor import opened, refused
from picking_floor import ask, do, value
from test_interception import let_on, stop
from test_locks import deadlocks, meet
from test_tracking_parcels import close, put, tote_of
from test_tracking_parcels import house as tracked  # noqa: F401 - a fixture
from test_wave_life import order_of, put_all_back

from wms.access import service as access
from wms.access.models import Person
from wms.core.transaction import transaction


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def pat(house):
    return tables.packer(house)


@pytest.fixture
def tote(house):
    return tables.picked(house, {"O1": {"S1": 2, "S3": 1}})["O1"]


def first_carton(pat, tote):
    """One piece of S1 is in the first carton, and it is full."""
    parcel = opened(pat, tote)
    do(pat, "pack.verify", parcel_id=parcel["id"], code=parcel["lines"][0]["sku"]["barcodes"][0], qty=1)
    return do(pat, "pack.split", parcel_id=parcel["id"])["data"]["parcel"]


def fill(pat, parcel):
    for line in parcel["lines"]:
        left = line["qty"] - line["verified"]
        if left:
            do(pat, "pack.verify", parcel_id=parcel["id"], code=line["sku"]["barcodes"][0], qty=left)


def closed(pat, parcel):
    return do(pat, "pack.close", parcel_id=parcel["id"], weight_g=parcel["expected_g"], source="scale")


def contents(parcel):
    return [(line["sku"]["code"], line["verified"], line["qty"]) for line in parcel["lines"]]


def lying(code):
    lies = "SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b JOIN container c ON c.id = b.container_id"
    return value(f"{lies} WHERE c.code = :code", code=code)


def labels():
    with transaction() as session:
        data = "data ->> 'parcel_index', data ->> 'parcel_count'"
        rows = session.execute(floor.text(f"SELECT {data} FROM print_job WHERE document = 'waybill' ORDER BY id"))
        return ["/".join(row) for row in rows]


def test_an_order_leaves_in_two_parcels(app, house, pat, tote):
    first = first_carton(pat, tote)
    assert (contents(first), first["ordinal"], first["rest"], first["complete"]) == ([("S1", 1, 1)], 1, 2, True)
    assert first["expected_g"] == 180  # of what is in it, not of the order
    code = {line["sku"]["code"]: line["sku"]["barcodes"][0] for line in first["lines"]}["S1"]
    assert refused(pat, "pack.verify", parcel_id=first["id"], code=code) == "packing.too_many"
    assert do(pat, "pack.close", parcel_id=first["id"], weight_g=900)["message"]["code"] == "packing.weight_off"
    reply = closed(pat, first)
    assert (reply["next"], reply["message"]["code"]) == ("pack_verify", "packing.closed_one")
    done, second = reply["data"]["closed"], reply["data"]["parcel"]
    assert done["waybill"]
    assert (contents(second), second["ordinal"], second["rest"]) == ([("S1", 0, 1), ("S3", 0, 1)], 2, 0)
    assert (lying(done["number"]), lying(tote), order_of("O1", "processing")) == (1, 2, ("picked",))
    assert opened(pat, tote)["number"] == second["number"]
    assert do(pat, "pack.state")["data"]["parcel"]["number"] == second["number"]
    driver = floor.person(house, "Dan", "packer")
    assert refused(driver, "load.scan", code=done["number"]) == "shipping.order_not_packed"
    floor.proved()
    fill(pat, second)
    last = closed(pat, second)
    assert (last["next"], last["data"]["parcel"]["number"]) == ("pack_home", second["number"])
    assert (lying(second["number"]), lying(tote), order_of("O1", "processing")) == (2, 0, ("packed",))
    assert value("SELECT in_use FROM pick_tote WHERE order_id = :id", id=house.orders["O1"]) is False
    assert labels() == ["1/0", "2/2"]  # how many they are is known with the last
    assert value("SELECT count(DISTINCT number) FROM waybill WHERE status = 'issued'") == 2
    with transaction() as session:
        token = access.open_session(session.query(Person).filter_by(badge="B-Pat").one(), "test")
    rows = app.test_client().get("/api/v1/parcels?order=O1", headers={"Authorization": f"Bearer {token}"}).json
    assert [(row["number"], row["ordinal"], row["parcels"]) for row in rows] == [
        (done["number"], 1, 2), (second["number"], 2, 2),
    ]  # fmt: skip
    leave_together(house, driver, done["number"], second["number"])


def leave_together(house, driver, first, second):
    do(driver, "load.scan", code=first)
    manifest = value("SELECT id FROM manifest")
    assert refused(driver, "load.close", manifest_id=manifest) == "shipping.left_behind"
    do(driver, "load.scan", code=second)
    do(driver, "load.close", manifest_id=manifest)
    assert order_of("O1", "shipping") == ("shipped",)
    floor.proved()


def test_three_cartons_of_one_order(house, pat, tote):
    parcel = first_carton(pat, tote)
    parcel = closed(pat, parcel)["data"]["parcel"]
    do(pat, "pack.verify", parcel_id=parcel["id"], code=parcel["lines"][1]["sku"]["barcodes"][0], qty=1)
    parcel = do(pat, "pack.split", parcel_id=parcel["id"])["data"]["parcel"]
    assert (contents(parcel), parcel["ordinal"], parcel["rest"]) == ([("S3", 1, 1)], 2, 1)
    parcel = closed(pat, parcel)["data"]["parcel"]
    assert (contents(parcel), parcel["ordinal"]) == ([("S1", 0, 1)], 3)
    fill(pat, parcel)
    closed(pat, parcel)
    assert labels() == ["1/0", "2/0", "3/3"]
    floor.proved()


def test_what_was_split_off_comes_back_with_a_restart(pat, tote):
    parcel = opened(pat, tote)
    assert refused(pat, "pack.split", parcel_id=parcel["id"]) == "packing.nothing_in"
    fill(pat, parcel)
    assert refused(pat, "pack.split", parcel_id=parcel["id"]) == "packing.all_in"
    do(pat, "pack.restart", parcel_id=parcel["id"])
    assert first_carton(pat, tote)["rest"] == 2
    assert refused(pat, "pack.split", parcel_id=parcel["id"]) == "packing.all_in"
    again = do(pat, "pack.restart", parcel_id=parcel["id"])["data"]["parcel"]
    assert (contents(again), again["rest"], again["expected_g"]) == ([("S1", 0, 2), ("S3", 0, 1)], 0, 380)
    fill(pat, again)
    assert closed(pat, again)["next"] == "pack_home"
    assert labels() == ["1/1"]


def test_commands_that_come_again_do_nothing_again(house, pat, tote):
    parcel = opened(pat, tote)
    do(pat, "pack.verify", parcel_id=parcel["id"], code=parcel["lines"][0]["sku"]["barcodes"][0], qty=1)
    split = {"command_id": str(uuid.uuid4()), "parcel_id": parcel["id"]}
    shut = {"command_id": str(uuid.uuid4()), "parcel_id": parcel["id"], "weight_g": 180, "source": "typed"}
    for name, body in (("pack.split", split), ("pack.close", shut)):
        first, second = do(pat, name, **body), do(pat, name, **body)
        assert second["replayed"]
        assert first["data"] == second["data"]
    assert refused(pat, "pack.close", parcel_id=parcel["id"], weight_g=180) == "packing.not_open"
    assert value("SELECT array_agg(status ORDER BY id) FROM parcel") == ["closed", "open"]
    assert labels() == ["1/0"]
    floor.proved()


def test_a_close_that_fails_leaves_the_carton_as_it_was(pat, tote):
    """Whatever ends it between the move of the goods and the commit: here a carrier that nobody knows."""
    parcel = first_carton(pat, tote)
    change = "UPDATE sales_order SET carrier = :carrier"
    with transaction() as session:
        session.execute(floor.text(change), {"carrier": "nobody"})
    assert refused(pat, "pack.close", parcel_id=parcel["id"], weight_g=180) == "shipping.unknown_carrier"
    with transaction() as session:
        session.execute(floor.text(change), {"carrier": "own_fleet"})
    second = closed(pat, parcel)["data"]["parcel"]
    fill(pat, second)
    closed(pat, second)
    assert (lying(parcel["number"]), lying(second["number"])) == (1, 2)
    floor.proved()


def test_an_order_stopped_between_two_parcels_goes_back_whole(house, pat, tote):
    first = first_carton(pat, tote)
    second = closed(pat, first)["data"]["parcel"]
    stop(house, "O1", "cancel")
    code = second["lines"][0]["sku"]["barcodes"][0]
    for name, body in (("pack.verify", {"code": code}), ("pack.split", {}), ("pack.scale", {}),
                       ("pack.close", {"weight_g": 280})):  # fmt: skip
        assert refused(pat, name, parcel_id=second["id"], **body) == "packing.order_stopped"
    anna = floor.person(house, "Anna")
    put_all_back(anna, tote)
    assert value("SELECT array_agg(status ORDER BY id) FROM parcel") == ["void", "void"]
    assert value("SELECT status FROM waybill") == "void"
    put_all_back(anna, first["number"])
    assert order_of("O1", "processing", "confirmation") == ("waiting", "cancelled")
    assert value("SELECT sum(on_hand) FROM stock_balance WHERE bin_id = :b", b=house.bins["A1-1"]) == 50
    report = floor.proved()
    assert (report.held, report.promised) == (0, 0)


def test_an_order_let_on_between_two_parcels_goes_on(house, pat, tote):
    second = closed(pat, first_carton(pat, tote))["data"]["parcel"]
    stop(house, "O1")
    let_on(house, "O1")
    fill(pat, second)
    assert closed(pat, second)["next"] == "pack_home"
    driver = floor.person(house, "Dan", "packer")
    first = value("SELECT number FROM parcel WHERE ordinal = 1")
    do(driver, "load.scan", code=second["number"])
    stop(house, "O1")
    assert refused(driver, "load.scan", code=first) == "shipping.order_stopped"
    assert value("SELECT count(*) FROM put_back WHERE status = 'open'") == 2
    floor.proved()


def test_the_next_carton_stays_at_its_table_until_a_supervisor_takes_it(app, house, pat, tote):
    boss = tables.packer(house, "Rae", "PACK-2", "supervisor")
    quin = tables.packer(house, "Quin", "PACK-3")
    first = first_carton(pat, tote)
    replies = meet(
        app, f"SELECT 1 FROM parcel WHERE id = {first['id']} FOR UPDATE",
        lambda: ask(pat, "pack.close", parcel_id=first["id"], weight_g=180, source="scale"),
        lambda: ask(boss, "pack.open", code=tote),
    )  # fmt: skip
    assert [reply["ok"] for reply in replies] == [True, True], replies
    second = replies[1]["data"]["parcel"]
    assert second["number"] == replies[0]["data"]["parcel"]["number"] != first["number"]
    assert refused(quin, "pack.open", code=tote) == "packing.open_elsewhere"
    assert refused(pat, "pack.split", parcel_id=second["id"]) == "packing.open_elsewhere"
    assert deadlocks() == 0
    fill(boss, second)
    closed(boss, second)
    floor.proved()


def test_a_close_and_a_stop_meet(app, house, pat, tote):
    first = first_carton(pat, tote)
    replies = meet(
        app, f"SELECT 1 FROM sales_order WHERE id = {house.orders['O1']} FOR UPDATE",
        lambda: ask(house.boss, "order.intercept", order_id=house.orders["O1"], want="cancel", why="x"),
        lambda: ask(pat, "pack.close", parcel_id=first["id"], weight_g=180, source="scale"),
    )  # fmt: skip
    assert [reply["ok"] for reply in replies] == [True, False], replies
    assert replies[1]["message"]["code"] == "packing.order_stopped"
    assert deadlocks() == 0
    assert (lying(tote), labels()) == (3, [])
    put_all_back(floor.person(house, "Anna"), tote)
    floor.proved()


def test_numbered_pieces_and_lots_go_into_the_carton_they_were_scanned_into(tracked):  # noqa: F811
    pat = tables.packer(tracked)
    tote = tote_of(tracked, "O1", {"MOVE": 2, "LOT": 3}, ("M1", "M2"))
    parcel = opened(pat, tote)
    put(pat, parcel, "T-MOVE", serial="M2")
    put(pat, parcel, "T-LOT", qty=2, lot="C7")
    parcel = do(pat, "pack.split", parcel_id=parcel["id"])["data"]["parcel"]
    assert sorted(contents(parcel)) == [("LOT", 2, 2), ("MOVE", 1, 1)]
    following = do(pat, "pack.close", parcel_id=parcel["id"], weight_g=500, weight_confirmed=True)["data"]["parcel"]
    where = "SELECT c.code FROM stock_serial s JOIN container c ON c.id = s.container_id WHERE s.code = :serial"
    assert [value(where, serial=serial) for serial in ("M1", "M2")] == [tote, parcel["number"]]
    assert refused(pat, "pack.verify", parcel_id=following["id"], code="T-MOVE", serial="M2") == (
        "packing.serial_not_in_tote"
    )
    put(pat, following, "T-MOVE", serial="M1")
    put(pat, following, "T-LOT", lot="C8")
    close(pat, following)
    assert value("SELECT array_agg(qty ORDER BY parcel_id, lot) FROM parcel_trace WHERE lot LIKE 'C%'") == [2, 1]
    floor.proved()


@pytest.fixture
def half(house):
    """A wave of two orders, of which one is picked: (what the supervisor pulls, its tote)."""
    for number in ("O1", "O2"):
        floor.order(house, number, {"S1": 2, "S3": 1})
    wave = floor.wave(house, totes_per_cart=1)
    ann = floor.person(house, "Ann")
    task = floor.start(ann)
    floor.pick_all(ann, task)
    return {"wave_id": wave["id"], "order_ids": [house.orders[task["slots"][0]["order"]]]}, "T1"


def test_an_order_that_leaves_its_wave_is_verified_anew(house, pat, half):
    pull, tote = half
    parcel = tables.verified(pat, tote)
    do(house.boss, "wave.pull", **pull)
    assert refused(pat, "pack.close", parcel_id=parcel["id"], weight_g=parcel["expected_g"]) == "packing.not_open"
    assert value("SELECT array_agg(status) FROM parcel") == ["void"]


def test_an_order_with_a_closed_parcel_does_not_leave_its_wave(house, pat, half):
    pull, tote = half
    closed(pat, first_carton(pat, tote))
    assert refused(house.boss, "wave.pull", **pull) == "packing.part_packed"
