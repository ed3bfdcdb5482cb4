"""Pulling orders: windows that overlap, page by page, each page stored in the transaction that moves the cursor.

A worker that is killed anywhere leaves a cursor behind which all is stored; what it had asked for is asked for again.
"""
from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert

from wms.channels.accounts import ORDERS, Line, at_work, hold_on, line_to
from wms.channels.client import ExpiredError, RefusedError
from wms.channels.intake import MENDED, Got, check_sound, keep_each
from wms.channels.models import ChannelAccount, ChannelCursor, ChannelFetch, ChannelOrder, RawOrder
from wms.channels.plugin import Listed, Window
from wms.channels.rules import OVERLAP, next_window, without_nul
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.transaction import carry_out, transaction
from wms.orders.models import Order

log = structlog.get_logger(__name__)

BUDGET_S = 40.0  # one shop holds a worker for no longer; it goes on in the next minute
BACK = timedelta(days=3)  # how far the nightly comparison looks back
AT_ONCE = 100
SETTLED = timedelta(minutes=2)  # after its change an order that is fetched stands as it was changed


@dataclass(frozen=True)
class _Place:
    """Where the cursor stands: what is stored of which window."""

    done_until: datetime
    window: Window
    state: dict[str, Any] | None


class Moved(Exception):
    """Somebody else has moved the cursor: what was got is theirs to store."""


def pull(shop_id: int, budget_s: float = BUDGET_S) -> None:
    """Pull what changed in a shop until nothing is left or the time is over."""
    ends = time.monotonic() + budget_s
    with at_work(shop_id, "pull") as line:
        if line is None:
            return
        # What comes while it reads is the next pull's: each window reads the overlap once more, and a shop in which
        # reading that takes longer than a second would never be done.
        begun = now()
        while True:
            _fetch_wanted(line, ends)  # somebody waits for these
            place = carry_out(partial(_place, line, begun))
            if place is None or not _page(line, place):
                return
            if time.monotonic() > ends:
                line.more = True
                return


def _place(line: Line, until: datetime) -> _Place | None:
    """The place of the cursor, a new window begun where the last one is complete; None when all is read that there was
    at this moment."""
    cursor = db.session.get_one(ChannelCursor, (line.shop_id, ORDERS), with_for_update=True, populate_existing=True)
    if cursor.window_end is not None:
        return _Place(cursor.done_until, Window(cursor.done_until - OVERLAP, cursor.window_end), cursor.page_state)
    window = next_window(cursor.done_until, until, line.channel.facts)
    if window is None:
        return None
    cursor.window_end, cursor.page_state = window.end, None
    return _Place(cursor.done_until, window, None)


def _page(line: Line, place: _Place) -> bool:
    """Ask for a part of a window and store it; False when somebody else was faster."""
    asked_at = now()
    page = line.channel.page(line.client, line.account, place.window, place.state)
    got = _whole(line, page.listed, asked_at)
    try:
        carry_out(partial(_store, line, place, got, page.next))
    except Moved:
        log.warning("cursor_moved", shop=line.account.shop)
        return False
    return True


def _store(line: Line, place: _Place, got: Sequence[Got], following: dict[str, Any] | None) -> None:
    cursor = db.session.get_one(ChannelCursor, (line.shop_id, ORDERS), with_for_update=True, populate_existing=True)
    if (cursor.done_until, cursor.window_end, cursor.page_state) != (
        place.done_until, place.window.end, place.state,
    ):  # fmt: skip
        raise Moved
    keep_each(line.shop_id, line.warehouse_id, got)
    cursor.page_state = following
    if following is None:
        cursor.done_until, cursor.window_end = place.window.end, None
        _note_pulled(line.shop_id)
    hold_on(line.shop_id, "pull")


def _note_pulled(shop_id: int) -> None:
    db.session.get_one(ChannelAccount, shop_id).pulled_at = now()


def _whole(line: Line, listed: Iterable[Listed], asked_at: datetime) -> list[Got]:
    """Orders of a list, those fetched that the list does not bring whole; each is asked for once. Those are left out
    that are here as the list has them."""
    wanted = {each.platform_id: each for each in listed}
    whole = [read_one(line, id, each.body, asked_at) for id, each in wanted.items() if each.body is not None]
    named = {id: each.changed_at for id, each in wanted.items() if each.body is None}
    here = carry_out(partial(_here, line.shop_id, named)) if any(named.values()) else set()
    missing = [id for id in named if id not in here]
    found = _beside(line.channel.facts.at_once, partial(_fetch, line, asked_at), missing)
    return whole + [each for each in found if each is not None]


