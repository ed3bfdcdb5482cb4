"""Terms, price tables, rules and quotas of a warehouse: as they are stored, and as the choice takes them."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from wms.core.db import db
from wms.core.places import Key, key_of
from wms.shipping.carriers import plugin
from wms.shipping.choice_rules import Offer, Price, Rule
from wms.shipping.models import Carrier, CarrierChoice, CarrierPrice, CarrierRule, CarrierTerms


def offers(warehouse_id: int) -> list[Offer]:
    """What the carriers with terms here take, of those that are in use."""
    wanted = select(CarrierTerms, Carrier).join(Carrier, Carrier.id == CarrierTerms.carrier_id)
    rows = db.session.execute(
        wanted.where(CarrierTerms.warehouse_id == warehouse_id, CarrierTerms.active, Carrier.active)
    ).all()
    if not rows:
        return []
    ids = [row.CarrierTerms.id for row in rows]
    its = select(CarrierPrice).where(CarrierPrice.terms_id.in_(ids)).order_by(CarrierPrice.terms_id, CarrierPrice.nr)
    prices: dict[int, list[Price]] = {}
    for price in db.session.execute(its).scalars():
        prices.setdefault(price.terms_id, []).append(_price(price))
    return [_offer(row.CarrierTerms, row.Carrier, prices.get(row.CarrierTerms.id, ())) for row in rows]


def _price(row: CarrierPrice) -> Price:
    return Price(
        tuple(keys(row.places)), row.first_g, row.first_price, row.step_g, row.step_price, row.surcharge, row.min_g,
        row.max_g, row.hours,
    )  # fmt: skip


def _offer(terms: CarrierTerms, carrier: Carrier, prices: Iterable[Price]) -> Offer:
    return Offer(
        carrier.id, carrier.code, carrier.name, terms.place, keys(terms.goes_to), keys(terms.not_to),
        frozenset(terms.refuses), terms.cod, terms.min_g, terms.max_g, terms.max_cm3, terms.max_value, terms.divisor,
        terms.cut_off, tuple(prices), reads_of(carrier),
    )  # fmt: skip


def reads_of(carrier: Carrier) -> tuple[str, ...]:
    """The platforms whose ids of places its plug-in passes on."""
    return tuple(getattr(plugin(carrier.plugin), "reads", ()))


def keys(places: Iterable[str]) -> frozenset[Key]:
    return frozenset(key_of(place) for place in places)


def rules(warehouse_id: int) -> list[Rule]:
    """The rules that are in use, in their sequence."""
    wanted = select(CarrierRule).where(CarrierRule.warehouse_id == warehouse_id, CarrierRule.active)
    rows = db.session.execute(wanted.order_by(CarrierRule.place, CarrierRule.id)).scalars()
    return [_rule(row) for row in rows]


def _rule(row: CarrierRule) -> Rule:
    asks = row.conditions
    return Rule(
        row.name, row.way, tuple(row.carriers), frozenset(asks.get("shops") or ()), keys(asks.get("places") or ()),
        frozenset(asks.get("kinds") or ()), frozenset(asks.get("handling") or ()), asks.get("cod"),
        asks.get("min_g") or 0, asks.get("max_g") or 0, asks.get("min_cm3") or 0,
        Decimal(asks.get("min_value") or 0), Decimal(asks.get("max_value") or 0),
    )  # fmt: skip


def currency(warehouse_id: int) -> str:
    """Of all prices here."""
    wanted = select(CarrierTerms.currency).where(CarrierTerms.warehouse_id == warehouse_id).limit(1)
    return db.session.execute(wanted).scalar() or "CNY"


# ---- quotas

@dataclass(frozen=True)
class Left:
    """A quota and what of it is used in a month."""

    id: int
    carrier_id: int
    shop_id: int | None
    most: int
    used: int

    @property
    def left(self) -> int:
        return self.most - self.used


_BEGIN = text(
    """
    INSERT INTO carrier_quota_month (quota_id, month, used)
    SELECT q.id, :month, 0 FROM carrier_quota q WHERE q.warehouse_id = :warehouse_id ORDER BY q.id
    ON CONFLICT DO NOTHING
    """
)
_LEFT = """
    SELECT q.id, q.carrier_id, q.shop_id, q.most, coalesce(m.used, 0) AS used
    FROM carrier_quota q {join} carrier_quota_month m ON m.quota_id = q.id AND m.month = :month
    WHERE q.warehouse_id = :warehouse_id ORDER BY q.id {hold}
