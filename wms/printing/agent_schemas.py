"""What agents are told and tell."""
from __future__ import annotations

from typing import Any, get_args

from marshmallow import Schema, fields, validate

from printers.transport import Confirmation
from wms.core.bounds import LARGEST
from wms.core.fields import Filled, Id
from wms.printing.schemas import PrinterCode

CONFIRMATIONS = get_args(Confirmation)
OUTCOMES = ("printed", "sent", "held", "doubt", "not_sent")
MOST_PRINTERS, MOST_RESULTS, HEAVIEST_G = 50, 500, 100_000


class Token(fields.Integer):
    """Of a lease."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(0, LARGEST), **kwargs)


class AgentAsked(Schema):
    """`station` is the code of the one that it is to serve."""

    station = fields.String(required=True, validate=validate.Length(1, 60))
    name = fields.String(required=True, validate=[validate.Length(1, 60), Filled])


class AgentCode(Schema):
    """What is typed into the agent within 10 minutes: `wms-agent enrol ADDRESS CODE`."""

    id = fields.Integer()
    code = fields.String()
    expires_at = fields.String()


class AgentState(Schema):
    id = fields.Integer()
    name = fields.String()
    station = fields.String()
    version = fields.String()
    enrolled = fields.Boolean()
    scale = fields.Boolean()
    seen_at = fields.String(allow_none=True)
    printers = fields.List(fields.String())


class AgentEnrol(Schema):
    code = fields.String(required=True, validate=validate.Length(1, 40))
    secret = fields.String(required=True, validate=validate.Regexp(r"wmsa_[A-Za-z0-9_-]{40,100}\Z"))


class Enrolled(Schema):
    id = fields.Integer()
    name = fields.String()
    station = fields.String()


class ItsPrinter(Schema):
    name = PrinterCode(required=True)
    language = fields.String(required=True, validate=validate.OneOf(("zpl", "escpos")))
    dpi = fields.Integer(required=True, strict=True, validate=validate.OneOf((203, 300, 600)))
    must_answer = fields.Boolean(load_default=True)


class Greeting(Schema):
    version = fields.String(required=True, validate=validate.Length(0, 40))
    printers = fields.List(fields.Nested(ItsPrinter), required=True, validate=validate.Length(max=MOST_PRINTERS))


class ItsStatus(Schema):
    name = PrinterCode(required=True)
    state = fields.String(required=True, validate=validate.OneOf(("ready", "blocked", "unknown")))
    reasons = fields.List(
        fields.String(validate=validate.Regexp(r"[a-z_]{1,40}\Z")), load_default=list,
        validate=validate.Length(max=20),
    )  # fmt: skip


class Result(Schema):
    """What became of a job that it was given under `token`."""

    id = Id(required=True)
    token = Token(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    confirmation = fields.String(load_default="none", validate=validate.OneOf(CONFIRMATIONS))
    reason = fields.String(load_default="", validate=validate.Length(max=200))


class Report(Schema):
    """`weight_g` is what its scale shows, null while nothing lies still on it; `scale`: whether it has one."""

    results = fields.List(fields.Nested(Result), load_default=list, validate=validate.Length(max=MOST_RESULTS))
    printers = fields.List(fields.Nested(ItsStatus), load_default=list, validate=validate.Length(max=MOST_PRINTERS))
    scale = fields.Boolean(load_default=False)
    weight_g = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, HEAVIEST_G)
    )


class JobsAsked(Schema):
    """`owner` is its journal's own id, `printers` are those that it may use, `busy` the jobs that it was given and has
    not told the end of. It waits up to `wait` seconds for the next one."""

    owner = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{8,40}\Z"))
    printers = fields.List(PrinterCode(), required=True, validate=validate.Length(max=MOST_PRINTERS))
    busy = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST_RESULTS))
    wait = fields.Float(load_default=0.0, validate=validate.Range(0, 20))


class HandedJob(Schema):
    """`payload` is base 64; `sha256` is of the bytes, to be checked before they are sent."""

    id = fields.Integer()
    printer = fields.String()
    token = fields.Integer()
    payload = fields.String()
    sha256 = fields.String()


class JobsHanded(Schema):
    """`lease_seconds`: how long from asking it may begin with a job. `rates`: labels a minute at most, by printer;
    `profiles`: the keys of the models they are set to."""

    jobs = fields.List(fields.Nested(HandedJob))
    rates = fields.Dict(keys=fields.String(), values=fields.Integer())
    profiles = fields.Dict(keys=fields.String(), values=fields.String())
    lease_seconds = fields.Float()
