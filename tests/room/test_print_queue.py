"""What the queue does when a printer stops, a job grows old, or its bytes are not those that were rendered."""
from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import print_table
import pytest
from print_table import WAYBILL, add_printer, ask, dispatching, read, told, until, wait_for
from sqlalchemy import event, select, update

from printers.direct import Direct
from printers.virtual import VirtualPrinter, read_labels
from wms.core.clock import now
from wms.core.db import db
from wms.printing import lease, queue, routes, service, setup, wire
from wms.printing.models import Printer, PrinterRoute, PrintJob
from wms.printing.rules import wanted_for
from wms.printing.told import SHOWN

station, printer = print_table.station, print_table.printer
LONG = timedelta(hours=1)
AT = routes.PATIENCE + timedelta(seconds=1)


@pytest.fixture
def two(tx, station):
    """Two printers of waybills at one station: (first, second)."""
    with tx() as session:
        first = add_printer(session, station, "Z1", "zpl", 1, ("waybill", "100x180"))
        second = add_printer(session, station, "Z2", "zpl", 2)
        session.add(
            PrinterRoute(station_id=station, document="waybill", media="76x130", printer_id=second, rank=2)
        )
        session.execute(update(Printer).values(status="ready", status_at=now()))
        for each in (first, second):
            drive(session, each, LONG)
    return first, second


def drive(session, printer_id, left):
    """Somebody drives a printer, for so long; None: nobody has yet."""
    until = None if left is None else now() + left
    session.execute(update(Printer).where(Printer.id == printer_id).values(lease_until=until))



def stop(tx, printer_id, ago):
    with tx() as session:
        session.execute(
            update(Printer).where(Printer.id == printer_id).values(status="blocked", status_at=now() - ago)
        )


def where(tx, job_id):
    with tx() as session:
        job = session.get_one(PrintJob, job_id)
        return job.printer_id, job.media, job.status


def rendered(tx, job_id, printer_id, payload=b"x"):
    with tx():
        assert queue.keep(job_id, printer_id, wire.Rendered(payload, ()))


def begun(tx, job_id, printer_id, payload=b"x"):
    """The token under which the job is being sent."""
    with tx() as session:
        drive(session, printer_id, None)
        token = lease.take(printer_id, "me")
        assert queue.begin(job_id, printer_id, token, payload)
    return token


def find_printers(tx):
    with tx():
        queue.find_printers()


# ---- another printer

def test_what_waits_for_a_stopped_printer_goes_to_the_next_one_and_is_rendered_for_it(app, tx, station, two):
    waiting, on_its_way = ask(tx, station, 1), ask(tx, station, 2)
    for job_id in (waiting, on_its_way):
        rendered(tx, job_id, two[0])
    begun(tx, on_its_way, two[0])
    stop(tx, two[0], AT)
    find_printers(tx)
    assert where(tx, waiting) == (two[1], "76x130", "queued")
    with tx() as session:
        assert session.get_one(PrintJob, waiting).payload is None
    assert where(tx, on_its_way) == (two[0], "100x180", "sending")  # its first byte may be out
    assert told(tx, station, "print.job")[-1]["printer"] == "Z2"
    assert where(tx, ask(tx, station, 3))[0] == two[1]


@pytest.mark.parametrize("case", ["a moment", "both", "the other is out of service"])
def test_they_stay_where_going_elsewhere_does_not_help(app, tx, station, two, case):
    job_id = ask(tx, station)
    stop(tx, two[0], timedelta(seconds=1) if case == "a moment" else AT)
    if case == "both":
        stop(tx, two[1], AT)
    if case == "the other is out of service":
        with tx() as session:
            session.execute(update(Printer).where(Printer.id == two[1]).values(active=False))
    find_printers(tx)
    assert where(tx, job_id) == (two[0], "100x180", "queued")


def test_they_go_on_when_whoever_drove_the_printer_is_gone(app, tx, station, two):
    job_id = ask(tx, station)
    with tx() as session:
        drive(session, two[0], -LONG)
    find_printers(tx)
    assert where(tx, job_id)[0] == two[1]


@pytest.mark.parametrize("other", [-LONG, None])
def test_they_wait_for_their_printer_while_nobody_drives_any(app, tx, station, two, other):
    """The worker is away: one that nobody drives is no better than another."""
    before = ask(tx, station, 1)
    with tx() as session:
        drive(session, two[0], -LONG)
        drive(session, two[1], other)
    find_printers(tx)
    assert where(tx, before)[0] == where(tx, ask(tx, station, 2))[0] == two[0]


