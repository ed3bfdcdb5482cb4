"""Orders with the same content: a sample is verified, and the others' waybills print in runs."""
from __future__ import annotations

import uuid

import packing_floor as tables
import picking_floor as floor
import pytest
import wall_floor as wall
from packing_floor import refused
from picking_floor import do
from print_table import add_printer, came_out, dispatching, until
from wall_floor import lies, processing

from printers.virtual import VirtualPrinter, read_labels

HIT = {"S1": 1, "S2": 2}
PARCELS = """
    SELECT array_agg(o.number ORDER BY p.id) FROM parcel p JOIN sales_order o ON o.id = p.order_id
    WHERE p.status = 'closed'
"""


@pytest.fixture
def house(app):
    return wall.build(slots=0)


@pytest.fixture
def pat(house):
    return tables.packer(house)


def hits(house, count, lines=HIT):
    """So many orders with the same content in one tote; earlier ones are promised earlier."""
    for n in range(1, count + 1):
        floor.order(house, f"O{n}", lines, hours=24 + n)
    wall.release(house, "same", count)
    picker = floor.person(house, "Picker")
    wall.pick_all(picker, wall.start(picker), "T1")


def proved(packer, tote="T1", code="S1"):
    """The tote is on the table and its sample is closed; returns the group."""
    do(packer, "pack.open", code=tote)
    close(packer, do(packer, "batch.item", code=code)["data"]["parcel"])
    (group,) = do(packer, "batch.state")["data"]["batch"]["groups"]
    return group


def close(packer, parcel):
    for line in parcel["lines"]:
        if line["qty"] > line["verified"]:
            left = line["qty"] - line["verified"]
            do(packer, "pack.verify", parcel_id=parcel["id"], code=line["sku"]["code"], qty=left)
    done = do(packer, "pack.close", parcel_id=parcel["id"], weight_g=parcel["expected_g"], source="scale")
    assert done["message"]["code"] == "packing.closed"


def run(packer, content, count=None):
    return do(packer, "batch.run", content=content, count=count)


def test_only_orders_with_enough_others_like_them_go_into_such_a_wave(house):
    for number, lines in {"A1": HIT, "B1": {"S3": 1}, "A2": HIT, "A3": HIT, "C1": {"S4": 2}, "C2": {"S4": 2}}.items():
        floor.order(house, number, lines)
    asked = {"max_orders": 9, "totes_per_cart": 9, "method": "same"}
    seen = do(house.boss, "wave.preview", **asked)["data"]
    assert (seen["orders"], seen["left_out"]) == (5, [{"reason": "too_few_alike", "count": 1}])
    seen = do(house.boss, "wave.preview", **asked, alike=3)["data"]
    assert (seen["orders"], seen["left_out"]) == (3, [{"reason": "too_few_alike", "count": 3}])


def test_after_a_sample_the_others_are_printed_in_a_run_that_is_gone_on_with(house, pat):
    hits(house, 14)
    assert [each["method"] for each in do(pat, "pack.state")["data"]["waiting_batches"]] == ["same"]
    opened = do(pat, "pack.open", code="T1")
    (group,) = opened["data"]["batch"]["groups"]
    assert (opened["next"], group["left"], group["ready"], group["proved"]) == ("pack_same", 14, 14, False)
    assert refused(pat, "batch.run", content=group["content"]) == "packing.sample_first"
    sample = do(pat, "batch.item", code="S2")
    assert (sample["next"], [line["verified"] for line in sample["data"]["parcel"]["lines"]]) == ("pack_verify", [0, 1])
    assert refused(pat, "pack.close", parcel_id=sample["data"]["parcel"]["id"], weight_g=380, source="scale") == (
        "packing.not_complete")  # fmt: skip
    close(pat, sample["data"]["parcel"])
    (group,) = do(pat, "pack.state")["data"]["batch"]["groups"]
    assert (group["left"], group["proved"], group["weight_g"]) == (13, True, 380)

    three = run(pat, group["content"], 3)["data"]
    assert (three["run"]["made"], three["run"]["asked"], three["run"]["open"]) == (3, 3, False)
    assert floor.value(PARCELS) == ["O1", "O2", "O3", "O4"]  # the earliest promises
    begun = run(pat, group["content"])
    assert (begun["data"]["run"]["made"], begun["data"]["run"]["asked"], len(begun["data"]["parcels"])) == (10, 10, 10)
    assert (begun["next"], begun["data"]["batch"]) == ("pack_home", None)
    assert floor.value("SELECT array_agg(DISTINCT weight_g) FROM parcel") == [380]
    assert floor.value("SELECT count(DISTINCT parcel_id) FROM waybill WHERE status = 'issued'") == 14
    assert floor.value("SELECT count(*) FROM sales_order WHERE processing = 'packed'") == 14
    assert (lies("T1"), floor.value("SELECT count(*) FROM pick_tote WHERE in_use")) == (0, 0)
    assert floor.value("SELECT bool_and(verified = qty) FROM parcel_line")
    floor.proved()


