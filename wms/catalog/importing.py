"""Importing SKUs from CSV."""
from __future__ import annotations

from wms.catalog import service
from wms.catalog.service import SkuFacts
from wms.core.csvfile import Column, Row, choice, text, whole
from wms.core.importing import Job, Outcome, chunked, importer, without_repeats


def _codes(cell: str) -> tuple[str, ...]:
    """Barcodes, separated by `|`, `;` or blanks."""
    return tuple(dict.fromkeys(cell.replace("|", " ").replace(";", " ").split()))


CODE = ("sku", "sku code", "item", "stock code", "商品编码", "货号", "商家编码", "商品編碼", "貨號")
NAME = ("description", "title", "product name", "商品名称", "品名", "名称", "商品名稱", "名稱")
SIZE = whole(0, 100_000)
COLUMNS = (
    Column("code", text(100), CODE, required=True),
    Column("name", text(300), NAME, required=True),
    Column("barcodes", _codes, ("barcode", "ean", "upc", "gtin", "条码", "条形码", "條碼"), default=()),
    Column("weight_g", whole(0, 100_000_000), ("weight", "weight g", "grams", "重量", "重量(g)", "克"), default=0),
    Column("length_mm", SIZE, ("length", "length mm", "长", "长(mm)", "長"), default=0),
    Column("width_mm", SIZE, ("width", "width mm", "宽", "宽(mm)", "寬"), default=0),
    Column("height_mm", SIZE, ("height", "height mm", "高", "高(mm)"), default=0),
    Column("picture", text(500), ("image", "image url", "picture url", "图片", "圖片"), default=""),
    Column(
        "active",
        lambda cell: choice(yes="y true 1 是 启用 啟用", no="n false 0 否 停用")(cell) == "yes",
        ("enabled", "启用", "啟用"),
        default=True,
    ),
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
