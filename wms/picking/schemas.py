"""What the picking scans take."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.fields import Code, Id

SHORT_REASONS = ("missing", "damaged", "unreadable")
SHORT_ANSWERS = ("ship_without", "pick_again")


class TaskId(Schema):
    task_id = Id(required=True)


class CartScan(TaskId):
    code = Code(required=True)


class ToteScan(TaskId):
    slot = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1000))
    code = Code(required=True)


class LineScan(TaskId):
    line_id = Id(required=True)


class Check(LineScan):
    expect = fields.String(required=True, validate=validate.OneOf(("bin", "item", "tote")))
    code = Code(required=True)


class Confirm(LineScan):
    """The three codes as they were scanned, and the pieces put into the tote."""

    bin = Code(required=True)
    item = Code(required=True)
    tote = Code(required=True)
    qty = fields.Integer(required=True, strict=True)


class Short(LineScan):
    reason = fields.String(required=True, validate=validate.OneOf(SHORT_REASONS))


class ResolveShort(Schema):
    order_id = Id(required=True)
    how = fields.String(required=True, validate=validate.OneOf(SHORT_ANSWERS))
