"""Goods come in: counted on their lines within what is tolerated, and into stock at the dock, or not at all.

Any number of people may work on one receipt. Lines are locked in the order of their ids, then stock in its own
order; what may still come in is asked by the UPDATE itself.
"""
from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select, text

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock
from wms.inbound import checks, expectation, expected
from wms.inbound.events import GoodsReceived
from wms.inbound.models import Receipt, ReceiptLine, Receiving
from wms.stock import service as stock
from wms.stock.service import Goods


@dataclass(frozen=True)
class Arrival:
    """Pieces of a SKU that somebody has in hand at the dock.

    `pack` and `pack_qty` say how they were counted. `line_id` names the line on which they count, None: the rules
    choose. `unexpected`: the person knows that nobody announced them.
    """

    sku_id: int
    qty: int
    lot: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    serials: tuple[str, ...] = ()
    pack: str = ""
    pack_qty: int = 1
    container_id: int = 0
    line_id: int | None = None
    unexpected: bool = False


@dataclass(frozen=True)
class Part:
    """Pieces of an arrival that count on one line; `condition` is what they come in as."""

    arrival: Arrival
    line: ReceiptLine
    qty: int
    serials: tuple[str, ...]
    condition: str = "good"
    bin_id: int = 0

    @property
    def lot(self) -> str:
        """Goods of a transfer keep the lot under which they were sent, whatever else their label says."""
        return self.line.lot if self.line.transfer_line_id is not None else self.arrival.lot


def take_in(receipt_id: int, arrivals: Sequence[Arrival], *, bin_id: int, actor_id: int | None) -> list[Part]:
    """Receive these goods into a dock bin; returns them by the lines on which they count.

    Raises `inbound.not_receiving`, `stock.bad_quantity`, `inbound.over_receipt` (more than is tolerated),
    `inbound.not_expected` and `inbound.other_lot` (nobody announced it, and the person has not said so), and as
    `stock.receive` does. Then nothing has come in.
    """
    receipt = expected.locked(receipt_id, share=True)
    if receipt.status != "receiving":
        raise WmsError("inbound.not_receiving", receipt=receipt.number, status=receipt.status)
    for each in arrivals:
        expected.check_quantity(each.qty)
        if each.serials and len(each.serials) != each.qty:
            named = len(each.serials)
            raise WmsError("stock.serials_differ", sku=_code(each.sku_id), qty=each.qty, named=named)
    parts = [replace(part, bin_id=bin_id) for part in _parts(receipt, arrivals)]
    parts = checks.with_conditions(receipt, parts)
    _count(receipt, parts)
    _into_stock(receipt, parts, actor_id)
    _write(receipt, parts, actor_id)
    checks.ask(receipt, parts)
    tell(receipt, sum(part.qty for part in parts), actor_id)
    return parts


# ---- which line

def _parts(receipt: Receipt, arrivals: Sequence[Arrival]) -> list[Part]:
    lines = _lines(receipt.id, {each.sku_id for each in arrivals})
    given: dict[int, int] = defaultdict(int)
    parts: list[Part] = []
    for arrival in arrivals:
        mine = [line for line in lines[arrival.sku_id] if arrival.line_id in (None, line.id)]
        announced = [_as_line(line, given[line.id]) for line in mine if line.qty]
        shares, left = expectation.share(arrival.qty, arrival.lot, announced)
        if left:
            shares = shares | {_extra_line(receipt, arrival, announced, lines, shares).id: left}
        by_id = {line.id: line for line in lines[arrival.sku_id]}
        for line_id, qty in shares.items():
            given[line_id] += qty
        parts += _split(arrival, {by_id[line_id]: qty for line_id, qty in shares.items()})
    return parts


