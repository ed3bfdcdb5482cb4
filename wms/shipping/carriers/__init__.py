"""The interface to carriers, and the plug-ins that implement it.

A plug-in is an object like `Carrier`, offered by an entry point of the group `wms.carriers`; the
`plugin` of a carrier's row names the entry point. Those of this package are built in. One that tells where parcels are
is like `Tracker` too.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Protocol, runtime_checkable

from wms.core.error import WmsError
from wms.orders.service import veiled

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

    def is_hidden(self, address_id: str) -> bool:
        """Whether only the platform knows who this is, masked or encrypted; of one without a platform's id a star may
        be the street's own."""
        return any(map(veiled, (self.name, self.phone, self.address) if address_id else (self.name,)))


@dataclass(frozen=True)
class Account:
    """A carrier's row as its plug-in needs it: `settings` in the open, `secrets` never shown anywhere."""

    carrier_id: int
    code: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def setting(self, name: str, default: str = "") -> str:
        return str(self.settings.get(name) or default)

    def rate(self, usual: float) -> float:
        """Questions a second; what is no number of them counts as the usual."""
        try:
            return min(max(float(self.settings.get("per_second") or usual), 0.1), 10_000.0)
        except (TypeError, ValueError):
            return usual

    def secret(self, name: str) -> str:
        """A secret; raises CarrierRefusedError when the account has none of this name."""
        found = self.secrets.get(name, "")
        if not found:
            raise CarrierRefusedError(f"{name} is not set", "account")
        return found


@dataclass(frozen=True)
class Request:
    """One parcel for which a number is wanted.

    `key` is stored before the carrier is asked and is the same however often it is asked. `carrier_id`
    and `carrier` (its code) say which account; weight in grams, 0 when it is not known. `cod` is to be
    collected for this parcel, in `currency`. `parent` is the number of the order's first parcel, where this is a
    further one. `account` is given to plug-ins that speak over a network; `first_asked_at`: when the carrier was asked
    for the first time, None when it never was. `address_id` is the platform's id of a recipient (an OAID), whose name,
    number and address may then be masked; `shop_order` the number by which that platform knows the order, where it is
    not `order`, as of a part of one that was split.
    """

    key: str
    carrier_id: int
    carrier: str
    parcel: str
    order: str
    weight_g: int
    recipient: Party
    sender: Party
    cod: Decimal = Decimal(0)
    currency: str = ""
    parent: str = ""
    account: Account | None = None
    first_asked_at: datetime | None = None
    address_id: str = ""
    shop_order: str = ""

    def check_readable(self) -> None:
        """Raises CarrierRefusedError for a recipient whom only the platform knows, masked or encrypted: what stands in
        place of the name would be printed on the label."""
        if self.recipient.is_hidden(self.address_id):
            raise CarrierRefusedError("the recipient is masked by the platform, whose id is not read here", "data")

    @property
    def by(self) -> Account:
        """The account that asks. Raises CarrierRefusedError when none was given."""
        if self.account is None:
            raise CarrierRefusedError("no account", "account")
        return self.account


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
    """The carrier said no: asking again changes nothing.

    `why`: unreachable (it does not deliver there), account (unknown, empty, wrongly signed), data (it wants something
    else in the request), other. `str()` is what the carrier said.
    """

    def __init__(self, said: str = "", why: str = "other") -> None:
        super().__init__(said)
        self.why = why


class CarrierBusyError(Exception):
    """Throttled, or closed for the moment: nothing was issued, for certain. Ask again in `seconds`."""

    def __init__(self, said: str = "", seconds: float = 2) -> None:
        super().__init__(said)
        self.seconds = seconds


class CarrierSilentError(Exception):
    """No answer: a number may have been issued or not. `query` by the request's key before asking again.

    `seconds`: how long to wait with that; None: as long as is usual, longer each time.
    """

    def __init__(self, said: str = "", seconds: float | None = None) -> None:
        super().__init__(said)
        self.seconds = seconds


class ForgedError(Exception):
    """A message that claims to be from a carrier is not signed as its messages are."""


class Carrier(Protocol):
    """A way to speak to one kind of carrier.

    `in_transaction` True: numbers come out of our own database, `issue` is called within the transaction
    that closes the parcel and undone with it. False: they come over a network; the request row is
    committed first and a worker asks, outside of any transaction, `query` before each retry. `settings` and `secrets`
    name what an account of this kind may have, for whoever enters it. One that passes on the ids of platforms, so that
    masked recipients are legal, names these platforms in `reads`.
    """

    in_transaction: bool
    settings: tuple[str, ...]
    secrets: tuple[str, ...]

    def issue(self, request: Request) -> Issued:
        """A number for a parcel. Raises CarrierRefusedError, CarrierBusyError or CarrierSilentError.

        One whose carrier takes the request's key for its own order number may be asked again without harm.
        """

    def query(self, request: Request) -> Issued | None:
        """The number that was issued for this request's key, None when there is none.

        Raises CarrierBusyError or CarrierSilentError. Where a carrier has no such question, but answers the same
        order twice with the same number, this may be that order.
        """

    def void(self, request: Request, number: str) -> None:
        """Give a number back unused; giving it back twice is no error.

        Raises CarrierRefusedError, CarrierBusyError or CarrierSilentError.
        """


