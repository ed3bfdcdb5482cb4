"""Pure decisions of the waves room: which waiting orders go into a wave, in what sequence, and why others do not."""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

# How a wave is picked: one order a walk (摘果), a cart with a tote for each order (边拣边分), in bulk and then at a put
# wall (播种), by zones that pass the cart on (接力), by zones at once whose totes meet at the station (合流), orders of
# one piece in bulk to the station (单件), orders with the same content in bulk (爆款), parcels that were packed before
# they were ordered (预打包).
METHODS = ("order", "cart", "wall", "relay", "consolidate", "single", "same", "prepack")
# In which sequence orders are taken: first come, fewest lines, earliest promise, same SKU together, same carrier
# together (which then never share a wave with another carrier's); or not in a sequence, but by a criterion: those that
# give most pieces for each aisle visited, or for each hour of labour.
CRITERIA = ("densest_aisles", "most_an_hour")
PRINCIPLES = ("first_come", "simple_first", "promise_first", "same_sku", "same_carrier", *CRITERIA)
# In bulk, what is equal is picked together.
PRINCIPLE_OF = {"single": "same_sku", "same": "same_sku", "prepack": "same_sku"}
IN_TOTES = ("cart", "relay", "consolidate")  # each order in a tote of its own
PIECES = ("any", "single", "several")
Content = tuple[tuple[int, int], ...]
MOST_WAVES = 50  # of one run


@dataclass(frozen=True)
class Terms:
    """Which orders fit a rule; None and () do not count. Moments and lists are inclusive.

    carriers, shops, kinds  one of these
    cutoff_carriers         those whose cut-off the rule now works for; None when it works for no cut-off
    promised_before         the latest promise it takes
    zones                   codes: all goods of an order can be picked in these
    needs, never            handling of goods: at least one of these; none of these
    pieces                  any, single (one piece in all) or several
    alike                   so many orders with the same content must wait
    boxes                   (content, boxes that are packed already), …: so many orders of each of these contents
    """

    carriers: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    cutoff_carriers: tuple[str, ...] | None = None
    promised_before: datetime | None = None
    zones: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    pieces: str = "any"
    alike: int | None = None
    boxes: tuple[tuple[Content, int], ...] | None = None

    def picked(self, method: str) -> Terms:
        """The same for a way of picking: single items only for `single`, equal contents for `same`, and for `prepack`
        what there are boxes of, which are still to be counted."""
        if method == "single":
            return replace(self, pieces="single")
        if method == "prepack":
            return replace(self, boxes=())
        return replace(self, alike=max(2, self.alike or 2)) if method == "same" else self


@dataclass(frozen=True)
class Limits:
    """What one wave may hold; None does not count. `min_orders`: fewer make no wave. Volume in ml, weight in g.

    With a tote for each order, `max_carts` are `max_carts` × `totes_per_cart` orders. `max_waves`: of one run.
    """

    min_orders: int = 1
    max_orders: int | None = None
    max_lines: int | None = None
    max_units: int | None = None
    max_carts: int | None = None
    max_volume_ml: int | None = None
    max_weight_g: int | None = None
    max_waves: int = 1
    totes_per_cart: int = 12

    def each(self) -> dict[str, int]:
        """What bounds a wave, by the name of an amount of `Load`."""
        carts = self.max_carts * self.totes_per_cart if self.max_carts is not None else None
        bounds = {
            "orders": self.max_orders, "carts": carts, "lines": self.max_lines, "units": self.max_units,
            "volume_ml": self.max_volume_ml, "weight_g": self.max_weight_g,
        }  # fmt: skip
        return {name: most for name, most in bounds.items() if most is not None}


@dataclass(frozen=True)
class Room:
    """What a tote and a cart hold, for a way of picking; None does not count. Volume in ml, weight in g.

    An order picked into a tote of its own must fit one; picked alone or in bulk it must fit the cart.
    """

    method: str = "cart"
    tote_volume_ml: int | None = None
    tote_weight_g: int | None = None
    cart_volume_ml: int | None = None
    cart_weight_g: int | None = None

    def too_small(self, volume_ml: int, weight_g: int) -> Reason | None:
        """Why an order of this size cannot be picked in this way, None when it can."""
        load = {"volume_ml": volume_ml, "weight_g": weight_g}
        for holder in ("tote", "cart") if self.method in IN_TOTES else ("cart",):
            for name, has in load.items():
                most = getattr(self, f"{holder}_{name}")
                if most is not None and has > most:
                    return Reason(f"larger_than_{holder}", {"what": _amount(name), "has": has, "takes": most})
        return None


