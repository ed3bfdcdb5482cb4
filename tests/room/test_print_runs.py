"""The waybills of a wave as one run: in order, stopped at once, gone on with exactly, none lost and none twice."""
from __future__ import annotations

from datetime import timedelta

import packing_floor as tables
import picking_floor as floor
import pytest
import wall_floor
from picking_floor import do
from print_table import add_printer, came_out, codes, dispatching, wait_for
from sqlalchemy import select, text, update

from printers.virtual import VirtualPrinter
from wms.core.clock import now
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.orders import service as orders
from wms.printing import lease, queue, service
from wms.printing.models import Printer, PrinterRoute, PrintJob
from wms.shipping import ahead, jobs

ORDERS = {f"O{n}": {f"S{n}": 1} for n in range(1, 7)}  # S1 lies nearest
HOUR = timedelta(hours=1)


@pytest.fixture
def house(app):
    return floor.build()


@pytest.fixture
def packer(house):
    return tables.packer(house)


@pytest.fixture
def wave(house, packer):
    """A released wave of six orders, and a printer that nobody drives yet."""
    for number, lines in ORDERS.items():
        floor.order(house, number, lines)
    with transaction() as session:
        add_printer(session, packer.station_id, "Z1", "zpl", 1, ("waybill", "100x180"))
    return floor.wave(house)


def asked(house, wave, way="pick"):
    with transaction():
        run = ahead.print_wave(house.id, wave["id"], "PACK-1", way, None)
    jobs.make_waybills(run["id"])
    return run["id"]


def stands(house):
    with transaction():
        return service.newest_runs(house.id)[0]


def sheets():
    """[(place, copy, status, order)] of all labels of runs, as they lie on the stack."""
    with transaction() as session:
        rows = session.execute(
            text(
                "SELECT j.run_place, j.copy, j.status, o.number FROM print_job j "
                "JOIN parcel p ON p.id = j.document_id JOIN sales_order o ON o.id = p.order_id "
                "WHERE j.document = 'waybill' AND j.run_id IS NOT NULL ORDER BY j.run_place, j.copy"
            )
        )
        return [tuple(row) for row in rows]


def send(token, result="confirmed"):
    """The printer's next label goes out, as a dispatcher sends it; returns its place. None when none waits."""
    with transaction() as session:
        printer_id = session.execute(select(Printer.id)).scalar_one()
        work = queue.next_here(printer_id)
        if work is None:
            return None
        queue.keep(work.id, printer_id, queue.Rendered(b"x", ()))
        assert queue.begin(work.id, printer_id, token, b"x")
        if result == "confirmed":
            queue.sent(work.id, token, "buffer_drained")
        elif result == "uncertain":
            queue.in_doubt(work.id, token, "interrupted")
        return session.get_one(PrintJob, work.id).run_place


def take():
    with transaction() as session:
        session.execute(update(Printer).values(lease_until=None))
        return lease.take(session.execute(select(Printer.id)).scalar_one(), "w")


def test_a_run_comes_out_in_pick_order_each_once_and_is_packed_with(app, house, packer, config):
    for number in reversed(ORDERS):
        floor.order(house, number, ORDERS[number])
    made = floor.wave(house)
    with VirtualPrinter("Z1", "zpl", config.data / "virtual" / "Z1") as machine:
        with transaction() as session:
            add_printer(session, packer.station_id, "Z1", "zpl", machine.port, ("waybill", "100x180"))
        run_id = asked(house, made)
        assert asked(house, made) == run_id  # the second click
        with dispatching(app):
            wait_for(lambda: stands(house)["state"] == "done")
        shown = stands(house)
        assert (shown["out"], shown["labels"], shown["next"]) == (6, 6, None)
        labels = [codes(machine.folder / each["file"]) for each in came_out(machine.folder, 6)][::-1]
        with pytest.raises(WmsError, match=r"no_waybills_left"):
            asked(house, made)
    walked = floor.value(
        "SELECT string_agg(o.number, ',' ORDER BY l.seq) FROM pick_line l JOIN sales_order o ON o.id = l.order_id"
    )
    assert [number for _, _, _, number in sheets()] == walked.split(",")
    numbers = floor.value("SELECT string_agg(data->>'waybill_number', ',' ORDER BY run_place) FROM print_job")
    assert labels == [{number} for number in numbers.split(",")]
    assert floor.value("SELECT data->>'printed_at' FROM print_job WHERE run_place = 4").startswith("4/6 · ")
    # Each lies in its tote; scanned there it opens its parcel, and what closes that prints no other one.
    picker = floor.person(house, "P")
    floor.pick_all(picker, floor.start(picker, "C1"))
    first = numbers.split(",")[0]
    parcel = do(packer, "pack.open", code=first)["data"]["parcel"]
    assert parcel["waybill"] == first
    for line in parcel["lines"]:
        do(packer, "pack.verify", parcel_id=parcel["id"], code=line["sku"]["barcodes"][0], qty=line["qty"])
    closed = do(packer, "pack.close", parcel_id=parcel["id"], weight_g=200, source="typed", weight_confirmed=True)
    assert closed["data"]["parcel"]["waybill"] == first
    assert floor.value("SELECT count(*) FROM print_job WHERE document = 'waybill'") == 6
    assert floor.value("SELECT count(*) FROM waybill") == 6