def _here(shop_id: int, listed: Mapping[str, datetime | None]) -> set[str]:
    """Those of the orders that were fetched long after they changed for the last time, by when each did: a change
    within the same second, or by a clock that is not quite ours, would have been seen then."""
    known = select(ChannelOrder.platform_id, ChannelOrder.changed_at, ChannelOrder.asked_at)
    mine = (ChannelOrder.shop_id == shop_id, ChannelOrder.outcome.in_(["taken", "elsewhere"]))
    rows = db.session.execute(known.where(*mine, among(ChannelOrder.platform_id, listed)))
    return {
        row.platform_id
        for row in rows
        if row.changed_at == listed[row.platform_id] and row.asked_at - row.changed_at > SETTLED
    }


def _fetch(line: Line, asked_at: datetime, platform_id: str) -> Got | None:
    try:
        body = line.channel.fetch(line.client, line.account, platform_id)
    except ExpiredError:
        raise
    except RefusedError as error:  # of this one order: the others go on
        return Got(platform_id, {"refused": str(error)}, asked_at, None, str(error)[:200])
    return None if body is None else read_one(line, platform_id, body, asked_at)


def _beside(at_once: int, act: Callable[[str], Got | None], ids: Sequence[str]) -> list[Got | None]:
    """`act` of each, some beside each other; raises what the first one that failed raised."""
    if len(ids) < 2 or at_once < 2:
        return [act(id) for id in ids]
    with ThreadPoolExecutor(min(at_once, len(ids)), thread_name_prefix="fetch") as pool:
        futures = [pool.submit(act, id) for id in ids]
        try:
            return [future.result() for future in futures]
        finally:
            for future in futures:
                future.cancel()


def read_one(line: Line, platform_id: str, body: dict[str, Any], asked_at: datetime) -> Got:
    """One order that cannot be read must not stand in the way of the others: it is kept as it is, and shown."""
    body = without_nul(body)
    try:
        return Got(platform_id, body, asked_at, check_sound(line.channel.read(line.account, body)))
    except Exception as error:
        log.warning("order_unreadable", shop=line.account.shop, order=platform_id, why=type(error).__name__)
        return Got(platform_id, body, asked_at, None, f"{type(error).__name__}: {error}"[:200])


# ---- single orders

def want(shop_id: int, platform_ids: Iterable[str], why: str) -> None:
    """Have orders fetched, within the caller's transaction; asked twice they are fetched once."""
    facts = {"shop_id": shop_id, "asked_at": now(), "why": why}
    values = [{**facts, "platform_id": id} for id in sorted(set(platform_ids))]
    if values:
        put = insert(ChannelFetch).values(values)
        again = {"asked_at": put.excluded.asked_at, "why": put.excluded.why}
        keys = ["shop_id", "platform_id"]
        db.session.execute(put.on_conflict_do_update(index_elements=keys, set_=again))


def fetch_wanted(shop_id: int, budget_s: float = BUDGET_S) -> None:
    """Fetch the orders that are wanted one by one: notices, questions of people, what was missing.

    While a pull is at it, that one does.
    """
    with at_work(shop_id, "pull") as line:
        if line is not None:
            line.as_due = True
            _fetch_wanted(line, time.monotonic() + budget_s)


def _fetch_wanted(line: Line, ends: float) -> None:
    while time.monotonic() < ends and (wanted := carry_out(partial(_wanted, line.shop_id))):
        got = _whole(line, [Listed(id) for id, _ in wanted], now())
        carry_out(partial(_store_wanted, line, wanted, got))


def _wanted(shop_id: int) -> list[tuple[str, datetime]]:
    rows = select(ChannelFetch).where(ChannelFetch.shop_id == shop_id).order_by(ChannelFetch.asked_at).limit(AT_ONCE)
    return [(row.platform_id, row.asked_at) for row in db.session.execute(rows).scalars()]


def _store_wanted(line: Line, wanted: Sequence[tuple[str, datetime]], got: Sequence[Got]) -> None:
    """What was wanted again meanwhile stays wanted."""
    keep_each(line.shop_id, line.warehouse_id, got)
    for platform_id, asked_at in wanted:
        mine = (ChannelFetch.shop_id == line.shop_id, ChannelFetch.platform_id == platform_id)
        db.session.execute(delete(ChannelFetch).where(*mine, ChannelFetch.asked_at == asked_at))
    hold_on(line.shop_id, "pull")