def test_a_replayed_command_prints_nothing_twice_and_a_run_goes_on_where_it_was(house, pat):
    hits(house, 14, {"S1": 1})
    content = proved(pat)["content"]
    body = {"content": content, "count": 12, "command_id": str(uuid.uuid4())}
    begun = do(pat, "batch.run", **body)["data"]["run"]
    assert (begun["made"], begun["asked"], begun["open"], begun["waiting"]) == (10, 12, True, 10)
    before = tables.everything()
    assert do(pat, "batch.run", **body)["replayed"]
    assert tables.everything() == before
    assert do(pat, "pack.state")["data"]["run"] == begun  # a page that comes back sees it
    once = str(uuid.uuid4())
    ended = do(pat, "batch.go_on", command_id=once)["data"]
    assert (ended["run"]["made"], ended["run"]["open"], ended["batch"]["left"]) == (12, False, 1)
    assert do(pat, "batch.go_on", command_id=once)["replayed"]
    assert refused(pat, "batch.go_on") == "packing.no_run"
    assert floor.value("SELECT count(*) FROM parcel") == 13
    assert floor.value("SELECT count(*) FROM print_job WHERE document = 'waybill'") == 13
    floor.proved()


def test_a_printer_that_is_lost_in_a_run_loses_nothing_and_prints_nothing_twice(app, house, pat, config, tx):
    hits(house, 6, {"S1": 1})
    with VirtualPrinter("Z1", "zpl", config.data / "virtual" / "Z1") as machine, dispatching(app):
        with tx() as session:
            add_printer(session, pat.station_id, "Z1", "zpl", machine.port, ("waybill", "100x180"))
        content = proved(pat)["content"]
        until(tx, floor.value("SELECT min(id) FROM print_job WHERE document = 'waybill'"), "confirmed")
        machine.set(power=False)
        told = run(pat, content)["data"]["run"]
        assert (told["made"], told["waiting"]) == (5, 5)
        last = floor.value("SELECT max(id) FROM print_job WHERE document = 'waybill'")
        until(tx, last, "blocked")
        machine.set(power=True)
        until(tx, last, "confirmed")
        came_out(machine.folder, 6)
    assert len(read_labels(machine.folder)) == 6
    assert do(pat, "pack.state")["data"]["run"] is None  # it is over, and all of it is out
    job = floor.value("SELECT max(id) FROM print_job WHERE document = 'waybill'")
    again = do(pat, "print.again", job_id=job, reason="damaged")["data"]["job"]
    assert again["copy"] == 2
    floor.proved()