def test_a_stopped_run_goes_on_at_the_exact_label(house, wave):
    run_id, token = asked(house, wave), take()
    assert [send(token), send(token)] == [1, 2]
    with transaction():
        shown = service.stop_run(house.id, run_id)
    assert (shown["state"], shown["next"], shown["out"], shown["stopped"]) == ("stopped", 3, 2, 4)
    assert send(token) is None
    with transaction():
        assert service.stop_run(house.id, run_id)["stopped"] == 4  # a second click
        service.resume_run(house.id, run_id, None)
        service.resume_run(house.id, run_id, None)
    assert [send(token) for _ in range(5)] == [3, 4, 5, 6, None]
    assert [(place, copy) for place, copy, _, _ in sheets()] == [(n, 1) for n in range(1, 7)]
    assert stands(house)["state"] == "done"


def test_a_run_stays_at_its_printer_and_moves_as_a_whole_when_it_is_gone_on_with(house, wave, packer, monkeypatch):
    """Labels of one run are one stack: those that a stopped printer holds up, and those that are made then."""
    monkeypatch.setattr("wms.printing.runs.AT_ONCE", 3)
    with transaction() as session:
        (first,) = session.execute(select(Printer.id)).scalars()
        second = add_printer(session, packer.station_id, "Z2", "zpl", 2)
        session.add(
            PrinterRoute(station_id=packer.station_id, document="waybill", media="100x150", printer_id=second, rank=2)
        )
        session.execute(update(Printer).values(status="ready", status_at=now(), lease_until=now() + HOUR))
    with transaction():
        run_id = ahead.print_wave(house.id, wave["id"], "PACK-1", "pick", None)["id"]
    with transaction():
        assert ahead.make_some(run_id)
    with transaction() as session:
        stopped = {"status": "blocked", "status_at": now() - HOUR}
        session.execute(update(Printer).where(Printer.id == first).values(stopped))
    with transaction():
        queue.find_printers()
    jobs.make_left()
    assert lies() == [(first, "100x180")] * 6
    with transaction():
        service.stop_run(house.id, run_id)
        assert service.resume_run(house.id, run_id, None)["printer"] == "Z2"
    assert lies() == [(second, "100x150")] * 6


def lies():
    """[(printer, media)] of the labels of runs, by place."""
    with transaction() as session:
        its = select(PrintJob.printer_id, PrintJob.media).where(PrintJob.run_id.is_not(None))
        return [tuple(row) for row in session.execute(its.order_by(PrintJob.run_place))]


def test_a_label_in_doubt_halts_its_run_and_is_asked_about_first(house, wave, packer):
    run_id, token = asked(house, wave), take()
    send(token)
    assert send(token, "uncertain") == 2
    assert send(token) is None
    shown = stands(house)
    assert (shown["state"], shown["stopped_by"], shown["next"]) == ("stopped", "doubt", 2)
    (doubt,) = shown["doubts"]
    with pytest.raises(WmsError, match=r"answer_first") as refused, transaction():
        service.resume_run(house.id, run_id, None)
    assert refused.value.params["place"] == 2
    # The station asks the one question, whatever else was printed since.
    job = do(packer, "print.jobs")["data"]["jobs"][0]
    assert (job["id"], job["place"], job["of"], job["code"]) == (doubt["job_id"], 2, 6, doubt["code"])
    reply = do(packer, "print.resolve", job_id=job["id"], came_out=False)
    assert (reply["message"]["code"], reply["popup"]) == ("printing.again_in_run", None)
    assert [send(token) for _ in range(6)] == [2, 3, 4, 5, 6, None]
    assert [(place, copy, status) for place, copy, status, _ in sheets()][1:3] == [
        (2, 1, "failed"), (2, 2, "confirmed"),
    ]  # fmt: skip
    assert floor.value("SELECT data->>'reprint' FROM print_job WHERE copy = 2") == "1"
    assert floor.value("SELECT reprint_reason FROM print_job WHERE copy = 2") == "did_not_come_out"
    assert stands(house)["out"] == 6


def test_a_worker_killed_between_two_bytes_leaves_one_question_and_nothing_is_printed_twice(house, wave, packer):
    asked(house, wave)
    token = take()
    send(token)
    assert send(token, "killed") == 2
    token = take()  # another worker drives the printer now
    assert send(token) is None
    (doubt,) = stands(house)["doubts"]
    assert doubt["place"] == 2
    do(packer, "print.resolve", job_id=doubt["job_id"], came_out=True)
    token = take()  # killed between two labels: there is nothing to ask
    assert [send(token) for _ in range(5)] == [3, 4, 5, 6, None]
    assert [(place, copy) for place, copy, _, _ in sheets()] == [(n, 1) for n in range(1, 7)]