# ---- what slipped through

def reconcile(shop_id: int) -> int:
    """Compare what a shop lists of the last days with what is here; what is missing or older here is fetched.

    Orders that are open here are asked about once more in any case: some platforms change one without noting when.
    Returns how many are wanted now. Where somebody is at the shop, or it does not answer to the end, it stays due, and
    is done after the next pull.
    """
    found = 0
    with at_work(shop_id, "pull") as line:
        if line is None:
            return 0
        line.as_due = True
        for listed in _listed(line):
            found += carry_out(partial(_want_missing, line, listed))
        found += carry_out(partial(_want_open, line))
        carry_out(partial(_compared, shop_id))
    return found


def _compared(shop_id: int) -> None:
    db.session.get_one(ChannelAccount, shop_id).compare_since = None


def _listed(line: Line) -> Iterator[tuple[Listed, ...]]:
    facts = line.channel.facts
    begin, last = now() - BACK, now() - facts.lag
    while begin < last:
        window, state = Window(begin, min(begin + facts.window, last)), None
        while True:
            page = line.channel.page(line.client, line.account, window, state)
            yield page.listed
            state = page.next
            if state is None:
                break
        begin = window.end


def _want_missing(line: Line, listed: Sequence[Listed]) -> int:
    ids = [each.platform_id for each in listed]
    known = select(ChannelOrder.platform_id, ChannelOrder.changed_at)
    rows = db.session.execute(known.where(ChannelOrder.shop_id == line.shop_id, among(ChannelOrder.platform_id, ids)))
    here = {row.platform_id: row.changed_at for row in rows}
    missing = [
        each.platform_id
        for each in listed
        if each.platform_id not in here or _is_older(here[each.platform_id], each.changed_at)
    ]
    want(line.shop_id, missing, "missing")
    hold_on(line.shop_id, "pull")
    return len(missing)


def _is_older(here: datetime | None, there: datetime | None) -> bool:
    return there is not None and (here is None or here < there)


def _want_open(line: Line) -> int:
    asked = select(ChannelOrder.platform_id).outerjoin(Order, Order.id == ChannelOrder.order_id)
    open_here = (Order.shipping == "unshipped") & (Order.confirmation != "cancelled")
    waits = ChannelOrder.order_id.is_(None) & ChannelOrder.outcome.in_(["waiting", "unreadable"])
    ids = db.session.execute(asked.where(ChannelOrder.shop_id == line.shop_id, or_(open_here, waits))).scalars().all()
    want(line.shop_id, ids, "open")
    return len(ids)


# ---- what was refused

def take_again(shop_id: int) -> None:
    """Try again to take in what was refused and may have been mended: unknown goods, an order somebody works on."""
    with transaction():
        line = line_to(shop_id)
        open_here = or_(Order.id.is_(None), (Order.shipping == "unshipped") & (Order.confirmation != "cancelled"))
        code = ChannelOrder.problem["code"].astext
        rows = db.session.execute(
            select(ChannelOrder.id)
            .outerjoin(Order, Order.id == ChannelOrder.order_id)
            .where(ChannelOrder.shop_id == shop_id, ChannelOrder.outcome == "refused", open_here)
            .where(code.in_([*MENDED, "orders.in_work", "orders.paid_but_cancelled", "picking.put_back_begun"]))
            .order_by(ChannelOrder.id)
        )
        ids = list(rows.scalars())
    for start in range(0, len(ids), AT_ONCE):
        carry_out(partial(_take_again, line, ids[start : start + AT_ONCE]))


def _take_again(line: Line, ids: Sequence[int]) -> None:
    rows = db.session.execute(
        select(ChannelOrder.platform_id, ChannelOrder.asked_at, RawOrder.body)
        .join(
            RawOrder,
            (RawOrder.shop_id == ChannelOrder.shop_id)
            & (RawOrder.platform_id == ChannelOrder.platform_id)
            & (RawOrder.body_hash == ChannelOrder.body_hash),
        )
        .where(among(ChannelOrder.id, ids))
    )
    again = [read_one(line, row.platform_id, row.body, row.asked_at) for row in rows]
    keep_each(line.shop_id, line.warehouse_id, again)
