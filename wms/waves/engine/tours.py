"""Short closed tours over a table of lengths, where no exact method of walks serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .kernels.compiled import Ints

_DISTURBANCES = 20_000  # a tour of n points is disturbed and improved again this many times over n


def tour_of(lengths: Ints, seed: int) -> tuple[list[int], int, int | None]:
    """A short tour from point 0 through all points, its length, and a bound: equal to the length up to twelve other
    points, below it when the table is the same both ways, else None. The same seed gives the same tour."""
    from .kernels.bounds import tour_bound
    from .kernels.tours import MOST_EXACT, short_tour, tour_length

    tour = short_tour(lengths, seed, _DISTURBANCES // len(lengths))
    length = int(tour_length(tour, lengths))
    bound = None
    if len(lengths) - 1 <= MOST_EXACT:
        bound = length
    elif (lengths == lengths.T).all():
        bound = int(tour_bound(lengths, length))
    return tour.tolist(), length, bound
