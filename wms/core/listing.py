"""Lists as desks and programs read them: filtered, in a declared order, page by page, or whole as a file.

A room declares a `Listing` once; its pages, its files and the words of their heads follow from that. The ids of a
page are found first, by as few tables as the filter and the order need, and told in full afterwards. A page begins
where the last one ended, by the order's value and the id: the hundredth page costs what the first does.
"""
from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import text
from sqlalchemy.exc import DataError

from wms.core.actor import Actor
from wms.core.db import db
from wms.core.error import WmsError

Query = Mapping[str, Any]
Item = dict[str, Any]

AT_ONCE = 1000  # rows of a file that are told together
MANY = 10_000  # beyond this a number of rows is said to be "more than": nobody waits for a count of millions


def sorted_by(*names: str) -> fields.String:
    """The field `sort` of a list that can be put in these orders; the first where none is asked for."""
    return fields.String(load_default=names[0], validate=validate.OneOf(names))


class ListQuery(Schema):
    """`cursor` is the `next` of the page before. A list adds its filters, and `sort` by `sorted_by`."""

    down = fields.Boolean(load_default=False, metadata={"description": "from the largest down"})
    cursor = fields.String(load_default=None, validate=validate.Length(max=400))
    limit = fields.Integer(load_default=60, validate=validate.Range(1, 500))


@dataclass(frozen=True)
class Sort:
    """What rows are put in order by: an SQL expression that is never null, and the type of its value."""

    by: str
    kind: str = "bigint"


@dataclass(frozen=True)
class Column:
    """A column of the file. `title`: the catalogue's code of its head; `value`: what stands in it, the item's field of
    that name where nothing is given; `width` in letters; `words`: where the catalogue has a word for each value.

    `kind` is text, whole, money (a decimal string), day or moment (ISO 8601).
    """

    key: str
    title: str
    width: int = 14
    kind: str = "text"
    value: Callable[[Item], Any] | None = None
    words: str = ""

    def of(self, item: Item) -> Any:
        return self.value(item) if self.value else item[self.key]


