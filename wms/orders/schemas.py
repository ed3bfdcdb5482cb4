"""What the endpoints of orders take and give. Amounts are decimal strings in the order's currency."""
from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from wms.core.fields import Filled, Id
from wms.core.listing import ListQuery, sorted_by
from wms.orders.due_rules import COLOURS
from wms.orders.due_rules import KINDS as DUE_KINDS
from wms.orders.models import GROUPS, KINDS, MERGING
from wms.orders.routing_rules import OTHERWISE, WAYS
from wms.orders.rules import MOST, OVER, State

NOT_NEGATIVE = validate.Range(min=0, max=Decimal("9999999999"))
# A moment at the edge of the calendar can be stored, and then breaks whoever reads it in another time zone.
CREDIBLE = validate.Range(datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


class NewLine(Schema):
    """`key` tells the line from the others of its order; the SKU when it is left out."""

    sku = fields.String(required=True, validate=[validate.Length(1, 100), Filled])
    qty = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST))
    price = fields.Decimal(load_default=Decimal(0), places=4, allow_nan=False, validate=NOT_NEGATIVE)
    key = fields.String(load_default="", validate=validate.Length(max=80))


class Address(Schema):
    recipient = fields.String(load_default="", validate=validate.Length(max=100))
    phone = fields.String(load_default="", validate=validate.Length(max=40))
    country = fields.String(load_default="", validate=validate.Length(max=60))
    province = fields.String(load_default="", validate=validate.Length(max=60))
    city = fields.String(load_default="", validate=validate.Length(max=60))
    district = fields.String(load_default="", validate=validate.Length(max=60))
    address = fields.String(load_default="", validate=validate.Length(max=300))
    postcode = fields.String(load_default="", validate=validate.Length(max=20))
    email = fields.String(load_default="", validate=validate.Length(max=254))


class NewOrder(Address):
    """The total is the lines' amounts and `postage`. What is left out comes from the shop."""

    shop = fields.String(required=True, validate=[validate.Length(1, 60), Filled])
    number = fields.String(required=True, validate=[validate.Length(1, 80), Filled])
    placed_at = fields.AwareDateTime(load_default=None, allow_none=True, validate=CREDIBLE)
    promised_at = fields.AwareDateTime(load_default=None, allow_none=True, validate=CREDIBLE)
    currency = fields.String(load_default=None, allow_none=True, validate=validate.Length(3, 3))
    carrier = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 60))
    postage = fields.Decimal(load_default=Decimal(0), places=2, allow_nan=False, validate=NOT_NEGATIVE)
    paid = fields.Decimal(load_default=Decimal(0), places=2, allow_nan=False, validate=NOT_NEGATIVE)
    cod = fields.Decimal(
        load_default=Decimal(0), places=2, allow_nan=False, validate=NOT_NEGATIVE,
        metadata={"description": "collected by the carrier (代收货款)"},
    )  # fmt: skip
    paid_at = fields.AwareDateTime(load_default=None, allow_none=True, validate=CREDIBLE)
    remark = fields.String(load_default="", validate=validate.Length(max=500), metadata={"description": "the buyer's"})
    seller_remark = fields.String(load_default="", validate=validate.Length(max=500))
    buyer = fields.String(
        load_default="", validate=validate.Length(max=200), metadata={"description": "the shop's id of who buys"},
    )  # fmt: skip
    address_id = fields.String(
        load_default="", validate=validate.Length(max=500),
        metadata={"description": "the shop's id of where it goes, such as an OAID"},
    )  # fmt: skip
    gift_note = fields.String(
        load_default="", validate=validate.Length(max=300),
        metadata={"description": "for who gets it, put in as a card"},
    )  # fmt: skip
    kind = fields.String(load_default="normal", validate=validate.OneOf(KINDS))
    group_state = fields.String(
        load_default="", validate=validate.OneOf(GROUPS),
        metadata={"description": "of a group purchase (拼团): open waits, failed is cancelled"},
    )  # fmt: skip
    lines = fields.List(fields.Nested(NewLine), required=True, validate=validate.Length(1, 1000))

    @validates_schema
    def keys_differ(self, data: dict[str, list[dict[str, str]]], **_: object) -> None:
        keys = [line["key"] or line["sku"] for line in data["lines"]]
        if len(set(keys)) < len(keys):
            raise ValidationError("two lines have the same key or SKU: give each a key of its own", "lines")


class LineView(Schema):
    id = fields.Integer()
    key = fields.String()
    sku = fields.String()
    name = fields.String()
    qty = fields.Integer()
    dropped = fields.Integer()
    price = fields.Decimal(as_string=True)
    exploded = fields.Boolean(metadata={"description": "a bundle, for which the lines that are `part_of` it are sent"})
    gift = fields.Boolean(metadata={"description": "a rule put it in; the shop knows nothing of it"})
    part_of = fields.Integer(allow_none=True, metadata={"description": "id of the bundle's line"})


class HoldView(Schema):
    """Why the order does not go on: a code, its text, and the figures behind it."""

    reason = fields.String()
    text = fields.String()
    params = fields.Dict()


