"""How lots and single pieces are found by what is on their labels."""
from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from wms.catalog.models import Sku
from wms.core.resolve import Parameter, found, resolver
from wms.stock.models import Lot, Serial

MOST = 20  # things that a scan lists; suppliers number their lots 1, 2, 3, …


@resolver("lot")
def lots(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    """The lots of this code, of whatever SKU."""
    named = found("lot", Lot.id, Lot.code, Sku.name + " " + Lot.code, sku_id=Lot.sku_id)
    return named.join(Sku, Sku.id == Lot.sku_id).where(Lot.code == code).order_by(Lot.id).limit(MOST)


@resolver("serial")
def serials(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    """The pieces with this serial number that this warehouse had last."""
    named = found("serial", Serial.id, Serial.code, Sku.name + " " + Serial.code, sku_id=Serial.sku_id)
    named = named.join(Sku, Sku.id == Serial.sku_id)
    return named.where(Serial.code == code, Serial.warehouse_id == warehouse_id).order_by(Serial.id).limit(MOST)
