"""One scan at the dock, whatever it is of: goods, a lot or serial number, a pallet, a dock bin, another receipt."""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from wms.core.db import db
from wms.core.error import WmsError
from wms.inbound import expected, hand, receiving, shown
from wms.inbound.hand import Draft
from wms.inbound.models import Receipt, ReceiptLine, Receiving
from wms.inbound.reading import Seen, see, spellings
from wms.inbound.receiving import Part
from wms.layout.models import Bin
from wms.stock.models import Container

CARRIERS = ("pallet", "box", "tote", "container")  # kinds of containers that goods are received onto


@dataclass(frozen=True)
class Outcome:
    """Where a scan leads: the next screen with its data, and what to say."""

    next: str
    data: dict[str, Any]
    message: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


def between_goods(row: Receiving, message: str | None = None, **params: Any) -> Outcome:
    return Outcome("receive_scan", shown.scanning(row), message, params)


def with_goods(row: Receiving, draft: Draft, message: str | None = None, **params: Any) -> Outcome:
    """The goods are in hand from now on."""
    hand.keep(row, draft)
    return Outcome(screen_of(draft), shown.in_hand(row, draft), message, params)


def screen_of(draft: Draft | None) -> str:
    if draft is None:
        return "receive_scan"
    return "receive_item" if draft.sku_id else "receive_unknown"


def where(row: Receiving | None, warehouse_id: int) -> Outcome:
    """The screen at which a person stands."""
    if row is None:
        return Outcome("receive_choose", shown.to_choose(warehouse_id))
    draft = hand.draft_of(row)
    if draft is None:
        return between_goods(row)
    return Outcome(screen_of(draft), shown.in_hand(row, draft))


# ---- no receipt yet

def open_by(warehouse_id: int, person_id: int, code: str) -> Outcome:
    """A receipt's number, a pallet that was announced, or goods that only one receipt expects: that one is opened.

    Raises `inbound.unknown_receipt`, `inbound.choose_receipt` when several expect the goods, `inbound.receipt_over`.
    """
    seen = see(code, warehouse_id)
    if seen.kind == "receipt":
        row = hand.take_up(warehouse_id, person_id, expected.by_number(warehouse_id, seen.label, lock=True))
        return between_goods(row)
    receipt = _announced_on(warehouse_id, seen) or _expecting(warehouse_id, seen)
    if receipt is None:
        raise WmsError("inbound.unknown_receipt", receipt=seen.code)
    return scan(hand.take_up(warehouse_id, person_id, expected.locked(receipt)), code)


def _open_lines(warehouse_id: int) -> Any:
    return (
        select(Receipt.id)
        .join(ReceiptLine, ReceiptLine.receipt_id == Receipt.id)
        .where(Receipt.warehouse_id == warehouse_id, Receipt.status.in_(["expected", "receiving"]))
        .distinct()
    )


def _announced_on(warehouse_id: int, seen: Seen) -> int | None:
    numbers = spellings(seen.lpn or seen.code)
    return db.session.execute(_open_lines(warehouse_id).where(ReceiptLine.lpn.in_(numbers)).limit(1)).scalar()


def _expecting(warehouse_id: int, seen: Seen) -> int | None:
    if not seen.sku_id:
        return None
    found = _open_lines(warehouse_id).where(
        ReceiptLine.sku_id == seen.sku_id, ReceiptLine.received < ReceiptLine.qty, ~Receipt.blind
    )
    receipts = list(db.session.execute(found.limit(2)).scalars())
    if len(receipts) > 1:
        raise WmsError("inbound.choose_receipt", label=seen.label)
    return receipts[0] if receipts else None


# ---- on a receipt

def scan(row: Receiving, code: str) -> Outcome:
    """One scan of somebody who works on a receipt."""
    draft = hand.draft_of(row)
    seen = _see(row, code, draft)
    if draft is not None and draft.sku_id:
        return _more(row, draft, seen)
    return _first(row, seen)


def _see(row: Receiving, code: str, draft: Draft | None) -> Seen:
    """What the code stands for. While a lot is asked for, one that several SKUs have is just its text."""
    try:
        return see(code, row.warehouse_id)
    except WmsError as refused:
        if refused.code == "catalog.ambiguous_code" and draft is not None and draft.sku_id:
            return Seen(code, "unknown")
        raise


