"""CSV files as people send them: read safely, mapped by header, refused clearly.

A file is first read through once without being used: what is broken as a file (cut off, wrong
encoding, no header) is refused before anything is written. What is wrong in a row is that row's
matter and is reported with line, column, reason and value.
"""
from __future__ import annotations

import codecs
import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any, TextIO

from wms.core.error import WmsError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 10_000


class CellError(Exception):
    """A value that cannot be used. `code` names a message, `params` fill its text."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass(frozen=True)
class Column:
    """A column that an import understands: our name, the headers it goes by, how its text becomes a value.

    An empty cell gives `default`, or is refused when `required`.
    """

    name: str
    parse: Callable[[str], Any]
    synonyms: tuple[str, ...] = ()
    required: bool = False
    default: Any = None


@dataclass(frozen=True)
class Reject:
    """Why a row did not go in. `cells` is the row as it came."""

    line: int
    column: str
    code: str
    params: Mapping[str, Any]
    value: str
    cells: Sequence[str] = ()


@dataclass
class Row:
    """A row whose cells could be read: `values` by our column names, `line` as an editor counts it."""

    line: int
    cells: list[str]
    values: dict[str, Any]

    def reject(self, column: str, code: str, **params: Any) -> Reject:
        value = self.values.get(column)
        return Reject(self.line, column, code, params, "" if value is None else str(value), self.cells)


# ---- values

def text(most: int = 200) -> Callable[[str], str]:
    """Text of at most `most` characters, runs of blanks made one."""

    def parse(cell: str) -> str:
        value = " ".join(cell.split())
        if len(value) > most:
            raise CellError("core.csv_too_long", most=most)
        return value

    return parse


def whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number; `6.0` is one, `6.5` and `1,000` are not."""

    looks_whole = re.compile(r"[+-]?\d{1,18}", re.ASCII).fullmatch

    def parse(cell: str) -> int:
        head, _, tail = cell.strip().partition(".")
        if not looks_whole(head) or tail.strip("0"):
            raise CellError("core.csv_not_whole")
        value = int(head)
        if not least <= value <= most:
            raise CellError("core.csv_out_of_range", least=least, most=most)
        return value

    return parse


def money(cell: str) -> Decimal:
    """A plain decimal number such as 12.50: no currency sign, no thousands separator."""
    try:
        value = Decimal(cell.strip())
    except InvalidOperation:
        raise CellError("core.csv_not_money") from None
    if not value.is_finite() or abs(value) >= 10**10:
        raise CellError("core.csv_not_money")
    return value


def moment(zone: tzinfo = UTC) -> Callable[[str], datetime]:
    """A date, or date and time, in ISO order (2026-11-23 or 2026/11/23 08:30:00); without offset it is in `zone`."""
    known: dict[str, datetime] = {}  # the rows of one order repeat it

    def parse(cell: str) -> datetime:
        if cell not in known:
            known[cell] = _moment(cell, zone)
        return known[cell]

    return parse


def _moment(cell: str, zone: tzinfo) -> datetime:
    try:
        value = datetime.fromisoformat(cell.strip().replace("/", "-"))
        if not 1900 <= value.year <= 2200:  # at the edge of the calendar other time zones have no such date
            raise ValueError
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CellError("core.csv_not_date") from None


def choice(**words: str) -> Callable[[str], str]:
    """One of the names; each value lists further words that mean it, separated by blanks."""
    meaning = {word.casefold(): name for name, others in words.items() for word in (name, *others.split())}

    def parse(cell: str) -> str:
        try:
            return meaning[cell.strip().casefold()]
        except KeyError:
            raise CellError("core.csv_not_one_of", known=", ".join(words)) from None

    return parse


def yes_no(cell: str) -> bool:
    """Yes or no, in the usual spellings."""
    return choice(yes="y true 1 是 有", no="n false 0 否 无 無")(cell) == "yes"


