"""Importing pick faces and reorder rules from CSV."""
from __future__ import annotations

from collections import Counter

from wms.catalog import service as catalog
from wms.core.csvfile import Column, Reject, Row, text, whole
from wms.core.importing import Job, Outcome, chunked, importer, without_repeats
from wms.layout import service as layout
from wms.layout.models import PROMISABLE
from wms.replenishment import service

MOST = 10_000_000
SKU_HEADERS = ("sku code", "item", "stock code", "商品编码", "货号", "商品編碼", "貨號")
FACES = (
    Column("bin", text(60), ("bin code", "location", "库位", "库位编码", "儲位", "儲位編碼"), required=True),
    Column("sku", text(100), SKU_HEADERS, required=True),
    Column("min_qty", whole(0, MOST), ("min", "minimum", "下限", "最小库存", "最小庫存"), required=True),
    Column("max_qty", whole(1, MOST), ("max", "maximum", "上限", "最大库存", "最大庫存"), required=True),
)
RULES = (
    Column("sku", text(100), SKU_HEADERS, required=True),
    Column("min_qty", whole(0, MOST), ("min", "minimum", "安全库存", "安全庫存"), default=0),
    Column("cover_days", whole(0, 3650), ("cover", "备货天数", "備貨天數"), default=30),
    Column("lead_days", whole(0, 3650), ("lead", "lead time", "采购周期", "採購週期"), default=7),
    Column("multiple", whole(1, MOST), ("pack", "order multiple", "起订倍数", "起訂倍數"), default=1),
    Column("over_days", whole(1, 36500), ("over", "积压天数", "積壓天數"), default=180),
    Column("supplier", text(100), ("vendor", "供应商", "供應商"), default=""),
)  # fmt: skip


@importer("faces")
def import_faces(job: Job) -> None:
    """Which bins are pick faces of which SKUs, with their minimum and maximum; faces not named stay as they are."""
    _, read = job.read(FACES)

    def apply(rows: list[Row]) -> Outcome:
        bins = layout.bin_ids(job.warehouse_id, (row.values["bin"] for row in rows))
        skus = catalog.sku_ids(row.values["sku"] for row in rows)
        outcome = Outcome()
        good: list[tuple[int, int, int, int]] = []
        for row in rows:
            wrong = _wrong_face(row, bins, skus)
            if wrong:
                outcome.rejects.append(wrong)
                continue
            values = row.values
            good.append((bins[values["bin"]][0], skus[values["sku"]], values["min_qty"], values["max_qty"]))
        outcome.counts = service.put_faces(job.warehouse_id, good) if good else Counter()
        return outcome

    rows = without_repeats(job, read, lambda row: (row.values["bin"], row.values["sku"]))
    job.put(chunked(rows), apply, lambda row: [row])


def _wrong_face(row: Row, bins: dict[str, tuple[int, str]], skus: dict[str, int]) -> Reject | None:
    values = row.values
    bin_id, kind = bins.get(values["bin"], (0, ""))
    if not bin_id:
        return row.reject("bin", "layout.unknown_bin", bin=values["bin"])
    if kind not in PROMISABLE:
        return row.reject("bin", "layout.special_bin", bin=values["bin"])
    if values["sku"] not in skus:
        return row.reject("sku", "catalog.unknown_sku", sku=values["sku"])
    if values["max_qty"] <= values["min_qty"]:
        return row.reject("max_qty", "replenishment.bad_range", min=values["min_qty"], max=values["max_qty"])
    return None


@importer("reorder")
def import_reorder(job: Job) -> None:
    """When more of a SKU is bought, and how much; SKUs not named keep their rule."""
    _, read = job.read(RULES)

    def apply(rows: list[Row]) -> Outcome:
        skus = catalog.sku_ids(row.values["sku"] for row in rows)
        outcome = Outcome()
        for row in rows:
            values = dict(row.values)
            sku = values.pop("sku")
            if sku not in skus:
                outcome.rejects.append(row.reject("sku", "catalog.unknown_sku", sku=sku))
                continue
            outcome.counts[service.put_rule(job.warehouse_id, skus[sku], **values)] += 1
        return outcome

    rows = without_repeats(job, read, lambda row: row.values["sku"])
    job.put(chunked(rows), apply, lambda row: [row])
