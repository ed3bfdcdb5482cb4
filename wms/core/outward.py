"""HTTP to addresses that people have typed in: to the open internet, or where the configuration allows, not elsewhere.

A name may resolve to an address inside our own network, and to another one when it is asked again. So the address is
looked at when it is connected to, and that very one is connected to. Nothing is redirected and no proxy of the
environment stands in between. What is raised holds neither body nor header.
"""
from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.connection import create_connection

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

CONNECT_S, READ_S = 5, 10
FIRST = 500  # bytes of an answer that are kept
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class ForbiddenAddress(OSError):
    """The name leads to an address that nobody may be led to."""


@dataclass(frozen=True)
class Answer:
    """`head`: the first bytes of the answer as text; `retry_after` in seconds, where it says when to come again."""

    status: int
    head: str
    seconds: float
    retry_after: str = ""


class NoAnswer(Exception):
    """Nothing was heard, or it could not be asked; the text says why, without the address."""

    def __init__(self, why: str, seconds: float) -> None:
        self.why, self.seconds = why, seconds
        super().__init__(why)


@lru_cache(16)
def networks(listed: str) -> tuple[Network, ...]:
    """A comma separated list of CIDR networks. Raises ValueError."""
    return tuple(ipaddress.ip_network(each.strip()) for each in listed.split(",") if each.strip())


def may_reach(address: str, besides: tuple[Network, ...]) -> bool:
    """Whether this address is out in the open, or in one of the networks that were configured."""
    found = _meant(ipaddress.ip_address(address.split("%")[0]))
    if any(found.version == each.version and found in each for each in besides):
        return True
    return found.is_global and not found.is_multicast


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inside = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inside is None and address in _NAT64:
        inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inside or address


def url_problem(url: str, besides: tuple[Network, ...]) -> str | None:
    """Why nothing is sent to an address: `https`, where it must begin so, `user` for one with a password in it."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return "https"
    if not parts.hostname or parts.scheme not in ("https", "http") or port == 0:
        return "https"
    if parts.username is not None or parts.password is not None:
        return "user"
    return None if parts.scheme == "https" or besides else "https"


class Outward:
    """Posts to typed-in addresses; threads may share it. `besides`: private networks that may be reached as well, by
    plain HTTP too."""

    def __init__(self, besides: tuple[Network, ...] = ()) -> None:
        self._besides = besides
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("https://", _Adapter(besides))
        self._session.mount("http://", _Adapter(besides))

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer, whatever its status. Raises NoAnswer."""
        began = time.monotonic()
        try:
            if url_problem(url, self._besides):
                raise ForbiddenAddress("the address does not begin with https://")
            with self._session.post(
                url, data=body, headers=dict(headers), timeout=(CONNECT_S, READ_S), allow_redirects=False, stream=True
            ) as reply:
                head = _head(reply)
                again = reply.headers.get("Retry-After", "")
                return Answer(reply.status_code, head, time.monotonic() - began, again)
        except (requests.RequestException, OSError) as error:
            raise NoAnswer(_why(error), time.monotonic() - began) from None


def _head(reply: requests.Response) -> str:
    read: bytes = reply.raw.read1(FIRST) if hasattr(reply.raw, "read1") else reply.raw.read(FIRST)
    return read[:FIRST].decode("utf-8", "replace").replace("\0", "")


def _why(error: BaseException) -> str:
    """What went wrong in a word or two: the texts of HTTP libraries have the address in them."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ForbiddenAddress):
            return str(cause)
        cause = cause.__cause__ or cause.__context__ or getattr(cause, "reason", None) or _inner(cause)
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    return "no connection" if isinstance(error, requests.ConnectionError) else type(error).__name__


def _inner(error: BaseException) -> BaseException | None:
    inner = error.args[0] if error.args else None
    return inner if isinstance(inner, BaseException) else None


# ---- connecting only to addresses that were looked at

def _socket(connection: Any, besides: tuple[Network, ...]) -> socket.socket:
    host, port = connection._dns_host, connection.port
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if any(not may_reach(each, besides) for each in addresses):
        raise ForbiddenAddress("the name leads into a private network")
    return create_connection((addresses[0], port), connection.timeout, socket_options=connection.socket_options)


def _connections(besides: tuple[Network, ...]) -> dict[str, type[Any]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _socket(self, besides)

    class Sealed(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _socket(self, besides)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SealedPool(HTTPSConnectionPool):
        ConnectionCls = Sealed

    return {"http": PlainPool, "https": SealedPool}


class _Adapter(HTTPAdapter):
    def __init__(self, besides: tuple[Network, ...]) -> None:
        self._pools = _connections(besides)
        super().__init__(pool_connections=64, pool_maxsize=16, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        manager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **more)
        manager.pool_classes_by_scheme = self._pools
        self.poolmanager = manager