def _first(row: Receiving, seen: Seen) -> Outcome:
    numbers = spellings(seen.lpn or seen.code)
    lpn = db.session.execute(
        select(ReceiptLine.lpn).where(ReceiptLine.receipt_id == row.receipt_id, ReceiptLine.lpn.in_(numbers)).limit(1)
    ).scalar()
    if lpn:
        pieces = receiving.take_pallet(row.receipt_id, lpn, bin_id=row.bin_id, actor_id=row.person_id)
        hand.keep(row, None)
        return between_goods(row, "inbound.pallet_in", lpn=lpn, pieces=pieces)
    act = {"sku": _goods, "container": _carrier, "bin": _dock, "receipt": _other_receipt, "unknown": _unknown}
    if seen.kind not in act:
        raise WmsError("inbound.not_goods", label=seen.label or seen.code)
    return act[seen.kind](row, seen)


def _goods(row: Receiving, seen: Seen) -> Outcome:
    return with_goods(row, hand.begin(row, seen))


def _unknown(row: Receiving, seen: Seen) -> Outcome:
    return with_goods(row, Draft(seen.code, qty=1), "inbound.unknown_goods", code=seen.code)


def _other_receipt(row: Receiving, seen: Seen) -> Outcome:
    receipt = expected.by_number(row.warehouse_id, seen.label, lock=True)
    return between_goods(hand.take_up(row.warehouse_id, row.person_id, receipt), "inbound.opened", receipt=seen.label)


def _carrier(row: Receiving, seen: Seen) -> Outcome:
    _use_carrier(row, seen)
    return between_goods(row, "inbound.filling", lpn=seen.lpn)


def _use_carrier(row: Receiving, seen: Seen) -> None:
    """Goods go onto this pallet from now on. Raises `inbound.not_announced_lpn` and `inbound.not_a_carrier`."""
    if not seen.id:
        raise WmsError("inbound.not_announced_lpn", lpn=seen.lpn)
    container = db.session.get_one(Container, seen.id)
    if container.kind not in CARRIERS:
        raise WmsError("inbound.not_a_carrier", label=seen.label)
    row.container_id = container.id
    db.session.flush()


def _dock(row: Receiving, seen: Seen) -> Outcome:
    _use_dock(row, seen)
    return between_goods(row, "inbound.dock_changed", bin=seen.label)


def _use_dock(row: Receiving, seen: Seen) -> None:
    """Goods lie here from now on. Raises `inbound.not_a_dock`."""
    bin = db.session.get_one(Bin, seen.id)
    if bin.kind != "receive":
        raise WmsError("inbound.not_a_dock", bin=bin.code)
    row.bin_id, row.container_id = bin.id, 0
    db.session.flush()


# ---- with goods in hand

def _more(row: Receiving, draft: Draft, seen: Seen) -> Outcome:
    """A scan while goods are in hand: more of them, what is still to be told of them, or where they go."""
    sku = hand.sku_of(draft)
    if seen.kind == "sku":
        if seen.sku_id != draft.sku_id:
            raise WmsError("inbound.finish_first", sku=sku.code, scanned=seen.label)
        return with_goods(row, hand.again(draft, seen, sku))
    if seen.kind in ("container", "bin"):
        _use_carrier(row, seen) if seen.kind == "container" else _use_dock(row, seen)
        return taken(row, hand.take(row, draft))
    return with_goods(row, _told_by(draft, seen, sku))


def _told_by(draft: Draft, seen: Seen, sku: Any) -> Draft:
    """The goods with what another label says: lot and dates of a carton, a serial number, or just a text.

    Raises `inbound.finish_first` for what says nothing of these goods.
    """
    if seen.kind not in ("lot", "serial", "unknown"):
        raise WmsError("inbound.finish_first", sku=sku.code, scanned=seen.label or seen.code)
    wants_lot = "lot" in hand.needs(draft, sku)
    label = seen.kind == "lot" and not seen.id
    if label:
        if seen.lot and draft.lot and seen.lot != draft.lot:
            raise WmsError("inbound.another_lot", sku=sku.code, lot=draft.lot, scanned=seen.lot)
        told = {"lot": seen.lot, "expires_on": seen.expires_on, "produced_on": seen.produced_on}
        draft = hand.changed(draft, sku, told)
        draft = replace(draft, lot_guess=seen.lot_guess) if seen.lot_guess and not draft.lot else draft
    elif wants_lot:
        return hand.changed(draft, sku, {"lot": seen.code})
    if sku.serial_tracking in hand.ASKED and (seen.serial or not label):
        return hand.with_serial(draft, seen.serial or seen.code)
    if not label:
        raise WmsError("inbound.finish_first", sku=sku.code, scanned=seen.code)
    return draft


def taken(row: Receiving, parts: list[Part]) -> Outcome:
    """Goods came in: on to the next."""
    sku = shown.sku_facts(parts[0].arrival.sku_id)
    held = parts[0].condition == "quarantine"
    return between_goods(
        row, "inbound.taken_to_check" if held else "inbound.taken", qty=hand.pieces(parts), sku=sku["code"]
    )
