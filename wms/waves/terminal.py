"""What a supervisor asks of the board about waves."""

from __future__ import annotations

from typing import Any

from wms.core.actor import Actor
from wms.core.envelope import Envelope
from wms.core.scan import scan
from wms.waves import rule_terminal, service  # noqa: F401  registers the scans of rules
from wms.waves.schemas import OrdersOfWave, PauseWave, WaveFilter, WaveId


@scan("wave.preview", schema=WaveFilter, posts="supervisor", changes=False)
def preview(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor sets a filter and sees what a wave would take, and what it would leave and why."""
    return Envelope(data=preview_data(actor.warehouse_id, body))


@scan("wave.build", schema=WaveFilter, posts="supervisor")
def build(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor sets these orders aside; no other wave can take them now."""
    data = build_data(actor, body)
    return Envelope(data={"wave": data}, message="waves.built", params=_words(data))


@scan("wave.release", schema=WaveId, posts="supervisor")
def release(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor lets picking begin: goods are held, carts planned, waiting pickers get their task."""
    data = release_data(actor, body["wave_id"])
    words = _words(data) | {"carts": data["carts"], "left": len(data["left_out"])}
    return Envelope(
        data={"wave": data}, message="waves.released_in_part" if data["left_out"] else "waves.released", params=words
    )


@scan("wave.cancel", schema=WaveId, posts="supervisor")
def cancel(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor gives up a wave, even on its way: its orders wait again, and what was picked of them goes back."""
    data = service.picture(service.cancel(actor.warehouse_id, body["wave_id"], actor.person_id))
    return Envelope(data={"wave": data}, message="waves.cancelled", params=_words(data))


@scan("wave.pause", schema=PauseWave, posts="supervisor")
def pause(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor pauses a wave: nobody is given its carts; who walks goes on, or stops after the line in hand."""
    data = service.picture(service.pause(actor.warehouse_id, body["wave_id"], send_home=body["send_home"]))
    return Envelope(data={"wave": data}, message="waves.paused", params=_words(data))


@scan("wave.resume", schema=WaveId, posts="supervisor")
def resume(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor lets a paused wave go on: its carts are given to who waits."""
    data = service.picture(service.resume(actor.warehouse_id, body["wave_id"]))
    return Envelope(data={"wave": data}, message="waves.resumed", params=_words(data))


@scan("wave.pull", schema=OrdersOfWave, posts="supervisor")
def pull(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor takes orders out of a wave at any moment: they wait again, what was picked of them goes back."""
    wave = service.pull(actor.warehouse_id, body["wave_id"], body["order_ids"], actor.person_id)
    data = service.picture(wave)
    return Envelope(
        data={"wave": data}, message="waves.pulled", params={"wave": wave.number, "orders": len(set(body["order_ids"]))}
    )


@scan("wave.split", schema=OrdersOfWave, posts="supervisor")
def split(actor: Actor, body: dict[str, Any]) -> Envelope:
    """The supervisor makes a new planned wave of some of a wave's orders."""
    wave = service.split(actor.warehouse_id, body["wave_id"], body["order_ids"], actor.person_id)
    data = service.picture(wave)
    return Envelope(data={"wave": data}, message="waves.split", params=_words(data))


def preview_data(warehouse_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """A preview as clients see it."""
    found = service.preview(warehouse_id, _filter(body), body["method"])
    left_out = [{"reason": reason, "count": count} for reason, count in sorted(found.left_out.items())]
    return {"orders": found.orders, "lines": found.lines, "units": found.units, "left_out": left_out}


def build_data(actor: Actor, body: dict[str, Any]) -> dict[str, Any]:
    """Build a wave; returns it as clients see it."""
    wave = service.build(
        actor.warehouse_id, _filter(body), body["totes_per_cart"], actor.person_id, method=body["method"]
    )
    return service.picture(wave)


def release_data(actor: Actor, wave_id: int) -> dict[str, Any]:
    """Release a wave; returns it as clients see it, with the orders that were left out."""
    wave, left_out = service.release(actor.warehouse_id, wave_id)
    return service.picture(wave) | {"left_out": left_out}


def _filter(body: dict[str, Any]) -> service.Filter:
    return service.Filter(
        body["max_orders"], body["carrier"], body["shop"], body["promised_before"], body["alike"]
    )  # fmt: skip


def _words(data: dict[str, Any]) -> dict[str, Any]:
    return {"wave": data["number"], "orders": data["orders"]}
