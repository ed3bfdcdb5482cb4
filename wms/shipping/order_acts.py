"""What the shipping room does for the order desk: orders behind a waybill or parcel, another carrier, and labels."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.core.fields import Filled
from wms.core.lock import lock
from wms.orders import service as orders
from wms.orders.models import Order
from wms.orders.service import Action, Doing, Outcome, cannot, setting
from wms.printing import service as printing
from wms.shipping import service
from wms.shipping.models import Carrier

_BEHIND = text(
    """
    SELECT p.order_id FROM waybill w JOIN parcel p ON p.id = w.parcel_id
    WHERE w.number = :code AND p.warehouse_id = :warehouse_id
    UNION
    SELECT p.order_id FROM parcel p WHERE p.number = :code AND p.warehouse_id = :warehouse_id
    """
)


@orders.finds_orders
def behind(warehouse_id: int, code: str) -> list[int]:
    """The order of a waybill's or a parcel's number."""
    asked = {"warehouse_id": warehouse_id, "code": code.upper()}
    return list(db.session.execute(_BEHIND, asked).scalars())


# ---- another carrier

class Other(Schema):
    carrier = fields.String(
        required=True, validate=validate.Length(1, 60),
        metadata={"label": "orders.act_field.carrier", "one_of": "carriers"},
    )  # fmt: skip


def _may_change(doing: Doing, order: Order) -> Outcome | None:
    """Once it is in a wave its number is asked for: then it is its parcel that goes with another carrier."""
    if order.shipping != "unshipped":
        return cannot("orders.act_shipped")
    if order.confirmation == "cancelled":
        return cannot("orders.act_cancelled")
    if order.processing != "waiting":
        return cannot("orders.act_in_work")
    return cannot("orders.act_has_carrier") if order.carrier == doing.options["carrier"] else None


def _carrier(doing: Doing, order: Order) -> Mapping[str, Any]:
    return {"carrier": doing.options["carrier"], "carrier_by": "clerk"}


def _known(doing: Doing, order_ids: Sequence[int]) -> None:
    """Raises `shipping.unknown_carrier` for one that takes nothing."""
    code = doing.options["carrier"]
    wanted = select(Carrier.id).where(Carrier.code == code, Carrier.active)
    if db.session.execute(wanted).scalar() is None:
        raise WmsError("shipping.unknown_carrier", carrier=code)


orders.add_action(
    Action(
        "carrier", "clerk supervisor", check=_may_change, schema=Other, watches=("carrier",), first=_known,
        icon="truck", place=50,
        **setting(_carrier, "orders.act_carried", lambda doing: {"carrier": doing.options["carrier"]}),
    )
)  # fmt: skip


# ---- labels

# Of each parcel that has its number: its newest label, if one was asked for.
_LABELS = text(
    """
    SELECT p.order_id, p.id AS parcel_id, j.id AS job_id, j.status FROM parcel p
    JOIN waybill w ON w.parcel_id = p.id AND w.status <> 'void' AND w.number IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT id, status FROM print_job WHERE document = 'waybill' AND document_id = p.id AND NOT voided
        ORDER BY version DESC, copy DESC LIMIT 1
    ) AS j ON true
    WHERE p.warehouse_id = :warehouse_id AND p.order_id = ANY(:ids) AND p.status <> 'void'
    ORDER BY p.order_id, p.ordinal, p.id
    """
)
OUT, LOST = ("sent", "confirmed"), ("failed",)
# Why nothing comes out of a parcel now, by how its label stands; of the others somebody may ask for one more.
_KEPT = {"uncertain": "orders.act_label_doubt", "cancelled": "orders.act_label_stopped"}


class At(Schema):
    station = fields.String(
        required=True, validate=validate.Length(1, 60),
        metadata={"label": "orders.act_field.station", "one_of": "stations"},
    )  # fmt: skip


class AtAgain(At):
    reason = fields.String(
        required=True, validate=[validate.Length(1, 200), Filled], metadata={"label": "orders.act_field.reprint_reason"}
    )


def _may_print(doing: Doing, order: Order) -> Outcome | None:
    if order.shipping != "unshipped":
        return cannot("orders.act_shipped")
    return cannot("orders.act_cancelled") if order.confirmation == "cancelled" else None


def _can_print(doing: Doing, order_ids: Sequence[int]) -> None:
    """Nobody closes a parcel of these meanwhile. Raises `printing.unknown_station`, `printing.no_label_printer`."""
    _printing_station(doing)
    for order_id in order_ids:
        lock("packing.order", order_id)


def _printing_station(doing: Doing) -> int:
    station = printing.station_at(doing.warehouse_id, doing.options["station"])
    if not printing.prints_here(station.id, "waybill"):
        raise WmsError("printing.no_label_printer", station=station.code, document="waybill")
    return station.id


def _labels(doing: Doing, going: Sequence[Order]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {order.id: [] for order in going}
    for row in db.session.execute(_LABELS, {"warehouse_id": doing.warehouse_id, "ids": list(found)}):
        found[row.order_id].append(row)
    return found


def _print(doing: Doing, going: Sequence[Order]) -> Mapping[int, Outcome]:
    """The labels that nobody has asked for yet: one that was is never printed twice by this."""
    station_id = _printing_station(doing)
    found = {}
    for order_id, labels in _labels(doing, going).items():
        new = [each.parcel_id for each in labels if each.job_id is None]
        for parcel_id in new:
            service.print_now(parcel_id, station_id, doing.person_id)
        found[order_id] = _told(doing, len(new)) if new else _stands(labels)
    return found


def _print_again(doing: Doing, going: Sequence[Order]) -> Mapping[int, Outcome]:
    """Those that came out, or did not, once more: marked, with the reason on record."""
    station_id = _printing_station(doing)
    found = {}
    for order_id, labels in _labels(doing, going).items():
        jobs = [each.job_id for each in labels if each.status in (*OUT, *LOST)]
        for job_id in jobs:
            printing.again(
                job_id, doing.options["reason"], warehouse_id=doing.warehouse_id, station_id=station_id,
                actor_id=doing.person_id,
            )  # fmt: skip
        unasked = bool(labels) and all(each.job_id is None for each in labels)
        refused = cannot("orders.act_label_new") if unasked else _stands(labels)
        found[order_id] = _told(doing, len(jobs)) if jobs else refused
    return found


def _told(doing: Doing, labels: int) -> Outcome:
    return Outcome("orders.act_prints", {"station": doing.options["station"], "labels": labels, **_why(doing)})


def _why(doing: Doing) -> Mapping[str, str]:
    return {"reason": doing.options["reason"]} if "reason" in doing.options else {}


def _stands(labels: Sequence[Any]) -> Outcome:
    """Why none of them prints."""
    if not labels:
        return cannot("orders.act_no_waybill")
    status = labels[0].status
    if status in OUT:
        return cannot("orders.act_label_out")
    return cannot("orders.act_label_lost" if status in LOST else _KEPT.get(status, "orders.act_label_waits"))


_PRINTS: Mapping[str, Any] = {"check": _may_print, "first": _can_print, "at_once": 50, "icon": "printer"}
orders.add_action(Action("waybills", "clerk supervisor", _print, schema=At, place=52, **_PRINTS))
orders.add_action(Action("waybills_again", "supervisor", _print_again, schema=AtAgain, place=54, **_PRINTS))
