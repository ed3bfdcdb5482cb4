"""A database with a pick task for each terminal, and a web service that is killed and started again."""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import requests

from bench import ground as grounds
from bench.ground import Ground
from bench.world import READY_SECONDS, ROOT, free_port, plain_environment
from wms.core.config import Config
from wms.runtime import database


class Service:
    """`wms serve` in a process group of its own."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.port = free_port()
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = plain_environment(WMS_DATABASE_URL=self.config.psycopg_url, WMS_DATA=str(self.config.data))
        command = [sys.executable, "-m", "wms.serve", "--port", str(self.port)]
        with (self.config.data / "serve.log").open("ab") as log:
            self._running = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def ready(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            if self.answers():
                return
            time.sleep(0.1)
        raise RuntimeError((self.config.data / "serve.log").read_text()[-3000:])

    def answers(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).ok
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """`kill -9`, all its processes."""
        assert self._running is not None
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()


@contextmanager
def served(terminals: int, lines: int) -> Iterator[Service]:
    """So many people, each with a task of a cart full of orders of so many lines, of a piece each."""
    folder = Path(tempfile.mkdtemp(prefix="wms-chaos-"))
    folder.chmod(0o755)  # the embedded database may run under an account of its own
    try:
        with database(Config(data=folder, log_format="console")) as config:
            skus = 50
            grounds.make(config, Ground(skus=skus, balances=skus, tasks=terminals, lines=lines))
            service = Service(config)
            service.start()
            service.ready()
            try:
                yield service
            finally:
                service.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Books:
    """What the database says."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)

    def close(self) -> None:
        self._connection.close()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, values).fetchall()

    def session(self, nr: int) -> dict[str, Any]:
        """What a browser keeps of the session of the n-th person, as signing in would have left it."""
        ((id, name, badge, session),) = self.rows(_SESSION, f"P{nr}")
        person = {"id": id, "name": name, "badge": badge, "locale": "en", "posts": ["picker"]}
        where = {"id": 1, "code": "W", "name": "Bench"}
        return {"token": f"picker-{nr}", "session": session, "person": person, "warehouse": where, "heard": True}

    def barcodes(self) -> dict[str, str]:
        """By bin, in each of which lies one kind of goods."""
        return dict(self.rows(_BARCODES))

    def lines(self, nr: int) -> dict[int, tuple[int, str]]:
        """Pieces picked and the status of each line of the n-th person's task."""
        return {id: (picked, status) for id, picked, status in self.rows(_LINES, nr)}


_SESSION = """
    SELECT p.id, p.name, p.badge, s.id FROM person p JOIN device_session s ON s.person_id = p.id WHERE p.badge = %s
"""
_BARCODES = """
    SELECT b.code, k.code FROM stock_balance s JOIN bin b ON b.id = s.bin_id JOIN barcode k ON k.sku_id = s.sku_id
    WHERE b.kind = 'pick'
"""
_LINES = """
    SELECT l.id, l.picked, l.status FROM pick_line l JOIN pick_task t ON t.id = l.task_id
    JOIN pick_tote s ON s.task_id = t.id AND s.slot = l.slot JOIN container c ON c.id = s.container_id
    WHERE c.code LIKE 'T' || %s || '-%%'
"""