@dataclass(frozen=True)
class Listing:
    """A list over `table`, an SQL FROM with the tables that every row needs; `key` is the id in it.

    `always` holds of every row and confines it to `:warehouse_id`. `where`: the condition of each filter by the name
    of its field, used when that is given; `worked_out` gives parameters that are not what was asked, but follow from
    it. `joins` are tables that only some filters and orders need, by the alias that these use. `tell` describes the
    rows with these ids, in any order, each with its `id`. `sorts` should each have an index, or the list be bounded.
    """

    name: str
    table: str
    key: str
    always: str
    sorts: Mapping[str, Sort]
    tell: Callable[[Actor, Sequence[int]], list[Item]]
    title: str
    columns: tuple[Column, ...]
    where: Mapping[str, str] = field(default_factory=dict)
    joins: Mapping[str, str] = field(default_factory=dict)
    worked_out: Callable[[Actor, Query], Query] = lambda who, query: {}

    def page(self, who: Actor, query: Query) -> dict[str, Any]:
        """`{items, next}`: a page and the cursor of the next one, None on the last. Raises `core.invalid`."""
        limit = query["limit"]
        statement, given = self._sorted(who, query, read_cursor(query["cursor"]) if query["cursor"] else None)
        try:
            rows = db.session.execute(text(statement + " LIMIT :limit"), {**given, "limit": limit}).all()
        except DataError:
            if not query["cursor"]:
                raise
            raise _strange_cursor() from None  # one of another order, whose value is of another kind
        after = write_cursor(rows[-1].sorted, rows[-1].id) if len(rows) == limit else None
        return {"items": self.told(who, [row.id for row in rows]), "next": after}

    def every(self, who: Actor, query: Query) -> Iterator[Item]:
        """All rows, read through a cursor of the database: memory does not grow with them."""
        statement, given = self._sorted(who, query, None)
        rows = db.session.execute(text(statement), given, execution_options={"stream_results": True})
        for part in rows.partitions(AT_ONCE):
            yield from self.told(who, [row.id for row in part])

    def ids(self, who: Actor, query: Query, most: int) -> list[int]:
        """The ids of the first `most` rows of the whole list, in its order."""
        statement, given = self._sorted(who, query, None)
        return [row.id for row in db.session.execute(text(statement + " LIMIT :limit"), {**given, "limit": most})]

    def told(self, who: Actor, ids: Sequence[int]) -> list[Item]:
        """These rows, in this order."""
        known = {item["id"]: item for item in self.tell(who, ids)} if ids else {}
        return [known[id] for id in ids if id in known]

    def summed(self, who: Actor, query: Query, what: str) -> Any:
        """One row of sums over the whole list: what an SQL SELECT has before its FROM."""
        where, given, used = self._where(who, query, what)
        return db.session.execute(text(f"SELECT {what} {self._from(used)} WHERE {where}"), given).one()

    def count(self, who: Actor, query: Query, most: int | None = None) -> int:
        """How many rows the whole list has; counted no further than `most`."""
        where, given, used = self._where(who, query, "")
        rows = f"SELECT 1 {self._from(used)} WHERE {where} LIMIT :most"
        counted = text(f"SELECT count(*) FROM ({rows}) AS counted")
        return int(db.session.execute(counted, {**given, "most": most}).scalar_one())

    def _sorted(self, who: Actor, query: Query, after: tuple[str, int] | None) -> tuple[str, dict[str, Any]]:
        sort, down = self.sorts[query["sort"]], query["down"]
        where, given, used = self._where(who, query, sort.by)
        if after:
            sign = "<" if down else ">"
            # The first of the two says nothing more, but is what an index on the column alone can use.
            where += f" AND {sort.by} {sign}= cast(:after AS {sort.kind})"
            where += f" AND ({sort.by}, {self.key}) {sign} (cast(:after AS {sort.kind}), :after_id)"
            given |= {"after": after[0], "after_id": after[1]}
        way = "DESC" if down else "ASC"
        return (  # of the declaration's own words; what was asked travels as parameters
            f"SELECT {self.key} AS id, {sort.by} AS sorted {self._from(used)} WHERE {where} "
            f"ORDER BY {sort.by} {way}, {self.key} {way}"
        ), given

    def _from(self, used: set[str]) -> str:
        return f"FROM {self.table} " + " ".join(self.joins[alias] for alias in self.joins if alias in used)

    def _where(self, who: Actor, query: Query, besides: str) -> tuple[str, dict[str, Any], set[str]]:
        """Conditions, their parameters, and the aliases of the tables that they and `besides` need."""
        asked = [name for name in self.where if query.get(name) not in (None, "") and query[name] is not False]
        conditions = [self.always, *(self.where[name] for name in asked)]
        words = " ".join([*conditions, besides])
        used = {alias for alias in self.joins if re.search(rf"\b{alias}\.", words)}
        given = {"warehouse_id": who.warehouse_id, **{name: query[name] for name in asked}}
        return " AND ".join(conditions), given | dict(self.worked_out(who, query)), used


def begins(part: str) -> str:
    """For LIKE: what begins with these letters."""
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def holds(part: str) -> str:
    """For LIKE: what has these letters anywhere."""
    return "%" + begins(part)


def by_beginning(who: Actor, query: Query) -> dict[str, Any]:
    """For `worked_out`: `:begin`, LIKE codes and numbers that begin with `q`. They are upper case, hands type lower."""
    return {"begin": begins(query["q"].upper())} if query.get("q") else {}


def by_part(who: Actor, query: Query) -> dict[str, Any]:
    """For `worked_out`: `:part`, LIKE what has `q` anywhere."""
    return {"part": holds(query["q"])} if query.get("q") else {}


def write_cursor(value: Any, id: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([str(value), id]).encode()).decode()


def read_cursor(cursor: str) -> tuple[str, int]:
    """The value and id where a page ended. Raises `core.invalid` for what is no cursor of ours."""
    try:
        value, id = json.loads(base64.urlsafe_b64decode(cursor))
        return str(value), int(id)
    except (binascii.Error, ValueError, TypeError):
        raise _strange_cursor() from None


def _strange_cursor() -> WmsError:
    return WmsError("core.invalid", fields="cursor: is none of ours")
