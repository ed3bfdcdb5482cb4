"""The verbs of packing: open a tote's parcel, verify its goods, weigh it, close it."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, func, select, text, update

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.core.lock import lock
from wms.core.resolve import Found, clean, resolve
from wms.layout.models import Station
from wms.orders import service as orders
from wms.orders.models import Order
from wms.packing import table, tracking
from wms.packing.events import ParcelClosed
from wms.packing.lifecycle import PARCEL
from wms.packing.models import Parcel, ParcelLine
from wms.packing.packer import Packer
from wms.packing.rules import Weighed, expected_g, is_plausible, parcel_number, shares
from wms.packing.scale import OnScale, Scale, TypedScale, VirtualScale
from wms.packing.tracking import NOTHING, Told
from wms.picking import service as picking
from wms.picking.models import PickLine, PickTask, PickTote
from wms.printing import service as printing
from wms.stock import service as stock


@dataclass(frozen=True)
class Counted:
    """A line after a scan, and whether the whole parcel is verified now.

    `asks`: nothing was counted yet, the piece's `lot` or `serial` must be scanned first.
    """

    order_line_id: int
    verified: int
    qty: int
    complete: bool
    asks: str = ""


def open_parcel(packer: Packer, code: str) -> Parcel:
    """A tote is put on the table: its order's parcel is opened, or taken up again where it was left.

    Raises `packing.unknown_tote`, `packing.not_a_tote`, `packing.empty_tote`, `packing.still_picking`,
    `packing.order_short`, `packing.order_stopped` or `packing.open_elsewhere`.
    """
    tote_id, shown = tote_of(packer.warehouse_id, code)
    full = picking.full_tote(packer.warehouse_id, tote_id)
    if full is None:
        raise _not_ready(tote_id, shown)
    lock("packing.order", full.order_id)
    require_wanted(full.order_id, packer.warehouse_id)
    found = db.session.execute(
        select(Parcel).where(Parcel.order_id == full.order_id, Parcel.status == "open").with_for_update()
    ).scalar_one_or_none()
    if found:
        return _take_up(packer, found)
    if picking.full_tote(packer.warehouse_id, tote_id) is None:  # its parcel was closed while this waited
        raise _not_ready(tote_id, shown)
    return new_parcel(packer, full.order_id, shown)


def verify(packer: Packer, parcel_id: int, code: str, qty: int, told: Told = NOTHING) -> Counted:
    """An item is scanned into the parcel: `qty` pieces are counted, or `qty` packs with all their pieces.

    Of tracked goods the lot and the number of each piece are kept with the parcel: read off the item's label, or
    `told`; where neither says them the answer `asks` for them, and nothing is counted.
    Raises `packing.order_stopped`, `packing.unknown_barcode`, `packing.not_an_item`, `packing.not_in_parcel`,
    `packing.too_many`, and as `working_on` and `tracking.piece` do.
    """
    at_once = _verified(packer, parcel_id, code, qty)
    if at_once:
        return at_once
    parcel = working_on(packer, parcel_id)
    require_wanted(parcel.order_id, packer.warehouse_id)
    lines = _lines(parcel.id)
    item = _item(parcel, lines, code)
    sku, qty = db.session.get_one(Sku, item.sku_id), qty * item.qty
    room = [(line.order_line_id, line.qty - line.verified) for line in lines if line.sku_id == sku.id]
    spread = shares(room, qty)
    if not spread:
        raise WmsError("packing.too_many", item=sku.name, left=sum(fits for _, fits in room), qty=qty)
    if tracking.is_tracked(sku):
        piece = tracking.piece(parcel, sku, item, code, qty, told, _numbered(parcel, sku.id))
        if piece.asks:
            line = next(line for line in lines if line.order_line_id == spread[0][0])
            return Counted(line.order_line_id, line.verified, line.qty, complete=False, asks=piece.asks)
        tracking.keep(parcel.id, sku.id, piece, spread, packer.person_id)
    for line_id, share in spread:
        line_id, verified, wanted = _count_up(parcel.id, line_id, share)
    return Counted(line_id, verified, wanted, sum(line.qty - line.verified for line in lines) == qty)


def _numbered(parcel: Parcel, sku_id: int) -> dict[str, str]:
    """The pieces of a SKU with numbers in the totes of the parcel's order, or else on the table: number → lot."""
    totes = {tote_id for tote_ids in _totes(parcel.order_id).values() for tote_id in tote_ids}
    totes = totes or {tote.container_id for tote in table.totes_on(parcel.warehouse_id, parcel.station_id)}
    return {serial: lot for tote_id in totes for serial, lot in stock.serials_in(tote_id, sku_id).items()}


