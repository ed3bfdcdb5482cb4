"""What is asked of waves, and the orders that wait for them, as facts without a database."""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
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


def amount(name: str) -> list[dict[str, str]]:
    """What is counted, in words."""
    return [{"say": f"waves.amount.{name}"}]


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
                    return Reason(f"larger_than_{holder}", {"what": amount(name), "has": has, "takes": most})
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
    first_kinds: tuple[str, ...] = ("urgent", "live")
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
