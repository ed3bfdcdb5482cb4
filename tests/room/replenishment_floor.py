"""A floor with pick faces and a reserve behind them, and what its people do with it."""
from __future__ import annotations

import picking_floor as floor
from counting_floor import arrived
from picking_floor import do
from sqlalchemy import text

from wms.catalog.models import Packaging
from wms.core.db import db
from wms.core.transaction import transaction
from wms.replenishment import service as replenishment


def build():
    """Bins `A4-…` are bulk; `A1-1` is the pick face of S1 with 50 pieces in it, `A4-1` has 200 more."""
    house = floor.build()
    with transaction() as session:
        session.execute(text("UPDATE bin SET kind = 'bulk' WHERE code LIKE 'A4-%'"))
    arrived(house, "S1", 200, "A4-1")
    return house


def face(house, bin, sku, least, most):
    with transaction():
        replenishment.put_faces(house.id, [(house.bins[bin], house.skus[sku], least, most)])


def pack(house, sku, qty):
    with transaction():
        db.session.add(Packaging(sku_id=house.skus[sku], code=f"P{qty}", qty=qty))


def tasks():
    with transaction() as session:
        rows = session.execute(
            text("SELECT f.code, o.code, t.lot, t.qty, t.pack_qty, t.urgency, t.status FROM replenish_task t "
                 "JOIN bin f ON f.id = t.from_bin_id JOIN bin o ON o.id = t.to_bin_id ORDER BY t.id")
        )  # fmt: skip
        return [tuple(row) for row in rows]


def fetched(ann, bin="A4-1", item="S1"):
    """Walk to the source and take what is asked for."""
    task = do(ann, "replenish.next")["data"]["task"]
    do(ann, "replenish.source", code=bin)
    return do(ann, "replenish.take", code=item, qty=task["qty"])
