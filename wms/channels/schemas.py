"""What the requests about shops take and give."""
from __future__ import annotations

from marshmallow import INCLUDE, Schema, ValidationError, fields, validate

from wms.channels.client import address_problem
from wms.core.fields import Filled

LONGEST = 4000  # letters of a secret


class Secret(fields.String):
    def __init__(self) -> None:
        super().__init__(load_only=True, validate=validate.Length(max=LONGEST))


def _over_tls(url: str) -> None:
    if address_problem(url):
        raise ValidationError("must begin with https://")


class Settings(Schema):
    """`carriers`: our carrier's code → the platform's. `per_second`: requests, where the platform grants more than
    usual. `oauth`: the address of JD's authorisation, where it is another. Plug-ins may ask for more."""

    class Meta:
        unknown = INCLUDE

    carriers = fields.Dict(keys=fields.String(), values=fields.String(validate=validate.Length(1, 60)))
    per_second = fields.Float(validate=validate.Range(0.01, 10_000))
    oauth = fields.String(validate=_over_tls)


class Connection(Schema):
    """How a shop is reached. Secrets are written and never read back; what is not named stays.

    The shop is told `stock_share` percent (0: nothing) of what is
    free beyond `safety_stock` pieces.
    """

    plugin = fields.String(required=True, validate=validate.Length(1, 60))
    url = fields.String(required=True, validate=validate.Length(1, 300))
    app_key = fields.String(validate=validate.Length(max=300))
    settings = fields.Nested(Settings)
    every_s = fields.Integer(validate=validate.Range(10, 86_400))
    stock_share = fields.Integer(validate=validate.Range(0, 100))
    safety_stock = fields.Integer(validate=validate.Range(0, 1_000_000))
    since = fields.AwareDateTime()
    app_secret = Secret()
    access_token = Secret()
    refresh_token = Secret()
    webhook_secret = Secret()


class Authorisation(Schema):
    code = fields.String(required=True, validate=[validate.Length(1, 1000), Filled])


class Pause(Schema):
    paused = fields.Boolean(required=True)


class Fetch(Schema):
    """`order` is the platform's number of it."""

    order = fields.String(required=True, validate=[validate.Length(1, 100), Filled])


class ShopState(Schema):
    """`state`: ok, late, failing or paused. `lag_s`: how old, at most, what is here of the shop is. `troubled`: orders
    that could not be taken in; `to_push`: shipments that it has not confirmed yet."""

    shop = fields.String()
    name = fields.String()
    plugin = fields.String()
    url = fields.String()
    state = fields.String()
    paused = fields.Boolean()
    every_s = fields.Integer()
    stock_share = fields.Integer()
    safety_stock = fields.Integer()
    pulled_at = fields.AwareDateTime(allow_none=True)
    next_pull_at = fields.AwareDateTime()
    lag_s = fields.Integer(allow_none=True)
    failures = fields.Integer()
    error = fields.String()
    error_at = fields.AwareDateTime(allow_none=True)
    troubled = fields.Integer()
    to_fetch = fields.Integer()
    to_push = fields.Integer()
    push_refused = fields.Integer()


class ShopStates(Schema):
    items = fields.List(fields.Nested(ShopState))
    plugins = fields.List(fields.String())


class Trouble(Schema):
    id = fields.Integer()
    order = fields.String()
    at = fields.AwareDateTime(allow_none=True)
    why = fields.String()


class ItemTrouble(Schema):
    """`told`: how many of it the shop refused to offer."""

    sku = fields.String()
    item = fields.String()
    told = fields.Integer(allow_none=True)
    why = fields.String()


class Troubles(Schema):
    orders = fields.List(fields.Nested(Trouble(exclude=("id",))))
    items = fields.List(fields.Nested(ItemTrouble))
    pushes = fields.List(fields.Nested(Trouble))
