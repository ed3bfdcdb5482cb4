"""Taking orders in, many at once: new ones are stored and audited, known ones compared and brought up to date."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Boolean, Numeric, Row, Text, delete, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.sql.selectable import TableValuedAlias

from wms.catalog import service as catalog
from wms.core.bulk import among, rows_of
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.layout import service as layout
from wms.orders.audit import Audited, audit
from wms.orders.auditing import once, unpaid
from wms.orders.bundles import collapse
from wms.orders.carriers import kept_where_named
from wms.orders.due_rules import days_after
from wms.orders.events import OrdersTaken
from wms.orders.history import note
from wms.orders.lifecycle import CONFIRMATION, PROCESSING, REFUND, SHIPPING
from wms.orders.marks import cancel, mark_reopened
from wms.orders.models import Order, OrderLine, Shop
from wms.orders.place_keys import place_of
from wms.orders.routing import Asked, Route, goods_of, routes, warehouses_of
from wms.orders.rules import payment_of
from wms.orders.stopping import INTERCEPTED
from wms.orders.updating import make_way, respect_edits
from wms.stock import service as stock

PROMISE = timedelta(hours=24)  # for orders that say nothing about when they must leave
CENT = Decimal("0.01")
PRICE = Decimal("0.0001")


@dataclass(frozen=True)
class DraftLine:
    """`key` tells the line from the others of its order, in the shop's own words."""

    key: str
    sku: str
    qty: int
    price: Decimal = Decimal(0)


@dataclass(frozen=True)
class Draft:
    """An order as a shop tells it. None: the shop's own currency and carrier, now, a day later.

    `total` includes postage and fees; `cod` of it the carrier collects. `buyer` and `address_id` are the platform's
    ids. `group_state` is of a group purchase (拼团, `models.GROUPS`): open, it waits; failed, it is cancelled.
    `cancelled`: it was cancelled and refunded before it came here. `email` is for notices to the buyer: whether it
    changed makes no other order.
    """

    shop: str
    number: str
    lines: tuple[DraftLine, ...]
    total: Decimal
    paid: Decimal
    placed_at: datetime | None = None
    promised_at: datetime | None = None
    currency: str | None = None
    carrier: str | None = None
    recipient: str = ""
    phone: str = ""
    country: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    address: str = ""
    postcode: str = ""
    remark: str = ""
    cancelled: bool = False
    kind: str = "normal"
    gift_note: str = ""
    cod: Decimal = Decimal(0)
    seller_remark: str = ""
    buyer: str = ""
    address_id: str = ""
    paid_at: datetime | None = None
    group_state: str = ""
    email: str = ""

    def digest(self) -> bytes:
        """SHA-256 of all that it says (32 bytes): the same order, told again, has the same, in whatever sequence its
        lines are named."""
        told = [_plain(getattr(self, name)) for name in _TOLD]
        if self.kind != "normal":  # so that orders which were taken before there were kinds are still the same
            told.append(self.kind)
        told += [[_LATER[name], _plain(said)] for name in _LATER if (said := getattr(self, name))]  # likewise
        # Shorter keys first: where they are numbers that count up, that is the sequence in which they were made.
        told_lines = sorted(self.lines, key=lambda line: (len(line.key), line.key))
        lines = [[line.key, line.sku, line.qty, _plain(line.price)] for line in told_lines]
        return hashlib.sha256(json.dumps([told, lines]).encode()).digest()


# What drafts did not say at first, by the names that the digest has for it.
_LATER = {
    "gift_note": "gift note", "cod": "cod", "seller_remark": "seller remark", "buyer": "buyer",
    "address_id": "address id", "paid_at": "paid at", "group_state": "group",
}  # fmt: skip
_TOLD = tuple(each.name for each in fields(Draft) if each.name not in ("lines", "kind", "email", *_LATER))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, datetime) else value


@dataclass(frozen=True)
class Refused:
    """Why an order was not taken: a message code with parameters, and the line it is about, if one."""

    code: str
    params: Mapping[str, Any]
    line_key: str | None = None


