"""Pure decisions about orders that are sent in parts (拆单): what goes into each part, and what it is worth."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

CENT = Decimal("0.01")
RULES = ("stock", "weight", "handling")
APART = ("cold", "dangerous")  # handling that wants a parcel of its own


@dataclass(frozen=True)
class Piece:
    """A line of an order as splitting looks at it: `qty` pieces still to be sent, each of `weight_g` and `price`."""

    id: int
    sku_id: int
    qty: int
    price: Decimal = Decimal(0)
    weight_g: int = 0
    handling: frozenset[str] = frozenset()


Part = Mapping[int, int]  # order line id → pieces


def wrong(lines: Sequence[Piece], parts: Sequence[Part]) -> str | None:
    """Why an order cannot be split so, the name of a text `split.<why>`; None when it can. Something stays in it."""
    left = {line.id: line.qty for line in lines}
    if not parts or any(not part for part in parts):
        return "empty"
    for part in parts:
        for line_id, qty in part.items():
            if line_id not in left:
                return "line"
            left[line_id] -= qty
            if qty < 1 or left[line_id] < 0:
                return "qty"
    return None if any(left.values()) else "nothing_left"


# ---- by rule: each gives the parts that leave the order; none where it may stay whole

def by_stock(lines: Sequence[Piece], free: Mapping[int, int]) -> list[Part]:
    """What is not here (pieces `free` by SKU id) waits in a part of its own; nothing where nothing at all is here."""
    left = dict(free)
    late: dict[int, int] = {}
    for line in lines:
        here = max(0, min(line.qty, left.get(line.sku_id, 0)))
        left[line.sku_id] = left.get(line.sku_id, 0) - here
        if line.qty > here:
            late[line.id] = line.qty - here
    return [late] if late and sum(late.values()) < sum(line.qty for line in lines) else []


def by_weight(lines: Sequence[Piece], limit_g: int) -> list[Part]:
    """No part heavier than the limit, but for a single piece that is by itself: the heaviest pieces first, each into
    the first part that bears it (first fit decreasing). Equal pieces stay together as far as they can."""
    loads: list[int] = []
    boxes: list[dict[int, int]] = []
    for line in sorted(lines, key=lambda line: (-line.weight_g, line.id)):
        left = line.qty
        for nr, load in enumerate(loads):
            fits = left if not line.weight_g else min(left, max(0, limit_g - load) // line.weight_g)
            left = _put(boxes[nr], loads, nr, line, fits, left)
        while left:
            loads.append(0)
            boxes.append({})
            fits = left if not line.weight_g else max(1, min(left, limit_g // line.weight_g))
            left = _put(boxes[-1], loads, len(loads) - 1, line, fits, left)
    return list(boxes[1:])


def _put(box: dict[int, int], loads: list[int], nr: int, line: Piece, fits: int, left: int) -> int:
    if fits:
        box[line.id] = box.get(line.id, 0) + fits
        loads[nr] += fits * line.weight_g
    return left - fits


def by_handling(lines: Sequence[Piece]) -> list[Part]:
    """Cold and dangerous goods each go apart from all else. The largest of these kinds stays in the order."""
    kinds: dict[str, dict[int, int]] = {}
    for line in lines:
        kind = next((each for each in APART if each in line.handling), "")
        kinds.setdefault(kind, {})[line.id] = line.qty
    stays = max(kinds, key=lambda kind: (kind == "", sum(kinds[kind].values())), default="")
    return [part for kind, part in sorted(kinds.items()) if kind != stays]


# ---- money

@dataclass(frozen=True)
class Money:
    """What an order costs, what of that is paid, and what the carrier collects."""

    total: Decimal
    paid: Decimal
    cod: Decimal = Decimal(0)


def shared(amount: Decimal, values: Sequence[Decimal]) -> list[Decimal]:
    """An amount in cents, shared by value, so that the shares make it up to the cent: what is left over goes to those
    that lost most by rounding. Where nothing has a value, the first gets it all."""
    whole = sum(values, Decimal(0))
    if not whole:
        return [amount, *(Decimal(0) for _ in values[1:])]
    exact = [amount * value / whole for value in values]
    shares = [(each // CENT) * CENT for each in exact]
    left = int((amount - sum(shares, Decimal(0))) / CENT)
    for nr in sorted(range(len(values)), key=lambda nr: (shares[nr] - exact[nr], nr))[:left]:
        shares[nr] += CENT
    return shares


def split_money(money: Money, values: Sequence[Decimal]) -> list[Money]:
    """What each part costs, was paid and is collected for. A part of what is covered in full is covered in full too:
    what is paid, collected, open and paid too much is shared one by one."""
    cod = money.cod
    good = min(money.paid, money.total - cod)
    still = shared(money.total - cod - good, values)
    over = shared(money.paid - good, values)
    paid, collected = shared(good, values), shared(cod, values)
    return [
        Money(paid[nr] + collected[nr] + still[nr], paid[nr] + over[nr], collected[nr]) for nr in range(len(values))
    ]


def number_of(number: str, taken: Sequence[str]) -> str:
    """The number of a further part: `-1`, `-2`, … behind that of its order, none of those taken."""
    nr = 1
    while f"{number}-{nr}" in taken:
        nr += 1
    return f"{number}-{nr}"
