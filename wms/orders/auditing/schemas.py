"""What the endpoints of the audit's rules take and give."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from wms.core.fields import Filled
from wms.core.listing import ListQuery, sorted_by
from wms.orders.auditing.conditions import ACTIONS, CONDITIONS, PAYMENTS, PER, RANGES, REMARKS
from wms.orders.auditing.tables import BLACKLISTED
from wms.orders.models import KINDS

HOURS = 24 * 366
SAID = validate.Length(1, 200)
NEEDED = {"names": "name one at least", "least": "say how many at least", "hours": "say in how many hours"}


class Amount(fields.String):
    """An amount or a number of pieces, as a string of digits: exact as it was typed."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        try:
            amount = Decimal(str(value))
        except InvalidOperation:
            raise ValidationError("a number is needed") from None
        if not amount.is_finite() or not 0 <= amount <= Decimal(10**12):
            raise ValidationError("a number from 0 is needed")
        return f"{amount.normalize():f}"


class Condition(Schema):
    """`what` is the condition, `not` turns it round; the rest is what it asks for."""

    what = fields.String(required=True, validate=validate.OneOf(sorted(CONDITIONS)))
    names = fields.List(fields.String(validate=[SAID, Filled]), validate=validate.Length(max=500))
    least = Amount()
    most = Amount()
    hours = fields.Integer(strict=True, validate=validate.Range(1, HOURS))
    of = fields.String(validate=validate.OneOf(REMARKS))

    @validates_schema
    def fits(self, data: dict[str, Any], **_: object) -> None:
        needed, allowed = CONDITIONS[data["what"]]
        _only(data, {"what", "not"}, needed, allowed)
        if data["what"] in RANGES and not ({"least", "most"} & data.keys()):
            raise ValidationError("say how many at least or at most", "least")
        for name, known in (("kind", KINDS), ("payment", PAYMENTS)):
            if data["what"] == name and not set(data["names"]) <= set(known):
                raise ValidationError(f"each must be one of {', '.join(known)}", "names")


Condition._declared_fields["not"] = fields.Boolean()  # a word of the language cannot name an attribute


class Action(Schema):
    """`what` is done. A gift: `qty` pieces of `sku`, once, or for each `each` of the order's total or pieces; to
    `limit` orders in all."""

    what = fields.String(required=True, validate=validate.OneOf(sorted(ACTIONS)))
    text = fields.String(validate=[SAID, Filled])
    sku = fields.String(validate=[validate.Length(1, 100), Filled])
    qty = fields.Integer(strict=True, validate=validate.Range(1, 99))
    per = fields.String(validate=validate.OneOf(PER))
    each = Amount()
    limit = fields.Integer(strict=True, validate=validate.Range(1, 10_000_000))
    carrier = fields.String(validate=[validate.Length(1, 60), Filled])

    @validates_schema
    def fits(self, data: dict[str, Any], **_: object) -> None:
        needed, allowed = ACTIONS[data["what"]]
        _only(data, {"what"}, needed, allowed)
        if data.get("per", "order") != "order" and Decimal(data.get("each", "0")) <= 0:
            raise ValidationError("say for how much each", "each")


def _only(data: Mapping[str, Any], always: set[str], needed: Sequence[str], allowed: Sequence[str]) -> None:
    """Refuse what is missing, and what means nothing here: it would look as if it counted."""
    for name in needed:
        if data.get(name) in (None, "", []):
            raise ValidationError(NEEDED.get(name, "is missing"), name)
    for name in sorted(data.keys() - always - set(needed) - set(allowed)):
        raise ValidationError(f"means nothing for {data['what']}", name)


class RuleBody(Schema):
    name = fields.String(required=True, validate=[validate.Length(1, 100), Filled])
    enabled = fields.Boolean(load_default=True)
    conditions = fields.List(fields.Nested(Condition), required=True, validate=validate.Length(max=20))
    actions = fields.List(fields.Nested(Action), required=True, validate=validate.Length(1, 20))


class RuleChange(Schema):
    """What is named is changed; `version` is the one that was read."""

    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    name = fields.String(validate=[validate.Length(1, 100), Filled])
    enabled = fields.Boolean()
    removed = fields.Boolean()
    conditions = fields.List(fields.Nested(Condition), validate=validate.Length(max=20))
    actions = fields.List(fields.Nested(Action), validate=validate.Length(1, 20))


class RuleView(Schema):
    id = fields.Integer()
    name = fields.String()
    enabled = fields.Boolean()
    removed = fields.Boolean()
    conditions = fields.List(fields.Dict())
    actions = fields.List(fields.Dict())
    version = fields.Integer()
    changed_at = fields.String()
    person = fields.String(allow_none=True)


