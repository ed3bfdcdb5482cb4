"""Who asked within the last seconds, so that a scan over HTTP need not look its session up every time.

The promise is that of the websockets: a session that ended elsewhere, or a post that was taken away, is noticed
within 5 seconds; signing out in this very process takes effect at once.
"""
from __future__ import annotations

from datetime import datetime, timedelta

from wms.access import service
from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.transaction import transaction

KEPT = timedelta(seconds=5)
MOST = 10_000  # tokens; more than devices of one process

_found: dict[str, tuple[Actor, datetime]] = {}


def authenticate(token: str) -> Actor:
    """Who holds this session token or API key, as looked up at most 5 seconds ago. Raises `core.not_signed_in` (401).

    Opens a transaction of its own when it has to look.
    """
    known = _found.get(token)
    moment = now()
    if known is not None and known[1] <= moment < known[1] + KEPT:
        return known[0]
    _found.pop(token, None)
    with transaction():
        actor = service.authenticate(token)
    if len(_found) >= MOST:
        _found.clear()
    _found[token] = (actor, moment)
    return actor


def forget(*, session_id: int | None = None, person_id: int | None = None) -> None:
    """Look again, when they ask next, for who has this session or is this person; for all when neither is given."""
    for token, (actor, _) in list(_found.items()):
        if session_id in (actor.session_id, None) and person_id in (actor.person_id, None):
            _found.pop(token, None)
