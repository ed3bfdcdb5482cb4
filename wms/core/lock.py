"""Named locks, for what no row can guard because the row is not there yet."""
from __future__ import annotations

from sqlalchemy import text

from wms.core.db import db

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def lock(name: str, key: int) -> None:
    """Wait for, and hold to the end of the transaction, the lock of this name: `lock("wave.build", 1)`."""
    db.session.execute(_LOCK, {"name": f"{name}:{key}"})
