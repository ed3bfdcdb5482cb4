"""Importing the price tables of carriers from CSV: of each carrier that the file names, its whole table."""
from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal

from wms.core.csvfile import CellError, Column, Row, money, text, whole
from wms.core.importing import Job, Outcome, importer
from wms.shipping import terms

GRAMS = whole(0, 100_000_000)
_BETWEEN = re.compile(r"[\s,，、;；|]+")


def _places(cell: str) -> list[str]:
    return [part for part in _BETWEEN.split(cell.strip()) if part]


def _price(cell: str) -> Decimal:
    value = money(cell)
    if value < 0:
        raise CellError("core.csv_not_money")
    return value.quantize(Decimal("0.01"))


COLUMNS = (
    Column("carrier", text(60), ("carrier code", "承运商", "承運商", "快递", "快遞"), required=True),
    Column("zone", text(60), ("分区", "分區", "区域", "區域"), default=""),
    Column(
        "places", _places, ("region", "regions", "destination", "province", "目的地", "地区", "地區", "省份"),
        required=True,
    ),
    Column("min_g", GRAMS, ("from_g", "最小重量", "起始重量"), default=0),
    Column("max_g", GRAMS, ("to_g", "最大重量", "截止重量"), default=0),
    Column("first_g", whole(1, 100_000_000), ("first weight", "首重", "首重克"), required=True),
    Column("first_price", _price, ("first price", "首重价", "首重費", "首重费", "首重價"), required=True),
    Column("step_g", GRAMS, ("step", "further weight", "续重", "續重", "续重克"), default=0),
    Column("step_price", _price, ("further price", "续重价", "续重费", "續重費", "續重價"), default=Decimal(0)),
    Column("surcharge", _price, ("附加费", "附加費", "偏远费", "偏遠費"), default=Decimal(0)),
    Column("hours", whole(1, 2_000), ("时效", "時效", "时效小时"), default=None),
)  # fmt: skip


@importer("carrier_prices")
def import_prices(job: Job) -> None:
    """Price tables. A table with a row that cannot be read stays as it was: in part it would be a wrong one."""
    bad: set[str] = set()
    _, read = job.read(COLUMNS)
    before = job.summary.rejected
    of: dict[str, list[Row]] = defaultdict(list)
    for row in read:
        of[row.values["carrier"]].append(row)
    bad.update(reject.cells[0] for reject in job.summary.rejects[before:] if reject.cells)
    for code in sorted(bad & of.keys()):
        job.turn_away([row.reject("", "shipping.table_incomplete", carrier=code) for row in of.pop(code)])

    def apply(tables: list[tuple[str, list[Row]]]) -> Outcome:
        counts = Outcome()
        for code, rows in tables:
            mine = terms.terms_of(job.warehouse_id, code)
            changed = terms.put_prices(mine, [{n: row.values[n] for n in terms.PRICED} for row in rows])
            counts.counts["updated" if changed else "unchanged"] += len(rows)
        return counts

    job.put([[table] for table in sorted(of.items())], apply, lambda table: table[1])
