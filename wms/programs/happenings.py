"""The events that programs can hear of: their names, what each is about, and when it is told."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Happening:
    """`about` is the kind of its subject: order, parcel, wave, stock, receipt, problem or test."""

    name: str
    about: str
    story: str


_ALL = (
    Happening("order.created", "order", "An order was taken in."),
    Happening("order.changed", "order", "Its shop has changed an order that nobody worked on yet."),
    Happening("order.confirmed", "order", "The audit passed: its stock is promised, it waits for a wave."),
    Happening("order.held", "order", "The audit holds it; `hold` says why."),
    Happening("order.stopped", "order", "Somebody, or its shop, stopped it on its way."),
    Happening("order.resumed", "order", "What was stopped goes on."),
    Happening("order.cancelled", "order", "It will not be sent; what was promised to it is free."),
    Happening("order.packed", "order", "All of its parcels are closed."),
    Happening("order.shipped", "order", "Its carrier has taken all of its parcels; `parcels` has their numbers."),
    Happening("order.delivered", "order", "The last of its parcels was signed for."),
    Happening("parcel.packed", "parcel", "A parcel was closed."),
    Happening("parcel.waybill", "parcel", "A parcel has its carrier's number."),
    Happening("parcel.shipped", "parcel", "Its carrier has taken it."),
    Happening("parcel.tracked", "parcel", "It is somewhere else by now; `track` says how it stands."),
    Happening("wave.released", "wave", "Picking of a wave may begin."),
    Happening("wave.finished", "wave", "Nothing is left to pick in a wave."),
    Happening(
        "stock.changed", "stock",
        "More or fewer pieces of a SKU are free than was told last: the number itself, at most every 15 seconds a SKU.",
    ),
    Happening("receipt.finished", "receipt", "Nothing more is awaited on a receipt; `lines` say what came."),
    Happening("problem.raised", "problem", "Somebody reported a problem, or added words or a picture to it."),
    Happening("problem.cleared", "problem", "A supervisor has seen to it."),
)  # fmt: skip
HAPPENINGS: Mapping[str, Happening] = {each.name: each for each in _ALL}
TEST = Happening("test", "test", "Somebody pressed the test button.")