def restart(packer: Packer, parcel_id: int) -> Parcel:
    """All pieces are taken out again: every count goes back to 0. Raises as `working_on` does."""
    parcel = working_on(packer, parcel_id)
    db.session.execute(update(ParcelLine).where(ParcelLine.parcel_id == parcel.id).values(verified=0))
    tracking.forget(parcel.id)
    parcel.weight_g = None
    db.session.flush()
    return parcel


def weigh(packer: Packer, parcel_id: int) -> tuple[int, str]:
    """What the station's scale shows: (grams, which scale). Raises `packing.no_scale`, and as `working_on` does."""
    parcel = working_on(packer, parcel_id)
    require_wanted(parcel.order_id, packer.warehouse_id)
    pieces = db.session.execute(select(func.sum(ParcelLine.qty)).where(ParcelLine.parcel_id == parcel.id)).scalar()
    scale = scale_of(packer.station_id)
    return scale.read(OnScale(parcel.number, parcel.expected_g, int(pieces or 0))), scale.source


def scale_of(station_id: int) -> Scale:
    """The station's scale. Where labels come out of real printers a virtual weight would be a lie."""
    return TypedScale() if printing.has_real_printer(station_id) else VirtualScale()


def close(packer: Packer, parcel_id: int, weight_g: int, *, confirmed: bool = False) -> tuple[Parcel, bool]:
    """The carton is shut: goods move from the tote into the parcel and the tote is free again.

    Returns the parcel and whether it was closed. A weight that does not fit the goods closes nothing at
    first: it is noted, and only the same weight once more, or `confirmed`, closes the parcel.
    Raises `packing.not_complete`, `packing.order_stopped`, `packing.tote_differs`, and as `working_on` does.
    """
    parcel = working_on(packer, parcel_id)
    require_wanted(parcel.order_id, packer.warehouse_id)
    pieces, missing = _pieces(parcel.id)
    if missing:
        raise WmsError("packing.not_complete", parcel=parcel.number, missing=missing)
    if not confirmed and parcel.weight_g != weight_g and not is_plausible(weight_g, parcel.expected_g):
        parcel.weight_g = weight_g
        return parcel, False
    _move_goods(packer, parcel, pieces)
    picking.free_totes(parcel.order_id)
    shut(packer, parcel, weight_g)
    return parcel, True


def shut(packer: Packer, parcel: Parcel, weight_g: int | None) -> None:
    """The goods are in the parcel: it is closed, its order packed, and a waybill is asked for."""
    parcel.status = PARCEL.after("close", parcel.status)
    parcel.weight_g, parcel.packed_by, parcel.closed_at = weight_g, packer.person_id, now()
    db.session.flush()
    orders.mark_packed(parcel.order_id)
    publish(ParcelClosed(parcel.warehouse_id, parcel.id, parcel.station_id, packer.person_id))


def working_on(packer: Packer, parcel_id: int) -> Parcel:
    """The open parcel of this station, locked.

    Raises `packing.unknown_parcel`, `packing.not_open` or `packing.open_elsewhere`.
    """
    wanted = select(Parcel).where(Parcel.id == parcel_id, Parcel.warehouse_id == packer.warehouse_id)
    parcel = db.session.execute(wanted.with_for_update()).scalar_one_or_none()
    if parcel is None:
        raise WmsError("packing.unknown_parcel", id=parcel_id)
    if parcel.status != "open":
        raise WmsError("packing.not_open", next="pack_home", parcel=parcel.number, status=parcel.status)
    if parcel.station_id != packer.station_id:
        raise _elsewhere(parcel)
    return parcel


def void_of(order_id: int) -> list[int]:
    """The goods of an order go back: its parcels are void; returns their ids.

    Raises `packing.unload_first` (409) for one that is on a truck's manifest.
    """
    its = select(Parcel).where(Parcel.order_id == order_id, Parcel.status.in_(("open", "closed", "loaded")))
    found = list(db.session.execute(its.order_by(Parcel.id).with_for_update()).scalars())
    for parcel in found:
        if parcel.status == "loaded":
            raise WmsError("packing.unload_first", parcel=parcel.number)
        parcel.status = PARCEL.after("void", parcel.status)
    db.session.flush()
    return [parcel.id for parcel in found]


def put_aside(warehouse_id: int, order_id: int, asked_by: int | None) -> None:
    """What lies in the closed parcels of an order that was stopped waits to be put back."""
    its = select(Parcel.container_id).where(Parcel.order_id == order_id, Parcel.status.in_(("closed", "loaded")))
    for container_id in db.session.execute(its.order_by(Parcel.id)).scalars().all():
        packed = stock.special_bin(warehouse_id, "packed")
        picking.putback.ask(warehouse_id, order_id, container_id, packed, why="intercepted", asked_by=asked_by)


