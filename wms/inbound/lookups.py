"""Codes that people and programs write, as the ids that the tables want; many at once."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from wms.catalog import service as catalog
from wms.catalog.models import Owner, Packaging
from wms.core.bulk import among
from wms.core.db import db
from wms.core.error import WmsError
from wms.inbound.expected import Announced
from wms.inbound.receiving import Arrival
from wms.stock import service as stock

Pack = tuple[int, int]  # id, base units


def owner_id(code: str) -> int:
    """The owner with this code, the house itself for none. Raises `core.not_found`."""
    if not code:
        return 1
    found = db.session.execute(select(Owner.id).where(Owner.code == code)).scalar()
    if found is None:
        raise WmsError("core.not_found", thing="owner", key=code)
    return found


def sku_id(code: str) -> int:
    """Raises `core.not_found`."""
    found = catalog.sku_ids([code]).get(code)
    if found is None:
        raise WmsError("core.not_found", thing="SKU", key=code)
    return found


def packs(sku_ids: Iterable[int]) -> dict[tuple[int, str], Pack]:
    """The packs of these SKUs by (SKU, code)."""
    rows = db.session.execute(select(Packaging).where(among(Packaging.sku_id, sku_ids))).scalars()
    return {(row.sku_id, row.code): (row.id, row.qty) for row in rows}


def announced(rows: Sequence[Mapping[str, Any]]) -> list[Announced]:
    """Lines as written, in base units. Raises `catalog.unknown_sku`, `inbound.unknown_pack`, both naming the line."""
    skus, known = _found(rows)
    lines = []
    for number, row in enumerate(rows, 1):
        sku_id = _sku(skus, row["sku"], number)
        pack_id, pack_qty = _pack(known, sku_id, row, number)
        lines.append(
            Announced(
                sku_id, row["qty"] * pack_qty, pack_id, row["lot"], row["produced_on"], row["expires_on"],
                row["unit_cost"], row["lpn"],
            )
        )  # fmt: skip
    return lines


def arrivals(warehouse_id: int, rows: Sequence[Mapping[str, Any]]) -> list[Arrival]:
    """Goods as counted by another program, in base units. Raises as `announced` does."""
    skus, known = _found(rows)
    pallets = {
        lpn: stock.ensure_container(warehouse_id, lpn, "pallet") for lpn in sorted({row["lpn"] for row in rows}) if lpn
    }
    found = []
    for number, row in enumerate(rows, 1):
        sku_id = _sku(skus, row["sku"], number)
        _, pack_qty = _pack(known, sku_id, row, number)
        found.append(
            Arrival(
                sku_id, row["qty"] * pack_qty, row["lot"], row["produced_on"], row["expires_on"],
                tuple(row["serials"]), row["pack"], pack_qty, pallets.get(row["lpn"], 0), unexpected=row["unexpected"],
            )
        )  # fmt: skip
    return found


def _found(rows: Sequence[Mapping[str, Any]]) -> tuple[dict[str, int], dict[tuple[int, str], Pack]]:
    skus = catalog.sku_ids(row["sku"] for row in rows)
    return skus, packs(skus.values()) if any(row["pack"] for row in rows) else {}


def _sku(skus: Mapping[str, int], code: str, number: int) -> int:
    if code not in skus:
        raise WmsError("inbound.unknown_sku", sku=code, line=number)
    return skus[code]


def _pack(
    known: Mapping[tuple[int, str], Pack], sku_id: int, row: Mapping[str, Any], number: int
) -> tuple[int | None, int]:
    if not row["pack"]:
        return None, 1
    found = known.get((sku_id, row["pack"]))
    if found is None:
        raise WmsError("inbound.unknown_pack", pack=row["pack"], sku=row["sku"], line=number)
    return found
