"""The rules at work: asked about the orders of an audit, and tried on past orders without changing anything."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from wms.core.clock import now
from wms.core.db import db
from wms.orders.auditing import applying, once, rulebook
from wms.orders.auditing.conditions import Rule, compiled
from wms.orders.auditing.deciding import HOLDS, Ruling, decide, problems
from wms.orders.auditing.facts import facts
from wms.orders.history import note
from wms.orders.models import Order
from wms.orders.rules import Problem

AT_ONCE = 5_000  # orders whose facts are in memory together
MOST_TRIED = 20_000
SHOWN = 100  # orders that a trial lists


@dataclass
class Rulings:
    """What the rules say of the orders of one audit, and what people have let these orders pass."""

    said: Mapping[int, Ruling] = field(default_factory=dict)
    passed: Mapping[int, set[str]] = field(default_factory=dict)

    def problems(self, order_id: int, papers: Iterable[Problem]) -> list[Problem]:
        """All that holds an order: what its papers lack first, then its rules."""
        passed = self.passed.get(order_id, set())
        found = [problem for problem in papers if problem.code not in passed]
        return found + (problems(self.said[order_id], passed) if order_id in self.said else [])

    def apply(self, order_ids: Iterable[int]) -> None:
        """Do what the rules want to those of the orders that go on, in this sequence."""
        wanted = {id: self.said[id].effects for id in order_ids if id in self.said and self.said[id].effects}
        if wanted:
            applying.apply(wanted)


def rulings(orders: Sequence[Row[Any]]) -> Rulings:
    """What the rules say of these locked orders (id, warehouse_id)."""
    ids = [order.id for order in orders]
    by_house: dict[int, list[int]] = defaultdict(list)
    for order in orders:
        by_house[order.warehouse_id].append(order.id)
    rules = rulebook.working(by_house)
    said: dict[int, Ruling] = {}
    for warehouse_id, its in rules.items():
        said |= decide(facts(by_house[warehouse_id], its), its)
    return Rulings(said, once.passed(ids))


def tell(was: Mapping[int, str | None], held: Mapping[int, Sequence[Problem]]) -> None:
    """Write into the histories of orders that rules hold them now and did not before (`was`: their hold's reason)."""
    for code in ("rule_hold", "finance_review"):
        found = {
            id: {"rule": its[0].params["rule"], "why": its[0].params["why"]}
            for id, its in held.items()
            if its[0].code == code and was.get(id) != code
        }
        note(code, found)


@dataclass(frozen=True)
class Tried:
    """What a rule would have met: of `looked` orders, the newest first, `met` with what was found in each."""

    looked: int
    met: dict[int, str]
    holds: bool


def try_out(warehouse_id: int, rule: Rule, *, last: int | None = None, days: int | None = None) -> Tried:
    """Ask a rule about past orders: the `last` ones, or those placed within so many days; at most MOST_TRIED.

    Nothing is changed, and no rule before it is asked.
    """
    its = select(Order.id).where(Order.warehouse_id == warehouse_id)
    if days is not None:
        its = its.where(Order.placed_at >= now() - timedelta(days=days))
    ids = list(db.session.execute(its.order_by(Order.id.desc()).limit(min(last or MOST_TRIED, MOST_TRIED))).scalars())
    test, met = compiled(rule), {}
    for start in range(0, len(ids), AT_ONCE):
        for fact in facts(ids[start : start + AT_ONCE], [rule]):
            if (found := test(fact)) is not None:
                met[fact.order_id] = found
    holds = any(each["what"] in HOLDS for each in rule.actions)
    return Tried(len(ids), dict(sorted(met.items(), reverse=True)), holds)
