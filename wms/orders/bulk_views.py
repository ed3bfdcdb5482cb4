"""Actions on many orders over HTTP: offered, looked at, done, taken back."""
from __future__ import annotations

from typing import Any

from flask.views import MethodView
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from wms.core.catalogue import messages, text
from wms.core.fields import Id
from wms.core.http import actor, change, signed_in
from wms.core.transaction import transaction
from wms.orders import bulk
from wms.orders.actions import Action, actions
from wms.orders.listing import ORDERS
from wms.orders.schemas import OrderQuery
from wms.orders.views import blueprint

OFFICE = "clerk supervisor"


class NewBulk(Schema):
    """Some orders by `order_ids`, or a whole list by the `query` that shows it."""

    action = fields.String(required=True, validate=validate.Length(1, 40))
    options = fields.Dict(keys=fields.String(), load_default=dict)
    order_ids = fields.List(Id(), load_default=None, validate=validate.Length(1, bulk.MOST))
    query = fields.Dict(keys=fields.String(), load_default=None)

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_: object) -> None:
        if (data["order_ids"] is None) == (data["query"] is None):
            raise ValidationError("give order_ids or query", "order_ids")


class BulkOrder(Schema):
    id = fields.Integer()
    number = fields.String()
    shop = fields.String()
    text = fields.String()


class BulkOutcome(Schema):
    """What becomes of some of the orders; the first of them are `listed`."""

    code = fields.String()
    reason = fields.String()
    text = fields.String()
    done = fields.Boolean()
    orders = fields.Integer()
    listed = fields.List(fields.Nested(BulkOrder))


class BulkView(Schema):
    """`status`: looking, looked, doing, done, undoing, undone. `through`: orders that have had the step at hand."""

    id = fields.Integer()
    action = fields.String()
    title = fields.String()
    status = fields.String()
    by = fields.String()
    at = fields.String()
    orders = fields.Integer()
    through = fields.Integer()
    done = fields.Integer()
    refused = fields.Integer()
    undo = fields.Boolean(metadata={"description": "whether it can be taken back"})
    outcomes = fields.List(fields.Nested(BulkOutcome))


class ActionField(Schema):
    name = fields.String()
    kind = fields.String(metadata={"description": "text, moment, switch, or what it is one of"})
    label = fields.String()
    most = fields.Integer(allow_none=True)
    choices = fields.List(fields.List(fields.String()))


class ActionView(Schema):
    name = fields.String()
    title = fields.String()
    icon = fields.String()
    danger = fields.Boolean()
    undo = fields.Boolean()
    fields_ = fields.List(fields.Nested(ActionField), data_key="fields")


class ActionList(Schema):
    most = fields.Integer()
    items = fields.List(fields.Nested(ActionView))


class RecentBulk(Schema):
    id = fields.Integer()
    title = fields.String()
    status = fields.String()
    at = fields.String()
    undo = fields.Boolean()


class RecentList(Schema):
    items = fields.List(fields.Nested(RecentBulk))


@blueprint.route("/orders/actions")
class Actions(MethodView):
    @signed_in(OFFICE)
    @blueprint.response(200, ActionList)
    def get(self) -> dict[str, Any]:
        """What whoever asks may do to many orders at once, and what each action needs to know."""
        who = actor()
        mine = [each for each in actions() if "admin" in who.posts or who.posts & each.needs]
        return {"most": bulk.MOST, "items": [_described(each, who.locale) for each in mine]}


def _described(action: Action, locale: str) -> dict[str, Any]:
    return {
        "name": action.name, "title": text(action.title, locale), "icon": action.icon, "danger": action.danger,
        "undo": action.undo is not None,
        "fields_": [_field(name, each, locale) for name, each in action.schema().load_fields.items()],
    }  # fmt: skip


def _field(name: str, field: fields.Field[Any], locale: str) -> dict[str, Any]:
    """How a desk asks for it. Of the schema's metadata `label` and `words` are codes, `one_of` is what it is one of."""
    kinds = {fields.AwareDateTime: "moment", fields.Boolean: "switch"}
    kind = next((word for each, word in kinds.items() if isinstance(field, each)), "text")
    lengths = [each.max for each in field.validators if isinstance(each, validate.Length)]
    listed = [list(each.choices) for each in field.validators if isinstance(each, validate.OneOf)]
    words = field.metadata.get("words", "")

    def word(value: str) -> str:
        code = f"{words}.{value}"
        return text(code, locale) if code in messages() else value

    return {
        "name": name, "kind": field.metadata.get("one_of", "choice" if listed else kind),
        "label": text(field.metadata["label"], locale), "most": lengths[0] if lengths else None,
        "choices": [[value, word(value)] for value in (listed[0] if listed else [])],
    }  # fmt: skip


@blueprint.route("/orders/bulk")
class Bulks(MethodView):
    @signed_in(OFFICE)
    @blueprint.response(200, RecentList)
    def get(self) -> dict[str, Any]:
        """What whoever asks did to many orders lately, and may still take back."""
        with transaction():
            return {"items": bulk.recent(actor(), actor().locale)}

    @signed_in(OFFICE)
    @blueprint.arguments(NewBulk)
    @blueprint.response(201, BulkView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask what an action would come to. Nothing happens to the orders. Of a whole list at most 5,000 (422)."""

        def act() -> dict[str, Any]:
            made = bulk.begin(actor(), body["action"], body["options"], _ids(body))
            return bulk.shown(made, actor().locale)

        return change("order.bulk", body, act)


def _ids(body: dict[str, Any]) -> list[int]:
    if body["order_ids"] is not None:
        return list(body["order_ids"])
    query = OrderQuery().load({name: value for name, value in body["query"].items() if value not in (None, "")})
    return ORDERS.ids(actor(), query, bulk.MOST + 1)


@blueprint.route("/orders/bulk/<int:bulk_id>")
class OneBulk(MethodView):
    @signed_in(OFFICE)
    @blueprint.response(200, BulkView)
    def get(self, bulk_id: int) -> dict[str, Any]:
        """How far an action is, and what would become or became of its orders."""
        with transaction():
            return bulk.shown(bulk.get(actor().warehouse_id, bulk_id), actor().locale)


@blueprint.route("/orders/bulk/<int:bulk_id>/go")
class Go(MethodView):
    @signed_in(OFFICE)
    @blueprint.response(200, BulkView)
    def post(self, bulk_id: int) -> dict[str, Any]:
        """Do what was looked at. What changed since is told and left alone."""
        return change("order.bulk_go", {"bulk_id": bulk_id}, lambda: _moved(bulk.go, bulk_id))


@blueprint.route("/orders/bulk/<int:bulk_id>/undo")
class Undo(MethodView):
    @signed_in(OFFICE)
    @blueprint.response(200, BulkView)
    def post(self, bulk_id: int) -> dict[str, Any]:
        """Take back what was done, of those orders that stand as it left them."""
        return change("order.bulk_undo", {"bulk_id": bulk_id}, lambda: _moved(bulk.undo, bulk_id))


def _moved(move: Any, bulk_id: int) -> dict[str, Any]:
    who = actor()
    action = bulk.action_named(bulk.get(who.warehouse_id, bulk_id).action)
    who.require(action.needs)
    return bulk.shown(move(who.warehouse_id, bulk_id), who.locale)
