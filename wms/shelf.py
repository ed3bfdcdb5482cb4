"""The service worker that keeps the pages of terminals, walls and stations on the device (`terminal_ui/sw.js`).

The server tells it what belongs to a version, file by file with its hash. The worker takes a version whole or not at
all, so that a service that is being replaced, process by process, never leaves half of each on a device.
"""
from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import lru_cache

from flask import Blueprint, Response, current_app, request
from flask.typing import ResponseReturnValue

from wms.core.catalogue import LOCALES
from wms.packs import UI, Stamp, stamp
from wms.strip import strip

shelf = Blueprint("shelf", __name__)

PAGES = ("terminal", "wall", "station", "scanner")
NAMED = re.compile(r'"/ui/([^"]+)"')


@shelf.get("/sw.js")
def worker() -> ResponseReturnValue:
    """The script, which changes whenever a file does: then browsers fetch the new version beside the old one."""
    source = (UI / "sw.js").read_text(encoding="utf-8")
    answer = Response(script(source, stamp()), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag()
    return answer.make_conditional(request)


def _files() -> list[str]:
    """What a version consists of, by path below `/ui/`: what its pages name. A pack holds all scripts of its page; the
    reader of the camera is large, and asked for only where there is a link."""
    texts = [(UI / "pages" / f"{page}.html").read_text(encoding="utf-8") for page in PAGES]
    return sorted({name for text in texts for name in NAMED.findall(text)})


@lru_cache(maxsize=1)
def script(source: str, _: Stamp) -> str:
    """The worker with the list of what it keeps: each address with the hash of what this server answers there."""
    addresses = [
        *(f"/{page}" for page in PAGES), *(f"/ui/{name}" for name in _files()),
        *(f"/texts/{locale}.json" for locale in LOCALES),
    ]  # fmt: skip
    files = {address: _integrity(_answer(address)) for address in addresses}
    version = hashlib.sha256((json.dumps(files) + source).encode()).hexdigest()[:16]
    return f"self.SHELF = {json.dumps({'version': version, 'files': files})};\n{strip(source)}"


def _answer(address: str) -> bytes:
    """What this service itself answers: made smaller or not, it is what the browser will compare."""
    app = current_app
    with app.test_request_context(address):
        answer = app.make_response(app.dispatch_request())
        answer.direct_passthrough = False
        content = answer.get_data()
        answer.close()
        return content


def _integrity(content: bytes) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()
