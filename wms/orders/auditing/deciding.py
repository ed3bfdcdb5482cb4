"""What the rules say of orders: pure. Their sequence is their position; `skip` ends it for an order."""
from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from wms.orders.auditing.conditions import MOST_GIFTS, Action, Fact, Rule, compiled
from wms.orders.rules import Problem

HOLDS = ("hold", "review")
CODES = {"hold": "rule_hold", "review": "finance_review"}


@dataclass(frozen=True)
class Effect:
    """One action of a rule on an order; `found` is what in the order met the rule, `qty` how many pieces of a gift."""

    rule: Rule
    action: Action
    found: str
    qty: int = 0


@dataclass
class Ruling:
    """What the rules say of one order: why it is held, and what is done to it once it goes on."""

    holds: list[Effect] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)


def decide(facts: Iterable[Fact], rules: Sequence[Rule]) -> dict[int, Ruling]:
    """The rulings by order id; orders that no rule says anything of are left out."""
    tests = [(rule, compiled(rule)) for rule in rules]
    said: dict[int, Ruling] = {}
    for fact in facts:
        ruling = Ruling()
        for rule, test in tests:
            found = test(fact)
            if found is None:
                continue
            for action in rule.actions:
                _add(ruling, Effect(rule, action, found, pieces(action, rule, fact)))
            if any(action["what"] == "skip" for action in rule.actions):
                break
        if ruling.holds or ruling.effects:
            said[fact.order_id] = ruling
    return said


def _add(ruling: Ruling, effect: Effect) -> None:
    if effect.action["what"] in HOLDS:
        ruling.holds.append(effect)
    elif effect.action["what"] != "skip" and (effect.action["what"] != "gift" or effect.qty):
        ruling.effects.append(effect)


def pieces(action: Action, rule: Rule, fact: Fact) -> int:
    """How many pieces of a gift an order gets: so many once, or so many for each full amount or number of pieces."""
    if action["what"] != "gift":
        return 0
    per, qty = action.get("per", "order"), int(action["qty"])
    if per == "order":
        return qty
    each = Decimal(str(action["each"]))
    have = fact.total if per == "total" else Decimal(_counted(rule, fact))
    return min(qty * int(have // each), MOST_GIFTS)


def _counted(rule: Rule, fact: Fact) -> int:
    """Pieces of the SKUs that the rule asks for; of all where it asks for none."""
    asked = [each for each in rule.conditions if each["what"] == "sku" and not each.get("not")]
    names = {name for each in asked for name in each["names"]}
    return sum(line.qty for line in fact.lines if not asked or line.sku in names)


def problems(ruling: Ruling, passed: Container[str]) -> list[Problem]:
    """Why the rules hold an order, but for those that somebody let it pass: one problem for all plain holds, one for
    all that finance must see."""
    found = []
    for what, code in CODES.items():
        its = [each for each in ruling.holds if each.action["what"] == what and each.rule.about not in passed]
        if its:
            rules = list(dict.fromkeys(each.rule.name for each in its))
            about = list(dict.fromkeys(each.rule.about for each in its))
            why = "; ".join(dict.fromkeys(_why(each) for each in its))
            found.append(Problem(code, {"rule": ", ".join(rules), "why": why, "about": about}))
    return found


def _why(effect: Effect) -> str:
    said: str = effect.action["text"]
    return f"{said} ({effect.found})" if effect.found else said
