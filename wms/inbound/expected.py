"""Expected receipts: announced, finished, closed, called off."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Date, Numeric, Text, delete, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from wms.core.bulk import among, rows_of
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.inbound import expectation
from wms.inbound.events import ReceiptFinished
from wms.inbound.lifecycle import RECEIPT
from wms.inbound.models import Receipt, ReceiptLine, Receiving
from wms.stock import service as stock
from wms.stock.models import Transfer, TransferLine

USUAL_OVER_PERCENT = 0  # more than was announced is for the office to accept, unless a receipt says otherwise
MOST_LINES = 20_000


@dataclass(frozen=True)
class Announced:
    """A line as the sender announced it; `qty` in base units, 1 or more."""

    sku_id: int
    qty: int
    packaging_id: int | None = None
    lot: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    unit_cost: Decimal | None = None
    lpn: str = ""
    transfer_line_id: int | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of a receipt as a whole. `number` empty: one is given."""

    number: str = ""
    kind: str = "asn"
    supplier: str = ""
    owner_id: int = 1
    blind: bool = False
    over_percent: int = USUAL_OVER_PERCENT
    expected_at: datetime | None = None
    note: str = ""
    transfer_id: int | None = None


def announce(warehouse_id: int, facts: Facts, lines: Sequence[Announced], *, actor_id: int | None) -> Receipt:
    """Goods are on their way. Raises `inbound.receipt_exists`, `inbound.no_lines`, `stock.bad_quantity`."""
    if not lines and not facts.blind:
        raise WmsError("inbound.no_lines")
    if len(lines) > MOST_LINES:
        raise WmsError("inbound.too_many_lines", most=MOST_LINES, lines=len(lines))
    number = facts.number or _next_number()
    values = {**vars(facts), "number": number, "warehouse_id": warehouse_id, "created_by": actor_id}
    made = upsert(Receipt).values(**values, created_at=now(), status=RECEIPT.initial).on_conflict_do_nothing()
    receipt = db.session.execute(made.returning(Receipt)).scalar_one_or_none()
    if receipt is None:
        raise WmsError("inbound.receipt_exists", receipt=number)
    add_lines(receipt, lines)
    return receipt


def _next_number() -> str:
    following = db.session.execute(text("SELECT nextval(pg_get_serial_sequence('receipt', 'id'))")).scalar_one()
    return f"IN{following:06d}"


_LINE_TYPES: dict[str, Any] = {
    "sku_id": BigInteger(), "qty": BigInteger(), "packaging_id": BigInteger(), "lot": Text(), "produced_on": Date(),
    "expires_on": Date(), "unit_cost": Numeric(14, 4), "lpn": Text(), "transfer_line_id": BigInteger(),
}  # fmt: skip


def add_lines(receipt: Receipt, lines: Sequence[Announced]) -> None:
    """More is announced on a receipt than it had. Raises `stock.bad_quantity`."""
    if not lines:
        return
    for line in lines:
        check_quantity(line.qty)
    have = select(func.coalesce(func.max(ReceiptLine.position), 0)).where(ReceiptLine.receipt_id == receipt.id)
    first = db.session.execute(have).scalar_one()
    rows = [[getattr(line, name) for name in _LINE_TYPES] for line in lines]
    table = rows_of("t", _LINE_TYPES, rows)
    most = literal(None, BigInteger) if receipt.blind else table.c.qty + table.c.qty * receipt.over_percent / 100
    columns = [literal(receipt.id, BigInteger), first + table.c.nr, *(table.c[name] for name in _LINE_TYPES), most]
    names = ["receipt_id", "position", *_LINE_TYPES, "most", "received", "rejected"]
    zero = literal(0, BigInteger)
    db.session.execute(
        insert(ReceiptLine).from_select(names, select(*columns, zero, zero), include_defaults=False)
    )


MOST = 10_000_000  # pieces of one quantity, as in the stock room


def check_quantity(qty: int) -> None:
    """Raises `stock.bad_quantity` unless 1 ≤ qty ≤ 10,000,000."""
    if not 1 <= qty <= MOST:
        raise WmsError("stock.bad_quantity", qty=qty, most=MOST)


def expect_transfer(warehouse_id: int, transfer_id: int, *, actor_id: int | None) -> Receipt:
    """What another warehouse has shipped to this one becomes an expected receipt of the transfer's number.

    Raises `core.not_found`, and `inbound.transfer_not_under_way` for one that has not left or has arrived.
    """
    transfer = db.session.get(Transfer, transfer_id)
    if transfer is None or transfer.to_warehouse_id != warehouse_id:
        raise WmsError("core.not_found", thing="transfer", key=str(transfer_id))
    if transfer.status != "in_transit":
        raise WmsError("inbound.transfer_not_under_way", transfer=transfer.number, status=transfer.status)
    rows = db.session.execute(
        select(TransferLine).where(TransferLine.transfer_id == transfer_id).order_by(TransferLine.id)
    ).scalars()
    found = [row for row in rows if row.shipped > row.received]
    owners = {row.owner_id for row in found}
    lines = [
        Announced(row.sku_id, row.shipped - row.received, lot=row.lot, transfer_line_id=row.id) for row in found
    ]
    owner_id = owners.pop() if len(owners) == 1 else 1
    facts = Facts(transfer.number, "transfer", owner_id=owner_id, over_percent=0, transfer_id=transfer_id)
    return announce(warehouse_id, facts, lines, actor_id=actor_id)


# ---- finding

