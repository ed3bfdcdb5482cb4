"""What a tote and a cart hold in a warehouse, and which orders are larger."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

from sqlalchemy.dialects.postgresql import insert as upsert

from wms.core.db import db
from wms.waves.models import CartRoom
from wms.waves.wishes import Room, Wanted

NAMES = ("tote_volume_ml", "tote_weight_g", "cart_volume_ml", "cart_weight_g")


def room_of(warehouse_id: int, method: str) -> Room:
    """What an order may take that is picked in this way."""
    row = db.session.get(CartRoom, warehouse_id)
    return Room(method, **{name: getattr(row, name) for name in NAMES}) if row else Room(method)


def fitted(warehouse_id: int, wanted: Wanted, method: str) -> Wanted:
    """The same wishes for orders that fit a cart."""
    return replace(wanted, room=room_of(warehouse_id, method))


def limits_of(room: Room) -> tuple[int | None, int | None]:
    """What one cart holds, as the planner takes it: mm³ and g."""
    return room.cart_volume_ml and room.cart_volume_ml * 1000, room.cart_weight_g


def keep(warehouse_id: int, limits: Mapping[str, int | None]) -> None:
    """Set what a tote and a cart hold; waves that are released from now on reckon with it."""
    values = {name: limits[name] for name in NAMES}
    made = upsert(CartRoom).values(warehouse_id=warehouse_id, **values)
    db.session.execute(made.on_conflict_do_update(index_elements=["warehouse_id"], set_=values))
    db.session.expire_all()


def picture(warehouse_id: int) -> dict[str, int | None]:
    """What a tote and a cart hold, as clients see it."""
    known = asdict(room_of(warehouse_id, ""))
    return {name: known[name] for name in NAMES}
