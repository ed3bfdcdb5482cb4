"""What a person has in hand at the dock: a receipt, a pallet to fill, and the goods scanned but not yet taken in.

Kept by the server, so that another device goes on where this one stopped.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.inbound import expectation, expected, receiving
from wms.inbound.expectation import Freshness
from wms.inbound.models import Receipt, ReceiptEntry, ReceiptLine, Receiving
from wms.inbound.reading import Seen
from wms.inbound.receiving import Arrival, Part
from wms.stock import service as stock
from wms.stock.models import Lot, Serial

ASKED = ("receipt", "move")  # kinds of tracking under which a lot or serial number is asked for as goods arrive
LONGEST_LOT = 60


@dataclass(frozen=True)
class Draft:
    """Goods as far as they are known. `sku_id` 0: nobody knows the code.

    `qty` counts pieces; `lot_guess` is what a label without a separator seems to say. Dates are ISO. `unexpected`:
    the person was told that nobody announced these goods, and wants them in all the same.
    """

    code: str
    sku_id: int = 0
    pack: str = ""
    pack_qty: int = 1
    qty: int = 0
    lot: str = ""
    lot_guess: str = ""
    produced_on: str | None = None
    expires_on: str | None = None
    serials: list[str] = field(default_factory=list)
    unexpected: bool = False


# ---- the receipt

def of(person_id: int) -> Receiving | None:
    """What this person works on, None when on nothing."""
    return db.session.get(Receiving, person_id, populate_existing=True)


def need(person_id: int) -> Receiving:
    """The same, kept from changing. Raises `inbound.no_receipt` when the person has opened none."""
    row = db.session.get(Receiving, person_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise WmsError("inbound.no_receipt", next="receive_choose")
    return row


def take_up(warehouse_id: int, person_id: int, receipt: Receipt) -> Receiving:
    """This person works on a receipt from now on. Raises `inbound.receipt_over`."""
    expected.begin(receipt)
    dock = stock.special_bin(warehouse_id, "receive")
    facts = {"warehouse_id": warehouse_id, "receipt_id": receipt.id, "bin_id": dock, "container_id": 0, "draft": None}
    row = upsert(Receiving).values(person_id=person_id, **facts)
    db.session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=facts))
    return need(person_id)


def leave(person_id: int) -> None:
    """The person goes to other work; the receipt stays open for everyone."""
    row = of(person_id)
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def draft_of(row: Receiving) -> Draft | None:
    return Draft(**row.draft) if row.draft else None


def keep(row: Receiving, draft: Draft | None) -> None:
    row.draft = asdict(draft) if draft else None
    db.session.flush()


def need_draft(row: Receiving) -> Draft:
    """Raises `inbound.nothing_in_hand`."""
    draft = draft_of(row)
    if draft is None or not draft.sku_id:
        raise WmsError("inbound.nothing_in_hand", next="receive_scan")
    return draft


# ---- the goods

def sku_of(draft: Draft) -> Sku:
    return db.session.get_one(Sku, draft.sku_id)


def begin(row: Receiving, seen: Seen) -> Draft:
    """Goods were scanned: they are in hand, with what their label tells. Raises as `check_dates` does."""
    sku = db.session.get_one(Sku, seen.sku_id)
    serial = sku.serial_tracking in ASKED
    draft = Draft(
        seen.code, seen.sku_id, seen.pack, seen.pack_qty, 0 if serial else seen.pieces, seen.lot, seen.lot_guess,
        _iso(seen.produced_on), _iso(seen.expires_on), [],
    )  # fmt: skip
    draft = completed(draft, sku)
    check_dates(draft, sku)
    return with_serial(draft, seen.serial) if serial and seen.serial else draft


def again(draft: Draft, seen: Seen, sku: Sku) -> Draft:
    """The same goods were scanned once more: one more pack of them, or the next serial number.

    Raises `inbound.another_lot` when this label names another lot.
    """
    if seen.lot and draft.lot and seen.lot != draft.lot:
        raise WmsError("inbound.another_lot", sku=sku.code, lot=draft.lot, scanned=seen.lot)
    told = replace(
        draft,
        lot=draft.lot or seen.lot,
        produced_on=draft.produced_on or _iso(seen.produced_on),
        expires_on=draft.expires_on or _iso(seen.expires_on),
    )
    told = completed(told, sku)
    check_dates(told, sku)
    if sku.serial_tracking in ASKED:
        return with_serial(told, seen.serial) if seen.serial else told
    more = told.qty + seen.pieces
    if more > expected.MOST:
        raise WmsError("stock.bad_quantity", qty=more, most=expected.MOST)
    # Scanned by the piece after a case: the figures stay right, only the words "12 × case" would not.
    told = replace(told, qty=more)
    return told if seen.pack == draft.pack else replace(told, pack="", pack_qty=1)


def with_serial(draft: Draft, serial: str) -> Draft:
    """One more piece with a number of its own. Raises `inbound.serial_again`, `stock.serial_known`."""
    if serial in draft.serials:
        raise WmsError("inbound.serial_again", serial=serial, count=len(draft.serials))
    if is_in_house(draft.sku_id, serial):
        raise WmsError("stock.serial_known", serial=serial)
    serials = [*draft.serials, serial]
    return replace(draft, serials=serials, qty=len(serials))


def is_in_house(sku_id: int, serial: str) -> bool:
    """Whether a piece with this number lies somewhere in the house already."""
    found = select(Serial.id).where(Serial.sku_id == sku_id, Serial.code == serial, Serial.bin_id.is_not(None))
    return db.session.execute(found).scalar() is not None


def completed(draft: Draft, sku: Sku) -> Draft:
    """With the dates that a known lot has, or that follow from production and shelf life."""
    produced, expires = _day(draft.produced_on), _day(draft.expires_on)
    known = _lot(draft.sku_id, draft.lot)
    if known is not None:
        produced, expires = produced or known.produced_on, expires or known.expires_on
    expires = expectation.expiry_of(produced, expires, freshness(sku))
    return replace(draft, produced_on=_iso(produced), expires_on=_iso(expires))


def freshness(sku: Sku) -> Freshness:
    return Freshness(sku.expiry_tracked, sku.shelf_life_days, sku.min_days_receipt)


def check_dates(draft: Draft, sku: Sku) -> None:
    """Raises `inbound.expired`, `inbound.too_short_life`, `inbound.produced_later` or `inbound.dates_crossed`.

    Asked as soon as the dates are known, before anybody counts forty cases; the stock room asks again.
    """
    wrong = expectation.stale(now().date(), _day(draft.produced_on), _day(draft.expires_on), freshness(sku))
    if wrong:
        code, params = wrong
        raise WmsError(code, sku=sku.code, lot=draft.lot or "–", **params)


def needs(draft: Draft, sku: Sku) -> list[str]:
    """What must still be asked, in this order: `lot`, `expiry`, `serials`."""
    asked = []
    if not draft.lot and (sku.lot_tracking in ASKED or sku.expiry_tracked):
        asked.append("lot")
    if sku.expiry_tracked and not draft.expires_on:
        asked.append("expiry")
    if sku.serial_tracking in ASKED and not draft.serials:
        asked.append("serials")
    return asked


def changed(draft: Draft, sku: Sku, told: dict[str, Any]) -> Draft:
    """The draft with what a person typed or chose: qty, pack, lot, dates.

    Raises as `check_dates`, `stock.bad_quantity`, and `inbound.count_by_serial` where numbers count the pieces.
    """
    if told.get("qty") is not None:
        expected.check_quantity(told["qty"])
        if sku.serial_tracking in ASKED:
            raise WmsError("inbound.count_by_serial", sku=sku.code)
        draft = replace(draft, qty=told["qty"], pack=told.get("pack") or "", pack_qty=told.get("pack_qty") or 1)
    if told.get("lot"):
        draft = replace(draft, lot=told["lot"][:LONGEST_LOT], lot_guess="")
    draft = replace(
        draft,
        produced_on=_iso(told.get("produced_on")) or draft.produced_on,
        expires_on=_iso(told.get("expires_on")) or draft.expires_on,
    )
    if told.get("no_lot") and draft.expires_on and not draft.lot:
        # Goods of one date and no printed lot are told apart by that date.
        draft = replace(draft, lot=draft.expires_on.replace("-", ""), lot_guess="")
    draft = completed(draft, sku)
    check_dates(draft, sku)
    return replace(draft, unexpected=draft.unexpected or bool(told.get("unexpected")))


def take(row: Receiving, draft: Draft, *, container_id: int = 0) -> list[Part]:
    """What is in hand comes in, onto the pallet that is being filled or `container_id`.

    Raises `inbound.still_to_tell` while something must be asked, and as `receiving.take_in` does.
    """
    sku = sku_of(draft)
    open_points = needs(draft, sku)
    if open_points:
        raise WmsError(f"inbound.needed_{open_points[0]}", sku=sku.code)
    arrival = Arrival(
        draft.sku_id, draft.qty, draft.lot, _day(draft.produced_on), _day(draft.expires_on), tuple(draft.serials),
        draft.pack, draft.pack_qty, container_id or row.container_id, unexpected=draft.unexpected,
    )  # fmt: skip
    parts = receiving.take_in(row.receipt_id, [arrival], bin_id=row.bin_id, actor_id=row.person_id)
    keep(row, None)
    return parts


def lots_to_choose(row: Receiving, draft: Draft) -> list[dict[str, Any]]:
    """Lots that the goods may be of: those announced, and of a doubtful label those that it begins with."""
    lines = select(ReceiptLine.lot, ReceiptLine.expires_on).where(
        ReceiptLine.receipt_id == row.receipt_id, ReceiptLine.sku_id == draft.sku_id, ReceiptLine.lot != ""
    )
    known = select(Lot.code, Lot.expires_on).where(Lot.sku_id == draft.sku_id).order_by(Lot.id.desc()).limit(200)
    announced = {row.lot: row.expires_on for row in db.session.execute(lines)}
    kept = {row.code: row.expires_on for row in db.session.execute(known)}
    fitting = [lot for lot in {**announced, **kept} if draft.lot_guess.startswith(lot)] if draft.lot_guess else []
    chosen = dict.fromkeys([*sorted(fitting, key=len, reverse=True), *announced])
    return [{"lot": lot, "expires_on": _iso({**kept, **announced}[lot])} for lot in list(chosen)[:6]]


def _lot(sku_id: int, code: str) -> Lot | None:
    if not code:
        return None
    return db.session.execute(select(Lot).where(Lot.sku_id == sku_id, Lot.code == code)).scalar_one_or_none()


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def pieces(parts: Sequence[Part | ReceiptEntry]) -> int:
    return sum(each.qty for each in parts)
