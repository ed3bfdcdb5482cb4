"""What programs are told of what happens in the rooms below. Rows only, with the commit: many of these are scans."""
from __future__ import annotations

from sqlalchemy import exists, select

from wms.core.db import db
from wms.core.event import subscribe
from wms.inbound.events import ReceiptFinished
from wms.orders import service as orders
from wms.orders.events import OrderCancelled, OrderConfirmed, OrderHeld, OrderRerouted, OrdersMoved, OrdersTaken
from wms.packing.events import ParcelClosed
from wms.packing.models import Parcel
from wms.problems.events import ProblemCleared, ProblemReported
from wms.programs.noting import note, touch
from wms.programs.wangdiantong import shipments as wdt_shipments
from wms.shipping.events import ManifestClosed, ParcelSeen, WaybillIssued
from wms.shipping.models import ManifestParcel, ParcelTrack, Waybill
from wms.waves.events import WaveFinished, WaveReleased

# Steps of orders that programs hear of; the others show on the board.
STEPS = {"intercept": "stopped", "let_on": "resumed", "pack": "packed", "ship": "shipped"}


@subscribe(OrdersTaken)
def taken(event: OrdersTaken) -> None:
    note(event.warehouse_id, "order.created", event.created)
    note(event.warehouse_id, "order.changed", event.changed)
    wdt_shipments.note_taken(event.created)
    touch(event.changed)


@subscribe(OrderConfirmed)
def confirmed(event: OrderConfirmed) -> None:
    note(event.warehouse_id, "order.confirmed", [event.order_id])
    touch([event.order_id])


@subscribe(OrderHeld)
def held(event: OrderHeld) -> None:
    note(event.warehouse_id, "order.held", [event.order_id])
    touch([event.order_id])


@subscribe(OrderCancelled)
def cancelled(event: OrderCancelled) -> None:
    note(event.warehouse_id, "order.cancelled", [event.order_id])
    touch([event.order_id])


@subscribe(OrderRerouted)
def rerouted(event: OrderRerouted) -> None:
    note(event.to_warehouse_id, "order.changed", [event.order_id])
    touch([event.order_id])


@subscribe(OrdersMoved)
def moved(event: OrdersMoved) -> None:
    if event.action in STEPS:
        note(event.warehouse_id, f"order.{STEPS[event.action]}", event.order_ids)
    touch(event.order_ids)


@subscribe(ParcelClosed)
def packed(event: ParcelClosed) -> None:
    note(event.warehouse_id, "parcel.packed", [event.parcel_id])


@subscribe(WaybillIssued)
def numbered(event: WaybillIssued) -> None:
    note(event.warehouse_id, "parcel.waybill", [event.parcel_id])


@subscribe(ManifestClosed)
def left(event: ManifestClosed) -> None:
    parcels = select(ManifestParcel.parcel_id).where(ManifestParcel.manifest_id == event.manifest_id)
    ids = db.session.execute(parcels.order_by(ManifestParcel.parcel_id)).scalars()
    note(event.warehouse_id, "parcel.shipped", ids)
    wdt_shipments.note_consigned(event.order_ids)


@subscribe(ParcelSeen)
def seen(event: ParcelSeen) -> None:
    note(event.warehouse_id, "parcel.tracked", [event.parcel_id], {"state": event.state})
    if event.state == "signed" and not _on_its_way(event.order_id):
        note(event.warehouse_id, "order.delivered", orders.with_companions([event.order_id]))


def _on_its_way(order_id: int) -> bool:
    """Whether any parcel of an order was not signed for yet."""
    signed = exists().where(
        Waybill.parcel_id == Parcel.id, Waybill.status == "issued", ParcelTrack.waybill_id == Waybill.id,
        ParcelTrack.state == "signed",
    )  # fmt: skip
    open_one = select(Parcel.id).where(Parcel.order_id == order_id, Parcel.status != "void", ~signed).limit(1)
    return db.session.execute(open_one).first() is not None


@subscribe(WaveReleased)
def released(event: WaveReleased) -> None:
    note(event.warehouse_id, "wave.released", [event.wave_id])


@subscribe(WaveFinished)
def finished(event: WaveFinished) -> None:
    note(event.warehouse_id, "wave.finished", [event.wave_id])


@subscribe(ReceiptFinished)
def received(event: ReceiptFinished) -> None:
    note(event.warehouse_id, "receipt.finished", [event.receipt_id])


@subscribe(ProblemReported)
def raised(event: ProblemReported) -> None:
    note(event.warehouse_id, "problem.raised", [event.problem_id])


@subscribe(ProblemCleared)
def cleared(event: ProblemCleared) -> None:
    note(event.warehouse_id, "problem.cleared", [event.problem_id])
