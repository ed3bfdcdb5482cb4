"""A bundle's order line is taken apart when its stock is promised: lines of its parts stand for it."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Text, delete, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from wms.catalog import service as catalog
from wms.catalog.models import Sku
from wms.core.bulk import among, rows_of
from wms.core.db import db
from wms.orders.models import OrderLine
from wms.orders.wants import wants_of
from wms.stock import service as stock
from wms.stock.service import Want


def explode(warehouse_id: int, order_ids: Sequence[int]) -> None:
    """Take apart the bundles of these orders, in their sequence, unless enough of a bundle stands ready assembled.

    Locks the stock levels of all that the orders want, which the promise then finds as they were here.
    """
    lines = _open_lines(order_ids)
    parts = catalog.parts({line.sku_id for line in lines})
    if not parts:
        return
    wants = {want.order_line_id: want for want in wants_of((line.id, line.sku_id, line.qty) for line in lines)}
    of_parts = [
        Want(line.id, sku_id, line.qty * qty, wants[line.id].owner_id)
        for line in lines
        for sku_id, qty in parts.get(line.sku_id, {}).items()
    ]
    shelves = stock.shelves(warehouse_id, [*wants.values(), *of_parts])
    apart = []
    turn = {order_id: nr for nr, order_id in enumerate(order_ids)}
    for line in sorted(lines, key=lambda line: turn[line.order_id]):
        if line.sku_id not in parts:
            continue
        want = wants[line.id]
        shelf = shelves.get((want.sku_id, want.owner_id))
        if shelf is not None and shelf.room(want.min_days) >= want.qty:
            shelf.promised += want.qty
        else:
            apart.append(line)
    _store(apart, parts)


def collapse(order_ids: Iterable[int]) -> None:
    """Bundles of orders that got no promise, or are told anew, are whole again.

    Those whose parts were in a pick task already stay apart: the floor's records name their lines.
    """
    ids = sorted(order_ids)
    if not ids or _collapsed(ids) or len(ids) == 1:
        return
    for each in ids:
        _collapsed([each])


def _collapsed(ids: Sequence[int]) -> bool:
    mine = among(OrderLine.order_id, ids)
    try:
        with db.session.begin_nested():
            db.session.execute(delete(OrderLine).where(mine, OrderLine.bundle_line_id.is_not(None)))
            db.session.execute(update(OrderLine).where(mine, OrderLine.exploded).values(exploded=False))
    except IntegrityError:
        return False
    return True


def _open_lines(order_ids: Sequence[int]) -> Sequence[Any]:
    return db.session.execute(
        select(
            OrderLine.id, OrderLine.order_id, OrderLine.line_key, OrderLine.sku_id, OrderLine.origin_id,
            (OrderLine.qty - OrderLine.dropped).label("qty"),
        )
        .where(among(OrderLine.order_id, order_ids), OrderLine.qty > OrderLine.dropped, ~OrderLine.exploded)
        .order_by(OrderLine.id)
    ).all()  # fmt: skip


_LINE: Mapping[str, Any] = {
    "order_id": BigInteger(), "line_key": Text(), "sku_id": BigInteger(), "qty": BigInteger(),
    "bundle_line_id": BigInteger(), "origin_id": BigInteger(),
}  # fmt: skip


def _store(apart: Sequence[Any], parts: Mapping[int, Mapping[int, int]]) -> None:
    if not apart:
        return
    codes = _codes({sku_id for line in apart for sku_id in parts[line.sku_id]})
    taken = _keys({line.order_id for line in apart})
    rows = []
    for line in apart:
        for sku_id, qty in parts[line.sku_id].items():
            key = _key(f"{line.line_key} › {codes[sku_id]}", line.order_id, taken)
            rows.append((line.order_id, key, sku_id, line.qty * qty, line.id, line.origin_id))
    table = rows_of("l", _LINE, rows)
    fixed = {"price": literal(0), "dropped": literal(0)}
    source = select(*(table.c[name] for name in _LINE), *fixed.values()).order_by(table.c.nr)
    db.session.execute(insert(OrderLine).from_select([*_LINE, *fixed], source))
    db.session.execute(update(OrderLine).where(among(OrderLine.id, [line.id for line in apart])).values(exploded=True))


def _key(wanted: str, order_id: int, taken: set[tuple[int, str]]) -> str:
    """A key for a part's line that no other line of the order has, the same at every explosion."""
    while (order_id, wanted) in taken:
        wanted += "›"
    taken.add((order_id, wanted))
    return wanted


def _keys(order_ids: Iterable[int]) -> set[tuple[int, str]]:
    rows = db.session.execute(
        select(OrderLine.order_id, OrderLine.line_key).where(among(OrderLine.order_id, order_ids))
    )
    return {(row.order_id, row.line_key) for row in rows}


def _codes(sku_ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(Sku.id, Sku.code).where(among(Sku.id, sku_ids)))
    return {row.id: row.code for row in rows}
