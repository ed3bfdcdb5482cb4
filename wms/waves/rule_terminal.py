"""What supervisors ask and do about wave rules, the carriers' cut-offs, and orders that do not go on."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.catalogue import text
from wms.core.clock import now
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.layout import service as layout
from wms.waves import carts, cutoffs, rule_runs, rule_shown, service, wave_rules, why
from wms.waves import rule_schemas as schemas

DESK = "supervisor"
CLERKS = "supervisor clerk"


@scan("wave.rules", schema=Nothing, posts=DESK, changes=False)
def rules(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor looks at the rules: which work, when each ran last and what came of it, when it runs next."""
    return Envelope(data=rules_data(actor))


@scan("wave.rule_preview", schema=schemas.RuleLook, posts=DESK, changes=False)
def preview(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor changes a rule and sees what it would take and save, and what it would leave and why."""
    return Envelope(data=preview_data(actor, body))


@scan("wave.rule_keep", schema=schemas.RuleKeep, posts=DESK)
def keep(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor makes a rule, or changes the one that is named."""
    rule = wave_rules.keep(actor.warehouse_id, body, rule_id=body["rule_id"], by=actor.person_id)
    return _rule("waves.rule_kept", actor, rule)


@scan("wave.rule_switch", schema=schemas.RuleSwitch, posts=DESK)
def switch(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor lets a rule work, or rest."""
    rule = wave_rules.switch(actor.warehouse_id, body["rule_id"], body["active"])
    return _rule("waves.rule_on" if rule.active else "waves.rule_off", actor, rule)


@scan("wave.rule_drop", schema=schemas.RuleId, posts=DESK)
def drop(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor deletes a rule. Its waves stay."""
    name = wave_rules.get(actor.warehouse_id, body["rule_id"]).name
    wave_rules.drop(actor.warehouse_id, body["rule_id"])
    return Envelope(message="waves.rule_dropped", params={"rule": name})


@scan("wave.rule_run", schema=schemas.RuleId, posts=DESK)
def run(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor does not wait for what starts a rule: its waves are built now, and released by the worker."""
    data = run_data(actor, body["rule_id"])
    params = wave_rules.get(actor.warehouse_id, body["rule_id"]).last_outcome or {}
    return Envelope(data=data, message="waves.rule_ran", params=params["params"])


@scan("wave.rule_add", schema=schemas.PresetCode, posts=DESK)
def add(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor adds a rule as merchants usually have it; it rests until it is switched on."""
    return _rule("waves.rule_added", actor, add_preset(actor, body["preset"]))


@scan("wave.presets", schema=Nothing, posts=DESK, changes=False)
def presets(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor looks for a ready-made rule."""
    return Envelope(data={"items": rule_shown.presets(actor.locale)})


@scan("wave.cutoffs", schema=Nothing, posts=DESK, changes=False)
def cutoff_list(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor looks when each carrier comes."""
    return Envelope(data=cutoffs_data(actor))


@scan("wave.cutoff_keep", schema=schemas.CutoffBody, posts=DESK)
def cutoff_keep(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor enters when a carrier comes; rules that work for cut-offs are due accordingly."""
    keep_cutoff(actor, body)
    at = f"{body['minute'] // 60:02}:{body['minute'] % 60:02}"
    return Envelope(
        data=cutoffs_data(actor), message="waves.cutoff_kept", params={"carrier": body["carrier"], "at": at}
    )


@scan("wave.cutoff_drop", schema=schemas.CutoffId, posts=DESK)
def cutoff_drop(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The carrier does not come at that time any more."""
    drop_cutoff(actor, body["cutoff_id"])
    return Envelope(data=cutoffs_data(actor), message="waves.cutoff_dropped")


@scan("wave.carts", schema=Nothing, posts=DESK, changes=False)
def cart_room(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor looks what a tote and a cart hold."""
    return Envelope(data=carts.picture(actor.warehouse_id))


@scan("wave.carts_keep", schema=schemas.CartRoomBody, posts=DESK)
def cart_room_keep(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor says what a tote and a cart hold; orders that are larger stay behind, with the reason."""
    carts.keep(actor.warehouse_id, body)
    return Envelope(data=carts.picture(actor.warehouse_id), message="waves.carts_kept")


@scan("wave.time_zone", schema=schemas.ZoneBody, posts=DESK)
def time_zone(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor says what the warehouse's clocks show; times of rules and cut-offs are read by it."""
    set_zone(actor, body["time_zone"])
    return Envelope(data=cutoffs_data(actor), message="waves.zone_kept", params={"zone": body["time_zone"]})


@scan("wave.why_not", schema=schemas.WhyQuery, posts=CLERKS, changes=False)
def why_not(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Somebody asks why an order does not go on, and reads the exact rule and figure."""
    return Envelope(data=why_data(actor, body["number"]))


# ---- shared with the HTTP API

def rules_data(actor: Actor) -> dict[str, Any]:
    """All rules, and what their filters may name."""
    house = actor.warehouse_id
    return {
        "items": [rule_shown.picture(rule, actor.locale) for rule in wave_rules.listed(house)],
        "options": rule_shown.options(house),
        "time_zone": str(layout.time_zone(house)),
    }


def preview_data(actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """What a rule that is perhaps not kept would do."""
    rule = wave_rules.draft(actor.warehouse_id, body)
    wave_rules.plan_next(rule)
    return rule_shown.ahead(rule, wave_rules.preview(rule, saving=body["saving"]), actor.locale)


def run_data(actor: Actor, rule_id: int) -> dict[str, Any]:
    """Run a rule by hand; its waves as clients see them."""
    rule, waves = rule_runs.run_now(actor.warehouse_id, rule_id, actor.person_id)
    return {"rule": rule_shown.picture(rule, actor.locale), "waves": service.pictures(waves)}


def add_preset(actor: Actor, preset: str) -> Any:
    """Add a ready-made rule, named in the language of whoever adds it."""
    known = any(each["preset"] == preset for each in rule_shown.presets(actor.locale))
    name = text(f"waves.preset.{preset}", actor.locale) if known else preset
    return wave_rules.add_preset(actor.warehouse_id, preset, name, actor.person_id)


def keep_cutoff(actor: Actor, body: dict[str, Any]) -> int:
    """Keep a cut-off and let the rules be due accordingly; returns its id."""
    row = cutoffs.keep(actor.warehouse_id, body["carrier"], body["minute"], body["weekdays"])
    wave_rules.plan_all(actor.warehouse_id)
    return row.id


def drop_cutoff(actor: Actor, cutoff_id: int) -> None:
    """Delete a cut-off and let the rules be due accordingly."""
    cutoffs.drop(actor.warehouse_id, cutoff_id)
    wave_rules.plan_all(actor.warehouse_id)


def set_zone(actor: Actor, name: str) -> None:
    """Set the time zone and let the rules be due accordingly."""
    layout.set_time_zone(actor.warehouse_id, name)
    wave_rules.plan_all(actor.warehouse_id)


def cutoffs_data(actor: Actor) -> dict[str, Any]:
    """All cut-offs, and the time zone in which they are read."""
    house = actor.warehouse_id
    return {"items": cutoffs.pictures(house, now()), "time_zone": str(layout.time_zone(house))}


def why_data(actor: Actor, number: str) -> dict[str, Any]:
    """The reasons of the orders with this number. Raises `waves.order_unknown` (404)."""
    ids = why.numbered(actor.warehouse_id, number)
    if not ids:
        raise WmsError("waves.order_unknown", number=number)
    return {"items": [why.told(why.why_not(actor.warehouse_id, order_id), actor.locale) for order_id in ids]}


def _rule(message: str, actor: Actor, rule: Any) -> Envelope:
    return Envelope(data={"rule": rule_shown.picture(rule, actor.locale)}, message=message, params={"rule": rule.name})
