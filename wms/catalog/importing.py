"""Importing SKUs, their packs, and bundles from CSV."""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from wms.catalog import packs, service
from wms.catalog.bundles import MOST
from wms.catalog.codes import Meaning
from wms.catalog.service import Pack, PackFacts, SkuFacts
from wms.core.csvfile import CellError, Column, Row, choice, text, whole, yes_no
from wms.core.importing import Job, Outcome, chunked, importer, without_repeats


def _codes(cell: str) -> tuple[str, ...]:
    """Barcodes, separated by `|`, `;` or blanks."""
    return tuple(dict.fromkeys(cell.replace("|", " ").replace(";", " ").split()))


HANDLING = {
    "fragile": "fragile", "易碎": "fragile", "cold": "cold", "冷藏": "cold", "冷链": "cold", "冷鏈": "cold",
    "liquid": "liquid", "液体": "liquid", "液體": "liquid", "dangerous": "dangerous", "危险品": "dangerous",
    "危險品": "dangerous", "oversize": "oversize", "超大": "oversize", "大件": "oversize",
}  # fmt: skip


def _handling(cell: str) -> tuple[str, ...]:
    """What rules handling, separated by `|`, `;`, commas or blanks."""
    words = [word for word in re.split(r"[|;,、，；\s]+", cell.casefold()) if word]
    for word in words:
        if word not in HANDLING:
            raise CellError("catalog.unknown_word", word=word, known=", ".join(sorted(set(HANDLING.values()))))
    return tuple(sorted({HANDLING[word] for word in words}))


TRACKED = choice(
    none="no n 0 否 无 無 不跟踪 不追蹤",
    receipt="yes y 1 是 收货 收貨 入库 入庫",
    move="always 全程 每次移动 每次移動",
    ship="shipping 出库 出庫 发货 發貨",
)
CODE = ("sku", "sku code", "item", "stock code", "商品编码", "货号", "商家编码", "商品編碼", "貨號")
NAME = ("description", "title", "product name", "商品名称", "品名", "名称", "商品名稱", "名稱")
BARCODES = Column("barcodes", _codes, ("barcode", "ean", "upc", "gtin", "条码", "条形码", "條碼"), default=())
SIZE = whole(0, 100_000)
DAYS = whole(0, 36_500)
SIZES = (
    Column("weight_g", whole(0, 100_000_000), ("weight", "weight g", "grams", "重量", "重量(g)", "克"), default=0),
    Column("length_mm", SIZE, ("length", "length mm", "长", "长(mm)", "長"), default=0),
    Column("width_mm", SIZE, ("width", "width mm", "宽", "宽(mm)", "寬"), default=0),
    Column("height_mm", SIZE, ("height", "height mm", "高", "高(mm)"), default=0),
)  # fmt: skip
COLUMNS = (
    Column("code", text(100), CODE, required=True),
    Column("name", text(300), NAME, required=True),
    BARCODES,
    *SIZES,
    Column("picture", text(500), ("image", "image url", "picture url", "图片", "圖片"), default=""),
    Column(
        "active",
        lambda cell: choice(yes="y true 1 是 启用 啟用", no="n false 0 否 停用")(cell) == "yes",
        ("enabled", "启用", "啟用"),
        default=True,
    ),
    Column("handling", _handling, ("attributes", "储运属性", "商品属性", "儲運屬性", "商品屬性"), default=()),
    Column("lot_tracking", TRACKED, ("lot", "batch", "批次管理", "批次"), default="none"),
    Column("serial_tracking", TRACKED, ("serial", "序列号管理", "序列号", "序號管理", "序號"), default="none"),
    Column("expiry_tracked", yes_no, ("expiry", "效期管理", "保质期管理", "效期", "保質期管理"), default=False),
    Column("shelf_life_days", whole(1, 36_500), ("shelf life", "保质期天数", "保质期", "保質期天數", "保質期")),
    Column("min_days_receipt", DAYS, ("收货剩余天数", "入库剩余天数", "收貨剩餘天數", "入庫剩餘天數"), default=0),
    Column("min_days_shipping", DAYS, ("发货剩余天数", "出库剩余天数", "發貨剩餘天數", "出庫剩餘天數"), default=0),
)  # fmt: skip


