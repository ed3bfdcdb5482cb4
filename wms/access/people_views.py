"""People, devices and shifts over HTTP, for administrators; and how a device enrols itself."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app, request
from flask.views import MethodView

from printers.barcodes import qr_modules
from wms.access import devices, endings, people, rules, schemas
from wms.access.guesses import Guesses
from wms.access.models import Device
from wms.access.people import Shown
from wms.access.views import blueprint
from wms.core import hosts
from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.envelope import Envelope, render
from wms.core.error import WmsError
from wms.core.export import offer_file
from wms.core.http import actor, change, locale, signed_in
from wms.core.listing import Column, Listing, Query, Sort, by_part
from wms.core.transaction import carry_out, transaction

ADMIN = "admin"
PAGE_OF_DEVICES = "/terminal"

guesses = Guesses(rules.WRONG_CODES, rules.CODE_GOOD_FOR)


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


# ---- people

def _person(shown: Shown) -> dict[str, Any]:
    person, last = shown.person, shown.last
    works = last is not None and endings.ending(last, now())[0] is None
    return {
        **{name: getattr(person, name) for name in ("id", "badge", "name", "locale", "active")},
        "posts": shown.posts,
        "elsewhere": shown.elsewhere,
        "may_change": shown.may_change,
        "works": last.device if last and works else None,
        "seen_at": _at(last.seen_at) if last else None,
    }


def _change_person(name: str, hashed: dict[str, Any], act: Any) -> dict[str, Any]:
    """A change of a person; `hashed` is what makes it the same one when it is sent again, which a PIN never is."""
    return change(name, hashed, lambda: _person(act()))


@blueprint.route("/people")
class People(MethodView):
    @signed_in(ADMIN)
    @blueprint.arguments(schemas.PeopleQuery, location="query")
    @blueprint.response(200, schemas.PeoplePage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The people of the warehouse and of others that the asker administers; `q` is part of a name or badge."""
        with transaction():
            return PEOPLE.page(actor(), query)

    @signed_in(ADMIN)
    @blueprint.arguments(schemas.NewPerson)
    @blueprint.response(201, schemas.PersonView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Add a person with posts in this warehouse."""
        facts = {**body, "posts": sorted(set(body["posts"]))}
        hashed = {name: value for name, value in facts.items() if name != "pin"}
        return _change_person("people.add", hashed, lambda: people.hire(actor(), **facts))


@blueprint.route("/people/<int:person_id>")
class OnePerson(MethodView):
    @signed_in(ADMIN)
    @blueprint.response(200, schemas.PersonView)
    def get(self, person_id: int) -> dict[str, Any]:
        """One person."""
        with transaction():
            return _person(people.one(actor(), person_id))

    @signed_in(ADMIN)
    @blueprint.arguments(schemas.PersonChange)
    @blueprint.response(200, schemas.PersonView)
    def patch(self, body: dict[str, Any], person_id: int) -> dict[str, Any]:
        """Rename a person, set their language, let them go (their sessions end) or take them back."""
        hashed = {**body, "person_id": person_id}
        return _change_person("people.change", hashed, lambda: people.change_person(actor(), person_id, body))


@blueprint.route("/people/<int:person_id>/posts")
class PersonPosts(MethodView):
    @signed_in(ADMIN)
    @blueprint.arguments(schemas.NewPosts)
    @blueprint.response(200, schemas.PersonView)
    def put(self, body: dict[str, Any], person_id: int) -> dict[str, Any]:
        """The posts that a person holds in this warehouse; who loses one must sign in again."""
        hashed = {"posts": sorted(set(body["posts"])), "person_id": person_id}
        return _change_person("people.posts", hashed, lambda: people.set_posts(actor(), person_id, body["posts"]))


@blueprint.route("/people/<int:person_id>/pin")
class PersonPin(MethodView):
    @signed_in(ADMIN)
    @blueprint.arguments(schemas.NewPin)
    @blueprint.response(200, schemas.PersonView)
    def post(self, body: dict[str, Any], person_id: int) -> dict[str, Any]:
        """Give a person a new PIN; wrong ones are forgotten, and their sessions end."""
        hashed = {"person_id": person_id}
        return _change_person("people.pin", hashed, lambda: people.new_pin(actor(), person_id, body["pin"]))


# ---- devices

def _device(device: Device, row: Any = None) -> dict[str, Any]:
    return {
        **{name: getattr(device, name) for name in ("id", "name", "status")},
        "enrolled_at": _at(device.enrolled_at),
        "changed_at": _at(device.changed_at),
        "enrolled_by": row.enroller if row else None,
        "person": row.person if row else None,
        "seen_at": _at(row.seen_at) if row else None,
    }


@blueprint.route("/devices")
class Devices(MethodView):
    @signed_in(ADMIN)
    @blueprint.arguments(schemas.DeviceQuery, location="query")
    @blueprint.response(200, schemas.DevicePage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The devices that were enrolled in the warehouse, newest first."""
        with transaction():
            return DEVICES.page(actor(), query)


@blueprint.route("/devices/codes")
class Codes(MethodView):
    @signed_in(ADMIN)
    @blueprint.arguments(schemas.NewCode)
    @blueprint.response(201, schemas.CodeView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """A code with which one device may be enrolled within 10 minutes. Told once: asked again, it is another."""
        made = carry_out(lambda: devices.new_code(actor().warehouse_id, body["name"].strip(), by=actor().person_id))
        code, expires_at = made
        url = f"{_origin()}{PAGE_OF_DEVICES}#enrol={code}"  # what is behind # is never sent, so no log has it
        rows = ["".join("1" if dark else "0" for dark in row) for row in qr_modules("url", url)]
        return {"code": code, "url": url, "qr": rows, "expires_at": _at(expires_at)}


def _origin() -> str:
    """Under which address the asker's browser knows this service."""
    origin, ours = request.headers.get("Origin"), hosts.listed(current_app.extensions["wms_config"].origins)
    if origin and hosts.origin_check(ours)(origin, request.environ):
        return origin
    return request.host_url.rstrip("/")


@blueprint.route("/devices/enrol")
class EnrolDevice(MethodView):
    @blueprint.arguments(schemas.Enrol)
    @blueprint.response(200, schemas.EnvelopeSchema)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """A device spends a one-time code, and signs in with the secret that it made from now on."""
        address = request.remote_addr or ""
        guesses.check(address)
        try:
            told = carry_out(lambda: {"name": devices.enrol(body["code"], body["secret"]).name})
        except WmsError:
            guesses.wrong(address)
            raise
        return render(Envelope(data=told, message="access.enrolled", params=told), locale())


@blueprint.route("/devices/settings")
class Settings(MethodView):
    @signed_in(ADMIN)
    @blueprint.response(200, schemas.Setting)
    def get(self) -> dict[str, Any]:
        """Whether devices that are not enrolled may sign in to this warehouse."""
        with transaction():
            return {"unenrolled": devices.unenrolled_allowed(actor().warehouse_id)}

    @signed_in(ADMIN)
    @blueprint.arguments(schemas.Setting)
    @blueprint.response(200, schemas.Setting)
    def put(self, body: dict[str, Any]) -> dict[str, Any]:
        """Let devices that are not enrolled sign in, or not."""

        def act() -> dict[str, Any]:
            devices.allow_unenrolled(actor().warehouse_id, body["unenrolled"], session_id=actor().session_id)
            return body

        return change("devices.settings", body, act)


@blueprint.route("/devices/<int:device_id>")
class OneDevice(MethodView):
    @signed_in(ADMIN)
    @blueprint.arguments(schemas.DeviceName)
    @blueprint.response(200, schemas.DeviceView)
    def patch(self, body: dict[str, Any], device_id: int) -> dict[str, Any]:
        """Give a device another name."""
        return _change_device("rename", device_id, lambda here: devices.rename(here, device_id, **body), body)


@blueprint.route("/devices/<int:device_id>/revoke")
class Revoke(MethodView):
    @signed_in(ADMIN)
    @blueprint.response(200, schemas.DeviceView)
    def post(self, device_id: int) -> dict[str, Any]:
        """A device is lost: its sessions end at once, and it signs nobody in any more."""
        by = actor().person_id
        return _change_device("revoke", device_id, lambda here: devices.revoke(here, device_id, by=by))


@blueprint.route("/devices/<int:device_id>/open")
class Open(MethodView):
    @signed_in(ADMIN)
    @blueprint.response(200, schemas.DeviceView)
    def post(self, device_id: int) -> dict[str, Any]:
        """Open a device again that was locked after too many wrong PINs."""
        by = actor().person_id
        return _change_device("open", device_id, lambda here: devices.reopen(here, device_id, by=by))


def _change_device(name: str, device_id: int, act: Any, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    here = actor().warehouse_id
    hashed = {**(body or {}), "device_id": device_id}
    return change(f"devices.{name}", hashed, lambda: _device(act(here)))


# ---- shifts

@blueprint.route("/shifts")
class Shifts(MethodView):
    @signed_in("admin supervisor")
    @blueprint.arguments(schemas.ShiftQuery, location="query")
    @blueprint.response(200, schemas.ShiftPage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Who worked in the warehouse, on which device, from when to when and how it ended, newest first."""
        with transaction():
            return SHIFTS.page(actor(), query)


def _shift(row: Any) -> dict[str, Any]:
    session = row.DeviceSession
    ended_at, how = endings.ending(session, now())
    return {
        **{name: getattr(session, name) for name in ("id", "person_id", "device")},
        "person": row.name,
        "badge": row.badge,
        "enrolled": session.device_id is not None,
        "station": row.station,
        "begun_at": _at(session.created_at),
        "ended_at": _at(ended_at),
        "how": how,
    }


# ---- their lists

def _houses(who: Actor, query: Query) -> dict[str, Any]:
    return {"houses": people.seen_from(who), **by_part(who, query)}


_POSTED = "SELECT 1 FROM posting g WHERE g.person_id = p.id"
PEOPLE = Listing(
    name="people", table="person p", key="p.id",
    always=f"(EXISTS ({_POSTED} AND g.warehouse_id = ANY(:houses)) OR NOT EXISTS ({_POSTED}))",
    where={
        "q": "(p.name ILIKE :part OR p.badge ILIKE :part)",
        "post": f"EXISTS ({_POSTED} AND g.warehouse_id = :warehouse_id AND g.post = :post)",
    },
    sorts={"id": Sort("p.id"), "name": Sort("p.name", "text"), "badge": Sort("p.badge", "text")},
    worked_out=_houses,
    tell=lambda who, ids: [_person(each) for each in people.told(who, ids)],
    title="ui.people_tab.people",
    columns=(
        Column("name", "ui.stock.person", 24),
        Column("badge", "ui.people.badge", 12),
        Column("posts", "ui.people.posts", 30, value=lambda item: ", ".join(item["posts"])),
        Column("locale", "ui.menu.language", 10),
        Column("seen_at", "ui.people.seen", 17, "moment"),
    ),
)  # fmt: skip
DEVICES = Listing(
    name="devices", table="device d", key="d.id", always="d.warehouse_id = :warehouse_id",
    where={"q": "d.name ILIKE :part", "status": "d.status = :status"},
    sorts={"id": Sort("d.id"), "name": Sort("d.name", "text")},
    worked_out=by_part,
    tell=lambda who, ids: [_device(row.Device, row) for row in devices.told(ids)],
    title="ui.people_tab.devices",
    columns=(
        Column("name", "ui.people.device", 24),
        Column("status", "ui.people.state", words="ui.people_device"),
        Column("enrolled_at", "ui.people.enrolled_at", 17, "moment"),
        Column("enrolled_by", "ui.stock.person", 20),
        Column("person", "ui.people.last_by", 20),
        Column("seen_at", "ui.people.seen", 17, "moment"),
    ),
)  # fmt: skip
SHIFTS = Listing(
    name="shifts", table="device_session s", key="s.id", always="s.warehouse_id = :warehouse_id",
    joins={"p": "JOIN person p ON p.id = s.person_id"},
    where={"person": "s.person_id = :person", "q": "(p.name ILIKE :part OR p.badge ILIKE :part)"},
    sorts={"id": Sort("s.id")},
    worked_out=by_part,
    tell=lambda who, ids: [_shift(row) for row in endings.shifts(ids)],
    title="ui.people_tab.shifts",
    columns=(
        Column("person", "ui.stock.person", 24),
        Column("badge", "ui.people.badge", 12),
        Column("device", "ui.people.device", 24),
        Column("station", "ui.people.station", 12),
        Column("begun_at", "ui.people.begun", 17, "moment"),
        Column("ended_at", "ui.people.ended", 17, "moment"),
        Column("how", "ui.people.how", 18, words="ui.people_how"),
    ),
)  # fmt: skip
offer_file(blueprint, "/people", PEOPLE, schemas.PeopleQuery, ADMIN)
offer_file(blueprint, "/devices", DEVICES, schemas.DeviceQuery, ADMIN)
offer_file(blueprint, "/shifts", SHIFTS, schemas.ShiftQuery, "admin supervisor")
