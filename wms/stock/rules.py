"""Pure decisions of the stock room: which bins serve a pick, and what a place is."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST = 10_000_000  # pieces in one move; more is a typing error


@dataclass(frozen=True)
class Want:
    """Pieces of a SKU that an order line needs."""

    order_line_id: int
    sku_id: int
    qty: int


@dataclass(frozen=True)
class Free:
    """A balance with pieces that nobody holds."""

    balance_id: int
    bin_id: int
    sku_id: int
    qty: int


@dataclass(frozen=True)
class Choice:
    """`qty` pieces for an order line out of one balance."""

    order_line_id: int
    balance_id: int
    sku_id: int
    bin_id: int
    qty: int


def choose_bins(wants: Iterable[Want], free: Iterable[Free]) -> tuple[list[Choice], list[Want]]:
    """Choose the bins that serve each want, in the given order; returns (choices, what is left unserved).

    A bin that covers the whole want comes first, the emptiest such one, so that bins run empty and a
    picker stops once. Otherwise the fullest bins are taken, for the fewest stops.
    """
    left: dict[int, dict[int, Free]] = defaultdict(dict)
    for place in free:
        left[place.sku_id][place.balance_id] = place
    choices: list[Choice] = []
    unserved: list[Want] = []
    for want in wants:
        missing = _serve(want, left[want.sku_id], choices)
        if missing:
            unserved.append(Want(want.order_line_id, want.sku_id, missing))
    return choices, unserved


def _serve(want: Want, places: dict[int, Free], choices: list[Choice]) -> int:
    missing = want.qty
    while missing and places:
        enough = [place for place in places.values() if place.qty >= missing]
        place = (
            min(enough, key=lambda p: (p.qty, p.balance_id))
            if enough
            else max(places.values(), key=lambda p: (p.qty, -p.balance_id))
        )
        taken = min(missing, place.qty)
        choices.append(Choice(want.order_line_id, place.balance_id, want.sku_id, place.bin_id, taken))
        missing -= taken
        if taken == place.qty:
            del places[place.balance_id]
        else:
            places[place.balance_id] = Free(place.balance_id, place.bin_id, place.sku_id, place.qty - taken)
    return missing


def shortages(wants: Sequence[Want], available: dict[int, int]) -> dict[int, int]:
    """Pieces missing by SKU when these wants are served from `available`; empty when all can be served."""
    needed: dict[int, int] = defaultdict(int)
    for want in wants:
        needed[want.sku_id] += want.qty
    return {sku: qty - available.get(sku, 0) for sku, qty in needed.items() if qty > available.get(sku, 0)}
