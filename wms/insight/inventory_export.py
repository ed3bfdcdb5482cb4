"""The stock list as a file, CSV or XLSX: exactly the rows of the filter, in its order, written in bounded memory.

The rows are read through a cursor of the database and written to a file on disk; only then the first byte of it goes
out. While that goes on, whoever asks for it is told how far it is: lines of `rows/of` before the file itself.
"""
from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from wms.core import catalogue
from wms.core.bus import aside
from wms.core.csvfile import harmless
from wms.core.transaction import transaction
from wms.insight import inventory_list
from wms.insight.inventory_list import Filter, Order
from wms.stock.models import CONDITIONS

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
CHUNK = 256 * 1024  # bytes
TOLD_EVERY = 1000  # rows
BREATH = 100  # rows, after which a process that serves others too lets them have their turn
WIDEST_SHEET = 1_048_575  # rows that a sheet holds below its head


@dataclass(frozen=True)
class Column:
    """A column of the file: the key of its head in the catalogue, what stands in it, how wide it is in letters."""

    key: str
    value: Callable[[Mapping[str, Any]], Any]
    width: int
    kind: str = "text"  # or whole, money, day, moment


COLUMNS = (
    Column("sku", lambda row: row["sku"]["code"], 18),
    Column("name", lambda row: row["sku"]["name"], 36),
    Column("bin", lambda row: row["bin"]["code"], 14),
    Column("zone", lambda row: row["zone"], 10),
    Column("lot", lambda row: row["lot"] and row["lot"]["code"], 16),
    Column("expires", lambda row: _day(row["expires_on"]), 12, "day"),
    Column("days_left", lambda row: row["days_left"], 10, "whole"),
    Column("condition", lambda row: row["condition"], 12),
    Column("container", lambda row: row["container"] and row["container"]["code"], 14),
    Column("owner", lambda row: row["owner"]["code"], 10),
    Column("on_hand", lambda row: row["on_hand"], 10, "whole"),
    Column("held", lambda row: row["held"], 10, "whole"),
    Column("free", lambda row: row["on_hand"] - row["held"], 10, "whole"),
    Column("unit_cost", lambda row: _number(row["unit_cost"]), 12, "money"),
    Column("value", lambda row: _number(row["value"]), 14, "money"),
    Column("velocity", lambda row: row["velocity"], 8),
    Column("moved", lambda row: _moment(row["moved_at"]), 17, "moment"),
)


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _moment(iso: str | None) -> datetime | None:
    return datetime.fromisoformat(iso).replace(tzinfo=None) if iso else None  # spreadsheets know no time zones: UTC


def _number(text: str | None) -> float | None:
    return float(text) if text is not None else None


def stream(
    warehouse_id: int, wanted: Filter, order: Order, kind: str, locale: str, *, progress: bool
) -> Iterator[bytes]:
    """The file piece by piece. With `progress`, lines such as `2000/100000` come first and end with an empty one."""
    folder = tempfile.TemporaryDirectory(prefix="wms-export-")
    with folder as name:
        path = Path(name) / f"stock.{kind}"
        for told in _write(warehouse_id, wanted, order, kind, locale, path):
            if progress:
                yield told
        if progress:
            yield b"\n"
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece


def _write(
    warehouse_id: int, wanted: Filter, order: Order, kind: str, locale: str, path: Path
) -> Iterator[bytes]:
    """Write the file; gives a line of progress every so many rows. One transaction: the file is of one moment."""
    sheet = (Csv if kind == "csv" else Xlsx)(path, locale)
    written = 0
    try:
        with transaction():
            rows = inventory_list.total(warehouse_id, wanted)["rows"]
            yield f"0/{rows}\n".encode()
            for row in inventory_list.every(warehouse_id, wanted, order):
                sheet.add([column.value(row) for column in COLUMNS])
                written += 1
                if written % BREATH == 0:
                    time.sleep(0)
                if written % TOLD_EVERY == 0:
                    yield f"{written}/{max(rows, written)}\n".encode()
        aside(sheet.close)
    finally:
        with suppress(Exception):
            sheet.abandon()
    yield f"{written}/{written}\n".encode()


class Csv:
    """UTF-8 with the mark that spreadsheets know it by; texts that would be formulas are made harmless."""

    def __init__(self, path: Path, locale: str) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(heads(locale))
        self._condition = conditions(locale)

    def add(self, values: list[Any]) -> None:
        self._writer.writerow([self._cell(column, value) for column, value in zip(COLUMNS, values, strict=True)])

    def _cell(self, column: Column, value: Any) -> Any:
        if column.key == "condition":
            value = self._condition.get(value, value)
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M")
        return harmless(value) if isinstance(value, str) else value

    def close(self) -> None:
        self._file.close()

    abandon = close


class Xlsx:
    """One sheet, row by row: numbers and days are numbers and days, the head stands still and has a filter."""

    _FORMATS: Mapping[str, Mapping[str, Any]] = {
        "whole": {"num_format": "#,##0"},
        "money": {"num_format": "#,##0.00"},
        "day": {"num_format": "yyyy-mm-dd"},
        "moment": {"num_format": "yyyy-mm-dd hh:mm"},
    }

    def __init__(self, path: Path, locale: str) -> None:
        self._book = Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False,
                                          "strings_to_urls": False, "tmpdir": str(path.parent)})  # fmt: skip
        self._formats = {kind: self._book.add_format(dict(made)) for kind, made in self._FORMATS.items()}
        self._condition = conditions(locale)
        self._sheet = self._book.add_worksheet(catalogue.text("insight.export.sheet", locale))
        self._sheet.freeze_panes(1, 0)
        head = self._book.add_format({"bold": True, "bg_color": "#E0E4DF", "bottom": 1})
        for at, (column, title) in enumerate(zip(COLUMNS, heads(locale), strict=True)):
            self._sheet.set_column(at, at, column.width, self._formats.get(column.kind))
            self._sheet.write_string(0, at, title, head)
        self._row = 0
        self._closed = False

    def add(self, values: list[Any]) -> None:
        if self._row >= WIDEST_SHEET:
            return
        self._row += 1
        for at, (column, value) in enumerate(zip(COLUMNS, values, strict=True)):
            if value is not None:
                self._put(at, column, self._condition.get(value, value) if column.key == "condition" else value)

    def _put(self, at: int, column: Column, value: Any) -> None:
        if column.kind in ("whole", "money"):
            self._sheet.write_number(self._row, at, value, self._formats[column.kind])
        elif column.kind in ("day", "moment"):
            self._sheet.write_datetime(self._row, at, value, self._formats[column.kind])
        else:
            self._sheet.write_string(self._row, at, value)

    def close(self) -> None:
        self._sheet.autofilter(0, 0, self._row, len(COLUMNS) - 1)
        self._closed = True
        self._book.close()

    def abandon(self) -> None:
        if not self._closed:
            self._closed = True
            self._book.close()


def heads(locale: str) -> list[str]:
    """The titles of the columns."""
    return [catalogue.text(f"insight.export.{column.key}", locale) for column in COLUMNS]


def conditions(locale: str) -> dict[str, str]:
    """Conditions in words."""
    return {code: catalogue.text(f"insight.condition.{code}", locale) for code in CONDITIONS}
