"""What the references of moves, holds and promises mean: `pick 45` is a line of a wave, for an order.

Rooms import only downwards, so each registers how its own references are told:

    @reference("pick")
    def _picks(numbers: Sequence[int]) -> dict[int, Said]: ...
"""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from wms.core.said import Said

Teller = Callable[[Sequence[int]], dict[int, Said]]
_tellers: dict[str, Teller] = {}
_NUMBERED = re.compile(r"([a-z_]+) ([0-9]{1,18})\Z")


def reference(kind: str) -> Callable[[Teller], Teller]:
    """Register what references `<kind> <number>` mean; the function takes numbers and tells those that it knows."""

    def register(teller: Teller) -> Teller:
        _tellers[kind] = teller
        return teller

    return register


def tell(references: Iterable[str]) -> dict[str, Said | str]:
    """Each reference in words, one that nobody knows as it is written; one question for each kind."""
    told: dict[str, Said | str] = {each: each for each in references}
    numbers: dict[str, list[int]] = defaultdict(list)
    for each in told:
        match = _NUMBERED.match(each)
        if match and match[1] in _tellers:
            numbers[match[1]].append(int(match[2]))
    for kind, wanted in numbers.items():
        told |= {f"{kind} {number}": words for number, words in _tellers[kind](wanted).items()}
    return told
