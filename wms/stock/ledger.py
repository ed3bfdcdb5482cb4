"""The one way goods move: ledger rows, balances, levels, cost and serials change together, or not at all.

Locks are taken in one order everywhere: bins, holds, balances, promises, levels, costs, serials; within a
table by id.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from operator import attrgetter
from typing import Any

from sqlalchemy import select, text

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.command import current_command
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.layout.models import INSIDE, PROMISABLE, Bin
from wms.stock import cost, serials
from wms.stock.events import StockArrived
from wms.stock.models import LOOSE
from wms.stock.rules import MOST


@dataclass(frozen=True, order=True)
class Place:
    """The key of a balance."""

    bin_id: int
    sku_id: int
    lot: str = ""
    container_id: int = LOOSE
    owner_id: int = 1
    condition: str = "good"


@dataclass(frozen=True)
class Move:
    """`qty` pieces from one place to another of the same goods; one piece when it has a serial number.

    `value` is what they are worth together as they enter the house, None for what such goods cost on average.
    """

    sku_id: int
    qty: int
    from_bin_id: int
    to_bin_id: int
    reason: str
    reference: str
    from_container_id: int = LOOSE
    to_container_id: int = LOOSE
    lot: str = ""
    owner_id: int = 1
    condition: str = "good"
    serial: str = ""
    value: Decimal | None = None

    @property
    def source(self) -> Place:
        return Place(self.from_bin_id, self.sku_id, self.lot, self.from_container_id, self.owner_id, self.condition)

    @property
    def target(self) -> Place:
        return Place(self.to_bin_id, self.sku_id, self.lot, self.to_container_id, self.owner_id, self.condition)


_MOVE_COLUMNS = tuple(each.name for each in fields(Move) if each.name != "value")
# `dataclasses.astuple` copies deeply, at ten times the price; an import calls this for every row.
_move_values = attrgetter(*_MOVE_COLUMNS)
_place_values = attrgetter(*(each.name for each in fields(Place)))


def check_quantity(qty: int) -> None:
    """Raises `stock.bad_quantity` unless 1 ≤ qty ≤ 10,000,000."""
    if not 1 <= qty <= MOST:
        raise WmsError("stock.bad_quantity", qty=qty, most=MOST)


def post(warehouse_id: int, moves: Sequence[Move], actor_id: int | None) -> list[Decimal | None]:
    """Write the moves and what follows from them; returns what each was worth that came into the house or left it.

    Raises `stock.not_enough` when a place would fall below what is held there, `stock.bad_quantity`
    and `stock.same_place` for moves that make no sense, `stock.serial_not_here` and `stock.serial_known`
    for serial numbers that are not where they are said to be; the caller's transaction then undoes all.
    """
    if not moves:
        return []
    places: dict[Place, int] = defaultdict(int)
    for move in moves:
        check_quantity(move.qty)
        source, target = move.source, move.target
        if source == target:
            raise WmsError("stock.same_place")
        places[source] -= move.qty
        places[target] += move.qty
    kinds = _kinds({bin_id for move in moves for bin_id in (move.from_bin_id, move.to_bin_id)})
    inside = {place: change for place, change in places.items() if change and kinds[place.bin_id] in INSIDE}
    _change_balances(warehouse_id, inside)
    levels: dict[tuple[int, int], int] = defaultdict(int)
    for place, change in inside.items():
        if kinds[place.bin_id] in PROMISABLE and place.condition == "good":
            levels[place.sku_id, place.owner_id] += change
    change_levels(warehouse_id, {key: change for key, change in levels.items() if change})
    worth = cost.account(warehouse_id, moves, kinds)
    serials.follow(warehouse_id, [move for move in moves if move.serial], kinds)
    _write(warehouse_id, moves, worth, actor_id)
    more = sorted({sku_id for (sku_id, _), change in levels.items() if change > 0})
    if more:
        publish(StockArrived(warehouse_id, tuple(more)))
    return worth


def _kinds(bin_ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(Bin.id, Bin.kind).where(among(Bin.id, bin_ids)))
    return {row.id: row.kind for row in rows}


_INSERT_MOVES = text(
    """
    INSERT INTO stock_move (warehouse_id, sku_id, qty, from_bin_id, to_bin_id, reason, reference, from_container_id,
                            to_container_id, lot, owner_id, condition, serial, unit_cost, actor_id, at, command_id)
    SELECT :warehouse_id, m.*, :actor_id, :at, :command_id
    FROM unnest(cast(:sku_id AS bigint[]), cast(:qty AS bigint[]), cast(:from_bin_id AS bigint[]),
                cast(:to_bin_id AS bigint[]), cast(:reason AS text[]), cast(:reference AS text[]),
                cast(:from_container_id AS bigint[]), cast(:to_container_id AS bigint[]), cast(:lot AS text[]),
                cast(:owner_id AS bigint[]), cast(:condition AS text[]), cast(:serial AS text[]),
                cast(:unit_cost AS numeric[])) AS m
    """
)


def _write(
    warehouse_id: int, moves: Sequence[Move], worth: Sequence[Decimal | None], actor_id: int | None
) -> None:
    columns = dict(zip(_MOVE_COLUMNS, map(list, zip(*map(_move_values, moves), strict=True)), strict=True))
    units = [cost.unit(value, move.qty) for value, move in zip(worth, moves, strict=True)]
    by = {"actor_id": actor_id, "at": now(), "command_id": current_command.get()}
    db.session.execute(_INSERT_MOVES, {"warehouse_id": warehouse_id, "unit_cost": units, **by, **columns})


_PLACES = """
    unnest(cast(:bin AS bigint[]), cast(:sku AS bigint[]), cast(:lot AS text[]), cast(:container AS bigint[]),
           cast(:owner AS bigint[]), cast(:condition AS text[]), cast(:change AS bigint[]))
        AS p (bin_id, sku_id, lot, container_id, owner_id, condition, change)
