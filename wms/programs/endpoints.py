"""Where programs want to be told: registered, changed, given a new secret, switched off and on, tried."""
from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, insert, select, update

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.outward import Network, networks, url_problem
from wms.core.sealed import seal, unseal
from wms.problems import service as problems
from wms.programs.happenings import HAPPENINGS, TEST
from wms.programs.lifecycle import MESSAGE
from wms.programs.models import WebhookEndpoint, WebhookMessage
from wms.programs.rules import OLD_SECRET, state_of

MOST = 50  # of a warehouse
PREFIX = "whsec_"


def private_networks() -> tuple[Network, ...]:
    """The private networks that may be told too."""
    return networks(current_app.extensions["wms_config"].webhook_networks)


def add(warehouse_id: int, facts: Mapping[str, Any], by: str) -> tuple[WebhookEndpoint, str]:
    """Register an endpoint: `name`, `url`, `events`, `personal`. Returns it with its secret, which is shown only now.

    Raises `programs.bad_address`, `programs.too_many`.
    """
    _check(facts["url"])
    have = select(func.count()).where(WebhookEndpoint.warehouse_id == warehouse_id)
    if db.session.execute(have.select_from(WebhookEndpoint)).scalar_one() >= MOST:
        raise WmsError("programs.too_many", most=MOST)
    endpoint = WebhookEndpoint(
        warehouse_id=warehouse_id, name=facts["name"], url=facts["url"], events=sorted(set(facts["events"])),
        personal=facts["personal"], secret=b"", active=True, off_why="", made_at=now(), made_by=by, next_at=now(),
    )  # fmt: skip
    db.session.add(endpoint)
    db.session.flush()
    return endpoint, _new_secret(endpoint)


def get(warehouse_id: int, endpoint_id: int, *, lock: bool = False) -> WebhookEndpoint:
    """An endpoint of this warehouse. Raises `core.not_found`."""
    wanted = select(WebhookEndpoint).where(
        WebhookEndpoint.id == endpoint_id, WebhookEndpoint.warehouse_id == warehouse_id
    )
    found = db.session.execute(wanted.with_for_update() if lock else wanted).scalar_one_or_none()
    if found is None:
        raise WmsError("core.not_found", thing="endpoint", key=endpoint_id)
    return found


def change(warehouse_id: int, endpoint_id: int, changes: Mapping[str, Any]) -> WebhookEndpoint:
    """Change what is named: name, url, events, personal, active. What waits is sent to where it is then.

    Switched on again it is tried at once. Raises `core.not_found`, `programs.bad_address`.
    """
    endpoint = get(warehouse_id, endpoint_id, lock=True)
    if "url" in changes:
        _check(changes["url"])
    for name in ("name", "url", "personal"):
        if name in changes:
            setattr(endpoint, name, changes[name])
    if "events" in changes:
        endpoint.events = sorted(set(changes["events"]))
    if "active" in changes:
        endpoint.active, endpoint.off_why = changes["active"], "" if changes["active"] else "person"
    if changes.get("active") or "url" in changes:
        endpoint.failures = endpoint.refusals = 0
        endpoint.failing_since, endpoint.next_at = None, now()
        db.session.execute(
            update(WebhookMessage)
            .where(WebhookMessage.endpoint_id == endpoint.id, WebhookMessage.status == "waiting")
            .values(next_at=now())
        )
        problems.settle_program(warehouse_id, str(endpoint.id))
    db.session.flush()
    return endpoint


def remove(warehouse_id: int, endpoint_id: int) -> None:
    """It is told nothing any more, and what it was told is forgotten. Raises `core.not_found`."""
    endpoint = get(warehouse_id, endpoint_id, lock=True)
    problems.settle_program(warehouse_id, str(endpoint.id))
    db.session.delete(endpoint)


def _check(url: str) -> None:
    problem = url_problem(url, private_networks())
    if problem:
        raise WmsError("programs.bad_address" if problem == "https" else "programs.password_in_address", url=url[:200])


# ---- secrets

def renew(warehouse_id: int, endpoint_id: int, *, end_old: bool) -> tuple[WebhookEndpoint, str]:
    """A new secret, shown only now. Messages are signed with the old one too for a day, unless that is ended now."""
    endpoint = get(warehouse_id, endpoint_id, lock=True)
    endpoint.old_secret = None if end_old else endpoint.secret
    endpoint.old_until = None if end_old else now() + OLD_SECRET
    return endpoint, _new_secret(endpoint)


def _new_secret(endpoint: WebhookEndpoint) -> str:
    made = PREFIX + secrets.token_urlsafe(32)
    endpoint.secret = seal(made.encode(), _about(endpoint.id))
    db.session.flush()
    return made


def secrets_of(endpoint: WebhookEndpoint, moment: datetime) -> list[str]:
    """The secrets that sign at this moment, the new one first."""
    sealed = [endpoint.secret]
    if endpoint.old_secret is not None and endpoint.old_until is not None and moment < endpoint.old_until:
        sealed.append(endpoint.old_secret)
    return [unseal(each, _about(endpoint.id)).decode() for each in sealed]


