"""The verbs of the channels room, as people and other programs use them."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from wms.catalog.models import Sku
from wms.channels.accounts import (
    ORDERS,
    account_of,
    ask_for,
    connect,
    line_to,
    pause,
    put_tokens,
)
from wms.channels.client import RefusedError
from wms.channels.models import ChannelAccount, ChannelCursor, ChannelFetch, ChannelItem, ChannelOrder, ShopPush
from wms.channels.passive import (
    Heard,
    Offered,
    ask_what_left,
    connect_passive,
    hear,
    last_told,
    note_offered,
    note_told,
    offered_now,
)
from wms.channels.plugin import Tokens, plugin, plugins
from wms.channels.pulling import want
from wms.channels.pushing import note_shipped, push_again
from wms.channels.rules import health
from wms.core.catalogue import messages
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.orders.models import Order, Shop

__all__ = [
    "Heard", "Offered", "account_of", "ask_what_left", "connect", "connect_passive", "fetch_now", "hear", "keep_tokens",
    "last_told", "line_for", "note_offered", "note_shipped", "note_told", "noticed", "offered_now", "pause",
    "platforms", "pull_now", "push_again", "shown", "troubles",
]  # fmt: skip


def platforms() -> list[str]:
    """The plug-ins that are installed and can be connected by an address, by name."""
    return sorted(name for name, each in plugins().items() if not each.facts.passive)


def fetch_now(warehouse_id: int, shop: str, platform_id: str) -> None:
    """Have one order fetched now, ahead of every pull. Raises `channels.not_connected`, `channels.paused`."""
    account = _going(warehouse_id, shop)
    want(account.shop_id, [platform_id], "asked")
    ask_for("fetch", account.shop_id)


def pull_now(warehouse_id: int, shop: str) -> None:
    """Have a shop pulled, and told what it is to be told, without waiting for the time."""
    account = _going(warehouse_id, shop)
    account.next_pull_at = account.next_push_at = now()
    ask_for("pull", account.shop_id)
    ask_for("push", account.shop_id)


def _going(warehouse_id: int, shop: str) -> ChannelAccount:
    account = account_of(warehouse_id, shop, lock=True)
    if account.paused:
        raise WmsError("channels.paused", shop=shop)
    if plugin(account.plugin).facts.passive:
        raise WmsError("channels.comes_to_us", shop=shop)
    return account


def noticed(shop: str, headers: Mapping[str, str], body: bytes) -> None:
    """A platform's notice: what it is about is fetched. It changes nothing itself: it may be late, or older than what
    is known. Raises `channels.not_a_notice` (401) unless the platform signed it, also for shops that do not exist.
    """
    shop_id = db.session.execute(
        select(ChannelAccount.shop_id).join(Shop, Shop.id == ChannelAccount.shop_id).where(Shop.code == shop)
    ).scalar()
    if shop_id is None:
        raise WmsError("channels.not_a_notice")
    line = line_to(shop_id)
    try:
        found = line.channel.webhook(line.account, headers, body)
    except RefusedError:
        raise WmsError("channels.not_a_notice") from None
    if found:
        want(shop_id, found, "notice")
        ask_for("fetch", shop_id)


# ---- authorising

def line_for(warehouse_id: int, shop: str) -> Any:
    """The line to a shop, for asking it outside of the transaction."""
    return line_to(account_of(warehouse_id, shop).shop_id)


def keep_tokens(warehouse_id: int, shop: str, tokens: Tokens) -> None:
    """Store what an authorisation gave, and try the shop again at once."""
    account = account_of(warehouse_id, shop, lock=True)
    put_tokens(account, tokens)
    account.next_pull_at = account.next_push_at = now()


# ---- how it goes

def shown(warehouse_id: int, shop: str | None = None) -> list[dict[str, Any]]:
    """How the shops of a warehouse go, or one: health, how old their orders here are at most, errors, what waits.

    `lag_s` is None until the first pull; secrets are in none of it. Raises `channels.not_connected` for one shop.
    """
    wanted = (
        select(ChannelAccount, Shop.code, Shop.name, ChannelCursor.done_until)
        .join(Shop, Shop.id == ChannelAccount.shop_id)
        .outerjoin(ChannelCursor, (ChannelCursor.shop_id == ChannelAccount.shop_id) & (ChannelCursor.kind == ORDERS))
        .where(ChannelAccount.warehouse_id == warehouse_id)
        .order_by(Shop.code)
    )
    rows = db.session.execute(wanted if shop is None else wanted.where(Shop.code == shop)).all()
    if shop is not None and not rows:
        raise WmsError("channels.not_connected", shop=shop)
    counted = _counted([row.ChannelAccount.shop_id for row in rows])
    return [_shown(row.ChannelAccount, row.code, row.name, row.done_until, counted) for row in rows]


def _shown(
    account: ChannelAccount, code: str, name: str, done_until: Any, counted: Mapping[str, Mapping[int, int]]
) -> dict[str, Any]:
    facts = plugin(account.plugin).facts
    failures = max(account.pull_failures, account.push_failures)
    state = health(
        paused=account.paused, failures=failures, done_until=done_until, moment=now(), facts=facts
    )
    return {
        "shop": code, "name": name, "plugin": account.plugin, "url": account.url, "state": state,
        "paused": account.paused, "every_s": account.every_s, "stock_share": account.stock_share,
        "safety_stock": account.safety_stock, "pulled_at": account.pulled_at,
        "next_pull_at": account.next_pull_at,
        "lag_s": int((now() - done_until).total_seconds()) if account.pulled_at and done_until else None,
        "failures": failures, "error": account.error, "error_at": account.error_at,
        **{what: by_shop.get(account.shop_id, 0) for what, by_shop in counted.items()},
    }  # fmt: skip


def _counted(shop_ids: list[int]) -> dict[str, dict[int, int]]:
    """By shop: orders that could not be taken, single fetches and pushes that wait, pushes that were refused."""

    def by_shop(model: Any, *where: Any) -> dict[int, int]:
        asked = select(model.shop_id, func.count()).where(model.shop_id.in_(shop_ids), *where).group_by(model.shop_id)
        return {row[0]: row[1] for row in db.session.execute(asked)}

    open_push = ShopPush.status.in_(["waiting", "asked"])
    troubled = (
        select(ChannelOrder.shop_id, func.count())
        .outerjoin(Order, Order.id == ChannelOrder.order_id)
        .where(ChannelOrder.shop_id.in_(shop_ids), *_troubled())
        .group_by(ChannelOrder.shop_id)
    )
    return {
        "troubled": {row[0]: row[1] for row in db.session.execute(troubled)},
        "to_fetch": by_shop(ChannelFetch),
        "to_push": by_shop(ShopPush, open_push),
        "push_refused": by_shop(ShopPush, ShopPush.status == "refused"),
    }


def _troubled() -> tuple[Any, ...]:
    """An order that is gone or cancelled is nobody's trouble any more, unless the shop has it as paid."""
    paid = ChannelOrder.problem["code"].astext == "orders.paid_but_cancelled"
    over = (Order.shipping == "shipped") | ((Order.confirmation == "cancelled") & ~paid)
    return ChannelOrder.outcome.in_(["refused", "unreadable"]), ~func.coalesce(over, False)


