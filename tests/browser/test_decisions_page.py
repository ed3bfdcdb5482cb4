"""The pages of counts and replenishment with something to decide: a count, an adjustment, a SKU that runs low."""
from __future__ import annotations

from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from browser_hands import Device
from browser_looks import DESK, Gallery
from browser_orders import Books
from browser_work import Office
from conftest import Hire
from playwright.sync_api import expect
from sqlalchemy import select

from bench.world import World
from wms.catalog import service as catalog
from wms.catalog.service import SkuFacts
from wms.core.transaction import transaction
from wms.demo.load import PIN, Size
from wms.layout.models import Bin, Warehouse
from wms.replenishment import service as replenishment
from wms.stock import service as stock
from wms.stock.service import Goods

pytestmark = pytest.mark.browser

SIZE = Size(orders=20, pickers=2, packers=1, stations=1, carts=1, totes=9)
BIG, SMALL = (1280, 800), (1024, 768)
GOLD, CANDLE = "GOLD-WATCH", "LOW-CANDLE"
PIECES = "SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b JOIN sku s ON s.id = b.sku_id " \
         "JOIN bin ON bin.id = b.bin_id WHERE s.code = %s AND bin.kind = 'pick'"  # fmt: skip


def prepare(data: Path) -> None:
    """Dear watches in one bin, and candles of which fewer are left than the least that there should be."""
    with transaction() as session:
        house = session.execute(select(Warehouse.id)).scalar_one()
        catalog.put_skus([SkuFacts(GOLD, "Gold watch 金表"), SkuFacts(CANDLE, "Beeswax candle 蜂蜡烛")])
        skus = catalog.sku_ids([GOLD, CANDLE])
        bins = session.execute(select(Bin.id).where(Bin.kind == "pick").order_by(Bin.id).limit(2)).scalars().all()
        goods = [
            Goods(skus[GOLD], bins[0], 5, unit_cost=Decimal(900)),
            Goods(skus[CANDLE], bins[1], 3, unit_cost=Decimal(2)),
        ]
        stock.receive(house, goods, reference="opening", actor_id=None)
        replenishment.put_rule(house, skus[CANDLE], min_qty=40, supplier="Beekeepers 蜂农")


def supervisor(hire: Hire, path: str) -> Device:
    device = hire(path, *BIG)
    device.sign_in("S01", PIN)
    return device


def bin_of(books: Books, sku: str) -> str:
    found = books.one(
        "SELECT bin.code FROM stock_balance b JOIN sku s ON s.id = b.sku_id JOIN bin ON bin.id = b.bin_id "
        "WHERE s.code = %s AND b.on_hand > 0", sku,
    )  # fmt: skip
    return str(found)


def counted(warehouse: World, badge: str, bin: str, sku: str, pieces: int) -> None:
    """Somebody counts a bin and finds so many of a SKU, and nothing else."""
    counter = Office(warehouse.url, badge)
    task = counter.command("count.bin", code=bin)["task"]["id"]
    counter.command("count.scan", task_id=task, code=sku, qty=pieces)
    counter.command("count.done", task_id=task)


def disputed(warehouse: World, books: Books, skip: int) -> tuple[str, str, int]:
    """A bin that two people counted differently: (bin, SKU, pieces found last)."""
    bin, sku, had = books.rows(
        "SELECT bin.code, max(s.code) AS sku, sum(b.on_hand)::int AS had FROM stock_balance b "
        "JOIN sku s ON s.id = b.sku_id JOIN bin ON bin.id = b.bin_id "
        "WHERE bin.kind = 'pick' AND NOT s.expiry_tracked AND s.lot_tracking = 'none' "
        "GROUP BY bin.id HAVING count(*) = 1 AND sum(b.held) = 0 AND sum(b.on_hand) > 9 "
        "ORDER BY bin.id DESC OFFSET %s LIMIT 1", skip,
    )[0]  # fmt: skip
    Office(warehouse.url, "C01").call("counts", {"code": bin, "why": "the shelf looked wrong"})
    counted(warehouse, "P01", bin, sku, had - 5)
    counted(warehouse, "P02", bin, sku, had - 4)
    return bin, sku, had - 4


