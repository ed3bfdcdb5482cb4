"""What the customers room takes and tells over HTTP."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.fields import Filled
from wms.core.listing import ListQuery, sorted_by

TAG = validate.Length(1, 40)


class CustomerQuery(ListQuery):
    """`q` is a whole telephone number, its last four digits, a whole name, a shop's id of the buyer, or an order."""

    q = fields.String(load_default="", validate=validate.Length(max=80))
    tag = fields.String(load_default="", validate=validate.Length(max=40))
    sort = sorted_by("last", "id")
    down = fields.Boolean(load_default=True)


class Spent(Schema):
    currency = fields.String()
    amount = fields.Decimal(as_string=True)


class CustomerSummary(Schema):
    """Who it is, masked; sums over all orders of all shops."""

    id = fields.Integer()
    name = fields.String()
    phone = fields.String()
    country = fields.String()
    province = fields.String()
    city = fields.String()
    district = fields.String()
    address = fields.String()
    tags = fields.List(fields.String())
    blacklisted = fields.List(fields.String(), metadata={"description": "why, as whoever put them there said"})
    first_order_at = fields.AwareDateTime()
    last_order_at = fields.AwareDateTime()
    orders = fields.Integer()
    refunds = fields.Integer()
    spent = fields.List(fields.Nested(Spent))
    shops = fields.List(fields.String())


class CustomerPage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Nested(CustomerSummary))
    next = fields.String(allow_none=True)


class CustomerView(CustomerSummary):
    """`suggested` might be the same, `by` phone or address; `merges` can be undone."""

    all_orders = fields.List(fields.Dict())
    notes = fields.List(fields.Dict())
    merges = fields.List(fields.Dict())
    suggested = fields.List(fields.Dict())


class TagList(Schema):
    items = fields.List(fields.String())


class CustomerChanges(Schema):
    tags = fields.List(fields.String(validate=TAG), required=True, validate=validate.Length(max=20))


class NewNote(Schema):
    words = fields.String(required=True, validate=[validate.Length(1, 1000), Filled])


class Same(Schema):
    """`other` is the same customer as this one."""

    other = fields.Integer(required=True)


class Why(Schema):
    why = fields.String(load_default="", validate=validate.Length(max=200))


class Personal(Schema):
    """Who gets an order and where, as it is."""

    recipient = fields.String()
    phone = fields.String()
    email = fields.String()
    address = fields.String()
    postcode = fields.String()


class RevealQuery(ListQuery):
    """`q` is an order's number, or who looked."""

    q = fields.String(load_default="", validate=validate.Length(max=80))
    sort = sorted_by("id")
    down = fields.Boolean(load_default=True)


class RevealView(Schema):
    id = fields.Integer()
    at = fields.AwareDateTime()
    order_id = fields.Integer()
    order = fields.String()
    shop = fields.String()
    person = fields.String()
    program = fields.Boolean()
    what = fields.List(fields.String())
    why = fields.String()


class RevealPage(Schema):
    items = fields.List(fields.Nested(RevealView))
    next = fields.String(allow_none=True)


class RevealList(Schema):
    items = fields.List(fields.Nested(RevealView))
