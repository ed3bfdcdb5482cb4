"""What was received by mistake goes back outside, as though it had not been counted."""
from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import select, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.inbound import checks, expected
from wms.inbound.models import Receipt, ReceiptEntry
from wms.inbound.receiving import reference, tell
from wms.stock import service as stock
from wms.stock.service import Goods

_UNCOUNT = text(
    """
    UPDATE receipt_line l SET received = l.received - c.qty
    FROM unnest(cast(:id AS bigint[]), cast(:qty AS bigint[])) AS c (id, qty)
    WHERE l.id = c.id AND l.received - c.qty >= l.rejected
    RETURNING l.id
    """
)


def undo(receipt_id: int, *, actor_id: int | None, batch: uuid.UUID | None = None) -> list[ReceiptEntry]:
    """The last goods that this person received go back outside, as though they had not been counted.

    `batch`: what this scan of anybody brought in, for the office.

    Raises `inbound.nothing_to_undo`, `inbound.not_receiving`, `inbound.gone_from_dock` when they have been moved on,
    `inbound.already_checked`, and `inbound.no_undo` for a transfer.
    """
    receipt = expected.locked(receipt_id, share=True)
    if receipt.status != "receiving":
        raise WmsError("inbound.not_receiving", receipt=receipt.number, status=receipt.status)
    if receipt.transfer_id is not None:
        raise WmsError("inbound.no_undo", receipt=receipt.number)
    entries = _last(receipt_id, actor_id) if batch is None else _of(receipt_id, batch)
    if not entries:
        raise WmsError("inbound.nothing_to_undo")
    done = {"id": [each.line_id for each in entries], "qty": [each.qty for each in entries]}
    if len(db.session.execute(_UNCOUNT, done).all()) != len(set(done["id"])):
        raise WmsError("inbound.already_checked")
    checks.withdraw(receipt, entries)
    _back_outside(receipt, entries, actor_id)
    for each in entries:
        each.undone_at, each.undone_by = now(), actor_id
    db.session.flush()
    tell(receipt, -sum(each.qty for each in entries), actor_id)
    return entries


def _last(receipt_id: int, actor_id: int | None) -> list[ReceiptEntry]:
    mine = (ReceiptEntry.receipt_id == receipt_id, ReceiptEntry.person_id == actor_id, ReceiptEntry.undone_at.is_(None))
    newest = select(ReceiptEntry.batch).where(*mine).order_by(ReceiptEntry.id.desc()).limit(1).scalar_subquery()
    query = select(ReceiptEntry).where(*mine, ReceiptEntry.batch == newest).order_by(ReceiptEntry.line_id)
    return list(db.session.execute(query.with_for_update()).scalars())


def _of(receipt_id: int, batch: uuid.UUID) -> list[ReceiptEntry]:
    query = (
        select(ReceiptEntry)
        .where(
            ReceiptEntry.receipt_id == receipt_id, ReceiptEntry.batch == batch, ReceiptEntry.undone_at.is_(None)
        )
        .order_by(ReceiptEntry.line_id)
        .with_for_update()
    )  # fmt: skip
    return list(db.session.execute(query).scalars())


def _back_outside(receipt: Receipt, entries: Sequence[ReceiptEntry], actor_id: int | None) -> None:
    goods = [
        Goods(
            each.sku_id, each.bin_id, each.qty, each.container_id, each.lot, each.owner_id, each.condition,
            serials=tuple(each.serials),
        )
        for each in entries
    ]  # fmt: skip
    try:
        stock.give_back(receipt.warehouse_id, goods, reference=reference(receipt), actor_id=actor_id)
    except WmsError as refused:
        if refused.code in ("stock.not_enough", "stock.serial_not_here"):
            raise WmsError("inbound.gone_from_dock") from refused
        raise
