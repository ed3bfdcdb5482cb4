"""A small warehouse on a real database, with people who pick in it."""
from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from wms.access import service as access
from wms.catalog.models import Barcode, Sku
from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.db import db
from wms.core.scan import answer
from wms.core.transaction import transaction
from wms.layout.models import Bin, Warehouse, Zone
from wms.layout.rules import SPECIAL_BINS
from wms.orders.models import Order, OrderLine, Shop
from wms.picking import service as picking
from wms.stock import check
from wms.stock import service as stock

SPECIAL = tuple(SPECIAL_BINS)
AISLES, LENGTH_MM, BINS_AN_AISLE = 4, 20_000, 6


@dataclass
class House:
    """Ids by code: bins `A1-3`, SKUs `S1`, totes `T1`, orders `O1`. `mark` begins all codes that are not the
    warehouse's alone, where there are several."""

    id: int = 0
    mark: str = ""
    bins: dict[str, int] = field(default_factory=dict)
    skus: dict[str, int] = field(default_factory=dict)
    totes: dict[str, int] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    shops: dict[str, int] = field(default_factory=dict)
    boss: Actor = field(default_factory=lambda: Actor("nobody", 0, frozenset()))


def build(skus: int = 6, carts: int = 4, totes: int = 12, per_bin: int = 50, mark: str = "") -> House:
    """Four aisles of six bins; SKU `S1` lies in `A1-1`, and so on, with `per_bin` pieces."""
    house = House(mark=mark)
    with transaction() as session:
        floor = Warehouse(
            code=f"{mark}W", name="W", aisles=AISLES, aisle_spacing_mm=4_000, aisle_length_mm=LENGTH_MM, depot_aisle=1
        )
        session.add(floor)
        session.flush()
        house.id = floor.id
        zone = Zone(warehouse_id=floor.id, code="Z", name="Zone", colour="#ff8800")
        session.add(zone)
        session.flush()
        bins = [
            Bin(
                warehouse_id=floor.id, zone_id=zone.id, code=f"A{aisle + 1}-{n + 1}", aisle=aisle,
                y_mm=2_000 + 3_000 * n, side="LR"[n % 2], level=1 + n % 3,
            )
            for aisle in range(AISLES)
            for n in range(BINS_AN_AISLE)
        ]  # fmt: skip
        bins += [Bin(warehouse_id=floor.id, code=kind.upper(), kind=kind) for kind in SPECIAL]
        things = [Sku(code=f"{mark}S{n}", name=f"Thing {n}", weight_g=100) for n in range(1, skus + 1)]
        shops = [Shop(code=f"{mark}{code}", name=code) for code in ("SHOP", "OTHER")]
        session.add_all([*bins, *things, *shops])
        session.flush()
        house.bins = {each.code: each.id for each in bins}
        house.skus = {each.code.removeprefix(mark): each.id for each in things}
        house.shops = {each.name: each.id for each in shops}
        session.add_all(Barcode(code=f"69{each.id:05}", sku_id=each.id) for each in things)
        places = list(house.bins.values())
        goods = [stock.Goods(sku, places[n % 24], per_bin) for n, sku in enumerate(house.skus.values())]
        stock.receive(house.id, goods, reference="ASN", actor_id=None)
        for n in range(1, carts + 1):
            picking.add_cart(house.id, f"C{n}", 12)
        house.totes = {f"T{n}": stock.ensure_container(house.id, f"T{n}", "tote") for n in range(1, totes + 1)}
    house.boss = person(house, "Sue", "supervisor")
    return house


def person(house: House, name: str, *posts: str) -> Actor:
    """Someone who is signed in."""
    with transaction():
        someone = access.add_person(f"B-{house.mark}{name}", name, "no pin", house.id, posts or ("picker",), "en")
        access.open_session(someone, "test")
        return Actor(name, house.id, frozenset(posts or ("picker",)), person_id=someone.id)


def order(house: House, number: str, lines: dict[str, int], *, hours: float = 24, **facts: Any) -> int:
    """A confirmed order that waits for a wave, its stock promised."""
    shop = house.shops[facts.pop("shop", "SHOP")]
    with transaction() as session:
        made = Order(
            warehouse_id=house.id, shop_id=shop, number=number, confirmation="confirmed", payment="paid",
            placed_at=now(), promised_at=now() + timedelta(hours=hours), source_hash=number.encode(), **facts,
        )  # fmt: skip
        session.add(made)
        session.flush()
        rows = [
            OrderLine(order_id=made.id, line_key=sku, sku_id=house.skus[sku], qty=qty) for sku, qty in lines.items()
        ]
        session.add_all(rows)
        session.flush()
        wants = [stock.Want(row.id, row.sku_id, row.qty) for row in rows]
        assert stock.promise(house.id, wants) == {}
        house.orders[number] = made.id
        return made.id


