"""What the packing endpoints take and give."""
from __future__ import annotations

from decimal import Decimal

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from wms.core.fields import Code, Filled, Id
from wms.core.resolve import LONGEST
from wms.packing.cartons import HEAVIEST_CARTON_G, LONGEST_MM
from wms.packing.rules import HEAVIEST_G
from wms.packing.troubles import REASONS


class Open(Schema):
    code = Code(required=True)


class Verify(Schema):
    """`lot` and `serial`: what was scanned besides the item, where it was asked for."""

    parcel_id = Id(required=True)
    code = Code(required=True)
    qty = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 100_000))
    lot = fields.String(load_default="", validate=validate.Length(max=LONGEST))
    serial = fields.String(load_default="", validate=validate.Length(max=LONGEST))


class OfParcel(Schema):
    parcel_id = Id(required=True)


class OfCarton(OfParcel):
    code = Code(required=True)


class Mode(Schema):
    closes_itself = fields.Boolean(required=True)


class PutOff(OfParcel):
    """What is wrong; `order_line_id` says with which item, `note` in words what no reason says."""

    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    order_line_id = Id(load_default=None, allow_none=True)
    note = fields.String(load_default="", validate=validate.Length(max=200))

    @validates_schema
    def other_is_explained(self, data: dict[str, str], **_: object) -> None:
        if data["reason"] == "other" and not data["note"].strip():
            raise ValidationError("say what is wrong", "note")


class Close(Schema):
    """`weight_confirmed`: the packer has looked, and the unexpected weight is right. `put_in`: so is what belongs in
    besides the goods, the gift note and what the shop adds."""

    parcel_id = Id(required=True)
    weight_g = fields.Integer(required=True, strict=True, validate=validate.Range(1, HEAVIEST_G))
    source = fields.String(load_default="typed", validate=validate.OneOf(["typed", "scale"]))
    weight_confirmed = fields.Boolean(load_default=False)
    put_in = fields.Boolean(load_default=False)


class ParcelsQuery(Schema):
    order = fields.String(required=True, validate=validate.Length(1, 64))


class PutIn(Schema):
    kind = fields.String(metadata={"description": "gift or insert"})
    text = fields.String()


class PhotoQuery(Schema):
    """`parcel` is its number."""

    parcel = Code(required=True)


class PhotoView(Schema):
    id = fields.Integer()
    file = fields.String()


class ParcelHistory(Schema):
    """A parcel of an order; times in UTC, weight in grams.

    It is the `ordinal`-th of the order's `parcels`, which are not known (null) until the order is wholly packed. A void
    one counts no more.
    """

    id = fields.Integer()
    number = fields.String()
    order = fields.String()
    ordinal = fields.Integer()
    parcels = fields.Integer(allow_none=True)
    shop = fields.String()
    status = fields.String()
    waybill = fields.String(allow_none=True)
    weight_g = fields.Integer(allow_none=True)
    expected_g = fields.Integer()
    carton = fields.String(allow_none=True)
    put_in = fields.List(fields.Nested(PutIn), allow_none=True)
    photos = fields.List(fields.String(), metadata={"description": "at /parcel-photos/{name}"})
    station = fields.String()
    packed_by = fields.String(allow_none=True)
    closed_at = fields.DateTime(allow_none=True)


SIDE = validate.Range(1, LONGEST_MM)
GRAMS = validate.Range(0, HEAVIEST_CARTON_G)


class CartonFields(Schema):
    """A kind of carton: inner sides in millimetres, weights in grams; `max_g` 0: it holds any weight."""

    code = Code(required=True)
    length_mm = fields.Integer(required=True, strict=True, validate=SIDE)
    width_mm = fields.Integer(required=True, strict=True, validate=SIDE)
    height_mm = fields.Integer(required=True, strict=True, validate=SIDE)
    tare_g = fields.Integer(load_default=0, strict=True, validate=GRAMS)
    max_g = fields.Integer(load_default=0, strict=True, validate=GRAMS)
    active = fields.Boolean(load_default=True)


class CartonList(Schema):
    items = fields.List(fields.Nested(CartonFields))


class InsertFields(Schema):
    """What a `shop` (its code) puts into its orders of `min_total` and more, in their currency."""

    shop = Code(required=True)
    name = fields.String(required=True, validate=[validate.Length(1, 100), Filled])
    min_total = fields.Decimal(
        load_default=Decimal(0), places=2, allow_nan=False, validate=validate.Range(0, Decimal("9999999999"))
    )
    active = fields.Boolean(load_default=True)


class InsertView(InsertFields):
    min_total = fields.Decimal(as_string=True)


class InsertList(Schema):
    items = fields.List(fields.Nested(InsertView))
