"""What a scan at the dock means: goods, a pallet, a bin, a lot or serial number, or nothing anybody knows."""
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from wms.catalog import service as catalog
from wms.catalog.models import Packaging
from wms.catalog.service import Scan
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.resolve import Parameter, clean, found, resolver
from wms.inbound.models import Receipt

UNKNOWN = ("catalog.unknown_code", "catalog.unknown_gtin")


@resolver("receipt")
def _receipts(code: Parameter, warehouse_id: Parameter) -> Select[Any]:
    return found("receipt", Receipt.id, Receipt.number, Receipt.number).where(
        Receipt.warehouse_id == warehouse_id, Receipt.number == code
    )


@dataclass(frozen=True)
class Seen:
    """One scan. `kind`: `sku`, `container`, `bin`, `receipt`, `lot`, `serial`, `unknown`, or another thing.

    Of goods, `pieces` is how many base units this scan stands for, in packs `pack` of `pack_qty`. `lot_guess` is the
    text in which a missing separator hides the lot. Of a pallet, `lpn` is its number, and `id` 0 when it is new here.
    """

    code: str
    kind: str
    id: int = 0
    label: str = ""
    sku_id: int = 0
    pieces: int = 1
    pack: str = ""
    pack_qty: int = 1
    lot: str = ""
    lot_guess: str = ""
    serial: str = ""
    expires_on: date | None = None
    produced_on: date | None = None
    lpn: str = ""


def see(code: str, warehouse_id: int) -> Seen:
    """What a code stands for here. Raises `catalog.bad_label` and `catalog.ambiguous_code`."""
    try:
        scan = catalog.read(code, warehouse_id)
    except WmsError as refused:
        if refused.code in UNKNOWN:
            return Seen(clean(code), "unknown")
        raise
    return _seen(scan)


def _seen(scan: Scan) -> Seen:
    thing = scan.found
    seen = Seen(
        scan.code, scan.kind, label=scan.code, lot=scan.lot, lot_guess=scan.doubtful if scan.lot_uncertain else "",
        serial=scan.serial, expires_on=scan.expires_on, produced_on=scan.produced_on, lpn=scan.sscc,
    )  # fmt: skip
    if thing is None:
        return seen
    seen = replace(seen, id=thing.id, label=thing.label, sku_id=thing.sku_id or 0)
    if thing.kind in ("sku", "pack"):
        pack = _pack(scan.packaging_id)
        return replace(seen, kind="sku", pieces=scan.qty, pack=pack, pack_qty=scan.pack_qty)
    if thing.is_one_of(["container"]):
        return replace(seen, kind="container", lpn=thing.code)
    return seen


def _pack(packaging_id: int | None) -> str:
    if packaging_id is None:
        return ""
    return db.session.execute(select(Packaging.code).where(Packaging.id == packaging_id)).scalar_one()


def spellings(lpn: str) -> list[str]:
    """The ways in which a pallet's number may have been announced: an SSCC with or without its identifier 00."""
    bare = lpn[2:] if len(lpn) == 20 and lpn.startswith("00") and lpn.isdecimal() else lpn
    return [bare, f"00{bare}"] if len(bare) == 18 and bare.isdecimal() else [bare]
