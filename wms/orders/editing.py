"""A clerk changes an order: what was before is kept, and can be had back. Its goods only while nobody has begun it, who
gets it until it has left (`readdressing`)."""
from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from wms.access.models import Person
from wms.catalog import service as catalog
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.orders import edits, intake, readdressing
from wms.orders.audit import audit
from wms.orders.edit_rules import ADDRESS, FIELDS, as_json, differing, line_key
from wms.orders.events import OrdersMoved
from wms.orders.history import note
from wms.orders.lifecycle import CONFIRMATION
from wms.orders.merging import recall
from wms.orders.models import Order, OrderEdit, OrderLine, ShopWord
from wms.orders.place_keys import place_of
from wms.orders.splitting import _let_go, editable
from wms.orders.updating import SHOP_CHANGED

CHOICES = ("ours", "shop")


def edit_preview(warehouse_id: int, order_id: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What `edit` would change, without doing it: `{changes: [{field, before, after}]}`.

    Raises as `edit` does, but for an order of which nothing would change.
    """
    order = db.session.get(Order, order_id, populate_existing=True)
    if order is None or order.warehouse_id != warehouse_id:
        raise WmsError("core.not_found", thing="order", key=order_id)
    before, after = _compared(order, changes)
    return {"changes": _told(before, after)}


def edit(warehouse_id: int, order_id: int, changes: Mapping[str, Any], *, reason: str, by: int | None) -> Order:
    """Change fields of an order (`edit_rules.FIELDS`), for a reason, and audit it again; or, where only who gets it
    changes and it is in work, let it go on (`readdressing`).

    `lines` are all lines that it is to have: `[{key, sku, qty}]`, without a key for a new one; what the buyer has paid
    stays. Raises `core.not_found`, `orders.edit_nothing`, `orders.edit_no_lines`, `orders.edit_line`,
    `catalog.unknown_sku`, `orders.edit_unclear`, and as `splitting.editable` does (409); then nothing has moved.
    """
    going = _going(warehouse_id, order_id, changes)
    if going is not None:
        return _readdress(going, changes, reason=reason, by=by)
    recall(warehouse_id, [order_id], by)
    order = editable(warehouse_id, order_id)
    _require_settled(order)
    before, after = _compared(order, changes)
    if not after:
        raise WmsError("orders.edit_nothing", order=order.number)
    _let_go([order.id])
    _again(order, "edited", _changed(order, before, after, reason, by), by)
    return order


def undo_edit(warehouse_id: int, order_id: int, *, by: int | None) -> Order:
    """Take the last change of an order back, and audit it again.

    Raises `core.not_found`, `orders.edit_none` (409), and as `edit` does.
    """
    last = edits.live([order_id]).get(order_id, [])
    before = edits.opened(last[-1])["before"] if last else {}
    going = _going(warehouse_id, order_id, before)
    if going is not None:
        return _readdress_back(going, last, by=by)
    recall(warehouse_id, [order_id], by)
    order = editable(warehouse_id, order_id)
    _require_settled(order)
    done = edits.live([order.id]).get(order.id, [])
    if not done:
        raise WmsError("orders.edit_none", order=order.number)
    _let_go([order.id])
    _again(order, "edit_undone", _changed_back(order, done), by)
    return order


def _going(warehouse_id: int, order_id: int, names: Collection[str]) -> Order | None:
    """The order, locked, when these of its fields change while it goes on."""
    wanted = select(Order).where(Order.id == order_id, Order.warehouse_id == warehouse_id)
    wanted = wanted.execution_options(populate_existing=True)
    order = db.session.execute(wanted).scalar_one_or_none()
    if order is None or not readdressing.in_place(order, names):
        return None
    order = db.session.execute(wanted.with_for_update()).scalar_one()
    return order if readdressing.in_place(order, names) else None


def _readdress(order: Order, changes: Mapping[str, Any], *, reason: str, by: int | None) -> Order:
    before, after = _compared(order, changes)
    if not after:
        raise WmsError("orders.edit_nothing", order=order.number)
    said = _changed(order, before, after, reason, by)
    readdressing.check_clear(order)
    note("edited", {order.id: said}, person_id=by)
    readdressing.tell(order)
    return order


def _readdress_back(order: Order, done: Sequence[OrderEdit], *, by: int | None) -> Order:
    note("edit_undone", {order.id: _changed_back(order, done)}, person_id=by)
    readdressing.tell(order)
    return order


def _changed(
    order: Order, before: Mapping[str, Any], after: Mapping[str, Any], reason: str, by: int | None
) -> dict[str, Any]:
    """Write a change and keep what was before; returns what the order's history says of it."""
    _put(order, after)
    kept = edits.keep(order, before, after, reason=reason, by=by)
    order.edited = True
    return {"fields": _names(after), "reason": reason, "edit": kept}


def _changed_back(order: Order, done: Sequence[OrderEdit]) -> dict[str, Any]:
    """Write what was before the last of these; returns what the order's history says of it."""
    before = edits.opened(done[-1])["before"]
    _put(order, before)
    done[-1].undone_at = now()
    order.edited = len(done) > 1
    return {"fields": _names(before), "edit": done[-1].id}


def edited(order_id: int) -> list[dict[str, Any]]:
    """What clerks have changed of an order, the oldest first: `{id, at, person, reason, changes, undone_at}`."""
    rows = db.session.execute(
        select(OrderEdit, Person.name)
        .outerjoin(Person, Person.id == OrderEdit.person_id)
        .where(OrderEdit.order_id == order_id)
        .order_by(OrderEdit.id)
    )
    told = []
    for one, person in rows:
        said = edits.opened(one)
        told.append({
            "id": one.id, "at": one.at.isoformat(), "person": person, "reason": one.reason,
            "changes": _told(said["before"], said["after"]),
            "undone_at": one.undone_at.isoformat() if one.undone_at else None,
        })  # fmt: skip
    return told


# ---- the shop says something else

def shop_word(order_id: int) -> list[dict[str, Any]] | None:
    """Where the shop and the clerk do not agree: `[{field, ours, shop}]`; None where they do."""
    word = db.session.get(ShopWord, order_id)
    if word is None:
        return None
    order = db.session.get_one(Order, order_id)
    ours, shops = edits.values_of(order, word.fields), edits.said_in(edits.word_of(word))
    return [{"field": name, "ours": ours[name], "shop": shops.get(name)} for name in word.fields]


def choose(warehouse_id: int, order_id: int, choice: str, *, by: int | None) -> Order:
    """A clerk says whose word counts, `ours` or the `shop`'s; what only the shop has changed counts either way.

    Raises `core.not_found`, `orders.shop_agrees` (409).
    """
    order = db.session.get(Order, order_id, with_for_update=True, populate_existing=True)
    if order is None or order.warehouse_id != warehouse_id:
        raise WmsError("core.not_found", thing="order", key=order_id)
    word = db.session.get(ShopWord, order_id)
    if word is None:
        raise WmsError("orders.shop_agrees", order=order.number)
    draft, mine = edits.word_of(word), edits.live([order.id]).get(order.id, [])
    digest = draft.digest()
    if choice == "ours":
        names = edits.base_of(mine)
        edits.rebase(mine, edits.said_in(draft))
        draft = intake.overlaid(draft, edits.values_of(order, names))
    else:
        for one in mine:
            one.undone_at = now()
        order.edited = False
    db.session.delete(word)
    order.confirmation, order.hold_reason = CONFIRMATION.moves["hold"][1], "changed"
    db.session.flush()
    note(f"chose_{choice}", {order.id: {"fields": [_name(each) for each in word.fields]}}, person_id=by)
    intake.bring_up_to_date(warehouse_id, order.id, draft, digest)
    db.session.refresh(order)
    return order


# ---- how

def _require_settled(order: Order) -> None:
    if order.hold_reason == SHOP_CHANGED:
        raise WmsError("orders.shop_differs", order=order.number)


def _compared(order: Order, changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What would change, before and after."""
    before = edits.values_of(order, [name for name in FIELDS if name in changes])
    wanted = {name: as_json(changes[name]) for name in before if name != "lines"}
    if "lines" in changes:
        wanted["lines"] = _wanted_lines(order, before["lines"], changes["lines"])
    names = differing(before, wanted)
    was, then = ({name: values[name] for name in names} for values in (before, wanted))
    if set(names) & set(ADDRESS):  # the platform's id is of the other place
        was["address_id"], then["address_id"] = order.address_id, ""
    if "carrier" in names:  # and no rule chooses another
        was["carrier_by"], then["carrier_by"] = order.carrier_by, "clerk"
    return was, then


def _wanted_lines(order: Order, there: Sequence[Sequence[Any]], asked: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    if not asked:
        raise WmsError("orders.edit_no_lines", order=order.number)
    known = {line[0]: line for line in there}
    codes = catalog.sku_ids(line["sku"] for line in asked)
    taken = list(known)
    made: list[list[Any]] = []
    for line in asked:
        if line["sku"] not in codes:
            raise WmsError("catalog.unknown_sku", sku=line["sku"])
        key = line.get("key") or line_key(line["sku"], taken)
        if (key not in known and line.get("key")) or any(key == each[0] for each in made):
            raise WmsError("orders.edit_line", order=order.number)
        price = known[key][3] if key in known else "0"  # what is put in besides costs nothing: nobody pays for it now
        taken.append(key)
        made.append([key, line["sku"], line["qty"], price])
    return sorted(made)


def _put(order: Order, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name == "promised_at":
            order.promised_at = order.ship_by = datetime.fromisoformat(value)
        elif name == "lines":
            _put_lines(order, value)
        else:
            setattr(order, name, value)
    if set(values) & set(ADDRESS):
        order.place_key = place_of(order)
    db.session.flush()


def _put_lines(order: Order, wanted: Sequence[Sequence[Any]]) -> None:
    db.session.expire(order, ["lines"])
    there = {line.line_key: line for line in order.lines if not line.gift}  # what a rule gives, the audit sees to
    codes = catalog.sku_ids(sku for _, sku, _, _ in wanted)
    for key, sku, qty, price in wanted:
        line = there.pop(key, None)
        if line is None:
            line = OrderLine(order_id=order.id, line_key=key)
            db.session.add(line)
        line.sku_id, line.qty, line.price, line.dropped = codes[sku], qty, Decimal(price), 0
    for line in there.values():
        db.session.delete(line)
    db.session.flush()
    db.session.expire(order, ["lines"])


def _again(order: Order, action: str, params: Mapping[str, Any], by: int | None) -> None:
    order.confirmation, order.hold_reason, order.hold_params = CONFIRMATION.moves["hold"][1], "changed", None
    db.session.flush()
    note(action, {order.id: params}, person_id=by)
    publish(OrdersMoved(order.warehouse_id, (order.id,), "edit"))
    audit([order.id])
    db.session.refresh(order)


def _told(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"field": name, "before": before[name], "after": after[name]} for name in FIELDS if name in after]


def _names(values: Mapping[str, Any]) -> list[dict[str, str]]:
    return [_name(name) for name in FIELDS if name in values]


def _name(field: str) -> dict[str, str]:
    return {"say": f"orders.field.{field}"}