class DueView(Schema):
    """What is to be done next (pay, ship, stock, address), by when, and how pressing that is: green, amber, red,
    overdue."""

    kind = fields.String()
    at = fields.AwareDateTime()
    colour = fields.String()


class OrderSummary(Schema):
    """`state`: one of the merchants' eight, or cancelled. `trade_status`: 旺店通's code. Both follow from the axes."""

    id = fields.Integer()
    shop = fields.String()
    number = fields.String()
    state = fields.String()
    state_text = fields.String()
    trade_status = fields.Integer()
    confirmation = fields.String()
    payment = fields.String()
    processing = fields.String()
    shipping = fields.String()
    refund = fields.String()
    hold = fields.Nested(HoldView, allow_none=True)
    placed_at = fields.AwareDateTime()
    promised_at = fields.AwareDateTime()
    carrier = fields.String()
    kind = fields.String()
    currency = fields.String()
    total = fields.Decimal(as_string=True)
    paid = fields.Decimal(as_string=True)
    cod = fields.Decimal(as_string=True)
    recipient = fields.String()
    due = fields.Nested(DueView, allow_none=True)
    companions = fields.Integer(metadata={"description": "orders that travel in its parcel"})
    merged_into_id = fields.Integer(allow_none=True, metadata={"description": "the order in whose parcel it travels"})
    split_from_id = fields.Integer(allow_none=True, metadata={"description": "the order that it is a part of"})
    tags = fields.List(fields.String())


class OrderView(OrderSummary):
    """`recipient`, `phone`, `address` and `postcode` are masked; see `POST /orders/{id}/personal`."""

    phone = fields.String()
    country = fields.String()
    province = fields.String()
    city = fields.String()
    district = fields.String()
    address = fields.String()
    postcode = fields.String()
    paid_at = fields.AwareDateTime(allow_none=True)
    remark = fields.String()
    seller_remark = fields.String()
    buyer = fields.String()
    gift_note = fields.String()
    carrier_rule = fields.String(metadata={"description": "the rule that chose the carrier, if one did"})
    lines = fields.List(fields.Nested(LineView))


