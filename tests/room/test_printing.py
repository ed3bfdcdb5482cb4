"""The print queue against real virtual printers over TCP: nothing lost, nothing printed twice."""
from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading

import print_table
import pytest
from print_table import (
    BUSY_MACHINE_S,
    PATIENCE,
    SLIP,
    WAYBILL,
    add_printer,
    ask,
    came_out,
    codes,
    dispatching,
    read,
    say,
    told,
    until,
    wait_for,
)  # fmt: skip
from sqlalchemy import select, update

from printers.direct import Direct
from printers.virtual import VirtualPrinter, read_labels
from wms.core.actor import Actor
from wms.core.error import WmsError
from wms.printing import lease, queue, routes, service, wire
from wms.printing.models import Printer, PrintJob

station, printer = print_table.station, print_table.printer


def test_label_comes_out_as_it_is_in_the_database(app, tx, station, printer):
    with dispatching(app):
        job_id = ask(tx, station)
        job, _ = until(tx, job_id, "confirmed")
    assert job["confirmation"] == "buffer_drained"
    (label,) = read_labels(printer.folder)
    assert codes(printer.folder / label["file"]) == {WAYBILL["waybill_number"]}
    with tx() as session:
        kept = session.get_one(PrintJob, job_id)
        assert hashlib.sha256(kept.payload).digest() == kept.sha256
        # The preview is what came out, to the dot.
        assert wire.picture_of_payload("zpl", kept.payload, 203) == (printer.folder / label["file"]).read_bytes()
    assert [each["status"] for each in told(tx, station, "print.job")] == ["queued", "confirmed"]


def test_receipt_is_sent_without_proof(app, tx, station, config):
    with VirtualPrinter("E1", "escpos", config.data / "virtual" / "E1") as machine:
        with tx() as session:
            add_printer(session, station, "E1", "escpos", machine.port, ("packing_slip", "receipt-80"))
        with dispatching(app):
            job, _ = until(tx, ask(tx, station, document="packing_slip", data=SLIP), "sent", "confirmed")
            assert (job["media"], job["status"], job["confirmation"]) == ("receipt-80", "sent", "none")
            assert len(came_out(machine.folder, 1)) == 1


def test_printer_that_is_off_blocks_within_3_s_and_resumes_by_itself(app, tx, station, printer):
    printer.set(power=False)
    with dispatching(app):
        job_id = ask(tx, station)
        job, seconds = until(tx, job_id, "blocked")
        assert (job["reason"], seconds < 3 + BUSY_MACHINE_S) == ("offline", True)
        wait_for(lambda: told(tx, station, "printer.status"))
        assert told(tx, station, "printer.status")[-1]["reasons"] == ["offline"]
        printer.set(power=True)
        until(tx, job_id, "confirmed")
    assert len(read_labels(printer.folder)) == 1
    assert [each["status"] for each in told(tx, station, "print.job")] == ["queued", "blocked", "confirmed"]
    assert told(tx, station, "printer.status")[-1]["status"] == "ready"


def test_idle_printer_that_goes_off_is_shown_within_3_s(app, tx, station, printer):
    with dispatching(app):
        wait_for(lambda: shown(tx, station)["status"] == "ready")
        printer.set(faults=["paper_out"])
        wait_for(lambda: shown(tx, station)["reasons"] == ["paper_out"], 3 + BUSY_MACHINE_S)
    assert shown(tx, station)["reasons"] == [service.NO_WORKER]


def shown(tx, station):
    with tx():
        return service.printers_of_station(station)[0]


def test_broken_connection_puts_the_label_in_doubt_and_it_is_not_sent_again(app, tx, station, printer):
    printer.set(faults=["disconnect:2000"])
    with dispatching(app):
        job_id = ask(tx, station)
        job, _ = until(tx, job_id, "uncertain")
        assert job["reason"] == "interrupted"
        printer.set(faults=[])
        other, _ = until(tx, ask(tx, station, 2), "confirmed")
        assert read(tx, job_id)["status"] == "uncertain"
    assert len(read_labels(printer.folder)) == 1
    assert other["copy"] == 1


