"""A real agent beside the service: over HTTP, with a journal on disk and printers that only it knows the way to."""
from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager

import print_table
import pytest
from print_table import WAYBILL, ask, came_out, codes, dispatching, read, until, wait_for
from sqlalchemy import func, select, update
from werkzeug.serving import make_server

from printers.virtual import VirtualPrinter
from wms.access import service as access
from wms.access.models import Person
from wms.agent import VERSION, wheel
from wms.agent import settings as kept
from wms.agent.journal import Job, Journal
from wms.agent.link import Link, RefusedError
from wms.agent.machine import Machine, model_of
from wms.agent.main import main
from wms.agent.run import Agent
from wms.agent.settings import Allowed, Settings
from wms.core.clock import now
from wms.core.error import WmsError
from wms.layout.models import Station
from wms.packing.scale import OnScale
from wms.packing.service import scale_of
from wms.printing import agents, lease, queue, service, setup, weights
from wms.printing.models import PrintAgent, Printer, PrinterRoute, PrintJob

station = print_table.station


@pytest.fixture
def served(app):
    """The service's address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def code(tx, station):
    with tx() as session:
        house = session.get_one(Station, station).warehouse_id
        return agents.open_one(house, "PACK-1", "Table 1", by=None)[1]


@pytest.fixture
def machine(config):
    with VirtualPrinter("Z1", "zpl", config.data / "virtual" / "Z1") as virtual:
        yield virtual


@pytest.fixture
def folder(served, code, machine, tmp_path):
    """An agent's folder, enrolled and with its printer, as the command leaves it."""
    here = tmp_path / "agent"
    assert main(["--folder", str(here), "enrol", served, code]) == 0
    assert main(["--folder", str(here), "allow", "LABEL", f"tcp://127.0.0.1:{machine.port}"]) == 0
    return here


@pytest.fixture
def known(tx, station, folder):
    """The same, greeted once, and its printer is where waybills go."""
    link(folder).greet([{"name": "LABEL", "language": "zpl", "dpi": 203, "must_answer": True}])
    with tx() as session:
        printer_id = session.execute(select(Printer.id)).scalar_one()
        session.add(PrinterRoute(station_id=station, document="waybill", media="100x180", printer_id=printer_id))
    return folder


def link(folder):
    return Link(kept.read(folder))


@contextmanager
def working(folder, **options):
    agent = Agent(folder, kept.read(folder), wait=0.5, **options)
    thread = threading.Thread(target=agent.run)
    thread.start()
    try:
        yield agent
    finally:
        agent.stop()
        thread.join(timeout=print_table.PATIENCE)
        assert not thread.is_alive()


def its_agent(tx):
    with tx() as session:
        row = session.execute(select(PrintAgent)).scalar_one()
        return agents.Agent(row.id, row.warehouse_id, row.station_id)


def drawn(tx, job_id):
    def done():
        with tx() as session:
            return session.get_one(PrintJob, job_id).status == "rendered"

    wait_for(done)


# ---- letting one in

def test_a_code_is_good_for_one_agent(tx, served, code, station):
    mine, other = (Link(Settings(server=served, secret=f"wmsa_{letter * 50}")) for letter in "ab")
    assert mine.enrol(code.lower())["station"] == "PACK-1"
    assert mine.enrol(code)["station"] == "PACK-1"  # the answer was lost
    with pytest.raises(RefusedError) as refused:
        other.enrol(code)
    assert (refused.value.status, refused.value.code) == (404, "printing.wrong_agent_code")
    mine.greet([])
    with pytest.raises(RefusedError) as refused:
        other.greet([])
    assert refused.value.status == 401
    with tx(), pytest.raises(WmsError, match="unknown_agent"):
        agents.revoke(2, 1)
    with tx():
        agents.revoke(1, 1)
    with pytest.raises(RefusedError):
        mine.greet([])


def test_an_old_code_is_worth_nothing(tx, served, code):
    with tx() as session:
        session.execute(update(PrintAgent).values(code_until=now()))
    with pytest.raises(RefusedError):
        Link(Settings(server=served, secret="wmsa_" + "a" * 50)).enrol(code)


