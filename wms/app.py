"""Assembles the application from its rooms."""
from __future__ import annotations

import importlib
import importlib.util
import json
import threading
import uuid
from collections.abc import Iterable
from functools import cache, cached_property
from types import ModuleType
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, Request, Response, current_app, g, jsonify, request
from flask.sessions import NullSession, SessionInterface, SessionMixin
from flask_babel import Babel
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint
from marshmallow import ValidationError
from prometheus_client import Counter
from werkzeug.exceptions import HTTPException

from printers.documents import load_plugins
from wms import realtime
from wms.access import service as access
from wms.core import bounds, bus, flow, hosts, http, log, sealed
from wms.core.catalogue import messages
from wms.core.config import Config
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.metrics import REQUESTS
from wms.core.pool import FairPool
from wms.core.scan import as_refusal, spell_out
from wms.core.transaction import transaction
from wms.pages import pages
from wms.programs import service as programs
from wms.shelf import shelf

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# Lowest first: a room imports only rooms before it.
ROOMS = (
    "core", "access", "catalog", "layout", "stock", "problems", "printing", "orders", "counting", "replenishment",
    "inbound", "waves", "picking", "packing", "shipping", "channels", "customers", "notices", "programs", "insight",
)  # fmt: skip

DOCS = "/api/v1/docs"
OPERATORS = {"pages.healthz", "pages.readyz", "pages.metrics"}  # asked by machines, under whatever name they know
FILES = ("/api/v1/imports/", "/api/v1/receipt-photos", "/api/v1/problem-photos", "/api/v1/parcel-photos")
LARGEST_BODY = 1024 * 1024  # bytes, of everything but files
CAMERA = "/ui/core/camera_worker.js"  # reads barcodes: a script of its own, so that pages need not allow WebAssembly
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'"
)


def room_modules(name: str) -> list[ModuleType]:
    """The module of this name of every room that has one: `models`, `terminal`, `views`, `subscribers`."""
    names = [f"wms.{room}.{name}" for room in ROOMS]
    return [importlib.import_module(each) for each in names if importlib.util.find_spec(each)]


def create_app(config: Config, *, live: bool = True) -> Flask:
    """The Flask application. `live` False leaves out the websocket server (command line, worker)."""
    log.configure(config.log_format)
    messages()  # a text that is missing stops the start, not a picker
    app = Flask("wms", static_folder=None)
    app.config.update(_settings(config))
    app.extensions["wms_config"] = config
    app.session_interface = NoSession()
    db.init_app(app)
    for name in ("models", "importing", "terminal", "subscribers", "order_acts"):
        room_modules(name)
    load_plugins()  # documents of other distributions
    flow.check()
    _http(app)
    if live:
        _sockets(app, config)
    return app


class DescribedWhenAsked(Api):
    """The API, whose description is made when somebody reads it: it takes longer than all else at the start."""

    def __init__(self, app: Flask) -> None:
        self._blueprints: list[Any] = []
        super().__init__(app)

    def register_blueprint(self, blueprint: Any) -> None:
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blueprint.name] = self
        self._app.register_blueprint(blueprint)
        self._blueprints.append(blueprint)

    @cached_property
    def _described(self) -> str:
        for each in self._blueprints:
            each.register_views_in_doc(self, self._app, self.spec, name=each.name, parameters=None)
            self.spec.tag({"name": each.name, "description": each.description})
        return json.dumps(self.spec.to_dict(), indent=2, sort_keys=False)

    def _openapi_json(self) -> Response:
        with _describing:
            return current_app.response_class(self._described, mimetype="application/json")


_describing = threading.Lock()


