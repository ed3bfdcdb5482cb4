"""Delivers webhooks: one thread of a worker that reads and writes, and some that wait for endpoints."""
from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

import structlog
from flask import Flask

from wms.core.errands import Errands
from wms.core.outward import Outward
from wms.core.transaction import carry_out
from wms.programs import sending, stock_watch
from wms.programs.endpoints import private_networks
from wms.programs.sending import AT_ONCE, Sent

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Pace:
    """`at_once`: messages under way; `tick`: seconds between looks when there is nothing to do; `stock`: between two
    comparisons of the stock."""

    at_once: int = 24
    tick: float = 0.5
    stock: float = stock_watch.EVERY_S


def run(app: Flask, stop: threading.Event, *, pace: Pace | None = None) -> None:
    """Deliver until `stop` is set. Blocks; start it in a thread. Several workers share the work."""
    with app.app_context():
        _Deliverer(stop, pace or Pace()).run()


class _Deliverer(Errands):
    """What is under way at the end is sent again by somebody else, later, with the same id."""

    def __init__(self, stop: threading.Event, pace: Pace) -> None:
        super().__init__("webhooks", stop, at_once=pace.at_once, tick=pace.tick)
        self._pace = pace
        self._outward = Outward(private_networks())
        self._going: dict[Future[Sent], int] = {}
        self._stock_at = 0.0

    def _turn(self) -> None:
        if time.monotonic() >= self._stock_at:
            self._stock_at = time.monotonic() + self._pace.stock
            carry_out(stock_watch.look)
        self._settle()
        free = self._pace.at_once - len(self._going)
        under_way = Counter(self._going.values())
        busy = [endpoint_id for endpoint_id, n in under_way.items() if n >= AT_ONCE]
        for letter in carry_out(partial(sending.claim, free, busy)) if free > 0 else []:
            self._going[self._pool.submit(sending.send, self._outward, letter)] = letter.endpoint_id
        self._wait(self._going)

    def _settle(self) -> None:
        """Write down what has come in, together."""
        done = [each for each in self._going if each.done()]
        sent = [each.result() for each in done if not each.cancelled() and each.exception() is None]
        for each in done:
            if not each.cancelled() and (error := each.exception()) is not None:
                log.error("webhook_not_sent", why=type(error).__name__)
            del self._going[each]
        if sent:
            carry_out(partial(sending.settle, sent))
