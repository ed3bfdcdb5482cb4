"""Rules of the audit as data, and whether an order meets them: pure, for thousands of orders at once.

A condition is a mapping: `what` names it (CONDITIONS), `not` turns it round, and the rest says which. A rule is met
when all of its conditions are; one without any is met by every order.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from wms.orders.places.gazetteer import names as names_of
from wms.orders.places.gazetteer import plain

# What each condition needs to be told, and may be.
CONDITIONS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "shop": (("names",), ()),
    "platform": (("names",), ()),
    "kind": (("names",), ()),
    "payment": (("names",), ()),  # of PAYMENTS
    "total": ((), ("least", "most")),
    "pieces": ((), ("least", "most")),
    "lines": ((), ("least", "most")),
    "weight": ((), ("least", "most")),  # grams, as far as weights are known
    "remark": ((), ("names", "of")),  # one of these words; none given: any remark at all
    "sku": (("names",), ("least",)),  # so many pieces of these together, 1 where nothing is said
    "place": (("names",), ()),  # "新疆", or "浙江省 杭州市": every part is a province, city or district
    "first_order": ((), ()),
    "buyer_orders": (("hours", "least"), ()),
    "blacklist": ((), ()),
    "under_floor": ((), ()),
}
ACTIONS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "hold": (("text",), ()),
    "review": (("text",), ()),  # 财审
    "gift": (("sku", "qty"), ("per", "each", "limit")),  # `qty` pieces, or as many for each `each` of `per`
    "carrier": (("carrier",), ()),
    "urgent": ((), ()),
    "note": (("text",), ()),
    "tag": (("text",), ()),
    "skip": ((), ()),
}
RANGES = frozenset({"total", "pieces", "lines", "weight"})  # at least one end must be given
PAYMENTS = ("unpaid", "part", "paid", "cod")
REMARKS = ("either", "buyer", "seller")
PER = ("order", "total", "pieces")  # pieces: of the SKUs that the rule asks for, or of all
MOST_GIFTS = 999  # pieces to one order; more is a rule that was mistyped

Condition = Mapping[str, Any]
Action = Mapping[str, Any]


@dataclass(frozen=True)
class LineFact:
    """Goods of an order as the buyer ordered them. `floor`: the least price of a piece, if there is one."""

    sku: str
    qty: int
    price: Decimal
    weight_g: int = 0
    floor: Decimal | None = None


@dataclass(frozen=True)
class Fact:
    """What rules may ask of an order. `first`: whether it is its buyer's first; `buyer_orders`: how many orders its
    buyer placed in so many hours before it, itself included. Both False and empty where no buyer is known.
    `blacklisted`: the reasons for which it should be looked at."""

    order_id: int
    shop: str = ""
    platform: str = ""
    kind: str = "normal"
    currency: str = "CNY"
    total: Decimal = Decimal(0)
    cod: Decimal = Decimal(0)
    payment: str = "paid"
    remark: str = ""
    seller_remark: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    lines: tuple[LineFact, ...] = ()
    first: bool = False
    buyer_orders: Mapping[int, int] = field(default_factory=dict)
    blacklisted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule as it works: `id` 0 for one that is only tried."""

    id: int
    name: str
    conditions: Sequence[Condition]
    actions: Sequence[Action]

    @property
    def about(self) -> str:
        """What marks call it."""
        return f"rule:{self.id}"


Test = Callable[[Fact], str | None]


def compiled(rule: Rule) -> Test:
    """A function that gives what was found in an order that meets the rule (a word, SKUs), None for any other order."""
    tests = [_test(each) for each in rule.conditions]

    def met(fact: Fact) -> str | None:
        found = []
        for test in tests:
            said = test(fact)
            if said is None:
                return None
            if said:
                found.append(said)
        return ", ".join(found)

    return met


def needs(rules: Iterable[Rule]) -> tuple[set[str], set[int]]:
    """Which conditions these rules ask, and over which hours they count a buyer's orders."""
    asked = [each for rule in rules for each in rule.conditions]
    return {each["what"] for each in asked}, {each["hours"] for each in asked if each["what"] == "buyer_orders"}


