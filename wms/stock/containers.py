"""Containers (LPN): they nest, they move whole, and one statement pours many of them out or over."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.command import current_command
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.layout.models import INSIDE, PROMISABLE, Bin
from wms.stock import serials, space
from wms.stock.goods import require_inside
from wms.stock.ledger import Move, post
from wms.stock.models import LOOSE, Container, StockBalance


def ensure_container(warehouse_id: int, code: str, kind: str) -> int:
    """The id of the container with this code, made when there is none."""
    made = insert(Container).values(warehouse_id=warehouse_id, code=code, kind=kind)
    made = made.on_conflict_do_update(index_elements=["warehouse_id", "code"], set_={"code": code})
    return db.session.execute(made.returning(Container.id)).scalar_one()


def new_totes(warehouse_id: int, count: int) -> list[int]:
    """So many totes with numbers of our own; their ids."""
    made = db.session.execute(_NEW_TOTES, {"warehouse_id": warehouse_id, "count": count})
    return list(made.scalars())


# The row's own number is in its code, so that no two are alike.
_NEW_TOTES = text(
    """
    INSERT INTO container (id, warehouse_id, code, kind)
    SELECT n, :warehouse_id, 'T' || lpad(n::text, 8, '0'), 'tote'
    FROM (SELECT nextval(pg_get_serial_sequence('container', 'id')) AS n FROM generate_series(1, :count)) AS numbered
    RETURNING id
    """
)


def container_by_code(warehouse_id: int, code: str) -> Container | None:
    """The container with this code."""
    return db.session.execute(
        select(Container).where(Container.warehouse_id == warehouse_id, Container.code == code)
    ).scalar_one_or_none()


# ---- trees of containers

# Going up and going down a tree; a ring, which `nest` never makes, would end the walk all the same.
_ABOVE = text(
    """
    WITH RECURSIVE up AS (
        SELECT id, parent_id FROM container WHERE id = :id
        UNION SELECT c.id, c.parent_id FROM container c JOIN up ON c.id = up.parent_id
    )
    SELECT id FROM up WHERE parent_id IS NULL
    """
)
_TREE = text(
    """
    WITH RECURSIVE down AS (
        SELECT id FROM container WHERE id = :id UNION SELECT c.id FROM container c JOIN down ON c.parent_id = down.id
    )
    SELECT id FROM down
    """
)
_STANDS = text(
    """
    SELECT DISTINCT b.bin_id FROM stock_balance b WHERE b.container_id = ANY(:ids) AND b.on_hand > 0
    ORDER BY b.bin_id LIMIT 1
    """
)


def tree(container_id: int) -> list[int]:
    """A container and all that are in it, at every depth."""
    return sorted(db.session.execute(_TREE, {"id": container_id}).scalars())


def where_is(warehouse_id: int, container_id: int) -> int | None:
    """The bin where a container stands, alone or in another one; None when nothing tells."""
    root = _root(container_id)
    stands = db.session.execute(_STANDS, {"ids": tree(root)}).scalar()
    if stands is not None:
        return int(stands)
    known = select(Container.bin_id).where(Container.id == root, Container.warehouse_id == warehouse_id)
    return db.session.execute(known).scalar()


def _root(container_id: int) -> int:
    """The outermost container that this one is in; itself when it is in none."""
    return int(db.session.execute(_ABOVE, {"id": container_id}).scalar() or container_id)


def require_at(warehouse_id: int, pairs: Collection[tuple[int, int]]) -> None:
    """Each container (of container, bin) is this warehouse's and stands in the bin, or nowhere yet.

    Raises `stock.unknown_container` and `stock.container_elsewhere`.
    """
    for container_id, bin_id in sorted(pairs):
        if container_id == LOOSE:
            continue
        found = _own(warehouse_id, container_id)
        stands = where_is(warehouse_id, container_id)
        if stands is None:
            _place([_root(container_id)], bin_id)
        elif stands != bin_id:
            raise WmsError("stock.container_elsewhere", container=found.code, bin=_bin(stands), other=_bin(bin_id))


def nest(warehouse_id: int, container_id: int, into_container_id: int | None) -> None:
    """Put a container into another one that stands in the same bin, or (None) take it out of the one it is in.

    Raises `stock.container_in_itself`, also through others, `stock.container_elsewhere` and `stock.unknown_container`.
    """
    _lock_trees(warehouse_id)
    inner = _own(warehouse_id, container_id)
    if into_container_id is None:
        inner.bin_id = where_is(warehouse_id, container_id)
        inner.parent_id = None
        db.session.flush()
        return
    outer = _own(warehouse_id, into_container_id)
    _refuse_ring(inner, outer)
    here, there = where_is(warehouse_id, container_id), where_is(warehouse_id, into_container_id)
    if here is not None and there is not None and here != there:
        raise WmsError("stock.container_elsewhere", container=inner.code, bin=_bin(here), other=_bin(there))
    inner.parent_id = outer.id
    if there is None and here is not None:
        _place([_root(outer.id)], here)
    db.session.flush()


def _refuse_ring(inner: Container, outer: Container) -> None:
    if outer.id in tree(inner.id):
        raise WmsError("stock.container_in_itself", container=inner.code, into=outer.code)


def move_container(
    warehouse_id: int,
    container_id: int,
    *,
    to_bin_id: int,
    into_container_id: int | None = None,
    reason: str,
    reference: str,
    actor_id: int | None,
) -> int:
    """Move a container whole, with all that is in it at every depth; returns the pieces moved.

    It stands in `to_bin_id` afterwards, in the container `into_container_id` there or (None) by itself.
    Raises `stock.container_held` when some of it is held for an order, `stock.same_place` when it stands there
    already, `stock.container_in_itself`, `stock.container_elsewhere`, `stock.unknown_container`,
    `stock.not_inside`, and as `space.check_fits` does.
    """
    require_inside([to_bin_id])
    _lock_trees(warehouse_id)
    inner = _own(warehouse_id, container_id)
    if into_container_id is not None:
        _refuse_ring(inner, _own(warehouse_id, into_container_id))
    space.lock([to_bin_id])
    stands = where_is(warehouse_id, container_id)
    if stands == to_bin_id and inner.parent_id == into_container_id:
        raise WmsError("stock.same_place")
    inside = tree(container_id)
    goods = [each for each in _held_by(inner, inside) if each.bin_id != to_bin_id]
    space.require({to_bin_id: [space.Lying(each.sku_id, each.lot, each.owner_id, each.on_hand) for each in goods]})
    if into_container_id is not None:
        require_at(warehouse_id, {(into_container_id, to_bin_id)})
    post(warehouse_id, [move for each in goods for move in _whole(each, to_bin_id, reason, reference)], actor_id)
    inner.parent_id = into_container_id
    _place(inside, to_bin_id)
    return sum(each.on_hand for each in goods)


def _whole(goods: StockBalance, to_bin_id: int, reason: str, reference: str) -> list[Move]:
    """The moves of all that lies in one place, its container with it: pieces with numbers one by one."""

    def one(qty: int, serial: str = "") -> Move:
        return Move(
            goods.sku_id, qty, goods.bin_id, to_bin_id, reason, reference, goods.container_id, goods.container_id,
            goods.lot, goods.owner_id, goods.condition, serial,
        )  # fmt: skip

    numbers = serials.at(goods)[: goods.on_hand]
    rest = goods.on_hand - len(numbers)
    return [*(one(1, number) for number in numbers), *([one(rest)] if rest else [])]


def _held_by(root: Container, container_ids: Sequence[int]) -> list[StockBalance]:
    """What lies in these containers, locked. Raises `stock.container_held` when some of it is held."""
    rows = db.session.execute(
        select(StockBalance)
        .where(StockBalance.warehouse_id == root.warehouse_id, StockBalance.on_hand > 0)
        .where(among(StockBalance.container_id, container_ids))
        .order_by(StockBalance.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    goods = list(rows.scalars())
    held = sum(each.held for each in goods)
    if held:
        raise WmsError("stock.container_held", container=root.code, pieces=held)
    return goods


def _place(container_ids: Sequence[int], bin_id: int) -> None:
    """Note where containers stand, for those that hold nothing."""
    db.session.execute(update(Container).where(among(Container.id, container_ids)).values(bin_id=bin_id))


def _lock_trees(warehouse_id: int) -> None:
    """One at a time, so that two people do not put two containers into each other."""
    lock("stock.containers", warehouse_id)


def _own(warehouse_id: int, container_id: int) -> Container:
    found = db.session.get(Container, container_id)
    if found is None or found.warehouse_id != warehouse_id:
        raise WmsError("stock.unknown_container", container=container_id)
    return found


def _bin(bin_id: int) -> str:
    return db.session.execute(select(Bin.code).where(Bin.id == bin_id)).scalar_one()


def pour(
    warehouse_id: int,
    container_id: int,
    *,
    from_bin_id: int,
    to_bin_id: int,
    to_container_id: int,
    reason: str,
    reference: str,
    actor_id: int | None,
) -> int:
    """Move all that a container itself holds in a bin to another bin and container; returns the pieces moved.

    Raises `stock.same_place`, and `stock.not_enough` when some of it is held.
    """
    if from_bin_id != to_bin_id:
        one = [Shift(container_id, to_container_id, reference)]
        moved = shift(one, from_bin_id=from_bin_id, to_bin_id=to_bin_id, reason=reason, actor_id=actor_id)
        if moved:
            return moved[container_id]
    found = _contents(container_id, from_bin_id)  # in a bin that stock is promised from, where levels follow
    moves = [
        Move(
            each.sku_id, each.on_hand, from_bin_id, to_bin_id, reason, reference, container_id, to_container_id,
            each.lot, each.owner_id, each.condition,
        )
        for each in found
    ]  # fmt: skip
    post(warehouse_id, moves, actor_id)
    return sum(each.on_hand for each in found)


def _contents(container_id: int, bin_id: int) -> list[StockBalance]:
    rows = db.session.execute(
        select(StockBalance)
        .where(StockBalance.bin_id == bin_id, StockBalance.container_id == container_id, StockBalance.on_hand > 0)
        .order_by(StockBalance.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows.scalars())


# ---- many containers in one statement

@dataclass(frozen=True)
class Shift:
    """All that a container holds goes into another one (0: none, it goes out loose)."""

    container_id: int
    to_container_id: int
    reference: str


# One statement however many containers. Promisable bins are not for it: their levels would have to follow.
# Pieces with serial numbers have a ledger row each. What goes out of the house takes its cost along; the rows of
# `stock_cost` are locked after the balances, by id, and untouched while goods stay inside.
_SHIFT = text(
    """
    WITH shift AS (
        SELECT * FROM unnest(cast(:from_containers AS bigint[]), cast(:to_containers AS bigint[]),
                             cast(:references AS text[])) AS s (container_id, to_container_id, reference)
    ), gone AS MATERIALIZED (
        SELECT b.*, shift.to_container_id, shift.reference, target.kind = ANY(:inside) AS stays
        FROM stock_balance b JOIN shift USING (container_id)
        JOIN bin source ON source.id = b.bin_id JOIN bin target ON target.id = :to_bin_id
        WHERE b.container_id <> 0 AND b.bin_id = :from_bin_id AND b.on_hand > 0
          AND source.kind <> ALL(:promisable) AND target.kind <> ALL(:promisable)
        ORDER BY b.id FOR UPDATE OF b
    ), emptied AS (
        UPDATE stock_balance b SET on_hand = 0 FROM gone WHERE b.id = gone.id
    ), filled AS (
        INSERT INTO stock_balance (warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand, held)
        SELECT gone.warehouse_id, :to_bin_id, sku_id, lot, to_container_id, owner_id, condition, sum(on_hand), 0
        FROM gone WHERE stays
        GROUP BY gone.warehouse_id, sku_id, lot, to_container_id, owner_id, condition
        ORDER BY sku_id, to_container_id
        ON CONFLICT ON CONSTRAINT uq_stock_balance_place
        DO UPDATE SET on_hand = stock_balance.on_hand + excluded.on_hand
    ), cost AS MATERIALIZED (
        SELECT c.id, c.sku_id, c.qty, c.value, out.pieces
        FROM stock_cost c
        JOIN (SELECT warehouse_id, sku_id, sum(on_hand) AS pieces FROM gone WHERE NOT stays AND owner_id = 1
              GROUP BY warehouse_id, sku_id) out USING (warehouse_id, sku_id)
        ORDER BY c.id FOR UPDATE OF c
    ), paid AS (
        UPDATE stock_cost c
        SET qty = c.qty - cost.pieces,
            value = CASE WHEN c.qty = cost.pieces THEN 0
                         ELSE c.value - least(c.value, round(c.value * cost.pieces / c.qty, 4)) END
        FROM cost WHERE c.id = cost.id
    ), known AS MATERIALIZED (
        SELECT * FROM (
            SELECT s.id, s.code, gone.id AS balance_id, gone.to_container_id, gone.stays, gone.on_hand,
                   row_number() OVER (PARTITION BY gone.id ORDER BY s.code) AS nr
            FROM stock_serial s JOIN gone USING (bin_id, sku_id, lot, container_id, owner_id, condition)
            WHERE s.bin_id = :from_bin_id
        ) AS numbered WHERE nr <= on_hand
    ), followed AS (
        UPDATE stock_serial s
        SET bin_id = CASE WHEN known.stays THEN :to_bin_id END, container_id = known.to_container_id, seen_at = :at
        FROM known WHERE s.id = known.id
    ), pieces AS (
        SELECT balance_id AS id, code AS serial, 1 AS qty FROM known
        UNION ALL
        SELECT gone.id, '', gone.on_hand - (SELECT count(*) FROM known WHERE known.balance_id = gone.id) FROM gone
    ), moved AS (
        INSERT INTO stock_move (warehouse_id, sku_id, lot, serial, owner_id, condition, qty, from_bin_id, to_bin_id,
                                from_container_id, to_container_id, reason, reference, actor_id, at, unit_cost,
                                command_id)
        SELECT warehouse_id, gone.sku_id, lot, pieces.serial, owner_id, condition, pieces.qty, bin_id, :to_bin_id,
               container_id, to_container_id, :reason, reference, :actor_id, :at,
               CASE WHEN owner_id = 1 AND NOT stays THEN round(cost.value / nullif(cost.qty, 0), 4) END, :command_id
        FROM gone JOIN pieces ON pieces.id = gone.id LEFT JOIN cost ON cost.sku_id = gone.sku_id
        WHERE pieces.qty > 0
        ORDER BY gone.id, pieces.serial
    )
    SELECT container_id, cast(sum(on_hand) AS bigint) AS pieces FROM gone GROUP BY container_id
    """
)


def shift(
    shifts: Sequence[Shift], *, from_bin_id: int, to_bin_id: int, reason: str, actor_id: int | None
) -> dict[int, int]:
    """Move what these containers hold in a bin to another bin; returns the pieces moved by container.

    Nothing moves from or to a bin that stock is promised from.
    """
    values: dict[str, Any] = {
        "from_containers": [each.container_id for each in shifts],
        "to_containers": [each.to_container_id for each in shifts],
        "references": [each.reference for each in shifts],
        "from_bin_id": from_bin_id,
        "to_bin_id": to_bin_id,
        "reason": reason,
        "actor_id": actor_id,
        "at": now(),
        "command_id": current_command.get(),
        "promisable": list(PROMISABLE),
        "inside": list(INSIDE),
    }
    return {row.container_id: row.pieces for row in db.session.execute(_SHIFT, values)}
