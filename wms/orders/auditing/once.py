"""What counts once for an order: what rules did to it, that a person let it pass, that its buyer was reminded."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import BigInteger, Text, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from wms.core.bulk import among, rows_of
from wms.core.clock import now
from wms.core.db import db
from wms.orders.auditing.tables import AuditMark
from wms.orders.models import Order


def put(kind: str, pairs: Iterable[tuple[int, str]], *, person_id: int | None = None) -> None:
    """Mark (order id, what about) pairs; one that is marked already is marked of now."""
    told = sorted(set(pairs))
    if not told:
        return
    rows = rows_of("t", {"order_id": BigInteger(), "about": Text()}, told)
    columns = {
        "order_id": rows.c.order_id, "about": rows.c.about, "kind": literal(kind, Text()),
        "told_hash": Order.source_hash, "at": literal(now()), "person_id": literal(person_id, BigInteger()),
    }  # fmt: skip
    source = select(*columns.values()).join_from(rows, Order, Order.id == rows.c.order_id).order_by(rows.c.nr)
    made = insert(AuditMark).from_select(list(columns), source)
    new = {name: made.excluded[name] for name in ("told_hash", "at", "person_id")}
    db.session.execute(made.on_conflict_do_update(index_elements=["order_id", "about", "kind"], set_=new))


def passed(order_ids: Iterable[int]) -> Mapping[int, set[str]]:
    """What these orders were let pass, as long as they say what they said then."""
    rows = db.session.execute(
        select(AuditMark.order_id, AuditMark.about).join(Order, Order.id == AuditMark.order_id)
        .where(among(AuditMark.order_id, order_ids), AuditMark.kind == "passed")
        .where(AuditMark.told_hash == Order.source_hash)
    )  # fmt: skip
    return _gathered((row.order_id, row.about) for row in rows)


def done(order_ids: Iterable[int]) -> Mapping[int, set[str]]:
    """What rules have done to these orders already."""
    its = select(AuditMark.order_id, AuditMark.about)
    rows = db.session.execute(its.where(among(AuditMark.order_id, order_ids), AuditMark.kind == "done"))
    return _gathered((row.order_id, row.about) for row in rows)


def times(abouts: Iterable[str]) -> dict[str, int]:
    """To how many orders these rules have done what they do."""
    counted = select(AuditMark.about, func.count().label("orders")).where(among(AuditMark.about, abouts))
    rows = db.session.execute(counted.where(AuditMark.kind == "done").group_by(AuditMark.about))
    return {row.about: row.orders for row in rows}


def forget(order_ids: Iterable[int]) -> None:
    """Orders that their shop changed begin anew: what rules did to them went with what they were."""
    db.session.execute(delete(AuditMark).where(among(AuditMark.order_id, order_ids), AuditMark.kind == "done"))


def _gathered(pairs: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for order_id, about in pairs:
        found[order_id].add(about)
    return found
