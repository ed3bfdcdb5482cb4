"""What the printing endpoints take and give."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.fields import Id


class Again(Schema):
    job_id = Id(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 200))


class Resolve(Schema):
    job_id = Id(required=True)
    came_out = fields.Boolean(required=True)


class JobsQuery(Schema):
    parcel = fields.String(required=True, validate=validate.Length(1, 64))


class Job(Schema):
    """A print job; `parcel` is the number of the parcel it belongs to."""

    id = fields.Integer()
    document = fields.String()
    status = fields.String()
    reason = fields.String(allow_none=True)
    printer = fields.String(allow_none=True)
    parcel = fields.String()
    copy = fields.Integer()
    confirmation = fields.String(allow_none=True)
    parent_id = fields.Integer(allow_none=True)
    asked_at = fields.String()


class PrinterState(Schema):
    code = fields.String()
    name = fields.String()
    language = fields.String()
    virtual = fields.Boolean()
    status = fields.String()
    reasons = fields.List(fields.String())
    waiting = fields.Integer()


class Label(Schema):
    sequence = fields.Integer()
    url = fields.String()
    at = fields.String()


class VirtualPrinterState(Schema):
    code = fields.String()
    name = fields.String()
    language = fields.String()
    power = fields.Boolean()
    faults = fields.List(fields.String())
    labels = fields.List(fields.Nested(Label))


class Pretend(Schema):
    """Power and faults: paper_out, head_open, ribbon_out, paused, deaf, hang, slow, disconnect:N."""

    power = fields.Boolean(load_default=None, allow_none=True)
    faults = fields.List(fields.String(), load_default=None, allow_none=True)