def note_waybill(parcel_id: int, number: str | None) -> None:
    """The carrier's number of a parcel is known, or (None) void."""
    db.session.get_one(Parcel, parcel_id).waybill = number


def move(parcel_ids: Sequence[int], action: str) -> set[int]:
    """Load, unload or ship parcels; returns the ids of those that stood where that action begins."""
    sources, target = PARCEL.moves[action]
    moved = update(Parcel).where(among(Parcel.id, parcel_ids), Parcel.status.in_(sources)).values(status=target)
    return set(db.session.execute(moved.returning(Parcel.id)).scalars())


def tote_of(warehouse_id: int, code: str) -> tuple[int, str]:
    """The tote or the slot of a put wall that was scanned: (id, code). Raises `packing.unknown_tote`, `not_a_tote`."""
    found = resolve(code, warehouse_id)
    shown = clean(code)
    totes = [each for each in found if each.kind in ("tote", "slot")]  # a slot of a put wall gathers an order too
    if totes:
        return totes[0].id, totes[0].code
    if found:
        raise WmsError("packing.not_a_tote", scanned=shown, label=found[0].label)
    raise WmsError("packing.unknown_tote", scanned=shown)


def _not_ready(tote_id: int, shown: str) -> WmsError:
    """Why a tote cannot be packed."""
    if picking.bulk_tote_anywhere(tote_id):
        return WmsError("packing.for_the_wall", tote=shown)
    row = db.session.execute(
        select(Order.number, Order.processing)
        .join(PickTote, PickTote.order_id == Order.id)
        .where(PickTote.container_id == tote_id, PickTote.in_use)
        .limit(1)
    ).one_or_none()
    if row is None:
        return WmsError("packing.empty_tote", tote=shown)
    code = "packing.order_short" if row.processing == "short" else "packing.still_picking"
    return WmsError(code, tote=shown, order=row.number)


def require_wanted(order_id: int, warehouse_id: int) -> None:
    """Raises `packing.order_stopped`, or `packing.order_stopped_at` where the warehouse has a place for such goods."""
    found = orders.stopped(order_id)
    if found is not None:
        place = picking.put_back_at(warehouse_id)
        code = "packing.order_stopped_at" if place else "packing.order_stopped"
        raise WmsError(code, order=found.number, reason=found.reason, place=place)


def _take_up(packer: Packer, parcel: Parcel) -> Parcel:
    if parcel.station_id != packer.station_id:
        if not packer.supervisor:
            raise _elsewhere(parcel)
        parcel.station_id = packer.station_id
    parcel.opened_at = now()
    db.session.flush()
    return parcel


def _elsewhere(parcel: Parcel) -> WmsError:
    station = db.session.execute(select(Station.name).where(Station.id == parcel.station_id)).scalar_one()
    return WmsError("packing.open_elsewhere", next="pack_home", parcel=parcel.number, station=station)


def new_parcel(packer: Packer, order_id: int, tote: str) -> Parcel:
    """The parcel of an order with a line for all that was picked of it. Raises `packing.empty_tote`."""
    picked = db.session.execute(
        select(PickLine.order_line_id, PickLine.sku_id, Sku.weight_g, func.sum(PickLine.picked).label("qty"))
        .join(Sku, Sku.id == PickLine.sku_id)
        .where(PickLine.order_id == order_id, PickLine.picked > 0)
        .group_by(PickLine.order_line_id, PickLine.sku_id, Sku.weight_g)
        .order_by(PickLine.order_line_id)
    ).all()
    if not picked:
        raise WmsError("packing.empty_tote", tote=tote)
    parcel_id = db.session.execute(text("SELECT nextval(pg_get_serial_sequence('parcel', 'id'))")).scalar_one()
    number = parcel_number(parcel_id)
    parcel = Parcel(
        id=parcel_id,
        warehouse_id=packer.warehouse_id,
        number=number,
        order_id=order_id,
        container_id=stock.ensure_container(packer.warehouse_id, number, "parcel"),
        station_id=packer.station_id,
        expected_g=expected_g([Weighed(row.weight_g, int(row.qty)) for row in picked]),
        opened_at=now(),
    )
    db.session.add(parcel)
    db.session.flush()
    columns = {name: [int(getattr(row, name)) for row in picked] for name in ("order_line_id", "sku_id", "qty")}
    db.session.execute(_ADD_LINES, {"parcel_id": parcel_id, **columns})
    return parcel


_ADD_LINES = text(
    """
    INSERT INTO parcel_line (parcel_id, order_line_id, sku_id, qty, verified)
    SELECT :parcel_id, l.*, 0
    FROM unnest(cast(:order_line_id AS bigint[]), cast(:sku_id AS bigint[]), cast(:qty AS bigint[])) AS l
    """
)


