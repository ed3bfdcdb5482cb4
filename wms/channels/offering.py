"""Telling shops how many there are of what they offer: the number itself, so that telling it twice changes nothing."""
from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

import structlog
from sqlalchemy import select

from wms.catalog.models import Sku
from wms.channels.accounts import Line, at_work, hold_on
from wms.channels.client import ExpiredError, RefusedError
from wms.channels.models import ChannelAccount, ChannelItem
from wms.channels.plugin import Item
from wms.channels.rules import offered
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.transaction import carry_out
from wms.orders import service as orders
from wms.orders.models import Shop
from wms.stock import service as stock

log = structlog.get_logger(__name__)

BUDGET_S = 40.0


def offer(shop_id: int, budget_s: float = BUDGET_S) -> None:
    """Tell a shop the stock of its items, of those where it changed since it was told last, the scarcest first.

    What it refuses is noted, and told again when the number changes.
    """
    ends = time.monotonic() + budget_s
    with at_work(shop_id, "push") as line:
        if line is None:
            return
        for row_id, item, qty in carry_out(partial(_changed, line)):
            if time.monotonic() > ends:
                return
            carry_out(partial(_note, shop_id, row_id, qty, _put(line, item, qty)))


def _put(line: Line, item: Item, qty: int) -> str:
    """What the shop said against it; empty when nothing."""
    try:
        line.channel.put_stock(line.client, line.account, item, qty)
    except ExpiredError:
        raise
    except RefusedError as error:
        log.warning("stock_refused", shop=line.account.shop, sku=item.sku, why=error.code)
        return str(error)[:300]
    return ""


def _changed(line: Line) -> list[tuple[int, Item, int]]:
    """[(row, item, how many the shop may offer)] of items whose number is not what the shop was told."""
    changed = news([line.shop_id])
    return [(each.id, Item(each.item_id, each.variant_id, code), qty) for each, code, qty in changed]


def news(shop_ids: Sequence[int]) -> list[tuple[ChannelItem, str, int]]:
    """[(item, SKU, how many the shop may offer now)] of these shops' items, the scarcest first: of those where it is
    another number than the shop was told, and none of shops that are not to be told.

    A shop offers what is free in all warehouses that it sends from.
    """
    accounts = db.session.execute(
        select(ChannelAccount, Shop.owner_id)
        .join(Shop, Shop.id == ChannelAccount.shop_id)
        .where(among(ChannelAccount.shop_id, shop_ids), ChannelAccount.stock_share > 0)
        .order_by(ChannelAccount.shop_id)
    )
    changed = [each for account, owner_id in accounts.all() for each in _news(account, owner_id)]
    return sorted(changed, key=lambda each: (each[2], each[0].id))


def _news(account: ChannelAccount, owner_id: int | None) -> list[tuple[ChannelItem, str, int]]:
    its = select(ChannelItem, Sku.code).join(Sku, Sku.id == ChannelItem.sku_id)
    rows = db.session.execute(its.where(ChannelItem.shop_id == account.shop_id)).all()
    skus = {item.sku_id for item, _ in rows}
    houses = orders.warehouses_of(account.shop_id) or [account.warehouse_id]
    there = [stock.available(house, skus, owner_id) for house in houses]
    may = {
        sku_id: offered(sum(each[sku_id] for each in there), account.safety_stock, account.stock_share)
        for sku_id in skus
    }
    return [(item, code, may[item.sku_id]) for item, code in rows if item.told != may[item.sku_id]]


def _note(shop_id: int, row_id: int, qty: int, error: str) -> None:
    row = db.session.get_one(ChannelItem, row_id, with_for_update=True)
    row.told, row.told_at, row.error = qty, now(), error
    hold_on(shop_id, "push")
