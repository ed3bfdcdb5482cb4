"""The verbs of the catalogue: SKUs, their packs, bundles and owners, and the one barcode reader."""
from __future__ import annotations

from wms.catalog.bundles import components, parts, put_bundles
from wms.catalog.gs1 import Label
from wms.catalog.owners import add_owner, owner_id, owners
from wms.catalog.packs import PackFacts, packs, put_packs
from wms.catalog.reading import Scan, label_of, read, resolve
from wms.catalog.rules import Pack, bundles_of, in_packs, pieces
from wms.catalog.skus import FACTS, SkuFacts, barcodes, change_sku, clashes, create_sku, get, page, put_skus, sku_ids

__all__ = [
    "FACTS", "Label", "Pack", "PackFacts", "Scan", "SkuFacts", "add_owner", "barcodes", "bundles_of", "change_sku",
    "clashes", "components", "create_sku", "get", "in_packs", "label_of", "owner_id", "owners", "packs", "page",
    "parts", "pieces", "put_bundles", "put_packs", "put_skus", "read", "resolve", "sku_ids",
]  # fmt: skip