def test_orders_that_are_stopped_meanwhile_are_skipped_and_their_pieces_put_aside(house, pat):
    hits(house, 5)
    content = proved(pat)["content"]
    with floor.transaction() as session:
        session.execute(floor.text("UPDATE sales_order SET confirmation = 'held' WHERE number = 'O2'"))
        session.execute(floor.text("UPDATE sales_order SET refund = 'asked' WHERE number = 'O4'"))
    told = run(pat, content)["data"]
    assert (told["run"]["made"], told["batch"]["left"], told["batch"]["pieces"]) == (2, 0, 6)
    assert floor.value(PARCELS) == ["O1", "O3", "O5"]
    assert refused(pat, "batch.run", content=content) == "packing.nothing_to_run"
    aside = [do(pat, "batch.item", code=code)["message"] for code in ("S1", "S1", "S2", "S2", "S2", "S2")]
    assert {each["code"] for each in aside} == {"packing.aside_stopped"}
    assert {each["params"]["order"] for each in aside} == {"O2", "O4"}
    assert (lies("T1"), lies("PACK-1-ASIDE"), processing("O2"), processing("O4")) == (0, 6, "short", "short")
    assert do(pat, "batch.state")["next"] == "pack_home"
    floor.proved()


def test_a_sample_can_be_put_back_and_one_of_a_stopped_order_must_be(house, pat):
    hits(house, 3)
    do(pat, "pack.open", code="T1")
    parcel = do(pat, "batch.item", code="S1")["data"]["parcel"]
    floor.do(house.boss, "order.intercept", order_id=house.orders["O1"], want="cancel", why="called")
    assert refused(pat, "pack.verify", parcel_id=parcel["id"], code="S2", qty=1) == "packing.order_stopped"
    back = do(pat, "batch.drop", parcel_id=parcel["id"])
    assert (back["next"], back["data"]["batch"]["left"], back["data"]["batch"]["pieces"]) == ("pack_same", 2, 9)
    second = do(pat, "batch.item", code="S1")["data"]["parcel"]
    assert second["order"]["number"] == "O2"
    do(pat, "batch.drop", parcel_id=second["id"])
    assert refused(pat, "batch.drop", parcel_id=second["id"]) == "packing.not_open"
    third = do(pat, "batch.item", code="S1")["data"]["parcel"]
    close(pat, third)
    assert run(pat, do(pat, "batch.state")["data"]["batch"]["groups"][0]["content"])["data"]["run"]["made"] == 1
    assert floor.value(PARCELS) == ["O2", "O3"]
    floor.proved()


def test_what_lies_in_several_totes_is_packed_when_they_stand_on_one_table(house, pat):
    for n in range(1, 5):
        floor.order(house, f"O{n}", HIT, hours=24 + n)
    wall.release(house, "same")
    anna = floor.person(house, "Anna")
    task = wall.start(anna)
    for tote in ("T1", "T2"):  # S1 in one tote, S2 in another
        task = do(anna, "bulk.stop", **wall.scans(task, tote))["data"]["bulk"]
    opened = do(pat, "pack.open", code="T1")["data"]["batch"]
    assert (opened["groups"][0]["ready"], opened["groups"][0]["left"], opened["others"]) == (0, 4, ["T2"])
    assert refused(pat, "batch.item", code="S1") == "packing.not_all_here"
    both = do(pat, "batch.item", code="T2")["data"]["batch"]
    assert (both["groups"][0]["ready"], both["totes"], both["others"]) == (4, ["T1", "T2"], [])
    pam = tables.packer(house, "Pam", "PACK-2")
    for tote in ("T1", "T2"):
        do(pam, "batch.open", code=tote)
    close(pam, do(pam, "batch.item", code="S2")["data"]["parcel"])
    content = both["groups"][0]["content"]
    assert refused(pat, "batch.run", content=content) == "packing.sample_first"  # each table proves for itself
    close(pat, do(pat, "batch.item", code="S2")["data"]["parcel"])
    made = run(pam, content, 2)["data"]
    assert (made["run"]["made"], made["batch"]) == (2, None)
    assert do(pat, "batch.state")["data"]["batch"] is None  # empty totes leave every table
    floor.proved()


def test_two_tables_that_print_at_once_make_each_parcel_once(app, house, pat):
    hits(house, 12, {"S1": 1})
    pam = tables.packer(house, "Pam", "PACK-2")
    contents = {proved(each)["content"] for each in (pat, pam)}
    (content,) = contents
    done = floor.at_once(app, *(lambda who=who: floor.ask(who, "batch.run", content=content) for who in (pat, pam)))
    assert sorted(each["ok"] for each in done) == [False, True]  # the second found nothing left
    assert floor.value("SELECT count(*) FROM parcel WHERE status = 'closed'") == 12
    assert floor.value("SELECT count(DISTINCT order_id) FROM parcel") == 12
    floor.proved()


