"""How exact weights must be, and every weight with which somebody meant to close a parcel."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from wms.access.models import Posting
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.prepared import Prepared, execute
from wms.core.transaction import with_commit
from wms.packing import cartons
from wms.packing.models import Carton, Parcel, ParcelWeighing, WeightRule
from wms.packing.packer import Packer
from wms.packing.rules import PACKAGING_G, Tolerance, Weighed, cause

SUPERVISORS = ("supervisor", "admin")

_GOODS = text(
    """
    SELECT k.code, k.name, k.weight_g, sum(l.qty)::bigint AS qty FROM parcel_line l JOIN sku k ON k.id = l.sku_id
    WHERE l.parcel_id = :id GROUP BY k.id ORDER BY min(l.order_line_id)
    """
)


_RULE = Prepared(
    "weight_rule", "SELECT percent, grams, decided_by FROM weight_rule WHERE warehouse_id = :warehouse_id"
)
_KEEP = Prepared(
    "keep_weighing",
    """
    INSERT INTO parcel_weighing (parcel_id, weight_g, expected_g, allowed_g, source, outcome, reason, person_id,
                                 agreed_by, at)
    VALUES (:parcel_id, :weight_g, :expected_g, :allowed_g, :source, :outcome, :reason, :person_id, :agreed_by, :at)
    """,
)


def tolerance(warehouse_id: int) -> Tolerance:
    """How far parcels of a warehouse may be from what they should weigh."""
    found = execute(_RULE, {"warehouse_id": warehouse_id})
    return Tolerance(*found[0]) if found else Tolerance()


def put(warehouse_id: int, percent: Decimal, grams: int, decided_by: str) -> None:
    """Parcels that are weighed from now on are held to this."""
    told = {"percent": percent, "grams": grams, "decided_by": decided_by}
    made = insert(WeightRule).values(warehouse_id=warehouse_id, **told)
    db.session.execute(made.on_conflict_do_update(index_elements=["warehouse_id"], set_=told))


def is_settled(
    packer: Packer, parcel: Parcel, weight_g: int, source: str, *, confirmed: bool, reason: str = ""
) -> bool:
    """Whether a parcel may be closed with this weight; it is kept either way.

    One that is off is so once the packer has `confirmed` it, or sends the same once more; where a supervisor decides,
    once one has agreed to it, or is the packer and gives a `reason`.
    """
    held_to = tolerance(parcel.warehouse_id)
    outcome, agreed_by = "fits", None
    if not held_to.holds(weight_g, parcel.expected_g):
        if held_to.decided_by == "supervisor":
            if _agreed(parcel, weight_g):
                return True
            own = packer.supervisor and confirmed and reason != ""
            outcome, agreed_by = ("agreed", packer.person_id) if own else ("off", None)
        else:
            outcome = "confirmed" if confirmed or parcel.weight_g == weight_g else "off"
    _keep(parcel, weight_g, held_to, source, outcome, packer.person_id, reason=reason, agreed_by=agreed_by)
    return outcome != "off"


def agree(packer: Packer, parcel: Parcel, weight_g: int, reason: str, supervisor_id: int) -> None:
    """A supervisor stands at the table, has looked, and agrees to this weight. Raises `packing.not_a_supervisor`."""
    posted = select(Posting.id).where(
        Posting.person_id == supervisor_id, Posting.warehouse_id == parcel.warehouse_id, Posting.post.in_(SUPERVISORS)
    )
    if db.session.execute(posted.limit(1)).first() is None:
        raise WmsError("packing.not_a_supervisor")
    held_to = tolerance(parcel.warehouse_id)
    source = _last_source(parcel.id, weight_g)
    _keep(parcel, weight_g, held_to, source, "agreed", packer.person_id, reason=reason, agreed_by=supervisor_id)


def doubt(parcel: Parcel, weight_g: int) -> dict[str, Any]:
    """Why a weight is not believed: {weight_g, expected_g, difference_g, allowed_g, decided_by, cause}.

    `cause` {kind, what, qty}: what would explain it, see `rules.cause`; `what` is an item's name or a carton's code.
    """
    held_to = tolerance(parcel.warehouse_id)
    rows = db.session.execute(_GOODS, {"id": parcel.id}).all()
    tares = {box.code: box.tare_g for box in cartons.boxes(parcel.warehouse_id) if box.id != parcel.carton_id}
    tare_g = db.session.get_one(Carton, parcel.carton_id).tare_g if parcel.carton_id else PACKAGING_G
    difference, allowed = weight_g - parcel.expected_g, held_to.allowed_g(parcel.expected_g)
    found = cause(difference, allowed, {row.code: Weighed(row.weight_g, row.qty) for row in rows}, tares, tare_g)
    names = {row.code: row.name for row in rows}
    return {
        "weight_g": weight_g, "expected_g": parcel.expected_g, "difference_g": difference, "allowed_g": allowed,
        "decided_by": held_to.decided_by,
        "cause": {
            "kind": found.kind, "qty": found.qty,
            "what": found.what if found.kind == "carton" else names[found.what],
        } if found else None,
    }  # fmt: skip


def _keep(
    parcel: Parcel, weight_g: int, held_to: Tolerance, source: str, outcome: str, person_id: int | None, *,
    reason: str, agreed_by: int | None,
) -> None:  # fmt: skip
    weighed = {
        "parcel_id": parcel.id, "weight_g": weight_g, "expected_g": parcel.expected_g,
        "allowed_g": held_to.allowed_g(parcel.expected_g), "source": source, "outcome": outcome, "reason": reason,
        "person_id": person_id, "agreed_by": agreed_by, "at": now(),
    }  # fmt: skip
    with_commit(_KEEP, weighed)


def _agreed(parcel: Parcel, weight_g: int) -> bool:
    """Whether a supervisor has agreed to this weight of what the parcel holds now."""
    its = select(ParcelWeighing.id).where(
        ParcelWeighing.parcel_id == parcel.id, ParcelWeighing.weight_g == weight_g, ParcelWeighing.outcome == "agreed",
        ParcelWeighing.expected_g == parcel.expected_g,
    )  # fmt: skip
    return db.session.execute(its.limit(1)).first() is not None


def _last_source(parcel_id: int, weight_g: int) -> str:
    its = select(ParcelWeighing.source).where(
        ParcelWeighing.parcel_id == parcel_id, ParcelWeighing.weight_g == weight_g
    )
    return db.session.execute(its.order_by(ParcelWeighing.id.desc()).limit(1)).scalar() or "typed"
