"""What does not go on by itself, why, and what a supervisor can do about it with one click."""
from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, not_, or_, select, true
from sqlalchemy.orm import aliased

from wms.access.models import Person
from wms.catalog.models import Sku
from wms.core.db import db
from wms.insight import rules
from wms.insight.progress import iso
from wms.layout.models import Bin, Station
from wms.orders import service as orders
from wms.orders.models import Order, Shop
from wms.packing.models import Parcel, ParcelTrouble
from wms.picking.models import Cart, PickLine, PickTask, PutBack
from wms.printing.models import Printer, PrintJob
from wms.problems.models import Problem
from wms.shipping.models import Waybill
from wms.stock.models import Container
from wms.waves.models import Wave

LISTED = 40  # of each kind, the earliest promise first; the counts tell how many there are
PATIENCE = timedelta(seconds=30)  # a label that is printed later than this after it was asked for is late
NOT_YET = ("queued", "rendered", "leased", "sending")
BAD = ("blocked", "failed", "uncertain")

HERE: Any = bindparam("warehouse_id")

Item = dict[str, Any]


def describe(warehouse_id: int, moment: datetime) -> list[Item]:
    """Everything that is stuck: `{key, kind, reason, order_id, order, shop, promised_at, since, detail, actions}`.

    `kind`: problem, short, label, held, walk, put_back, pack, line. `actions` are commands with their bodies, ready to
    send: `{name, command, body}`.
    """
    asked = {
        "warehouse_id": warehouse_id,
        "late": moment - PATIENCE,
        "quiet": moment - rules.QUIET,
    }
    kinds = (
        (_problems(), _problem_item), (_short(), _short_item), (_labels(), _label_item), (_held(), _held_item),
        (_walks(), _walk_item), (_put_backs(), _put_back_item), (_put_off(), _put_off_item),
        (_waiting_lines(), _waiting_line_item),
    )  # fmt: skip
    return [item(row) for query, item in kinds for row in db.session.execute(query, asked)]


def _item(
    kind: str, row: Any, reason: str | None, since: datetime | None, detail: Item, actions: list[Item]
) -> Item:
    return {
        "key": f"{kind}-{row.id}",
        "kind": kind,
        "reason": reason or "unknown",
        "order_id": getattr(row, "order_id", None),
        "order": getattr(row, "order", None),
        "shop": getattr(row, "shop", None),
        "promised_at": iso(getattr(row, "promised_at", None)),
        "since": iso(since),
        "detail": {name: value for name, value in detail.items() if value is not None},
        "actions": actions,
    }


def _action(name: str, command: str, **body: Any) -> Item:
    return {"name": name, "command": command, "body": body}


def _of_order() -> list[Any]:
    return [Order.id.label("order_id"), Order.number.label("order"), Shop.code.label("shop"), Order.promised_at]


@cache
def _problems() -> Any:
    """What people on the floor have reported, the oldest first."""
    return (
        select(
            Problem.id, Problem.about, Problem.code, Problem.label, Problem.reason, Problem.note, Problem.photos,
            Problem.at, Person.name.label("person"),
        )
        .outerjoin(Person, Person.id == Problem.person_id)
        .where(Problem.warehouse_id == HERE, Problem.status == "open")
        .order_by(Problem.id)
        .limit(LISTED)
    )  # fmt: skip


def _problem_item(row: Row[Any]) -> Item:
    detail = {name: getattr(row, name) or None for name in ("about", "code", "label", "note", "photos", "person")}
    return _item("problem", row, row.reason, row.at, detail, [_action("clear", "problem.clear", problem_id=row.id)])


@cache
def _held() -> Any:
    return (
        select(Order.id, *_of_order(), Order.hold_reason, Order.hold_params, Order.placed_at)
        .join(Shop, Shop.id == Order.shop_id)
        .where(Order.warehouse_id == HERE, Order.confirmation == "held", Order.shipping == "unshipped")
        .order_by(Order.promised_at, Order.id)
        .limit(LISTED)
    )


def _held_item(row: Row[Any]) -> Item:
    if row.hold_reason == orders.INTERCEPTED:
        solve = _action("let_on", "order.let_on", order_id=row.id)
    else:
        solve = _action("audit", "order.audit", order_id=row.id)
    return _item("held", row, row.hold_reason, row.placed_at, {"params": row.hold_params}, [solve])


