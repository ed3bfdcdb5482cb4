"""Declared scan endpoints: what a terminal, station or board may ask, and where it may lead.

A room's `terminal.py` declares each with `@scan`; the socket and HTTP doors, the permission check,
the metrics and `docs/realtime.md` are all made from the declaration.
"""
from __future__ import annotations

import inspect
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg
import structlog
from marshmallow import Schema, ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from wms.core import bounds
from wms.core.actor import Actor
from wms.core.command import run_once
from wms.core.envelope import Envelope, refusal, render
from wms.core.error import WmsError
from wms.core.metrics import SCAN_SECONDS, SCANS
from wms.core.transaction import transaction

log = structlog.get_logger(__name__)

Handler = Callable[[Actor, dict[str, Any]], Envelope]


@dataclass(frozen=True)
class Scan:
    """One declared endpoint. `next` lists every screen its answer may name.

    `moves`: each time it is carried out goods move; `wms check` looks for the moves of every such command.
    `by_itself`: devices ask it on their own, so it is no sign that somebody is at work and keeps no session open.
    """

    name: str
    schema: type[Schema]
    posts: frozenset[str]
    next: tuple[str, ...]
    changes: bool
    handler: Handler
    moves: bool = False
    by_itself: bool = False

    @cached_property
    def loader(self) -> Schema:
        """The schema, made once: making it costs more than what it checks."""
        return self.schema()

    @property
    def story(self) -> str:
        """The docstring: what happens on the floor."""
        return inspect.getdoc(self.handler) or ""


@dataclass(frozen=True)
class Answer:
    """The wire form of an envelope and the HTTP status that says the same."""

    body: dict[str, Any]
    status: int


registry: dict[str, Scan] = {}


def may_send(who: Actor, name: str) -> bool:
    """Whether this person may ask for this scan."""
    declared = registry.get(name)
    return declared is not None and ("admin" in who.posts or not declared.posts or bool(declared.posts & who.posts))


def scan(
    name: str, *, schema: type[Schema], posts: str = "", next: tuple[str, ...] = (), changes: bool = True,
    moves: bool = False, by_itself: bool = False,
) -> Callable[[Handler], Handler]:
    """Declare a scan endpoint.

    `posts` separated by blanks (empty: anyone signed in). With `changes` the body must carry a
    `command_id` and the handler runs once per id; without it the handler only reads. `moves` and `by_itself`:
    see `Scan`.
    """

    def register(handler: Handler) -> Handler:
        registry[name] = Scan(name, schema, frozenset(posts.split()), next, changes, handler, moves, by_itself)
        return handler

    return register


def answer(name: str, body: Any, actor: Actor) -> Answer:
    """Answer one scan. Never raises: every failure is an envelope that says what to do."""
    started = time.perf_counter()
    command_id = _echo(body)
    with structlog.contextvars.bound_contextvars(command=name[:60], command_id=command_id, person=actor.person_id):
        result = _guarded(name, body, actor)
        SCANS.labels(name if name in registry else "unknown", "ok" if result.status == 200 else "refused").inc()
        SCAN_SECONDS.labels(name if name in registry else "unknown").observe(time.perf_counter() - started)
    result.body["command_id"] = command_id
    return result


def _echo(body: Any) -> str | None:
    """The command id as it came, by which clients match the answer to what they sent."""
    command_id = body.get("command_id") if isinstance(body, Mapping) else None
    return None if command_id is None else str(command_id)[:100]


def _guarded(name: str, body: Any, actor: Actor) -> Answer:
    try:
        return Answer(_run(name, body, actor), 200)
    except Exception as error:
        refused = as_refusal(error)
        return Answer(refusal(refused, actor.locale), refused.http_status)


def as_refusal(error: Exception) -> WmsError:
    """The refusal that an exception means to a client; an unknown one is logged with an incident id."""
    if isinstance(error, WmsError):
        return error
    if isinstance(error, ValidationError):
        return WmsError("core.invalid", fields=spell_out(error.messages))
    if is_database_down(error):
        log.warning("database_down", error=str(error)[:200])
        return WmsError("core.database_down")
    if isinstance(error, DBAPIError) and isinstance(error.orig, UNSTORABLE):
        return WmsError("core.invalid", fields=str(error.orig).splitlines()[0])
    incident = uuid.uuid4().hex[:8]
    log.error("unexpected", incident=incident, exc_info=error)
    return WmsError("core.unexpected", incident=incident)


# What the database cannot serve now and may serve when the same is sent again.
_LATER = (
    psycopg.errors.AdminShutdown, psycopg.errors.CannotConnectNow, psycopg.errors.CrashShutdown,
    psycopg.errors.TooManyConnections, psycopg.errors.DiskFull, psycopg.errors.OutOfMemory,
    psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure,
)  # fmt: skip
UNSTORABLE = (
    psycopg.errors.NumericValueOutOfRange, psycopg.errors.DatetimeFieldOverflow,
    psycopg.errors.CharacterNotInRepertoire, psycopg.errors.UntranslatableCharacter,
)  # fmt: skip


def is_database_down(error: BaseException) -> bool:
    """Whether the database is out of reach or cannot go on for now, as opposed to having refused a statement."""
    if isinstance(error, NoConnection):  # all connections of the pool were busy for too long
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or is_database_down(error.orig or ValueError())
    # Only the base class: its other children are answers of a living server.
    return type(error) in {psycopg.OperationalError, psycopg.errors.ConnectionTimeout} or isinstance(error, _LATER)


def spell_out(messages: Any, prefix: str = "") -> str:
    """marshmallow's nested messages on one line: `qty: Not a valid integer.; lines.0.sku: …`."""
    if isinstance(messages, Mapping):
        return "; ".join(spell_out(value, f"{prefix}{key}.") for key, value in messages.items())
    return f"{prefix.rstrip('.')}: {' '.join(map(str, messages))}"


def _run(name: str, body: Any, actor: Actor) -> dict[str, Any]:
    declared = registry.get(name)
    if declared is None:
        raise WmsError("core.unknown_command", name=str(name)[:60])
    actor.require(declared.posts)
    if not isinstance(body, dict):
        raise ValidationError({"body": ["must be an object"]})
    bounds.check(body)
    fields = {key: value for key, value in body.items() if key != "command_id"}
    data = declared.loader.load(fields)
    assert isinstance(data, dict)
    if not declared.changes:
        with transaction():
            reply = _checked(declared, actor, data)
        json.dumps(reply)  # what cannot be sent is an incident with a number, not an answer that never comes
        return reply
    command_id = _command_id(body)
    return run_once(command_id, name, fields, actor.person_id, lambda: _checked(declared, actor, data))


def _command_id(body: Mapping[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(str(body.get("command_id")))
    except ValueError:
        raise ValidationError({"command_id": ["a UUID is needed"]}) from None


def _checked(declared: Scan, actor: Actor, data: dict[str, Any]) -> dict[str, Any]:
    envelope = declared.handler(actor, data)
    if envelope.next is not None and envelope.next not in declared.next:
        raise RuntimeError(f"{declared.name} leads to {envelope.next}, which it does not declare")
    return render(envelope, actor.locale)
