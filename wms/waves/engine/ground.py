"""A batching problem as the arrays that the compiled code works on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .carts import BatchProblem
from .floor import Floor
from .kernels.batch_carts import fill
from .kernels.batch_data import BLOCKS, MATRIX, ONE_BLOCK, Carts, Floats, Ground, Ints, Memory, Orders, Pool, Words
from .kernels.batch_lengths import alone
from .kernels.tables import tables
from .routing import MOST_EXACT_BLOCKS

_NAMES = 20_261_125  # seed of the orders' names, the same for every wave: they only tell sets apart
_MOST_CELLS = 20_000_000  # of the array of members
_MOST_ROUGH = 2_500  # places of which all distances are kept: 50 MB


@dataclass(frozen=True)
class Bench:
    """The arrays of one problem, and what is reckoned from them once."""

    orders: Orders
    ground: Ground
    bulk: Floats
    """Largest share of a cart's limits that each order takes."""

    @cached_property
    def size(self) -> int:
        return self.orders.start.size - 1

    @cached_property
    def most_members(self) -> int:
        """No cart holds more orders than this."""
        load, capacity = self.orders.load, self.orders.capacity
        smallest = np.cumsum(np.sort(load, axis=0), axis=0)
        return max(1, int((smallest <= capacity).sum(axis=0).min()))

    def empty_carts(self, rows: int) -> Carts:
        """So many carts without orders, with room for some orders more than they can hold."""
        most = min(self.size, self.most_members * 5 // 4 + 2, max(64, _MOST_CELLS // rows))
        return Carts(
            held=np.zeros(rows, np.int64),
            members=np.zeros((rows, most), np.int64),
            places=np.tile(self.ground.base, (rows, 1)),
            aisles=np.zeros((rows, 3 * self.ground.columns), np.int64),
            load=np.zeros((rows, self.orders.capacity.size), np.int64),
            over=np.zeros(rows),
            cost=np.zeros(rows, np.int64),
            key=np.zeros(rows, np.uint64),
            where=np.full(self.size, -1, np.int64),
        )

    def carts(self, where: Ints, rows: int = 0) -> Carts:
        """The carts of `where` (cart of each order, -1 for none), and empty ones up to `rows`."""
        carts = self.empty_carts(max(rows, int(where.max()) + 1))
        fill(self.orders, self.ground, carts, memory(6), where)
        return carts

    def cost(self, where: Ints) -> int:
        """What these carts cost together: their walks, in mm, and whatever else the problem counts."""
        return int(self.carts(where).cost.sum())


def memory(bits: int) -> Memory:
    """Room for 2 ** bits costs of carts."""
    return Memory(np.zeros(1 << bits, np.uint64), np.zeros(1 << bits, np.int64))


def pool(carts: int, members: int) -> Pool:
    """Room for so many carts of so many members on average. With 0 carts, nothing is ever noted."""
    slots = 1 << max(4, (2 * carts).bit_length())
    return Pool(
        key=np.zeros(carts + 1, np.uint64),
        cost=np.zeros(carts + 1, np.int64),
        first=np.zeros(carts + 2, np.int64),
        members=np.zeros(carts * members + 1, np.int32),
        table=np.zeros(slots, np.int32),
        size=np.zeros(2, np.int64),
    )


def bench(problem: BatchProblem) -> Bench:
    """The arrays of the problem."""
    ground, word, bit = _ground(problem)
    start, words, masks = _entries(problem, word, bit)
    load, capacity = problem.limits()
    names = np.random.default_rng(_NAMES).integers(1, 1 << 64, problem.size, np.uint64)
    orders = Orders(start, words, masks, np.ascontiguousarray(load), capacity, names, np.zeros(problem.size, np.int64))
    orders = orders._replace(alone=alone(orders, ground))
    bulk = (load[:, 1:] / np.maximum(capacity[1:], 1)).max(axis=1, initial=0.0)
    return Bench(orders, ground, bulk)


def rough(problem: BatchProblem, exact: Bench) -> Bench:
    """The problem with walks measured on a table of distances: near the shortest, but many times faster where there
    are several blocks. Elsewhere the exact one."""
    if problem.floor is None or exact.ground.kind != BLOCKS or problem.y.size > _MOST_ROUGH:
        return exact
    return bench(replace(problem, floor=None, distances=_distances(problem.floor, problem)))


def _ground(problem: BatchProblem) -> tuple[Ground, Ints, Words]:
    """The floor, and the word and the bit of each place."""
    floor = problem.floor
    if floor is None:
        return _matrix_ground(problem, problem.distances)
    if floor.blocks > MOST_EXACT_BLOCKS:
        return _matrix_ground(problem, _distances(floor, problem))
    (depot_aisle, depot_y), one_block = floor.depot, floor.blocks == 1
    aisle, y = problem.aisle, problem.y
    if one_block:  # the depot counts as a stop of every cart
        aisle, y = np.append(aisle, depot_aisle), np.append(y, depot_y)
    # Rank of each place among the distinct ones of its aisle, from the front on.
    span = floor.length_mm + 1
    known, inverse = np.unique(aisle * span + (y - floor.front_mm), return_inverse=True)
    columns = len(floor.aisle_x_mm)
    firsts = np.searchsorted(known, np.arange(columns + 1) * span)
    rank = np.arange(known.size) - firsts[known // span]
    per = max(1, -(-int(np.diff(firsts).max(initial=0)) // 64))
    word, bit = (known // span) * per + rank // 64, rank % 64
    at = np.zeros(columns * per * 64, np.int64)
    at[word * 64 + bit] = known % span + (0 if one_block else floor.front_mm)
    word, masks = word[inverse], np.uint64(1) << bit[inverse].astype(np.uint64)
    base = np.zeros(columns * per, np.uint64)
    if one_block:
        base[word[-1]] = masks[-1]
    x, cross = np.array(floor.aisle_x_mm, np.int64), np.array(floor.cross_y_mm, np.int64)
    ground = Ground(
        kind=ONE_BLOCK if one_block else BLOCKS,
        columns=columns,
        words_per_column=per,
        at=at,
        base=base,
        gaps=2 * np.append(np.diff(x), 0),
        full=floor.length_mm,
        aisle_x=x,
        cross_y=cross,
        depot_aisle=depot_aisle,
        depot_y=depot_y,
        moves=tables(cross.size),
        distances=np.zeros((1, 1), np.int64),
        cart_mm=problem.cart_mm,
        stop_mm=problem.stop_mm,
    )
    return ground, word[: problem.y.size], masks[: problem.y.size]


def _distances(floor: Floor, problem: BatchProblem) -> Ints:
    """Shortest ways between the places, the depot last."""
    depot_aisle, depot_y = floor.depot
    aisle, y = np.append(problem.aisle, depot_aisle), np.append(problem.y, depot_y)
    x = np.array(floor.aisle_x_mm, np.int64)[aisle]
    around = np.full((y.size, y.size), np.iinfo(np.int64).max)
    for cross in floor.cross_y_mm:
        np.minimum(around, np.abs(y - cross)[:, None] + np.abs(y - cross)[None, :], out=around)
    within = np.abs(y[:, None] - y[None, :])
    here = aisle[:, None] == aisle[None, :]
    return np.where(here, within, np.abs(x[:, None] - x[None, :]) + around)  # type: ignore[no-any-return]


def _matrix_ground(problem: BatchProblem, distances: Ints) -> tuple[Ground, Ints, Words]:
    places = np.arange(distances.shape[0] - 1)
    words = max(1, -(-places.size // 64))
    nothing = np.zeros(1, np.int64)
    ground = Ground(
        kind=MATRIX,
        columns=words,
        words_per_column=1,
        at=np.arange(words * 64),
        base=np.zeros(words, np.uint64),
        gaps=nothing,
        full=0,
        aisle_x=nothing,
        cross_y=nothing,
        depot_aisle=0,
        depot_y=0,
        moves=tables(2),
        distances=np.ascontiguousarray(distances, np.int64),
        cart_mm=problem.cart_mm,
        stop_mm=problem.stop_mm,
    )
    return ground, places // 64, np.uint64(1) << (places % 64).astype(np.uint64)


def _entries(problem: BatchProblem, word: Ints, bit: Words) -> tuple[Ints, Ints, Words]:
    """Per order the words it touches, ascending, and its bits there: start, words, masks."""
    order = np.repeat(np.arange(problem.size), np.diff(problem.start))
    key = order * (int(word.max(initial=0)) + 1) + word[problem.place]
    by_key = np.argsort(key, kind="stable")
    key, bits = key[by_key], bit[problem.place][by_key]
    firsts = np.flatnonzero(np.diff(key, prepend=-1))
    masks = np.bitwise_or.reduceat(bits, firsts) if firsts.size else bits
    owner, words = np.divmod(key[firsts], int(word.max(initial=0)) + 1)
    return np.searchsorted(owner, np.arange(problem.size + 1)), words, masks
