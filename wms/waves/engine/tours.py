"""Short closed tours over a table of lengths, where no exact method of walks serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .kernels.compiled import Ints

_DISTURBANCES = 20_000  # a tour of n points is disturbed and improved again this many times over n


def tour_of(lengths: Ints, seed: int, effort: float = 1.0) -> tuple[list[int], int, int]:
    """A short tour from point 0 through all points, its length, and a bound: equal to the length up to twelve other
    points, below it beyond. The same seed gives the same tour.
    `effort`: share of the usual disturbances, for tours of which many are wanted at once."""
    from .kernels.bounds import tour_bound
    from .kernels.tours import MOST_EXACT, short_tour, tour_length

    tour = short_tour(lengths, seed, int(_DISTURBANCES * effort) // len(lengths))
    length = int(tour_length(tour, lengths))
    exact = len(lengths) - 1 <= MOST_EXACT
    return tour.tolist(), length, length if exact else int(tour_bound(the_shorter_way(lengths), length))


def the_shorter_way(lengths: Ints) -> Ints:
    """A table that is the same both ways and in which no tour is longer than in this one.

    Each point is first given a height: going down from a to b is then as much shorter as going up is longer, which no
    closed tour notices. Heights under which both ways are as equal as can be (least squares) lose the least.
    """
    import numpy as np

    height = np.round((lengths.sum(axis=0) - lengths.sum(axis=1)) / (2 * len(lengths))).astype(np.int64)
    levelled = lengths + height[:, None] - height[None, :]
    return np.ascontiguousarray(np.minimum(levelled, levelled.T))
