"""Why a law of stock does not hold: the history of the place, replayed until the difference has a likely cause.

A difference is a number of pieces, and moves are numbers of pieces with names on them. So a move of exactly so many
pieces is the likeliest to have gone wrong, the more so when it stands twice or without a command behind it. What is
found is told in sentences: what is wrong, since when and by whom, and what a person can do. Nothing is repaired.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from wms.core import catalogue
from wms.core.clock import now
from wms.core.command import KEPT
from wms.core.db import db
from wms.core.reference import tell
from wms.core.said import Said
from wms.layout.models import INSIDE, PROMISABLE
from wms.stock import history
from wms.stock.history import Moved

Words = Said | str


@dataclass(frozen=True)
class Breach:
    """A row that a law's query found. `about` holds the ids of the place (see `laws`)."""

    kind: str
    sku: str
    place: str
    expected: Any
    found: Any
    about: dict[str, Any]

    @property
    def difference(self) -> int:
        return int(self.found - self.expected)


def explain(breach: Breach) -> list[Said]:
    """Sentences about a breach: what is wrong, the most likely cause, and what to do."""
    why, do = _CAUSES[breach.kind]
    names = {"place": breach.place, "expected": breach.expected, "found": breach.found, "goods": goods(breach)}
    wrong = said(breach.kind, **{**names, **_more(breach)})
    return [wrong, *why(breach), said(f"do.{do}")]


def said(code: str, **params: Any) -> Said:
    """The sentence `stock.check.<code>` with these parameters."""
    return Said(f"stock.check.{code}", params)


def _more(breach: Breach) -> dict[str, Any]:
    about = breach.about
    if breach.kind == "ring":
        return {"path": " → ".join(about["path"])}
    if breach.kind == "serial":
        place = breach.place or said("nowhere")
        return {"serial": about["serial"], "moved_to": _bin(about["moved_to"]), "place": place}
    return {"reference": about.get("reference", "")}


def goods(breach: Breach) -> str:
    """The SKU with whatever else tells its pieces from others at the place: `S1 [L7, T12, damaged]`."""
    about = breach.about
    marks = [about.get("lot"), _container(about.get("container_id")), about.get("condition"), _owner(about)]
    told = [mark for mark in marks if mark and mark != "good"]
    return f"{breach.sku} [{', '.join(told)}]" if told else breach.sku


def _container(container_id: int | None) -> str | None:
    if not container_id:
        return None
    found = db.session.execute(text("SELECT code FROM container WHERE id = :id"), {"id": container_id}).scalar()
    return str(found or f"#{container_id}")


def _owner(about: dict[str, Any]) -> str | None:
    if about.get("owner_id", 1) == 1:
        return None
    return str(db.session.execute(text("SELECT code FROM owner WHERE id = :id"), {"id": about["owner_id"]}).scalar())


def _bin(bin_id: int | None) -> Words:
    if bin_id is None:
        return said("outside_house")
    return str(db.session.execute(text("SELECT code FROM bin WHERE id = :id"), {"id": bin_id}).scalar())


# ---- moves in words

def move_words(moved: Moved) -> Said:
    """A move with everything that points at who did it: command, person, time, and what its reference means."""
    return said(
        "move",
        id=moved.id,
        reason=reason_words(moved.reason),
        qty=moved.qty,
        source=moved.from_bin,
        target=moved.to_bin,
        reference=tell([moved.reference])[moved.reference],
        command=_command(moved),
        who=person_words(moved.person_id, moved.person),
        at=moved.at,
    )


def reason_words(reason: str) -> Words:
    """Why goods moved; a reason that the catalogue does not know is told as it was given."""
    code = f"stock.reason.{reason}"
    return Said(code) if code in catalogue.messages() else reason


def person_words(person_id: int | None, name: str | None) -> Words:
    if person_id is None:
        return said("system")
    return name or f"#{person_id}"


def _command(moved: Moved) -> Said:
    if moved.command_id is None:
        return said("no_command")
    if moved.command is None:
        return said("command_gone", id=moved.command_id)
    return said("command", name=moved.command, id=moved.command_id)


def _move(move_id: int) -> Said:
    return move_words(history.by_ids([move_id])[0])


# ---- a balance that its moves do not make

