"""Scans a second, and how long an answer takes, with robots at the public websocket.

    python -m bench.scans [ROBOTS]      prints JSON; `python -m bench` writes it

Each case has a warehouse of its own, real processes and real virtual printers; afterwards `wms check` must
find the stock right to the piece.
"""
from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import Any

from bench.world import World, world
from wms.demo.load import Size


@dataclass(frozen=True)
class Case:
    """`robots` at work, one in five of them packing; a loader and a supervisor come on top.

    `speed` 0: as fast as the service answers, which shows how much it carries. Else so many times a person's
    pace, for `seconds`: what people would feel. `carts` have `totes` slots.
    """

    name: str
    robots: int
    orders: int
    totes: int = 12
    speed: float = 0.0
    seconds: float = 45.0

    @property
    def packers(self) -> int:
        return self.robots // 5

    @property
    def pickers(self) -> int:
        return self.robots - self.packers


CASES = (
    Case("1 robot", 1, 48),
    Case("20 robots", 20, 240, totes=6),
    Case("100 robots", 100, 480, totes=4),
    Case("100 robots, paced", 100, 640, totes=4, speed=3.0, seconds=40.0),
)


def measure() -> dict[str, Any]:
    """{case: figures}. Latencies in milliseconds."""
    return {case.name: run(case) for case in CASES}


def run(case: Case) -> dict[str, Any]:
    """One case on a fresh warehouse."""
    size = Size(
        pickers=max(12, case.pickers),
        packers=max(4, case.packers),
        stations=max(3, case.packers),
        carts=case.pickers + 8,
        totes=case.orders + 200,
        orders=case.orders + 80,  # some are held by the audit, and the demo's own first wave takes some
    )
    with world(size) as here:
        before = here.cpu_seconds()
        report = here.robots(
            pickers=case.pickers,
            packers=case.packers,
            stations=size.stations,
            carts=size.carts,
            totes=size.totes,
            max_orders=case.orders,
            wave_orders=case.pickers * case.totes // 2 or 1,
            totes_per_cart=case.totes,
            waves_ahead=4,
            idle=2,
            speed=case.speed,
            seconds=case.seconds,
            stagger=15 if case.speed else 0,
        )
        after = here.cpu_seconds()
        proof = _proved(here)
    if report["errors"]:
        raise RuntimeError(f"{case.name}: {report['errors']}")
    return _figures(case, report, {name: after[name] - before[name] for name in after}, proof)


def _proved(here: World) -> dict[str, Any]:
    found = here.check()
    if not found["ok"]:
        raise RuntimeError(f"wms check: {found['differences'][:5]}")
    return found


def _figures(case: Case, report: dict[str, Any], cpu: dict[str, float], proof: dict[str, Any]) -> dict[str, Any]:
    return {
        "pickers": case.pickers,
        "packers": case.packers,
        "pace": "as fast as possible" if case.speed == 0 else f"{case.speed} × a person's",
        **{name: value for name, value in report.items() if name != "errors"},
        "cpu_ms_per_scan_with_sign_in": {name: round(spent * 1000 / report["scans"], 2) for name, spent in cpu.items()},
        "proved": {name: proof[name] for name in ("moves", "balances")},
    }


def table(found: dict[str, Any]) -> list[list[str]]:
    """What is printed."""
    head = ["", "scans/s", "answer p50", "p95", "p99 ms", "on screen p50", "p95 ms", "web CPU ms/scan", "database"]
    return [head, *(_row(name, case) for name, case in found.items())]


def _row(name: str, case: dict[str, Any]) -> list[str]:
    answer, screen, cpu = case["scan_to_answer_ms"], case["release_to_screen_ms"], case["cpu_ms_per_scan_with_sign_in"]
    figures = (
        case["scans_per_second"], answer["p50"], answer["p95"], answer["p99"], screen["p50"], screen["p95"],
        cpu["web"], cpu["database"],
    )  # fmt: skip
    return [name, *map(str, figures)]


if __name__ == "__main__":
    wanted = sys.argv[1:]
    print(json.dumps({c.name: run(c) for c in CASES if not wanted or c.name.split()[0] in wanted}, indent=2))
