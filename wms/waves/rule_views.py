"""Wave rules, the carriers' cut-offs and "why not" over HTTP."""
from __future__ import annotations

from typing import Any

from flask.views import MethodView

from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.waves import carts, rule_shown, rule_terminal, wave_rules, why
from wms.waves import rule_schemas as schemas
from wms.waves.views import blueprint

DESK = "supervisor"


def _shown(rule: Any) -> dict[str, Any]:
    return rule_shown.picture(rule, actor().locale)


@blueprint.route("/waves/rules")
class Rules(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.RuleList)
    def get(self) -> dict[str, Any]:
        """The rules of the warehouse, and what their filters may name."""
        with transaction():
            return rule_terminal.rules_data(actor())

    @signed_in(DESK)
    @blueprint.arguments(schemas.RuleBody)
    @blueprint.response(201, schemas.RuleView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a rule."""
        here = actor()
        return change("waves.rule", body, lambda: _shown(wave_rules.keep(here.warehouse_id, body, by=here.person_id)))


@blueprint.route("/waves/rules/preview")
class RulePreviews(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.RuleLook)
    @blueprint.response(200, schemas.RulePreview)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """What such a rule would take and save now, kept or not. Nothing is changed."""
        with transaction():
            return rule_terminal.preview_data(actor(), body)


@blueprint.route("/waves/rules/presets")
class Presets(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.PresetList)
    def get(self) -> dict[str, Any]:
        """Rules as merchants usually have them."""
        return {"items": rule_shown.presets(actor().locale)}


@blueprint.route("/waves/rules/presets/<preset>")
class OnePreset(MethodView):
    @signed_in(DESK)
    @blueprint.response(201, schemas.RuleView)
    def post(self, preset: str) -> dict[str, Any]:
        """Add such a rule; it rests until it is switched on."""
        body = {"preset": preset}
        return change("waves.preset", body, lambda: _shown(rule_terminal.add_preset(actor(), preset)))


@blueprint.route("/waves/rules/<int:rule_id>")
class OneRule(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.RuleView)
    def get(self, rule_id: int) -> dict[str, Any]:
        """One rule."""
        with transaction():
            return _shown(wave_rules.get(actor().warehouse_id, rule_id))

    @signed_in(DESK)
    @blueprint.arguments(schemas.RuleBody)
    @blueprint.response(200, schemas.RuleView)
    def put(self, body: dict[str, Any], rule_id: int) -> dict[str, Any]:
        """Change a rule."""

        def act() -> dict[str, Any]:
            return _shown(wave_rules.keep(actor().warehouse_id, body, rule_id=rule_id, by=actor().person_id))

        return change("waves.rule", {**body, "rule_id": rule_id}, act)

    @signed_in(DESK)
    @blueprint.response(204)
    def delete(self, rule_id: int) -> None:
        """Delete a rule. Its waves stay."""

        def act() -> dict[str, Any]:
            wave_rules.drop(actor().warehouse_id, rule_id)
            return {}

        change("waves.rule_gone", {"rule_id": rule_id}, act)


@blueprint.route("/waves/rules/<int:rule_id>/preview")
class KeptRulePreview(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.RulePreview)
    def get(self, rule_id: int) -> dict[str, Any]:
        """What a rule would take and save if it ran now. Nothing is changed."""
        with transaction():
            rule = wave_rules.get(actor().warehouse_id, rule_id)
            return rule_shown.ahead(rule, wave_rules.preview(rule), actor().locale)


@blueprint.route("/waves/rules/<int:rule_id>/run")
class RuleRun(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.RunView)
    def post(self, rule_id: int) -> dict[str, Any]:
        """Build the waves of a rule now; the worker releases them, where the rule says so."""
        return change("waves.rule_run", {"rule_id": rule_id}, lambda: rule_terminal.run_data(actor(), rule_id))


@blueprint.route("/waves/rules/<int:rule_id>/switch")
class RuleSwitch(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.RuleActive)
    @blueprint.response(200, schemas.RuleView)
    def post(self, body: dict[str, Any], rule_id: int) -> dict[str, Any]:
        """Let a rule work, or rest."""

        def act() -> dict[str, Any]:
            return _shown(wave_rules.switch(actor().warehouse_id, rule_id, body["active"]))

        return change("waves.rule_switch", {**body, "rule_id": rule_id}, act)


@blueprint.route("/waves/cutoffs")
class Cutoffs(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.CutoffList)
    def get(self) -> dict[str, Any]:
        """When each carrier comes."""
        with transaction():
            return rule_terminal.cutoffs_data(actor())

    @signed_in(DESK)
    @blueprint.arguments(schemas.CutoffBody)
    @blueprint.response(200, schemas.CutoffList)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Enter when a carrier comes, or change the weekdays of a time that is known."""

        def act() -> dict[str, Any]:
            rule_terminal.keep_cutoff(actor(), body)
            return rule_terminal.cutoffs_data(actor())

        return change("waves.cutoff", body, act)


@blueprint.route("/waves/cutoffs/<int:cutoff_id>")
class OneCutoff(MethodView):
    @signed_in(DESK)
    @blueprint.response(204)
    def delete(self, cutoff_id: int) -> None:
        """The carrier does not come at that time any more."""

        def act() -> dict[str, Any]:
            rule_terminal.drop_cutoff(actor(), cutoff_id)
            return {}

        change("waves.cutoff_gone", {"cutoff_id": cutoff_id}, act)


@blueprint.route("/waves/carts")
class Carts(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.CartRoomBody)
    def get(self) -> dict[str, Any]:
        """What a tote and a cart hold."""
        with transaction():
            return carts.picture(actor().warehouse_id)

    @signed_in(DESK)
    @blueprint.arguments(schemas.CartRoomBody)
    @blueprint.response(200, schemas.CartRoomBody)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Say what a tote and a cart hold; orders that are larger stay behind, with the reason."""

        def act() -> dict[str, Any]:
            carts.keep(actor().warehouse_id, body)
            return carts.picture(actor().warehouse_id)

        return change("waves.carts", body, act)


@blueprint.route("/waves/time-zone")
class TimeZone(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.ZoneBody)
    @blueprint.response(200, schemas.CutoffList)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """What the warehouse's clocks show; times of rules and cut-offs are read by it."""

        def act() -> dict[str, Any]:
            rule_terminal.set_zone(actor(), body["time_zone"])
            return rule_terminal.cutoffs_data(actor())

        return change("waves.time_zone", body, act)


@blueprint.route("/waves/why-not")
class WhyNot(MethodView):
    @signed_in(rule_terminal.CLERKS)
    @blueprint.arguments(schemas.WhyQuery, location="query")
    @blueprint.response(200, schemas.WhyList)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Why the orders with this number are not promised, not waved or not picked yet."""
        with transaction():
            return rule_terminal.why_data(actor(), query["number"])


@blueprint.route("/waves/orders/<int:order_id>/why-not")
class WhyNotOrder(MethodView):
    @signed_in(rule_terminal.CLERKS)
    @blueprint.response(200, schemas.WhyView)
    def get(self, order_id: int) -> dict[str, Any]:
        """Why one order is not promised, not waved or not picked yet: the exact rule and figure."""
        with transaction():
            return why.told(why.why_not(actor().warehouse_id, order_id), actor().locale)
