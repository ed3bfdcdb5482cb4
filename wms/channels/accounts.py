"""Accounts of shops: connecting them, their sealed secrets, and who is at work on one at the moment."""
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import structlog
from sqlalchemy import or_, select, update

from wms.channels.client import BusyError, ChannelError, Client, ExpiredError, address_problem
from wms.channels.models import ChannelAccount, ChannelCursor, ChannelFetch
from wms.channels.plugin import Account, Channel, Tokens, plugin
from wms.channels.rules import pause_after
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.job import defer
from wms.core.sealed import seal, unseal
from wms.core.transaction import carry_out
from wms.orders.models import Shop

log = structlog.get_logger(__name__)

SECRETS = ("app_secret", "access_token", "refresh_token", "webhook_secret")
LEASE = timedelta(minutes=2)  # what a worker holds that was killed; it renews it with every page and push
ORDERS = "orders"


def connect(warehouse_id: int, shop: str, facts: Mapping[str, Any]) -> ChannelAccount:
    """Connect a shop to its platform, or change how it is. What `facts` does not name stays.

    `facts`: plugin, url, app_key, settings, every_s, stock_share, safety_stock, since (how far back the first pull
    reaches, new accounts only), and the SECRETS, which are stored sealed and never shown. Raises `orders.unknown_shop`,
    `channels.no_plugin`, `channels.not_over_tls`, `channels.other_warehouse`.
    """
    shop_id = _shop_id(shop)
    account = db.session.get(ChannelAccount, shop_id, with_for_update=True)
    if account is None:
        account = _new(warehouse_id, shop_id, facts)
    elif account.warehouse_id != warehouse_id:
        raise WmsError("channels.other_warehouse", shop=shop)
    account.settings = {**account.settings, **facts.get("settings", {})}
    for name in ("plugin", "url", "app_key", "every_s", "stock_share", "safety_stock"):
        if name in facts:
            setattr(account, name, facts[name])
    known = plugin(account.plugin)
    if address_problem(account.url):
        raise WmsError("channels.not_over_tls", url=account.url)
    given = {name: facts[name] for name in SECRETS if facts.get(name)}
    if given:
        _put_secrets(account, {**_secrets(account), **given})
    if known.facts.refresh is not None and not _secrets(account).get("access_token"):
        account.token_ends_at = now()  # there is none yet: the first thing is to get one
    account.next_pull_at = account.next_push_at = now()
    account.pull_failures = account.push_failures = 0
    db.session.flush()
    if not account.paused and not plugin(account.plugin).facts.passive:
        ask_for("pull", shop_id)
    return account


def ask_for(act: str, shop_id: int) -> None:
    """Have something done for a shop by the worker, once however often it is asked for; within a transaction."""
    defer(f"channels.{act}", once=f"channels.{act}:{shop_id}", shop_id=shop_id)


def _new(warehouse_id: int, shop_id: int, facts: Mapping[str, Any]) -> ChannelAccount:
    account = ChannelAccount(
        shop_id=shop_id, warehouse_id=warehouse_id, plugin=facts["plugin"], url=facts["url"],
        next_pull_at=now(), next_push_at=now(), settings={}, secrets=b"",
    )  # fmt: skip
    _put_secrets(account, {})
    db.session.add(account)
    db.session.flush()
    since = facts.get("since") or now() - timedelta(days=1)
    db.session.add(ChannelCursor(shop_id=shop_id, kind=ORDERS, done_until=since))
    return account


def _shop_id(code: str) -> int:
    found = db.session.execute(select(Shop.id).where(Shop.code == code)).scalar()
    if found is None:
        raise WmsError("orders.unknown_shop", shop=code)
    return found


def account_of(warehouse_id: int, shop: str, *, lock: bool = False) -> ChannelAccount:
    """The account of a shop. Raises `channels.not_connected` (404), also for another warehouse's."""
    wanted = select(ChannelAccount).join(Shop, Shop.id == ChannelAccount.shop_id)
    wanted = wanted.where(Shop.code == shop, ChannelAccount.warehouse_id == warehouse_id)
    found = db.session.execute(wanted.with_for_update(of=ChannelAccount) if lock else wanted).scalar_one_or_none()
    if found is None:
        raise WmsError("channels.not_connected", shop=shop)
    return found


def pause(warehouse_id: int, shop: str, paused: bool) -> None:
    """Let a shop rest: nothing is pulled from it and nothing pushed until it is let on again, which makes up for it."""
    account = account_of(warehouse_id, shop, lock=True)
    account.paused = paused
    account.next_pull_at = account.next_push_at = now()


# ---- secrets

def _about(account: ChannelAccount) -> str:
    return f"shop {account.shop_id}"


def _secrets(account: ChannelAccount) -> dict[str, str]:
    found: dict[str, str] = json.loads(unseal(account.secrets, _about(account)))
    return found


def _put_secrets(account: ChannelAccount, values: Mapping[str, str]) -> None:
    account.secrets = seal(json.dumps(dict(values)).encode(), _about(account))


def put_tokens(account: ChannelAccount, tokens: Tokens) -> None:
    """Store what an authorisation gave; a refresh token that was not renewed stays."""
    known = _secrets(account)
    known["access_token"] = tokens.access_token
    known["refresh_token"] = tokens.refresh_token or known.get("refresh_token", "")
    _put_secrets(account, known)
    account.token_ends_at = tokens.expires_at


# ---- at work

