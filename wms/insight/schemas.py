"""What the board asks."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from wms.core.fields import Id

Code = validate.Length(1, 80)


class WhichWave(Schema):
    wave_id = Id(required=True)


class WhichOrder(Schema):
    """By id, or by `code`: the number of the order, of its parcel or waybill, or of the tote it lies in."""

    order_id = Id(load_default=None)
    code = fields.String(load_default=None, validate=Code)

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        if (data["order_id"] is None) == (data["code"] is None):
            raise ValidationError("give order_id or code", "order_id")