# The usual scan: the parcel is this station's, the code is an item's, and one line has room for the pieces.
# When it does not act, `verify` goes step by step and finds out why, or what must be scanned besides.
_VERIFY = text(
    """
    WITH parcel AS MATERIALIZED (
        SELECT id FROM parcel
        WHERE id = :parcel_id AND warehouse_id = :warehouse_id AND station_id = :station_id AND status = 'open'
          AND EXISTS (SELECT 1 FROM sales_order o WHERE o.id = parcel.order_id AND o.confirmation = 'confirmed'
                      AND o.refund = 'none')
        FOR NO KEY UPDATE
    )
    UPDATE parcel_line l SET verified = l.verified + :qty
    FROM parcel
    WHERE l.parcel_id = parcel.id AND l.verified + :qty <= l.qty AND l.order_line_id = (
        SELECT min(room.order_line_id) FROM parcel_line room
        WHERE room.parcel_id = :parcel_id AND room.verified + :qty <= room.qty AND room.sku_id IN (
            SELECT sku_id FROM barcode WHERE code = :code AND packaging_id IS NULL
            UNION SELECT id FROM sku WHERE code = :code)
          AND EXISTS (SELECT 1 FROM sku k WHERE k.id = room.sku_id AND k.lot_tracking <> 'ship'
                      AND k.serial_tracking NOT IN ('move', 'ship')))
    RETURNING l.order_line_id, l.verified, l.qty
    """
)


def _verified(packer: Packer, parcel_id: int, code: str, qty: int) -> Counted | None:
    if qty < 1:
        return None
    values = {"parcel_id": parcel_id, "warehouse_id": packer.warehouse_id, "station_id": packer.station_id}
    row = db.session.execute(_VERIFY, {**values, "code": code, "qty": qty}).one_or_none()
    if row is None:
        return None
    return Counted(row.order_line_id, row.verified, row.qty, complete=_pieces(parcel_id)[1] == 0)


def _lines(parcel_id: int) -> Sequence[Row[int, int, int, int]]:
    its = select(ParcelLine.order_line_id, ParcelLine.sku_id, ParcelLine.qty, ParcelLine.verified)
    its = its.where(ParcelLine.parcel_id == parcel_id).order_by(ParcelLine.order_line_id)
    return db.session.execute(its).all()


def _item(parcel: Parcel, lines: Sequence[Row[int, int, int, int]], code: str) -> Found:
    """The SKU, pack or numbered piece that was scanned; where a code means several, the one that is in the parcel."""
    found = resolve(code, parcel.warehouse_id)
    items = [each for each in found if each.kind in ("sku", "pack", "serial")]
    if not found:
        raise WmsError("packing.unknown_barcode", scanned=clean(code))
    if not items:
        raise WmsError("packing.not_an_item", scanned=clean(code), label=found[0].label)
    inside = {line.sku_id for line in lines}
    for each in items:
        if each.sku_id in inside:
            return each
    raise WmsError("packing.not_in_parcel", item=items[0].label, parcel=parcel.number)


def _count_up(parcel_id: int, line_id: int, share: int) -> tuple[int, int, int]:
    """Count pieces on a line: (line id, pieces verified now, pieces in all). The parcel is locked."""
    counted = (
        update(ParcelLine)
        .where(
            ParcelLine.parcel_id == parcel_id,
            ParcelLine.order_line_id == line_id,
            ParcelLine.verified + share <= ParcelLine.qty,
        )
        .values(verified=ParcelLine.verified + share)
        .returning(ParcelLine.order_line_id, ParcelLine.verified, ParcelLine.qty)
        .execution_options(synchronize_session=False)
    )
    row = db.session.execute(counted).one()
    return row.order_line_id, row.verified, row.qty


def _pieces(parcel_id: int) -> tuple[int, int]:
    """How many pieces belong in a parcel, and how many of them are not verified yet."""
    sums = select(func.sum(ParcelLine.qty), func.sum(ParcelLine.qty - ParcelLine.verified))
    pieces, missing = db.session.execute(sums.where(ParcelLine.parcel_id == parcel_id)).one()
    return int(pieces or 0), int(missing or 0)


def _move_goods(packer: Packer, parcel: Parcel, pieces: int) -> None:
    gathered = _totes(parcel.order_id)
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


def _totes(order_id: int) -> dict[int, set[int]]:
    """The totes that hold an order's goods, by the bin they stand in."""
    rows = db.session.execute(
        select(PickTask.stage_bin_id, PickTote.container_id)
        .join(PickTask, PickTask.id == PickTote.task_id)
        .where(PickTote.order_id == order_id, PickTote.in_use, PickTote.container_id.is_not(None))
    )
    found: dict[int, set[int]] = {}
    for stage_bin_id, container_id in rows:
        if container_id is not None:
            found.setdefault(stage_bin_id, set()).add(container_id)
    return found
