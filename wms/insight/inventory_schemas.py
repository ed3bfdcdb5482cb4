"""What the inventory pages ask, and what they are given."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.bounds import LARGEST
from wms.core.fields import Cursor
from wms.core.listing import ListQuery, sorted_by
from wms.insight.inventory_list import SORTS
from wms.layout.models import INSIDE
from wms.stock.models import CONDITIONS

_Text = validate.Length(max=100)


def _id() -> fields.Integer:
    return fields.Integer(load_default=None, validate=validate.Range(1, LARGEST))


class SearchQuery(Schema):
    q = fields.String(required=True, validate=validate.Length(1, 200))


class HitView(Schema):
    """`id` leads to `/stock#/<kind>/<id>`, of a receipt to `/inbound#/receipt/<id>`."""

    id = fields.Raw()
    code = fields.String()
    label = fields.String()
    note = fields.String()
    picture = fields.String()


class GroupView(Schema):
    kind = fields.String()
    items = fields.List(fields.Nested(HitView))
    more = fields.Boolean()


class SearchView(Schema):
    groups = fields.List(fields.Nested(GroupView))


class BalanceQuery(ListQuery):
    """Which balances. `place`: `rest` for where stock lies, `all`, or a kind of bin. Days are counted from today."""

    sku = _id()
    bin = _id()
    lot = fields.String(load_default=None, validate=_Text)
    container = _id()
    zone = _id()
    owner = _id()
    place = fields.String(load_default="rest", validate=validate.OneOf(("rest", "all", *INSIDE)))
    condition = fields.String(load_default=None, validate=validate.OneOf(CONDITIONS))
    velocity = fields.String(load_default=None, validate=validate.OneOf(("A", "B", "C", "-")))
    expires_days = fields.Integer(load_default=None, validate=validate.Range(0, 3650))
    idle_days = fields.Integer(load_default=None, validate=validate.Range(1, 3650))
    held = fields.Boolean(load_default=False)
    low = fields.Boolean(load_default=False)
    blocked = fields.Boolean(load_default=False)
    q = fields.String(load_default="", validate=_Text)
    sort = sorted_by(*SORTS)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))


class BalancePage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Dict())
    next = fields.String(allow_none=True)


class TotalView(Schema):
    rows = fields.Integer()
    on_hand = fields.Integer()
    held = fields.Integer()
    value = fields.String()


class ParcelQuery(ListQuery):
    """`q` begins the number of a parcel, a waybill or an order."""

    status = fields.String(load_default="", validate=validate.Length(max=20))
    carrier = fields.String(load_default="", validate=validate.Length(max=60))
    q = fields.String(load_default="", validate=validate.Length(max=60))
    sort = sorted_by("id")
    down = fields.Boolean(load_default=True)


class ParcelPage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Dict())
    next = fields.String(allow_none=True)


class MovesQuery(Schema):
    """By ids; a `lot` needs its SKU. Reasons may be several with commas between. `since` is included, `until` not."""

    sku = _id()
    bin = _id()
    lot = fields.String(load_default=None, validate=_Text)
    serial = fields.String(load_default=None, validate=_Text)
    container = _id()
    person = _id()
    reference = fields.String(load_default=None, validate=_Text)
    reason = fields.String(load_default="", validate=_Text)
    since = fields.AwareDateTime(load_default=None)
    until = fields.AwareDateTime(load_default=None)
    cursor = Cursor(load_default=0)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class MovesPage(Schema):
    items = fields.List(fields.Dict())
    next = fields.Integer(allow_none=True)


class DaysQuery(Schema):
    days = fields.Integer(load_default=30, validate=validate.Range(1, 366))


class CurveView(Schema):
    days = fields.List(fields.Dict())


class FloorView(Schema):
    """`bins` are rows of the values that `columns` names. Lengths in mm."""

    floor = fields.Dict()
    zones = fields.List(fields.Dict())
    columns = fields.List(fields.String())
    bins = fields.List(fields.List(fields.Raw()))
    days = fields.Integer()


class ChoicesView(Schema):
    """What a list may be narrowed to; `stations` are those that print waybills."""

    zones = fields.List(fields.Dict())
    owners = fields.List(fields.Dict())
    reasons = fields.List(fields.Dict())
    people = fields.List(fields.Dict())
    shops = fields.List(fields.Dict())
    carriers = fields.List(fields.Dict())
    stations = fields.List(fields.Dict())
