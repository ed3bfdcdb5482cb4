"""What every device tells of itself, what its person is told, and at which of several terminals they work."""
from __future__ import annotations

from typing import Any

from wms.access import floor, notes, schemas, service
from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.fields import Nothing
from wms.core.scan import scan

EVERYBODY = "picker packer receiver supervisor clerk"


@scan("device.shows", schema=schemas.Shows, posts=EVERYBODY, changes=False, by_itself=True)
def shows(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A device says which screen it shows, how far its task is, and how it is: scans unsent, lamp, battery.

    It does so by itself when that changes and twice a minute, so it does not count as being used.
    """
    if actor.session_id is not None:
        floor.tell(actor.session_id, body)
    return Envelope()


@scan("note.waiting", schema=Nothing, posts=EVERYBODY, changes=False, by_itself=True)
def waiting(actor: Actor, body: dict[str, Any]) -> Envelope:
    """A device has connected: what has its person been told that they have not read yet?"""
    return Envelope(data={"notes": [notes.shown(each) for each in notes.waiting(_person(actor))]})


@scan("note.read", schema=schemas.WhichNote, posts=EVERYBODY)
def read(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The person taps that they have read it; the supervisor sees when."""
    notes.read(_person(actor), body["note_id"])
    return Envelope()


@scan("terminal.here", schema=Nothing)
def here(actor: Actor, body: dict[str, Any]) -> Envelope:
    """Somebody has signed in at this terminal, or goes on here: their other terminals say so and take no more scans.

    One that is without a link hears it when it has one again; what it kept until then is still sent.
    """
    service.take_terminal(actor)
    return Envelope()


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise WmsError("access.person_needed")
    return actor.person_id
