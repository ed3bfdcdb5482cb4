"""What a partial walk can end in, and how it can go on, for any number of cross aisles.

The dynamic programme of H. D. Ratliff and A. S. Rosenthal (Operations Research 31, 1983; one block) and of
K. J. Roodbergen and R. de Koster (European Journal of Operational Research 133, 2001; two blocks) adds the
floor from left to right. A state says of each crossing of the last aisle with a cross aisle whether the part
walked so far touches it, whether an odd or an even number of its edges end there, and which crossings hang
together. L. Pansart, N. Catusse and H. Cambazard (Computers & Operations Research 100, 2018) write the same
for any number of cross aisles. Here the moves between states are derived, not listed: with two cross aisles
they are the tables I and II of Ratliff and Rosenthal.

The number of states grows fast: 6, 24, 112 and 568 for two to five cross aisles.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np

from .compiled import Codes, Ints

# Ways to walk the stretch of an aisle between two cross aisles (Ratliff and Rosenthal, figure 3): not at all,
# once through, from the back end and back, from the front end and back, from both ends leaving out the widest
# gap, twice through.
NONE, PASS, BACK, FRONT, GAP, TWICE = range(6)
WAYS = 6

_State = tuple[int, ...]
"""Per cross aisle, front first: 0 untouched, +part with an even number of edges, -part with an odd one."""


class Tables(NamedTuple):
    """Moves between states, as arrays for the kernels. State 0 is the empty walk.

    states: how many there are.
    first: where the moves of each step begin; with n cross aisles there are n - 1 steps along an aisle
        (front stretch first), then the step to the next aisle; one more entry ends the last.
    before, after: states. way: along an aisle one of the six ways; to the next aisle two bits per cross aisle,
        the times (0, 1, 2) it is walked. times: the sum of these times.
    done: the states after an aisle in which the walk is closed and whole.
    The arrays are read-only, as those that a kernel finds in its module are: one type, compiled once.
    """

    states: int
    first: Ints
    before: Codes
    after: Codes
    way: Codes
    times: Codes
    done: Ints


@cache
def tables(cross_aisles: int) -> Tables:
    """The tables for that many cross aisles (at least two), made once."""
    steps = cross_aisles
    reached: list[set[_State]] = [set() for _ in range(steps)]
    moves: list[list[tuple[_State, int, int, _State]]] = [[] for _ in range(steps)]
    frontier = [(0, (0,) * cross_aisles)]
    reached[0].add((0,) * cross_aisles)
    while frontier:
        step, state = frontier.pop()
        following = (step + 1) % steps
        for way, times, after in _across(state) if following == 0 else _along(state, step):
            moves[step].append((state, way, times, after))
            if after not in reached[following]:
                reached[following].add(after)
                frontier.append((following, after))
    names = {state: number for number, state in enumerate(sorted(set().union(*reached), key=_sorted_last))}
    return _packed(moves, names, [state for state in names if state in reached[-1] and _is_done(state)])


def _packed(moves: list[list[tuple[_State, int, int, _State]]], names: dict[_State, int], done: list[_State]) -> Tables:
    rows = [
        (names[before], names[after], way, times)
        for step in moves
        for before, way, times, after in sorted(step, key=lambda move: (names[move[0]], move[1]))
    ]
    first = np.cumsum([0, *(len(step) for step in moves)], dtype=np.int64)
    before, after, way, times = (np.array(column, dtype=np.uint16) for column in zip(*rows, strict=True))
    made = Tables(
        len(names), first, before, after, way, times, np.array([names[state] for state in done], dtype=np.int64)
    )
    for array in made[1:]:
        array.setflags(write=False)
    return made


def _sorted_last(state: _State) -> tuple[bool, _State]:
    """The empty walk first, the others in any fixed order."""
    return any(state), state


def _is_done(state: _State) -> bool:
    return all(part in (0, 1) for part in state) and any(state)


def _along(state: _State, row: int) -> Iterator[tuple[int, int, _State]]:
    """Moves along the stretch from cross aisle `row` to the next one."""
    low, high = row, row + 1
    yield NONE, 0, state
    yield PASS, 0, _named(_joined(_turned(_turned(state, low), high), low, high))
    yield BACK, 0, _named(_touched(state, high))
    yield FRONT, 0, _named(_touched(state, low))
    both = _touched(_touched(state, low), high)
    yield GAP, 0, _named(both)
    if abs(both[low]) != abs(both[high]):  # else the widest gap need not be walked
        yield TWICE, 0, _named(_joined(both, low, high))


def _across(state: _State) -> Iterator[tuple[int, int, _State]]:
    """Moves to the next aisle. An odd crossing is left once, an even one twice or, if its part goes on, never."""
    choices = [(1,) if part < 0 else (0, 2) if part > 0 else (0,) for part in state]
    for times in product(*choices):
        after = tuple(part if count else 0 for part, count in zip(state, times, strict=True))
        if {abs(part) for part in after} - {0} == {abs(part) for part in state} - {0}:
            yield sum(count << 2 * row for row, count in enumerate(times)), sum(times), _named(after)


def _touched(state: _State, row: int) -> _State:
    return _with(state, row, state[row] or _new_part(state))


def _turned(state: _State, row: int) -> _State:
    """One more edge at this crossing."""
    return _with(state, row, -state[row] if state[row] else -_new_part(state))


def _joined(state: _State, a: int, b: int) -> _State:
    into, gone = abs(state[a]), abs(state[b])
    return tuple((into if part > 0 else -into) if abs(part) == gone else part for part in state)


def _new_part(state: _State) -> int:
    return max(map(abs, state)) + 1


def _with(state: _State, row: int, part: int) -> _State:
    return (*state[:row], part, *state[row + 1 :])


def _named(state: _State) -> _State:
    """Parts numbered as they appear, so that equal states are equal."""
    names: dict[int, int] = {0: 0}
    for part in state:
        names.setdefault(abs(part), len(names))
    return tuple(names[abs(part)] if part > 0 else -names[abs(part)] for part in state)
