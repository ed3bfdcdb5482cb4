"""Labels printed at the dock: for a pallet that has no number yet, and for goods without a barcode."""
from __future__ import annotations

from typing import Any

from sqlalchemy import select, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.inbound.models import Receipt
from wms.layout.models import Station
from wms.printing import service as printing
from wms.printing.models import PrintJob
from wms.stock import service as stock
from wms.stock.models import Container

DOCK = "dock"  # kind of the station whose printer serves the people at the dock


def station_of(warehouse_id: int, station_id: int | None) -> int:
    """Where labels come out: the device's own station, else the first at the dock. Raises `inbound.no_dock_station`."""
    found = station_id or dock_of(warehouse_id)
    if found is None:
        raise WmsError("inbound.no_dock_station")
    return found


def dock_of(warehouse_id: int) -> int | None:
    """The first station at the dock."""
    query = select(Station.id).where(Station.warehouse_id == warehouse_id, Station.kind == DOCK)
    return db.session.execute(query.order_by(Station.code).limit(1)).scalar()


def new_pallet(warehouse_id: int) -> Container:
    """A pallet with a number of our own."""
    following = db.session.execute(text("SELECT nextval(pg_get_serial_sequence('container', 'id'))")).scalar_one()
    container_id = stock.ensure_container(warehouse_id, f"LPN{following:08d}", "pallet")
    return db.session.get_one(Container, container_id)


def print_lpn(
    receipt: Receipt, container_id: int, *, station_id: int, actor_id: int | None, locale: str, version: int = 1
) -> PrintJob:
    """The label of a pallet; asked twice in one `version`, it is printed once."""
    container, data = printing.lpn_label(
        container_id, locale=locale, receipt=receipt.number, supplier=receipt.supplier
    )  # fmt: skip
    return printing.enqueue(
        "lpn_label", container.id, station_id, data, asked_by=actor_id, version=version, reference=container.code
    )


def print_sku(
    sku_id: int, *, qty: int, lot: str, expires_on: str, station_id: int, actor_id: int | None, locale: str
) -> PrintJob:
    """A label for goods: name, barcode, lot and date, in GS1's codes where the station prints such labels and they can
    say it. Each time it is asked for, one more."""
    told: dict[str, Any] = {"qty": qty, "lot": lot, "expires_on": expires_on, "locale": locale}
    document = "sku_label"
    sku, data = printing.sku_label(sku_id, **told)
    coded = printing.gs1_label(sku_id, serial="", **told)
    if coded is not None and printing.prints_here(station_id, "gs1_label"):
        document, data = "gs1_label", coded
    return printing.enqueue(
        document, sku.id, station_id, data, asked_by=actor_id, version=printing.one_more(), reference=sku.code
    )
