"""A warehouse with a put wall, and people who pick in bulk and sort."""
from __future__ import annotations

from typing import Any

import picking_floor as floor
from picking_floor import do

from wms.core.actor import Actor
from wms.core.transaction import transaction
from wms.picking import wall

MORE_TABLES = ("wall", "wall_slot", "wall_sorter", "wall_put")


def build(slots: int = 4, **house: int) -> floor.House:
    """The house of `picking_floor` with the wall `W1`."""
    made = floor.build(**house)
    if slots:
        with transaction():
            wall.add_wall(made.id, "W1", "Wall", slots)
    return made


def release(house: floor.House, method: str = "wall", orders: int = 12, **filter: Any) -> dict[str, Any]:
    """Build and release a wave of a method, so many orders a walk."""
    return floor.wave(house, orders, method=method, **filter)


def start(picker: Actor, cart: str = "C1") -> dict[str, Any]:
    """Ready and cart: the bulk task as it stands when the walk begins."""
    task = do(picker, "pick.ready")["data"]["bulk"]
    return do(picker, "bulk.cart", task_id=task["id"], code=cart)["data"]["bulk"]  # type: ignore[no-any-return]


def scans(task: dict[str, Any], tote: str = "T1", **changed: Any) -> dict[str, Any]:
    """The body of the confirmation of the stop where the picker stands."""
    stop = task["stop"]
    body = {"task_id": task["id"], "seq": stop["seq"], "bin": stop["bin"]["code"], "item": stop["sku"]["barcodes"][0]}
    return {**body, "tote": tote, "qty": stop["qty"] - stop["picked"], **changed}


def pick_all(picker: Actor, task: dict[str, Any], tote: str = "T1") -> dict[str, Any]:
    """Pick every stop of a task into one tote; the last answer."""
    reply: dict[str, Any] = {}
    while task["stop"]:
        reply = do(picker, "bulk.stop", **scans(task, tote))
        task = reply["data"]["bulk"]
    return reply


def picked(house: floor.House, orders: dict[str, dict[str, int]], method: str = "wall", tote: str = "T1") -> Actor:
    """Orders whose goods lie in a bulk tote; earlier ones are promised earlier. Returns the picker."""
    for number, lines in orders.items():
        floor.order(house, number, lines, hours=24 + len(house.orders))
    release(house, method)
    picker = floor.person(house, f"Picker-{next(iter(orders))}")
    assert pick_all(picker, start(picker), tote)["next"] == "bulk_done"
    return picker


def put(sorter: Actor, code: str, **body: Any) -> dict[str, Any]:
    """Scan an item and put it where the screen shows; the answer to the put."""
    shown = do(sorter, "wall.item", code=code, **body)["data"]["put"]
    return do(sorter, "wall.put", code=shown["code"])


def everything() -> dict[str, list[Any]]:
    """Every row that picking and sorting could touch."""
    with transaction() as session:
        from sqlalchemy import text

        more = {
            table: [tuple(map(str, row)) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))]
            for table in MORE_TABLES
        }
    return {**floor.everything(), **more}


def refused(actor: Actor, name: str, **body: Any) -> str:
    """A scan that must be refused, with nothing moved in any table; returns the code."""
    before = everything()
    reply = floor.ask(actor, name, **body)
    assert not reply["ok"], reply
    assert everything() == before
    assert "{" not in reply["message"]["text"], reply["message"]
    return str(reply["message"]["code"])


def processing(number: str) -> str:
    return str(floor.value("SELECT processing FROM sales_order WHERE number = :number", number=number))


def lies(code: str) -> int:
    """How many pieces lie in a container."""
    return int(
        floor.value(
            "SELECT coalesce(sum(b.on_hand), 0) FROM stock_balance b JOIN container c ON c.id = b.container_id "
            "WHERE c.code = :code", code=code,
        )
    )  # fmt: skip
