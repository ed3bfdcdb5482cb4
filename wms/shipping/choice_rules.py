"""Which carrier takes a parcel: pure decisions, parcels, offers and rules in, decisions out.

An offer says what a carrier takes from a warehouse and for how much. The rules are asked in their sequence: what they
forbid is out, and the first one that fits and leaves anybody says by what is chosen, and among whom; without one the
cheapest takes it. Whoever would leave after what was promised comes after all who leave in time.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from wms.core.places import Key, keys_of, narrowest

WAYS = ("cheapest", "fastest", "preferred", "never")
USUAL = "cheapest"
FALLBACK_G = 1_000  # of a parcel of which nothing is weighed
Refusal = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be sent. `weight_g` and `volume_mm3` with the carton; `handling` as SKUs say it; `value` in the
    money of its order. `masked`: name or number are the platform's, and only carriers that take the platform's id read
    them. `platform` is its shop's, `promised_at` when it must have left."""

    id: int
    shop_id: int
    shop: str
    country: str
    province: str
    city: str
    district: str
    weight_g: int
    volume_mm3: int = 0
    handling: frozenset[str] = frozenset()
    value: Decimal = Decimal(0)
    cod: bool = False
    kind: str = "normal"
    masked: bool = False
    platform: str = ""
    promised_at: datetime | None = None


@dataclass(frozen=True)
class Price:
    """A row of a price table: for these places, of parcels above `min_g` up to `max_g` (0: any weight), `first_price`
    up to `first_g` and `step_price` for each `step_g` begun above. `hours`: how long it takes, None not known."""

    places: tuple[Key, ...]
    first_g: int
    first_price: Decimal
    step_g: int = 0
    step_price: Decimal = Decimal(0)
    surcharge: Decimal = Decimal(0)
    min_g: int = 0
    max_g: int = 0
    hours: int | None = None


@dataclass(frozen=True)
class Offer:
    """What a carrier takes. `goes_to` empty: everywhere that `not_to` does not name; the narrower of the two counts.
    `refuses`: kinds of goods. `max_g`, `max_cm3`, `max_value` 0: no limit; `divisor` 0: volume costs nothing.
    `reads` are the platforms whose ids it takes. `place`: the lower, the sooner it is taken where all else is equal.
    `cut_off`: when it collects, on the warehouse's clock; None: whenever."""

    carrier_id: int
    code: str
    name: str
    place: int = 0
    goes_to: frozenset[Key] = frozenset()
    not_to: frozenset[Key] = frozenset()
    refuses: frozenset[str] = frozenset()
    cod: bool = True
    min_g: int = 0
    max_g: int = 0
    max_cm3: int = 0
    max_value: Decimal = Decimal(0)
    divisor: int = 0
    cut_off: time | None = None
    prices: tuple[Price, ...] = ()
    reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """When all of its conditions hold (an empty one always does), its `way` is how `carriers` (none: all) are chosen
    from; `never` forbids them."""

    name: str
    way: str
    carriers: tuple[str, ...] = ()
    shops: frozenset[str] = frozenset()
    places: frozenset[Key] = frozenset()
    kinds: frozenset[str] = frozenset()
    handling: frozenset[str] = frozenset()
    cod: bool | None = None
    min_g: int = 0
    max_g: int = 0
    min_cm3: int = 0
    min_value: Decimal = Decimal(0)
    max_value: Decimal = Decimal(0)

    def fits(self, parcel: Parcel, keys: Sequence[Key]) -> bool:
        return (
            (not self.shops or parcel.shop in self.shops)
            and (not self.kinds or parcel.kind in self.kinds)
            and (not self.handling or bool(self.handling & parcel.handling))
            and (self.cod is None or parcel.cod is self.cod)
            and parcel.weight_g >= self.min_g and (not self.max_g or parcel.weight_g <= self.max_g)
            and parcel.volume_mm3 >= self.min_cm3 * 1000
            and parcel.value >= self.min_value and (not self.max_value or parcel.value <= self.max_value)
            and (not self.places or narrowest(keys, self.places) >= 0)
        )  # fmt: skip


@dataclass
class Quota:
    """So many parcels are `left` this month, of all shops or of one."""

    carrier_id: int
    left: int
    shop_id: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A carrier and what it would cost, None: nobody knows; or why it does not take the parcel (`no`). `late`: it
    collects after what was promised."""

    offer: Offer
    price: Decimal | None = None
    hours: int | None = None
    billed_g: int = 0
    late: bool = False
    no: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`chosen`: None where none takes it. `ranking`: the first is the chosen one; those that do not take it last.
    `rule`: the name of the one by which it was chosen, empty for the usual way."""

    chosen: Offer | None
    way: str
    rule: str
    ranking: tuple[Candidate, ...]


