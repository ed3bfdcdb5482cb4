"""Replenishment over HTTP: pick faces, tasks, alerts and purchase suggestions."""
from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint

from wms.catalog import service as catalog
from wms.core.csvfile import harmless
from wms.core.export import offer_file
from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.replenishment import schemas, service
from wms.replenishment.listing import FACES, TASKS

blueprint = Blueprint(
    "replenishment", __name__, url_prefix="/api/v1/replenishment", description="Filling pick faces, and buying"
)
DESK = "supervisor clerk"
ALERT_COLUMNS = tuple(schemas.AlertView().fields)
SUGGESTION_COLUMNS = tuple(field.data_key or name for name, field in schemas.SuggestionView().fields.items())


@blueprint.route("/faces")
class Faces(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.FaceQuery, location="query")
    @blueprint.response(200, schemas.FacePage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Pick faces with what lies in them and is on its way, page by page."""
        with transaction():
            return FACES.page(actor(), query)

    @signed_in(DESK)
    @blueprint.arguments(schemas.NewFace)
    @blueprint.response(200, schemas.FaceView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a bin the pick face of a SKU, or change its minimum and maximum."""

        def act() -> dict[str, Any]:
            house = actor().warehouse_id
            place = catalog.resolve(body["bin"], house, "bin")
            sku = catalog.resolve(body["sku"], house, "sku")
            service.put_faces(house, [(place.id, sku.id, body["min_qty"], body["max_qty"])])
            (face,) = [f for f in service.standing(house, skus=[sku.id]) if f.bin_id == place.id]
            return FACES.told(actor(), [face.id])[0]

        return change("replenishment.face", body, act)


offer_file(blueprint, "/faces", FACES, schemas.FaceQuery, DESK)


@blueprint.route("/faces/<int:face_id>")
class OneFace(MethodView):
    @signed_in(DESK)
    @blueprint.response(204)
    def delete(self, face_id: int) -> None:
        """The bin is no pick face of its SKU any more."""

        def act() -> dict[str, Any]:
            service.remove_face(actor().warehouse_id, face_id)
            return {}

        change("replenishment.face_gone", {"face_id": face_id}, act)


@blueprint.route("/tasks")
class Replenishments(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.ReplenishmentQuery, location="query")
    @blueprint.response(200, schemas.ReplenishmentPage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Replenishments, newest first."""
        with transaction():
            return TASKS.page(actor(), query)


offer_file(blueprint, "/tasks", TASKS, schemas.ReplenishmentQuery, DESK)


@blueprint.route("/tasks/<int:task_id>/cancel")
class Cancel(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, schemas.ReplenishmentView)
    def post(self, task_id: int) -> dict[str, Any]:
        """Give a replenishment up that nobody has on a cart yet; its pieces are free again."""

        def act() -> dict[str, Any]:
            service.cancel(actor().warehouse_id, task_id)
            return TASKS.told(actor(), [task_id])[0]

        return change("replenishment.cancel", {"task_id": task_id}, act)


@blueprint.route("/alerts")
class Alerts(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.AlertQuery, location="query")
    @blueprint.response(200, schemas.AlertList)
    def get(self, query: dict[str, Any]) -> Response:
        """What runs low, expires soon or lies there too long; `format=csv` for a spreadsheet."""
        with transaction():
            items = service.alerts(actor().warehouse_id, query["kind"])
        return _table(items, ALERT_COLUMNS, query["format"], "alerts")


@blueprint.route("/suggestions")
class Suggestions(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.TableQuery, location="query")
    @blueprint.response(200, schemas.SuggestionList)
    def get(self, query: dict[str, Any]) -> Response:
        """What to buy, the most urgent first; `format=csv` for a spreadsheet."""
        with transaction():
            items = service.suggestions(actor().warehouse_id)
        return _table(items, SUGGESTION_COLUMNS, query["format"], "suggestions")


def _table(items: Sequence[dict[str, Any]], columns: Sequence[str], form: str, name: str) -> Response:
    if form == "json":
        return jsonify(items=list(items))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    for item in items:
        writer.writerow(["" if item[key] is None else harmless(str(item[key])) for key in columns])
    # With a byte order mark, because Excel otherwise takes Chinese for Latin.
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
