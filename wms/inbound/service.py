"""The verbs of the inbound room: what is expected, what came, how good it is, where it goes."""
from __future__ import annotations

from wms.inbound.aside import add_photo, put_aside, settle
from wms.inbound.checks import Verdict, decide, put_plan
from wms.inbound.expected import (
    Announced,
    Facts,
    announce,
    begin,
    by_number,
    cancel,
    close,
    expect_transfer,
    finish,
    reopen,
)  # fmt: skip
from wms.inbound.putting import at_dock, put, take_container, take_goods, where_to
from wms.inbound.receiving import Arrival, receive_rest, take_in, take_pallet
from wms.inbound.undoing import undo

__all__ = [
    "Announced", "Arrival", "Facts", "Verdict", "add_photo", "announce", "at_dock", "begin", "by_number", "cancel",
    "close", "decide", "expect_transfer", "finish", "put", "put_aside", "put_plan", "receive_rest", "reopen", "settle",
    "take_container", "take_goods", "take_in", "take_pallet", "undo", "where_to",
]  # fmt: skip
