"""The seller's own site over HTTP."""
from __future__ import annotations

from functools import partial
from typing import Any

from flask.views import MethodView

from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.programs import own_schemas, own_site
from wms.programs.views import blueprint

CLERK = "clerk supervisor"


@blueprint.route("/own-site/orders")
class OwnOrders(MethodView):
    @signed_in(CLERK)
    @blueprint.arguments(own_schemas.Push)
    @blueprint.response(200, own_schemas.PushedOrders)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Push orders as they are now, up to 500: new, changed, cancelled, asked back. One that cannot be taken in
        keeps none of the others out; pushed again, nothing happens twice."""
        who = actor()
        act = partial(own_site.push, who.warehouse_id, body["orders"], who.locale)
        return change("own_site.push", body, lambda: {"items": act()})

    @signed_in(CLERK)
    @blueprint.arguments(own_schemas.StateQuery, location="query")
    @blueprint.response(200, own_schemas.OrderStates)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """How orders stand: `?shop=SITE&number=1&number=2`, up to 100. Those that are not here are left out."""
        who = actor()
        with transaction():
            return {"items": own_site.states(who.warehouse_id, query["shop"], query["number"], who.locale)}
