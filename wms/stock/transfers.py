"""Transfers: goods go from one warehouse to another, and lie in the sender's `transit` bin on the way.

They leave the sender's house and enter the receiver's only as they arrive, with their value, so that goods under
way always belong to one of the two.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, text

from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.layout.models import Bin, Warehouse
from wms.stock import lots
from wms.stock.goods import Goods, arriving, check, leaving, special_bin
from wms.stock.ledger import post
from wms.stock.lifecycle import TRANSFER
from wms.stock.models import LOOSE, Transfer, TransferLine
from wms.stock.receiving import require_room
from wms.stock.reservations import release_reservation, reserve, take_reserved

Key = tuple[int, str, int, str]  # what of a line's goods does not change on the way: sku, lot, owner, condition


@dataclass(frozen=True)
class Arrived:
    """What an arrival did: pieces that were expected, pieces over, pieces that are still under way."""

    expected: int
    over: int
    left: int


def open_transfer(
    warehouse_id: int, to_warehouse_id: int, goods: Sequence[Goods], *, actor_id: int | None
) -> Transfer:
    """Plan a transfer: its goods, loose in the sender's bins, are set aside at once.

    Raises `stock.same_warehouse`, `stock.unknown_warehouse`, `stock.empty_transfer`, `stock.not_loose` for goods
    in a container, and as `reservations.reserve` does.
    """
    if warehouse_id == to_warehouse_id:
        raise WmsError("stock.same_warehouse")
    if db.session.get(Warehouse, to_warehouse_id) is None:
        raise WmsError("stock.unknown_warehouse", id=to_warehouse_id)
    if not goods:
        raise WmsError("stock.empty_transfer")
    if any(each.container_id != LOOSE for each in goods):
        raise WmsError("stock.not_loose")
    made = _row(warehouse_id, to_warehouse_id, actor_id)
    db.session.add_all(
        TransferLine(
            transfer_id=made.id, bin_id=each.bin_id, sku_id=each.sku_id, lot=each.lot, owner_id=each.owner_id,
            condition=each.condition, qty=each.qty,
        )
        for each in goods
    )  # fmt: skip
    reserve(warehouse_id, goods, origin="transfer", reference=made.number)
    db.session.flush()
    return made


def _row(warehouse_id: int, to_warehouse_id: int, actor_id: int | None) -> Transfer:
    id = db.session.execute(text("SELECT nextval(pg_get_serial_sequence('stock_transfer', 'id'))")).scalar_one()
    made = Transfer(
        id=id, warehouse_id=warehouse_id, to_warehouse_id=to_warehouse_id, number=f"TR{id:06}", asked_by=actor_id,
        asked_at=now(),
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


def cancel_transfer(warehouse_id: int, transfer_id: int) -> Transfer:
    """Give up a transfer that has not left; its goods are free again. Raises `core.illegal_move`."""
    found = _sender(warehouse_id, transfer_id)
    found.status = TRANSFER.after("cancel", found.status)
    release_reservation(warehouse_id, "transfer", found.number)
    db.session.flush()
    return found


def ship_transfer(
    warehouse_id: int,
    transfer_id: int,
    *,
    actor_id: int | None,
    serials: Mapping[int, Sequence[str]] | None = None,
) -> Transfer:
    """The truck leaves: all that is set aside goes into transit. `serials`: numbers of the pieces by SKU id.

    Raises `stock.unknown_transfer`, `core.illegal_move`, and as `reservations.take_reserved` does.
    """
    found = _sender(warehouse_id, transfer_id)
    found.status = TRANSFER.after("ship", found.status)
    take_reserved(
        warehouse_id, "transfer", found.number, to_bin_id=special_bin(warehouse_id, "transit"), reason="transfer",
        actor_id=actor_id, serials=serials,
    )  # fmt: skip
    for line in _lines(found.id):
        line.shipped = line.qty
    found.shipped_at = now()
    db.session.flush()
    return found


def arrive_transfer(
    warehouse_id: int, transfer_id: int, goods: Sequence[Goods], *, actor_id: int | None, allow_over: bool = False
) -> Arrived:
    """Goods of a transfer arrive in the receiving warehouse, at the places where they are named, all or a part.

    When nothing is left under way the transfer is received; `finish_transfer` gives up on the rest. More than was
    sent is refused (`stock.transfer_over`), or with `allow_over` comes from the receiver's adjustment bin.
    Raises `stock.unknown_transfer`, `stock.not_in_transit`, and as `receiving.receive` does but for short lives.
    """
    found = _receiver(warehouse_id, transfer_id)
    facts = check(goods, lots.ON_RECEIPT)
    expected, over = _matched(found, goods)
    if over and not allow_over:
        sku = facts[over[0].sku_id].code
        raise WmsError("stock.transfer_over", sku=sku, transfer=found.number, over=sum(each.qty for each in over))
    require_room(warehouse_id, goods)
    _cross(found, expected, actor_id)
    if over:
        adjustment = special_bin(warehouse_id, "adjustment")
        extra = [
            move for each in over for move in arriving(each, each.qty, adjustment, "transfer_over", found.number)
        ]
        post(warehouse_id, extra, actor_id)
    db.session.flush()
    left = sum(line.shipped - line.received for line in _lines(found.id))
    if not left:
        _receive(found)
    return Arrived(sum(each.qty for each in expected), sum(each.qty for each in over), left)


def finish_transfer(warehouse_id: int, transfer_id: int, *, actor_id: int | None) -> int:
    """Nothing more will come: what is still under way is the sender's loss; returns the pieces.

    Raises as `arrive_transfer` does.
    """
    found = _receiver(warehouse_id, transfer_id)
    sender = found.warehouse_id
    transit, adjustment = special_bin(sender, "transit"), special_bin(sender, "adjustment")
    lost = [
        Goods(line.sku_id, transit, line.shipped - line.received, lot=line.lot, owner_id=line.owner_id,
              condition=line.condition)
        for line in _lines(found.id) if line.shipped > line.received
    ]  # fmt: skip
    moves = [move for each in lost for move in leaving(each, each.qty, adjustment, "transfer_short", found.number)]
    post(sender, moves, actor_id)
    _receive(found)
    return sum(each.qty for each in lost)


def _receive(found: Transfer) -> None:
    found.status = TRANSFER.after("receive", found.status)
    found.received_at = now()
    db.session.flush()


def _matched(found: Transfer, goods: Sequence[Goods]) -> tuple[list[Goods], list[Goods]]:
    """What of these goods was sent, noted on the lines, and what is more than that."""
    lines: dict[Key, list[TransferLine]] = defaultdict(list)
    for line in _lines(found.id):
        lines[line.sku_id, line.lot, line.owner_id, line.condition].append(line)
    expected, over = [], []
    for each in goods:
        taken = _take(lines[each.sku_id, each.lot, each.owner_id, each.condition], each.qty)
        if taken:
            expected.append(replace(each, qty=taken, serials=each.serials[:taken]))
        if taken < each.qty:
            over.append(replace(each, qty=each.qty - taken, serials=each.serials[taken:]))
    return expected, over


def _take(lines: Sequence[TransferLine], qty: int) -> int:
    taken = 0
    for line in lines:
        share = min(qty - taken, line.shipped - line.received)
        line.received += share
        taken += share
    return taken


def _cross(found: Transfer, goods: Sequence[Goods], actor_id: int | None) -> None:
    """Out of the sender's transit bin, into the receiver's house, with what they are worth."""
    sender, receiver = found.warehouse_id, found.to_warehouse_id
    transit, gate = special_bin(sender, "transit"), special_bin(sender, "transfer")
    out = [
        move
        for each in goods
        for move in leaving(
            replace(each, bin_id=transit, container_id=LOOSE, unit_cost=None), each.qty, gate, "transfer", found.number
        )
    ]
    worth = post(sender, out, actor_id)
    entrance = special_bin(receiver, "transfer")
    into = [
        move
        for each in goods
        for move in arriving(replace(each, unit_cost=None), each.qty, entrance, "transfer", found.number)
    ]
    post(receiver, [replace(move, value=value) for move, value in zip(into, worth, strict=True)], actor_id)


def _lines(transfer_id: int) -> list[TransferLine]:
    return list(
        db.session.execute(
            select(TransferLine).where(TransferLine.transfer_id == transfer_id).order_by(TransferLine.id)
        ).scalars()
    )


def _sender(warehouse_id: int, transfer_id: int) -> Transfer:
    return _locked(Transfer.id == transfer_id, Transfer.warehouse_id == warehouse_id, id=transfer_id)


def _receiver(warehouse_id: int, transfer_id: int) -> Transfer:
    """The transfer, under way to this warehouse.

    Two houses are locked together, the lower first, so that transfers there and back never wait for each other.
    """
    houses = db.session.execute(
        select(Transfer.warehouse_id, Transfer.to_warehouse_id).where(
            Transfer.id == transfer_id, Transfer.to_warehouse_id == warehouse_id
        )
    ).one_or_none()
    if houses is None:
        raise WmsError("stock.unknown_transfer", id=transfer_id)
    for house in sorted(houses):
        lock("stock.arrival", house)
    found = _locked(Transfer.id == transfer_id, id=transfer_id)
    if found.status != "in_transit":
        raise WmsError("stock.not_in_transit", transfer=found.number, status=found.status)
    return found


def _locked(*which: Any, id: int) -> Transfer:
    found = db.session.execute(
        select(Transfer).where(*which).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise WmsError("stock.unknown_transfer", id=id)
    return found


def transfers(
    warehouse_id: int, *, direction: str = "", status: str = "", before: int = 0, limit: int = 50, id: int = 0
) -> list[dict[str, Any]]:
    """Transfers from (`out`) and to (`in`) a warehouse, newest first, with their lines and what is under way."""
    tests = {
        "out": Transfer.warehouse_id == warehouse_id,
        "in": Transfer.to_warehouse_id == warehouse_id,
        "": (Transfer.warehouse_id == warehouse_id) | (Transfer.to_warehouse_id == warehouse_id),
    }
    query = select(Transfer).where(tests[direction]).order_by(Transfer.id.desc()).limit(limit)
    for wanted, test in ((status, Transfer.status == status), (before, Transfer.id < before), (id, Transfer.id == id)):
        query = query.where(test) if wanted else query
    found = list(db.session.execute(query).scalars())
    codes = {row.id: row.code for row in db.session.execute(select(Warehouse.id, Warehouse.code))}
    lines = _shown_lines([each.id for each in found])
    return [
        {
            "id": each.id,
            "number": each.number,
            "status": each.status,
            "from": codes[each.warehouse_id],
            "to": codes[each.to_warehouse_id],
            "asked_at": each.asked_at.isoformat(),
            "shipped_at": each.shipped_at.isoformat() if each.shipped_at else None,
            "received_at": each.received_at.isoformat() if each.received_at else None,
            "lines": lines[each.id],
        }
        for each in found
    ]


def _shown_lines(transfer_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    rows = db.session.execute(
        select(TransferLine, Sku.code.label("sku"), Sku.name, Bin.code.label("bin"), Transfer.status)
        .join(Sku, Sku.id == TransferLine.sku_id)
        .join(Bin, Bin.id == TransferLine.bin_id)
        .join(Transfer, Transfer.id == TransferLine.transfer_id)
        .where(TransferLine.transfer_id.in_(transfer_ids))
        .order_by(TransferLine.id)
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        line: TransferLine = row.TransferLine
        names = ("id", "lot", "owner_id", "condition", "qty", "shipped", "received")
        under_way = line.shipped - line.received if row.status == "in_transit" else 0
        found[line.transfer_id].append(
            {**{name: getattr(line, name) for name in names}, "in_transit": under_way, "bin": row.bin,
             "sku": {"id": line.sku_id, "code": row.sku, "name": row.name}}
        )  # fmt: skip
    return found
