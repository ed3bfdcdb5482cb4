"""Questions to carriers over a network: which waybill numbers are wanted, and what came of them.

The waybill's row is the question. It is stored with the change that needs it: at the release of a wave, or when a
parcel is closed. A worker claims it for a while, puts it outside of any transaction, and settles what came of it in
another. Whoever claims one that was put before, and of which nothing was heard, asks after it first: so that a worker
that is killed, or an answer that is lost, costs no second number.
"""
from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock
from wms.orders import service as orders
from wms.orders.models import Order
from wms.packing import service as packing
from wms.packing.events import ParcelVoided
from wms.packing.models import Parcel
from wms.shipping import accounts, changing, service, troubles
from wms.shipping.carriers import Account, Issued, Party, Request, networked, plugin
from wms.shipping.lifecycle import WAYBILL
from wms.shipping.models import Carrier, Waybill
from wms.shipping.question import Outcome, Work

LEASE = timedelta(seconds=120)  # far longer than any question takes
DOUBTED = timedelta(minutes=1)  # until what a carrier may have issued before it refused is given back
LONG = 500  # of what a carrier says, so much is kept

# Not of one that was packed, or planned for a print, before it came into this wave.
_AHEAD = text(
    """
    SELECT o.id, o.cod, c.id AS carrier_id FROM wave_order m
    JOIN sales_order o ON o.id = m.order_id JOIN carrier c ON c.code = o.carrier AND c.active
    WHERE m.wave_id = :wave_id AND m.active AND c.plugin = ANY(:plugins)
      AND NOT EXISTS (SELECT FROM parcel p WHERE p.order_id = o.id AND p.status <> 'void')
    ORDER BY o.id
    """
)
_STATION = text("SELECT id FROM station WHERE warehouse_id = :warehouse_id ORDER BY id LIMIT 1")
_ASK = text(
    """
    INSERT INTO waybill (carrier_id, parcel_id, request_key, route_code, sorting_code, cod, status, asked_at, ask_at)
    SELECT n.carrier_id, n.parcel_id, n.key, '', '', n.cod, :initial, :at, :at
    FROM unnest(
        cast(:carriers AS bigint[]), cast(:parcels AS bigint[]), cast(:keys AS text[]), cast(:cods AS numeric[])
    ) AS n (carrier_id, parcel_id, key, cod)
    """
)


def ask_ahead(warehouse_id: int, wave_id: int) -> int:
    """A wave is released: numbers are wanted for its orders whose carriers are asked over a network; returns how many.

    Each order's parcel is planned, as whoever opens its tote finds it. Where there is no packing table yet, numbers are
    asked for when parcels are closed.
    """
    rows = db.session.execute(_AHEAD, {"wave_id": wave_id, "plugins": networked()}).all()
    station = db.session.execute(_STATION, {"warehouse_id": warehouse_id}).scalar() if rows else None
    if station is None:
        return 0
    parcels = packing.plan_all(warehouse_id, [row.id for row in rows], station)
    asked = {
        "carriers": [row.carrier_id for row in rows], "parcels": [parcels[row.id] for row in rows],
        "keys": [uuid.uuid4().hex for _ in rows], "cods": [row.cod for row in rows], "initial": WAYBILL.initial,
        "at": now(),
    }  # fmt: skip
    db.session.execute(_ASK, asked)
    return len(rows)


def give_back_ahead(order_ids: Sequence[int]) -> None:
    """Orders leave their wave: numbers that were asked for ahead are given back, and asked for anew with the next."""
    wanted = (
        select(Parcel.warehouse_id, Parcel.order_id)
        .join(Waybill, Waybill.parcel_id == Parcel.id)
        .join(Carrier, Carrier.id == Waybill.carrier_id)
        .where(among(Parcel.order_id, order_ids), Parcel.status == "planned", Waybill.status != "void")
        .where(Carrier.plugin.in_(networked()))
        .order_by(Parcel.order_id)
    )
    for row in db.session.execute(wanted).all():
        for parcel_id in packing.void_planned(row.order_id):
            publish(ParcelVoided(row.warehouse_id, parcel_id))


