"""Importing stock from CSV: how many pieces of a SKU lie in a bin, as counted."""
from __future__ import annotations

from collections.abc import Mapping

from wms.catalog import service as catalog
from wms.core.csvfile import Column, Reject, Row, choice, moment, money, text, whole
from wms.core.importing import Job, Outcome, chunked, importer, without_repeats
from wms.layout import service as layout
from wms.layout.models import STORING
from wms.stock import service
from wms.stock.cost import HOUSE
from wms.stock.rules import MOST
from wms.stock.service import Goods

BIN_HEADERS = ("bin code", "location", "库位", "库位编码", "货位", "儲位", "儲位編碼")
SKU_HEADERS = ("sku code", "code", "item", "stock code", "商品编码", "货号", "商品編碼", "貨號")
CONDITION = choice(good="正品 良品", damaged="残次 殘次", returned="退货 退貨")
CHUNK = 4000  # rows a transaction; places are plain rows, and each statement has a price of its own
KEY = ("bin", "sku", "lot", "owner", "condition")
COLUMNS = (
    Column("bin", text(60), BIN_HEADERS, required=True),
    Column("sku", text(100), SKU_HEADERS, required=True),
    Column("qty", whole(0, MOST), ("quantity", "on hand", "count", "数量", "库存", "數量", "庫存"), required=True),
    Column("lot", text(60), ("batch", "批次", "批号", "批號"), default=""),
    Column("owner", text(60), ("货主", "貨主"), default=""),
    Column("condition", CONDITION, ("状态", "狀態"), default="good"),
    Column("produced_on", moment(), ("production date", "生产日期", "生產日期")),
    Column("expires_on", moment(), ("expiry", "expiry date", "best before", "到期日", "有效期")),
    Column("unit_cost", money, ("cost", "单价", "成本", "單價")),
)  # fmt: skip


@importer("stock")
def import_stock(job: Job) -> None:
    """Absolute quantities: each place named holds exactly `qty` afterwards; places not named stay as they are.

    Pieces that are added are worth `unit_cost` each, or the average where none is told.
    """
    _, read = job.read(COLUMNS)

    def apply(rows: list[Row]) -> Outcome:
        bins = layout.bin_ids(job.warehouse_id, (row.values["bin"] for row in rows))
        skus = catalog.sku_ids(row.values["sku"] for row in rows)
        owners = {"": HOUSE} | {each.code: each.id for each in catalog.owners()}
        outcome = Outcome()
        goods: list[Goods] = []
        for row in rows:
            found = _goods(row, bins, skus, owners)
            if isinstance(found, Goods):
                goods.append(found)
            else:
                outcome.rejects.append(found)
        changed = _adjust(job, goods)
        outcome.counts.update(updated=changed, unchanged=len(goods) - changed)
        return outcome

    rows = without_repeats(job, read, lambda row: tuple(row.values[name] for name in KEY))
    job.put(chunked(rows, most=CHUNK), apply, lambda row: [row])


def _goods(
    row: Row, bins: Mapping[str, tuple[int, str]], skus: Mapping[str, int], owners: Mapping[str, int]
) -> Goods | Reject:
    values = row.values
    bin_id, kind = bins.get(values["bin"], (0, ""))
    if not bin_id:
        return row.reject("bin", "layout.unknown_bin", bin=values["bin"])
    if kind not in STORING:
        return row.reject("bin", "layout.special_bin", bin=values["bin"])
    if values["sku"] not in skus:
        return row.reject("sku", "catalog.unknown_sku", sku=values["sku"])
    if values["owner"] not in owners:
        return row.reject("owner", "catalog.unknown_owner", owner=values["owner"])
    produced, expires = (values[name].date() if values[name] else None for name in ("produced_on", "expires_on"))
    return Goods(
        skus[values["sku"]], bin_id, values["qty"], lot=values["lot"], owner_id=owners[values["owner"]],
        condition=values["condition"], expires_on=expires, produced_on=produced, unit_cost=values["unit_cost"],
    )  # fmt: skip


def _adjust(job: Job, goods: list[Goods]) -> int:
    if not goods:
        return 0
    return service.adjust_to(
        job.warehouse_id, goods, reason="import", reference=job.file.name[:60], actor_id=job.actor_id
    )
