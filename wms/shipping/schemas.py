"""What the handover scans take."""
from __future__ import annotations

from marshmallow import Schema, fields, validate


class Nothing(Schema):
    """A scan without fields."""


class Code(Schema):
    code = fields.String(required=True, validate=validate.Length(1, 200))


class OfManifest(Schema):
    manifest_id = fields.Integer(required=True, strict=True)
