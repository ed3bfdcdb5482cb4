"""What people decide about held orders: that one may pass, what finance says of one, that an address is read right."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from wms.core.db import db
from wms.core.error import WmsError
from wms.orders.audit import audit
from wms.orders.auditing import once
from wms.orders.history import note
from wms.orders.models import Order
from wms.orders.places import judging
from wms.orders.stopping import locked

PASSABLE = ("rule_hold", "overpaid")  # what a clerk may let pass; what papers lack must be put right instead
REVIEW, REFUSED = "finance_review", "finance_refused"


def let_pass(warehouse_id: int, order_id: int, *, why: str, by: int | None) -> None:
    """Let an order pass that rules hold, as it is now, and audit it again.

    Raises `core.not_found`, and `orders.not_passable` (409) when something else holds it.
    """
    order = _held(warehouse_id, order_id, PASSABLE)
    _pass(order, "let_pass", why, by)


def pass_all(orders: Sequence[Order], by: int | None) -> None:
    """What holds these locked orders holds them no more, as they are now; whoever calls it audits them again."""
    once.put("passed", (pair for order in orders for pair in _abouts(order)), person_id=by)


def review(warehouse_id: int, order_id: int, *, approve: bool, why: str, by: int | None, name: str) -> None:
    """What finance says of an order (财审): approved, it is audited again; refused, it stays held and says why.

    Raises `core.not_found`, and `orders.no_review` (409) when it does not wait for one.
    """
    order = _held(warehouse_id, order_id, (REVIEW,))
    if approve:
        _pass(order, "finance_approved", why, by)
        return
    params = order.hold_params or {}
    refused = {"rule": params["rule"], "why": why, "by": name}
    db.session.execute(update(Order).where(Order.id == order.id).values(hold_reason=REFUSED, hold_params=refused))
    note(REFUSED, {order.id: {"rule": params["rule"], "why": why}}, person_id=by)


def accept_read(warehouse_id: int, order_id: int, *, read: str, by: int | None) -> None:
    """Take the place that an order's address reads as: the levels are filled, the rest is the street, and it is audited
    again. `read` is the place that the person saw.

    Raises `core.not_found`, and `orders.not_readable` (409) when it does not read as that one place.
    """
    order = locked(warehouse_id, order_id)
    found = judging.read_fields(order.province, order.city, order.district, order.address)
    waits = order.confirmation == "held" and order.hold_reason == "address_incomplete"
    if not waits or found is None or str(found.place) != read:
        raise WmsError("orders.not_readable", number=order.number)
    order.province, order.city, order.district = found.place.province, found.place.city, found.place.district
    order.address = found.detail
    db.session.flush()
    note("address_read", {order.id: {"read": read}}, person_id=by)
    audit([order.id])


def _held(warehouse_id: int, order_id: int, reasons: tuple[str, ...]) -> Order:
    order = locked(warehouse_id, order_id)
    if order.confirmation != "held" or order.hold_reason not in reasons:
        raise WmsError("orders.no_review" if reasons == (REVIEW,) else "orders.not_passable", number=order.number)
    return order


def _pass(order: Order, action: str, why: str, by: int | None) -> None:
    once.put("passed", _abouts(order), person_id=by)
    note(action, {order.id: its_rule(order, why)}, person_id=by)
    audit([order.id])


def _abouts(order: Order) -> list[tuple[int, str]]:
    params: dict[str, Any] = order.hold_params or {}
    return [(order.id, about) for about in params.get("about", [order.hold_reason])]


def its_rule(order: Order, why: str) -> dict[str, Any]:
    """What a held order's history says of its being let pass: the rule that held it, and why it may pass."""
    return {"rule": (order.hold_params or {}).get("rule", ""), "why": why}
