"""What the endpoints of the label designer take and give."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from printers.media import DOTS_PER_MM
from printers.templates import SAMPLES
from wms.core.catalogue import LOCALES
from wms.core.fields import Id

_Name = validate.Length(1, 40)


class StarterQuery(Schema):
    """`media` is a stock like 100x150, in millimetres."""

    document = fields.String(required=True, validate=_Name)
    media = fields.String(required=True, validate=_Name)


class Made(StarterQuery):
    """`body` holds `elements`, as docs/decisions/0021 describes them."""

    body = fields.Dict(keys=fields.String(), required=True)


class Saved(Schema):
    """`base` is the number of the version that this one was made from."""

    base = Id(required=True)
    body = fields.Dict(keys=fields.String(), required=True)
    note = fields.String(load_default="", validate=validate.Length(max=200))


class Numbered(Schema):
    number = Id(required=True)


class NumberQuery(Schema):
    number = fields.Integer(load_default=None, validate=validate.Range(1, 2**31))


class _Sampled(Schema):
    sample = fields.String(load_default=SAMPLES[0], validate=validate.OneOf(SAMPLES))
    locale = fields.String(load_default="zh_Hans", validate=validate.OneOf(LOCALES))


class Trial(Made, _Sampled):
    dpi = fields.Integer(load_default=203, strict=True, validate=validate.OneOf(sorted(DOTS_PER_MM)))


class TestPrint(Numbered, _Sampled):
    __test__ = False  # the name is a label's, not a test case

    station = fields.String(required=True, validate=validate.Length(1, 60))


class TestPrinted(Schema):
    __test__ = False

    id = fields.Integer()
    document = fields.String()
    status = fields.String()
    printer = fields.String(allow_none=True)


class Kind(Schema):
    """`code` is the field that a barcode of the label must carry; `media` its usual stock."""

    document = fields.String()
    code = fields.String()
    fields_ = fields.List(fields.String(), attribute="fields", data_key="fields")
    media = fields.String()


class Kinds(Schema):
    kinds = fields.List(fields.Nested(Kind))
    samples = fields.List(fields.String())


class Starter(Schema):
    body = fields.Dict()


class Fault(Schema):
    """`element` is its id, empty for the template as a whole; `code` says what, `detail` with which field or value."""

    element = fields.String()
    code = fields.String()
    detail = fields.String()


class Substituted(Schema):
    field = fields.String()
    characters = fields.List(fields.String())


class TriedView(Schema):
    """`picture` is a PNG in base 64, one pixel a dot."""

    picture = fields.String()
    width = fields.Integer()
    height = fields.Integer()
    problems = fields.List(fields.Nested(Fault))
    substituted = fields.List(fields.Nested(Substituted))


class TemplateSummary(Schema):
    """`newest` and `published` are numbers of versions; `published` null where the document draws itself."""

    id = fields.Integer()
    document = fields.String()
    media = fields.String()
    newest = fields.Integer()
    published = fields.Integer(allow_none=True)


class TemplateVersion(Schema):
    number = fields.Integer()
    note = fields.String()
    brought_back = fields.Integer(allow_none=True)
    made_by = fields.String(allow_none=True)
    made_at = fields.String()
    published_at = fields.String(allow_none=True)


class TemplateStation(Schema):
    code = fields.String()
    name = fields.String()
    printer = fields.String()
    dpi = fields.Integer()


class TemplateView(TemplateSummary):
    """`body` is that of version `number`; `stations` those that print the document on this stock."""

    versions = fields.List(fields.Nested(TemplateVersion))
    number = fields.Integer()
    body = fields.Dict()
    stations = fields.List(fields.Nested(TemplateStation))
