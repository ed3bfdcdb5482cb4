"""Carriers over HTTP: their accounts, what they tell us, where parcels are, and how long they really took."""
from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, jsonify, request
from flask.views import MethodView

from wms.core.http import actor, change, signed_in
from wms.core.transaction import carry_out, transaction
from wms.shipping import accounts, asking, schemas, tracking
from wms.shipping.carriers import forms
from wms.shipping.views import blueprint

DESK = "supervisor clerk"


@blueprint.route("/carriers")
class Carriers(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, schemas.CarrierList)
    def get(self) -> dict[str, Any]:
        """The accounts with carriers, and what waits for them."""
        with transaction():
            waiting = asking.waiting(actor().warehouse_id)
            return {"carriers": accounts.listed(), "plugins": forms(), "waiting": waiting}


@blueprint.route("/carriers/<string:code>")
class OneCarrier(MethodView):
    @signed_in("admin")
    @blueprint.arguments(schemas.CarrierChange)
    @blueprint.response(200, schemas.CarrierView)
    def put(self, body: dict[str, Any], code: str) -> dict[str, Any]:
        """Make an account or change what is given of it. Its secrets are sealed, and never shown again."""
        told = {key: value for key, value in body.items() if key not in ("plugin", "fallbacks")}
        if "fallbacks" in body:
            told["fallbacks"] = [(each["carrier"], each["why"]) for each in body["fallbacks"]]
        shown = {**body, "secrets": sorted(body.get("secrets", {}))}  # what is kept of this command says no secret
        act = partial(accounts.change, code, plugin_name=body.get("plugin"), **told)
        return change("shipping.carrier", {**shown, "code": code}, act)


@blueprint.route("/carriers/<string:code>/test")
class TryCarrier(MethodView):
    @signed_in("admin")
    @blueprint.response(200, schemas.CarrierTried)
    def post(self, code: str) -> dict[str, Any]:
        """Ask a carrier something harmless, to see that it is reached and takes the account for one of its own."""
        with transaction():
            account, speaks = accounts.opened(code)
        said = accounts.try_out(account, speaks)
        return {"taken": not said, "said": said}


@blueprint.route("/carriers/<string:code>/push")
class Told(MethodView):
    @blueprint.response(200)
    @blueprint.doc(security=[])
    def post(self, code: str) -> Response:
        """What a carrier tells by itself: signed as it signs, verified on the raw body, and acknowledged, as it wants
        it, once it is stored. Nobody signs in; a carrier that does not sign tells `?token=`."""
        answer = carry_out(partial(tracking.told, code, request.get_data(), request.args.get("token", "")))
        reply = jsonify(answer.body)
        reply.status_code = answer.status
        return reply


@blueprint.route("/carriers/delivery-times")
class DeliveryTimes(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.DaysQuery, location="query")
    @blueprint.response(200, schemas.DeliveryTime(many=True))
    def get(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        """How long each carrier's parcels really took, from the truck to the signature."""
        with transaction():
            return tracking.delivery_times(actor().warehouse_id, query["days"], by_province=query["by_province"])


@blueprint.route("/parcel-tracks")
class Tracks(MethodView):
    @signed_in("supervisor clerk packer")
    @blueprint.arguments(schemas.TrackQuery, location="query")
    @blueprint.response(200, schemas.TrackView(many=True))
    def get(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        """Where a parcel is and was, by its number or its waybill's."""
        with transaction():
            return tracking.history(actor().warehouse_id, query["code"])


@blueprint.route("/parcels/<int:parcel_id>/waybill")
class AnotherCarrier(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.OtherCarrier)
    @blueprint.response(201, schemas.WaybillAsked)
    def post(self, body: dict[str, Any], parcel_id: int) -> dict[str, Any]:
        """Another carrier takes a parcel: the number it has, or was asked for, is given back, and another is asked for.
        """
        house = actor().warehouse_id
        act = partial(asking.by_other, house, parcel_id, body["carrier"])
        return change("shipping.other_carrier", {**body, "parcel_id": parcel_id}, act)
