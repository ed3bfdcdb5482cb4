"""SKUs and owners over HTTP."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from wms.catalog import service
from wms.catalog.models import Sku
from wms.catalog.schemas import OwnerFields, OwnerList, OwnerView, SkuChanges, SkuFields, SkuPage, SkuQuery, SkuView
from wms.catalog.service import FACTS, Pack, PackFacts, SkuFacts
from wms.core.http import change, page_of, signed_in
from wms.core.transaction import transaction

blueprint = Blueprint("skus", __name__, url_prefix="/api/v1", description="What is stored and sold, and whose it is")


@blueprint.route("/skus")
class Skus(MethodView):
    @signed_in()
    @blueprint.arguments(SkuQuery, location="query")
    @blueprint.response(200, SkuPage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """SKUs, page by page; `q` is part of a code or name."""
        with transaction():
            items = _shown(service.page(query["q"], query["cursor"], query["limit"]))
        return page_of(items, query["limit"])

    @signed_in("clerk supervisor")
    @blueprint.arguments(SkuFields)
    @blueprint.response(201, SkuView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a SKU. Refused when its code or a barcode already means another."""

        def act() -> dict[str, Any]:
            made = service.create_sku(SkuFacts(**_facts(body)))
            _put_parts(body["code"], body)
            return _shown([service.get(made)])[0]

        return change("sku.create", body, act)


@blueprint.route("/skus/<int:sku_id>")
class OneSku(MethodView):
    @signed_in()
    @blueprint.response(200, SkuView)
    def get(self, sku_id: int) -> dict[str, Any]:
        """A SKU with its packs, and what it is a bundle of."""
        with transaction():
            return _shown([service.get(sku_id)])[0]

    @signed_in("clerk supervisor")
    @blueprint.arguments(SkuChanges(partial=tuple(SkuChanges().fields)))  # a pack that is named is named whole
    @blueprint.response(200, SkuView)
    def patch(self, body: dict[str, Any], sku_id: int) -> dict[str, Any]:
        """Change what is named. Packs and barcodes are added or brought up to date; `components` replaces them all."""

        def act() -> dict[str, Any]:
            sku = service.change_sku(sku_id, _facts(body))
            _put_parts(sku.code, body)
            return _shown([sku])[0]

        return change("sku.change", {**body, "id": sku_id}, act)


@blueprint.route("/owners")
class Owners(MethodView):
    @signed_in()
    @blueprint.response(200, OwnerList)
    def get(self) -> dict[str, Any]:
        """All owners of goods; the first is the house itself."""
        with transaction():
            return {"items": [{"id": each.id, "code": each.code, "name": each.name} for each in service.owners()]}

    @signed_in("clerk supervisor")
    @blueprint.arguments(OwnerFields)
    @blueprint.response(201, OwnerView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make an owner."""
        return change("owner.create", body, lambda: {**body, "id": service.add_owner(body["code"], body["name"])})


def _facts(body: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a SKU itself, lists as tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in body.items() if name in FACTS}


def _put_parts(code: str, body: Mapping[str, Any]) -> None:
    if body.get("packs"):
        packs = [Pack(**{**pack, "barcodes": tuple(pack["barcodes"])}) for pack in body["packs"]]
        service.put_packs([PackFacts(code, pack) for pack in packs])
    if "components" in body:
        service.put_bundles({code: [(each["sku"], each["qty"]) for each in body["components"]]})


def _shown(skus: Sequence[Sku]) -> list[dict[str, Any]]:
    ids = [sku.id for sku in skus]
    barcodes, packs, components = service.barcodes(ids), service.packs(ids), service.components(ids)
    return [
        {
            "id": sku.id,
            **{name: getattr(sku, name) for name in FACTS if name != "barcodes"},
            "barcodes": barcodes[sku.id],
            "packs": [{**vars(pack), "barcodes": list(pack.barcodes)} for pack in packs[sku.id]],
            "components": [{"sku": code, "qty": qty} for code, qty in components[sku.id]],
        }
        for sku in skus
    ]
