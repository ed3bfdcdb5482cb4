"""Counts over HTTP: what waits, what was found, what a supervisor decides."""
from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core.error import WmsError
from wms.core.export import offer_file
from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.counting import schemas, service
from wms.counting.listing import COUNTS
from wms.counting.terminal import ask_for

blueprint = Blueprint("counts", __name__, url_prefix="/api/v1", description="Counts of bins and SKUs")

DECISIONS = {"approve": service.approve, "refuse": service.refuse, "again": service.again, "cancel": service.cancel}
FIELDS = list(schemas.CountPlanView().fields)


@blueprint.route("/counts")
class Counts(MethodView):
    @signed_in("supervisor clerk")
    @blueprint.arguments(schemas.CountQuery, location="query")
    @blueprint.response(200, schemas.CountPage)
    def get(self, query: dict[str, Any]) -> Response:
        """Counts, newest first, each with what its rounds found."""
        with transaction():
            return jsonify(COUNTS.page(actor(), query))

    @signed_in("supervisor clerk")
    @blueprint.arguments(schemas.CountAsk)
    @blueprint.response(201, schemas.CountsAsked)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask for a count of a bin, or of a SKU wherever it lies."""
        return change("count.ask", body, lambda: {"tasks": ask_for(actor(), body)})


offer_file(blueprint, "/counts", COUNTS, schemas.CountQuery, "supervisor clerk")


@blueprint.route("/counts/<int:task_id>")
class OneCount(MethodView):
    @signed_in("supervisor clerk")
    @blueprint.response(200, schemas.CountView)
    def get(self, task_id: int) -> Response:
        """A count with what each of its rounds found."""
        with transaction():
            return jsonify(service.one(actor().warehouse_id, task_id))


@blueprint.route("/counts/<int:task_id>/<decision>")
class Decision(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, schemas.CountView)
    def post(self, task_id: int, decision: str) -> Response:
        """Post what was found (approve), trust the books (refuse), have it counted once more (again), or give it up.

        `decision` is one of those four words. Who counted, or asked for the count, may not approve or refuse it (403).
        """
        if decision not in DECISIONS:
            raise WmsError("core.not_found", thing="decision", key=decision)

        def act() -> dict[str, Any]:
            DECISIONS[decision](actor().warehouse_id, task_id, actor().person_id)
            return service.one(actor().warehouse_id, task_id)

        return jsonify(change(f"count.{decision}", {"task_id": task_id}, act))


@blueprint.route("/counts/plan")
class CountingPlan(MethodView):
    @signed_in("supervisor clerk")
    @blueprint.response(200, schemas.CountPlanView)
    def get(self) -> dict[str, Any]:
        """How this warehouse counts: cycle, audit, tolerances."""
        with transaction():
            return _plan(service.plan_of(actor().warehouse_id))

    @signed_in("supervisor")
    @blueprint.arguments(schemas.CountPlanView)
    @blueprint.response(200, schemas.CountPlanView)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Change how this warehouse counts."""
        sent = {name: str(value) for name, value in body.items()}
        return change("count.plan", sent, lambda: _plan(service.put_plan(actor().warehouse_id, body)))


def _plan(plan: Any) -> dict[str, Any]:
    shown = {name: getattr(plan, name) for name in FIELDS}
    return {name: str(value) if name.endswith("value") else value for name, value in shown.items()}
