"""The list of parcels: what was packed, with which waybill, and where it is."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from wms.core.actor import Actor
from wms.core.db import db
from wms.core.listing import Column, Listing, Sort, by_beginning

_TOLD = text(
    """
    SELECT p.id, p.number, p.status, p.ordinal, p.weight_g, p.expected_g, p.closed_at, p.order_id, o.number AS "order",
           h.name AS shop, c.code AS carton, s.name AS station, w.name AS packed_by, o.carrier,
           b.number AS waybill, b.status AS waybill_status, m.number AS manifest, l.loaded_at
    FROM parcel p JOIN sales_order o ON o.id = p.order_id JOIN shop h ON h.id = o.shop_id
    JOIN station s ON s.id = p.station_id LEFT JOIN carton c ON c.id = p.carton_id
    LEFT JOIN person w ON w.id = p.packed_by LEFT JOIN waybill b ON b.parcel_id = p.id AND b.status <> 'void'
    LEFT JOIN manifest_parcel l ON l.parcel_id = p.id LEFT JOIN manifest m ON m.id = l.manifest_id
    WHERE p.id = ANY(:ids)
    """
)
# Found by the number of the parcel, its waybill or its order, each by an index of its own.
_Q = """p.id = ANY(ARRAY(
    SELECT x.id FROM parcel x WHERE x.warehouse_id = :warehouse_id AND x.number LIKE :begin
    UNION SELECT y.parcel_id FROM waybill y WHERE y.number LIKE :begin
    UNION SELECT z.id FROM parcel z JOIN sales_order u ON u.id = z.order_id
          WHERE u.warehouse_id = :warehouse_id AND u.number LIKE :begin))"""


def _tell(who: Actor, ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = db.session.execute(_TOLD, {"ids": list(ids)})
    moments = ("closed_at", "loaded_at")
    return [
        {**row._mapping, **{name: at.isoformat() if (at := row._mapping[name]) else None for name in moments}}
        for row in rows
    ]


PARCELS = Listing(
    name="parcels",
    table="parcel p",
    key="p.id",
    always="p.warehouse_id = :warehouse_id",
    joins={"o": "JOIN sales_order o ON o.id = p.order_id"},
    where={"status": "p.status = :status", "carrier": "o.carrier = :carrier", "q": _Q},
    sorts={"id": Sort("p.id")},
    worked_out=by_beginning,
    tell=_tell,
    title="ui.orders_tab.parcels",
    columns=(
        Column("number", "ui.orders.parcel", 18),
        Column("order", "ui.orders.number", 20),
        Column("shop", "ui.orders.shop"),
        Column("status", "ui.orders.state", words="ui.parcel_status"),
        Column("carrier", "ui.orders.carrier"),
        Column("waybill", "ui.orders.waybill", 20),
        Column("carton", "ui.orders.carton", 10),
        Column("weight_g", "ui.orders.weight", 10, "whole"),
        Column("station", "ui.orders.station", 14),
        Column("packed_by", "ui.orders.packed_by", 18),
        Column("closed_at", "ui.orders.closed", 17, "moment"),
        Column("manifest", "ui.orders.manifest", 10, "whole"),
        Column("loaded_at", "ui.orders.loaded", 17, "moment"),
    ),
)