def asked(warehouse: World, books: Books, change: int) -> None:
    """A receiver says that watches are missing; more is at stake than one person may decide."""
    goods = {"bin": bin_of(books, GOLD), "sku": GOLD, "qty": change, "reason": "Damaged 破损", "note": "fell off"}
    assert Office(warehouse.url, "R01").call("stock/adjustments", goods)["status"] == "asked"


def test_a_count_that_two_people_dispute_is_approved(hire: Hire, books: Books, warehouse: World) -> None:
    bin, sku, found = disputed(warehouse, books, 0)
    lying = "SELECT sum(b.on_hand) FROM stock_balance b JOIN bin ON bin.id = b.bin_id WHERE bin.code = %s"
    assert books.one(lying, bin) == found + 4
    desk = supervisor(hire, "/counts")
    row = desk[f'#counts tr:has-text("{bin}")']
    expect(row).to_contain_text("−4")
    row.click()
    expect(desk[".drawer"]).to_contain_text(sku)
    desk.tap("#count-approve")
    expect(desk[f'.toast[data-kind="ok"]:has-text("{bin}")']).to_be_visible()
    expect(row).to_have_count(0)
    assert books.one(lying, bin) == found
    assert books.one("SELECT status FROM count_task t JOIN bin ON bin.id = t.bin_id WHERE bin.code = %s", bin) == "done"


def test_an_adjustment_above_the_limit_wants_a_second_person(hire: Hire, books: Books, warehouse: World) -> None:
    asked(warehouse, books, -1)
    assert books.one(PIECES, GOLD) == 5
    desk = supervisor(hire, "/counts#/adjustments")
    row = desk[f'#adjustments tr:has-text("{GOLD}")']
    expect(row).to_contain_text("900")
    row.locator('[id^="approve-"]').click()
    expect(row).to_have_count(0)
    assert books.one(PIECES, GOLD) == 4
    desk.tap("#tab-decided")
    expect(row).to_contain_text("Damaged")


def test_what_runs_low_is_told_and_what_to_buy(hire: Hire) -> None:
    desk = supervisor(hire, "/replenishment")
    row = desk[f'#alerts tr:has-text("{CANDLE}")']
    expect(row).to_contain_text("3")
    desk["#alert-kind"].select_option("expired")
    expect(row).to_have_count(0)
    desk["#alert-kind"].select_option("low")
    expect(row).to_be_visible()
    desk.tap("#tab-suggestions")
    expect(desk[f'#suggestions tr:has-text("{CANDLE}")']).to_contain_text("Beekeepers")


def test_looks(hire: Hire, books: Books, warehouse: World, tmp_path: Path) -> None:
    gallery = Gallery(tmp_path)
    bin, _, _ = disputed(warehouse, books, 3)
    asked(warehouse, books, -1)
    desk = supervisor(hire, "/counts")
    views = {
        "counts": ("counts", "#counts tbody tr"), "counts-all": ("counts#/counts", "#counts tbody tr"),
        "adjustments": ("counts#/adjustments", "#adjustments tbody tr"),
        "alerts": ("replenishment", "#alerts tbody tr"),
        "suggestions": ("replenishment#/suggestions", "#suggestions tbody tr"),
        "tasks": ("replenishment#/tasks", "#tasks"), "faces": ("replenishment#/faces", "#faces tbody tr"),
    }  # fmt: skip
    for name, (address, shown) in views.items():
        desk.page.goto(f"{warehouse.url}/{address}")
        again = partial(see, desk, shown)
        again()
        gallery.look(desk, name, (BIG, SMALL), DESK, again=again)
    desk.page.goto(f"{warehouse.url}/counts")
    gallery.look(desk, "count", (BIG, SMALL), DESK, again=partial(opened, desk, bin))
    assert not gallery.wrong, "\n".join(gallery.wrong)


def opened(desk: Device, bin: str) -> None:
    if not desk[".drawer"].count():
        desk[f'#counts tr:has-text("{bin}")'].click()
    see(desk, ".drawer table")


def see(device: Device, what: str) -> None:
    expect(device[what].first).to_be_visible()
