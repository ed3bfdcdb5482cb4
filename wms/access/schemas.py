"""What is asked and told about sessions, people, devices and shifts."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.access.lifecycle import DEVICE
from wms.access.models import POSTS
from wms.access.rules import NOTE_LENGTH, PHRASES, PIN_FORM, PIN_HINT
from wms.core.bounds import LARGEST
from wms.core.catalogue import LOCALES
from wms.core.fields import Cursor, Filled, Id
from wms.core.listing import ListQuery, sorted_by

SECRET = validate.Regexp(r"^[0-9a-f]{64}\Z", error="256 bits in hexadecimal digits are needed")
PIN = validate.Regexp(rf"^{PIN_FORM}\Z", error=PIN_HINT)
NAME = [Filled, validate.Length(1, 80)]


class SignIn(Schema):
    badge = fields.String(required=True, validate=validate.Length(1, 64))
    pin = fields.String(required=True, validate=validate.Length(4, 12))
    device = fields.String(load_default="browser", validate=validate.Length(max=80))
    secret = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64))
    station = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=80))


class House(Schema):
    warehouse_id = Id(required=True)


class Badge(Schema):
    badge = fields.String(required=True, validate=validate.Length(1, 64))


class Language(Schema):
    locale = fields.String(required=True, validate=validate.OneOf(LOCALES))


class Preferences(Schema):
    """How a person wants every device that they sign in on: `pace` is that of the voice."""

    hand = fields.String(validate=validate.OneOf(("right", "left")))
    theme = fields.String(validate=validate.OneOf(("auto", "light", "dark")))
    contrast = fields.String(validate=validate.OneOf(("normal", "high")))
    voice = fields.Boolean()
    pace = fields.String(validate=validate.OneOf(("slow", "normal", "fast")))


class MyWishes(Schema):
    """What the person who is signed in changes: what is absent stays."""

    locale = fields.String(validate=validate.OneOf(LOCALES))
    settings = fields.Nested(Preferences)


class EnvelopeSchema(Schema):
    """The one answer of terminals, stations and boards."""

    ok = fields.Boolean()
    next = fields.String(allow_none=True)
    data = fields.Dict()
    message = fields.Dict(allow_none=True)
    popup = fields.Dict(allow_none=True)


# ---- people

Posts = fields.List(fields.String(validate=validate.OneOf(POSTS)), required=True)


class PeopleQuery(ListQuery):
    """`q` is part of a name or badge."""

    q = fields.String(load_default="", validate=validate.Length(max=80))
    post = fields.String(load_default="", validate=validate.OneOf(["", *POSTS]))
    sort = sorted_by("id", "name", "badge")


class NewPerson(Schema):
    badge = fields.String(required=True, validate=[Filled, validate.Length(1, 64)])
    name = fields.String(required=True, validate=NAME)
    pin = fields.String(required=True, validate=PIN)
    posts = Posts
    locale = fields.String(load_default="en", validate=validate.OneOf(LOCALES))


class PersonChange(Schema):
    name = fields.String(validate=NAME)
    locale = fields.String(validate=validate.OneOf(LOCALES))
    active = fields.Boolean()


class NewPosts(Schema):
    posts = Posts


class NewPin(Schema):
    pin = fields.String(required=True, validate=PIN)


class PersonView(Schema):
    """`posts` are those held here; `works` the device on which somebody is signed in here now."""

    id = fields.Integer()
    badge = fields.String()
    name = fields.String()
    locale = fields.String()
    active = fields.Boolean()
    posts = fields.List(fields.String())
    elsewhere = fields.Boolean(metadata={"description": "holds posts in other warehouses too"})
    may_change = fields.Boolean(metadata={"description": "whoever asks may rename, let go, or give a PIN"})
    works = fields.String(allow_none=True)
    seen_at = fields.String(allow_none=True)


class PeoplePage(Schema):
    items = fields.List(fields.Nested(PersonView))
    next = fields.String(allow_none=True)


# ---- devices

class NewCode(Schema):
    name = fields.String(load_default="", validate=validate.Length(max=80))


class CodeView(Schema):
    """`qr`: the rows of the code's picture, a dark module is 1; it leads to `url`."""

    code = fields.String()
    url = fields.String()
    qr = fields.List(fields.String())
    expires_at = fields.String()


class Enrol(Schema):
    code = fields.String(required=True, validate=validate.Length(1, 40))
    secret = fields.String(required=True, validate=SECRET)


class DeviceName(Schema):
    name = fields.String(required=True, validate=NAME)


