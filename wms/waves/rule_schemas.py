"""What the endpoints of wave rules, cut-offs and "why not" take and give. Minutes of a day count from midnight."""
from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from wms.catalog.models import HANDLING
from wms.core.bounds import LARGEST
from wms.core.fields import Code, Filled, Id
from wms.orders.models import KINDS
from wms.waves.methods import OFFERED
from wms.waves.schemas import MOST_ORDERS, MOST_TOTES
from wms.waves.triggers import TRIGGERS, WEEK
from wms.waves.wishes import CRITERIA, MOST_WAVES, PIECES, PRINCIPLES

MOST_NAMED = 100
MOST_MINUTES = 60 * 24 * 30
LARGEST_LOAD = 10**9  # ml, g
Name = [validate.Length(1, 80), Filled]


def _names(*choices: str) -> fields.List:
    inner = fields.String(validate=validate.OneOf(choices) if choices else validate.Length(1, 80))
    return fields.List(inner, load_default=list, validate=validate.Length(max=MOST_NAMED))


def _most(most: int, **kwargs: Any) -> fields.Integer:
    return fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, most), **kwargs)


def _minute() -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(0, 24 * 60 - 1))


def _weekdays() -> fields.List:
    day = fields.Integer(strict=True, validate=validate.OneOf(WEEK))
    return fields.List(day, load_default=lambda: list(WEEK), validate=validate.Length(1, 7))


class TriggerBody(Schema):
    """What starts a rule: hand; times of weekdays; minutes before a carrier's cut-off; or a count of orders."""

    kind = fields.String(load_default="hand", validate=validate.OneOf(TRIGGERS))
    times = fields.List(_minute(), load_default=list, validate=validate.Length(max=96))
    weekdays = _weekdays()
    minutes_before = fields.Integer(load_default=60, strict=True, validate=validate.Range(0, 60 * 24))
    orders = _most(MOST_ORDERS * 20)
    oldest_minutes = _most(MOST_MINUTES)
    both = fields.Boolean(load_default=False)

    @validates_schema
    def complete(self, data: dict[str, Any], **_: object) -> None:
        if data["kind"] == "times" and not data["times"]:
            raise ValidationError("name at least one time", "times")
        if data["kind"] == "count" and data["orders"] is None and data["oldest_minutes"] is None:
            raise ValidationError("how many orders, or how many minutes?", "orders")


class FilterBody(Schema):
    """Which orders a rule takes; empty lists and null do not count. See `wms.waves.wishes.Terms`."""

    carriers = _names()
    shops = _names()
    kinds = _names(*KINDS)
    first_kinds = _names(*KINDS)
    promised_within_min = _most(MOST_MINUTES)
    promised_until = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 24 * 60 - 1)
    )
    zones = _names()
    needs = _names(*HANDLING)
    never = _names(*HANDLING)
    pieces = fields.String(load_default="any", validate=validate.OneOf(PIECES))
    alike = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(2, MOST_ORDERS))


class LimitsBody(Schema):
    """What one wave may hold, and how many waves a run may build."""

    min_orders = fields.Integer(load_default=1, strict=True, validate=validate.Range(1, MOST_ORDERS))
    max_orders = _most(MOST_ORDERS)
    max_lines = _most(LARGEST)
    max_units = _most(LARGEST)
    max_carts = _most(MOST_ORDERS)
    max_volume_ml = _most(LARGEST)
    max_weight_g = _most(LARGEST)
    max_waves = fields.Integer(load_default=10, strict=True, validate=validate.Range(1, MOST_WAVES))
    totes_per_cart = fields.Integer(load_default=12, strict=True, validate=validate.Range(1, MOST_TOTES))


class PeopleBody(Schema):
    """Who may walk the waves: persons by id, of those who are sent into these zones (or everywhere); empty: all."""

    persons = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST_NAMED))
    zones = _names()


class RuleBody(Schema):
    """A wave rule as it is kept."""

    name = fields.String(required=True, validate=Name)
    active = fields.Boolean(load_default=True)
    position = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(0, 10**6))
    trigger = fields.Nested(TriggerBody, load_default=lambda: TriggerBody().load({}))
    filter = fields.Nested(FilterBody, load_default=lambda: FilterBody().load({}))
    limits = fields.Nested(LimitsBody, load_default=lambda: LimitsBody().load({}))
    method = fields.String(load_default="cart", validate=validate.OneOf(OFFERED))
    principle = fields.String(load_default="promise_first", validate=validate.OneOf(PRINCIPLES))
    people = fields.Nested(PeopleBody, load_default=lambda: PeopleBody().load({}))
    release = fields.Boolean(load_default=True)

    @validates_schema
    def bounds_meet(self, data: dict[str, Any], **_: object) -> None:
        limits = data["limits"]
        if limits["max_orders"] is not None and limits["max_orders"] < limits["min_orders"]:
            raise ValidationError("the maximum is below the minimum", "limits")


