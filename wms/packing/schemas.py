"""What the packing endpoints take and give."""
from __future__ import annotations

from decimal import Decimal

from marshmallow import Schema, ValidationError, fields, missing, validate, validates_schema

from wms.core.fields import Code, Filled, Id
from wms.core.resolve import LONGEST
from wms.packing.cartons import HEAVIEST_CARTON_G, LONGEST_MM
from wms.packing.rules import DECIDERS, HEAVIEST_G
from wms.packing.troubles import REASONS


class Reason(fields.String):
    """Why, in somebody's own words; blanks around them are nothing."""

    def __init__(self, *, required: bool = False) -> None:
        absent = missing if required else ""
        super().__init__(required=required, validate=validate.Length(1 if required else 0, 200), load_default=absent)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        return str(super()._deserialize(value, attr, data, **kwargs)).strip()


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
    """`weight_confirmed`: the packer has looked, and the unexpected weight is right; a supervisor who packs says the
    `reason`, where supervisors decide. `put_in`: what belongs in besides the goods is in, the gift note and what the
    shop adds."""

    parcel_id = Id(required=True)
    weight_g = fields.Integer(required=True, strict=True, validate=validate.Range(1, HEAVIEST_G))
    source = fields.String(load_default="typed", validate=validate.OneOf(["typed", "scale"]))
    weight_confirmed = fields.Boolean(load_default=False)
    reason = Reason()
    put_in = fields.Boolean(load_default=False)


class Agreement(Schema):
    """A supervisor's badge and PIN, typed at the packer's table, and why the weight is right."""

    badge = Code(required=True)
    pin = fields.String(required=True, validate=validate.Length(1, 20))
    weight_g = fields.Integer(required=True, strict=True, validate=validate.Range(1, HEAVIEST_G))
    reason = Reason(required=True)


class Agreed(Schema):
    agreed_by = fields.String()


class WeightRuleFields(Schema):
    """How far from its expected weight a parcel may be: `percent` of it and at least `grams`. `decided_by`: who decides
    about one that is further, the packer, who looks inside, or a supervisor."""

    percent = fields.Decimal(required=True, places=1, allow_nan=False, validate=validate.Range(0, 100))
    grams = fields.Integer(required=True, strict=True, validate=validate.Range(0, HEAVIEST_G))
    decided_by = fields.String(required=True, validate=validate.OneOf(DECIDERS))


class WeightRuleView(WeightRuleFields):
    percent = fields.Decimal(as_string=True)


class EvidenceQuery(Schema):
    """`code`: the parcel's number, or the number of a waybill it has or had."""

    code = Code(required=True)


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


class ScannedLine(Schema):
    """Pieces of an item in a parcel; who scanned the last of them, and when."""

    code = fields.String()
    name = fields.String()
    picture = fields.String(allow_none=True)
    qty = fields.Integer()
    verified = fields.Integer()
    scanned_at = fields.DateTime(allow_none=True)
    scanned_by = fields.String(allow_none=True)


class Trace(Schema):
    sku = fields.String()
    lot = fields.String()
    serial = fields.String()
    qty = fields.Integer()
    scanned_at = fields.DateTime()
    scanned_by = fields.String(allow_none=True)


class Weighing(Schema):
    """A weight with which somebody meant to close the parcel. `outcome`: it fits; is off, so that nothing was closed;
    the packer confirmed it; a supervisor agreed for a reason."""

    at = fields.DateTime()
    weight_g = fields.Integer()
    expected_g = fields.Integer()
    allowed_g = fields.Integer()
    source = fields.String(metadata={"description": "scale or typed"})
    outcome = fields.String(metadata={"description": "fits, off, confirmed or agreed"})
    reason = fields.String()
    person = fields.String(allow_none=True)
    agreed_by = fields.String(allow_none=True)


class PhotoTaken(Schema):
    file = fields.String(metadata={"description": "at /parcel-photos/{name}"})
    at = fields.DateTime()
    person = fields.String(allow_none=True)


class PutAside(Schema):
    reason = fields.String()
    note = fields.String()
    at = fields.DateTime()
    ended_at = fields.DateTime(allow_none=True)
    item = fields.String(allow_none=True)
    person = fields.String(allow_none=True)


class ItsWaybill(Schema):
    number = fields.String(allow_none=True)
    status = fields.String()
    carrier = fields.String()


class EvidenceView(ParcelHistory):
    """All that is known of a parcel. Times in UTC, weights in grams."""

    class Meta:
        exclude = ("photos",)

    order_id = fields.Integer()
    recipient = fields.String()
    station_name = fields.String()
    allowed_g = fields.Integer()
    in_a_run = fields.Boolean()
    aside = fields.Boolean()
    opened_at = fields.DateTime()
    lines = fields.List(fields.Nested(ScannedLine))
    traces = fields.List(fields.Nested(Trace))
    weighings = fields.List(fields.Nested(Weighing))
    pictures = fields.List(fields.Nested(PhotoTaken))
    troubles = fields.List(fields.Nested(PutAside))
    waybills = fields.List(fields.Nested(ItsWaybill))


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


class GiftNote(Schema):
    """What the buyer writes to who gets the order; empty: no card."""

    gift_note = fields.String(required=True, validate=validate.Length(max=300))


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
