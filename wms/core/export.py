"""A list as a file, CSV or XLSX: exactly the rows of the filter, in its order, written in bounded memory.

The rows are read through a cursor of the database and written to a file on disk; only then the first byte of it goes
out. While that goes on, whoever asks for it is told how far it is: lines of `rows/of` before the file itself.
"""
from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Response, stream_with_context
from flask.views import MethodView
from flask_smorest import Blueprint
from marshmallow import Schema, fields
from xlsxwriter import Workbook

from wms.core import catalogue
from wms.core.actor import Actor
from wms.core.bus import aside
from wms.core.clock import now
from wms.core.csvfile import harmless
from wms.core.http import actor, signed_in
from wms.core.listing import Column, Listing, Query
from wms.core.transaction import transaction

TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
CHUNK = 256 * 1024  # bytes
TOLD_EVERY = 1000  # rows
BREATH = 100  # rows, after which a process that serves others too lets them have their turn
WIDEST_SHEET = 1_048_575  # rows that a sheet holds below its head


class _FileQuery(Schema):
    """`progress`: lines of `rows/of` come before the file, and end with an empty one."""

    progress = fields.Boolean(load_default=False)


def offer_file(blueprint: Blueprint, path: str, listing: Listing, schema: type[Schema], posts: str) -> None:
    """Serve a list as `path`.csv and `path`.xlsx to whoever holds one of these posts (empty: anyone signed in).

    `schema` is the query of the list itself.
    """
    asked = type(f"{schema.__name__}File", (_FileQuery, schema), {})

    class File(MethodView):
        @signed_in(posts)
        @blueprint.arguments(asked, location="query")  # type: ignore[untyped-decorator]  # smorest has no types
        @blueprint.response(200)  # type: ignore[untyped-decorator]
        def get(self, query: dict[str, Any], kind: str) -> Response:
            """Exactly the filtered list as a file, its heads in the language of whoever asks."""
            pieces = stream(listing, actor(), query, kind, progress=query["progress"])
            response = Response(
                stream_with_context(pieces),
                content_type="application/octet-stream" if query["progress"] else TYPES[kind],
            )
            response.headers["Content-Disposition"] = (
                f'attachment; filename="{listing.name}-{now():%Y%m%d-%H%M}.{kind}"'
            )
            return response

    File.__qualname__ = File.__name__ = f"File_{listing.name}"
    blueprint.route(f"{path}.<any(csv, xlsx):kind>", endpoint=File.__name__)(File)


def stream(listing: Listing, who: Actor, query: Query, kind: str, *, progress: bool) -> Iterator[bytes]:
    """The file piece by piece. With `progress`, lines such as `2000/100000` come first and end with an empty one."""
    folder = tempfile.TemporaryDirectory(prefix="wms-export-")
    with folder as name:
        path = Path(name) / f"list.{kind}"
        for told in _write(listing, who, query, kind, path):
            if progress:
                yield told
        if progress:
            yield b"\n"
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece


def _write(listing: Listing, who: Actor, query: Query, kind: str, path: Path) -> Iterator[bytes]:
    """Write the file; gives a line of progress every so many rows. One transaction: the file is of one moment."""
    title = catalogue.text(listing.title, who.locale)
    sheet = (Csv if kind == "csv" else Xlsx)(path, listing.columns, who.locale, title)
    written = 0
    try:
        with transaction():
            rows = listing.count(who, query)
            yield f"0/{rows}\n".encode()
            for item in listing.every(who, query):
                sheet.add(item)
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


class _Sheet:
    """What both kinds of files have in common: heads and values, in the reader's language."""

    def __init__(self, columns: Sequence[Column], locale: str) -> None:
        self.columns = columns
        self.heads = [catalogue.text(column.title, locale) for column in columns]
        self._locale = locale

    def values(self, item: Mapping[str, Any]) -> list[Any]:
        return [self._value(column, column.of(dict(item))) for column in self.columns]

    def _value(self, column: Column, value: Any) -> Any:
        if value is None or value == "":
            return None
        if column.kind == "day":
            return date.fromisoformat(value)
        if column.kind == "moment":
            return datetime.fromisoformat(value).replace(tzinfo=None)  # spreadsheets know no time zones: UTC
        if column.kind == "money":
            return float(value)
        word = f"{column.words}.{value}" if column.words else ""
        return catalogue.text(word, self._locale) if word in catalogue.messages() else value


class Csv(_Sheet):
    """UTF-8 with the mark that spreadsheets know it by; texts that would be formulas are made harmless."""

    def __init__(self, path: Path, columns: Sequence[Column], locale: str, title: str) -> None:
        super().__init__(columns, locale)
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(self.heads)

    def add(self, item: Mapping[str, Any]) -> None:
        self._writer.writerow([self._cell(value) for value in self.values(item)])

    def _cell(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%d %H:%M")
        return harmless(value) if isinstance(value, str) else value

    def close(self) -> None:
        self._file.close()

    abandon = close


class Xlsx(_Sheet):
    """One sheet, row by row: numbers and days are numbers and days, the head stands still and has a filter."""

    _FORMATS: Mapping[str, Mapping[str, Any]] = {
        "whole": {"num_format": "#,##0"},
        "money": {"num_format": "#,##0.00"},
        "day": {"num_format": "yyyy-mm-dd"},
        "moment": {"num_format": "yyyy-mm-dd hh:mm"},
    }

    def __init__(self, path: Path, columns: Sequence[Column], locale: str, title: str) -> None:
        super().__init__(columns, locale)
        self._book = Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False,
                                          "strings_to_urls": False, "tmpdir": str(path.parent)})  # fmt: skip
        self._formats = {kind: self._book.add_format(dict(made)) for kind, made in self._FORMATS.items()}
        self._sheet = self._book.add_worksheet(title[:31])  # the longest name that a sheet may have
        self._sheet.freeze_panes(1, 0)
        head = self._book.add_format({"bold": True, "bg_color": "#E0E4DF", "bottom": 1})
        for at, (column, words) in enumerate(zip(columns, self.heads, strict=True)):
            self._sheet.set_column(at, at, column.width, self._formats.get(column.kind))
            self._sheet.write_string(0, at, words, head)
        self._row = 0
        self._closed = False

    def add(self, item: Mapping[str, Any]) -> None:
        if self._row >= WIDEST_SHEET:
            return
        self._row += 1
        for at, (column, value) in enumerate(zip(self.columns, self.values(item), strict=True)):
            if value is not None:
                self._put(at, column, value)

    def _put(self, at: int, column: Column, value: Any) -> None:
        if column.kind in ("whole", "money"):
            self._sheet.write_number(self._row, at, value, self._formats[column.kind])
        elif column.kind in ("day", "moment"):
            self._sheet.write_datetime(self._row, at, value, self._formats[column.kind])
        else:
            self._sheet.write_string(self._row, at, str(value))

    def close(self) -> None:
        self._sheet.autofilter(0, 0, self._row, len(self.columns) - 1)
        self._closed = True
        self._book.close()

    def abandon(self) -> None:
        if not self._closed:
            self._closed = True
            self._book.close()
