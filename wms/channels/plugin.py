"""The interface to shops, and the plug-ins that implement it.

A plug-in is an object like `Channel`, offered by an entry point of the group `wms.channels`; the `plugin` of a shop's
account names the entry point. It only speaks: it keeps no state, opens no transaction and decides nothing. When to ask
for what, what is stored and what is tried again is the room's part, the same for all.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol

from wms.channels.client import Client
from wms.core.error import WmsError
from wms.orders.service import Draft

GROUP = "wms.channels"


@dataclass(frozen=True)
class Facts:
    """What a platform allows.

    `window`: the longest time that one question may span. `lag`: how far behind now it must end, so that what the
    platform is still writing is not passed over. `page`: the most orders of a page. `per_second`: requests.
    `at_once`: single orders fetched beside each other. `refresh`: how long before its end a token is renewed; None
    where credentials do not expire. `lists_whole`: a page brings whole orders. `passive`: it comes to us, with its
    orders and to ask what left; nothing is pulled from it and nothing pushed. `hears`: it is told what left.
    `told_whole`: an order is told in one call, and nothing is added to it: its parts wait for the last of them.
    """

    window: timedelta
    lag: timedelta
    page: int
    per_second: float
    at_once: int = 4
    refresh: timedelta | None = None
    lists_whole: bool = False
    passive: bool = False
    hears: bool = True
    told_whole: bool = False


@dataclass(frozen=True)
class Account:
    """How one shop is reached. `settings` are those of its platform, such as `carriers`: our code → the platform's."""

    shop: str
    url: str
    app_key: str
    app_secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Tokens:
    """What an authorisation gives; `expires_at` None: it does not end."""

    access_token: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Window:
    """A closed span of time in which orders changed."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Listed:
    """An order in a list. `changed_at` None: the list does not say; `body` None: it has to be fetched."""

    platform_id: str
    changed_at: datetime | None = None
    body: dict[str, Any] | None = None


@dataclass(frozen=True)
class Page:
    """Part of a window. `next` is what to ask with for the next part, JSON values; None: this was the last."""

    listed: tuple[Listed, ...]
    next: dict[str, Any] | None = None


@dataclass(frozen=True)
class Item:
    """What a shop offers: its numbers of the goods and of the variant of them, which may be empty, and our SKU."""

    item_id: str
    variant_id: str
    sku: str


@dataclass(frozen=True)
class Told:
    """An order as the shop tells it, in our words.

    `state`: `open`; `forbidden`, paid or not, the platform does not let it be shipped for now (risk review, locked);
    `shipped`, complete or further; `cancelled`. `refund`: none, asked, or refunded, of the whole order; lines that are
    refunded are not in the draft. `tracking`: the numbers of parcels that the shop knows. `items`: what it is of, where
    the shop can be told how many there are.
    """

    platform_id: str
    changed_at: datetime | None
    draft: Draft
    state: str = "open"
    refund: str = "none"
    tracking: frozenset[str] = frozenset()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class ParcelSent:
    """`lines`: pieces by the platform's line id. `carrier` is our code."""

    tracking: str
    carrier: str
    lines: dict[str, int]


@dataclass(frozen=True)
class Shipment:
    """Parcels of an order that left. Not `complete`: something of the order stays behind, or comes later; one of
    several `part`s is told of by itself, the last of them as complete. `others`: the parcels of the other parts that
    left, whether the shop knows them or not; `rest`: what each part has that is still to leave."""

    platform_id: str
    parcels: tuple[ParcelSent, ...]
    complete: bool = True
    part: bool = False
    others: tuple[ParcelSent, ...] = ()
    rest: tuple[Mapping[str, int], ...] = ()


class Channel(Protocol):
    """A way to speak to one kind of shop. All may raise what `Client` raises, and nothing else for what a shop does."""

    facts: Facts

    def authorise(self, client: Client, account: Account, code: str) -> Tokens:
        """The tokens for the code that the platform gave a merchant who let us in."""

    def refresh(self, client: Client, account: Account) -> Tokens:
        """New tokens for the account's refresh token."""

    def page(self, client: Client, account: Account, window: Window, state: Mapping[str, Any] | None) -> Page:
        """One part of the orders that changed in a window. `state` None begins; else it is the `next` of the last part.

        The sequence of parts must be one in which nothing is passed over when orders leave the window meanwhile:
        numbered pages from the last to the first, or a cursor that stays at its place.
        """

    def fetch(self, client: Client, account: Account, platform_id: str) -> dict[str, Any] | None:
        """One whole order as the platform writes it, JSON values; None when it has none of this id."""

    def read(self, account: Account, body: Mapping[str, Any]) -> Told:
        """What such an order says. Pure; raises KeyError, ValueError or the like for what it cannot read."""

    def ship(self, client: Client, account: Account, shipment: Shipment, known: frozenset[str]) -> None:
        """Tell the shop which parcels left. Those of tracking number in `known` it has already: they are left out.

        Of a part what is known is always asked, so that it is told as more of the same order. Where a shop has one
        number for a line, that of the first parcel which has a piece of it is told, and of the others nothing.

        After a SilentError it may have been told or not; it is asked (`fetch`) before it is told again.
        """

    def put_stock(self, client: Client, account: Account, item: Item, qty: int) -> None:
        """So many of an item may be sold from now on, whatever was said before."""

    def webhook(self, account: Account, headers: Mapping[str, str], body: bytes) -> list[str]:
        """The platform ids that a notice is about. Raises RefusedError unless its signature is the platform's."""


def plugin(name: str) -> Channel:
    """The plug-in of this name. Raises `channels.no_plugin` when it is not installed."""
    found = plugins().get(name)
    if found is None:
        raise WmsError("channels.no_plugin", plugin=name)
    return found


def passive() -> list[str]:
    """The names of those that come to us."""
    return sorted(name for name, each in plugins().items() if each.facts.passive)


def deaf() -> list[str]:
    """The names of those that are not told what left: they hear of it in another way."""
    return sorted(name for name, each in plugins().items() if not each.facts.hears)


@cache
def plugins() -> dict[str, Channel]:
    """All that are installed, by name."""
    from wms.channels.platforms import BUILT_IN  # which imports this module

    offered = {entry.name: entry.load() for entry in entry_points(group=GROUP)}
    return {**BUILT_IN, **offered}
