"""Handover at the dock: each parcel is scanned into the truck, then the manifest is closed."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.shipping import handover, manifests, schemas
from wms.shipping.models import Manifest

POSTS = "packer picker supervisor"


@scan("load.state", schema=Nothing, posts=POSTS, next=("load",), changes=False)
def state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The person comes to the dock: their open manifest, and what waits for each carrier."""
    return Envelope("load", _dock(actor, handover.manifest_of(actor.warehouse_id, actor.person_id)))


@scan("load.scan", schema=schemas.OneCode, posts=POSTS, next=("load",))
def load(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A parcel is scanned into the truck; one for another carrier, or already in, is refused."""
    loaded = handover.load(actor.warehouse_id, actor.person_id, body["code"])
    return _shown(actor, loaded, "shipping.loaded")


@scan("load.unload", schema=schemas.OneCode, posts=POSTS, next=("load",))
def unload(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A parcel comes out of the truck again."""
    taken = handover.unload(actor.warehouse_id, actor.person_id, body["code"])
    return _shown(actor, taken, "shipping.unloaded")


@scan("load.close", schema=schemas.CloseManifest, posts=POSTS, next=("load",))
def close(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The driver signs and leaves: the parcels and their orders are shipped, and the manifest is printed."""
    manifest = handover.close(actor.warehouse_id, actor.person_id, body["manifest_id"])
    paper = manifests.print_closed(
        manifest, station=body["station"], near=actor.station_id, locale=actor.locale, asked_by=actor.person_id
    )
    closed = {**handover.describe(manifest), "paper": paper}
    params = {"number": closed["number"], "parcels": len(closed["parcels"]), **(paper or {})}
    left = handover.manifest_of(actor.warehouse_id, actor.person_id)
    message = "shipping.closed_printed" if paper else "shipping.closed"
    return Envelope("load", {**_dock(actor, left), "closed": closed}, message, params)


@scan("load.again", schema=schemas.ManifestAgain, posts=POSTS, next=("load",))
def again(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A manifest is wanted once more: all its pages are printed, marked, with the reason on record."""
    done = manifests.print_again(
        actor.warehouse_id, body["manifest_id"], body["reason"], station=body["station"], near=actor.station_id,
        locale=actor.locale, asked_by=actor.person_id,
    )  # fmt: skip
    left = handover.manifest_of(actor.warehouse_id, actor.person_id)
    return Envelope("load", _dock(actor, left), "shipping.manifest_again", done)


def _dock(actor: Actor, manifest: Manifest | None) -> dict[str, Any]:
    """What the dock's screen shows: the manifest in hand, and before there is one what waits for each carrier and what
    left lately."""
    house = actor.warehouse_id
    if manifest:
        return {"manifest": handover.describe(manifest), "places": manifests.places(house)}
    return {
        "manifest": None, "carriers": handover.waiting_by_carrier(house), "lately": manifests.lately(house),
        "places": manifests.places(house),
    }  # fmt: skip


def _shown(actor: Actor, loaded: handover.Loaded, message: str) -> Envelope:
    parcel = {"number": loaded.parcel.number, "waybill": loaded.parcel.waybill}
    data = {**_dock(actor, loaded.manifest), "parcel": parcel}
    return Envelope("load", data, message, {"parcel": loaded.parcel.number})
