"""The planning engine on public instances, measured by others.

    python bench/waves.py routing|batching|selection INSTANCE [--blocks 2] --seconds S --out ANSWER.json

writes an answer in the format of the independent checker; `make bench-waves` runs all instances and prints the table.
Without the instances (WMS_SHARED, or a folder `shared` beside the checkout) it measures the synthetic floor only.
"""
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import wave_batching, wave_routing, wave_selection


def answer(kind: str, instance: Path, seconds: float, blocks: int) -> dict[str, Any]:
    """The engine's answer to one instance."""
    if kind == "routing":
        return wave_routing.solve(instance, blocks)
    solve = wave_batching.solve if kind == "batching" else wave_selection.solve
    return solve(instance, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["routing", "batching", "selection"])
    parser.add_argument("instance", type=Path)
    parser.add_argument("--blocks", type=int, default=1, choices=[1, 2])
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    found = answer(asked.kind, asked.instance, asked.seconds, asked.blocks)
    asked.out.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
