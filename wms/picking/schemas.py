"""What the picking scans take."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.fields import Code, Id

SHORT_REASONS = ("missing", "damaged", "unreadable", "expired")
MOST_SERIALS = 1000
LONGEST_LOT = 64
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
    """`serials`: the numbers of the pieces that were scanned for the line already."""

    expect = fields.String(required=True, validate=validate.OneOf(("bin", "item", "lot", "serial", "tote")))
    code = Code(required=True)
    serials = fields.List(Code(), load_default=[], validate=validate.Length(max=MOST_SERIALS))


class Confirm(LineScan):
    """The three codes as they were scanned, and the pieces put into the tote.

    `lot` and `serials` for goods whose lot or numbers are scanned at every move.
    """

    bin = Code(required=True)
    item = Code(required=True)
    tote = Code(required=True)
    qty = fields.Integer(required=True, strict=True)
    lot = fields.String(load_default="", validate=validate.Length(max=LONGEST_LOT))
    serials = fields.List(Code(), load_default=[], validate=validate.Length(max=MOST_SERIALS))


class Short(LineScan):
    reason = fields.String(required=True, validate=validate.OneOf(SHORT_REASONS))


class ResolveShort(Schema):
    order_id = Id(required=True)
    how = fields.String(required=True, validate=validate.OneOf(SHORT_ANSWERS))
