"""What the endpoints of stock take and give."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from wms.core.fields import Cursor

_Text = validate.Length(min=1, max=100)


class Listed(fields.String):
    """Values separated by commas, as a tuple."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return tuple(filter(None, super()._deserialize(value, *args, **kwargs).split(",")))


class HistoryQuery(Schema):
    """Codes as they are scanned; `person` is a badge. `reason` may be several with commas between."""

    bin = fields.String(load_default=None, validate=_Text)
    sku = fields.String(load_default=None, validate=_Text)
    lot = fields.String(load_default=None, validate=_Text)
    serial = fields.String(load_default=None, validate=_Text)
    container = fields.String(load_default=None, validate=_Text)
    person = fields.String(load_default=None, validate=_Text)
    reference = fields.String(load_default=None, validate=_Text)
    reason = Listed(load_default=())
    since = fields.AwareDateTime(load_default=None)
    until = fields.AwareDateTime(load_default=None)
    cursor = Cursor(load_default=0)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class Named(Schema):
    id = fields.Integer()
    code = fields.String()
    name = fields.String()


class EndView(Schema):
    """Where goods came from or went to; `container` null when they were loose."""

    id = fields.Integer()
    bin = fields.String()
    kind = fields.String()
    container = fields.String(allow_none=True)


class WhoView(Schema):
    id = fields.Integer()
    name = fields.String()


class AskedBy(Schema):
    """The command that asked for a move; `name` null once it is no longer kept."""

    id = fields.String()
    name = fields.String(allow_none=True)


class MoveView(Schema):
    """One move. `person` and `command` are null for the system's own; `unit_cost` where goods came in or went out."""

    id = fields.Integer()
    at = fields.AwareDateTime()
    reason = fields.String()
    reason_text = fields.String()
    reference = fields.String()
    qty = fields.Integer()
    sku = fields.Nested(Named)
    lot = fields.String()
    serial = fields.String()
    owner = fields.String()
    condition = fields.String()
    source = fields.Nested(EndView, data_key="from")
    target = fields.Nested(EndView, data_key="to")
    person = fields.Nested(WhoView, allow_none=True)
    command = fields.Nested(AskedBy, allow_none=True)
    unit_cost = fields.Decimal(as_string=True, allow_none=True)


class HistoryPage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Nested(MoveView))
    next = fields.Integer(allow_none=True)


class AvailableQuery(Schema):
    """SKU codes with commas between, 200 at most; `owner` is an owner's code, the house when it is left out."""

    sku = Listed(required=True, validate=validate.Length(1, 200))
    owner = fields.String(load_default="", validate=validate.Length(max=60))


class PackCount(Schema):
    """`count` packs; `pack` null: single pieces."""

    pack = fields.String(allow_none=True)
    count = fields.Integer()


class AvailableView(Schema):
    """Pieces (bundles, of a bundle), and the same as a person counts them in packs."""

    sku = fields.String()
    available = fields.Integer()
    in_packs = fields.List(fields.Nested(PackCount))


class AvailableList(Schema):
    items = fields.List(fields.Nested(AvailableView))