@dataclass
class Taken:
    """What became of drafts, by their place in the list: order ids, refusals; and what the audit said."""

    created: dict[int, int] = field(default_factory=dict)
    updated: dict[int, int] = field(default_factory=dict)
    unchanged: dict[int, int] = field(default_factory=dict)
    refused: dict[int, list[Refused]] = field(default_factory=dict)
    cancelled: int = 0
    audited: Audited = field(default_factory=Audited)


@dataclass(frozen=True)
class _Sound:
    """A draft whose shop and SKUs are known."""

    place: int
    draft: Draft
    shop: Row[Any]
    sku_ids: Mapping[str, int]
    digest: bytes
    zone: ZoneInfo


def take(warehouse_id: int, drafts: Sequence[Draft]) -> Taken:
    """Take orders into a warehouse and audit them. One that is known and says the same stays as it is. New orders of a
    shop that sends from several warehouses go to the one that `routing` finds; known ones are changed where they are.

    One that is known and says something else is brought up to date while nobody works on it; that was cancelled as
    unpaid and is paid after all, it comes back. Refused one by one, the others go in: `orders.unknown_shop`,
    `catalog.unknown_sku`, `orders.in_work`, `orders.paid_but_cancelled`, `orders.other_warehouse`, `orders.repeated`
    (twice among these drafts).
    """
    taken = Taken()
    sound = _sound(warehouse_id, drafts, taken)
    known = _known(sound)
    others = cache(warehouses_of)
    fresh = [each for each in sound if (each.shop.id, each.draft.number) not in known]
    changed: dict[int, _Sound] = {}
    for each in sound:
        order = known.get((each.shop.id, each.draft.number))
        if order is not None and order.warehouse_id not in (warehouse_id, *others(each.shop.id)):
            taken.refused[each.place] = [Refused("orders.other_warehouse", {"number": order.number})]
        elif order is not None:
            _compare(each, order, taken, changed)
    _come_back(known, taken, changed)
    for order_id, status in make_way(changed).items():
        each = changed.pop(order_id)
        taken.refused[each.place] = [Refused("orders.in_work", {"number": each.draft.number, "status": status})]
    stays, differ = respect_edits({id: each.draft for id, each in changed.items()})
    for order_id in differ:
        taken.unchanged[changed.pop(order_id).place] = order_id
    for order_id, ours in stays.items():
        changed[order_id] = _overlaid(changed[order_id], ours)
    taken.created = _insert(_routed(warehouse_id, fresh), fresh)
    _replace(changed)
    written = {each.place: id for id, each in changed.items()}
    if taken.created or written:
        publish(OrdersTaken(warehouse_id, tuple(taken.created.values()), tuple(written.values())))
    taken.updated |= written
    _settle(drafts, taken, taken.created | written)
    return taken


def _routed(warehouse_id: int, fresh: Sequence[_Sound]) -> dict[int, Route]:
    asked = [Asked(each.place, each.draft, each.shop, goods_of(each.draft, each.sku_ids)) for each in fresh]
    return routes(warehouse_id, asked)


def known(drafts: Sequence[Draft]) -> list[bool]:
    """Whether each of these orders is here already, whatever it says."""
    keys = rows_of("k", {"shop": Text(), "number": Text()}, [(draft.shop, draft.number) for draft in drafts])
    rows = db.session.execute(
        select(Shop.code, Order.number).join(Shop, Shop.id == Order.shop_id)
        .join(keys, (keys.c.shop == Shop.code) & (keys.c.number == Order.number))
    )  # fmt: skip
    here = {(row.code, row.number) for row in rows}
    return [(draft.shop, draft.number) in here for draft in drafts]


def _sound(warehouse_id: int, drafts: Sequence[Draft], taken: Taken) -> list[_Sound]:
    zone = layout.time_zone(warehouse_id)
    shops = _shops({draft.shop for draft in drafts})
    sku_ids = catalog.sku_ids(line.sku for draft in drafts for line in draft.lines)
    seen: set[tuple[str, str]] = set()
    sound: list[_Sound] = []
    for place, draft in enumerate(drafts):
        wrong = _wrong(draft, shops, sku_ids, (draft.shop, draft.number) in seen)
        seen.add((draft.shop, draft.number))
        if wrong:
            taken.refused[place] = wrong
        else:
            sound.append(_Sound(place, draft, shops[draft.shop], sku_ids, draft.digest(), zone))
    return sound


