"""What the waves endpoints take and give."""

from __future__ import annotations

from datetime import UTC

from marshmallow import Schema, fields, validate

from wms.core.fields import Id
from wms.core.listing import ListQuery, sorted_by
from wms.waves.lifecycle import WAVE
from wms.waves.methods import OFFERED

MOST_ORDERS = 5000
MOST_TOTES = 100
Code = validate.Length(1, 80)


class WaveFilter(Schema):
    """Which orders a wave takes: the earliest promised of those that match, at most `max_orders`.

    `method` is how it is picked; `totes_per_cart` is how many orders one walk serves. `alike`: so many orders with the
    same content must wait, for each content that goes into the wave.
    """

    carrier = fields.String(load_default=None, allow_none=True, validate=Code)
    shop = fields.String(load_default=None, allow_none=True, validate=Code)
    promised_before = fields.AwareDateTime(load_default=None, allow_none=True, default_timezone=UTC)
    max_orders = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_ORDERS))
    totes_per_cart = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_TOTES))
    method = fields.String(load_default="cart", validate=validate.OneOf(OFFERED))
    alike = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(2, MOST_ORDERS))


class WaveId(Schema):
    wave_id = Id(required=True)


class PauseWave(WaveId):
    """`send_home`: who walks for it stops after the line in hand; else they go on to the end of their cart."""

    send_home = fields.Boolean(load_default=False)


class OrdersOfWave(WaveId):
    order_ids = fields.List(Id(), required=True, validate=validate.Length(1, MOST_ORDERS))


class OrderIds(Schema):
    order_ids = fields.List(Id(), required=True, validate=validate.Length(1, MOST_ORDERS))


class SendHome(Schema):
    send_home = fields.Boolean(load_default=False)


class WavePage(ListQuery):
    """Newest first."""

    status = fields.String(load_default="", validate=validate.OneOf(["", *WAVE.statuses]))
    method = fields.String(load_default="", validate=validate.OneOf(["", *OFFERED]))
    sort = sorted_by("number")
    down = fields.Boolean(load_default=True)


class RefusedView(Schema):
    """Why the worker could not release a wave; the text where a wave is read, in the reader's language."""

    code = fields.String()
    params = fields.Dict()
    text = fields.String()


class WaveSchema(Schema):
    """A wave. Walks in metres; `saving` is the share of `baseline_m` (first come, S-shape) that is saved."""

    id = fields.Integer()
    number = fields.Integer()
    status = fields.String()
    filter = fields.Dict()
    method = fields.String()
    cutoff_at = fields.String(allow_none=True)
    paused_at = fields.String(allow_none=True)
    rule_id = fields.Integer(allow_none=True)
    people = fields.Dict()
    release_wanted = fields.Boolean()
    release_refused = fields.Nested(RefusedView, allow_none=True)
    totes_per_cart = fields.Integer()
    orders = fields.Integer()
    lines = fields.Integer()
    units = fields.Integer()
    carts = fields.Integer()
    walk_m = fields.Integer()
    baseline_m = fields.Integer()
    saving = fields.Float()
    created_at = fields.String()
    released_at = fields.String(allow_none=True)
    finished_at = fields.String(allow_none=True)
    left_out = fields.List(fields.Integer(), metadata={"description": "ids of orders that a release left waiting"})


class WaveList(Schema):
    """`next` is the cursor of the next page, null on the last."""

    items = fields.List(fields.Nested(WaveSchema))
    next = fields.String(allow_none=True)


class WavePreview(Schema):
    orders = fields.Integer()
    lines = fields.Integer()
    units = fields.Integer()
    left_out = fields.List(fields.Dict())
