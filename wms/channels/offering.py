"""Telling shops how many there are of what they offer: the number itself, so that telling it twice changes nothing."""
from __future__ import annotations

import time
from functools import partial

import structlog
from sqlalchemy import select

from wms.catalog.models import Sku
from wms.channels.accounts import Line, at_work, hold_on
from wms.channels.client import ExpiredError, RefusedError
from wms.channels.models import ChannelAccount, ChannelItem
from wms.channels.plugin import Item
from wms.channels.rules import offered
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
    account, owner_id = db.session.execute(
        select(ChannelAccount, Shop.owner_id)
        .join(Shop, Shop.id == ChannelAccount.shop_id)
        .where(ChannelAccount.shop_id == line.shop_id)
    ).one()
    if not account.stock_share:
        return []
    rows = db.session.execute(
        select(ChannelItem, Sku.code).join(Sku, Sku.id == ChannelItem.sku_id).where(ChannelItem.shop_id == line.shop_id)
    ).all()
    houses = orders.warehouses_of(line.shop_id) or [line.warehouse_id]
    skus = {row.ChannelItem.sku_id for row in rows}
    there = [stock.available(house, skus, owner_id) for house in houses]
    free = {sku_id: sum(each[sku_id] for each in there) for sku_id in skus}
    wanted = [
        (row.ChannelItem, row.code, offered(free[row.ChannelItem.sku_id], account.safety_stock, account.stock_share))
        for row in rows
    ]
    changed = sorted((qty, each.id, each, code) for each, code, qty in wanted if each.told != qty)
    return [(each.id, Item(each.item_id, each.variant_id, code), qty) for qty, _, each, code in changed]


def _note(shop_id: int, row_id: int, qty: int, error: str) -> None:
    row = db.session.get_one(ChannelItem, row_id, with_for_update=True)
    row.told, row.told_at, row.error = qty, now(), error
    hold_on(shop_id, "push")
