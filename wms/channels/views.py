"""Shops' platforms over HTTP: connecting, how they go, and what platforms tell us."""
from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, jsonify, request
from flask.views import MethodView
from flask_smorest import Blueprint

from wms.channels import schemas, service
from wms.channels.client import ChannelError
from wms.core.error import WmsError
from wms.core.http import actor, change, signed_in
from wms.core.transaction import carry_out, transaction

blueprint = Blueprint("channels", __name__, url_prefix="/api/v1", description="Shops on their platforms")


@blueprint.route("/channels")
class Channels(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.response(200, schemas.ShopStates)
    def get(self) -> dict[str, Any]:
        """How the shops go that are connected to their platforms, and which platforms there are."""
        with transaction():
            return {"items": service.shown(actor().warehouse_id), "plugins": service.platforms()}


@blueprint.route("/channels/<string:shop>")
class OneChannel(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.Connection)
    @blueprint.response(200, schemas.ShopState)
    def put(self, body: dict[str, Any], shop: str) -> dict[str, Any]:
        """Connect a shop to its platform, or change how it is reached."""
        # No idempotent command: it would keep a hash of the secrets, and putting the same twice is the same anyway.
        carry_out(partial(service.connect, actor().warehouse_id, shop, body))
        return self._shown(shop)

    @signed_in("supervisor")
    @blueprint.arguments(schemas.Pause)
    @blueprint.response(200, schemas.ShopState)
    def patch(self, body: dict[str, Any], shop: str) -> dict[str, Any]:
        """Let a shop rest, or go on."""
        carry_out(partial(service.pause, actor().warehouse_id, shop, body["paused"]))
        return self._shown(shop)

    def _shown(self, shop: str) -> dict[str, Any]:
        with transaction():
            return service.shown(actor().warehouse_id, shop)[0]


@blueprint.route("/channels/<string:shop>/authorisation")
class Authorisation(MethodView):
    @signed_in("supervisor")
    @blueprint.arguments(schemas.Authorisation)
    @blueprint.response(204)
    def post(self, body: dict[str, Any], shop: str) -> None:
        """The code that the platform gave the merchant for us is exchanged for tokens."""
        house = actor().warehouse_id
        line = carry_out(partial(service.line_for, house, shop))
        try:
            tokens = line.channel.authorise(line.client, line.account, body["code"])
        except ChannelError as error:
            raise WmsError("channels.not_authorised", shop=shop, why=str(error)) from None
        carry_out(partial(service.keep_tokens, house, shop, tokens))


@blueprint.route("/channels/<string:shop>/fetch")
class Fetch(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.arguments(schemas.Fetch)
    @blueprint.response(202)
    def post(self, body: dict[str, Any], shop: str) -> dict[str, Any]:
        """Fetch one order now."""
        house = actor().warehouse_id

        def act() -> dict[str, Any]:
            service.fetch_now(house, shop, body["order"])
            return {}

        return change("channels.fetch", {**body, "shop": shop}, act)


@blueprint.route("/channels/<string:shop>/pull")
class Pull(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.response(202)
    def post(self, shop: str) -> dict[str, Any]:
        """Pull the shop now, and tell it what it is to be told."""
        house = actor().warehouse_id

        def act() -> dict[str, Any]:
            service.pull_now(house, shop)
            return {}

        return change("channels.pull", {"shop": shop}, act)


@blueprint.route("/channels/<string:shop>/troubles")
class Troubles(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.response(200, schemas.Troubles)
    def get(self, shop: str) -> dict[str, Any]:
        """Orders of the shop that could not be taken in, and shipments that it refused."""
        with transaction():
            return service.troubles(actor().warehouse_id, shop, actor().locale)


@blueprint.route("/channels/pushes/<int:push_id>/again")
class Again(MethodView):
    @signed_in("clerk supervisor")
    @blueprint.response(202)
    def post(self, push_id: int) -> dict[str, Any]:
        """Tell a shop once more what it refused."""
        house = actor().warehouse_id

        def act() -> dict[str, Any]:
            service.push_again(house, push_id)
            return {}

        return change("channels.push_again", {"push_id": push_id}, act)


@blueprint.route("/channels/<string:shop>/notices", methods=["POST"])
def notices(shop: str) -> Response:
    """Where a platform's webhooks go; its signature is what lets them in. What they name is fetched."""
    headers, body = dict(request.headers), request.get_data()
    carry_out(partial(service.noticed, shop, headers, body))
    return jsonify({})
