"""What a board may ask. All of it only reads."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.scan import scan
from wms.insight import service
from wms.insight.schemas import Nothing, WhichOrder, WhichWave


@scan("board.snapshot", schema=Nothing, posts="supervisor", changes=False)
def snapshot(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor looks at the whole floor: waves, orders, people, walks and what is stuck."""
    return Envelope(data=service.snapshot(actor.warehouse_id))


@scan("board.floor", schema=Nothing, posts="supervisor", changes=False)
def floor(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The board draws the aisles, bins and zones, once when it opens."""
    return Envelope(data=service.floor_plan(actor.warehouse_id))


@scan("board.wave", schema=WhichWave, posts="supervisor", changes=False)
def wave(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor opens a wave: its carts with who walks them, and its orders."""
    return Envelope(data={"wave": service.wave(actor.warehouse_id, body["wave_id"])})


@scan("board.order", schema=WhichOrder, posts="supervisor", changes=False)
def order(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor opens an order, or finds it by whatever number is at hand, and reads its whole story."""
    return Envelope(data={"order": service.order(actor.warehouse_id, order_id=body["order_id"], code=body["code"])})