class OrderQuery(ListQuery):
    """`q` begins an order number, or is the recipient's telephone number, its last four digits, the whole name, a
    waybill, a parcel's number or a SKU, of which the newest open orders come; of a beginning that more than 10,000
    numbers have, the last of these. Sorted by `urgent`, what is in a hurry comes first, then by promise. `due`: what is
    due at all, or is so pressing; in the sequence of `due` only what is. Of a `kind` only open orders come, unless a
    state is named in which they are over.
    """

    state = fields.String(load_default=None, validate=validate.OneOf([state.value for state in State]))
    shop = fields.String(load_default="", validate=validate.Length(max=60))
    carrier = fields.String(load_default="", validate=validate.Length(max=60))
    promised_before = fields.AwareDateTime(load_default=None, validate=CREDIBLE)
    q = fields.String(load_default="", validate=validate.Length(max=80))
    held = fields.Boolean(load_default=False)
    due = fields.String(load_default="", validate=validate.OneOf(["", "any", *COLOURS]))
    due_kind = fields.String(load_default="", validate=validate.OneOf(["", *DUE_KINDS]))
    reason = fields.String(
        load_default="", validate=validate.Length(max=200), metadata={"description": "why they are held"}
    )
    tag = fields.String(load_default="", validate=validate.Length(max=40))
    kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    sort = sorted_by("id", "promised", "number", "urgent", "due")
    down = fields.Boolean(load_default=True)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))

    @post_load
    def open_ones(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """Where only open orders can be meant, they are looked for among these, which are few."""
        over = data["state"] in OVER
        sort = "promised" if over and data["sort"] == "urgent" else data["sort"]
        few = data["held"] or data["reason"] or sort == "urgent" or ((data["state"] or data["kind"]) and not over)
        due = "any" if sort == "due" and not data["due"] else data["due"]
        return {**data, "open": bool(few), "sort": sort, "due": due}


class OrderPage(Schema):
    """`next` is the cursor of the next page, null on the last. Who gets an order is masked."""

    items = fields.List(fields.Nested(OrderSummary))
    next = fields.String(allow_none=True)


class ReasonCount(Schema):
    reason = fields.String()
    orders = fields.Integer()


class QueueCounts(Schema):
    """Orders by state, and those that are held by why; a count of `most` means that many or more."""

    most = fields.Integer()
    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    held = fields.Integer()
    reasons = fields.List(fields.Nested(ReasonCount))


class AuditOrder(Schema):
    order_id = Id(required=True)


class Measure(fields.Integer):
    """A number of aisles or of millimetres; the layout's own rules are narrower."""

    def __init__(self) -> None:
        super().__init__(load_default=None, validate=validate.Range(0, 10**9))


class ImportQuery(Schema):
    """`map`: ours=Theirs,…; a value that begins with `=` is a constant. The others are options of some kinds."""

    map = fields.String(load_default="", validate=validate.Length(max=4000))
    # A name only: a path would let a caller read files of the server.
    profile = fields.String(load_default=None, validate=validate.Regexp(r"^[a-z0-9-]{1,60}$"))
    encoding = fields.String(load_default=None, validate=validate.Length(max=40))
    shop = fields.String(load_default=None, validate=validate.Length(1, 60))
    create_missing = fields.Boolean(load_default=False)
    stock = fields.Decimal(load_default=None, allow_nan=False, validate=validate.Range(0, 1000, min_inclusive=False))
    aisles = Measure()
    aisle_spacing_mm = Measure()
    aisle_length_mm = Measure()
    depot_aisle = Measure()
    depot_side = fields.String(load_default=None, validate=validate.OneOf(["front", "back"]))
    cross_aisles_mm = fields.String(load_default=None, validate=validate.Length(max=4000))  # 9000 18000
    one_way = fields.String(load_default=None, validate=validate.Length(max=4000))  # 0:back 3:front
    obstacles = fields.String(load_default=None, validate=validate.Length(max=8000))  # 2:4000-6000


class RejectView(Schema):
    line = fields.Integer()
    column = fields.String()
    code = fields.String()
    reason = fields.String()
    value = fields.String()


class ImportSummary(Schema):
    """`read` and `rejected` count rows; further counts depend on the kind. `rejects` are the first 1,000."""

    kind = fields.String()
    read = fields.Integer()
    created = fields.Integer()
    updated = fields.Integer()
    unchanged = fields.Integer()
    rejected = fields.Integer()
    seconds = fields.Float()
    rejects = fields.List(fields.Nested(RejectView))


class ShopView(Schema):
    """A shop. `owner` is whose goods it sells, `min_days_shipping` the days of life its customers want."""

    id = fields.Integer()
    code = fields.String()
    name = fields.String()
    platform = fields.String()
    currency = fields.String()
    carrier = fields.String()
    owner = fields.String()
    min_days_shipping = fields.Integer()
    merging = fields.String()
    pay_days = fields.Integer()
    ship_days = fields.Integer()
    presale_ahead = fields.Boolean()
    remind_unpaid_minutes = fields.Integer(allow_none=True)
    cancel_unpaid_minutes = fields.Integer(allow_none=True)


class ShopList(Schema):
    items = fields.List(fields.Nested(ShopView))


class ShopHouse(Schema):
    """A warehouse of a shop; `places` are those that it serves first."""

    warehouse = fields.String(required=True, validate=validate.Length(1, 60))
    name = fields.String(dump_only=True)
    places = fields.List(
        fields.String(validate=validate.Length(1, 120)), load_default=list, validate=validate.Length(max=2_000)
    )


class ShopHouses(Schema):
    """How a shop sends: from its `warehouses`, the preferred first, one of which is chosen by `way`; `otherwise`: what
    is done where none has all. One warehouse or none: there is nothing to choose."""

    way = fields.String(required=True, validate=validate.OneOf(WAYS))
    otherwise = fields.String(required=True, validate=validate.OneOf(OTHERWISE))
    warehouses = fields.List(fields.Nested(ShopHouse), required=True, validate=validate.Length(max=50))

    @validates_schema
    def each_once(self, data: dict[str, list[dict[str, str]]], **_: object) -> None:
        codes = [one["warehouse"] for one in data["warehouses"]]
        if len(set(codes)) < len(codes):
            raise ValidationError("a warehouse is named twice", "warehouses")


class ShopHousesView(ShopHouses):
    """`known` are all warehouses."""

    shop = fields.String()
    known = fields.List(fields.Nested(ShopHouse))


class HouseReason(Schema):
    """Of an order, in words: `how` its warehouse was chosen, what stood for and against each."""

    how = fields.String()
    line = fields.String()
    rows = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))


class OrderHouse(Schema):
    """`why` is null where there was nothing to choose; `others`: where it may still go."""

    warehouse = fields.String()
    name = fields.String()
    why = fields.Nested(HouseReason, allow_none=True)
    others = fields.List(fields.Nested(ShopHouse))


class ToHouse(Schema):
    warehouse = fields.String(required=True, validate=validate.Length(1, 60))


class ShopChanges(Schema):
    """What is named is changed; `owner` is the code of an owner. The minutes count from the moment an order was placed:
    then its buyer is reminded, and then it is cancelled; null: never."""

    name = fields.String(validate=[validate.Length(1, 200), Filled])
    carrier = fields.String(validate=[validate.Length(1, 40), Filled])
    owner = fields.String(validate=[validate.Length(1, 60), Filled])
    min_days_shipping = fields.Integer(strict=True, validate=validate.Range(0, 36_500))
    merging = fields.String(
        validate=validate.OneOf(MERGING),
        metadata={"description": "its orders share parcels with none, with its own, with those of all shops that do"},
    )
    pay_days = fields.Integer(strict=True, validate=validate.Range(0, 365))
    ship_days = fields.Integer(strict=True, validate=validate.Range(0, 365))
    presale_ahead = fields.Boolean(metadata={"description": "sold ahead: packed before the balance is paid"})
    remind_unpaid_minutes = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 527_040))
    cancel_unpaid_minutes = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 527_040))
