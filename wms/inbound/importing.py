"""Importing expected receipts from CSV: a row a line, rows of one number make one receipt."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from wms.catalog import service as catalog
from wms.core.csvfile import Column, Reject, Row, choice, moment, money, text, whole
from wms.core.importing import Job, Outcome, chunked, importer
from wms.inbound import expected, lookups
from wms.inbound.expected import MOST, Announced, Facts

KIND = choice(
    asn="预到货 預到貨", purchase="采购 採購 po", **{"return": "退货 退貨"}, production="生产 生產 生产入库"
)
NUMBER_HEADERS = ("receipt", "asn", "po", "order", "入库单号", "预到货单号", "采购单号", "入庫單號", "採購單號")
COLUMNS = (
    Column("number", text(60), NUMBER_HEADERS, required=True),
    Column("sku", text(100), ("sku code", "code", "item", "商品编码", "货号", "商品編碼", "貨號"), required=True),
    Column("qty", whole(1, MOST), ("quantity", "expected", "数量", "應收數量", "数量(件)", "數量"), required=True),
    Column("pack", text(40), ("packaging", "unit", "包装", "包裝"), default=""),
    Column("kind", KIND, ("type", "类型", "類型"), default="asn"),
    Column("supplier", text(200), ("vendor", "供应商", "供應商"), default=""),
    Column("owner", text(60), ("货主", "貨主"), default=""),
    Column("expected_at", moment(), ("eta", "expected", "date", "预计到货", "預計到貨")),
    Column("lot", text(60), ("batch", "批次", "批号", "批號"), default=""),
    Column("produced_on", moment(), ("production date", "生产日期", "生產日期")),
    Column("expires_on", moment(), ("expiry", "expiry date", "best before", "到期日", "有效期")),
    Column("unit_cost", money, ("cost", "price", "单价", "成本", "單價")),
    Column("lpn", text(60), ("pallet", "sscc", "container", "托盘", "棧板", "箱码"), default=""),
    Column("over_percent", whole(0, 100), ("tolerance", "超收比例"), default=expected.USUAL_OVER_PERCENT),
)  # fmt: skip
OF_RECEIPT = ("kind", "supplier", "owner", "expected_at", "over_percent")


@dataclass
class Read:
    """The rows of one receipt."""

    number: str
    rows: list[Row] = field(default_factory=list)


@importer("receipts")
def import_receipts(job: Job) -> None:
    """Expected receipts; each goes in whole or not at all. One that is there already stays as it is.

    What a receipt has once (kind, supplier, owner, expected_at, over_percent) must be the same in all its rows.
    """
    _, read = job.read(COLUMNS)
    receipts = _grouped(read)
    job.put(chunked(receipts, lambda each: len(each.rows)), lambda part: _take(job, part), lambda each: each.rows)


def _grouped(rows: Iterable[Row]) -> list[Read]:
    found: dict[str, Read] = {}
    for row in rows:
        found.setdefault(row.values["number"], Read(row.values["number"])).rows.append(row)
    return list(found.values())


def _take(job: Job, receipts: list[Read]) -> Outcome:
    outcome = Outcome()
    skus = catalog.sku_ids(row.values["sku"] for each in receipts for row in each.rows)
    packs = lookups.packs(skus.values())
    have = expected.numbers(job.warehouse_id, [each.number for each in receipts])
    for each in receipts:
        wrong = _wrong(each, skus, packs)
        if wrong:
            outcome.rejects += wrong
        elif each.number in have:
            outcome.counts["unchanged"] += 1
        else:
            _announce(job, each, skus, packs)
            outcome.counts["created"] += 1
    return outcome


def _wrong(read: Read, skus: dict[str, int], packs: dict[tuple[int, str], lookups.Pack]) -> list[Reject]:
    """Why a receipt does not go in: every row of it is turned away, with its own reason or that of another."""
    first = read.rows[0].values
    reasons: dict[int, Reject] = {}
    for row in read.rows:
        values = row.values
        sku_id = skus.get(values["sku"])
        differs = next((name for name in OF_RECEIPT if values[name] != first[name]), None)
        if sku_id is None:
            reasons[row.line] = row.reject("sku", "catalog.unknown_sku", sku=values["sku"])
        elif values["pack"] and (sku_id, values["pack"]) not in packs:
            told = {"pack": values["pack"], "sku": values["sku"], "line": row.line}
            reasons[row.line] = row.reject("pack", "inbound.unknown_pack", **told)
        elif differs:
            reasons[row.line] = row.reject(differs, "core.csv_contradicts", earlier=read.rows[0].line)
    if not reasons:
        return []
    bad = min(reasons)
    return [reasons.get(row.line) or row.reject("", "inbound.other_line_wrong", line=bad) for row in read.rows]


def _announce(job: Job, read: Read, skus: dict[str, int], packs: dict[tuple[int, str], lookups.Pack]) -> None:
    first = read.rows[0].values
    facts = Facts(
        read.number, first["kind"], first["supplier"], lookups.owner_id(first["owner"]),
        over_percent=first["over_percent"], expected_at=first["expected_at"],
    )  # fmt: skip
    lines = [_line(row.values, skus[row.values["sku"]], packs) for row in read.rows]
    expected.announce(job.warehouse_id, facts, lines, actor_id=job.actor_id)


def _line(values: dict[str, Any], sku_id: int, packs: dict[tuple[int, str], lookups.Pack]) -> Announced:
    pack_id, pack_qty = packs[sku_id, values["pack"]] if values["pack"] else (None, 1)
    produced, expires = (values[name].date() if values[name] else None for name in ("produced_on", "expires_on"))
    return Announced(
        sku_id, values["qty"] * pack_qty, pack_id, values["lot"], produced, expires, values["unit_cost"], values["lpn"]
    )
