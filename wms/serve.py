"""`python -m wms.serve`, which `wms serve` runs: green threads first, then everything else."""
# ruff: noqa: E402 - patching must come before any import that opens sockets or makes locks
from gevent import monkey

monkey.patch_all()

import socket
import ssl
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
import gevent
import structlog
from flask import Flask
from gevent.pywsgi import WSGIServer
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from wms.app import create_app
from wms.core import bus, hosts, log, tls
from wms.core.clock import now
from wms.core.config import Config, ConfigError, check, read
from wms.core.embedded import EmbeddedError
from wms.plain import plain
from wms.runtime import database, settle
from wms.waves import planner

GRACE_SECONDS = 3  # for requests at work when the service is told to stop; open websockets do not count
MOST_CONNECTIONS = 10_000  # of one process
RENEW_LOOK_SECONDS = 3600  # between two looks whether the certificate must be renewed, or was
STUCK_SECONDS = 120  # a process whose loop has not turned for so long is replaced


class Log(Logger):  # type: ignore[misc]  # gunicorn carries no types
    """gunicorn's messages through our own log."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self._access_log_enabled = False  # /metrics counts requests
        self.error_log.propagate = True


class Service(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """The web service inside gunicorn. Each of its processes makes its own application after the fork."""

    def __init__(self, config: Config, workers: int) -> None:
        self._config = config
        self._workers = workers
        super().__init__()

    def load_config(self) -> None:
        settings = {
            "bind": f"{self._config.host}:{self._config.tls_port or self._config.port}",
            "workers": self._workers,
            "worker_class": "gevent",
            "worker_connections": MOST_CONNECTIONS,
            "graceful_timeout": GRACE_SECONDS,
            "timeout": STUCK_SECONDS,
            "logger_class": Log,
            "control_socket_disable": True,
            "proc_name": "wms",
            "post_worker_init": self._watch,
        }
        if self._config.tls_port:
            certificate, key = tls.server_paths(self._config.data)
            settings |= {"certfile": str(certificate), "keyfile": str(key), "ssl_context": self._context}
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(self._config)

    def _watch(self, worker: Any) -> None:
        settle()
        gevent.spawn(_hang_up, worker)
        gevent.spawn(planner.warm)  # whoever releases the first wave should not wait for a compiler
        if self._config.tls_port:
            _serve_plain(self._config, worker.wsgi)

    def _context(self, cfg: Any, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        context = make()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        gevent.spawn(_keep_certified, context, self._config)
        return context


def _serve_plain(config: Config, app: Any) -> None:
    """The port without TLS, in every process: the system shares its connections out among them."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((config.host, config.port))
    listener.listen(128)
    WSGIServer(listener, plain(app, config.tls_port, hosts.listed(config.origins)), log=None).start()


def _keep_certified(context: ssl.SSLContext, config: Config) -> None:
    """A certificate that soon ends is renewed, by whichever process sees it first; new connections get the new one."""
    certificate, key = tls.server_paths(config.data)
    loaded = certificate.stat().st_mtime_ns
    while True:
        gevent.sleep(RENEW_LOOK_SECONDS)
        try:
            tls.renew_if_due(config.data, now())
            if certificate.stat().st_mtime_ns != loaded:
                context.load_cert_chain(certificate, key)
                loaded = certificate.stat().st_mtime_ns
        except (OSError, ssl.SSLError, tls.TlsError) as error:  # what is loaded serves on; the next look tries again
            structlog.get_logger().warning("tls.not_renewed", error=str(error))


def _hang_up(worker: Any) -> None:
    """When the process is told to stop, close its websockets: their clients find another process at once."""
    while worker.alive:
        gevent.sleep(0.1)
    sockets = bus.socketio.server.eio.sockets if bus.socketio.server else {}
    for each in list(sockets.values()):
        each.close(wait=False, abort=True)


def check_port(host: str, port: int) -> None:
    """Raises ConfigError when nothing can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigError(f"cannot listen at {host}:{port}: {error.strerror}; set WMS_HOST and WMS_PORT") from None


@click.command()
@click.option("--host", help="Where to listen; WMS_HOST.")
@click.option("--port", type=int, help="WMS_PORT.")
@click.option("--tls-port", type=int, help="Where to serve over TLS, with the certificate of `wms tls`; WMS_TLS_PORT.")
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes.")
def main(host: str | None, port: int | None, tls_port: int | None, workers: int) -> None:
    """Serve pages, the API and websockets until SIGTERM."""
    try:
        config = read()
        config = replace(
            config, host=host or config.host, port=port or config.port, tls_port=tls_port or config.tls_port
        )
        check(config)
        log.configure(config.log_format)
        check_port(config.host, config.port)
        if config.tls_port:
            check_port(config.host, config.tls_port)
            tls.ready(config.data, now())
        with database(config) as settled:
            Service(settled, workers).run()
    except (ConfigError, EmbeddedError) as error:
        click.echo(f"wms: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main(prog_name="wms serve")
