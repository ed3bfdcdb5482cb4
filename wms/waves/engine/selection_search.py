"""Compiled search for `selection`: annealing over the set of aisles, orders packed greedily for each set.

Two things make an exchange of aisles cheap. An order is a candidate when the set has its every item; only items that
the set has too few of for all candidates (short items) make orders compete, so only those orders are packed one by
one. And orders of one line that nothing else limits are not packed at all: for each item a table says how many
pieces its single-line orders can use up, exactly, of any number of pieces that are there (subset sums).
Where the number of orders or the labour of each counts, all candidates are packed one by one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .kernels.batch_compiled import inlined
from .kernels.compiled import kernel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Tables(NamedTuple):
    """What the search reads. CSR lists; orders (called packed) stand in the sequence in which they are tried.

    gain: units less lambda times the order's own labour. f: see `single_tables`. limits: fewest and most units,
    fewest and most orders, must-ship orders, 1 where orders or labour count.
    """

    a_ptr: Ints
    a_item: Ints
    a_qty: Ints
    a_single: Ints  # where the table of the line's item begins in f
    a_most: Ints  # its last entry
    a_packed: Ints  # how many packed order lines want the item
    m_ptr: Ints
    m_item: Ints
    m_qty: Ints
    m_units: Ints
    m_gain: Floats
    m_work: Floats
    m_must: Ints
    im_ptr: Ints
    im_order: Ints
    im_qty: Ints
    f_ptr: Ints
    f: Ints
    f_want: Ints  # what single-line orders want of each item
    limits: Ints
    costs: Floats  # of each aisle, and fixed


class State(NamedTuple):
    """Where the search stands. perm[:k] are the aisles of the set.

    cap, want: pieces that the set has and its candidates want, by item. miss: items that the set lacks of an order.
    short: the short items, at short_at. whole and real: single values, see the names below.
    """

    perm: Ints
    place: Ints
    cap: Ints
    want: Ints
    miss: Ints
    short: Ints
    short_at: Ints
    used: Ints
    mark: Ints
    rivals: Ints
    taken: Ints
    best: Ints
    top: Ints
    whole: Ints
    real: Floats


K, SINGLE, RANDOM, BEST_K, TOP_K, SHORTS, UNITS, MUSTS, STAMP, NEAR = range(10)
SCORE, BEST_RATIO, TOP_SCORE, HOPE = range(4)
NEVER = -1e300
_MUST_COSTS = 20.0  # a must-ship order that is left out, in aisles


@kernel
def single_tables(n_items: int, items: Ints, qtys: Ints, most: Ints) -> tuple[Ints, Ints]:  # pragma: no cover
    """f[f_ptr[i] + c]: most pieces that single-line orders of item i use of c pieces, for c up to what they want.

    items: ascending; qtys: pieces of each order; most: pieces of each item that there are at all.
    """
    ptr = np.zeros(n_items + 1, np.int64)
    want = np.zeros(n_items, np.int64)
    for x in range(len(items)):
        want[items[x]] += qtys[x]
    for i in range(n_items):
        size = min(want[i], most[i]) + 1 if want[i] > 0 else 0
        ptr[i + 1] = ptr[i] + size
    f = np.zeros(ptr[n_items], np.int64)
    x = 0
    while x < len(items):
        i = items[x]
        size = ptr[i + 1] - ptr[i]
        reach = np.zeros(size, np.bool_)
        reach[0] = True
        top = 0
        while x < len(items) and items[x] == i:
            q = qtys[x]
            top = min(top + q, size - 1)
            for c in range(top, q - 1, -1):
                if reach[c - q]:
                    reach[c] = True
            x += 1
        last = 0
        for c in range(size):
            if reach[c]:
                last = c
            f[ptr[i] + c] = last
    return ptr, f


@inlined
def _f(t: Tables, i: int, c: int) -> int:  # pragma: no cover
    size = t.f_ptr[i + 1] - t.f_ptr[i]
    if size == 0:
        return 0
    return int(t.f[t.f_ptr[i] + min(c, size - 1)])


@kernel
def _recount(t: Tables, s: State, i: int) -> None:  # pragma: no cover
    """Put an item on the list of short ones, or take it off, as its figures say."""
    short = s.want[i] > 0 and s.want[i] + t.f_want[i] > s.cap[i]
    at = s.short_at[i]
    if short and at < 0:
        n = s.whole[SHORTS]
        s.short[n], s.short_at[i] = i, n
        s.whole[SHORTS] = n + 1
    elif not short and at >= 0:
        n = s.whole[SHORTS] - 1
        last = s.short[n]
        s.short[at], s.short_at[last] = last, at
        s.short_at[i] = -1
        s.whole[SHORTS] = n


@kernel
def _enter(t: Tables, s: State, m: int, sign: int) -> None:  # pragma: no cover
    """An order becomes a candidate (sign 1), or is none any more (-1)."""
    s.whole[UNITS] += sign * t.m_units[m]
    s.whole[MUSTS] += sign * t.m_must[m]
    for p in range(t.m_ptr[m], t.m_ptr[m + 1]):
        i = t.m_item[p]
        s.want[i] += sign * t.m_qty[p]
        _recount(t, s, i)


@kernel
def _shift(t: Tables, s: State, a: int, sign: int) -> int:  # pragma: no cover
    """Put the goods of an aisle in or out of reach; returns the lines looked at."""
    looked = 0
    single = s.whole[SINGLE]
    im_ptr, im_qty, im_order, cap, miss = t.im_ptr, t.im_qty, t.im_order, s.cap, s.miss
    for p in range(t.a_ptr[a], t.a_ptr[a + 1]):
        i = t.a_item[p]
        old = cap[i]
        new = old + sign * t.a_qty[p]
        cap[i] = new
        most, at = t.a_most[p], t.a_single[p]
        if most > 0:
            single += t.f[at + min(new, most)] - t.f[at + min(old, most)]
        looked += 1
        if t.a_packed[p] == 0:
            continue
        for x in range(im_ptr[i], im_ptr[i + 1]):
            q = im_qty[x]
            if old < q <= new:
                m = im_order[x]
                miss[m] -= 1
                if miss[m] == 0:
                    _enter(t, s, m, 1)
                    s.whole[NEAR] -= t.m_units[m]
                    looked += 4
                elif miss[m] == 1:
                    s.whole[NEAR] += t.m_units[m]
            elif new < q <= old:
                m = im_order[x]
                miss[m] += 1
                if miss[m] == 1:
                    _enter(t, s, m, -1)
                    s.whole[NEAR] += t.m_units[m]
                    looked += 4
                elif miss[m] == 2:
                    s.whole[NEAR] -= t.m_units[m]
        _recount(t, s, i)
        looked += 2 + im_ptr[i + 1] - im_ptr[i]
    s.whole[SINGLE] = single
    return looked


@kernel
def _gain(t: Tables, s: State, a: int) -> int:  # pragma: no cover
    """Units of single-line orders that an aisle would add."""
    gain = 0
    for p in range(t.a_ptr[a], t.a_ptr[a + 1]):
        most, at, old = t.a_most[p], t.a_single[p], s.cap[t.a_item[p]]
        if old < most:
            gain += t.f[at + min(old + t.a_qty[p], most)] - t.f[at + old]
    return gain


@kernel
def _add(t: Tables, s: State, a: int) -> int:  # pragma: no cover
    k = s.whole[K]
    here = s.place[a]
    other = s.perm[k]
    s.perm[here], s.perm[k] = other, a
    s.place[other], s.place[a] = here, k
    s.whole[K] = k + 1
    return _shift(t, s, a, 1)


@kernel
def _remove(t: Tables, s: State, a: int) -> int:  # pragma: no cover
    k = s.whole[K] - 1
    here = s.place[a]
    other = s.perm[k]
    s.perm[here], s.perm[k] = other, a
    s.place[other], s.place[a] = here, k
    s.whole[K] = k
    return _shift(t, s, a, -1)


@kernel
def _sort(values: Ints, n: int) -> None:  # pragma: no cover
    """Shell's sort of the first n: the lists are short, and nothing is allocated."""
    gap = n // 2
    while gap > 0:
        for x in range(gap, n):
            value, y = values[x], x
            while y >= gap and values[y - gap] > value:
                values[y] = values[y - gap]
                y -= gap
            values[y] = value
        gap = gap // 2 if gap != 2 else 1