def test_an_administrator_lets_it_in_over_http(app, tx, station):
    client = app.test_client()
    with tx() as session:
        house = session.get_one(Station, station).warehouse_id
        for post in ("admin", "supervisor"):
            access.add_person(post, post, access.hash_pin("123456"), house, [post], "en")
    with tx() as session:
        tokens = {
            person.badge: {"Authorization": f"Bearer {access.open_session(person, 'test')}"}
            for person in session.query(Person)
        }
    asked = {"station": "PACK-1", "name": "Table 1"}
    assert client.post("/api/v1/print-agents", json=asked, headers=tokens["supervisor"]).status_code == 403
    made = client.post("/api/v1/print-agents", json=asked, headers=tokens["admin"])
    assert made.status_code == 201
    (shown,) = client.get("/api/v1/print-agents", headers=tokens["supervisor"]).json
    assert (shown["station"], shown["enrolled"], made.json["code"] in str(shown)) == ("PACK-1", False, False)
    assert client.delete(f"/api/v1/print-agents/{shown['id']}", headers=tokens["admin"]).status_code == 204
    assert client.get("/api/v1/print-agents", headers=tokens["supervisor"]).json == []
    # A person is no agent, whatever their post.
    assert client.post("/api/v1/print-agents/jobs", json={}, headers=tokens["admin"]).status_code == 403


# ---- printing

def test_label_comes_out_beside_the_agent_and_the_service_knows_no_address(app, tx, station, known, machine):
    with dispatching(app), working(known):
        job, _ = until(tx, ask(tx, station), "confirmed")
        assert job["confirmation"] == "buffer_drained"
        for number in (2, 3, 4):
            last = ask(tx, station, number)
        until(tx, last, "confirmed")
    assert len(came_out(machine.folder, 4)) == 4
    assert codes(machine.folder / "000001.png") == {WAYBILL["waybill_number"]}
    with tx() as session:
        row = session.execute(select(Printer)).scalar_one()
        assert (row.transport, row.address, row.status) == ("agent", "LABEL", "ready")


def test_what_model_it_is_changes_what_was_drawn_and_how_the_agent_asks(app, tx, station, known, machine):
    def payload(job_id):
        with tx() as session:
            return session.get_one(PrintJob, job_id).payload or b""

    def told(profile):
        with tx() as session:
            house = session.get_one(Station, station).warehouse_id
            assert setup.change(house, "", "LABEL", {"profile": profile})["profile"] == profile

    with dispatching(app):
        job_id = ask(tx, station)
        wait_for(lambda: b":Z64:" in payload(job_id))
        told("generic-zpl-hex")  # while it waits
        wait_for(lambda: payload(job_id) and b":Z64:" not in payload(job_id))
        told("virtual-zpl")
        wait_for(lambda: b":Z64:" in payload(job_id))
        with working(known):
            assert until(tx, job_id, "confirmed")[0]["confirmation"] == "counter"
    assert len(came_out(machine.folder, 1)) == 1


def test_an_agent_drives_a_model_that_it_does_not_know_by_its_language():
    label = Allowed("LABEL", "tcp://127.0.0.1:9100")
    assert model_of(label, "zebra-zd421").key == "zebra-zd421"
    assert {model_of(label, key).key for key in ("", "of-a-later-version", "epson-tm-m30")} == {"generic-zpl"}


def test_printer_of_an_agent_that_is_off_blocks_and_resumes(app, tx, station, known, machine):
    machine.set(power=False)
    with dispatching(app), working(known):
        job_id = ask(tx, station)
        job, _ = until(tx, job_id, "blocked")
        assert job["reason"] == "offline"
        machine.set(power=True)
        until(tx, job_id, "confirmed")
    assert len(came_out(machine.folder, 1)) == 1


