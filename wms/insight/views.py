"""The inventory over HTTP. All of it only reads, and only the warehouse of whoever asks."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, jsonify, stream_with_context
from flask.views import MethodView
from flask_smorest import Blueprint
from sqlalchemy import select

from wms.catalog.models import Owner
from wms.core import catalogue
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.http import actor, signed_in
from wms.core.transaction import transaction
from wms.insight import inventory_export, inventory_floor, inventory_list, inventory_moves, inventory_search, service
from wms.insight import inventory_things as things
from wms.insight.inventory_schemas import (
    BalancePage,
    BalanceQuery,
    ChoicesView,
    CurveView,
    DaysQuery,
    ExportQuery,
    FloorView,
    MovesPage,
    MovesQuery,
    SearchQuery,
    SearchView,
    TotalView,
)
from wms.layout.models import Zone
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
        house, limit = actor().warehouse_id, query["limit"]
        with transaction():
            items, after = inventory_list.page(house, query["filter"], query["order"], query["cursor"], limit)
        return jsonify(items=items, next=after)


@blueprint.route("/balances/total")
class Total(MethodView):
    @signed_in(READERS)
    @blueprint.arguments(BalanceQuery, location="query")
    @blueprint.response(200, TotalView)
    def get(self, query: dict[str, Any]) -> Response:
        """What a whole list comes to, whatever page is shown."""
        with transaction():
            return jsonify(inventory_list.total(actor().warehouse_id, query["filter"]))


@blueprint.route("/balances.<any(csv, xlsx):kind>")
class Export(MethodView):
    @signed_in(READERS)
    @blueprint.arguments(ExportQuery, location="query")
    @blueprint.response(200)
    def get(self, query: dict[str, Any], kind: str) -> Response:
        """Exactly the filtered list as a file, its heads in the language of whoever asks."""
        who = actor()
        pieces = inventory_export.stream(
            who.warehouse_id, query["filter"], query["order"], kind, who.locale, progress=query["progress"]
        )
        type = "application/octet-stream" if query["progress"] else inventory_export.TYPES[kind]
        response = Response(stream_with_context(pieces), content_type=type)
        response.headers["Content-Disposition"] = f'attachment; filename="stock-{now():%Y%m%d-%H%M}.{kind}"'
        return response


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
        """The zones, owners, reasons and people that lists may be narrowed to."""
        who = actor()
        with transaction():
            mine = Zone.warehouse_id == who.warehouse_id
            here = select(Zone.id, Zone.code, Zone.name).where(mine).order_by(Zone.code)
            zones = [dict(row._mapping) for row in db.session.execute(here)]
            owners = [dict(row._mapping) for row in db.session.execute(select(Owner.id, Owner.code, Owner.name))]
            people = things.people(who.warehouse_id)
        codes = [code.split(".")[2] for code in catalogue.messages() if code.startswith("stock.reason.")]
        reasons = [{"code": code, "name": inventory_moves.reason(code, who.locale)} for code in codes]
        return jsonify(zones=zones, owners=owners, reasons=reasons, people=people)


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
    "orders": lambda house, id: service.order(house, order_id=id, code=None),
}


@blueprint.route("/<any(skus, bins, lots, serials, containers, people, orders, moves):kind>/<int:id>")
class One(MethodView):
    @signed_in(READERS)
    @blueprint.response(200)
    def get(self, kind: str, id: int) -> Response:
        """One thing, with what belongs to it."""
        who = actor()
        with transaction():
            if kind == "moves":
                return jsonify(inventory_moves.one(who.warehouse_id, id, who.locale))
            if kind not in ONE:
                raise WmsError("core.not_found", thing=kind, key=id)
            return jsonify(ONE[kind](who.warehouse_id, id))
