"""How a warehouse handles orders."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wms.core.db import db
from wms.orders.models import OrderSetting

NAMES = ("merging", "merge_minutes", "day_ends")


def order_setting(warehouse_id: int) -> OrderSetting:
    """How this warehouse handles orders; as usual where nobody has said anything."""
    found = db.session.get(OrderSetting, warehouse_id)
    if found is None:
        columns = OrderSetting.__table__.columns
        usual = {name: columns[name].default.arg for name in NAMES}
        found = OrderSetting(warehouse_id=warehouse_id, **usual)
    return found


def put_order_setting(warehouse_id: int, changes: Mapping[str, Any]) -> OrderSetting:
    """Change what is named (`OrderSetting`)."""
    found = order_setting(warehouse_id)
    for name, value in changes.items():
        setattr(found, name, value)
    db.session.add(found)
    db.session.flush()
    return found
