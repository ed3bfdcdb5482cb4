"""Which messages may be sent now, and what came of those that were. Sending itself happens outside of transactions.

Of one subject messages are sent one after the other; a message that an endpoint does not take holds up those of its own
subject, and nothing else. An endpoint that is silent is left alone for longer and longer, and no other feels it.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import select, text, update

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.outward import Answer, NoAnswer, Outward
from wms.problems import service as problems
from wms.programs import bodies
from wms.programs.endpoints import secrets_of
from wms.programs.lifecycle import MESSAGE
from wms.programs.models import WebhookEndpoint, WebhookMessage
from wms.programs.rules import GIVE_UP, health_after, pause_after, signature, verdict

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)  # what a worker holds that was killed
AT_ONCE = 4  # messages under way to one endpoint
AGENT = "WMS-Webhooks/1"


@dataclass(frozen=True)
class Letter:
    """A message, ready to be sent."""

    message_id: int
    endpoint_id: int
    url: str
    uid: str
    event: str
    body: bytes
    secrets: tuple[str, ...]


@dataclass(frozen=True)
class Sent:
    """What came of it: an answer, or why there was none."""

    letter: Letter
    answer: Answer | None
    why: str = ""
    seconds: float = 0.0


# One that is failing is tried with a single message.
_DUE = text(
    """
    SELECT m.id FROM webhook_endpoint e CROSS JOIN LATERAL (
        SELECT w.id, row_number() OVER (ORDER BY w.id) AS nr FROM (
            SELECT w.id FROM webhook_message w
            WHERE w.endpoint_id = e.id AND w.status = 'waiting' AND w.next_at <= :now AND NOT EXISTS (
                SELECT 1 FROM webhook_message p WHERE p.endpoint_id = e.id AND p.subject = w.subject
                AND p.status = 'waiting' AND p.id < w.id
            )
            ORDER BY w.id LIMIT :each
        ) w
    ) m
    WHERE e.active AND e.next_at <= :now AND NOT e.id = ANY (:busy)
      AND m.nr <= CASE WHEN e.failing_since IS NULL THEN :each ELSE 1 END
    ORDER BY m.nr, m.id LIMIT :most
    """
)


def claim(most: int, busy: Collection[int] = (), lease: timedelta = LEASE) -> list[Letter]:
    """At most so many messages that are due, of endpoints that are not `busy`; they are the caller's for the lease."""
    if most < 1:
        return []
    given = {"now": now(), "each": AT_ONCE, "most": most, "busy": sorted(busy)}
    due = list(db.session.execute(_DUE, given).scalars())
    if not due:
        return []
    mine = (
        select(WebhookMessage.id)
        .where(among(WebhookMessage.id, due), WebhookMessage.status == "waiting", WebhookMessage.next_at <= now())
        .order_by(WebhookMessage.id)
        .with_for_update(skip_locked=True)
    )
    ids = list(db.session.execute(mine).scalars())
    db.session.execute(update(WebhookMessage).where(among(WebhookMessage.id, ids)).values(next_at=now() + lease))
    return letters(ids)


def letters(message_ids: Sequence[int]) -> list[Letter]:
    """These messages, written out and ready to be signed."""
    rows = db.session.execute(
        select(WebhookMessage, WebhookEndpoint)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookMessage.endpoint_id)
        .where(among(WebhookMessage.id, message_ids))
        .order_by(WebhookMessage.id)
        .execution_options(populate_existing=True)
    ).all()
    houses = bodies.house_codes({row.WebhookEndpoint.warehouse_id for row in rows})
    written = bodies.write(
        [bodies.Told(message, houses[endpoint.warehouse_id], endpoint.personal) for message, endpoint in rows]
    )
    keys = {endpoint.id: tuple(secrets_of(endpoint, now())) for _, endpoint in rows}
    return [
        Letter(
            message.id, endpoint.id, endpoint.url, str(message.uid), message.event, written[message.id],
            keys[endpoint.id],
        )
        for message, endpoint in rows
    ]  # fmt: skip


def headers(letter: Letter, timestamp: int) -> dict[str, str]:
    """What goes with a message; `X-WMS-Event-Id` is the same however often it is sent."""
    return {
        "Content-Type": "application/json", "User-Agent": AGENT, "X-WMS-Event": letter.event,
        "X-WMS-Event-Id": letter.uid, "X-WMS-Timestamp": str(timestamp),
        "X-WMS-Signature": signature(letter.secrets, timestamp, letter.body),
    }  # fmt: skip


