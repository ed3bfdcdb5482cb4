"""The parcels of orders: opened for a tote, taken up again, split, void."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, text, update

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.core.prepared import Prepared, Rows, execute
from wms.core.resolve import clean, resolve
from wms.layout.models import Station
from wms.orders.models import Order
from wms.packing import cartons, fitting, tracking, troubles
from wms.packing.lifecycle import PARCEL
from wms.packing.models import Carton, Parcel, ParcelLine, ParcelSample
from wms.packing.packer import Packer
from wms.packing.rules import PACKAGING_G, Weighed, expected_g, parcel_number
from wms.packing.wanted import require_good_label, require_wanted
from wms.picking import service as picking
from wms.picking.models import PickTote
from wms.stock import service as stock


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
    its = select(Parcel).where(Parcel.order_id == full.order_id, Parcel.status == "open")
    found = db.session.execute(its.with_for_update()).scalar_one_or_none()
    if found:
        return _take_up(packer, found)
    if picking.full_tote(packer.warehouse_id, tote_id) is None:  # its parcel was closed while this waited
        raise _not_ready(tote_id, shown)
    return new_parcel(packer, full.order_id, shown)


def split(packer: Packer, parcel_id: int) -> Parcel:
    """The carton is full: what was verified leaves in this parcel, and the rest of the order in a further one, which is
    opened as this one is closed.

    Raises `packing.nothing_in`, `packing.all_in`, `packing.in_one_parcel` for an order that is packed for others with
    the same content, `packing.order_stopped`, and as `working_on` does.
    """
    parcel = working_on(packer, parcel_id)
    require_wanted(parcel.order_id, packer.warehouse_id)
    if db.session.get(ParcelSample, parcel.id) is not None:
        raise WmsError("packing.in_one_parcel", parcel=parcel.number)
    pieces, missing = pieces_of(parcel.id)
    if pieces == missing:
        raise WmsError("packing.nothing_in", parcel=parcel.number)
    if not missing:
        raise WmsError("packing.all_in", parcel=parcel.number)
    its = ParcelLine.parcel_id == parcel.id
    db.session.execute(delete(ParcelLine).where(its, ParcelLine.verified == 0))
    db.session.execute(update(ParcelLine).where(its).values(qty=ParcelLine.verified))
    _expect_weight(parcel)
    return parcel


def put_off(packer: Packer, parcel_id: int, reason: str, *, order_line_id: int | None = None, note: str = "") -> Parcel:
    """Something is wrong: the parcel and its tote are put aside for the supervisor. Its next scan takes it up again.

    Raises as `working_on` and `troubles.put_aside` do.
    """
    parcel = working_on(packer, parcel_id)
    troubles.put_aside(packer, parcel, reason, order_line_id=order_line_id, note=note)
    return parcel


def restart(packer: Packer, parcel_id: int) -> Parcel:
    """All pieces are taken out again: every count goes back to 0, and what was split off belongs in it once more.

    Raises as `working_on` does.
    """
    parcel = working_on(packer, parcel_id)
    tracking.forget(parcel.id)
    db.session.execute(delete(ParcelLine).where(ParcelLine.parcel_id == parcel.id))
    _add_lines(parcel.id, unpacked(parcel.order_id))
    _expect_weight(parcel)
    return parcel


def choose_carton(packer: Packer, parcel_id: int, code: str) -> tuple[Parcel, bool]:
    """The packer takes this kind of carton; returns whether by its measures all goes in that belongs in the parcel.

    Raises `packing.not_a_carton`, and as `working_on` does.
    """
    parcel = working_on(packer, parcel_id)
    known = [each for each in resolve(code, packer.warehouse_id) if each.kind == "carton"]
    if not known:
        raise WmsError("packing.not_a_carton", scanned=clean(code))
    parcel.carton_id = known[0].id
    _expect_weight(parcel)
    goods = cartons.pieces(_contents(parcel.id))
    box = cartons.box_of(db.session.get_one(Carton, known[0].id))
    return parcel, not fitting.is_measured(goods) or fitting.fits(box, goods)


def _expect_weight(parcel: Parcel) -> None:
    tare_g = PACKAGING_G if parcel.carton_id is None else db.session.get_one(Carton, parcel.carton_id).tare_g
    parcel.expected_g = expected_g([Weighed(row.weight_g, row.qty) for row in _contents(parcel.id)], tare_g)
    parcel.weight_g = None
    db.session.flush()


def _contents(parcel_id: int) -> Sequence[Any]:
    """What belongs in a parcel, with its measures."""
    measures = (Sku.weight_g, Sku.length_mm, Sku.width_mm, Sku.height_mm)
    its = select(ParcelLine.order_line_id, ParcelLine.qty, *measures).join(Sku, Sku.id == ParcelLine.sku_id)
    return db.session.execute(its.where(ParcelLine.parcel_id == parcel_id).order_by(ParcelLine.order_line_id)).all()


def parts(parcel: Parcel) -> list[fitting.Filled]:
    """How its goods go into several parcels, where no carton holds them all; else empty."""
    return cartons.parts(parcel.warehouse_id, cartons.pieces(_contents(parcel.id)))


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
    its = select(Parcel).where(Parcel.order_id == order_id, Parcel.status.in_(("planned", "open", "closed", "loaded")))
    found = list(db.session.execute(its.order_by(Parcel.id).with_for_update()).scalars())
    return _voided(found)


def void_planned(order_id: int) -> list[int]:
    """An order is stopped or cancelled: the parcel that was planned for it is void; returns its id."""
    planned = _planned(order_id)
    return _voided([planned] if planned else [])


def begin_anew(order_ids: Sequence[int]) -> list[int]:
    """Orders leave their wave and will be picked once more: what is verified of them now counts no longer, and their
    open parcels are void, as are those that were planned with that wave; returns their ids.

    Raises `packing.part_packed` (409) where pieces of one lie in a closed parcel: they would be sent twice.
    """
    here = ("planned", "open", "closed", "loaded")
    begun = select(Parcel).where(among(Parcel.order_id, order_ids), Parcel.status.in_(here))
    found = list(db.session.execute(begun.order_by(Parcel.id).with_for_update()).scalars())
    for parcel in found:
        if parcel.status not in ("planned", "open"):
            raise WmsError("packing.part_packed", parcel=parcel.number)
    return _voided(found)


def _voided(found: Sequence[Parcel]) -> list[int]:
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
    """The tote or the slot of a put wall that was scanned, or the one in which the waybill lies: (id, code).

    Raises `packing.unknown_tote`, `not_a_tote`, and `packing.void_label` for a waybill that is to be thrown away.
    """
    found = resolve(code, warehouse_id)
    shown = clean(code)
    if any(each.kind == "waybill" for each in found):
        tote = db.session.execute(_TOTE_OF_WAYBILL, {"waybill": shown, "warehouse_id": warehouse_id}).one_or_none()
        if tote is not None:
            return tote.id, tote.code
        require_good_label(warehouse_id, shown)
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


def _take_up(packer: Packer, parcel: Parcel) -> Parcel:
    """It is gone on with: one that was put aside at any table, any other only where it is, but for a supervisor."""
    was_aside = troubles.take_up(packer, parcel)
    if parcel.station_id != packer.station_id:
        if not packer.supervisor and not was_aside:
            raise _elsewhere(parcel)
        parcel.station_id = packer.station_id
    parcel.opened_at = now()
    db.session.flush()
    return parcel


def _elsewhere(parcel: Parcel) -> WmsError:
    station = db.session.execute(select(Station.name).where(Station.id == parcel.station_id)).scalar_one()
    return WmsError("packing.open_elsewhere", next="pack_home", parcel=parcel.number, station=station)


def new_parcel(packer: Packer, order_id: int, tote: str) -> Parcel:
    """The next parcel of an order, with a line for all that was picked of it and is in no closed one.

    Raises `packing.empty_tote`.
    """
    rows = unpacked(order_id)
    if not rows:
        raise WmsError("packing.empty_tote", tote=tote)
    parcel = _planned(order_id) or _next(packer.warehouse_id, order_id, packer.station_id)
    box = cartons.suggested(packer.warehouse_id, cartons.pieces(rows))
    parcel.status, parcel.station_id, parcel.opened_at = PARCEL.initial, packer.station_id, now()
    parcel.carton_id = box.id if box else None
    parcel.expected_g = expected_g(
        [Weighed(row.weight_g, row.qty) for row in rows], box.tare_g if box else PACKAGING_G
    )
    db.session.add(parcel)
    db.session.flush()
    _add_lines(parcel.id, rows)
    return parcel


def plan(warehouse_id: int, order_id: int, station_id: int) -> Parcel:
    """The parcel of an order of which nothing is packed yet, so that its waybill can be printed now. Whoever opens the
    order's tote opens this one."""
    parcel = _next(warehouse_id, order_id, station_id)
    parcel.status = "planned"
    db.session.add(parcel)
    db.session.flush()
    return parcel


