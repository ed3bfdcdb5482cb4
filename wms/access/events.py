"""What the access room tells people and the rooms above it."""
from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wms.core.event import DomainEvent


@dataclass(frozen=True)
class NoteSent(DomainEvent):
    """A supervisor tells a person something; their device shows it until they have said that they read it.

    `kind` home: the device of `session_id` goes to its start screen; out: it is signed out. `phrase` is one of
    `rules.PHRASES`, else the words are `text`. `stations`: the tables at which the person is signed in.
    """

    name: ClassVar[str] = "note.sent"
    warehouse_id: int
    note_id: int
    person_id: int
    session_id: int | None
    stations: tuple[int, ...]
    kind: str
    phrase: str
    text: str
    by: str

    def topics(self) -> tuple[str, ...]:
        return (f"person:{self.person_id}", *(f"station:{each}" for each in self.stations))


@dataclass(frozen=True)
class NoteRead(DomainEvent):
    """A person has said that they read a note: their other devices need not show it any more."""

    name: ClassVar[str] = "note.read"
    warehouse_id: int
    note_id: int
    person_id: int

    def topics(self) -> tuple[str, ...]:
        return (f"person:{self.person_id}",)


@dataclass(frozen=True)
class TerminalTaken(DomainEvent):
    """A person goes on at the terminal of this session, which is called `device`: their other terminals rest."""

    name: ClassVar[str] = "terminal.taken"
    person_id: int
    session_id: int
    device: str

    def topics(self) -> tuple[str, ...]:
        return (f"person:{self.person_id}",)
