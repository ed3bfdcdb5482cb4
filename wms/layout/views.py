"""Bins over HTTP."""
from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core.http import actor, signed_in
from wms.core.transaction import transaction
from wms.layout import service
from wms.layout.schemas import BinPage, BinQuery, BinView

blueprint = Blueprint("bins", __name__, url_prefix="/api/v1/bins", description="Places that hold goods")

SHOWN = [name for name in BinView().fields if name != "zone"]


@blueprint.route("")
class Bins(MethodView):
    @signed_in()
    @blueprint.arguments(BinQuery, location="query")
    @blueprint.response(200, BinPage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Bins of the warehouse, page by page; `q` is part of a code, `zone` a zone's code."""
        with transaction():
            found = service.page(
                actor().warehouse_id, query["q"], query["zone"], query["cursor"], query["limit"]
            )
            items = [{**{name: getattr(bin, name) for name in SHOWN}, "zone": zone} for bin, zone in found]
        return {"items": items, "next": items[-1]["id"] if len(items) == query["limit"] else None}
