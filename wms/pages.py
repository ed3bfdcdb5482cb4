"""What browsers load: page shells, scripts, texts; and what operators ask: health and metrics."""
from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import lru_cache

from flask import Blueprint, Response, current_app, jsonify, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from wms.core import hosts, tls
from wms.core.actor import Actor
from wms.core.catalogue import LOCALES, browser_texts
from wms.core.config import Config
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.http import actor, signed_in
from wms.core.scan import answer, is_database_down
from wms.packs import UI, gzipped, pack, starts

pages = Blueprint("pages", __name__)
PRIVATE = {"tests", "node_modules"}
CERTIFICATE = "application/x-x509-ca-cert"  # what Android and iOS offer to install
DESK = (  # as in terminal_ui/desk/pages.js
    "board", "orders", "audit", "customers", "waves", "stock", "inbound", "counts", "replenishment", "packing",
    "printers", "problems", "shops", "programs", "layout", "templates", "people", "settings",
)  # fmt: skip


@lru_cache(maxsize=512)
def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _compressed(response: Response, compress: Callable[[bytes], bytes] = _gzip) -> Response:
    """The same for a browser that takes gzip: a third of the bytes, which counts at the edge of the radio cell.

    What was answered in part or not at all stays as it is, and so do pictures and fonts.
    """
    response.vary.add("Accept-Encoding")
    kind = response.mimetype
    shrinks = kind.startswith("text/") or kind.endswith(("json", "javascript", "svg+xml", "wasm"))
    if response.status_code == 200 and shrinks and request.accept_encodings["gzip"] > 0:
        response.direct_passthrough = False
        response.set_data(compress(response.get_data()))
        response.content_encoding = "gzip"
        etag, _ = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)  # the same content, in other bytes
    return response


def _revalidated(response: Response, compress: Callable[[bytes], bytes] = _gzip) -> Response:
    """Asked for again each time, and answered with nothing new when nothing is."""
    response.add_etag()
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return _compressed(response, compress)


@pages.get("/")
def home() -> ResponseReturnValue:
    return redirect("/terminal")


@pages.get("/<any(terminal, station, wall, scanner, guide, labels):name>")
def page(name: str) -> Response:
    """With `?plain` it loads its scripts one by one, as they lie in the folder."""
    if "plain" not in request.args:
        return send_from_directory(UI / "pages", f"{name}.html", max_age=0)
    return Response((UI / "pages" / f"{name}.html").read_text(encoding="utf-8").replace("/ui/packs/", "/ui/"))


@pages.get(f"/<any({', '.join(DESK)}):name>")
def desk(name: str) -> Response:
    """Every page of the desk has the same shell; its script starts what the address names."""
    return send_from_directory(UI / "pages", "desk.html", max_age=0)


@pages.get("/ui/<path:path>")
def ui_file(path: str) -> Response:
    if path.split("/")[0] in PRIVATE:
        raise WmsError("core.not_found", thing="file", key=path)
    # Revalidated by its ETag, so that an update shows at once.
    return _compressed(send_from_directory(UI, path, max_age=0))


@pages.get("/ui/packs/<path:path>")
def packed(path: str) -> Response:
    """All scripts of a page in one, named by the one that it begins with. With `.map`: which line came from where."""
    start = path.removesuffix(".map")
    if start not in starts():
        raise WmsError("core.not_found", thing="file", key=path)
    made = pack(start)
    if path == start:
        return _revalidated(Response(made.code, mimetype="text/javascript"), gzipped)
    return _revalidated(Response(made.map, mimetype="application/json"))


@pages.get("/pictures/<path:path>")
def picture(path: str) -> Response:
    """Pictures of goods that are kept in the data folder."""
    return send_from_directory(_config().data.resolve() / "pictures", path, max_age=3600)


def _config() -> Config:
    config: Config = current_app.extensions["wms_config"]
    return config


@pages.get("/texts/<locale>.json", defaults={"guide": False})
@pages.get("/texts/guide/<locale>.json", defaults={"guide": True})
def texts(locale: str, guide: bool) -> ResponseReturnValue:
    if locale not in LOCALES:
        raise WmsError("core.not_found", thing="locale", key=locale)
    return _revalidated(jsonify(browser_texts(locale, guide=guide)))


@pages.get("/ca.<any(crt, pem):kind>")
def authority(kind: str) -> Response:
    """The certificate that a device must trust, open to all like any certificate: DER for devices, PEM for programs."""
    content = tls.ca_bytes(_config().data, pem=kind == "pem")
    if content is None:
        raise WmsError("core.not_found", thing="certificate", key=f"ca.{kind}")
    sent = {"Content-Disposition": f"attachment; filename=ca.{kind}"} if kind == "crt" else {}
    return Response(content, content_type=CERTIFICATE, headers=sent)


@pages.get("/ca.json")
def authority_facts() -> ResponseReturnValue:
    """What a person compares before trusting it, and where the service is then; null where there is none."""
    config = _config()
    if not tls.ca_path(config.data).exists():
        return jsonify(None)
    known = tls.authority(config.data)
    url = f"https://{hosts.bare(request.host)}:{config.tls_port}/terminal" if config.tls_port else None
    return jsonify(subject=known.subject, sha256=known.sha256, not_after=known.not_after.isoformat(), url=url)


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
