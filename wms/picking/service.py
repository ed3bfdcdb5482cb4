"""The verbs of the picking room that rooms above it, and its own doors, use."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.picking import putback, withdraw
from wms.picking.again import pick_again
from wms.picking.alike import (
    Complete,
    Lying,
    Take,
    complete_orders,
    lying_in,
    other_totes,
    read_out_of,
    served,
    still_wanted,
)
from wms.picking.aside import put_aside
from wms.picking.assign import let_go, offer, ready
from wms.picking.boxes import Served, serve, waiting_for_boxes
from wms.picking.carts import place_tote, take_cart
from wms.picking.choices import Chosen, Option, choose, options
from wms.picking.confirm import Picked, Scanned, check, confirm
from wms.picking.gathering import Part, parts_at, parts_of, put_down
from wms.picking.intercepting import intercept, let_on
from wms.picking.models import WavePerson
from wms.picking.plans import people, plan_of, put_back_at, put_person, put_plan, put_zone_skills, zone_skills
from wms.picking.shorts import Closed, ShortOrder, ship_without, short
from wms.picking.splitting import split_carts
from wms.picking.takeover import ask_for, hand_over, reassign, send_home, take_over
from wms.picking.tasks import lock_row as lock_task
from wms.picking.tasks import make
from wms.picking.unsorted import (
    BulkTote,
    Choice,
    Item,
    bulk_tote,
    bulk_tote_anywhere,
    bulk_totes,
    choices,
    free_if_empty,
    left_in,
    orders_left,
    read_item,
    scanned_tote,
    sort,
)  # fmt: skip
from wms.picking.wall import add_wall
from wms.picking.wall_lost import Lost, write_off
from wms.waves import service as waves

__all__ = [
    "BulkTote", "Choice", "Chosen", "Closed", "Complete", "FullTote", "Item", "Lost", "Lying", "Option", "Part",
    "Picked", "Scanned", "Served", "ShortOrder", "Take", "add_cart", "add_wall", "ask_for", "bulk_tote",
    "bulk_tote_anywhere", "bulk_totes", "check", "choices", "choose", "complete_orders", "confirm", "free_if_empty",
    "free_totes", "full_tote", "full_totes", "hand_over", "intercept", "left_in", "let_go", "let_on", "lock_task",
    "lying_in", "make", "offer", "options", "orders_left", "other_totes", "parts_at", "parts_of", "people",
    "pick_again", "place_tote", "plan_of", "put_aside", "put_back_at", "put_down", "put_person", "put_plan",
    "put_wave_people", "put_zone_skills", "putback", "read_item", "read_out_of", "ready", "reassign", "scanned_tote",
    "send_home", "serve", "served", "ship_without", "short", "sort", "split_carts", "still_wanted", "take_cart",
    "take_over", "waiting_for_boxes", "withdraw", "write_off", "zone_skills",
]  # fmt: skip


_CART = text(
    """
    INSERT INTO cart (warehouse_id, code, slots) VALUES (:warehouse_id, :code, :slots)
    ON CONFLICT (warehouse_id, code) DO UPDATE SET slots = excluded.slots RETURNING id
    """
)


@dataclass(frozen=True)
class FullTote:
    """A tote that waits for packing: all of its order lies in it since `since`.

    Or a part of it: `station_id` is where the tote waits for the others, once it was put down there, `gathers_at` where
    one of them does, and `more` says whether some are still on their way to a station.
    """

    container_id: int
    code: str
    order_id: int
    order: str
    stage_bin_id: int
    since: datetime | None
    station_id: int | None
    gathers_at: int | None
    more: bool


_FULL = """
    SELECT c.id AS container_id, c.code, o.id AS order_id, o.number AS "order", t.stage_bin_id,
           (SELECT max(l.done_at) FROM pick_line l WHERE l.order_id = o.id) AS since, s.station_id,
           (SELECT max(x.station_id) FROM pick_tote x WHERE x.order_id = o.id AND x.in_use) AS gathers_at,
           EXISTS (SELECT FROM pick_tote x WHERE x.order_id = o.id AND x.in_use AND x.station_id IS NULL) AS more
    FROM pick_tote s
    JOIN container c ON c.id = s.container_id
    JOIN sales_order o ON o.id = s.order_id
    JOIN pick_task t ON t.id = s.task_id
    WHERE s.in_use AND t.warehouse_id = :warehouse_id AND o.processing = 'picked'
"""
_FULL_TOTES = text(_FULL + "ORDER BY since, c.id LIMIT :limit")
_FULL_TOTE = text(_FULL + "AND c.id = :container_id")


def full_totes(warehouse_id: int, limit: int = 100) -> list[FullTote]:
    """Totes that wait for packing, the longest waiting first."""
    rows = db.session.execute(_FULL_TOTES, {"warehouse_id": warehouse_id, "limit": limit})
    return [FullTote(*row) for row in rows]


def full_tote(warehouse_id: int, container_id: int) -> FullTote | None:
    """The tote, when it waits for packing; None when it is empty or its order is not picked yet."""
    values = {"warehouse_id": warehouse_id, "container_id": container_id}
    row = db.session.execute(_FULL_TOTE, values).one_or_none()
    return FullTote(*row) if row else None


def free_totes(order_id: int) -> None:
    """The packer has emptied the totes of an order: they may carry another."""
    db.session.execute(
        text("UPDATE pick_tote SET in_use = false WHERE order_id = :order_id AND in_use"), {"order_id": order_id}
    )


def add_cart(warehouse_id: int, code: str, slots: int) -> int:
    """The id of the cart with this code, made when there is none; `slots` places for totes."""
    values = {"warehouse_id": warehouse_id, "code": code, "slots": slots}
    return int(db.session.execute(_CART, values).scalar_one())


def put_wave_people(warehouse_id: int, wave_id: int, person_ids: Sequence[int]) -> None:
    """Put these people, and no others, on a wave: its tasks come first for them. Raises `core.not_found`."""
    waves.get(warehouse_id, wave_id)
    picking_here = {each["id"] for each in people(warehouse_id)}
    for person_id in person_ids:
        if person_id not in picking_here:
            raise WmsError("core.not_found", thing="picker", key=person_id)
    db.session.execute(delete(WavePerson).where(WavePerson.wave_id == wave_id))
    db.session.add_all(WavePerson(wave_id=wave_id, person_id=person_id) for person_id in sorted(set(person_ids)))
    db.session.flush()
    offer(warehouse_id)
