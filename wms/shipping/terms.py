"""What people enter of carriers: terms with their prices, rules, quotas; shown as they enter them."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.places import key_of
from wms.layout.models import Warehouse
from wms.orders.models import Shop
from wms.shipping import accounts, offers
from wms.shipping.models import (
    Carrier,
    CarrierChoice,
    CarrierPrice,
    CarrierQuota,
    CarrierQuotaMonth,
    CarrierRule,
    CarrierTerms,
)

TAKES = (
    "active", "place", "goes_to", "not_to", "refuses", "cod", "min_g", "max_g", "max_cm3", "max_value", "divisor",
    "cut_off", "currency",
)  # fmt: skip
PRICED = (
    "zone", "places", "min_g", "max_g", "first_g", "first_price", "step_g", "step_price", "surcharge", "hours",
)  # fmt: skip


def month_of(warehouse_id: int) -> date:
    """The first day of this month, on the warehouse's calendar."""
    zone = ZoneInfo(db.session.get_one(Warehouse, warehouse_id).time_zone)
    return now().astimezone(zone).date().replace(day=1)


def shown(warehouse_id: int) -> dict[str, Any]:
    """Everything that the choice goes by: `{currency, month, terms, rules, quotas}`."""
    return {
        "currency": offers.currency(warehouse_id), "month": month_of(warehouse_id), "terms": _terms(warehouse_id),
        "rules": _rules(warehouse_id), "quotas": _quotas(warehouse_id),
    }  # fmt: skip


def _terms(warehouse_id: int) -> list[dict[str, Any]]:
    wanted = select(CarrierTerms, Carrier).join(Carrier, Carrier.id == CarrierTerms.carrier_id)
    found = wanted.where(CarrierTerms.warehouse_id == warehouse_id).order_by(CarrierTerms.place, Carrier.code)
    return [_shown(row.CarrierTerms, row.Carrier) for row in db.session.execute(found)]


def _shown(terms: CarrierTerms, carrier: Carrier) -> dict[str, Any]:
    its = select(CarrierPrice).where(CarrierPrice.terms_id == terms.id).order_by(CarrierPrice.nr)
    prices = [{name: getattr(row, name) for name in PRICED} for row in db.session.execute(its).scalars()]
    facts = {name: getattr(terms, name) for name in TAKES}
    reads = list(offers.reads_of(carrier))
    return {"carrier": carrier.code, "name": carrier.name, **facts, "prices": prices, "reads": reads}