@dataclass
class Quotas:
    """What is left of the quotas, by carrier and shop; counted down as parcels are given out."""

    rows: Sequence[Quota] = ()
    _of: dict[int, list[Quota]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            self._of.setdefault(row.carrier_id, []).append(row)

    def of(self, carrier_id: int, shop_id: int) -> list[Quota]:
        return [row for row in self._of.get(carrier_id, ()) if row.shop_id in (None, shop_id)]

    def full(self, carrier_id: int, shop_id: int) -> bool:
        return any(row.left < 1 for row in self.of(carrier_id, shop_id))

    def take(self, carrier_id: int, shop_id: int) -> None:
        for row in self.of(carrier_id, shop_id):
            row.left -= 1


class Chooser:
    """Decides for many parcels: what is the same for many (a place, a table) is worked out once.

    `at` is the moment on the warehouse's clock.
    """

    def __init__(self, offers: Sequence[Offer], rules: Sequence[Rule], quotas: Iterable[Quota], at: datetime) -> None:
        self._offers = sorted(offers, key=lambda offer: (offer.place, offer.code))
        self._rules, self._at = rules, at
        self.quotas = Quotas(tuple(quotas))
        self._leaves = {offer.carrier_id: leaves_at(offer.cut_off, at) for offer in offers}
        self._there: dict[tuple[int, tuple[Key, ...]], tuple[Price, ...] | None] = {}

    def decide(self, parcel: Parcel) -> Decision:
        """Choose, and count it against the quotas of whom is chosen."""
        decision = self.rank(parcel)
        if decision.chosen is not None:
            self.quotas.take(decision.chosen.carrier_id, parcel.shop_id)
        return decision

    def rank(self, parcel: Parcel) -> Decision:
        """Choose, and count nothing."""
        keys = keys_of(parcel.country, parcel.province, parcel.city, parcel.district)
        rules = [rule for rule in self._rules if rule.fits(parcel, keys)]
        seen = [self._seen(offer, parcel, keys, rules) for offer in self._offers]
        fit, unfit = [one for one in seen if one.no is None], [one for one in seen if one.no is not None]
        for rule in rules:
            named = [one for one in fit if not rule.carriers or one.offer.code in rule.carriers]
            if rule.way == "never" or not named:
                continue
            others = [_refused(one.offer, "by_rule", rule=rule.name) for one in fit if one not in named]
            return _decided(named, [*others, *unfit], rule.way, rule.name, rule.carriers)
        return _decided(fit, unfit, USUAL, "", ())

    def _seen(self, offer: Offer, parcel: Parcel, keys: tuple[Key, ...], rules: Sequence[Rule]) -> Candidate:
        at = (offer.carrier_id, keys)
        if at not in self._there:
            self._there[at] = priced(offer, keys) if goes(offer, keys) else None
        prices = self._there[at]
        no = self._against(offer, parcel, prices, rules)
        if no is not None:
            return Candidate(offer, no=no)
        billed = billed_g(parcel, offer.divisor)
        promised, leaves = parcel.promised_at, self._leaves[offer.carrier_id]
        late = promised is not None and leaves > promised > self._at
        if not offer.prices:
            return Candidate(offer, billed_g=billed, late=late)
        row = next((row for row in prices or () if row.min_g < billed and (not row.max_g or billed <= row.max_g)), None)
        if row is None:
            return _refused(offer, "price", grams=billed)
        return Candidate(offer, cost(row, billed), row.hours, billed, late)

    def _against(
        self, offer: Offer, parcel: Parcel, prices: tuple[Price, ...] | None, rules: Sequence[Rule]
    ) -> Refusal | None:
        """What stands against it before its price is looked at."""
        if prices is None:
            return "place", {}
        if parcel.masked and parcel.platform not in offer.reads:
            return "masked", {}
        if parcel.cod and not offer.cod:
            return "cod", {}
        if unwanted := sorted(parcel.handling & offer.refuses):
            return "handling", {"handling": unwanted}
        if offer.max_g and parcel.weight_g > offer.max_g:
            return "heavy", {"grams": offer.max_g}
        if parcel.weight_g < offer.min_g:
            return "light", {"grams": offer.min_g}
        if offer.max_cm3 and parcel.volume_mm3 > offer.max_cm3 * 1000:
            return "large", {"cm3": offer.max_cm3}
        if offer.max_value and parcel.value > offer.max_value:
            return "value", {"value": str(offer.max_value)}
        forbids = next((r for r in rules if r.way == "never" and (not r.carriers or offer.code in r.carriers)), None)
        if forbids is not None:
            return "by_rule", {"rule": forbids.name}
        return ("quota", {}) if self.quotas.full(offer.carrier_id, parcel.shop_id) else None


def _refused(offer: Offer, why: str, **params: Any) -> Candidate:
    return Candidate(offer, no=(why, params))


def _decided(
    fit: Sequence[Candidate], unfit: Sequence[Candidate], way: str, rule: str, named: Sequence[str]
) -> Decision:
    best = sorted(fit, key=lambda one: (one.late, *_rank(one, way, named)))
    return Decision(best[0].offer if best else None, way, rule, (*best, *unfit))


def _rank(one: Candidate, way: str, named: Sequence[str]) -> tuple[Any, ...]:
    price = (one.price is None, one.price or 0)
    hours = (one.hours is None, one.hours or 0)
    place = (one.offer.place, one.offer.code)
    if way == "preferred":
        return (named.index(one.offer.code) if one.offer.code in named else len(named), *place)
    return (*hours, *price, *place) if way == "fastest" else (*price, *hours, *place)


def goes(offer: Offer, keys: Sequence[Key]) -> bool:
    """Whether a carrier delivers there: the narrowest place that its lists name decides, for `not_to` in a draw."""
    there, not_there = narrowest(keys, offer.goes_to), narrowest(keys, offer.not_to)
    if there < 0 and not_there < 0:
        return not offer.goes_to
    return there > not_there


def priced(offer: Offer, keys: Sequence[Key]) -> tuple[Price, ...]:
    """The rows of its table that are of the place, those that name it most narrowly first."""
    rows = [(narrowest(keys, row.places), nr, row) for nr, row in enumerate(offer.prices)]
    return tuple(row for deep, _, row in sorted(rows, key=lambda one: (-one[0], one[1])) if deep >= 0)


def billed_g(parcel: Parcel, divisor: int) -> int:
    """What is paid for: its weight, or its volume as weight (cm³ ÷ divisor = kg), whichever is more."""
    return max(parcel.weight_g, -(-parcel.volume_mm3 // divisor)) if divisor else parcel.weight_g


def cost(row: Price, billed: int) -> Decimal:
    """First weight and what is begun above it, and the surcharge of the place."""
    steps = -(-max(0, billed - row.first_g) // row.step_g) if row.step_g else 0
    return row.first_price + steps * row.step_price + row.surcharge


def leaves_at(cut_off: time | None, at: datetime) -> datetime:
    """When it is collected next."""
    if cut_off is None:
        return at
    today = at.replace(hour=cut_off.hour, minute=cut_off.minute, second=0, microsecond=0)
    return today if at <= today else today + timedelta(days=1)


@dataclass(frozen=True)
class Carton:
    """A kind of carton: inner volume, what it weighs, what it holds (0: no limit)."""

    volume_mm3: int
    tare_g: int = 0
    max_g: int = 0


FILLED = 0.8  # of a carton, by goods that were not arranged by anybody


def boxed(goods_g: int, goods_mm3: int, cartons: Sequence[Carton]) -> tuple[int, int]:
    """Weight and volume of goods with their carton: the smallest that should hold them. Goods that no carton holds, or
    whose sizes nobody knows, go as they are."""
    if not goods_mm3:
        return goods_g, 0
    holding = [
        one for one in cartons
        if one.volume_mm3 * FILLED >= goods_mm3 and (not one.max_g or goods_g + one.tare_g <= one.max_g)
    ]  # fmt: skip
    best = min(holding, key=lambda one: (one.volume_mm3, one.tare_g), default=None)
    return (goods_g + best.tare_g, best.volume_mm3) if best else (goods_g, goods_mm3)


def told(
    decision: Decision, parcel: Parcel, *, unweighed: int = 0, currency: str = "", most: int = 8
) -> dict[str, Any]:
    """A decision as it is kept (JSON): the words are made of it when somebody reads it. Money as text."""
    ranking = [
        {
            "carrier": one.offer.code, "name": one.offer.name, "price": None if one.price is None else str(one.price),
            "hours": one.hours, "billed_g": one.billed_g, "late": one.late,
            **({"no": one.no[0], **one.no[1]} if one.no else {}),
        }
        for one in decision.ranking[:most]
    ]  # fmt: skip
    place = " ".join(filter(None, (parcel.province, parcel.city, parcel.district))) or parcel.country
    return {
        "way": decision.way, "rule": decision.rule, "weight_g": parcel.weight_g, "unweighed": unweighed,
        "place": place, "currency": currency, "ranking": ranking,
    }  # fmt: skip

