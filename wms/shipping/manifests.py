"""The handover manifest on paper (交接单): printed as a truck is closed, and once more when somebody needs another."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from wms.access.models import Person
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.shorten import shortened
from wms.layout.models import Warehouse
from wms.packing.models import Parcel
from wms.printing import service as printing
from wms.printing.service import papers
from wms.shipping.models import Carrier, Manifest, ManifestParcel
from wms.shipping.rules import headline, printed_at

DOCUMENT = "handover_manifest"
LATELY = timedelta(hours=24)
LISTED = 6


def print_closed(
    manifest: Manifest, *, station: str | None, near: int | None, locale: str, asked_by: int | None
) -> dict[str, Any] | None:
    """Print a manifest that was closed just now; returns {pages, printer, station}.

    None where no station prints manifests: the truck leaves without. Raises as `papers.place` for a station that was
    chosen and does not.
    """
    if station is None and not printing.places(manifest.warehouse_id, DOCUMENT):
        return None
    at = papers.place(manifest.warehouse_id, DOCUMENT, station, near)
    return _printed(papers.ask(_paper(manifest, locale), at, asked_by=asked_by), at)


def print_again(
    warehouse_id: int, manifest_id: int, reason: str, *, station: str | None, near: int | None, locale: str,
    asked_by: int | None,
) -> dict[str, Any]:  # fmt: skip
    """Print all pages of a closed manifest again, marked; for the first time where it was not printed before.

    Raises `shipping.unknown_manifest`, `shipping.manifest_open`, and as `papers.place` and `printing.again` do.
    """
    its = select(Manifest).where(Manifest.id == manifest_id, Manifest.warehouse_id == warehouse_id)
    manifest = db.session.execute(its).scalar_one_or_none()
    if manifest is None:
        raise WmsError("shipping.unknown_manifest", id=manifest_id)
    if manifest.status != "closed":
        raise WmsError("shipping.manifest_open", number=manifest.number)
    at = papers.place(warehouse_id, DOCUMENT, station, near)
    done = _printed(papers.ask(_paper(manifest, locale), at, asked_by=asked_by, reason=reason), at)
    return {"number": manifest.number, **done}


def places(warehouse_id: int) -> list[dict[str, Any]]:
    """The stations that print manifests, for whoever chooses one: [{code, name, printer}]."""
    return printing.places(warehouse_id, DOCUMENT)


def lately(warehouse_id: int) -> list[dict[str, Any]]:
    """The manifests that were closed last, each with how its paper stands."""
    counted = select(func.count()).where(ManifestParcel.manifest_id == Manifest.id).scalar_subquery()
    its = (
        select(Manifest.id, Manifest.number, Manifest.closed_at, Carrier.name, counted.label("parcels"))
        .join(Carrier, Carrier.id == Manifest.carrier_id)
        .where(Manifest.warehouse_id == warehouse_id, Manifest.closed_at > now() - LATELY)
        .order_by(Manifest.closed_at.desc())
        .limit(LISTED)
    )
    return [
        {
            "id": row.id, "number": row.number, "carrier": row.name, "parcels": row.parcels,
            "closed_at": row.closed_at.isoformat(), "paper": papers.stands(DOCUMENT, row.id),
        }
        for row in db.session.execute(its)
    ]  # fmt: skip


def _printed(jobs: list[Any], at: papers.Place) -> dict[str, Any]:
    return {"pages": len(jobs), "printer": at.printer, "station": at.station.code}


def _paper(manifest: Manifest, locale: str) -> papers.Paper:
    """What was loaded last is at the door: the lines are in the order of loading."""
    carrier = db.session.get_one(Carrier, manifest.carrier_id)
    house = db.session.get_one(Warehouse, manifest.warehouse_id)
    by = db.session.get(Person, manifest.closed_by) if manifest.closed_by else None
    loaded = select(Parcel.waybill, Parcel.number, Parcel.weight_g).join(
        ManifestParcel, ManifestParcel.parcel_id == Parcel.id
    )
    its = loaded.where(ManifestParcel.manifest_id == manifest.id).order_by(ManifestParcel.loaded_at, Parcel.id)
    lines = [
        {"waybill_number": row.waybill or row.number, "weight_g": row.weight_g or 0} for row in db.session.execute(its)
    ]
    number = f"M{manifest.number}"
    assert manifest.closed_at is not None
    head = {
        "carrier": headline(carrier.name), "number": number, "warehouse": shortened(house.name, 60),
        "closed_at": printed_at(manifest.closed_at), "closed_by": shortened(by.name, 40) if by else "",
        "parcels": len(lines), "weight_g": sum(line["weight_g"] for line in lines), "locale": locale,
    }  # fmt: skip
    return papers.Paper(DOCUMENT, manifest.id, number, head, lines)
