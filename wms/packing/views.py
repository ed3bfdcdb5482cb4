"""Parcels over HTTP."""
from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint
from sqlalchemy import select

from wms.access.models import Person
from wms.core.db import db
from wms.core.http import actor, signed_in
from wms.core.transaction import transaction
from wms.layout.models import Station
from wms.orders.models import Order, Shop
from wms.packing.models import Parcel
from wms.packing.schemas import ParcelHistory, ParcelsQuery

blueprint = Blueprint("parcels", __name__, url_prefix="/api/v1/parcels", description="Parcels")


@blueprint.route("")
class Parcels(MethodView):
    @signed_in()
    @blueprint.arguments(ParcelsQuery, location="query")
    @blueprint.response(200, ParcelHistory(many=True))
    def get(self, query: dict[str, Any]) -> list[dict[str, Any]]:
        """The parcels of an order number, oldest first."""
        wanted = (
            select(
                Parcel.id, Parcel.number, Parcel.status, Parcel.waybill, Parcel.weight_g, Parcel.expected_g,
                Parcel.closed_at, Order.number.label("order"), Shop.name.label("shop"),
                Station.name.label("station"), Person.name.label("packed_by"),
            )
            .join(Order, Order.id == Parcel.order_id)
            .join(Shop, Shop.id == Order.shop_id)
            .join(Station, Station.id == Parcel.station_id)
            .outerjoin(Person, Person.id == Parcel.packed_by)
            .where(Parcel.warehouse_id == actor().warehouse_id, Order.number == query["order"])
            .order_by(Parcel.id)
        )  # fmt: skip
        with transaction():
            return [dict(row._mapping) for row in db.session.execute(wanted)]
