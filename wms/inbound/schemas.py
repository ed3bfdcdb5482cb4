"""What the endpoints of receiving, checking and putting away take and give. Quantities in base units."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from wms.core.bounds import LARGEST
from wms.core.fields import Code, Cursor, Filled, Id
from wms.core.listing import ListQuery, sorted_by
from wms.inbound.expected import MOST_LINES
from wms.inbound.models import ASIDE_REASONS, KINDS, LEVELS
from wms.inbound.putting import OVERRULES

SHORT_REASONS = ("not_delivered", "backorder", "damaged", "wrong_announcement", "other")
OUTCOMES = ("received", "returned", "scrapped", "other")


class Whole(fields.Integer):
    """A whole number of pieces; whether so many make sense is for the stock room to say, in words of its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)


class OneCode(Schema):
    code = Code(required=True)


class Open(Schema):
    """By a scan, by its number, or `blind`: goods that nobody announced."""

    code = Code(load_default="")
    receipt_id = Id(load_default=None, allow_none=True)
    blind = fields.Boolean(load_default=False)
    supplier = fields.String(load_default="", validate=validate.Length(max=200))


class Tell(Schema):
    """What a person typed or chose of the goods in hand; what is absent stays as it is."""

    qty = Whole(load_default=None, allow_none=True)
    pack = fields.String(load_default="", validate=validate.Length(max=40))
    pack_qty = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 10_000_000))
    lot = Code(load_default=None, allow_none=True)
    no_lot = fields.Boolean(load_default=False)
    produced_on = fields.Date(load_default=None, allow_none=True)
    expires_on = fields.Date(load_default=None, allow_none=True)
    unexpected = fields.Boolean(load_default=False)


class PutAside(Schema):
    why = fields.String(load_default="unknown", validate=validate.OneOf(ASIDE_REASONS))
    qty = Whole(load_default=1)
    note = fields.String(load_default="", validate=validate.Length(max=500))


class Label(Schema):
    """`lpn`: of the pallet that is being filled, a new one when there is none; `sku`: of the goods in hand."""

    what = fields.String(required=True, validate=validate.OneOf(["lpn", "sku"]))


class Done(Schema):
    """`why` less came than was announced."""

    why = fields.String(load_default="", validate=validate.OneOf(["", *SHORT_REASONS]))


class OfCheck(Schema):
    check_id = Id(required=True)


class Decide(Schema):
    check_id = Id(required=True)
    defects = Whole(required=True)
    bad_serials = fields.List(fields.String(validate=validate.Length(1, 100)), load_default=list)
    note = fields.String(load_default="", validate=validate.Length(max=500))


class Load(Schema):
    code = Code(required=True)
    qty = Whole(load_default=None, allow_none=True)


class Stand(Schema):
    """`why` the goods go to another bin than was told."""

    code = Code(required=True)
    why = fields.String(load_default="", validate=validate.OneOf(["", *OVERRULES]))


class Put(Schema):
    task_id = Id(required=True)
    qty = Whole(required=True)


class OfTask(Schema):
    task_id = Id(required=True)


# ---- HTTP

class LineFields(Schema):
    """A line; `qty` counts packs when `pack` names one of the SKU's packs, else base units."""

    sku = fields.String(required=True, validate=[validate.Length(1, 100), Filled])
    qty = Whole(required=True)
    pack = fields.String(load_default="", validate=validate.Length(max=40))
    lot = fields.String(load_default="", validate=validate.Length(max=60))
    produced_on = fields.Date(load_default=None, allow_none=True)
    expires_on = fields.Date(load_default=None, allow_none=True)
    unit_cost = fields.Decimal(load_default=None, allow_none=True, validate=validate.Range(0, 10**8))
    lpn = fields.String(load_default="", validate=validate.Length(max=60))


class ReceiptFields(Schema):
    """`number` empty: one is given. `transfer_id`: the lines are those of a transfer under way to this warehouse."""

    number = fields.String(load_default="", validate=validate.Length(max=60))
    kind = fields.String(load_default="asn", validate=validate.OneOf(KINDS))
    supplier = fields.String(load_default="", validate=validate.Length(max=200))
    owner = fields.String(load_default="", validate=validate.Length(max=60))
    blind = fields.Boolean(load_default=False)
    over_percent = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 100))
    expected_at = fields.AwareDateTime(load_default=None, allow_none=True)
    note = fields.String(load_default="", validate=validate.Length(max=500))
    transfer_id = Id(load_default=None, allow_none=True)
    lines = fields.List(fields.Nested(LineFields), load_default=list, validate=validate.Length(max=MOST_LINES))

    @validates_schema
    def _transfer(self, data: dict[str, Any], **_: Any) -> None:
        if (data["kind"] == "transfer") != (data["transfer_id"] is not None):
            raise ValidationError("a transfer, and only that, names its transfer_id", "transfer_id")


