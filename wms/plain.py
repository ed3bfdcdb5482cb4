"""The port without TLS beside the one with it: it hands out what a device needs to trust the service, and leads
everybody else to the other port."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from wms.core import hosts

OPEN = ("/guide", "/ca.crt", "/ca.pem", "/ca.json", "/ui/", "/texts/", "/healthz", "/readyz", "/metrics")
"""What there is no harm in reading, or in being given a false copy of: the fingerprint is compared by a person."""

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def plain(app: Wsgi, tls_port: int, origins: frozenset[str]) -> Wsgi:
    """The application as it is without TLS."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path, host = environ.get("PATH_INFO", ""), environ.get("HTTP_HOST", "")
        if path.startswith(OPEN) or not hosts.is_ours(host, origins):  # the application turns a stranger's name away
            return app(environ, start)
        if environ.get("REQUEST_METHOD") not in ("GET", "HEAD"):  # nobody should send it again where it was overheard
            start("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"over TLS only\n"]
        start("307 Temporary Redirect", [("Location", _over_tls(host, tls_port, environ)), ("Content-Length", "0")])
        return []

    return answer


def _over_tls(host: str, port: int, environ: dict[str, Any]) -> str:
    name = hosts.bare(host)
    path = environ.get("PATH_INFO", "")
    path = quote(path.encode("latin-1")) if path.startswith("/") else "/"
    query = environ.get("QUERY_STRING", "")
    return f"https://{name if port == 443 else f'{name}:{port}'}{path}{'?' + query if query else ''}"
