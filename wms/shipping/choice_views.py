"""The choice of carriers over HTTP: what it goes by, trying it, why an order has its carrier, naming another."""
from __future__ import annotations

import csv
import io
from functools import partial
from typing import Any

from flask import Response, jsonify
from flask.views import MethodView

from wms.core.csvfile import harmless
from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.shipping import choice_schemas as schemas
from wms.shipping import choosing, naming, terms
from wms.shipping.choice_words import in_words
from wms.shipping.views import blueprint

DESK = "supervisor clerk"


@blueprint.route("/carrier-choice")
class Choice(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.CarrierChoiceView)
    def get(self) -> dict[str, Any]:
        """What carriers are chosen by: what each takes and for how much, the rules, and what is used of the quotas."""
        with transaction():
            return terms.shown(actor().warehouse_id)


@blueprint.route("/carrier-choice/terms/<string:code>")
class Terms(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.CarrierTermsChange)
    @blueprint.response(200, schemas.CarrierTermsView)
    def put(self, body: dict[str, Any], code: str) -> Response:
        """Say what a carrier takes from this warehouse, and its prices. From then on it is chosen."""
        house, view = actor().warehouse_id, schemas.CarrierTermsView()
        told = {**schemas.CarrierTermsChange().dump(body), "code": code}
        return jsonify(change("shipping.terms", told, lambda: dict(view.dump(terms.put(house, code, body)))))

    @signed_in("supervisor")
    @blueprint.response(200)
    def delete(self, code: str) -> dict[str, Any]:
        """The carrier has no terms here any more, and is not chosen."""

        def act() -> dict[str, Any]:
            terms.remove(actor().warehouse_id, code)
            return {}

        return change("shipping.no_terms", {"code": code}, act)


@blueprint.route("/carrier-choice/rules")
class Rules(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.CarrierRules)
    @blueprint.response(200, schemas.CarrierRules)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """All rules by which carriers are chosen, in the sequence in which they are asked."""
        act = partial(terms.put_rules, actor().warehouse_id, body["rules"])
        return change("shipping.rules", schemas.CarrierRules().dump(body), lambda: {"rules": act()})


@blueprint.route("/carrier-choice/quotas")
class Quotas(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.CarrierQuotas)
    @blueprint.response(200, schemas.CarrierQuotaList)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """All monthly quotas."""
        act = partial(terms.put_quotas, actor().warehouse_id, body["quotas"])
        return change("shipping.quotas", body, lambda: {"quotas": act()})


@blueprint.route("/carrier-choice/try")
class Try(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.WouldChoose)
    @blueprint.response(200, schemas.CarrierReasons)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """What would be chosen for a parcel now; nothing is changed."""
        with transaction():
            house = actor().warehouse_id
            return in_words(choosing.would_choose(house, naming.parcel_of(body)), actor().locale)


@blueprint.route("/carrier-choice/prices.csv")
class Prices(MethodView):
    @signed_in(DESK)
    @blueprint.response(200)
    def get(self) -> Response:
        """All price tables of the warehouse, as the import `carrier_prices` takes them."""
        with transaction():
            known = terms.shown(actor().warehouse_id)["terms"]
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["carrier", *terms.PRICED])
        for one in known:
            for row in one["prices"]:
                cells = {**row, "places": " ".join(row["places"]), "hours": row["hours"] or ""}
                writer.writerow([harmless(str(cell)) for cell in (one["carrier"], *(cells[n] for n in terms.PRICED))])
        # With a byte order mark, because Excel otherwise takes Chinese for Latin.
        response = Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="carrier-prices.csv"'
        return response


@blueprint.route("/orders/<int:order_id>/carrier")
class OfOrder(MethodView):
    @signed_in()
    @blueprint.response(200, schemas.OrderCarrier)
    def get(self, order_id: int) -> dict[str, Any]:
        """Which carrier takes an order, who said so and why."""
        with transaction():
            return naming.shown(actor().warehouse_id, order_id, actor().locale)

    @signed_in(DESK)
    @blueprint.arguments(schemas.NameCarrier)
    @blueprint.response(200, schemas.OrderCarrier)
    def put(self, body: dict[str, Any], order_id: int) -> dict[str, Any]:
        """Name the carrier of an order that waits for its wave, or let the rules choose it again."""
        who = actor()

        def act() -> dict[str, Any]:
            naming.name(who.warehouse_id, order_id, body["carrier"], who.person_id)
            return naming.shown(who.warehouse_id, order_id, who.locale)

        return change("shipping.order_carrier", {**body, "order_id": order_id}, act)