class DeviceView(Schema):
    id = fields.Integer()
    name = fields.String()
    status = fields.String()
    enrolled_at = fields.String()
    enrolled_by = fields.String(allow_none=True)
    changed_at = fields.String()
    person = fields.String(allow_none=True, metadata={"description": "who signed in there last"})
    seen_at = fields.String(allow_none=True)


class DeviceQuery(ListQuery):
    """`q` is part of a name."""

    q = fields.String(load_default="", validate=validate.Length(max=80))
    status = fields.String(load_default="", validate=validate.OneOf(["", *DEVICE.statuses]))
    sort = sorted_by("id", "name")
    down = fields.Boolean(load_default=True)


class DevicePage(Schema):
    items = fields.List(fields.Nested(DeviceView))
    next = fields.String(allow_none=True)


class Setting(Schema):
    unenrolled = fields.Boolean(required=True, metadata={"description": "devices that are not enrolled may sign in"})


# ---- shifts

class ShiftQuery(ListQuery):
    person = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST))
    q = fields.String(load_default="", validate=validate.Length(max=80))
    sort = sorted_by("id")
    down = fields.Boolean(load_default=True)


class ShiftView(Schema):
    """`ended_at` and `how` are null while the person works."""

    id = fields.Integer()
    person_id = fields.Integer()
    person = fields.String()
    badge = fields.String()
    device = fields.String()
    enrolled = fields.Boolean()
    station = fields.String(allow_none=True)
    begun_at = fields.String()
    ended_at = fields.String(allow_none=True)
    how = fields.String(allow_none=True)


class ShiftPage(Schema):
    items = fields.List(fields.Nested(ShiftView))
    next = fields.String(allow_none=True)


# ---- the floor: what devices show, and what supervisors tell people

class Shows(Schema):
    """What a device shows. `task`: what it is about, as the device writes it; `done` of `total` how far that is."""

    screen = fields.String(required=True, validate=validate.Regexp(r"^[a-z_]{1,40}\Z"))
    step = fields.String(load_default="", validate=validate.Length(max=20))
    task = fields.String(load_default="", validate=validate.Length(max=60))
    done = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 1_000_000))
    total = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 1_000_000))
    unsent = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 1_000_000))
    refused = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 1_000_000))
    lamp = fields.String(load_default="ok", validate=validate.OneOf(("ok", "slow", "offline")))
    battery = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 100))
    charging = fields.Boolean(load_default=None, allow_none=True)


class WhichNote(Schema):
    note_id = Id(required=True)


class PageQuery(Schema):
    cursor = Cursor(load_default=None)
    limit = fields.Integer(load_default=60, validate=validate.Range(1, 200))


class AtWorkQuery(PageQuery):
    person = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST))


class AtWorkView(Schema):
    """Somebody who is signed in. `lamp` offline: not heard from lately. Of desks, `screen` and `lamp` are null."""

    id = fields.Integer(metadata={"description": "of the session"})
    person_id = fields.Integer()
    person = fields.String()
    badge = fields.String()
    device = fields.String()
    enrolled = fields.Boolean()
    station = fields.String(allow_none=True)
    begun_at = fields.String()
    seen_at = fields.String()
    screen = fields.String(allow_none=True)
    step = fields.String()
    task = fields.String()
    done = fields.Integer(allow_none=True)
    total = fields.Integer(allow_none=True)
    since = fields.String(allow_none=True)
    unsent = fields.Integer()
    refused = fields.Integer()
    lamp = fields.String(allow_none=True)
    battery = fields.Integer(allow_none=True)
    charging = fields.Boolean(allow_none=True)
    unread = fields.Integer(metadata={"description": "messages to the person that they have not read"})


class AtWorkPage(Schema):
    items = fields.List(fields.Nested(AtWorkView))
    next = fields.Integer(allow_none=True)


class NewNote(Schema):
    """`text` in the writer's words, or a `phrase` that the reader sees in their own language."""

    text = fields.String(load_default="", validate=validate.Length(max=NOTE_LENGTH))
    phrase = fields.String(load_default="", validate=validate.OneOf(("", *PHRASES)))


class WayHome(NewNote):
    """`how` home: the device goes to its start screen, and a picking task is handed back; out: it is signed out."""

    how = fields.String(required=True, validate=validate.OneOf(("home", "out")))


class NoteView(Schema):
    id = fields.Integer()
    person_id = fields.Integer()
    kind = fields.String()
    phrase = fields.String()
    text = fields.String()
    by = fields.String()
    at = fields.String()
    read_at = fields.String(allow_none=True)


class NotePage(Schema):
    items = fields.List(fields.Nested(NoteView))
    next = fields.Integer(allow_none=True)
