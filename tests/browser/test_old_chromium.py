"""A task from badge to the end, by keystrokes, in the browsers that old handhelds have."""
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_looks import HANDHELD
from browser_old import OldDevice
from browser_orders import Books, Line
from browser_work import Office

from bench.world import World
from wms.demo.load import PIN, Size

pytestmark = pytest.mark.browser

SIZE = Size(orders=20, pickers=3, packers=1, stations=1, carts=4, totes=20)
SIZES = ((360, 640), (320, 480))
ORDERS = 2
PICKERS = {67: 1, 72: 2, 78: 3}


@pytest.fixture(scope="module")
def office(warehouse: World, books: Books) -> Office:
    """Who releases waves that fit a cart of two; the demo's own wave is given up."""
    found = Office(warehouse.url)
    found.command("wave.cancel", wave_id=books.one("SELECT id FROM wave"))
    return found


@pytest.fixture(params=PICKERS)
def device(request: pytest.FixtureRequest, warehouse: World) -> Iterator[OldDevice]:
    found = OldDevice(request.param, f"{warehouse.url}/terminal", *SIZES[0])
    yield found
    found.put_away()


def test_a_task_is_scanned_to_its_end(device: OldDevice, office: Office, books: Books, tmp_path: Path) -> None:
    number = PICKERS[device.number]
    wrong: list[str] = []

    def look(name: str) -> None:
        for width, height in SIZES:
            wrong.extend(device.look(tmp_path / f"{device.number}-{name}-{width}.png", HANDHELD, width, height))

    device.at("login", "badge")
    look("login")
    device.scan(f"P0{number}")
    device.at("login", "pin")
    device.scan(PIN)
    device.at("home")
    look("home")
    device.tap("#tile-pick")
    device.at("pick_wait")
    office.release(ORDERS, ORDERS)
    device.at("pick_start")
    device.scan(f"CART-0{number}")
    for slot in range(1, ORDERS + 1):
        device.at("pick_totes", str(slot))
        device.scan(f"T-000{ORDERS * (number - 1) + slot}")
    device.at("pick_line", "bin")
    look("line")
    device.tap("#menu")
    device.see(".sheet")
    look("menu")
    device.tap("#sheet-close")
    lines = books.lines(f"P0{number}")
    for done, line in enumerate(lines, 1):
        pick(device, line, done)
    device.at("pick_done")
    look("done")
    assert [line.picked for line in books.lines(f"P0{number}")] == [line.qty for line in lines]
    assert device.complaints() == []
    assert wrong == []


def pick(device: OldDevice, line: Line, done: int) -> None:
    device.at("pick_line")
    if device.has('[data-step="bin"]'):
        device.scan(line.bin)
    device.at("pick_line", "item")
    device.scan(line.barcode)
    device.at("pick_line", "tote")
    device.scan(device.see("#tote").split("\n")[0])
    device.see(f'#progress[data-done="{done}"], .frame[data-screen="pick_done"]')
