"""Why not: the exact reason, with its figures, for which an order is not promised, not waved or not picked yet."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text

from wms.core.catalogue import messages
from wms.core.catalogue import text as words
from wms.core.db import db
from wms.layout import service as layout
from wms.layout.models import PROMISABLE
from wms.orders import service as orders
from wms.orders.models import Order
from wms.stock import service as stock
from wms.waves.choosing import LOOK_SECONDS
from wms.waves.models import Wave, WaveOrder, WaveRule
from wms.waves.selection import boxes_and_orders
from wms.waves.triggers import is_enough
from wms.waves.waiting import waiting_orders
from wms.waves.wave_rules import Asked, asked, fitting, listed, oldest, trigger_of
from wms.waves.wishes import Reason, Waiting

# It fits, but for these.
LIMITS = (
    "over_maximum", "over_waves", "below_minimum", "too_few_alike", "no_box", "too_large", "larger_than_tote",
    "larger_than_cart", "better_wave", "in_no_bin",
)  # fmt: skip


@dataclass(frozen=True)
class Why:
    """The reason of an order: `main`, what stands behind it, and what each active rule says of the order."""

    order: Order
    main: Reason
    details: tuple[Reason, ...] = ()
    rules: tuple[tuple[WaveRule, Reason], ...] = field(default=())


def numbered(warehouse_id: int, number: str, limit: int = 5) -> list[int]:
    """Ids of the orders with this number; two shops may have the same."""
    query = select(Order.id).where(Order.warehouse_id == warehouse_id, Order.number == number)
    return list(db.session.execute(query.order_by(Order.id.desc()).limit(limit)).scalars())


def why_not(warehouse_id: int, order_id: int) -> Why:
    """Why this order does not go on. Raises `core.not_found`."""
    order = orders.get(order_id, warehouse_id)
    if orders.is_intercepted(order):
        return _intercepted(order)
    if order.refund != "none" or order.confirmation == "cancelled":
        return Why(order, Reason("cancelled" if order.refund == "none" else f"refund_{order.refund}"))
    if order.shipping == "shipped" or order.processing in ("picked", "packed"):
        return Why(order, Reason("shipped" if order.shipping == "shipped" else order.processing))
    if order.processing != "waiting":
        return Why(order, _in_wave(order))
    if order.confirmation == "unconfirmed":
        return Why(order, Reason("not_audited"))
    if order.confirmation == "held":
        return _held(order)
    return _waits(order)


def _intercepted(order: Order) -> Why:
    """Somebody stopped it, wherever it was then."""
    said = [{"say": f"orders.{orders.INTERCEPTED}", **(order.hold_params or {})}]
    where = {"waiting": (), "picked": (Reason("picked"),), "packed": (Reason("packed"),)}
    details = where[order.processing] if order.processing in where else (_in_wave(order),)
    return Why(order, Reason("intercepted", {"why": said}), details)


# ---- held

_SHORT = text(
    """
    SELECT k.code AS sku, sum(l.qty - l.dropped)::bigint AS needs,
           coalesce(max(v.on_hand), 0) AS on_hand, coalesce(max(v.promised), 0) AS promised,
           (SELECT coalesce(sum(b.on_hand), 0)::bigint FROM stock_balance b JOIN bin ON bin.id = b.bin_id
            WHERE b.warehouse_id = :warehouse_id AND b.sku_id = k.id AND bin.kind IN ('receive', 'quarantine'))
               AS elsewhere
    FROM order_line l JOIN sku k ON k.id = l.sku_id
    LEFT JOIN stock_level v ON v.sku_id = k.id AND v.warehouse_id = :warehouse_id AND v.owner_id = :owner_id
    WHERE l.order_id = :order_id AND l.qty > l.dropped AND NOT l.exploded
      AND NOT EXISTS (SELECT 1 FROM bundle_line bl WHERE bl.bundle_id = k.id)
    GROUP BY k.id, k.code ORDER BY k.code
    """
)


def _held(order: Order) -> Why:
    params = dict(order.hold_params or {})
    details: tuple[Reason, ...] = ()
    others = zip(params.get("also", ()), params.get("also_params", ()), strict=False)  # kept before: without figures
    also = [{"say": f"orders.{code}", **_named(its)} for code, its in others if f"orders.{code}" in messages()]
    if order.hold_reason == "stock_short":
        details = tuple(_shortages(order))
    known = f"orders.{order.hold_reason}" in messages()
    said: Any = [{"say": f"orders.{order.hold_reason}", **_named(params)}] if known else order.hold_reason or "–"
    more = (Reason("held_also", {"also": also}),) if also else ()
    return Why(order, Reason("held", {"why": said}), (*details, *more))


def _named(params: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a hold, the names of missing fields in words."""
    if "missing" not in params:
        return dict(params)
    fields = [{"say": f"orders.field.{name}"} for name in str(params["missing"]).split(", ")]
    return {**params, "missing": fields}


