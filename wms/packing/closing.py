"""Closing: the parcel is weighed and shut, its goods leave their totes, and its waybill is asked for."""
from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import TAKE
from wms.core.prepared import Prepared, execute
from wms.orders import service as orders
from wms.orders.models import Order
from wms.packing import inserts, parcels, part, table, weights
from wms.packing.events import ParcelClosed
from wms.packing.lifecycle import PARCEL
from wms.packing.models import Parcel, ParcelLine
from wms.packing.packer import Packer
from wms.packing.parcels import working_on
from wms.packing.scale import OnScale, Scale, StationScale, TypedScale, VirtualScale
from wms.packing.wanted import require_going_on, require_wanted
from wms.picking import service as picking
from wms.printing import service as printing
from wms.stock import service as stock


@dataclass(frozen=True)
class Closed:
    """A parcel after its close: `done`, or its weight is doubted. `following` is the order's next parcel, which was
    opened for what did not go into this one."""

    parcel: Parcel
    done: bool
    following: Parcel | None = None


def weigh(packer: Packer, parcel_id: int) -> tuple[int, str]:
    """What the station's scale shows: (grams, which scale). Raises `packing.no_scale`, and as `working_on` does."""
    parcel = working_on(packer, parcel_id)
    require_wanted(parcel.order_id, packer.warehouse_id)
    pieces = db.session.execute(select(func.sum(ParcelLine.qty)).where(ParcelLine.parcel_id == parcel.id)).scalar()
    scale = scale_of(packer.station_id)
    return scale.read(OnScale(parcel.number, parcel.expected_g, int(pieces or 0))), scale.source


def scale_of(station_id: int) -> Scale:
    """The station's scale. Where labels come out of real printers a virtual weight would be a lie."""
    connected, weight_g = printing.weight_at(station_id)
    if connected:
        return StationScale(weight_g)
    return TypedScale() if printing.has_real_printer(station_id) else VirtualScale()


def close(
    packer: Packer, parcel_id: int, weight_g: int, *, source: str = "typed", confirmed: bool = False,
    reason: str = "", put_in: bool = False,
) -> Closed:  # fmt: skip
    """The carton is shut: goods move from the tote into the parcel, and with the order's last one the tote is free.

    A weight that does not fit the goods closes nothing at first: it is noted, and closes the parcel only when it is
    settled as `weights.is_settled` says. Where it was split off, the order's next parcel is opened here at once: so
    that an order which is not wholly packed always has an open one.
    Raises `packing.not_complete`, `packing.put_in_first` unless it is said that what belongs in besides the goods was
    `put_in`, `packing.order_stopped`, `packing.tote_differs`, and as `working_on` does.
    """
    order = _hold_order(packer, parcel_id)
    parcel = working_on(packer, parcel_id)
    require_going_on(orders.stopped_by(order), packer.warehouse_id)
    pieces, missing = parcels.pieces_of(parcel.id)
    if missing:
        raise WmsError("packing.not_complete", parcel=parcel.number, missing=missing)
    besides = inserts.wanted(parcel)
    if besides and not put_in:
        raise WmsError("packing.put_in_first", parcel=parcel.number, things=", ".join(each["text"] for each in besides))
    if not weights.is_settled(packer, parcel, weight_g, source, confirmed=confirmed, reason=reason):
        parcel.weight_g = weight_g
        return Closed(parcel, done=False)
    if besides:
        parcel.put_in = besides
    rest = parcels.unpacked_pieces(parcel.order_id) > pieces
    if rest:
        part.take_out(packer, parcel)
    else:
        _move_goods(packer, parcel, pieces)
        picking.free_totes(parcel.order_id)
    return Closed(parcel, done=True, following=shut(packer, parcel, weight_g, rest=rest))


_LOCK = TAKE.format(name="'packing.order:' || order_id")
_HOLD = Prepared(
    "hold_order_of_parcel",
    f"SELECT order_id, {_LOCK} FROM parcel WHERE id = :parcel_id AND warehouse_id = :warehouse_id",  # noqa: S608
)  # our own words


def _hold_order(packer: Packer, parcel_id: int) -> Order:
    """The parcel's order. Nobody opens a parcel of it, or stops it, while one is closed: it is either in this one or in
    none. Raises `packing.unknown_parcel`."""
    found = execute(_HOLD, {"parcel_id": parcel_id, "warehouse_id": packer.warehouse_id})
    if not found:
        raise WmsError("packing.unknown_parcel", id=parcel_id)
    return orders.locked(packer.warehouse_id, found[0].order_id)


def shut(packer: Packer, parcel: Parcel, weight_g: int | None, *, rest: bool = False) -> Parcel | None:
    """The goods are in the parcel: it is closed, and a waybill is asked for. The order is packed, or with a `rest` of
    it in its totes the next parcel is opened and returned."""
    parcel.status = PARCEL.after("close", parcel.status)
    parcel.weight_g, parcel.packed_by, parcel.closed_at = weight_g, packer.person_id, now()
    db.session.flush()
    following = parcels.new_parcel(packer, parcel.order_id, parcel.number) if rest else None
    if not rest:
        orders.mark_packed(parcel.order_id)
    publish(ParcelClosed(parcel.warehouse_id, parcel.id, parcel.station_id, packer.person_id))
    return following


def _move_goods(packer: Packer, parcel: Parcel, pieces: int) -> None:
    """All that the totes of the order hold goes into its only parcel, or its last."""
    gathered = parcels.totes_of(parcel.order_id)
    if not gathered:  # it was never gathered: the pieces come out of the bulk totes on the table
        return table.take_out(packer, parcel)
    packed = stock.special_bin(parcel.warehouse_id, "packed")
    moved = 0
    for stage_bin_id, totes in gathered.items():
        shifts = [stock.Shift(tote_id, parcel.container_id, parcel.number) for tote_id in totes]
        found = stock.shift(
            shifts, from_bin_id=stage_bin_id, to_bin_id=packed, reason="pack", actor_id=packer.person_id
        )
        moved += sum(found.values())
    if moved != pieces:
        raise WmsError("packing.tote_differs", parcel=parcel.number, wanted=pieces, moved=moved)
    return None
