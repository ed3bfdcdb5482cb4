"""The least that goods may be sold for: what a rule asks when a price looks like a mistake."""
from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from wms.access.models import Person
from wms.catalog import service as catalog
from wms.catalog.models import Sku
from wms.core.bulk import among
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.orders.auditing.tables import PriceFloor


def put(sku: str, currency: str, price: Decimal | None, *, by: int | None) -> None:
    """Set the floor of a SKU in a currency, or (None) take it away. Raises `catalog.unknown_sku`."""
    sku_id = catalog.sku_ids([sku]).get(sku)
    if sku_id is None:
        raise WmsError("catalog.unknown_sku", sku=sku)
    if price is None:
        gone = delete(PriceFloor).where(PriceFloor.sku_id == sku_id, PriceFloor.currency == currency)
        db.session.execute(gone)
        return
    told = {"price": price, "at": now(), "person_id": by}
    made = insert(PriceFloor).values(sku_id=sku_id, currency=currency, **told)
    db.session.execute(made.on_conflict_do_update(index_elements=["sku_id", "currency"], set_=told))


def told(ids: Sequence[int]) -> list[dict[str, Any]]:
    """These floors as a list shows them."""
    rows = db.session.execute(
        select(PriceFloor, Sku.code, Sku.name, Person.name.label("person"))
        .join(Sku, Sku.id == PriceFloor.sku_id)
        .outerjoin(Person, Person.id == PriceFloor.person_id)
        .where(among(PriceFloor.id, ids))
    )
    return [
        {"id": one.id, "sku": code, "name": name, "currency": one.currency, "price": f"{one.price.normalize():f}",
         "person": person, "at": one.at.isoformat()}
        for one, code, name, person in rows
    ]  # fmt: skip
