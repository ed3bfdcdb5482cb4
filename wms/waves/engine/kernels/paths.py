"""Shortest ways through a directed graph."""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np

from .compiled import Ints, kernel
from .lengths import NEVER


@kernel
def shortest_ways(first: Ints, heads: Ints, lengths: Ints, sources: Ints) -> tuple[Ints, Ints]:
    """From each source to every node, after Dijkstra.

    The arcs of node n go to heads[first[n]:first[n + 1]] and have these lengths (0 or more).
    Returns distances[source, node], NEVER where no way leads, and before[source, node], the node before it.
    """
    nodes = first.size - 1
    distances = np.full((sources.size, nodes), NEVER)
    before = np.full((sources.size, nodes), -1)
    for index in range(sources.size):
        reached = distances[index]
        reached[sources[index]] = 0
        waiting = [(np.int64(0), sources[index])]
        while len(waiting):
            length, node = heappop(waiting)
            if length > reached[node]:
                continue
            for arc in range(first[node], first[node + 1]):
                longer = length + lengths[arc]
                if longer < reached[heads[arc]]:
                    reached[heads[arc]] = longer
                    before[index, heads[arc]] = node
                    heappush(waiting, (longer, heads[arc]))
    return distances, before
