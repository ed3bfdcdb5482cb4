"""Pictures of problems over HTTP."""
from __future__ import annotations

from typing import Any

from flask import Response, send_file
from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core import photo
from wms.core.export import offer_file
from wms.core.http import actor, signed_in
from wms.core.transaction import carry_out, transaction
from wms.problems import schemas, service
from wms.problems.listing import PROBLEMS
from wms.problems.terminal import FLOOR

blueprint = Blueprint("problems", __name__, url_prefix="/api/v1", description="Problems reported on the floor")
DESK = "supervisor clerk"


@blueprint.route("/problems")
class Problems(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.ProblemQuery, location="query")
    @blueprint.response(200, schemas.ProblemPage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What people on the floor have reported, newest first."""
        with transaction():
            return PROBLEMS.page(actor(), query)


offer_file(blueprint, "/problems", PROBLEMS, schemas.ProblemQuery, DESK)


@blueprint.route("/problem-photos")
class Photos(MethodView):
    @signed_in(FLOOR)
    @blueprint.arguments(schemas.PhotoOf, location="query")
    @blueprint.response(200, schemas.PhotoKept)
    def post(self, query: dict[str, Any]) -> dict[str, Any]:
        """Keep a picture of a problem of one's own: the body is a JPEG of at most 2 MB."""
        who, picture = actor(), photo.sent()

        def act() -> dict[str, Any]:
            name = service.add_photo(who.warehouse_id, who.person_id, query["problem_id"], picture)
            return {"file": name}

        return carry_out(act)


@blueprint.route("/problem-photos/<string:name>")
class OnePhoto(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, content_type="image/jpeg")
    def get(self, name: str) -> Response:
        """A picture of a problem."""
        with transaction():
            path = service.photo_file(actor().warehouse_id, name)
        return send_file(path, mimetype="image/jpeg", max_age=3600)
