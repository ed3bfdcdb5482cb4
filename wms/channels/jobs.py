"""Background work of the channels room. The rows are the queues: a job that was lost, the next minute makes up for."""
from __future__ import annotations

from sqlalchemy import exists, select, update

from wms.channels import offering, pulling, pushing
from wms.channels.accounts import ask_for
from wms.channels.models import ChannelAccount, ChannelFetch, ChannelOrder, ShopPush
from wms.channels.plugin import passive
from wms.core.clock import now
from wms.core.db import db
from wms.core.job import job
from wms.core.transaction import transaction


@job("channels.due", cron="* * * * *")
def due() -> None:
    """Have pulled, fetched and pushed what is due, of shops that do not rest."""
    with transaction():
        account = ChannelAccount
        wanted = exists().where(ChannelFetch.shop_id == account.shop_id)
        open_push = exists().where(ShopPush.shop_id == account.shop_id, ShopPush.status.in_(["waiting", "asked"]))
        rows = db.session.execute(
            select(account.shop_id, account.next_pull_at, account.next_push_at, wanted.label("wanted"),
                   open_push.label("open_push"))
            .where(~account.paused, account.plugin.not_in(passive()))
            .order_by(account.next_pull_at)
        ).all()  # fmt: skip
        for row in rows:
            if row.next_pull_at <= now():
                ask_for("pull", row.shop_id)
            elif row.wanted:
                ask_for("fetch", row.shop_id)
            if row.open_push and row.next_push_at <= now():
                ask_for("push", row.shop_id)


@job("channels.pull")
def pull(shop_id: int) -> None:
    """Pull what changed in a shop."""
    pulling.pull(shop_id)


@job("channels.fetch")
def fetch(shop_id: int) -> None:
    """Fetch the orders of a shop that are wanted one by one."""
    pulling.fetch_wanted(shop_id)


@job("channels.push")
def push(shop_id: int) -> None:
    """Tell a shop what left."""
    pushing.push(shop_id)


@job("channels.offer_due", cron="*/5 * * * *")
def offer_due() -> None:
    """Have the shops told how many there are of what they offer, that are to be told."""
    with transaction():
        told = (ChannelAccount.stock_share > 0) & ~ChannelAccount.paused & (ChannelAccount.next_push_at <= now())
        told &= ChannelAccount.plugin.not_in(passive())
        for shop_id in list(db.session.execute(select(ChannelAccount.shop_id).where(told)).scalars()):
            ask_for("offer", shop_id)


@job("channels.offer")
def offer(shop_id: int) -> None:
    """Tell a shop how many there are of what changed."""
    offering.offer(shop_id)


@job("channels.take_again", cron="*/10 * * * *")
def take_again() -> None:
    """Try again to take in what was refused."""
    with transaction():
        refused = exists().where(ChannelOrder.shop_id == ChannelAccount.shop_id, ChannelOrder.outcome == "refused")
        shops = list(db.session.execute(select(ChannelAccount.shop_id).where(refused)).scalars())
    for shop_id in shops:
        pulling.take_again(shop_id)


@job("channels.reconcile", cron="23 19 * * *")
def reconcile() -> None:
    """Once a night (of China's clock) compare what each shop lists with what is here."""
    with transaction():
        going = (~ChannelAccount.paused, ChannelAccount.plugin.not_in(passive()))
        wanted = update(ChannelAccount).where(*going).values(compare_since=now()).returning(ChannelAccount.shop_id)
        for shop_id in list(db.session.execute(wanted).scalars()):
            ask_for("reconcile_one", shop_id)


@job("channels.reconcile_one")
def reconcile_one(shop_id: int) -> None:
    """Compare what a shop lists with what is here; the worker then fetches what is missing."""
    pulling.reconcile(shop_id)
