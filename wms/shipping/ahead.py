"""The waybills of a wave before it is packed, as one run: each lies in its tote, or hangs at its slot, when packing
begins.

The run names the orders in the sequence in which they are wanted. Its parcels are planned and their numbers issued
some at a time, each time in one transaction; what was made is never made again, whoever asks how often.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, or_, select, text

from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.layout.models import Station
from wms.orders import service as orders
from wms.orders.models import Order
from wms.packing import service as packing
from wms.packing.models import Parcel
from wms.printing import service as printing
from wms.printing.models import PrintRun
from wms.shipping import service
from wms.shipping.carriers import plugin
from wms.shipping.models import Carrier
from wms.waves import service as waves
from wms.waves.models import WaveOrder

MAKER = "shipping.make_waybills"
WAYS = ("pick", "slot")
SOURCE = "wave:"  # and its id: what a run is of
# Their tables close parcels in runs of their own, and the labels come out there in that sequence.
AT_THE_TABLE = ("single", "same", "prepack")

# As a picker meets them; or by the place in which each order is gathered: in the put wall, else on the cart.
_SEQUENCE = {
    "pick": "(SELECT min(l.seq) FROM pick_line l WHERE l.task_id = k.id AND l.order_id = t.order_id)",
    "slot": "t.slot",
}
# Its number came over a network while it is picked, and nothing of it is printed yet.
_FETCHED = """
    parcel.status = 'planned' AND parcel.waybill IS NOT NULL AND NOT EXISTS (
        SELECT FROM print_job j WHERE j.document = 'waybill' AND j.document_id = parcel.id
    )
"""
_IN_WALL = {"pick": "NULL", "slot": "w.code"}
_ORDERS = """
    SELECT DISTINCT ON (t.order_id) t.order_id, {wall} AS wall, s.nr, coalesce(c.number, 0) AS cart, {sequence} AS seq,
           t.slot
    FROM pick_task k JOIN pick_tote t ON t.task_id = k.id AND t.order_id IS NOT NULL
    JOIN wave_order o ON o.wave_id = k.wave_id AND o.order_id = t.order_id AND o.active
    LEFT JOIN wave_cart c ON c.id = k.wave_cart_id
    LEFT JOIN wall_slot s ON s.container_id = t.container_id LEFT JOIN wall w ON w.id = s.wall_id
    WHERE k.wave_id = :wave_id
      AND NOT EXISTS (
          SELECT FROM parcel WHERE parcel.order_id = t.order_id AND parcel.status <> 'void' AND NOT ({fetched})
      )
    ORDER BY t.order_id, c.number, k.id
"""
_OF = {way: _ORDERS.format(wall=_IN_WALL[way], sequence=_SEQUENCE[way], fetched=_FETCHED) for way in WAYS}
_SORTED = {
    way: text(
        f"SELECT order_id FROM ({_OF[way]}) AS found "  # noqa: S608
        "ORDER BY wall NULLS LAST, CASE WHEN wall IS NOT NULL THEN nr END, cart, seq, slot, order_id"
    )
    for way in WAYS
}  # of the module's own words


_PLANNED = select(Parcel.id).where(text(_FETCHED))


def print_wave(warehouse_id: int, wave_id: int, station: str, way: str, asked_by: int | None) -> dict[str, Any]:
    """Ask for the waybills of a wave as one run at a station; returns it as `printing.runs_shown` does.

    Asked again before it is finished, the same run is returned and nothing is printed twice; afterwards a run of what
    has no waybill yet. Raises `printing.unknown_station`, `printing.no_label_printer`, `shipping.not_released`,
    `shipping.labels_at_the_table`, `shipping.no_waybills_left`, and as `waves.get` does.
    """
    wave = waves.get(warehouse_id, wave_id)
    lock("shipping.wave_waybills", wave_id)
    source = f"{SOURCE}{wave_id}"
    run = printing.going(warehouse_id, source)
    run = run or _start(warehouse_id, wave, printing.station_at(warehouse_id, station), way, asked_by)
    return printing.runs_shown([run])[0]


def _start(warehouse_id: int, wave: Any, station: Station, way: str, asked_by: int | None) -> PrintRun:
    if wave.method in AT_THE_TABLE:
        raise WmsError("shipping.labels_at_the_table", wave=wave.number)
    if wave.status not in ("released", "done"):
        raise WmsError("shipping.not_released", wave=wave.number)
    todo = list(db.session.execute(_SORTED[way], {"wave_id": wave.id}).scalars())
    if not todo:
        raise WmsError("shipping.no_waybills_left", wave=wave.number)
    return printing.start_run(
        warehouse_id, station, "waybill", source=f"{SOURCE}{wave.id}", title=str(wave.number), way=way, maker=MAKER,
        todo=todo, asked_by=asked_by,
    )  # fmt: skip


def make_some(run_id: int) -> bool:
    """Make the next labels of a run; says whether there may be more. Carried out in one transaction.

    Orders are locked before any carrier's counter, as they are when a parcel is closed, and carriers in the same
    sequence everywhere.
    """
    run, chosen = printing.next_of(run_id)
    if not chosen:
        return False
    wanted = _wanted(run, chosen)
    for _, place, order_id in sorted(wanted):
        planned = db.session.execute(_PLANNED.where(Parcel.order_id == order_id)).scalar()
        if planned is not None:
            service.print_now(planned, run.station_id, run.asked_by, (run.id, place))
            continue
        parcel = packing.plan(run.warehouse_id, order_id, run.station_id)
        service.issue_in_run(parcel.id, run.station_id, run.asked_by, (run.id, place))
    printing.noted(run, len(chosen))
    return True


def _wanted(run: PrintRun, chosen: Sequence[tuple[int, int]]) -> list[tuple[str, int, int]]:
    """Those of [(place, order id)] that still want a waybill now, locked: [(carrier, place, order id)].

    Not one that has a parcel by now, was stopped or has left the wave, and of a carrier whose numbers come over a
    network only one whose number has come: other labels print when the parcel is closed.
    """
    wave_id = int(run.source.removeprefix(SOURCE))
    inside = select(WaveOrder.order_id).where(WaveOrder.wave_id == wave_id, WaveOrder.active)
    found = []
    carriers = db.session.execute(select(Carrier.code, Carrier.plugin))
    here = {code: plugin(name).in_transaction for code, name in carriers}
    for place, order_id in sorted(chosen, key=lambda each: each[1]):
        lock("packing.order", order_id)
        order: Order = orders.locked(run.warehouse_id, order_id)
        fetched = db.session.execute(_PLANNED.where(Parcel.order_id == order_id)).scalar() is not None
        has = exists().where(Parcel.order_id == order_id, Parcel.status != "void", text(f"NOT ({_FETCHED})"))
        left = ~inside.where(WaveOrder.order_id == order_id).exists()
        free = orders.stopped(order_id) is None and not db.session.execute(select(or_(has, left))).scalar()
        if free and (fetched or here.get(order.carrier, True)):
            found.append((order.carrier, place, order_id))
    return found
