"""Programs over HTTP: where they are told what happens, what they were told, and the keys that they call us with.

Secrets are answered once, and kept in no stored answer: what makes one is no idempotent command.
"""
from __future__ import annotations

import json
from functools import partial
from typing import Any

from flask.views import MethodView
from flask_smorest import Blueprint

from wms.access import service as access
from wms.core.error import WmsError
from wms.core.export import offer_file
from wms.core.http import actor, change, signed_in
from wms.core.transaction import carry_out, transaction
from wms.programs import endpoints, schemas, sending
from wms.programs.listing import MESSAGES
from wms.programs.wangdiantong import apps

blueprint = Blueprint("programs", __name__, url_prefix="/api/v1", description="Programs: webhooks and keys")
SEES = "supervisor"
SETS = "admin"


@blueprint.route("/webhooks")
class Webhooks(MethodView):
    @signed_in(SEES)
    @blueprint.response(200, schemas.Endpoints)
    def get(self) -> dict[str, Any]:
        """Where programs are told what happens, and how that goes; and which events there are."""
        with transaction():
            return {"items": endpoints.shown(actor().warehouse_id), "events": endpoints.happenings()}

    @signed_in(SETS)
    @blueprint.arguments(schemas.NewEndpoint)
    @blueprint.response(201, schemas.EndpointView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Register an endpoint. Its secret is in this answer, and nowhere else afterwards."""
        who = actor()

        def act() -> tuple[int, str]:
            endpoint, secret = endpoints.add(who.warehouse_id, body, who.name)
            return endpoint.id, secret

        return _with_secret(*carry_out(act))


def _with_secret(endpoint_id: int, secret: str) -> dict[str, Any]:
    return {**_shown(endpoint_id), "secret": secret}


def _shown(endpoint_id: int) -> dict[str, Any]:
    with transaction():
        return endpoints.shown(actor().warehouse_id, endpoint_id)[0]


@blueprint.route("/webhooks/<int:endpoint_id>")
class OneWebhook(MethodView):
    @signed_in(SETS)
    @blueprint.arguments(schemas.EndpointChanges)
    @blueprint.response(200, schemas.EndpointView(exclude=("secret",)))
    def patch(self, body: dict[str, Any], endpoint_id: int) -> dict[str, Any]:
        """Change what is named."""
        carry_out(partial(endpoints.change, actor().warehouse_id, endpoint_id, body))
        return _shown(endpoint_id)

    @signed_in(SETS)
    @blueprint.response(204)
    def delete(self, endpoint_id: int) -> None:
        """It is told nothing any more; what it was told is forgotten."""
        carry_out(partial(endpoints.remove, actor().warehouse_id, endpoint_id))


@blueprint.route("/webhooks/<int:endpoint_id>/active")
class Switch(MethodView):
    @signed_in(SEES)
    @blueprint.arguments(schemas.EndpointSwitch)
    @blueprint.response(200, schemas.EndpointView(exclude=("secret",)))
    def put(self, body: dict[str, Any], endpoint_id: int) -> dict[str, Any]:
        """Switch an endpoint off, or on again: what waits is sent at once. What happens while it is off is not kept."""
        carry_out(partial(endpoints.change, actor().warehouse_id, endpoint_id, body))
        return _shown(endpoint_id)


@blueprint.route("/webhooks/<int:endpoint_id>/secret")
class Secret(MethodView):
    @signed_in(SETS)
    @blueprint.arguments(schemas.Renewal)
    @blueprint.response(200, schemas.EndpointView)
    def post(self, body: dict[str, Any], endpoint_id: int) -> dict[str, Any]:
        """A new secret, in this answer only. For a day messages carry the signatures of both."""
        house = actor().warehouse_id

        def act() -> str:
            return endpoints.renew(house, endpoint_id, end_old=body["end_old"])[1]

        return _with_secret(endpoint_id, carry_out(act))


@blueprint.route("/webhooks/<int:endpoint_id>/test")
class Test(MethodView):
    @signed_in(SEES)
    @blueprint.response(202, schemas.MessageMade)
    def post(self, endpoint_id: int) -> dict[str, Any]:
        """Have a message of the event `test` sent."""
        house = actor().warehouse_id
        return change("webhook.test", {"id": endpoint_id}, lambda: {"message": endpoints.test(house, endpoint_id)})


@blueprint.route("/webhooks/<int:endpoint_id>/again")
class SpanAgain(MethodView):
    @signed_in(SEES)
    @blueprint.arguments(schemas.Span)
    @blueprint.response(202, schemas.SentAgain)
    def post(self, body: dict[str, Any], endpoint_id: int) -> dict[str, Any]:
        """Have what happened in a span of time sent again, with the ids that it had."""
        house = actor().warehouse_id
        act = partial(endpoints.again_span, house, endpoint_id, body["since"], body["until"], failed=body["failed"])
        return change("webhook.again", {**body, "id": endpoint_id}, lambda: {"messages": act()})


@blueprint.route("/webhook-messages")
class Messages(MethodView):
    @signed_in(SEES)
    @blueprint.arguments(schemas.MessageQuery, location="query")
    @blueprint.response(200, schemas.MessagePage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What programs were told within a month, the newest first, and what they answered."""
        with transaction():
            return MESSAGES.page(actor(), query)


offer_file(blueprint, "/webhook-messages", MESSAGES, schemas.MessageQuery, SEES)


@blueprint.route("/webhook-messages/again")
class MessagesAgain(MethodView):
    @signed_in(SEES)
    @blueprint.arguments(schemas.Again)
    @blueprint.response(202, schemas.SentAgain)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Have messages sent again, whatever became of them, with the ids that they had."""
        house = actor().warehouse_id
        return change("webhook.again", body, lambda: {"messages": endpoints.again(house, body["ids"])})


@blueprint.route("/webhook-messages/<int:message_id>")
class OneMessage(MethodView):
    @signed_in(SEES)
    @blueprint.response(200, schemas.WholeMessage)
    def get(self, message_id: int) -> dict[str, Any]:
        """A message as it would be sent now."""
        who = actor()
        with transaction():
            found = next(iter(MESSAGES.told(who, [message_id])), None)
            if found is None or not _mine(who.warehouse_id, found["endpoint_id"]):
                raise WmsError("core.not_found", thing="message", key=message_id)
            (letter,) = sending.letters([message_id])
            return {**found, "body": json.loads(letter.body)}


def _mine(warehouse_id: int, endpoint_id: int) -> bool:
    return bool(endpoints.shown(warehouse_id, endpoint_id))


# ---- keys

@blueprint.route("/api-keys")
class ApiKeys(MethodView):
    @signed_in(SETS)
    @blueprint.response(200, schemas.Keys)
    def get(self) -> dict[str, Any]:
        """The keys that programs call this warehouse with."""
        with transaction():
            return {"items": access.api_keys(actor().warehouse_id)}

    @signed_in(SETS)
    @blueprint.arguments(schemas.NewKey)
    @blueprint.response(201, schemas.KeyView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make a key. It is in this answer, and nowhere else afterwards."""
        house = actor().warehouse_id

        def act() -> dict[str, Any]:
            row, key = access.make_api_key(body["name"], house, body["post"], signs=body["signs"])
            return {**access.shown_api_key(row), "key": key}

        return carry_out(act)


@blueprint.route("/api-keys/<int:key_id>")
class OneApiKey(MethodView):
    @signed_in(SETS)
    @blueprint.arguments(schemas.EndpointSwitch)
    @blueprint.response(200, schemas.KeyView(exclude=("key",)))
    def patch(self, body: dict[str, Any], key_id: int) -> dict[str, Any]:
        """Switch a key off, or on again; it is so within five seconds everywhere."""
        shown = carry_out(partial(access.switch_api_key, actor().warehouse_id, key_id, body["active"]))
        access.forget()
        return shown


# ---- apps that speak 旺店通

@blueprint.route("/dialect-apps")
class Apps(MethodView):
    @signed_in(SEES)
    @blueprint.response(200, schemas.Apps)
    def get(self) -> dict[str, Any]:
        """The apps that speak 旺店通 with this warehouse."""
        with transaction():
            return {"items": apps.shown(actor().warehouse_id)}

    @signed_in(SETS)
    @blueprint.arguments(schemas.NewApp)
    @blueprint.response(201, schemas.AppView)
    def post(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make an app for shops that push their orders. Its appsecret is in this answer, and nowhere else later."""
        shown, secret = carry_out(partial(apps.add, actor().warehouse_id, body))
        return {**shown, "secret": secret}


@blueprint.route("/dialect-apps/<int:app_id>")
class OneApp(MethodView):
    @signed_in(SETS)
    @blueprint.arguments(schemas.AppChanges)
    @blueprint.response(200, schemas.AppView(exclude=("secret",)))
    def patch(self, body: dict[str, Any], app_id: int) -> dict[str, Any]:
        """Change what is named, or switch it off and on."""
        return carry_out(partial(apps.change, actor().warehouse_id, app_id, body))


@blueprint.route("/dialect-apps/<int:app_id>/secret")
class AppSecret(MethodView):
    @signed_in(SETS)
    @blueprint.response(200, schemas.AppView)
    def post(self, app_id: int) -> dict[str, Any]:
        """A new appsecret, in this answer only; the old one counts no more."""
        shown, secret = carry_out(partial(apps.renew, actor().warehouse_id, app_id))
        return {**shown, "secret": secret}

from wms.programs import own_views  # noqa: E402, F401 - its routes hang on the same blueprint