@importer("skus")
def import_skus(job: Job) -> None:
    """SKUs, made or brought up to date; only columns that the file has change a SKU that exists."""
    header, read = job.read(COLUMNS)

    def apply(rows: list[Row]) -> Outcome:
        facts = {row.values["code"]: SkuFacts(**row.values) for row in rows}
        taken = service.clashes(list(facts.values()))
        rejects = [
            row.reject("barcodes", "catalog.code_taken", sku=row.values["code"], taken=taken[row.values["code"]])
            for row in rows
            if row.values["code"] in taken
        ]
        good = [each for code, each in facts.items() if code not in taken]
        return Outcome(service.put_skus(good, header.names), rejects)

    rows = without_repeats(job, read, lambda row: row.values["code"])
    job.put(chunked(rows), apply, lambda row: [row])


PACKS = (
    Column("sku", text(100), ("sku code", "item", *CODE[3:]), required=True),
    Column("code", text(40), ("pack", "unit", "packaging", "包装", "包装单位", "包裝", "包裝單位"), required=True),
    Column("qty", whole(2, 1_000_000), ("quantity", "pieces", "包装数量", "数量", "包裝數量", "數量"), required=True),
    BARCODES,
    *SIZES,
)


@importer("packs")
def import_packs(job: Job) -> None:
    """Packs of SKUs that exist, made or brought up to date; only columns of the file change a pack that exists."""
    header, read = job.read(PACKS)

    def apply(rows: list[Row]) -> Outcome:
        facts = [_pack(row) for row in rows]
        known = service.sku_ids(each.sku for each in facts)
        taken = packs.clashes(facts)
        outcome, good = Outcome(), []
        for row, each in zip(rows, facts, strict=True):
            if each.sku not in known:
                outcome.rejects.append(row.reject("sku", "catalog.unknown_sku", sku=each.sku))
            elif each.meaning in taken:
                outcome.rejects.append(
                    row.reject("barcodes", "catalog.code_taken", sku=each.sku, taken=taken[each.meaning])
                )
            else:
                good.append(each)
        outcome.counts = Counter(service.put_packs(good, header.names).values())
        return outcome

    rows = without_repeats(job, read, lambda row: Meaning(row.values["sku"], row.values["code"]))
    job.put(chunked(rows), apply, lambda row: [row])


def _pack(row: Row) -> PackFacts:
    return PackFacts(row.values["sku"], Pack(**{name: value for name, value in row.values.items() if name != "sku"}))


BUNDLES = (
    Column("bundle", text(100), ("bundle code", "kit", "套装", "套装编码", "组合", "套裝", "套裝編碼"), required=True),
    Column("component", text(100), ("part", "sku", "组件", "组件编码", "单品", "組件", "組件編碼"), required=True),
    Column("qty", whole(1, MOST), ("quantity", "pieces", "组件数量", "数量", "組件數量", "數量"), required=True),
)


@importer("bundles")
def import_bundles(job: Job) -> None:
    """What bundles consist of, a component a row. The rows of a bundle stand together and are all it consists of.

    A bundle is taken whole or not at all.
    """
    _, read = job.read(BUNDLES)

    def apply(bundles: list[list[Row]]) -> Outcome:
        told = {
            rows[0].values["bundle"]: [(row.values["component"], row.values["qty"]) for row in rows]
            for rows in bundles
        }
        return Outcome(Counter(service.put_bundles(told).values()))

    rows = without_repeats(job, read, lambda row: (row.values["bundle"], row.values["component"]))
    job.put(chunked(_together(list(rows)), len), apply, lambda rows: rows)


def _together(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The rows of each bundle."""
    bundles: dict[str, list[Row]] = {}
    for row in rows:
        bundles.setdefault(row.values["bundle"], []).append(row)
    yield from bundles.values()