def plan_all(warehouse_id: int, order_ids: Sequence[int], station_id: int) -> dict[int, int]:
    """As `plan`, for the first parcels of many orders at once: {order id: parcel id}."""
    ids = list(db.session.execute(_NUMBERS, {"count": len(order_ids)}).scalars())
    columns = {"ids": ids, "orders": list(order_ids), "numbers": [parcel_number(each) for each in ids]}
    db.session.execute(_PLAN, {**columns, "warehouse_id": warehouse_id, "station_id": station_id, "at": now()})
    return dict(zip(order_ids, ids, strict=True))


def _planned(order_id: int) -> Parcel | None:
    its = select(Parcel).where(Parcel.order_id == order_id, Parcel.status == "planned")
    return db.session.execute(its.with_for_update()).scalar_one_or_none()


def _next(warehouse_id: int, order_id: int, station_id: int) -> Parcel:
    """The next parcel of an order, not stored yet."""
    found = db.session.execute(_NEXT, {"order_id": order_id}).one()
    number = parcel_number(found.id)
    return Parcel(
        id=found.id, warehouse_id=warehouse_id, number=number, order_id=order_id, ordinal=found.ordinal,
        container_id=stock.ensure_container(warehouse_id, number, "parcel"), station_id=station_id, opened_at=now(),
    )  # fmt: skip


