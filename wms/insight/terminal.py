"""What a board may ask. All of it only reads."""
from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.fields import Nothing
from wms.core.scan import scan
from wms.insight import service
from wms.insight.schemas import WhichOrder, WhichWave
from wms.orders import service as orders
from wms.waves import service as waves


@scan("board.snapshot", schema=Nothing, posts="supervisor", changes=False)
def snapshot(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor looks at the whole floor: waves, orders, people, walks and what is stuck."""
    shown = service.snapshot(actor.warehouse_id)
    said = {
        "stuck": [_spoken(item, actor.locale) for item in shown["stuck"]],
        "waves": [waves.with_words(card, actor.locale) for card in shown["waves"]],
    }
    return Envelope(data=shown | said)


@scan("board.floor", schema=Nothing, posts="supervisor", changes=False)
def floor(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The board draws the aisles, bins and zones, once when it opens."""
    return Envelope(data=service.floor_plan(actor.warehouse_id))


@scan("board.wave", schema=WhichWave, posts="supervisor", changes=False)
def wave(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor opens a wave: its carts with who walks them, and its orders."""
    return Envelope(data={"wave": service.wave(actor.warehouse_id, body["wave_id"])})


@scan("board.replay", schema=WhichWave, posts="supervisor", changes=False)
def replayed(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor plays a wave's plan again: the walks of its carts, and those it is measured against."""
    return Envelope(data={"replay": service.replay(actor.warehouse_id, body["wave_id"])})


@scan("board.order", schema=WhichOrder, posts="supervisor", changes=False)
def order(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor opens an order, or finds it by whatever number is at hand, and reads its whole story."""
    found = service.order(actor.warehouse_id, order_id=body["order_id"], code=body["code"])
    said = orders.hold_text(found["hold_reason"], found["hold_params"], actor.locale)
    return Envelope(data={"order": found | {"hold_text": said}})


def _spoken(item: dict[str, Any], locale: str) -> dict[str, Any]:
    """What is stuck, with the words of the room that held it."""
    if item["kind"] != "held":
        return item
    return item | {"text": orders.hold_text(item["reason"], item["detail"].get("params"), locale)}
