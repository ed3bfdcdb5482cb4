"""`python -m bench.battery.work`: a process in which people scan, each in a thread of their own.

It reads scans from standard input, a line of JSON each, carries out those of one person one after the other, and
writes a line for every scan whose last word is known: the acknowledgement that must be true for ever. It may be killed
at any moment; whoever started it sends what was not acknowledged to the next one.
"""
from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

import bench.battery.scans  # noqa: F401 - declares the scans
from wms.app import create_app
from wms.core.actor import Actor
from wms.core.config import Config
from wms.core.db import db
from wms.core.scan import answer

TRIES, PAUSE = 400, 0.05  # while the database is away
POSTS = frozenset({"picker", "supervisor"})
_out = threading.Lock()

Reply = dict[str, Any]


def main() -> None:
    lines: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in sys.stdin:
        told = json.loads(line)
        lines[told["person"]].append(told)
    app = create_app(Config(
        database_url=os.environ["BATTERY_DATABASE"], data=Path(os.environ["BATTERY_FOLDER"]), secret_key="battery",
        pool_size=2 * len(lines) + 5, log_format="console",
    ), live=False)  # fmt: skip
    crash = os.environ.get("BATTERY_CRASH", "")
    if crash:
        _crash_at(*crash.split(":"))
    threads = [threading.Thread(target=_person, args=(app, person, todo)) for person, todo in lines.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _crash_at(moment: str, number: str) -> None:
    """Kill this process at the n-th commit, just before it or just after it: `before_commit` or `after_commit`."""
    left = [int(number)]

    def crash(session: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Session, moment, crash)


def _person(app: Flask, person: int, todo: list[dict[str, Any]]) -> None:
    actor = Actor(f"Picker {person}", 1, POSTS, person_id=person)
    with app.app_context():
        for line in todo:
            _tell(line, *_scan(app, actor, line))


def _scan(app: Flask, actor: Actor, line: dict[str, Any]) -> tuple[Reply, str]:
    """The last word on a scan, and what was wrong on the way to it ("" when nothing)."""
    twin: list[Reply] = []
    other = threading.Thread(target=lambda: twin.append(_beside(app, actor, line)))
    if line["again"] == "together":
        other.start()
    reply = _patiently(actor, line, line["body"])
    if line["again"] == "together":
        other.join()
        reply, wrong = _agreed(reply, twin[0])
    elif line["again"] == "later":
        reply, wrong = _agreed(reply, _patiently(actor, line, line["body"]))
    else:
        wrong = ""
    if line["other"] and reply["ok"]:
        refused = _patiently(actor, line, _changed(line["body"]))
        if (refused.get("message") or {}).get("code") != "core.command_reused":
            wrong = f"another body under the same id was answered: {refused}"
    return reply, wrong


def _beside(app: Flask, actor: Actor, line: dict[str, Any]) -> Reply:
    with app.app_context():
        try:
            return _patiently(actor, line, line["body"])
        finally:
            db.session.remove()


def _changed(body: dict[str, Any]) -> dict[str, Any]:
    """The body with another figure in it, which by itself could be carried out."""
    name = next(each for each in ("change", "qty", "to") if each in body)
    return {**body, name: body[name] % 50 + 1}


def _agreed(first: Reply, second: Reply) -> tuple[Reply, str]:
    """Of two answers to one command: the one that it was carried out, and whether both say the same of it."""
    if first["ok"] and second["ok"]:
        told = [{name: value for name, value in each.items() if name != "replayed"} for each in (first, second)]
        replayed = [each.get("replayed", False) for each in (first, second)]
        wrong = "" if told[0] == told[1] and any(replayed) else f"two answers to one command: {first} {second}"
        return first, wrong
    return (second if second["ok"] else first), ("" if not first["ok"] else f"acknowledged, then refused: {second}")


def _patiently(actor: Actor, line: dict[str, Any], body: dict[str, Any]) -> Reply:
    """As a terminal does: what the database did not answer is sent again under the same id."""
    for _ in range(TRIES):
        found = answer(line["name"], {"command_id": line["id"], **body}, actor)
        if found.status != 503:
            return found.body
        time.sleep(PAUSE)
    return found.body


def _tell(line: dict[str, Any], reply: Reply, wrong: str) -> None:
    code = (reply.get("message") or {}).get("code", "")
    pieces = line["body"].get("qty") if line["name"] == "pick.confirm" else (reply.get("data") or {}).get("pieces")
    told = {"id": line["id"], "ok": bool(reply["ok"]), "code": code, "pieces": pieces, "wrong": wrong}
    with _out:
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
