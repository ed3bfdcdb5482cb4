"""What the picking scans take."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from wms.core.resolve import clean

SHORT_REASONS = ("missing", "damaged", "unreadable")
SHORT_ANSWERS = ("ship_without", "pick_again")


class Code(fields.String):
    """A scanned code, freed of what scanners add around it."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        code = clean(super()._deserialize(value, *args, **kwargs) or "")
        if not code:
            raise ValidationError("scan a code")
        return code


def _id() -> fields.Integer:
    return fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**63 - 1))


class Nothing(Schema):
    """No fields."""


class TaskId(Schema):
    task_id = _id()


class CartScan(TaskId):
    code = Code(required=True)


class ToteScan(TaskId):
    slot = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1000))
    code = Code(required=True)


class LineScan(TaskId):
    line_id = _id()


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
    order_id = _id()
    how = fields.String(required=True, validate=validate.OneOf(SHORT_ANSWERS))
