"""The interface to carriers, and the plug-ins that implement it.

A plug-in is an object like `Carrier`, offered by an entry point of the group `wms.carriers`; the
`plugin` of a carrier's row names the entry point. `own_fleet` is built in.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol

from wms.core.error import WmsError

GROUP = "wms.carriers"


@dataclass(frozen=True)
class Party:
    """Who sends or receives; blank parts are not known."""

    name: str
    phone: str
    address: str
    district: str = ""
    city: str = ""
    province: str = ""
    country: str = ""
    postcode: str = ""


@dataclass(frozen=True)
class Request:
    """One parcel for which a number is wanted.

    `key` is stored before the carrier is asked and is the same however often it is asked. `carrier_id`
    and `carrier` (its code) say which account; weight in grams, 0 when it is not known.
    """

    key: str
    carrier_id: int
    carrier: str
    parcel: str
    order: str
    weight_g: int
    recipient: Party
    sender: Party


@dataclass(frozen=True)
class Issued:
    """A number with the codes that sorters read: `route_code` (大头笔) and `sorting_code`.

    `reply` is what the carrier answered, kept as evidence; JSON values.
    """

    number: str
    route_code: str
    sorting_code: str = ""
    reply: dict[str, Any] = field(default_factory=dict)


class CarrierRefusedError(Exception):
    """The carrier said no (address out of range, account empty): asking again changes nothing."""


class CarrierSilentError(Exception):
    """No answer: a number may have been issued or not. `query` by the request's key before asking again."""


class Carrier(Protocol):
    """A way to speak to one kind of carrier.

    `in_transaction` True: numbers come out of our own database, `issue` is called within the transaction
    that closes the parcel and undone with it. False: they come over a network; the request row is
    committed first and a worker asks, outside of any transaction, `query` before each retry.
    """

    in_transaction: bool

    def issue(self, request: Request) -> Issued:
        """A number for a parcel. Raises CarrierRefusedError or CarrierSilentError."""

    def query(self, request: Request) -> Issued | None:
        """The number that was issued for this request's key, None when there is none.

        Raises CarrierSilentError.
        """

    def void(self, request: Request, number: str) -> None:
        """Give a number back unused; giving it back twice is no error.

        Raises CarrierRefusedError or CarrierSilentError.
        """


def plugin(name: str) -> Carrier:
    """The plug-in of this name. Raises `shipping.no_plugin` when it is not installed."""
    found = _plugins().get(name)
    if found is None:
        raise WmsError("shipping.no_plugin", plugin=name)
    return found


@cache
def _plugins() -> dict[str, Carrier]:
    from wms.shipping.carriers.own_fleet import OwnFleet  # which imports this module

    offered = {entry.name: entry.load() for entry in entry_points(group=GROUP)}
    return {"own_fleet": OwnFleet(), **offered}
