"""What the endpoints of the layout take and give. Lengths in millimetres, volumes in millilitres, weights in grams."""
from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, post_load, validate

from wms.core.fields import Cursor, Filled, Id
from wms.layout.models import STORING
from wms.layout.selection import Which

MOST = 10**9  # grams, millilitres: beyond any bin
Colour = validate.Regexp(r"^#[0-9a-fA-F]{6}\Z", error="write a colour like #4477aa")
Side = validate.OneOf(("L", "R"))
Velocity = validate.OneOf(("", "A", "B", "C"))
Kind = validate.OneOf(STORING)


def _limit(**kwargs: Any) -> fields.Integer:
    return fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, MOST), **kwargs)


class Limits(Schema):
    """What a bin takes; null: no limit. `max_skus` 1 forbids mixing SKUs."""

    capacity_ml = _limit()
    max_weight_g = _limit()
    max_skus = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 100_000))
    mix_lots = fields.Boolean()
    mix_owners = fields.Boolean()
    velocity = fields.String(validate=Velocity)


class BinView(Limits):
    """`blocked_reason` says why nothing may be picked from it, null when open. `check_digits` are typed for a scan."""

    id = fields.Integer()
    code = fields.String()
    zone = fields.String(allow_none=True)
    kind = fields.String()
    aisle = fields.Integer()
    bay = fields.Integer()
    y_mm = fields.Integer()
    side = fields.String()
    level = fields.Integer()
    pick_order = fields.Integer()
    blocked_reason = fields.String(allow_none=True)
    check_digits = fields.String()
    digits_at = fields.AwareDateTime(allow_none=True)


class BinQuery(Schema):
    q = fields.String(load_default="", validate=validate.Length(max=60))
    zone = fields.String(load_default="", validate=validate.Length(max=40))
    cursor = Cursor(load_default=0)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class BinPage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Nested(BinView))
    next = fields.Integer(allow_none=True)


class Change(Limits):
    """What is to be set. `zone` null: in no zone; `blocked_reason` null opens the bin. `code` of one bin only."""

    code = fields.String(validate=Filled)
    zone = fields.String(allow_none=True, validate=validate.Length(max=40))
    kind = fields.String(validate=Kind)
    aisle = fields.Integer(strict=True, validate=validate.Range(0, 999))
    y_mm = fields.Integer(strict=True, validate=validate.Range(0, 1_000_000))
    side = fields.String(validate=Side)
    level = fields.Integer(strict=True, validate=validate.Range(0, 99))
    bay = fields.Integer(strict=True, validate=validate.Range(0, 9999))
    pick_order = fields.Integer(strict=True, validate=validate.Range(0, 10_000_000))
    blocked_reason = fields.String(allow_none=True, validate=validate.Length(max=200))


class Selection(Schema):
    """Bins by id, by range of codes (`first`, `last`), zone, aisle (from 0), side, bay, level, kind; all must hold."""

    ids = fields.List(Id(), validate=validate.Length(max=20_000))
    first = fields.String(validate=validate.Length(max=60))
    last = fields.String(validate=validate.Length(max=60))
    zone = fields.String(validate=validate.Length(max=40))
    aisle = fields.Integer(strict=True, validate=validate.Range(0, 999))
    side = fields.String(validate=Side)
    bay = fields.Integer(strict=True, validate=validate.Range(0, 9999))
    level = fields.Integer(strict=True, validate=validate.Range(0, 99))
    kind = fields.String(validate=Kind)

    @post_load
    def which(self, data: dict[str, Any], **kwargs: Any) -> Which:
        """As the verbs take it."""
        return Which(**{**data, "ids": tuple(data.get("ids", ()))})


class Edit(Schema):
    which = fields.Nested(Selection, required=True)
    set = fields.Nested(Change, required=True)


class Edits(Schema):
    """Edits are carried out in their order, all or none."""

    edits = fields.List(fields.Nested(Edit), required=True, validate=validate.Length(1, 2000))


class Was(Schema):
    ids = fields.List(fields.Integer())
    set = fields.Dict()


class EditedView(Schema):
    """`undo` are the edits that would make the bins what they were."""

    changed = fields.Integer()
    undo = fields.List(fields.Nested(Was))


