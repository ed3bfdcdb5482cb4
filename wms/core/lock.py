"""Named locks, for what no row can guard because the row is not there yet."""
from __future__ import annotations

from sqlalchemy import text

from wms.core.db import db
from wms.core.prepared import Prepared
from wms.core.transaction import with_commit

TAKE = "pg_advisory_xact_lock(hashtextextended({name}, 0))"  # in a statement that finds out what to lock
_LOCK = f"SELECT {TAKE.format(name=':name')}"
_ASK = text(_LOCK)
_LAST = Prepared("lock", _LOCK)


def lock(name: str, key: int) -> None:
    """Wait for, and hold to the end of the transaction, the lock of this name: `lock("wave.build", 1)`."""
    db.session.execute(_ASK, {"name": f"{name}:{key}"})


def lock_at_end(name: str, key: int) -> None:
    """The same lock, but only for what follows it with the commit, which then sees what others did before it: held for
    the length of one message, not for what this process does meanwhile."""
    with_commit(_LAST, {"name": f"{name}:{key}"})
