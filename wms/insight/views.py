"""The inventory over HTTP. All of it only reads, and only the warehouse of whoever asks."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint
from sqlalchemy import select

from wms.catalog.models import Owner
from wms.core import catalogue
from wms.core.actor import Actor
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.export import offer_file
from wms.core.http import actor, signed_in
from wms.core.scan import may_send
from wms.core.transaction import transaction
from wms.insight import inventory_floor, inventory_list, inventory_moves, inventory_search, life, service, stands
from wms.insight import inventory_things as things
from wms.insight.inventory_schemas import (
    BalancePage,
    BalanceQuery,
    ChoicesView,
    CurveView,
    DaysQuery,
    FloorView,
    MovesPage,
    MovesQuery,
    ParcelPage,
    ParcelQuery,
    SearchQuery,
    SearchView,
    TotalView,
)
from wms.insight.parcel_list import PARCELS
from wms.layout.models import Zone
from wms.orders import service as orders
from wms.orders.models import Shop
from wms.printing import service as printing
from wms.shipping.models import Carrier
from wms.stock.service import Asked

READERS = "supervisor clerk receiver"

blueprint = Blueprint(
    "inventory", __name__, url_prefix="/api/v1/inventory", description="What the house has: found, listed, explained"
)


@blueprint.route("/search")
class Search(MethodView):
    @signed_in(READERS)
    @blueprint.arguments(SearchQuery, location="query")
    @blueprint.response(200, SearchView)
    def get(self, query: dict[str, Any]) -> Response:
        """Anything by any code or name: goods, bins, lots, serials, containers, orders, people, moves."""
        with transaction():
            return jsonify(groups=inventory_search.find(actor().warehouse_id, query["q"]))


@blueprint.route("/balances")
class Balances(MethodView):
    @signed_in(READERS)
    @blueprint.arguments(BalanceQuery, location="query")
    @blueprint.response(200, BalancePage)
    def get(self, query: dict[str, Any]) -> Response:
        """What lies where, filtered and in any order, page by page."""
        with transaction():
            return jsonify(inventory_list.BALANCES.page(actor(), query))


@blueprint.route("/balances/total")
class Total(MethodView):
    @signed_in(READERS)
    @blueprint.arguments(BalanceQuery, location="query")
    @blueprint.response(200, TotalView)
    def get(self, query: dict[str, Any]) -> Response:
        """What a whole list comes to, whatever page is shown."""
        with transaction():
            return jsonify(inventory_list.total(actor(), query))


offer_file(blueprint, "/balances", inventory_list.BALANCES, BalanceQuery, READERS)


@blueprint.route("/parcels")
class Parcels(MethodView):
    @signed_in(READERS)
    @blueprint.arguments(ParcelQuery, location="query")
    @blueprint.response(200, ParcelPage)
    def get(self, query: dict[str, Any]) -> Response:
        """Parcels, newest first: their order, waybill, weight, and the manifest that they went with."""
        with transaction():
            return jsonify(PARCELS.page(actor(), query))


offer_file(blueprint, "/parcels", PARCELS, ParcelQuery, READERS)


@blueprint.route("/moves")
class Moves(MethodView):
    @signed_in(READERS)
    @blueprint.arguments(MovesQuery, location="query")
    @blueprint.response(200, MovesPage)
    def get(self, query: dict[str, Any]) -> Response:
        """The history of anything, newest first, page by page."""
        who, limit = actor(), query["limit"]
        ids = {f"{name}_id": query[name] for name in ("sku", "bin", "container", "person")}
        same = {name: query[name] for name in ("lot", "serial", "reference", "since", "until")}
        asked = Asked(**ids, **same, reasons=tuple(filter(None, query["reason"].split(","))))
        with transaction():
            items = inventory_moves.page(who.warehouse_id, asked, who.locale, query["cursor"], limit)
        return jsonify(items=items, next=items[-1]["id"] if len(items) == limit else None)


@blueprint.route("/floor")
class Floor(MethodView):
    @signed_in(READERS)
    @blueprint.arguments(DaysQuery, location="query")
    @blueprint.response(200, FloorView)
    def get(self, query: dict[str, Any]) -> Response:
        """Every bin with how full it is, how old its goods are and how often it was picked."""
        with transaction():
            return jsonify(inventory_floor.picture(actor().warehouse_id, query["days"]))


@blueprint.route("/choices")
class Choices(MethodView):
    @signed_in(READERS)
    @blueprint.response(200, ChoicesView)
    def get(self) -> Response:
        """The zones, owners, reasons, people, shops and carriers that lists may be narrowed to, and the stations that
        print waybills."""
        who = actor()
        with transaction():
            mine = Zone.warehouse_id == who.warehouse_id
            here = select(Zone.id, Zone.code, Zone.name).where(mine).order_by(Zone.code)
            zones = [dict(row._mapping) for row in db.session.execute(here)]
            owners = [dict(row._mapping) for row in db.session.execute(select(Owner.id, Owner.code, Owner.name))]
            people = things.people(who.warehouse_id)
            shops, carriers = (
                [dict(row._mapping) for row in db.session.execute(select(kind.code, kind.name).order_by(kind.code))]
                for kind in (Shop, Carrier)
            )
            tables = printing.places(who.warehouse_id, "waybill")
        codes = [code.split(".")[2] for code in catalogue.messages() if code.startswith("stock.reason.")]
        reasons = [{"code": code, "name": inventory_moves.reason(code, who.locale)} for code in codes]
        return jsonify(
            zones=zones, owners=owners, reasons=reasons, people=people, shops=shops, carriers=carriers,
            stations=[{"code": each["code"], "name": each["name"]} for each in tables],
        )  # fmt: skip


@blueprint.route("/skus/<int:id>/curve")
class Curve(MethodView):
    @signed_in(READERS)
    @blueprint.arguments(DaysQuery, location="query")
    @blueprint.response(200, CurveView)
    def get(self, query: dict[str, Any], id: int) -> Response:
        """How much of a SKU the house had on each of the last days."""
        with transaction():
            return jsonify(days=things.curve(actor().warehouse_id, id, query["days"]))


ONE: dict[str, Callable[[int, int], dict[str, Any]]] = {
    "skus": things.sku,
    "bins": things.bin,
    "lots": things.lot,
    "serials": things.serial,
    "containers": things.container,
    "people": things.person,
}


def _order(who: Actor, id: int) -> dict[str, Any]:
    """The whole life of an order, why it is held in words, and what stands against its leaving."""
    found = life.whole(service.order(who.warehouse_id, order_id=id, code=None), who.locale)
    found["stands"] = stands.standing(who.warehouse_id, id, who.locale)
    if found["stands"]:
        found["stands"]["actions"] = [each for each in found["stands"]["actions"] if may_send(who, each["command"])]
    return found | {"hold_text": orders.hold_text(found["hold_reason"], found["hold_params"], who.locale)}


@blueprint.route("/<any(skus, bins, lots, serials, containers, people, orders, moves):kind>/<int:id>")
class One(MethodView):
    @signed_in(READERS)
    @blueprint.response(200)
    def get(self, kind: str, id: int) -> Response:
        """One thing, with what belongs to it."""
        who = actor()
        with transaction():
            if kind == "orders":
                return jsonify(_order(who, id))
            if kind == "moves":
                return jsonify(inventory_moves.one(who.warehouse_id, id, who.locale))
            if kind not in ONE:
                raise WmsError("core.not_found", thing=kind, key=id)
            return jsonify(ONE[kind](who.warehouse_id, id))
