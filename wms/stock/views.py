"""Stock over HTTP."""
from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from flask.views import MethodView
from flask_smorest import Blueprint

from wms.catalog import service as catalog
from wms.core.http import actor, signed_in
from wms.core.transaction import transaction
from wms.stock import service
from wms.stock.schemas import AvailableList, AvailableQuery, HistoryPage, HistoryQuery
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


@blueprint.route("/available")
class Available(MethodView):
    @signed_in()
    @blueprint.arguments(AvailableQuery, location="query")
    @blueprint.response(200, AvailableList)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What can be promised of SKUs of an owner; of bundles, what their parts make. Unknown SKUs are absent."""
        house = actor().warehouse_id
        with transaction():
            owner_id = catalog.owner_id(query["owner"]) if query["owner"] else 1
            ids = catalog.sku_ids(query["sku"])
            found, packs = service.available(house, ids.values(), owner_id), catalog.packs(ids.values())
        return {
            "items": [
                {
                    "sku": code,
                    "available": found[sku_id],
                    "in_packs": [
                        {"pack": pack or None, "count": count}
                        for pack, count in catalog.in_packs(found[sku_id], packs[sku_id])
                    ],
                }
                for code, sku_id in sorted(ids.items())
            ]
        }


from wms.stock import doors  # noqa: E402, F401 - its routes hang on the same blueprint
