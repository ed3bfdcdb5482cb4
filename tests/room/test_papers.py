"""Papers of the floor: pick lists of a wave, the manifest of a truck, the receipt of goods, labels of new totes."""
from __future__ import annotations

import inbound_floor
import packing_floor as tables
import picking_floor as floor
import pytest
from inbound_floor import expect, opened
from packing_floor import packed, refused
from picking_floor import ask, do, value
from print_table import add_printer, said_by
from sqlalchemy import text

from printers import render
from wms.core.transaction import transaction
from wms.layout.models import Station

ROLL = "receipt-80"


def station(house, code, *routes, kind="packing"):
    """A station with a printer for these (document, media)."""
    with transaction() as session:
        table = session.query(Station).filter_by(code=code).one_or_none()
        if table is None:
            table = Station(warehouse_id=house.id, code=code, name=code, kind=kind)
            session.add(table)
            session.flush()
        add_printer(session, table.id, f"Z-{code}", "escpos", 9200, *routes)
        return table.id


def pages(document):
    """[{part, parts, copy, status, voided, reason, …data}] of all pages, in the order they were asked for."""
    with transaction() as session:
        rows = session.execute(
            text(
                "SELECT j.data, j.copy, j.status, j.voided, j.reprint_reason, j.media, j.reference, s.code AS station "
                "FROM print_job j JOIN station s ON s.id = j.station_id WHERE document = :document ORDER BY j.id"
            ),
            {"document": document},
        )
        return [{**row.data, **{k: v for k, v in row._mapping.items() if k != "data"}} for row in rows]


def came_out():
    with transaction() as session:
        session.execute(text("UPDATE print_job SET status = 'confirmed' WHERE status = 'queued'"))


@pytest.fixture
def house(app):
    return floor.build()


# ---- pick lists

@pytest.fixture
def wave(house):
    for number, lines in {"O1": {"S1": 2, "S3": 1}, "O2": {"S2": 3}, "O3": {"S4": 1}}.items():
        floor.order(house, number, lines)
    return floor.wave(house)


def lists(house, wave, **body):
    return do(house.boss, "pick.lists", wave_id=wave["id"], **body)


def test_one_tap_prints_the_lists_of_a_wave_and_each_once(house, wave):
    refusal = ask(house.boss, "pick.lists", wave_id=wave["id"])["message"]
    assert (refusal["code"], "Pick list" in refusal["text"]) == ("printing.no_paper_place", True)
    station(house, "PACK-1", ("pick_list", ROLL))
    station(house, "PACK-2", ("pick_list", ROLL))
    with transaction() as session:  # what suppliers call their goods
        session.execute(text("UPDATE sku SET name = repeat('纯棉^XZ😀 ', 40) WHERE code = 'S1'"))
    reply = lists(house, wave)
    assert (reply["data"]["lists"], reply["data"]["station"]) == (1, "PACK-1")
    (page,) = pages("pick_list")
    walked = floor.value("SELECT string_agg(b.code, ',' ORDER BY l.seq) FROM pick_line l JOIN bin b ON b.id = l.bin_id")
    assert [line["bin"] for line in page["lines"]] == walked.split(",")
    assert {line["sku"]: line["qty"] for line in page["lines"]} == {"S1": 2, "S2": 3, "S3": 1, "S4": 1}
    assert (page["code"], page["reference"], page["parts"]) == ("W1-1", "W1-1", 1)
    drawn = {k: v for k, v in page.items() if k in DRAWN}
    render("pick_list", drawn, media="receipt-58", dpi=203, on_missing="substitute")
    came_out()
    assert refused(house.boss, "pick.lists", wave_id=wave["id"]) == "picking.lists_are_out"
    assert refused(house.boss, "pick.lists", wave_id=wave["id"], station="X") == "printing.unknown_station"
    reply = lists(house, wave, station="PACK-2", reason="lost")
    assert (reply["data"]["again"], reply["data"]["station"]) == (1, "PACK-2")
    again = pages("pick_list")[1]
    assert (again["copy"], again["reprint"], again["reprint_reason"], again["station"]) == (2, 1, "lost", "PACK-2")


DRAWN = ("title", "code", "lines", "picker", "cart", "printed_at", "part", "parts", "locale")


