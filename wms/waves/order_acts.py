"""Releasing chosen orders into a wave of their own, at once."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

from wms.core.job import defer
from wms.core.lock import lock
from wms.orders import service as orders
from wms.orders.models import Order
from wms.orders.service import Action, Doing, Outcome, cannot
from wms.waves.rule_runs import RELEASE
from wms.waves.selection import Making, bring_ahead, make
from wms.waves.waiting import waiting_orders

A_WAVE = 200  # orders
TOTES = 12  # of a cart, as a wave by hand has them


def _may_wave(doing: Doing, order: Order) -> Outcome | None:
    if order.shipping != "unshipped":
        return cannot("orders.act_shipped")
    if order.confirmation == "cancelled":
        return cannot("orders.act_cancelled")
    if order.processing != "waiting":
        return cannot("orders.act_in_work")
    if order.confirmation != "confirmed" or order.refund != "none":
        return cannot("orders.act_not_confirmed")
    return None


def _build_turn(doing: Doing, order_ids: Sequence[int]) -> None:
    lock("wave.build", doing.warehouse_id)


def _wave(doing: Doing, going: Sequence[Order]) -> Mapping[int, Outcome]:
    """A wave of these, which the worker releases; what cannot be picked then waits again, as with any wave."""
    mine = {order.id for order in going}
    chosen = [each for each in waiting_orders(doing.warehouse_id, zones=False) if each.order_id in mine]
    if not chosen:
        return {}
    making = Making({"chosen": len(chosen)}, TOTES, doing.person_id, release_wanted=True)
    wave = make(doing.warehouse_id, chosen, making)
    bring_ahead(doing.warehouse_id, [wave])
    defer(RELEASE, once=RELEASE)
    said = {"wave": wave.number}
    return {each.order_id: Outcome("orders.act_waved", said) for each in chosen}


orders.add_action(
    Action("wave", "supervisor", _wave, check=_may_wave, first=_build_turn, at_once=A_WAVE, icon="many", place=40)
)