@cache
def _short() -> Any:
    line = (
        select(PickLine.sku_id, PickLine.bin_id, PickLine.short_reason, PickLine.done_at, PickLine.done_by)
        .where(PickLine.order_id == Order.id, PickLine.status == "short")
        .order_by(PickLine.done_at.desc())
        .limit(1)
        .lateral("line")
    )
    return (
        select(
            Order.id, *_of_order(), line.c.short_reason, line.c.done_at,
            Sku.code.label("sku"), Sku.name.label("goods"), Bin.code.label("bin"), Person.name.label("person"),
        )
        .join(Shop, Shop.id == Order.shop_id)
        .outerjoin(line, true())
        .outerjoin(Sku, Sku.id == line.c.sku_id)
        .outerjoin(Bin, Bin.id == line.c.bin_id)
        .outerjoin(Person, Person.id == line.c.done_by)
        .where(Order.warehouse_id == HERE, Order.confirmation == "confirmed")
        .where(Order.processing == "short", Order.shipping == "unshipped")
        .order_by(Order.promised_at, Order.id)
        .limit(LISTED)
    )  # fmt: skip


def _short_item(row: Row[Any]) -> Item:
    detail = {name: getattr(row, name) for name in ("sku", "goods", "bin", "person")}
    ways = [("pick_again", "pick_again"), ("ship_without", "ship_without")]
    actions = [_action(name, "order.resolve_short", order_id=row.id, how=how) for name, how in ways]
    return _item("short", row, row.short_reason, row.done_at, detail, actions)


@cache
def _labels() -> Any:
    """Closed parcels whose label is not surely on them: no number yet, or the newest copy went wrong."""
    newer = aliased(PrintJob)
    same = and_(newer.document == PrintJob.document, newer.document_id == PrintJob.document_id)
    later = or_(newer.version > PrintJob.version, and_(newer.version == PrintJob.version, newer.copy > PrintJob.copy))
    its = and_(
        PrintJob.document.in_(("waybill", "packing_slip")),
        PrintJob.document_id == Parcel.id,
        ~select(newer.id).where(same, later).exists(),
    )
    late = Parcel.closed_at < bindparam("late")
    wrong = or_(
        PrintJob.status.in_(BAD),
        and_(PrintJob.status.in_(NOT_YET), PrintJob.asked_at < bindparam("late")),
        and_(late, or_(PrintJob.id.is_(None), Waybill.id.is_(None), Waybill.status == "asked")),
    )
    return (
        select(
            Parcel.id, *_of_order(), Parcel.number.label("parcel"), Parcel.closed_at,
            Waybill.number.label("waybill"), PrintJob.id.label("job_id"), PrintJob.document,
            PrintJob.status, PrintJob.reason, Printer.code.label("printer"), Station.code.label("station"),
        )
        .join(Order, Order.id == Parcel.order_id)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Station, Station.id == Parcel.station_id)
        .outerjoin(Waybill, and_(Waybill.parcel_id == Parcel.id, Waybill.status != "void"))
        .outerjoin(PrintJob, its)
        .outerjoin(Printer, Printer.id == PrintJob.printer_id)
        .where(Order.warehouse_id == HERE, Order.confirmation == "confirmed", Order.processing == "packed")
        .where(Order.shipping == "unshipped", Parcel.status == "closed", wrong)
        .order_by(Order.promised_at, Parcel.id, PrintJob.document)
        .limit(LISTED)
    )  # fmt: skip


def _label_item(row: Row[Any]) -> Item:
    detail = {name: getattr(row, name) for name in ("parcel", "waybill", "document", "printer", "station")}
    if row.waybill is None and row.document != "packing_slip":
        return _item("label", row, "no_waybill", row.closed_at, detail, [])
    if row.job_id is None:
        return _item("label", row, "not_asked", row.closed_at, detail, [])
    reason = row.status if row.status in ("uncertain", "failed") else row.reason or "waiting"
    item = _item("label", row, reason, row.closed_at, detail, _label_actions(row))
    return item | {"key": f"label-{row.id}-{row.document}"}


def _label_actions(row: Row[Any]) -> list[Item]:
    if row.status == "uncertain":
        came_out = [("came_out", True), ("did_not", False)]
        return [_action(name, "print.resolve", job_id=row.job_id, came_out=yes) for name, yes in came_out]
    if row.status == "failed":
        return [_action("reprint", "print.again", job_id=row.job_id, reason="did_not_come_out")]
    return []