@runtime_checkable
class Changer(Protocol):
    """A plug-in whose carrier delivers under a number that was issued already to somebody else, or somewhere else."""

    def change(self, request: Request, number: str) -> Issued:
        """Say who gets the parcel now: all of the request's recipient; returns what is printed from now on.

        Said twice it is no error and changes nothing. Raises CarrierRefusedError, CarrierBusyError or
        CarrierSilentError.
        """


def ordered_again(issue: Callable[[Request], Issued], request: Request) -> Issued:
    """The `query` of a carrier that has no such question, but answers the same order twice with the same number.

    What it has against the account says nothing of the order: it stays in doubt.
    """
    try:
        return issue(request)
    except CarrierRefusedError as error:
        if error.why == "account":
            raise CarrierSilentError(str(error), 300) from None
        raise


# What all carriers' words for where a parcel is come down to.
STATES = ("in_transit", "out_for_delivery", "signed", "refused", "problem", "returned")


@dataclass(frozen=True)
class Scanned:
    """A parcel was seen by its carrier: when, one of STATES, in the carrier's words, where."""

    at: datetime
    state: str
    text: str = ""
    place: str = ""


@dataclass(frozen=True)
class Traced:
    """All that is known of a number. `again`: the carrier has given up watching it and is to be asked again later."""

    number: str
    scans: Sequence[Scanned] = ()
    again: bool = False


@dataclass(frozen=True)
class Answer:
    """What a carrier is answered: the body of an HTTP response, JSON."""

    body: Mapping[str, Any]
    status: int = 200


@runtime_checkable
class Tracker(Protocol):
    """A plug-in that can be asked where a parcel is. `com` is whose number it is, in the words of who is asked (empty:
    its own); `phone` the recipient's, of which some want to see the end."""

    def trace(self, account: Account, number: str, com: str, phone: str) -> Traced:
        """Ask once. Raises CarrierRefusedError, CarrierBusyError or CarrierSilentError."""


@runtime_checkable
class Teller(Tracker, Protocol):
    """One that also tells by itself, once it is asked to watch a number. Where a carrier does not sign what it tells,
    the plug-in has a secret `push_token`, which must stand at the end of our address (`?token=`)."""

    def watch(self, account: Account, number: str, com: str, phone: str) -> None:
        """Ask to be told from now on; asked twice is no error. Raises as `trace`."""

    def told(self, account: Account, body: bytes) -> list[Traced]:
        """What a message says, its signature verified on the raw body. Raises ForgedError."""

    def answer(self, account: Account, ok: bool) -> Answer:
        """What the carrier wants to hear about a message; not `ok`: it was forged or could not be read."""


def plugin(name: str) -> Carrier:
    """The plug-in of this name. Raises `shipping.no_plugin` when it is not installed."""
    found = _plugins().get(name)
    if found is None:
        raise WmsError("shipping.no_plugin", plugin=name)
    return found


# Of any account over a network: who says where its parcels are, as whose, and who sends.
COMMON = (
    "tracker", "tracker_com", "sender_name", "sender_phone", "sender_province", "sender_city", "sender_district",
    "sender_address", "per_second", "stale_hours",
)  # fmt: skip


def forms() -> list[dict[str, Any]]:
    """The plug-ins that there are, with the names of what an account may have: [{name, settings, secrets}]."""
    return [
        {
            "name": name, "settings": [*each.settings, *(() if each.in_transaction else COMMON)],
            "secrets": list(each.secrets),
        }
        for name, each in sorted(_plugins().items())
    ]


def networked() -> list[str]:
    """The plug-ins whose numbers come over a network."""
    return sorted(name for name, each in _plugins().items() if not each.in_transaction)


@cache
def _plugins() -> dict[str, Carrier]:
    # which import this module
    from wms.shipping.carriers.cainiao import Cainiao
    from wms.shipping.carriers.karrio import Karrio
    from wms.shipping.carriers.kdniao import KdNiao
    from wms.shipping.carriers.kuaidi100 import Kuaidi100
    from wms.shipping.carriers.own_fleet import OwnFleet
    from wms.shipping.carriers.sf import Sf

    ours: dict[str, Carrier] = {
        "own_fleet": OwnFleet(), "sf": Sf(), "kuaidi100": Kuaidi100(), "kdniao": KdNiao(), "cainiao": Cainiao(),
        "karrio": Karrio(),
    }  # fmt: skip
    return {**ours, **{entry.name: entry.load() for entry in entry_points(group=GROUP)}}
