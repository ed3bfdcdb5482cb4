"""Shops that come to us. Whoever asks them all the same is told that there is nobody to ask."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NoReturn

from wms.channels.client import Client, RefusedError
from wms.channels.plugin import Account, Facts, Item, Page, Shipment, Tokens, Window


def comes_to_us(*, hears: bool) -> Facts:
    """What is so of all that come to us; `hears`: they ask what left."""
    return Facts(timedelta(days=1), timedelta(0), page=100, per_second=100, passive=True, hears=hears)


class ComesToUs:
    """All that nobody does: `read` alone is left to the plug-ins."""

    def authorise(self, client: Client, account: Account, code: str) -> Tokens:
        _nobody()

    def refresh(self, client: Client, account: Account) -> Tokens:
        _nobody()

    def page(self, client: Client, account: Account, window: Window, state: Mapping[str, Any] | None) -> Page:
        _nobody()

    def fetch(self, client: Client, account: Account, platform_id: str) -> dict[str, Any] | None:
        _nobody()

    def ship(self, client: Client, account: Account, shipment: Shipment, known: frozenset[str]) -> None:
        _nobody()

    def put_stock(self, client: Client, account: Account, item: Item, qty: int) -> None:
        _nobody()

    def webhook(self, account: Account, headers: Mapping[str, str], body: bytes) -> list[str]:
        _nobody()


def _nobody() -> NoReturn:
    raise RefusedError("comes_to_us", "the shop sends its orders by itself")
