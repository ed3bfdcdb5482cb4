"""What a packing station shows while it packs out of bulk totes."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.db import db
from wms.packing import runs, table
from wms.packing.batches import METHODS
from wms.packing.models import Parcel, ParcelRun
from wms.packing.packer import Packer
from wms.packing.runs import Group
from wms.picking import service as picking
from wms.picking.service import BulkTote
from wms.printing import service as printing

WAITING_SHOWN = 20


def describe(packer: Packer) -> dict[str, Any] | None:
    """What stands on the table: {tote, totes, method, wave, left, pieces, items, groups, others}, None without any.

    `groups` are the orders by content, `others` totes that are wanted beside these; both of the method `same` only.
    """
    totes = table.totes_on(packer.warehouse_id, packer.station_id)
    if not totes:
        return None
    items: dict[str, dict[str, Any]] = {}
    for row in (row for tote in totes for row in picking.left_in(tote)):
        known = items.setdefault(row.sku, {"code": row.sku, "name": row.name, "qty": 0})
        known["qty"] += row.qty
    shown = {
        "tote": totes[0].code,
        "totes": [tote.code for tote in totes],
        "method": totes[0].method,
        "wave": totes[0].wave,
        "pieces": sum(each["qty"] for each in items.values()),
        "items": list(items.values()),
    }
    if totes[0].method == "same":
        return {**shown, **_alike(packer, totes)}
    left = sum(row.wanted for row in picking.orders_left(totes[0].task_id))
    return {**shown, "left": left, "groups": [], "others": []}


def _alike(packer: Packer, totes: Sequence[BulkTote]) -> dict[str, Any]:
    found = runs.groups(packer, totes)
    skus = _skus(sku_id for group in found for sku_id in group.sku_ids)
    return {
        "left": sum(len(group.orders) for group in found),
        "groups": [_group(group, skus) for group in found],
        "others": runs.others_of(totes, found),
    }


def _group(group: Group, skus: dict[int, Sku]) -> dict[str, Any]:
    pieces: dict[int, int] = defaultdict(int)
    for line in group.orders[0].lines:
        pieces[line.kind.sku_id] += line.qty
    return {
        "content": group.content,
        "items": [{"code": skus[sku_id].code, "name": skus[sku_id].name, "picture": skus[sku_id].picture, "qty": qty}
                  for sku_id, qty in pieces.items()],
        "left": len(group.orders), "ready": len(group.ready), "proved": group.proved, "weight_g": group.weight_g,
        "tracked": group.tracked,
    }  # fmt: skip


def _skus(sku_ids: Iterable[int]) -> dict[int, Sku]:
    return {sku.id: sku for sku in db.session.execute(select(Sku).where(among(Sku.id, sku_ids))).scalars()}


def run(packer: Packer) -> dict[str, Any] | None:
    """The run that this station printed last: {id, content, asked, made, open, out, waiting, doubt, failed}, its
    waybills by how their labels stand. None when it is over and its labels are out."""
    newest = select(ParcelRun).where(ParcelRun.station_id == packer.station_id).order_by(ParcelRun.id.desc()).limit(1)
    found = db.session.execute(newest.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        return None
    parcels = select(Parcel.id).where(Parcel.run_id == found.id, Parcel.status != "void")
    labels = printing.progress("waybill", list(db.session.execute(parcels).scalars()))
    if found.ended_at is not None and not labels["waiting"] + labels["doubt"] + labels["failed"]:
        return None
    return {"id": found.id, "content": found.content, "asked": found.asked, "made": found.made,
            "open": found.ended_at is None, **labels}  # fmt: skip


def waiting(warehouse_id: int) -> list[dict[str, Any]]:
    """Bulk totes that wait for a packing station, the earliest promise first."""
    totes = picking.bulk_totes(warehouse_id, METHODS, WAITING_SHOWN)
    return [{"tote": each.code, "method": each.method, "wave": each.wave} for each in totes]