def _wrong(draft: Draft, shops: Mapping[str, Any], skus: Mapping[str, int], repeated: bool) -> list[Refused]:
    if repeated:
        return [Refused("orders.repeated", {"number": draft.number})]
    if draft.shop not in shops:
        return [Refused("orders.unknown_shop", {"shop": draft.shop})]
    return [
        Refused("catalog.unknown_sku", {"sku": line.sku}, line.key) for line in draft.lines if line.sku not in skus
    ]


def _shops(codes: Iterable[str]) -> dict[str, Any]:
    wanted = select(
        Shop.id, Shop.code, Shop.currency, Shop.carrier, Shop.platform, Shop.pay_days, Shop.ship_days,
        Shop.presale_ahead,
    )  # fmt: skip
    rows = db.session.execute(wanted.where(among(Shop.code, codes)))
    return {row.code: row for row in rows}


def _known(sound: Sequence[_Sound]) -> dict[tuple[int, str], Any]:
    """Those of the orders that exist, by (shop id, number), locked in the order of their ids."""
    if not sound:
        return {}
    keys = rows_of(
        "k", {"shop_id": BigInteger(), "number": Text()}, [(each.shop.id, each.draft.number) for each in sound]
    )
    rows = db.session.execute(
        select(
            Order.id,
            Order.warehouse_id,
            Order.shop_id,
            Order.number,
            Order.source_hash,
            Order.confirmation,
            Order.processing,
            Order.refund,
            Order.hold_reason,
            Order.paid,
            Order.paid_at,
        )
        .where(tuple_(Order.shop_id, Order.number).in_(select(keys.c.shop_id, keys.c.number)))
        .order_by(Order.id)
        .with_for_update()
    )
    return {(row.shop_id, row.number): row for row in rows}


def _compare(each: _Sound, order: Row[Any], taken: Taken, changed: dict[int, _Sound]) -> None:
    if bytes(order.source_hash) == each.digest:
        taken.unchanged[each.place] = order.id
    elif order.processing != PROCESSING.initial and _only_paid(each.draft, order):
        taken.updated[each.place] = order.id
        _note_paid(each, order.id)
    elif order.confirmation == "cancelled" and _may_come_back(each.draft, order):
        changed[order.id] = each
    elif order.confirmation == "cancelled" or order.refund != REFUND.initial or order.processing != PROCESSING.initial:
        status = f"{order.confirmation}, {order.processing}"
        taken.refused[each.place] = [Refused("orders.in_work", {"number": order.number, "status": status})]
    elif order.hold_reason == INTERCEPTED:  # whoever stopped it lets it on first
        status = INTERCEPTED
        taken.refused[each.place] = [Refused("orders.in_work", {"number": order.number, "status": status})]
    else:
        changed[order.id] = each


def _may_come_back(draft: Draft, order: Row[Any]) -> bool:
    """Whether an order that was cancelled is paid in full by now, and nothing of it was begun or paid back."""
    untouched = order.refund == REFUND.initial and order.processing == PROCESSING.initial
    over = draft.cancelled or draft.group_state == "failed"
    return untouched and not over and payment_of(draft.total, draft.paid, draft.cod) == "paid"


def _come_back(known: Mapping[tuple[int, str], Any], taken: Taken, changed: dict[int, _Sound]) -> None:
    """Of orders that are paid after they were cancelled, those come back that were cancelled because nobody had paid;
    what somebody has cancelled stays so, and is told."""
    cancelled = {row.id: row for row in known.values() if row.id in changed and row.confirmation == "cancelled"}
    back = sorted(unpaid.lapsed(cancelled))
    for order_id in cancelled.keys() - set(back):
        refused = Refused("orders.paid_but_cancelled", {"number": cancelled[order_id].number})
        taken.refused[changed.pop(order_id).place] = [refused]
    mark_reopened(back)
    note("paid_late", back)


