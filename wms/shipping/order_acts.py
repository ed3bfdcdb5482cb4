"""What the shipping room does for the order desk: orders behind a waybill or parcel, and another carrier for many."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy import select, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.orders import service as orders
from wms.orders.models import Order
from wms.orders.service import Action, Doing, Outcome, cannot, setting
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
