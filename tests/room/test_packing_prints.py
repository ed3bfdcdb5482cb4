"""From the closed carton to the label on it: what comes out of the printer is what the database says."""
from __future__ import annotations

import packing_floor as tables
import picking_floor as floor
import pytest
from packing_floor import packed, verified
from picking_floor import do, value
from print_table import BUSY_MACHINE_S, add_printer, came_out, codes, dispatching, read, told, until, wait_for
from sqlalchemy import update

from printers.virtual import VirtualPrinter, read_labels
from wms.core.transaction import transaction
from wms.printing import service
from wms.printing.dispatch import Pace
from wms.printing.models import Printer, PrintJob


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def pat(house):
    return tables.packer(house)


@pytest.fixture
def labels(config, pat, tx):
    with VirtualPrinter("Z1", "zpl", config.data / "virtual" / "Z1") as machine:
        with tx() as session:
            add_printer(session, pat.station_id, "Z1", "zpl", machine.port, ("waybill", "100x180"))
        yield machine


@pytest.fixture
def slips(config, pat, tx):
    with VirtualPrinter("E1", "escpos", config.data / "virtual" / "E1") as machine:
        with tx() as session:
            add_printer(session, pat.station_id, "E1", "escpos", machine.port, ("packing_slip", "receipt-80"))
        yield machine


def jobs():
    with transaction() as session:
        return {job.document: job.id for job in session.query(PrintJob)}


def test_waybill_and_slip_come_out_with_the_numbers_of_the_database(app, tx, house, pat, labels, slips):
    to = {"recipient": "王小明 😀", "phone": "138", "city": "杭州市", "address": "文三路"}
    totes = tables.picked(house, {"O1": {"S1": 2, "S3": 1}}, **to)
    with dispatching(app):
        parcel = packed(pat, totes["O1"])
        until(tx, jobs()["waybill"], "confirmed")
        until(tx, jobs()["packing_slip"], "sent", "confirmed")
        shown = do(pat, "pack.state")["data"]
    (label,) = read_labels(labels.folder)
    assert codes(labels.folder / label["file"]) == {parcel["waybill"]}
    assert parcel["waybill"] == value("SELECT number FROM waybill WHERE status = 'issued'")
    (slip,) = came_out(slips.folder, 1)
    assert codes(slips.folder / slip["file"]) == {"O1"}
    assert {job["status"] for job in shown["jobs"]} == {"confirmed", "sent"}
    # No font has the smiling face: the label says so, and the job names the field.
    assert read(tx, jobs()["waybill"])["reason"] == "substituted: recipient.name"


def test_printer_that_is_off_holds_up_nobody(app, tx, house, pat, labels):
    totes = tables.picked(house, {"O1": {"S1": 1}, "O2": {"S2": 1}}, recipient="Ann", address="1 High St")
    labels.set(power=False)
    with dispatching(app):
        first = packed(pat, totes["O1"])
        waybill = jobs()["waybill"]
        _, seconds = until(tx, waybill, "blocked")
        assert seconds < 3 + BUSY_MACHINE_S
        packed(pat, totes["O2"])
        assert [event["reason"] for event in told(tx, pat.station_id, "print.job") if event["id"] == waybill] == [
            None, "offline",
        ]  # fmt: skip
        labels.set(power=True)
        until(tx, waybill, "confirmed")
        until(tx, jobs()["waybill"], "confirmed")
    newest, oldest = came_out(labels.folder, 2)
    assert codes(labels.folder / oldest["file"]) == {first["waybill"]}
    assert newest["sha256"] != oldest["sha256"]


def test_station_with_a_real_printer_has_no_virtual_scale(app, tx, house, pat, labels):
    totes = tables.picked(house, {"O1": {"S1": 1}})
    parcel = verified(pat, totes["O1"])["id"]
    with tx() as session:
        session.execute(update(Printer).values(virtual=False))
    assert tables.refused(pat, "pack.scale", parcel_id=parcel) == "packing.no_scale"


SELDOM_S = 30.0
WAIT = """
    SELECT extract(epoch FROM sent_at - asked_at) FROM print_job WHERE document = 'waybill' ORDER BY id DESC LIMIT 1
"""


def test_label_leaves_soon_after_the_close(app, tx, house, pat, labels):
    totes = tables.picked(house, {f"O{n}": {"S1": 1} for n in range(1, 6)}, recipient="Ann", address="1 High St")
    with dispatching(app, Pace(tick=SELDOM_S, status=SELDOM_S)):
        wait_for(lambda: status(tx, pat) == "ready")
        packed(pat, totes["O1"])  # of the first look at the queue nobody knows when it will be
        until(tx, jobs()["waybill"], "confirmed")
        waits = []
        for number in sorted(totes)[1:]:
            packed(pat, totes[number])
            until(tx, jobs()["waybill"], "confirmed")
            waits.append(value(WAIT))
    assert max(waits) < SELDOM_S / 2  # woken, not polled; the figure itself is measured by the benchmark


def status(tx, pat):
    with tx():
        return service.printers_of_station(pat.station_id)[0]["status"]