def send(outward: Outward, letter: Letter) -> Sent:
    """Send one message, outside of any transaction."""
    try:
        answer = outward.post(letter.url, letter.body, headers(letter, int(now().timestamp())))
    except NoAnswer as error:
        return Sent(letter, None, error.why, error.seconds)
    return Sent(letter, answer, seconds=answer.seconds)


def settle(sent: Sequence[Sent]) -> None:
    """Write down what came of messages that were sent, and how their endpoints are after it."""
    by_endpoint: dict[int, list[Sent]] = defaultdict(list)
    for each in sent:
        by_endpoint[each.letter.endpoint_id].append(each)
    endpoints = db.session.execute(
        select(WebhookEndpoint).where(among(WebhookEndpoint.id, by_endpoint)).order_by(WebhookEndpoint.id)
        .with_for_update().execution_options(populate_existing=True)
    ).scalars().all()  # fmt: skip
    messages = _messages([each.letter.message_id for each in sent])
    for endpoint in endpoints:
        for each in sorted(by_endpoint[endpoint.id], key=lambda one: one.letter.message_id):
            message = messages.get(each.letter.message_id)
            if message is not None:
                _settle(endpoint, message, each)
    db.session.flush()


def _messages(ids: Sequence[int]) -> dict[int, WebhookMessage]:
    rows = db.session.execute(
        select(WebhookMessage).where(among(WebhookMessage.id, ids)).order_by(WebhookMessage.id)
        .with_for_update().execution_options(populate_existing=True)
    ).scalars()  # fmt: skip
    return {row.id: row for row in rows}


def _settle(endpoint: WebhookEndpoint, message: WebhookMessage, sent: Sent) -> None:
    status = sent.answer.status if sent.answer else None
    found = verdict(status)
    message.tries, message.tried_at, message.answered = message.tries + 1, now(), status
    message.latency_ms = round(sent.seconds * 1000)
    message.answer = sent.answer.head if sent.answer else sent.why
    if found == "taken":
        if message.status == "waiting":
            message.status = MESSAGE.after("deliver", message.status)
        endpoint.delivered_at = now()
    else:
        endpoint.error, endpoint.error_at = f"HTTP {status}" if status else sent.why, now()
        _later(message, refused=found == "refused")
    after = health_after(
        found, endpoint.failures, endpoint.refusals, endpoint.failing_since, now(),
        sent.answer.retry_after if sent.answer else "",
    )
    if found == "taken" and endpoint.failing_since is not None:
        problems.settle_program(endpoint.warehouse_id, str(endpoint.id))
    endpoint.failures, endpoint.refusals, endpoint.failing_since = after.failures, after.refusals, after.failing_since
    endpoint.next_at = max(endpoint.next_at, after.next_at) if found != "taken" else after.next_at
    if after.off and endpoint.active:
        _switch_off(endpoint, after.off)


def _later(message: WebhookMessage, *, refused: bool) -> None:
    """A silence is the endpoint's matter, which has a time of its own; a refusal is this message's."""
    if message.status != "waiting":
        return
    if now() - message.queued_at > GIVE_UP:
        message.status = MESSAGE.after("give_up", message.status)
    message.next_at = now() + pause_after(message.tries) if refused else now()


def _switch_off(endpoint: WebhookEndpoint, why: str) -> None:
    endpoint.active, endpoint.off_why = False, why
    log.warning("webhook_switched_off", endpoint=endpoint.id, why=why)
    problems.report_program(endpoint.warehouse_id, str(endpoint.id), endpoint.name, "endpoint_off", endpoint.error)


# ---- now and then

def tidy(kept: timedelta) -> tuple[int, int]:
    """Give up what nobody could be told for too long, and forget what is old; returns how many of each."""
    old = (WebhookMessage.status == "waiting", WebhookMessage.queued_at < now() - GIVE_UP)
    lost = update(WebhookMessage).where(*old, WebhookMessage.next_at <= now()).values(status="given_up")
    given_up = len(db.session.execute(lost.returning(WebhookMessage.id)).all())
    forgotten = db.session.execute(
        text("DELETE FROM webhook_message WHERE at < :before AND status <> 'waiting' RETURNING id"),
        {"before": now() - kept},
    )
    return given_up, len(forgotten.all())
