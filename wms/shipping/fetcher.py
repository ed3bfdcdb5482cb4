"""Puts questions to carriers: one thread of a worker that reads and writes, and some that wait for carriers."""
from __future__ import annotations

import threading
import time
from collections import defaultdict
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog
from flask import Flask

from wms.core.errands import Errands
from wms.core.transaction import carry_out
from wms.shipping import asking, question
from wms.shipping.question import Outcome, Work

log = structlog.get_logger(__name__)

AHEAD = 2  # times as many are claimed as are put at once, so that nobody waits while answers are stored
PER_SECOND = 20.0  # questions to one account, where it does not say otherwise; SF allows 30


@dataclass(frozen=True)
class Pace:
    """`at_once`: questions under way; `tick`: seconds between looks when there is nothing to do; `lease`: how long a
    question is this worker's."""

    at_once: int = 16
    tick: float = 0.5
    lease: timedelta = asking.LEASE


@dataclass
class _Turns:
    """When each account may be asked next."""

    next_at: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    rests_until: dict[int, float] = field(default_factory=dict)

    def take(self, work: Work) -> float:
        """Seconds until this one's turn, which is taken by that."""
        account = work.request.account
        rate = account.rate(PER_SECOND) if account else PER_SECOND
        moment = time.monotonic()
        turn = max(moment, self.next_at[work.carrier_id])
        self.next_at[work.carrier_id] = turn + 1 / rate
        return turn - moment

    def rest(self, carrier_id: int, seconds: float) -> None:
        self.rests_until[carrier_id] = time.monotonic() + seconds

    def resting(self) -> list[int]:
        moment = time.monotonic()
        return [carrier_id for carrier_id, until in self.rests_until.items() if until > moment]


def run(app: Flask, stop: threading.Event, *, pace: Pace | None = None) -> None:
    """Ask carriers until `stop` is set. Blocks; start it in a thread. Several workers share the work."""
    with app.app_context():
        _Fetcher(stop, pace or Pace()).run()


class _Fetcher(Errands):
    """What is not settled at the end is asked after by somebody else, later."""

    def __init__(self, stop: threading.Event, pace: Pace) -> None:
        super().__init__("carriers", stop, at_once=pace.at_once, tick=pace.tick)
        self._pace, self._turns = pace, _Turns()
        self._going: set[Future[Outcome]] = set()

    def _turn(self) -> None:
        self._settle()
        free = AHEAD * self._pace.at_once - len(self._going)
        found: list[Work] = []
        if free > 0:
            claim = partial(asking.claim, free, resting=self._turns.resting(), lease=self._pace.lease)
            found = carry_out(claim)
        self._going |= {self._pool.submit(_put, work, self._turns.take(work), self._stop) for work in found}
        self._wait(self._going)

    def _settle(self) -> None:
        """Store what has come in, together."""
        done = {each for each in self._going if each.done()}
        outcomes = [each.result() for each in done if not each.cancelled()]
        for each in outcomes:
            if each.busy:
                self._turns.rest(each.work.carrier_id, each.busy)
        self._going -= done
        try:
            if outcomes:
                carry_out(partial(asking.settle, outcomes))
        except Exception:
            log.exception("carrier_answers_not_settled", waybills=[each.work.waybill_id for each in outcomes])
            self._one_by_one(outcomes)

    def _one_by_one(self, outcomes: list[Outcome]) -> None:
        """One that cannot be stored keeps none of the others; it is asked after again when its lease has ended."""
        for each in outcomes:
            try:
                carry_out(partial(asking.settle, [each]))
            except Exception:
                log.exception("carrier_answer_lost", waybill=each.work.waybill_id)


def _put(work: Work, seconds: float, stop: threading.Event) -> Outcome:
    if seconds > 0:
        stop.wait(seconds)
    return question.put(work)
