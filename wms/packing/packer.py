"""Who packs, and where."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Packer:
    """Someone at a packing station. `supervisor`: may take a parcel over from another station."""

    warehouse_id: int
    station_id: int
    person_id: int | None = None
    supervisor: bool = False