"""
_SEEN, _HELD = text(_LEFT.format(join="LEFT JOIN", hold="")), text(_LEFT.format(join="JOIN", hold="FOR UPDATE OF m"))


def left(warehouse_id: int, month: date, *, hold: bool = False) -> list[Left]:
    """The quotas with what is used. `hold`: the counters are locked, in the order of their ids."""
    asked = {"warehouse_id": warehouse_id, "month": month}
    if hold:
        db.session.execute(_BEGIN, asked)
    return [Left(*row) for row in db.session.execute(_HELD if hold else _SEEN, asked)]


# All that were asked for, or none: how many rows came back says which.
_COUNT = text(
    """
    WITH asked AS (
        SELECT * FROM unnest(cast(:quotas AS bigint[]), cast(:parcels AS bigint[])) AS t (quota_id, n)
    ), held AS (
        SELECT m.quota_id, m.used, q.most, asked.n FROM carrier_quota_month m
        JOIN asked USING (quota_id) JOIN carrier_quota q ON q.id = m.quota_id
        WHERE m.month = :month ORDER BY m.quota_id FOR UPDATE OF m
    )
    UPDATE carrier_quota_month m SET used = m.used + held.n FROM held
    WHERE m.quota_id = held.quota_id AND m.month = :month AND (:anyway OR m.used + held.n <= held.most)
    RETURNING m.quota_id
    """
)


def count(
    warehouse_id: int, month: date, parcels: Mapping[tuple[int, int], int], *, anyway: bool = False
) -> bool:
    """Count parcels, by (carrier id, shop id), against every quota that they are of; all of them or none.

    False where one would run over, which somebody else's parcels have filled meanwhile. `anyway`: people said so.
    """
    asked: Counter[int] = Counter()
    for quota in left(warehouse_id, month) if parcels else ():
        for (carrier_id, shop_id), n in parcels.items():
            if quota.carrier_id == carrier_id and quota.shop_id in (None, shop_id):
                asked[quota.id] += n
    if not asked:
        return True
    begun = db.session.begin_nested()
    counted = _add(warehouse_id, month, asked, anyway=anyway) == len(asked)
    if counted:
        begun.commit()
    else:
        begun.rollback()
    return counted


def _add(warehouse_id: int, month: date, parcels: Mapping[int, int], *, anyway: bool) -> int:
    """Count so many more, or fewer, by quota; returns of how many quotas that went."""
    db.session.execute(_BEGIN, {"warehouse_id": warehouse_id, "month": month})
    values = {"quotas": list(parcels), "parcels": list(parcels.values()), "month": month, "anyway": anyway}
    return len(db.session.execute(_COUNT, values).all())


_GIVE_BACK = text(
    """
    WITH gone AS (
        DELETE FROM carrier_choice WHERE order_id = ANY(:ids) RETURNING warehouse_id, carrier_id, shop_id, month
    ), counted AS (
        SELECT q.id, g.month, count(*) AS n FROM gone g JOIN carrier_quota q ON q.warehouse_id = g.warehouse_id
         AND q.carrier_id = g.carrier_id AND (q.shop_id IS NULL OR q.shop_id = g.shop_id)
        GROUP BY q.id, g.month
    ), held AS (
        SELECT m.quota_id, m.month, counted.n FROM carrier_quota_month m
        JOIN counted ON counted.id = m.quota_id AND counted.month = m.month
        ORDER BY m.quota_id, m.month FOR UPDATE OF m
    )
    UPDATE carrier_quota_month m SET used = greatest(0, m.used - held.n) FROM held
    WHERE m.quota_id = held.quota_id AND m.month = held.month
    """
)


def give_back(order_ids: Sequence[int]) -> None:
    """Forget what was chosen for these orders, and count it no more."""
    if order_ids:
        db.session.execute(_GIVE_BACK, {"ids": list(order_ids)})


def move(order_id: int, carrier_id: int) -> None:
    """Another carrier takes an order than the one that was chosen: it counts for that one, even over its quota."""
    choice = db.session.get(CarrierChoice, order_id, with_for_update=True, populate_existing=True)
    if choice is None or choice.carrier_id == carrier_id:
        return
    asked: Counter[int] = Counter()
    for quota in left(choice.warehouse_id, choice.month):
        if quota.shop_id in (None, choice.shop_id) and quota.carrier_id in (carrier_id, choice.carrier_id):
            asked[quota.id] = 1 if quota.carrier_id == carrier_id else -1
    if asked:
        _add(choice.warehouse_id, choice.month, asked, anyway=True)
    choice.carrier_id = carrier_id


def conditions(told: Mapping[str, Any]) -> dict[str, Any]:
    """Of a rule's conditions those that say something, as they are stored."""
    return {
        name: str(value) if isinstance(value, Decimal) else value
        for name, value in told.items()
        if value is False or value not in (None, "", [], 0)
    }