def troubles(warehouse_id: int, shop: str, locale: str, limit: int = 100) -> dict[str, Any]:
    """What a person should see to at a shop: orders that could not be taken in, shipments and stock that it
    refused."""
    shop_id = account_of(warehouse_id, shop).shop_id
    rows = db.session.execute(
        select(ChannelOrder.platform_id, ChannelOrder.outcome, ChannelOrder.problem, ChannelOrder.asked_at)
        .outerjoin(Order, Order.id == ChannelOrder.order_id)
        .where(ChannelOrder.shop_id == shop_id, *_troubled())
        .order_by(ChannelOrder.id)
        .limit(limit)
    )
    refused = select(ShopPush).where(ShopPush.shop_id == shop_id, ShopPush.status == "refused")
    pushes = db.session.execute(refused.order_by(ShopPush.id).limit(limit)).scalars()
    items = db.session.execute(
        select(ChannelItem, Sku.code)
        .join(Sku, Sku.id == ChannelItem.sku_id)
        .where(ChannelItem.shop_id == shop_id, ChannelItem.error != "")
        .order_by(Sku.code)
        .limit(limit)
    )
    return {
        "items": [
            {"sku": row.code, "item": row.ChannelItem.item_id, "told": row.ChannelItem.told,
             "why": row.ChannelItem.error}
            for row in items
        ],
        "orders": [
            {"order": row.platform_id, "at": row.asked_at, "why": _words(row.problem, locale)} for row in rows
        ],
        "pushes": [
            {"id": each.id, "order": each.platform_id, "at": each.made_at, "why": each.error} for each in pushes
        ],
    }


def _words(problem: Mapping[str, Any] | None, locale: str) -> str:
    found = messages().get(problem["code"]) if problem else None
    return found.text(locale, problem["params"]) if found and problem else ""