_CLAIM = text(
    """
    WITH due AS (
        SELECT w.id, w.in_doubt FROM waybill w JOIN carrier c ON c.id = w.carrier_id
        WHERE w.ask_at <= :at AND c.plugin = ANY(:plugins) AND c.id <> ALL(:resting)
        ORDER BY w.ask_at, w.id LIMIT :most FOR UPDATE OF w SKIP LOCKED
    )
    UPDATE waybill w SET ask_at = :until, in_doubt = true, tries = tries + 1 FROM due WHERE w.id = due.id
    RETURNING w.id, due.in_doubt
    """
)
# What is not packed yet weighs what its order is of.
_WANTED = text(
    """
    SELECT w.id, w.carrier_id, w.status, w.change, w.number, w.request_key, w.cod, w.tries, w.asked_at,
           p.number AS parcel, coalesce(p.weight_g, (
               SELECT sum((l.qty - l.dropped) * k.weight_g) FROM order_line l JOIN sku k ON k.id = l.sku_id
               WHERE l.order_id = p.order_id AND NOT l.exploded
           ), 0)::bigint AS weight_g,
           o.number AS order_number, whole.number AS shop_order, o.currency,
           o.recipient, o.phone, o.address, o.district, o.city, o.province, o.country, o.postcode, o.address_id,
           h.name AS house, h.phone AS house_phone, h.address AS house_address,
           CASE WHEN p.ordinal > 1 THEN (
               SELECT f.number FROM parcel x JOIN waybill f ON f.parcel_id = x.id AND f.status = 'issued'
               WHERE x.order_id = p.order_id AND x.ordinal = 1 AND x.status <> 'void' LIMIT 1
           ) END AS parent
    FROM waybill w JOIN parcel p ON p.id = w.parcel_id JOIN sales_order o ON o.id = p.order_id
    JOIN warehouse h ON h.id = p.warehouse_id LEFT JOIN sales_order whole ON whole.id = o.split_from_id
    WHERE w.id = ANY(:ids) ORDER BY w.id
    """
).columns(**{name: getattr(Order, name).type for name in ("recipient", "phone", "address", "postcode")})


def claim(most: int, *, resting: Sequence[int] = (), lease: timedelta = LEASE) -> list[Work]:
    """Questions that are due, at most so many, ours until the lease ends; none of carriers that are `resting`."""
    at = now()
    asked = {"at": at, "until": at + lease, "most": most, "plugins": networked(), "resting": list(resting)}
    doubts = {row.id: row.in_doubt for row in db.session.execute(_CLAIM, asked)}
    if not doubts:
        return []
    rows = db.session.execute(_WANTED, {"ids": list(doubts)}).all()
    wanted = select(Carrier).where(among(Carrier.id, {row.carrier_id for row in rows}))
    carriers = {each.id: each for each in db.session.execute(wanted).scalars()}
    opened = {each.id: _account(each) for each in carriers.values()}
    return [_work(row, doubts[row.id], carriers[row.carrier_id], opened[row.carrier_id]) for row in rows]


def _account(carrier: Carrier) -> Account:
    """One whose secrets cannot be read has none: its plug-in then says that they are missing."""
    try:
        return accounts.account(carrier)
    except WmsError:
        return Account(carrier.id, carrier.code, dict(carrier.settings))


def _work(row: Any, in_doubt: bool, carrier: Carrier, account: Account) -> Work:
    to = Party(
        row.recipient, row.phone, row.address, row.district, row.city, row.province, row.country, row.postcode
    )
    house = Party(row.house, row.house_phone, row.house_address)
    request = Request(
        row.request_key, carrier.id, carrier.code, row.parcel, row.order_number, row.weight_g, to,
        accounts.sender(carrier, house), row.cod, row.currency, row.parent or "", account, row.asked_at,
        row.address_id, row.shop_order or "",
    )  # fmt: skip
    gone, other = row.status == "void", row.status == "issued" and row.change == "asked"
    return Work(row.id, carrier.id, row.tries, in_doubt, gone, row.number, plugin(carrier.plugin), request, other)


def settle(outcomes: Sequence[Outcome]) -> None:
    """Store what came of questions. Parcels are locked first, as they are when they are closed: a number that comes in
    at that moment is printed once, by whoever is later."""
    came = {each.work.waybill_id: each for each in outcomes}
    its = select(Waybill.parcel_id).where(among(Waybill.id, came))
    parcels = select(Parcel).where(Parcel.id.in_(its)).order_by(Parcel.id).with_for_update()
    held = db.session.execute(parcels.execution_options(populate_existing=True)).scalars().all()
    rows = select(Waybill).where(among(Waybill.id, came)).order_by(Waybill.id).with_for_update()
    taken = _taken([each.issued.number for each in outcomes if each.issued])
    for row in db.session.execute(rows.execution_options(populate_existing=True)).scalars().all():
        _settle(row, came[row.id], taken)
    db.session.flush()
    troubles.over([each for each in held if each.waybill is not None], troubles.WITHOUT)


def _taken(numbers: Sequence[str]) -> set[tuple[int, str]]:
    """Those of these numbers that waybills have already: (carrier id, number)."""
    its = select(Waybill.carrier_id, Waybill.number).where(among(Waybill.number, numbers))
    return {(row.carrier_id, row.number) for row in db.session.execute(its) if row.number}


def _settle(row: Waybill, came: Outcome, taken: set[tuple[int, str]]) -> None:
    if came.work.changing:
        changing.settle(row, came)
        return
    if came.issued is None and row.tries != came.work.tries:
        return  # its lease has ended, and somebody else is at it
    row.trouble = came.said[:LONG]
    if came.issued is not None and not _number(row, came.issued, taken):
        return
    if came.given_back:
        row.ask_at, row.in_doubt, row.given_back_at = None, False, now()
    elif came.issued is not None and not came.work.giving_back:
        pass  # it has its number
    elif came.refused is None:
        _later(row, came)
    elif came.work.giving_back:
        _kept(row)
    else:
        _refused(row, came.refused, came.in_doubt)


