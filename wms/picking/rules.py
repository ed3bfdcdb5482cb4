"""Pure decisions of the picking room: what a scan must be, and what to say when it is something else."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from wms.core.error import WmsError
from wms.core.resolve import Found

# What a picker may do about missing pieces: take them from another bin, have the bin filled up and come back, count it
# now, send the order without them, or leave the whole order to the supervisor.
SHORT_WAYS = ("another", "replenish", "count", "order")
ALL_SHORT_WAYS = (*SHORT_WAYS[:3], "line", "order")
TAKEN_OUT = ("pulled", "cancelled", "intercepted")  # why a line was withdrawn, where its order was taken out

KINDS = ("bin", "cart", "pack", "parcel", "sku", "tote")  # what the messages have words for


@dataclass(frozen=True)
class TaskFacts:
    """A task as a picker's scan finds it. `totes_missing` slots still wait for their tote. `stage`: see `PickTask`."""

    id: int
    status: str
    person_id: int | None
    person: str | None
    cart: str | None
    totes_missing: int
    kind: str = "cart"
    stage: int = 0


@dataclass(frozen=True)
class LineFacts:
    """A line and what must be scanned for it. `tote` None: no tote was scanned for its slot yet.

    `lot` ("" where the books know none) and `expires_on` are those of the goods that are held for it;
    `lot_tracking` and `serial_tracking` say when the SKU's are asked for.
    """

    id: int
    status: str
    qty: int
    picked: int
    slot: int
    bin_id: int
    bin: str
    sku_id: int
    sku: str
    sku_name: str
    tote_id: int | None
    tote: str | None
    short_reason: str | None
    hold_id: int = 0
    lot: str = ""
    expires_on: date | None = None
    lot_tracking: str = "none"
    serial_tracking: str = "none"

    @property
    def asks_lot(self) -> bool:
        """Whether the lot is scanned at every move. Goods that the books know by no lot cannot be held against one."""
        return self.lot_tracking == "move" and self.lot != ""

    @property
    def asks_serials(self) -> bool:
        return self.serial_tracking == "move"


def screen_of(task: TaskFacts) -> str:
    """The screen that a picker works a task on."""
    if task.kind == "bulk":
        return "bulk_start" if task.status == "assigned" else "bulk_stop"
    if task.status == "assigned":
        return "pick_start"
    return "pick_totes" if task.totes_missing else "pick_line"


def check_own(task: TaskFacts, person_id: int | None) -> None:
    """Raises `picking.others_task`, `picking.task_over`, `picking.not_yours_any_more` (all 409)."""
    if task.status in ("picked", "cancelled"):
        raise WmsError("picking.task_over", task=task.id)
    if task.person_id is None:
        raise WmsError("picking.not_yours_any_more", task=task.id)
    if task.person_id != person_id:
        raise WmsError("picking.others_task", task=task.id, person=task.person)


def check_working(task: TaskFacts, person_id: int | None) -> None:
    """As `check_own`, and raises `picking.scan_cart_first` (409) before the cart was scanned."""
    check_own(task, person_id)
    if task.status != "picking":
        raise WmsError("picking.scan_cart_first", next="pick_start")


def check_kind(task: TaskFacts, kind: str) -> None:
    """Raises `picking.not_in_bulk` or `picking.in_bulk` (409) for a scan that belongs to tasks of the other kind."""
    if task.kind != kind:
        raise WmsError("picking.in_bulk" if task.kind == "bulk" else "picking.not_in_bulk", task=task.id)


def check_open(line: LineFacts) -> None:
    """Raises for a line that is not open (409): `picking.already_done`, `picking.line_gone`, and when its order was
    taken out of the wave `picking.line_pulled`, `line_cancelled` or `line_intercepted`."""
    if line.status == "picked":
        raise WmsError("picking.already_done", sku=line.sku, bin=line.bin)
    if line.status != "open" and line.short_reason in TAKEN_OUT:
        raise WmsError(f"picking.line_{line.short_reason}", sku=line.sku, bin=line.bin, slot=line.slot)
    if line.status != "open":
        raise WmsError("picking.line_gone", sku=line.sku, bin=line.bin, status=line.status)


def check_bin(line: LineFacts, scanned: str, found: Sequence[Found]) -> None:
    """Raises `picking.wrong_bin` or `picking.not_a_bin.…` unless the line's bin was scanned."""
    seen = one_of("bin", scanned, found, wanted=line.bin, wanted_id=line.bin_id)
    if seen.id != line.bin_id:
        raise WmsError("picking.wrong_bin", scanned=seen.code, wanted=line.bin)


