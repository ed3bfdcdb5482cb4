"""A label for the thing in hand: what it is, which printers of this place print it, and so many come out."""
from __future__ import annotations

import inbound_floor
import picking_floor as floor
import print_table
import pytest
from inbound_floor import CASE, GTIN
from picking_floor import do, refused, value
from sqlalchemy import text

from printers import DOCUMENTS
from wms.core.transaction import transaction
from wms.layout.models import Station
from wms.printing import service
from wms.printing.models import PrintJob

ROUTES = (("bin_label", "100x50"), ("lpn_label", "100x70"), ("sku_label", "60x40"))


@pytest.fixture
def dock(app):
    return inbound_floor.build()


@pytest.fixture
def places(dock):
    """Two stations that print labels, of which the second prints no goods."""
    with transaction() as session:
        for number, routes in enumerate((ROUTES, ROUTES[:2]), 1):
            station = Station(warehouse_id=dock.house.id, code=f"PACK-{number}", name=f"Table {number}")
            session.add(station)
            session.flush()
            print_table.add_printer(session, station.id, f"Z{number}", "zpl", 9100 + number, *routes)


def printed():
    with transaction() as session:
        rows = session.execute(text("SELECT document, data->>'code', data->>'qty' FROM print_job ORDER BY id"))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("code", "kind", "stations"),
    [("PLAIN-1", "sku", ["PACK-1"]), (CASE, "sku", ["PACK-1"]), ("A1-1", "bin", ["PACK-1", "PACK-2"]),
     ("T1", "container", ["PACK-1", "PACK-2"])],
)  # fmt: skip
def test_the_printers_of_this_place_that_print_it_are_offered(dock, places, code, kind, stations):
    reply = do(dock.ann, "label.scan", code=code)
    assert (reply["next"], reply["data"]["thing"]["kind"]) == ("label_choose", kind)
    assert [each["code"] for each in reply["data"]["places"]] == stations
    assert {each["printer"]["status"] for each in reply["data"]["places"]} == {"unknown"}  # nothing drives them here


def test_so_many_labels_come_out_at_the_chosen_station(dock, places):
    asked = do(dock.ann, "label.print", code="T1", station="PACK-2", copies=3)
    assert (asked["next"], asked["message"]["params"]) == ("label_scan", {"label": "T1", "copies": 3, "printer": "Z2"})
    do(dock.ann, "label.print", code="A1-1", station="PACK-1")
    do(dock.ann, "label.print", code=CASE, station="PACK-1")
    do(dock.ann, "label.print", code="T1", station="PACK-2")
    labels = printed()
    assert [row[:2] for row in labels] == [
        *[("lpn_label", "T1")] * 3, ("bin_label", "A1-1"), ("sku_label", CASE), ("lpn_label", "T1")
    ]  # fmt: skip
    assert labels[4][2] == "12"
    assert value("SELECT count(*) FROM print_job WHERE printer_id IS NULL") == 0


def test_a_tote_has_a_label_of_its_own_where_one_is_printed(dock, places):
    with transaction() as session:
        table = session.query(Station).filter_by(code="PACK-2").one()
        print_table.add_printer(session, table.id, "Z9", "zpl", 9109, ("tote_label", "100x70"))
    reply = do(dock.ann, "label.scan", code="T1")
    assert [each["code"] for each in reply["data"]["places"]] == ["PACK-2"]
    assert do(dock.ann, "label.print", code="T1", station="PACK-2")["message"]["params"]["printer"] == "Z9"
    assert printed() == [("tote_label", "T1", None)]


LOT, TOO_LONG, DAY = "L2026", "L" * 21, "280131"


@pytest.mark.parametrize(
    ("code", "document", "said"),
    [
        (inbound_floor.gs1(lot=LOT, expires=DAY), "gs1_label", f"(01){GTIN}(17){DAY}(10){LOT}"),
        (inbound_floor.gs1(CASE, lot=LOT), "gs1_label", f"(01){CASE}(10){LOT}"),
        (GTIN, "sku_label", GTIN),  # nothing is known beyond the article
        (inbound_floor.gs1(lot="L" * 20), "gs1_label", f"(01){GTIN}(10){'L' * 20}"),
    ],
)  # fmt: skip
def test_goods_say_what_is_known_of_them_in_gs1_where_that_is_printed(dock, places, code, document, said):
    do(dock.ann, "label.print", code=code, station="PACK-1")
    assert printed()[-1][0] == "sku_label"  # no station prints the other
    with transaction() as session:
        table = session.query(Station).filter_by(code="PACK-2").one()
        print_table.add_printer(session, table.id, "Z9", "zpl", 9109, ("gs1_label", "60x40"), ("sku_label", "60x40"))
    do(dock.ann, "label.print", code=code, station="PACK-2")
    with transaction() as session:
        asked = session.query(PrintJob).order_by(PrintJob.id.desc()).first()
        assert asked.document == document
        read = DOCUMENTS[document].read(asked.data)
        assert (read.code, read.sku, read.name) == (said, "TEA", "Tea")


@pytest.mark.parametrize("told", [{"lot": TOO_LONG}, {"lot": "批次一"}, {"lot": "A B"}, {"expires_on": "2051-01-01"}])
def test_what_gs1_cannot_say_stands_on_the_label_in_print(dock, told):
    with transaction():
        facts = {"qty": 1, "lot": "", "expires_on": "", "locale": "en", **told}
        assert service.gs1_label(dock.skus["TEA"], serial="", **facts) is None
        _, data = service.sku_label(dock.skus["TEA"], **facts)
        assert told.items() <= data.items()
        assert service.gs1_label(dock.skus["PLAIN"], serial="S1", **{**facts, "lot": "L1"}) is None  # no GTIN


def test_refusals_print_nothing(dock, places):
    assert refused(dock.ann, "label.scan", code="NOWHERE") == "catalog.unknown_code"
    assert refused(dock.ann, "label.scan", code="C1") == "printing.nothing_to_label"
    assert refused(dock.ann, "label.print", code="PLAIN-1", station="PACK-2") == "printing.no_label_printer"
    assert refused(dock.ann, "label.print", code="T1", station="PACK-9") == "printing.no_label_printer"
    assert refused(dock.ann, "label.print", code="T1", station="PACK-1", copies=51) == "core.invalid"
    clerk = floor.person(dock.house, "Cleo", "clerk")
    assert refused(clerk, "label.print", code="T1", station="PACK-1") == "core.not_allowed"
