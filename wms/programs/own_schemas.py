"""What a seller's own site pushes and asks."""
from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from wms.core.fields import Filled

MOST = 500  # orders of one push
AMOUNT = validate.Range(min=0, max=Decimal("9999999999"))
CREDIBLE = validate.Range(datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))
KINDS = ("normal", "live", "presale", "gift", "urgent")


class Words(fields.String):
    def __init__(self, longest: int) -> None:
        super().__init__(load_default="", validate=validate.Length(max=longest))


class Amount(fields.Decimal):
    def __init__(self, places: int = 2) -> None:
        super().__init__(load_default=Decimal(0), places=places, allow_nan=False, validate=AMOUNT)


class Moment(fields.AwareDateTime):
    def __init__(self) -> None:
        super().__init__(load_default=None, allow_none=True, validate=CREDIBLE)


class OwnLine(Schema):
    """`key` tells the line from the others of its order; the SKU when it is left out."""

    sku = fields.String(required=True, validate=[validate.Length(1, 100), Filled])
    qty = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000_000))
    price = Amount(places=4)
    key = Words(80)


class OwnOrder(Schema):
    """An order as it is now. `state`: open, cancelled, or shipped (elsewhere). `refund`: none, asked or refunded.

    `changed_at` is when the site changed it last: what is older than what was told already changes nothing.
    """

    shop = fields.String(required=True, validate=[validate.Length(1, 60), Filled])
    number = fields.String(required=True, validate=[validate.Length(1, 80), Filled])
    state = fields.String(load_default="open", validate=validate.OneOf(["open", "cancelled", "shipped"]))
    refund = fields.String(load_default="none", validate=validate.OneOf(["none", "asked", "refunded"]))
    changed_at = Moment()
    placed_at = Moment()
    paid_at = Moment()
    promised_at = Moment()
    currency = fields.String(load_default=None, allow_none=True, validate=validate.Length(3, 3))
    carrier = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    postage = Amount()
    paid = Amount()
    cod = Amount()
    recipient = Words(100)
    phone = Words(40)
    country = Words(60)
    province = Words(60)
    city = Words(60)
    district = Words(60)
    address = Words(300)
    postcode = Words(20)
    remark = Words(500)
    seller_remark = Words(500)
    buyer = Words(200)
    address_id = Words(500)
    gift_note = Words(300)
    kind = fields.String(load_default="normal", validate=validate.OneOf(KINDS))
    lines = fields.List(fields.Nested(OwnLine), required=True, validate=validate.Length(1, 1000))

    @validates_schema
    def keys_differ(self, data: dict[str, list[dict[str, str]]], **_: object) -> None:
        keys = [line["key"] or line["sku"] for line in data["lines"]]
        if len(set(keys)) < len(keys):
            raise ValidationError("two lines have the same key or SKU: give each a key of its own", "lines")


class Push(Schema):
    orders = fields.List(fields.Nested(OwnOrder), required=True, validate=validate.Length(1, MOST))

    @validates_schema
    def numbers_differ(self, data: dict[str, list[dict[str, str]]], **_: object) -> None:
        names = [(each["shop"], each["number"]) for each in data["orders"]]
        if len(set(names)) < len(names):
            raise ValidationError("an order is in it twice", "orders")


class Pushed(Schema):
    """What became of an order; `code` and `text` say why it was not taken, `id` is ours."""

    shop = fields.String()
    number = fields.String()
    id = fields.Integer(allow_none=True)
    new = fields.Boolean()
    changed = fields.Boolean()
    outcome = fields.String()
    code = fields.String(allow_none=True)
    text = fields.String(allow_none=True)


class PushedOrders(Schema):
    items = fields.List(fields.Nested(Pushed))


class StateQuery(Schema):
    shop = fields.String(required=True, validate=validate.Length(1, 60))
    number = fields.List(
        fields.String(validate=validate.Length(1, 80)), required=True, validate=validate.Length(1, 100)
    )


class ParcelState(Schema):
    number = fields.String()
    status = fields.String()
    carrier = fields.String(allow_none=True)
    waybill = fields.String(allow_none=True)
    track = fields.String(allow_none=True)


class OrderState(Schema):
    id = fields.Integer()
    shop = fields.String()
    number = fields.String()
    state = fields.String()
    trade_status = fields.Integer()
    confirmation = fields.String()
    payment = fields.String()
    processing = fields.String()
    shipping = fields.String()
    refund = fields.String()
    hold = fields.String(allow_none=True)
    hold_text = fields.String(allow_none=True)
    split_from = fields.String(allow_none=True)
    parcels = fields.List(fields.Nested(ParcelState))


class OrderStates(Schema):
    items = fields.List(fields.Nested(OrderState))
