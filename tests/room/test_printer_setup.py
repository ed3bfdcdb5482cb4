"""Printers found, added, named, tested, moved and switched off over HTTP, and what is printed where."""
from __future__ import annotations

import re

import numpy as np
import print_table
import pytest
from PIL import Image
from print_table import add_printer, ask, dispatching, until, wait_for
from sqlalchemy import select, text

from printers import finding
from printers.virtual import VirtualPrinter, read_labels
from wms.access import service as access
from wms.access.models import Person
from wms.core.models import Event
from wms.layout.models import Station
from wms.printing import setup, wire
from wms.printing.models import PrintJob
from wms.printing.rules import wanted_for

station, printer = print_table.station, print_table.printer
SETUP = "/api/v1/printer-setup"
NEW = {"code": "Z9", "name": "Label printer at the door", "language": "zpl", "address": "10.0.3.4:9100"}


def read_png(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("L"))


class Desk:
    """Somebody at a desk: `get`, `post`, `patch` and `put` give the status and the answer."""

    def __init__(self, app, tx, station, post):
        with tx() as session:
            house = session.get_one(Station, station).warehouse_id
            access.add_person(post, post, access.hash_pin("123456"), house, [post], "en")
        with tx() as session:
            token = access.open_session(session.query(Person).filter_by(badge=post).one(), "test", station)
        self._client, self._headers = app.test_client(), {"Authorization": f"Bearer {token}"}

    def __getattr__(self, method):
        def call(path, **given):
            reply = getattr(self._client, method)(path, headers=self._headers, **given)
            return reply.status_code, reply.json

        return call


@pytest.fixture
def admin(app, tx, station):
    return Desk(app, tx, station, "admin")


def printers(desk):
    return {each["code"]: each for each in desk.get(SETUP)[1]["printers"]}


def test_a_printer_is_added_named_moved_and_switched_off(admin):
    status, made = admin.post(f"{SETUP}/printers", json=NEW)
    assert (status, made["transport"], made["dpi"], made["must_answer"]) == (201, "tcp", 203, True)
    assert (made["status"], made["reasons"]) == ("unknown", ["no_worker"])
    url = f"{SETUP}/printers/Z9"
    assert admin.patch(url, json={"name": "Door", "address": "10.0.3.5:9100"})[1]["address"] == "10.0.3.5:9100"
    assert admin.patch(url, json={"active": False})[1]["active"] is False
    seen = printers(admin)["Z9"]
    assert (seen["name"], seen["active"]) == ("Door", False)
    assert admin.post(f"{SETUP}/printers/Z9/test")[1]["code"] == "printing.switched_off"
    admin.patch(url, json={"active": True})
    assert printers(admin)["Z9"]["active"] is True


def test_what_cannot_work_is_refused_with_what_to_do(admin, tx, station):
    with tx() as session:
        add_printer(session, station, "Z1", "zpl", 7)
    for change, code in (
        ({"address": "8.8.8.8:9100"}, "printing.outside_networks"),
        ({"address": "169.254.169.254:80"}, "printing.outside_networks"),
        ({"address": "10.0.0.1"}, "printing.bad_address"),
        ({"address": "10.0.0.1:99999"}, "printing.bad_address"),
        ({"transport": "os_queue", "address": "-o evil"}, "printing.bad_address"),
        ({"code": "Z1"}, "printing.code_taken"),
        ({"code": "Z2", "address": "127.0.0.1:7"}, "printing.address_taken"),
        ({"code": "no blanks"}, "core.invalid"),
    ):
        status, refused = admin.post(f"{SETUP}/printers", json={**NEW, **change})
        assert (status >= 400, refused["code"]) == (True, code)
    assert set(printers(admin)) == {"Z1"}


