"""How wave rules, their previews and the choices of their editor are shown to people and programs."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from math import ceil
from typing import Any

from sqlalchemy import text

from wms.core.catalogue import text as words
from wms.core.db import db
from wms.layout import service as layout
from wms.waves import why
from wms.waves.models import WaveRule
from wms.waves.presets import PRESETS
from wms.waves.selection import earliest_cutoff
from wms.waves.wave_rules import FACTS, Ahead
from wms.waves.wishes import Waiting

# What the filters and people of a rule may name, each as (code, name).
_OPTIONS = {
    "carriers": text(
        """
        SELECT carrier, carrier FROM shop UNION SELECT carrier, carrier FROM carrier_cutoff
        WHERE warehouse_id = :warehouse_id UNION SELECT carrier, carrier FROM sales_order
        WHERE warehouse_id = :warehouse_id AND confirmation = 'confirmed' AND processing = 'waiting' ORDER BY 1
        """
    ),
    "shops": text("SELECT code, name FROM shop WHERE :warehouse_id > 0 ORDER BY code"),
    "zones": text("SELECT code, name FROM zone WHERE warehouse_id = :warehouse_id ORDER BY code"),
    "persons": text(
        """
        SELECT p.id, p.name FROM person p WHERE p.active AND EXISTS
            (SELECT 1 FROM posting t WHERE t.person_id = p.id AND t.warehouse_id = :warehouse_id AND t.post = 'picker')
        ORDER BY p.name
        """
    ),
}


def picture(rule: WaveRule, locale: str) -> dict[str, Any]:
    """A rule as clients see it; its last outcome in words."""
    outcome = rule.last_outcome
    return {
        "id": rule.id,
        "position": rule.position,
        **{name: getattr(rule, name) for name in FACTS},
        "next_due_at": _iso(rule.next_due_at),
        "last_run_at": _iso(rule.last_run_at),
        "last_outcome": outcome and {
            "code": outcome["code"], "text": words(outcome["code"], locale, **outcome["params"]),
            "waves": outcome["waves"], "orders": outcome["orders"],
        },
    }  # fmt: skip


def options(warehouse_id: int) -> dict[str, list[list[Any]]]:
    """What a rule may name here: [[code, name], …] of carriers, shops, zones and persons."""
    found = {}
    for name, query in _OPTIONS.items():
        found[name] = [list(row) for row in db.session.execute(query, {"warehouse_id": warehouse_id})]
    return found


def presets(locale: str) -> list[dict[str, Any]]:
    """The rules that merchants usually have."""
    return [
        {
            "preset": code, "name": words(f"waves.preset.{code}", locale),
            "hint": words(f"waves.preset_hint.{code}", locale), "method": each.method, "principle": each.principle,
        }
        for code, each in PRESETS.items()
    ]  # fmt: skip


def ahead(rule: WaveRule, found: Ahead, locale: str) -> dict[str, Any]:
    """A preview as clients see it; left out orders by reason, the most first."""
    zone = layout.time_zone(rule.warehouse_id)
    waves = [_wave(wave, rule.limits["totes_per_cart"], found) for wave in found.waves]
    left = [
        {"reason": code, "count": count, "text": why.say(reason, zone, locale, "left")["text"]}
        for code, (count, reason) in sorted(found.left.items(), key=lambda item: (-item[1][0], item[0]))
    ]
    return {
        "waves": waves,
        **{name: sum(wave[name] for wave in waves) for name in ("orders", "lines", "units", "carts", "must_ship")},
        "fitting": found.fitting,
        "starts": found.starts,
        "cutoff_at": min((wave["cutoff_at"] for wave in waves if wave["cutoff_at"]), default=None),
        "next_due_at": _iso(rule.next_due_at),
        "left_out": left,
        "saving": _saving(found),
        "compared": found.compared and asdict(found.compared),
    }


def _wave(wave: Sequence[Waiting], totes: int, found: Ahead) -> dict[str, Any]:
    return {
        "orders": len(wave),
        "lines": sum(order.lines for order in wave),
        "units": sum(order.units for order in wave),
        "carts": ceil(len(wave) / totes),
        "must_ship": sum(order.must_ship for order in wave),
        "cutoff_at": _iso(found.cutoff_at or earliest_cutoff(wave)),
    }


def _saving(found: Ahead) -> dict[str, Any] | None:
    plan = found.saving
    if plan is None:
        return None
    return {
        "orders": plan.orders, "walk_m": round(plan.walk_mm / 1000), "baseline_m": round(plan.baseline_mm / 1000),
        "saving": round(plan.saving, 4), "short": len(plan.short), "minutes": round(found.seconds / 60),
        "baseline_minutes": round(found.baseline_seconds / 60),
    }  # fmt: skip


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
