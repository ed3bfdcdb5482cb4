"""Customers over HTTP, and what is personal of an order, on record."""
from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core.export import offer_file
from wms.core.http import actor, change, signed_in
from wms.core.transaction import carry_out, transaction
from wms.customers import schemas, service
from wms.customers.listing import CUSTOMERS, REVEALS

blueprint = Blueprint("customers", __name__, url_prefix="/api/v1", description="Customers and their personal data")
DESK = "clerk supervisor"


@blueprint.route("/customers")
class Customers(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.CustomerQuery, location="query")
    @blueprint.response(200, schemas.CustomerPage)
    def get(self, query: dict[str, Any]) -> Response:
        """Customers of the warehouse over all shops, who ordered last first; masked."""
        with transaction():
            return jsonify(CUSTOMERS.page(actor(), query))


offer_file(blueprint, "/customers", CUSTOMERS, schemas.CustomerQuery, "supervisor")


@blueprint.route("/customers/tags")
class Tags(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.TagList)
    def get(self) -> Response:
        """The tags that customers have."""
        with transaction():
            return jsonify(items=service.known_tags(actor().warehouse_id))


@blueprint.route("/customers/<int:customer_id>")
class OneCustomer(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.CustomerView)
    def get(self, customer_id: int) -> Response:
        """A customer with orders, notes, and who might be the same."""
        return _shown(customer_id)

    @signed_in(DESK)
    @blueprint.arguments(schemas.CustomerChanges)
    @blueprint.response(200, schemas.CustomerView)
    def patch(self, body: dict[str, Any], customer_id: int) -> Response:
        """Change the tags."""

        def act() -> dict[str, Any]:
            service.put_tags(actor().warehouse_id, customer_id, body["tags"])
            return {}

        change("customers.tags", {**body, "customer_id": customer_id}, act)
        return _shown(customer_id)


@blueprint.route("/customers/<int:customer_id>/notes")
class Notes(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.NewNote)
    @blueprint.response(201, schemas.CustomerView)
    def post(self, body: dict[str, Any], customer_id: int) -> Response:
        """Write something of a customer."""

        def act() -> dict[str, Any]:
            service.add_note(actor(), customer_id, body["words"])
            return {}

        change("customers.note", {**body, "customer_id": customer_id}, act)
        return _shown(customer_id)


@blueprint.route("/customers/<int:customer_id>/same")
class Same(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.Same)
    @blueprint.response(200, schemas.CustomerView)
    def post(self, body: dict[str, Any], customer_id: int) -> Response:
        """Another one is the same as this: one record from now on."""
        who = actor()

        def act() -> dict[str, Any]:
            return {"merge": service.merge(who.warehouse_id, customer_id, body["other"], who.person_id).id}

        change("customers.same", {**body, "customer_id": customer_id}, act)
        return _shown(customer_id)


@blueprint.route("/customers/<int:customer_id>/same/<int:merge_id>/undo")
class Undo(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.CustomerView)
    def post(self, customer_id: int, merge_id: int) -> Response:
        """They are two after all."""
        who = actor()

        def act() -> dict[str, Any]:
            return {"merge": service.undo(who.warehouse_id, merge_id, who.person_id).id}

        change("customers.undo", {"merge_id": merge_id}, act)
        return _shown(customer_id)


def _shown(customer_id: int) -> Response:
    with transaction():
        return jsonify(service.whole(actor(), customer_id))


# ---- what is personal

@blueprint.route("/orders/<int:order_id>/personal")
class Reveal(MethodView):
    @signed_in("clerk supervisor packer")
    @blueprint.arguments(schemas.Why)
    @blueprint.response(200, schemas.Personal)
    def post(self, body: dict[str, Any], order_id: int) -> Response:
        """Who gets an order and where, in the open; written down. Packers: of the parcel in their hands only."""
        # No idempotent command: it would keep the answer, and to look twice is to be written down twice.
        return jsonify(carry_out(partial(service.reveal, actor(), order_id, body["why"])))


@blueprint.route("/orders/<int:order_id>/reveals")
class OrderReveals(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, schemas.RevealList)
    def get(self, order_id: int) -> Response:
        """Who was shown what is personal in an order, the newest first."""
        with transaction():
            return jsonify(items=service.of_order(actor().warehouse_id, order_id))


@blueprint.route("/reveals")
class Reveals(MethodView):
    @signed_in("admin")
    @blueprint.arguments(schemas.RevealQuery, location="query")
    @blueprint.response(200, schemas.RevealPage)
    def get(self, query: dict[str, Any]) -> Response:
        """Who was shown what is personal in any order, the newest first."""
        with transaction():
            return jsonify(REVEALS.page(actor(), query))


offer_file(blueprint, "/reveals", REVEALS, schemas.RevealQuery, "admin")