# Every move of a place with the pieces it brought (negative: took), the sum up to it, how often its command wrote
# the same, and whether its command is missing though all of that time are kept.
_REPLAY = text(
    """
    SELECT m.id, m.change, sum(m.change) OVER (ORDER BY m.id) AS running,
           CASE WHEN m.command_id IS NULL THEN 1 ELSE count(*) OVER (
               PARTITION BY m.command_id, m.change, m.from_bin_id, m.to_bin_id, m.reference, m.serial) END AS alike,
           m.command_id IS NOT NULL AND m.at > :commands_since AND c.id IS NULL AS unasked
    FROM (
        SELECT *, CASE WHEN to_bin_id = :bin_id AND to_container_id = :container_id THEN qty ELSE -qty END AS change
        FROM stock_move
        WHERE sku_id = :sku_id AND lot = :lot AND owner_id = :owner_id AND condition = :condition
          AND (to_bin_id = :bin_id AND to_container_id = :container_id
               OR from_bin_id = :bin_id AND from_container_id = :container_id)
    ) AS m LEFT JOIN command c ON c.id = m.command_id
    ORDER BY m.id
    """
)


@dataclass
class _Suspects:
    """The last move that fits each suspicion; `after` counts the moves since the balance's own sum was reached."""

    last: Row[Any] | None = None
    duplicate: Row[Any] | None = None
    unasked: Row[Any] | None = None
    missed: Row[Any] | None = None
    twice: Row[Any] | None = None
    stopped: Row[Any] | None = None
    after: int = 0

    def take(self, row: Row[Any], breach: Breach) -> None:
        if self.after == 1:
            self.stopped = row
        if row.running == breach.found:
            self.after, self.stopped = 0, None
        self.after += 1
        self.last = row
        if row.change == breach.difference:
            self.twice = row
        if row.change != -breach.difference:
            return
        self.missed = row
        if row.alike > 1:
            self.duplicate = row
        if row.unasked:
            self.unasked = row


def _balance(breach: Breach) -> list[Said]:
    suspects = _Suspects()
    values = {**breach.about, "commands_since": commands_since()}
    for row in db.session.execute(_REPLAY, values, execution_options={"yield_per": 1000}):
        suspects.take(row, breach)
    return [_accuse(suspects, abs(breach.difference))]


def _accuse(suspects: _Suspects, qty: int) -> Said:
    """The suspicion that has most to say for it."""
    if suspects.last is None:
        return said("why.no_moves")
    if suspects.duplicate:
        twice = suspects.duplicate
        return said("why.duplicate", move=_move(twice.id), qty=qty, times=twice.alike)
    if suspects.unasked:
        return said("why.unasked", move=_move(suspects.unasked.id), qty=qty)
    if suspects.missed:
        how = "not_lowered" if suspects.missed.change < 0 else "not_raised"
        return said(f"why.{how}", move=_move(suspects.missed.id), qty=qty)
    if suspects.twice:
        return said("why.twice", move=_move(suspects.twice.id), qty=qty)
    if suspects.stopped:
        return said("why.stopped", move=_move(suspects.stopped.id), later=suspects.after - 2)
    return said("why.outside", move=_move(suspects.last.id), qty=qty)


def commands_since() -> Any:
    """Since when every command is still kept, with a day to spare."""
    return now() - KEPT * 29 / 30


# ---- holds and promises

_HOLDS = text(
    """
    SELECT h.id, h.origin, coalesce('order_line ' || h.order_line_id, nullif(h.reference, ''), h.origin) AS about,
           h.qty, h.status, h.at
    FROM stock_hold h WHERE h.balance_id = :balance_id ORDER BY h.status = 'open' DESC, h.id DESC LIMIT 1000
    """
)


def _held(breach: Breach) -> list[Said]:
    rows = db.session.execute(_HOLDS, breach.about).all()
    opened = [row for row in rows if row.status == "open"]
    missing = -breach.difference
    if missing > 0:
        exact = next((row for row in opened if row.qty == missing), None)
        if exact:
            return [said("why.hold_uncounted", **_origin(exact), qty=missing)]
        return [said("why.hold_short", qty=missing, holds=_listed(opened))]
    ended = next((row for row in rows if row.status != "open"), None)
    if ended:
        return [said("why.hold_ended", **_origin(ended), qty=-missing)]
    if opened:
        return [said("why.hold_short", qty=-missing, holds=_listed(opened))]
    return [said("why.no_hold", qty=-missing)]


def _origin(row: Row[Any]) -> dict[str, Any]:
    return {"id": row.id, "origin": tell([row.about])[row.about], "status": status_words(row.status), "at": row.at}


def status_words(status: str) -> Words:
    code = f"stock.status.{status}"
    return Said(code) if code in catalogue.messages() else status


def _listed(rows: list[Row[Any]]) -> str:
    return ", ".join(f"#{row.id}: {row.qty}" for row in rows[:10]) or "–"


_PROMISES = text(
    """
    SELECT id, 'order_line ' || order_line_id AS about, qty, status, at FROM stock_promise
    WHERE warehouse_id = :warehouse_id AND sku_id = :sku_id AND owner_id = :owner_id
      AND (status = 'open' AND qty = :missing OR status <> 'open' AND :missing < 0)
    ORDER BY status = 'open' DESC, id DESC LIMIT 1
    """
)