def test_a_list_that_is_no_longer_so_is_not_printed_and_a_new_one_is(house, wave):
    station(house, "PACK-1", ("pick_list", ROLL))
    lists(house, wave)
    do(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders["O2"]])
    assert [(page["status"], page["voided"]) for page in pages("pick_list")] == [("cancelled", True)]
    lists(house, wave)
    assert "S2" not in {line["sku"] for line in pages("pick_list")[-1]["lines"]}
    came_out()
    picker = floor.person(house, "P")
    floor.pick_all(picker, floor.start(picker, "C1"))
    assert refused(house.boss, "pick.lists", wave_id=wave["id"]) == "picking.nothing_to_list"


def test_a_long_list_goes_on_as_many_labels_as_it_takes(house):
    for n in range(1, 5):
        floor.order(house, f"O{n}", {"S1": 1, "S2": 1, "S3": 1, "S4": 1})
    made = floor.wave(house)
    station(house, "PACK-1", ("pick_list", "100x150"))
    reply = lists(house, made, task_ids=[value("SELECT id FROM pick_task")])
    found = pages("pick_list")
    assert len(found) == reply["data"]["pages"] == found[0]["parts"] > 1
    assert sum(line["qty"] for page in found for line in page["lines"]) == 16
    for page in found:
        render("pick_list", {k: v for k, v in page.items() if k in DRAWN}, media="100x150", dpi=203)
    assert refused(house.boss, "pick.lists", wave_id=made["id"], reason="lost") == "printing.still_waiting"
    came_out()
    with transaction() as session:  # one page could not be drawn: it alone is printed again
        session.execute(text("UPDATE print_job SET status = 'failed' WHERE data->>'part' = '2'"))
    assert lists(house, made)["data"]["pages"] == 1
    assert (pages("pick_list")[-1]["part"], pages("pick_list")[-1]["copy"]) == (2, 2)


# ---- the manifest

def test_the_manifest_comes_out_as_the_truck_is_closed_and_again_from_the_load(house):
    totes = tables.picked(house, {f"O{n}": {"S1": 1} for n in range(1, 5)})
    pat = tables.packer(house)
    station(house, "SHIP-1", ("handover_manifest", "100x150"))
    parcels = [packed(pat, tote) for tote in totes.values()]
    driver = floor.person(house, "Dan")
    for parcel in parcels:
        do(driver, "load.scan", code=parcel["number"])
    manifest = value("SELECT id FROM manifest")
    assert refused(driver, "load.again", manifest_id=manifest, reason="lost") == "shipping.manifest_open"
    assert refused(driver, "load.close", manifest_id=manifest, station="PACK-1") == "printing.no_paper_printer"
    reply = do(driver, "load.close", manifest_id=manifest)
    (page,) = pages("handover_manifest")
    assert (reply["message"]["code"], reply["data"]["closed"]["paper"]["printer"]) == (
        "shipping.closed_printed", "Z-SHIP-1",
    )  # fmt: skip
    assert [line["waybill_number"] for line in page["lines"]] == [parcel["waybill"] for parcel in parcels]
    weight = value("SELECT sum(weight_g) FROM parcel")
    assert (page["parcels"], page["weight_g"], page["number"], page["closed_by"]) == (4, weight, "M1", "Dan")
    assert refused(driver, "load.again", manifest_id=manifest, reason="lost") == "printing.still_waiting"
    came_out()
    (late,) = do(driver, "load.state")["data"]["lately"]
    assert (late["number"], late["parcels"], late["paper"]["out"]) == (1, 4, 1)
    do(driver, "load.again", manifest_id=manifest, reason="lost")
    assert [page["reprint"] for page in pages("handover_manifest")[1:]] == [1]
    assert refused(driver, "load.again", manifest_id=77, reason="lost") == "shipping.unknown_manifest"


def test_a_truck_leaves_where_nothing_prints_manifests(house):
    tote = tables.picked(house, {"O1": {"S1": 1}})["O1"]
    parcel = packed(tables.packer(house), tote)
    driver = floor.person(house, "Dan")
    do(driver, "load.scan", code=parcel["number"])
    reply = do(driver, "load.close", manifest_id=value("SELECT id FROM manifest"))
    assert (reply["message"]["code"], reply["data"]["closed"]["paper"]) == ("shipping.closed", None)


