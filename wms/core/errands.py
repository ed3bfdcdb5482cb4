"""Questions to the outside: one thread of a worker reads and writes, others wait for the answers."""
from __future__ import annotations

import threading
from collections.abc import Collection
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import structlog

log = structlog.get_logger(__name__)

TOGETHER = 0.02  # seconds for which answers are gathered before they are written down


class Errands:
    """`name` says what they are, in logs and threads; `at_once` are under way; `tick`: seconds between looks when there
    is nothing to do. Who inherits says in `_turn` what comes in and what goes out, and ends it with `_wait`."""

    def __init__(self, name: str, stop: threading.Event, *, at_once: int, tick: float) -> None:
        self._name, self._stop, self._pause = name, stop, tick
        self._pool = ThreadPoolExecutor(at_once, name)

    def run(self) -> None:
        """Take turns until `stop` is set. What is under way then is not waited for: whoever takes it up later must
        expect that it arrived."""
        while not self._stop.is_set():
            try:
                self._turn()
            except Exception:
                log.warning(f"{self._name}_tick_failed", exc_info=True)
                self._stop.wait(self._pause)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _turn(self) -> None:
        raise NotImplementedError

    def _wait(self, going: Collection[Future[Any]]) -> None:
        """Until an answer is there, and a moment more for others, or until the next look."""
        if going:
            wait(going, self._pause, FIRST_COMPLETED)
            self._stop.wait(TOGETHER)
        else:
            self._stop.wait(self._pause)
