"""Loads the demo warehouse into an empty database, through the same doors as a merchant's own data.

Goods, stock and orders are written as CSV files into the data folder and imported from there, so that
whoever looks into the demo finds files to imitate.
"""
from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from sqlalchemy import select

from wms.access import service as access
from wms.catalog.models import Barcode, Packaging, Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.importing import import_file
from wms.core.transaction import transaction
from wms.demo import goods, reserve
from wms.demo.day import SHOPS, Row, rows
from wms.demo.goods import Item
from wms.demo.ports import free_port
from wms.inbound import service as inbound
from wms.layout import service as layout
from wms.layout.models import Bin, Station, Warehouse
from wms.layout.rules import FloorPlan, ZonePlan
from wms.orders.models import Shop
from wms.picking import service as picking
from wms.picking.models import Cart
from wms.printing.models import Printer, PrinterRoute
from wms.shipping.models import Carrier
from wms.stock.models import Container
from wms.waves import service as waves
from wms.waves.models import Wave

Say = Callable[[str], None]

PIN = "123456"
WAREHOUSE = "DEMO"
FLOOR = FloorPlan(aisles=20, aisle_spacing_mm=3_200, aisle_length_mm=27_000, depot_aisle=0, depot_side="front")
ZONES = (
    ZonePlan("A", "Fast movers 快流区", 0, 6, "#2a6fbb"),
    ZonePlan("B", "Standard 标准区", 7, 13, "#b35c00"),
    ZonePlan("C", "Slow movers 慢流区", 14, 19, "#5b7f2b"),
)
POSITIONS, PATTERN = 25, "{zone}{aisle:02}-{position:02}{side}"
CARRIERS = (("own_fleet", "City Fleet 同城速配"), ("air_line", "Air Line 航空专线"))
# Badge prefix, posts, languages in turn.
PEOPLE = (
    ("P", ("picker",), ("en", "zh_Hans", "zh_Hant")),
    ("K", ("packer",), ("en", "zh_Hans")),
    ("S", ("supervisor", "packer"), ("en",)),
    ("C", ("clerk",), ("en",)),
    ("R", ("receiver",), ("en", "zh_Hans")),
    ("A", ("admin",), ("en",)),
)
NAMES = ("Ann", "Ben", "Cai 蔡", "Dan", "Eva", "Fei 飞", "Gus", "Hui 慧", "Ida", "Jun 军", "Kim", "Lin 林")
SLOTS = 12
WALL_SLOTS = 24
CARTON_COLUMNS = ("code", "length_mm", "width_mm", "height_mm", "tare_g", "max_g")
CARTONS = (  # the sizes that the post sells
    ("CT-12", 130, 80, 90, 40, 3_000), ("CT-10", 175, 95, 115, 60, 5_000), ("CT-8", 210, 110, 140, 90, 8_000),
    ("CT-6", 260, 150, 180, 150, 12_000), ("CT-4", 350, 190, 230, 260, 20_000), ("CT-3", 430, 210, 270, 360, 25_000),
    ("CT-1", 530, 290, 370, 650, 30_000),
)  # fmt: skip
FIRST_PRINTER_PORT = 9101
FIRST_WAVE = 48  # orders of the wave that waits for a newcomer to release it
PALLET = "340123450000000017"  # the SSCC of a pallet that a truck brings
FRESH_SKUS = 6
BEST_SELLERS = 8  # of which more is on the way
SAMPLED = "Harbour Trading 海港贸易"  # the supplier whose goods are looked at
SHORT_SKUS = 3  # best sellers with too little stock, so that the audit has something to hold


@dataclass(frozen=True)
class Size:
    """How many people and things the demo has; a load test asks for more."""

    pickers: int = 12
    packers: int = 4
    receivers: int = 6  # counters are among them
    stations: int = 3
    carts: int = 8
    totes: int = 200
    orders: int = 520

    def people(self, prefix: str) -> int:
        return {"P": self.pickers, "K": self.packers, "R": self.receivers}.get(prefix, 1)


def load(data: Path, seed: int, say: Say, size: Size = Size()) -> int:
    """Fill an empty database; returns the id of the warehouse. `say` hears what is being done."""
    items = goods.items(seed)
    say("floor of 1,000 bins, people, carts, stations, printers")
    with transaction():
        warehouse_id = _building()
        _people(warehouse_id, size)
        _equipment(warehouse_id, size)
    folder = data / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    say("500 SKUs with pictures")
    _pictures(data / "pictures")
    _import("skus", _sku_rows(items), folder, warehouse_id)
    _import("cartons", [dict(zip(CARTON_COLUMNS, row, strict=True)) for row in CARTONS], folder, warehouse_id)
    say("a day of orders from 3 shops, with stock to serve them")
    morning = now().replace(hour=0, minute=0, second=0, microsecond=0)
    day = rows(items, seed, morning, size.orders)
    stock, short = _stock_rows(items, day, seed)
    walk = _bins_by_walk()
    in_front = sorted(stock, key=lambda row: walk.index(row["bin"]))[: reserve.FACES]
    with transaction():
        reserve.build(warehouse_id, walk)
    _import("stock", [*stock, *reserve.stock_rows(in_front, short)], folder, warehouse_id)
    _import("faces", reserve.faces(in_front, short), folder, warehouse_id)
    _import("orders", day, folder, warehouse_id)
    say("three trucks that are expected at the dock")
    with transaction():
        _fresh_goods(items)
        inbound.put_plan(warehouse_id, None, SAMPLED, level="percent", value=10, accept=0)
    _import("receipts", _receipt_rows(items, in_front), folder, warehouse_id)
    say("a wave, ready to be released")
    with transaction():
        reserve.begin(warehouse_id, in_front, walk)
        waves.build(warehouse_id, waves.Filter(max_orders=FIRST_WAVE), totes_per_cart=SLOTS, created_by=None)
    return warehouse_id