def _overlaid(each: _Sound, ours: Mapping[str, Any]) -> _Sound:
    draft = overlaid(each.draft, ours)
    return replace(each, draft=draft, sku_ids={**each.sku_ids, **catalog.sku_ids(line.sku for line in draft.lines)})


def overlaid(draft: Draft, ours: Mapping[str, Any]) -> Draft:
    """What a shop says, but for what a clerk has changed (by field, as `edit_rules.Values`)."""
    mine = {name: value for name, value in ours.items() if name not in ("lines", "promised_at", "carrier_by")}
    if "promised_at" in ours:
        mine["promised_at"] = datetime.fromisoformat(ours["promised_at"])
    if "lines" in ours:
        mine["lines"] = tuple(DraftLine(key, sku, qty, Decimal(price)) for key, sku, qty, price in ours["lines"])
    return replace(draft, **mine)


def bring_up_to_date(warehouse_id: int, order_id: int, draft: Draft, digest: bytes) -> None:
    """A locked order is what this draft says, and is audited; `digest` is what the shop said.

    Raises as `take` refuses.
    """
    taken = Taken()
    sound = _sound(warehouse_id, [draft], taken)
    for refused in taken.refused.get(0, []):
        raise WmsError(refused.code, **refused.params)
    _replace({order_id: replace(sound[0], digest=digest)})
    audit([order_id])


def _only_paid(draft: Draft, order: Row[Any]) -> bool:
    """Whether nothing but what is paid has changed: that is taken in while the order is worked on."""
    return replace(draft, paid=order.paid, paid_at=order.paid_at).digest() == bytes(order.source_hash)


def _note_paid(each: _Sound, order_id: int) -> None:
    total, paid, cod = (amount.quantize(CENT) for amount in (each.draft.total, each.draft.paid, each.draft.cod))
    values = {"paid": paid, "paid_at": each.draft.paid_at, "payment": payment_of(total, paid, cod),
              "source_hash": each.digest}  # fmt: skip
    db.session.execute(update(Order).where(Order.id == order_id).values(**values))


# ---- writing

_FACTS = (
    "recipient", "phone", "country", "province", "city", "district", "address", "postcode", "remark", "kind",
    "gift_note", "seller_remark", "buyer", "address_id", "group_state", "email",
)  # fmt: skip
_VALUES: Mapping[str, Any] = {
    "source_hash": Order.__table__.c.source_hash.type,
    "placed_at": Order.__table__.c.placed_at.type,
    "paid_at": Order.__table__.c.placed_at.type,
    "promised_at": Order.__table__.c.promised_at.type,
    "pay_by": Order.__table__.c.placed_at.type,
    "ship_by": Order.__table__.c.placed_at.type,
    "place_key": Order.__table__.c.source_hash.type,
    "total": Numeric(14, 2),
    "paid": Numeric(14, 2),
    "cod": Numeric(14, 2),
    "ahead": Boolean(),
    **dict.fromkeys(("payment", "currency", "carrier", "carrier_by"), Text()),
    **{name: Order.__table__.c[name].type for name in _FACTS},
}
_NEW: Mapping[str, Any] = {
    "warehouse_id": BigInteger(),
    "routed": JSONB(none_as_null=True),
    **dict.fromkeys(("confirmation", "processing", "shipping", "refund"), Text()),
    "shop_id": BigInteger(),
    "number": Text(),
    **_VALUES,
}
_LINE: Mapping[str, Any] = {
    "order_id": BigInteger(),
    "line_key": Text(),
    "sku_id": BigInteger(),
    "qty": BigInteger(),
    "price": Numeric(14, 4),
    "dropped": BigInteger(),
}


