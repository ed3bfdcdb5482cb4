"""Orders, and the import of CSV files of every kind, over HTTP."""
from __future__ import annotations

import io
from typing import IO, Any

from flask import Response, jsonify, request
from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core.csvfile import parse_map
from wms.core.error import WmsError
from wms.core.export import offer_file
from wms.core.http import actor, change, signed_in
from wms.core.importing import import_file
from wms.core.transaction import transaction
from wms.orders import listing, routing, service, shown
from wms.orders.listing import ORDERS
from wms.orders.schemas import (
    ImportQuery,
    ImportSummary,
    NewOrder,
    OrderHouse,
    OrderPage,
    OrderQuery,
    OrderView,
    QueueCounts,
    ShopChanges,
    ShopHouses,
    ShopHousesView,
    ShopList,
    ShopView,
    ToHouse,
)
from wms.orders.service import Draft, DraftLine

blueprint = Blueprint("orders", __name__, url_prefix="/api/v1", description="Orders and imports")


@blueprint.route("/orders")
class Orders(MethodView):
    @signed_in()
    @blueprint.arguments(OrderQuery, location="query")
    @blueprint.response(200, OrderPage)
    def get(self, query: dict[str, Any]) -> Response:
        """Orders of the warehouse, newest first unless asked otherwise, page by page; buyers' names are masked."""
        with transaction():
            return jsonify(ORDERS.page(actor(), query))

    @signed_in("clerk supervisor")
    @blueprint.arguments(NewOrder)
    @blueprint.response(201, OrderView)
    def post(self, body: dict[str, Any]) -> Response:
        """Take an order in and audit it; 201. The same order again: 200, and nothing changes.

        Another order under the same shop and number is refused (409).
        """

        def act() -> dict[str, Any]:
            order_id, new = service.take_one(actor().warehouse_id, _draft(body))
            return {"order": shown.whole(service.get(order_id), actor().locale), "new": new}

        reply = change("order.create", body, act)
        response = jsonify(reply["order"])
        response.status_code = 201 if reply["new"] and not reply.get("replayed") else 200
        return response


offer_file(blueprint, "/orders", ORDERS, OrderQuery, "clerk supervisor")


@blueprint.route("/orders/queues")
class Queues(MethodView):
    @signed_in()
    @blueprint.response(200, QueueCounts)
    def get(self) -> dict[str, Any]:
        """How many orders stand in each state, and how many are held."""
        with transaction():
            return listing.queues(actor())


def _draft(body: dict[str, Any]) -> Draft:
    facts = {name: value for name, value in body.items() if name not in ("lines", "postage")}
    lines = tuple(DraftLine(row["key"] or row["sku"], row["sku"], row["qty"], row["price"]) for row in body["lines"])
    total = sum((line.qty * line.price for line in lines), body["postage"])
    return Draft(**facts, lines=lines, total=total)


@blueprint.route("/orders/<int:order_id>")
class OneOrder(MethodView):
    @signed_in()
    @blueprint.response(200, OrderView)
    def get(self, order_id: int) -> Response:
        """An order with its lines."""
        with transaction():
            return jsonify(shown.whole(service.get(order_id, actor().warehouse_id), actor().locale))


@blueprint.route("/orders/<int:order_id>/audit")
class Audit(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.response(200, OrderView)
    def post(self, order_id: int) -> Response:
        """Audit an order again: it is confirmed, or held with the reason of now."""

        def act() -> dict[str, Any]:
            return shown.whole(service.audit_one(actor().warehouse_id, order_id), actor().locale)

        return jsonify(change("order.audit", {"order_id": order_id}, act))


@blueprint.route("/shops")
class Shops(MethodView):
    @signed_in()
    @blueprint.response(200, ShopList)
    def get(self) -> dict[str, Any]:
        """All shops: whose goods each sells, and how fresh its customers want them."""
        with transaction():
            return {"items": service.shops()}


@blueprint.route("/shops/<string:code>")
class OneShop(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(ShopChanges)
    @blueprint.response(200, ShopView)
    def patch(self, body: dict[str, Any], code: str) -> dict[str, Any]:
        """Change what is named. The owner changes only while no order of the shop is open (409)."""

        def act() -> dict[str, Any]:
            service.change_shop(code, body)
            return service.shops(code)[0]

        return change("shop.change", {**body, "shop": code}, act)


@blueprint.route("/shops/<string:code>/warehouses")
class HousesOfShop(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.response(200, ShopHousesView)
    def get(self, code: str) -> dict[str, Any]:
        """From which warehouses a shop sends, and how one is chosen."""
        with transaction():
            return routing.shown(code)

    @signed_in("supervisor")
    @blueprint.arguments(ShopHouses)
    @blueprint.response(200, ShopHousesView)
    def put(self, body: dict[str, Any], code: str) -> dict[str, Any]:
        """Say from which warehouses a shop sends; orders that are here stay where they are."""

        def act() -> dict[str, Any]:
            routing.put(code, body["way"], body["otherwise"], body["warehouses"])
            return routing.shown(code)

        return change("shop.warehouses", {**body, "shop": code}, act)


@blueprint.route("/orders/<int:order_id>/warehouse")
class HouseOfOrder(MethodView):
    @signed_in()
    @blueprint.response(200, OrderHouse)
    def get(self, order_id: int) -> dict[str, Any]:
        """In which warehouse an order is, why, and where else it may go."""
        with transaction():
            return service.whereabouts(service.get(order_id, actor().warehouse_id), actor().locale)

    @signed_in("clerk supervisor")
    @blueprint.arguments(ToHouse)
    @blueprint.response(200, OrderHouse)
    def post(self, body: dict[str, Any], order_id: int) -> dict[str, Any]:
        """Give an order that nobody has begun to another warehouse of its shop."""
        who = actor()

        def act() -> dict[str, Any]:
            order = service.locked(who.warehouse_id, order_id)
            service.move_order(order, body["warehouse"], who.person_id)
            return service.whereabouts(service.get(order_id), who.locale)

        return change("order.warehouse", {**body, "order_id": order_id}, act)


@blueprint.route("/imports/<kind>")
class Imports(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(ImportQuery, location="query")
    @blueprint.response(200, ImportSummary)
    def post(self, query: dict[str, Any], kind: str) -> Response:
        """Import a CSV file of skus, layout, stock, orders or receipts: the body itself, or the field `file` of a form.

        Good rows go in, bad ones are listed with their reason; the same file again changes nothing. A file
        that is broken as a whole is refused (422) and nothing of it goes in.
        """
        options = {name: value for name, value in query.items() if name not in ("map", "profile") and value is not None}
        summary = import_file(
            kind,
            _upload(),
            warehouse_id=actor().warehouse_id,
            mapping=parse_map(query["map"]),
            profile=query["profile"],
            options={**options, "locale": actor().locale, "actor_id": actor().person_id},
        )
        return jsonify(summary.to_dict(actor().locale))


def _upload() -> IO[bytes]:
    if request.mimetype == "multipart/form-data":
        if "file" not in request.files:
            raise WmsError("core.invalid", fields="file: is missing")
        return request.files["file"].stream
    return io.BytesIO(request.get_data())


from wms.orders import audit_views, bulk_views, travel_views  # noqa: E402, F401 - their routes hang on the same blueprint
