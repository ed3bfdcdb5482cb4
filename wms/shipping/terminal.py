"""Handover at the dock: each parcel is scanned into the truck, then the manifest is closed."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.shipping import handover, schemas

POSTS = "packer picker supervisor"


@scan("load.state", schema=Nothing, posts=POSTS, next=("load",), changes=False)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The person comes to the dock: their open manifest, and what waits for each carrier."""
    mine = handover.manifest_of(actor.warehouse_id, actor.person_id)
    carriers = handover.waiting_by_carrier(actor.warehouse_id)
    return Envelope("load", {"manifest": handover.describe(mine) if mine else None, "carriers": carriers})


@scan("load.scan", schema=schemas.OneCode, posts=POSTS, next=("load",))
def load(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A parcel is scanned into the truck; one for another carrier, or already in, is refused."""
    loaded = handover.load(actor.warehouse_id, actor.person_id, body["code"])
    return _shown(loaded, "shipping.loaded")


@scan("load.unload", schema=schemas.OneCode, posts=POSTS, next=("load",))
def unload(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A parcel comes out of the truck again."""
    return _shown(handover.unload(actor.warehouse_id, actor.person_id, body["code"]), "shipping.unloaded")


@scan("load.close", schema=schemas.OfManifest, posts=POSTS, next=("load",))
def close(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The driver signs and leaves: the parcels and their orders are shipped."""
    closed = handover.describe(handover.close(actor.warehouse_id, actor.person_id, body["manifest_id"]))
    params = {"number": closed["number"], "parcels": len(closed["parcels"])}
    return Envelope("load", {"manifest": closed}, "shipping.closed", params)


def _shown(loaded: handover.Loaded, message: str) -> Envelope:
    parcel = {"number": loaded.parcel.number, "waybill": loaded.parcel.waybill}
    data = {"manifest": handover.describe(loaded.manifest), "parcel": parcel}
    return Envelope("load", data, message, {"parcel": loaded.parcel.number})
