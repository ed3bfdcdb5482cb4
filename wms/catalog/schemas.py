"""What the endpoints of SKUs take and give. Weight in grams, sizes in millimetres."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from wms.core.fields import Cursor, Filled


class SkuFields(Schema):
    code = fields.String(required=True, validate=[validate.Length(1, 100), Filled])
    name = fields.String(required=True, validate=validate.Length(1, 300))
    weight_g = fields.Integer(load_default=0, validate=validate.Range(0, 100_000_000))
    length_mm = fields.Integer(load_default=0, validate=validate.Range(0, 100_000))
    width_mm = fields.Integer(load_default=0, validate=validate.Range(0, 100_000))
    height_mm = fields.Integer(load_default=0, validate=validate.Range(0, 100_000))
    picture = fields.String(load_default="", validate=validate.Length(max=500))
    active = fields.Boolean(load_default=True)
    barcodes = fields.List(fields.String(validate=[validate.Length(1, 100), Filled]), load_default=list)


class SkuView(SkuFields):
    id = fields.Integer(required=True)


class SkuQuery(Schema):
    q = fields.String(load_default="", validate=validate.Length(max=100))
    cursor = Cursor(load_default=0)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class SkuPage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Nested(SkuView))
    next: Any = fields.Integer(allow_none=True)
