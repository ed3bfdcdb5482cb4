"""Waybills back to us, over HTTP."""
from __future__ import annotations

from typing import Any

from flask.views import MethodView
from marshmallow import Schema, fields, validate

from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.shipping import returns
from wms.shipping.views import blueprint

DESK = "supervisor clerk"


class NewReturn(Schema):
    """`carrier` left out: the order's own."""

    carrier = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    reason = fields.String(load_default="", validate=validate.Length(max=60))


class ReturnView(Schema):
    """`number` is null until the carrier has answered; `trouble`: what it said instead."""

    id = fields.Integer()
    carrier = fields.String()
    status = fields.String()
    number = fields.String(allow_none=True)
    reason = fields.String()
    trouble = fields.String()
    asked_at = fields.String()


class PrintReturn(Schema):
    """`station`: where it is printed, by its code. `reason`: why once more, of one that is out."""

    station = fields.String(required=True, validate=validate.Length(1, 60))
    reason = fields.String(load_default="", validate=validate.Length(max=200))


class ItsPrinter(Schema):
    code = fields.String()


class PlaceOfReturns(Schema):
    """A station that prints them."""

    code = fields.String()
    name = fields.String()
    printer = fields.Nested(ItsPrinter)


@blueprint.route("/returns/places")
class Places(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, PlaceOfReturns(many=True))
    def get(self) -> list[dict[str, Any]]:
        """Where labels of waybills back can be printed."""
        with transaction():
            return returns.places(actor().warehouse_id)


@blueprint.route("/orders/<int:order_id>/returns")
class Returns(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, ReturnView(many=True))
    def get(self, order_id: int) -> list[dict[str, Any]]:
        """The waybills back of an order."""
        with transaction():
            return returns.of_order(actor().warehouse_id, order_id)

    @signed_in(DESK)
    @blueprint.arguments(NewReturn)
    @blueprint.response(201, ReturnView)
    def post(self, body: dict[str, Any], order_id: int) -> dict[str, Any]:
        """Ask a carrier for a waybill back, from the buyer to this warehouse, of an order that left."""
        who = actor()

        def act() -> dict[str, Any]:
            return returns.shown(
                returns.ask(who.warehouse_id, order_id, body["carrier"], body["reason"], who.person_id)
            )

        return change("shipping.return", {**body, "order_id": order_id}, act)


@blueprint.route("/returns/<int:return_id>")
class OneReturn(MethodView):
    @signed_in(DESK)
    @blueprint.response(200, ReturnView)
    def delete(self, return_id: int) -> dict[str, Any]:
        """It is not wanted any more: its number is given back."""
        house = actor().warehouse_id
        return change("shipping.return_void", {"id": return_id}, lambda: returns.shown(returns.void(house, return_id)))


@blueprint.route("/returns/<int:return_id>/print")
class PrintOne(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(PrintReturn)
    @blueprint.response(200, ReturnView)
    def post(self, body: dict[str, Any], return_id: int) -> dict[str, Any]:
        """Print its label at a station."""
        who = actor()

        def act() -> dict[str, Any]:
            done = returns.print_at(
                who.warehouse_id, return_id, body["station"], who.person_id, reason=body["reason"]
            )
            return returns.shown(done)

        return change("shipping.return_print", {**body, "id": return_id}, act)
