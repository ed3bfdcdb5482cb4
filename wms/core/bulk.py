"""Many rows in one statement: Python columns become a table that SQL can insert from and join."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, any_, bindparam, cast, func
from sqlalchemy import column as sql_column
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.types import TypeEngine


def rows_of(name: str, columns: Mapping[str, TypeEngine[Any]], rows: Sequence[Sequence[Any]]) -> TableValuedAlias:
    """`rows`, each with one value per column, as a derived table called `name`.

    One `unnest` of one array per column: the statement's text is the same for 1 row and for 10,000.
    The column `nr` counts the rows from 1.
    """
    arrays = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    bound = [
        cast(bindparam(None, list(values), type_=ARRAY(kind)), ARRAY(kind))
        for values, kind in zip(arrays, columns.values(), strict=True)
    ]
    named = [sql_column(column, kind) for column, kind in columns.items()]
    return func.unnest(*bound).table_valued(*named, with_ordinality="nr", name=name).render_derived()


def among(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`column` is one of `values`, which travel as one array: thousands cost no more to compile than one."""
    kind = ARRAY(column.type)
    found: ColumnElement[bool] = column == any_(cast(bindparam(None, sorted(set(values)), type_=kind), kind))
    return found
