"""What the handover scans and the requests for waybills take."""
from __future__ import annotations

from marshmallow import Schema, fields, validate

from wms.core.fields import Code, Filled, Id
from wms.shipping.carriers import STATES
from wms.shipping.models import WHYS


class OneCode(Schema):
    code = Code(required=True)


class OfManifest(Schema):
    manifest_id = Id(required=True)


class CloseManifest(OfManifest):
    """`station`: where the manifest is printed, by its code; absent: the device's own, else the first that can."""

    station = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))


class ManifestAgain(CloseManifest):
    reason = fields.String(required=True, validate=validate.Length(1, 200))


class WaveWaybills(Schema):
    """`station` is the code of the one whose printer is to print them; `way`: in pick order, or by the slots of carts
    and put walls."""

    station = fields.String(required=True, validate=validate.Length(1, 60))
    way = fields.String(load_default="pick", validate=validate.OneOf(("pick", "slot")))


class WaybillRun(Schema):
    """The run of so many `labels`; how far it is, is told by the runs of printing."""

    id = fields.Integer()
    title = fields.String()
    way = fields.String()
    station = fields.String()
    labels = fields.Integer()
    state = fields.String()


class Fallback(Schema):
    """`carrier`: who is asked next when it refuses a parcel, for this reason."""

    carrier = fields.String(required=True, validate=validate.Length(1, 60))
    why = fields.String(load_default="any", validate=validate.OneOf(WHYS))


class CarrierChange(Schema):
    """What is given is changed. `secrets`: those that are named; an empty one is forgotten. `fallbacks`: all of them,
    the first to be asked first."""

    name = fields.String(validate=[validate.Length(1, 60), Filled])
    plugin = fields.String(validate=validate.Length(1, 60))
    active = fields.Boolean()
    settings = fields.Dict(keys=fields.String(validate=validate.Length(1, 40)))
    secrets = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 40)), values=fields.String(validate=validate.Length(max=4000))
    )
    fallbacks = fields.List(fields.Nested(Fallback), validate=validate.Length(max=10))


class CarrierView(Schema):
    """Of its `secrets` the names only."""

    code = fields.String()
    name = fields.String()
    plugin = fields.String()
    active = fields.Boolean()
    settings = fields.Dict()
    secrets = fields.List(fields.String())
    fallbacks = fields.List(fields.Nested(Fallback))


class CarrierForm(Schema):
    """What an account with this plug-in may have."""

    name = fields.String()
    settings = fields.List(fields.String())
    secrets = fields.List(fields.String())


class CarrierList(Schema):
    """`plugins`: those that are installed. `waiting`: parcels here that wait for a number; of those `in_doubt` nobody
    knows what came of the question."""

    carriers = fields.List(fields.Nested(CarrierView))
    plugins = fields.List(fields.Nested(CarrierForm))
    waiting = fields.Dict(keys=fields.String(), values=fields.Integer())


class CarrierTried(Schema):
    """`taken`: it takes the account for one of its own; else what it `said`."""

    taken = fields.Boolean()
    said = fields.String()


class OtherCarrier(Schema):
    carrier = fields.String(required=True, validate=validate.Length(1, 60))


class WaybillAsked(Schema):
    """`number` is null until the carrier has answered."""

    parcel = fields.String()
    carrier = fields.String()
    number = fields.String(allow_none=True)


class DaysQuery(Schema):
    """`by_province`: one row for each carrier and province."""

    days = fields.Integer(load_default=30, validate=validate.Range(1, 366))
    by_province = fields.Boolean(load_default=False)


class DeliveryTime(Schema):
    """Hours from the truck to the signature."""

    carrier = fields.String()
    name = fields.String()
    province = fields.String()
    parcels = fields.Integer()
    signed = fields.Integer()
    median_h = fields.Float(allow_none=True)
    p90_h = fields.Float(allow_none=True)
    within_48_h = fields.Integer()
    within_72_h = fields.Integer()
    refused = fields.Integer()
    returned = fields.Integer()
    problem = fields.Integer()
    late = fields.Integer(metadata={"description": "longer than its price table says, or than 72 hours"})
    troubled = fields.Integer(metadata={"description": "with a problem on the way, or come back"})
    cost = fields.String(allow_none=True, metadata={"description": "of one, on average, by the price tables"})


class TrackScanView(Schema):
    at = fields.AwareDateTime()
    state = fields.String()
    text = fields.String()
    place = fields.String()


class TrackView(Schema):
    """`state` is null until its carrier has seen it."""

    parcel = fields.String()
    waybill = fields.String()
    carrier = fields.String()
    state = fields.String(allow_none=True, validate=validate.OneOf(STATES))
    state_at = fields.AwareDateTime(allow_none=True)
    left_at = fields.AwareDateTime()
    signed_at = fields.AwareDateTime(allow_none=True)
    trouble = fields.String()
    scans = fields.List(fields.Nested(TrackScanView))


class TrackQuery(Schema):
    """The number of a parcel or waybill."""

    code = fields.String(required=True, validate=validate.Length(1, 60))