def test_job_whose_answer_was_lost_is_given_again_and_printed_once(app, tx, station, known, machine):
    job_id = ask(tx, station)
    with dispatching(app):
        drawn(tx, job_id)
        line, owner = link(known), Journal(known / "journal.sqlite")
        (lost,), _ = line.jobs(owner.owner, ["LABEL"], [], 0)
        assert (lost.id, read(tx, job_id)["status"]) == (job_id, "sending")
        assert line.jobs(owner.owner, ["LABEL"], [job_id], 0)[0] == []
        assert line.jobs("0" * 16, ["LABEL"], [], 0)[0] == []  # another's journal knows nothing of it
        owner.close()
        with working(known):
            until(tx, job_id, "confirmed")
    assert len(came_out(machine.folder, 1)) == 1


def test_agent_that_died_with_a_label_leaves_it_in_doubt(app, tx, station, known, machine):
    first, second = ask(tx, station, 1), ask(tx, station, 2)
    with dispatching(app):
        drawn(tx, first)
        died = Journal(known / "journal.sqlite")
        (job,), _ = link(known).jobs(died.owner, ["LABEL"], [], 0)
        died.receive(job)
        died.begin(job.id)
        died.close()
        with working(known):
            assert until(tx, first, "uncertain")[0]["reason"] == "agent_stopped"
            until(tx, second, "confirmed")
    assert len(came_out(machine.folder, 1)) == 1


def test_what_became_of_a_job_is_told_until_it_is_heard(app, tx, station, known, machine, monkeypatch):
    """The line is down while the label prints."""
    tell, down = Link.tell, threading.Event()

    def cut(self, make, done):
        def report():
            made = make()
            if down.is_set() and made["results"]:  # what else it tells comes before the question for a job
                raise ConnectionError("cut")
            return made

        tell(self, report, done)

    monkeypatch.setattr(Link, "tell", cut)
    with dispatching(app), working(known):
        wait_for(lambda: status(tx) == "ready")
        down.set()
        job_id = ask(tx, station)
        came_out(machine.folder, 1)
        assert read(tx, job_id)["status"] == "sending"
        down.clear()
        until(tx, job_id, "confirmed")
    assert len(came_out(machine.folder, 1)) == 1


def status(tx):
    with tx() as session:
        return session.execute(select(Printer.status)).scalar_one()


@pytest.mark.parametrize(
    ("outcome", "ends"), [("printed", "confirmed"), ("not_sent", "failed"), ("doubt", "uncertain")]
)
def test_agent_that_was_away_for_long_still_says_what_became_of_its_job(app, tx, station, known, outcome, ends):
    job_id = ask(tx, station)
    with dispatching(app):
        drawn(tx, job_id)
        (job,), _ = link(known).jobs("0" * 16, ["LABEL"], [], 0)
        with tx() as session:
            gone = func.clock_timestamp() - lease.AGENT_GONE * 2
            session.execute(update(Printer).values(lease_until=gone))
        assert until(tx, job_id, "uncertain")[0]["reason"] == "agent_gone"
    result = {"id": job.id, "token": job.token, "outcome": outcome, "confirmation": "none", "reason": "x"}
    result["confirmation"] = "buffer_drained" if outcome == "printed" else "none"
    for _ in range(2):
        link(known).tell(lambda: {"results": [result]}, lambda report: None)
    assert read(tx, job_id)["status"] == ends


def test_what_is_said_of_one_attempt_is_not_taken_for_the_next(app, tx, station, known):
    job_id = ask(tx, station)
    with dispatching(app):
        drawn(tx, job_id)
    line = link(known)
    (first,), _ = line.jobs("0" * 16, ["LABEL"], [], 0)
    late = {"id": first.id, "token": first.token, "outcome": "not_sent", "reason": "offline"}
    line.tell(lambda: {"results": [late]}, lambda report: None)
    (second,), _ = line.jobs("0" * 16, ["LABEL"], [], 0)
    assert second.token > first.token
    line.tell(lambda: {"results": [late]}, lambda report: None)
    assert read(tx, job_id)["status"] == "sending"


def test_an_agent_says_nothing_of_jobs_that_are_not_its_own(app, tx, station, known):
    job_id = ask(tx, station)
    with tx() as session:
        other = print_table.add_printer(session, station, "Z9", "zpl", 1)
        session.execute(update(PrintJob).values(printer_id=other))
        queue.keep(job_id, other, queue.Rendered(b"x", ()))
        token = lease.take(other, "w")
    with tx():
        queue.begin(job_id, other, token, b"x")
    result = {"id": job_id, "token": token, "outcome": "printed", "confirmation": "device_ack"}
    link(known).tell(lambda: {"results": [result]}, lambda report: None)
    assert read(tx, job_id)["status"] == "sending"