def check_item(line: LineFacts, scanned: str, found: Sequence[Found]) -> None:
    """Raises `picking.wrong_item` or `picking.not_an_item.…` unless the line's SKU was scanned."""
    seen = one_of("sku", scanned, found, wanted=line.sku, wanted_id=line.sku_id)
    if seen.id != line.sku_id:
        raise WmsError(
            "picking.wrong_item", scanned=seen.code, name=seen.label, wanted=line.sku, wanted_name=line.sku_name
        )


def check_tote(line: LineFacts, scanned: str, found: Sequence[Found]) -> None:
    """Raises `picking.wrong_tote` or `picking.not_a_tote.…` unless the slot's tote was scanned.

    `picking.tote_first` when the slot has none yet.
    """
    if line.tote is None:
        raise WmsError("picking.tote_first", next="pick_totes", slot=line.slot)
    seen = one_of("tote", scanned, found, wanted=line.tote, wanted_id=line.tote_id)
    if seen.id != line.tote_id:
        raise WmsError("picking.wrong_tote", scanned=seen.code, wanted=line.tote, slot=line.slot)


def check_quantity(line: LineFacts, qty: int) -> None:
    """Raises `picking.no_quantity` below 1 and `picking.too_many` (409) above what is left of the line."""
    if qty < 1:
        raise WmsError("picking.no_quantity", qty=qty)
    left = line.qty - line.picked
    if qty > left:
        raise WmsError("picking.too_many", qty=qty, left=left, sku=line.sku)


def check_fresh(line: LineFacts, today: date) -> None:
    """Raises `picking.lot_expired` (409) when the goods' last day has passed since they were held."""
    if line.expires_on is not None and line.expires_on < today:
        raise WmsError(
            "picking.lot_expired", sku=line.sku, lot=line.lot, bin=line.bin, day=line.expires_on.isoformat()
        )


def check_lot(line: LineFacts, lot: str) -> None:
    """Raises `picking.lot_needed` (422) and `picking.wrong_lot` (409) unless this is the lot of the held goods.

    Only for goods whose lot is scanned at every move; hands may type it in small letters.
    """
    if not line.asks_lot:
        return
    if not lot:
        raise WmsError("picking.lot_needed", sku=line.sku, lot=line.lot)
    if lot.casefold() != line.lot.casefold():
        raise WmsError("picking.wrong_lot", scanned=lot, wanted=line.lot, sku=line.sku, bin=line.bin)


def check_serials(line: LineFacts, qty: int, serials: Sequence[str]) -> None:
    """Raises `picking.serials_needed` (422) unless there are as many numbers as pieces, `picking.serial_twice` (409).

    Only for goods whose numbers are scanned at every move.
    """
    if not line.asks_serials:
        return
    if len(serials) != qty:
        raise WmsError("picking.serials_needed", sku=line.sku, qty=qty, named=len(serials))
    for nr, serial in enumerate(serials):
        if serial in serials[:nr]:
            raise WmsError("picking.serial_twice", serial=serial, sku=line.sku)


_NOT_A = {"bin": "not_a_bin", "cart": "not_a_cart", "sku": "not_an_item", "tote": "not_a_tote"}


def one_of(
    kind: str, scanned: str, found: Sequence[Found], *, wanted: str = "", wanted_id: int | None = None
) -> Found:
    """The thing of this kind that was scanned; the wanted one when the code means several.

    Raises `picking.not_a_<kind>.<what it is>` (409) when the code is something else, and
    `picking.not_a_<kind>.unknown` (404) when nobody knows it.
    """
    right = [each for each in found if each.kind == kind]
    if right:
        return next((each for each in right if each.id == wanted_id), right[0])
    is_a = next((each.kind for each in found if each.kind in KINDS), "other" if found else "unknown")
    raise WmsError(f"picking.{_NOT_A[kind]}.{is_a}", scanned=scanned, wanted=wanted)


def missing_pieces(lines: Sequence[Any]) -> dict[int, tuple[int, int]]:
    """order line id → (SKU id, pieces that were not picked), for rows with `id, sku_id, wanted, picked`."""
    return {each.id: (each.sku_id, each.wanted - each.picked) for each in lines if each.wanted > each.picked}


def insert_at(here: tuple[int, int], stops: Sequence[tuple[int, int]], there: tuple[int, int]) -> int:
    """Before which of the coming stops a place is visited with the least detour: 0 first, len(stops) last.

    Places are (x, y) in mm, `here` is where the walk stands. Ways are measured along the aisles.
    """

    def way(one: tuple[int, int], other: tuple[int, int]) -> int:
        return abs(one[0] - other[0]) + abs(one[1] - other[1])

    def detour(at: int) -> int:
        before = stops[at - 1] if at else here
        if at == len(stops):
            return way(before, there)
        return way(before, there) + way(there, stops[at]) - way(before, stops[at])

    return min(range(len(stops) + 1), key=lambda at: (detour(at), at))