def _shortages(order: Order) -> list[Reason]:
    """Each SKU of which there is not enough now: on hand, promised to others, and what is not put away yet."""
    asked_for = {"warehouse_id": order.warehouse_id, "order_id": order.id, "owner_id": order.shop.owner_id}
    found = []
    for row in db.session.execute(_SHORT, asked_for):
        available = row.on_hand - row.promised
        figures = {**row._mapping, "available": available, "short": max(0, row.needs - available)}
        if figures["short"]:
            found.append(Reason("stock_short", figures))
        elif row.elsewhere:
            found.append(Reason("stock_enough", figures))
    return found or [Reason("stock_came")]


# ---- in a wave

_CART = text(
    """
    SELECT c.number, (s ->> 1)::int AS slot FROM wave_cart c, jsonb_array_elements(c.stops) s
    JOIN stock_hold h ON h.id = (s ->> 0)::bigint JOIN order_line l ON l.id = h.order_line_id
    WHERE c.wave_id = :wave_id AND l.order_id = :order_id ORDER BY c.number, slot LIMIT 1
    """
)


def _in_wave(order: Order) -> Reason:
    wave = db.session.execute(
        select(Wave).join(WaveOrder, WaveOrder.wave_id == Wave.id)
        .where(WaveOrder.order_id == order.id, WaveOrder.active)
    ).scalar_one_or_none()  # fmt: skip
    if wave is None:
        return Reason("short_in_no_wave" if order.processing == "short" else "in_no_wave")
    cart = db.session.execute(_CART, {"wave_id": wave.id, "order_id": order.id}).first()
    figures = {"wave": wave.number, "cart": cart.number if cart else "–", "slot": cart.slot if cart else "–"}
    if order.processing == "short":
        return Reason("short", {**figures, "why": order.hold_reason or "–"})
    if wave.paused_at is not None:
        return Reason("wave_paused", {**figures, "since": wave.paused_at})
    if order.processing == "picking":
        return Reason("picking", figures)
    if wave.status == "planned" and wave.release_refused is not None:
        refused = {"say": wave.release_refused["code"], **wave.release_refused["params"]}
        return Reason("wave_refused", {**figures, "why": [refused]})
    if wave.status == "planned":
        return Reason("wave_releasing" if wave.release_wanted else "wave_planned", figures)
    return _for_box(order, wave) if wave.method == "prepack" else Reason("wave_released", figures)


def _for_box(order: Order, wave: Wave) -> Reason:
    """Nobody walks for it: it goes when a box with its content is scanned, of which there may be too few."""
    pieces: dict[int, int] = defaultdict(int)
    for line in order.lines:
        if not line.exploded and line.qty > line.dropped:
            pieces[line.sku_id] += line.qty - line.dropped
    boxes, waiting = boxes_and_orders(order.warehouse_id, tuple(sorted(pieces.items())))
    figures = {"wave": wave.number, "boxes": boxes, "orders": waiting, "missing": max(0, waiting - boxes)}
    return Reason("boxes_short" if boxes < waiting else "waits_for_box", figures)


# ---- waiting

def _waits(order: Order) -> Why:
    active = [rule for rule in listed(order.warehouse_id) if rule.active]
    wishes = {rule.id: asked(rule) for rule in active}
    waiting = waiting_orders(order.warehouse_id, zones=any(wish.wanted.terms.zones for wish in wishes.values()))
    said = tuple((rule, _of_rule(order.id, rule, wishes[rule.id], waiting)) for rule in active)
    closed = _closed(order)
    return Why(order, closed[0] if closed else _main(said), tuple(closed[1:]), said)


def _of_rule(order_id: int, rule: WaveRule, wish: Asked, waiting: list[Waiting]) -> Reason:
    """What keeps a rule from this order: a condition of its own, or what the rule itself waits for."""
    chosen = wish.choose(rule.warehouse_id, LOOK_SECONDS, waiting)
    if order_id in chosen.found.left:
        return chosen.found.left[order_id]
    trigger = trigger_of(rule)
    if trigger.kind == "count":
        return _count(rule, len(fitting(chosen.line)), oldest(chosen.line.orders))
    if trigger.kind == "hand":
        return Reason("waits_for_hand", {"rule": rule.name})
    return Reason("waits_for_time", {"rule": rule.name, "at": rule.next_due_at})


