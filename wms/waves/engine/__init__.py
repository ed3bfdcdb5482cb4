"""Planning of waves: pure functions on plain values. No session, no web framework, no clock.

Enter through `plan_wave`; `exact_walk` serves single walks, such as a cart planned again half way.
"""

from .errors import PlanError
from .floor import Floor, Point, Stop
from .plan import CartOrder, CartPlan, Pick, WaveLine, WaveOrder, WavePlan, WaveProblem, plan_wave
from .routing import Walk, exact_walk, s_shape

__all__ = [
    "CartOrder",
    "CartPlan",
    "Floor",
    "Pick",
    "PlanError",
    "Point",
    "Stop",
    "Walk",
    "WaveLine",
    "WaveOrder",
    "WavePlan",
    "WaveProblem",
    "exact_walk",
    "plan_wave",
    "s_shape",
]