def _building() -> int:
    house = layout.create_warehouse(
        WAREHOUSE, "Demo warehouse 演示仓", FLOOR, address="上海市青浦区华新镇演示路1号", phone="021-00000000"
    )
    layout.generate_block(house.id, ZONES, positions=POSITIONS, levels=1, pattern=PATTERN)
    for shop in SHOPS:
        db.session.add(
            Shop(code=shop.code, name=shop.name, platform=shop.platform, currency=shop.currency, carrier=shop.carrier)
        )
    for code, name in CARRIERS:
        db.session.add(Carrier(code=code, name=name, plugin="own_fleet", next_number=1, active=True))
    db.session.flush()
    return house.id


def _people(warehouse_id: int, size: Size) -> None:
    pin_hash = access.hash_pin(PIN)  # one for all: it is printed beside the badges anyway
    names = cycle(NAMES)
    for prefix, posts, locales in PEOPLE:
        for number in range(1, size.people(prefix) + 1):
            locale = locales[(number - 1) % len(locales)]
            access.add_person(f"{prefix}{number:02d}", next(names), pin_hash, warehouse_id, posts, locale)


PAPERS = ("packing_slip", "pick_list", "handover_manifest", "goods_receipt")


def _equipment(warehouse_id: int, size: Size) -> None:
    carts = [Cart(warehouse_id=warehouse_id, code=f"CART-{n:02d}", slots=SLOTS) for n in range(1, size.carts + 1)]
    totes = [Container(warehouse_id=warehouse_id, code=f"T-{n:04d}", kind="tote") for n in range(1, size.totes + 1)]
    db.session.add_all([*carts, *totes])
    picking.add_wall(warehouse_id, "WALL-1", "Put wall 播种墙 1", WALL_SLOTS)
    port = FIRST_PRINTER_PORT
    for number in range(1, size.stations + 1):
        name = f"Packing table {number} 打包台 {number}"
        station = Station(warehouse_id=warehouse_id, code=f"PACK-{number}", name=name)
        db.session.add(station)
        db.session.flush()
        for language, documents in (
            ("zpl", (("waybill", "100x180"), ("bin_label", "100x50"),
                     ("rack_label", "100x180"), ("lpn_label", "100x180"), ("tote_label", "100x70"))),
            ("escpos", tuple((name, "receipt-80") for name in PAPERS)),
        ):
            port = free_port("127.0.0.1", port)
            printer = _printer(warehouse_id, number, language, port)
            port += 1
            db.session.add(printer)
            db.session.flush()
            db.session.add_all(
                PrinterRoute(station_id=station.id, document=document, media=media, printer_id=printer.id, rank=1)
                for document, media in documents
            )
    _dock(warehouse_id)


def _dock(warehouse_id: int) -> None:
    """A station at the dock, whose labels come out of the first label printer."""
    station = Station(warehouse_id=warehouse_id, code="DOCK-1", name="Dock 收货区", kind="dock")
    db.session.add(station)
    db.session.flush()
    labels = select(Printer.id).where(Printer.language == "zpl").order_by(Printer.id).limit(1)
    printer = db.session.execute(labels).scalar_one()
    db.session.add_all(
        PrinterRoute(station_id=station.id, document=document, media="100x180", printer_id=printer, rank=1)
        for document in ("lpn_label", "sku_label", "gs1_label", "goods_receipt")
    )
    db.session.flush()


def _printer(warehouse_id: int, number: int, language: str, port: int) -> Printer:
    kind = "Label 面单" if language == "zpl" else "Receipt 小票"
    return Printer(
        warehouse_id=warehouse_id,
        code=f"{language.upper()}-{number}",
        name=f"{kind} {number}",
        language=language,
        transport="tcp",
        address=f"127.0.0.1:{port}",
        dpi=203,
        virtual=True,
        active=True,
        status="unknown",
        status_reasons=[],
        lease_token=0,
    )


