"""Labels of bins and racks by the range: in the order of the walk, all or none, stopped, repeated, never outdated."""
from __future__ import annotations

import uuid

import pytest
from print_table import add_printer, codes, dispatching, wait_for
from sqlalchemy import event, func, select, update

from printers.virtual import VirtualPrinter
from wms.access import service as access
from wms.access.models import Person
from wms.core.db import db
from wms.layout import service as layout
from wms.layout.models import Bin, Station
from wms.layout.rules import FloorPlan, ZonePlan
from wms.printing import labels, queue, service
from wms.printing.models import Printer, PrintJob

ROUTES = (("bin_label", "100x50"), ("rack_label", "100x180"))


@pytest.fixture
def house(app, tx):
    """Two aisles of 10 bays × 2 sides × 3 levels, and a station."""
    with tx() as session:
        house = layout.create_warehouse("W1", "One", FloorPlan(2, 3_000, 20_000))
        zones = [ZonePlan("A", "A", 0, 0), ZonePlan("B", "B", 1, 1)]
        layout.generate_block(house.id, zones, positions=10, levels=3)
        session.add(Station(warehouse_id=house.id, code="DESK", name="Labels"))
        return house.id


@pytest.fixture
def printer(tx, house, config):
    with VirtualPrinter("L1", "zpl", config.data / "virtual" / "L1") as machine:
        with tx() as session:
            add_printer(session, session.query(Station).one().id, "L1", "zpl", machine.port, *ROUTES)
        yield machine


@pytest.fixture
def desk(app, tx, house):
    with tx():
        sue = access.add_person("S1", "Sue", access.hash_pin("123456"), house, ["supervisor"], "en")
        headers = {"Authorization": f"Bearer {access.open_session(sue, 'desk')}"}
    client = app.test_client()

    def ask(method, path, body=None, key=None):
        more = {"Idempotency-Key": key} if key else {}
        reply = client.open(f"/api/v1{path}", method=method, json=body, headers={**headers, **more})
        return reply.status_code, reply.json

    return ask


def jobs(status=None):
    db.session.remove()
    wanted = select(PrintJob.data, PrintJob.status, PrintJob.media).order_by(PrintJob.id)
    found = db.session.execute(wanted if status is None else wanted.where(PrintJob.status == status)).all()
    db.session.remove()
    return found


def asked(desk, which, document="bin_label", key=None):
    status, run = desk("POST", "/label-runs", {"document": document, "station": "DESK", "which": which}, key)
    assert status == 201, run
    return run


def test_a_range_comes_in_the_order_of_the_walk(desk, printer):
    run = asked(desk, {"first": "A01-01", "last": "A01-04", "side": "R"})
    assert (run["labels"], run["waiting"], run["printed"], run["scope"]) == (12, 12, 0, "A01-01R1 … A01-04R3")
    assert [job.data["code"] for job in jobs()][:4] == ["A01-01R1", "A01-01R2", "A01-01R3", "A01-02R1"]
    assert [job.data["arrow"] for job in jobs()][:3] == ["down", "up", "up"]
    back = asked(desk, {"zone": "B", "level": 1, "side": "L"})
    assert [job.data["code"] for job in jobs()][12:14] == ["B02-10L1", "B02-09L1"]  # the second aisle is walked back
    assert {job.data["pattern"] for job in jobs()[:12]} != {job.data["pattern"] for job in jobs()[12:]}
    assert [each["id"] for each in desk("GET", "/label-runs")[1]] == [back["id"], run["id"]]


def test_one_click_prints_once(desk, printer):
    key = str(uuid.uuid4())
    assert asked(desk, {"aisle": 0, "level": 2}, key=key) == asked(desk, {"aisle": 0, "level": 2}, key=key)
    assert len(jobs()) == 20


def test_rack_labels_carry_the_whole_bay(desk, printer):
    asked(desk, {"first": "A01-01L1", "last": "A01-02L1"}, "rack_label")
    found = [(job.data["rack"], [row["code"] for row in job.data["rows"]], job.media) for job in jobs()]
    assert found == [
        ("A01-01L", ["A01-01L3", "A01-01L2", "A01-01L1"], "100x180"),
        ("A01-01R", ["A01-01R3", "A01-01R2", "A01-01R1"], "100x180"),
        ("A01-02L", ["A01-02L3", "A01-02L2", "A01-02L1"], "100x180"),
    ]


