"""Waybills over HTTP: those of a wave, before it is packed; and carriers."""
from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core.http import actor, change, signed_in
from wms.shipping import ahead
from wms.shipping.schemas import WaveWaybills, WaybillRun

blueprint = Blueprint("shipping", __name__, url_prefix="/api/v1", description="Waybills, carriers and tracking")


@blueprint.route("/waves/<int:wave_id>/waybills")
class Waybills(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(WaveWaybills)
    @blueprint.response(201, WaybillRun)
    def post(self, body: dict[str, Any], wave_id: int) -> dict[str, Any]:
        """Print the waybills of a wave as one run, in pick order or by the slots in which its orders are gathered."""
        who = actor()

        def act() -> dict[str, Any]:
            return ahead.print_wave(who.warehouse_id, wave_id, body["station"], body["way"], who.person_id)

        return change("shipping.wave_waybills", {**body, "wave_id": wave_id}, act)


from wms.shipping import carrier_views, choice_views, return_views  # noqa: E402, F401 - their routes are on this blueprint
