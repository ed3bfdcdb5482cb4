"""Importing CSV files: what every kind of import shares.

A room declares an import with `@importer("bins")` on a function that takes a `Job` and works through
its rows. Rows go in by the chunk, each chunk a transaction: what is refused as a whole is tried again
in halves, so that one bad row never keeps good rows out.
"""
from __future__ import annotations

import csv
import gc
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeVar

from sqlalchemy.exc import DataError, IntegrityError

from wms.core.catalogue import text as say
from wms.core.csvfile import Column, CsvFile, Header, Reject, Row, harmless
from wms.core.error import WmsError
from wms.core.transaction import carry_out

CHUNK = 1000  # rows a transaction
KEPT_REJECTS = 1000  # in the summary; the rejects file has all of them

U = TypeVar("U")
Progress = Callable[[int, int], None]


@dataclass
class Outcome:
    """What a chunk did: counts by name, and the rows that it turned away."""

    counts: Counter[str] = field(default_factory=Counter)
    rejects: list[Reject] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.counts.update(other.counts)
        self.rejects += other.rejects


@dataclass
class Summary:
    """What an import did. `read` and `rejected` count rows of the file; the others count things.

    `more` holds the counts that only this kind of import has. `rejects` are the first 1,000.
    """

    kind: str
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    more: dict[str, int] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    rejects_file: str | None = None
    seconds: float = 0.0

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """JSON: the counts, and each reject as {line, column, code, reason, value}."""
        counts = {name: getattr(self, name) for name in ("read", "created", "updated", "unchanged", "rejected")}
        return {
            "kind": self.kind,
            **counts,
            **self.more,
            "seconds": round(self.seconds, 3),
            "rejects_file": self.rejects_file,
            "rejects": [reject_dict(reject, locale) for reject in self.rejects],
        }

    def _count(self, counts: Mapping[str, int]) -> None:
        for name, count in counts.items():
            if name in ("created", "updated", "unchanged"):
                setattr(self, name, getattr(self, name) + count)
            else:
                self.more[name] = self.more.get(name, 0) + count


def reject_dict(reject: Reject, locale: str = "en") -> dict[str, Any]:
    """A reject with its reason in words."""
    reason = say(reject.code, locale, **reject.params)
    found = {"line": reject.line, "column": reject.column, "code": reject.code, "reason": reason}
    return {**found, "value": reject.value}


class _RejectsFile:
    """The rows that did not go in, as they came, with line, column and reason; made when there is one."""

    def __init__(self, path: Path | None, header: Sequence[str], locale: str) -> None:
        self._path, self._header, self._locale = path, header, locale
        self._file: IO[str] | None = None
        self._writer: Any = None
        if path is not None:
            path.unlink(missing_ok=True)  # of an earlier run: it would be taken for this one's

    def write(self, rejects: Iterable[Reject]) -> None:
        if self._path is None:
            return
        for reject in rejects:
            if self._file is None:
                self._open(self._path)
            told = reject_dict(reject, self._locale)
            cells = [*reject.cells[: len(self._header)], *[""] * (len(self._header) - len(reject.cells))]
            self._writer.writerow([harmless(c) for c in [*cells, str(told["line"]), told["column"], told["reason"]]])

    def _open(self, path: Path) -> None:
        # With a byte order mark, because Excel otherwise takes Chinese for Latin.
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([*map(harmless, self._header), "line", "column", "reason"])

    def close(self) -> str | None:
        """The file's path, None when every row went in."""
        if self._file is None:
            return None
        self._file.close()
        return str(self._path)


