"""What the endpoints of SKUs and owners take and give. Weight in grams, sizes in millimetres, life in days."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from wms.catalog.bundles import MOST
from wms.catalog.models import HANDLING, TRACKING
from wms.core.fields import Cursor, Filled

BARCODE = [validate.Length(1, 100), Filled]
WEIGHT, SIZE, DAYS = validate.Range(0, 100_000_000), validate.Range(0, 100_000), validate.Range(0, 36_500)
TRACKED = validate.OneOf(TRACKING)


class PackFields(Schema):
    """A pack: `qty` pieces in an `inner`, a `case`, a `pallet`, or what else it is called."""

    code = fields.String(required=True, validate=[validate.Length(1, 40), Filled])
    qty = fields.Integer(required=True, strict=True, validate=validate.Range(2, 1_000_000))
    weight_g = fields.Integer(load_default=0, validate=WEIGHT)
    length_mm = fields.Integer(load_default=0, validate=SIZE)
    width_mm = fields.Integer(load_default=0, validate=SIZE)
    height_mm = fields.Integer(load_default=0, validate=SIZE)
    barcodes = fields.List(fields.String(validate=BARCODE), load_default=list, validate=validate.Length(max=50))


class Component(Schema):
    """`qty` pieces of a SKU in one bundle."""

    sku = fields.String(required=True, validate=BARCODE)
    qty = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST))


class SkuFields(Schema):
    """A SKU. `packs` and `barcodes` are added to those it has; `components` are all that it is a bundle of."""

    code = fields.String(required=True, validate=BARCODE)
    name = fields.String(required=True, validate=validate.Length(1, 300))
    weight_g = fields.Integer(load_default=0, validate=WEIGHT)
    length_mm = fields.Integer(load_default=0, validate=SIZE)
    width_mm = fields.Integer(load_default=0, validate=SIZE)
    height_mm = fields.Integer(load_default=0, validate=SIZE)
    picture = fields.String(load_default="", validate=validate.Length(max=500))
    active = fields.Boolean(load_default=True)
    barcodes = fields.List(fields.String(validate=BARCODE), load_default=list)
    handling = fields.List(fields.String(validate=validate.OneOf(HANDLING)), load_default=list)
    lot_tracking = fields.String(load_default="none", validate=TRACKED)
    serial_tracking = fields.String(load_default="none", validate=TRACKED)
    expiry_tracked = fields.Boolean(load_default=False)
    shelf_life_days = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 36_500))
    min_days_receipt = fields.Integer(load_default=0, validate=DAYS)
    min_days_shipping = fields.Integer(load_default=0, validate=DAYS)
    packs = fields.List(fields.Nested(PackFields), load_default=list, validate=validate.Length(max=20))
    components = fields.List(fields.Nested(Component), validate=validate.Length(max=100))

    @validates_schema
    def packs_differ(self, data: dict[str, Any], **_: object) -> None:
        named = [pack["code"] for pack in data.get("packs", [])]
        if len(set(named)) < len(named):
            raise ValidationError("two packs have the same code", "packs")


class SkuChanges(SkuFields):
    """What is to change of a SKU; what is left out stays. Its code cannot change."""

    class Meta:
        exclude = ("code",)


class SkuView(SkuFields):
    id = fields.Integer(required=True)


class SkuQuery(Schema):
    q = fields.String(load_default="", validate=validate.Length(max=100))
    cursor = Cursor(load_default=0)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class SkuPage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Nested(SkuView))
    next: Any = fields.Integer(allow_none=True)


class OwnerFields(Schema):
    """Whose goods they are. Owner 1 is the house itself."""

    code = fields.String(required=True, validate=[validate.Length(1, 60), Filled])
    name = fields.String(required=True, validate=validate.Length(1, 200))


class OwnerView(OwnerFields):
    id = fields.Integer(required=True)


class OwnerList(Schema):
    items = fields.List(fields.Nested(OwnerView))
