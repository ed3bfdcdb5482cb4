"""HTTP to shops: one place for time-outs, limits of rate, tries, and for what an answer means.

Nothing that it raises or logs holds an address with its parameters, a header or a body: tokens and buyers are in them.
"""
from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from wms.core.clock import now
from wms.core.retry_after import pause

TIMEOUT = (5, 20)  # seconds to connect, and between two bytes
TRIES = 3  # of a question that changes nothing
PAUSE = 0.2  # seconds before the second try, twice as much before each later one
PATIENCE = 3.0  # seconds that a limit is waited for on the spot; longer ones wait in the queue
USUAL_BAN = 60.0  # seconds, where a shop says that it is too much and not for how long
LONGEST_BAN = 86_400.0  # whatever it says
LARGEST = 32 * 1024 * 1024  # bytes of an answer
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class ChannelError(Exception):
    """A shop did not do what it was asked."""


class SilentError(ChannelError):
    """No answer, or that of a server in trouble: it may have done it or not."""


class RefusedError(ChannelError):
    """The shop said no; asking the same again changes nothing. `code` and `text` are the platform's."""

    def __init__(self, code: str, text: str = "") -> None:
        self.code, self.text = code, text
        super().__init__(f"{code}: {text}" if text else code)


class ExpiredError(RefusedError):
    """The access token does not count any more."""


@dataclass
class BusyError(ChannelError):
    """Too many requests; not before so many `seconds`."""

    seconds: float = USUAL_BAN

    def __str__(self) -> str:
        return f"rate limit, again in {self.seconds:.0f} s"


class Bucket:
    """So many requests at once, and one more each `1 / per_second`, where a platform counts each kind by itself.

    Threads may share it. It begins full; after a restart the platform's own refusal (`empty`) sets it right.
    """

    def __init__(self, per_second: float, burst: int) -> None:
        self.per_second, self._burst = per_second, burst
        self._left, self._at = float(burst), time.monotonic()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Wait for one, if that is not long. Raises BusyError, which says how long."""
        with self._lock:
            self._refill()
            wait = max(0.0, (1 - self._left) / self.per_second)
            if wait > PATIENCE:
                raise BusyError(wait)
            self._left -= 1
        time.sleep(wait)

    def empty(self) -> float:
        """The platform says that there is none left; returns the seconds until there is."""
        with self._lock:
            self._refill()
            self._left = min(self._left, 0.0)
            return (1 - self._left) / self.per_second

    def pace(self, per_second: float) -> None:
        """The platform says how fast it may be, which depends on the seller."""
        with self._lock:
            self._refill()
            self.per_second = per_second

    def _refill(self) -> None:
        at = time.monotonic()
        self._left = min(self._burst, self._left + (at - self._at) * self.per_second)
        self._at = at


class Client:
    """Requests to one shop, paced to what its platform allows. Threads may share it."""

    def __init__(self, per_second: float) -> None:
        self._every = 1 / per_second
        self._free_at = 0.0
        self._buckets: dict[str, Bucket] = {}
        self._lock = threading.Lock()
        self._session = requests.Session()
        self._session.mount("https://", requests.adapters.HTTPAdapter(pool_maxsize=16))
        self._session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=16))

    def ask(self, method: str, url: str, **sent: Any) -> requests.Response:
        """The answer to a question that changes nothing: it is asked again after a silence or a short ban."""
        for tried in range(1, TRIES):
            try:
                return self.tell(method, url, **sent)
            except SilentError:
                time.sleep(PAUSE * 2**tried / 2)
            except BusyError as busy:
                if busy.seconds > PATIENCE:
                    raise
                time.sleep(busy.seconds)
        return self.tell(method, url, **sent)

    def tell(self, method: str, url: str, **sent: Any) -> requests.Response:
        """The answer below 500, once. Raises SilentError, BusyError."""
        self._wait()
        loop = urlsplit(url).hostname in LOOPBACK
        if loop:  # no proxy of the environment stands between us and ourselves
            sent["proxies"] = {"http": "", "https": ""}
        try:
            reply = self._session.request(method, url, timeout=TIMEOUT, allow_redirects=False, **sent)
        except requests.RequestException as error:
            raise SilentError(type(error).__name__) from None  # its text has the address in it
        if reply.status_code == 429 or (reply.status_code == 503 and "Retry-After" in reply.headers):
            after = reply.headers.get("Retry-After")
            raise BusyError(pause(after, now(), usual=USUAL_BAN, longest=LONGEST_BAN))
        if reply.status_code >= 500:
            raise SilentError(f"HTTP {reply.status_code}")
        if len(reply.content) > LARGEST:
            raise SilentError("answer too large")
        return reply

    def bucket(self, name: str, per_second: float, burst: int) -> Bucket:
        """The allowance of one kind of request, the same each time that it is asked for."""
        with self._lock:
            return self._buckets.setdefault(name, Bucket(per_second, burst))

    def _wait(self) -> None:
        with self._lock:
            at = max(self._free_at, time.monotonic())
            self._free_at = at + self._every
        time.sleep(max(0.0, at - time.monotonic()))


def json_of(reply: requests.Response) -> dict[str, Any]:
    """The object that an answer holds. Raises SilentError for anything else: a proxy's page is no shop's answer."""
    try:
        found = reply.json()
    except ValueError:
        raise SilentError(f"HTTP {reply.status_code} without JSON") from None
    if not isinstance(found, dict):
        raise SilentError("not an object")
    return found


def address_problem(url: str) -> str | None:
    """Why a shop is not reached under this address: secrets travel over TLS, or not at all."""
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return None
    return None if parts.scheme == "http" and parts.hostname in LOOPBACK else "https"


def header(headers: Mapping[str, str], name: str) -> str:
    """A header whatever the case of its name; empty when it is not there."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")
