"""Who asks: the person (or program) behind a scan or a request."""
from __future__ import annotations

from dataclasses import dataclass

from wms.core.error import WmsError


@dataclass(frozen=True)
class Actor:
    """One signed-in person at one device, or one program with an API key (`person_id` None).

    `posts` are what the person may do in `warehouse_id`: picker, packer, receiver, supervisor,
    clerk, admin. An admin may do everything.
    """

    name: str
    warehouse_id: int
    posts: frozenset[str]
    locale: str = "en"
    person_id: int | None = None
    session_id: int | None = None
    station_id: int | None = None

    def require(self, posts: frozenset[str]) -> None:
        """Raises `core.not_allowed` (403) unless one of `posts` is held. No posts means anyone signed in."""
        if posts and not (self.posts & posts) and "admin" not in self.posts:
            raise WmsError("core.not_allowed", needed=", ".join(sorted(posts)))