def test_a_maker_killed_in_the_middle_is_gone_on_with(house, wave, monkeypatch):
    monkeypatch.setattr("wms.printing.runs.AT_ONCE", 2)
    with transaction():
        run = ahead.print_wave(house.id, wave["id"], "PACK-1", "pick", None)
    with transaction():
        assert ahead.make_some(run["id"])

    def die():
        with transaction():
            ahead.make_some(run["id"])
            raise RuntimeError  # as the process does

    with pytest.raises(RuntimeError):
        die()
    assert (stands(house)["state"], stands(house)["made"]) == ("making", 2)
    jobs.make_left()
    assert [(place, number) for place, _, _, number in sheets()] == list(enumerate(ORDERS, 1))
    with transaction():  # stopped while it is made: nothing more is made
        assert not ahead.make_some(run["id"])


def test_stopping_stops_the_maker_too(house, wave, monkeypatch):
    monkeypatch.setattr("wms.printing.runs.AT_ONCE", 2)
    with transaction():
        run = ahead.print_wave(house.id, wave["id"], "PACK-1", "pick", None)
    with transaction():
        ahead.make_some(run["id"])
        service.stop_run(house.id, run["id"])
    jobs.make_waybills(run["id"])
    jobs.make_left()
    assert (stands(house)["made"], stands(house)["next"]) == (2, 1)
    with transaction():
        service.resume_run(house.id, run["id"], None)
    jobs.make_waybills(run["id"])
    assert (stands(house)["made"], stands(house)["waiting"]) == (6, 6)


def test_a_packer_who_is_faster_gets_the_label_at_the_table(house, wave, packer):
    asked(house, wave)
    picker = floor.person(house, "P")
    floor.pick_all(picker, floor.start(picker, "C1"))
    tote = floor.value(
        "SELECT c.code FROM pick_tote t JOIN container c ON c.id = t.container_id "
        "JOIN sales_order o ON o.id = t.order_id WHERE o.number = 'O5'"
    )
    tables.packed(packer, tote)
    assert [number for _, _, _, number in sheets()] == ["O1", "O2", "O3", "O4", "O6"]
    token = take()
    assert [send(token) for _ in range(6)] == [None, 1, 2, 3, 4, 6]  # what a packer waits for goes before runs
    assert (stands(house)["state"], stands(house)["out"], stands(house)["skipped"]) == ("done", 5, 1)


def test_a_cancelled_order_takes_its_label_out_of_the_run(house, wave):
    run_id = asked(house, wave)
    with transaction():
        service.stop_run(house.id, run_id)
    do(house.boss, "wave.pull", wave_id=wave["id"], order_ids=[house.orders["O2"]])
    with transaction():
        orders.cancel([house.orders["O2"]])
    assert floor.value("SELECT status FROM parcel WHERE order_id = :id", id=house.orders["O2"]) == "void"
    with transaction():
        service.resume_run(house.id, run_id, None)
    token = take()
    assert [send(token) for _ in range(6)] == [1, 3, 4, 5, 6, None]
    assert (stands(house)["state"], stands(house)["out"], stands(house)["skipped"]) == ("done", 5, 1)


def test_a_run_is_refused_with_what_to_do(house, packer, wave):
    def code(act):
        with pytest.raises(WmsError) as refused, transaction():
            act()
        return refused.value.code

    planned = floor.order(house, "O9", {"S1": 1})
    assert planned
    later = do(house.boss, "wave.build", max_orders=10, totes_per_cart=4)["data"]["wave"]
    assert code(lambda: ahead.print_wave(house.id, later["id"], "PACK-1", "pick", None)) == "shipping.not_released"
    assert code(lambda: ahead.print_wave(house.id, wave["id"], "X", "pick", None)) == "printing.unknown_station"
    with transaction() as session:
        session.execute(update(Printer).values(active=False))
    assert code(lambda: ahead.print_wave(house.id, wave["id"], "PACK-1", "pick", None)) == "printing.no_label_printer"
    assert code(lambda: service.stop_run(house.id, 77)) == "printing.unknown_run"
    assert floor.value("SELECT count(*) FROM print_run") == 0


def test_by_the_slots_of_a_put_wall(app):
    house = wall_floor.build(slots=6)
    packer = tables.packer(house)
    for number, lines in ORDERS.items():
        floor.order(house, number, lines)
    made = wall_floor.release(house)
    with transaction() as session:
        add_printer(session, packer.station_id, "Z1", "zpl", 1, ("waybill", "100x180"))
        session.execute(  # the orders have their slots, the last one the first
            text(
                "UPDATE pick_tote t SET container_id = s.container_id FROM wall_slot s, sales_order o "
                "WHERE o.id = t.order_id AND s.nr = 7 - substr(o.number, 2)::int"
            )
        )
    asked(house, made, "slot")
    assert [number for _, _, _, number in sheets()] == ["O6", "O5", "O4", "O3", "O2", "O1"]
