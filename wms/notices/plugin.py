"""The interface to what carries notices to buyers, and the plug-ins that implement it.

A plug-in is an object like `Way`, offered by an entry point of the group `wms.notices`. It only
speaks: what is told to whom and when, in which words, and what is tried again is the room's part.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol

from wms.core.error import WmsError

GROUP = "wms.notices"


class RefusedError(Exception):
    """It will not be carried, now or later; the text says why, without address, words or secrets."""


class NotNowError(Exception):
    """Nothing left for certain, and it may go later."""


class SilentError(Exception):
    """Nobody knows whether it left."""


@dataclass(frozen=True)
class Account:
    """How a way is reached: its settings, and secrets."""

    settings: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def setting(self, name: str, otherwise: str = "") -> str:
        return str(self.settings.get(name) or otherwise)


@dataclass(frozen=True)
class Message:
    """`id` is the same each time it is sent. `to` is what the way `needs` of the buyer; empty where it needs nothing.

    `values` are what the words were drawn from, for ways that send values and have the words elsewhere.
    """

    id: str
    event: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    values: Mapping[str, Any] = field(default_factory=dict, repr=False)


class Way(Protocol):
    """`needs`: email or phone of the buyer, or nothing. `settings` and `secrets` name what is to be entered."""

    needs: str
    settings: tuple[str, ...]
    secrets: tuple[str, ...]

    def check(self, account: Account) -> None:
        """Raises RefusedError, with what to write, for settings with which nothing can be sent."""

    def send(self, account: Account, message: Message) -> None:
        """Send it once. Raises RefusedError, NotNowError, SilentError, and nothing else for what happens there."""


@cache
def plugins() -> dict[str, Way]:
    """All that are installed, by name."""
    from wms.notices.ways import BUILT_IN  # which imports this module

    return {**BUILT_IN, **{entry.name: entry.load() for entry in entry_points(group=GROUP)}}


def plugin(name: str) -> Way:
    """The plug-in of this name. Raises `notices.no_plugin` when it is not installed."""
    found = plugins().get(name)
    if found is None:
        raise WmsError("notices.no_plugin", plugin=name)
    return found
