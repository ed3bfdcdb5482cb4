"""Events: upper rooms react to lower ones, and clients hear about it.

`publish` runs the subscribers inside the transaction. For each topic of the event a row with the
topic's next number is written just before the commit, and pushed just after it.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from sqlalchemy import CursorResult, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from wms.core import bus
from wms.core.clock import now
from wms.core.db import db
from wms.core.models import Event, EventTopic
from wms.core.transaction import after_commit, before_commit

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
        before_commit(lambda: _number(event, topics))
    warehouse_id = getattr(event, "warehouse_id", None)
    if warehouse_id is not None:
        after_commit(lambda: bus.board_changed(warehouse_id))


def _number(event: DomainEvent, topics: tuple[str, ...]) -> None:
    at, data = now(), asdict(event)
    for topic in sorted(topics):  # in one order everywhere, so that two writers never wait on each other
        counter = upsert(EventTopic).values(topic=topic, seq=1)
        counter = counter.on_conflict_do_update(index_elements=["topic"], set_={"seq": EventTopic.seq + 1})
        seq = db.session.execute(counter.returning(EventTopic.seq)).scalar_one()
        db.session.execute(insert(Event).values(topic=topic, seq=seq, name=event.name, data=data, at=at))
        _push_later(topic, {"topic": topic, "seq": seq, "name": event.name, "data": data, "at": at.isoformat()})


def _push_later(topic: str, row: dict[str, Any]) -> None:
    after_commit(lambda: bus.push(topic, row))


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
