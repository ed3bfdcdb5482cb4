"""What browsers load: page shells, scripts, texts; and what operators ask: health and metrics."""
from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from wms.core.actor import Actor
from wms.core.catalogue import LOCALES, browser_texts
from wms.core.config import Config
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.http import actor, signed_in
from wms.core.scan import answer, is_database_down

pages = Blueprint("pages", __name__)
UI = Path(__file__).resolve().parents[1] / "terminal_ui"
PRIVATE = {"tests", "node_modules"}


@lru_cache(maxsize=512)
def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _compressed(response: Response) -> Response:
    """The same for a browser that takes gzip: a third of the bytes, which counts at the edge of the radio cell.

    What was answered in part or not at all stays as it is, and so do pictures and fonts.
    """
    response.vary.add("Accept-Encoding")
    kind = response.mimetype
    shrinks = kind.startswith("text/") or kind.endswith(("json", "javascript", "svg+xml", "wasm"))
    if response.status_code == 200 and shrinks and request.accept_encodings["gzip"] > 0:
        response.direct_passthrough = False
        response.set_data(_gzip(response.get_data()))
        response.content_encoding = "gzip"
        etag, _ = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)  # the same content, in other bytes
    return response


@pages.get("/")
def home() -> ResponseReturnValue:
    return redirect("/terminal")


@pages.get(
    "/<any(terminal, station, wall, board, labels, stock, inbound, counts, replenishment, layout, waves, people):name>"
)
def page(name: str) -> Response:
    return send_from_directory(UI / "pages", f"{name}.html", max_age=0)


@pages.get("/ui/<path:path>")
def ui_file(path: str) -> Response:
    if path.split("/")[0] in PRIVATE:
        raise WmsError("core.not_found", thing="file", key=path)
    # Revalidated by its ETag, so that an update shows at once.
    return _compressed(send_from_directory(UI, path, max_age=0))


@pages.get("/pictures/<path:path>")
def picture(path: str) -> Response:
    """Pictures of goods that are kept in the data folder."""
    config: Config = current_app.extensions["wms_config"]
    return send_from_directory(config.data.resolve() / "pictures", path, max_age=3600)


@pages.get("/texts/<locale>.json")
def texts(locale: str) -> ResponseReturnValue:
    if locale not in LOCALES:
        raise WmsError("core.not_found", thing="locale", key=locale)
    answer = jsonify(browser_texts(locale))
    answer.add_etag()
    return _compressed(answer.make_conditional(request))


@pages.post("/api/v1/commands/<name>")
@signed_in()
def command(name: str) -> ResponseReturnValue:
    """Any declared scan over HTTP: the same body and the same envelope as over the websocket."""
    who: Actor = actor()
    result = answer(name, request.get_json(silent=True), who)
    return jsonify(result.body), result.status


@pages.get("/healthz")
def healthz() -> ResponseReturnValue:
    """The process is alive."""
    return jsonify(status="ok")


@pages.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The database answers and is migrated."""
    try:
        version = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except Exception as error:
        reason = "database_down" if is_database_down(error) else "not_migrated"
        return jsonify(status="unavailable", reason=reason), 503
    finally:
        db.session.remove()
    return jsonify(status="ok", migration=version)


@pages.get("/metrics")
def metrics() -> Response:
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