def _values(each: _Sound) -> list[Any]:
    """The columns of `_VALUES`, in their order."""
    draft = each.draft
    placed = draft.placed_at or now()
    total, paid, cod = (amount.quantize(CENT) for amount in (draft.total, draft.paid, draft.cod))
    return [
        each.digest,
        placed,
        draft.paid_at,
        draft.promised_at or placed + PROMISE,
        days_after(placed, each.shop.pay_days, each.zone),
        draft.promised_at or days_after(draft.paid_at or placed, each.shop.ship_days, each.zone),
        place_of(draft),
        total,
        paid,
        cod,
        draft.kind == "presale" and each.shop.presale_ahead,
        payment_of(total, paid, cod),
        draft.currency or each.shop.currency,
        draft.carrier or each.shop.carrier,
        "told" if draft.carrier else "shop",
        *(getattr(draft, name) for name in _FACTS),
    ]


def _insert(routes: Mapping[int, Route], fresh: Sequence[_Sound]) -> dict[int, int]:
    """Store new orders with their lines; returns order ids by place."""
    if not fresh:
        return {}
    start = [CONFIRMATION.initial, PROCESSING.initial, SHIPPING.initial, REFUND.initial]
    rows = [
        [*routes[each.place].columns, *start, each.shop.id, each.draft.number, *_values(each)] for each in fresh
    ]
    table = rows_of("t", _NEW, rows)
    source = select(*(table.c[name] for name in _NEW)).order_by(table.c.nr)
    made = db.session.execute(
        insert(Order).from_select(list(_NEW), source).returning(Order.id, Order.shop_id, Order.number)
    )
    ids = {(row.shop_id, row.number): row.id for row in made}
    orders = {ids[each.shop.id, each.draft.number]: each for each in fresh}
    lines = _lines(orders)
    source = select(*(lines.c[name] for name in _LINE)).order_by(lines.c.nr)
    db.session.execute(insert(OrderLine).from_select(list(_LINE), source))
    return {each.place: id for id, each in orders.items()}


def _lines(orders: Mapping[int, _Sound]) -> TableValuedAlias:
    rows = [
        (id, line.key, each.sku_ids[line.sku], line.qty, line.price.quantize(PRICE), 0)
        for id, each in orders.items()
        for line in each.draft.lines
    ]
    return rows_of("l", _LINE, rows)


def _replace(changed: Mapping[int, _Sound]) -> None:
    """Bring known orders up to date: what was promised is let go, the audit decides again."""
    if not changed:
        return
    old = select(OrderLine.id).where(among(OrderLine.order_id, changed))
    stock.release_promises(list(db.session.execute(old).scalars()))
    collapse(changed)
    table = rows_of(
        "t", {"order_id": BigInteger(), **_VALUES}, [[id, *_values(each)] for id, each in sorted(changed.items())]
    )
    values = {name: table.c[name] for name in _VALUES}
    values |= {name: kept_where_named(name, table.c[name]) for name in ("carrier", "carrier_by")}
    again = {"confirmation": CONFIRMATION.moves["hold"][1], "hold_reason": "changed", "hold_params": None}
    again |= {"carrier_rule": ""}  # rules are asked anew
    once.forget(changed)
    db.session.execute(update(Order).where(Order.id == table.c.order_id).values(**values, **again))
    lines = _lines(changed)
    db.session.execute(
        delete(OrderLine).where(
            among(OrderLine.order_id, changed),
            tuple_(OrderLine.order_id, OrderLine.line_key).not_in(select(lines.c.order_id, lines.c.line_key)),
        )
    )
    source = select(*(lines.c[name] for name in _LINE)).order_by(lines.c.nr)
    put = upsert(OrderLine).from_select(list(_LINE), source)
    new = {name: put.excluded[name] for name in ("sku_id", "qty", "price", "dropped")}
    db.session.execute(put.on_conflict_do_update(index_elements=["order_id", "line_key"], set_=new))


def _settle(drafts: Sequence[Draft], taken: Taken, written: Mapping[int, int]) -> None:
    """Cancel what came cancelled; audit the rest."""
    gone = [id for place, id in written.items() if drafts[place].cancelled or drafts[place].group_state == "failed"]
    cancel(gone, refunded=True)
    taken.cancelled = len(gone)
    taken.audited = audit(set(written.values()) - set(gone))
