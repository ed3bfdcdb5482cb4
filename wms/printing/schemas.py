"""What the printing endpoints take and give."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.fields import Code, Id
from wms.printing.rules import LABELS, MOST_COPIES


class Again(Schema):
    job_id = Id(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 200))


class Resolve(Schema):
    job_id = Id(required=True)
    came_out = fields.Boolean(required=True)


class LabelScan(Schema):
    code = Code(required=True)


class LabelPrint(LabelScan):
    """`station` is the code of one of the places that were offered."""

    station = fields.String(required=True, validate=validate.Length(1, 60))
    copies = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, MOST_COPIES))


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


class LabelSelection(Schema):
    """Bins as `POST /bins/edit` takes them: `ids`, or `first` and `last`, `zone`, `aisle`, `side`, `bay`, `level`."""

    ids = fields.List(Id(), validate=validate.Length(max=20_000))
    first = fields.String(validate=validate.Length(max=60))
    last = fields.String(validate=validate.Length(max=60))
    zone = fields.String(validate=validate.Length(max=40))
    aisle = fields.Integer(strict=True, validate=validate.Range(0, 999))
    side = fields.String(validate=validate.OneOf(("L", "R")))
    bay = fields.Integer(strict=True, validate=validate.Range(0, 9999))
    level = fields.Integer(strict=True, validate=validate.Range(0, 99))


class LabelKind(Schema):
    document = fields.String(load_default="bin_label", validate=validate.OneOf(LABELS))


class LabelsAsked(LabelKind):
    """`station` is the code of the one whose printer is to print them."""

    station = fields.String(required=True, validate=validate.Length(1, 60))
    which = fields.Nested(LabelSelection, required=True)


class LabelRunView(Schema):
    """Labels asked for together. `reason` is what keeps the printer from printing those that wait."""

    id = fields.Integer()
    document = fields.String()
    scope = fields.String()
    labels = fields.Integer()
    station = fields.String()
    printer = fields.String(allow_none=True)
    asked_at = fields.String()
    printed = fields.Integer()
    waiting = fields.Integer()
    failed = fields.Integer()
    uncertain = fields.Integer()
    cancelled = fields.Integer()
    reason = fields.String(allow_none=True)


class LabelStation(Schema):
    """`bin_label` and `rack_label` are the codes of the printers that print these here, null where none does."""

    code = fields.String()
    name = fields.String()
    bin_label = fields.String(allow_none=True)
    rack_label = fields.String(allow_none=True)
