"""Shops that come to us: they push their orders, and ask what left and how many there are of what they offer."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from wms.channels import offering
from wms.channels.accounts import account_of, connect, line_to
from wms.channels.intake import keep_each
from wms.channels.lifecycle import PUSH
from wms.channels.models import ChannelAccount, ChannelItem, ChannelOrder, RawOrder, ShopPush
from wms.channels.plugin import plugin
from wms.channels.pulling import read_one
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.lock import lock
from wms.orders.models import Shop

ALL = 100  # percent: what comes to ask may offer all that is free, unless its account says otherwise


@dataclass(frozen=True)
class Heard:
    """What became of an order that a shop pushed: `outcome` as ChannelOrder has it, `problem` {code, params}.

    `new`: it was never heard of before; `changed`: it says something else than the last time. `order_id`: ours.
    """

    new: bool
    changed: bool
    outcome: str
    problem: Mapping[str, Any] | None
    order_id: int | None


def connect_passive(warehouse_id: int, shop: str, name: str, settings: Mapping[str, Any] | None = None) -> int:
    """A shop pushes its orders by this plug-in; returns the shop's id. Connected already, it stays as it is.

    Raises `orders.unknown_shop`, `channels.not_passive` for one that is pulled, `channels.other_warehouse`.
    """
    wanted = select(ChannelAccount).join(Shop, Shop.id == ChannelAccount.shop_id).where(Shop.code == shop)
    row = db.session.execute(wanted).scalar_one_or_none()
    if row is None:
        lock(f"channels.connect {shop}", 0)  # of two first pushes at once, the second finds what the first has made
        row = db.session.execute(wanted).scalar_one_or_none()
    if row is not None and row.warehouse_id != warehouse_id:
        raise WmsError("channels.other_warehouse", shop=shop)
    if row is not None and row.plugin != name and not plugin(row.plugin).facts.passive:
        raise WmsError("channels.not_passive", shop=shop)
    facts = {"plugin": name, "url": "https://localhost/", "settings": dict(settings or {})}
    if row is None:
        return connect(warehouse_id, shop, {**facts, "stock_share": ALL}).shop_id
    if row.plugin != name or settings:
        connect(warehouse_id, shop, facts)
    return row.shop_id


def hear(warehouse_id: int, shop: str, pushed: Mapping[str, Mapping[str, Any]]) -> dict[str, Heard]:
    """Take in what a shop pushed: orders by their numbers there, within the caller's transaction.

    Each is kept word by word and acted on as if it had been pulled. Raises `channels.not_connected`.
    """
    account = account_of(warehouse_id, shop)
    line, moment = line_to(account.shop_id), now()
    before = _known(account.shop_id, pushed)
    keep_each(account.shop_id, warehouse_id, [read_one(line, id, dict(body), moment) for id, body in pushed.items()])
    account.pulled_at = moment
    db.session.flush()
    after = _known(account.shop_id, pushed)
    return {
        id: Heard(id not in before, id in before and before[id].body_hash != row.body_hash, row.outcome, row.problem,
                  row.order_id)
        for id, row in after.items()
    }  # fmt: skip


def _known(shop_id: int, ids: Mapping[str, Any]) -> dict[str, Any]:
    columns = (
        ChannelOrder.platform_id, ChannelOrder.body_hash, ChannelOrder.outcome, ChannelOrder.problem,
        ChannelOrder.order_id,
    )  # fmt: skip
    rows = db.session.execute(
        select(*columns).where(ChannelOrder.shop_id == shop_id, among(ChannelOrder.platform_id, ids))
    )
    return {row.platform_id: row for row in rows}


def last_told(warehouse_id: int, shop: str, platform_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What a shop said last of these orders, word by word."""
    account = account_of(warehouse_id, shop)
    rows = db.session.execute(
        select(RawOrder.platform_id, RawOrder.body)
        .join(
            ChannelOrder,
            (ChannelOrder.shop_id == RawOrder.shop_id)
            & (ChannelOrder.platform_id == RawOrder.platform_id)
            & (ChannelOrder.body_hash == RawOrder.body_hash),
        )
        .where(RawOrder.shop_id == account.shop_id, among(RawOrder.platform_id, platform_ids))
    )
    return {row.platform_id: dict(row.body) for row in rows}


# ---- what left

def ask_what_left(shop_ids: Sequence[int], limit: int) -> list[ShopPush]:
    """Shipments that these shops have not confirmed yet, the oldest first; they are `asked` from now on."""
    wanted = (
        select(ShopPush)
        .where(among(ShopPush.shop_id, shop_ids), ShopPush.status.in_(["waiting", "asked"]))
        .order_by(ShopPush.id)
        .limit(limit)
        .with_for_update()
    )
    rows = list(db.session.execute(wanted).scalars())
    for row in rows:
        row.status, row.tries = PUSH.after("ask", row.status), row.tries + 1
    db.session.flush()
    return rows


def note_told(shop_ids: Sequence[int], push_id: int, parcel: int | None, error: str | None) -> bool:
    """A shop says that it has taken a shipment, of it the parcel at this place (None: all of them), or why not.

    Returns whether there is such a shipment. Said again it changes nothing.
    """
    row = db.session.execute(
        select(ShopPush).where(ShopPush.id == push_id, among(ShopPush.shop_id, shop_ids)).with_for_update()
    ).scalar_one_or_none()
    if row is None:
        return False
    if row.status in ("done", "refused"):
        return True
    row.status = PUSH.after("ask", row.status)
    if error is not None:
        row.status, row.error = PUSH.after("refuse", row.status), error[:300]
        return True
    count = len(row.body["parcels"])
    heard = set(row.body.get("heard", [])) | (set(range(count)) if parcel is None else {parcel})
    row.body = {**row.body, "heard": sorted(heard)}
    if heard >= set(range(count)):
        row.status, row.done_at, row.error = PUSH.after("confirm", row.status), now(), ""
    db.session.flush()
    return True


# ---- how many there are

@dataclass(frozen=True)
class Offered:
    """An item of a shop, of which it was told another number than there is now."""

    row_id: int
    shop_id: int
    item_id: str
    variant_id: str
    sku: str
    qty: int


def offered_now(shop_ids: Sequence[int], limit: int) -> list[Offered]:
    """What these shops should be told of their items' stock, the scarcest first."""
    return [
        Offered(item.id, item.shop_id, item.item_id, item.variant_id, sku, qty)
        for item, sku, qty in offering.news(shop_ids)[:limit]
    ]


def note_offered(shop_ids: Sequence[int], row_id: int, qty: int) -> bool:
    """A shop offers so many of an item from now on; returns whether there is such an item."""
    row = db.session.execute(
        select(ChannelItem).where(ChannelItem.id == row_id, among(ChannelItem.shop_id, shop_ids)).with_for_update()
    ).scalar_one_or_none()
    if row is None:
        return False
    row.told, row.told_at, row.error = qty, now(), ""
    db.session.flush()
    return True


