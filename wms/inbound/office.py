"""What the office sees and does beside the lines of a receipt: who is at work, the way to the shelf, unknown goods."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, text

from wms.catalog import service as catalog
from wms.core.db import db
from wms.core.error import WmsError
from wms.inbound import aside, labels, lookups, receiving
from wms.inbound.models import Receipt, ReceiptAside
from wms.inbound.receiving import Arrival
from wms.printing import service as printing
from wms.printing.models import PrintJob
from wms.stock import service as stock
from wms.stock.models import Container

MOST_SHOWN = 200

_PEOPLE = text(
    """
    SELECT p.id, p.name, b.code AS bin, coalesce(k.code, '') AS lpn
    FROM receiving g JOIN person p ON p.id = g.person_id JOIN bin b ON b.id = g.bin_id
    LEFT JOIN container k ON k.id = g.container_id AND g.container_id <> 0
    WHERE g.receipt_id = :receipt_id ORDER BY p.name, p.id
    """
)


def people(receipt_id: int) -> list[dict[str, Any]]:
    """Who receives on it now, where and onto which pallet."""
    return [dict(row._mapping) for row in db.session.execute(_PEOPLE, {"receipt_id": receipt_id})]


# A task does not know its receipt: goods of one lot at one dock are the same goods, whichever truck brought them.
_PUTAWAYS = text(
    """
    SELECT t.id, t.qty, t.put, t.lot, t.condition, t.why, t.whole, t.overrule_reason, t.at, s.code AS sku, s.name,
           s.picture, p.name AS person, f.code AS from_bin, coalesce(a.code, b.code) AS bin, coalesce(k.code, '') AS lpn
    FROM putaway_task t JOIN sku s ON s.id = t.sku_id JOIN person p ON p.id = t.person_id
    JOIN bin f ON f.id = t.from_bin_id LEFT JOIN bin b ON b.id = t.bin_id LEFT JOIN bin a ON a.id = t.actual_bin_id
    LEFT JOIN container k ON k.id = t.container_id AND t.container_id <> 0
    WHERE t.warehouse_id = :warehouse_id AND t.status = 'planned' AND EXISTS (
        SELECT 1 FROM receipt_entry e
        WHERE e.receipt_id = :receipt_id AND e.undone_at IS NULL AND e.bin_id = t.from_bin_id
          AND e.container_id = t.container_id AND (t.whole OR (e.sku_id = t.sku_id AND e.lot = t.lot))
    )
    ORDER BY p.name, t.position, t.id LIMIT :limit
    """
)


def putaways(receipt: Receipt) -> list[dict[str, Any]]:
    """Goods like those of this receipt that are on somebody's truck: where they go, and why there."""
    rows = db.session.execute(
        _PUTAWAYS, {"warehouse_id": receipt.warehouse_id, "receipt_id": receipt.id, "limit": MOST_SHOWN}
    )
    return [{**row._mapping, "at": row.at.isoformat()} for row in rows]


_WAITING = text(
    """
    SELECT s.code AS sku, s.name, s.picture, bin.code AS bin, b.lot, b.condition, coalesce(k.code, '') AS lpn,
           b.on_hand - b.held - t.taken AS qty
    FROM stock_balance b JOIN bin ON bin.id = b.bin_id JOIN sku s ON s.id = b.sku_id
    LEFT JOIN container k ON k.id = b.container_id AND b.container_id <> 0
    CROSS JOIN LATERAL (
        SELECT coalesce(cast(sum(t.qty - t.put) AS bigint), 0) AS taken FROM putaway_task t
        WHERE t.status = 'planned' AND t.from_bin_id = b.bin_id AND t.container_id = b.container_id
          AND (t.whole OR (t.sku_id = b.sku_id AND t.lot = b.lot AND t.owner_id = b.owner_id
                           AND t.condition = b.condition))
    ) t
    WHERE b.warehouse_id = :warehouse_id AND bin.kind = 'receive' AND b.on_hand - b.held > t.taken AND EXISTS (
        SELECT 1 FROM receipt_entry e
        WHERE e.receipt_id = :receipt_id AND e.undone_at IS NULL AND e.bin_id = b.bin_id
          AND e.container_id = b.container_id AND e.sku_id = b.sku_id AND e.lot = b.lot
    )
    ORDER BY s.code, b.lot, b.id LIMIT :limit
    """
)


def waiting(receipt: Receipt) -> list[dict[str, Any]]:
    """Goods like those of this receipt that lie at the dock and that nobody has taken yet."""
    rows = db.session.execute(
        _WAITING, {"warehouse_id": receipt.warehouse_id, "receipt_id": receipt.id, "limit": MOST_SHOWN}
    )
    return [dict(row._mapping) for row in rows]


def identify(warehouse_id: int, aside_id: int, what: Mapping[str, Any], *, actor_id: int | None) -> ReceiptAside:
    """Goods put aside are known now: they come in on their receipt, and their code may mean the SKU from now on.

    `what`: {sku, remember, lot, produced_on, expires_on, serials}. Raises `core.not_found`, `core.illegal_move`,
    `catalog.code_taken` when the code means other goods, and as `receiving.take_in` does.
    """
    sku_id = lookups.sku_id(what["sku"])
    found = aside.settle(warehouse_id, aside_id, "received", actor_id=actor_id)
    found.sku_id = sku_id
    if what["remember"] and found.code:
        catalog.change_sku(sku_id, {"barcodes": (found.code,)})
    arrival = Arrival(
        sku_id, found.qty, what["lot"], what["produced_on"], what["expires_on"], tuple(what["serials"]), unexpected=True
    )
    dock = stock.special_bin(warehouse_id, "receive")
    receiving.take_in(found.receipt_id, [arrival], bin_id=dock, actor_id=actor_id)
    return found


def print_label(receipt: Receipt, wanted: Mapping[str, Any], *, actor_id: int | None, locale: str) -> PrintJob:
    """One more label out of the printer of the dock. `wanted`: {what, lpn, sku, qty, lot, expires_on}.

    Raises `core.not_found` for a pallet or SKU that nobody knows, `inbound.no_dock_station`.
    """
    station_id = labels.station_of(receipt.warehouse_id, None)
    if wanted["what"] == "sku":
        expires = wanted["expires_on"].isoformat() if wanted["expires_on"] else ""
        return labels.print_sku(
            lookups.sku_id(wanted["sku"]), qty=wanted["qty"], lot=wanted["lot"], expires_on=expires,
            station_id=station_id, actor_id=actor_id, locale=locale,
        )  # fmt: skip
    container_id = _pallet(receipt.warehouse_id, wanted["lpn"])
    return labels.print_lpn(
        receipt, container_id, station_id=station_id, actor_id=actor_id, locale=locale, version=printing.one_more()
    )


def _pallet(warehouse_id: int, lpn: str) -> int:
    if not lpn:
        return labels.new_pallet(warehouse_id).id
    query = select(Container.id).where(Container.warehouse_id == warehouse_id, Container.code == lpn)
    found = db.session.execute(query).scalar()
    if found is None:
        raise WmsError("core.not_found", thing="container", key=lpn)
    return found
