"""Ruin and recreate: take related orders out of a few carts, put them back where they cost least.

After J. Christiaens and G. Vanden Berghe, "Slack induction by string removals for vehicle routing
problems", Transportation Science 54 (2020): adjacent removals, greedy insertion that now and then
overlooks the best place, and simulated annealing, here in cycles because the time given is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import log
from random import Random

from .carts import Bench, Cart, total_length
from .related import related_singles

_CARTS_HIT = (2, 4)  # carts ruined in one round
_TAKEN_MOST = 5  # orders taken from one of them
_OVERLOOKED = 0.02  # chance that an insertion overlooks a cart
_NEAR = 40  # related orders known for each order
_ALL_CARTS = 16  # up to this many carts with room, each is tried for each order
_HOT, _COLD = 0.02, 0.002  # temperatures, as shares of the mean walk of a cart
_CYCLE, _GROWTH = 20, 2  # rounds per order in the first cycle, and times as many in each one after it
_PATIENCE = 4  # ends after this many cycles in a row without a better plan


def improve(bench: Bench, carts: Sequence[Cart], *, seed: int, stop: Callable[[], bool]) -> list[Cart]:
    """The best plan found from `carts` on until `stop` says so or better ones are no longer found.

    The same seed and the same number of calls of `stop` give the same plan.
    """
    best = list(carts)
    if len(best) < 2:
        return best
    search = _Search(bench, best, Random(seed))  # noqa: S311 - nothing secret depends on it
    heat = search.total / len(best)
    rounds, idle = _CYCLE * len(bench.singles), 0
    while idle < _PATIENCE:
        least = total_length(best)
        search.reset(best)
        for number in range(rounds):
            if stop():
                return best
            search.round(heat * _HOT * (_COLD / _HOT) ** (number / rounds))
            if search.total < least:
                least, best = search.total, search.plan()
                idle = -1
        rounds, idle = rounds * _GROWTH, idle + 1
    return best


class _Search:
    """The carts by position, where each order is, and the total; one empty cart is always at hand."""

    def __init__(self, bench: Bench, carts: Sequence[Cart], rng: Random) -> None:
        self.bench, self.rng = bench, rng
        self._related = related_singles(bench)
        self._near: dict[int, list[int]] = {}
        self.reset(carts)

    def reset(self, carts: Sequence[Cart]) -> None:
        self.carts = [cart for cart in carts if cart.members] + [self.bench.empty]
        self.total = total_length(self.carts)
        self._where = [0] * len(self.bench.singles)
        self._note(range(len(self.carts)))

    def plan(self) -> list[Cart]:
        return [cart for cart in self.carts if cart.members]

    def round(self, temperature: float) -> None:
        """Ruin, recreate, and keep the outcome unless it is too much worse."""
        changed, orders = self._ruin()
        touched = self._recreate(changed, orders)
        before = sum(self._at({}, number).length_mm for number in touched)
        change = total_length(touched.values()) - before
        if change <= -temperature * log(1.0 - self.rng.random()):
            self._keep(touched, change)

    def _keep(self, touched: dict[int, Cart], change: int) -> None:
        missing = max(touched) + 1 - len(self.carts)
        self.carts += [self.bench.empty] * missing
        for number, cart in touched.items():
            self.carts[number] = cart
        self.total += change
        self._note(touched)
        if self.carts[-1].members:
            self.carts.append(self.bench.empty)

    def _note(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            for member in self.carts[number].members:
                self._where[member] = number

    def near(self, order: int) -> list[int]:
        found = self._near.get(order)
        if found is None:
            found = self._near[order] = self._related.nearest(order, _NEAR, fitting=False)
        return found

    def _ruin(self) -> tuple[dict[int, Cart], list[int]]:
        """Carts as they are left, by position, and the orders taken out."""
        rng = self.rng
        centre = rng.randrange(len(self.bench.singles))
        hits = rng.randint(*_CARTS_HIT)
        changed: dict[int, Cart] = {}
        taken: list[int] = []
        for order in (centre, *self.near(centre)):
            number = self._where[order]
            if number in changed:
                continue
            members = self.carts[number].members
            out = self._picked(order, members)
            taken += out
            changed[number] = self.bench.cart(member for member in members if member not in out)
            if len(changed) == hits:
                break
        return changed, taken

    def _picked(self, order: int, members: tuple[int, ...]) -> list[int]:
        """The order and a few others of its cart."""
        count = self.rng.randint(1, min(len(members), _TAKEN_MOST))
        others = [member for member in members if member != order]
        return [order, *self.rng.sample(others, count - 1)]

    def _recreate(self, changed: dict[int, Cart], orders: list[int]) -> dict[int, Cart]:
        """The carts touched once every order is back in one, by position."""
        touched = dict(changed)
        for order in self._sorted(orders):
            single = self.bench.singles[order]
            number = self._cheapest(touched, single)
            touched[number] = self.bench.join(self._at(touched, number), single)
        return touched

    def _sorted(self, orders: list[int]) -> list[int]:
        singles, rng = self.bench.singles, self.rng
        rng.shuffle(orders)
        way = rng.randrange(3)
        if way == 1:
            orders.sort(key=lambda order: singles[order].load, reverse=True)
        elif way == 2:
            orders.sort(key=lambda order: singles[order].length_mm, reverse=True)
        return orders

    def _at(self, touched: dict[int, Cart], number: int) -> Cart:
        if number in touched:
            return touched[number]
        return self.carts[number] if number < len(self.carts) else self.bench.empty

    def _cheapest(self, touched: dict[int, Cart], single: Cart) -> int:
        """Position of the cart with room whose walk grows least."""
        bench, random = self.bench, self.rng.random
        best, best_growth = -1, 0
        for number in self._tried(touched, single.members[0]):
            cart = self._at(touched, number)
            if not bench.fits(cart, single) or random() < _OVERLOOKED:
                continue
            growth = bench.joined_length(cart, single) - cart.length_mm
            if best < 0 or growth < best_growth:
                best, best_growth = number, growth
        return best if best >= 0 else self._unused(touched)

    def _unused(self, touched: dict[int, Cart]) -> int:
        number = len(self.carts) - 1
        while self._at(touched, number).members:
            number += 1
        return number

    def _tried(self, touched: dict[int, Cart], order: int) -> Iterable[int]:
        if len(self.carts) <= _ALL_CARTS:
            return range(len(self.carts))
        tried = dict.fromkeys(touched)
        tried.update(dict.fromkeys(self._where[other] for other in self.near(order)[:_ALL_CARTS]))
        tried[len(self.carts) - 1] = None
        return tried
