"""What the endpoints of bins give. Lengths in millimetres."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.fields import Cursor


class BinView(Schema):
    """`blocked_reason` says why nothing may be picked from it, null when open."""

    id = fields.Integer()
    code = fields.String()
    zone = fields.String(allow_none=True)
    kind = fields.String()
    aisle = fields.Integer()
    y_mm = fields.Integer()
    side = fields.String()
    level = fields.Integer()
    pick_order = fields.Integer()
    blocked_reason = fields.String(allow_none=True)


class BinQuery(Schema):
    q = fields.String(load_default="", validate=validate.Length(max=60))
    zone = fields.String(load_default="", validate=validate.Length(max=40))
    cursor = Cursor(load_default=0)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class BinPage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Nested(BinView))
    next = fields.Integer(allow_none=True)