@lru_cache(maxsize=256)
def _client(shop_id: int, per_second: float) -> Client:
    """One for each shop and process, so that its pace holds over all that is asked."""
    return Client(per_second)


class Line:
    """A shop on the line: its plug-in with the account's data, for use outside of transactions."""

    def __init__(self, row: ChannelAccount, shop: str) -> None:
        self.shop_id, self.warehouse_id, self.plugin_name = row.shop_id, row.warehouse_id, row.plugin
        self.channel: Channel = plugin(row.plugin)
        rate = row.settings.get("per_second", self.channel.facts.per_second)  # platforms grant more to some
        self.client = _client(row.shop_id, float(rate))
        self.token_ends_at = row.token_ends_at
        self.more = False  # of what there was to do, when the time for it was over
        self.as_due = False  # what was done is not what is done at times: the next time stays
        self.account = Account(
            shop=shop, url=row.url.rstrip("/"), app_key=row.app_key, settings=dict(row.settings), **_secrets(row)
        )

    def renew(self) -> None:
        """Renew the token before it ends. Raises as the platform does."""
        before = self.channel.facts.refresh
        if before is None or self.token_ends_at is None or self.token_ends_at - now() > before:
            return
        tokens = self.channel.refresh(self.client, self.account)
        carry_out(partial(self._keep, tokens))
        self.token_ends_at = tokens.expires_at
        self.account = replace(
            self.account, access_token=tokens.access_token,
            refresh_token=tokens.refresh_token or self.account.refresh_token,
        )  # fmt: skip

    def _keep(self, tokens: Tokens) -> None:
        put_tokens(db.session.get_one(ChannelAccount, self.shop_id, with_for_update=True), tokens)


def line_to(shop_id: int) -> Line:
    """The line to a shop. Raises `core.cannot_unseal`, `channels.no_plugin`."""
    row, code = db.session.execute(
        select(ChannelAccount, Shop.code)
        .join(Shop, Shop.id == ChannelAccount.shop_id)
        .where(ChannelAccount.shop_id == shop_id)
        .execution_options(populate_existing=True)
    ).one()
    return Line(row, code)


@contextmanager
def at_work(shop_id: int, act: str) -> Iterator[Line | None]:
    """The line to a shop for one worker at a time; None when it is paused, or another is at it.

    `act`: `pull` or `push`. What the shop does is written down: a failure with the time of the next try, and the error
    goes no further.
    """
    mine = carry_out(partial(_take, shop_id, act))
    if mine is None:
        yield None
        return
    failed: Exception | None = None
    try:
        mine.renew()
        yield mine
    except ChannelError as error:
        failed = error
        log.warning("shop_failed", shop=mine.account.shop, act=act, error=str(error))
    except Exception as error:
        failed = error
        raise
    finally:
        carry_out(partial(_leave, mine, act, failed))


def _take(shop_id: int, act: str) -> Line | None:
    until = _until(act)
    free = or_(until.is_(None), until < now())
    taken = update(ChannelAccount).where(ChannelAccount.shop_id == shop_id, ~ChannelAccount.paused, free)
    held = db.session.execute(taken.values({until.key: now() + LEASE}).returning(ChannelAccount.shop_id)).first()
    return line_to(shop_id) if held is not None else None


def hold_on(shop_id: int, act: str) -> None:
    """Renew the hold of `at_work`, within the transaction that keeps what was done."""
    held = update(ChannelAccount).where(ChannelAccount.shop_id == shop_id)
    db.session.execute(held.values({_until(act).key: now() + LEASE}))


def _until(act: str) -> Any:
    return ChannelAccount.pulling_until if act == "pull" else ChannelAccount.pushing_until


def _leave(mine: Line, act: str, failed: Exception | None) -> None:
    account = db.session.get_one(ChannelAccount, mine.shop_id, with_for_update=True)
    setattr(account, _until(act).key, None)
    if failed is None:
        rests = act == "pull" and not mine.more
        at = now() + (timedelta(seconds=account.every_s) if rests else timedelta())
        if mine.as_due:
            at = account.next_pull_at
        setattr(account, f"{act}_failures", 0)
        _go_on(mine, act)
    else:
        failures = getattr(account, f"{act}_failures") + 1
        setattr(account, f"{act}_failures", failures)
        # Of an error that nobody foresaw only the kind is kept: who knows what its text is made of.
        account.error = str(failed)[:300] if isinstance(failed, ChannelError) else type(failed).__name__
        account.error_at = now()
        at = _again_at(failures, failed)
        if isinstance(failed, ExpiredError):  # renewed at the next try, if it can be
            account.token_ends_at = now()
    setattr(account, f"next_{act}_at", at)


def _go_on(mine: Line, act: str) -> None:
    """What came too late for this worker, or was too much for its time, is done at once, not when it is due: whoever
    came for it meanwhile has found the shop taken, or who began it has not come to its end."""
    wanted = select(ChannelFetch.shop_id).where(ChannelFetch.shop_id == mine.shop_id).limit(1)
    if act == "pull" and mine.more:
        ask_for("pull", mine.shop_id)
    elif act == "pull" and db.session.execute(wanted).first() is not None:
        ask_for("fetch", mine.shop_id)
    if act == "pull" and db.session.get_one(ChannelAccount, mine.shop_id).compare_since is not None:
        ask_for("reconcile_one", mine.shop_id)


def _again_at(failures: int, failed: Exception) -> datetime:
    wait = timedelta(seconds=failed.seconds) if isinstance(failed, BusyError) else pause_after(failures)
    return now() + wait
