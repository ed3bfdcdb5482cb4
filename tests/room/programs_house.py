"""A house with orders, a program outside that is told what happens in it, and the deliverer's work done by hand."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import order_samples as samples
from flask import current_app
from sqlalchemy import text

from wms.access import service as access
from wms.core import clock
from wms.core.db import db
from wms.core.outward import Outward
from wms.core.transaction import carry_out, transaction
from wms.programs import endpoints, sending
from wms.programs.happenings import HAPPENINGS
from wms.programs.virtual import VirtualProgram, listening

LOOP = "127.0.0.0/8"


@dataclass
class House:
    id: int
    program: VirtualProgram
    url: str
    endpoint: int = 0

    def deliver(self, rounds: int = 60) -> int:
        """Send what is due, as the worker does, until nothing is; returns how many were sent."""
        outward, sent = Outward(endpoints.private_networks()), 0
        for _ in range(rounds):
            letters = carry_out(lambda: sending.claim(24))
            if not letters:
                return sent
            done = [sending.send(outward, each) for each in letters]
            carry_out(lambda done=done: sending.settle(done))
            sent += len(done)
        return sent

    @contextmanager
    def later(self, span: timedelta) -> Iterator[None]:
        """`with house.later(…)`: the clocks of both sides stand so much later."""
        self.program.ahead_s = span.total_seconds()
        with clock.fixed(clock.now() + span):
            yield
        self.program.ahead_s = 0.0

    def state(self, endpoint: int = 0) -> dict[str, Any]:
        with transaction():
            return endpoints.shown(self.id, endpoint or self.endpoint)[0]

    def register(self, program: VirtualProgram, url: str, *events: str, **facts: Any) -> int:
        wanted = {"name": "Site", "url": url, "events": events or tuple(HAPPENINGS), "personal": False, **facts}
        with transaction():
            made, secret = endpoints.add(self.id, wanted, "test")
            program.secrets.append(secret)
            return made.id


def private() -> None:
    """Programs in the loop-back network may be told."""
    config = current_app.extensions["wms_config"]
    current_app.extensions["wms_config"] = replace(config, webhook_networks=LOOP)


@contextmanager
def opened(*events: str, pieces: int = 1000, **facts: Any) -> Iterator[House]:
    """A house with stock and a shop, and an endpoint that hears these events, or all."""
    private()
    program = VirtualProgram()
    house_id = samples.shop(pieces)
    with listening(program) as url:
        house = House(house_id, program, url)
        house.endpoint = house.register(program, url, *events, **facts)
        yield house


def rows(sql: str, **params: Any) -> list[tuple[Any, ...]]:
    db.session.remove()
    found = [tuple(row) for row in db.session.execute(text(sql), params)]
    db.session.remove()
    return found


def bearer(house: int, post: str) -> dict[str, str]:
    with transaction():
        someone = access.add_person(f"B-{post}", post, "no pin", house, (post,), "en")
        return {"Authorization": f"Bearer {access.open_session(someone, 'test')}"}