def test_a_printer_is_of_a_model_and_has_a_rate(admin):
    made = admin.post(f"{SETUP}/printers", json=NEW)[1]
    assert (made["profile"], made["rate"]) == ("", None)
    url = f"{SETUP}/printers/Z9"
    told = {"profile": "generic-zpl-hex", "rate": 30}
    assert told.items() <= admin.patch(url, json=told)[1].items()
    for change, code in (
        ({"profile": "no-such"}, "printing.unknown_model"), ({"profile": "generic-zpl"}, "printing.unknown_model"),
        ({"profile": "generic-escpos-58"}, "printing.model_speaks_otherwise"),
        ({"language": "escpos"}, "printing.model_speaks_otherwise"), ({"rate": 0}, "core.invalid"),
        ({"rate": 601}, "core.invalid"), ({"rate": "30"}, "core.invalid"), ({"rate": 1.5}, "core.invalid"),
        ({"profile": "x" * 61}, "core.invalid"), ({"profile": None}, "core.invalid"),
    ):  # fmt: skip
        status, refused = admin.patch(url, json=change)
        assert (status >= 400, refused["code"]) == (True, code), change
    assert told.items() <= printers(admin)["Z9"].items()
    assert admin.patch(url, json={"rate": None, "profile": ""})[1]["rate"] is None
    offered = {each["key"]: each["language"] for each in admin.get(SETUP)[1]["models"]}
    assert (offered["zebra-zd421"], offered["generic-escpos-58"]) == ("zpl", "escpos")
    assert not {"generic-zpl", "generic-escpos", "none"} & set(offered)


def test_a_model_without_z64_gets_hexadecimal_and_one_that_counts_proves_its_labels(app, admin, tx, station, printer):
    proofs = {"": "buffer_drained", "generic-zpl-hex": "buffer_drained", "virtual-zpl": "counter"}
    for number, (profile, proof) in enumerate(proofs.items(), 1):
        admin.patch(f"{SETUP}/printers/Z1", json={"profile": profile})
        job_id = ask(tx, station, number)
        with dispatching(app):
            assert until(tx, job_id, "confirmed")[0]["confirmation"] == proof
        with tx() as session:
            assert (b":Z64:" in session.get_one(PrintJob, job_id).payload) == (profile != "generic-zpl-hex")
    packed, plain, _ = (read_png(printer.folder / each["file"]) for each in read_labels(printer.folder))
    assert (packed == plain).all()


def test_a_receipt_goes_in_the_slices_and_the_width_of_its_model():
    lines = [{"sku": f"S{n}", "name": "茶杯", "qty": 1} for n in range(20)]

    def slices(profile):
        to = wire.Target(1, 1, "E1", "escpos", "tcp", "10.0.0.1:9100", 203, True, (), profile=profile)
        payload = wire.render("packing_slip", {**print_table.SLIP, "lines": lines}, "receipt-80", to).payload
        rasters = re.findall(rb"\x1dv0\x00(..)(..)", payload, re.DOTALL)
        sizes = [tuple(int.from_bytes(each, "little") for each in one) for one in rasters]
        return {width for width, _ in sizes}, max(height for _, height in sizes)

    assert slices("") == ({72}, 192)
    assert slices("generic-escpos-58") == ({48}, 128)
    assert slices("epson-tm-t88iii")[0] == {64}
    assert slices("gone-since") == ({72}, 192)  # a model that a later version no longer knows


def test_what_is_found_says_which_model_it_is(admin, monkeypatch):
    known = {
        "10.0.3.1": finding.Found("10.0.3.1", 9100, "zpl", "ZD421-300dpi", 300),
        "10.0.3.2": finding.Found("10.0.3.2", 9100, "zpl", "Somebody's printer", 203),
        "10.0.3.3": finding.Found("10.0.3.3", 9100, "none"),
    }
    monkeypatch.setattr(finding, "identify", lambda address, port: known.get(address))
    _, seen = admin.get(f"{SETUP}/find?network=10.0.3.0/29")
    assert [(each["model"], each["profile"]) for each in seen["found"]] == [
        ("ZD421-300dpi", "zebra-zd421"), ("Somebody's printer", ""), ("", ""),
    ]  # fmt: skip


def test_the_queue_of_a_station_follows_its_route(app, admin, tx, station, config):
    """The first printer prints; it is switched off, and what waits goes to the next one."""
    with VirtualPrinter("B", "zpl", config.data / "virtual" / "B") as second:
        with tx() as session:
            add_printer(session, station, "A", "zpl", 1)
            add_printer(session, station, "B", "zpl", second.port)
        ways = [{"printer": "A", "media": "100x180"}, {"printer": "B", "media": "76x130"}]
        body = {"station": "PACK-1", "document": "waybill", "ways": ways}
        assert admin.put(f"{SETUP}/routes", json=body) == (200, body)
        assert admin.get(SETUP)[1]["routes"] == [body]
        with dispatching(app):
            job = ask(tx, station)
            until(tx, job, "blocked")
            admin.patch(f"{SETUP}/printers/A", json={"active": False})
            assert until(tx, job, "confirmed")[0]["media"] == "76x130"
    assert admin.put(f"{SETUP}/routes", json={**body, "ways": ways[::-1]})[0] == 200  # and back, in the other order
    assert [way["printer"] for way in admin.get(SETUP)[1]["routes"][0]["ways"]] == ["B", "A"]
    assert admin.put(f"{SETUP}/routes", json={**body, "ways": []})[0] == 200
    assert admin.get(SETUP)[1]["routes"] == []
    with tx() as session:
        heard = session.execute(select(Event.data).where(Event.name == "printer.status")).scalars().all()
    assert {each["code"] for each in heard} == {"A", "B"}