class Removal(Schema):
    ids = fields.List(Id(), required=True, validate=validate.Length(1, 20_000))


class Counted(Schema):
    bins = fields.Integer()


class Rotation(Schema):
    which = fields.Nested(Selection, required=True)
    digits = fields.Integer(load_default=3, strict=True, validate=validate.Range(2, 3))


class RackPlan(Limits):
    """Racking along one aisle from `from_mm` to `to_mm`, on side L, R or both (LR).

    `pattern` may hold {zone} {aisle} {bay} {position} {place} {side} {level}, numbers with a width (:02) or as
    letters (:A). `digits` is how many check digits each bin gets, 0 for none.
    """

    class Meta:
        unknown = EXCLUDE  # a preview takes the same body

    zone = fields.String(required=True, validate=[Filled, validate.Length(1, 40)])
    zone_name = fields.String(load_default="", validate=validate.Length(max=100))
    zone_colour = fields.String(load_default=None, allow_none=True, validate=Colour)
    aisle = fields.Integer(required=True, strict=True, validate=validate.Range(0, 999))
    sides = fields.String(required=True, validate=validate.OneOf(("L", "R", "LR")))
    from_mm = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))
    to_mm = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))
    bays = fields.Integer(required=True, strict=True, validate=validate.Range(1, 500))
    places = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 50))
    levels = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 30))
    first_bay = fields.Integer(load_default=1, strict=True, validate=validate.Range(0, 9999))
    first_level = fields.Integer(load_default=1, strict=True, validate=validate.Range(0, 60))
    pattern = fields.String(required=True, validate=validate.Length(1, 100))
    kind = fields.String(load_default="pick", validate=Kind)
    digits = fields.Integer(load_default=3, strict=True, validate=validate.OneOf((0, 2, 3)))


class RackPreview(Schema):
    """`codes` are the first and last hundred at most, `taken` those that exist already, `faces` [y, side] to draw."""

    bins = fields.Integer()
    codes = fields.List(fields.String())
    taken = fields.List(fields.String())
    in_the_way = fields.Integer()
    faces = fields.List(fields.List(fields.Raw()))


class RackMade(Schema):
    ids = fields.List(fields.Integer())


class OneWayView(Schema):
    """An aisle (from 0) that is walked only towards the front or the back."""

    aisle = fields.Integer(required=True, strict=True, validate=validate.Range(0, 999))
    towards = fields.String(required=True, validate=validate.OneOf(("front", "back")))


class ObstacleView(Schema):
    """A stretch of an aisle (from 0) that nobody walks through."""

    aisle = fields.Integer(required=True, strict=True, validate=validate.Range(0, 999))
    from_mm = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))
    to_mm = fields.Integer(required=True, strict=True, validate=validate.Range(0, 1_000_000))


class Floor(Schema):
    """`cross_aisles_mm`: y of those between the front and the back one. What is left out is not there."""

    aisles = fields.Integer(required=True, strict=True)
    aisle_spacing_mm = fields.Integer(required=True, strict=True)
    aisle_length_mm = fields.Integer(required=True, strict=True)
    depot_aisle = fields.Integer(load_default=0, strict=True)
    depot_side = fields.String(load_default="front")
    cross_aisles_mm = fields.List(fields.Integer(strict=True), load_default=list, validate=validate.Length(max=50))
    one_way = fields.List(fields.Nested(OneWayView), load_default=list, validate=validate.Length(max=1000))
    obstacles = fields.List(fields.Nested(ObstacleView), load_default=list, validate=validate.Length(max=500))


class ZoneView(Schema):
    id = fields.Integer(dump_only=True)
    code = fields.String(required=True, validate=[Filled, validate.Length(1, 40)])
    name = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
    colour = fields.String(load_default=None, allow_none=True, validate=Colour)


class Plan(Schema):
    """The whole layout: `bins` are rows of `columns`, which spares their names."""

    floor = fields.Nested(Floor)
    zones = fields.List(fields.Nested(ZoneView))
    columns = fields.List(fields.String())
    bins = fields.List(fields.List(fields.Raw()))
