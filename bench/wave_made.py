"""Orders into carts on instances made from seeds: the engine's constants are chosen on these, never on published ones.

    python -m bench.wave_made measure --seconds 1 10 --out FILE.json
    python -m bench.wave_made compare FILE.json FILE.json …

To compare two settings, measure each in a checkout of its own, on the same quiet machine; `compare` takes the least
cost that any of the files has for an instance as the best known one.
"""
from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from wms.waves.engine import warm
from wms.waves.engine.batching import into_carts
from wms.waves.engine.carts import BatchProblem, on_floor
from wms.waves.engine.floor import Floor

AISLES = 10


def long_aisles(orders: int, capacity: int, by_class: bool, seed: int) -> BatchProblem:
    """10 aisles of 45 cells, 5 to 25 articles an order, capacity in articles.

    by_class: half of the articles picked come from the aisle at the depot, a third from the next three.
    """
    return _made(orders, capacity, (5, 25), cells=45, spacing_mm=5_000, by_class=by_class, seed=seed)


def short_aisles(orders: int, capacity: int, seed: int) -> BatchProblem:
    """10 aisles of 10 cells, 2 to 10 articles an order, capacity in articles."""
    return _made(orders, capacity, (2, 10), cells=10, spacing_mm=2_400, by_class=False, seed=seed)


def _made(
    orders: int, capacity: int, sizes: tuple[int, int], *, cells: int, spacing_mm: int, by_class: bool, seed: int
) -> BatchProblem:
    rng = np.random.default_rng(seed)
    floor = Floor.one_block(AISLES, spacing_mm=spacing_mm, length_mm=2 * 1_500 + 1_000 * (cells - 1))
    counts = rng.integers(sizes[0], sizes[1], size=orders)
    share = np.array([0.52] + [0.12] * 3 + [0.02] * 6) if by_class else np.full(AISLES, 1 / AISLES)
    total = int(counts.sum())
    aisle = rng.choice(AISLES, size=total, p=share)
    y = 1_500 + 1_000 * rng.integers(cells, size=total)
    return on_floor(floor, counts, aisle, y, counts[:, None].astype(np.int64), (capacity,))


def instances() -> Iterator[tuple[str, str, BatchProblem]]:
    """(family, name, problem)."""
    seed = 1_000
    for orders in (40, 60, 80, 100):
        for capacity in (30, 45, 60, 75):
            for by_class in (False, True):
                seed += 1
                name = f"{orders}-{capacity}-{'class' if by_class else 'even'}"
                yield "long", name, long_aisles(orders, capacity, by_class, seed)
    for orders in (30, 50, 70, 100):
        for capacity in (24, 36, 48):
            seed += 1
            yield "short", f"{orders}-{capacity}", short_aisles(orders, capacity, seed)


def measure(seconds: list[float], only: str, seed: int) -> dict[str, int]:
    """{family/name/seconds: cost in mm}."""
    found = {}
    for family, name, problem in instances():
        for limit in seconds if only in family else ():
            until = time.perf_counter() + limit
            plan = into_carts(problem, seed=seed, seconds=limit, stop=lambda until=until: time.perf_counter() >= until)
            found[f"{family}/{name}/{limit:g}"] = plan.cost_mm
            print(f"{family}/{name}/{limit:g} {plan.cost_mm}", flush=True)
    return found


def compare(paths: list[Path]) -> None:
    """Print mean and most % over the best of all files, per file, family and seconds."""
    runs = {path.stem: json.loads(path.read_text()) for path in paths}
    best: dict[str, int] = {}
    for run in runs.values():
        for key, cost in run.items():
            about = key.rpartition("/")[0]
            best[about] = min(best.get(about, cost), cost)
    for name, run in runs.items():
        over = defaultdict(list)
        for key, cost in run.items():
            about, _, limit = key.rpartition("/")
            over[about.split("/")[0], float(limit)].append(100 * (cost / best[about] - 1))
        for (family, limit), each in sorted(over.items()):
            print(f"{name:16} {family:6} {limit:5g} s: mean {np.mean(each):6.3f}%  most {max(each):5.2f}%")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    todo = parser.add_subparsers(dest="todo", required=True)
    measuring = todo.add_parser("measure")
    measuring.add_argument("--seconds", type=float, nargs="+", default=[1.0])
    measuring.add_argument("--only", default="", help="one family")
    measuring.add_argument("--seed", type=int, default=1)
    measuring.add_argument("--out", type=Path, required=True)
    comparing = todo.add_parser("compare")
    comparing.add_argument("files", type=Path, nargs="+")
    asked = parser.parse_args()
    if asked.todo == "compare":
        compare(asked.files)
        return
    warm()
    asked.out.write_text(json.dumps(measure(asked.seconds, asked.only, asked.seed), indent=1) + "\n")


if __name__ == "__main__":
    main()
