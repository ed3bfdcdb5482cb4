"""Wave selection on the instances of the Mercado Libre challenge (SBPO 2025): units for each aisle visited.

`solve` answers one instance; `table` all of a folder, against the best values known.
"""
from __future__ import annotations

import csv
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from wms.waves.engine.selection import choose
from wms.waves.engine.selection_exact import Instance

SHARED = Path(os.environ.get("WMS_SHARED") or Path(__file__).resolve().parents[2] / "shared")
FOLDER = SHARED / "data" / "waves" / "selection"


def read(path: Path | str) -> Instance:
    """An instance file: counts; a line each for orders and aisles (n, then n times item and pieces); limits."""
    numbers = np.array(Path(path).read_text().split(), np.int64)
    n_orders, n_items, n_aisles = numbers[:3].tolist()
    o_ptr, o_item, o_qty, at = _lists(numbers, 3, n_orders)
    a_ptr, a_item, a_qty, at = _lists(numbers, at, n_aisles)
    low, high = numbers[at : at + 2].tolist()
    total = np.concatenate(([0], np.cumsum(o_qty)))
    units = total[o_ptr[1:]] - total[o_ptr[:-1]]
    return Instance(
        o_ptr, o_item, o_qty, units, np.zeros(n_orders), np.zeros(n_orders, np.bool_), a_ptr, a_item, a_qty, n_items,
        low, high, 0, n_orders, 1.0, 0.0,
    )  # fmt: skip


def _lists(numbers: Any, at: int, n: int) -> tuple[Any, Any, Any, int]:
    sizes, begins = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for row in range(n):
        sizes[row], begins[row] = numbers[at], at + 1
        at += 1 + 2 * int(numbers[at])
    ptr = np.concatenate(([0], np.cumsum(sizes)))
    where = np.repeat(begins - 2 * ptr[:-1], sizes) + 2 * np.arange(int(ptr[-1]))
    return ptr, numbers[where], numbers[where + 1], at


def solve(path: Path | str, seconds: float, seed: int = 1) -> dict[str, Any]:
    """An answer in the checker's form, within so many seconds from now; with the bound where one is proven."""
    until = time.monotonic() + seconds
    found = choose(read(path), seed=seed, stop=lambda: time.monotonic() >= until, clock=time.monotonic)
    if found is None:
        return {"orders": [], "aisles": []}
    return {"orders": found.orders.tolist(), "aisles": found.aisles.tolist(), "bound": found.bound}


def warm() -> None:
    """Load compiled code: a tiny instance of each kind."""
    for lines in ([[(0, 1)], [(0, 1), (1, 2)]], [[(0, 1)]]):
        orders = [np.array(each).ravel() for each in lines]
        numbers = [len(lines), 2, 2]
        for each in [*orders, np.array([0, 2, 1, 1]), np.array([1, 3])]:
            numbers += [len(each) // 2, *each.tolist()]
        path = Path(os.environ.get("TMPDIR", "/tmp")) / f"warm-{os.getpid()}.txt"
        path.write_text(" ".join(map(str, [*numbers, 1, 9])))
        solve(path, 0.2)
        path.unlink()


def table(seconds: float, every: int = 1) -> dict[str, Any]:
    """Every n-th instance: the value as per cent of the best known; prints it and its mean and least."""
    warm()
    with (FOLDER / "best_objectives.csv").open() as rows:
        best = {(row["dataset"], row["instance"]): float(row["best_objective"]) for row in csv.DictReader(rows)}
    shares = {}
    for (folder, name), known in list(best.items())[::every]:
        begun = time.monotonic()
        data = read(FOLDER / folder / name)
        answer = solve(FOLDER / folder / name, seconds)
        value = _value(data, answer)
        shares[f"{folder} {name}"] = round(100 * value / known, 3)
        took, aisles = time.monotonic() - begun, len(answer["aisles"])
        share = shares[f"{folder} {name}"]
        print(f"{folder} {name} {value:.3f} of {known:.3f} {share} aisles {aisles} bound {answer.get('bound')} "
              f"{took:.1f} s", flush=True)
    numbers = list(shares.values())
    print(f"mean {sum(numbers) / len(numbers):.3f} least {min(numbers):.3f}")
    return {"seconds": seconds, "mean": sum(numbers) / len(numbers), "least": min(numbers), "each": shares}


def _value(data: Instance, answer: dict[str, Any]) -> float:
    """Units for each aisle; 0 when the answer breaks a limit."""
    orders, aisles = np.array(answer["orders"], int), np.array(answer["aisles"], int)
    have = np.zeros(data.n_items, int)
    for a in aisles:
        have[data.a_item[data.a_ptr[a] : data.a_ptr[a + 1]]] += data.a_qty[data.a_ptr[a] : data.a_ptr[a + 1]]
    for o in orders:
        have[data.o_item[data.o_ptr[o] : data.o_ptr[o + 1]]] -= data.o_qty[data.o_ptr[o] : data.o_ptr[o + 1]]
    units = int(data.units[orders].sum())
    if have.min() < 0 or not data.min_units <= units <= data.max_units or not len(aisles):
        return 0.0
    return units / len(aisles)
