"""What the endpoints about programs take and give."""
from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from wms.core.bounds import LARGEST
from wms.core.fields import Filled, Id
from wms.core.listing import ListQuery, sorted_by
from wms.programs.happenings import HAPPENINGS, TEST
from wms.programs.lifecycle import MESSAGE

NAME = [Filled, validate.Length(1, 80)]
EVENT = validate.OneOf(list(HAPPENINGS))


class NewEndpoint(Schema):
    """`personal`: it is told whole names, telephone numbers and addresses, else masked ones."""

    name = fields.String(required=True, validate=NAME)
    url = fields.String(required=True, validate=validate.Length(8, 500))
    events = fields.List(fields.String(validate=EVENT), required=True, validate=validate.Length(1, 50))
    personal = fields.Boolean(load_default=False)


class EndpointChanges(Schema):
    """What is left out stays."""

    name = fields.String(validate=NAME)
    url = fields.String(validate=validate.Length(8, 500))
    events = fields.List(fields.String(validate=EVENT), validate=validate.Length(1, 50))
    personal = fields.Boolean()


class EndpointSwitch(Schema):
    active = fields.Boolean(required=True)


class Renewal(Schema):
    """`end_old`: the old secret signs no more from now on; else it does for a day, beside the new one."""

    end_old = fields.Boolean(load_default=False)


class EndpointView(Schema):
    """`state`: ok, busy, failing or off; `off_why`: person, failing (for days), gone (it answered 410).

    `failures`: tries in a row that nobody answered; `refusals`: messages in a row that it refused; `oldest_at`: of the
    `waiting` messages. `secret` is there once, when it is made.
    """

    id = fields.Integer()
    name = fields.String()
    url = fields.String()
    events = fields.List(fields.String())
    personal = fields.Boolean()
    active = fields.Boolean()
    off_why = fields.String()
    state = fields.String()
    made_at = fields.AwareDateTime()
    made_by = fields.String()
    waiting = fields.Integer()
    oldest_at = fields.AwareDateTime(allow_none=True)
    failures = fields.Integer()
    refusals = fields.Integer()
    failing_since = fields.AwareDateTime(allow_none=True)
    next_at = fields.AwareDateTime()
    delivered_at = fields.AwareDateTime(allow_none=True)
    error = fields.String()
    error_at = fields.AwareDateTime(allow_none=True)
    old_secret_until = fields.AwareDateTime(allow_none=True)
    secret = fields.String()


class HappeningView(Schema):
    name = fields.String()
    about = fields.String()
    story = fields.String()


class Endpoints(Schema):
    items = fields.List(fields.Nested(EndpointView(exclude=("secret",))))
    events = fields.List(fields.Nested(HappeningView))


class MessageMade(Schema):
    message = fields.Integer()


class Span(Schema):
    """`failed`: only what was never taken; else what was taken too."""

    since = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True)
    failed = fields.Boolean(load_default=True)

    @validates_schema
    def forwards(self, data: dict[str, object], **_: object) -> None:
        if data["until"] <= data["since"]:  # type: ignore[operator]  # both are moments
            raise ValidationError("must be after since", "until")


class Again(Schema):
    ids = fields.List(Id(), required=True, validate=validate.Length(1, 500))


class SentAgain(Schema):
    messages = fields.Integer()


class MessageQuery(ListQuery):
    """`order` is an order's number."""

    endpoint_id = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST))
    status = fields.String(load_default="", validate=validate.OneOf(["", *MESSAGE.statuses]))
    event = fields.String(load_default="", validate=validate.OneOf(["", *HAPPENINGS, TEST.name]))
    order = fields.String(load_default="", validate=validate.Length(max=80))
    since = fields.AwareDateTime(load_default=None)
    until = fields.AwareDateTime(load_default=None)
    sort = sorted_by("id")
    down = fields.Boolean(load_default=True)


class MessageView(Schema):
    """`answered`: the HTTP status of the last answer, null where there was none; `answer`: how it began, or why not."""

    id = fields.Integer()
    endpoint_id = fields.Integer()
    endpoint = fields.String()
    uid = fields.String()
    event = fields.String()
    subject = fields.String()
    about = fields.String()
    at = fields.String()
    status = fields.String()
    tries = fields.Integer()
    next_at = fields.String()
    tried_at = fields.String(allow_none=True)
    answered = fields.Integer(allow_none=True)
    latency_ms = fields.Integer(allow_none=True)
    answer = fields.String()


class MessagePage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Nested(MessageView))
    next = fields.String(allow_none=True)


class WholeMessage(MessageView):
    """`body` is what would be sent now."""

    body = fields.Dict()


# ---- keys

class NewKey(Schema):
    """`signs`: the key is not sent along with requests, it signs them."""

    name = fields.String(required=True, validate=NAME)
    post = fields.String(required=True, validate=validate.OneOf(["clerk", "supervisor", "admin"]))
    signs = fields.Boolean(load_default=True)


class KeyView(Schema):
    """`key` is there once, when it is made."""

    id = fields.Integer()
    name = fields.String()
    post = fields.String()
    active = fields.Boolean()
    signs = fields.Boolean()
    created_at = fields.AwareDateTime()
    key = fields.String()


class Keys(Schema):
    items = fields.List(fields.Nested(KeyView(exclude=("key",))))


# ---- apps that speak 旺店通

class NewApp(Schema):
    """`sid`: the seller's account as the merchant's program sends it. `shops`: codes. `carriers`: our code → its
    logistics_type."""

    name = fields.String(required=True, validate=NAME)
    sid = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9_-]{1,40}\Z"))
    shops = fields.List(fields.String(validate=validate.Length(1, 60)), required=True, validate=validate.Length(1, 100))
    carriers = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 60)), values=fields.String(validate=validate.Length(1, 20)),
        load_default=dict,
    )  # fmt: skip


class AppChanges(Schema):
    """What is left out stays."""

    name = fields.String(validate=NAME)
    active = fields.Boolean()
    shops = fields.List(fields.String(validate=validate.Length(1, 60)), validate=validate.Length(1, 100))
    carriers = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 60)), values=fields.String(validate=validate.Length(1, 20))
    )


class AppView(Schema):
    """`secret` (appsecret) is there once, when it is made."""

    id = fields.Integer()
    name = fields.String()
    sid = fields.String()
    app_key = fields.String()
    active = fields.Boolean()
    shops = fields.List(fields.String())
    made_at = fields.AwareDateTime()
    used_at = fields.AwareDateTime(allow_none=True)
    secret = fields.String()


class Apps(Schema):
    items = fields.List(fields.Nested(AppView(exclude=("secret",))))
