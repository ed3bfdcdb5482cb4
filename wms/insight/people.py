"""Who is on the floor, what they do, and the walks in progress."""
from __future__ import annotations

from collections.abc import Set
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select, true
from sqlalchemy.orm import aliased

from wms.access.models import DeviceSession, Person, Posting
from wms.access.service import IDLE_LENGTH
from wms.core.db import db
from wms.insight import rules
from wms.insight.progress import HOUR, Pace, iso
from wms.layout.models import Bin, Station
from wms.packing.models import Parcel
from wms.picking.models import Cart, PickLine, PickTask, PickWaiting
from wms.waves.models import Wave

FLOOR_POSTS = frozenset({"picker", "packer", "receiver"})
ACTIVE = frozenset({"picking", "fetching", "packing", "station"})


def describe(warehouse_id: int, measured: Pace, moment: datetime) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Everyone who works on the floor or is signed in for it, and the walks of those who pick."""
    parcels = _parcels(warehouse_id, moment)
    asked = {"warehouse_id": warehouse_id, "moment": moment, "not_idle": moment - IDLE_LENGTH}
    busy = measured.people.keys() | parcels.keys()
    rows = [row for row in db.session.execute(_people(), asked) if _on_the_floor(row, busy)]
    people = [_person(row, measured.people.get(row.id), parcels.get(row.id), moment) for row in rows]
    return people, [_walk(row) for row in rows if row.task_id is not None]


def _on_the_floor(row: Row[Any], busy: Set[int]) -> bool:
    """Whether somebody belongs on the board: a supervisor, who may do anything, only when they lend a hand."""
    if row.task_id is not None or row.ready_since is not None or row.id in busy:
        return True
    posts = set(row.posts or ())
    return bool(FLOOR_POSTS & posts) and "supervisor" not in posts


@cache
def _people() -> Any:
    session, last, ahead = _session(), _last_line(), _next_line()
    here: Any = bindparam("warehouse_id")
    last_bin, next_bin = aliased(Bin), aliased(Bin)
    mine = and_(
        PickTask.person_id == Person.id,
        PickTask.warehouse_id == here,
        PickTask.status.in_(("assigned", "picking")),
    )
    columns = [
        Person.id,
        Person.name,
        _posts().label("posts"),
        session.c.seen_at,
        session.c.station,
        session.c.created_at.label("signed_in_at"),
        PickWaiting.since.label("ready_since"),
        PickTask.id.label("task_id"),
        PickTask.status.label("task_status"),
        PickTask.lines,
        PickTask.open_lines,
        PickTask.walk_mm,
        PickTask.path,
        func.coalesce(PickTask.started_at, PickTask.assigned_at).label("task_since"),
        Cart.code.label("cart"),
        Wave.number.label("wave"),
        last.c.done_at.label("line_at"),
        *_place("last", last_bin),
        *_place("next", next_bin),
    ]
    return (
        select(*columns)
        .select_from(Person)
        .outerjoin(session, true())
        .outerjoin(PickTask, mine)
        .outerjoin(Cart, Cart.id == PickTask.cart_id)
        .outerjoin(Wave, Wave.id == PickTask.wave_id)
        .outerjoin(PickWaiting, and_(PickWaiting.person_id == Person.id, PickWaiting.warehouse_id == here))
        .outerjoin(last, true())
        .outerjoin(last_bin, last_bin.id == last.c.bin_id)
        .outerjoin(ahead, true())
        .outerjoin(next_bin, next_bin.id == ahead.c.bin_id)
        .where(or_(session.c.seen_at.is_not(None), PickTask.id.is_not(None)))
        .order_by(Person.name, Person.id)
    )


def _place(prefix: str, place: Any) -> list[Any]:
    return [getattr(place, name).label(f"{prefix}_{name}") for name in ("code", "aisle", "side", "y_mm")]


def _session() -> Any:
    """The session that tells most of a person: at a station before a handheld, then the one heard from last."""
    return (
        select(DeviceSession.seen_at, DeviceSession.created_at, Station.code.label("station"))
        .outerjoin(Station, Station.id == DeviceSession.station_id)
        .where(
            DeviceSession.person_id == Person.id,
            DeviceSession.warehouse_id == bindparam("warehouse_id"),
            DeviceSession.ended_at.is_(None),
            DeviceSession.expires_at > bindparam("moment"),
            DeviceSession.seen_at > bindparam("not_idle"),
        )
        .order_by(DeviceSession.station_id.is_(None), DeviceSession.seen_at.desc())
        .limit(1)
        .lateral("session")
    )


def _posts() -> Any:
    held = select(func.array_agg(Posting.post)).where(
        Posting.person_id == Person.id, Posting.warehouse_id == bindparam("warehouse_id")
    )
    return held.scalar_subquery()


def _last_line() -> Any:
    mine = and_(PickLine.task_id == PickTask.id, PickLine.done_at.is_not(None))
    done = select(PickLine.bin_id, PickLine.done_at).where(mine)
    return done.order_by(PickLine.done_at.desc()).limit(1).lateral("last")


def _next_line() -> Any:
    still = select(PickLine.bin_id).where(PickLine.task_id == PickTask.id, PickLine.status == "open")
    return still.order_by(PickLine.seq).limit(1).lateral("ahead")


def _parcels(warehouse_id: int, moment: datetime) -> dict[int, Row[Any]]:
    """What each packer has open now, and closed within the hour."""
    is_open = Parcel.status == "open"
    found: Any = db.session.execute(
        select(
            Parcel.packed_by,
            func.count().filter(is_open).label("open"),
            func.count().filter(~is_open).label("closed"),
            func.max(func.coalesce(Parcel.closed_at, Parcel.opened_at)).label("last_at"),
        )
        .where(
            Parcel.warehouse_id == warehouse_id,
            Parcel.packed_by.is_not(None),
            or_(is_open, Parcel.closed_at > moment - HOUR),
        )
        .group_by(Parcel.packed_by)
    )
    return {row.packed_by: row for row in found}


def _person(row: Row[Any], lines: Row[Any] | None, parcels: Row[Any] | None, moment: datetime) -> dict[str, Any]:
    moments = [row.line_at, lines.last_at if lines else None, parcels.last_at if parcels else None, row.task_since]
    last = max((when for when in moments if when is not None), default=None)
    packing = bool(parcels and parcels.open)
    doing = rules.doing(row.task_status, row.ready_since is not None, packing, row.station is not None, last, moment)
    return {
        "id": row.id,
        "name": row.name,
        "posts": sorted(row.posts or ()),
        "doing": doing,
        "active": doing in ACTIVE,
        "connected": rules.connected(row.seen_at, last, moment),
        "station": row.station,
        "wave": row.wave,
        "cart": row.cart,
        "task": {"id": row.task_id, "done": row.lines - row.open_lines, "total": row.lines} if row.task_id else None,
        "last": _spot(row, "last"),
        "lines_hour": lines.in_hour if lines else 0,
        "parcels_hour": parcels.closed if parcels else 0,
        "last_at": iso(last),
        "since": iso(row.ready_since or row.task_since or last or row.signed_in_at),
    }


def _spot(row: Row[Any], prefix: str) -> dict[str, Any] | None:
    if getattr(row, f"{prefix}_code") is None:
        return None
    return {name: getattr(row, f"{prefix}_{name}") for name in ("code", "aisle", "side", "y_mm")}


def _walk(row: Row[Any]) -> dict[str, Any]:
    return {
        "task_id": row.task_id,
        "person_id": row.id,
        "wave": row.wave,
        "status": row.task_status,
        "path": row.path,
        "walk_m": round(row.walk_mm / 1000),
        "at": _spot(row, "last"),
        "next": _spot(row, "next"),
    }
