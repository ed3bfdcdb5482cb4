"""What clerks changed of orders, kept sealed: it may be somebody's address."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.orders.edit_rules import FIELDS, as_json, line_values
from wms.orders.models import Order, OrderEdit, OrderLine, ShopWord

if TYPE_CHECKING:
    from wms.orders.intake import Draft


def values_of(order: Order, names: Collection[str]) -> dict[str, Any]:
    """What stands in these fields of an order now."""
    found = {name: as_json(getattr(order, name)) for name in names if name != "lines"}
    return {**found, "lines": _lines(order.id)} if "lines" in names else found


def _lines(order_id: int) -> list[list[Any]]:
    rows = db.session.execute(
        select(OrderLine.line_key, Sku.code, OrderLine.qty, OrderLine.price)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(OrderLine.order_id == order_id, OrderLine.bundle_line_id.is_(None), ~OrderLine.gift)
    )
    return line_values([(row.line_key, row.code, row.qty, row.price) for row in rows])


def keep(order: Order, before: Mapping[str, Any], after: Mapping[str, Any], *, reason: str, by: int | None) -> int:
    """Write a change down; returns its id."""
    made = OrderEdit(
        order_id=order.id, at=now(), person_id=by, reason=reason, fields=[name for name in FIELDS if name in after],
        sealed={"before": dict(before), "after": dict(after)},
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made.id


def opened(edit: OrderEdit) -> dict[str, dict[str, Any]]:
    """`{before, after}`, each by field."""
    found: dict[str, dict[str, Any]] = edit.sealed
    return found


def live(order_ids: Iterable[int]) -> dict[int, list[OrderEdit]]:
    """The changes of these orders that still hold, the oldest first."""
    found: dict[int, list[OrderEdit]] = {}
    wanted = select(OrderEdit).where(among(OrderEdit.order_id, order_ids), OrderEdit.undone_at.is_(None))
    for edit in db.session.execute(wanted.order_by(OrderEdit.id)).scalars():
        found.setdefault(edit.order_id, []).append(edit)
    return found


def base_of(edits: Iterable[OrderEdit]) -> dict[str, Any]:
    """What the shop had said of each field before clerks changed it."""
    base: dict[str, Any] = {}
    for edit in edits:
        base = {**opened(edit)["before"], **base}
    return base


def rebase(edits: Iterable[OrderEdit], shops: Mapping[str, Any]) -> None:
    """The shop has said something else, and the clerk's word stays: that is what it is compared with from now on."""
    known: set[str] = set()
    for edit in edits:
        said = opened(edit)
        news = {name: shops[name] for name in said["before"] if name in shops and name not in known}
        known |= set(said["before"])
        if news:
            edit.sealed = {"before": {**said["before"], **news}, "after": said["after"]}


# ---- what a shop says meanwhile

def keep_word(order_id: int, draft: Draft, names: list[str]) -> None:
    """A shop's word waits for a clerk; the newest replaces an older one."""
    word = db.session.get(ShopWord, order_id) or ShopWord(order_id=order_id)
    body = {name: as_json(_plain(value)) for name, value in asdict(draft).items() if name != "lines"}
    body["lines"] = [[line.key, line.sku, line.qty, str(line.price)] for line in draft.lines]
    word.at, word.fields, word.sealed = now(), names, body
    db.session.add(word)
    db.session.flush()


def word_of(word: ShopWord) -> Draft:
    """What the shop said, as it came."""
    from wms.orders.intake import Draft, DraftLine  # which imports this module

    body = dict(word.sealed)
    lines = tuple(DraftLine(key, sku, qty, Decimal(price)) for key, sku, qty, price in body.pop("lines"))
    kinds = {each.name: str(each.type) for each in fields(Draft)}
    return Draft(**{name: _read(kinds[name], value) for name, value in body.items()}, lines=lines)


def said_in(draft: Draft) -> dict[str, Any]:
    """What a draft says of the fields that clerks change; what it leaves to us is not among them."""
    found = {name: as_json(getattr(draft, name)) for name in FIELDS if name != "lines"}
    said = {name: value for name, value in found.items() if value is not None}
    return {**said, "lines": line_values([(line.key, line.sku, line.qty, line.price) for line in draft.lines])}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _read(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if "datetime" in kind:
        return datetime.fromisoformat(value)
    return Decimal(value) if kind.startswith("Decimal") else value
