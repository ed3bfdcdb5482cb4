"""A virtual shop on a port, with the misfortunes of networks."""
from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from wms.channels.virtual.shop import Rejected, VirtualShop

Dialect = Callable[[VirtualShop, Request], Response]


def answered(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON, as all of them answer."""
    return Response(json.dumps(value, ensure_ascii=False), status, headers, content_type="application/json")


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        return None


class Served:
    """The shop as a WSGI application."""

    def __init__(self, shop: VirtualShop, dialect: Dialect) -> None:
        self.shop, self.dialect = shop, dialect

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        request.get_data(cache=True)
        shop = self.shop
        with shop.lock:
            shop.pass_time(shop.tick)
            dice = [shop.random.random() for _ in range(4)]
        if not shop.open or dice[0] < shop.faults.silent_before:
            _hang_up(environ)
        if dice[1] < shop.faults.busy:
            return answered({}, 429, {"Retry-After": "0"})(environ, start_response)
        if dice[2] < shop.faults.trouble:
            return Response("<html>Bad gateway", 502)(environ, start_response)
        reply = self.dialect(shop, request)
        if dice[3] < shop.faults.silent_after:
            _hang_up(environ)
        return reply(environ, start_response)


def _hang_up(environ: dict[str, Any]) -> NoReturn:
    line: socket.socket = environ["werkzeug.socket"]
    line.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError  # which the server takes as what it is


@contextmanager
def serving(shop: VirtualShop, dialect: Dialect) -> Iterator[str]:
    """The address of the shop, which is open as long as the block."""
    server = make_server("127.0.0.1", 0, Served(shop, dialect), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="shop", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def count(shop: VirtualShop, what: str) -> None:
    """Note that something was asked."""
    with shop.lock:
        shop.asked[what] = shop.asked.get(what, 0) + 1


def reject(shop: VirtualShop, error: Rejected) -> None:
    """Note that something was refused."""
    with shop.lock:
        shop.refused.append(f"{error.code} {error.text}".strip())
