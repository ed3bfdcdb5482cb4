"""A warehouse with picked orders in totes, packing stations and people at them."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

import picking_floor as floor
from picking_floor import ask, do
from sqlalchemy import text

from wms.core.actor import Actor
from wms.core.transaction import transaction
from wms.layout.models import Station

MORE_TABLES = (
    "parcel", "parcel_line", "parcel_trace", "container", "waybill", "carrier", "manifest", "manifest_parcel",
    "print_job", "printer", "parcel_trouble", "parcel_photo", "station_mode", "carton", "insert_rule",
    "weight_rule", "parcel_weighing",
)  # fmt: skip


def picked(house: floor.House, orders: dict[str, dict[str, int]], **facts: Any) -> dict[str, str]:
    """Orders with their goods in totes, ready to be packed: {order number: tote code}."""
    for number, lines in orders.items():
        floor.order(house, number, lines, **facts)
    floor.wave(house)
    picker = floor.person(house, f"Picker-{next(iter(orders))}")
    first = floor.value("SELECT coalesce(max(id), 0) FROM pick_tote WHERE in_use") + 1
    task = floor.start(picker, "C1", first)
    floor.pick_all(picker, task)
    task = floor.value("SELECT max(id) FROM pick_task")
    with transaction() as session:
        rows = session.execute(
            text(
                "SELECT o.number, c.code FROM pick_tote t JOIN sales_order o ON o.id = t.order_id "
                "JOIN container c ON c.id = t.container_id WHERE t.task_id = :task"
            ),
            {"task": task},
        )
        return dict(tuple(row) for row in rows)


def packer(house: floor.House, name: str = "Pat", station: str = "PACK-1", *posts: str) -> Actor:
    """Someone signed in at a packing station."""
    someone = floor.person(house, name, *(posts or ("packer",)))
    with transaction() as session:
        table = session.query(Station).filter_by(code=station).one_or_none()
        if table is None:
            table = Station(warehouse_id=house.id, code=station, name=f"Table {station}")
            session.add(table)
            session.flush()
        return replace(someone, station_id=table.id)


def opened(packer: Actor, tote: str) -> dict[str, Any]:
    """The parcel of a tote on the table."""
    parcel: dict[str, Any] = do(packer, "pack.open", code=tote)["data"]["parcel"]
    return parcel


def verified(packer: Actor, tote: str) -> dict[str, Any]:
    """A parcel with every piece scanned."""
    parcel = opened(packer, tote)
    for line in parcel["lines"]:
        do(packer, "pack.verify", parcel_id=parcel["id"], code=line["sku"]["barcodes"][0], qty=line["qty"])
    return parcel


def packed(packer: Actor, tote: str) -> dict[str, Any]:
    """A closed parcel: {number, waybill}."""
    parcel = verified(packer, tote)
    grams = do(packer, "pack.scale", parcel_id=parcel["id"])["data"]["grams"]
    closed = do(packer, "pack.close", parcel_id=parcel["id"], weight_g=grams, source="scale")
    assert closed["next"] == "pack_home"
    done: dict[str, Any] = closed["data"]["parcel"]
    return done


def refused(actor: Actor, name: str, **body: Any) -> str:
    """A scan that must be refused, with nothing moved in any table; returns the code."""
    before = everything()
    reply = ask(actor, name, **body)
    assert not reply["ok"], reply
    assert everything() == before
    assert "{" not in reply["message"]["text"], reply["message"]
    return str(reply["message"]["code"])


def everything() -> dict[str, list[Any]]:
    """Every row that packing and handover could touch."""
    with transaction() as session:
        more = {
            table: [tuple(map(str, row)) for row in session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))]
            for table in MORE_TABLES
        }
    return {**floor.everything(), **more}
