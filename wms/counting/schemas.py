"""What counters' scans and the desk's questions carry. Times as ISO 8601 with an offset."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.fields import Code, Id
from wms.core.listing import ListQuery, sorted_by
from wms.core.resolve import LONGEST
from wms.counting.lifecycle import COUNT
from wms.counting.models import KINDS
from wms.counting.rules import MOST

CONDITIONS = ("", "good", "damaged", "returned", "quarantine")


class When(Schema):
    """`scanned_at`: when the device scanned it, which matters when the scan comes late."""

    scanned_at = fields.AwareDateTime(load_default=None, allow_none=True)


class BinScan(When):
    code = Code(required=True)


class OfTask(When):
    task_id = Id(required=True)


class ItemScan(OfTask):
    """`no_lot`: the counter has looked, and no lot is on these pieces."""

    code = Code(required=True)
    qty = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, MOST))
    lot = fields.String(load_default="", validate=validate.Length(max=60))
    serial = fields.String(load_default="", validate=validate.Length(max=LONGEST))
    no_lot = fields.Boolean(load_default=False)
    condition = fields.String(load_default="", validate=validate.OneOf(CONDITIONS))


class Correction(OfTask):
    tally_id = Id(required=True)
    qty = fields.Integer(strict=True, required=True, validate=validate.Range(0, MOST))


class CountAsk(Schema):
    """`code`: a bin, or a SKU that is counted wherever it lies."""

    code = Code(required=True)
    why = fields.String(load_default="", validate=validate.Length(max=200))
    urgent = fields.Boolean(load_default=False)


class CountQuery(ListQuery):
    """`q` begins the code of a bin."""

    status = fields.String(load_default="", validate=validate.OneOf(["", *COUNT.statuses]))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    q = fields.String(load_default="", validate=validate.Length(max=60))
    sort = sorted_by("id")
    down = fields.Boolean(load_default=True)


class CountHoldView(Schema):
    origin = fields.String()
    reference = fields.String()
    qty = fields.Integer()


class CountLineView(Schema):
    """A place as a round found it; `lost` and `found` are serial numbers.

    `in_the_way`: holds that keep a shortage from being posted.
    """

    id = fields.Integer()
    round = fields.Integer()
    sku = fields.String()
    name = fields.String()
    lot = fields.String()
    container = fields.String(allow_none=True)
    owner = fields.String()
    condition = fields.String()
    counted = fields.Integer()
    book = fields.Integer()
    difference = fields.Integer()
    value = fields.String()
    outcome = fields.String()
    posted = fields.Integer()
    lost = fields.List(fields.String())
    found = fields.List(fields.String())
    person = fields.String(allow_none=True)
    at = fields.String()
    in_the_way = fields.List(fields.Nested(CountHoldView))


class CountView(Schema):
    id = fields.Integer()
    kind = fields.String()
    status = fields.String()
    urgent = fields.Boolean()
    why = fields.String()
    round = fields.Integer()
    bin = fields.String()
    sku = fields.String(allow_none=True)
    person = fields.String(allow_none=True)
    asked_at = fields.String()
    ended_at = fields.String(allow_none=True)
    lines = fields.List(fields.Nested(CountLineView))


class CountPage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Nested(CountView))
    next = fields.String(allow_none=True)


class CountsAsked(Schema):
    tasks = fields.List(fields.Integer())


class CountPlanView(Schema):
    """How the warehouse counts; see `CountPlan`. What is left out stays as it is."""

    days_a = fields.Integer(strict=True, validate=validate.Range(1, 3650))
    days_b = fields.Integer(strict=True, validate=validate.Range(1, 3650))
    days_c = fields.Integer(strict=True, validate=validate.Range(1, 3650))
    audit_bins = fields.Integer(strict=True, validate=validate.Range(0, 1000))
    tolerance_pieces = fields.Integer(strict=True, validate=validate.Range(0, MOST))
    tolerance_percent = fields.Integer(strict=True, validate=validate.Range(0, 100))
    tolerance_value = fields.Decimal(as_string=True, validate=validate.Range(0, 10**12))
    approval_value = fields.Decimal(as_string=True, validate=validate.Range(0, 10**12))
    other_person = fields.Boolean()
    zero_checks = fields.Boolean()
