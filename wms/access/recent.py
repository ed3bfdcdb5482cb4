"""Who asked within the last seconds, so that a scan over HTTP need not look its session up every time.

The promise is that of the websockets: a session that ended elsewhere, or a post that was taken away, is noticed
within 5 seconds; signing out in this very process takes effect at once.
"""
from __future__ import annotations

from datetime import datetime, timedelta

from wms.core.actor import Actor
from wms.core.clock import now

KEPT = timedelta(seconds=5)
MOST = 10_000  # tokens; more than devices of one process

_found: dict[str, tuple[Actor, datetime]] = {}


def recent(token: str) -> Actor | None:
    """Who held this session token or API key when it was last looked up, at most 5 seconds ago."""
    known = _found.get(token)
    if known is None:
        return None
    actor, looked_up = known
    if looked_up <= now() < looked_up + KEPT:
        return actor
    _found.pop(token, None)
    return None


def remember(token: str, actor: Actor) -> None:
    """This token was looked up just now."""
    if len(_found) >= MOST:
        _found.clear()
    _found[token] = (actor, now())


def forget(*, session_id: int | None = None, person_id: int | None = None) -> None:
    """Look again, when they ask next, for who has this session or is this person; for all when neither is given."""
    for token, (actor, _) in list(_found.items()):
        if session_id in (actor.session_id, None) and person_id in (actor.person_id, None):
            _found.pop(token, None)