def test_labels_come_out_and_can_be_scanned(app, desk, printer, tx, house):
    with tx():
        layout.rotate(house, [each.id for each in layout.select_bins(house, layout.Which(aisle=0))])
    run = asked(desk, {"first": "A01-01L", "last": "A01-01R"})
    with dispatching(app):
        wait_for(lambda: desk("GET", "/label-runs")[1][0]["printed"] == run["labels"])
    paper = [codes(path) for path in sorted(printer.folder.glob("*.png"))]
    assert paper == [{f"A01-01{side}{level}"} for side in "LR" for level in (1, 2, 3)]


def test_two_thousand_labels_are_asked_for_in_a_few_statements(app, desk, printer, tx, house):
    with tx():
        layout.generate_block(house, [ZonePlan("C", "C", 0, 1)], positions=125, levels=4)
    statements = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    run = asked(desk, {"zone": "C"})
    assert (run["labels"], len(jobs())) == (2000, 2000)
    assert len(statements) < 40


def test_the_rest_is_stopped_and_asked_for_again(desk, printer, tx):
    run = asked(desk, {"aisle": 0, "level": 1})
    with tx() as session:  # five of them are out
        first = session.execute(select(PrintJob).order_by(PrintJob.id).limit(5)).scalars()
        for job in first:
            job.status = "confirmed"
    stopped = desk("POST", f"/label-runs/{run['id']}/cancel")[1]
    assert (stopped["printed"], stopped["waiting"], stopped["cancelled"]) == (5, 0, 15)
    again = desk("POST", f"/label-runs/{run['id']}/again")[1]
    assert (again["labels"], again["scope"]) == (15, "A01-03R1 … A01-10R1")
    status, reply = desk("POST", f"/label-runs/{again['id']}/again")
    assert (status, reply["code"]) == (409, "printing.nothing_left")


def stand(tx, run, *statuses):
    """The first labels of a run stand so: (status, reason) each."""
    with tx() as session:
        its = select(PrintJob).where(PrintJob.reference == labels.reference_of(run["id"])).order_by(PrintJob.id)
        for job, (status, reason) in zip(session.execute(its).scalars(), statuses, strict=False):
            job.status, job.reason = status, reason


def test_a_label_in_doubt_is_asked_about_and_never_printed_again_unasked(desk, printer, tx):
    run = asked(desk, {"first": "A01-01L", "last": "A01-01R"})
    stand(tx, run, *[("confirmed", None)] * 3, *[("uncertain", "interrupted")] * 2, ("sent", None))
    (shown,) = desk("GET", "/label-runs")[1]
    first, second = shown["doubts"]
    assert (first["place"], first["of"], first["code"], second["code"]) == (4, 6, "A01-01R1", "A01-01R2")
    status, reply = desk("POST", f"/label-runs/{run['id']}/again")
    assert (status, reply["code"], reply["params"]["label"]) == (409, "printing.answer_first", "A01-01R1")
    assert len(jobs()) == 6
    for doubt, came_out in ((first, True), (second, False)):
        assert desk("POST", f"/print-jobs/{doubt['job_id']}/came-out", {"came_out": came_out})[0] == 200
    (shown,) = desk("GET", "/label-runs")[1]
    assert (shown["printed"], shown["failed"], shown["uncertain"], shown["doubts"]) == (5, 1, 0, [])


def test_what_failed_is_a_reprint_on_record_and_as_it_is_today(desk, printer, tx, house):
    run = asked(desk, {"first": "A01-01L", "last": "A01-01R"})
    stand(tx, run, ("failed", "did_not_come_out"), ("uncertain", "offline"), ("failed", "not_sent"))
    stand_as_the_rest_is(tx, run)
    with tx() as session:
        bins = {each.code: each.id for each in session.query(Bin)}
    desk("PATCH", f"/bins/{bins['A01-01L1']}", {"code": "FRONT"})
    status, again = desk("POST", f"/label-runs/{run['id']}/again")
    assert (status, again["id"], again["waiting"], again["failed"], again["uncertain"]) == (201, run["id"], 2, 0, 1)
    with tx() as session:
        copies = session.execute(select(PrintJob).where(PrintJob.copy > 1).order_by(PrintJob.id)).scalars().all()
        parents = [session.get_one(PrintJob, job.parent_id) for job in copies]
        assert [(job.data["code"], job.data["reprint"], job.reprint_reason) for job in copies] == [
            ("FRONT", 1, "did_not_come_out"), ("A01-01L3", 1, "not_sent"),
        ]  # fmt: skip
        assert [job.document_id for job in parents] == [bins["A01-01L1"], bins["A01-01L3"]]
        assert {job.asked_by for job in copies} == {session.query(Person).one().id}
    assert desk("POST", f"/label-runs/{run['id']}/again")[1]["code"] == "printing.answer_first"


