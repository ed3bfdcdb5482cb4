"""Scales at packing stations. A station without one types the weight."""
from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

from wms.core.error import WmsError
from wms.packing.rules import HEAVIEST_G, PACKAGING_G

_UNKNOWN_PIECE_G = 250  # what a virtual scale takes a piece of unknown weight for


@dataclass(frozen=True)
class OnScale:
    """The parcel that stands on the scale: its number, its expected weight (0 unknown), its pieces."""

    number: str
    expected_g: int
    pieces: int


class Scale(Protocol):
    """A scale. `source` goes into the record of the weight."""

    source: str

    def read(self, parcel: OnScale) -> int:
        """The weight in grams. Raises `packing.no_scale` when there is nothing to read."""


class VirtualScale:
    """Shows what the parcel should weigh, a little off, and the same again for the same parcel; 100 kg at most."""

    source = "virtual"

    def read(self, parcel: OnScale) -> int:
        weight = parcel.expected_g or PACKAGING_G + _UNKNOWN_PIECE_G * parcel.pieces
        spread = max(5, weight // 50)  # ± 2 %, at least 5 g: well within the tolerance
        draw = int.from_bytes(hashlib.sha256(parcel.number.encode()).digest()[:4], "big")
        return min(HEAVIEST_G, max(1, weight - spread + draw % (2 * spread + 1)))


class StationScale:
    """A scale on the table, which the agent of the station reads."""

    source = "scale"

    def __init__(self, weight_g: int | None) -> None:
        self._weight_g = weight_g

    def read(self, parcel: OnScale) -> int:
        """Raises `packing.not_still` too, while the weight moves or nothing lies on it."""
        if not self._weight_g:
            raise WmsError("packing.not_still")
        return self._weight_g


class TypedScale:
    """No scale: the packer reads one that is not connected and types what it shows."""

    source = "typed"

    def read(self, parcel: OnScale) -> int:
        raise WmsError("packing.no_scale")
