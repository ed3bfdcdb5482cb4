"""Changing bins that are there: one, or many at once. Goods, holds and walks refer to a bin by its id."""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import publish
from wms.layout.events import KindChanging, LabelsOutdated
from wms.layout.models import STORING, Bin, Zone
from wms.layout.rules import LONGEST_CODE, printable
from wms.layout.selection import Which, select_bins
from wms.layout.warehouses import floor_of

# What may be changed of a bin; `zone` is a zone's code or None. A code can be given to one bin only.
FIELDS = (
    "zone", "kind", "aisle", "y_mm", "side", "level", "bay", "pick_order", "blocked_reason", "capacity_ml",
    "max_weight_g", "max_skus", "mix_lots", "mix_owners", "velocity", "code",
)  # fmt: skip
ON_THE_LABEL = {"code", "level", "zone"}
PATIENCE = "3s"  # for the moment in which nobody uses any bin


@dataclass(frozen=True)
class Edited:
    """How many bins changed, and the edits that would make them what they were: [{ids, set}, …]."""

    changed: int
    undo: list[dict[str, Any]]


def edit(warehouse_id: int, edits: Sequence[tuple[Which, Mapping[str, Any]]]) -> Edited:
    """Carry out edits, each a selection and the fields (of FIELDS) that it sets, all or none.

    Walks under way keep their order and go to where the bin stands now; walks planned from now on reckon with the
    new place. A bin that is blocked gives no goods to new waves; what is held in it already may still be picked.
    Raises `layout.reason_needed`, `layout.off_floor`, `layout.in_obstacle`, `layout.unknown_zone`, `layout.code_taken`,
    `layout.code_not_printable`, `layout.one_code_one_bin`, `layout.in_use`, what `select_bins` raises, and for
    another kind what rooms above know against it (goods in the bin).
    """
    before: dict[str, dict[int, Any]] = defaultdict(dict)
    changed: set[int] = set()
    for which, change in edits:
        if "kind" in change:
            _stop_all_use()
        for name, ids in _edit(warehouse_id, which, change).items():
            before[name] = ids | before[name]
            changed |= set(ids)
    stale = {bin_id for name in ON_THE_LABEL for bin_id in before[name]}
    if stale:
        publish(LabelsOutdated(warehouse_id, tuple(sorted(stale))))
    return Edited(len(changed), _undo(before))


def _edit(warehouse_id: int, which: Which, change: Mapping[str, Any]) -> dict[str, dict[int, Any]]:
    """Carry out one edit; returns by field what each bin had before, where that was something else."""
    ids = [each.id for each in select_bins(warehouse_id, which)]
    locked = select(Bin).where(among(Bin.id, ids)).order_by(Bin.id).with_for_update(key_share=True)
    bins = db.session.execute(locked.execution_options(populate_existing=True)).scalars().all()
    _check(warehouse_id, bins, change)
    values = _values(warehouse_id, change)
    codes = {zone.id: zone.code for zone in _zones(warehouse_id)}
    before = {
        name: {each.id: codes.get(each.zone_id or 0) if name == "zone" else getattr(each, name) for each in bins
               if getattr(each, _column(name)) != values[_column(name)]}
        for name in change
    }  # fmt: skip
    if before.get("kind"):
        publish(KindChanging(warehouse_id, tuple(before["kind"]), change["kind"]))
    _store(ids, values)
    return before


def _column(name: str) -> str:
    return "zone_id" if name == "zone" else name


def _zones(warehouse_id: int) -> Sequence[Zone]:
    return db.session.execute(select(Zone).where(Zone.warehouse_id == warehouse_id)).scalars().all()


def _values(warehouse_id: int, change: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in change.items() if name != "zone"}
    if "zone" in change:
        known = {zone.code: zone.id for zone in _zones(warehouse_id)} | {None: None}
        if change["zone"] not in known:
            raise WmsError("layout.unknown_zone", zone=change["zone"])
        values["zone_id"] = known[change["zone"]]
    return values


def _check(warehouse_id: int, bins: Sequence[Bin], change: Mapping[str, Any]) -> None:
    reason = change.get("blocked_reason")
    if reason is not None and not reason.strip():
        raise WmsError("layout.reason_needed")
    if "code" in change:
        if len(bins) > 1:
            raise WmsError("layout.one_code_one_bin", bins=len(bins))
        if not printable(change["code"]) or len(change["code"]) > LONGEST_CODE:
            raise WmsError("layout.code_not_printable", bin=change["code"], most=LONGEST_CODE)
    if "aisle" in change or "y_mm" in change:
        floor = floor_of(warehouse_id)
        for each in bins:
            floor.check_place(change.get("aisle", each.aisle), change.get("y_mm", each.y_mm))


def _store(ids: Collection[int], values: Mapping[str, Any]) -> None:
    changed = update(Bin).where(among(Bin.id, ids)).values(values)
    try:
        with db.session.begin_nested():
            db.session.execute(changed.execution_options(synchronize_session=False))
    except IntegrityError as error:
        if isinstance(error.orig, psycopg.errors.UniqueViolation):
            raise WmsError("layout.code_taken", bin=values["code"]) from None
        raise
    db.session.expire_all()


def _stop_all_use() -> None:
    """From here to the end of the transaction nobody moves goods in or out of any bin.

    Whoever moves goods reads what kind of bins they are in beforehand, and so holds a share of this lock until
    their move stands. Raises `layout.in_use` when they do not come to an end.
    """
    _patiently(lambda: db.session.execute(text("LOCK TABLE bin IN ACCESS EXCLUSIVE MODE")))


def _patiently(act: Callable[[], Any]) -> None:
    db.session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
    try:
        act()
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise WmsError("layout.in_use") from None
        raise
    db.session.execute(text("SET LOCAL lock_timeout = DEFAULT"))


def _undo(before: Mapping[str, Mapping[int, Any]]) -> list[dict[str, Any]]:
    """Bins that were alike are put back together."""
    was: dict[int, dict[str, Any]] = defaultdict(dict)
    for name, values in before.items():
        for bin_id, value in values.items():
            was[bin_id][name] = value
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for bin_id, fields in was.items():
        alike[tuple(sorted(fields.items()))].append(bin_id)
    return [{"ids": sorted(ids), "set": dict(fields)} for fields, ids in alike.items()]


# ---- taking away

_REFERRED = re.compile(r"\(id\)=\((\d+)\)")


def remove(warehouse_id: int, bin_ids: Collection[int]) -> int:
    """Take away bins that never held goods, all or none; returns how many.

    Raises `layout.bin_was_used` for a bin that the ledger or anything else refers to, and what `select_bins` raises.
    """
    bins = select_bins(warehouse_id, Which(ids=tuple(bin_ids)))
    codes = {each.id: each.code for each in bins}
    try:
        with db.session.begin_nested():
            gone = delete(Bin).where(among(Bin.id, codes), Bin.kind.in_(STORING))
            db.session.execute(gone.execution_options(synchronize_session=False))
    except IntegrityError as error:
        raise WmsError("layout.bin_was_used", bin=_named(error, codes)) from None
    db.session.expire_all()
    return len(codes)


def _named(error: IntegrityError, codes: Mapping[int, str]) -> str:
    diagnosis = getattr(error.orig, "diag", None)
    found = _REFERRED.search(getattr(diagnosis, "message_detail", None) or "")
    return codes.get(int(found.group(1)), "") if found else next(iter(codes.values()))
