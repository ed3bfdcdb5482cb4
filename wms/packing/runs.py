"""Orders with the same content (爆款), packed out of the bulk totes on the table.

The first of a content is the sample: its parcel is verified piece by piece, weighed and closed like any other. From
then on this table prints waybills in runs: each closes the parcel of the order that is promised next, with all its
pieces and the sample's weight. A run is made some parcels at a time, each time in one transaction: so it can be seen,
stopped, and gone on with at any moment, and no order gets two waybills.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update

from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.resolve import resolve
from wms.packing import inserts, service, table, tracking
from wms.packing.batches import Packed, put_aside
from wms.packing.lifecycle import PARCEL
from wms.packing.models import Parcel, ParcelRun, ParcelSample
from wms.packing.packer import Packer
from wms.packing.service import Counted
from wms.packing.tracking import NOTHING, Told
from wms.picking import service as picking
from wms.picking.service import BulkTote, Complete, Take

AT_ONCE = 10  # parcels that are made in one transaction
CARDED = "+card"  # of a content: orders with a gift note are packed one by one, apart from the others


@dataclass
class Group:
    """The orders with one content that wait to be packed, earliest promise first: `ready` with all pieces on the table.

    `tracked`: lots or numbers are scanned as its pieces leave, or a card is put in, so that each parcel is verified.
    `weight_g` is what its
    sample weighs at this table, `proved` whether there is one.
    """

    content: str
    orders: list[Complete] = field(default_factory=list)
    ready: list[tuple[Complete, list[Take]]] = field(default_factory=list)
    tracked: bool = False
    proved: bool = False
    weight_g: int | None = None

    @property
    def sku_ids(self) -> list[int]:
        return [line.kind.sku_id for line in self.orders[0].lines]


@dataclass(frozen=True)
class Opened:
    """A parcel that is verified now, and what its first scan came to."""

    parcel: Parcel
    counted: Counted


def groups(packer: Packer, totes: Sequence[BulkTote]) -> list[Group]:
    """What can be packed out of these totes, by content; the content of the earliest promise first."""
    begun = select(Parcel.order_id).where(Parcel.warehouse_id == packer.warehouse_id, Parcel.status == "open")
    in_work = set(db.session.execute(begun).scalars())
    waiting = picking.complete_orders(sorted({tote.task_id for tote in totes}))
    waiting = [order for order in waiting if order.order_id not in in_work]
    there = picking.served(waiting, picking.lying_in([tote.container_id for tote in totes]))
    carded = inserts.carded(order.order_id for order in waiting)
    found: dict[str, Group] = {}
    for order in waiting:
        content = order.content + CARDED if order.order_id in carded else order.content
        group = found.setdefault(content, Group(content, tracked=content != order.content))
        group.orders.append(order)
        if order.order_id in there:
            group.ready.append((order, there[order.order_id]))
    _note_tracked(found.values())
    _note_samples(packer, totes, found)
    return list(found.values())


def _note_tracked(found: Any) -> None:
    skus = select(Sku).where(among(Sku.id, {sku_id for group in found for sku_id in group.sku_ids}))
    tracked = {sku.id for sku in db.session.execute(skus).scalars() if tracking.is_tracked(sku)}
    for group in found:
        group.tracked = group.tracked or not tracked.isdisjoint(group.sku_ids)


def _note_samples(packer: Packer, totes: Sequence[BulkTote], found: dict[str, Group]) -> None:
    """Each table proves for itself: who prints a run has had such a parcel in hand."""
    here = (
        select(ParcelSample.content, Parcel.weight_g)
        .join(Parcel, Parcel.id == ParcelSample.parcel_id)
        .where(ParcelSample.wave_id == totes[0].wave_id, Parcel.station_id == packer.station_id)
        .where(Parcel.closed_at.is_not(None))
        .order_by(Parcel.id)
    )
    for content, weight_g in db.session.execute(here):
        if content in found:
            found[content].proved, found[content].weight_g = True, weight_g


# ---- the sample

def scan(packer: Packer, code: str, told: Told = NOTHING) -> Opened | Packed:
    """An item out of the totes is scanned: the parcel of the order that is promised first of those that want it is
    opened, and the piece counted into it. A piece that no order takes any more is put aside.

    Raises `packing.no_batch`, `packing.not_all_here` where pieces of its orders lie in other totes,
    `packing.still_picking` and `packing.order_short` where they are not picked yet, and as `service.verify` and
    `picking.read_item` do.
    """
    totes = table.working(packer, "same")
    items = {each.sku_id or each.id for each in resolve(code, packer.warehouse_id)
             if each.kind in ("sku", "pack", "serial")}  # fmt: skip
    mine = [group for group in groups(packer, totes) if not items.isdisjoint(group.sku_ids)]
    group = next((each for each in mine if each.ready), None)
    if group is not None:
        return _open(packer, totes, group, code, told)
    if mine:
        raise _not_all_here(totes, mine[0])
    return _aside(packer, totes, code)


def _open(packer: Packer, totes: Sequence[BulkTote], group: Group, code: str, told: Told) -> Opened:
    order = group.ready[0][0]
    parcel = service.new_parcel(packer, order.order_id, totes[0].code)
    db.session.add(ParcelSample(parcel_id=parcel.id, wave_id=totes[0].wave_id, content=group.content))
    db.session.flush()
    return Opened(parcel, service.verify(packer, parcel.id, code, 1, told))


def _not_all_here(totes: Sequence[BulkTote], group: Group) -> WmsError:
    others = others_of(totes, [group])
    return WmsError("packing.not_all_here", order=group.orders[0].order, totes=", ".join(others) or "–")


def others_of(totes: Sequence[BulkTote], found: Sequence[Group]) -> list[str]:
    """The codes of totes that are not on the table, in which pieces of these orders lie."""
    short = [order.order_id for group in found if len(group.ready) < len(group.orders) for order in group.orders]
    return picking.other_totes(totes[0].wave_id, short, [tote.container_id for tote in totes]) if short else []


def _aside(packer: Packer, totes: Sequence[BulkTote], code: str) -> Packed:
    tote, item = picking.read_out_of(totes, packer.warehouse_id, code)
    open_for = picking.choices(tote, item)
    waits = next((each for each in open_for if each.wanted), None)
    if waits is not None and all(each.wanted for each in open_for):
        if waits.processing == "picked":
            raise WmsError("packing.in_work", order=waits.order)
        short = "packing.order_short" if waits.processing == "short" else "packing.still_picking"
        raise WmsError(short, tote=tote.code, order=waits.order)
    return put_aside(packer, tote, item, open_for)


def drop(packer: Packer, parcel_id: int) -> None:
    """The pieces of an open parcel are back in their totes: it is void, and its order waits as before.

    Raises `packing.not_a_sample`, and as `service.working_on` does.
    """
    parcel = service.working_on(packer, parcel_id)
    if db.session.get(ParcelSample, parcel.id) is None:
        raise WmsError("packing.not_a_sample", parcel=parcel.number)
    service.restart(packer, parcel.id)
    parcel.status = PARCEL.after("void", parcel.status)
    db.session.flush()


# ---- the run

@dataclass(frozen=True)
class Made:
    """A run as it stands, and the parcels that were just made of it."""

    run: ParcelRun
    parcels: list[Parcel]


def start(packer: Packer, content: str, count: int | None) -> Made:
    """Print a run of waybills for a content: `count`, or (None) all that the totes on the table serve; the first of
    them at once.

    A run that was left open ends. Raises `packing.no_batch`, `packing.nothing_to_run`, `packing.sample_first`,
    `packing.run_needs_scans`.
    """
    totes = table.working(packer, "same")
    group = next((each for each in groups(packer, totes) if each.content == content), None)
    if group is None or not group.ready:
        raise WmsError("packing.nothing_to_run")
    if group.tracked:
        raise WmsError("packing.run_needs_scans")
    if not group.proved:
        raise WmsError("packing.sample_first")
    end(packer)
    asked = min(count or len(group.ready), len(group.ready))
    run = ParcelRun(
        station_id=packer.station_id, wave_id=totes[0].wave_id, content=content, weight_g=group.weight_g, asked=asked,
        made=0, started_by=packer.person_id, started_at=now(),
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    return _make(packer, totes, run, group)


def go_on(packer: Packer) -> Made:
    """The next parcels of the open run. Raises `packing.no_run`, `packing.no_batch`."""
    totes = table.working(packer, "same")
    run = _open_run(packer)
    if run is None:
        raise WmsError("packing.no_run")
    found = (each for each in groups(packer, totes) if each.content == run.content)
    return _make(packer, totes, run, next(found, Group(run.content)))


def end(packer: Packer) -> None:
    """What the open run, if there is one, has not made yet waits again."""
    its = update(ParcelRun).where(ParcelRun.station_id == packer.station_id, ParcelRun.ended_at.is_(None))
    db.session.execute(its.values(ended_at=now()))


def _open_run(packer: Packer) -> ParcelRun | None:
    its = select(ParcelRun).where(ParcelRun.station_id == packer.station_id, ParcelRun.ended_at.is_(None))
    return db.session.execute(its.with_for_update().execution_options(populate_existing=True)).scalar_one_or_none()


def _make(packer: Packer, totes: Sequence[BulkTote], run: ParcelRun, group: Group) -> Made:
    """Close the parcels of the next orders of a run; it ends when it has all, or when no order is left.

    Parcels of one carrier follow each other: its counter of waybill numbers is locked from its first number on, and
    everywhere in the same sequence of carriers.
    """
    chosen = group.ready[: min(AT_ONCE, run.asked - run.made)]
    wanted = picking.still_wanted([order.order_id for order, _ in chosen])
    filled = []
    for order, takes in chosen:
        if order.order_id not in wanted:
            continue
        parcel = service.new_parcel(packer, order.order_id, totes[0].code)
        parcel.run_id = run.id
        table.fill(packer, parcel, [(take.line.line_id, table.goods_of(take)) for take in takes])
        table.verified(parcel.id)
        filled.append((order.carrier, parcel))
    made = [parcel for _, parcel in sorted(filled, key=lambda each: (each[0], each[1].id))]
    for parcel in made:
        service.shut(packer, parcel, run.weight_g)
    run.made += len(made)
    if run.made == run.asked or len(chosen) == len(group.ready):
        run.ended_at = now()
    db.session.flush()
    table.clear(totes)
    return Made(run, made)
