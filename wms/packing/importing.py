"""Importing the kinds of cartons from CSV."""
from __future__ import annotations

from wms.core.csvfile import Column, Row, choice, text, whole
from wms.core.importing import Job, Outcome, chunked, importer, without_repeats
from wms.packing import cartons
from wms.packing.cartons import HEAVIEST_CARTON_G, LONGEST_MM, CartonFacts

SIDE = whole(1, LONGEST_MM)
GRAMS = whole(0, HEAVIEST_CARTON_G)
COLUMNS = (
    Column("code", text(60), ("carton", "carton code", "纸箱", "纸箱编码", "箱型", "紙箱", "紙箱編碼"), required=True),
    Column("length_mm", SIDE, ("length", "inner length", "长", "内长", "長", "內長"), required=True),
    Column("width_mm", SIDE, ("width", "inner width", "宽", "内宽", "寬", "內寬"), required=True),
    Column("height_mm", SIDE, ("height", "inner height", "高", "内高", "內高"), required=True),
    Column("tare_g", GRAMS, ("tare", "weight", "weight_g", "自重", "皮重"), default=0),
    Column("max_g", GRAMS, ("max weight", "max", "限重", "最大重量"), default=0),
    Column(
        "active",
        lambda cell: choice(yes="y true 1 是 启用 啟用", no="n false 0 否 停用")(cell) == "yes",
        ("enabled", "启用", "啟用"),
        default=True,
    ),
)  # fmt: skip


@importer("cartons")
def import_cartons(job: Job) -> None:
    """Kinds of cartons, made or brought up to date; only columns that the file has change one that exists."""
    header, read = job.read(COLUMNS)

    def apply(rows: list[Row]) -> Outcome:
        told = [CartonFacts(**row.values) for row in rows]
        return Outcome(cartons.put(job.warehouse_id, told, header.names))

    job.put(chunked(without_repeats(job, read, lambda row: row.values["code"])), apply, lambda row: [row])