@dataclass
class Job:
    """One import at work, as the importing room sees it."""

    file: CsvFile
    warehouse_id: int
    mapping: Mapping[str, str]
    profile: str | None
    options: Mapping[str, Any]
    summary: Summary
    rejects_file: _RejectsFile
    progress: Progress
    done: int = 0

    @property
    def actor_id(self) -> int | None:
        return self.options.get("actor_id")

    def read(self, columns: Sequence[Column]) -> tuple[Header, Iterator[Row]]:
        """The header as it was understood, and the rows that can be read; the others are turned away here."""
        header = Header(self.file.header, columns, self.mapping)
        return header, self.rows(header, lambda reject: self.turn_away([reject]))

    def rows(self, header: Header, unreadable: Callable[[Reject], None]) -> Iterator[Row]:
        """The rows that can be read; the others are handed to `unreadable`."""
        for line, cells in self.file:
            self.summary.read += 1
            row = header.read(line, cells)
            if isinstance(row, Row):
                yield row
            else:
                unreadable(row)

    def turn_away(self, rejects: Sequence[Reject]) -> None:
        """Report rows that do not go in."""
        summary = self.summary
        summary.rejected += len(rejects)
        summary.rejects += rejects[: max(0, KEPT_REJECTS - len(summary.rejects))]
        self.rejects_file.write(rejects)
        self.advance(len(rejects))

    def advance(self, rows: int) -> None:
        self.done += rows
        self.progress(self.done, self.file.rows)

    def count(self, **counts: int) -> None:
        """Add to the summary's counts."""
        self.summary._count(counts)

    def put(
        self,
        chunks: Iterable[list[U]],
        apply: Callable[[list[U]], Outcome],
        rows: Callable[[U], Sequence[Row]],
    ) -> None:
        """Carry out `apply` on each chunk in a transaction of its own.

        A chunk that the rules or the database refuse is undone and tried again in halves, down to one unit; a
        unit that is refused alone has its `rows` turned away.
        """
        for chunk in chunks:
            self._settle(self._apply(chunk, apply, rows), sum(len(rows(unit)) for unit in chunk))
            gc.collect(0)

    def _apply(
        self, chunk: list[U], apply: Callable[[list[U]], Outcome], rows: Callable[[U], Sequence[Row]]
    ) -> Outcome:
        try:
            return carry_out(lambda: apply(chunk))
        except (WmsError, IntegrityError, DataError) as refused:
            if len(chunk) == 1:
                return Outcome(rejects=[_refusal(row, refused) for row in rows(chunk[0])])
        outcome = Outcome()
        for half in (chunk[: len(chunk) // 2], chunk[len(chunk) // 2 :]):
            outcome.add(self._apply(half, apply, rows))
        return outcome

    def _settle(self, outcome: Outcome, rows: int) -> None:
        self.count(**outcome.counts)
        self.advance(rows - len(outcome.rejects))
        self.turn_away(outcome.rejects)


def _refusal(row: Row, refused: WmsError | IntegrityError | DataError) -> Reject:
    if isinstance(refused, WmsError):
        return row.reject("", refused.code, **refused.params)
    diagnosis = getattr(refused.orig, "diag", None)
    return row.reject("", "core.csv_refused", rule=getattr(diagnosis, "constraint_name", None) or "value")


def chunked(units: Iterable[U], size: Callable[[U], int] = lambda _: 1, most: int = CHUNK) -> Iterator[list[U]]:
    """Lists of units whose sizes add up to about `most`."""
    chunk: list[U] = []
    filled = 0
    for unit in units:
        chunk.append(unit)
        filled += size(unit)
        if filled >= most:
            yield chunk
            chunk, filled = [], 0
    if chunk:
        yield chunk


def without_repeats(job: Job, rows: Iterable[Row], key: Callable[[Row], Hashable]) -> Iterator[Row]:
    """Each key once: a row that repeats an earlier one is counted, one that contradicts it is turned away."""
    seen: dict[Hashable, tuple[int, int]] = {}
    for row in rows:
        content = hash(tuple(str(value) for value in row.values.values()))
        line, earlier = seen.setdefault(key(row), (row.line, content))
        if line == row.line:
            yield row
        elif earlier == content:
            job.count(repeated=1)
            job.advance(1)
        else:
            job.turn_away([row.reject("", "core.csv_contradicts", earlier=line)])


Importer = Callable[[Job], None]
_importers: dict[str, Importer] = {}


def importer(kind: str) -> Callable[[Importer], Importer]:
    """Register the import of files of this kind."""

    def register(function: Importer) -> Importer:
        _importers[kind] = function
        return function

    return register


def kinds() -> list[str]:
    """Every kind of file that can be imported."""
    return sorted(_importers)


@contextmanager
def _old_rows_left_alone() -> Iterator[None]:
    """What a file has brought so far stays; looking through it for garbage again and again costs a third of the time.

    What each chunk leaves behind is collected after it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _heard_by_none(done: int, total: int) -> None:
    """Progress that nobody asked for."""


def import_file(
    kind: str,
    source: str | Path | IO[bytes],
    *,
    warehouse_id: int,
    mapping: Mapping[str, str] | None = None,
    profile: str | None = None,
    options: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    rejects: str | Path | None = None,
) -> Summary:
    """Import a CSV file (a path, or a binary stream); opens its own transactions.

    `mapping` gives the file's header for our column, or `=value` for a constant. `progress(done,
    total)` is called with rows. `rejects` is where rows that did not go in are written. Options that
    every kind knows: `encoding`, `locale` (of the reasons), `actor_id`. Raises WmsError when the file as a
    whole cannot be used; then nothing was written.
    """
    if kind not in _importers:
        raise WmsError("core.not_found", thing="import", key=kind)
    started, options = time.perf_counter(), options or {}
    summary = Summary(kind)
    with closing(CsvFile(source, options.get("encoding"))) as file:
        out = _RejectsFile(Path(rejects) if rejects else None, file.header, options.get("locale", "en"))
        try:
            with _old_rows_left_alone():
                _importers[kind](
                    Job(file, warehouse_id, mapping or {}, profile, options, summary, out, progress or _heard_by_none)
                )
        finally:
            summary.rejects_file = out.close()
    summary.seconds = time.perf_counter() - started
    return summary