def _pictures(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, drawing in goods.pictures():
        (folder / name).write_text(drawing, encoding="utf-8")


def _sku_rows(items: Sequence[Item]) -> list[Row]:
    renamed = {"barcode": "barcodes"}
    return [
        {renamed.get(name, name): str(value) for name, value in asdict(item).items() if name != "price"}
        for item in items
    ]


def _stock_rows(items: Sequence[Item], day: Sequence[Row], seed: int) -> tuple[list[Row], set[str]]:
    """Every SKU in one bin, the 500 best-filled bins again in a second: what sells most lies in front.

    Also the codes of the SKUs of which there is too little.
    """
    chance = random.Random(seed)  # noqa: S311 - a demo
    demand: Counter[str] = Counter()
    for row in day:
        demand[row["sku"]] += int(row["qty"])
    by_demand = sorted(items, key=lambda item: (-demand[item.code], item.code))
    short = {item.code for item in by_demand[20 : 20 + SHORT_SKUS]}
    bins = _bins_by_walk()
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for item, bin_code in zip([*by_demand, *by_demand], bins, strict=True):
        wanted = demand[item.code]
        qty = wanted // 3 if item.code in short else wanted // 2 + chance.randrange(5, 25)
        found[item.code].append((bin_code, qty))
    placed = [
        {"bin": bin_code, "sku": code, "qty": str(qty)} for code, places in found.items() for bin_code, qty in places
    ]
    return placed, short


def _fresh(items: Sequence[Item]) -> list[Item]:
    """A few SKUs whose lots and dates of expiry are asked for as they arrive."""
    return [item for item in items if "Tea" in item.name or "Coffee" in item.name][:FRESH_SKUS]


def _fresh_goods(items: Sequence[Item]) -> None:
    for item in _fresh(items):
        sku = db.session.execute(select(Sku).where(Sku.code == item.code)).scalar_one()
        sku.lot_tracking, sku.expiry_tracked, sku.min_days_receipt, sku.shelf_life_days = "receipt", True, 30, 365
        case = Packaging(sku_id=sku.id, code="CASE", qty=12)
        db.session.add(case)
        db.session.flush()
        # The number of a case is that of its goods with another first digit, and another check digit.
        db.session.add(Barcode(code=goods.gtin14(f"1{item.barcode[:12]}"), sku_id=sku.id, packaging_id=case.id))
    db.session.flush()


def _receipt_rows(items: Sequence[Item], in_front: Sequence[Row]) -> list[Row]:
    """Three trucks: tea and coffee with lots and dates, partly on a pallet; a purchase order of odds and ends; and
    more of what sells best (rows of bin, sku, qty)."""
    fresh = _fresh(items)
    day = (now() + timedelta(days=300)).date().isoformat()
    announced = [
        {
            "number": "ASN-1001", "kind": "asn", "supplier": "Tea Garden 茶园", "sku": item.code, "qty": str(24 + n),
            "lot": f"L26{n:02d}", "expires_on": day, "lpn": PALLET if n < 2 else "", "unit_cost": "12.50",
        }
        for n, item in enumerate(fresh)
    ]  # fmt: skip
    ordered = [
        {
            "number": "PO-2001", "kind": "purchase", "supplier": SAMPLED, "sku": item.code,
            "qty": str(10 * n), "lot": "", "expires_on": "", "lpn": "", "unit_cost": str(item.price // 3),
        }
        for n, item in enumerate(items[:5], 1)
    ]  # fmt: skip
    best_sellers = [
        {
            "number": "PO-2002", "kind": "purchase", "supplier": "City Wholesale 城市批发", "sku": row["sku"],
            "qty": str(20 + n), "lot": "", "expires_on": "", "lpn": "", "unit_cost": "8.00",
        }
        for n, row in enumerate(in_front[:BEST_SELLERS])
    ]  # fmt: skip
    return [*announced, *ordered, *best_sellers]


def _bins_by_walk() -> list[str]:
    with transaction() as session:
        found = session.execute(select(Bin.code, Bin.aisle, Bin.y_mm).where(Bin.kind == "pick")).all()
    return [row.code for row in sorted(found, key=lambda row: (FLOOR.from_depot(row.aisle, row.y_mm), row.code))]


def _import(kind: str, found: Sequence[Row], folder: Path, warehouse_id: int) -> None:
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    summary = import_file(kind, path, warehouse_id=warehouse_id)
    if summary.rejected:
        raise RuntimeError(f"the demo's own {kind} were turned away: {summary.rejects[0]}")


def state() -> str:
    """How far the database is filled: `empty`, `cut short` (a load of the demo that did not end), or `full`."""
    with transaction() as session:
        if session.execute(select(Bin.id).limit(1)).scalar() is None:
            return "empty"
        ended = session.execute(select(Wave.id).limit(1)).scalar() is not None  # the last thing that is loaded
        codes = set(session.execute(select(Warehouse.code)).scalars())
    return "full" if ended or codes != {WAREHOUSE} else "cut short"


def badges(size: Size = Size()) -> list[dict[str, Any]]:
    """The ready-made badges, for whoever signs in: {post, badges, pin}."""
    return [{"post": posts[0], "badges": _span(prefix, size.people(prefix)), "pin": PIN} for prefix, posts, _ in PEOPLE]


def _span(prefix: str, count: int) -> str:
    return f"{prefix}01" if count == 1 else f"{prefix}01 … {prefix}{count:02d}"
