"""The real processes: gunicorn with gevent, websockets only, pushes across processes, a quick stop."""
from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import socketio
from sqlalchemy import text

from bench.world import free_port
from wms.access import service as access
from wms.core import bus
from wms.core.db import db
from wms.layout.models import Warehouse

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds; a busy machine is slow, not broken
BUSY_MACHINE_S = 10.0  # other tests run beside this one


def until(true, seconds=PATIENCE, what="it"):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"{what} did not happen within {seconds} s"
        time.sleep(0.02)


@contextmanager
def serving(database, tmp_path, *arguments):
    """A `wms serve` of its own; yields (address, process)."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WMS_")}
    environment |= {"WMS_DATABASE_URL": database, "WMS_DATA": str(tmp_path), "WMS_PORT": str(port)}
    command = [sys.executable, "-m", "wms.serve", *arguments]
    log = tmp_path / f"serve-{port}.log"
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: alive(address, process, log), what="the service's first answer")
        yield address, process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def alive(address, process, log):
    assert process.poll() is None, log.read_text()[-3000:]
    try:
        return requests.get(f"{address}/healthz", timeout=10).ok
    except requests.RequestException:
        return False


@pytest.fixture
def picker(app, tx):
    """A picker who can sign in; returns the person's id."""
    with tx() as session:
        house = Warehouse(code="W", name="W", aisles=1, aisle_spacing_mm=1000, aisle_length_mm=1000)
        session.add(house)
        session.flush()
        return access.add_person("P01", "Ann", access.hash_pin("123456"), house.id, ["picker"], "en").id


def sign_in(address):
    body = {"badge": "P01", "pin": "123456", "device": "test"}
    answer = requests.post(f"{address}/api/v1/sessions", json=body, timeout=PATIENCE)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["token"]


@contextmanager
def terminal(address, namespace="/terminal"):
    """A websocket client; yields (client, events it heard)."""
    client, heard = socketio.Client(reconnection=False, request_timeout=PATIENCE), []
    client.on("event", heard.append, namespace=namespace)
    client.on("changed", heard.append, namespace=namespace)
    client.connect(
        address, auth={"token": sign_in(address), "after": 0}, namespaces=[namespace], transports=["websocket"],
        wait_timeout=PATIENCE,
    )  # fmt: skip
    websocket = client.eio.ws
    try:
        yield client, heard
    finally:
        client.disconnect()
        websocket.shutdown()  # the client leaves the socket of a connection that the server ended to the collector


def test_a_push_reaches_a_client_of_another_process(database, picker, tmp_path):
    """One client on each of two services; each hears what the other's process, or one without sockets, says."""
    topic = f"person:{picker}"
    with serving(database, tmp_path) as (here, _), serving(database, tmp_path) as (there, _):
        with terminal(here) as (_, heard_here), terminal(there) as (_, heard_there):
            sender = bus.manager(database, None, write_only=True)
            row = {"topic": topic, "seq": 1, "name": "x", "data": {"a": "棉袜"}, "at": ""}

            def both_hear():
                sender.emit("event", row, namespace="/terminal", room=topic)
                time.sleep(0.1)
                return heard_here and heard_there

            until(both_hear, what="the push in both processes")
            assert heard_here[0] == heard_there[0] == row
            heard_here.clear()
            sender.emit("event", row | {"data": {"a": "x" * 9000}}, namespace="/terminal", room=topic)
            until(lambda: any(e.get("hint") for e in heard_here), what="the hint for a long push")
            assert {"topic": topic, "seq": 1, "hint": True} in heard_here
            of_no_task = row | {"name": "pick.assigned", "data": {"task_id": 1, "person_id": picker}}
            sender.emit("event", of_no_task, namespace="/terminal", room=topic)
            until(lambda: of_no_task in heard_here and of_no_task in heard_there, what="news without a screen to bring")
        sender._out.close()


def test_a_change_of_boards_crosses_processes_from_one_without_sockets(database, picker, tmp_path, monkeypatch):
    with serving(database, tmp_path) as (here, _), terminal(here, "/board") as (_, heard):
        sender = bus.manager(database, None, write_only=True)
        monkeypatch.setattr(bus, "_sender", sender)
        started, calls = time.monotonic(), 0
        while time.monotonic() - started < 2.2 or calls <= 50 or len(heard) < 2:
            assert time.monotonic() - started < PATIENCE, "the board's changes are not heard"
            bus.board_changed(1)
            calls += 1
            time.sleep(0.01)
        time.sleep(0.7)
        assert len(heard) <= 2 * (time.monotonic() - started) + 2  # at most two a second, in any kind of process
        until(lambda: not bus._boards._running, what="the end of the announcements")
        sender._out.close()


def test_only_websockets_are_served(database, picker, tmp_path):
    with serving(database, tmp_path) as (address, _):
        answer = requests.get(f"{address}/socket.io/?EIO=4&transport=polling", timeout=PATIENCE)
        assert answer.status_code == 400
        offered = {
            "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Extensions": "permessage-deflate",
        }  # fmt: skip
        taken = f"{address}/socket.io/?EIO=4&transport=websocket"
        with requests.get(taken, headers=offered, stream=True, timeout=PATIENCE) as answer:
            assert (answer.status_code, "Sec-WebSocket-Extensions" in answer.headers) == (101, False)


def test_two_slow_queries_of_one_process_run_at_the_same_time(database, tmp_path):
    code = """
from gevent import monkey; monkey.patch_all()
import gevent, sys, time
from sqlalchemy import create_engine, text
engine = create_engine(sys.argv[1].replace("postgresql://", "postgresql+psycopg://", 1))
begun, ended = [], []
def slow(connection):
    begun.append(time.monotonic())
    connection.execute(text("SELECT pg_sleep(2)"))
    ended.append(time.monotonic())
with engine.connect() as one, engine.connect() as other:
    gevent.joinall([gevent.spawn(slow, one), gevent.spawn(slow, other)], raise_error=True)
print(min(ended) - max(begun))
"""
    out = subprocess.run([sys.executable, "-c", code, database], capture_output=True, text=True, check=True, cwd=ROOT)
    assert float(out.stdout) > 0  # each had begun before the other ended


@pytest.mark.parametrize("arguments", [(), ("--workers", "2")])
def test_it_stops_within_five_seconds_though_websockets_are_open(database, picker, tmp_path, arguments):
    with serving(database, tmp_path, *arguments) as (address, process), terminal(address) as (client, _):
        gone = threading.Event()
        client.on("disconnect", lambda *_: gone.set(), namespace="/terminal")
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert time.monotonic() - started < 5 + BUSY_MACHINE_S
        assert gone.wait(PATIENCE)


def test_a_taken_port_is_one_clear_line(database, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = {**os.environ, "WMS_DATABASE_URL": database, "WMS_PORT": str(port), "WMS_DATA": str(tmp_path)}
        command = [sys.executable, "-m", "wms.serve"]
        ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.strip().splitlines() == [
        f"wms: cannot listen at 127.0.0.1:{port}: Address already in use; set WMS_HOST and WMS_PORT"
    ]


def test_the_service_says_whether_it_is_ready(database, app, tmp_path):
    with serving(database, tmp_path) as (address, _):
        assert requests.get(f"{address}/readyz", timeout=PATIENCE).json()["status"] == "ok"
        db.session.execute(text("DROP TABLE alembic_version"))
        db.session.commit()
        told = requests.get(f"{address}/readyz", timeout=PATIENCE)
        assert (told.status_code, told.json()["reason"]) == (503, "not_migrated")
