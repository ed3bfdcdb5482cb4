"""A warehouse in the middle of its day, made of rows: for the tests of the board."""
from __future__ import annotations

import hashlib
from datetime import timedelta
from types import SimpleNamespace

from sqlalchemy import insert

from wms.access.models import DeviceSession, Person, Posting
from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.layout.models import Bin, Station, Warehouse, Zone
from wms.orders.models import Order, OrderLine, Shop
from wms.packing.models import Parcel
from wms.picking.models import Cart, PickLine, PickTask, PickTote
from wms.printing.models import Printer, PrintJob
from wms.shipping.models import Carrier, Manifest, ManifestParcel, Waybill
from wms.stock.models import Container, StockBalance, StockHold
from wms.waves.models import Wave, WaveOrder

SPACING_MM, LENGTH_MM = 3000, 26_000
BAY_MM = 1200


class Day:
    """Builds rows by their models and remembers what later rows need."""

    def __init__(self, aisles=10, bays=20, levels=1):
        self.at = now()
        self.house = self.add(
            Warehouse(
                code="W1", name="Warehouse One", aisles=aisles, aisle_spacing_mm=SPACING_MM, aisle_length_mm=LENGTH_MM
            )
        )
        names = (("A", "Fast", "#3b7dd8"), ("B", "Medium", "#c98a1b"), ("C", "Slow", "#7a5bb5"))
        self.zones = [
            self.add(Zone(warehouse_id=self.house.id, code=code, name=name, colour=colour))
            for code, name, colour in names
        ]
        self.bins = self._bins(aisles, bays, levels)
        self.stage = self.add(Bin(warehouse_id=self.house.id, code="STAGE", kind="stage"))
        self.skus = [self.add(Sku(code=f"SKU-{n:03}", name=f"Thing {n}")) for n in range(20)]
        self.shops = [
            self.add(Shop(code=code, name=name)) for code, name in (("tea", "Tea House"), ("toy", "Toy Box"))
        ]
        self.carrier = self.add(Carrier(code="own_fleet", name="Own fleet"))
        self.table = self.add(Station(warehouse_id=self.house.id, code="PACK-1", name="Packing 1"))
        self.printer = self.add(
            Printer(
                warehouse_id=self.house.id, code="ZPL-1", name="Labels", language="zpl", address="127.0.0.1:1",
                status="blocked", status_reasons=["paper_out"], lease_until=self.at + timedelta(minutes=5),
            )
        )  # fmt: skip
        self._orders = self._waves = 0

    def add(self, row):
        db.session.add(row)
        db.session.flush()
        return row

    def _bins(self, aisles, bays, levels):
        rows = [
            {
                "warehouse_id": self.house.id,
                "zone_id": self.zones[aisle * 3 // aisles].id,
                "code": f"{'ABC'[aisle * 3 // aisles]}{aisle + 1:02}-{bay + 1:02}-{side}{level}",
                "aisle": aisle,
                "y_mm": 1000 + bay * BAY_MM,
                "side": side,
                "level": level,
            }
            for aisle in range(aisles)
            for bay in range(bays)
            for side in "LR"
            for level in range(1, levels + 1)
        ]
        return list(db.session.execute(insert(Bin).returning(Bin), rows).scalars())

    def ago(self, **age):
        return self.at - timedelta(**age)

    def person(self, name, posts=("picker",), *, station=None, seen=None):
        """Somebody with posts; signed in when `seen` is given."""
        one = self.add(Person(badge=name, name=name, pin_hash="-"))
        for post in posts:
            self.add(Posting(person_id=one.id, warehouse_id=self.house.id, post=post))
        if seen:
            self.add(
                DeviceSession(
                    token_hash=hashlib.sha256(name.encode()).digest(), person_id=one.id, device="d",
                    warehouse_id=self.house.id, station_id=station.id if station else None, created_at=seen,
                    seen_at=seen, expires_at=self.at + timedelta(hours=6),
                )
            )  # fmt: skip
        return one

    def order(self, lines=2, *, hours=4, **axes):
        """An order of `lines` lines of 2 pieces, confirmed and waiting unless `axes` say otherwise."""
        self._orders += 1
        values = {"confirmation": "confirmed", "payment": "paid"} | axes
        one = self.add(
            Order(
                warehouse_id=self.house.id, shop_id=self.shops[self._orders % 2].id, number=f"N{self._orders:05}",
                placed_at=self.ago(hours=3), promised_at=self.at + timedelta(hours=hours), source_hash=b"", **values,
            )
        )  # fmt: skip
        rows = [
            {"order_id": one.id, "line_key": str(n), "sku_id": self.skus[(one.id + n) % 20].id, "qty": 2}
            for n in range(lines)
        ]
        lines_made = list(db.session.execute(insert(OrderLine).returning(OrderLine.id), rows).scalars())
        return SimpleNamespace(id=one.id, number=one.number, lines=lines_made, row=one)

    def wave(self, orders, *, status="released", **values):
        self._waves += 1
        values.setdefault("walk_mm", 300_000)
        values.setdefault("baseline_mm", 750_000)
        one = self.add(
            Wave(
                warehouse_id=self.house.id, number=self._waves, status=status, filter={}, totes_per_cart=8,
                created_at=self.ago(minutes=40), released_at=self.ago(minutes=30) if status != "planned" else None,
                **values,
            )
        )  # fmt: skip
        rows = [{"wave_id": one.id, "order_id": order.id, "active": True} for order in orders]
        db.session.execute(insert(WaveOrder), rows)
        return one

    def task(self, wave, orders, *, status="open", person=None, done=0, short=(), cart=None, last=None):
        """A cart with these orders; the first `done` lines were picked a minute apart, the newest at `last`."""
        lines = [(slot, order, line) for slot, order in enumerate(orders, 1) for line in order.lines]
        task = self.add(
            PickTask(
                warehouse_id=self.house.id, wave_id=wave.id, stage_bin_id=self.stage.id, status=status,
                person_id=person.id if person else None, walk_mm=80_000, path=[[0, 0], [0, 5000], [3000, 5000]],
                cart_id=cart.id if cart else None, lines=len(lines), open_lines=len(lines) - done - len(short),
                assigned_at=self.ago(minutes=25) if person else None,
                started_at=self.ago(minutes=20) if status in ("picking", "picked") else None,
            )
        )  # fmt: skip
        self._totes(task, orders)
        self._lines(task, lines, done, short, person, last or self.ago(minutes=1))
        return task

    def _totes(self, task, orders):
        for slot, order in enumerate(orders, 1):
            tote = self.add(Container(warehouse_id=self.house.id, code=f"T{task.id}-{slot}"))
            self.add(PickTote(task_id=task.id, slot=slot, order_id=order.id, container_id=tote.id, in_use=True))

    def _lines(self, task, lines, done, short, person, last):
        held = self._holds([line for _, _, line in lines])
        rows = []
        for seq, ((slot, order, line), (hold_id, bin_id, sku_id)) in enumerate(zip(lines, held, strict=True)):
            status = "short" if seq in short else "picked" if seq < done else "open"
            rows.append(
                {
                    "task_id": task.id, "seq": seq, "slot": slot, "order_id": order.id, "order_line_id": line,
                    "sku_id": sku_id, "bin_id": bin_id, "hold_id": hold_id, "qty": 2,
                    "picked": 2 if status == "picked" else 0, "status": status,
                    "short_reason": "missing" if status == "short" else None,
                    "done_by": person.id if person and status != "open" else None,
                    "done_at": last - timedelta(minutes=done - 1 - seq) if status != "open" else None,
                }
            )  # fmt: skip
        db.session.execute(insert(PickLine), rows)

    def _holds(self, lines):
        """A balance and a hold for each order line: (hold id, bin id, SKU id), spread over the bins."""
        places = [(self.bins[line * 37 % len(self.bins)].id, self.skus[line % 20].id) for line in lines]
        here = {"warehouse_id": self.house.id}
        balances = [
            here | {"bin_id": bin_id, "sku_id": sku_id, "lot": str(line), "on_hand": 2, "held": 2}
            for line, (bin_id, sku_id) in zip(lines, places, strict=True)
        ]
        holds = [
            here | {"balance_id": id, "order_line_id": line, "qty": 2, "at": self.at}
            for line, id in zip(lines, self._ids(StockBalance, balances), strict=True)
        ]
        return [(hold, *place) for hold, place in zip(self._ids(StockHold, holds), places, strict=True)]

    def _ids(self, model, rows):
        """Insert rows; their ids in the same order."""
        return list(db.session.execute(insert(model).returning(model.id, sort_by_parameter_order=True), rows).scalars())

    def cart(self, code):
        return self.add(Cart(warehouse_id=self.house.id, code=code, slots=8))

    def parcel(self, order, *, person, status="closed", age=5, waybill="issued", job="confirmed"):
        """A parcel of an order, closed `age` minutes ago, with its waybill and its label unless None."""
        box = self.add(Container(warehouse_id=self.house.id, code=f"P{order.id}", kind="parcel"))
        one = self.add(
            Parcel(
                warehouse_id=self.house.id, number=f"P{order.id}", order_id=order.id, container_id=box.id,
                station_id=self.table.id, status=status, weight_g=400, packed_by=person.id,
                opened_at=self.ago(minutes=age + 2), closed_at=None if status == "open" else self.ago(minutes=age),
            )
        )  # fmt: skip
        if waybill:
            self.add(
                Waybill(
                    carrier_id=self.carrier.id, parcel_id=one.id, request_key=str(one.id), status=waybill,
                    asked_at=self.ago(minutes=age),
                    number=f"OF{order.id:08}" if waybill == "issued" else None, issued_at=self.ago(minutes=age),
                )
            )  # fmt: skip
        if job:
            self.add(
                PrintJob(
                    warehouse_id=self.house.id, station_id=self.table.id, printer_id=self.printer.id,
                    document="waybill", document_id=one.id, media="100x180", data={}, status=job,
                    asked_at=self.ago(minutes=age),
                )
            )  # fmt: skip
        return one

    def manifest(self, parcels):
        """A manifest that left an hour ago with these parcels."""
        one = self.add(
            Manifest(
                warehouse_id=self.house.id, carrier_id=self.carrier.id, number=1, status="closed",
                opened_at=self.ago(hours=2), closed_at=self.ago(hours=1),
            )
        )  # fmt: skip
        for parcel in parcels:
            self.add(ManifestParcel(manifest_id=one.id, parcel_id=parcel.id, loaded_at=self.ago(hours=1)))
        return one
