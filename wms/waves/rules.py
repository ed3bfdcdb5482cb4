"""Pure decisions of the waves room: which waiting orders go into a wave, in what sequence, and why others do not."""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from wms.waves.wishes import CRITERIA, Content, Limits, Reason, Room, Selection, Terms, Waiting, Wanted, amount

Fill = Callable[[Sequence[Waiting], Wanted, dict[int, Reason]], list[list[Waiting]]]
"""How orders in their sequence make waves, and the reasons of those that stay behind."""


def select_orders(waiting: Iterable[Waiting], wanted: Wanted, fill: Fill | None = None) -> Selection:
    """Choose orders and put them into waves. The same input gives the same answer.

    Orders that must ship go first, then `first_kinds`, then as the principle says. Reasons for staying behind:
    those of `why_not`, too_few_alike, no_box, larger_than_tote, larger_than_cart, too_large (for any wave),
    over_maximum, below_minimum.
    fill: `criterion` has others; without, as many as go in, in their sequence.
    """
    left: dict[int, Reason] = {}
    fit: list[Waiting] = []
    for order in waiting:
        reason = why_not(order, wanted.terms)
        if reason:
            left[order.order_id] = reason
        else:
            fit.append(order)
    fit = _alike(fit, wanted.terms.alike, left)
    line = _boxed(in_sequence(fit, wanted), wanted.terms.boxes, left)
    waves = (fill or _fill)(line, wanted, left)
    return Selection(_enough(waves, wanted, left), left)


# ---- fitting

def why_not(order: Waiting, terms: Terms) -> Reason | None:
    """The first reason for which the terms leave this order out by itself, None when they do not."""
    return next((reason for check in _CHECKS if (reason := check(order, terms))), None)


def _nothing(order: Waiting, terms: Terms) -> Reason | None:
    return None if order.lines else Reason("nothing_to_pick")


def _kind(order: Waiting, terms: Terms) -> Reason | None:
    if not terms.kinds or order.kind in terms.kinds:
        return None
    say = [{"say": f"waves.kind.{kind}"} for kind in terms.kinds]
    return Reason("other_kind", {"takes": say, "has": [{"say": f"waves.kind.{order.kind}"}]})


def _one_of(code: str, listed: Sequence[str], has: str) -> Reason | None:
    return Reason(code, {"takes": ", ".join(listed), "has": has}) if listed and has not in listed else None


def _cutoff(order: Waiting, terms: Terms) -> Reason | None:
    if terms.cutoff_carriers is None or order.carrier in terms.cutoff_carriers:
        return None
    if not terms.cutoff_carriers:
        return Reason("no_cutoff", {"has": order.carrier})
    return Reason("other_cutoff", {"takes": ", ".join(terms.cutoff_carriers), "has": order.carrier})


def _promise(order: Waiting, terms: Terms) -> Reason | None:
    if terms.promised_before is None or order.promised_at <= terms.promised_before:
        return None
    return Reason("promised_later", {"takes": terms.promised_before, "has": order.promised_at})


def _zone(order: Waiting, terms: Terms) -> Reason | None:
    if not terms.zones:
        return None
    asked = frozenset(terms.zones)
    outside = [zones for zones in order.zones if not zones & asked]
    if not outside:
        return None
    return Reason("other_zone", {"takes": ", ".join(terms.zones), "has": ", ".join(sorted(outside[0])) or "–"})


def _needs(order: Waiting, terms: Terms) -> Reason | None:
    if not terms.needs or order.handling & frozenset(terms.needs):
        return None
    return Reason("lacks_handling", {"takes": _handling(terms.needs)})


def _never(order: Waiting, terms: Terms) -> Reason | None:
    found = order.handling & frozenset(terms.never)
    return Reason("has_handling", {"takes": _handling(terms.never), "has": _handling(found)}) if found else None


def _pieces(order: Waiting, terms: Terms) -> Reason | None:
    if terms.pieces == "any" or (terms.pieces == "single") == (order.units == 1):
        return None
    return Reason("not_single" if terms.pieces == "single" else "single", {"has": order.units})


def _handling(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"say": f"waves.handling.{name}"} for name in sorted(names)]


_CHECKS: tuple[Callable[[Waiting, Terms], Reason | None], ...] = (
    _nothing,
    lambda order, terms: _one_of("other_carrier", terms.carriers, order.carrier),
    lambda order, terms: _one_of("other_shop", terms.shops, order.shop),
    _kind, _cutoff, _promise, _zone, _needs, _never, _pieces,
)  # fmt: skip


def _alike(fit: list[Waiting], least: int | None, left: dict[int, Reason]) -> list[Waiting]:
    """Those of which at least so many with the same content wait."""
    if least is None:
        return fit
    counts = Counter(order.content for order in fit)
    for order in fit:
        if counts[order.content] < least:
            left[order.order_id] = Reason("too_few_alike", {"takes": least, "has": counts[order.content]})
    return [order for order in fit if order.order_id not in left]


def _boxed(
    orders: list[Waiting], boxes: tuple[tuple[Content, int], ...] | None, left: dict[int, Reason]
) -> list[Waiting]:
    """Those for which a box is packed already, in their sequence."""
    if boxes is None:
        return orders
    free = dict(boxes)
    there = dict(boxes)
    for order in orders:
        if free.get(order.content, 0) < 1:
            left[order.order_id] = Reason("no_box", {"has": there.get(order.content, 0)})
        else:
            free[order.content] -= 1
    return [order for order in orders if order.order_id not in left]


