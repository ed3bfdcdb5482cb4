"""Between the numbers of an instance and the compiled search of `selection`: tables, states, answers from sets."""

from __future__ import annotations

import numpy as np

from .kernels.compiled import kernel
from .selection_exact import Bools, Floats, Instance, Ints
from .selection_search import NEAR, RANDOM, STAMP, K, State, Tables, pack_all, pack_rivals, single_tables


def csr(owner: Ints, n: int) -> tuple[Ints, Ints]:
    """The pointers of a CSR list, and the sequence that sorts entries by their owner."""
    turn = np.argsort(owner, kind="stable")
    return np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=n)))).astype(np.int64), turn


def zeros(n: int) -> Ints:
    return np.zeros(n, np.int64)


class Packer:
    """Tables of an instance for one ratio `lam`, and the orders of a set of aisles."""

    def __init__(self, data: Instance, lam: float) -> None:
        self.data = data
        sizes = np.diff(data.o_ptr)
        there = np.bincount(data.a_item, data.a_qty, data.n_items).astype(np.int64)
        owner = np.repeat(np.arange(len(sizes)), sizes)
        able = np.bincount(owner, data.o_qty > there[data.o_item], len(sizes)) == 0
        able &= data.units <= data.max_units
        single = able & (sizes == 1) & ~data.must & (not data.counted)
        self.singles = self._singles(single)
        gain = data.units - lam * data.work
        packed = np.flatnonzero(able & ~single)
        self.packed = packed[np.lexsort((packed, sizes[packed], -gain[packed], ~data.must[packed]))]
        self.tables = self._tables(gain, there)
        # Must-ship orders that no aisle can serve are left out whatever the set: the caller has refused them.

    def _singles(self, single: Bools) -> Ints:
        chosen = np.flatnonzero(single)
        item = self.data.o_item[self.data.o_ptr[chosen]]
        return chosen[np.lexsort((-self.data.units[chosen], item))]

    def _tables(self, gain: Floats, there: Ints) -> Tables:
        data, packed = self.data, self.packed
        sizes = data.o_ptr[packed + 1] - data.o_ptr[packed]
        m_ptr = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        where = np.arange(int(sizes.sum())) - np.repeat(m_ptr[:-1] - data.o_ptr[packed], sizes)
        m_item, m_qty = data.o_item[where], data.o_qty[where]
        im_ptr, turn = csr(m_item, data.n_items)
        im_order = np.repeat(np.arange(len(packed)), sizes)[turn]
        f_ptr, f = single_tables(
            data.n_items, data.o_item[data.o_ptr[self.singles]], data.units[self.singles], there
        )
        # An aisle never gives more of an item than all orders want.
        demand = np.bincount(m_item, m_qty, data.n_items).astype(np.int64)
        f_want = np.bincount(
            data.o_item[data.o_ptr[self.singles]], data.units[self.singles], data.n_items
        ).astype(np.int64)
        demand += f_want
        wanted = demand[data.a_item] > 0
        aisle = np.repeat(np.arange(len(data.a_ptr) - 1), np.diff(data.a_ptr))[wanted]
        a_ptr = np.concatenate(([0], np.cumsum(np.bincount(aisle, minlength=len(data.a_ptr) - 1)))).astype(np.int64)
        a_item = data.a_item[wanted]
        limits = [data.min_units, data.max_units, data.min_orders, data.max_orders, data.must.sum(), data.counted]
        return Tables(
            a_ptr, a_item, np.minimum(data.a_qty[wanted], demand[a_item]), f_ptr[a_item],
            np.maximum(np.diff(f_ptr)[a_item] - 1, 0), np.diff(im_ptr)[a_item],
            m_ptr, m_item, m_qty,
            data.units[packed], gain[packed], data.work[packed], data.must[packed].astype(np.int64),
            im_ptr, im_order.astype(np.int64), m_qty[turn], f_ptr, f, f_want, np.array(limits, np.int64),
            np.array([data.aisle_cost, data.fixed]),
        )  # fmt: skip

    def state(self, seed: int) -> State:
        """An empty set."""
        n, items, orders = len(self.data.a_ptr) - 1, self.data.n_items, len(self.packed)
        blank = State(
            perm=np.arange(n), place=np.arange(n), cap=zeros(items), want=zeros(items), miss=np.diff(self.tables.m_ptr),
            short=zeros(items), short_at=zeros(items) - 1, used=zeros(items), mark=zeros(orders), rivals=zeros(orders),
            taken=zeros(orders), best=zeros(n), top=zeros(n), whole=zeros(10), real=np.array([0.0, 0.0, -1e300, 0.0]),
        )  # fmt: skip
        blank.whole[NEAR] = self.data.units[self.packed[blank.miss == 1]].sum()
        blank.whole[RANDOM] = (seed * 2654435761 + 88172645463325252) & 0x7FFFFFFFFFFFFFFF or 1
        return blank

    def orders_of(self, state: State, prefer: Ints) -> Ints:
        """Orders for the set as it stands: the better of packing as the search does, and `prefer` first."""
        found = self.packed[self._packed(state)]
        cap = np.zeros(self.data.n_items, np.int64)
        for a in state.perm[: state.whole[K]]:
            mine = slice(self.data.a_ptr[a], self.data.a_ptr[a + 1])
            cap[self.data.a_item[mine]] += self.data.a_qty[mine]
        searched = self._filled(cap, self._trimmed(np.concatenate((found, self._single_choice(cap, found)))))
        if not len(prefer):
            return searched
        given = self._filled(cap, prefer)
        return given if self.data.units[given].sum() >= self.data.units[searched].sum() else searched

    def _packed(self, state: State) -> Ints:
        if self.data.counted:
            return state.taken[: pack_all(self.tables, state)[3]]
        _, _, _, taken, _ = pack_rivals(self.tables, state)
        free = np.flatnonzero((state.miss == 0) & (state.mark != state.whole[STAMP]))
        return np.concatenate((state.taken[:taken], free))

    def _single_choice(self, cap: Ints, found: Ints) -> Ints:
        free = cap.copy()
        sizes = self.data.o_ptr[found + 1] - self.data.o_ptr[found]
        for begin, size in zip(self.data.o_ptr[found], sizes, strict=True):
            free[self.data.o_item[begin : begin + size]] -= self.data.o_qty[begin : begin + size]
        items = self.data.o_item[self.data.o_ptr[self.singles]]
        return self.singles[_subset(items, self.data.units[self.singles], free)]

    def _trimmed(self, chosen: Ints) -> Ints:
        """Without what is over the most units: the largest orders that are not larger than what is over go first."""
        data = self.data
        over = int(data.units[chosen].sum()) - data.max_units
        if over <= 0:
            return chosen
        kept = np.ones(len(chosen), np.bool_)
        turn = np.argsort(-data.units[chosen], kind="stable")
        for x in turn:
            if not data.must[chosen[x]] and 0 < data.units[chosen[x]] <= over:
                kept[x] = False
                over -= int(data.units[chosen[x]])
        for x in turn[::-1]:
            if over > 0 and kept[x] and not data.must[chosen[x]]:
                kept[x] = False
                over -= int(data.units[chosen[x]])
        return chosen[kept]

    def _filled(self, cap: Ints, first: Ints) -> Ints:
        """These orders as far as they fit together, then others, largest first."""
        data, every = self.data, np.arange(len(self.data.units))
        gain = data.units.astype(np.float64) / np.maximum(1e-9, data.work) if data.counted else data.units
        rest = every[np.lexsort((every, -gain, ~data.must))]
        known = np.zeros(len(every), np.bool_)
        known[first] = True
        musts = rest[data.must[rest]]
        sequence = np.concatenate((musts, first[~data.must[first]], rest[~known[rest] & ~data.must[rest]]))
        n = len(musts) + int((~data.must[first]).sum())
        fewest = np.array([data.min_units, data.max_units, data.min_orders, data.max_orders, n])
        return sequence[
            _fill(sequence, data.o_ptr, data.o_item, data.o_qty, data.units, cap.copy(), fewest, data.counted)
        ]


