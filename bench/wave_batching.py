"""Orders into carts on public instances and on a made-up shop: how far above the best known walks.

The instances (folders `henn`, `muter`, `bahceci` with a `references.csv` beside them) are not part of the project.
Entered through `bench/waves.py`.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from wms.waves.engine import exact_walk, s_shape
from wms.waves.engine.batching import into_carts
from wms.waves.engine.carts import BatchOrder, BatchProblem, batch_problem, first_come, members_of, on_floor
from wms.waves.engine.floor import Floor, Stop

FAMILIES = ("henn", "muter", "bahceci")


@dataclass(frozen=True)
class Instance:
    """A public instance. places: (aisle, cell), cell 0 nearest the back, by stop on our floor."""

    floor: Floor
    orders: list[BatchOrder]
    capacity: int
    places: dict[Stop, tuple[int, int]]
    to_depot_mm: int


def read(path: Path) -> Instance:
    """The instance in a file. An article named twice in an order counts twice."""
    fields: dict[str, str] = {}
    at: dict[int, tuple[int, int]] = {}
    weight: dict[int, float] = {}
    orders: list[list[tuple[int, int]]] = []
    for line in path.read_text(encoding="latin-1").splitlines():
        words = line.split()
        if line.startswith("NUM_ARTICLES_IN_ORDER"):
            orders.append([])
        elif ":" in line:
            key, value = line.split(":", 1)
            fields[key.strip()] = value.strip()
        elif len(words) >= 4 and words[0] == "ID":
            if words[2] == "AISLE":
                at[int(words[1])] = (int(words[3]), int(words[5]))
            elif words[2] == "WEIGHT":
                weight[int(words[1])] = float(words[3])
            elif words[2] == "QUANTITY" and orders:
                orders[-1].append((int(words[1]), int(words[3])))
    floor, stop_of = _floor(fields)
    return Instance(
        floor,
        [
            BatchOrder(
                tuple(dict.fromkeys(stop_of(at[article]) for article, _ in order)),
                (round(1_000 * sum(weight[article] * quantity for article, quantity in order)),),
            )
            for order in orders
        ],
        round(1_000 * float(fields["PICKER_CAPACITY"])),
        {stop_of(place): place for place in at.values()},
        _mm(fields.get("DISTANCE_TOP_OR_BOTTOM_TO_DEPOT", "0")),
    )


def _mm(metres: str) -> int:
    return round(1_000 * float(metres))


def _floor(fields: dict[str, str]) -> tuple[Floor, Callable[[tuple[int, int]], Stop]]:
    step, last = _mm(fields["DISTANCE_CELL_TO_CELL"]), int(fields["NUM_CELLS"]) - 1
    bottom, top = _mm(fields["DISTANCE_BOTTOM_TO_CELL"]), _mm(fields["DISTANCE_TOP_TO_CELL"])
    floor = Floor.one_block(
        int(fields["NUM_AISLES"]),
        spacing_mm=_mm(fields["DISTANCE_AISLE_TO_AISLE"]),
        length_mm=bottom + last * step + top,
        depot_aisle=int(fields["DEPOT_AISLE"]),
        depot_side="front" if fields.get("DEPOT_LOCATION", "bottom") == "bottom" else "back",
    )
    return floor, lambda place: (place[0], bottom + (last - place[1]) * step)


def _problem(instance: Instance) -> BatchProblem:
    problem = batch_problem(instance.floor, instance.orders, (instance.capacity,))
    return BatchProblem(
        problem.floor, problem.aisle, problem.y, problem.start, problem.place, problem.load, problem.capacity,
        cart_mm=2 * instance.to_depot_mm,
    )  # fmt: skip


def solve(path: str | Path, seconds: float, seed: int = 1) -> dict[str, object]:
    """The carts found in so many seconds, reading and writing out included, as the public checker takes them."""
    until = time.perf_counter() + seconds - 0.02
    instance = read(Path(path))
    found = into_carts(_problem(instance), seed=seed, seconds=seconds, stop=lambda: time.perf_counter() >= until)
    carts = []
    for members in members_of(found.where):
        stops = list(dict.fromkeys(stop for member in members for stop in instance.orders[member].stops))
        walk = exact_walk(instance.floor, stops)
        carts.append({"orders": members.tolist(), "stops": [instance.places[stops[i]] for i in walk.order]})
    return {"carts": carts}


def length(path: str | Path, answer: dict[str, object]) -> float:
    """What an answer walks, in the units of the instance."""
    instance = read(Path(path))
    stops = {place: stop for stop, place in instance.places.items()}
    carts: list[dict[str, list[tuple[int, int]]]] = answer["carts"]  # type: ignore[assignment]
    walked = [instance.floor.tour_length([stops[place] for place in cart["stops"]]) for cart in carts]
    return (sum(walked) + 2 * instance.to_depot_mm * len(carts)) / 1_000


def shop(orders: int, lines: int = 2, skus: int = 1_800, seed: int = 0) -> BatchProblem:
    """Orders of so many lines of Zipf-distributed SKUs on 20 aisles of 45 cells, one tote each, 15 totes a cart."""
    rng = np.random.default_rng(seed)
    floor = Floor.one_block(20, spacing_mm=5_000, length_mm=47_000)
    aisle, y = rng.integers(20, size=skus), 1_500 + 1_000 * rng.integers(45, size=skus)
    shares = 1 / np.arange(1, skus + 1)
    picked = rng.choice(skus, size=orders * lines, p=shares / shares.sum())
    return on_floor(
        floor, np.full(orders, lines), aisle[picked], y[picked], np.ones((orders, 1), np.int64), (15,)
    )  # fmt: skip


def first_come_s_shape(problem: BatchProblem) -> int:
    """Walking of carts as orders come, in S-shape."""
    assert problem.floor
    total = 0
    for members in members_of(first_come(problem.load, problem.capacity)):
        place = np.concatenate([problem.place[problem.start[m] : problem.start[m + 1]] for m in members])
        stops = list(dict.fromkeys(zip(problem.aisle[place].tolist(), problem.y[place].tolist(), strict=True)))
        total += s_shape(problem.floor, stops).length_mm
    return total


def table(folder: Path, seconds: Mapping[str, Sequence[float]], every: int = 1) -> None:
    """Mean and most % over the best known walks, per family and time; every n-th instance."""
    with (folder / "references.csv").open() as file:
        best = {(row["set"], row["instance"]): float(row["best_known"]) for row in csv.DictReader(file)}
    for family in FAMILIES:
        names = sorted(name for group, name in best if group == family)[::every]
        for limit in seconds.get(family, ()):
            over = []
            for name in names:
                path = folder / family / name
                over.append(100 * (length(path, solve(path, limit)) / best[family, name] - 1))
            optimal = sum(value < 1e-6 for value in over)
            print(
                f"{family:8} {limit:5} s: mean {np.mean(over):6.3f}%  most {max(over):6.2f}%  "
                f"{optimal} of {len(over)} at best known",
                flush=True,
            )


def shop_table(runs: Sequence[tuple[int, int, float]] = ((1_000, 2, 1.0), (10_000, 2, 5.0), (10_000, 2, 60.0))) -> None:
    """Walking saved against first come, first served in S-shape: (orders, lines, seconds)."""
    for orders, lines, seconds in runs:
        problem = shop(orders, lines)
        base = first_come_s_shape(problem)
        until = time.perf_counter() + seconds
        found = into_carts(problem, seed=1, seconds=seconds, stop=lambda until=until: time.perf_counter() >= until)
        late = time.perf_counter() - until
        print(
            f"{orders:6} orders of {lines} lines, {seconds:4} s: {100 * (1 - found.cost_mm / base):.2f}% less walking, "
            f"{int(found.where.max()) + 1} carts, {late:+.2f} s late",
            flush=True,
        )
