"""Notices to buyers over HTTP."""
from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core.export import offer_file
from wms.core.http import actor, change, signed_in
from wms.core.transaction import carry_out, transaction
from wms.notices import schemas, service
from wms.notices.listing import NOTICES

blueprint = Blueprint("notices", __name__, url_prefix="/api/v1", description="Notices to buyers")
DESK = "clerk supervisor"


@blueprint.route("/notices")
class Notices(MethodView):
    @signed_in(DESK)
    @blueprint.arguments(schemas.NoticeQuery, location="query")
    @blueprint.response(200, schemas.NoticePage)
    def get(self, query: dict[str, Any]) -> Response:
        """What buyers were told and what waits or failed, newest first."""
        with transaction():
            return jsonify(NOTICES.page(actor(), query))


offer_file(blueprint, "/notices", NOTICES, schemas.NoticeQuery, DESK)


@blueprint.route("/notices/<int:notice_id>/again")
class Again(MethodView):
    @signed_in(DESK)
    @blueprint.response(202)
    def post(self, notice_id: int) -> dict[str, Any]:
        """Send it once more: it failed, or nobody knows whether it left."""

        def act() -> dict[str, Any]:
            service.again(actor().warehouse_id, notice_id)
            return {}

        return change("notices.again", {"notice_id": notice_id}, act)


@blueprint.route("/notices/setup")
class SetUp(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, schemas.Setup)
    def get(self) -> Response:
        """Ways, which shop tells what over which, and what there is to choose from."""
        with transaction():
            return jsonify(service.setup(actor().warehouse_id))


# No idempotent command for what has secrets in it: it would keep a hash of them, and putting them twice is the same.

@blueprint.route("/notices/ways")
class Ways(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.NewWay)
    @blueprint.response(201, schemas.WayView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Add a way to buyers."""
        return carry_out(partial(service.change_way, actor().warehouse_id, None, body))


@blueprint.route("/notices/ways/<int:way_id>")
class OneWay(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.WayChanges)
    @blueprint.response(200, schemas.WayView)
    def patch(self, body: dict[str, Any], way_id: int) -> dict[str, Any]:
        """Change what is named of a way."""
        return carry_out(partial(service.change_way, actor().warehouse_id, way_id, body))


@blueprint.route("/notices/ways/<int:way_id>/test")
class TestWay(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.Test)
    @blueprint.response(204)
    def post(self, body: dict[str, Any], way_id: int) -> None:
        """Send a notice with made-up values to oneself, now."""
        house = actor().warehouse_id
        asked = partial(service.test_of, house, way_id, body["event"], body["language"], body["to"].strip())
        service.send_test(*carry_out(asked))


@blueprint.route("/notices/rules")
class Rules(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.Rule)
    @blueprint.response(200, schemas.Setup)
    def put(self, body: dict[str, Any]) -> Response:
        """Say over which ways a shop's buyers are told of something; none: they are not."""

        def act() -> dict[str, Any]:
            service.put_rules(actor().warehouse_id, body["shop"], body["event"], body["ways"])
            return {}

        change("notices.rules", body, act)
        with transaction():
            return jsonify(service.setup(actor().warehouse_id))


@blueprint.route("/notices/words")
class Words(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.WhichWords, location="query")
    @blueprint.response(200, schemas.WordsView)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The words of an event, and how they look with made-up values."""
        with transaction():
            return self._words(query)

    @signed_in("supervisor")
    @blueprint.arguments(schemas.NewWords)
    @blueprint.response(200, schemas.WordsView)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Other words; without any, those that came along."""

        def act() -> dict[str, Any]:
            service.put_words(
                actor().warehouse_id, body["shop"], body["event"], body["plugin"], body["language"], body["subject"],
                body["body"],
            )  # fmt: skip
            return self._words(body)

        return change("notices.words", body, act)

    def _words(self, of: dict[str, Any]) -> dict[str, Any]:
        return service.words_of(actor().warehouse_id, of["shop"], of["event"], of["plugin"], of["language"])


@blueprint.route("/notices/preview")
class Preview(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.Written)
    @blueprint.response(200)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Words with made-up values, without keeping them."""
        return service.preview(body["subject"], body["body"])
