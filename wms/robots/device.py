"""A handheld, station or board: signs in, holds a websocket, sends commands, waits for events."""
from __future__ import annotations

import time
import uuid
from typing import Any

import requests
import socketio

from wms.robots.figures import Figures

ANSWER_SECONDS = 15.0
TRIES = 5


class Refused(Exception):
    """The service refused a command; `code` says why."""

    def __init__(self, name: str, message: dict[str, Any] | None) -> None:
        self.code = (message or {}).get("code", "unknown")
        self.params: dict[str, Any] = (message or {}).get("params") or {}
        super().__init__(f"{name}: {self.code}: {(message or {}).get('text')}")


class Device:
    """One signed-in device. Commands that get no answer are sent again under the same id."""

    def __init__(self, url: str, namespace: str, badge: str, pin: str, figures: Figures, station: str | None = None):
        self.url, self.namespace, self.figures = url.rstrip("/"), namespace, figures
        self.badge = badge
        self._heard: list[tuple[float, dict[str, Any]]] = []
        self._seen = 0  # the number of the newest event heard
        self._body = {"badge": badge, "pin": pin, "device": f"robot {badge}"}
        if station:
            self._body["station"] = station
        self._socket = socketio.Client(reconnection=True, reconnection_delay=0.2, reconnection_delay_max=1)
        self._socket.on("event", self._event, namespace=namespace)
        self._socket.on("missed", self._missed, namespace=namespace)
        self._socket.on("changed", lambda body: None, namespace=namespace)
        self.sign_in()

    def sign_in(self) -> None:
        """Badge and PIN, and a socket. Raises Refused."""
        answer = requests.post(f"{self.url}/api/v1/sessions", json=self._body, timeout=30)
        if answer.status_code != 200:
            problem = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
            raise Refused(f"sign in {self.badge}", {"code": problem.get("code"), "text": problem.get("detail")})
        self.who = answer.json()["data"]
        self._connect()

    def sign_out(self) -> None:
        """Go away; `sign_in` comes back."""
        self._socket.disconnect()
        self._http("DELETE", "/sessions/current")

    def _connect(self) -> None:
        self._socket.connect(
            self.url,
            namespaces=[self.namespace],
            transports=["websocket"],
            auth=lambda: {"token": self.who["token"], "after": self._seen},
            wait_timeout=20,
        )

    def close(self) -> None:
        self._socket.disconnect()

    def ask(self, name: str, **body: Any) -> dict[str, Any]:
        """Send a reading command; returns the envelope. Raises Refused."""
        return self._send(name, body)

    def do(self, name: str, **body: Any) -> dict[str, Any]:
        """Send a change under a fresh command id; returns the envelope. Raises Refused."""
        return self._send(name, {**body, "command_id": str(uuid.uuid4())})

    def read(self, path: str, **query: Any) -> dict[str, Any]:
        """GET of the HTTP API; returns its JSON. Raises Refused."""
        return self._http("GET", path, params=query)

    def change(self, path: str, **body: Any) -> dict[str, Any]:
        """POST to the HTTP API under a key of its own; returns its JSON. Raises Refused."""
        return self._http("POST", path, json=body, headers={"Idempotency-Key": str(uuid.uuid4())})

    def _http(self, method: str, path: str, headers: dict[str, str] | None = None, **sent: Any) -> dict[str, Any]:
        told = {"Authorization": f"Bearer {self.who['token']}", **(headers or {})}
        answer = requests.request(method, f"{self.url}/api/v1{path}", headers=told, timeout=30, **sent)
        if not answer.ok:
            problem = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
            raise Refused(f"{method} {path}", {"code": problem.get("code"), "text": problem.get("detail")})
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def _send(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        for _ in range(TRIES):
            started = time.perf_counter()
            try:
                answer = self._socket.call("command", (name, body), namespace=self.namespace, timeout=ANSWER_SECONDS)
            except (socketio.exceptions.TimeoutError, socketio.exceptions.BadNamespaceError):
                self.figures.lost += 1
                time.sleep(0.2)
                continue
            if not isinstance(answer, dict):
                raise Refused(name, None)
            code = (answer.get("message") or {}).get("code")
            if code == "core.database_down":
                time.sleep(0.5)
                continue
            self.figures.answered(name, time.perf_counter() - started, bool(answer["ok"]))
            if not answer["ok"]:
                raise Refused(name, answer.get("message"))
            return answer
        raise Refused(name, {"code": "no_answer", "text": f"no answer after {TRIES} tries"})

    def _event(self, row: dict[str, Any]) -> None:
        if row.get("hint"):  # too much for the bus: what it was must be asked for
            self._socket.emit("resume", {"after": self._seen}, namespace=self.namespace, callback=self._all)
        else:
            self._all([row])

    def _missed(self, told: dict[str, Any]) -> None:
        """On each connection: what came while there was none, and the newest event's number."""
        self._all(told["rows"])
        self._seen = max(self._seen, told["seq"])

    def _all(self, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            self._heard.append((time.time(), row))
            self._seen = max(self._seen, row.get("seq") or 0)

    def forget_events(self) -> None:
        """Do not mind what was heard so far."""
        self._heard.clear()

    def heard(self, name: str) -> bool:
        """Whether an event of this name came since somebody asked."""
        before = len(self._heard)
        self._heard[:] = [each for each in self._heard if each[1].get("name") != name]
        return len(self._heard) < before

    def next_event(self, name: str, seconds: float, since: int = 0) -> tuple[float, dict[str, Any]] | None:
        """Wait for an event of this name; returns (when it was heard, its row), or None in time."""
        until = time.time() + seconds
        while time.time() < until:
            for index, (at, row) in enumerate(self._heard):
                if row.get("name") == name and row.get("seq", 0) > since:
                    del self._heard[: index + 1]
                    return at, row
            time.sleep(0.01)
        return None