def _kept(row: Waybill) -> None:
    """The carrier keeps a number that is not used: it may come for the parcel, and puts it on its bill. Without a
    number there was nothing to give back, for it had refused the parcel."""
    row.ask_at, row.in_doubt = None, False
    if row.number is not None:
        parcel, carrier = db.session.get_one(Parcel, row.parcel_id), db.session.get_one(Carrier, row.carrier_id)
        troubles.report(parcel, troubles.KEPT, f"{carrier.name} {row.number}: {row.trouble}")


def _later(row: Waybill, came: Outcome) -> None:
    """Once more after a while. A void one of which nothing was issued, for certain, has nothing to give back."""
    row.in_doubt = came.in_doubt
    nothing = row.status == "void" and row.number is None and not came.in_doubt
    row.ask_at = None if nothing else now() + timedelta(seconds=came.again_in)


def _number(row: Waybill, issued: Issued, taken: set[tuple[int, str]]) -> bool:
    """A number has come; says whether it is this waybill's now. One that was voided meanwhile gives it back."""
    if row.number is not None:
        if row.number != issued.number:
            _stray(row, issued)
        return row.number == issued.number
    if (row.carrier_id, issued.number) in taken:
        # It is on another parcel: it must not be on this one too.
        row.trouble, row.ask_at = f"{issued.number} was issued twice", now() + timedelta(hours=1)
        return False
    taken.add((row.carrier_id, issued.number))
    row.number, row.route_code, row.sorting_code = issued.number, issued.route_code, issued.sorting_code
    row.reply, row.in_doubt = issued.reply, False
    if row.status == "void":
        row.ask_at = now()
        return True
    row.status = WAYBILL.after("issue", row.status)
    row.issued_at, row.trouble = now(), ""
    row.ask_at = now() if row.change else None  # it was asked for with what is wrong by now
    if not row.change:
        service.arrived(row)
    return True


def _stray(row: Waybill, issued: Issued) -> None:
    """A second number for the same request, of a question that outlived its lease: it is given back."""
    db.session.add(
        Waybill(
            carrier_id=row.carrier_id, parcel_id=row.parcel_id, request_key=f"{row.request_key}-{issued.number}"[:80],
            number=issued.number, status=WAYBILL.after("void", WAYBILL.initial), reply=issued.reply,
            asked_at=row.asked_at, issued_at=now(), ask_at=now(), trouble="second number",
        )
    )  # fmt: skip


def _refused(row: Waybill, why: str, in_doubt: bool) -> None:
    """The carrier does not take this parcel. Where it may have taken it before, what there is of that is given
    back."""
    row.in_doubt, row.ask_at = in_doubt, now() + DOUBTED if in_doubt else None
    if row.status == "void":
        return
    service.refused(row, why)


def by_other(warehouse_id: int, parcel_id: int, code: str) -> dict[str, Any]:
    """A supervisor lets another carrier take a parcel that has not left: {parcel, carrier, number}.

    Raises `core.not_found`, `shipping.already_loaded`, `shipping.already_shipped`, `shipping.voided`.
    """
    its = select(Parcel.order_id).where(Parcel.id == parcel_id, Parcel.warehouse_id == warehouse_id)
    order_id = db.session.execute(its).scalar()
    carrier = accounts.by_code(code)
    if order_id is None or not carrier.active:
        raise WmsError("core.not_found", thing="parcel" if order_id is None else "carrier", key=order_id or code)
    lock("packing.order", order_id)
    orders.locked(warehouse_id, order_id)
    parcel = db.session.get_one(Parcel, parcel_id, with_for_update=True)
    if parcel.status == "void":
        raise WmsError("shipping.voided", parcel=parcel.number)
    last = select(Waybill).where(Waybill.parcel_id == parcel_id).order_by(Waybill.id.desc()).limit(1)
    before = db.session.execute(last).scalar_one_or_none()
    service.void_if_any(parcel_id)
    made = service.ask_other(parcel_id, carrier, before.cod if before else Decimal(0))
    troubles.over([parcel], troubles.WITHOUT)
    return {"parcel": parcel.number, "carrier": carrier.code, "number": made.number}


def waiting(warehouse_id: int) -> dict[str, int]:
    """How many parcels wait for a number here, and of how many nobody knows what came of the question."""
    counted = select(func.count(), func.count().filter(Waybill.in_doubt)).select_from(Waybill)
    its = counted.join(Parcel, Parcel.id == Waybill.parcel_id)
    its = its.where(Waybill.status == "asked", Parcel.warehouse_id == warehouse_id)
    asked, doubt = db.session.execute(its).one()
    return {"asked": int(asked), "in_doubt": int(doubt)}