def test_a_route_that_would_print_nothing_is_refused(admin, tx, station):
    with tx() as session:
        add_printer(session, station, "Z1", "zpl", 7, ("waybill", "100x180"))
    before = admin.get(SETUP)[1]["routes"]
    for change, code in (
        ({"station": "X"}, "printing.unknown_station"),
        ({"ways": [{"printer": "X", "media": "100x180"}]}, "printing.no_such_printer"),
        ({"ways": [{"printer": "Z1", "media": "100x180"}] * 2}, "printing.printer_twice"),
        ({"ways": [{"printer": "Z1", "media": "receipt-80"}]}, "printing.document_does_not_fit"),
        ({"ways": [{"printer": "Z1", "media": "nonsense"}]}, "printing.document_does_not_fit"),
        ({"document": "nonsense"}, "core.invalid"),
    ):
        body = {"station": "PACK-1", "document": "waybill", "ways": [], **change}
        assert admin.put(f"{SETUP}/routes", json=body)[1]["code"] == code
    assert admin.get(SETUP)[1]["routes"] == before


def test_the_test_page_comes_out_and_somebody_says_so(app, admin, tx, station, printer):
    printer.set(faults=["paper_out"])
    with dispatching(app):
        _, job = admin.post(f"{SETUP}/printers/Z1/test")
        url = f"/api/v1/print-jobs/{job['id']}"
        wait_for(lambda: admin.get(url)[1]["reason"] == "paper_out")
        seen = printers(admin)["Z1"]
        assert (seen["status"], seen["reasons"], seen["waiting"], bool(seen["since"])) == (
            "blocked", ["paper_out"], 1, True,
        )  # fmt: skip
        printer.set(faults=[])
        wait_for(lambda: admin.get(url)[1]["status"] == "confirmed")
    assert len(read_labels(printer.folder)) == 1
    assert admin.post(f"{url}/came-out", json={"came_out": True})[1]["confirmation"] == "operator"
    assert admin.get(url)[1]["reason"] is None
    with tx() as session:
        row = session.execute(select(PrintJob)).scalar_one()
        assert row.expires_at - row.asked_at <= wanted_for("test_page")  # nobody waits for it for days


def test_only_configured_networks_are_looked_through_and_only_by_administrators(app, admin, tx, station, monkeypatch):
    asked = []
    monkeypatch.setattr(finding, "identify", lambda address, port: asked.append((address, port)))
    _, first = admin.get(f"{SETUP}/find?network=10.0.3.0/24")
    assert (first["looked"], first["of"], first["next"]) == (setup.SLICE, 254, setup.SLICE)
    _, last = admin.get(f"{SETUP}/find?network=10.0.3.0/24&start=192")
    assert (last["looked"], last["next"]) == (254, None)
    assert set(asked) == {(f"10.0.3.{n}", 9100) for n in (*range(1, 65), *range(193, 255))}
    asked.clear()
    for network, code in (
        ("8.8.8.0/24", "printing.outside_networks"), ("0.0.0.0/0", "printing.outside_networks"),
        ("169.254.169.0/24", "printing.outside_networks"), ("10.0.0.0/8", "printing.network_too_large"),
        ("nonsense", "printing.bad_address"),
    ):  # fmt: skip
        assert admin.get(f"{SETUP}/find?network={network}")[1]["code"] == code
    boss = Desk(app, tx, station, "supervisor")
    assert boss.get(f"{SETUP}/find?network=10.0.3.0/24")[0] == 403
    assert boss.post(f"{SETUP}/printers", json=NEW)[0] == 403
    assert boss.get(SETUP)[0] == 200
    assert asked == []


def test_networks_to_look_through_are_those_of_known_printers(admin, tx, station):
    with tx() as session:
        add_printer(session, station, "Z1", "zpl", 9100)
        session.execute(text("UPDATE printer SET address = '192.168.7.20:9100'"))
    assert admin.get(SETUP)[1]["suggested"][0] == "192.168.7.0/24"