def put(warehouse_id: int, code: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Give a carrier terms here or change what is named of them; `prices`, where given, are the whole table.

    Raises `core.not_found`, `shipping.no_place` and `shipping.other_currency`.
    """
    carrier = accounts.by_code(code)
    for place in [*told.get("goes_to", ()), *told.get("not_to", ())]:
        check_place(place)
    made = insert(CarrierTerms).values(warehouse_id=warehouse_id, carrier_id=carrier.id, **_first(warehouse_id))
    db.session.execute(made.on_conflict_do_nothing())
    terms = _locked(warehouse_id, carrier)
    for name in TAKES:
        if name in told:
            setattr(terms, name, told[name])
    db.session.flush()
    _check_currency(terms)
    if "prices" in told:
        put_prices(terms, told["prices"])
    return _shown(terms, carrier)


def _first(warehouse_id: int) -> dict[str, Any]:
    """Of terms that are new: after all others, in their currency."""
    last = select(func.max(CarrierTerms.place)).where(CarrierTerms.warehouse_id == warehouse_id)
    known: dict[str, Any] = {"place": (db.session.execute(last).scalar() or 0) + 1}
    return {**known, "currency": offers.currency(warehouse_id)}


def _locked(warehouse_id: int, carrier: Carrier) -> CarrierTerms:
    """Raises `shipping.no_terms`."""
    wanted = select(CarrierTerms).where(
        CarrierTerms.warehouse_id == warehouse_id, CarrierTerms.carrier_id == carrier.id
    )
    found = db.session.execute(wanted.with_for_update()).scalar_one_or_none()
    if found is None:
        raise WmsError("shipping.no_terms", carrier=carrier.code)
    return found


def terms_of(warehouse_id: int, code: str) -> CarrierTerms:
    """The terms of a carrier here, locked. Raises `core.not_found`, `shipping.no_terms`."""
    return _locked(warehouse_id, accounts.by_code(code))


def check_place(place: str) -> None:
    """Raises `shipping.no_place`."""
    try:
        key_of(place)
    except ValueError:
        raise WmsError("shipping.no_place", place=place) from None


def _check_currency(terms: CarrierTerms) -> None:
    others = select(CarrierTerms.currency).where(
        CarrierTerms.warehouse_id == terms.warehouse_id, CarrierTerms.currency != terms.currency
    )
    other = db.session.execute(others.limit(1)).scalar()
    if other is not None:
        raise WmsError("shipping.other_currency", currency=other)


def put_prices(terms: CarrierTerms, prices: Sequence[Mapping[str, Any]]) -> bool:
    """The price table as a whole; says whether it changed. Raises `shipping.no_place`."""
    for place in (place for row in prices for place in row["places"]):
        check_place(place)
    wanted = [{name: row.get(name, _EMPTY.get(name)) for name in PRICED} for row in prices]
    its = select(CarrierPrice).where(CarrierPrice.terms_id == terms.id).order_by(CarrierPrice.nr)
    if [{name: getattr(row, name) for name in PRICED} for row in db.session.execute(its).scalars()] == wanted:
        return False
    db.session.execute(delete(CarrierPrice).where(CarrierPrice.terms_id == terms.id))
    db.session.add_all(CarrierPrice(terms_id=terms.id, nr=nr, **row) for nr, row in enumerate(wanted, start=1))
    db.session.flush()
    return True


_EMPTY: dict[str, Any] = {"zone": "", **dict.fromkeys(("min_g", "max_g", "step_g", "step_price", "surcharge"), 0)}


def remove(warehouse_id: int, code: str) -> None:
    """A carrier has no terms here any more: it is not chosen, and nothing is lost of what it took."""
    terms = terms_of(warehouse_id, code)
    db.session.execute(delete(CarrierPrice).where(CarrierPrice.terms_id == terms.id))
    db.session.delete(terms)
    db.session.flush()


# ---- rules

def _rules(warehouse_id: int) -> list[dict[str, Any]]:
    wanted = select(CarrierRule).where(CarrierRule.warehouse_id == warehouse_id)
    rows = db.session.execute(wanted.order_by(CarrierRule.place, CarrierRule.id)).scalars()
    names = ("name", "active", "way", "carriers", "conditions")
    return [{name: getattr(row, name) for name in names} for row in rows]


def put_rules(warehouse_id: int, rules: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All rules, in the sequence in which they are asked. Raises `shipping.no_place`, `core.not_found`."""
    for rule in rules:
        for place in rule["conditions"].get("places") or ():
            check_place(place)
        for code in rule["carriers"]:
            accounts.by_code(code)
    db.session.execute(delete(CarrierRule).where(CarrierRule.warehouse_id == warehouse_id))
    for place, rule in enumerate(rules, start=1):
        kept = {**rule, "conditions": offers.conditions(rule["conditions"])}
        db.session.add(CarrierRule(warehouse_id=warehouse_id, place=place, **kept))
    db.session.flush()
    return _rules(warehouse_id)


# ---- quotas

def _quotas(warehouse_id: int) -> list[dict[str, Any]]:
    used = {each.id: each.used for each in offers.left(warehouse_id, month_of(warehouse_id))}
    wanted = (
        select(CarrierQuota, Carrier.code, Shop.code.label("shop"))
        .join(Carrier, Carrier.id == CarrierQuota.carrier_id)
        .outerjoin(Shop, Shop.id == CarrierQuota.shop_id)
        .where(CarrierQuota.warehouse_id == warehouse_id)
        .order_by(Carrier.code, Shop.code.nulls_first())
    )
    return [
        {"carrier": row.code, "shop": row.shop, "most": row.CarrierQuota.most, "used": used[row.CarrierQuota.id]}
        for row in db.session.execute(wanted)
    ]


def put_quotas(warehouse_id: int, quotas: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All quotas: (carrier, shop or None, most). One that is new begins with what was chosen this month already.

    Raises `core.not_found`, `orders.unknown_shop`.
    """
    kept: list[int] = []
    for told in quotas:
        values = {"carrier_id": accounts.by_code(told["carrier"]).id, "shop_id": _shop_id(told.get("shop"))}
        put = insert(CarrierQuota).values(warehouse_id=warehouse_id, most=told["most"], **values)
        put = put.on_conflict_do_update(
            index_elements=["warehouse_id", "carrier_id", "shop_id"], set_={"most": put.excluded.most}
        )
        kept.append(db.session.execute(put.returning(CarrierQuota.id)).scalar_one())
    gone = select(CarrierQuota.id).where(CarrierQuota.warehouse_id == warehouse_id, CarrierQuota.id.not_in(kept))
    ids = list(db.session.execute(gone).scalars())
    db.session.execute(delete(CarrierQuotaMonth).where(CarrierQuotaMonth.quota_id.in_(ids)))
    db.session.execute(delete(CarrierQuota).where(CarrierQuota.id.in_(ids)))
    _begin(warehouse_id, kept)
    return _quotas(warehouse_id)


def _begin(warehouse_id: int, quota_ids: Sequence[int]) -> None:
    month = month_of(warehouse_id)
    for quota in db.session.execute(select(CarrierQuota).where(CarrierQuota.id.in_(quota_ids))).scalars().all():
        counted = select(func.count()).where(
            CarrierChoice.warehouse_id == warehouse_id, CarrierChoice.carrier_id == quota.carrier_id,
            CarrierChoice.month == month,
        )  # fmt: skip
        if quota.shop_id is not None:
            counted = counted.where(CarrierChoice.shop_id == quota.shop_id)
        used = db.session.execute(counted).scalar_one()
        begun = insert(CarrierQuotaMonth).values(quota_id=quota.id, month=month, used=used)
        db.session.execute(begun.on_conflict_do_nothing())


def _shop_id(code: str | None) -> int | None:
    if not code:
        return None
    found = db.session.execute(select(Shop.id).where(Shop.code == code)).scalar()
    if found is None:
        raise WmsError("orders.unknown_shop", shop=code)
    return found