@kernel
def pack_rivals(t: Tables, s: State) -> tuple[int, int, int, int, int]:  # pragma: no cover
    """Pack the candidates that compete for short items; all others are in.

    Returns units, must-ship orders that are left out, how many rivals there are (marked with the stamp), how many
    of them stand in s.taken, lines looked at.
    """
    s.whole[STAMP] += 1
    stamp, n = s.whole[STAMP], 0
    units, left = s.whole[UNITS], t.limits[4] - s.whole[MUSTS]
    looked = 4
    for x in range(s.whole[SHORTS]):
        i = s.short[x]
        for y in range(t.im_ptr[i], t.im_ptr[i + 1]):
            m = t.im_order[y]
            if s.miss[m] == 0 and s.mark[m] != stamp:
                s.mark[m] = stamp
                s.rivals[n] = m
                n += 1
                units -= t.m_units[m]
        looked += t.im_ptr[i + 1] - t.im_ptr[i]
    _sort(s.rivals, n)
    taken, lost = 0, 0
    for x in range(n):
        m = s.rivals[x]
        fits, loss = True, 0
        for p in range(t.m_ptr[m], t.m_ptr[m + 1]):
            i, q = t.m_item[p], t.m_qty[p]
            if s.short_at[i] >= 0:
                free = s.cap[i] - s.used[i]
                if free < q:
                    fits = False
                    break
                loss += _f(t, i, free) - _f(t, i, free - q)
        looked += 4
        if not fits or (loss >= t.m_units[m] and t.m_must[m] == 0):
            left += t.m_must[m]
            continue
        for p in range(t.m_ptr[m], t.m_ptr[m + 1]):
            s.used[t.m_item[p]] += t.m_qty[p]
        s.taken[taken] = m
        taken += 1
        lost += loss
        units += t.m_units[m]
    for x in range(taken):
        m = s.taken[x]
        for p in range(t.m_ptr[m], t.m_ptr[m + 1]):
            s.used[t.m_item[p]] = 0
    return min(units + s.whole[SINGLE] - lost, t.limits[1]), left, n, taken, looked