def ask(actor: Actor, name: str, /, **body: Any) -> dict[str, Any]:
    """One scan over the door that sockets and HTTP use; a command id is made unless given."""
    return answer(name, {"command_id": str(uuid.uuid4()), **body}, actor).body


def do(actor: Actor, name: str, /, **body: Any) -> dict[str, Any]:
    """A scan that must succeed."""
    reply = ask(actor, name, **body)
    assert reply["ok"], (name, body, reply["message"])
    return reply


def refused(actor: Actor, name: str, /, **body: Any) -> str:
    """A scan that must be refused, with nothing moved; returns the code. Its text has no gap left open."""
    before = everything()
    reply = ask(actor, name, **body)
    assert not reply["ok"], reply
    assert everything() == before
    message = reply["message"]
    assert "{" not in message["text"] or any("{" in str(each) for each in message["params"].values()), message
    return str(message["code"])


def wave(house: House, totes_per_cart: int = 12, **filter: Any) -> dict[str, Any]:
    """Build and release a wave."""
    made = do(house.boss, "wave.build", max_orders=1000, totes_per_cart=totes_per_cart, **filter)["data"]["wave"]
    return do(house.boss, "wave.release", wave_id=made["id"])["data"]["wave"]  # type: ignore[no-any-return]


def start(picker: Actor, cart: str = "C1", first_tote: int = 1) -> dict[str, Any]:
    """Ready, cart, totes: the task as it stands when the walk begins."""
    task = do(picker, "pick.ready")["data"]["task"]
    do(picker, "pick.cart", task_id=task["id"], code=cart)
    for n, slot in enumerate(task["slots"]):
        if slot["tote"] is None:
            do(picker, "pick.tote", task_id=task["id"], slot=slot["slot"], code=f"T{first_tote + n}")
    return do(picker, "pick.task")["data"]["task"]  # type: ignore[no-any-return]


def scans(task: dict[str, Any], line: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """The body of the confirmation of a line."""
    tote = next(slot["tote"] for slot in task["slots"] if slot["slot"] == line["slot"])
    body = {"bin": line["bin"]["code"], "item": line["sku"]["barcodes"][0], "tote": tote}
    return {"task_id": task["id"], "line_id": line["id"], **body, "qty": line["qty"] - line["picked"], **changed}


def pick_all(picker: Actor, task: dict[str, Any]) -> dict[str, Any]:
    """Pick every open line of a task; the last answer."""
    reply: dict[str, Any] = {}
    for line in task["lines"]:
        if line["status"] == "open":
            reply = do(picker, "pick.confirm", **scans(task, line))
    return reply


TABLES = (
    "stock_move", "stock_balance", "stock_level", "stock_promise", "stock_hold", "pick_task", "pick_line", "pick_tote",
    "sales_order", "order_line", "wave", "wave_cart", "command", "event", "stock_serial", "stock_lot",
)  # fmt: skip


def everything() -> dict[str, list[Any]]:
    """Every row that a pick could touch, to show that a refusal moved nothing."""
    with transaction() as session:
        return {
            table: [tuple(map(str, row)) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))]
            for table in TABLES
        }


def value(sql: str, **params: Any) -> Any:
    """One value out of the database."""
    with transaction() as session:
        return session.execute(text(sql), params).scalar()


def proved() -> check.Report:
    """The laws of stock hold."""
    with transaction():
        report = check.run()
    assert report.ok, report.lines()
    return report


def at_once(app: Any, *acts: Callable[[], Any]) -> list[Any]:
    """Run these at the same moment, each in a thread of its own; their results in the same order.

    None for one that never comes back.
    """
    return begun(app, *acts)()


def begun(app: Any, *acts: Callable[[], Any]) -> Callable[[], list[Any]]:
    """The same, but only begun; what is returned waits for the results.

    It waits long: under load, a thread that is the first to plan compiles for more than half a minute.
    """
    results: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts))

    def run(number: int) -> None:
        with app.app_context():
            gate.wait()
            results[number] = acts[number]()
            db.session.remove()

    threads = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(len(acts))]
    for thread in threads:
        thread.start()

    def wait() -> list[Any]:
        for thread in threads:
            thread.join(timeout=600)
        return results

    return wait
