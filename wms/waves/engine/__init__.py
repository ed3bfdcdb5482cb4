"""Planning of waves: pure functions on plain values. No session, no web framework, no clock.

Enter through `plan_wave`; `walk_on` serves single walks, such as a cart planned again half way, `choose_bins`
walks for which the bins are still to be chosen, `obstructed` and `graph_walk` floors that are no plain blocks.
Compiled code is loaded when it is first needed; `warm` does so beforehand.
"""

from .errors import PlanError
from .floor import Floor, Point, Stop
from .graph import Edge, Graph, OnEdge, Place, graph_walk
from .obstacles import AnyFloor, ObstructedFloor, obstructed, walk_on
from .plan import CartOrder, CartPlan, Costs, Pick, WaveLine, WaveOrder, WavePlan, WaveProblem, plan_wave
from .routing import Walk, exact_walk, s_shape
from .scattered import ScatteredWalk, Supply, Take, choose_bins
from .warming import compiled_before, warm

__all__ = [
    "AnyFloor",
    "CartOrder",
    "CartPlan",
    "Costs",
    "Edge",
    "Floor",
    "Graph",
    "ObstructedFloor",
    "OnEdge",
    "Pick",
    "Place",
    "PlanError",
    "Point",
    "ScatteredWalk",
    "Stop",
    "Supply",
    "Take",
    "Walk",
    "WaveLine",
    "WaveOrder",
    "WavePlan",
    "WaveProblem",
    "choose_bins",
    "compiled_before",
    "exact_walk",
    "graph_walk",
    "obstructed",
    "plan_wave",
    "s_shape",
    "walk_on",
    "warm",
]
