"""A packing table with virtual printers, shared by the tests of printing, packing and shipping."""
from __future__ import annotations

import threading
import time
import uuid
from contextlib import contextmanager

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from printers.virtual import VirtualPrinter, read_labels
from wms.access import service as access
from wms.core.models import Event
from wms.core.scan import answer
from wms.layout.models import Station, Warehouse
from wms.printing import dispatch, service
from wms.printing.models import Printer, PrinterRoute, PrintJob

PATIENCE = 90.0  # seconds; a busy machine is slow, not broken
BUSY_MACHINE_S = 12.0  # other tests run beside these
WAYBILL = {
    "carrier": "自有车队",
    "waybill_number": "OF0010000000175",
    "route_code": "杭州 西湖",
    "recipient": {"name": "王小明", "phone": "13800000000", "address": "浙江省杭州市西湖区文三路 1 号"},
    "sender": {"name": "一号仓", "phone": "0571-1", "address": "杭州"},
}
SLIP = {"shop": "小店", "order_number": "A1", "lines": [{"sku": "S1", "name": "茶杯", "qty": 2}]}


@pytest.fixture
def station(app, tx):
    with tx() as session:
        house = Warehouse(code="W1", name="One", aisles=1, aisle_spacing_mm=1, aisle_length_mm=1)
        session.add(house)
        session.flush()
        table = Station(warehouse_id=house.id, code="PACK-1", name="Packing 1")
        session.add(table)
        session.flush()
        return table.id


@pytest.fixture
def printer(tx, station, config):
    """A virtual ZPL printer that station's waybills go to."""
    with VirtualPrinter("Z1", "zpl", config.data / "virtual" / "Z1") as machine:
        with tx() as session:
            add_printer(session, station, "Z1", "zpl", machine.port, ("waybill", "100x180"))
        yield machine


def add_printer(session, station_id, code, language, port, *routes):
    row = Printer(
        warehouse_id=session.get_one(Station, station_id).warehouse_id, code=code, name=code, language=language,
        address=f"127.0.0.1:{port}", virtual=True,
    )  # fmt: skip
    session.add(row)
    session.flush()
    for document, media in routes:
        session.add(PrinterRoute(station_id=station_id, document=document, media=media, printer_id=row.id))
    session.flush()
    return row.id


@contextmanager
def dispatching(app, pace=None):
    """A dispatcher at work, as in `wms worker`."""
    stop = threading.Event()
    thread = threading.Thread(target=dispatch.run, args=(app, stop), kwargs={"pace": pace})
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=PATIENCE)
        assert not thread.is_alive()


def ask(tx, station_id, parcel_id=1, document="waybill", data=WAYBILL):
    with tx():
        job = service.enqueue(document, parcel_id, station_id, data, asked_by=None, reference=f"P{parcel_id}")
        return job.id


def read(tx, job_id):
    with tx() as session:
        job = session.get_one(PrintJob, job_id)
        return {key: getattr(job, key) for key in ("status", "reason", "confirmation", "copy", "parent_id", "media")}


def until(tx, job_id, *statuses, seconds=PATIENCE):
    """Wait for a status; returns (the job, the seconds it took)."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        job = read(tx, job_id)
        if job["status"] in statuses:
            return job, time.monotonic() - started
        time.sleep(0.03)
    raise AssertionError(f"{read(tx, job_id)} did not become {statuses} in {seconds} s")


def came_out(folder, count):
    """The labels of a printer, once there are so many: it prints a little after it has answered."""
    deadline = time.monotonic() + PATIENCE
    while len(read_labels(folder)) < count and time.monotonic() < deadline:
        time.sleep(0.03)
    return read_labels(folder)


def told(tx, station_id, name):
    with tx() as session:
        rows = select(Event.data).where(Event.topic == f"station:{station_id}", Event.name == name).order_by(Event.seq)
        return list(session.execute(rows).scalars())


def codes(path):
    return {found.text for found in zxingcpp.read_barcodes(Image.open(path).convert("L"))}


def wait_for(seen, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not seen() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert seen()


def said_by(app, tx, station_id, post):
    """`ask(method, path, body)` of the HTTP API as a new person of this post; gives (status, answer)."""
    with tx() as session:
        house = session.get_one(Station, station_id).warehouse_id
        person = access.add_person(post, post, access.hash_pin("123456"), house, [post], "en")
        headers = {"Authorization": f"Bearer {access.open_session(person, 'test')}"}
    client = app.test_client()

    def ask_over_http(method, path, body=None):
        reply = client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
        return reply.status_code, reply.json

    return ask_over_http


def say(actor, name, **body):
    return answer(name, {"command_id": str(uuid.uuid4()), **body}, actor).body
