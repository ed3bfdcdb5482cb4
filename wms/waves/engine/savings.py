"""Carts by savings: join the two carts that save the most walking together, again and again.

G. Clarke and J. W. Wright, Operations Research 12 (1964), in the form for order batching that measures
the savings anew after each join: C&W(ii) of M. B. M. de Koster, E. S. van der Poort and M. Wolters,
International Journal of Production Research 37 (1999).
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from .carts import Bench, Cart
from .related import related_singles

_MEASURED = 24_000  # about this many pairs of orders are measured at first; the rest are guessed away
_FEWEST, _MOST = 8, 120  # candidates for one cart


class _Savings:
    """Carts by number (orders first, joined carts after them) and a heap of joins."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.carts: dict[int, Cart] = dict(enumerate(bench.singles))
        self.following = len(self.carts)
        self._most = max(_FEWEST, min(_MOST, _MEASURED // len(self.carts)))
        self._related = related_singles(bench)
        self._heap: list[tuple[int, int, int]] = []

    def offer(self, number: int) -> None:
        """Measure what the cart would save with each candidate."""
        cart = self.carts[number]
        for other in self._related.nearest(number, self._most, fitting=True):
            partner = self.carts[other]
            saving = cart.length_mm + partner.length_mm - self.bench.joined_length(cart, partner)
            heappush(self._heap, (-saving, min(number, other), max(number, other)))

    def join_best(self) -> int | None:
        """Join the best pair still there; the number of the new cart, None when no pair is left."""
        while self._heap:
            _, a, b = heappop(self._heap)
            if a in self.carts and b in self.carts:
                return self._join(a, b)
        return None

    def _join(self, a: int, b: int) -> int:
        number = self.following
        self.following += 1
        self.carts[number] = self.bench.join(self.carts.pop(a), self.carts.pop(b))
        self._related.remove(a)
        self._related.remove(b)
        self._related.add(number, self.carts[number])
        return number

    def result(self) -> list[Cart]:
        return sorted(self.carts.values(), key=lambda cart: cart.members)


def savings(bench: Bench, stop: Callable[[], bool]) -> list[Cart]:
    """All orders in carts that fit. Cut short by `stop`, the carts joined so far, some of them small."""
    work = _Savings(bench)
    joined = True
    while joined:  # again, for carts that have lost all their candidates
        joined = False
        for number in list(work.carts):
            if stop():
                return work.result()
            work.offer(number)
        while not stop() and (number_joined := work.join_best()) is not None:
            work.offer(number_joined)
            joined = True
    return work.result()
