"""Fixtures of the browser tests: one Chromium, one warehouse a file, and devices that people hold."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import Gallery
from browser_orders import Books, corner_shop
from playwright.sync_api import Browser, Error, expect, sync_playwright

from bench.chromium import ARGUMENTS, program
from bench.world import World, world
from wms.demo.load import Size

PATIENCE_MS = 60_000  # a busy machine is slow, not broken
SIZE = Size(orders=60, pickers=8, packers=2, stations=2, carts=8, totes=99)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, else the one that Playwright fetched."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
        except Error as error:
            pytest.skip(f"no Chromium to drive: {error.message.splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def warehouse(request: pytest.FixtureRequest) -> Iterator[World]:
    """A running warehouse with a day's orders of the demo, and three orders of a shop that only these tests know.

    A module may name its own SIZE and `prepare(data)`.
    """
    size, prepare = getattr(request.module, "SIZE", SIZE), getattr(request.module, "prepare", corner_shop)
    with world(size, prepare=lambda config: prepare(config.data)) as here:
        yield here


@pytest.fixture(scope="module")
def books(warehouse: World) -> Iterator[Books]:
    """What the database says, past every screen."""
    with Books.of(warehouse.data) as found:
        yield found


@pytest.fixture
def gallery(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Gallery]:
    """Pictures go into the test's folder; with SCREENSHOTS=docs, the best of them and each flow into the documents."""
    found = Gallery(tmp_path)
    yield found
    of_itself = request.node.name != "test_looks"  # which every page of the desk has
    found.hang((request.node.name if of_itself else request.node.path.stem).removeprefix("test_"))
    assert not found.wrong, "\n".join(found.wrong)


Hire = Callable[..., Device]


@pytest.fixture
def hire(chromium: Browser, warehouse: World) -> Iterator[Hire]:
    """`hire(path, width, height)` gives somebody a device that shows this page; all are put away at the end.

    What a device's browser complained of fails the test, unless the test said `may_complain`.
    """
    hired: list[Device] = []

    def give(path: str, width: int, height: int, *, shelf: bool = False) -> Device:
        device = Device(chromium, warehouse.url, path, width, height, PATIENCE_MS, shelf)
        hired.append(device)
        return device

    yield give
    for device in hired:
        device.context.close()
    assert [complaint for device in hired for complaint in device.complaints] == []
