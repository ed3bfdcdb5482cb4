"""What the service worker is told: every file of a version by what this server really answers."""
from __future__ import annotations

import base64
import hashlib
import json

from wms import shelf


def told(reply):
    head = reply.text.split("\n", 1)[0]
    return json.loads(head.removeprefix("self.SHELF = ").removesuffix(";"))


def test_the_worker_is_told_what_the_server_answers(app):
    client = app.test_client()
    reply = client.get("/sw.js")
    assert (reply.status_code, reply.mimetype, reply.headers["Cache-Control"]) == (200, "text/javascript", "no-cache")
    files = told(reply)["files"]
    assert {"/terminal", "/wall", "/station", "/texts/zh_Hant.json", "/ui/packs/pages/terminal.js"} <= files.keys()
    assert not [name for name in files if "/desk/" in name or "/api/" in name or "zxing" in name]
    for address, integrity in files.items():
        with client.get(address) as answer:
            assert integrity == "sha256-" + base64.b64encode(hashlib.sha256(answer.get_data()).digest()).decode()
    assert client.get("/sw.js", headers={"If-None-Match": reply.headers["ETag"]}).status_code == 304


def test_another_file_is_another_version(app, tmp_path, monkeypatch):
    client = app.test_client()
    first = told(client.get("/sw.js"))
    monkeypatch.setattr(shelf, "_answer", lambda address: address.encode())
    shelf.script.cache_clear()
    second = told(client.get("/sw.js"))
    shelf.script.cache_clear()
    assert first["version"] != second["version"]
    assert first["files"].keys() == second["files"].keys()
