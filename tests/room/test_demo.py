"""The demo: believable goods and orders from a seed, and one command that runs everything."""
from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import requests
from sqlalchemy import func, select

from wms.catalog.models import Barcode, Sku
from wms.core.db import db
from wms.demo import goods, load, printers
from wms.demo.day import SHOPS, rows
from wms.inbound.models import Receipt
from wms.layout.models import Bin, Zone
from wms.orders.models import Order
from wms.printing.models import Printer, PrinterRoute
from wms.stock import check
from wms.waves.models import Wave

ROOT = Path(__file__).resolve().parents[2]
SEED = 7
PATIENCE = 120  # seconds; a busy machine is slow, not broken
BUSY_MACHINE_S = 20.0  # other tests run beside this one


def test_goods_are_500_that_a_picker_can_tell_apart():
    items = goods.items(SEED)
    assert len(items) == len({item.barcode for item in items}) == len({item.name for item in items}) == 500
    assert items == goods.items(SEED)
    for item in items:
        digits = [int(digit) for digit in item.barcode]
        assert sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
        assert min(item.weight_g, item.length_mm, item.width_mm, item.height_mm) > 0
        assert re.search(r"[\u4e00-\u9fff]", item.name)
        assert re.search(r"[A-Za-z]{3}", item.name)
    drawn = dict(goods.pictures())
    assert len(set(drawn.values())) == 500
    assert {item.picture for item in items} == {f"/pictures/{name}" for name in drawn}


def test_a_day_has_three_shops_and_something_for_the_audit_to_hold():
    day = rows(goods.items(SEED), SEED, datetime(2026, 11, 23, tzinfo=UTC), 500)
    lines = Counter(row["order"] for row in day)
    assert len(lines) == 500
    assert set(lines.values()) == {1, 2, 3, 4, 5, 6}
    assert {row["shop"] for row in day} == {shop.code for shop in SHOPS}
    assert any(row["paid"] == "0" for row in day)
    assert any(not row["address"] for row in day)
    best = Counter(row["sku"] for row in day).most_common()
    assert best[0][1] > 10 * best[len(best) // 2][1]  # a few SKUs sell most


@pytest.fixture
def loaded(app, tmp_path):
    """The demo in a database; returns what it said."""
    said = []
    started = time.monotonic()
    load.load(tmp_path, SEED, said.append)
    said.append(time.monotonic() - started)
    db.session.remove()
    return said


def test_the_demo_is_loaded_as_a_merchant_would(loaded, app, tx, tmp_path):
    with tx() as session:
        count = lambda model: session.execute(select(func.count()).select_from(model)).scalar_one()  # noqa: E731
        assert session.execute(select(func.count()).where(Bin.kind == "pick")).scalar_one() == 1000
        # Six SKUs have a barcode on their cases too; the dock and every label printer print labels of the floor's own,
        # at each packing table those of boxes and totes, and its receipt printer the papers of the house.
        assert (count(Zone), count(Sku), count(Barcode), count(Printer), count(PrinterRoute)) == (3, 500, 506, 6, 31)
        receipts = session.execute(select(Receipt.number).order_by(Receipt.id)).scalars().all()
        assert receipts == ["ASN-1001", "PO-2001", "PO-2002"]
        held = dict(
            session.execute(
                select(Order.hold_reason, func.count()).where(Order.confirmation == "held").group_by(Order.hold_reason)
            ).all()
        )
        assert set(held) == {"unpaid", "address_incomplete", "stock_short"}
        assert 400 <= count(Order) <= 600
        assert session.execute(select(Wave.status)).scalars().all() == ["planned"]
    with tx():
        assert check.run().ok
    assert load.state() == "full"
    assert (tmp_path / "pictures" / "D0001.svg").is_file()


@pytest.fixture
def every_port_taken(loaded, app):
    """Somebody else listens wherever a virtual printer would, whoever took a port since the demo was loaded."""
    with ExitStack() as stack:
        for _ in range(5):
            printers.find_ports(app)
            try:
                stack.enter_context(printers.virtual.running(app))
                break
            except OSError:
                continue
        yield


def test_a_printer_whose_port_was_taken_moves(every_port_taken, app, tx):
    with tx() as session:
        first = session.execute(select(Printer).order_by(Printer.id).limit(1)).scalar_one().address
    assert printers.find_ports(app) == 6
    with tx() as session:
        found = session.execute(select(Printer.address)).scalars().all()
    assert first not in found
    assert len(set(found)) == 6


# ---- the one command

@pytest.fixture
def data():
    with tempfile.TemporaryDirectory(prefix="wms-demo-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def demo(data, *arguments):
    """A running `wms demo`; yields (process, what it printed until it was ready)."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WMS_")}
    environment |= {"WMS_DATA": str(data), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "wms", "demo", "--no-shops", *arguments], cwd=data, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process, _until_ready(process)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE)


def _until_ready(process):
    said = ""
    for line in process.stdout:
        said += line
        if "begins anew" in line:
            return said
    raise AssertionError(said)


def children_of(process, what):
    alive = [child for child in psutil.Process(process.pid).children() if child.status() != psutil.STATUS_ZOMBIE]
    return next((child for child in alive if what in " ".join(child.cmdline())), None)


def address_in(said):
    return re.search(r"http://[\d.:]+", said)[0]


def test_one_command_runs_everything_again_and_again(data):
    with demo(data, "--port", "8150") as (process, said):
        at = address_in(said)
        assert requests.get(f"{at}/readyz", timeout=PATIENCE).ok
        assert requests.get(f"{at}/pictures/D0001.svg", timeout=PATIENCE).ok
        signed_in = {"badge": "P01", "pin": "123456", "device": "test"}
        assert requests.post(f"{at}/api/v1/sessions", json=signed_in, timeout=PATIENCE).ok
        other = subprocess.run(
            [sys.executable, "-m", "wms", "demo"], cwd=ROOT, env={**os.environ, "WMS_DATA": str(data)},
            capture_output=True, text=True,
        )  # fmt: skip
        assert (other.returncode, "a demo runs" in other.stderr) == (2, True)

        worker = children_of(process, "worker")
        worker.kill()
        end = time.monotonic() + PATIENCE
        while (again := children_of(process, "worker")) is None or again.pid == worker.pid:
            assert time.monotonic() < end, "the worker was not started again"
            time.sleep(0.1)
        family = psutil.Process(process.pid).children(recursive=True)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        assert time.monotonic() - started < 12 + BUSY_MACHINE_S
        assert psutil.wait_procs(family, PATIENCE)[1] == []

    with demo(data, "--port", "8150") as (process, said):
        assert "going on with the data of last time" in said
        family = psutil.Process(process.pid).children(recursive=True)
        process.kill()  # its children stay behind, and the next start ends them
        process.wait()
        with demo(data, "--port", "8150") as (_, said):
            assert requests.get(f"{address_in(said)}/readyz", timeout=PATIENCE).ok
            assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in family)


def test_a_load_that_was_cut_short_begins_anew(data):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WMS_")}
    environment |= {"WMS_DATA": str(data), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "wms", "demo", "--load-only"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if "SKUs with pictures" in line:
            process.kill()
    process.communicate()
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert "the last load was cut short" in ended.stdout
    again = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert "going on with the data of last time" in again.stdout