"""
_SAME_PLACE = """
    b.bin_id = p.bin_id AND b.sku_id = p.sku_id AND b.lot = p.lot AND b.container_id = p.container_id
    AND b.owner_id = p.owner_id AND b.condition = p.condition
"""
_MAKE_BALANCES = text(
    f"""
    INSERT INTO stock_balance (warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand, held)
    SELECT :warehouse_id, p.bin_id, p.sku_id, p.lot, p.container_id, p.owner_id, p.condition, p.change, 0 FROM {_PLACES}
    WHERE p.change > 0
    ORDER BY p.bin_id, p.sku_id, p.container_id
    ON CONFLICT DO NOTHING
    RETURNING bin_id, sku_id, lot, container_id, owner_id, condition
    """  # noqa: S608 - the fragments are constants of this file
)
_LOCK_BALANCES = text(
    f"SELECT b.id, p.change FROM stock_balance b JOIN {_PLACES} ON {_SAME_PLACE} ORDER BY b.id FOR UPDATE OF b"  # noqa: S608
)
_CHANGE_BALANCES = text(
    """
    UPDATE stock_balance b SET on_hand = b.on_hand + c.change
    FROM unnest(cast(:id AS bigint[]), cast(:change AS bigint[])) AS c (id, change)
    WHERE b.id = c.id AND b.on_hand + c.change >= b.held
    RETURNING b.id
    """
)


def _change_balances(warehouse_id: int, changes: dict[Place, int]) -> None:
    if not changes:
        return
    if any(change > 0 for change in changes.values()):
        # A new place is written once, with what it holds, and needs no change after it.
        made = db.session.execute(_MAKE_BALANCES, {**place_arrays(changes), "warehouse_id": warehouse_id})
        new = {Place(*row) for row in made}
        changes = {place: change for place, change in changes.items() if place not in new}
        if not changes:
            return
    locked = db.session.execute(_LOCK_BALANCES, place_arrays(changes)).all()
    changed = db.session.execute(
        _CHANGE_BALANCES, {"id": [row.id for row in locked], "change": [row.change for row in locked]}
    ).all()
    if len(changed) != len(changes):
        raise not_enough(changes)


_STATE = text(
    f"""
    SELECT s.code AS sku, n.code AS bin, coalesce(b.on_hand - b.held, 0) AS free, -p.change AS wanted
    FROM {_PLACES} JOIN sku s ON s.id = p.sku_id JOIN bin n ON n.id = p.bin_id
    LEFT JOIN stock_balance b ON {_SAME_PLACE}
    WHERE p.change < 0 AND coalesce(b.on_hand - b.held, 0) < -p.change
    ORDER BY n.code LIMIT 1
    """  # noqa: S608
)


def place_arrays(changes: dict[Place, int]) -> dict[str, list[Any]]:
    """What statements take that join places with `unnest`: an array a column, and `change` with the pieces."""
    columns = [list(column) for column in zip(*(_place_values(place) for place in changes), strict=True)]
    names = ("bin", "sku", "lot", "container", "owner", "condition")
    return {**dict(zip(names, columns, strict=True)), "change": list(changes.values())}


def not_enough(changes: dict[Place, int]) -> WmsError:
    """The refusal that names the first place with fewer free pieces than these (negative) changes take."""
    row = db.session.execute(_STATE, place_arrays(changes)).one_or_none()
    if row is None:  # another transaction gave it back in between
        return WmsError("stock.not_enough", sku="?", bin="?", free=0, wanted=0)
    return WmsError("stock.not_enough", sku=row.sku, bin=row.bin, free=row.free, wanted=row.wanted)


_LEVELS = """
    unnest(cast(:sku AS bigint[]), cast(:owner AS bigint[]), cast(:change AS bigint[])) AS c (sku_id, owner_id, change)