def test_killed_worker_leaves_its_label_in_doubt(app, tx, station, printer, config):
    printer.set(faults=["slow"])
    job_id = ask(tx, station)
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env={**os.environ, **environment(config)})
    try:
        until(tx, job_id, "sending", seconds=120)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    printer.set(faults=[])
    with dispatching(app):
        job, _ = until(tx, job_id, "uncertain", seconds=lease.LENGTH.total_seconds() + PATIENCE)
        assert job["reason"] == "worker_stopped"
        until(tx, ask(tx, station, 2), "confirmed")
    assert len(read_labels(printer.folder)) <= 2  # the first once at most


WORKER = """
import threading
from wms.app import create_app
from wms.core import config
from wms.printing import dispatch
dispatch.run(create_app(config.read(), live=False), threading.Event())
"""


def environment(config):
    return {
        "WMS_DATABASE_URL": config.database_url, "WMS_DATA": str(config.data), "WMS_SECRET_KEY": config.secret_key,
    }  # fmt: skip


def test_two_workers_print_each_label_once(app, tx, station, printer):
    ids = [ask(tx, station, number) for number in range(1, 9)]
    with dispatching(app), dispatching(app):
        for job_id in ids:
            until(tx, job_id, "confirmed")
    assert len(read_labels(printer.folder)) == len(ids)


def test_dead_printer_does_not_delay_another(app, tx, station, printer, config, monkeypatch):
    """Nothing comes back from the one until the other has printed."""
    printer.set(faults=["hang"])
    given_up, send = threading.Event(), Direct.send

    def wait(self, *job):
        assert self.port != printer.port or given_up.wait(PATIENCE)
        return send(self, *job)

    monkeypatch.setattr(Direct, "send", wait)
    with VirtualPrinter("E1", "escpos", config.data / "virtual" / "E1") as receipts:
        with tx() as session:
            add_printer(session, station, "E1", "escpos", receipts.port, ("packing_slip", "receipt-80"))
        with dispatching(app):
            wait_for(lambda: all(each["status"] != "unknown" for each in both(tx, station)))
            stuck = [ask(tx, station, number) for number in range(1, 6)]
            until(tx, ask(tx, station, 1, "packing_slip", SLIP), "sent")
            given_up.set()
            job, _ = until(tx, stuck[0], "blocked")
            assert job["reason"] == "no_answer"
    assert read_labels(printer.folder) == []


def both(tx, station):
    with tx():
        return service.printers_of_station(station)


def test_older_worker_is_fenced_off(app, tx, station, printer):
    job_id = ask(tx, station)
    with tx() as session:
        printer_id = session.execute(select(Printer.id)).scalar_one()
        old = lease.take(printer_id, "old")
        assert lease.take(printer_id, "new") is None
    with tx() as session:
        session.execute(update(Printer).values(lease_until=None))
        new = lease.take(printer_id, "new")
        work = queue.next_here(printer_id)
        queue.keep(work.id, printer_id, queue.Rendered(b"x", ()))
    assert new == old + 1
    with tx(), pytest.raises(lease.LeaseLostError):
        queue.begin(job_id, printer_id, old, b"x")
    assert read(tx, job_id)["status"] == "rendered"


def test_without_a_printer_the_job_waits_and_prints_when_there_is_one(app, tx, station, config):
    job_id = ask(tx, station)
    assert read(tx, job_id)["reason"] == routes.NO_PRINTER
    with VirtualPrinter("Z1", "zpl", config.data / "virtual" / "Z1") as machine, dispatching(app):
        with tx() as session:
            add_printer(session, station, "Z1", "zpl", machine.port, ("waybill", "76x130"))
        job, _ = until(tx, job_id, "confirmed")
        assert job["media"] == "76x130"


def test_address_outside_the_printer_networks_is_never_connected_to(app, tx, station):
    with tx() as session:
        add_printer(session, station, "Z1", "zpl", 80, ("waybill", "100x180"))
        session.execute(update(Printer).values(address="169.254.169.254:80"))
    with dispatching(app):
        job, _ = until(tx, ask(tx, station), "blocked")
    assert job["reason"] == "address_refused"


def test_a_port_of_something_else_is_never_connected_to(app, tx, station, printer):
    with tx() as session:  # as it may stand in the database from before
        session.execute(update(Printer).values(virtual=False))
    with dispatching(app):
        job, _ = until(tx, ask(tx, station), "blocked")
    assert job["reason"] == "address_refused"
    assert read_labels(printer.folder) == []


