"""Looking things up: a code is scanned, and the terminal tells what it is and what lies where."""
from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select

from wms.catalog import service as catalog
from wms.catalog.models import Sku
from wms.catalog.service import Scan
from wms.core.bulk import among
from wms.core.db import db
from wms.layout.models import INSIDE, Bin
from wms.stock import containers
from wms.stock.models import Container, Lot, Serial, StockBalance

MOST = 60  # places that one look lists


def look(warehouse_id: int, code: str) -> dict[str, Any]:
    """What a code stands for: {kind, title, sub, picture, facts, pieces, held, places: [{bin, sku, qty, …}]}.

    Raises as `catalog.read` does.
    """
    seen = catalog.read(code, warehouse_id)
    if seen.found is None:
        return _answer("container" if seen.sscc else "lot", seen.sscc or seen.lot or seen.code, "")
    found = seen.found
    kind = "container" if found.family == "container" else found.kind
    tell = {"bin": _bin, "sku": _sku, "pack": _sku, "container": _container, "lot": _lot, "serial": _serial}
    return tell.get(kind, _other)(warehouse_id, seen)


def _answer(kind: str, title: str, sub: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind, "title": title, "sub": sub, "picture": "", "facts": {}, "places": [], "pieces": 0, "held": 0,
        "more": False, **more,
    }  # fmt: skip


def _other(warehouse_id: int, seen: Scan) -> dict[str, Any]:
    assert seen.found is not None
    label = "" if seen.found.label == seen.found.code else seen.found.label
    return _answer(seen.kind, seen.found.code, label)


def _bin(warehouse_id: int, seen: Scan) -> dict[str, Any]:
    assert seen.found is not None
    bin = db.session.get_one(Bin, seen.found.id)
    facts = {"kind": bin.kind, "aisle": bin.aisle + 1, "level": bin.level, "blocked": bin.blocked_reason}
    return _answer("bin", bin.code, "", facts=facts, **_places(warehouse_id, StockBalance.bin_id == bin.id))


def _sku(warehouse_id: int, seen: Scan) -> dict[str, Any]:
    sku = db.session.get_one(Sku, seen.sku_id)
    wanted = StockBalance.sku_id == sku.id
    if seen.lot:
        wanted &= StockBalance.lot == seen.lot
    facts = {"pack": seen.pack_qty if seen.kind == "pack" else None, "weight_g": sku.weight_g or None, "lot": seen.lot}
    return _answer("sku", sku.name, sku.code, picture=sku.picture, facts=facts, **_places(warehouse_id, wanted))


def _container(warehouse_id: int, seen: Scan) -> dict[str, Any]:
    assert seen.found is not None
    container = db.session.get_one(Container, seen.found.id)
    inside = containers.tree(container.id)
    stands = containers.where_is(warehouse_id, container.id)
    parent = db.session.get(Container, container.parent_id) if container.parent_id else None
    facts = {
        "stands": db.session.get_one(Bin, stands).code if stands else None,
        "parent": parent.code if parent else None,
        "inside": len(inside) - 1,
        "container": container.kind,
    }
    wanted = among(StockBalance.container_id, inside)
    return _answer("container", container.code, "", facts=facts, **_places(warehouse_id, wanted))


def _lot(warehouse_id: int, seen: Scan) -> dict[str, Any]:
    assert seen.found is not None
    lot = db.session.get_one(Lot, seen.found.id)
    sku = db.session.get_one(Sku, lot.sku_id)
    facts = {"produced": lot.produced_on and str(lot.produced_on), "expires": lot.expires_on and str(lot.expires_on)}
    wanted = (StockBalance.sku_id == sku.id) & (StockBalance.lot == lot.code)
    return _answer("lot", lot.code, sku.name, picture=sku.picture, facts=facts, **_places(warehouse_id, wanted))


def _serial(warehouse_id: int, seen: Scan) -> dict[str, Any]:
    """One piece, where it is; the places of its SKU are not listed."""
    assert seen.found is not None
    serial = db.session.get_one(Serial, seen.found.id)
    sku = db.session.get_one(Sku, serial.sku_id)
    bin = db.session.get(Bin, serial.bin_id) if serial.bin_id else None
    container = db.session.get(Container, serial.container_id) if serial.container_id else None
    facts = {"stands": bin.code if bin else None, "parent": container.code if container else None, "lot": serial.lot}
    return _answer("serial", serial.code, sku.name, picture=sku.picture, facts=facts)


def _places(warehouse_id: int, wanted: ColumnElement[bool]) -> dict[str, Any]:
    """Where goods lie, the most first, and how many there are in all."""
    there = (StockBalance.warehouse_id == warehouse_id, StockBalance.on_hand > 0, wanted)
    sums = select(func.sum(StockBalance.on_hand), func.sum(StockBalance.held)).where(*there)
    pieces, held = db.session.execute(sums).one()
    rows = db.session.execute(
        select(StockBalance, Bin.code.label("bin"), Sku.code, Sku.name, Sku.picture, Container.code.label("container"),
               Lot.expires_on)
        .join(Bin, Bin.id == StockBalance.bin_id)
        .join(Sku, Sku.id == StockBalance.sku_id)
        .outerjoin(Container, Container.id == StockBalance.container_id)
        .outerjoin(Lot, (Lot.sku_id == StockBalance.sku_id) & (Lot.code == StockBalance.lot))
        .where(*there, Bin.kind.in_(INSIDE))
        .order_by(StockBalance.on_hand.desc(), StockBalance.id)
        .limit(MOST + 1)
    ).all()  # fmt: skip
    return {
        "pieces": int(pieces or 0),
        "held": int(held or 0),
        "places": [_place(row) for row in rows[:MOST]],
        "more": len(rows) > MOST,
    }


def _place(row: Any) -> dict[str, Any]:
    balance: StockBalance = row.StockBalance
    return {
        "bin": row.bin,
        "sku": {"code": row.code, "name": row.name, "picture": row.picture},
        "qty": balance.on_hand,
        "held": balance.held,
        "lot": balance.lot,
        "expires_on": row.expires_on.isoformat() if row.expires_on else None,
        "container": row.container,
        "condition": balance.condition,
    }
