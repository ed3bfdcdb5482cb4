"""One barcode resolver: a scan means the same everywhere.

Rooms import only downwards, so each registers how its own things are found, and a scan asks all of
them in one statement:

    @resolver("cart")
    def _cart(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
        return found("cart", Cart.id, Cart.code, Cart.code).where(Cart.code == code, …)
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    bindparam,
    cast,
    literal,
    select,
    union_all,
)  # fmt: skip

from wms.core.db import db

LONGEST = 200  # characters; no label carries more


@dataclass(frozen=True)
class Found:
    """What a code stands for: its kind (sku, bin, tote, …), the row's id, its own code, and a label to show."""

    kind: str
    id: int
    code: str
    label: str


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


def found(kind: str | ColumnElement[str], id: Any, code: Any, label: Any) -> Select[Any]:
    """The SELECT that a resolver returns, to which it adds its WHERE. `kind` may be a column."""
    named = literal(kind, Text) if isinstance(kind, str) else kind
    texts = {"kind": named, "code": code, "label": label}
    return select(id.label("id"), *(cast(value, Text).label(name) for name, value in texts.items()))


def clean(code: str) -> str:
    """What was scanned, without the blanks, line ends and control characters that scanners add."""
    return "".join(char for char in code if char.isprintable()).strip()[:LONGEST]


def resolve(code: str, warehouse_id: int) -> list[Found]:
    """Everything that a code stands for in a warehouse, each thing once; one statement."""
    wanted = clean(code)
    if not wanted or not _resolvers:
        return []
    rows = db.session.execute(_question(), {"code": wanted, "warehouse_id": warehouse_id})
    things = {(row.kind, row.id): Found(row.kind, row.id, row.code, row.label) for row in rows}
    return list(things.values())


@cache
def _question() -> CompoundSelect[Any]:
    """All resolvers in one statement, made once: making it takes longer than running it."""
    code, warehouse_id = bindparam("code", type_=Text), bindparam("warehouse_id", type_=BigInteger)
    return union_all(*(_resolvers[name](code, warehouse_id) for name in sorted(_resolvers)))
