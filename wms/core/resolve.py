"""One barcode resolver: a scan means the same everywhere.

Rooms import only downwards, so each registers how its own things are found, and a scan asks all of
them in one statement:

    @resolver("cart")
    def _cart(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
        return found("cart", Cart.id, Cart.code, Cart.code).where(Cart.code == code, …)

Where one thing may be written in several ways (a trade item number in four lengths, a label that says more than
the number), `CODES` holds them all.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)  # fmt: skip

from wms.core.db import db

LONGEST = 200  # characters; no label carries more
GS = "\x1d"  # the separator within a GS1 label: the one control character that is content
CODES: BindParameter[Any] = bindparam("codes", type_=ARRAY(Text))  # every spelling of what was scanned


@dataclass(frozen=True)
class Found:
    """What a code stands for: its kind (sku, bin, tote, …), the row's id, its own code, and a label to show.

    `family` is the wider kind: a tote, a pallet and a parcel are all a `container`. Of goods, `sku_id` tells which,
    and `qty` how many base units one such thing is: 1, or those of a pack.
    """

    kind: str
    id: int
    code: str
    label: str
    family: str = ""
    sku_id: int | None = None
    qty: int = 1

    def is_one_of(self, kinds: Iterable[str]) -> bool:
        """Whether it is of one of these kinds or families."""
        return self.kind in kinds or (self.family or self.kind) in kinds


Parameter = BindParameter[Any]
Resolver = Callable[[Parameter, Parameter], Select[Any]]
_resolvers: dict[str, Resolver] = {}


def resolver(name: str) -> Callable[[Resolver], Resolver]:
    """Register how things are found by code: the function takes the parameters (code, warehouse_id)
    and returns `found(...)`; it is called once, for all scans."""

    def register(function: Resolver) -> Resolver:
        _resolvers[name] = function
        _question.cache_clear()
        return function

    return register


Spelling = Callable[[str], Iterable[str]]
_spellings: list[Spelling] = []


def spelling(function: Spelling) -> Spelling:
    """Register other ways in which the thing may be known whose label reads this; for `CODES`."""
    _spellings.append(function)
    return function


def found(
    kind: str | ColumnElement[str],
    id: Any,
    code: Any,
    label: Any,
    *,
    family: str | None = None,
    sku_id: Any = None,
    qty: Any = None,
) -> Select[Any]:
    """The SELECT that a resolver returns, to which it adds its WHERE. `kind` may be a column."""
    named = literal(kind, Text) if isinstance(kind, str) else kind
    texts = {"kind": named, "code": code, "label": label, "family": named if family is None else literal(family, Text)}
    numbers = {"sku_id": null() if sku_id is None else sku_id, "qty": literal(1) if qty is None else qty}
    return select(
        id.label("id"),
        *(cast(value, Text).label(name) for name, value in texts.items()),
        *(cast(value, BigInteger).label(name) for name, value in numbers.items()),
    )


def clean(code: str) -> str:
    """What was scanned, without the blanks, line ends and control characters that scanners add."""
    return "".join(char for char in code if char.isprintable() or char == GS).strip()[:LONGEST]


def resolve(code: str, warehouse_id: int) -> list[Found]:
    """Everything that a code stands for in a warehouse, each thing once; one statement."""
    wanted = clean(code)
    if not wanted or not _resolvers:
        return []
    codes = list(dict.fromkeys([wanted, *(code for spell in _spellings for code in spell(wanted))]))
    rows = db.session.execute(_question(), {"code": wanted, "codes": codes, "warehouse_id": warehouse_id})
    return list({(row.kind, row.id): Found(**row._mapping) for row in rows}.values())


@cache
def _question() -> CompoundSelect[Any]:
    """All resolvers in one statement, made once: making it takes longer than running it."""
    code, warehouse_id = bindparam("code", type_=Text), bindparam("warehouse_id", type_=BigInteger)
    return union_all(*(_resolvers[name](code, warehouse_id) for name in sorted(_resolvers)))