def _lines(receipt_id: int, sku_ids: set[int]) -> dict[int, list[ReceiptLine]]:
    """The lines of these SKUs, locked."""
    query = (
        select(ReceiptLine)
        .where(ReceiptLine.receipt_id == receipt_id, among(ReceiptLine.sku_id, sku_ids))
        .order_by(ReceiptLine.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found: dict[int, list[ReceiptLine]] = defaultdict(list)
    for line in db.session.execute(query).scalars():
        found[line.sku_id].append(line)
    return found


def _as_line(line: ReceiptLine, given: int) -> expectation.Line:
    return expectation.Line(line.id, line.qty, line.received + given, line.most, line.lot)


def _split(arrival: Arrival, shares: dict[ReceiptLine, int]) -> list[Part]:
    parts, start = [], 0
    for line, qty in shares.items():
        parts.append(Part(arrival, line, qty, arrival.serials[start : start + qty]))
        start += qty
    return parts


def _extra_line(
    receipt: Receipt,
    arrival: Arrival,
    announced: Sequence[expectation.Line],
    lines: dict[int, list[ReceiptLine]],
    shares: dict[int, int],
) -> ReceiptLine:
    """The line for pieces that nobody announced; refused where they may not come in."""
    fitting = [line for line in announced if line.lot in ("", arrival.lot)]
    if not receipt.blind and fitting:
        raise _too_many(receipt, arrival, fitting)
    if not receipt.blind and not arrival.unexpected:
        raise _nobody_announced(receipt, arrival, announced)
    have = next((line for line in lines[arrival.sku_id] if not line.qty), None)
    if have is None:
        have = _unannounced(receipt.id, arrival.sku_id)
        lines[arrival.sku_id].append(have)
    return have


def _too_many(receipt: Receipt, arrival: Arrival, lines: Sequence[expectation.Line]) -> WmsError:
    room = sum((line.most or 0) - line.received for line in lines)
    return WmsError(
        "inbound.over_receipt",
        receipt=receipt.number,
        sku=_code(arrival.sku_id),
        qty=arrival.qty,
        expected=sum(line.qty for line in lines),
        received=sum(line.received for line in lines),
        room=max(0, room),
        percent=receipt.over_percent,
    )


def _nobody_announced(receipt: Receipt, arrival: Arrival, lines: Sequence[expectation.Line]) -> WmsError:
    sku = _code(arrival.sku_id)
    if lines:
        lots = ", ".join(sorted({line.lot for line in lines}))
        return WmsError("inbound.other_lot", receipt=receipt.number, sku=sku, lot=arrival.lot, lots=lots)
    return WmsError("inbound.not_expected", receipt=receipt.number, sku=sku)


def _code(sku_id: int) -> str:
    return db.session.execute(select(Sku.code).where(Sku.id == sku_id)).scalar_one()


def _unannounced(receipt_id: int, sku_id: int) -> ReceiptLine:
    lock("inbound.line", receipt_id)
    db.session.execute(_ADD_LINE, {"receipt_id": receipt_id, "sku_id": sku_id})
    return _lines(receipt_id, {sku_id})[sku_id][-1]


_ADD_LINE = text(
    """
    INSERT INTO receipt_line (receipt_id, position, sku_id, qty, lot, lpn, received, rejected)
    SELECT :receipt_id, 1 + coalesce(max(position), 0), :sku_id, 0, '', '', 0, 0
    FROM receipt_line WHERE receipt_id = :receipt_id
    ON CONFLICT (receipt_id, sku_id) WHERE qty = 0 DO NOTHING
    """
)


# ---- counting and booking

_COUNT = text(
    """
    WITH c AS (
        SELECT id, sum(qty) AS qty FROM unnest(cast(:id AS bigint[]), cast(:qty AS bigint[])) AS u (id, qty) GROUP BY id
    )
    UPDATE receipt_line l SET received = l.received + c.qty FROM c
    WHERE l.id = c.id AND (l.most IS NULL OR l.received + c.qty <= l.most)
    RETURNING l.id
    """
)


def _count(receipt: Receipt, parts: Sequence[Part]) -> None:
    ids, pieces = [part.line.id for part in parts], [part.qty for part in parts]
    counted = db.session.execute(_COUNT, {"id": ids, "qty": pieces}).all()
    if len(counted) != len(set(ids)):
        full = next(part for part in parts if part.line.id not in {row.id for row in counted})
        raise _too_many(receipt, full.arrival, [_as_line(full.line, 0)])


def goods_of(receipt: Receipt, part: Part) -> Goods:
    """What the stock room takes in for a part of an arrival."""
    arrival = part.arrival
    return Goods(
        arrival.sku_id, part.bin_id, part.qty, arrival.container_id, part.lot, receipt.owner_id, part.condition,
        expires_on=arrival.expires_on, produced_on=arrival.produced_on, serials=part.serials,
        unit_cost=part.line.unit_cost,
    )  # fmt: skip


def _into_stock(receipt: Receipt, parts: Sequence[Part], actor_id: int | None) -> None:
    goods = [goods_of(receipt, part) for part in parts]
    if receipt.transfer_id is None:
        stock.receive(receipt.warehouse_id, goods, reference=reference(receipt), actor_id=actor_id)
        return
    # What nobody sent comes in only where a person has said so, and then waits in quarantine.
    over = any(not part.line.qty for part in parts)
    stock.arrive_transfer(receipt.warehouse_id, receipt.transfer_id, goods, actor_id=actor_id, allow_over=over)


def reference(receipt: Receipt) -> str:
    """What the ledger calls it."""
    return f"receipt {receipt.number}"


_WRITE = text(
    """
    INSERT INTO receipt_entry (receipt_id, line_id, batch, person_id, sku_id, qty, pack, pack_qty, lot, produced_on,
                               expires_on, serials, owner_id, condition, container_id, bin_id, at)
    SELECT :receipt_id, e.line_id, e.batch, :person_id, e.sku_id, e.qty, e.pack, e.pack_qty, e.lot, e.produced_on,
           e.expires_on, string_to_array(e.serials, chr(31)), :owner_id, e.condition, e.container_id, e.bin_id, :at
    FROM unnest(cast(:line_id AS bigint[]), cast(:batch AS uuid[]), cast(:sku_id AS bigint[]), cast(:qty AS bigint[]),
                cast(:pack AS text[]), cast(:pack_qty AS bigint[]), cast(:lot AS text[]), cast(:produced_on AS date[]),
                cast(:expires_on AS date[]), cast(:serials AS text[]), cast(:condition AS text[]),
                cast(:container_id AS bigint[]), cast(:bin_id AS bigint[]))
        AS e (line_id, batch, sku_id, qty, pack, pack_qty, lot, produced_on, expires_on, serials, condition,
              container_id, bin_id)
    """
)
_NUMBERS = "\x1f"  # between serial numbers on their way; no scanner sends it


def _write(receipt: Receipt, parts: Sequence[Part], actor_id: int | None) -> None:
    batches: dict[int, uuid.UUID] = defaultdict(uuid.uuid4)
    rows = [
        (
            part.line.id, batches[id(part.arrival)], part.arrival.sku_id, part.qty, part.arrival.pack,
            part.arrival.pack_qty, part.lot, part.arrival.produced_on, part.arrival.expires_on,
            _NUMBERS.join(part.serials), part.condition, part.arrival.container_id, part.bin_id,
        )
        for part in parts
    ]  # fmt: skip
    names = (
        "line_id", "batch", "sku_id", "qty", "pack", "pack_qty", "lot", "produced_on", "expires_on", "serials",
        "condition", "container_id", "bin_id",
    )  # fmt: skip
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    one = {"receipt_id": receipt.id, "person_id": actor_id, "owner_id": receipt.owner_id, "at": now()}
    db.session.execute(_WRITE, {**one, **columns})


def tell(receipt: Receipt, pieces: int, actor_id: int | None) -> None:
    """The others at work on the receipt hear that so many pieces came in, or (negative) went back."""
    others = select(Receiving.person_id).where(Receiving.receipt_id == receipt.id, Receiving.person_id != actor_id)
    people = tuple(sorted(db.session.execute(others).scalars())) if actor_id is not None else ()
    publish(GoodsReceived(receipt.warehouse_id, receipt.id, receipt.number, pieces, people))


# ---- everything at once

def receive_rest(receipt_id: int, *, bin_id: int, actor_id: int | None) -> int:
    """All that is still expected has come; returns the pieces. A fixed number of statements for any number of lines.

    The receipt is finished. Raises as `take_in` does, `stock.lot_needed` and the like for what the announcement
    does not tell.
    """
    receipt = expected.locked(receipt_id)
    expected.begin(receipt)
    rows = db.session.execute(
        select(ReceiptLine)
        .where(ReceiptLine.receipt_id == receipt_id, ReceiptLine.received < ReceiptLine.qty)
        .order_by(ReceiptLine.position)
    )
    lines = list(rows.scalars())
    pallets = {
        lpn: stock.ensure_container(receipt.warehouse_id, lpn, "pallet") for lpn in sorted({line.lpn for line in lines})
        if lpn
    }
    arrivals = [
        Arrival(
            line.sku_id, line.qty - line.received, line.lot, line.produced_on, line.expires_on, line_id=line.id,
            container_id=pallets.get(line.lpn, 0),
        )
        for line in lines
    ]  # fmt: skip
    if arrivals:
        take_in(receipt_id, arrivals, bin_id=bin_id, actor_id=actor_id)
    expected.finish(receipt_id, short_reason="", actor_id=actor_id)
    return sum(each.qty for each in arrivals)


def pallet(receipt_id: int, lpn: str) -> list[ReceiptLine]:
    """The lines that were announced on a pallet and have not come yet."""
    rows = db.session.execute(
        select(ReceiptLine)
        .where(ReceiptLine.receipt_id == receipt_id, ReceiptLine.lpn == lpn, ReceiptLine.received < ReceiptLine.qty)
        .order_by(ReceiptLine.id)
    )
    return list(rows.scalars())


def take_pallet(receipt_id: int, lpn: str, *, bin_id: int, actor_id: int | None) -> int:
    """A pallet as announced comes in whole, under its own number; returns the pieces.

    Raises `inbound.pallet_done` when nothing of it is awaited, and as `take_in` does.
    """
    receipt = expected.locked(receipt_id, share=True)
    lines = pallet(receipt_id, lpn)
    if not lines:
        raise WmsError("inbound.pallet_done", lpn=lpn, receipt=receipt.number)
    container_id = stock.ensure_container(receipt.warehouse_id, lpn, "pallet")
    arrivals = [
        Arrival(
            line.sku_id, line.qty - line.received, line.lot, line.produced_on, line.expires_on, line_id=line.id,
            container_id=container_id,
        )
        for line in lines
    ]  # fmt: skip
    take_in(receipt_id, arrivals, bin_id=bin_id, actor_id=actor_id)
    return sum(each.qty for each in arrivals)