@kernel
def pack_all(t: Tables, s: State) -> tuple[float, int, float, int, int, int]:  # pragma: no cover
    """Pack all candidates one by one: gain, units, labour, orders (which stand in s.taken), must-ship orders that
    are left out, lines looked at."""
    low, high, fewest, most = t.limits[0], t.limits[1], t.limits[2], t.limits[3]
    units, n, left = 0, 0, 0
    gain, work = 0.0, 0.0
    looked = len(t.m_units) // 8
    for m in range(len(t.m_units)):
        if s.miss[m] != 0:
            left += t.m_must[m]
            continue
        u, must = t.m_units[m], t.m_must[m] != 0
        if n >= most or units + u > high:
            left += must
            continue
        if not must and t.m_gain[m] <= 0 and units >= low and n >= fewest:
            break
        fits = True
        for p in range(t.m_ptr[m], t.m_ptr[m + 1]):
            i = t.m_item[p]
            if s.cap[i] - s.used[i] < t.m_qty[p]:
                fits = False
                break
        looked += t.m_ptr[m + 1] - t.m_ptr[m]
        if not fits:
            left += must
            continue
        for p in range(t.m_ptr[m], t.m_ptr[m + 1]):
            s.used[t.m_item[p]] += t.m_qty[p]
        s.taken[n] = m
        n += 1
        units += u
        gain += t.m_gain[m]
        work += t.m_work[m]
    for x in range(n):
        m = s.taken[x]
        for p in range(t.m_ptr[m], t.m_ptr[m + 1]):
            s.used[t.m_item[p]] = 0
    return gain, units, work, n, left, looked


@inlined
def _uniform(s: State) -> float:  # pragma: no cover
    """xorshift64*, kept in the state: a search cut in slices goes on exactly as one that was not."""
    x = np.uint64(s.whole[RANDOM])
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    s.whole[RANDOM] = np.int64(x)
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@kernel
def score(t: Tables, s: State, lam: float, short: float) -> tuple[float, float, int]:  # pragma: no cover
    """Score without hope, ratio (-1 where a limit is missed) and lines looked at, of the set as it stands."""
    gain, work = 0.0, 0.0
    if t.limits[5] != 0:
        gain, units, work, count, left, looked = pack_all(t, s)
        under = max(0, t.limits[0] - units) + 3 * max(0, t.limits[2] - count)
    else:
        units, left, _, _, looked = pack_rivals(t, s)
        gain = float(units)
        under = max(0, t.limits[0] - units)
    k = s.whole[K]
    cost = lam * t.costs[0]
    value = gain - cost * k - short * under - cost * _MUST_COSTS * left
    if under > 0 or left > 0 or k == 0:
        return value, -1.0, looked
    return value, units / (t.costs[1] + t.costs[0] * k + work), looked


