"""Carriers are chosen for many orders at once: read, decided by `choice_rules`, counted, written in a few statements.

A choice is a row with its reasons beside the order, which counts against the quotas of its month until the order is
cancelled or chosen for anew.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Boolean, Date, Numeric, Text, literal, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert

from wms.core.bulk import among, rows_of
from wms.core.clock import now
from wms.core.db import db
from wms.layout.models import Warehouse
from wms.orders import service as orders
from wms.orders.models import FIXED, Order
from wms.packing.models import Carton as CartonKind
from wms.shipping import offers
from wms.shipping.choice_rules import FALLBACK_G, Carton, Chooser, Decision, Offer, Parcel, Quota, Rule, boxed, told
from wms.shipping.choice_words import refusals
from wms.shipping.models import CarrierChoice

TRIES = 2  # to count: the first looks, the second holds the counters


@dataclass(frozen=True)
class _Row:
    """An order with what is read of it besides the parcel."""

    parcel: Parcel
    carrier: str
    carrier_by: str
    currency: str
    unweighed: int


def choose(warehouse_id: int, order_ids: Sequence[int]) -> None:
    """Give orders of one warehouse their carriers, the first placed first, and say why.

    Who has a carrier that somebody named keeps it, and it counts. Orders that nobody takes are held. Where the
    warehouse has no terms with any carrier, nothing is chosen.
    """
    known = offers.offers(warehouse_id)
    if not known:
        give_back(order_ids)  # of those that come from a warehouse where there was a choice
        return
    rows = _rows(warehouse_id, order_ids)
    if not rows:
        return
    give_back([row.parcel.id for row in rows])
    at = clock_of(warehouse_id)
    month, rules = at.date().replace(day=1), offers.rules(warehouse_id)
    named = [row for row in rows if row.carrier_by in FIXED]
    free = [row for row in rows if row.carrier_by not in FIXED]
    found = [(row, _of_named(Chooser(known, [], [], at), row)) for row in named]
    offers.count(warehouse_id, month, _counted(found), anyway=True)
    chosen = _decide(warehouse_id, month, free, known, rules, at)
    _store(warehouse_id, month, [*found, *chosen])
    taken = {row.parcel.id: decision.chosen.code for row, decision in chosen if decision.chosen}
    orders.put_carriers(taken, by="choice")
    none = {row.parcel.id: {"why": refusals(decision)} for row, decision in chosen if decision.chosen is None}
    orders.hold_without_carrier(none)


def clock_of(warehouse_id: int) -> datetime:
    """Now, on the warehouse's clock."""
    return now().astimezone(ZoneInfo(db.session.get_one(Warehouse, warehouse_id).time_zone))


def _decide(
    warehouse_id: int, month: date, rows: Sequence[_Row], known: Sequence[Offer], rules: Sequence[Rule], at: datetime
) -> list[tuple[_Row, Decision]]:
    """Decide, and count what was decided. Where somebody else took what seemed to be left, once more with the counters
    in hand."""
    for attempt in range(TRIES):
        left = offers.left(warehouse_id, month, hold=attempt > 0)
        chooser = Chooser(known, rules, [Quota(q.carrier_id, q.left, q.shop_id) for q in left], at)
        found = [(row, chooser.decide(row.parcel)) for row in rows]
        if offers.count(warehouse_id, month, _counted(found)):
            return found
    raise AssertionError("counters that are held cannot run over")


def _of_named(chooser: Chooser, row: _Row) -> Decision:
    """What the named carrier would cost, and what stands against it, where it has terms."""
    ranking = chooser.rank(row.parcel).ranking
    mine = [one for one in ranking if one.offer.code == row.carrier]
    others = (one for one in ranking if one not in mine)
    return Decision(mine[0].offer if mine else None, "named", row.carrier_by, (*mine, *others))


def _counted(found: Iterable[tuple[_Row, Decision]]) -> Counter[tuple[int, int]]:
    """Parcels by (carrier id, shop id)."""
    return Counter(
        (decision.chosen.carrier_id, row.parcel.shop_id) for row, decision in found if decision.chosen is not None
    )


# ---- reading

# What is not sent of an order, and what stands for its parts, weighs nothing.
_ORDERS = text(
    """
    WITH goods AS (
        SELECT l.order_id, sum((l.qty - l.dropped) * k.weight_g)::bigint AS grams,
               sum((l.qty - l.dropped) * k.length_mm * k.width_mm * k.height_mm)::bigint AS mm3,
               bool_and(k.length_mm * k.width_mm * k.height_mm > 0) AS measured,
               count(*) FILTER (WHERE k.weight_g = 0) AS unweighed,
               string_agg(array_to_string(k.handling, ' '), ' ') FILTER (WHERE k.handling <> '{}') AS handling
        FROM order_line l JOIN sku k ON k.id = l.sku_id
        WHERE l.order_id = ANY(:ids) AND NOT l.exploded AND l.qty > l.dropped GROUP BY l.order_id
    )
    SELECT o.id, o.shop_id, h.code AS shop, h.platform, o.country, o.province, o.city, o.district, o.kind, o.total,
           o.currency, o.cod > 0 AS cod, o.promised_at, o.carrier, o.carrier_by, o.address_id <> '' AS has_id,
           coalesce(g.grams, 0) AS grams, coalesce(g.mm3, 0) AS mm3, coalesce(g.measured, false) AS measured,
           coalesce(g.unweighed, 0) AS unweighed, coalesce(g.handling, '') AS handling
    FROM sales_order o JOIN shop h ON h.id = o.shop_id LEFT JOIN goods g ON g.order_id = o.id
    WHERE o.id = ANY(:ids) AND o.warehouse_id = :warehouse_id AND o.confirmation = 'confirmed'
      AND o.processing = 'waiting' AND o.shipping = 'unshipped'
    ORDER BY o.placed_at, o.id
    """
)


