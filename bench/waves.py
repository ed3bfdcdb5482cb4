"""The planning engine on public instances, measured by others.

    python bench/waves.py routing|batching|selection INSTANCE [--blocks 2] --seconds S --out ANSWER.json

    python bench/waves.py all [--every N]

The first writes an answer in the format of the independent checker, the second runs every N-th instance and prints the
table; `make bench-waves` runs all, which takes hours. Without the instances (WMS_SHARED, or a folder `shared` beside
the checkout) it measures the synthetic floor and the whole job only.
"""
from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import wave_batching, wave_job, wave_routing, wave_selection
from bench.tables import show
from wms.waves.engine import warm

INSTANCES = Path(os.environ.get("WMS_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "waves"


def answer(kind: str, instance: Path, seconds: float, blocks: int) -> dict[str, Any]:
    """The engine's answer to one instance."""
    if kind == "routing":
        return wave_routing.solve(instance, blocks)
    solve = wave_batching.solve if kind == "batching" else wave_selection.solve
    return solve(instance, seconds)


def all_of_them(every: int) -> None:
    """Every n-th instance, and what the project makes itself."""
    if INSTANCES.is_dir():
        for row in wave_routing.table():
            print(row, flush=True)
        wave_batching.table(INSTANCES / "batching", {"bahceci": (0.3,), "henn": (1, 10, 30), "muter": (1, 10)}, every)
        for seconds in (15, 60):
            wave_selection.table(seconds, every)
    else:
        print(f"not measured: the public instances are not there ({INSTANCES})")
    wave_batching.shop_table()
    show(wave_job.table(wave_job.measure()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["routing", "batching", "selection", "all"])
    parser.add_argument("instance", type=Path, nargs="?")
    parser.add_argument("--blocks", type=int, default=1, choices=[1, 2])
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    warm()
    if asked.kind == "all":
        return all_of_them(asked.every)
    if asked.instance is None or asked.out is None:
        parser.error("say which INSTANCE, and --out ANSWER.json")
    found = answer(asked.kind, asked.instance, asked.seconds, asked.blocks)
    asked.out.write_text(json.dumps(found), encoding="utf-8")
    return None


if __name__ == "__main__":
    main()