@kernel
def place_set(t: Tables, s: State, aisles: Ints, lam: float, short: float) -> None:  # pragma: no cover
    """Make exactly these the set, and begin a new top."""
    while s.whole[K] > 0:
        _remove(t, s, s.perm[s.whole[K] - 1])
    for a in aisles:
        _add(t, s, a)
    value, ratio, _ = score(t, s, lam, short)
    s.real[SCORE] = value + s.real[HOPE] * s.whole[NEAR]
    _note(s, ratio)
    s.real[TOP_SCORE] = NEVER
    _note_top(s, value)


@kernel
def _note(s: State, ratio: float) -> None:  # pragma: no cover
    if ratio > s.real[BEST_RATIO] * (1 + 1e-12):
        s.real[BEST_RATIO] = ratio
        s.whole[BEST_K] = s.whole[K]
        for x in range(s.whole[K]):
            s.best[x] = s.perm[x]


@kernel
def _note_top(s: State, value: float) -> None:  # pragma: no cover
    if value > s.real[TOP_SCORE]:
        s.real[TOP_SCORE] = value
        s.whole[TOP_K] = s.whole[K]
        for x in range(s.whole[K]):
            s.top[x] = s.perm[x]


@kernel
def _exchange_one(t: Tables, s: State, lam: float, short: float, heat: float) -> int:  # pragma: no cover
    """Exchange one aisle of the set for the first acceptable of some others, where no order is packed one by one:
    they are weighed without being put in. Returns the lines looked at."""
    k, n = s.whole[K], len(s.perm)
    out = s.perm[int(_uniform(s) * k)]
    looked = 8 + _remove(t, s, out)
    for _ in range(_OTHERS):
        into = s.perm[k - 1 + int(_uniform(s) * (n - k + 1))]
        looked += t.a_ptr[into + 1] - t.a_ptr[into]
        units = min(s.whole[SINGLE] + _gain(t, s, into), t.limits[1])
        value = units - lam * t.costs[0] * k - short * max(0, t.limits[0] - units)
        if into != out and (value >= s.real[SCORE] or _uniform(s) < np.exp((value - s.real[SCORE]) / heat)):
            looked += _add(t, s, into)
            s.real[SCORE] = value
            _note(s, units / (t.costs[1] + t.costs[0] * k) if units >= t.limits[0] else -1.0)
            _note_top(s, value)
            return looked
    return looked + _add(t, s, out)


_OTHERS = 8


@kernel
def _step(
    t: Tables, s: State, lam: float, short: float, heat: float, same_size: bool
) -> int:  # pragma: no cover
    """Exchange, add or take an aisle, and undo it unless it is accepted. Returns the lines looked at."""
    n_aisles, k = len(s.perm), s.whole[K]
    dice = _uniform(s)
    swap = (same_size or dice < 0.6) and 0 < k < n_aisles
    if swap and len(t.m_units) == 0:
        return _exchange_one(t, s, lam, short, heat)
    out, into = -1, -1
    if swap or ((dice < 0.8 and k > 0) or k == n_aisles):
        out = s.perm[int(_uniform(s) * k)]
    if swap or out < 0:
        into = s.perm[k + int(_uniform(s) * (n_aisles - k))]
    looked = 8
    if out >= 0:
        looked += _remove(t, s, out)
    if into >= 0:
        looked += _add(t, s, into)
    value, ratio, seen = score(t, s, lam, short)
    looked += seen
    hoped = value + s.real[HOPE] * s.whole[NEAR]
    if hoped >= s.real[SCORE] or _uniform(s) < np.exp((hoped - s.real[SCORE]) / heat):
        s.real[SCORE] = hoped
        _note(s, ratio)
        _note_top(s, value)
        return looked
    if into >= 0:
        looked += _remove(t, s, into)
    if out >= 0:
        looked += _add(t, s, out)
    return looked


@kernel
def anneal(
    t: Tables, s: State, lam: float, short: float, hot: float, cold: float, begin: float, end: float,
    work: float, same_size: bool, hope: float,
) -> float:  # fmt: skip  # pragma: no cover
    """Anneal from share `begin` to share `end` of a run of `work` looked-at lines; returns the share reached.

    Temperature falls from hot to cold (both in units). same_size: aisles are only exchanged. hope: what a unit of
    orders that lack one item counts at first; it falls with the temperature, so that at last only whole orders count.
    """
    done, until = begin * work, end * work
    heat, moves = hot, 0
    while done < until:
        if moves % 64 == 0:
            heat = hot * (cold / hot) ** (done / work)
            s.real[HOPE] = hope * heat / hot
            s.real[SCORE] = score(t, s, lam, short)[0] + s.real[HOPE] * s.whole[NEAR]
        moves += 1
        done += _step(t, s, lam, short, heat, same_size)
    return done / work