def test_a_printer_that_was_only_handed_over_keeps_its_jobs(app, tx, station, two):
    with tx() as session:
        drive(session, two[0], None)
        lease.give_up(two[0], lease.take(two[0], "me"))
    assert where(tx, ask(tx, station))[0] == two[0]


def test_what_was_rendered_for_the_first_printer_is_not_kept_for_the_second(app, tx, station, two):
    job_id = ask(tx, station)
    stop(tx, two[0], AT)
    find_printers(tx)
    with tx():
        assert not queue.keep(job_id, two[0], wire.Rendered(b"for the first", ()))
        queue.failed(job_id, two[0], "cannot_render")
    assert where(tx, job_id) == (two[1], "76x130", "queued")


def test_only_a_printer_with_the_media_that_was_asked_for(app, tx, station, two):
    with tx():
        job_id = service.enqueue("waybill", 1, station, WAYBILL, asked_by=None, media="76x130").id
        nowhere = service.enqueue("waybill", 2, station, WAYBILL, asked_by=None, media="100x150")
        assert (nowhere.status, nowhere.reason, nowhere.media) == ("blocked", routes.NO_PRINTER, "100x150")
        nowhere = nowhere.id
    assert where(tx, job_id)[:2] == (two[1], "76x130")
    stop(tx, two[1], AT)
    find_printers(tx)
    assert where(tx, job_id)[:2] == (two[1], "76x130")
    assert where(tx, nowhere)[0] is None


def test_labels_go_on_at_the_other_printer_and_each_comes_out_once(app, tx, station, printer, config):
    with VirtualPrinter("Z2", "zpl", config.data / "virtual" / "Z2") as other:
        with tx() as session:
            second_in_line(session, station, other)
        printer.set(faults=["paper_out"])
        with dispatching(app):
            job_id = ask(tx, station)
            until(tx, job_id, "blocked")
            with tx() as session:
                session.execute(
                    update(Printer).where(Printer.code == "Z1").values(status_at=now() - LONG)
                )
            until(tx, job_id, "confirmed")
            printer.set(faults=[])
            wait_for(lambda: where_ready(tx))
        assert (len(read_labels(printer.folder)), len(read_labels(other.folder))) == (0, 1)


def second_in_line(session, station, other):
    printer_id = add_printer(session, station, "Z2", "zpl", other.port)
    session.add(
        PrinterRoute(station_id=station, document="waybill", media="100x180", printer_id=printer_id, rank=2)
    )


def where_ready(tx):
    with tx() as session:
        return set(session.execute(select(Printer.status)).scalars()) == {"ready"}


def test_what_waits_for_a_stopped_printer_is_held_up_at_once_however_many(app, tx, station, two):
    ids = [ask(tx, station, number) for number in range(1, 31)]
    before = len(told(tx, station, "print.job"))
    statements = []

    def note(connection, cursor, statement, *_):
        statements.append(statement)

    with tx() as session:
        event.listen(session.get_bind(), "before_cursor_execute", note)
        try:
            queue.hold_up(two[0], "paper_out")
        finally:
            event.remove(session.get_bind(), "before_cursor_execute", note)
    assert len(statements) == 1
    assert {where(tx, job_id)[2] for job_id in ids} == {"blocked"}
    # The page shows no more of them, and asks how all stand when it hears of one.
    heard = told(tx, station, "print.job")[before:]
    assert [(each["id"], each["reason"], each["printer"]) for each in heard] == [
        (job_id, "paper_out", "Z1") for job_id in ids[-SHOWN:]
    ]


# ---- one label after the other

def test_the_next_label_is_drawn_while_one_prints(app, tx, station, printer, monkeypatch):
    first, second, render, seen = ask(tx, station, 1), ask(tx, station, 2), wire.render, []

    def noting(*job):
        with db.engine.connect() as connection:
            asked = select(PrintJob.status).where(PrintJob.id == first)
            seen.append(connection.execute(asked).scalar_one())
        return render(*job)

    monkeypatch.setattr(wire, "render", noting)
    with dispatching(app):
        for job_id in (first, second):
            until(tx, job_id, "confirmed")
    assert seen == ["queued", "sending"]


