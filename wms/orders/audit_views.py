"""The audit over HTTP: its rules, their trial, what waits for a person, the blacklist, floors of prices."""
from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView

from wms.core.export import offer_file
from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.orders import service, shown
from wms.orders.auditing import blacklist, floors, passing, rulebook, schemas, trial
from wms.orders.auditing.listing import BLACKLIST, FLOORS, WAITING
from wms.orders.schemas import OrderPage, OrderView
from wms.orders.views import blueprint

DESK = "clerk supervisor"
FINANCE = "supervisor"


@blueprint.route("/audit/rules")
class Rules(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.RuleList)
    def get(self) -> dict[str, Any]:
        """The rules of the warehouse in their sequence, and what their forms may offer."""
        with transaction():
            house = actor().warehouse_id
            return {"items": rulebook.listed(house), "options": rulebook.options(house)}

    @signed_in(DESK)
    @blueprint.arguments(schemas.RuleBody)
    @blueprint.response(201, schemas.RuleView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a rule; it is the last one to be asked."""
        who = actor()
        return change(
            "audit.rule_add", body, lambda: rulebook.picture(rulebook.add(who.warehouse_id, body, by=who.person_id))
        )


@blueprint.route("/audit/rules/<int:rule_id>")
class OneRule(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.RuleChange)
    @blueprint.response(200, schemas.RuleView)
    def patch(self, body: dict[str, Any], rule_id: int) -> dict[str, Any]:
        """Change what is named, switch the rule on or off, or take it away. 409 when somebody changed it meanwhile."""
        who = actor()

        def act() -> dict[str, Any]:
            return rulebook.picture(rulebook.change(who.warehouse_id, rule_id, body, by=who.person_id))

        return change("audit.rule_change", {**body, "rule_id": rule_id}, act)


@blueprint.route("/audit/rules/<int:rule_id>/move")
class MoveRule(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.RuleMove)
    @blueprint.response(200, schemas.Done)
    def post(self, body: dict[str, Any], rule_id: int) -> dict[str, Any]:
        """Let a rule be asked earlier or later."""

        def act() -> dict[str, Any]:
            rulebook.move(actor().warehouse_id, rule_id, body["step"])
            return {"id": rule_id}

        return change("audit.rule_move", {**body, "rule_id": rule_id}, act)


@blueprint.route("/audit/rules/<int:rule_id>/versions")
class Versions(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.VersionList)
    def get(self, rule_id: int) -> dict[str, Any]:
        """What a rule was, the newest first."""
        with transaction():
            return {"items": rulebook.versions(actor().warehouse_id, rule_id)}

    @signed_in(DESK)
    @blueprint.arguments(schemas.RuleRestore)
    @blueprint.response(200, schemas.RuleView)
    def post(self, body: dict[str, Any], rule_id: int) -> dict[str, Any]:
        """Make a rule again what it was in a version."""
        who = actor()

        def act() -> dict[str, Any]:
            return rulebook.picture(
                rulebook.restore(who.warehouse_id, rule_id, body["version"], by=who.person_id)
            )

        return change("audit.rule_restore", {**body, "rule_id": rule_id}, act)


@blueprint.route("/audit/trials")
class Trials(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.RuleTry)
    @blueprint.response(200, schemas.TryView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Which past orders a rule would have met. Nothing is changed."""
        with transaction():
            return trial.shown(actor(), body)


@blueprint.route("/audit/waiting")
class Waiting(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.WaitingQuery, location="query")
    @blueprint.response(200, OrderPage)
    def get(self, query: dict[str, Any]) -> Response:
        """Held orders that wait for a person's word: a rule's, finance's, an address that can be read."""
        with transaction():
            return jsonify(WAITING.page(actor(), query))


@blueprint.route("/orders/<int:order_id>/let-pass")
class LetPass(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.Why)
    @blueprint.response(200, OrderView)
    def post(self, body: dict[str, Any], order_id: int) -> Response:
        """Let an order pass that rules hold, or that was paid too much for, as it is now."""
        who = actor()

        def act() -> dict[str, Any]:
            passing.let_pass(who.warehouse_id, order_id, why=body["why"], by=who.person_id)
            return shown.whole(service.get(order_id), who.locale)

        return jsonify(change("audit.let_pass", {**body, "order_id": order_id}, act))


@blueprint.route("/orders/<int:order_id>/finance-review")
class FinanceReview(MethodView):
    @signed_in(FINANCE)
    @blueprint.arguments(schemas.Review)
    @blueprint.response(200, OrderView)
    def post(self, body: dict[str, Any], order_id: int) -> Response:
        """Approve an order that waits for finance, or refuse it with the reason."""
        who = actor()

        def act() -> dict[str, Any]:
            passing.review(who.warehouse_id, order_id, **body, by=who.person_id, name=who.name)
            return shown.whole(service.get(order_id), who.locale)

        return jsonify(change("audit.finance_review", {**body, "order_id": order_id}, act))


@blueprint.route("/orders/<int:order_id>/address-read")
class ReadAddress(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.AddressRead)
    @blueprint.response(200, OrderView)
    def post(self, body: dict[str, Any], order_id: int) -> Response:
        """Take the place that the address of a held order reads as, and audit it again."""
        who = actor()

        def act() -> dict[str, Any]:
            passing.accept_read(who.warehouse_id, order_id, read=body["read"], by=who.person_id)
            return shown.whole(service.get(order_id), who.locale)

        return jsonify(change("audit.address_read", {**body, "order_id": order_id}, act))


@blueprint.route("/audit/blacklist")
class Blacklist(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.BlackQuery, location="query")
    @blueprint.response(200, schemas.BlackPage)
    def get(self, query: dict[str, Any]) -> Response:
        """To whom nothing is sent unseen, and why; of each as much as tells them apart."""
        with transaction():
            return jsonify(BLACKLIST.page(actor(), query))

    @signed_in(DESK)
    @blueprint.arguments(schemas.BlackBody)
    @blueprint.response(201, schemas.BlackView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Put somebody on the list, or change the reason."""
        who = actor()

        def act() -> dict[str, Any]:
            return blacklist.told([blacklist.put(who.warehouse_id, body, who.person_id)])[0]

        # What is kept of this command must not say what the list does not.
        return change("audit.blacklist", {"kind": body["kind"], "key": blacklist.digest(body)}, act)


@blueprint.route("/audit/blacklist/<int:entry_id>")
class BlacklistEntry(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.Done)
    def delete(self, entry_id: int) -> dict[str, Any]:
        """Take somebody off the list."""

        def act() -> dict[str, Any]:
            blacklist.take_off(actor().warehouse_id, entry_id)
            return {"id": entry_id}

        return change("audit.blacklist_off", {"entry_id": entry_id}, act)


@blueprint.route("/audit/price-floors")
class Floors(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.FloorQuery, location="query")
    @blueprint.response(200, schemas.FloorPage)
    def get(self, query: dict[str, Any]) -> Response:
        """The least that goods may be sold for."""
        with transaction():
            return jsonify(FLOORS.page(actor(), query))

    @signed_in(FINANCE)
    @blueprint.arguments(schemas.FloorBody)
    @blueprint.response(200, schemas.FloorBody)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Set the floor of a SKU in a currency, or take it away."""
        told = {**body, "price": None if body["price"] is None else str(body["price"])}

        def act() -> dict[str, Any]:
            floors.put(body["sku"], body["currency"], body["price"], by=actor().person_id)
            return told

        return change("audit.price_floor", told, act)


offer_file(blueprint, "/audit/waiting", WAITING, schemas.WaitingQuery, DESK)
offer_file(blueprint, "/audit/blacklist", BLACKLIST, schemas.BlackQuery, DESK)
offer_file(blueprint, "/audit/price-floors", FLOORS, schemas.FloorQuery, DESK)