def _rows(warehouse_id: int, order_ids: Iterable[int]) -> list[_Row]:
    found = db.session.execute(_ORDERS, {"warehouse_id": warehouse_id, "ids": sorted(set(order_ids))}).all()
    masked = _masked([row.id for row in found if row.has_id])
    kinds = cartons(warehouse_id)
    return [_row(row, row.id in masked, kinds) for row in found]


def _row(row: Any, masked: bool, kinds: Sequence[Carton]) -> _Row:
    # One of which some pieces have no weight weighs more than is known, but hardly less than the usual parcel.
    grams = row.grams if not row.unweighed else max(row.grams, FALLBACK_G)
    grams, mm3 = boxed(grams, row.mm3 if row.measured else 0, kinds)
    parcel = Parcel(
        row.id, row.shop_id, row.shop, row.country, row.province, row.city, row.district, grams, mm3,
        frozenset(row.handling.split()), row.total, row.cod, row.kind, masked, row.platform, row.promised_at,
    )  # fmt: skip
    return _Row(parcel, row.carrier, row.carrier_by, row.currency, row.unweighed)


def _masked(order_ids: Sequence[int]) -> set[int]:
    """Those whose recipient is known to the platform alone."""
    if not order_ids:
        return set()
    people = select(Order.id, Order.recipient, Order.phone, Order.address).where(among(Order.id, order_ids))
    return {row.id for row in db.session.execute(people) if any(orders.veiled(said) for said in row[1:])}


def cartons(warehouse_id: int) -> list[Carton]:
    its = select(CartonKind.length_mm, CartonKind.width_mm, CartonKind.height_mm, CartonKind.tare_g, CartonKind.max_g)
    rows = db.session.execute(its.where(CartonKind.warehouse_id == warehouse_id, CartonKind.active))
    return [Carton(row.length_mm * row.width_mm * row.height_mm, row.tare_g, row.max_g) for row in rows]


# ---- writing

_KEPT: Mapping[str, Any] = {
    "order_id": BigInteger(), "shop_id": BigInteger(), "carrier_id": BigInteger(), "named": Boolean(),
    "price": Numeric(14, 2), "currency": Text(), "hours": BigInteger(), "weight_g": BigInteger(), "why": JSONB(),
}  # fmt: skip


def _store(warehouse_id: int, month: date, found: Sequence[tuple[_Row, Decision]]) -> None:
    if not found:
        return
    table = rows_of("t", _KEPT, [_kept(row, decision) for row, decision in found])
    same = {
        "warehouse_id": literal(warehouse_id, BigInteger()), "month": literal(month, Date()),
        "chosen_at": literal(now()),
    }  # fmt: skip
    columns = {**{name: table.c[name] for name in _KEPT}, **same}
    put = insert(CarrierChoice).from_select(list(columns), select(*columns.values()).order_by(table.c.nr))
    db.session.execute(put)


def _kept(row: _Row, decision: Decision) -> tuple[Any, ...]:
    best = decision.ranking[0] if decision.chosen is not None else None
    why = told(decision, row.parcel, unweighed=row.unweighed, currency=row.currency)
    return (
        row.parcel.id, row.parcel.shop_id, decision.chosen.carrier_id if decision.chosen else None,
        row.carrier_by in FIXED, best.price if best else None, row.currency, best.hours if best else None,
        row.parcel.weight_g, why,
    )  # fmt: skip


def give_back(order_ids: Iterable[int]) -> None:
    """What was chosen for these orders counts no more: they are cancelled, or chosen for anew."""
    offers.give_back(sorted(set(order_ids)))


# ---- asking without choosing

def would_choose(warehouse_id: int, parcel: Parcel) -> dict[str, Any]:
    """What would be chosen for a parcel now, as `choice_rules.told` says; nothing is counted or written."""
    known = offers.offers(warehouse_id)
    at = clock_of(warehouse_id)
    left = offers.left(warehouse_id, at.date().replace(day=1))
    chooser = Chooser(known, offers.rules(warehouse_id), [Quota(q.carrier_id, q.left, q.shop_id) for q in left], at)
    return told(chooser.rank(parcel), parcel, currency=offers.currency(warehouse_id), most=100)


def chosen_for(order_id: int) -> dict[str, Any] | None:
    """Why an order has its carrier, as it was kept; None where nothing was chosen."""
    found = db.session.get(CarrierChoice, order_id)
    return None if found is None else {**found.why, "chosen_at": found.chosen_at.isoformat()}
