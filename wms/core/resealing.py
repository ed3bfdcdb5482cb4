"""Everything that is sealed, brought under the key of now: after that, former keys may be forgotten.

Which columns are sealed the models say: their types (`core.private`), or, for secrets that are bound to their row,
`info={"sealed_about": "shop {shop_id}"}`.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, bindparam, select, tuple_, type_coerce, update
from sqlalchemy.dialects.postgresql import JSONB

from wms.core import sealed
from wms.core.db import db
from wms.core.private import AtRest, Veiled
from wms.core.transaction import transaction

AT_ONCE = 500  # rows in a transaction, locked no longer than that takes


def reseal() -> dict[str, int]:
    """How many values were brought under the key of now, by `table.column`. May be ended and begun again at will.

    Opens its own transactions. Raises `core.cannot_unseal` at what no known key opens.
    """
    return {f"{column.table.name}.{column.name}": _column(column) for column in sealed_columns()}


def sealed_columns() -> list[Column[Any]]:
    """Every column with something sealed in it."""
    tables = (table for table in db.metadata.sorted_tables)
    return [c for table in tables for c in table.columns if isinstance(c.type, (AtRest, Veiled)) or _about(c)]


def _about(column: Column[Any]) -> str:
    return str(column.info.get("sealed_about", ""))


def _column(column: Column[Any]) -> int:
    done, after = 0, None
    while True:
        with transaction():
            rows = _next(column, after)
            if not rows:
                return done
            changed = list(_changed(column, rows))
            _write(column, changed)
        done, after = done + len(changed), tuple(rows[-1])[:-1]


def _next(column: Column[Any], after: tuple[Any, ...] | None) -> Sequence[Any]:
    table = column.table
    assert isinstance(table, Table)
    keys = list(table.primary_key.columns)
    raw = type_coerce(column, JSONB() if isinstance(column.type, Veiled) else LargeBinary()).label("raw")
    wanted = select(*keys, raw).where(column.is_not(None)).order_by(*keys).limit(AT_ONCE).with_for_update()
    if after is not None:
        wanted = wanted.where(tuple_(*keys) > tuple_(*after))
    return db.session.execute(wanted).all()


def _changed(column: Column[Any], rows: Sequence[Any]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for row in rows:
        new = _secret(column, row) if _about(column) else column.type.resealed(row.raw)  # type: ignore[attr-defined]
        if new is not None:
            yield tuple(row)[:-1], new


def _secret(column: Column[Any], row: Any) -> bytes | None:
    if not row.raw or sealed.ring().is_current(row.raw):
        return None
    about = _about(column).format(**row._mapping)
    return sealed.seal(sealed.unseal(row.raw, about), about)


def _write(column: Column[Any], changed: Sequence[tuple[tuple[Any, ...], Any]]) -> None:
    table = column.table
    assert isinstance(table, Table)
    keys = list(table.primary_key.columns)
    kind = JSONB() if isinstance(column.type, Veiled) else LargeBinary()
    change = update(table).values({column.name: type_coerce(bindparam("new", type_=kind), kind)})
    for nth, key in enumerate(keys):
        change = change.where(key == bindparam(f"key_{nth}"))
    if changed:
        rows = [{"new": new, **{f"key_{nth}": part for nth, part in enumerate(key)}} for key, new in changed]
        db.session.connection().execute(change, rows)
