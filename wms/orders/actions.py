"""What clerks do to many orders at once: each action is declared once, by the room that carries it out.

A declaration says who may, what is asked besides, which order it is for, how it is done to many together, and how it
is taken back. Everything else is the same for all (`bulk.py`): what would happen is shown by carrying it out and
undoing that; thousands are a worker's; what somebody else changed meanwhile is told and left alone; the orders'
history says what was done.

    add(Action("hold", "clerk supervisor", Hold, check=may_hold, do=hold, undo=let_on))

Texts: `<room>.act.<name>` is its button, `<room>.<code>` what an outcome says, `orders.history.<name>` the history's.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema

from wms.core.error import WmsError
from wms.core.fields import Nothing
from wms.orders.models import Order


@dataclass(frozen=True)
class Doing:
    """An action as it was asked for: where, by whom, and what its schema has read."""

    warehouse_id: int
    person_id: int | None
    by: str
    options: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What becomes of an order. `code` names a text, `params` fill it; `reason` tells those of one code apart (such as
    why each is held). Not `done`: nothing became of it, for that reason. `kept`: JSON that taking it back needs.
    `history` names its text in the order's history, where that is not the action's own."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    done: bool = True
    reason: str = ""
    kept: Mapping[str, Any] | None = None
    history: str = ""

    def told(self) -> dict[str, Any]:
        """The same as JSON."""
        return {"code": self.code, "params": dict(self.params), "done": self.done, "reason": self.reason}


def cannot(code: str, **params: Any) -> Outcome:
    """That nothing became of an order, and why."""
    return Outcome(code, params, done=False)


Outcomes = Mapping[int, Outcome]
Check = Callable[[Doing, Order], "Outcome | None"]
Do = Callable[[Doing, Sequence[Order]], Outcomes]
Undo = Callable[[Doing, Sequence[tuple[Order, Mapping[str, Any]]]], Outcomes]


def nothing_first(doing: Doing, order_ids: Sequence[int]) -> None:
    """Most actions lock nothing before their orders."""


@dataclass(frozen=True)
class Action:
    """One action.

    `check` says why an order cannot take it, None when it can; pure. `do` carries it out on orders that can, which are
    locked, by statements for all of them, and gives an outcome for each; one that it leaves out was refused. It may
    raise WmsError for one of them: they are tried one by one then. `undo` takes it back, of orders that are locked,
    each with what was `kept`. `watches` names columns that must be as they were when somebody looked. `first` takes
    locks that come before those of orders, and may raise WmsError where none of them can. `at_once` orders are one
    transaction.
    """

    name: str
    posts: str
    do: Do
    check: Check = lambda doing, order: None
    schema: type[Schema] = Nothing
    undo: Undo | None = None
    watches: tuple[str, ...] = ()
    first: Callable[[Doing, Sequence[int]], None] = nothing_first
    at_once: int = 200
    room: str = "orders"
    icon: str = "check"
    danger: bool = False
    place: int = 100  # the desk offers the smaller ones first

    @property
    def title(self) -> str:
        return f"{self.room}.act.{self.name}"

    @property
    def needs(self) -> frozenset[str]:
        return frozenset(self.posts.split())


_actions: dict[str, Action] = {}


def add(action: Action) -> Action:
    """Declare an action, for all desks."""
    _actions[action.name] = action
    return action


def action_named(name: str) -> Action:
    """Raises `core.not_found`."""
    found = _actions.get(name)
    if found is None:
        raise WmsError("core.not_found", thing="action", key=name)
    return found


def actions() -> list[Action]:
    """All that are declared, as desks offer them."""
    return sorted(_actions.values(), key=lambda each: each.place)
