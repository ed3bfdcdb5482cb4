"""Random floors, stops and waves for the tests of the planning engine."""

from itertools import accumulate, pairwise, permutations
from random import Random

from hypothesis import strategies as st

from wms.waves.engine.carts import BatchOrder
from wms.waves.engine.floor import Floor, Point, Stop


@st.composite
def floors(draw: st.DrawFn, most_aisles: int = 6, blocks: int = 1) -> Floor:
    """Unevenly spaced aisles and cross aisles, lengths small enough that ties happen, depot at any end of any aisle."""
    gaps = draw(st.lists(st.integers(1, 9), max_size=most_aisles - 1))
    lengths = draw(st.lists(st.integers(1, 20 // blocks), min_size=blocks, max_size=blocks))
    xs, ys = tuple(accumulate(gaps, initial=0)), tuple(accumulate(lengths, initial=draw(st.integers(-3, 3))))
    return Floor(xs, ys, draw(st.integers(0, len(gaps))), draw(st.sampled_from(["front", "back"])))


def stops_on(floor: Floor, least: int = 0, most: int = 6) -> st.SearchStrategy[list[Stop]]:
    """Stops anywhere, at the very ends of an aisle and twice at one place too."""
    aisle = st.integers(0, len(floor.aisle_x_mm) - 1)
    return st.lists(st.tuples(aisle, st.integers(floor.front_mm, floor.back_mm)), min_size=least, max_size=most)


def a_floor(aisles: int = 10, cells: int = 30) -> Floor:
    return Floor.one_block(aisles, spacing_mm=4_000, length_mm=cells * 1_000 + 1_000, depot_aisle=aisles // 3)


def a_wave(floor: Floor, orders: int, lines: tuple[int, int], seed: int = 0) -> list[BatchOrder]:
    """Orders of one tote, their stops spread evenly over the cells of the floor."""
    rng = Random(seed)
    cells = range(floor.front_mm + 1_000, floor.back_mm, 1_000)
    return [
        BatchOrder(
            tuple((rng.randrange(len(floor.aisle_x_mm)), rng.choice(cells)) for _ in range(rng.randint(*lines))),
            (1,),
        )
        for _ in range(orders)
    ]


def least_length(floor: Floor, stops: list[Stop]) -> int:
    """The shortest closed walk by trying every order of the distinct stops."""
    return min(floor.tour_length(order) for order in permutations(sorted(set(stops))))


def on_path(floor: Floor, stop: Stop, path: tuple[Point, ...]) -> bool:
    x, y = floor.aisle_x_mm[stop[0]], stop[1]
    return any(
        min(a[0], b[0]) <= x <= max(a[0], b[0]) and min(a[1], b[1]) <= y <= max(a[1], b[1])
        for a, b in zip(path, path[1:] or path, strict=False)
    )


def path_length(path: tuple[Point, ...]) -> int:
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(path))


class StopAfter:
    """Says stop from the n-th question on, and counts the questions."""

    def __init__(self, questions: int) -> None:
        self.questions, self.asked = questions, 0

    def __call__(self) -> bool:
        self.asked += 1
        return self.asked > self.questions
