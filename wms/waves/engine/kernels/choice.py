"""Which of several bins to pick from, so that the walk is short: a search over the choice.

A group is one item of which some bins must give `need` together; a candidate is one such bin. Candidates of a
group stand together. Rounds of ruin and recreate: the choice of a few groups is forgotten and made again, bin by
bin, each time the bin that lengthens the walk least; the outcome is kept unless it is much worse than the best.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .compiled import Flags, Ints, kernel
from .dice import Dice, throw
from .lengths import NEVER, many_block_length, one_block_length
from .tables import Tables

_RUINED = 3  # most groups ruined in one round
_OVERLOOKED = 20  # one candidate in so many is overlooked
_FINE = 1 << 20  # parts of a mm, so that a growth can be divided; more than the quantity of any bin
_WORSE = 100  # at first a choice is kept when at most a hundredth worse than the best


class Choice(NamedTuple):
    """What to choose from. The floor as in `lengths`, moves as in `tables`.

    aisles, ys: the places of all bins, sorted. fixed: how often each is visited anyway.
    place, quantity: of each candidate. first: where each group begins, one more entry at the end. need: of
    each group.
    """

    aisle_x: Ints
    cross_y: Ints
    depot_aisle: int
    depot_y: int
    moves: Tables
    aisles: Ints
    ys: Ints
    fixed: Ints
    place: Ints
    quantity: Ints
    first: Ints
    need: Ints


@kernel
def walk_of(choice: Choice, visits: Ints) -> int:
    """Shortest walk past the places with visits."""
    starts, ys = np.zeros(choice.aisle_x.size + 1, dtype=np.int64), np.empty(visits.size, dtype=np.int64)
    count = 0
    for place in range(visits.size):
        if visits[place]:
            ys[count], count = choice.ys[place], count + 1
            starts[choice.aisles[place] + 1] = count
    for aisle in range(starts.size - 1):
        starts[aisle + 1] = max(starts[aisle + 1], starts[aisle])
    x, y, aisle, at = choice.aisle_x, choice.cross_y, choice.depot_aisle, choice.depot_y
    if y.size == 2:
        return one_block_length(x, y, aisle, at, starts, ys)
    return many_block_length(x, y, aisle, at, starts, ys, choice.moves)


@kernel
def visits_of(choice: Choice, chosen: Flags) -> Ints:
    visits = choice.fixed.copy()
    for candidate in range(chosen.size):
        visits[choice.place[candidate]] += chosen[candidate]
    return visits


@kernel
def price(choice: Choice, chosen: Flags) -> int:
    """To be made small: the length of the walk, then the number of bins."""
    bins: int = chosen.sum()
    return walk_of(choice, visits_of(choice, chosen)) * (chosen.size + 1) + bins


@kernel
def first_choice(choice: Choice, dice: Dice) -> Flags:
    """Group by group, so those with the fewest candidates should stand first."""
    chosen = np.zeros(choice.place.size, dtype=np.bool_)
    visits = choice.fixed.copy()
    for group in range(choice.need.size):
        _choose(choice, chosen, visits, group, 0, dice)
    return chosen


@kernel
def improve_choice(choice: Choice, best: Flags, current: Flags, done: int, rounds: int, most: int, dice: Dice) -> None:
    """Some rounds, after `done` of `most`. Changes `best` and `current` in place."""
    groups = choice.need.size
    least, now = price(choice, best), price(choice, current)
    for number in range(done, done + rounds):
        chosen = current.copy()
        ruined = np.empty(1 + throw(dice, min(_RUINED, groups)), dtype=np.int64)
        for index in range(ruined.size):
            group = ruined[index] = throw(dice, groups)
            chosen[choice.first[group] : choice.first[group + 1]] = False
        visits = visits_of(choice, chosen)
        for index in range(ruined.size):
            group = ruined[index]
            if not chosen[choice.first[group] : choice.first[group + 1]].any():
                _choose(choice, chosen, visits, group, _OVERLOOKED, dice)
        cost = price(choice, chosen)
        if cost <= max(now, least + least // _WORSE * (most - number) // most):
            current[:], now = chosen, cost
        if cost < least:
            best[:], least = chosen, cost


@kernel
def _choose(choice: Choice, chosen: Flags, visits: Ints, group: int, overlooked: int, dice: Dice) -> None:
    """Choose candidates of the group until they suffice, then drop those that proved needless.

    The next is the one that lengthens the walk least, now and then the one that does so per unit that it gives.
    """
    begin, end = choice.first[group], choice.first[group + 1]
    need = choice.need[group]
    per_unit = overlooked > 0 and throw(dice, 2) == 0
    while need > 0:
        length = walk_of(choice, visits)
        best, least = -1, NEVER
        for candidate in range(begin, end):
            if chosen[candidate] or (overlooked > 0 and best >= 0 and throw(dice, overlooked) == 0):
                continue
            gives = min(need, choice.quantity[candidate])
            cost = _FINE * (_with_one_more(choice, visits, choice.place[candidate]) - length)
            cost = cost // gives if per_unit else cost - gives
            if cost < least:
                best, least = candidate, cost
        chosen[best] = True
        visits[choice.place[best]] += 1
        need -= choice.quantity[best]
    _drop_needless(choice, chosen, visits, begin, end, -need)


@kernel
def _with_one_more(choice: Choice, visits: Ints, place: int) -> int:
    visits[place] += 1
    length = walk_of(choice, visits)
    visits[place] -= 1
    return length


@kernel
def _drop_needless(choice: Choice, chosen: Flags, visits: Ints, begin: int, end: int, spare: int) -> None:
    while True:
        best, least = -1, NEVER
        for candidate in range(begin, end):
            if chosen[candidate] and choice.quantity[candidate] <= spare:
                visits[choice.place[candidate]] -= 1
                length = walk_of(choice, visits)
                visits[choice.place[candidate]] += 1
                if length < least:
                    best, least = candidate, length
        if best < 0:
            return
        chosen[best] = False
        visits[choice.place[best]] -= 1
        spare -= choice.quantity[best]
