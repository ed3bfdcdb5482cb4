"""What reporting a problem takes."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.bounds import LARGEST
from wms.core.fields import Code, Filled, Id
from wms.problems.rules import ALL_REASONS


class Which(Schema):
    """`code` is whatever was scanned; absent: something on the floor that has none."""

    code = Code(load_default="")


class Report(Which):
    reason = fields.String(required=True, validate=validate.OneOf(ALL_REASONS))


class OfProblem(Schema):
    problem_id = Id(required=True)


class Note(OfProblem):
    note = fields.String(required=True, validate=[validate.Length(1, 500), Filled])


class PhotoOf(Schema):
    """In the query, where numbers are text."""

    problem_id = fields.Integer(required=True, validate=validate.Range(1, LARGEST))


class PhotoKept(Schema):
    file = fields.String()
