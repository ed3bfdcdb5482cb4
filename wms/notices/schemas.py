"""What the notices room takes and tells over HTTP."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.fields import Filled
from wms.core.listing import ListQuery, sorted_by
from wms.notices.lifecycle import NOTICE
from wms.notices.rules import EVENTS, LANGUAGES, LONGEST

EVENT = validate.OneOf(EVENTS)
MINUTE = validate.Range(0, 1439)
NAME, VALUE = fields.String(validate=validate.Length(1, 40)), fields.String(validate=validate.Length(max=2000))


class NoticeQuery(ListQuery):
    """`q` begins an order's number."""

    status = fields.String(load_default="", validate=validate.OneOf(["", *NOTICE.statuses]))
    event = fields.String(load_default="", validate=validate.OneOf(["", *EVENTS]))
    shop = fields.String(load_default="", validate=validate.Length(max=60))
    q = fields.String(load_default="", validate=validate.Length(max=80))
    sort = sorted_by("id")
    down = fields.Boolean(load_default=True)


class NoticePage(Schema):
    """`next` is the cursor of the next page, null on the last. `reached`: to whom it went, masked."""

    items = fields.List(fields.Dict())
    next = fields.String(allow_none=True)


class Setup(Schema):
    """Secrets are told by their names only."""

    ways = fields.List(fields.Dict())
    rules = fields.List(fields.Dict())
    shops = fields.List(fields.Dict())
    plugins = fields.List(fields.Dict())
    events = fields.List(fields.String())
    languages = fields.List(fields.String())
    names = fields.List(fields.String())


class WayChanges(Schema):
    """`quiet_from` and `quiet_until`: minutes of the day in `zone`. Of `secrets` what is not named stays."""

    name = fields.String(validate=[validate.Length(1, 60), Filled])
    settings = fields.Dict(keys=NAME, values=VALUE)
    secrets = fields.Dict(keys=NAME, values=VALUE)
    active = fields.Boolean()
    quiet_from = fields.Integer(allow_none=True, validate=MINUTE)
    quiet_until = fields.Integer(allow_none=True, validate=MINUTE)
    zone = fields.String(validate=validate.Length(1, 60))


class NewWay(WayChanges):
    name = fields.String(required=True, validate=[validate.Length(1, 60), Filled])
    plugin = fields.String(required=True, validate=validate.Length(1, 40))


class WayView(Schema):
    id = fields.Integer()
    name = fields.String()
    plugin = fields.String()
    settings = fields.Dict()
    secrets = fields.List(fields.String())
    active = fields.Boolean()
    quiet_from = fields.Integer(allow_none=True)
    quiet_until = fields.Integer(allow_none=True)
    zone = fields.String()


class Rule(Schema):
    """The shop's buyers are told of this over these ways, and no others."""

    shop = fields.String(required=True, validate=validate.Length(1, 60))
    event = fields.String(required=True, validate=EVENT)
    ways = fields.List(fields.Integer(), required=True, validate=validate.Length(max=20))


class WhichWords(Schema):
    """`shop` empty: of all shops that have no words of their own."""

    shop = fields.String(load_default="", validate=validate.Length(max=60))
    event = fields.String(required=True, validate=EVENT)
    plugin = fields.String(required=True, validate=validate.Length(1, 40))
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES))


class Written(Schema):
    subject = fields.String(load_default="", validate=validate.Length(max=200))
    body = fields.String(load_default="", validate=validate.Length(max=LONGEST))


class NewWords(WhichWords, Written):
    """Without a body: those that came along."""


class WordsView(Schema):
    subject = fields.String()
    body = fields.String()
    own = fields.Boolean()
    shown = fields.Dict()


class Test(Schema):
    """`to`: an e-mail address or a telephone number of one's own."""

    event = fields.String(required=True, validate=EVENT)
    language = fields.String(load_default="zh_Hans", validate=validate.OneOf(LANGUAGES))
    to = fields.String(load_default="", validate=validate.Length(max=254))