def _about(endpoint_id: int) -> str:
    return f"webhook {endpoint_id}"


# ---- messages of it

def test(warehouse_id: int, endpoint_id: int) -> int:
    """Have it told that somebody tries it; returns the message's id. Raises `core.not_found`, `programs.is_off`."""
    endpoint = get(warehouse_id, endpoint_id, lock=True)
    if not endpoint.active:
        raise WmsError("programs.is_off", name=endpoint.name)
    endpoint.next_at = now()
    made = insert(WebhookMessage).values(
        endpoint_id=endpoint.id, uid=uuid.uuid4(), event=TEST.name, subject=f"{TEST.about}:{uuid.uuid4().hex[:8]}",
        about_id=0, facts={}, at=now(), queued_at=now(), status=MESSAGE.initial, tries=0, next_at=now(), answer="",
    )  # fmt: skip
    return int(db.session.execute(made.returning(WebhookMessage.id)).scalar_one())


def again(warehouse_id: int, message_ids: Sequence[int]) -> int:
    """Have these messages sent again, whatever became of them; returns how many. Raises `core.not_found`."""
    told = select(WebhookMessage.endpoint_id).where(among(WebhookMessage.id, message_ids))
    mine = select(WebhookEndpoint).where(WebhookEndpoint.warehouse_id == warehouse_id, WebhookEndpoint.id.in_(told))
    endpoints = db.session.execute(mine.order_by(WebhookEndpoint.id).with_for_update()).scalars().all()
    for endpoint in endpoints:
        endpoint.next_at = now()  # somebody is waiting for it, so the endpoint's pause ends here
    done = _send_again(
        among(WebhookMessage.id, message_ids), among(WebhookMessage.endpoint_id, [one.id for one in endpoints])
    )
    if not done:
        raise WmsError("core.not_found", thing="message", key=", ".join(map(str, message_ids[:5])))
    return done


def again_span(warehouse_id: int, endpoint_id: int, since: datetime, until: datetime, *, failed: bool) -> int:
    """Have what happened in a span of time sent again to an endpoint, or of that only what it never took."""
    endpoint = get(warehouse_id, endpoint_id, lock=True)
    span = (WebhookMessage.endpoint_id == endpoint.id, WebhookMessage.at >= since, WebhookMessage.at < until)
    ended = ("given_up",) if failed else ("given_up", "delivered")
    endpoint.next_at = now()
    return _send_again(*span, WebhookMessage.status.in_(ended))


def _send_again(*which: Any) -> int:
    values = {"status": "waiting", "next_at": now(), "tries": 0, "queued_at": now()}
    done = db.session.execute(update(WebhookMessage).where(*which).values(**values).returning(WebhookMessage.id))
    return len(done.all())


# ---- how they go

def shown(warehouse_id: int, endpoint_id: int | None = None) -> list[dict[str, Any]]:
    """The endpoints of a warehouse, or one, and how each goes; secrets are in none of it."""
    wanted = select(WebhookEndpoint).where(WebhookEndpoint.warehouse_id == warehouse_id).order_by(WebhookEndpoint.id)
    if endpoint_id is not None:
        wanted = wanted.where(WebhookEndpoint.id == endpoint_id)
    rows = db.session.execute(wanted).scalars().all()
    counted = _waiting([row.id for row in rows])
    return [_shown(row, *counted.get(row.id, (0, None))) for row in rows]


def _waiting(ids: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    rows = db.session.execute(
        select(WebhookMessage.endpoint_id, func.count(), func.min(WebhookMessage.at))
        .where(among(WebhookMessage.endpoint_id, ids), WebhookMessage.status == "waiting")
        .group_by(WebhookMessage.endpoint_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _shown(endpoint: WebhookEndpoint, waiting: int, oldest: datetime | None) -> dict[str, Any]:
    return {
        "id": endpoint.id, "name": endpoint.name, "url": endpoint.url, "events": list(endpoint.events),
        "personal": endpoint.personal, "active": endpoint.active, "off_why": endpoint.off_why,
        "state": state_of(active=endpoint.active, failing=endpoint.failing_since is not None, waiting=waiting),
        "made_at": endpoint.made_at, "made_by": endpoint.made_by, "waiting": waiting, "oldest_at": oldest,
        "failures": endpoint.failures, "refusals": endpoint.refusals, "failing_since": endpoint.failing_since,
        "next_at": endpoint.next_at, "delivered_at": endpoint.delivered_at, "error": endpoint.error,
        "error_at": endpoint.error_at, "old_secret_until": endpoint.old_until,
    }  # fmt: skip


def happenings() -> list[dict[str, str]]:
    """The events that there are."""
    return [{"name": each.name, "about": each.about, "story": each.story} for each in HAPPENINGS.values()]


