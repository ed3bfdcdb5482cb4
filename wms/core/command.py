"""Commands: every change that a client asks for carries a UUID, and is carried out once.

The command row and the change are one transaction. A command that comes again, because its answer
was lost, runs into its own row: the second run is undone and the stored answer is returned.
"""
from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import CursorResult, delete, select
from sqlalchemy.exc import IntegrityError

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.models import Command
from wms.core.prepared import Prepared
from wms.core.transaction import carry_out, transaction, with_commit

KEPT = timedelta(days=30)

# The command that is being carried out, for the rows that say who asked for them.
current_command: ContextVar[uuid.UUID | None] = ContextVar("current_command", default=None)

STORE = Prepared(
    "store_command",
    "INSERT INTO command (id, name, body_hash, actor_id, at, reply) "
    "VALUES (:id, :name, :body_hash, :actor_id, :at, :reply)",
)


def body_hash(name: str, body: Mapping[str, Any]) -> bytes:
    """SHA-256 over the command's name and its body in canonical JSON (32 bytes)."""
    canonical = json.dumps([name, body], sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).digest()


def run_once(
    command_id: uuid.UUID,
    name: str,
    body: Mapping[str, Any],
    actor_id: int | None,
    change: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Carry out `change` in a transaction of its own, once per `command_id`, and return its reply.

    The reply must be JSON. Raises `core.command_reused` (409) when the id was used with another name
    or body, and whatever `change` raises when the command is new: a refusal changes nothing and is
    not stored, so that the same scan may succeed later.
    """
    digest = body_hash(name, body)
    row = {"id": command_id, "name": name, "body_hash": digest, "actor_id": actor_id, "at": now()}

    def act() -> dict[str, Any]:
        token = current_command.set(command_id)
        try:
            reply = change()
        finally:
            current_command.reset(token)
        with_commit(STORE, {**row, "reply": Jsonb(reply)})
        return reply

    try:
        return carry_out(act)
    except (WmsError, IntegrityError):
        # Looking only now keeps the usual path one statement shorter: a repeat fails either in its
        # own rules ("already done") or on the key above, and both end here with nothing changed.
        stored = _stored(command_id, digest)
        if stored is None:
            raise
        return stored


def _stored(command_id: uuid.UUID, digest: bytes) -> dict[str, Any] | None:
    with transaction() as session:
        found = session.execute(
            select(Command.body_hash, Command.reply).where(Command.id == command_id)
        ).one_or_none()
    if found is None:
        return None
    if bytes(found.body_hash) != digest:
        raise WmsError("core.command_reused")
    return {**found.reply, "replayed": True}


def forget_old() -> int:
    """Delete commands older than 30 days; returns how many. Called by the worker."""
    result = db.session.execute(delete(Command).where(Command.at < now() - KEPT))
    assert isinstance(result, CursorResult)
    return result.rowcount
