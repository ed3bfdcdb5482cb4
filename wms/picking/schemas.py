"""What the picking scans take."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.fields import Code, Filled, Id
from wms.picking.rules import ALL_SHORT_WAYS

SHORT_REASONS = ("missing", "damaged", "unreadable", "expired")
MOST_SERIALS = 1000
LONGEST_LOT = 64
SHORT_ANSWERS = ("ship_without", "pick_again")


class TaskId(Schema):
    task_id = Id(required=True)


class PickLists(Schema):
    """`task_ids`: those of a wave's carts, all where it is absent. `station`: where they come out, by its code; the
    device's own where it is absent, else the first that can. `reason` why lists are printed again."""

    wave_id = Id(required=True)
    task_ids = fields.List(Id(), load_default=None, allow_none=True, validate=validate.Length(1, 500))
    station = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    reason = fields.String(load_default="", validate=validate.Length(max=200))


class CartScan(TaskId):
    code = Code(required=True)


class ToteScan(TaskId):
    slot = fields.Integer(required=True, strict=True, validate=validate.Range(1, 1000))
    code = Code(required=True)


class LineScan(TaskId):
    line_id = Id(required=True)


class Check(LineScan):
    """`serials`: the numbers of the pieces that were scanned for the line already."""

    expect = fields.String(required=True, validate=validate.OneOf(("bin", "item", "lot", "serial", "tote")))
    code = Code(required=True)
    serials = fields.List(Code(), load_default=[], validate=validate.Length(max=MOST_SERIALS))


class Confirm(LineScan):
    """The three codes as they were scanned, and the pieces put into the tote.

    `lot` and `serials` for goods whose lot or numbers are scanned at every move.
    """

    bin = Code(required=True)
    item = Code(required=True)
    tote = Code(required=True)
    qty = fields.Integer(required=True, strict=True)
    lot = fields.String(load_default="", validate=validate.Length(max=LONGEST_LOT))
    serials = fields.List(Code(), load_default=[], validate=validate.Length(max=MOST_SERIALS))


class Short(LineScan):
    reason = fields.String(required=True, validate=validate.OneOf(SHORT_REASONS))


class ChooseShort(Short):
    """`how`: another bin now, have it filled up and come back, count it now, send without, or the supervisor."""

    how = fields.String(required=True, validate=validate.OneOf(ALL_SHORT_WAYS))


class CartCode(Schema):
    code = Code(required=True)


class HandOver(TaskId):
    person_id = Id(required=True)


class SendHome(Schema):
    """`at_once`: not even the line in hand is finished."""

    person_id = Id(required=True)
    at_once = fields.Boolean(load_default=False)


class SplitCarts(Schema):
    wave_id = Id(required=True)
    task_ids = fields.List(Id(), required=True, validate=validate.Length(1, 1000))


class WavePeople(Schema):
    """Everybody whom a supervisor wants on a wave; nobody: an empty list."""

    wave_id = Id(required=True)
    person_ids = fields.List(Id(), required=True, validate=validate.Length(max=500))


class InterceptBody(Schema):
    """`want`: hold it until somebody decides, cancel it, or cancel it because the buyer wants the money back."""

    want = fields.String(load_default="hold", validate=validate.OneOf(("hold", "cancel", "refund")))
    why = fields.String(required=True, validate=[validate.Length(1, 200), Filled])


class Intercept(InterceptBody):
    order_id = Id(required=True)


class StoppedOrder(Schema):
    id = fields.Integer()
    number = fields.String()
    confirmation = fields.String()
    processing = fields.String()
    refund = fields.String()
    stopped = fields.Boolean()
    why = fields.String(allow_none=True)
    wanted = fields.String(allow_none=True)


class OrderOnly(Schema):
    order_id = Id(required=True)


class PutBackItem(Schema):
    code = Code(required=True)


class PutBackPut(Schema):
    """An item out of the tote, the bin it goes into, and how many. `serials` where they are scanned at every move."""

    item = Code(required=True)
    bin = Code(required=True)
    qty = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000_000))
    lot = fields.String(load_default="", validate=validate.Length(max=LONGEST_LOT))
    serials = fields.List(Code(), load_default=[], validate=validate.Length(max=MOST_SERIALS))


class Plan(Schema):
    """What is named is changed. `short_ways`: the best first."""

    short_ways = fields.List(fields.String(validate=validate.OneOf(ALL_SHORT_WAYS)), validate=validate.Length(1, 5))
    idle_minutes = fields.Integer(strict=True, validate=validate.Range(1, 1440))
    put_back_at = fields.String(validate=validate.Length(max=60))


class PersonPlan(Schema):
    """Where somebody may pick (codes of zones; none: everywhere), and what they can do."""

    person_id = Id(required=True)
    zones = fields.List(
        fields.String(validate=validate.Length(1, 60)), load_default=[], validate=validate.Length(max=200)
    )
    skills = fields.List(
        fields.String(validate=[validate.Length(1, 40), Filled]), load_default=[], validate=validate.Length(max=50)
    )


class ZonePlan(Schema):
    """Without all of these skills nobody is sent into the zone."""

    zone = fields.String(required=True, validate=validate.Length(1, 60))
    skills = fields.List(
        fields.String(validate=[validate.Length(1, 40), Filled]), load_default=[], validate=validate.Length(max=50)
    )


class ResolveShort(Schema):
    order_id = Id(required=True)
    how = fields.String(required=True, validate=validate.OneOf(SHORT_ANSWERS))


class WallView(Schema):
    id = fields.Integer()
    code = fields.String()
    name = fields.String()
    slots = fields.Integer()
    codes = fields.List(fields.String())


class WallList(Schema):
    items = fields.List(fields.Nested(WallView))
