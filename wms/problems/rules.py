"""What may be wrong with what: the choices on the terminal, the most frequent first."""
from __future__ import annotations

from datetime import datetime, timedelta

OLDEST = timedelta(days=30)  # a device that says it scanned earlier has a wrong clock
CONFLICT, REFUSED = "scan", "refused"  # of a scan that was made without a link and refused afterwards
SHIPMENT = "shipment"  # a parcel on its way; what is wrong with it is found here, not reported by people
SHIPMENT_REASONS = (
    "carrier_refused", "no_number", "not_collected", "stale", "delivery_problem", "refused", "returned", "relabel",
    "change_refused", "not_given_back",
)  # fmt: skip
ORDER = "order"  # one that is late for something, found here too
ORDER_REASONS = ("late_pay", "late_ship", "late_stock", "late_address")
PLACE = "place"  # nothing was scanned: something on the floor
REASONS = {
    "bin": ("blocked", "damaged", "wrong_goods", "dirty", "unreadable", "other"),
    "goods": ("damaged", "wrong_place", "unreadable", "missing", "dirty", "other"),
    "cart": ("damaged", "missing", "wrong_place", "unreadable", "dirty", "other"),
    "container": ("damaged", "wrong_goods", "wrong_place", "unreadable", "missing", "other"),
    "thing": ("damaged", "missing", "unreadable", "wrong_place", "dirty", "other"),
    PLACE: ("unsafe", "blocked", "dirty", "damaged", "missing", "other"),
}
ALL_REASONS = tuple(dict.fromkeys(each for reasons in REASONS.values() for each in reasons))
PROGRAM = "program"  # one that is to be told what happens here, and takes nothing
PROGRAM_REASONS = ("endpoint_off",)
_ABOUT = {"bin": "bin", "sku": "goods", "pack": "goods", "lot": "goods", "serial": "goods", "cart": "cart"}


def about(kind: str, family: str) -> str:
    """What a scanned thing of this kind and family counts as here."""
    return "container" if family == "container" else _ABOUT.get(kind, "thing")


def moment(said: datetime | None, now: datetime) -> datetime:
    """When something was scanned, as the device says, within reason; else now."""
    return now if said is None or not now - OLDEST <= said <= now else said
