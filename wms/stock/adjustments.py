"""Adjustments that people ask for, with a reason; one of much value waits for a second person."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from wms.access.models import Person
from wms.catalog.models import Sku
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import Bin
from wms.stock.adjusting import adjust_by
from wms.stock.cost import HOUSE, average
from wms.stock.goods import Goods, check
from wms.stock.ledger import check_quantity, not_enough
from wms.stock.lifecycle import ADJUSTMENT
from wms.stock.models import Adjustment, Container, StockBalance


def ask_adjustment(
    warehouse_id: int, goods: Goods, *, reason: str, note: str = "", actor_id: int | None, kind: str = "adjust"
) -> Adjustment:
    """A person says that `goods.qty` pieces are more (or, negative, fewer) than the books say, and why.

    Done at once up to the limit of WMS_ADJUST_LIMIT, else noted and left to a second person. `kind` `scrap`
    takes the pieces to the scrap bin. Raises `stock.reason_needed`, `stock.scrap_takes` for a scrap of added pieces,
    `stock.not_enough` where fewer are free, and as `goods.check` does.
    """
    if not reason.strip():
        raise WmsError("stock.reason_needed")
    check([replace(goods, qty=abs(goods.qty))], ("move",))
    if kind == "scrap" and goods.qty > 0:
        raise WmsError("stock.scrap_takes")
    _require_free(goods)
    asked = Adjustment(
        warehouse_id=warehouse_id, bin_id=goods.bin_id, sku_id=goods.sku_id, lot=goods.lot,
        container_id=goods.container_id, owner_id=goods.owner_id, condition=goods.condition, change=goods.qty,
        serials=list(goods.serials), kind=kind, reason=reason.strip(), note=note.strip(),
        value=_value(warehouse_id, goods), asked_by=actor_id, asked_at=now(),
    )  # fmt: skip
    db.session.add(asked)
    db.session.flush()
    if asked.value <= limit():
        _carry_out(asked, actor_id)
    return asked


def scrap(warehouse_id: int, goods: Goods, *, reason: str, note: str = "", actor_id: int | None) -> Adjustment:
    """Throw `goods.qty` pieces away. As `ask_adjustment` does."""
    check_quantity(goods.qty)
    gone = Goods(**{**vars(goods), "qty": -goods.qty})
    return ask_adjustment(warehouse_id, gone, reason=reason, note=note, actor_id=actor_id, kind="scrap")


def approve_adjustment(warehouse_id: int, adjustment_id: int, *, actor_id: int | None) -> Adjustment:
    """A second person agrees, and the pieces move; whatever moved since it was asked stays right.

    Raises `stock.unknown_adjustment`, `stock.second_person_needed`, `core.illegal_move` when it was decided
    already, `stock.not_enough` when so many are no longer free.
    """
    asked = _locked(warehouse_id, adjustment_id)
    ADJUSTMENT.after("approve", asked.status)
    if actor_id is None or actor_id == asked.asked_by:
        raise WmsError("stock.second_person_needed")
    _carry_out(asked, actor_id)
    return asked


def refuse_adjustment(warehouse_id: int, adjustment_id: int, *, actor_id: int | None) -> Adjustment:
    """It is not to be: nothing moves. The one who asked may take it back this way too.

    Raises `stock.unknown_adjustment`, and `core.illegal_move` when it was decided already.
    """
    asked = _locked(warehouse_id, adjustment_id)
    asked.status = ADJUSTMENT.after("refuse", asked.status)
    asked.decided_by, asked.decided_at = actor_id, now()
    db.session.flush()
    return asked


def limit() -> Decimal:
    """The value above which a second person must agree."""
    found: Decimal = current_app.extensions["wms_config"].adjust_limit
    return found


def _carry_out(asked: Adjustment, actor_id: int | None) -> None:
    goods = Goods(
        asked.sku_id, asked.bin_id, asked.change, container_id=asked.container_id, lot=asked.lot,
        owner_id=asked.owner_id, condition=asked.condition, serials=tuple(asked.serials),
    )  # fmt: skip
    through = "scrap" if asked.kind == "scrap" else "adjustment"
    reference = f"ADJ{asked.id}"
    adjust_by(
        asked.warehouse_id, [goods], reason=asked.kind, reference=reference, actor_id=asked.asked_by, through=through
    )
    asked.status = ADJUSTMENT.after("approve", asked.status)
    asked.decided_by, asked.decided_at = actor_id, now()
    db.session.flush()


def _value(warehouse_id: int, goods: Goods) -> Decimal:
    """What the change is worth at the average of now; goods of other owners have no value here."""
    if goods.owner_id != HOUSE:
        return Decimal(0)
    return average(warehouse_id, [goods.sku_id])[goods.sku_id].of(abs(goods.qty))


def _require_free(goods: Goods) -> None:
    """So many are free at the place now; what counts is what is free when the change is carried out."""
    if goods.qty > 0:
        return
    place = {name: getattr(goods.place, name) for name in type(goods.place).__annotations__}
    free = select(StockBalance.on_hand - StockBalance.held).filter_by(**place)
    if (db.session.execute(free).scalar() or 0) < -goods.qty:
        raise not_enough({goods.place: goods.qty})


def _locked(warehouse_id: int, adjustment_id: int) -> Adjustment:
    found = db.session.execute(
        select(Adjustment)
        .where(Adjustment.id == adjustment_id, Adjustment.warehouse_id == warehouse_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise WmsError("stock.unknown_adjustment", id=adjustment_id)
    return found


def adjustments(ids: Sequence[int]) -> list[dict[str, Any]]:
    """These adjustments: what, where, how much, why, who asked and who decided."""
    asker, decider = Person.__table__.alias("asker"), Person.__table__.alias("decider")
    query = (
        select(
            Adjustment, Bin.code.label("bin"), Sku.code.label("sku"), Sku.name, Container.code.label("container"),
            asker.c.name.label("asked_name"), decider.c.name.label("decided_name"),
        )
        .join(Bin, Bin.id == Adjustment.bin_id)
        .join(Sku, Sku.id == Adjustment.sku_id)
        .outerjoin(Container, Container.id == Adjustment.container_id)
        .outerjoin(asker, asker.c.id == Adjustment.asked_by)
        .outerjoin(decider, decider.c.id == Adjustment.decided_by)
        .where(Adjustment.id.in_(ids))
    )  # fmt: skip
    return [_shown(row) for row in db.session.execute(query)]


def _shown(row: Any) -> dict[str, Any]:
    asked: Adjustment = row.Adjustment
    names = ("id", "kind", "change", "reason", "note", "status", "lot", "condition", "owner_id", "serials")
    return {
        **{name: getattr(asked, name) for name in names},
        "value": str(asked.value),
        "sku": {"id": asked.sku_id, "code": row.sku, "name": row.name},
        "bin": row.bin,
        "container": row.container,
        "asked_by": row.asked_name,
        "asked_at": _iso(asked.asked_at),
        "decided_by": row.decided_name,
        "decided_at": _iso(asked.decided_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def waiting(warehouse_id: int) -> int:
    """How many adjustments wait for a second person."""
    open = select(func.count()).where(Adjustment.warehouse_id == warehouse_id, Adjustment.status == "asked")
    return db.session.execute(open).scalar_one()