class RuleList(Schema):
    """The rules in their sequence, the first to be asked first; and what their forms may offer."""

    items = fields.List(fields.Nested(RuleView))
    options = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class VersionView(Schema):
    version = fields.Integer()
    name = fields.String()
    enabled = fields.Boolean()
    removed = fields.Boolean()
    conditions = fields.List(fields.Dict())
    actions = fields.List(fields.Dict())
    at = fields.String()
    person = fields.String(allow_none=True)


class VersionList(Schema):
    items = fields.List(fields.Nested(VersionView))


class RuleMove(Schema):
    """How many places further back; -1 is one ahead."""

    step = fields.Integer(required=True, strict=True, validate=validate.Range(-1000, 1000))


class RuleRestore(Schema):
    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


class RuleTry(RuleBody):
    """The rule as it would be, and which orders it is asked about: the `last` ones, or those of so many `days`."""

    last = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 20_000))
    days = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 366))


class TriedOrder(Schema):
    """`found`: what in the order met the rule."""

    id = fields.Integer()
    number = fields.String()
    shop = fields.String()
    state_text = fields.String()
    placed_at = fields.String()
    total = fields.String()
    currency = fields.String()
    recipient = fields.String()
    found = fields.String()


class TryView(Schema):
    """Of `looked` orders `met` meet the rule, which `holds` them or not; `items` are the newest of them."""

    looked = fields.Integer()
    met = fields.Integer()
    holds = fields.Boolean()
    items = fields.List(fields.Nested(TriedOrder))


class Why(Schema):
    why = fields.String(load_default="", validate=validate.Length(max=300))


class Review(Schema):
    """`why` is needed to refuse: the clerk is told."""

    approve = fields.Boolean(required=True)
    why = fields.String(load_default="", validate=validate.Length(max=300))

    @validates_schema
    def reasoned(self, data: dict[str, Any], **_: object) -> None:
        if not data["approve"] and not data["why"].strip():
            raise ValidationError("say why, for the clerk to put it right", "why")


class AddressRead(Schema):
    """The place that was shown, word by word."""

    read = fields.String(required=True, validate=SAID)


class WaitingQuery(ListQuery):
    reason = fields.String(load_default="", validate=validate.Length(max=40))
    sort = sorted_by("id")
    down = fields.Boolean(load_default=True)


class BlackBody(Schema):
    """Somebody by `phone`, by the shop's id of the `buyer`, or by `recipient` and `address`, as `kind` says."""

    kind = fields.String(required=True, validate=validate.OneOf(BLACKLISTED))
    phone = fields.String(load_default="", validate=validate.Length(max=40))
    buyer = fields.String(load_default="", validate=validate.Length(max=200))
    recipient = fields.String(load_default="", validate=validate.Length(max=100))
    address = fields.String(load_default="", validate=validate.Length(max=300))
    reason = fields.String(required=True, validate=[SAID, Filled])


class BlackQuery(ListQuery):
    kind = fields.String(load_default="", validate=validate.OneOf(["", *BLACKLISTED]))
    q = fields.String(load_default="", validate=validate.Length(max=80))
    sort = sorted_by("id")
    down = fields.Boolean(load_default=True)


class BlackView(Schema):
    id = fields.Integer()
    kind = fields.String()
    shown = fields.String()
    reason = fields.String()
    at = fields.String()
    person = fields.String(allow_none=True)


class BlackPage(Schema):
    items = fields.List(fields.Nested(BlackView))
    next = fields.String(allow_none=True)


class FloorBody(Schema):
    """The least price of a piece; null takes the floor away."""

    sku = fields.String(required=True, validate=[validate.Length(1, 100), Filled])
    currency = fields.String(required=True, validate=validate.Regexp(r"^[A-Z]{3}\Z"))
    price = fields.Decimal(
        required=True, allow_none=True, places=4, allow_nan=False,
        validate=validate.Range(0, Decimal(10**9), min_inclusive=False),
    )  # fmt: skip


class FloorQuery(ListQuery):
    q = fields.String(load_default="", validate=validate.Length(max=80))
    sort = sorted_by("id")


class FloorView(Schema):
    id = fields.Integer()
    sku = fields.String()
    name = fields.String()
    currency = fields.String()
    price = fields.String()
    person = fields.String(allow_none=True)
    at = fields.String()


class FloorPage(Schema):
    items = fields.List(fields.Nested(FloorView))
    next = fields.String(allow_none=True)


class Done(Schema):
    id = fields.Integer()
