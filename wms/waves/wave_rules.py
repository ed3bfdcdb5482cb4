"""Wave rules: keeping them, what they ask now, and what they would take and save."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout import service as layout
from wms.waves import carts, cutoffs
from wms.waves.choosing import LOOK_SECONDS, Choice, Way, check, choose, first_come
from wms.waves.criterion import value_of
from wms.waves.estimate import Estimate, estimate
from wms.waves.labour import Rates, Work, rates
from wms.waves.models import WaveRule
from wms.waves.presets import PRESETS
from wms.waves.selection import select_waiting
from wms.waves.triggers import Trigger, carriers_at, is_enough, next_due
from wms.waves.wishes import MOST_WAVES, Limits, Reason, Room, Selection, Terms, Waiting, Wanted

NEAR = timedelta(hours=2)  # for picking and packing: a cut-off or promise so near is kept whatever the wave
FACTS = ("name", "active", "trigger", "filter", "limits", "method", "principle", "people", "release")


def trigger_of(rule: WaveRule) -> Trigger:
    """What starts the rule."""
    told = rule.trigger
    return Trigger(**{**told, "times": tuple(told["times"]), "weekdays": tuple(told["weekdays"])})


# ---- keeping

def listed(warehouse_id: int) -> list[WaveRule]:
    """The rules in the sequence in which they take orders."""
    query = select(WaveRule).where(WaveRule.warehouse_id == warehouse_id)
    return list(db.session.execute(query.order_by(WaveRule.position, WaveRule.id)).scalars())


def get(warehouse_id: int, rule_id: int) -> WaveRule:
    """The rule; its row stays locked to the end of the transaction. Raises `core.not_found`."""
    rule = db.session.execute(
        select(WaveRule)
        .where(WaveRule.id == rule_id, WaveRule.warehouse_id == warehouse_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if rule is None:
        raise WmsError("core.not_found", thing="wave rule", key=rule_id)
    return rule


def keep(warehouse_id: int, facts: Mapping[str, Any], *, rule_id: int | None = None, by: int | None = None) -> WaveRule:
    """Make a rule, or change the one with this id. `facts` are FACTS, and `position` where it is to stand.

    Raises `core.not_found`, `waves.rule_name_taken` (409), `waves.rule_names_unknown` when it names a zone, shop or
    person that is not there.
    """
    rule = get(warehouse_id, rule_id) if rule_id is not None else draft(warehouse_id, facts, by)
    _refuse_same_name(rule, facts["name"])
    _refuse_unknown(warehouse_id, facts)
    for name in FACTS:
        setattr(rule, name, facts[name])
    if rule_id is None:
        rule.position = _last(warehouse_id) + 1
        db.session.add(rule)
    if facts.get("position") is not None:
        rule.position = facts["position"]
    plan_next(rule)
    db.session.flush()
    return rule


def draft(warehouse_id: int, facts: Mapping[str, Any], by: int | None = None) -> WaveRule:
    """A rule as these facts describe it, which is kept nowhere."""
    named = {name: facts[name] for name in FACTS}
    return WaveRule(warehouse_id=warehouse_id, **named, position=0, created_by=by, created_at=now())


def drop(warehouse_id: int, rule_id: int) -> None:
    """Take a rule away; its waves stay. Raises `core.not_found`."""
    db.session.delete(get(warehouse_id, rule_id))
    db.session.flush()


def switch(warehouse_id: int, rule_id: int, active: bool) -> WaveRule:
    """Let a rule work, or rest. Raises `core.not_found`."""
    rule = get(warehouse_id, rule_id)
    rule.active = active
    plan_next(rule)
    db.session.flush()
    return rule


def add_preset(warehouse_id: int, code: str, name: str, by: int | None) -> WaveRule:
    """A rule as merchants usually have it, under this name; it rests until it is switched on.

    Raises `core.not_found`.
    """
    if code not in PRESETS:
        raise WmsError("core.not_found", thing="preset", key=code)
    taken = {rule.name for rule in listed(warehouse_id)}
    names = [name, *(f"{name} {number}" for number in range(2, len(taken) + 3))]
    free = next(each for each in names if each not in taken)
    return keep(warehouse_id, {**PRESETS[code].facts(), "name": free, "active": False}, by=by)


def plan_next(rule: WaveRule) -> None:
    """Set when a clock starts it next: never, while it rests."""
    zone, known = layout.time_zone(rule.warehouse_id), cutoffs.known(rule.warehouse_id)
    due = next_due(trigger_of(rule), rule.filter["carriers"], known, zone, now())
    rule.next_due_at = due if rule.active else None


def plan_all(warehouse_id: int) -> None:
    """The same for all rules, after a cut-off or the time zone changed."""
    for rule in listed(warehouse_id):
        plan_next(rule)
    db.session.flush()


def _last(warehouse_id: int) -> int:
    query = select(func.coalesce(func.max(WaveRule.position), 0)).where(WaveRule.warehouse_id == warehouse_id)
    return db.session.execute(query).scalar_one()


def _refuse_same_name(rule: WaveRule, name: str) -> None:
    others = select(WaveRule.id).where(WaveRule.warehouse_id == rule.warehouse_id, WaveRule.name == name)
    if set(db.session.execute(others).scalars()) - {rule.id}:
        raise WmsError("waves.rule_name_taken", name=name)


_THERE = {
    "zones": text("SELECT code FROM zone WHERE warehouse_id = :warehouse_id AND code = ANY(:names)"),
    "shops": text("SELECT code FROM shop WHERE code = ANY(:names) AND :warehouse_id > 0"),
    "persons": text("SELECT person_id FROM posting WHERE warehouse_id = :warehouse_id AND person_id = ANY(:names)"),
}


def _refuse_unknown(warehouse_id: int, facts: Mapping[str, Any]) -> None:
    zones = [*facts["filter"]["zones"], *facts["people"]["zones"]]
    named = {"zones": zones, "shops": facts["filter"]["shops"], "persons": facts["people"]["persons"]}
    for what, names in named.items():
        there = set(db.session.execute(_THERE[what], {"warehouse_id": warehouse_id, "names": names}).scalars())
        missing = [str(name) for name in names if name not in there]
        if missing:
            raise WmsError("waves.rule_names_unknown", what=[{"say": f"waves.named.{what}"}], names=", ".join(missing))


# ---- what it asks

@dataclass(frozen=True)
class Asked:
    """What a rule asks at a moment, how it is picked, and the cut-off it works for, where it works for one."""

    wanted: Wanted
    way: Way
    cutoff_at: datetime | None = None

    def select(self, warehouse_id: int) -> Selection:
        """The orders that wait now and fit, in their sequence: enough to know how many there are."""
        return select_waiting(warehouse_id, self.wanted)

    def choose(self, warehouse_id: int, seconds: float, waiting: Sequence[Waiting] | None = None) -> Choice:
        """What it takes of the orders that wait now, by a criterion chosen in so many seconds."""
        return choose(warehouse_id, self.wanted, self.way, seconds, waiting)

    def check(self, warehouse_id: int, chosen: Choice) -> Selection:
        """The same once more; see `choosing.check`."""
        return check(warehouse_id, self.wanted, self.way, chosen)


def asked(rule: WaveRule) -> Asked:
    """What a rule asks now, or, when it works for a cut-off, at the moment at which it is due next."""
    zone, moment, trigger = layout.time_zone(rule.warehouse_id), now(), trigger_of(rule)
    terms = _terms(rule.filter, moment, zone).picked(rule.method)
    limits = Limits(**{**rule.limits, "max_waves": rule.limits["max_waves"] or MOST_WAVES})
    wanted = Wanted(terms, limits, rule.principle, tuple(rule.filter["first_kinds"]), moment + NEAR)
    wanted = carts.fitted(rule.warehouse_id, wanted, rule.method)
    way = Way(rule.method, limits.totes_per_cart)
    if trigger.kind != "cutoff":
        return Asked(wanted, way)
    known = cutoffs.known(rule.warehouse_id)
    due = rule.next_due_at or next_due(trigger, terms.carriers, known, zone, moment)
    going = carriers_at(trigger, cutoffs.coming(rule.warehouse_id, moment), terms.carriers, max(moment, due or moment))
    wanted = replace(wanted, terms=replace(terms, cutoff_carriers=tuple(going)))
    return Asked(wanted, way, min(going.values(), default=None))


def _terms(told: Mapping[str, Any], moment: datetime, zone: ZoneInfo) -> Terms:
    listed = {name: tuple(told[name]) for name in ("carriers", "shops", "kinds", "zones", "needs", "never")}
    return Terms(**listed, promised_before=_latest(told, moment, zone), pieces=told["pieces"], alike=told["alike"])


def _latest(told: Mapping[str, Any], moment: datetime, zone: ZoneInfo) -> datetime | None:
    """The latest promise that is taken: within so many minutes, and until a time of today."""
    bounds = []
    if told["promised_within_min"] is not None:
        bounds.append(moment + timedelta(minutes=told["promised_within_min"]))
    if told["promised_until"] is not None:
        hour, minute = divmod(told["promised_until"], 60)
        wall = datetime.combine(moment.astimezone(zone).date(), time(hour, minute), zone)
        bounds.append(wall.astimezone(moment.tzinfo))
    return min(bounds, default=None)


# ---- looking ahead

@dataclass(frozen=True)
class Ahead:
    """What a run of a rule would do now. `left`: code → (how many orders, the reason of one of them).

    `fitting`: how many orders fit it, those included that are over its limits. `starts`: so many of them wait, or so
    long, that a rule which counts them would start. `seconds`: labour of what `saving` planned, and of its baseline.
    `compared`: how good the choice is, where the rule has a criterion.
    """

    waves: tuple[tuple[Waiting, ...], ...]
    left: Mapping[str, tuple[int, Reason]]
    cutoff_at: datetime | None
    fitting: int
    starts: bool
    saving: Estimate | None = None
    seconds: float = 0.0
    baseline_seconds: float = 0.0
    compared: Compared | None = None


@dataclass(frozen=True)
class Compared:
    """A criterion's figure of what was chosen, and of as many orders first come, first served. Pieces an aisle, or an
    hour of labour."""

    criterion: str
    value: float
    first_come: float


def preview(rule: WaveRule, *, saving: bool = True) -> Ahead:
    """What the rule would take and save if it ran now. Nothing is held or changed; the rule need not be kept.

    Without `saving` nothing is planned.
    """
    now_asked = asked(rule)
    chosen = now_asked.choose(rule.warehouse_id, LOOK_SECONDS)
    found, left, line = chosen.found, _by_code(chosen.found.left), chosen.line
    ahead = Ahead(found.waves, left, now_asked.cutoff_at, len(fitting(line)), is_ready(rule, line))
    if not found.waves:
        return ahead
    others = first_come(chosen, now_asked.wanted)
    if chosen.measure is not None and chosen.measure.times is None:
        figures = (value_of(chosen.measure, waves) for waves in (found.waves, others))
        ahead = replace(ahead, compared=Compared(rule.principle, *figures))
    return _planned(rule, ahead, others, now_asked.wanted.room) if saving else ahead


def _planned(rule: WaveRule, ahead: Ahead, others: Sequence[Sequence[Waiting]], room: Room) -> Ahead:
    """With walks planned for a moment, and by pieces an hour those of the others too, to compare."""
    totes, house = rule.limits["totes_per_cart"], rule.warehouse_id
    plan = estimate(house, ahead.waves, totes, room)
    if plan is None:
        return ahead
    here = rates(house)
    seconds = _seconds(rule, here, plan.work)
    ahead = replace(ahead, saving=plan, seconds=seconds, baseline_seconds=_seconds(rule, here, plan.baseline))
    again = estimate(house, others, totes, room) if rule.principle == "most_an_hour" else None
    if again is None or not again.orders or not plan.orders:
        return ahead
    figures = (3600 * each.work.units / _seconds(rule, here, each.work) for each in (plan, again))
    return replace(ahead, compared=Compared(rule.principle, *figures))


def _seconds(rule: WaveRule, here: Rates, work: Work) -> float:
    """Labour of waves of this rule, the sorting of its method included."""
    return here.seconds(replace(work, sorted=work.units if rule.method == "wall" else 0))


def _by_code(left: Mapping[int, Reason]) -> dict[str, tuple[int, Reason]]:
    found: dict[str, tuple[int, Reason]] = {}
    for reason in left.values():
        found[reason.code] = (found.get(reason.code, (0, reason))[0] + 1, reason)
    return found


def is_ready(rule: WaveRule, found: Selection) -> bool:
    """Whether so many orders wait that a rule which counts them would start."""
    fit = fitting(found)
    return is_enough(trigger_of(rule), len(fit), oldest(found.orders))


def fitting(found: Selection) -> Sequence[int]:
    """Ids of the orders that fit the rule, also those that its limits leave for another run."""
    over = ("over_maximum", "over_waves", "below_minimum")
    return [*(each.order_id for each in found.orders), *(id for id, why in found.left.items() if why.code in over)]


def oldest(chosen: Sequence[Waiting]) -> timedelta | None:
    """How long the oldest of these orders waits."""
    return max((now() - each.placed_at for each in chosen if each.placed_at), default=None)