def test_proof_that_could_not_be_written_at_once_is_written_later(app, tx, station, printer, monkeypatch):
    sent, refused, tries = queue.sent, [True], []

    def once_refused(job_id, *proof):
        tries.append(job_id)
        if refused.pop() if refused else False:
            raise RuntimeError
        sent(job_id, *proof)

    monkeypatch.setattr(queue, "sent", once_refused)
    ids = [ask(tx, station, number) for number in (1, 2)]
    with dispatching(app):
        for job_id in ids:
            until(tx, job_id, "confirmed")
    assert tries == [ids[0], ids[0], ids[1]]
    assert len(read_labels(printer.folder)) == 2


# ---- a printer that stops with a label in it

@pytest.fixture
def stops_with_it(printer, monkeypatch):
    """The paper of the printer ends under the first byte of the first label."""
    send, first = Direct.send, [True]

    def wrapped(self, payload, begin, meanwhile):
        def begin_and_stop():
            begin()
            if first.pop() if first else False:
                printer.set(faults=["paper_out"])

        return send(self, payload, begin_and_stop, meanwhile)

    monkeypatch.setattr(Direct, "send", wrapped)


def stands(tx, job_id):
    job = read(tx, job_id)
    return job["status"], job["reason"]


def test_label_in_a_stopped_printer_is_waited_for(app, tx, station, printer, stops_with_it):
    with dispatching(app):
        first, second = ask(tx, station, 1), ask(tx, station, 2)
        wait_for(lambda: stands(tx, first) == ("sending", "paper_out"))
        until(tx, second, "blocked")
        assert stands(tx, first) == ("sending", "paper_out")
        printer.set(faults=[])
        job, _ = until(tx, first, "confirmed", "uncertain")
        assert (job["status"], job["confirmation"], job["reason"]) == ("confirmed", "buffer_drained", None)
        until(tx, second, "confirmed")
    assert len(read_labels(printer.folder)) == 2


def test_label_in_a_printer_that_is_switched_off_is_in_doubt(app, tx, station, printer, stops_with_it):
    with dispatching(app):
        first, second = ask(tx, station, 1), ask(tx, station, 2)
        wait_for(lambda: stands(tx, first) == ("sending", "paper_out"))
        printer.set(power=False)
        job, _ = until(tx, first, "confirmed", "uncertain")
        assert (job["status"], job["reason"]) == ("uncertain", "offline")
        printer.set(power=True, faults=[])
        until(tx, second, "confirmed")
    assert len(read_labels(printer.folder)) == 1


def test_label_in_a_printer_that_is_taken_out_of_service_is_in_doubt_and_printed_at_the_next(
    app, tx, station, printer, stops_with_it, config
):
    with VirtualPrinter("Z2", "zpl", config.data / "virtual" / "Z2") as other, dispatching(app):
        first, second = ask(tx, station, 1), ask(tx, station, 2)
        wait_for(lambda: stands(tx, first) == ("sending", "paper_out"))
        with tx() as session:
            second_in_line(session, station, other)
            house = session.execute(select(Printer.warehouse_id).limit(1)).scalar_one()
            setup.change(house, config.printer_networks, "Z1", {"active": False})
        until(tx, first, "uncertain")
        assert stands(tx, first) == ("uncertain", "switched_off")
        assert (first, "uncertain") in [(each["id"], each["status"]) for each in told(tx, station, "print.job")]
        until(tx, second, "confirmed")
        with tx():
            service.resolve(first, False, warehouse_id=house)
            anew = service.again(first, "not there", warehouse_id=house, station_id=station, actor_id=None).id
        until(tx, anew, "confirmed")
    assert (len(read_labels(printer.folder)), len(read_labels(other.folder))) == (0, 2)


def test_a_label_is_not_in_doubt_while_its_printer_is_still_driven(app, tx, station, two):
    """Switched off in the middle of a label: whoever sends it finishes it first."""
    job_id = ask(tx, station)
    rendered(tx, job_id, two[0])
    token = begun(tx, job_id, two[0])
    with tx() as session:
        session.execute(update(Printer).where(Printer.id == two[0]).values(active=False))
        drive(session, two[0], LONG)
    with tx():
        lease.doubt_what_is_switched_off()
    assert read(tx, job_id)["status"] == "sending"
    with tx():
        lease.give_up(two[0], token)
    with tx():
        lease.doubt_what_is_switched_off()
    assert read(tx, job_id)["status"] == "uncertain"


# ---- what must not be sent

