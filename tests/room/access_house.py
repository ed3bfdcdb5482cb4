"""Two warehouses with administrators, and the calls that tests of people and devices make."""
from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask.testing import FlaskClient

from wms.access import service
from wms.access.models import Person, Posting
from wms.core.transaction import transaction
from wms.layout.models import Warehouse

PIN, WRONG = "123456", "000000"
HASH = service.hash_pin(PIN)  # one for all: making it is what takes time


def house(code: str) -> int:
    with transaction() as session:
        made = Warehouse(code=code, name=code, aisles=1, aisle_spacing_mm=1, aisle_length_mm=1)
        session.add(made)
        session.flush()
        return made.id


def somebody(badge: str, posts: dict[int, Sequence[str]], locale: str = "en") -> int:
    """A person with posts in these warehouses; the PIN is the same for all."""
    with transaction() as session:
        (first, held), *others = posts.items()
        person = service.add_person(badge, f"Name of {badge}", HASH, first, held, locale)
        for warehouse_id, more in others:
            session.add_all(Posting(person_id=person.id, warehouse_id=warehouse_id, post=post) for post in more)
        return person.id


def signed_in(badge: str, warehouse_id: int | None = None) -> dict[str, str]:
    """The headers of a session that was opened without the door."""
    with transaction() as session:
        person = session.query(Person).filter_by(badge=badge).one()
        return {"Authorization": f"Bearer {service.open_session(person, 'test', warehouse_id=warehouse_id)}"}


class Asker:
    """Somebody who asks over HTTP with one session."""

    def __init__(self, client: FlaskClient, headers: dict[str, str]) -> None:
        self._client, self._headers = client, headers

    def __call__(self, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        """The JSON of an answer, which must have this status; of a refusal its code."""
        reply = self._client.open(f"/api/v1/{path}", method=method, json=body, headers={**self._headers, **headers})
        assert reply.status_code == status, reply.text
        return reply.json["code"] if status >= 400 else reply.json

    def code(self, name: str = "") -> str:
        return str(self("POST", "devices/codes", {"name": name}, 201)["code"])


class Handheld:
    """A device with a browser of its own."""

    def __init__(self, client: FlaskClient, name: str = "handheld") -> None:
        self._client, self.name = client, name
        self.secret: str | None = None

    def enrol(self, code: str, secret: str | None = None) -> str:
        """Spend a code; 'ok' or the code of the refusal."""
        secret = secret or secrets.token_hex(32)
        reply = self._client.post("/api/v1/devices/enrol", json={"code": code, "secret": secret})
        if reply.status_code == 200:
            self.secret = secret
            return "ok"
        return str(reply.json["code"])

    def sign_in(self, badge: str, pin: str = PIN) -> str:
        """'ok' or the code of the refusal; the session is then used by `ask`."""
        body = {"badge": badge, "pin": pin, "device": self.name, "secret": self.secret}
        reply = self._client.post("/api/v1/sessions", json=body)
        if reply.status_code == 200:
            self.data = reply.json["data"]
            return "ok"
        return str(reply.json["code"])

    def ask(self) -> str:
        """Ask anything under the session; 'ok' or why not."""
        headers = {"Authorization": f"Bearer {self.data['token']}"}
        reply = self._client.post("/api/v1/commands/no.such", json={}, headers=headers)
        code = (reply.json.get("message") or reply.json)["code"]
        return "ok" if code == "core.unknown_command" else str(code)