@cache
def _walks() -> Any:
    """Walks that nobody goes on with: handed back with goods on the cart, without a scan for long, or passed on to a
    zone where nobody takes the cart."""
    before = aliased(PickTask)
    passed_at = (
        select(func.max(before.finished_at))
        .where(before.relay_id == PickTask.relay_id, before.stage < PickTask.stage)
        .scalar_subquery()
    )
    passed = and_(PickTask.stage > 1, PickTask.started_at.is_(None))
    last = func.coalesce(
        select(func.max(PickLine.done_at)).where(PickLine.task_id == PickTask.id).scalar_subquery(),
        PickTask.started_at,
    )
    quiet = and_(PickTask.status == "picking", last < bindparam("quiet"))
    left = and_(
        PickTask.status == "open", PickTask.cart_id.is_not(None), or_(not_(passed), passed_at < bindparam("quiet"))
    )
    return (
        select(
            PickTask.id, PickTask.status, PickTask.open_lines, func.coalesce(last, passed_at).label("since"),
            passed.label("passed"),
            Wave.number.label("wave"), Cart.code.label("cart"), Person.name.label("person"),
        )
        .join(Wave, Wave.id == PickTask.wave_id)
        .outerjoin(Cart, Cart.id == PickTask.cart_id)
        .outerjoin(Person, Person.id == PickTask.person_id)
        .where(PickTask.warehouse_id == HERE, or_(quiet, left))
        .order_by(PickTask.id)
        .limit(LISTED)
    )  # fmt: skip


def _walk_item(row: Row[Any]) -> Item:
    detail = {"wave": row.wave, "cart": row.cart, "person": row.person, "left": row.open_lines, "task_id": row.id}
    reason = "quiet" if row.status == "picking" else "passed_on" if row.passed else "handed_back"
    return _item("walk", row, reason, row.since, detail, [])


@cache
def _put_backs() -> Any:
    """Totes and parcels whose goods nobody has begun to put back for a while."""
    return (
        select(PutBack.id, *_of_order(), PutBack.why, PutBack.asked_at, Container.code.label("tote"))
        .join(Order, Order.id == PutBack.order_id)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Container, Container.id == PutBack.container_id)
        .where(PutBack.warehouse_id == HERE, PutBack.status == "open", PutBack.asked_at < bindparam("quiet"))
        .order_by(PutBack.id)
        .limit(LISTED)
    )


def _put_back_item(row: Row[Any]) -> Item:
    return _item("put_back", row, row.why, row.asked_at, {"tote": row.tote}, [])


@cache
def _put_off() -> Any:
    """Parcels that a packer has put aside."""
    return (
        select(
            ParcelTrouble.id, *_of_order(), ParcelTrouble.reason, ParcelTrouble.note, ParcelTrouble.at,
            Parcel.number.label("parcel"), Station.code.label("station"), Sku.name.label("goods"),
            Person.name.label("person"),
        )
        .join(Parcel, Parcel.id == ParcelTrouble.parcel_id)
        .join(Order, Order.id == Parcel.order_id)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Station, Station.id == ParcelTrouble.station_id)
        .outerjoin(Sku, Sku.id == ParcelTrouble.sku_id)
        .outerjoin(Person, Person.id == ParcelTrouble.person_id)
        .where(Parcel.warehouse_id == HERE, Parcel.status == "open", ParcelTrouble.ended_at.is_(None))
        .order_by(Order.promised_at, ParcelTrouble.id)
        .limit(LISTED)
    )  # fmt: skip


def _put_off_item(row: Row[Any]) -> Item:
    detail = {name: getattr(row, name) for name in ("parcel", "station", "goods", "person")}
    return _item("pack", row, row.reason, row.at, {**detail, "note": row.note or None}, [])


@cache
def _waiting_lines() -> Any:
    """Lines whose picker waits for their bin to be filled up."""
    return (
        select(
            PickLine.id, *_of_order(), Sku.code.label("sku"), Sku.name.label("goods"), Bin.code.label("bin"),
            Person.name.label("person"), PickTask.started_at,
        )
        .join(PickTask, PickTask.id == PickLine.task_id)
        .join(Order, Order.id == PickLine.order_id)
        .join(Shop, Shop.id == Order.shop_id)
        .join(Sku, Sku.id == PickLine.sku_id)
        .join(Bin, Bin.id == PickLine.bin_id)
        .outerjoin(Person, Person.id == PickTask.person_id)
        .where(PickTask.warehouse_id == HERE, PickTask.status.in_(("assigned", "picking")))
        .where(PickLine.status == "open", PickLine.awaits)
        .order_by(Order.promised_at, PickLine.id)
        .limit(LISTED)
    )  # fmt: skip


def _waiting_line_item(row: Row[Any]) -> Item:
    detail = {name: getattr(row, name) for name in ("sku", "goods", "bin", "person")}
    return _item("line", row, "filled_up", row.started_at, detail, [])
