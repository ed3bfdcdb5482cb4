"""A whole warehouse of its own for a benchmark or a test: every process real, the data in a folder that goes away."""
from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import psycopg
import requests

from wms.core import migrate
from wms.core.config import Config
from wms.demo import ports
from wms.demo.load import Size, load
from wms.runtime import application, database

ROOT = Path(__file__).resolve().parents[1]
READY_SECONDS = 240  # a busy machine is slow, not broken
PORTS = (12_000, 32_000)


class World:
    """A running warehouse: `url` is where it serves, `data` its folder, `database` its database's address."""

    def __init__(self, data: Path, shops: bool = False) -> None:
        self.data = data
        self._shops = "shops" if shops else "no-shops"
        self.database = ""
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._demo: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to work on this warehouse."""
        return plain_environment(WMS_DATA=str(self.data), WMS_PORT=str(self.port))

    def start(self) -> None:
        """Start the web service, the worker and the virtual printers; returns when they answer."""
        log = (self.data / "demo.log").open("ab")
        command = [sys.executable, "-m", "wms", "demo", "--port", str(self.port), f"--{self._shops}"]
        self._demo = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        log.close()
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and self._demo.poll() is None:
            try:
                if requests.get(f"{self.url}/readyz", timeout=2).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise RuntimeError((self.data / "demo.log").read_text()[-3000:])

    def stop(self) -> None:
        if self._demo is not None:
            self._demo.send_signal(signal.SIGTERM)
            self._demo.wait(READY_SECONDS)
            self._demo = None

    def wms(self, *arguments: str, ok: tuple[int, ...] = (0,)) -> str:
        """Run a `wms` command on this warehouse; returns what it printed. Raises RuntimeError when it fails."""
        command = [sys.executable, "-m", "wms", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        if done.returncode not in ok:
            raise RuntimeError(f"wms {' '.join(arguments)}: {done.stderr[-3000:]}{done.stdout[-1000:]}")
        return done.stdout

    def robots(self, **plan: Any) -> dict[str, Any]:
        """Let robots work (see `wms.robots.run.Plan`); returns their figures."""
        settings = [part for name, value in plan.items() for part in ("--set", f"{name}={value}")]
        return json.loads(self.wms("simulate", "--url", self.url, "--json", *settings, ok=(0, 1)))

    def check(self) -> dict[str, Any]:
        """What `wms check` finds."""
        return json.loads(self.wms("check", "--json", ok=(0, 1)))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database answers to a query of its own."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(query).fetchall()  # type: ignore[call-overload, no-any-return]

    def cpu_seconds(self) -> dict[str, float]:
        """Processor seconds that the parts of this warehouse have used: web, worker, printers, database."""
        used = dict.fromkeys(("web", "worker", "printers", "database"), 0.0)
        assert self._demo is not None
        for process in psutil.Process(self._demo.pid).children(recursive=True):
            used[_part(process)] += cpu(process)
        server = psutil.Process(int((self.data / "postgres" / "postmaster.pid").read_text().split()[0]))
        used["database"] = sum(map(cpu, (server, *server.children())))
        return used


@contextmanager
def world(
    size: Size | None = None, prepare: Callable[[Config], None] | None = None, *, shops: bool = False
) -> Iterator[World]:
    """A warehouse with a demo of this size, running for the length of the block; with `shops`, virtual ones sell.

    `prepare` may do more with the loaded database, inside an application, before anything is served.
    """
    folder = Path(tempfile.mkdtemp(prefix="wms-world-"))
    folder.chmod(0o755)  # the embedded database may run under an account of its own
    here = World(folder, shops)
    try:
        with database(Config(data=folder)) as config:
            here.database = config.psycopg_url
            migrate.upgrade(config.psycopg_url)
            with application(replace(config, log_format="console")):
                load(folder, 1, lambda what: None, size or Size())
                if prepare:
                    prepare(config)
            here.start()
            yield here
    finally:
        here.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _part(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    return "web" if "wms.serve" in command else "printers" if "wms.demo.printers" in command else "worker"


def cpu(process: psutil.Process) -> float:
    """Processor seconds of the process and of those children of it that have ended."""
    try:
        spent = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(spent.user + spent.system + spent.children_user + spent.children_system)


def plain_environment(**settings: str) -> dict[str, str]:
    """This process's environment with these settings of ours and no others."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("WMS_")}, **settings}


def free_port() -> int:
    """A port on which nobody listens, below those that the system gives to whoever calls somebody.

    One of the latter could be a caller's before it is used here. Others look for a free one at the same time, so each
    begins at a place of its own.
    """
    return ports.free_port("127.0.0.1", secrets.SystemRandom().randrange(*PORTS))
