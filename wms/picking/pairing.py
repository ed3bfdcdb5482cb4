"""Which waiting person gets which open task: pure decisions."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Picker:
    """Somebody who waits. `at` is where they last took goods, (x, y) in mm. `zones` empty: everywhere.

    `waves` are those on which a supervisor has put them.
    """

    id: int
    at: tuple[int, int] | None = None
    zones: frozenset[int] = frozenset()
    skills: frozenset[str] = frozenset()
    waves: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Work:
    """An open task. It goes into all of `zones`, which ask for `skills`, and begins at `at`, (x, y) in mm.

    `only`: the people that its wave is for, `sent`: the zones whose people it is for; None: anybody. Its parcels leave
    at `cutoff`.
    """

    id: int
    wave_id: int
    at: tuple[int, int] | None = None
    cutoff: datetime | None = None
    zones: frozenset[int] = frozenset()
    skills: frozenset[str] = frozenset()
    only: frozenset[int] | None = None
    sent: frozenset[int] | None = None


def may(person: Picker, work: Work) -> bool:
    """Whether this is a task for this person: their zones, their skills, and whom its wave is for."""
    if work.wave_id not in person.waves and not _is_for(person, work):
        return False
    return (not person.zones or work.zones <= person.zones) and work.skills <= person.skills


def _is_for(person: Picker, work: Work) -> bool:
    if work.only is not None and person.id not in work.only:
        return False
    return work.sent is None or not person.zones or bool(work.sent & person.zones)


def pairs(people: Sequence[Picker], tasks: Iterable[Work]) -> list[tuple[int, int]]:
    """[(task id, person id), …]: who waits longest (first in `people`) chooses first, so that nobody is passed over.

    Each takes, of the tasks that are for them, one of a wave on which they were put, then what must leave first,
    then what begins nearest to where they are, then the oldest.
    """
    left = {task.id: task for task in tasks}
    found: list[tuple[int, int]] = []
    for person in people:
        mine = [task for task in left.values() if may(person, task)]
        if mine:
            best = min(mine, key=lambda task: _key(person, task))
            del left[best.id]
            found.append((best.id, person.id))
    return found


def _key(person: Picker, task: Work) -> tuple[bool, datetime, int, int]:
    return task.wave_id not in person.waves, task.cutoff or NEVER, apart(person.at, task.at), task.id


def apart(one: tuple[int, int] | None, other: tuple[int, int] | None) -> int:
    """How far two places are from each other along the aisles, mm; 0 where one is not known."""
    if one is None or other is None:
        return 0
    return abs(one[0] - other[0]) + abs(one[1] - other[1])