def stand_as_the_rest_is(tx, run):
    """What still waits of a run is out."""
    with tx() as session:
        its = PrintJob.reference == labels.reference_of(run["id"]), PrintJob.status == "queued"
        session.execute(update(PrintJob).where(*its).values(status="confirmed"))


def test_what_was_stopped_is_asked_for_again_once(desk, printer, tx):
    run = asked(desk, {"first": "A01-01L", "last": "A01-01R"})
    stand(tx, run, ("failed", "payload_changed"))
    desk("POST", f"/label-runs/{run['id']}/cancel")
    again = desk("POST", f"/label-runs/{run['id']}/again")[1]
    shown = {each["id"]: each for each in desk("GET", "/label-runs")[1]}
    assert [(each["waiting"], each["failed"], each["cancelled"]) for each in (shown[run["id"]], again)] == [
        (1, 0, 0), (5, 0, 0),
    ]  # fmt: skip
    assert desk("POST", f"/label-runs/{run['id']}/again")[1]["code"] == "printing.nothing_left"
    assert len(jobs("queued")) == 6
    assert all("reprint" not in job.data for job in jobs("queued")[1:])


def test_labels_that_became_wrong_are_not_printed(desk, printer, tx, house):
    bins = asked(desk, {"first": "A01-01L1", "last": "A01-01L3"})
    racks = asked(desk, {"first": "A01-01L1", "last": "A01-02L1", "side": "L"}, "rack_label")
    desk("POST", "/bins/check-digits", {"which": {"first": "A01-01L2", "last": "A01-01L2"}})
    shown = {run["id"]: run for run in desk("GET", "/label-runs")[1]}
    assert (shown[bins["id"]]["cancelled"], shown[bins["id"]]["waiting"]) == (1, 2)
    assert (shown[racks["id"]]["cancelled"], shown[racks["id"]]["waiting"]) == (1, 1)
    with tx() as session:
        renamed = session.query(Bin).filter_by(code="A01-01L1").one().id
    desk("PATCH", f"/bins/{renamed}", {"code": "FRONT"})
    assert desk("GET", "/label-runs")[1][1]["cancelled"] == 2


def test_whoever_packs_does_not_wait_behind_labels(app, desk, printer, tx, house):
    asked(desk, {"aisle": 0})
    with tx() as session:
        station = session.query(Station).one().id
        machine = session.query(Printer).one().id
        slip = {"printer": "L1"}
        add_printer(session, station, "L2", "zpl", 9, ("test_page", "100x180"))
        waybill = service.enqueue("test_page", 7, station, slip, asked_by=None)
        waybill.printer_id = machine
        session.flush()
        assert queue.next_here(machine).id == waybill.id
        assert [job["document"] for job in service.jobs_of_station(station)] == ["test_page"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"which": {"aisle": 0}, "station": "NONE"}, "printing.unknown_station"),
        ({"which": {"zone": "X"}}, "layout.nothing_selected"), ({"which": {}}, "layout.nothing_selected"),
        ({"which": {"ids": [10**9]}}, "layout.unknown_bin_id"),
        ({"which": {"aisle": 0}, "document": "waybill"}, "core.invalid"),
        ({"which": {"aisle": 0}, "station": "BARE"}, "printing.no_label_printer"),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_refused_and_nothing_is_asked_for(desk, printer, tx, house, body, code):
    with tx() as session:
        session.add(Station(warehouse_id=house, code="BARE", name="Without a printer"))
    status, reply = desk("POST", "/label-runs", {"station": "DESK", **body})
    assert (status >= 400, reply["code"]) == (True, code)
    assert jobs() == []
    assert desk("GET", "/label-runs")[1] == []


def test_stations_and_previews(desk, printer, tx, house):
    assert desk("GET", "/label-stations")[1] == [
        {"code": "DESK", "name": "Labels", "bin_label": "L1", "rack_label": "L1", "tote_label": None}
    ]
    with tx() as session:
        one = session.execute(select(func.min(Bin.id)).where(Bin.kind == "pick")).scalar()
    for document in ("bin_label", "rack_label"):
        assert desk("GET", f"/label-previews/{one}.png?document={document}")[0] == 200


def test_runs_of_another_warehouse_are_not_seen(app, desk, printer, tx):
    run = asked(desk, {"aisle": 0})
    with tx():
        other = layout.create_warehouse("W2", "Two", FloorPlan(1, 1_000, 1_000)).id
        assert service.label_runs(other) == []
        for act in (service.cancel_labels, lambda *args: service.labels_again(*args, None)):
            with pytest.raises(service.WmsError, match=r"printing\.unknown_run"):
                act(other, run["id"])
    assert len(jobs("queued")) == run["labels"]