"""
_MAKE_LEVELS = text(
    f"""
    INSERT INTO stock_level (warehouse_id, sku_id, owner_id, on_hand, promised)
    SELECT :warehouse_id, c.sku_id, c.owner_id, c.change, 0 FROM {_LEVELS} WHERE c.change > 0
    ORDER BY c.sku_id, c.owner_id
    ON CONFLICT DO NOTHING
    RETURNING sku_id, owner_id
    """  # noqa: S608
)
_LOCK_LEVELS = text(
    f"""
    SELECT l.id, c.change FROM stock_level l JOIN {_LEVELS} ON l.sku_id = c.sku_id AND l.owner_id = c.owner_id
    WHERE l.warehouse_id = :warehouse_id ORDER BY l.id FOR UPDATE OF l
    """  # noqa: S608
)
_CHANGE_LEVELS = text(
    """
    UPDATE stock_level l SET on_hand = l.on_hand + c.change
    FROM unnest(cast(:id AS bigint[]), cast(:change AS bigint[])) AS c (id, change) WHERE l.id = c.id
    """
)


def change_levels(warehouse_id: int, changes: dict[tuple[int, int], int]) -> None:
    """Add to `on_hand` of the levels of (sku, owner)."""
    if not changes:
        return
    if any(change > 0 for change in changes.values()):
        made = db.session.execute(_MAKE_LEVELS, _level_arrays(warehouse_id, changes))
        new = {(row.sku_id, row.owner_id) for row in made}
        changes = {key: change for key, change in changes.items() if key not in new}
        if not changes:
            return
    locked = db.session.execute(_LOCK_LEVELS, _level_arrays(warehouse_id, changes)).all()
    db.session.execute(
        _CHANGE_LEVELS, {"id": [row.id for row in locked], "change": [row.change for row in locked]}
    )


def _level_arrays(warehouse_id: int, changes: dict[tuple[int, int], int]) -> dict[str, Any]:
    """What `_LEVELS` takes, and the warehouse."""
    skus, owners = [sku for sku, _ in changes], [owner for _, owner in changes]
    return {"warehouse_id": warehouse_id, "sku": skus, "owner": owners, "change": list(changes.values())}