def _test(condition: Condition) -> Test:
    test = _TESTS[condition["what"]](condition)
    if not condition.get("not"):
        return test
    return lambda fact: "" if test(fact) is None else None


def _is_one(of: Callable[[Fact], str]) -> Callable[[Condition], Test]:
    def make(condition: Condition) -> Test:
        wanted = frozenset(condition["names"])
        return lambda fact: "" if of(fact) in wanted else None

    return make


def _in_range(of: Callable[[Fact], Decimal | int]) -> Callable[[Condition], Test]:
    def make(condition: Condition) -> Test:
        least, most = (_amount(condition.get(end)) for end in ("least", "most"))

        def test(fact: Fact) -> str | None:
            value = of(fact)
            return "" if (least is None or value >= least) and (most is None or value <= most) else None

        return test

    return make


def _amount(told: Any) -> Decimal | None:
    return None if told in (None, "") else Decimal(str(told))


def _payment(condition: Condition) -> Test:
    wanted = frozenset(condition["names"])
    return lambda fact: "" if fact.payment in wanted or (fact.cod and "cod" in wanted) else None


def _remark(condition: Condition) -> Test:
    # The longest word first: "不要发货" is found rather than the "发货" in it.
    words = sorted((word.casefold() for word in condition.get("names") or ()), key=lambda word: (-len(word), word))
    of = condition.get("of", "either")

    def test(fact: Fact) -> str | None:
        told = "\n".join(
            each for each, whose in ((fact.remark, "buyer"), (fact.seller_remark, "seller")) if of in ("either", whose)
        ).casefold()
        if not words:
            return "" if told.strip() else None
        return next((word for word in words if word in told), None)

    return test


def _sku(condition: Condition) -> Test:
    wanted, least = frozenset(condition["names"]), _amount(condition.get("least")) or 1

    def test(fact: Fact) -> str | None:
        found = [line for line in fact.lines if line.sku in wanted]
        return ", ".join(line.sku for line in found) if found and sum(line.qty for line in found) >= least else None

    return test


def _place(condition: Condition) -> Test:
    wanted = [tuple(told.split()) for told in condition["names"]]

    def test(fact: Fact) -> str | None:
        levels = (("province", fact.province), ("city", fact.city), ("district", fact.district))
        for parts in wanted:
            if all(any(_same(level, value, part) for level, value in levels) for part in parts):
                return " ".join(parts)
        return None

    return test


@lru_cache(maxsize=20_000)
def _same(level: str, value: str, wanted: str) -> bool:
    """Whether a level of an address is what is wanted, by its full name or a shorter one."""
    return bool(value) and not names_of(level, plain(value)).isdisjoint(names_of(level, plain(wanted)))


def _buyer_orders(condition: Condition) -> Test:
    hours, least = condition["hours"], Decimal(condition["least"])
    return lambda fact: str(fact.buyer_orders.get(hours, 0)) if fact.buyer_orders.get(hours, 0) >= least else None


def _blacklist(_: Condition) -> Test:
    return lambda fact: "; ".join(fact.blacklisted) if fact.blacklisted else None


def _under_floor(_: Condition) -> Test:
    def test(fact: Fact) -> str | None:
        under = [line for line in fact.lines if line.floor is not None and line.price < line.floor]
        return ", ".join(f"{line.sku} {line.price:f} < {line.floor:f}" for line in under) or None

    return test


_TESTS: Mapping[str, Callable[[Condition], Test]] = {
    "shop": _is_one(lambda fact: fact.shop),
    "platform": _is_one(lambda fact: fact.platform),
    "kind": _is_one(lambda fact: fact.kind),
    "payment": _payment,
    "total": _in_range(lambda fact: fact.total),
    "pieces": _in_range(lambda fact: sum(line.qty for line in fact.lines)),
    "lines": _in_range(lambda fact: len(fact.lines)),
    "weight": _in_range(lambda fact: sum(line.qty * line.weight_g for line in fact.lines)),
    "remark": _remark,
    "sku": _sku,
    "place": _place,
    "first_order": lambda _: lambda fact: "" if fact.first else None,
    "buyer_orders": _buyer_orders,
    "blacklist": _blacklist,
    "under_floor": _under_floor,
}
