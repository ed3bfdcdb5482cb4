"""What the scans of replenishment and the desk's questions carry."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.fields import Code
from wms.core.listing import ListQuery, sorted_by
from wms.replenishment.lifecycle import REPLENISHMENT
from wms.replenishment.rules import URGENCIES

MOST = 10_000_000
MOST_SERIALS = 1000
KINDS = ("", "low", "expiring", "expired", "over")


class SourceScan(Schema):
    code = Code(required=True)


class Take(Schema):
    """`code`: the item, or the container it stands in. `serials` where they are scanned at every move."""

    code = Code(required=True)
    qty = fields.Integer(strict=True, required=True, validate=validate.Range(1, MOST))
    serials = fields.List(Code(), load_default=[], validate=validate.Length(max=MOST_SERIALS))


class ShortAtSource(Schema):
    qty = fields.Integer(strict=True, required=True, validate=validate.Range(0, MOST))
    serials = fields.List(Code(), load_default=[], validate=validate.Length(max=MOST_SERIALS))


class PutDown(Schema):
    """`item` is needed where several goods on the cart belong to one bin; `qty` left out: all of it."""

    code = Code(required=True)
    item = Code(load_default=None, allow_none=True)
    qty = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(1, MOST))
    serials = fields.List(Code(), load_default=[], validate=validate.Length(max=MOST_SERIALS))


class NewFace(Schema):
    """`bin` and `sku` are codes."""

    bin = Code(required=True)
    sku = Code(required=True)
    min_qty = fields.Integer(strict=True, required=True, validate=validate.Range(0, MOST))
    max_qty = fields.Integer(strict=True, required=True, validate=validate.Range(1, MOST))


class FaceView(Schema):
    id = fields.Integer()
    bin = fields.String()
    sku = fields.String()
    name = fields.String()
    min_qty = fields.Integer()
    max_qty = fields.Integer()
    on_hand = fields.Integer()
    free = fields.Integer()
    coming = fields.Integer()


class FaceQuery(ListQuery):
    """`q` begins the code of a bin or a SKU."""

    q = fields.String(load_default="", validate=validate.Length(max=60))
    sort = sorted_by("bin", "sku", "id")


class FacePage(Schema):
    items = fields.List(fields.Nested(FaceView))
    next = fields.String(allow_none=True)


class ReplenishmentQuery(ListQuery):
    """`q` begins the code of a SKU or of either bin."""

    status = fields.String(load_default="", validate=validate.OneOf(["", *REPLENISHMENT.statuses]))
    urgency = fields.String(load_default="", validate=validate.OneOf(["", *URGENCIES]))
    q = fields.String(load_default="", validate=validate.Length(max=60))
    sort = sorted_by("id")
    down = fields.Boolean(load_default=True)


class ReplenishmentView(Schema):
    id = fields.Integer()
    status = fields.String()
    urgency = fields.String()
    sku = fields.String()
    name = fields.String()
    lot = fields.String()
    qty = fields.Integer()
    pack_qty = fields.Integer()
    carried = fields.Integer()
    put = fields.Integer()
    returned = fields.Integer()
    from_bin = fields.String()
    to_bin = fields.String()
    person = fields.String(allow_none=True)
    due_at = fields.String()
    asked_at = fields.String()
    ended_at = fields.String(allow_none=True)


class ReplenishmentPage(Schema):
    items = fields.List(fields.Nested(ReplenishmentView))
    next = fields.String(allow_none=True)


class TableQuery(Schema):
    """`format`: json, or csv for a spreadsheet."""

    format = fields.String(load_default="json", validate=validate.OneOf(["json", "csv"]))


class AlertQuery(TableQuery):
    kind = fields.String(load_default="", validate=validate.OneOf(KINDS))


class AlertView(Schema):
    """`qty`: what can be promised of a SKU, or lies there of a lot; `velocity`: pieces a day; `min_qty`: its rule's."""

    kind = fields.String()
    sku = fields.String()
    name = fields.String()
    lot = fields.String()
    qty = fields.Integer()
    expires_on = fields.String(allow_none=True)
    days_left = fields.Integer(allow_none=True)
    expected = fields.Integer()
    velocity = fields.String()
    min_qty = fields.Integer()


class AlertList(Schema):
    items = fields.List(fields.Nested(AlertView))


class SuggestionView(Schema):
    sku = fields.String()
    name = fields.String()
    qty = fields.Integer()
    supplier = fields.String()
    available = fields.Integer()
    expected = fields.Integer()
    velocity = fields.String()
    velocity_class = fields.String(data_key="class")
    days_left = fields.Integer(allow_none=True)
    lead_days = fields.Integer()


class SuggestionList(Schema):
    items = fields.List(fields.Nested(SuggestionView))
