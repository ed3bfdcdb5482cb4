"""Stock over HTTP."""
from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint

from wms.core.http import actor, signed_in
from wms.core.transaction import transaction
from wms.stock import service
from wms.stock.schemas import HistoryPage, HistoryQuery
from wms.stock.shown import as_asked, move

blueprint = Blueprint("stock", __name__, url_prefix="/api/v1/stock", description="What lies where, and since when")


@blueprint.route("/history")
class History(MethodView):
    @signed_in()
    @blueprint.arguments(HistoryQuery, location="query")
    @blueprint.response(200, HistoryPage)
    def get(self, query: dict[str, Any]) -> Response:
        """Moves of a bin, SKU, lot, serial number, container, person or reference, newest first, page by page.

        What is given narrows: `bin` and `sku` together are the moves of that SKU at that bin.
        """
        house = actor().warehouse_id
        with transaction():
            found = service.history(
                house, as_asked(house, query), before=query["cursor"], limit=query["limit"]
            )
        items = [move(each, actor().locale) for each in found]
        return jsonify(items=items, next=items[-1]["id"] if len(items) == query["limit"] else None)


from wms.stock import doors  # noqa: E402, F401 - its routes hang on the same blueprint
