"""Pure decisions about orders that may share a parcel (合单): which, and which of them leads."""
from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from wms.orders.places.judging import veiled

BEHIND = "·"  # parts the number of a line's own order from its own key, while it travels with another
URGENT = ("urgent", "live")  # kinds that go first
MOST = 20  # orders in one parcel: a reseller's hundreds make several


# ---- the same place

def place_key(
    recipient: str, phone: str, address: str, *, province: str = "", city: str = "", district: str = ""
) -> str:
    """What is equal for orders to one person at one place, however it was written; empty where it cannot be told.

    Letters are taken in their plain form and size, without spaces and punctuation; it makes no difference whether
    province, city and district stand in their own fields or before the street. Of what a platform has masked or
    encrypted nothing is concluded.
    """
    if any(veiled(each) for each in (recipient, phone, address)) or not (recipient and phone and address):
        return ""
    street = plain(address)
    for part in (district, city, province):
        before = plain(part)
        street = street if before and before in street else before + street
    return "|".join((plain(recipient), plain_phone(phone), street))


def plain(said: str) -> str:
    """Letters and digits of a text in their plain form."""
    return "".join(each for each in unicodedata.normalize("NFKC", said).casefold() if each.isalnum())


def plain_phone(said: str) -> str:
    """The digits of a telephone number, without the prefix that some write before a Chinese mobile number."""
    digits = "".join(each for each in unicodedata.normalize("NFKC", said) if each.isdigit())
    for prefix in ("0086", "86"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 11:
            return digits[len(prefix) :]
    return digits


# ---- which go together

@dataclass(frozen=True)
class Candidate:
    """An order as merging looks at it. `merging` is its shop's, `platform` too; `companions` travel with it already."""

    id: int
    number: str
    shop_id: int
    platform: str
    merging: str
    owner_id: int
    carrier: str
    currency: str
    kind: str
    placed_at: datetime
    promised_at: datetime
    confirmation: str
    hold_reason: str | None
    payment: str
    processing: str
    refund: str
    cod: Decimal
    gift_note: str
    address_id: str
    place_key: bytes | None
    companions: int = 0
    keep_apart: bool = False
    split: bool = False


@dataclass(frozen=True)
class Group:
    """Orders that go in one parcel: the one that the floor has in hand, and those that travel with it."""

    leader: int
    others: tuple[int, ...]


def unfit(order: Candidate) -> str | None:
    """Why an order cannot share a parcel at all, the name of a text `merge.<why>`; None when it can.

    What the carrier collects (代收货款) is one shop's, a card is for one present, and the parts of a split order are
    joined, not merged.
    """
    if order.processing != "waiting" or order.confirmation not in ("confirmed", "held") or order.refund != "none":
        return "begun"
    if order.confirmation == "held" and order.hold_reason not in ("stock_short", "parted"):
        return "held"
    if order.payment != "paid":  # what is prepared before its balance is paid: when it leaves nobody knows
        return "held"
    if order.merging == "no":
        return "shop"
    if order.cod > 0:
        return "cod"
    if order.gift_note:
        return "gift_note"
    return "split" if order.split else None


def groups(orders: Iterable[Candidate], within: timedelta | None = None) -> list[Group]:
    """Those of these orders that can go together; each is in one group at most.

    `within`: only orders placed no further apart than that, and none that was to stay alone.
    """
    found: list[Group] = []
    for together in _same_terms(orders, within).values():
        for alike in _same_place(together):
            found += [_group(near) for near in _near(alike, within) if len(near) > 1]
    return sorted(found, key=lambda group: group.leader)


def why_not(orders: Sequence[Candidate]) -> tuple[str, Candidate] | None:
    """Why these cannot all go together, and for which of them; None when they can."""
    for order in orders:
        why = unfit(order)
        if why:
            return why, order
    first = orders[0]
    for other in orders[1:]:
        for why, differs in (
            ("owner", first.owner_id != other.owner_id),
            ("carrier", first.carrier != other.carrier),
            ("currency", first.currency != other.currency),
            ("shops", _allowed(first) != _allowed(other)),
        ):
            if differs:
                return why, other
    whole = _same_place(orders)
    if len(whole) > 1:
        inside = {order.id for order in whole[0]}
        return "place", next(order for order in orders if order.id not in inside)
    return None


def leader_of(orders: Iterable[Candidate]) -> Candidate:
    """Which of them the floor has in hand: one that leads already, else what is urgent, else the earliest promise."""
    return min(orders, key=lambda each: (-each.companions, each.kind not in URGENT, each.promised_at, each.id))


def _group(orders: Sequence[Candidate]) -> Group:
    leader = leader_of(orders)
    return Group(leader.id, tuple(sorted(each.id for each in orders if each.id != leader.id)))


def _allowed(order: Candidate) -> int:
    """Orders may go together where this is equal: its shop, or 0 for all shops that share parcels."""
    return 0 if order.merging == "shops" else order.shop_id


def _same_terms(
    orders: Iterable[Candidate], within: timedelta | None
) -> Mapping[tuple[object, ...], list[Candidate]]:
    terms: dict[tuple[object, ...], list[Candidate]] = defaultdict(list)
    for order in orders:
        if unfit(order) is None and not (within is not None and order.keep_apart):
            terms[order.owner_id, order.carrier, order.currency, _allowed(order)].append(order)
    return terms


def _same_place(orders: Sequence[Candidate]) -> list[list[Candidate]]:
    """Orders with one place each: by the platform's id of it, or by what is written; either makes two of them one."""
    places: dict[object, list[Candidate]] = {}
    for order in orders:
        keys: list[object] = [order.place_key] if order.place_key else []
        keys += [(order.platform, order.address_id)] if order.address_id else []
        joined = [order]
        for gone in {id(found): found for key in keys if (found := places.get(key))}.values():
            joined = gone + joined
        for each in joined:
            if each.place_key:
                places[each.place_key] = joined
            if each.address_id:
                places[each.platform, each.address_id] = joined
        if not keys:
            places[order.id] = joined
    whole = {id(alike): alike for alike in places.values()}
    return [sorted(alike, key=lambda each: each.id) for alike in whole.values()]


def _near(orders: Sequence[Candidate], within: timedelta | None) -> list[list[Candidate]]:
    """Parted where an order was placed too long after the first of its part, or a parcel has enough of them."""
    parts: list[list[Candidate]] = []
    for order in sorted(orders, key=lambda each: (each.placed_at, each.id)):
        near = parts and (within is None or order.placed_at - parts[-1][0].placed_at <= within)
        if near and sum(1 + each.companions for each in parts[-1]) < MOST:
            parts[-1].append(order)
        else:
            parts.append([order])
    return parts


# ---- the lines of others

def moved_key(order_id: int, key: str) -> str:
    """A line's key while it travels with another order, where that key may be taken."""
    return f"{order_id}{BEHIND}{key}"


def own_key(origin_id: int | None, key: str) -> str:
    """A line's key as its own order has it."""
    return key if origin_id is None else key.removeprefix(f"{origin_id}{BEHIND}")