class NoSession(SessionInterface):
    """Who asks is in the bearer token; there are no cookies to look for, sign or send."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        return NullSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        return None


def _settings(config: Config) -> dict[str, Any]:
    current, *former = sealed.secrets_of(config)
    return {
        "SECRET_KEY": current,
        "FORMER_SECRET_KEYS": tuple(former),
        "SQLALCHEMY_DATABASE_URI": config.sqlalchemy_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": config.pool_size,
            "poolclass": FairPool,
            "pool_timeout": 10,
            "pool_use_lifo": True,  # few connections that know every plan, rather than many that know some
            # A dead server must be noticed in seconds, not in the two minutes of the kernel's defaults.
            "connect_args": {"connect_timeout": 3, "keepalives_idle": 5, "application_name": "wms"},
        },
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "API_TITLE": "WMS",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api/v1",
        "OPENAPI_JSON_PATH": "openapi.json",
        "BABEL_DEFAULT_LOCALE": "en",
    }


def _http(app: Flask) -> None:
    Babel(app, locale_selector=lambda: http.locale())
    app.extensions["wms_authenticate"] = _authenticate
    app.register_blueprint(pages)
    app.register_blueprint(shelf)
    app.register_blueprint(programs.dialect)
    api = DescribedWhenAsked(app)
    for module in room_modules("views"):
        api.register_blueprint(module.blueprint)
    app.register_blueprint(get_swaggerui_blueprint(DOCS, "/api/v1/openapi.json", {"app_name": "WMS API"}))
    app.before_request(_begin)
    app.before_request(_refuse_early)
    app.after_request(_finish)
    app.register_error_handler(WmsError, http.problem)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(ValidationError, lambda e: http.problem(as_refusal(e)))
    app.register_error_handler(Exception, lambda e: http.problem(as_refusal(e)))


def _begin() -> None:
    g.request_id = request.headers.get("X-Request-Id", uuid.uuid4().hex)[:64]
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id, path=request.path)


def _refuse_early() -> None:
    """Turn away, before anyone looks into it, what came to a stranger's name or is beyond all bounds."""
    origins = hosts.listed(current_app.extensions["wms_config"].origins)
    if request.endpoint not in OPERATORS and not hosts.is_ours(request.host, origins):
        raise WmsError("core.unknown_host", host=request.host[:100])
    if not request.path.startswith(FILES):
        request.max_content_length = LARGEST_BODY
    bounds.check(request.args.to_dict(flat=False), "query")
    bounds.check(request.view_args or {}, "address")
    if request.is_json and request.get_data():
        try:
            bounds.check(request.get_json())
        except RecursionError:  # of the parser itself
            raise ValidationError({"body": ["is nested too deeply"]}) from None


def _as_sent() -> str:
    """Path and query of this request, letter by letter."""
    raw: str = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    return raw if raw.startswith("/") else "/" + raw.split("://", 1)[-1].partition("/")[2]


def _authenticate(token: str) -> Any:
    if not token and "X-WMS-Signature" in request.headers:  # a program whose key signs, and does not travel
        with transaction():
            return access.of_signature(request.method, _as_sent(), request.get_data(), request.headers)
    actor = access.recent(token)
    if actor is None:
        with transaction():
            actor = access.authenticate(token)
        access.remember(token, actor)
    return actor


@cache
def _counter(endpoint: str, status: int) -> Counter:
    return REQUESTS.labels(endpoint, status)


def _finish(response: Response) -> Response:
    _counter(request.endpoint or "none", response.status_code).inc()
    response.headers["X-Request-Id"] = g.get("request_id", "")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    # The API's browsable page comes from its wheel with a script inside the page.
    scripts = "script-src 'self' 'unsafe-inline'; " if request.path.startswith(DOCS) else ""
    if request.path == CAMERA:  # browsers before 2022 know only the wider word
        scripts = "script-src 'self' 'wasm-unsafe-eval' 'unsafe-eval'; "
    response.headers.setdefault("Content-Security-Policy", scripts + POLICY)
    return response


def _http_error(error: HTTPException) -> Response:
    """werkzeug's own errors, and the 422 of request parsing, as problem details."""
    parsed = getattr(error, "data", {}) or {}
    if "messages" in parsed:
        return http.problem(WmsError("core.invalid", fields=spell_out(parsed["messages"])))
    body = {
        "type": "about:blank",
        "title": error.name,
        "status": error.code,
        "detail": error.description,
        "code": f"http.{error.code}",
    }
    response = jsonify(body)
    response.status_code = error.code or 500
    response.content_type = "application/problem+json"
    return response


def _sockets(app: Flask, config: Config) -> None:
    realtime.bind(app)
    bus.socketio.init_app(
        app,
        async_mode="gevent",
        client_manager=bus.manager(config.psycopg_url, config.redis_url or None),
        serializer=bus.TextPacket,
        transports=["websocket"],
        cors_allowed_origins=hosts.origin_check(hosts.listed(config.origins)),
        ping_interval=5,
        ping_timeout=4,
        manage_session=False,
    )
    app.wsgi_app = _UnpackedSockets(app.wsgi_app)  # type: ignore[method-assign]
    bus.socketio.start_background_task(realtime.watch_sessions, app)


class _UnpackedSockets:
    """Websockets carry their messages as they are, whatever the browser offers.

    A socket that packs keeps its own dictionary of what it has sent: more memory than all else that a terminal costs.
    """

    def __init__(self, serve: WSGIApplication) -> None:
        self._serve = serve

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return self._serve(environ, start_response)
