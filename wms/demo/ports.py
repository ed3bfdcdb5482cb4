"""Ports of this machine: those at which nothing listens yet, and how one is reached."""
from __future__ import annotations

import socket
from collections.abc import Collection

LOOKED_AT = 500


def free(host: str, port: int) -> bool:
    """Whether a service could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def address(host: str, port: int) -> str:
    """Where a service of this machine is reached that listens there."""
    reached = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - only compared
    return f"http://{reached}:{port}"


def free_port(host: str, first: int, but: Collection[int] = ()) -> int:
    """The first free port from `first` on that is not among `but`. Raises OSError when 500 are taken."""
    for port in range(first, min(first + LOOKED_AT, 65536)):
        if port not in but and free(host, port):
            return port
    raise OSError(f"no free port from {first} on")
