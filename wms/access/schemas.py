"""What is asked and told about sessions, people, devices and shifts."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.access.models import POSTS
from wms.core.bounds import LARGEST
from wms.core.catalogue import LOCALES
from wms.core.fields import Cursor, Filled

SECRET = validate.Regexp(r"^[0-9a-f]{64}\Z", error="256 bits in hexadecimal digits are needed")
PIN = validate.Regexp(r"^[0-9]{4,12}\Z", error="4 to 12 digits are needed")
NAME = [Filled, validate.Length(1, 80)]


class SignIn(Schema):
    badge = fields.String(required=True, validate=validate.Length(1, 64))
    pin = fields.String(required=True, validate=validate.Length(4, 12))
    device = fields.String(load_default="browser", validate=validate.Length(max=80))
    secret = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=64))
    station = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=80))


class Badge(Schema):
    badge = fields.String(required=True, validate=validate.Length(1, 64))


class Language(Schema):
    locale = fields.String(required=True, validate=validate.OneOf(LOCALES))


class EnvelopeSchema(Schema):
    """The one answer of terminals, stations and boards."""

    ok = fields.Boolean()
    next = fields.String(allow_none=True)
    data = fields.Dict()
    message = fields.Dict(allow_none=True)
    popup = fields.Dict(allow_none=True)


class PageQuery(Schema):
    cursor = Cursor(load_default=None)
    limit = fields.Integer(load_default=60, validate=validate.Range(1, 200))


# ---- people

Posts = fields.List(fields.String(validate=validate.OneOf(POSTS)), required=True)


class PeopleQuery(PageQuery):
    q = fields.String(load_default="", validate=validate.Length(max=80))


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
    next = fields.Integer(allow_none=True)


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


class DevicePage(Schema):
    items = fields.List(fields.Nested(DeviceView))
    next = fields.Integer(allow_none=True)


class Setting(Schema):
    unenrolled = fields.Boolean(required=True, metadata={"description": "devices that are not enrolled may sign in"})


# ---- shifts

class ShiftQuery(PageQuery):
    person = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST))


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
    next = fields.Integer(allow_none=True)
