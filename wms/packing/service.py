"""The verbs of packing: open a tote's parcel, verify its goods, weigh it, close it."""
from __future__ import annotations

from wms.packing.closing import close, scale_of, shut, weigh
from wms.packing.packer import Packer
from wms.packing.parcels import (
    begin_anew,
    choose_carton,
    move,
    new_parcel,
    note_waybill,
    open_parcel,
    place_of,
    plan,
    plan_all,
    put_aside,
    put_off,
    restart,
    split,
    tote_of,
    void_of,
    void_planned,
    waits_for,
    working_on,
)
from wms.packing.photos import of as photos_of
from wms.packing.travelling import parcels_of
from wms.packing.verifying import Counted, verify
from wms.packing.wanted import require_wanted

__all__ = [
    "Counted", "Packer", "begin_anew", "choose_carton", "close", "move", "new_parcel", "note_waybill", "open_parcel",
    "parcels_of", "photos_of", "place_of", "plan", "plan_all", "put_aside", "put_off", "require_wanted", "restart",
    "scale_of", "shut", "split", "tote_of", "verify", "void_of", "void_planned", "waits_for", "weigh", "working_on",
]  # fmt: skip
