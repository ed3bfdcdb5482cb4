"""Runs migrations on the connection that `wms.core.migrate` hands over."""
from __future__ import annotations

from typing import Any

from alembic import context

from wms.app import room_modules
from wms.core.db import db

room_modules("models")


def ours(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Whether Alembic should compare this; the job queue brings and owns its own tables."""
    return not (name or "").startswith("procrastinate_")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=db.metadata,
    include_object=ours,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
