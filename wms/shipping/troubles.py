"""What goes wrong with parcels outside: shown among the problems until it is over."""
from __future__ import annotations

from collections.abc import Sequence

from wms.packing.models import Parcel
from wms.problems import service as problems

UNSEEN = ("not_collected", "stale")  # until the carrier sees it again
KEPT = "not_given_back"  # until somebody has told the carrier
WITHOUT = ("carrier_refused", "no_number", "change_refused")  # until it has its number


def report(parcel: Parcel, reason: str, note: str) -> None:
    """Once for each parcel and reason, as long as nobody has cleared it."""
    problems.report_shipment(parcel.warehouse_id, parcel.waybill or parcel.number, parcel.number, reason, note)


def over(parcels: Sequence[Parcel], reasons: Sequence[str] = ()) -> None:
    """What was reported of them is settled: all of it, or what had these reasons."""
    problems.settle_shipments([each.number for each in parcels], reasons)
