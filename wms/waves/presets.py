"""Rules as merchants usually have them (订单处理原则), ready to be added. Pure; their names are in messages.toml."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from wms.waves.triggers import Trigger
from wms.waves.wishes import Limits

LIMITS = Limits(max_orders=200, max_waves=10)
HOURLY = tuple(range(8 * 60, 21 * 60, 60))  # from 8:00 to 20:00

NO_FILTER: Mapping[str, Any] = {
    "carriers": [], "shops": [], "kinds": [], "first_kinds": [], "promised_within_min": None, "promised_until": None,
    "zones": [], "needs": [], "never": [], "pieces": "any", "alike": None,
}  # fmt: skip
NOBODY_ELSE: Mapping[str, Any] = {"persons": [], "zones": []}  # everybody may walk it


@dataclass(frozen=True)
class Preset:
    """What a rule of this kind says; its name is `waves.preset.<code>` of the messages."""

    trigger: Trigger
    principle: str
    method: str = "cart"
    filter: Mapping[str, Any] = field(default_factory=dict)
    limits: Limits = LIMITS

    def facts(self) -> dict[str, Any]:
        """The same as a rule keeps it, but for its name."""
        trigger = asdict(self.trigger)
        return {
            "active": True,
            "trigger": {**trigger, "times": list(trigger["times"]), "weekdays": list(trigger["weekdays"])},
            "filter": {**NO_FILTER, **self.filter},
            "limits": asdict(self.limits),
            "method": self.method,
            "principle": self.principle,
            "people": dict(NOBODY_ELSE),
            "release": True,
        }


PRESETS: Mapping[str, Preset] = {
    "first_come": Preset(Trigger("count", orders=40, oldest_minutes=30), "first_come"),
    "simple_first": Preset(Trigger("count", orders=40, oldest_minutes=60), "simple_first"),
    "promise_first": Preset(Trigger("times", times=HOURLY), "promise_first"),
    "same_sku": Preset(
        Trigger("count", orders=20, oldest_minutes=60), "same_sku", "cart", {"alike": 10},
        Limits(max_orders=500, max_waves=10),
    ),
    "same_carrier": Preset(Trigger("cutoff", minutes_before=120), "same_carrier"),
    "single": Preset(
        Trigger("count", orders=30, oldest_minutes=30), "same_sku", "single", {"pieces": "single"},
        Limits(max_orders=300, max_waves=10),
    ),
    "same": Preset(
        Trigger("count", orders=30, oldest_minutes=30), "same_sku", "same", {"alike": 10},
        Limits(max_orders=500, max_waves=10, totes_per_cart=100),
    ),
    "prepack": Preset(
        Trigger("count", orders=10, oldest_minutes=10), "same_sku", "prepack", {}, Limits(max_orders=500, max_waves=10)
    ),
    "live_first": Preset(
        Trigger("count", orders=20, oldest_minutes=15), "promise_first", "cart", {"first_kinds": ["live", "urgent"]}
    ),
    # Twice as many as make a wave must wait: of fewer there is little to choose.
    "dense": Preset(
        Trigger("count", orders=80, oldest_minutes=60), "densest_aisles", "cart", {},
        Limits(min_orders=40, max_orders=120, max_waves=1),
    ),
    "gift": Preset(Trigger("hand"), "first_come", "order", {"kinds": ["gift"]}),
}  # fmt: skip
