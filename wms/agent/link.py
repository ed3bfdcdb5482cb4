"""The line to the service: plain HTTPS requests that this side makes, so that no router has to let anybody in."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from wms.agent import VERSION
from wms.agent.journal import Job, is_whole
from wms.agent.settings import Settings

_ANSWER = 15.0  # seconds on top of what the service was asked to wait

Reply = dict[str, Any]


class RefusedError(Exception):
    """The service has answered, and says no. `status` is HTTP's; `code` names the reason."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text or code or f"HTTP {status}")
        self.status = status
        self.code = code


class Link:
    """Talks to the service. Every call raises OSError when it cannot be reached, or RefusedError."""

    def __init__(self, settings: Settings) -> None:
        self._at = f"{settings.server}/api/v1/print-agents"
        self._secret = settings.secret
        tls = ssl.create_default_context(cafile=settings.ca or None)
        self._opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=tls), _Unled())
        self._telling = threading.Lock()

    def enrol(self, code: str) -> Reply:
        """Spend a code on this secret: {id, name, station}."""
        return self._post("/enrol", {"code": code, "secret": self._secret}, signed=False)

    def greet(self, printers: list[Reply]) -> None:
        self._post("/greeting", {"version": VERSION, "printers": printers})

    def tell(self, make: Callable[[], Reply], done: Callable[[Reply], None]) -> None:
        """Send a report, one at a time: what is made for it has not been told by another meanwhile."""
        with self._telling:
            report = make()
            self._post("/reports", report)
            done(report)

    def jobs(self, owner: str, printers: list[str], busy: list[int], wait: float) -> tuple[list[Job], Reply]:
        """The next jobs of these printers, after `wait` seconds at most, and what else the service says; damaged ones
        are left out, and given again."""
        asked = {"owner": owner, "printers": printers, "busy": busy, "wait": wait}
        reply = self._post("/jobs", asked, limit=wait + _ANSWER)
        found = [(Job(each["id"], each["printer"], each["token"], base64.b64decode(each["payload"])), each["sha256"])
                 for each in reply["jobs"]]  # fmt: skip
        return [job for job, sha256 in found if is_whole(job.payload, sha256)], reply

    def wheel(self) -> tuple[str, bytes]:
        """The agent that goes with this service: (name of the file, content)."""
        headers, content = self._open("/wheel", None, self._headers(), _ANSWER)
        return headers.get_filename() or "", content

    def _post(self, path: str, body: Reply, *, signed: bool = True, limit: float = _ANSWER) -> Reply:
        _, content = self._open(path, json.dumps(body).encode(), self._headers(signed), limit)
        try:
            found: Reply = json.loads(content) if content else {}
        except ValueError as error:
            raise ConnectionError("the answer is not the service's") from error
        return found

    def _headers(self, signed: bool = True) -> dict[str, str]:
        own = {"Content-Type": "application/json", "User-Agent": f"wms-agent/{VERSION}"}
        return {**own, "Authorization": f"Bearer {self._secret}"} if signed else own

    def _open(
        self, path: str, data: bytes | None, headers: dict[str, str], limit: float
    ) -> tuple[http.client.HTTPMessage, bytes]:
        # S310: the address is the one a person enrolled with, http or https, see settings.address_of_server.
        request = urllib.request.Request(f"{self._at}{path}", data=data, headers=headers)  # noqa: S310
        try:
            with self._opener.open(request, timeout=limit) as answer:
                return answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            raise _refused(error) from error
        except http.client.HTTPException as error:  # cut off in the middle
            raise ConnectionError(f"the answer is not whole: {error!r}") from error


class _Unled(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: the secret is for the service that the agent was enrolled with."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _refused(error: urllib.error.HTTPError) -> Exception:
    if error.code not in range(400, 500) or error.code in (408, 429):
        # It is starting, its database is away, or somebody in between wants to be signed in to first.
        return ConnectionError(f"the service answers {error.code}")
    try:
        told = json.loads(error.read())
        return RefusedError(error.code, str(told.get("code", "")), str(told.get("detail", "")))
    except (ValueError, AttributeError, OSError, http.client.HTTPException):
        return RefusedError(error.code, "", "")
