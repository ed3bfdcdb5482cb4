"""What reporting a problem takes."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.bounds import LARGEST
from wms.core.fields import Code, Filled, Id
from wms.core.listing import ListQuery, sorted_by
from wms.problems.lifecycle import PROBLEM
from wms.problems.rules import ALL_REASONS, ORDER, PROGRAM, REASONS, SHIPMENT


class Which(Schema):
    """`code` is whatever was scanned; absent: something on the floor that has none."""

    code = Code(load_default="")


class Report(Which):
    reason = fields.String(required=True, validate=validate.OneOf(ALL_REASONS))


class OfProblem(Schema):
    problem_id = Id(required=True)


class Note(OfProblem):
    note = fields.String(required=True, validate=[validate.Length(1, 500), Filled])


class Conflict(Schema):
    """A scan that was kept without a link and then refused: its name, why, what was scanned, and when."""

    scan = fields.String(required=True, validate=validate.Length(1, 60))
    refusal = fields.String(required=True, validate=validate.Length(1, 80))
    facts = fields.String(load_default="", validate=validate.Length(max=300))
    scanned_at = fields.AwareDateTime(load_default=None, allow_none=True)


class PhotoOf(Schema):
    """In the query, where numbers are text."""

    problem_id = fields.Integer(required=True, validate=validate.Range(1, LARGEST))


class ProblemQuery(ListQuery):
    """`q` begins the code that was scanned."""

    status = fields.String(load_default="", validate=validate.OneOf(["", *PROBLEM.statuses]))
    about = fields.String(load_default="", validate=validate.OneOf(["", *REASONS, SHIPMENT, ORDER, PROGRAM]))
    q = fields.String(load_default="", validate=validate.Length(max=60))
    sort = sorted_by("id")
    down = fields.Boolean(load_default=True)


class ProblemPage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Dict())
    next = fields.String(allow_none=True)


class PhotoKept(Schema):
    file = fields.String()
