"""The story of a balance: how it came to be move by move, who has a claim on it, and why no more is available."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.reference import tell
from wms.core.said import Said
from wms.layout.models import INSIDE, PROMISABLE
from wms.stock import history
from wms.stock.explain import Words, move_words
from wms.stock.history import Asked, Moved

SHOWN = 50  # moves told one by one; older ones are summed up


@dataclass(frozen=True)
class Step:
    """A move, the pieces that it brought here (negative: took from here), and the pieces that were here after it."""

    moved: Moved
    change: int
    running: int


@dataclass(frozen=True)
class Claim:
    """Pieces that are held in a bin, or (bin None) promised from the whole warehouse, and for what."""

    id: int
    bin: str | None
    qty: int
    origin: Words
    at: datetime


@dataclass
class Story:
    """Pieces of a SKU in the house, or in one bin, perhaps of one lot.

    `opening` pieces were there before the first step; `on_hand` is what balances say now. `available` may still be
    promised, in the whole warehouse. `why` says what keeps the other pieces from it.
    """

    sku: str
    name: str
    bin: str | None
    lot: str | None
    opening: int = 0
    steps: list[Step] = field(default_factory=list)
    on_hand: int = 0
    held: int = 0
    promised: int = 0
    available: int = 0
    holds: list[Claim] = field(default_factory=list)
    promises: list[Claim] = field(default_factory=list)
    why: list[Said] = field(default_factory=list)

    @property
    def closing(self) -> int:
        """The pieces that the moves make."""
        return self.steps[-1].running if self.steps else self.opening

    def lines(self, locale: str = "en") -> list[str]:
        """The story for a person."""
        return [each if isinstance(each, str) else each.text(locale) for each in self._told()]

    def _told(self) -> list[Said | str]:
        whose = {"sku": self.sku, "name": self.name}
        head = said("at", **whose, bin=self.bin) if self.bin else said("house", **whose)
        lot = [said("lot", lot=self.lot)] if self.lot else []
        steps = [said("step", change=f"{step.change:+d}", running=step.running, move=move_words(step.moved))
                 for step in self.steps]  # fmt: skip
        differs = [said("differs", moves=self.closing, balance=self.on_hand)] if self.closing != self.on_hand else []
        holds = [said("hold", id=c.id, qty=c.qty, bin=c.bin, origin=c.origin, at=c.at) for c in self.holds]
        promises = [said("promise", id=c.id, qty=c.qty, origin=c.origin, at=c.at) for c in self.promises]
        facts = {name: getattr(self, name) for name in ("on_hand", "held", "promised", "available")}
        return [
            head, *lot, said("opening", pieces=self.opening), *steps, said("now", pieces=self.on_hand), *differs,
            *holds, *promises, said("available", **facts), *self.why,
        ]  # fmt: skip

    def to_dict(self, locale: str = "en") -> dict[str, Any]:
        """The story for a program."""
        facts = ("sku", "name", "bin", "lot", "opening", "closing", "on_hand", "held", "promised", "available")
        return {
            **{name: getattr(self, name) for name in facts},
            "steps": [_step(step, locale) for step in self.steps],
            "holds": [_claim(claim, locale) for claim in self.holds],
            "promises": [_claim(claim, locale) for claim in self.promises],
            "why": [each.to_dict(locale) for each in self.why],
        }


def said(code: str, **params: Any) -> Said:
    """The sentence `stock.story.<code>` with these parameters."""
    return Said(f"stock.story.{code}", params)


def _step(step: Step, locale: str) -> dict[str, Any]:
    moved = step.moved
    return {
        "id": moved.id, "at": moved.at.isoformat(), "reason": moved.reason, "qty": moved.qty, "change": step.change,
        "running": step.running, "from": moved.from_bin, "to": moved.to_bin, "reference": moved.reference,
        "person": moved.person, "command": moved.command_id, "text": move_words(moved).text(locale),
    }  # fmt: skip


def _claim(claim: Claim, locale: str) -> dict[str, Any]:
    origin = claim.origin.text(locale) if isinstance(claim.origin, Said) else claim.origin
    return {"id": claim.id, "bin": claim.bin, "qty": claim.qty, "origin": origin, "at": claim.at.isoformat()}


def story(
    warehouse_id: int, sku_id: int, *, bin_id: int | None = None, lot: str | None = None, shown: int = SHOWN
) -> Story:
    """The story of a SKU in a warehouse, told move by move for the newest `shown` moves."""
    where = {"warehouse_id": warehouse_id, "sku_id": sku_id, "bin_id": bin_id, "lot": lot}
    told = Story(**_names(where), lot=lot)
    moves = history.page(warehouse_id, Asked(sku_id=sku_id, bin_id=bin_id, lot=lot), limit=shown)[::-1]
    first = moves[0].id if moves else 0
    told.opening = running = _opening({**where, "first": first, "inside": list(INSIDE)})
    for moved in moves:
        change = _change(moved, bin_id)
        running += change
        told.steps.append(Step(moved, change, running))
    _claims(told, where)
    _level(told, where)
    places = db.session.execute(_PLACES, {**where, "promisable": list(PROMISABLE), "today": now().date()}).all()
    told.on_hand, told.held = sum(row.on_hand for row in places), sum(row.held for row in places)
    told.why = _why(places)
    return told


def _names(where: dict[str, Any]) -> dict[str, Any]:
    asked = text(
        "SELECT s.code AS sku, s.name, b.code AS bin FROM sku s LEFT JOIN bin b ON b.id = :bin_id WHERE s.id = :sku_id"
    )
    return dict(db.session.execute(asked, {"sku_id": where["sku_id"], "bin_id": where["bin_id"]}).one()._mapping)


def _change(moved: Moved, bin_id: int | None) -> int:
    if bin_id is None:
        return moved.qty * ((moved.to_kind in INSIDE) - (moved.from_kind in INSIDE))
    return moved.qty * ((moved.to_bin_id == bin_id) - (moved.from_bin_id == bin_id))


_OPENING = text(
    """
    SELECT coalesce(sum(m.qty * CASE WHEN cast(:bin_id AS bigint) IS NULL
        THEN (t.kind = ANY(:inside))::int - (f.kind = ANY(:inside))::int
        ELSE (m.to_bin_id = :bin_id)::int - (m.from_bin_id = :bin_id)::int END), 0)
    FROM stock_move m JOIN bin f ON f.id = m.from_bin_id JOIN bin t ON t.id = m.to_bin_id
    WHERE m.warehouse_id = :warehouse_id AND m.sku_id = :sku_id AND m.id < :first
      AND (cast(:bin_id AS bigint) IS NULL OR m.from_bin_id = :bin_id OR m.to_bin_id = :bin_id)
      AND (cast(:lot AS text) IS NULL OR m.lot = :lot)
    """
)


def _opening(where: dict[str, Any]) -> int:
    return int(db.session.execute(_OPENING, where).scalar_one())


_HELD = text(
    """
    SELECT h.id, bin.code AS bin, h.qty, h.at,
           coalesce('order_line ' || h.order_line_id, nullif(h.reference, ''), h.origin) AS about
    FROM stock_hold h JOIN stock_balance b ON b.id = h.balance_id JOIN bin ON bin.id = b.bin_id
    WHERE b.warehouse_id = :warehouse_id AND b.sku_id = :sku_id AND h.status = 'open'
      AND (cast(:bin_id AS bigint) IS NULL OR b.bin_id = :bin_id) AND (cast(:lot AS text) IS NULL OR b.lot = :lot)
    ORDER BY h.id
    """
)
_PROMISED = text(
    """
    SELECT id, NULL AS bin, qty, at, 'order_line ' || order_line_id AS about FROM stock_promise
    WHERE warehouse_id = :warehouse_id AND sku_id = :sku_id AND status = 'open' ORDER BY id
    """
)


def _claims(told: Story, where: dict[str, Any]) -> None:
    told.holds = _in_words(db.session.execute(_HELD, where).all())
    told.promises = _in_words(db.session.execute(_PROMISED, where).all())


def _in_words(rows: Sequence[Row[Any]]) -> list[Claim]:
    words = tell(row.about for row in rows)
    return [Claim(row.id, row.bin, row.qty, words[row.about], row.at) for row in rows]


def _level(told: Story, where: dict[str, Any]) -> None:
    asked = text(
        """
        SELECT coalesce(sum(promised), 0) AS promised, coalesce(sum(on_hand - promised), 0) AS available
        FROM stock_level WHERE warehouse_id = :warehouse_id AND sku_id = :sku_id
        """
    )
    row = db.session.execute(asked, where).one()
    told.promised, told.available = int(row.promised), int(row.available)


_PLACES = text(
    """
    SELECT b.on_hand, b.held, bin.code AS bin, bin.kind, bin.kind = ANY(:promisable) AS promisable,
           bin.blocked_reason, b.condition, b.owner_id, o.code AS owner, b.lot, c.code AS container, l.expires_on,
           l.expires_on < :today AS expired
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id JOIN owner o ON o.id = b.owner_id
    LEFT JOIN stock_lot l ON l.sku_id = b.sku_id AND l.code = b.lot
    LEFT JOIN container c ON c.id = b.container_id AND b.container_id <> 0
    WHERE b.warehouse_id = :warehouse_id AND b.sku_id = :sku_id AND b.on_hand > 0
      AND (cast(:bin_id AS bigint) IS NULL OR b.bin_id = :bin_id) AND (cast(:lot AS text) IS NULL OR b.lot = :lot)
    ORDER BY bin.code, b.lot, b.id
    """
)


def _why(places: Sequence[Row[Any]]) -> list[Said]:
    """For each place that does not serve just any order: the first thing that keeps it from it."""
    return [reason for row in places if (reason := _kept_back(row)) is not None]


def _kept_back(row: Row[Any]) -> Said | None:
    where = {"qty": row.on_hand, "bin": row.bin}
    if not row.promisable:
        return said("elsewhere", **where, kind=Said(f"stock.kind.{row.kind}"))
    if row.condition != "good":
        return said("condition", **where, condition=Said(f"stock.condition.{row.condition}"))
    if row.expired:
        return said("expired", **where, lot=row.lot, day=str(row.expires_on))
    if row.blocked_reason is not None:
        return said("blocked", **where, reason=row.blocked_reason)
    if row.container is not None:
        return said("packed", **where, container=row.container)
    if row.owner_id != 1:
        return said("owner", **where, owner=row.owner)
    return said("claimed", **where, held=row.held) if row.held else None