class RuleLook(RuleBody):
    """The same, with whether the walks are to be planned for a moment, which takes longer than counting."""

    saving = fields.Boolean(load_default=True)


class RuleKeep(RuleBody):
    """The same, with the id of the rule that is changed."""

    rule_id = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, LARGEST))


class RuleId(Schema):
    rule_id = Id(required=True)


class RuleActive(Schema):
    active = fields.Boolean(required=True)


class RuleSwitch(RuleActive):
    rule_id = Id(required=True)


class PresetCode(Schema):
    preset = Code(required=True)


class CutoffBody(Schema):
    """A carrier takes what is ready at this minute of the day on these weekdays (1 is Monday)."""

    carrier = fields.String(required=True, validate=Name)
    minute = fields.Integer(required=True, strict=True, validate=validate.Range(0, 24 * 60 - 1))
    weekdays = _weekdays()


class CutoffId(Schema):
    cutoff_id = Id(required=True)


class CartRoomBody(Schema):
    """What a tote and a cart hold; null: no limit."""

    tote_volume_ml = _most(LARGEST_LOAD)
    tote_weight_g = _most(LARGEST_LOAD)
    cart_volume_ml = _most(LARGEST_LOAD)
    cart_weight_g = _most(LARGEST_LOAD)


class ZoneBody(Schema):
    """What the warehouse's clocks show, such as Asia/Shanghai."""

    time_zone = fields.String(required=True, validate=Name)


class WhyQuery(Schema):
    number = Code(required=True, metadata={"description": "the number of an order"})


# ---- answers

class OutcomeView(Schema):
    code = fields.String()
    text = fields.String()
    waves = fields.List(fields.Integer())
    orders = fields.Integer()


class RuleView(RuleBody):
    id = fields.Integer()
    next_due_at = fields.String(allow_none=True)
    last_run_at = fields.String(allow_none=True)
    last_outcome = fields.Nested(OutcomeView, allow_none=True)


class RuleList(Schema):
    """Rules in the sequence in which they take orders, and what their filters may name here."""

    items = fields.List(fields.Nested(RuleView))
    options = fields.Dict()
    time_zone = fields.String()


class PresetView(Schema):
    preset = fields.String()
    name = fields.String()
    hint = fields.String()
    method = fields.String()
    principle = fields.String()


class PresetList(Schema):
    items = fields.List(fields.Nested(PresetView))


class LeftView(Schema):
    reason = fields.String()
    count = fields.Integer()
    text = fields.String()


class SavingView(Schema):
    """Planned for a moment: `saving` is the share of `baseline_m` (first come, S-shape) saved by `orders` orders."""

    orders = fields.Integer()
    walk_m = fields.Integer()
    baseline_m = fields.Integer()
    saving = fields.Float()
    short = fields.Integer(metadata={"description": "orders whose goods lie in no open bin now"})
    minutes = fields.Integer(metadata={"description": "of one person's labour: carts, walk, stops and pieces"})
    baseline_minutes = fields.Integer(metadata={"description": "the same, walked as the baseline"})


class ComparedView(Schema):
    """A criterion's figure of the orders chosen and of as many first come, first served: pieces for each aisle that a
    wave visits (densest_aisles), or for each hour of labour (most_an_hour)."""

    criterion = fields.String(validate=validate.OneOf(CRITERIA))
    value = fields.Float()
    first_come = fields.Float()


class RulePreview(Schema):
    waves = fields.List(fields.Dict())
    orders = fields.Integer()
    lines = fields.Integer()
    units = fields.Integer()
    carts = fields.Integer()
    must_ship = fields.Integer()
    fitting = fields.Integer()
    starts = fields.Boolean()
    cutoff_at = fields.String(allow_none=True)
    next_due_at = fields.String(allow_none=True)
    left_out = fields.List(fields.Nested(LeftView))
    saving = fields.Nested(SavingView, allow_none=True)
    compared = fields.Nested(ComparedView, allow_none=True)


class RunView(Schema):
    rule = fields.Nested(RuleView)
    waves = fields.List(fields.Dict())


class CutoffView(CutoffBody):
    id = fields.Integer()
    next_at = fields.String()


class CutoffList(Schema):
    items = fields.List(fields.Nested(CutoffView))
    time_zone = fields.String()


class ReasonView(Schema):
    code = fields.String()
    text = fields.String()
    figures = fields.Dict()


class RuleReason(ReasonView):
    rule_id = fields.Integer()
    rule = fields.String()


class WhyView(ReasonView):
    """Why an order does not go on: the reason, what stands behind it, and what each active rule says of it."""

    order_id = fields.Integer()
    number = fields.String()
    shop = fields.String()
    promised_at = fields.String()
    details = fields.List(fields.Nested(ReasonView))
    rules = fields.List(fields.Nested(RuleReason))


class WhyList(Schema):
    items = fields.List(fields.Nested(WhyView))
