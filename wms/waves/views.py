"""Waves over HTTP, for programs and desks."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core.export import offer_file
from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.waves import service
from wms.waves.listing import WAVES
from wms.waves.schemas import OrderIds, SendHome, WaveFilter, WaveList, WavePage, WavePreview, WaveSchema
from wms.waves.terminal import build_data, preview_data, release_data

blueprint = Blueprint("waves", __name__, url_prefix="/api/v1", description="Waves of orders to pick together")


@blueprint.route("/waves")
class Waves(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(WavePage, location="query")
    @blueprint.response(200, WaveList)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The waves of the warehouse, newest first."""
        with transaction():
            return WAVES.page(actor(), query)

    @signed_in("supervisor")
    @blueprint.arguments(WaveFilter)
    @blueprint.response(201, WaveSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Build a wave: set confirmed waiting orders aside, earliest promise first."""
        return change("waves.build", _hashable(body), lambda: build_data(actor(), body))


offer_file(blueprint, "/waves", WAVES, WavePage, "supervisor")


@blueprint.route("/waves/preview")
class Preview(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(WaveFilter)
    @blueprint.response(200, WavePreview)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """What a wave with this filter would take. Nothing is changed."""
        with transaction():
            return preview_data(actor().warehouse_id, body)


@blueprint.route("/waves/<int:wave_id>")
class OneWave(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, WaveSchema)
    def get(self, wave_id: int) -> dict[str, Any]:
        """One wave."""
        with transaction():
            found = service.picture(service.get(actor().warehouse_id, wave_id))
            return service.with_words(found, actor().locale)


@blueprint.route("/waves/<int:wave_id>/release")
class Release(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, WaveSchema)
    def post(self, wave_id: int) -> dict[str, Any]:
        """Hold exact bins, plan carts and walks, and let picking begin."""
        return change("waves.release", {"wave_id": wave_id}, lambda: release_data(actor(), wave_id))


@blueprint.route("/waves/<int:wave_id>/cancel")
class Cancel(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, WaveSchema)
    def post(self, wave_id: int) -> dict[str, Any]:
        """Give up a wave; its orders wait again, and what was picked of them goes back."""
        return change("waves.cancel", {"wave_id": wave_id}, lambda: _cancel(wave_id))


@blueprint.route("/waves/<int:wave_id>/pause")
class Pause(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(SendHome)
    @blueprint.response(200, WaveSchema)
    def post(self, body: dict[str, Any], wave_id: int) -> dict[str, Any]:
        """Give nobody work of a wave; `send_home`: who walks stops after the line in hand."""
        return change(
            "waves.pause", {**body, "wave_id": wave_id},
            lambda: service.picture(service.pause(actor().warehouse_id, wave_id, **body)),
        )  # fmt: skip


@blueprint.route("/waves/<int:wave_id>/resume")
class Resume(MethodView):
    @signed_in("supervisor")
    @blueprint.response(200, WaveSchema)
    def post(self, wave_id: int) -> dict[str, Any]:
        """Give out work of a paused wave again."""
        return change(
            "waves.resume", {"wave_id": wave_id},
            lambda: service.picture(service.resume(actor().warehouse_id, wave_id)),
        )  # fmt: skip


@blueprint.route("/waves/<int:wave_id>/pull")
class Pull(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(OrderIds)
    @blueprint.response(200, WaveSchema)
    def post(self, body: dict[str, Any], wave_id: int) -> dict[str, Any]:
        """Take orders out of a wave at any moment."""
        return change(
            "waves.pull", {**body, "wave_id": wave_id},
            lambda: service.picture(
                service.pull(actor().warehouse_id, wave_id, body["order_ids"], actor().person_id)
            ),
        )  # fmt: skip


@blueprint.route("/waves/<int:wave_id>/split")
class Split(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(OrderIds)
    @blueprint.response(201, WaveSchema)
    def post(self, body: dict[str, Any], wave_id: int) -> dict[str, Any]:
        """Make a new planned wave of some of a wave's orders."""
        return change(
            "waves.split", {**body, "wave_id": wave_id},
            lambda: service.picture(
                service.split(actor().warehouse_id, wave_id, body["order_ids"], actor().person_id)
            ),
        )  # fmt: skip


def _cancel(wave_id: int) -> dict[str, Any]:
    return service.picture(service.cancel(actor().warehouse_id, wave_id, actor().person_id))


def _hashable(body: dict[str, Any]) -> dict[str, Any]:
    before = body["promised_before"]
    return {**body, "promised_before": before.isoformat() if before else None}


from wms.waves import rule_views  # noqa: E402, F401 - its routes hang on the same blueprint
