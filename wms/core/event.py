"""Events: upper rooms react to lower ones, and clients hear about it.

`publish` runs the subscribers inside the transaction. For each topic of the event a row with the
topic's next number is written just before the commit, and pushed just after it.
"""
from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from sqlalchemy import CursorResult, delete, select

from wms.core import bus
from wms.core.clock import now
from wms.core.db import db
from wms.core.models import Event, EventTopic
from wms.core.prepared import Prepared, Rows
from wms.core.transaction import after_commit, before_commit, with_commit

KEPT = timedelta(days=7)


@dataclass(frozen=True)
class DomainEvent:
    """Something that happened. Subclasses are frozen dataclasses of JSON values.

    `topics()` names who must hear it in order: `person:7`, `station:3`. `warehouse_id`, where an
    event has one, marks that warehouse's boards as due for a new snapshot.
    """

    name: ClassVar[str]

    def topics(self) -> tuple[str, ...]:
        return ()


E = TypeVar("E", bound=DomainEvent)
_subscribers: dict[type[DomainEvent], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Decorator: run the function inside the transaction of every event of this kind."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        if handler not in _subscribers[kind]:
            _subscribers[kind].append(handler)
        return handler

    return register


def publish(event: DomainEvent) -> None:
    """Tell subscribers now, topics at the commit, boards after it."""
    for handler in _subscribers[type(event)]:
        handler(event)
    topics = event.topics()
    if topics:
        _tell_later(event, topics)
    warehouse_id = getattr(event, "warehouse_id", None)
    if warehouse_id is not None:
        after_commit(lambda: bus.board_changed(warehouse_id))


# Topics are counted up in one order everywhere, so that two writers never wait on each other.
_NUMBER = Prepared(
    "number_events",
    """
    WITH told AS (
        SELECT * FROM unnest(cast(:topics AS text[]), cast(:names AS text[]), cast(:data AS text[]))
            WITH ORDINALITY AS t (topic, name, data, nr)
    ), counted AS (
        INSERT INTO event_topic (topic, seq) SELECT topic, count(*) FROM told GROUP BY topic ORDER BY topic
        ON CONFLICT (topic) DO UPDATE SET seq = event_topic.seq + excluded.seq
        RETURNING topic, seq
    )
    INSERT INTO event (topic, seq, name, data, at)
    SELECT topic, seq + 1 - row_number() OVER (PARTITION BY topic ORDER BY nr DESC), name, cast(data AS jsonb), :at
    FROM told JOIN counted USING (topic)
    ORDER BY nr
    RETURNING topic, seq
    """,
)


def _tell_later(event: DomainEvent, topics: tuple[str, ...]) -> None:
    told: list[tuple[str, DomainEvent]] = db.session.info.setdefault("told", [])
    if not told:
        before_commit(_number)
    told.extend((topic, event) for topic in topics)


def _number() -> None:
    """Number and store what this transaction has told, in one statement that goes with the commit."""
    told: list[tuple[str, DomainEvent]] = db.session.info.pop("told")
    at, data = now(), [asdict(event) for _, event in told]
    columns = {
        "topics": [topic for topic, _ in told],
        "names": [event.name for _, event in told],
        "data": [json.dumps(each) for each in data],
    }

    def push(rows: Rows) -> None:
        numbers: dict[str, list[int]] = defaultdict(list)
        for topic, seq in rows:
            numbers[topic].append(seq)
        following = {topic: iter(sorted(given)) for topic, given in numbers.items()}
        bus.push([
            {"topic": topic, "seq": next(following[topic]), "name": event.name, "data": body, "at": at.isoformat()}
            for (topic, event), body in zip(told, data, strict=True)
        ])  # fmt: skip

    with_commit(_NUMBER, {**columns, "at": at}, push)


def last_seq(topic: str) -> int:
    """The newest number of a topic, 0 when nothing was ever said on it."""
    return db.session.execute(select(EventTopic.seq).where(EventTopic.topic == topic)).scalar() or 0


def missed(topic: str, after: int, limit: int = 500) -> list[dict[str, Any]]:
    """Events of a topic after a number, oldest first, in the form in which they are pushed."""
    rows = db.session.execute(
        select(Event).where(Event.topic == topic, Event.seq > after).order_by(Event.seq).limit(limit)
    ).scalars()
    return [
        {"topic": row.topic, "seq": row.seq, "name": row.name, "data": row.data, "at": row.at.isoformat()}
        for row in rows
    ]


def forget_old() -> int:
    """Delete events older than 7 days; returns how many. Numbers are never reused."""
    result = db.session.execute(delete(Event).where(Event.at < now() - KEPT))
    assert isinstance(result, CursorResult)
    return result.rowcount
