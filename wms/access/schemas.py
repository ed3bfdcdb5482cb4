"""What the session endpoints take."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.catalogue import LOCALES


class SignIn(Schema):
    badge = fields.String(required=True, validate=validate.Length(1, 64))
    pin = fields.String(required=True, validate=validate.Length(4, 12))
    device = fields.String(load_default="browser", validate=validate.Length(max=80))
    station = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=80))


class Language(Schema):
    locale = fields.String(required=True, validate=validate.OneOf(LOCALES))


class EnvelopeSchema(Schema):
    """The one answer of terminals, stations and boards."""

    ok = fields.Boolean()
    next = fields.String(allow_none=True)
    data = fields.Dict()
    message = fields.Dict(allow_none=True)
    popup = fields.Dict(allow_none=True)