def test_what_cannot_be_drawn_fails_with_its_field_and_lets_the_next_pass(app, tx, station, printer):
    with dispatching(app):
        wrong = ask(tx, station, 1, data={**WAYBILL, "recipient": {**WAYBILL["recipient"], "address": "长" * 900}})
        right = ask(tx, station, 2)
        assert "recipient.address" in until(tx, wrong, "failed")[0]["reason"]
        until(tx, right, "confirmed")


@pytest.fixture
def packer(tx, station):
    return Actor(name="Pat", warehouse_id=1, posts=frozenset({"packer"}), station_id=station)


def count(tx):
    with tx() as session:
        return len(session.execute(select(PrintJob.id)).all())


def test_reprint_is_a_new_job_with_its_reason_and_mark(app, tx, station, printer, packer):
    with dispatching(app):
        first = ask(tx, station)
        until(tx, first, "confirmed")
        reply = say(packer, "print.again", job_id=first, reason="torn")
        assert reply["ok"], reply
        job, _ = until(tx, reply["data"]["job"]["id"], "confirmed")
    assert (job["copy"], job["parent_id"]) == (2, first)
    assert reply["message"]["text"] == "Printing P1 again, marked as reprint 1."
    with tx() as session:
        second = session.get_one(PrintJob, reply["data"]["job"]["id"])
        assert (second.data["reprint"], second.reprint_reason) == (1, "torn")
    newest, oldest = read_labels(printer.folder)
    assert newest["sha256"] != oldest["sha256"]
    assert codes(printer.folder / newest["file"]) == {WAYBILL["waybill_number"]}


@pytest.mark.parametrize(
    ("status", "voided", "code"),
    [
        ("blocked", False, "printing.still_waiting"),
        ("sending", False, "printing.still_waiting"),
        ("uncertain", False, "printing.resolve_first"),
        ("confirmed", True, "printing.voided"),
    ],
)
def test_reprint_is_refused_while_it_would_make_two_or_a_void_one(
    app, tx, station, printer, packer, status, voided, code
):
    first = ask(tx, station)
    with tx() as session:
        session.execute(update(PrintJob).values(status=status, voided=voided))
    refused = say(packer, "print.again", job_id=first, reason="torn")
    assert (refused["ok"], refused["message"]["code"]) == (False, code)
    assert count(tx) == 1
    assert read(tx, first)["status"] == status


def test_person_resolves_the_doubt(app, tx, station, printer, packer):
    first, second = ask(tx, station, 1), ask(tx, station, 2)
    with tx() as session:
        session.execute(update(PrintJob).values(status="uncertain"))
    assert say(packer, "print.resolve", job_id=first, came_out=True)["ok"]
    reply = say(packer, "print.resolve", job_id=second, came_out=False)
    assert reply["popup"] == {"kind": "reprint", "job_id": second}
    assert (read(tx, first)["status"], read(tx, second)["status"]) == ("confirmed", "failed")
    again = say(packer, "print.resolve", job_id=first, came_out=False)
    assert again["message"]["code"] == "printing.not_uncertain"
    assert read(tx, first)["status"] == "confirmed"
    assert say(packer, "print.again", job_id=second, reason="jam")["ok"]


def test_voided_document_is_cancelled_where_it_waits(app, tx, station, printer, packer):
    job_id = ask(tx, station)
    with tx():
        service.void("waybill", 1)
    assert read(tx, job_id)["status"] == "cancelled"
    assert say(packer, "print.again", job_id=job_id, reason="x")["message"]["code"] == "printing.voided"


def test_asked_twice_it_is_one_job(app, tx, station, printer):
    assert ask(tx, station) == ask(tx, station)
    assert count(tx) == 1


def test_another_warehouses_job_is_unknown(app, tx, station, printer):
    job_id = ask(tx, station)
    stranger = Actor(name="X", warehouse_id=2, posts=frozenset({"supervisor"}))
    assert say(stranger, "print.again", job_id=job_id, reason="x")["message"]["code"] == "printing.unknown_job"
    with tx(), pytest.raises(WmsError, match="unknown_job"):
        service.job(job_id, 2)
    assert count(tx) == 1
