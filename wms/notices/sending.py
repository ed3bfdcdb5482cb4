"""Sending what is due: claimed and committed before anything leaves, and never again by itself when nobody knows
whether it did."""
from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import select, text

from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.private import mask_name, mask_phone
from wms.core.transaction import carry_out
from wms.notices import ways_of
from wms.notices.lifecycle import NOTICE
from wms.notices.models import Notice, NoticeWay
from wms.notices.plugin import Account, Message, NotNowError, RefusedError, SilentError, Way
from wms.notices.rules import TRIES, BadTemplateError, language_of, not_before, pause_after
from wms.notices.words import both, words
from wms.orders import service as orders
from wms.orders.models import Order

AT_ONCE = 8
CLAIMED = 40  # in a transaction
LEASE = timedelta(minutes=5)  # far longer than any of them takes
BUDGET_S = 50.0

log = structlog.get_logger(__name__)

# What was being sent when its worker was killed may have left: it is in doubt, and a person decides.
_LEFT = text(
    """
    UPDATE notice SET status = 'doubt', error = 'killed' WHERE id IN (
        SELECT id FROM notice WHERE status = 'sending' AND due_at <= :at FOR UPDATE SKIP LOCKED)
    """
)
_DUE = text(
    """
    SELECT id FROM notice WHERE status = 'waiting' AND due_at <= :at ORDER BY due_at, id LIMIT :most
    FOR UPDATE SKIP LOCKED
    """
)


@dataclass(frozen=True)
class Ready:
    """A notice that is ours to send. `way` None: it cannot be, and `problem` says why."""

    id: int
    way: Way | None
    account: Account | None
    message: Message | None
    reached: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Outcome:
    """`action` of the lifecycle."""

    id: int
    action: str
    error: str = ""
    reached: str = ""


def send_due(budget_s: float = BUDGET_S) -> int:
    """Send what is due until the time is over; how many were tried. Opens its own transactions."""
    ends, tried = time.monotonic() + budget_s, 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while time.monotonic() < ends:
            claimed = carry_out(_claim)
            if claimed is None:
                return tried
            outcomes = list(pool.map(_put, claimed))
            carry_out(partial(_settle, outcomes))
            tried += len(outcomes)
    return tried


def _claim() -> list[Ready] | None:
    """The next ones, ours until the lease ends; None when nothing is due. Those that must wait for the end of quiet
    hours are put off."""
    at = now()
    db.session.execute(_LEFT, {"at": at})
    ids = list(db.session.execute(_DUE, {"at": at, "most": CLAIMED}).scalars())
    if not ids:
        return None
    rows = db.session.execute(
        select(Notice, NoticeWay, Order)
        .join(NoticeWay, NoticeWay.id == Notice.way_id).join(Order, Order.id == Notice.order_id)
        .where(among(Notice.id, ids)).order_by(Notice.id)
    ).all()  # fmt: skip
    found = []
    for notice, way, order in rows:
        later = not_before(at, way.quiet_from, way.quiet_until, way.zone)
        if later > at:
            notice.due_at = later
            continue
        notice.status, notice.tries, notice.due_at = NOTICE.after("send", notice.status), notice.tries + 1, at + LEASE
        found.append(_ready(notice, way, order))
    return found


def _ready(notice: Notice, way: NoticeWay, order: Order) -> Ready:
    speaks = ways_of.plugin_of(way)
    if speaks is None or not way.active:
        return Ready(notice.id, None, None, None, problem="the way is off")
    to = str(getattr(order, speaks.needs)).strip() if speaks.needs else ""
    if speaks.needs and (not to or orders.veiled(to)):
        return Ready(notice.id, None, None, None, problem=f"no {speaks.needs}")
    language = language_of(order.country, order.province)
    values = ways_of.values_of(order)
    try:
        subject, body = both(words(order.warehouse_id, order.shop_id, notice.event, way.plugin, language), values)
    except BadTemplateError as error:
        return Ready(notice.id, None, None, None, problem=str(error)[:200])
    message = Message(ways_of.id_of(notice.id), notice.event, to, subject, body, values)
    return Ready(notice.id, speaks, ways_of.account_of(way), message, masked(to))


def masked(to: str) -> str:
    """An address or a number as a list tells it."""
    name, at, host = to.partition("@")
    return f"{mask_name(name.replace(' ', ''))}@{host}" if at else mask_phone(to)


def _put(ready: Ready) -> Outcome:
    """Send it, outside of any transaction."""
    if ready.way is None or ready.account is None or ready.message is None:
        return Outcome(ready.id, "fail", ready.problem)
    try:
        ready.way.send(ready.account, ready.message)
    except RefusedError as error:
        return Outcome(ready.id, "fail", str(error)[:200], ready.reached)
    except NotNowError as error:
        return Outcome(ready.id, "later", str(error)[:200], ready.reached)
    except SilentError as error:
        return Outcome(ready.id, "doubt", str(error)[:200], ready.reached)
    except Exception as error:  # a plug-in of somebody else: whatever it did, it may have been sent
        log.warning("notice_failed", notice=ready.id, why=type(error).__name__)
        return Outcome(ready.id, "doubt", type(error).__name__, ready.reached)
    return Outcome(ready.id, "sent", "", ready.reached)


def _settle(outcomes: Sequence[Outcome]) -> None:
    rows = select(Notice).where(among(Notice.id, [each.id for each in outcomes])).order_by(Notice.id).with_for_update()
    notices = {row.id: row for row in db.session.execute(rows).scalars()}
    for each in outcomes:
        notice = notices[each.id]
        if notice.status != "sending":
            continue  # the lease ended, and somebody has called it in doubt
        action = "fail" if each.action == "later" and notice.tries >= TRIES else each.action
        notice.status = NOTICE.after(action, notice.status)
        notice.error, notice.reached = each.error, each.reached
        if action == "sent":
            notice.sent_at = now()
        elif action == "later":
            notice.due_at = now() + pause_after(notice.tries)