def _add_lines(parcel_id: int, rows: Rows) -> None:
    columns = {name: [int(getattr(row, name)) for row in rows] for name in ("order_line_id", "sku_id", "qty")}
    db.session.execute(_ADD_LINES, {"parcel_id": parcel_id, **columns})


_TOTE_OF_WAYBILL = text(
    """
    SELECT c.id, c.code FROM parcel p
    JOIN pick_tote t ON t.order_id = p.order_id AND t.in_use JOIN container c ON c.id = t.container_id
    WHERE p.warehouse_id = :warehouse_id AND p.waybill = :waybill AND p.status = 'planned' ORDER BY t.id DESC LIMIT 1
    """
)
_NEXT = text(
    """
    SELECT nextval(pg_get_serial_sequence('parcel', 'id')) AS id,
           (SELECT count(*) + 1 FROM parcel WHERE order_id = :order_id AND status <> 'void') AS ordinal
    """
)
_NUMBERS = text("SELECT nextval(pg_get_serial_sequence('parcel', 'id')) FROM generate_series(1, :count)")
_PLAN = text(
    """
    WITH wanted AS (
        SELECT * FROM unnest(cast(:ids AS bigint[]), cast(:orders AS bigint[]), cast(:numbers AS text[]))
            AS w (id, order_id, number)
    ), boxes AS (
        INSERT INTO container (warehouse_id, code, kind) SELECT :warehouse_id, number, 'parcel' FROM wanted
        RETURNING id, code
    )
    INSERT INTO parcel (id, warehouse_id, number, order_id, ordinal, container_id, station_id, status, expected_g,
                        opened_at)
    SELECT w.id, :warehouse_id, w.number, w.order_id, 1, b.id, :station_id, 'planned', 0, :at
    FROM wanted w JOIN boxes b ON b.code = w.number
    """
)
_ADD_LINES = text(
    """
    INSERT INTO parcel_line (parcel_id, order_line_id, sku_id, qty, verified)
    SELECT :parcel_id, l.*, 0
    FROM unnest(cast(:order_line_id AS bigint[]), cast(:sku_id AS bigint[]), cast(:qty AS bigint[])) AS l
    """
)


