"""The arrays that batching works on, by name. All lengths are whole millimetres, all arrays C-ordered.

A *place* is a distinct point where orders are picked. Places are bits of 64-bit words. On floors of parallel aisles
each aisle is a *column* of `words_per_column` words whose bits rise from the front to the back; on other floors
places are numbered through.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .compiled import Flags, Ints
from .tables import Tables

__all__ = [
    "BLOCKS",
    "MATRIX",
    "ONE_BLOCK",
    "Carts",
    "Flags",
    "Floats",
    "Ground",
    "Ints",
    "Memory",
    "Orders",
    "Pool",
    "Words",
]

Words = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int32]

ONE_BLOCK, BLOCKS, MATRIX = 0, 1, 2
"""How a walk is measured: exactly over one block or several; or by distances between places, near the shortest."""


class Ground(NamedTuple):
    """The floor, and what a cart costs besides its walk (both in mm walked: `cart_mm` each, `stop_mm` a place).

    columns, words_per_column: of `places`. at: y per bit, one block: from the front. base: the places of an empty
    cart: none, but with one block the depot.
    gaps: per column, twice the way to the next one; full: length of an aisle (one block).
    aisle_x ... moves: as `lengths.many_block_length` takes them.
    distances: from place to place, the depot last (matrix).
    """

    kind: int
    columns: int
    words_per_column: int
    at: Ints
    base: Words
    gaps: Ints
    full: int
    aisle_x: Ints
    cross_y: Ints
    depot_aisle: int
    depot_y: int
    moves: Tables
    distances: Ints
    cart_mm: int
    stop_mm: int


class Orders(NamedTuple):
    """The orders of a wave. Order i is picked at the bits `masks[e]` of word `words[e]`, e from start[i] to start[i+1].

    load: per order and limit; the first limit counts orders. capacity: per limit. names: a random word per
    order; a cart's key is the exclusive or of its orders' names. alone: what each order costs as a cart.
    """

    start: Ints
    words: Ints
    masks: Words
    load: Ints
    capacity: Ints
    names: Words
    alone: Ints


class Carts(NamedTuple):
    """Carts by number, some of them empty. Row k: its orders members[k, :held[k]], their places, load and cost.

    aisles: per column how long it is to walk it from the back end, the front end, and both ends (one block);
    -1 where the column has no place. over: overload, in shares of the limits. where: cart of each order, -1 for none.
    """

    held: Ints
    members: Ints
    places: Words
    aisles: Ints
    load: Ints
    over: Floats
    cost: Ints
    key: Words
    where: Ints


class Memory(NamedTuple):
    """Costs of carts met lately, by key: one entry per slot, the newer one stays."""

    key: Words
    cost: Ints


class Pool(NamedTuple):
    """Distinct carts met: cart p has the orders members[first[p]:first[p + 1]] and costs cost[p].

    table: slot -> p + 1, open addressing by key. size: (carts, members) used.
    """

    key: Words
    cost: Ints
    first: Ints
    members: Numbers
    table: Numbers
    size: Ints