# ---- sequence

def in_sequence(orders: Sequence[Waiting], wanted: Wanted) -> list[Waiting]:
    """The orders in the sequence in which the waves take them."""
    key = _KEYS[wanted.principle](orders)
    first = frozenset(wanted.first_kinds)

    def turn(order: Waiting) -> tuple[Any, ...]:
        urgent = (not order.must_ship, order.kind not in first)
        # The carrier comes before what is urgent, because a wave of this principle has one carrier only.
        ahead = (*key(order), *urgent) if wanted.principle == "same_carrier" else (*urgent, *key(order))
        return (*ahead, order.promised_at, order.order_id)

    return sorted(orders, key=turn)


_Key = Callable[[Waiting], tuple[Any, ...]]


def _first_come(orders: Sequence[Waiting]) -> _Key:
    return lambda order: (order.placed_at or order.promised_at, order.order_id)


def _simple_first(orders: Sequence[Waiting]) -> _Key:
    return lambda order: (order.lines, order.units)


def _promise_first(orders: Sequence[Waiting]) -> _Key:
    return lambda order: ()


def _same_sku(orders: Sequence[Waiting]) -> _Key:
    """By the SKU of the order that most orders want: the most wanted SKU first, equal contents side by side."""
    wanted = Counter(sku for order in orders for sku, _ in order.content)

    def key(order: Waiting) -> tuple[Any, ...]:
        best = max((sku for sku, _ in order.content), key=lambda sku: (wanted[sku], -sku), default=0)
        return (-wanted[best], best, order.content)

    return key


def _same_carrier(orders: Sequence[Waiting]) -> _Key:
    """The carrier with the most urgent order first."""
    ranks: dict[str, tuple[bool, datetime]] = {}
    for order in orders:
        rank = (not order.must_ship, order.promised_at)
        ranks[order.carrier] = min(ranks.get(order.carrier, rank), rank)
    return lambda order: (*ranks[order.carrier], order.carrier)


_KEYS: Mapping[str, Callable[[Sequence[Waiting]], _Key]] = {
    "first_come": _first_come, "simple_first": _simple_first, "promise_first": _promise_first, "same_sku": _same_sku,
    "same_carrier": _same_carrier, **dict.fromkeys(CRITERIA, _first_come),
}  # fmt: skip


# ---- waves

def _fill(orders: Sequence[Waiting], wanted: Wanted, left: dict[int, Reason]) -> list[list[Waiting]]:
    """One wave after the other, each filled until the next order would not fit; what is over stays behind."""
    bounds, alone = wanted.limits.each(), wanted.principle == "same_carrier"
    waves: list[list[Waiting]] = []
    used: dict[str, int] = {}
    beyond: Reason | None = None
    for order in orders:
        if reason := too_large(order, wanted.room, bounds):
            left[order.order_id] = reason
            continue
        full = exceeded(order.load(), used, bounds) if waves else None
        other = bool(waves) and alone and waves[-1][-1].carrier != order.carrier
        if beyond is None and waves and (full or other) and len(waves) == wanted.limits.max_waves:
            beyond = over(full, bounds, wanted.limits)
        if beyond is not None:
            left[order.order_id] = beyond
            continue
        if not waves or full or other:
            waves.append([])
            used = {}
        waves[-1].append(order)
        add_load(used, order)
    return waves


def too_large(order: Waiting, room: Room, bounds: Mapping[str, int]) -> Reason | None:
    """Why it fits in no tote, no cart, or no wave at all."""
    if larger := room.too_small(order.volume_ml, order.weight_g):
        return larger
    load = order.load()
    what = exceeded(load, {}, bounds)
    return Reason("too_large", {"what": amount(what), "has": load[what], "takes": bounds[what]}) if what else None


def add_load(used: dict[str, int], order: Waiting) -> None:
    """Add what an order takes of each bound to what is used."""
    for name, load in order.load().items():
        used[name] = used.get(name, 0) + load


def exceeded(load: Mapping[str, int], used: Mapping[str, int], bounds: Mapping[str, int]) -> str | None:
    """The first bound that the load would break."""
    return next((name for name, most in bounds.items() if used.get(name, 0) + load[name] > most), None)


def over(full: str | None, bounds: Mapping[str, int], limits: Limits) -> Reason:
    """Why an order that fits stays behind: what of a wave is full, or None when one more wave would be one too many."""
    what = full or "orders"
    most = limits.max_carts if what == "carts" else bounds.get(what, 0)
    if full is None:  # another carrier would need a wave more
        return Reason("over_waves", {"takes": limits.max_waves})
    return Reason("over_maximum", {"what": amount(what), "takes": most, "waves": limits.max_waves})


def presses(order: Waiting, wanted: Wanted) -> bool:
    """Whether its cut-off, or its promise where there is none, is too near for waiting until enough orders fit."""
    if wanted.principle not in CRITERIA or wanted.soon is None:
        return False
    return (order.leave_by or order.promised_at) <= wanted.soon


def _enough(waves: Sequence[list[Waiting]], wanted: Wanted, left: dict[int, Reason]) -> tuple[tuple[Waiting, ...], ...]:
    """The waves that have enough orders, or one that presses."""
    least, enough = wanted.limits.min_orders, []
    for wave in waves:
        if len(wave) >= least or any(presses(order, wanted) for order in wave):
            enough.append(tuple(wave))
            continue
        reason = Reason("below_minimum", {"has": len(wave), "takes": least})
        left.update((order.order_id, reason) for order in wave)
    return tuple(enough)
