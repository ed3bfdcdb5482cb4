"""Running wave rules: by the clock, by the count of orders, by hand; and releasing what they built.

A run builds its waves in one transaction. A rule with a criterion plans before it takes the lock under which waves are
built, and checks its choice under it. Each wave that is to be released is then released by the worker in a
transaction of its own: whoever is killed on the way leaves whole waves, which the worker finds again.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.job import defer
from wms.core.lock import lock
from wms.waves.choosing import RUN_SECONDS
from wms.waves.models import Wave, WaveRule
from wms.waves.release import release
from wms.waves.selection import Making, bring_ahead, locked, make
from wms.waves.wave_rules import asked, get, is_ready, plan_next, trigger_of
from wms.waves.wishes import CRITERIA, Waiting

RELEASE = "waves.release_wanted"


def run_now(warehouse_id: int, rule_id: int, by: int | None) -> tuple[WaveRule, list[Wave]]:
    """Let a rule build its waves now, whatever starts it; the worker releases them, where the rule says so.

    Raises `core.not_found`, `waves.nothing_to_wave` (409).
    """
    rule = get(warehouse_id, rule_id)
    waves = _run(rule, by)
    if not waves:
        raise WmsError("waves.nothing_to_wave", waiting=(rule.last_outcome or {})["waiting"])
    if rule.release:
        defer(RELEASE, once=RELEASE)
    return rule, waves


def due(warehouse_id: int) -> list[int]:
    """Ids of the active rules that a clock starts now or that count orders, in their sequence."""
    counts = WaveRule.trigger["kind"].astext == "count"
    return list(
        db.session.execute(
            select(WaveRule.id)
            .where(WaveRule.warehouse_id == warehouse_id, WaveRule.active)
            .where(or_(counts, WaveRule.next_due_at <= now()))
            .order_by(WaveRule.position, WaveRule.id)
        ).scalars()
    )


def run_if_due(warehouse_id: int, rule_id: int) -> list[Wave]:
    """Run a rule that is still due. Another that runs it at this moment is left to it."""
    rule = db.session.execute(
        select(WaveRule)
        .where(WaveRule.id == rule_id, WaveRule.active)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if rule is None:
        return []
    if trigger_of(rule).kind == "count":
        return _run(rule, None) if is_ready(rule, asked(rule).select(warehouse_id)) else []
    if rule.next_due_at is None or rule.next_due_at > now():
        return []
    return _run(rule, None)


def failed(rule_id: int, code: str, params: dict[str, Any]) -> None:
    """Keep what went wrong in a run; its next time comes as usual."""
    rule = db.session.get(WaveRule, rule_id, with_for_update=True)
    if rule is None:
        return
    rule.last_run_at = now()
    rule.last_outcome = {"code": code, "params": params, "waves": [], "orders": 0}
    plan_next(rule)


def _run(rule: WaveRule, by: int | None) -> list[Wave]:
    wish = asked(rule)
    chosen = wish.choose(rule.warehouse_id, RUN_SECONDS) if rule.principle in CRITERIA else None
    lock("wave.build", rule.warehouse_id)  # two planners choose one after the other, never the same order
    found = wish.check(rule.warehouse_id, chosen) if chosen else wish.select(rule.warehouse_id)
    making = Making(
        {"rule": rule.name, **{name: value for name, value in rule.filter.items() if value not in (None, [], "any")}},
        rule.limits["totes_per_cart"], by, rule.method, rule.people, rule.id, rule.release, wish.cutoff_at,
    )  # fmt: skip
    waves = [make(rule.warehouse_id, chosen, making) for chosen in found.waves]
    if waves:
        bring_ahead(rule.warehouse_id, waves)
    rule.last_run_at = now()
    rule.last_outcome = _outcome(waves, found.orders, len(found.left))
    plan_next(rule)
    db.session.flush()
    return waves


def _outcome(waves: Sequence[Wave], chosen: Sequence[Waiting], left: int) -> dict[str, Any]:
    return {
        "code": "waves.rule_ran" if waves else "waves.rule_found_nothing",
        "params": {"waves": len(waves), "orders": len(chosen), "left": left},
        "waves": [wave.number for wave in waves],
        "orders": len(chosen),
        "waiting": left,
    }


# ---- releasing what was built

def to_release() -> list[tuple[int, int]]:
    """(warehouse id, wave id) of the waves that the worker is to release, the earliest cut-off first."""
    rows = db.session.execute(
        select(Wave.warehouse_id, Wave.id)
        .where(Wave.release_wanted, Wave.status == "planned", Wave.paused_at.is_(None))
        .order_by(Wave.cutoff_at.nulls_last(), Wave.id)
    )
    return [(row.warehouse_id, row.id) for row in rows]


def release_wanted(warehouse_id: int, wave_id: int) -> bool:
    """Release a wave that still wants it; says whether that was done here. Raises as `release` does."""
    wave = locked(warehouse_id, wave_id)
    if not wave.release_wanted or wave.status != "planned":
        return False
    wave.release_wanted = False
    release(warehouse_id, wave_id)
    return True


def release_refused(warehouse_id: int, wave_id: int, error: WmsError, *, again: bool = False) -> None:
    """A wave that cannot be released stays planned, for a supervisor to look at; it says why, and so does its rule.

    `again`: it still wants it, and is tried in a minute.
    """
    wave = locked(warehouse_id, wave_id)
    if wave.status != "planned":
        return
    wave.release_wanted = again
    wave.release_refused = {"code": error.code, "params": dict(error.params)}
    rule = db.session.get(WaveRule, wave.rule_id, with_for_update=True) if wave.rule_id else None
    if rule is not None:
        rule.last_outcome = {**(rule.last_outcome or {}), "code": error.code, "params": dict(error.params)}
