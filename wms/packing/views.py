"""Parcels over HTTP."""
from __future__ import annotations

from typing import Any

from flask import Response, jsonify, send_file
from flask.views import MethodView
from flask_smorest import Blueprint
from sqlalchemy import case, func, select

from wms.access import service as access
from wms.access.models import Device, DeviceSession, Person
from wms.core import photo
from wms.core.db import db
from wms.core.http import actor, change, signed_in
from wms.core.transaction import carry_out, transaction
from wms.layout.models import Station
from wms.orders.models import Order, Shop
from wms.packing import cartons, evidence, inserts, parcels, photos, weights
from wms.packing.batch_terminal import packer_of
from wms.packing.cartons import CartonFacts
from wms.packing.models import Carton, Parcel
from wms.packing.schemas import (
    Agreed,
    Agreement,
    CartonFields,
    CartonList,
    EvidenceQuery,
    EvidenceView,
    GiftNote,
    InsertFields,
    InsertList,
    InsertView,
    ParcelHistory,
    ParcelsQuery,
    PhotoQuery,
    PhotoView,
    WeightRuleFields,
    WeightRuleView,
)

blueprint = Blueprint("parcels", __name__, url_prefix="/api/v1", description="Parcels and their cartons")


@blueprint.route("/parcels")
class Parcels(MethodView):
    @signed_in()
    @blueprint.arguments(ParcelsQuery, location="query")
    @blueprint.response(200, ParcelHistory(many=True))
    def get(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        """The parcels of an order number, oldest first."""
        going = func.count().filter(Parcel.status != "void").over(partition_by=Parcel.order_id)
        wanted = (
            select(
                Parcel.ordinal, case((Order.processing == "packed", going)).label("parcels"),
                Parcel.id, Parcel.number, Parcel.status, Parcel.waybill, Parcel.weight_g, Parcel.expected_g,
                Parcel.closed_at, Parcel.put_in, Order.number.label("order"), Shop.name.label("shop"),
                Carton.code.label("carton"), Station.name.label("station"), Person.name.label("packed_by"),
            )
            .join(Order, Order.id == Parcel.order_id)
            .join(Shop, Shop.id == Order.shop_id)
            .join(Station, Station.id == Parcel.station_id)
            .outerjoin(Person, Person.id == Parcel.packed_by)
            .outerjoin(Carton, Carton.id == Parcel.carton_id)
            .where(Parcel.warehouse_id == actor().warehouse_id, Order.number == query["order"])
            .order_by(Parcel.id)
        )  # fmt: skip
        with transaction():
            rows = db.session.execute(wanted).all()
            taken = photos.of([row.id for row in rows])
            return [{**row._mapping, "photos": taken[row.id]} for row in rows]


@blueprint.route("/parcel-evidence")
class Evidence(MethodView):
    @signed_in()
    @blueprint.arguments(EvidenceQuery, location="query")
    @blueprint.response(200, EvidenceView)
    def get(self, query: dict[str, Any]) -> Response:
        """All that is known of a parcel: its scans, weights, pictures and waybills, with who and when."""
        with transaction():
            return jsonify(evidence.whole(actor().warehouse_id, query["code"]))


@blueprint.route("/parcels/<int:parcel_id>/agreement")
class AgreementToWeight(MethodView):
    @signed_in("packer supervisor")
    @blueprint.arguments(Agreement)
    @blueprint.response(200, Agreed)
    def post(self, body: dict[str, Any], parcel_id: int) -> dict[str, Any]:
        """A supervisor at the packer's table agrees to a weight that does not fit the goods; the packer closes then.

        Wrong PINs count as they do at the log-in.
        """
        with transaction():
            session = db.session.get(DeviceSession, actor().session_id) if actor().session_id else None
            device = db.session.get(Device, session.device_id) if session and session.device_id else None
            person = access.identify(body["badge"], body["pin"], device, session.device if session else "program")
            if isinstance(person, Person):
                packer = packer_of(actor())
                parcel = parcels.working_on(packer, parcel_id)
                weights.agree(packer, parcel, body["weight_g"], body["reason"], person.id)
                return {"agreed_by": person.name}
        raise person  # after the commit: a wrong PIN counts


@blueprint.route("/weight-rule")
class OneWeightRule(MethodView):
    @signed_in()
    @blueprint.response(200, WeightRuleView)
    def get(self) -> weights.Tolerance:
        """How far parcels of the warehouse may be from their expected weight."""
        with transaction():
            return weights.tolerance(actor().warehouse_id)

    @signed_in("supervisor")
    @blueprint.arguments(WeightRuleFields)
    @blueprint.response(200, WeightRuleView)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Hold parcels that are weighed from now on to this."""

        def act() -> dict[str, Any]:
            weights.put(actor().warehouse_id, body["percent"], body["grams"], body["decided_by"])
            return {**body, "percent": str(body["percent"])}

        return change("weight_rule.put", {**body, "percent": str(body["percent"])}, act)


@blueprint.route("/parcel-photos")
class Photos(MethodView):
    @signed_in("packer supervisor")
    @blueprint.arguments(PhotoQuery, location="query")
    @blueprint.response(200, PhotoView)
    def post(self, query: dict[str, Any]) -> dict[str, Any]:
        """Keep a picture of a parcel as evidence: the body is a JPEG of at most 2 MB."""
        picture = photo.sent()

        def act() -> dict[str, Any]:
            kept = photos.add(actor().warehouse_id, query["parcel"], picture, actor_id=actor().person_id)
            return {"id": kept.id, "file": kept.file}

        return carry_out(act)


@blueprint.route("/parcel-photos/<string:name>")
class OnePhoto(MethodView):
    @signed_in()
    def get(self, name: str) -> Response:
        """A picture of a parcel."""
        with transaction():
            path = photos.find(actor().warehouse_id, name)
        return send_file(path, mimetype="image/jpeg", max_age=3600)


@blueprint.route("/cartons")
class Cartons(MethodView):
    @signed_in()
    @blueprint.response(200, CartonList)
    def get(self) -> dict[str, Any]:
        """The kinds of cartons of the warehouse."""
        with transaction():
            found = cartons.cartons(actor().warehouse_id)
            return {"items": [{name: getattr(each, name) for name in ("code", *cartons.FACTS)} for each in found]}

    @signed_in("clerk supervisor")
    @blueprint.arguments(CartonFields)
    @blueprint.response(200, CartonFields)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a kind of carton, or change the one with this code."""

        def act() -> dict[str, Any]:
            cartons.put(actor().warehouse_id, [CartonFacts(**body)])
            return body

        return change("carton.put", body, act)


@blueprint.route("/insert-rules")
class InsertRules(MethodView):
    @signed_in()
    @blueprint.response(200, InsertList)
    def get(self) -> dict[str, Any]:
        """What shops put into their parcels besides the goods."""
        with transaction():
            return {"items": inserts.rules(actor().warehouse_id)}

    @signed_in("clerk supervisor")
    @blueprint.arguments(InsertFields)
    @blueprint.response(200, InsertView)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """A shop adds something to its parcels, or (not `active`) no longer."""

        def act() -> dict[str, Any]:
            inserts.put(actor().warehouse_id, body["shop"], body["name"], body["min_total"], active=body["active"])
            return {**body, "min_total": str(body["min_total"])}

        return change("insert_rule.put", {**body, "min_total": str(body["min_total"])}, act)


@blueprint.route("/orders/<int:order_id>/gift-note")
class OneGiftNote(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(GiftNote)
    @blueprint.response(200, GiftNote)
    def put(self, body: dict[str, Any], order_id: int) -> dict[str, Any]:
        """Change the gift note of an order, or take it away, until its first parcel is closed."""

        def act() -> dict[str, Any]:
            order = inserts.put_gift_note(actor().warehouse_id, order_id, body["gift_note"].strip())
            return {"gift_note": order.gift_note}

        return change("gift_note.put", {**body, "order_id": order_id}, act)
