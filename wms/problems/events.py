"""What the room of problems tells the boards."""
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class ProblemReported(DomainEvent):
    """Somebody on the floor has reported a problem, or has added words or a picture to it."""

    name: ClassVar[str] = "problem.reported"
    warehouse_id: int
    problem_id: int


@dataclass(frozen=True)
class ProblemCleared(DomainEvent):
    """A supervisor has seen to it."""

    name: ClassVar[str] = "problem.cleared"
    warehouse_id: int
    problem_id: int