# ---- the receipt of goods

def test_the_receipt_of_goods_comes_out_when_the_dock_is_done_and_again_from_the_office(app, tx):
    dock = inbound_floor.build()
    at = station(dock.house, "DOCK-1", ("goods_receipt", ROLL), kind="dock")
    station(dock.house, "A-FIRST", ("goods_receipt", ROLL))
    expect(dock, "A", PLAIN=5)
    opened(dock, "A")
    do(dock.ann, "receive.scan", code="PLAIN-1")
    do(dock.ann, "receive.set", qty=3)
    do(dock.ann, "receive.take")
    reply = do(dock.ann, "receive.done", why="backorder")
    assert (reply["message"]["code"], reply["message"]["params"]["station"]) == ("inbound.finished_printed", "DOCK-1")
    (page,) = pages("goods_receipt")
    assert [(line["sku"], line["received"], line["expected"]) for line in page["lines"]] == [("PLAIN", 3, 5)]
    assert (page["pieces"], page["differing"], page["unfinished"], page["finished_by"]) == (3, 1, 0, "Ann")
    assert page["reason"] not in ("", "ui.receive.short.backorder")
    came_out()
    call = said_by(app, tx, at, "clerk")
    status, told = call("POST", "/receipts/A/paper", {})
    assert (status, told["code"]) == (409, "inbound.paper_is_out")
    status, done = call("POST", "/receipts/A/paper", {"reason": "spoilt", "station": "DOCK-1"})
    assert (status, done["pages"]) == (200, 1)
    assert pages("goods_receipt")[1]["reprint"] == 1
    assert call("GET", "/receipts/A/story")[1]["paper"]["stands"]["pages"] == 1
    assert call("POST", "/receipts/A/paper", {"station": "PACK-9"})[0] in (404, 409)
    assert call("POST", "/receipts/NO/paper", {})[0] == 404


def test_a_blind_receipt_says_nothing_of_what_was_expected_on_paper_either(app, tx):
    dock = inbound_floor.build()
    at = station(dock.house, "DOCK-1", ("goods_receipt", "100x150"), kind="dock")
    expect(dock, "A", PLAIN=5)
    with transaction() as session:
        session.execute(text("UPDATE receipt SET blind = true"))
    call = said_by(app, tx, at, "clerk")
    assert call("POST", "/receipts/A/paper", {})[1]["code"] == "inbound.no_lines_yet"
    opened(dock, "A")
    do(dock.ann, "receive.scan", code="PLAIN-1")
    do(dock.ann, "receive.take")
    assert call("POST", "/receipts/A/paper", {})[0] == 200
    (page,) = pages("goods_receipt")
    assert [(line["received"], line["expected"]) for line in page["lines"]] == [(1, 0)]
    assert (page["blind"], page["unfinished"]) == (1, 1)


# ---- new totes

def test_new_totes_are_made_with_their_labels_all_or_none(app, tx, house):
    at = station(house, "PACK-1")
    call = said_by(app, tx, at, "supervisor")
    before = value("SELECT count(*) FROM container")
    assert call("POST", "/tote-labels", {"count": 3, "station": "PACK-1"})[1]["code"] == "printing.no_label_printer"
    assert call("POST", "/tote-labels", {"count": 0, "station": "PACK-1"})[0] == 422
    assert value("SELECT count(*) FROM container") == before
    station(house, "PACK-2", ("tote_label", "100x70"))
    status, run = call("POST", "/tote-labels", {"count": 3, "station": "PACK-2"})
    assert (status, run["labels"], run["document"], run["waiting"]) == (201, 3, "tote_label", 3)
    codes = [page["code"] for page in pages("tote_label")]
    with transaction() as session:
        made = session.execute(text("SELECT code FROM container WHERE kind = 'tote' ORDER BY id DESC LIMIT 3"))
        assert sorted(codes) == sorted(made.scalars())
    assert call("POST", f"/label-runs/{run['id']}/cancel")[1]["cancelled"] == 3
    status, again = call("POST", f"/label-runs/{run['id']}/again")
    assert (status, again["labels"], again["scope"]) == (201, 3, run["scope"])
    assert do(floor.person(house, "Ann", "picker"), "label.scan", code=codes[0])["next"] == "label_choose"
