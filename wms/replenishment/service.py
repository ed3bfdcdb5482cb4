"""The verbs of the replenishment room: pick faces, what is brought to them, and what to buy."""
from __future__ import annotations

from wms.replenishment.buying import alerts, below_minimum, expected, goods_expected, put_rule, suggestions
from wms.replenishment.faces import put_faces, remove_face, standing
from wms.replenishment.giving_way import give_way
from wms.replenishment.planning import can_fill, demand_ahead, emergency, fill, low_faces, wait_turn
from wms.replenishment.screen import state, waiting
from wms.replenishment.work import at_source, cancel, in_hand, let_go, next_for, put, short, take

__all__ = [
    "alerts", "at_source", "below_minimum", "can_fill", "cancel", "demand_ahead", "emergency", "expected",
    "fill", "give_way", "goods_expected", "in_hand", "let_go", "low_faces", "next_for", "put", "put_faces",
    "put_rule", "remove_face", "short", "standing", "state", "suggestions", "take", "wait_turn", "waiting",
]  # fmt: skip