class ReceiptQuery(ListQuery):
    """`q` is part of a number or supplier, `status` a list."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    status = fields.String(load_default="", validate=validate.Length(max=60))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    sort = sorted_by("id", "number", "supplier", "expected_at")
    down = fields.Boolean(load_default=True)


class LinesQuery(Schema):
    cursor = Cursor(load_default=0)
    differences = fields.Boolean(load_default=False)
    limit = fields.Integer(load_default=200, validate=validate.Range(1, 1000))


class EntriesQuery(Schema):
    cursor = Cursor(load_default=0)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 500))


class EntryFields(Schema):
    """Goods that came in, counted by another program. `qty` as for lines."""

    sku = fields.String(required=True, validate=[validate.Length(1, 100), Filled])
    qty = Whole(required=True)
    pack = fields.String(load_default="", validate=validate.Length(max=40))
    lot = fields.String(load_default="", validate=validate.Length(max=60))
    produced_on = fields.Date(load_default=None, allow_none=True)
    expires_on = fields.Date(load_default=None, allow_none=True)
    serials = fields.List(fields.String(validate=validate.Length(1, 100)), load_default=list)
    lpn = fields.String(load_default="", validate=validate.Length(max=60))
    unexpected = fields.Boolean(load_default=False)


class Entries(Schema):
    entries = fields.List(fields.Nested(EntryFields), required=True, validate=validate.Length(1, MOST_LINES))


class Nothing(Schema):
    """A change that needs no more than its address."""


class Finish(Schema):
    reason = fields.String(load_default="", validate=validate.Length(max=200))


class Settle(Schema):
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))


class Identify(Schema):
    """What goods put aside are, with what their handling asks for; `remember`: their code is a barcode of it."""

    sku = fields.String(required=True, validate=[validate.Length(1, 100), Filled])
    remember = fields.Boolean(load_default=False)
    lot = fields.String(load_default="", validate=validate.Length(max=60))
    produced_on = fields.Date(load_default=None, allow_none=True)
    expires_on = fields.Date(load_default=None, allow_none=True)
    serials = fields.List(fields.String(validate=validate.Length(1, 100)), load_default=list)


class OfBatch(Schema):
    """What one scan brought in, as the entries name it."""

    batch = fields.UUID(required=True)


class OfficeLabel(Schema):
    """`lpn`: of the pallet named, a new one for none; `sku`: of goods, with their lot and date."""

    what = fields.String(required=True, validate=validate.OneOf(["lpn", "sku"]))
    lpn = fields.String(load_default="", validate=validate.Length(max=60))
    sku = fields.String(load_default="", validate=validate.Length(max=100))
    qty = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, 10_000_000))
    lot = fields.String(load_default="", validate=validate.Length(max=60))
    expires_on = fields.Date(load_default=None, allow_none=True)


class Verdict(Schema):
    defects = Whole(required=True)
    bad_serials = fields.List(fields.String(validate=validate.Length(1, 100)), load_default=list)
    note = fields.String(load_default="", validate=validate.Length(max=500))


class PlanFields(Schema):
    """For a SKU, a supplier, both, or (neither) everything that arrives; see `QualityPlan`."""

    sku = fields.String(load_default="", validate=validate.Length(max=100))
    supplier = fields.String(load_default="", validate=validate.Length(max=200))
    level = fields.String(required=True, validate=validate.OneOf(LEVELS))
    value = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1_000_000))
    accept = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 1_000_000))
    active = fields.Boolean(load_default=True)

    @validates_schema
    def _bounds(self, data: dict[str, Any], **_: Any) -> None:
        most = {"percent": 100, "steps": 3}.get(data["level"])
        if most is not None and data["value"] > most:
            raise ValidationError(f"at most {most} for {data['level']}", "value")


class PhotoQuery(Schema):
    receipt = fields.String(required=True, validate=validate.Length(1, 60))
    aside_id = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, LARGEST))


class ReceiptView(Schema):
    """A receipt with its progress: pieces, lines, people at work on it, open points."""

    id = fields.Integer()
    number = fields.String()
    kind = fields.String()
    supplier = fields.String()
    owner = fields.String()
    status = fields.String()
    blind = fields.Boolean()
    over_percent = fields.Integer()
    expected_at = fields.String(allow_none=True)
    created_at = fields.String()
    finished_at = fields.String(allow_none=True)
    short_reason = fields.String()
    note = fields.String()
    lines = fields.Integer()
    lines_done = fields.Integer()
    expected = fields.Integer()
    received = fields.Integer()
    rejected = fields.Integer()
    over = fields.Integer()
    unannounced = fields.Integer()
    people = fields.Integer()
    aside = fields.Integer()
    checks = fields.Integer()
    photos = fields.Integer()


class ReceiptPage(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Nested(ReceiptView))
    next = fields.String(allow_none=True)


class Listed(Schema):
    """A list with the cursor of what follows it, null at its end."""

    items = fields.List(fields.Dict())
    next: Any = fields.Integer(allow_none=True)


class PaperAsked(Schema):
    """`station`: where it comes out, by its code; absent: near to who asks, else the first that can. `reason` why it is
    printed again as it was."""

    station = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    reason = fields.String(load_default="", validate=validate.Length(max=200))


class PaperPrinted(Schema):
    pages = fields.Integer()
    printer = fields.String()
    station = fields.String()
