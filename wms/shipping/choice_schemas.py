"""What the choice of carriers takes and shows."""
from __future__ import annotations

from decimal import Decimal

from marshmallow import Schema, fields, validate

from wms.catalog.models import HANDLING
from wms.core.fields import Filled
from wms.orders.models import KINDS
from wms.shipping.choice_rules import WAYS

GRAMS = validate.Range(0, 100_000_000)
MONEY = validate.Range(0, 10**9)


def code() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, 60))


def places(most: int = 5_000) -> fields.List:
    return fields.List(fields.String(validate=validate.Length(1, 120)), validate=validate.Length(max=most))


def money(default: Decimal | None = Decimal(0)) -> fields.Decimal:
    return fields.Decimal(load_default=default, places=2, allow_nan=False, as_string=True, validate=MONEY)


class CarrierPriceRow(Schema):
    """For parcels above `min_g` up to `max_g` (0: any weight) to these places. `step_g` 0: nothing more above."""

    zone = fields.String(load_default="", validate=validate.Length(max=60))
    places = fields.List(
        fields.String(validate=validate.Length(1, 120)), required=True, validate=validate.Length(1, 5_000)
    )
    min_g = fields.Integer(load_default=0, strict=True, validate=GRAMS)
    max_g = fields.Integer(load_default=0, strict=True, validate=GRAMS)
    first_g = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100_000_000))
    first_price = fields.Decimal(required=True, places=2, allow_nan=False, as_string=True, validate=MONEY)
    step_g = fields.Integer(load_default=0, strict=True, validate=GRAMS)
    step_price = money()
    surcharge = money()
    hours = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 2_000))


class CarrierTermsChange(Schema):
    """What is named is changed. `goes_to` empty: everywhere that `not_to` does not name. `prices`: the whole table."""

    active = fields.Boolean()
    place = fields.Integer(strict=True, validate=validate.Range(1, 1_000))
    goes_to = places()
    not_to = places()
    refuses = fields.List(fields.String(validate=validate.OneOf(HANDLING)))
    cod = fields.Boolean()
    min_g = fields.Integer(strict=True, validate=GRAMS)
    max_g = fields.Integer(strict=True, validate=GRAMS)
    max_cm3 = fields.Integer(strict=True, validate=GRAMS)
    max_value = fields.Decimal(places=2, allow_nan=False, as_string=True, validate=MONEY)
    divisor = fields.Integer(strict=True, validate=validate.Range(0, 100_000))
    cut_off = fields.Time(format="%H:%M", allow_none=True)
    currency = fields.String(validate=validate.Length(3, 3))
    prices = fields.List(fields.Nested(CarrierPriceRow), validate=validate.Length(max=2_000))


class CarrierTermsView(CarrierTermsChange):
    """`reads`: the platforms whose ids of a masked recipient it takes."""

    carrier = fields.String()
    name = fields.String()
    reads = fields.List(fields.String())


class CarrierConditions(Schema):
    """All that are given must hold; 0 and empty lists say nothing."""

    shops = fields.List(fields.String(validate=validate.Length(1, 60)), validate=validate.Length(max=500))
    places = places()
    kinds = fields.List(fields.String(validate=validate.OneOf(KINDS)))
    handling = fields.List(fields.String(validate=validate.OneOf(HANDLING)))
    cod = fields.Boolean(allow_none=True)
    min_g = fields.Integer(strict=True, validate=GRAMS)
    max_g = fields.Integer(strict=True, validate=GRAMS)
    min_cm3 = fields.Integer(strict=True, validate=GRAMS)
    min_value = fields.Decimal(places=2, allow_nan=False, as_string=True, validate=MONEY)
    max_value = fields.Decimal(places=2, allow_nan=False, as_string=True, validate=MONEY)


class CarrierRuleRow(Schema):
    """`way`: how one of `carriers` (none: all) is chosen where `conditions` hold; `never` forbids them."""

    name = fields.String(required=True, validate=[validate.Length(1, 80), Filled])
    active = fields.Boolean(load_default=True)
    way = fields.String(required=True, validate=validate.OneOf(WAYS))
    carriers = fields.List(fields.String(validate=validate.Length(1, 60)), load_default=list)
    conditions = fields.Nested(CarrierConditions, load_default=dict)


class CarrierRules(Schema):
    """In the sequence in which they are asked."""

    rules = fields.List(fields.Nested(CarrierRuleRow), required=True, validate=validate.Length(max=200))


class CarrierQuotaRow(Schema):
    """Parcels a month; `shop` null: of all shops together."""

    carrier = code()
    shop = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=60))
    most = fields.Integer(required=True, strict=True, validate=validate.Range(0, 100_000_000))


class CarrierQuotaView(CarrierQuotaRow):
    used = fields.Integer()


class CarrierQuotas(Schema):
    quotas = fields.List(fields.Nested(CarrierQuotaRow), required=True, validate=validate.Length(max=500))


class CarrierQuotaList(Schema):
    quotas = fields.List(fields.Nested(CarrierQuotaView))


class CarrierChoiceView(Schema):
    """All that carriers are chosen by. Prices are in `currency`, quotas of this `month`."""

    currency = fields.String()
    month = fields.Date()
    terms = fields.List(fields.Nested(CarrierTermsView))
    rules = fields.List(fields.Nested(CarrierRuleRow))
    quotas = fields.List(fields.Nested(CarrierQuotaView))


class WouldChoose(Schema):
    """A parcel to try. `masked`: its recipient is known to the shop's platform alone."""

    shop = fields.String(load_default="", validate=validate.Length(max=60))
    country = fields.String(load_default="", validate=validate.Length(max=60))
    province = fields.String(load_default="", validate=validate.Length(max=60))
    city = fields.String(load_default="", validate=validate.Length(max=60))
    district = fields.String(load_default="", validate=validate.Length(max=60))
    weight_g = fields.Integer(required=True, strict=True, validate=validate.Range(1, 100_000_000))
    cm3 = fields.Integer(load_default=0, strict=True, validate=GRAMS)
    handling = fields.List(fields.String(validate=validate.OneOf(HANDLING)), load_default=list)
    value = money()
    cod = fields.Boolean(load_default=False)
    kind = fields.String(load_default="normal", validate=validate.OneOf(KINDS))
    masked = fields.Boolean(load_default=False)


class CandidateView(Schema):
    """`no`: why it does not take the parcel; `text`: the same, or its price, in words."""

    carrier = fields.String()
    name = fields.String()
    price = fields.String(allow_none=True)
    hours = fields.Integer(allow_none=True)
    billed_g = fields.Integer()
    late = fields.Boolean()
    no = fields.String()
    text = fields.String()


class CarrierReasons(Schema):
    """`line`: the choice in one sentence; `how` it was made; `warning`: what was not known."""

    way = fields.String()
    rule = fields.String()
    how = fields.String()
    line = fields.String()
    warning = fields.String()
    weight_g = fields.Integer()
    place = fields.String()
    currency = fields.String()
    ranking = fields.List(fields.Nested(CandidateView))


class OrderCarrier(Schema):
    """`by`: who said so (shop, told, clerk, rule, choice). `why` is null where nothing was chosen."""

    carrier = fields.String()
    by = fields.String()
    why = fields.Nested(CarrierReasons, allow_none=True)


class NameCarrier(Schema):
    """`carrier` null: it is chosen by the rules again."""

    carrier = fields.String(required=True, allow_none=True, validate=validate.Length(1, 60))