def test_what_cannot_be_drawn_says_which_field_and_why(app, tx, station, printer):
    long = {**WAYBILL, "recipient": {**WAYBILL["recipient"], "address": "文三路一号" * 400}}
    without = {**WAYBILL, "route_code": ""}
    with dispatching(app):
        jobs = [until(tx, ask(tx, station, nr, data=data), "failed")[0] for nr, data in enumerate((long, without), 1)]
    assert [job["reason"] for job in jobs] == [
        "cannot_render: recipient.address: does_not_fit", "cannot_render: route_code: missing",
    ]  # fmt: skip
    assert read_labels(printer.folder) == []


def test_what_is_not_what_was_rendered_is_not_sent(app, tx, station, printer):
    job_id = ask(tx, station)
    with tx() as session:
        printer_id = session.execute(select(Printer.id)).scalar_one()
    rendered(tx, job_id, printer_id)
    with tx() as session:
        session.execute(update(PrintJob).values(payload=b"y"))
    with dispatching(app):
        job, _ = until(tx, job_id, "failed")
        until(tx, ask(tx, station, 2), "confirmed")
    assert job["reason"] == "payload_changed"
    assert len(read_labels(printer.folder)) == 1


def test_nothing_begins_that_was_voided_moved_or_is_driven_by_another(app, tx, station, two):
    """Drawn or not: one statement takes the printer, keeps the bytes and begins, or leaves all as it was."""
    fresh = wire.Rendered(b"y", ("recipient.name",), None)
    for nr, drawn in enumerate((None, fresh), 1):
        job_id = ask(tx, station, nr)
        if drawn is None:
            rendered(tx, job_id, two[0], b"y")
        with tx() as session:
            session.execute(update(Printer).values(lease_until=None))
            token = lease.take(two[0], "me")
        before = read(tx, job_id)["status"]
        with pytest.raises(lease.LeaseLostError), tx():
            queue.begin(job_id, two[0], token - 1, b"y", drawn)
        with tx():
            assert not queue.begin(job_id, two[1], lease.take(two[1], "me"), b"y", drawn)  # it is another's by now
        with pytest.raises(queue.PayloadChangedError), tx():
            queue.begin(job_id, two[0], token, b"z", drawn)
        assert read(tx, job_id)["status"] == before
        with tx():
            assert queue.begin(job_id, two[0], token, b"y", drawn)
        assert stands(tx, job_id) == ("sending", queue.SUBSTITUTED + "recipient.name" if drawn else None)
        voided = ask(tx, station, 10 + nr)
        if drawn is None:
            rendered(tx, voided, two[0], b"y")
        with tx():
            service.void("waybill", 10 + nr)
            assert not queue.begin(voided, two[0], token, b"y", drawn)
        assert read(tx, voided)["status"] == "cancelled"


def test_what_was_voided_while_it_was_being_sent_does_not_wait_for_the_printer(app, tx, station, two):
    job_id = ask(tx, station)
    rendered(tx, job_id, two[0])
    token = begun(tx, job_id, two[0])
    with tx():
        service.void("waybill", 1)
    assert read(tx, job_id)["status"] == "sending"
    with tx():
        queue.not_sent(job_id, token, "offline")
    assert read(tx, job_id)["status"] == "cancelled"


def test_what_nobody_wants_any_more_expires(app, tx, station, two):
    old, new, out = ask(tx, station, 1), ask(tx, station, 2), ask(tx, station, 3)
    rendered(tx, out, two[0])
    begun(tx, out, two[0])
    with tx() as session:
        session.execute(update(PrintJob).where(PrintJob.id != new).values(expires_at=now() - timedelta(seconds=1)))
    with tx():
        queue.expire()
    assert [read(tx, job_id)["status"] for job_id in (old, new, out)] == ["expired", "queued", "sending"]
    assert told(tx, station, "print.job")[-1]["status"] == "expired"
    with tx() as session:
        job = session.get_one(PrintJob, new)
        assert timedelta(0) <= job.expires_at - job.asked_at - wanted_for("waybill") < timedelta(minutes=1)


def test_no_more_labels_a_minute_than_the_printer_may_have(app, tx, station, printer):
    with tx() as session:
        session.execute(update(Printer).values(rate=40))
    with dispatching(app):
        for number in (1, 2, 3):
            last = ask(tx, station, number)
        until(tx, last, "confirmed")
    with tx() as session:
        sent = list(session.execute(select(PrintJob.sent_at).order_by(PrintJob.id)).scalars())
    assert all((after - before).total_seconds() > 1.4 for before, after in pairwise(sent))
