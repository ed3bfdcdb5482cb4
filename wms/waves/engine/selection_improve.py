"""The search of `selection`: annealing and integer programs in turn, until it is told to stop or nothing is left."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .selection_exact import Instance, Ints, solve
from .selection_search import BEST_K, BEST_RATIO, HOPE, TOP_K, K, State, anneal, place_set, score
from .selection_state import Packer

_SLICE = 2_000_000.0  # looked-at lines between two questions to `stop`: some milliseconds
_RUN = 300.0  # looked-at lines of the first annealing for each line that there is; later ones are longer
_FIRST = 20_000_000.0  # at most, of the first
_LONGEST = 400_000_000.0
_GROWTH = 1.25
_HEATS = (0.3, 0.1, 0.5, 0.05)  # of lam x cost of an aisle: where runs begin; they end at _COLD
_COLD = 0.003
_HOPES = (0.0, 0.2, 0.1)  # what runs count of a unit of orders that lack one item, at first
_ELITE = 24  # runs whose best sets say which aisles are promising
_RUNG = 1.5  # between the sizes that are tried first
_TRIED = 0.004  # share of the ratio that a size must promise more for each time it was tried
_LEAST_SHARE = 0.2  # of time for integer programs, when they find nothing
_LONG = 6.0  # seconds of one program, at most
_ASKS = 400  # questions of a program to `enough`, where no clock is given; it grows with the rounds
_SMALL = 2_000  # aisle lines of a pool up to which a program is worth while at any moment


@dataclass(frozen=True)
class Choice:
    """Aisles and orders (positions), units for each unit of cost, and a proven bound of that where there is one."""

    aisles: Ints
    orders: Ints
    ratio: float
    bound: float | None


def choose(
    data: Instance, *, seed: int, stop: Callable[[], bool], clock: Callable[[], float] | None = None
) -> Choice | None:
    """The best choice until `stop`; None when there is none at all. A first choice is made whatever `stop` says.

    clock: seconds from anywhere, by which annealing and integer programs get the same time. Without it, the work of
    each depends on nothing but the seed.
    """
    search = _Search(data, seed, stop, clock)
    if not search.begin():
        return None
    search.improve()
    return Choice(search.aisles, np.sort(search.orders), search.ratio, search.bound)


@dataclass(frozen=True)
class _Size:
    """The best set of a size that was annealed so many times."""

    ratio: float
    aisles: Ints
    tries: int


class _Search:
    def __init__(
        self, data: Instance, seed: int, stop: Callable[[], bool], clock: Callable[[], float] | None
    ) -> None:
        self.data, self._asked, self._stopped = data, stop, False
        # Seconds that programs may use by now, and those that one should have.
        self.clock, self.credit, self.need = clock, 0.0, 0.3
        self.n = len(data.a_ptr) - 1
        self.random = np.random.default_rng(seed)
        self.seed, self.short = seed, 1.0
        self.ratio, self.bound = 0.0, None if self.n else 0.0
        self.aisles, self.orders = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.elite: deque[Ints] = deque(maxlen=_ELITE)
        self.extra, self.turn, self.share, self.hope = 16, 0, 1.0, 0.0
        self.sizes: dict[int, _Size] = {}
        self.ladder: list[int] = []
        self.rung = 0
        self.packer = Packer(data, 0.0)
        self.state: State = self.packer.state(seed)

    def stop(self) -> bool:
        """Once stopped, stopped for good."""
        self._stopped = self._stopped or self._asked()
        return self._stopped

    # --- a first answer

    def begin(self) -> bool:
        """Make a first choice: aisles with the most of what is wanted until the limits are met; else by a program."""
        if not self.n:
            return False
        t = self.packer.tables
        worth = np.add.reduceat(np.append(t.a_qty, 0), np.minimum(t.a_ptr[:-1], len(t.a_qty)))
        worth = np.where(np.diff(t.a_ptr) > 0, worth, 0)
        for a in np.argsort(-worth, kind="stable"):
            place_set(t, self.state, np.append(self.state.perm[: self.state.whole[K]], a), 0.0, 1.0)
            if self.state.real[BEST_RATIO] > 0 and self._take_best():
                return True
        everything = np.arange(self.n)
        found, _ = solve(self.data, everything, 0.0, None, lambda asked: False, tight=True)
        return found.aisles is not None and self._offer(found.aisles, found.prefer)

    # --- taking answers

    def _take_best(self) -> bool:
        return self._offer(self.state.best[: self.state.whole[BEST_K]].copy(), np.zeros(0, np.int64))

    def _offer(self, aisles: Ints, prefer: Ints) -> bool:
        """Keep this set with its orders, when that is better than what there is."""
        place_set(self.packer.tables, self.state, aisles, self.ratio, self.short)
        orders = self.packer.orders_of(self.state, prefer)
        ratio = self._ratio(aisles, orders)
        better = ratio > self.ratio * (1 + 1e-9)
        if better:
            self.ratio, self.aisles, self.orders = ratio, aisles, orders
        self.state.real[BEST_RATIO] = self.ratio
        return better

    def _ratio(self, aisles: Ints, orders: Ints) -> float:
        data, units = self.data, int(self.data.units[orders].sum())
        if not data.min_units <= units <= data.max_units or not data.min_orders <= len(orders) <= data.max_orders:
            return -1.0
        if int(data.must[orders].sum()) < int(data.must.sum()) or not len(aisles):
            return -1.0
        cost = data.fixed + data.aisle_cost * len(aisles) + float(data.work[orders].sum())
        return units / cost

    # --- getting better

    def improve(self) -> None:
        base = run = min(_FIRST, _RUN * (len(self.data.o_item) + len(self.data.a_item)))
        while not self.stop():
            before, begun = self.ratio, self._now()
            self.hope = _HOPES[self.turn % len(_HOPES)]
            if self.turn == 0 or (self.turn % 2 == 0 and self.rung == len(self.ladder)):
                heat = _HEATS[self.turn // 2 % len(_HEATS)]
                self._anneal(run, heat, self.aisles, same_size=False)
                self._at_size(run / 2, heat, self._resized(len(self.aisles) + (1, -1)[self.turn // 2 % 2]))
            else:
                k = self._size_to_try()
                tries = self.sizes[k].tries if k in self.sizes else 0
                begin = self.sizes[min(self.sizes, key=lambda each: abs(each - k))].aisles if self.sizes else None
                self._at_size(min(base * 2.0**tries, _LONGEST), _HEATS[0], self._resized(k, begin))
            self.credit += (self._now() - begun) * self.share
            if not self.stop() and self._exact():
                return
            self.turn += 1
            run = min(run * _GROWTH, _LONGEST) if self.ratio == before else run

    def _at_size(self, work: float, heat: float, begin: Ints) -> None:
        """Anneal sets of one size: some sizes are good only once they are well filled."""
        k = len(begin)
        if not 0 < k < self.n or self.stop():
            return
        self._anneal(work, heat, begin, same_size=True)
        self._place_top()
        ratio = max(0.0, score(self.packer.tables, self.state, self.ratio, self.short)[1])
        known = self.sizes.get(k, _Size(-1.0, begin, 0))
        better = _Size(ratio, self.elite[-1], known.tries) if ratio > known.ratio else known
        self.sizes[k] = replace(better, tries=known.tries + 1)

    def _size_to_try(self) -> int:
        """First a ladder of all sizes, then the size that promises most. Each time a size is tried it gets twice the
        work, so that it has to promise a little more."""
        if not self.ladder:
            unit = max(1e-9, self.ratio * self.data.aisle_cost)
            most = max(1, min(self.n - 1, int(self.data.max_units / unit)))
            least = min(most, max(1, int(self.data.min_units / unit)))
            rungs = int(np.log(most / least) / np.log(_RUNG)) + 1
            # The upper ones first: the set at hand is seldom one of them.
            sizes = {min(most, round(least * _RUNG**rung)) for rung in range(rungs)} | {most}
            self.ladder = sorted(sizes, reverse=True)
        if self.rung < len(self.ladder):
            self.rung += 1
            return self.ladder[self.rung - 1]
        good = sorted(self.sizes, key=lambda k: -self.sizes[k].ratio)[:3]
        near = sorted({k + step for k in good for step in (-4, -2, -1, 0, 1, 2, 4) if 0 < k + step < self.n})
        return max(near, key=self._promise, default=1)

    def _promise(self, k: int) -> float:
        if k in self.sizes:
            return self.sizes[k].ratio / self.ratio - _TRIED * self.sizes[k].tries
        nearest = min(self.sizes, key=lambda each: abs(each - k))
        return self.sizes[nearest].ratio / self.ratio - _TRIED

    def _now(self) -> float:
        return self.clock() if self.clock else 0.0

    def _resized(self, k: int, begin: Ints | None = None) -> Ints:
        """The best set, or `begin`, with aisles added or taken at random."""
        aisles = self.aisles if begin is None else begin
        if k <= len(aisles):
            return self.random.permutation(aisles)[: max(k, 0)]
        others = np.setdiff1d(np.arange(self.n), aisles)
        return np.append(aisles, self.random.permutation(others)[: k - len(aisles)])

    def _anneal(self, work: float, heat: float, begin: Ints, *, same_size: bool) -> None:
        if self.data.counted:
            whole = self.state.whole.copy()
            self.packer = Packer(self.data, self.ratio)
            self.state = self.packer.state(self.seed)
            self.state.whole[2] = whole[2]  # the random numbers go on
            self.state.real[BEST_RATIO] = self.ratio
        t, s = self.packer.tables, self.state
        unit = self.ratio * self.data.aisle_cost
        place_set(t, s, begin, self.ratio, self.short)
        done = 0.0
        while done < 1.0 and not self.stop():
            lam = max(self.ratio, s.real[BEST_RATIO]) if not self.data.counted else self.ratio
            until = min(1.0, done + _SLICE / work)
            reached = anneal(
                t, s, lam, self.short, heat * unit, _COLD * unit, done, until, work, same_size, self.hope
            )
            done = max(reached, until)
        s.real[HOPE] = 0.0
        self.elite.append(s.top[: s.whole[TOP_K]].copy())
        if s.real[BEST_RATIO] > self.ratio:
            self._take_best()
        if not same_size:
            self._weigh_shortage()

    def _weigh_shortage(self) -> None:
        """The price of a missing unit rises while runs end under the limits, and falls while they do not."""
        self._place_top()
        under = score(self.packer.tables, self.state, self.ratio, self.short)[1] < 0
        self.short = min(64.0, self.short * 1.6) if under else max(0.5, self.short * 0.9)

    def _place_top(self) -> None:
        place_set(self.packer.tables, self.state, self.elite[-1], self.ratio, self.short)

    # --- integer programs

    def _exact(self) -> bool:
        """One program over a pool, when annealing has had its share. True when all is proven."""
        around = self.elite[-1] if self.turn % 2 else self.aisles
        ranked = self._ranked(around)
        pool = np.sort(ranked[: len(np.union1d(self.aisles, around)) + self.extra])
        everything = len(pool) == len(ranked)
        small = self._size(pool) < _SMALL
        if not small and self.turn > 0 and self.rung < len(self.ladder):
            return False
        if self.clock and self.credit < (0.0 if small else self.need):
            return False
        begun = self._now()
        tight = int(self.data.units[self.orders].sum()) > 0.98 * self.data.max_units
        enough = self._limit(max(self.credit, 0.1))
        found, _ = solve(self.data, pool, self.ratio, (self.aisles, self.orders), enough, tight=tight)
        before = self.ratio
        if found.aisles is not None and len(found.aisles):
            self._offer(found.aisles, found.prefer)
        if found.done and everything and self.ratio == before:
            self.bound = self.ratio
            return True
        if everything and np.isfinite(found.over):
            cost = self.data.fixed + self.data.aisle_cost
            bound = before + max(0.0, found.over) / cost
            self.bound = bound if self.bound is None else min(self.bound, bound)
        self.share = 1.0 if self.ratio > before else max(_LEAST_SHARE, self.share * 0.7)
        self.extra = int(self.extra * 1.4) + 2 if found.done else max(6, int(self.extra * 0.85))
        self.need = max(0.3, self.need * 0.8) if found.done else min(_LONG, self.need * 1.5)
        self.credit -= self._now() - begun
        return False

    def _limit(self, seconds: float) -> Callable[[int], bool]:
        if self.clock is None:
            most = _ASKS * (1 + self.turn)
            return lambda asked: asked > most or self.stop()
        until = self.clock() + seconds
        return lambda asked: self.stop() or self._now() > until

    def _size(self, pool: Ints) -> int:
        return int((self.data.a_ptr[pool + 1] - self.data.a_ptr[pool]).sum())

    def _ranked(self, around: Ints) -> Ints:
        """Aisles of the best set and of `around`, then others, promising first."""
        seen = np.zeros(self.n)
        for aisles in self.elite:
            seen[aisles] += 1.0 / len(self.elite)
        worth = seen + 0.3 * self.random.random(self.n)
        worth[around] = worth[self.aisles] = 1e9
        return np.argsort(-worth, kind="stable")
