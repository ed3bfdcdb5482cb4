"""Where a parcel is, out of everything its carrier ever said: the same, in whatever sequence and how often it came."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wms.shipping.carriers import Scanned

FINAL = ("signed", "returned")
TROUBLE = {"problem": "delivery_problem", "refused": "refused", "returned": "returned"}  # state → reason of a problem
AHEAD = timedelta(days=1)  # a carrier's clock may be wrong, or a time zone; more than that is no moment of this parcel
BEFORE = timedelta(days=1)  # before its number was asked for: of an earlier parcel, where a carrier uses numbers again
NOT_COLLECTED, STALE, NO_NUMBER = timedelta(hours=24), timedelta(hours=72), timedelta(minutes=30)
FORGOTTEN = timedelta(days=30)  # nobody is asked about it any more

# Of scans with the same moment the one that says most counts last.
_RANK = ("in_transit", "out_for_delivery", "problem", "refused", "signed", "returned")
# What a later scan cannot take back: a signed parcel may still be refused or come back, a refused one on the move is on
# its way back, and one that comes back is signed for by its sender.
_STAYS = {
    "signed": {"in_transit", "out_for_delivery", "problem", "signed"}, "refused": {"in_transit", "problem", "refused"},
    "returned": set(_RANK),
}  # fmt: skip


@dataclass(frozen=True)
class Stand:
    """Its state since when, when its carrier saw it last, and when it was signed for, if that still holds."""

    state: str | None = None
    state_at: datetime | None = None
    seen_at: datetime | None = None
    signed_at: datetime | None = None


def stand(scans: Iterable[Scanned]) -> Stand:
    """Where the parcel is by all of its scans."""
    state: str | None = None
    since: datetime | None = None
    seen: datetime | None = None
    for each in sorted(scans, key=lambda one: (one.at, _RANK.index(one.state))):
        seen = each.at
        if state is None or (each.state != state and each.state not in _STAYS.get(state, ())):
            state, since = each.state, each.at
    return Stand(state, since, seen, since if state == "signed" else None)


def of_this_parcel(scans: Sequence[Scanned], asked_at: datetime, now: datetime) -> list[Scanned]:
    """Those that can be of the parcel whose number was asked for then."""
    return [each for each in scans if asked_at - BEFORE < each.at < now + AHEAD]


def ask_again(state: str | None, left_at: datetime, now: datetime, *, told: bool) -> datetime | None:
    """When to ask after it again: sooner when it is about to arrive, seldom where we are told anyway."""
    if state in FINAL or now - left_at > FORGOTTEN:
        return None
    if told:
        return now + timedelta(hours=12)
    return now + (timedelta(hours=1) if state == "out_for_delivery" else timedelta(hours=2))
