"""What the board asks."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

Identity = validate.Range(1, 2**63 - 1)
Code = validate.And(validate.Length(1, 80), validate.ContainsNoneOf("\0"))


class Nothing(Schema):
    """A question without parameters."""


class WhichWave(Schema):
    wave_id = fields.Integer(required=True, strict=True, validate=Identity)


class WhichOrder(Schema):
    """By id, or by `code`: the number of the order, of its parcel or waybill, or of the tote it lies in."""

    order_id = fields.Integer(load_default=None, strict=True, validate=Identity)
    code = fields.String(load_default=None, validate=Code)

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        if (data["order_id"] is None) == (data["code"] is None):
            raise ValidationError("give order_id or code", "order_id")
