"""What a station may ask of printing: its jobs, a label once more, and whether one came out."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.printing import service
from wms.printing.schemas import Again, Resolve

SHOWN = 20


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

    If not, the pop-up offers to print it again.
    """
    job = service.resolve(body["job_id"], body["came_out"], warehouse_id=actor.warehouse_id)
    came_out = job.status == "confirmed"
    return Envelope(
        data={"job": service.describe(job)},
        message="printing.came_out" if came_out else "printing.did_not_come_out",
        params={"parcel": job.reference},
        popup=None if came_out else {"kind": "reprint", "job_id": job.id},
    )
