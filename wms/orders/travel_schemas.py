"""What the endpoints take and give of orders that travel together, go in parts, or are changed by clerks."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from wms.core.fields import Filled, Id
from wms.orders.editing import CHOICES
from wms.orders.models import MODES
from wms.orders.rules import MOST
from wms.orders.schemas import CREDIBLE
from wms.orders.split_rules import RULES


class MergeOrders(Schema):
    order_ids = fields.List(Id(), required=True, validate=validate.Length(2, 50))


class SuggestQuery(Schema):
    """With `order_id` only the set that this one is in."""

    order_id = fields.Integer(load_default=None, validate=validate.Range(min=1))


class TravelOrder(Schema):
    id = fields.Integer()
    number = fields.String()
    carrier = fields.String()
    confirmation = fields.String()
    kind = fields.String()
    placed_at = fields.String()
    promised_at = fields.String()
    companions = fields.Integer()


class Suggestion(Schema):
    """Orders that could share a parcel; `leader` is the one that the floor would have in hand."""

    leader = fields.Integer()
    orders = fields.List(fields.Nested(TravelOrder))


class Suggestions(Schema):
    items = fields.List(fields.Nested(Suggestion))


class WhyNot(Schema):
    code = fields.String()
    text = fields.String()


class MergePreview(Suggestion):
    """`why` stands against it; null when nothing does."""

    number = fields.String()
    why = fields.Nested(WhyNot, allow_none=True)


class PartLine(Schema):
    line_id = Id(required=True)
    qty = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST))


class SplitOrder(Schema):
    """Either `parts`, each the pieces that leave the order together, or the `rule` that says which do. `limit_g` is
    for weight."""

    parts = fields.List(fields.List(fields.Nested(PartLine)), load_default=list, validate=validate.Length(max=50))
    rule = fields.String(load_default="", validate=validate.OneOf(["", *RULES]))
    limit_g = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 10_000_000))

    @validates_schema
    def one_of_both(self, data: dict[str, Any], **_: object) -> None:
        if bool(data.get("parts")) == bool(data.get("rule")):
            raise ValidationError("either parts or a rule", "parts")
        if data.get("rule") == "weight" and not data.get("limit_g"):
            raise ValidationError("how heavy a part may be", "limit_g")


class PartView(Schema):
    """`lines`: pieces by order line id. The first part is the order itself."""

    number = fields.String()
    lines = fields.Dict(keys=fields.String(), values=fields.Integer())
    total = fields.String()


class SplitPreview(Schema):
    parts = fields.List(fields.Nested(PartView))
    why = fields.Nested(WhyNot, allow_none=True)


class Moved(Schema):
    """The orders that it was about."""

    order_ids = fields.List(fields.Integer())


class EditedLine(Schema):
    """`key` of a line that there is; without it a line that is new."""

    key = fields.String(load_default="", validate=validate.Length(max=160))
    sku = fields.String(required=True, validate=[validate.Length(1, 100), Filled])
    qty = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST))


class Changes(Schema):
    """What is named is changed; `lines` are all that the order is to have."""

    recipient = fields.String(validate=validate.Length(max=100))
    phone = fields.String(validate=validate.Length(max=40))
    country = fields.String(validate=validate.Length(max=60))
    province = fields.String(validate=validate.Length(max=60))
    city = fields.String(validate=validate.Length(max=60))
    district = fields.String(validate=validate.Length(max=60))
    address = fields.String(validate=validate.Length(max=300))
    postcode = fields.String(validate=validate.Length(max=20))
    remark = fields.String(validate=validate.Length(max=500))
    carrier = fields.String(validate=[validate.Length(1, 60), Filled])
    promised_at = fields.AwareDateTime(validate=CREDIBLE)
    lines = fields.List(fields.Nested(EditedLine), validate=validate.Length(1, 1000))


class EditPreviewAsked(Schema):
    changes = fields.Nested(Changes, required=True)


class EditOrder(EditPreviewAsked):
    reason = fields.String(required=True, validate=[validate.Length(1, 200), Filled])


class ChangeView(Schema):
    field = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class EditPreview(Schema):
    changes = fields.List(fields.Nested(ChangeView))


class EditView(EditPreview):
    id = fields.Integer()
    at = fields.String()
    person = fields.String(allow_none=True)
    reason = fields.String()
    undone_at = fields.String(allow_none=True)


class Difference(Schema):
    """What stands here by a clerk's word, and what the shop now says."""

    field = fields.String()
    ours = fields.Raw(allow_none=True)
    shop = fields.Raw(allow_none=True)


class Related(Schema):
    id = fields.Integer()
    number = fields.String()
    shop = fields.String()
    state = fields.String()
    state_text = fields.String()


class DueAt(Schema):
    kind = fields.String()
    at = fields.AwareDateTime()
    colour = fields.String()


class Travel(Schema):
    """How an order travels: with whom, in which parts; what a clerk changed of it, and may do about it now."""

    number = fields.String()
    due = fields.Nested(DueAt, allow_none=True)
    merged_into = fields.Nested(Related, allow_none=True)
    companions = fields.List(fields.Nested(Related))
    parts = fields.List(fields.Nested(Related))
    could_join = fields.List(fields.Nested(TravelOrder))
    editable = fields.Boolean()
    readdressable = fields.Boolean(metadata={"description": "Who gets it can be changed, its goods cannot any more."})
    why = fields.Nested(WhyNot, allow_none=True)
    lines = fields.List(fields.Nested(EditedLine))
    line_ids = fields.Dict(keys=fields.String(), values=fields.Integer())
    values = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True))
    edits = fields.List(fields.Nested(EditView))
    differs = fields.List(fields.Nested(Difference), allow_none=True)


class Choice(Schema):
    choice = fields.String(required=True, validate=validate.OneOf(CHOICES))


class SettingView(Schema):
    """How a warehouse handles orders. `merging`: off, suggest, or automatic within `merge_minutes`; `day_ends`: by
    when what came up today is to be seen to."""

    merging = fields.String(validate=validate.OneOf(MODES))
    merge_minutes = fields.Integer(strict=True, validate=validate.Range(0, 14_400))
    day_ends = fields.String(validate=validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$"), metadata={"example": "18:00"})


class DueCounts(Schema):
    """Orders by what is due and how pressing it is; a count of `most` means that many or more."""

    most = fields.Integer()
    kinds = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer()))