# A void parcel's goods went back, and were taken off what is picked.
_UNPACKED = Prepared(
    "unpacked",
    """
    WITH gone AS (
        SELECT x.order_line_id, sum(x.qty) AS qty FROM parcel p JOIN parcel_line x ON x.parcel_id = p.id
        WHERE p.order_id = :order_id AND p.status IN ('closed', 'loaded', 'shipped') GROUP BY x.order_line_id
    ), picked AS (
        SELECT order_line_id, sku_id, sum(picked) AS qty FROM pick_line
        WHERE order_id = :order_id AND picked > 0 GROUP BY order_line_id, sku_id
    )
    SELECT picked.order_line_id, picked.sku_id, k.weight_g, k.length_mm, k.width_mm, k.height_mm,
           (picked.qty - coalesce(gone.qty, 0))::bigint AS qty
    FROM picked JOIN sku k ON k.id = picked.sku_id LEFT JOIN gone ON gone.order_line_id = picked.order_line_id
    WHERE picked.qty > coalesce(gone.qty, 0) ORDER BY picked.order_line_id
    """,
)


def unpacked(order_id: int) -> Rows:
    """What was picked of an order and is in no closed parcel: (order_line_id, sku_id, measures of a piece, qty)."""
    return execute(_UNPACKED, {"order_id": order_id})


def unpacked_pieces(order_id: int) -> int:
    return sum(row.qty for row in unpacked(order_id))


_COUNT = Prepared(
    "parcels_of_packed",
    """
    SELECT count(*) FROM parcel p JOIN sales_order o ON o.id = p.order_id
    WHERE p.order_id = :order_id AND o.processing = 'packed' AND p.status <> 'void'
    """,
)


def place_of(parcel: Parcel) -> tuple[int, int]:
    """The how-manieth parcel of its order it is, and of how many: 0 as long as the order is not wholly packed."""
    [row] = execute(_COUNT, {"order_id": parcel.order_id})
    return parcel.ordinal, row.count


def waits_for(parcels: Sequence[Parcel]) -> tuple[Parcel, Parcel] | None:
    """A parcel of these and another of its order that is not among them, though it will leave too; None without any."""
    by_order = {parcel.order_id: parcel for parcel in parcels}
    others = select(Parcel).where(
        among(Parcel.order_id, by_order), Parcel.status.in_(("open", "closed", "loaded")),
        Parcel.id.not_in([parcel.id for parcel in parcels]),
    )  # fmt: skip
    found = db.session.execute(others.order_by(Parcel.id).limit(1)).scalar_one_or_none()
    return None if found is None else (by_order[found.order_id], found)


_PIECES = Prepared(
    "pieces_of_parcel",
    "SELECT sum(qty) AS pieces, sum(qty - verified) AS missing FROM parcel_line WHERE parcel_id = :parcel_id",
)


def pieces_of(parcel_id: int) -> tuple[int, int]:
    """How many pieces belong in a parcel, and how many of them are not verified yet."""
    [row] = execute(_PIECES, {"parcel_id": parcel_id})
    return int(row.pieces or 0), int(row.missing or 0)


_TOTES = Prepared(
    "totes_of_order",
    """
    SELECT k.stage_bin_id, t.container_id FROM pick_tote t JOIN pick_task k ON k.id = t.task_id
    WHERE t.order_id = :order_id AND t.in_use AND t.container_id IS NOT NULL
    """,
)


def totes_of(order_id: int) -> dict[int, set[int]]:
    """The totes that hold an order's goods, by the bin they stand in."""
    found: dict[int, set[int]] = {}
    for stage_bin_id, container_id in execute(_TOTES, {"order_id": order_id}):
        found.setdefault(stage_bin_id, set()).add(container_id)
    return found