# ---- files

class CsvFile:
    """A CSV file that was read through once and found whole.

    Raises WmsError `core.csv_empty`, `core.csv_encoding`, `core.csv_nul`, `core.csv_quote` (a quote that
    is not closed, or a stray one), `core.csv_cut_off` (the last line has too few cells: a file cut off in
    the middle of an order must not be half imported). `rows` is the number of rows below the header.
    """

    def __init__(self, source: str | Path | IO[bytes], encoding: str | None = None) -> None:
        self.name = Path(source).name if isinstance(source, str | Path) else "upload"
        self._data = _seekable(source)
        try:
            self._encoding = _encoding(self._data, encoding)
            self._delimiter = self._find_delimiter()
            self.header, self.rows = self._read_through()
        except BaseException:
            self._data.close()
            raise

    def close(self) -> None:
        self._data.close()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) of each row that is not empty; rows keep their own number of cells."""
        lines = self._lines()
        next(lines)
        return lines

    def _text(self) -> TextIO:
        self._data.seek(0)
        # The wrapper must not close the file below it: it is read twice.
        return io.TextIOWrapper(io.BufferedReader(_Kept(self._data)), encoding=self._encoding, newline="")

    def _find_delimiter(self) -> str:
        try:
            first = self._text().readline(LONGEST_CELL)
        except UnicodeDecodeError:
            raise self._encoding_error() from None
        return max(",;\t", key=first.count) if first else ","

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._text(), delimiter=self._delimiter, strict=True)
        start = 1
        try:
            for cells in reader:
                if any(cells):
                    yield start, cells
                start = reader.line_num + 1
        except csv.Error:
            raise WmsError("core.csv_quote", file=self.name, line=start) from None

    def _read_through(self) -> tuple[list[str], int]:
        line = rows = 0
        header: list[str] = []
        cells: list[str] = []
        try:
            for line, cells in self._lines():
                if "\0" in "".join(cells):
                    raise WmsError("core.csv_nul", file=self.name, line=line)
                header = header or [cell.strip() for cell in cells]
                rows += 1
        except UnicodeDecodeError:
            raise self._encoding_error() from None
        if not any(header):
            raise WmsError("core.csv_empty", file=self.name)
        if len(cells) < len(header):
            raise WmsError("core.csv_cut_off", file=self.name, line=line, found=len(cells), wanted=len(header))
        return header, rows - 1

    def _encoding_error(self) -> WmsError:
        # Text is decoded by the block, so the line is looked for only now, in the bytes.
        self._data.seek(0)
        line = next((number for number, raw in enumerate(self._data, 1) if not self._decodes(raw)), 1)
        return WmsError("core.csv_encoding", file=self.name, encoding=self._encoding, line=line)

    def _decodes(self, raw: bytes) -> bool:
        try:
            raw.decode(self._encoding)
        except UnicodeDecodeError:
            return False
        return True


class _Kept(io.RawIOBase):
    """Reads from a file without ever closing it."""

    def __init__(self, data: IO[bytes]) -> None:
        self._data = data

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._data.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _seekable(source: str | Path | IO[bytes]) -> IO[bytes]:
    if isinstance(source, str | Path):
        try:
            return Path(source).open("rb")
        except OSError as error:
            raise WmsError("core.csv_no_file", file=str(source), reason=error.strerror or "") from None
    kept: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=32 * 1024 * 1024)  # noqa: SIM115 - closed by CsvFile
    while chunk := source.read(1 << 20):
        kept.write(chunk)
    return kept


def _encoding(data: IO[bytes], asked: str | None) -> str:
    if asked:
        try:
            return codecs.lookup(asked).name
        except LookupError:
            raise WmsError("core.csv_unknown_encoding", encoding=asked) from None
    data.seek(0)
    return "utf-16" if data.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


# ---- headers

def plain(header: str) -> str:
    """A header without case, blanks, underscores and hyphens, so that `Bin Code` is `bin_code`."""
    return re.sub(r"[\s_\-]+", "", header).casefold()


class Header:
    """Which cell of a row is which of our columns.

    `explicit` maps our names to headers of the file; a value that begins with `=` is a constant for
    every row. Raises `core.csv_unknown_column`, `core.csv_no_such_header`, `core.csv_missing_columns`.
    """

    def __init__(self, header: Sequence[str], columns: Sequence[Column], explicit: Mapping[str, str]) -> None:
        self._width = len(header)
        self._header = header
        places = {plain(name): index for index, name in reversed(list(enumerate(header)))}
        self._constants: dict[str, Any] = {}
        self._used: list[tuple[Column, int]] = []
        _check_names(columns, explicit)
        for column in columns:
            self._place(column, explicit.get(column.name), places)
        self.names = frozenset(self._constants) | {column.name for column, _ in self._used}
        missing = [column.name for column in columns if column.required and column.name not in self.names]
        if missing:
            raise WmsError("core.csv_missing_columns", columns=", ".join(missing), header=", ".join(header))
        self._defaults = {column.name: column.default for column in columns} | self._constants

    def _place(self, column: Column, told: str | None, places: Mapping[str, int]) -> None:
        if told is not None and told.startswith("="):
            self._constants[column.name] = _constant(column, told[1:])
            return
        names = [told] if told is not None else [column.name, *column.synonyms]
        index = next((places[plain(name)] for name in names if plain(name) in places), None)
        if index is not None:
            self._used.append((column, index))
        elif told is not None:
            raise WmsError("core.csv_no_such_header", header=told, column=column.name, known=", ".join(self._header))

    def read(self, line: int, cells: list[str]) -> Row | Reject:
        """The row with its values, or why it cannot be used."""
        if len(cells) != self._width:
            params = {"found": len(cells), "wanted": self._width}
            return Reject(line, "", "core.csv_cells", params, "", cells)
        values = dict(self._defaults)
        for column, index in self._used:
            cell = cells[index]
            try:
                if len(cell) > LONGEST_CELL:
                    raise CellError("core.csv_too_long", most=LONGEST_CELL)
                if cell and not cell.isspace():
                    values[column.name] = column.parse(cell)
                elif column.required:
                    raise CellError("core.csv_needed")
            except CellError as bad:
                return Reject(line, self._header[index], bad.code, bad.params, cell[:80], cells)
        return Row(line, cells, values)

    def peek(self, cells: Sequence[str], name: str) -> str:
        """The text in one of our columns of a row that may not be readable otherwise; empty when there is none."""
        if name in self._constants:
            return str(self._constants[name])
        index = next((index for column, index in self._used if column.name == name), len(cells))
        return " ".join(cells[index].split()) if index < len(cells) else ""


def _check_names(columns: Sequence[Column], explicit: Mapping[str, str]) -> None:
    known = [column.name for column in columns]
    for name in explicit:
        if name not in known:
            raise WmsError("core.csv_unknown_column", column=name, known=", ".join(known))


def _constant(column: Column, value: str) -> Any:
    try:
        return column.parse(value)
    except CellError as bad:
        raise WmsError(bad.code, **bad.params, column=column.name, value=value) from None


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(FORMULA_STARTS) else cell


def parse_map(told: str) -> dict[str, str]:
    """`sku=Item No,qty=Pieces,paid==full` as {ours: theirs}; a value that begins with `=` is a constant.

    A pair that holds a comma is put in double quotes. Raises `core.csv_map`.
    """
    pairs: dict[str, str] = {}
    for pair in next(csv.reader([told]), []):
        ours, equals, theirs = pair.strip().partition("=")
        if not equals or not ours or not theirs:
            raise WmsError("core.csv_map", pair=pair.strip())
        pairs[ours.strip()] = theirs.strip()
    return pairs
