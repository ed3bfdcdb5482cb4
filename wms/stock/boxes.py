"""Sealed boxes: parcels that were packed before they were ordered (预打包).

A box is a container whose pieces are stock like any other: they count as on hand and may be promised to orders. They
are set aside for the box, so that nobody takes a piece out of it; an order with exactly its content takes it whole.
Opened, its pieces are ordinary goods in a container.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.resolve import Found
from wms.layout.models import PROMISABLE
from wms.stock import moving, reservations
from wms.stock.containers import ensure_container
from wms.stock.goods import Goods
from wms.stock.lifecycle import BOX
from wms.stock.models import SealedBox
from wms.stock.rules import Want, content_key, fresh

ORIGIN = "box"  # of the reservations that keep sealed boxes whole; their reference is the box's code


@dataclass(frozen=True)
class Boxes:
    """Sealed boxes with one content that orders may have: how many, and the codes of their bins."""

    content: str
    boxes: int
    bins: tuple[str, ...]


# ---- sealing and opening

_LOOSE_GOODS = text(
    """
    SELECT b.sku_id, b.lot, b.owner_id, b.on_hand - b.held AS qty
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id
    LEFT JOIN stock_lot lot ON lot.sku_id = b.sku_id AND lot.code = b.lot
    WHERE b.warehouse_id = :warehouse_id AND b.bin_id = :bin_id AND b.sku_id = ANY(:skus) AND b.container_id = 0
      AND b.condition = 'good' AND b.on_hand > b.held AND bin.kind = ANY(:kinds) AND bin.blocked_reason IS NULL
      AND b.owner_id = :owner_id AND (lot.expires_on IS NULL OR lot.expires_on > :today)
    ORDER BY lot.expires_on NULLS LAST, b.id FOR UPDATE OF b
    """
)
_SKU = text("SELECT code, serial_tracking, lot_tracking FROM sku WHERE id = :id")


def seal(
    warehouse_id: int, pieces: Mapping[int, int], boxes: int, *, bin_id: int, owner_id: int, actor_id: int | None
) -> list[SealedBox]:
    """Pack loose goods of a bin into so many boxes with this content (SKU id → pieces), which stand there sealed.

    What expires first goes into the first boxes. Raises `stock.box_tracked` for goods whose lots or numbers are scanned
    as they move or leave, `stock.too_few_to_box` where the bin has fewer that nobody holds, and as `moving.move` does.
    """
    _refuse_tracked(pieces)
    asked = {"warehouse_id": warehouse_id, "bin_id": bin_id, "skus": sorted(pieces), "owner_id": owner_id,
             "kinds": list(PROMISABLE), "today": now().date()}  # fmt: skip
    lying: dict[int, list[list[Any]]] = defaultdict(list)
    for row in db.session.execute(_LOOSE_GOODS, asked):
        lying[row.sku_id].append([row.lot, row.qty])
    made = []
    for _ in range(boxes):
        goods = [
            Goods(sku_id, bin_id, share, lot=lot, owner_id=owner_id)
            for sku_id, qty in sorted(pieces.items())
            for lot, share in _portion(lying[sku_id], sku_id, qty, boxes)
        ]
        made.append(_sealed(warehouse_id, goods, content_key(pieces), actor_id))
    return made


def _refuse_tracked(pieces: Mapping[int, int]) -> None:
    for sku_id in sorted(pieces):
        sku = db.session.execute(_SKU, {"id": sku_id}).one()
        if sku.serial_tracking in ("move", "ship") or sku.lot_tracking == "ship":
            raise WmsError("stock.box_tracked", sku=sku.code)


def _portion(lying: list[list[Any]], sku_id: int, qty: int, boxes: int) -> list[tuple[str, int]]:
    """So many pieces off what lies there, lot by lot."""
    found, missing = [], qty
    for place in lying:
        share = min(missing, place[1])
        if share:
            found.append((place[0], share))
            place[1] -= share
            missing -= share
    if missing:
        sku = db.session.execute(_SKU, {"id": sku_id}).one()
        raise WmsError("stock.too_few_to_box", sku=sku.code, wanted=qty * boxes)
    return found


def _sealed(warehouse_id: int, goods: Sequence[Goods], content: str, actor_id: int | None) -> SealedBox:
    number = db.session.execute(text("SELECT nextval(pg_get_serial_sequence('container', 'id'))")).scalar_one()
    code, bin_id = f"BX{number:08d}", goods[0].bin_id
    container_id = ensure_container(warehouse_id, code, "box")
    moving.move(warehouse_id, goods, bin_id, container_id, reason="prepack", reference=code, actor_id=actor_id)
    inside = [replace(each, container_id=container_id) for each in goods]
    reservations.reserve(warehouse_id, inside, origin=ORIGIN, reference=code)
    box = SealedBox(
        container_id=container_id, warehouse_id=warehouse_id, code=code, content=content, status=BOX.initial,
        sealed_by=actor_id, sealed_at=now(),
    )  # fmt: skip
    db.session.add(box)
    db.session.flush()
    return box


def box_at(warehouse_id: int, found: Sequence[Found]) -> SealedBox | None:
    """The box that was scanned, None when none of these is one."""
    boxes = (db.session.get(SealedBox, each.id) for each in found if each.family == "container")
    return next((box for box in boxes if box is not None and box.warehouse_id == warehouse_id), None)


def open_box(box: SealedBox) -> None:
    """The box is cut open: its pieces are ordinary goods in a container. Raises `stock.box_not_sealed`."""
    _lock(box)
    box.status = BOX.after("open", box.status)
    reservations.release_reservation(box.warehouse_id, ORIGIN, box.code)
    db.session.flush()


def _lock(box: SealedBox) -> None:
    db.session.refresh(box, with_for_update=True)
    if box.status != BOX.initial:
        raise WmsError("stock.box_not_sealed", box=box.code, status=box.status)


# ---- boxes for orders

_FREE = text(
    """
    SELECT x.content, count(DISTINCT x.container_id) AS boxes, array_agg(DISTINCT bin.code ORDER BY bin.code) AS bins
    FROM sealed_box x JOIN stock_balance b ON b.container_id = x.container_id AND b.on_hand > 0
    JOIN bin ON bin.id = b.bin_id
    WHERE x.warehouse_id = :warehouse_id AND x.status = 'sealed' AND bin.kind = ANY(:kinds)
      AND bin.blocked_reason IS NULL
    GROUP BY x.content ORDER BY x.content
    """
)


def sealed_boxes(warehouse_id: int) -> list[Boxes]:
    """The sealed boxes in open bins, by content."""
    rows = db.session.execute(_FREE, {"warehouse_id": warehouse_id, "kinds": list(PROMISABLE)})
    return [Boxes(row.content, row.boxes, tuple(row.bins)) for row in rows]


_INSIDE = text(
    """
    SELECT h.id, h.balance_id, h.qty, b.sku_id, b.owner_id, b.on_hand,
           lot.expires_on - cast(:today AS date) AS days_left
    FROM stock_hold h JOIN stock_balance b ON b.id = h.balance_id
    LEFT JOIN stock_lot lot ON lot.sku_id = b.sku_id AND lot.code = b.lot
    WHERE h.warehouse_id = :warehouse_id AND h.origin = 'box' AND h.reference = :code AND h.status = 'open'
    ORDER BY h.id FOR UPDATE OF h
    """
)
_END = text("UPDATE stock_hold SET status = 'released', qty = 0 WHERE id = ANY(:ids)")
_HOLD = text(
    """
    INSERT INTO stock_hold (warehouse_id, balance_id, order_line_id, qty, status, at)
    SELECT :warehouse_id, c.balance_id, c.line_id, c.qty, 'open', :at
    FROM unnest(cast(:balance AS bigint[]), cast(:line AS bigint[]), cast(:qty AS bigint[]))
        AS c (balance_id, line_id, qty)
    RETURNING id, order_line_id, qty
    """
)


def take_box(box: SealedBox, wants: Sequence[Want]) -> list[tuple[int, int, int]]:
    """What kept a box whole now holds its pieces for the lines of an order: [(order line id, hold id, pieces)].

    No other piece is touched, and as many stay held as before. Raises `stock.box_not_sealed`, and `stock.box_differs`
    where the box does not serve these lines: another content, another owner's goods, not fresh enough, or counted.
    """
    _lock(box)
    asked = {"warehouse_id": box.warehouse_id, "code": box.code, "today": now().date()}
    inside = db.session.execute(_INSIDE, asked).all()
    shares = _share(inside, wants)
    if shares is None:
        raise WmsError("stock.box_differs", box=box.code)
    box.status = BOX.after("take", box.status)
    db.session.execute(_END, {"ids": [row.id for row in inside]})
    columns = dict(zip(("balance", "line", "qty"), (list(each) for each in zip(*shares, strict=True)), strict=True))
    held = db.session.execute(_HOLD, {**columns, "warehouse_id": box.warehouse_id, "at": now()}).all()
    db.session.flush()
    return [(row.order_line_id, row.id, row.qty) for row in held]


def _share(inside: Sequence[Row[Any]], wants: Sequence[Want]) -> list[tuple[int, int, int]] | None:
    """All pieces of the box, given to lines that want them: [(balance id, order line id, pieces)]; None when some piece
    is not wanted, or some want not served."""
    left = {want.order_line_id: want.qty for want in wants}
    shares = []
    for row in inside:
        rest = row.qty if row.on_hand == row.qty else -1
        for want in wants:
            fits = want.sku_id == row.sku_id and want.owner_id == row.owner_id and fresh(row.days_left, want.min_days)
            share = min(rest, left[want.order_line_id]) if fits else 0
            if share > 0:
                shares.append((row.balance_id, want.order_line_id, share))
                left[want.order_line_id] -= share
                rest -= share
        if rest:
            return None
    return None if any(left.values()) or not shares else shares
