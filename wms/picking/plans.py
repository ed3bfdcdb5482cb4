"""How a warehouse picks, and who may pick where: small tables that supervisors change."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from wms.access.models import Person, Posting
from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import Zone
from wms.picking.models import PickPerson, PickPlan, ZoneSkill
from wms.picking.rules import SHORT_WAYS


def plan_of(warehouse_id: int) -> PickPlan:
    """How this warehouse picks; the defaults where nobody has said anything, not stored."""
    found = db.session.get(PickPlan, warehouse_id)
    return found or PickPlan(warehouse_id=warehouse_id, short_ways=list(SHORT_WAYS), idle_minutes=10, put_back_at="")


def put_plan(warehouse_id: int, values: dict[str, Any]) -> PickPlan:
    """Change how this warehouse picks. The order to the supervisor is always a way."""
    if "short_ways" in values:
        ways = list(dict.fromkeys(values["short_ways"]))
        values = {**values, "short_ways": ways if "order" in ways else [*ways, "order"]}
    made = insert(PickPlan).values(warehouse_id=warehouse_id, **values)
    kept = made.on_conflict_do_update(index_elements=["warehouse_id"], set_=values or {"warehouse_id": warehouse_id})
    db.session.execute(kept)
    db.session.expire_all()
    return plan_of(warehouse_id)


def put_back_at(warehouse_id: int) -> str:
    """Where goods that go back are put down meanwhile, as people call it; "" where nobody has said so."""
    return plan_of(warehouse_id).put_back_at


def people(warehouse_id: int) -> list[dict[str, Any]]:
    """Who may pick, with their zones (codes; none: all) and skills."""
    zones = _zones(warehouse_id)
    codes = {zone_id: code for code, zone_id in zones.items()}
    rows = db.session.execute(
        select(Person.id, Person.name, PickPerson.zone_ids, PickPerson.skills)
        .join(Posting, Posting.person_id == Person.id)
        .outerjoin(PickPerson, (PickPerson.person_id == Person.id) & (PickPerson.warehouse_id == warehouse_id))
        .where(Posting.warehouse_id == warehouse_id, Posting.post.in_(("picker", "supervisor")), Person.active)
        .order_by(Person.name, Person.id)
        .distinct()
    )
    return [
        {
            "id": row.id, "name": row.name, "skills": sorted(row.skills or ()),
            "zones": sorted(codes[zone] for zone in row.zone_ids or () if zone in codes),
        }
        for row in rows
    ]  # fmt: skip


def put_person(warehouse_id: int, person_id: int, zones: Sequence[str], skills: Iterable[str]) -> None:
    """Say where somebody may pick (codes; none: everywhere) and what they can do.

    Raises `core.not_found` for a zone or a person that is not of this warehouse.
    """
    posted = select(Posting.person_id).where(Posting.warehouse_id == warehouse_id, Posting.person_id == person_id)
    if db.session.execute(posted.limit(1)).scalar() is None:
        raise WmsError("core.not_found", thing="person", key=person_id)
    known = _zones(warehouse_id)
    values = {"zone_ids": sorted(_known(known, code) for code in set(zones)), "skills": sorted(set(skills))}
    made = insert(PickPerson).values(person_id=person_id, warehouse_id=warehouse_id, **values)
    db.session.execute(made.on_conflict_do_update(index_elements=["person_id", "warehouse_id"], set_=values))


def put_zone_skills(warehouse_id: int, zone: str, skills: Iterable[str]) -> None:
    """Say which skills a zone asks for. Raises `core.not_found`."""
    zone_id = _known(_zones(warehouse_id), zone)
    db.session.execute(delete(ZoneSkill).where(ZoneSkill.zone_id == zone_id))
    rows = [{"zone_id": zone_id, "skill": skill} for skill in sorted(set(skills))]
    if rows:
        db.session.execute(insert(ZoneSkill).values(rows))


def zone_skills(warehouse_id: int) -> dict[str, list[str]]:
    """Which zones (codes) ask for which skills."""
    zones = _zones(warehouse_id)
    rows = db.session.execute(
        select(ZoneSkill.zone_id, ZoneSkill.skill).where(among(ZoneSkill.zone_id, zones.values())).order_by(
            ZoneSkill.skill
        )
    ).all()
    return {
        code: [row.skill for row in rows if row.zone_id == zone_id] for code, zone_id in sorted(zones.items())
    }


def _zones(warehouse_id: int) -> dict[str, int]:
    rows = db.session.execute(select(Zone.code, Zone.id).where(Zone.warehouse_id == warehouse_id))
    return {row.code: row.id for row in rows}


def _known(zones: dict[str, int], code: str) -> int:
    if code not in zones:
        raise WmsError("core.not_found", thing="zone", key=code)
    return zones[code]
