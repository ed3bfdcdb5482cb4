"""Packing before there are orders (预打包): boxes with one content are sealed ahead, and each later serves an order.

Sealing takes loose goods of a bin; the boxes stay there until somebody brings them to the table. There a box is
scanned: the order with its content that is promised first gets it, its parcel is closed and its waybill printed.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.resolve import clean, resolve
from wms.packing import inserts, table
from wms.packing.batches import Packed, weight_of
from wms.packing.models import Parcel
from wms.packing.packer import Packer
from wms.packing.service import new_parcel, shut
from wms.picking import service as picking
from wms.printing import service as printing
from wms.stock import service as stock
from wms.stock.models import SealedBox

HOUSE = 1  # the owner whose goods are packed ahead


def read_piece(packer: Packer, code: str) -> tuple[Sku, int]:
    """A piece or pack that goes into the first box: its SKU, and how many pieces it is.

    Raises `packing.unknown_barcode` and `packing.not_an_item`.
    """
    found = resolve(code, packer.warehouse_id)
    item = next((each for each in found if each.kind in ("sku", "pack")), None)
    if item is None:
        known = WmsError("packing.not_an_item", scanned=clean(code), label=found[0].label) if found else None
        raise known or WmsError("packing.unknown_barcode", scanned=clean(code))
    return db.session.get_one(Sku, item.sku_id or item.id), item.qty


def read_bin(packer: Packer, code: str) -> tuple[int, str]:
    """The bin that was scanned: its id and its code. Raises `packing.not_a_bin`."""
    bins = [each for each in resolve(code, packer.warehouse_id) if each.kind == "bin"]
    if not bins:
        raise WmsError("packing.not_a_bin", scanned=clean(code))
    return bins[0].id, bins[0].code


def seal(
    packer: Packer, bin_code: str, content: Sequence[tuple[str, int]], boxes: int, locale: str
) -> list[SealedBox]:
    """Seal so many boxes out of a bin, each with this content (SKU code, pieces), and print their labels here.

    Raises `packing.not_a_bin`, `packing.unknown_barcode`, and as `stock.seal` does.
    """
    bin_id, _ = read_bin(packer, bin_code)
    pieces: dict[int, int] = defaultdict(int)
    for code, qty in content:
        sku, each = read_piece(packer, code)
        pieces[sku.id] += qty * each
    made = stock.seal(
        packer.warehouse_id, pieces, boxes, bin_id=bin_id, owner_id=HOUSE, actor_id=packer.person_id
    )  # fmt: skip
    says = in_words(packer.warehouse_id, made[0].content)
    for box in made:
        data = {"code": box.code, "supplier": says, "printed_at": now().strftime("%Y-%m-%d %H:%M"), "locale": locale}
        printing.enqueue(
            "lpn_label", box.container_id, packer.station_id, data, asked_by=packer.person_id, reference=box.code
        )  # fmt: skip
    return made


def in_words(warehouse_id: int, content: str) -> str:
    """A content as people write it: `A-1 × 1 + B-7 × 2`."""
    return " + ".join(f"{each['code']} × {each['qty']}" for each in items_of([content])[content])


def items_of(contents: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """What is in each of these contents: [{code, name, picture, qty}]."""
    pieces = {content: [tuple(map(int, each.split("x"))) for each in content.split("-")] for content in contents}
    ids = {sku_id for parts in pieces.values() for sku_id, _ in parts}
    skus = {sku.id: sku for sku in db.session.execute(select(Sku).where(among(Sku.id, ids))).scalars()}
    return {
        content: [
            {"code": skus[sku_id].code, "name": skus[sku_id].name, "picture": skus[sku_id].picture, "qty": qty}
            for sku_id, qty in parts
        ]
        for content, parts in pieces.items()
    }


def box_of(packer: Packer, code: str) -> SealedBox | None:
    """The box that was packed ahead and has this code."""
    return stock.box_at(packer.warehouse_id, resolve(code, packer.warehouse_id))


def cut_open(packer: Packer, code: str) -> SealedBox:
    """A box is opened: its goods are free for any order. Raises `packing.not_a_box`, `stock.box_not_sealed`."""
    box = box_of(packer, code)
    if box is None:
        raise WmsError("packing.not_a_box", scanned=clean(code))
    stock.open_box(box)
    return box


def pack(packer: Packer, box: SealedBox) -> Packed:
    """The box goes to the order that is promised first of those that want it: its parcel is closed.

    Raises as `picking.serve` does.
    """
    served = picking.serve(packer.warehouse_id, packer.person_id, box)
    parcel: Parcel = new_parcel(packer, served.order_id, box.code)
    taken = [stock.Taken(hold_id, qty, f"pick {line_id}") for hold_id, qty, line_id in served.pieces]
    packed = stock.special_bin(packer.warehouse_id, "packed")
    stock.pick_many(taken, to_bin_id=packed, to_container_id=parcel.container_id, actor_id=packer.person_id)
    inserts.note(parcel)
    shut(packer, parcel, weight_of(packer, parcel, table.verified(parcel.id)))
    return Packed(parcel, served.order, 0)


def waiting(warehouse_id: int) -> list[dict[str, Any]]:
    """What released orders wait for, and the boxes there are: [{content, items, orders, boxes, bins}]."""
    there = {each.content: each for each in stock.sealed_boxes(warehouse_id)}
    orders = {row.content: row.orders for row in picking.waiting_for_boxes(warehouse_id)}
    contents = list(dict.fromkeys([*orders, *there]))
    items = items_of(contents) if contents else {}
    return [
        {
            "content": content, "items": items[content], "orders": orders.get(content, 0),
            "boxes": there[content].boxes if content in there else 0,
            "bins": list(there[content].bins) if content in there else [],
        }
        for content in contents
    ]  # fmt: skip
