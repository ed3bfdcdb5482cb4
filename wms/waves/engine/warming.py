"""Compiled code made ready before it is needed."""

from __future__ import annotations

from .floor import Floor
from .graph import Edge, Graph, graph_walk
from .routing import MOST_EXACT_BLOCKS, exact_walk
from .scattered import Supply, choose_bins


def warm() -> None:
    """Load the machine code of walks, batches and selections, and compile what is not yet on disk.

    Takes about a minute once per machine and version, then about a second in each process: call it when a
    process that plans starts, never in a request. Where the machine code is kept: `kernels.compiled`.
    """
    from . import batching, selection
    from .kernels import compiled

    batching.warm()
    selection.warm()
    for blocks in (1, 2, MOST_EXACT_BLOCKS + 1):
        floor = Floor.evenly(2, blocks, spacing_mm=2, length_mm=20)
        exact_walk(floor, [(place % 2, place) for place in range(20)])
    graph_walk(Graph(((0, 0), (1, 0)), (Edge(0, 1, 1),)), [1])
    for blocks in (1, 2):
        floor = Floor.evenly(2, blocks, spacing_mm=2, length_mm=20)
        supplies = [Supply("item", (place % 2, place), 1) for place in range(12)]
        choose_bins(floor, [("item", 2)], supplies)
        choose_bins(floor, [("item", 2)], supplies[:3])
    compiled.note_all_compiled()


def compiled_before() -> bool:
    """Whether `warm` has only to load what a process of this machine and version compiled before."""
    from .kernels import compiled

    return compiled.all_compiled()