def _count(rule: WaveRule, orders_now: int, waited: timedelta | None) -> Reason:
    trigger = trigger_of(rule)
    minutes = int(waited.total_seconds() // 60) if waited else 0
    figures = {
        "rule": rule.name, "has": orders_now, "takes": trigger.orders, "minutes": minutes,
        "after": trigger.oldest_minutes,
    }  # fmt: skip
    if is_enough(trigger, orders_now, waited):
        return Reason("waits_for_worker", figures)
    if trigger.orders is None:
        return Reason("waits_for_age", figures)
    if trigger.oldest_minutes is None:
        return Reason("waits_for_orders", figures)
    return Reason("waits_for_both" if trigger.both else "waits_for_either", figures)


def _main(said: tuple[tuple[WaveRule, Reason], ...]) -> Reason:
    """The reason to show first: a rule that takes the order, else one that would but for its limits."""
    if not said:
        return Reason("no_rules")
    takes = next((reason for _, reason in said if reason.code.startswith("waits_")), None)
    if takes is not None:
        return takes
    limited = next(((rule, reason) for rule, reason in said if reason.code in LIMITS), None)
    if limited is not None:
        rule, reason = limited
        return Reason("limited", {"rule": rule.name, "why": [{"say": f"waves.why.{reason.code}", **reason.figures}]})
    return Reason("no_rule_fits", {"rules": len(said)})


_BINS = text(
    """
    SELECT k.code AS sku,
           coalesce(sum(b.on_hand - b.held) FILTER (WHERE bin.kind = ANY(:kinds) AND bin.blocked_reason IS NULL), 0)
               ::bigint AS open,
           coalesce(sum(b.held), 0)::bigint AS held,
           coalesce(sum(b.on_hand) FILTER (WHERE bin.blocked_reason IS NOT NULL), 0)::bigint AS blocked
    FROM sku k
    LEFT JOIN stock_balance b ON b.sku_id = k.id AND b.warehouse_id = :warehouse_id AND b.condition = 'good'
    LEFT JOIN bin ON bin.id = b.bin_id
    WHERE k.id = :sku_id GROUP BY k.code
    """
)


def _closed(order: Order) -> list[Reason]:
    """Each SKU of the order that is promised, but lies in no open bin as the order needs it."""
    lines = [(line.id, line.sku_id, line.qty - line.dropped) for line in order.lines if not line.exploded]
    wants = orders.wants_of(line for line in lines if line[2])
    missing: dict[int, int] = defaultdict(int)
    for want in stock.would_hold(order.warehouse_id, wants)[1] if wants else ():
        missing[want.sku_id] += want.qty
    found = []
    for sku_id, qty in missing.items():
        asked_for = {"warehouse_id": order.warehouse_id, "sku_id": sku_id, "kinds": list(PROMISABLE)}
        row = db.session.execute(_BINS, asked_for).one()
        found.append(Reason("no_open_bin", {**row._mapping, "missing": qty}))
    return found


# ---- in words

def told(why: Why, locale: str) -> dict[str, Any]:
    """The same as JSON, in the language of whoever asks; moments as the warehouse's clocks show them."""
    zone = layout.time_zone(why.order.warehouse_id)
    return {
        "order_id": why.order.id,
        "number": why.order.number,
        "shop": why.order.shop.code,
        "promised_at": why.order.promised_at.isoformat(),
        **say(why.main, zone, locale),
        "details": [say(each, zone, locale) for each in why.details],
        "rules": [{"rule_id": rule.id, "rule": rule.name, **say(each, zone, locale)} for rule, each in why.rules],
    }


def say(reason: Reason, zone: ZoneInfo, locale: str, table: str = "why") -> dict[str, Any]:
    """{code, text, figures} of a reason; `table`: why (of one order) or left (of all that it keeps out)."""
    figures = {name: shown(value, zone) for name, value in reason.figures.items()}
    return {"code": reason.code, "text": words(f"waves.{table}.{reason.code}", locale, **figures), "figures": figures}


def shown(value: Any, zone: ZoneInfo) -> Any:
    """A moment as a clock on the wall shows it; lists of texts with the moments in them alike."""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%m-%d %H:%M")
    if isinstance(value, list):
        return [{name: shown(part, zone) for name, part in each.items()} if isinstance(each, dict) else each
                for each in value]  # fmt: skip
    return value
