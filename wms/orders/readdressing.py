"""Who gets an order that is in work, and where, changes: nothing of its goods moves and it stays in its wave, but
whoever has told a carrier of it tells it anew."""
from __future__ import annotations

from collections.abc import Callable, Collection

from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.orders.audit import CLAIMED
from wms.orders.edit_rules import ADDRESS
from wms.orders.events import OrderReaddressed, OrdersMoved
from wms.orders.models import Order
from wms.orders.rules import Claim, audit_papers

_FIELDS = {*ADDRESS, "address_id"}  # the platform's id of a place goes with it

Knows = Callable[[int], bool]
_knowing: list[Knows] = []


def told_recipient(function: Knows) -> Knows:
    """Decorator: a function of a room above that says whether anybody outside was told who gets this order."""
    if function not in _knowing:
        _knowing.append(function)
    return function


def in_place(order: Order, names: Collection[str]) -> bool:
    """Whether these fields of an order change while it goes on: only who gets it changes, and it is packed or picked,
    or its carrier knows of it. Any other is called back and audited again."""
    if not names or set(names) - _FIELDS or _refusal(order) is not None:
        return False
    return order.processing not in ("waiting", "waved") or (
        order.processing == "waved" and any(knows(order.id) for knows in _knowing)
    )


def may_readdress(order: Order) -> bool:
    """Whether who gets an order can still be changed here though its goods cannot."""
    return order.processing not in ("waiting", "waved") and _refusal(order) is None


def _refusal(order: Order) -> WmsError | None:
    if order.merged_into_id is not None or order.companions:
        return WmsError("orders.is_merged", order=order.number)
    if order.confirmation != "confirmed" or order.refund != "none" or order.shipping != "unshipped":
        return WmsError("orders.in_work", number=order.number, status=order.confirmation)
    return None


def check_clear(order: Order) -> None:
    """Raises `orders.edit_unclear` (422) for an address that an audit would hold: nobody looks at it again."""
    wrong = audit_papers(Claim(**{name: getattr(order, name) for name in CLAIMED}))
    if wrong:
        why = [{"say": f"orders.{wrong[0].code}", **wrong[0].params}]
        raise WmsError("orders.edit_unclear", order=order.number, why=why)


def tell(order: Order) -> None:
    """The rooms above hear of it in this transaction; one that cannot follow refuses it by raising."""
    db.session.flush()
    publish(OrderReaddressed(order.warehouse_id, order.id))
    publish(OrdersMoved(order.warehouse_id, (order.id,), "edit"))
