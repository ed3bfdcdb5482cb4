"""The verbs of the counting room: ask for counts, count blind, post differences, decide about them."""
from __future__ import annotations

from wms.counting.close import done, empty
from wms.counting.decide import again, approve, in_the_way, refuse, retry, waiting_for_holds
from wms.counting.planning import plan_audit, plan_cycle
from wms.counting.screen import lots_of, picture, sku_shown, state
from wms.counting.shown import one
from wms.counting.tally import Scanned, at_bin, correct, scan, without_lot
from wms.counting.tasks import (
    ask,
    ask_sku,
    cancel,
    let_go,
    may_count,
    next_for,
    of_person,
    plan_of,
    put_plan,
    take,
    waiting,
    zero_check,
)

__all__ = [
    "Scanned", "again", "approve", "ask", "ask_sku", "at_bin", "cancel", "correct", "done", "empty", "in_the_way",
    "let_go", "lots_of", "may_count", "next_for", "of_person", "one", "picture", "plan_audit", "plan_cycle",
    "plan_of", "put_plan", "refuse", "retry", "scan", "sku_shown", "state", "take", "waiting", "waiting_for_holds",
    "without_lot", "zero_check",
]  # fmt: skip
