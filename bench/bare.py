"""The bare view that the confirmation of a pick is compared with: the same statements, and nothing around them.

    python -m bench.bare PORT WORKERS DATABASE

No sign-in, no schema, no rules, no envelope, no events: it takes the JSON, runs the SQL and answers. gunicorn,
gevent and the number of processes are those of `wms serve`; connections are psycopg's own, a statement a round trip.
"""
# ruff: noqa: E402 - patching must come before any import that opens sockets or makes locks
from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import hashlib
import json
import re
import sys
from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Flask, jsonify, request
from gevent.queue import LifoQueue
from gunicorn.app.base import BaseApplication

from wms.core import command
from wms.core.prepared import Prepared
from wms.picking import confirm

CONNECTIONS = 20  # of a process


def _sql(statement: Prepared) -> str:
    """A statement of ours as psycopg writes it."""
    return re.sub(r"(?<!:):(\w+)", r"%(\1)s", statement.sql.replace("%", "%%"))


CONFIRM, STORE = _sql(confirm.CONFIRM), _sql(command.STORE)


def application(address: str) -> Flask:
    """The Flask application with its one view."""
    app = Flask("bare")
    free: LifoQueue[psycopg.Connection[Any] | None] = LifoQueue()
    for _ in range(CONNECTIONS):
        free.put(None)

    @app.post("/confirm")
    def view() -> Any:
        body = request.get_json()
        connection = free.get() or psycopg.connect(address)
        try:
            reply = act(connection, body)
            connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            free.put(connection)
        return jsonify(reply)

    return app


def act(connection: psycopg.Connection[Any], body: dict[str, Any]) -> dict[str, Any]:
    """What `pick.confirm` asks of the database, in its order."""
    moment = datetime.now(UTC)
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()
    person = body["person_id"]
    values = {**body, "warehouse_id": 1, "actor_id": person, "now": moment, "today": moment.date(), "proved": False}
    cursor = connection.execute(CONFIRM, values)  # type: ignore[arg-type]
    names = [column.name for column in cursor.description or ()]
    line = dict(zip(names, cursor.fetchone() or (), strict=True))
    reply = {"line": line["id"], "picked": line["picked"], "left": line["task_left"]}
    row = {"id": body["command_id"], "name": "pick.confirm", "body_hash": digest, "actor_id": person, "at": moment,
           "reply": json.dumps(reply)}  # fmt: skip
    connection.execute(STORE, row)  # type: ignore[arg-type]
    return reply


class Service(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """gunicorn with the settings of `wms serve` that concern speed."""

    def __init__(self, port: int, workers: int, address: str) -> None:
        self._settings = {"bind": f"127.0.0.1:{port}", "workers": workers, "worker_class": "gevent",
                          "worker_connections": 10_000, "control_socket_disable": True,
                          "errorlog": "/dev/null"}  # fmt: skip
        self._address = address
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return application(self._address)


if __name__ == "__main__":
    Service(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]).run()