def test_fewer_pieces_than_orders_leave_the_latest_promises_short(house, pat):
    hits(house, 4, {"S1": 1})
    content = proved(pat)["content"]
    run(pat, content, 1)
    lost = do(pat, "batch.empty")
    assert (lost["next"], lost["message"]["params"]) == ("pack_home", {"pieces": 2, "orders": "O3, O4"})
    assert [processing(f"O{n}") for n in range(1, 5)] == ["packed", "packed", "short", "short"]
    do(house.boss, "order.resolve_short", order_id=house.orders["O3"], how="pick_again")
    anna = floor.person(house, "Anna")
    wall.pick_all(anna, wall.start(anna, "C2"), "T3")
    again = do(pat, "pack.open", code="T3")["data"]["batch"]["groups"]
    assert [(each["left"], each["proved"]) for each in again] == [(1, True)]  # of the same wave, at the same table
    assert run(pat, content)["data"]["run"]["made"] == 1
    floor.proved()


def test_pieces_with_numbers_are_scanned_parcel_by_parcel(house, pat):
    with floor.transaction() as session:
        session.execute(floor.text("UPDATE sku SET serial_tracking = 'ship' WHERE code = 'S4'"))
    hits(house, 2, {"S4": 1})
    do(pat, "pack.open", code="T1")
    asked = do(pat, "batch.item", code="S4")
    assert (asked["next"], asked["data"]["asks"]["what"]) == ("pack_verify", "serial")
    parcel = asked["data"]["parcel"]
    do(pat, "pack.verify", parcel_id=parcel["id"], code="S4", qty=1, serial="SN-1")
    do(pat, "pack.close", parcel_id=parcel["id"], weight_g=180, source="scale")
    (group,) = do(pat, "batch.state")["data"]["batch"]["groups"]
    assert (group["tracked"], refused(pat, "batch.run", content=group["content"])) == (True, "packing.run_needs_scans")
    close_one = do(pat, "batch.item", code="S4")["data"]["parcel"]
    do(pat, "pack.verify", parcel_id=close_one["id"], code="S4", qty=1, serial="SN-2")
    do(pat, "pack.close", parcel_id=close_one["id"], weight_g=180, source="scale")
    assert floor.value("SELECT array_agg(serial ORDER BY serial) FROM parcel_trace") == ["SN-1", "SN-2"]
    floor.proved()


def test_orders_with_a_card_are_packed_one_by_one(house, pat):
    hits(house, 3)
    with floor.transaction() as session:
        session.execute(floor.text("UPDATE sales_order SET gift_note = 'Hello' WHERE number = 'O2'"))
    do(pat, "pack.open", code="T1")
    groups = do(pat, "batch.state")["data"]["batch"]["groups"]
    assert [(each["left"], each["tracked"]) for each in groups] == [(2, False), (1, True)]
    assert refused(pat, "batch.run", content=groups[1]["content"]) == "packing.run_needs_scans"
    for _ in range(3):
        parcel = do(pat, "batch.item", code="S1")["data"]["parcel"]
        if parcel["put_in"]:
            assert parcel["order"]["number"] == "O2"
            about = {"parcel_id": parcel["id"], "weight_g": parcel["expected_g"], "source": "scale"}
            do(pat, "pack.verify", parcel_id=parcel["id"], code="S2", qty=2)
            assert refused(pat, "pack.split", parcel_id=parcel["id"]) == "packing.in_one_parcel"
            assert refused(pat, "pack.put_off", parcel_id=parcel["id"], reason="wrong") == "packing.drop_instead"
            do(pat, "pack.close", **about, put_in=True)
        else:
            close(pat, parcel)
    assert floor.value("SELECT count(*) FROM parcel WHERE put_in IS NOT NULL") == 1
    floor.proved()