def test_nothing_begins_once_the_service_may_have_given_the_job_up(tmp_path, machine):
    journal = Journal(tmp_path / "journal.sqlite")
    driven = Machine(
        Allowed("LABEL", f"tcp://127.0.0.1:{machine.port}"), journal, lambda: False, threading.Event().set
    )
    job = Job(1, "LABEL", 1, b"^XA^XZ")
    journal.receive(job)
    driven._print(job)
    assert [(each["outcome"], each["reason"]) for each in journal.untold()] == [("not_sent", "too_late")]
    journal.close()


def test_an_agent_whose_disk_is_full_says_so_and_goes_on_when_there_is_room(
    app, tx, station, known, machine, monkeypatch
):
    receive, room = Journal.receive, threading.Event()

    def receive_if_room(self, job):
        if not room.is_set():
            raise sqlite3.OperationalError("database or disk is full")
        return receive(self, job)

    def reasons():
        with tx() as session:
            return session.execute(select(Printer.status_reasons)).scalar_one()

    monkeypatch.setattr(Journal, "receive", receive_if_room)
    with dispatching(app), working(known):
        job_id = ask(tx, station)
        wait_for(lambda: reasons() == ["agent_disk"])
        room.set()
        until(tx, job_id, "confirmed")
    assert len(came_out(machine.folder, 1)) == 1


# ---- its version

def test_it_becomes_what_goes_with_the_service_when_asked_and_nothing_else(folder, tmp_path, monkeypatch, capsys):
    there = tmp_path / "there"
    for name, value in (("TARGET", str(there)), ("NO_INDEX", "1"), ("NO_DEPS", "1")):
        monkeypatch.setenv(f"PIP_{name}", value)
    name, content = wheel.build()
    monkeypatch.setattr(wheel, "build", lambda: (name, content[:-50]))
    assert main(["--folder", str(folder), "update"]) == 2
    assert not there.exists()
    monkeypatch.setattr(wheel, "build", lambda: ("requests-9.9-py3-none-any.whl", content))
    assert main(["--folder", str(folder), "update"]) == 2
    assert not there.exists()
    monkeypatch.setattr(wheel, "build", lambda: (name, content))
    before = (folder / "settings.json").read_bytes()
    assert main(["--folder", str(folder), "update"]) == 0
    assert f"{VERSION} is installed" in capsys.readouterr().out
    assert f'VERSION = "{VERSION}"' in (there / "wms" / "agent" / "__init__.py").read_text()
    assert (folder / "settings.json").read_bytes() == before


# ---- the scale

class FakeScale:
    """A carton stands on it, or it is empty: it says so over and over."""

    def __init__(self):
        self.line = b"ST,GS,+  1.234kg\r\n"

    in_waiting = 0

    def read(self, size):
        threading.Event().wait(0.01)
        return self.line

    def write(self, data):
        return len(data)

    def close(self):
        pass


def test_the_station_s_weight_is_what_its_scale_shows(app, tx, station, known):
    scale = FakeScale()
    parcel = OnScale("P1", 0, 1)
    with dispatching(app), working(known, scale=lambda: scale):
        wait_for(lambda: weight(tx, station) == 1234)
        with tx():
            assert (scale_of(station).source, scale_of(station).read(parcel)) == ("scale", 1234)
        scale.line = b"US,GS,+  1.3kg\r\n"
        wait_for(lambda: weight(tx, station) is None)
        with tx(), pytest.raises(WmsError, match="not_still"):
            scale_of(station).read(parcel)
    with tx() as session:
        session.execute(update(PrintAgent).values(weight_g=5, weighed_at=now() - weights.GOOD_FOR * 2))
        assert service.weight_at(station) == (True, None)


def weight(tx, station):
    with tx():
        return service.weight_at(station)[1]