@kernel
def _fill(
    sequence: Ints, ptr: Ints, items: Ints, qtys: Ints, units: Ints, cap: Ints, limits: Ints, lean: bool
) -> Bools:  # pragma: no cover
    """Which of these orders fit, one after the other. lean: beyond the first limits[4], only until limits are met."""
    taken = np.zeros(len(sequence), np.bool_)
    total, count = 0, 0
    for x in range(len(sequence)):
        o = sequence[x]
        if count >= limits[3]:
            break
        if lean and x >= limits[4] and total >= limits[0] and count >= limits[2]:
            break
        if total + units[o] > limits[1]:
            continue
        fits = True
        for p in range(ptr[o], ptr[o + 1]):
            if cap[items[p]] < qtys[p]:
                fits = False
        if not fits:
            continue
        for p in range(ptr[o], ptr[o + 1]):
            cap[items[p]] -= qtys[p]
        taken[x] = True
        total += units[o]
        count += 1
    return taken


@kernel
def _subset(items: Ints, qtys: Ints, free: Ints) -> Bools:  # pragma: no cover
    """Which single-line orders (items ascending) use up most of the pieces that are free of their item."""
    taken = np.zeros(len(items), np.bool_)
    begin = 0
    while begin < len(items):
        end, want = begin, 0
        while end < len(items) and items[end] == items[begin]:
            want += qtys[end]
            end += 1
        room = min(want, free[items[begin]])
        if room == want:
            taken[begin:end] = True
        elif room > 0:
            by = np.full(room + 1, -1, np.int64)  # the order that first reached so many pieces
            top = 0
            for x in range(begin, end):
                q = qtys[x]
                top = min(top + q, room)
                for c in range(top, q - 1, -1):
                    if by[c] < 0 and (c == q or by[c - q] >= 0):
                        by[c] = x
            c = room
            while c > 0 and by[c] < 0:
                c -= 1
            while c > 0:
                taken[by[c]] = True
                c -= qtys[by[c]]
        begin = end
    return taken