def _promised(breach: Breach) -> list[Said]:
    missing = -breach.difference
    row = db.session.execute(_PROMISES, {**breach.about, "missing": missing}).one_or_none()
    if row is None:
        return [said("why.no_promise", qty=abs(missing))]
    return [said("why.promise", **_origin(row), qty=abs(missing))]


# ---- levels

_CROSSED = """
    SELECT m.id, m.qty * CASE WHEN t.kind = ANY(:kinds) THEN 1 ELSE -1 END AS change
    FROM stock_move m JOIN bin f ON f.id = m.from_bin_id JOIN bin t ON t.id = m.to_bin_id
    WHERE m.warehouse_id = :warehouse_id AND m.sku_id = :sku_id AND m.owner_id = :owner_id
      AND (f.kind = ANY(:kinds)) <> (t.kind = ANY(:kinds))
"""
_LEVEL_MOVES = text(f"SELECT coalesce(sum(change), 0) FROM ({_CROSSED} AND m.condition = 'good') AS c")  # noqa: S608
_OF_SIZE = text(f"{_CROSSED} AND m.qty = :qty ORDER BY m.id DESC LIMIT 1")


def _level(breach: Breach) -> list[Said]:
    values = {**breach.about, "kinds": list(PROMISABLE)}
    moves = int(db.session.execute(_LEVEL_MOVES, values).scalar_one())
    if moves == breach.found:
        return [said("why.level_right", moves=moves)]
    qty = abs(breach.difference)
    of_size = db.session.execute(_OF_SIZE, {**values, "qty": qty}).one_or_none()
    if of_size is None:
        return [said("why.level_alone", moves=moves, qty=qty)]
    return [said("why.level_drift", moves=moves, qty=qty, move=_move(of_size.id))]


def _cost(breach: Breach) -> list[Said]:
    qty = abs(breach.difference)
    values = {**breach.about, "owner_id": 1, "kinds": list(INSIDE), "qty": qty}
    row = db.session.execute(_OF_SIZE, values).one_or_none()
    return [said("why.cost", move=_move(row.id), qty=qty)] if row else _last(breach)


# ---- what one row tells

_LAST = text(
    """
    SELECT max(m.id) FROM stock_move m
    WHERE m.sku_id = :sku_id AND (cast(:bin_id AS bigint) IS NULL OR m.from_bin_id = :bin_id OR m.to_bin_id = :bin_id)
      AND (cast(:serial AS text) IS NULL OR m.serial = :serial)
      AND (cast(:lot AS text) IS NULL OR m.lot = :lot)
      AND (cast(:container_id AS bigint) IS NULL OR m.from_container_id = :container_id
           OR m.to_container_id = :container_id)
    """
)


def last_move(breach: Breach) -> Words:
    """The last move that touched the place; "none" in words when there is none."""
    about = breach.about
    if "sku_id" not in about:
        return said("nowhere")
    named = {name: about.get(name) for name in ("sku_id", "bin_id", "serial", "lot", "container_id")}
    if "serial" in about:
        named["bin_id"] = None
    found = about.get("move_id") or db.session.execute(_LAST, named).scalar()
    return _move(found) if found else said("nowhere")


def _last(breach: Breach) -> list[Said]:
    return [said("why.last_move", move=last_move(breach))]


_COMMAND = text(
    """
    SELECT c.id, c.name, encode(substr(c.body_hash, 1, 6), 'hex') AS body, c.actor_id, p.name AS who, c.at
    FROM command c LEFT JOIN person p ON p.id = c.actor_id WHERE c.id = cast(:command_id AS uuid)
    """
)


def _idle(breach: Breach) -> list[Said]:
    row = db.session.execute(_COMMAND, breach.about).one()
    who = person_words(row.actor_id, row.who)
    return [said("why.command", name=row.name, id=row.id, at=row.at, who=who, body=row.body)]


def _nothing(breach: Breach) -> list[Said]:
    return []


# kind of breach → (how its cause is found, what a person can do)
_CAUSES: dict[str, tuple[Callable[[Breach], list[Said]], str]] = {
    "balance": (_balance, "count"),
    "held": (_held, "holds"),
    "level": (_level, "level"),
    "promised": (_promised, "level"),
    "not_empty": (_last, "holds"),
    "origin": (_last, "holds"),
    "container": (_last, "container"),
    "ring": (_nothing, "ring"),
    "serial": (_last, "serial"),
    "serials": (_last, "serial"),
    "lot": (_last, "lot"),
    "cost_pieces": (_cost, "cost"),
    "cost_value": (_last, "cost"),
    "unasked": (_last, "ask"),
    "idle": (_idle, "ask"),
    "transfer": (_last, "ask"),
}
