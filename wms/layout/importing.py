"""Importing a floor from CSV: zones and bins."""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from wms.core.csvfile import CellError, Column, Reject, Row, choice, text, whole, yes_no
from wms.core.error import WmsError
from wms.core.importing import Job, Outcome, chunked, importer, without_repeats
from wms.core.transaction import transaction
from wms.layout import service
from wms.layout.models import STORING
from wms.layout.rules import FloorPlan
from wms.layout.service import BinFacts

FLOOR = tuple(each.name for each in fields(FloorPlan))


def _colour(cell: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", cell.strip()):
        raise CellError("layout.not_a_colour")
    return cell.strip().lower()


def _digits(cell: str) -> str:
    if not re.fullmatch(r"[0-9]{2,3}", cell.strip()):
        raise CellError("layout.not_check_digits")
    return cell.strip()


MOST_ML, MOST_G = 10**9, 10**9
PLACE = ("aisle", "y_mm")  # without which nobody finds the bin
BIN_HEADERS = ("bin", "bin code", "location", "库位", "库位编码", "货位", "儲位", "儲位編碼")
COLUMNS = (
    Column("code", text(60), BIN_HEADERS, required=True),
    Column("zone", text(40), ("zone code", "area", "库区", "区域", "儲區", "區域")),
    Column("zone_name", text(100), ("库区名称", "儲區名稱")),
    Column("zone_colour", _colour, ("zone color", "colour", "color", "颜色", "顏色")),
    Column("aisle", whole(0, 999), ("巷道", "通道")),
    Column("y_mm", whole(0, 1_000_000), ("y", "position mm", "距离", "距離")),
    Column("side", choice(L="left 左", R="right 右"), ("左右", "侧", "側"), default="L"),
    Column("level", whole(0, 99), ("shelf", "tier", "层", "層"), default=1),
    Column(
        "kind",
        choice(pick="picking 拣货 揀貨", bulk="reserve storage 存储 存儲", quarantine="隔离 隔離"),
        ("type", "类型", "類型"),
        default="pick",
    ),
    Column("pick_order", whole(0, 10_000_000), ("pick sequence", "sequence", "拣货顺序", "揀貨順序"), default=0),
    Column("blocked_reason", text(200), ("blocked", "停用原因", "锁定原因", "鎖定原因")),
    Column("bay", whole(0, 9999), ("rack", "货架", "组", "货格", "貨架", "組"), default=0),
    Column("capacity_ml", whole(0, MOST_ML), ("capacity", "volume ml", "volume", "容积", "容量", "容積")),
    Column("max_weight_g", whole(0, MOST_G), ("max weight", "weight limit g", "限重", "承重", "最大重量")),
    Column("max_skus", whole(1, 100_000), ("sku limit", "SKU上限", "最多SKU数", "最多SKU數", "品种上限", "品種上限")),
    Column("mix_lots", yes_no, ("mixed lots", "允许混批", "混批", "允許混批"), default=True),
    Column("mix_owners", yes_no, ("mixed owners", "允许混货主", "混货主", "允許混貨主", "混貨主"), default=True),
    Column("velocity", choice(A="快 快流", B="中流", C="慢 慢流"), ("abc", "ABC分类", "ABC分類"), default=""),
    Column("check_digits", _digits, ("check digit", "校验码", "校验位", "校驗碼", "驗證碼"), default=""),
)  # fmt: skip


@importer("layout")
def import_layout(job: Job) -> None:
    """Zones and bins of the warehouse; the special bins are made when they are missing.

    Options: the floor's own fields, as `FloorPlan.facts` has them or, for those with several values, in words:
    cross_aisles_mm "9000 18000", one_way "0:back 3:front", obstacles "2:4000-6000" (aisles from 0).
    """
    header, read = job.read(COLUMNS)
    with transaction():
        floor = _floor(job)
        job.count(special_bins=service.ensure_special_bins(job.warehouse_id))
    names = header.names | ({"zone_id"} if "zone" in header.names else set())

    def apply(rows: list[Row]) -> Outcome:
        return _apply(job.warehouse_id, floor, rows, names)

    rows = without_repeats(job, read, lambda row: row.values["code"])
    job.put(chunked(rows), apply, lambda row: [row])


def _floor(job: Job) -> FloorPlan:
    given = {name: _read(name, job.options[name]) for name in FLOOR if job.options.get(name) is not None}
    floor = FloorPlan.of({**service.floor_of(job.warehouse_id).facts(), **given})
    if service.set_floor(job.warehouse_id, floor):
        job.count(floor_changed=1)
    return floor


_WORDS: dict[str, tuple[str, Callable[..., Any]]] = {
    "cross_aisles_mm": (r"(\d+)", int),
    "one_way": (r"(\d+):(front|back)", lambda aisle, towards: {"aisle": int(aisle), "towards": towards}),
    "obstacles": (
        r"(\d+):(\d+)-(\d+)",
        lambda aisle, begin, end: {"aisle": int(aisle), "from_mm": int(begin), "to_mm": int(end)},
    ),
}


def _read(name: str, given: Any) -> Any:
    """An option that may be written in words. Raises `layout.floor_wrong`."""
    if name not in _WORDS or not isinstance(given, str):
        return given
    pattern, make = _WORDS[name]
    found = [re.fullmatch(pattern, word) for word in given.replace(",", " ").split()]
    if None in found:
        raise WmsError("layout.floor_wrong", field=name, value=given)
    return [make(*each.groups()) for each in found if each]


def _apply(warehouse_id: int, floor: FloorPlan, rows: list[Row], names: frozenset[str]) -> Outcome:
    known = service.bin_ids(warehouse_id, (row.values["code"] for row in rows))
    outcome = Outcome()
    good: list[Row] = []
    for row in rows:
        wrong = _wrong(row, floor, known.get(row.values["code"]), names)
        if wrong:
            outcome.rejects.append(wrong)
        else:
            good.append(row)
    zones = {
        row.values["zone"]: (row.values["zone_name"], row.values["zone_colour"]) for row in good if row.values["zone"]
    }
    ids = service.put_zones(warehouse_id, zones)
    outcome.counts = service.put_bins(warehouse_id, [_facts(row, ids) for row in good], names)
    return outcome


def _wrong(
    row: Row, floor: FloorPlan, known: tuple[int, str] | None, names: frozenset[str]
) -> Reject | None:
    for column in PLACE:
        if row.values[column] is None:
            if known is None or column in names:
                return row.reject(column, "layout.no_place", bin=row.values["code"])
            row.values[column] = 0  # which is not written: it keeps the place that it has
    if not floor.contains(row.values["aisle"], row.values["y_mm"]):
        column = "y_mm" if floor.contains(row.values["aisle"], 0) else "aisle"
        return row.reject(column, "layout.off_floor", aisles=floor.aisles, length=floor.aisle_length_mm)
    if there := floor.obstacle_at(row.values["aisle"], row.values["y_mm"]):
        return row.reject("y_mm", "layout.in_obstacle", aisle=there.aisle + 1, begin=there.from_mm, end=there.to_mm)
    if known is None:
        return None
    if known[1] not in STORING:
        return row.reject("code", "layout.special_bin", bin=row.values["code"])
    if "kind" in names and known[1] != row.values["kind"]:
        return row.reject("kind", "layout.kind_fixed", bin=row.values["code"], kind=known[1])
    return None


def _facts(row: Row, zone_ids: dict[str, int]) -> BinFacts:
    values = {name: value for name, value in row.values.items() if name in BinFacts.__annotations__}
    return BinFacts(**values, zone_id=zone_ids.get(row.values["zone"] or ""))