@dataclass(frozen=True)
class Wanted:
    """All that a selection asks: terms, limits, principle, the kinds of orders that go first whatever it says, and what
    there is room for.

    soon: by a criterion, an order whose cut-off or promise is before waits no longer for a wave of the least orders.
    """

    terms: Terms = Terms()
    limits: Limits = Limits()
    principle: str = "promise_first"
    first_kinds: tuple[str, ...] = ()
    soon: datetime | None = None
    room: Room = Room()


@dataclass(frozen=True)
class Filter:
    """What a supervisor asks of one wave; None does not count. `promised_before` includes that moment; `alike` as in
    `Terms`."""

    max_orders: int
    carrier: str | None = None
    shop: str | None = None
    promised_before: datetime | None = None
    alike: int | None = None

    def wanted(self, method: str = "cart") -> Wanted:
        """The same as a rule would say it."""
        carriers, shops = ((each,) if each is not None else () for each in (self.carrier, self.shop))
        terms = Terms(carriers=carriers, shops=shops, promised_before=self.promised_before, alike=self.alike)
        limits = Limits(max_orders=self.max_orders)
        return Wanted(terms.picked(method), limits, PRINCIPLE_OF.get(method, "promise_first"))


@dataclass(frozen=True)
class Waiting:
    """A confirmed order that waits for a wave, with what is left to pick of it.

    `content` is ((SKU id, pieces), …) by SKU id; `zones` for each of its SKUs the zones where it can be picked, only
    filled where somebody asks for zones. `must_ship`: it breaks its promise unless it leaves with the next cut-off.
    """

    order_id: int
    carrier: str
    shop: str
    promised_at: datetime
    lines: int
    units: int
    placed_at: datetime | None = None
    kind: str = "normal"
    volume_ml: int = 0
    weight_g: int = 0
    content: Content = ()
    handling: frozenset[str] = frozenset()
    zones: tuple[frozenset[str], ...] = ()
    leave_by: datetime | None = None
    must_ship: bool = False

    def load(self) -> dict[str, int]:
        """What it takes of each bound of a wave."""
        return {
            "orders": 1, "carts": 1, "lines": self.lines, "units": self.units, "volume_ml": self.volume_ml,
            "weight_g": self.weight_g,
        }  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """Why an order stays behind: a code with its figures; `takes` is what is asked, `has` what the order has."""

    code: str
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Selection:
    """The orders of each wave in their sequence, and why each of the others stays behind, by order id."""

    waves: tuple[tuple[Waiting, ...], ...]
    left: Mapping[int, Reason]

    @property
    def orders(self) -> tuple[Waiting, ...]:
        """The orders of all waves."""
        return tuple(order for wave in self.waves for order in wave)

    @property
    def left_out(self) -> dict[str, int]:
        """How many stay behind for which reason."""
        return dict(Counter(reason.code for reason in self.left.values()))


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
    return Reason("too_large", {"what": _amount(what), "has": load[what], "takes": bounds[what]}) if what else None


def add_load(used: dict[str, int], order: Waiting) -> None:
    """Add what an order takes of each bound to what is used."""
    for name, amount in order.load().items():
        used[name] = used.get(name, 0) + amount


def exceeded(load: Mapping[str, int], used: Mapping[str, int], bounds: Mapping[str, int]) -> str | None:
    """The first bound that the load would break."""
    return next((name for name, most in bounds.items() if used.get(name, 0) + load[name] > most), None)


def over(full: str | None, bounds: Mapping[str, int], limits: Limits) -> Reason:
    """Why an order that fits stays behind: what of a wave is full, or None when one more wave would be one too many."""
    what = full or "orders"
    most = limits.max_carts if what == "carts" else bounds.get(what, 0)
    if full is None:  # another carrier would need a wave more
        return Reason("over_waves", {"takes": limits.max_waves})
    return Reason("over_maximum", {"what": _amount(what), "takes": most, "waves": limits.max_waves})


def _amount(name: str) -> list[dict[str, str]]:
    return [{"say": f"waves.amount.{name}"}]


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
