"""Waves over HTTP, for programs and desks."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.waves import service
from wms.waves.schemas import WaveFilter, WaveList, WavePage, WavePreview, WaveSchema
from wms.waves.terminal import build_data, preview_data, release_data

blueprint = Blueprint("waves", __name__, url_prefix="/api/v1/waves", description="Waves of orders to pick together")


@blueprint.route("")
class Waves(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(WavePage, location="query")
    @blueprint.response(200, WaveList)
    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The waves of the warehouse, newest first."""
        with transaction():
            waves = service.page(actor().warehouse_id, before=asked["cursor"], limit=asked["limit"])
            cursor = waves[-1].number if len(waves) == asked["limit"] else None
            return {"waves": service.pictures(waves), "cursor": cursor}

    @signed_in("supervisor")
    @blueprint.arguments(WaveFilter)
    @blueprint.response(201, WaveSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Build a wave: set confirmed waiting orders aside, earliest promise first."""
        return change("waves.build", _hashable(body), lambda: build_data(actor(), body))


@blueprint.route("/preview")
class Preview(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(WaveFilter)
    @blueprint.response(200, WavePreview)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """What a wave with this filter would take. Nothing is changed."""
        with transaction():
            return preview_data(actor().warehouse_id, body)


@blueprint.route("/<int:wave_id>")
class OneWave(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, WaveSchema)
    def get(self, wave_id: int) -> dict[str, Any]:
        """One wave."""
        with transaction():
            return service.picture(service.get(actor().warehouse_id, wave_id))


@blueprint.route("/<int:wave_id>/release")
class Release(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, WaveSchema)
    def post(self, wave_id: int) -> dict[str, Any]:
        """Hold exact bins, plan carts and walks, and let picking begin."""
        return change("waves.release", {"wave_id": wave_id}, lambda: release_data(actor(), wave_id))


@blueprint.route("/<int:wave_id>/cancel")
class Cancel(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, WaveSchema)
    def post(self, wave_id: int) -> dict[str, Any]:
        """Give up a wave that is not released; its orders wait again."""
        return change("waves.cancel", {"wave_id": wave_id}, lambda: _cancel(wave_id))


def _cancel(wave_id: int) -> dict[str, Any]:
    return service.picture(service.cancel(actor().warehouse_id, wave_id))


def _hashable(body: dict[str, Any]) -> dict[str, Any]:
    before = body["promised_before"]
    return {**body, "promised_before": before.isoformat() if before else None}
