"""SKUs over HTTP."""
from __future__ import annotations

from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from wms.catalog import service
from wms.catalog.models import Sku
from wms.catalog.schemas import SkuFields, SkuPage, SkuQuery, SkuView
from wms.catalog.service import FACTS, SkuFacts
from wms.core.http import change, signed_in
from wms.core.transaction import transaction

blueprint = Blueprint("skus", __name__, url_prefix="/api/v1/skus", description="What is stored and sold")


@blueprint.route("")
class Skus(MethodView):
    @signed_in()
    @blueprint.arguments(SkuQuery, location="query")
    @blueprint.response(200, SkuPage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """SKUs, page by page; `q` is part of a code or name."""
        with transaction():
            skus = service.page(query["q"], query["cursor"], query["limit"])
            codes = service.barcodes(sku.id for sku in skus)
            items = [_shown(sku, codes[sku.id]) for sku in skus]
        return {"items": items, "next": items[-1]["id"] if len(items) == query["limit"] else None}

    @signed_in("clerk supervisor")
    @blueprint.arguments(SkuFields)
    @blueprint.response(201, SkuView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a SKU. Refused when its code or a barcode already means another."""

        def act() -> dict[str, Any]:
            made = service.create_sku(SkuFacts(**{**body, "barcodes": tuple(body["barcodes"])}))
            return {**body, "id": made}

        return change("sku.create", body, act)


def _shown(sku: Sku, barcodes: list[str]) -> dict[str, Any]:
    facts = {name: getattr(sku, name) for name in FACTS if name != "barcodes"}
    return {"id": sku.id, **facts, "barcodes": barcodes}
