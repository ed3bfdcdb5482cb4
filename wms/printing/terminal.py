"""What may be asked of printing: at a station its jobs, on a handheld a label for the thing in hand."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.printing import service, things
from wms.printing.schemas import Again, LabelPrint, LabelScan, Resolve

SHOWN = 20
FLOOR = "picker packer receiver supervisor"


@scan("print.jobs", schema=Nothing, posts="packer supervisor", changes=False)
def jobs(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The newest print jobs of the station and the state of its printers."""
    if actor.station_id is None:
        return Envelope(data={"jobs": [], "printers": []})
    return Envelope(
        data={
            "jobs": service.jobs_of_station(actor.station_id, SHOWN),
            "printers": service.printers_of_station(actor.station_id),
        }
    )


@scan("print.again", schema=Again, posts="packer supervisor")
def again(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A label was lost or spoilt: it is printed once more, with 补打 n and the reason on record."""
    job = service.again(
        body["job_id"],
        body["reason"],
        warehouse_id=actor.warehouse_id,
        station_id=actor.station_id,
        actor_id=actor.person_id,
    )
    params = {"parcel": job.reference, "reprint": job.copy - 1}
    return Envelope(data={"job": service.describe(job)}, message="printing.again", params=params)


@scan("print.resolve", schema=Resolve, posts="packer supervisor")
def resolve(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The connection broke in the middle of a label: the packer looks and says whether it came out.

    If not, the pop-up offers to print it again; a run prints it again by itself, and goes on.
    """
    job = service.resolve(
        body["job_id"], body["came_out"], warehouse_id=actor.warehouse_id, actor_id=actor.person_id
    )
    came_out = job.status == "confirmed"
    offered = None if came_out or job.run_id else {"kind": "reprint", "job_id": job.id}
    missing = "again_in_run" if job.run_id else "did_not_come_out"
    return Envelope(
        data={"job": service.describe(job)},
        message="printing.came_out" if came_out else f"printing.{missing}",
        params={"parcel": job.reference, "place": job.run_place},
        popup=offered,
    )


@scan("label.state", schema=Nothing, posts=FLOOR, next=("label_scan",), changes=False)
def label_state(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Somebody needs a label that is missing or cannot be read."""
    return Envelope("label_scan")


@scan("label.scan", schema=LabelScan, posts=FLOOR, next=("label_choose",), changes=False)
def label_scan(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The thing is scanned, or its code typed: goods, a pack, a lot, a bin, a pallet, tote or box.

    The answer says which printers of this place print its label.
    """
    found = things.thing(actor.warehouse_id, body["code"], actor.locale)
    return Envelope("label_choose", {**things.shown(actor.warehouse_id, found), "code": body["code"]})


@scan("label.print", schema=LabelPrint, posts=FLOOR, next=("label_scan",))
def label_print(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The printer is chosen and how many: they come out there."""
    found, printer = things.print_thing(
        actor.warehouse_id, body["code"], body["station"], body["copies"], locale=actor.locale,
        asked_by=actor.person_id,
    )  # fmt: skip
    params = {"label": found.code, "copies": body["copies"], "printer": printer}
    return Envelope("label_scan", message="printing.label_asked", params=params)