def by_number(warehouse_id: int, number: str, *, lock: bool = False) -> Receipt:
    """The receipt with this number. Raises `inbound.unknown_receipt`."""
    query = select(Receipt).where(Receipt.warehouse_id == warehouse_id, Receipt.number == number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    receipt = db.session.execute(query).scalar_one_or_none()
    if receipt is None:
        raise WmsError("inbound.unknown_receipt", receipt=number)
    return receipt


def numbers(warehouse_id: int, asked: Iterable[str]) -> set[str]:
    """Those of these numbers that a receipt has."""
    query = select(Receipt.number).where(Receipt.warehouse_id == warehouse_id, among(Receipt.number, asked))
    return set(db.session.execute(query).scalars())


def locked(receipt_id: int, *, share: bool = False) -> Receipt:
    """The receipt, kept from changing: for oneself, or (`share`) together with others who receive on it."""
    query = select(Receipt).where(Receipt.id == receipt_id).with_for_update(read=share)
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


# ---- its life

def begin(receipt: Receipt) -> None:
    """Somebody starts to receive. Raises `inbound.receipt_over` when it is not to be received any more."""
    if receipt.status not in ("expected", "receiving"):
        raise WmsError("inbound.receipt_over", receipt=receipt.number, status=receipt.status)
    receipt.status = RECEIPT.after("begin", receipt.status)
    db.session.flush()


@dataclass(frozen=True)
class Missing:
    """A line of which less came than was expected."""

    line_id: int
    sku_id: int
    expected: int
    received: int


def missing(receipt_id: int) -> list[Missing]:
    """The lines that are not complete, in the order of the announcement."""
    rows = db.session.execute(
        select(ReceiptLine.id, ReceiptLine.sku_id, ReceiptLine.qty, ReceiptLine.received)
        .where(ReceiptLine.receipt_id == receipt_id, ReceiptLine.received < ReceiptLine.qty)
        .order_by(ReceiptLine.position)
    )
    return [Missing(*row) for row in rows]


def finish(receipt_id: int, *, short_reason: str, actor_id: int | None) -> Receipt:
    """Nothing more is to come. Raises `inbound.short` while lines are incomplete and no reason is given."""
    receipt = locked(receipt_id)
    if receipt.status not in ("expected", "receiving"):
        raise WmsError("inbound.receipt_over", receipt=receipt.number, status=receipt.status)
    lacking = missing(receipt_id)
    if lacking and not short_reason:
        raise WmsError("inbound.short", receipt=receipt.number, lines=len(lacking), pieces=_lacking(lacking))
    receipt.status = RECEIPT.after("finish", receipt.status)
    receipt.short_reason = short_reason if lacking else ""
    receipt.finished_by, receipt.finished_at = actor_id, now()
    db.session.execute(delete(Receiving).where(Receiving.receipt_id == receipt_id))
    db.session.flush()
    publish(ReceiptFinished(receipt.warehouse_id, receipt.id, receipt.number))
    return receipt


def _lacking(lines: Sequence[Missing]) -> int:
    return sum(line.expected - line.received for line in lines)


def reopen(receipt_id: int) -> Receipt:
    """More came after all. Raises `core.illegal_move`."""
    return _moved(receipt_id, "reopen")


def close(receipt_id: int, *, actor_id: int | None) -> Receipt:
    """The office is done with it: goods put aside and checks of quality are settled.

    What is still missing of a transfer is the sender's loss from now on.
    Raises `core.illegal_move`, `inbound.unsettled`.
    """
    receipt = _moved(receipt_id, "close")
    left = db.session.execute(_UNSETTLED, {"receipt_id": receipt_id}).one()
    if left.aside or left.checks:
        raise WmsError("inbound.unsettled", receipt=receipt.number, aside=left.aside, checks=left.checks)
    if receipt.transfer_id is not None and left.under_way:
        stock.finish_transfer(receipt.warehouse_id, receipt.transfer_id, actor_id=actor_id)
    return receipt


_UNSETTLED = text(
    """
    SELECT (SELECT count(*) FROM receipt_aside WHERE receipt_id = :receipt_id AND status = 'open') AS aside,
           (SELECT count(*) FROM quality_check WHERE receipt_id = :receipt_id AND status = 'open') AS checks,
           (SELECT count(*) FROM receipt r JOIN stock_transfer t ON t.id = r.transfer_id
            WHERE r.id = :receipt_id AND t.status = 'in_transit') AS under_way
    """
)


def cancel(receipt_id: int) -> Receipt:
    """The goods will not come. Raises `core.illegal_move`, and `inbound.already_received` when some came."""
    receipt = _moved(receipt_id, "cancel")
    came = select(func.coalesce(func.sum(ReceiptLine.received), 0)).where(ReceiptLine.receipt_id == receipt_id)
    pieces = db.session.execute(came).scalar_one()
    if pieces:
        raise WmsError("inbound.already_received", receipt=receipt.number, pieces=int(pieces))
    db.session.execute(delete(Receiving).where(Receiving.receipt_id == receipt_id))
    return receipt


def _moved(receipt_id: int, action: str) -> Receipt:
    receipt = locked(receipt_id)
    receipt.status = RECEIPT.after(action, receipt.status)
    db.session.flush()
    return receipt


def limits(receipt: Receipt, line: ReceiptLine) -> dict[str, Any]:
    """What a line expects and allows; a blind receipt tells nobody."""
    if receipt.blind:
        return {"expected": None, "most": None}
    return {"expected": line.qty, "most": expectation.most(line.qty, receipt.over_percent) if line.qty else None}
