"""`wms check`: proof that stock follows from the moves, holds and promises behind it.

The laws are in `laws`; what breaks one is explained by `explain`, in sentences. Nothing is repaired.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from sqlalchemy import text

from wms.core.db import db
from wms.core.said import Said
from wms.core.scan import registry
from wms.stock.explain import Breach, commands_since, explain, last_move, said
from wms.stock.laws import LAWS, Law

EXPLAINED = 100  # breaches of one law that are explained; more of them are counted


@dataclass(frozen=True)
class Difference:
    """One place where a law does not hold; `why` says what is wrong, the likely cause, and what to do."""

    law: str
    sku: str
    place: str
    expected: Any
    found: Any
    last_move: Said | str
    why: tuple[Said, ...]

    def line(self, locale: str = "en") -> str:
        """What is wrong on one line."""
        named = {"law": self.law, "sku": self.sku, "place": self.place, "expected": self.expected, "found": self.found}
        return said("line", **named, move=self.last_move).text(locale)

    def lines(self, locale: str = "en") -> list[str]:
        """The line, and what explains it below."""
        return [self.line(locale), *(f"    {each.text(locale)}" for each in self.why)]

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """For a program. Pieces are numbers, money is text."""
        last = self.last_move.text(locale) if isinstance(self.last_move, Said) else self.last_move
        why = [each.to_dict(locale) for each in self.why]
        return {
            "law": self.law, "sku": self.sku, "place": self.place, "expected": _number(self.expected),
            "found": _number(self.found), "last_move": last, "why": why,
        }  # fmt: skip


@dataclass
class Report:
    """What the check found; `checked` counts laws, `moves` and `balances` what they were proved over.

    `more` counts, by law, the differences that are not listed because there are too many.
    """

    checked: int = 0
    moves: int = 0
    balances: int = 0
    held: int = 0
    promised: int = 0
    differences: list[Difference] = field(default_factory=list)
    more: dict[str, int] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return not self.differences

    def lines(self, locale: str = "en") -> list[str]:
        """The report for a person."""
        head = (
            f"{self.checked} laws over {self.moves} moves and {self.balances} balances; "
            f"{self.held} pieces held, {self.promised} promised"
        )
        found = len(self.differences) + sum(self.more.values())
        told = [line for difference in self.differences for line in difference.lines(locale)]
        rest = [f"{law}: {count} more" for law, count in self.more.items()]
        return [head, *told, *rest, "clean" if self.ok else f"{found} differences"]

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """The report for a program."""
        counted = ("checked", "moves", "balances", "held", "promised", "more")
        differences = [each.to_dict(locale) for each in self.differences]
        return {"ok": self.ok, **{name: getattr(self, name) for name in counted}, "differences": differences}


def run(warehouse_id: int | None = None, progress: Callable[[int, int], None] | None = None) -> Report:
    """Prove every law in one snapshot of the database. `progress` hears (steps done, steps in all).

    Call it in a transaction of its own, before any other statement: it asks for a repeatable read. A law that adds
    up all moves takes one range of SKUs after another, so that memory stays bounded however many moves there are.
    """
    db.session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    db.session.execute(text(f"SET LOCAL work_mem = '{WORK_MEMORY}'"))  # of one sort or hash; more goes to disk
    slices = _slices()
    steps = [(law, part) for law in LAWS for part in (slices if law.sliced else slices[:1])]
    report = Report(checked=len(LAWS))
    for done, (law, part) in enumerate(steps, 1):
        _prove(law, warehouse_id, part, report)
        if progress:
            progress(done, len(steps))
    _totals(report)
    return report


WORK_MEMORY = "48MB"
MOVES_A_SLICE = 4_000_000
_SIZE = text(
    "SELECT (SELECT reltuples FROM pg_class WHERE oid = 'stock_move'::regclass), "
    "coalesce(min(id), 0), coalesce(max(id), 0) FROM sku"
)


def _slices() -> list[tuple[int, int]]:
    """Ranges of SKU ids, from and to, with about as many moves as are added up at a time."""
    moves, first, last = db.session.execute(_SIZE).one()
    count = 1 + int(max(moves, 0)) // MOVES_A_SLICE
    ends = [first - 1 + (last - first + 1) * nr // count for nr in range(count + 1)]
    return [(start + 1, end) for start, end in pairwise(ends)]


def _prove(law: Law, warehouse_id: int | None, part: tuple[int, int], report: Report) -> None:
    values = {
        "warehouse_id": warehouse_id,
        "first_sku": part[0],
        "last_sku": part[1],
        "moving": sorted(name for name, scan in registry.items() if scan.moves),
        "commands_since": commands_since(),
        "most": EXPLAINED,
    }
    counted = f"SELECT *, count(*) OVER () AS in_all FROM ({law.query}) AS broken LIMIT :most"  # noqa: S608
    query = text(counted)
    rows = db.session.execute(query, {name: value for name, value in values.items() if name in query._bindparams}).all()
    for row in rows:
        breach = Breach(law.kind, row.sku, row.place, row.expected, row.found, row.about)
        why, last = tuple(explain(breach)), last_move(breach)
        report.differences.append(
            Difference(law.name, row.sku, row.place, row.expected, row.found, last, why)
        )
    if rows and rows[0].in_all > len(rows):
        report.more[law.name] = report.more.get(law.name, 0) + rows[0].in_all - len(rows)


def _number(value: Any) -> int | str:
    whole = int(value)
    return whole if whole == value else str(value)


def _totals(report: Report) -> None:
    row = db.session.execute(
        text(
            """
            SELECT (SELECT count(*) FROM stock_move) AS moves, (SELECT count(*) FROM stock_balance) AS balances,
                   (SELECT coalesce(sum(held), 0) FROM stock_balance) AS held,
                   (SELECT coalesce(sum(promised), 0) FROM stock_level) AS promised
            """
        )
    ).one()
    report.moves, report.balances = row.moves, row.balances
    report.held, report.promised = int(row.held), int(row.promised)
