"""Stopping orders over HTTP, for programs: what a shop or an after-sales desk asks for."""
from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.orders import service as orders
from wms.picking import schemas, service, wall_screen

blueprint = Blueprint(
    "picking", __name__, url_prefix="/api/v1", description="Orders on their way: stop them, let them go on; put walls"
)


@blueprint.route("/orders/<int:order_id>/intercept")
class Intercept(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(schemas.InterceptBody)
    @blueprint.response(200, schemas.StoppedOrder)
    def post(self, body: dict[str, Any], order_id: int) -> dict[str, Any]:
        """Stop an order wherever it is: at the next scan its goods are put aside, and they go back."""

        def act() -> dict[str, Any]:
            who = actor()
            facts = {"wanted": body["want"], "why": body["why"], "by": who.name, "by_id": who.person_id}
            order = service.intercept(who.warehouse_id, order_id, **facts)
            orders.note("hold", {order.id: {"why": body["why"]}}, person_id=who.person_id)
            return orders.stopped_shown(order)

        return change("order.intercept", {**body, "order_id": order_id}, act)


@blueprint.route("/orders/<int:order_id>/let-on")
class LetOn(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.response(200, schemas.StoppedOrder)
    def post(self, order_id: int) -> dict[str, Any]:
        """Release a stopped order again, while nothing of it was put back."""

        def act() -> dict[str, Any]:
            order = service.let_on(actor().warehouse_id, order_id)
            orders.note("let_on", [order.id], person_id=actor().person_id)
            return orders.stopped_shown(order)

        return change("order.let_on", {"order_id": order_id}, act)


@blueprint.route("/walls")
class Walls(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, schemas.WallList)
    def get(self) -> dict[str, Any]:
        """The put walls, each with the codes of its slots, as they are on their labels."""
        with transaction():
            walls = wall_screen.walls(actor().warehouse_id)
            codes = {one["id"]: [slot["code"] for slot in wall_screen.slots(one["id"])] for one in walls}
        return {"items": [{**one, "codes": codes[one["id"]]} for one in walls]}
