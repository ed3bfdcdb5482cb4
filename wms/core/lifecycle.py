"""Lifecycles: one table of (action, from, to) per thing; everything else is derived from it."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import CheckConstraint

from wms.core.error import WmsError


@dataclass(frozen=True)
class Lifecycle:
    """The statuses of one thing and the actions that move it.

    `moves` maps an action to ({statuses it may start from}, status it ends in). `initial` is the first.
    """

    thing: str
    initial: str
    moves: Mapping[str, tuple[frozenset[str], str]]

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every status, the initial one first, then in the order of the table."""
        seen = dict.fromkeys([self.initial])
        for sources, target in self.moves.values():
            seen.update(dict.fromkeys([*sorted(sources), target]))
        return tuple(seen)

    def after(self, action: str, status: str) -> str:
        """The status that `action` leads to. Raises `core.illegal_move` (409) when it may not."""
        sources, target = self.moves[action]
        if status not in sources:
            raise WmsError("core.illegal_move", thing=self.thing, action=action, status=status)
        return target

    def check(self, column: str = "status") -> CheckConstraint:
        """The database constraint that no other status is ever stored."""
        listed = ", ".join(f"'{status}'" for status in sorted(self.statuses))
        return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")

    def mermaid(self) -> str:
        """The state diagram, for the generated documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for action, (sources, target) in self.moves.items():
            lines += [f"    {source} --> {target}: {action}" for source in sorted(sources)]
        return "\n".join(lines)


def move(sources: str, target: str) -> tuple[frozenset[str], str]:
    """One row of the table: `move("open picking", "cancelled")`."""
    return frozenset(sources.split()), target
