"""The put wall (播种): pieces out of bulk totes go into slots, one order a slot, until the order is together.

A sorter opens a bulk tote and scans an item; a slot is shown, and taken for the order when it has none yet. Nothing
has moved until the slot is scanned or tapped: then the ledger moves the pieces from the tote into the slot's container.
What is shown to one sorter is not shown to another. Here are the walls and who stands where; `wall_show` finds the
slot, `wall_put` moves the goods. Locks: the task of the tote, then the wall, then orders and stock.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, any_, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.reference import reference
from wms.core.resolve import CODES, Parameter, clean, found, resolve, resolver
from wms.core.said import Said
from wms.orders.models import Order
from wms.picking import tasks
from wms.picking.lifecycle import PUT
from wms.picking.models import PickLine, Wall, WallPut, WallSlot, WallSorter
from wms.picking.unsorted import BulkTote, bulk_tote, scanned_tote
from wms.stock import service as stock
from wms.waves import service as waves

ASIDE = 0  # the number of the place for what nobody wants
MOST_SLOTS = 999


@resolver("wall")
def _walls(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    return found("wall", Wall.id, Wall.code, Wall.name).where(
        Wall.code == any_(CODES), Wall.warehouse_id == warehouse_id
    )


@waves.most_orders("wall")
def free_slots(warehouse_id: int) -> int:
    """How many orders a walk may bring to a wall: as many as slots are free at the wall with the most free ones.

    Where that is less than half of the largest wall, half of it: until the walk is done, packers have emptied slots,
    and walks for one or two orders would cost more than pieces that wait in their tote.
    """
    return int(db.session.execute(_FREE_SLOTS, {"warehouse_id": warehouse_id}).scalar() or 0)


_FREE_SLOTS = text(
    """
    SELECT greatest(max(free), (max(slots) + 1) / 2) FROM (
        SELECT count(*) AS slots, count(*) FILTER (WHERE NOT EXISTS (
                   SELECT 1 FROM pick_tote t WHERE t.container_id = s.container_id AND t.in_use)
               AND NOT EXISTS (
                   SELECT 1 FROM stock_balance b WHERE b.container_id = s.container_id AND b.on_hand > 0)) AS free
        FROM wall w JOIN wall_slot s ON s.wall_id = w.id AND s.nr > 0
        WHERE w.warehouse_id = :warehouse_id GROUP BY w.id) AS walls
    """
)


@reference("sort")
def _puts(ids: Sequence[int]) -> dict[int, Said]:
    """Moves of sorting name their put: whose order it was."""
    asked = (
        select(WallPut.id, Order.number)
        .outerjoin(PickLine, PickLine.id == WallPut.line_id)
        .outerjoin(Order, Order.id == PickLine.order_id)
        .where(among(WallPut.id, ids))
    )
    rows = db.session.execute(asked)
    return {
        row.id: Said("picking.sort_reference", {"order": row.number}) if row.number else Said("picking.aside_reference")
        for row in rows
    }


def add_wall(warehouse_id: int, code: str, name: str, slots: int) -> int:
    """The id of the wall with this code, made when there is none, with at least so many slots.

    Slot 7 of wall `W1` has the label `W1-07`; what nobody wants goes into `W1-00`.
    """
    made = insert(Wall).values(warehouse_id=warehouse_id, code=code, name=name)
    made = made.on_conflict_do_update(index_elements=["warehouse_id", "code"], set_={"name": name})
    wall_id = db.session.execute(made.returning(Wall.id)).scalar_one()
    known = set(db.session.execute(select(WallSlot.nr).where(WallSlot.wall_id == wall_id)).scalars())
    for nr in range(ASIDE, slots + 1):
        if nr not in known:
            container_id = stock.ensure_container(warehouse_id, f"{code}-{nr:02d}", "slot")
            db.session.add(WallSlot(wall_id=wall_id, nr=nr, container_id=container_id))
    db.session.flush()
    return wall_id


# ---- who sorts, at which wall, out of which tote


def stand(warehouse_id: int, person_id: int, code: str) -> None:
    """The sorter takes their place at a wall: its label, or that of one of its slots, was scanned.

    Raises `picking.not_a_wall`.
    """
    seen = resolve(code, warehouse_id)
    wall_id = next((each.id for each in seen if each.kind == "wall"), None)
    slots = [each.id for each in seen if each.kind == "slot"]
    if wall_id is None and slots:
        wall_id = db.session.execute(select(WallSlot.wall_id).where(WallSlot.container_id == slots[0])).scalar()
    if wall_id is None:
        raise WmsError("picking.not_a_wall", scanned=clean(code))
    drop_shown(person_id)
    sit(person_id, wall_id, None)


def leave(person_id: int) -> None:
    """The sorter goes; the tote stays for whoever comes."""
    drop_shown(person_id)
    db.session.execute(delete(WallSorter).where(WallSorter.person_id == person_id))


def place_of(warehouse_id: int, person_id: int) -> WallSorter | None:
    """Where a person sorts; at the only wall where there is but one."""
    asked = select(WallSorter).join(Wall, Wall.id == WallSorter.wall_id).where(Wall.warehouse_id == warehouse_id)
    sorter = db.session.execute(asked.where(WallSorter.person_id == person_id)).scalar_one_or_none()
    if sorter:
        return sorter
    walls = db.session.execute(select(Wall.id).where(Wall.warehouse_id == warehouse_id).limit(2)).scalars().all()
    return WallSorter(person_id=person_id, wall_id=walls[0], container_id=None) if len(walls) == 1 else None


def open_tote(warehouse_id: int, person_id: int, code: str) -> BulkTote:
    """A bulk tote is put before the wall. Raises `picking.choose_wall`, `picking.not_a_tote.…`,
    `picking.not_a_bulk_tote`, and `picking.not_for_the_wall` for one whose orders are packed out of the tote."""
    sorter = sorter_of(warehouse_id, person_id)
    tote = scanned_tote(warehouse_id, code)
    if tote.method != "wall":
        raise WmsError("picking.not_for_the_wall", tote=tote.code)
    drop_shown(person_id)
    sit(person_id, sorter.wall_id, tote.container_id)
    return tote


def sit(person_id: int, wall_id: int, container_id: int | None) -> None:
    """The sorter works at this wall, out of this tote or none yet."""
    sits = {"wall_id": wall_id, "container_id": container_id}
    made = insert(WallSorter).values(person_id=person_id, **sits)
    db.session.execute(made.on_conflict_do_update(index_elements=["person_id"], set_=sits))


def sorter_of(warehouse_id: int, person_id: int) -> WallSorter:
    """As `place_of`. Raises `picking.choose_wall` when they have no place yet."""
    sorter = place_of(warehouse_id, person_id)
    if sorter is None:
        raise WmsError("picking.choose_wall", next="wall_choose")
    return sorter


def drop_shown(person_id: int) -> None:
    """What was shown goes back into the tote; a slot that was taken for it alone is free again."""
    put = shown(person_id, lock_it=True)
    if put is None:
        return
    put.status = PUT.after("drop", put.status)
    db.session.flush()
    if put.line_id is not None:
        free_unused(put.line_id, put.slot_id)


def working(warehouse_id: int, person_id: int) -> tuple[WallSorter, BulkTote]:
    """The sorter and their tote, the tote's task locked. Raises `picking.tote_before_item`."""
    sorter = sorter_of(warehouse_id, person_id)
    tote = bulk_tote(warehouse_id, sorter.container_id) if sorter.container_id else None
    if tote is not None:
        tasks.lock_row(warehouse_id, tote.task_id)
        tote = bulk_tote(warehouse_id, tote.container_id)  # its orders may have left their wave until now
    if tote is None:
        raise WmsError("picking.tote_before_item", next="wall_tote")
    return sorter, tote


def shown(person_id: int, *, lock_it: bool = False) -> WallPut | None:
    """What is shown to a sorter and not put yet."""
    asked = select(WallPut).where(WallPut.person_id == person_id, WallPut.status == "shown")
    return db.session.execute(asked.with_for_update() if lock_it else asked).scalar_one_or_none()


_FREE_UNUSED = text(
    """
    UPDATE pick_tote SET in_use = false, container_id = NULL
    WHERE order_id = (SELECT order_id FROM pick_line WHERE id = :line_id) AND in_use
      AND container_id = (SELECT container_id FROM wall_slot WHERE id = :slot_id)
      AND NOT EXISTS (SELECT 1 FROM stock_balance b WHERE b.container_id = pick_tote.container_id AND b.on_hand > 0)
      AND NOT EXISTS (SELECT 1 FROM wall_put p WHERE p.slot_id = :slot_id AND p.status = 'shown')
    """
)


def free_unused(line_id: int, slot_id: int) -> None:
    """A slot that was taken for an order and holds nothing, nor is anything shown for it, is free again."""
    db.session.execute(_FREE_UNUSED, {"line_id": line_id, "slot_id": slot_id})
