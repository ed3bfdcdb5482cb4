"""Under which names this service may be addressed, so that a page elsewhere cannot pass as ours.

A browser can be made to take a stranger's name for our address (DNS rebinding); it then sends that name as
`Host` and as `Origin`. Addresses in figures cannot be borrowed, so they are good, as are `localhost` and the
machine's own name. Any other name must be in `WMS_ORIGINS`.
"""
from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit


@lru_cache(16)
def listed(origins: str) -> frozenset[str]:
    """`WMS_ORIGINS` as a set: `https://wms.example.com`, …"""
    return frozenset(origin.strip().rstrip("/") for origin in origins.split(",") if origin.strip())


@lru_cache(1024)
def is_ours(host: str, origins: frozenset[str]) -> bool:
    """Whether a `Host` header (a name or address, with or without port) is one of ours."""
    name = _name(f"//{host}")
    own = socket.gethostname().lower()
    named = {"localhost", own, f"{own}.local", *map(_name, origins)}
    return name is not None and (name in named or _is_address(name))


def origin_check(origins: frozenset[str]) -> Callable[[str | None, Mapping[str, Any]], bool]:
    """For Socket.IO: may this origin open a websocket? One of the list, or the very host it was loaded from.

    Programs that are no browsers send none; they too are let in by their token alone.
    """

    def check(origin: str | None, environ: Mapping[str, Any]) -> bool:
        host = environ.get("HTTP_HOST", "")
        if origin is None or origin in origins:
            return True
        return urlsplit(origin).netloc == host and is_ours(host, origins)

    return check


def bare(host: str) -> str:
    """A `Host` header without its port, as it stands in an address: IPv6 in brackets."""
    name = urlsplit(f"//{host}").hostname or ""
    return f"[{name}]" if ":" in name else name


def _name(address: str) -> str | None:
    try:
        return (urlsplit(address).hostname or "").lower() or None
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
