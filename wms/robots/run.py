"""One run: people sign in, work until nothing is left to do, and what they measured is printed."""
from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wms.robots.device import Device, Refused
from wms.robots.figures import Figures
from wms.robots.people import Floor, Loader, Packer, Picker, Supervisor


@dataclass(frozen=True)
class Plan:
    """Who works, how fast, and what lies ready on the floor.

    Badges, carts and totes are patterns that take a number from 1: `P{:02d}`. `speed` 1 is a person's
    pace, 20 twenty times that, 0 as fast as the service answers. `idle` ends the run after so many
    seconds in which nobody had work; `seconds` ends it in any case. They begin one after the other, within
    `stagger` seconds: people do not all scan for the first time in the same moment.
    """

    url: str
    pickers: int = 4
    packers: int = 2
    speed: float = 20.0
    seconds: float = 3600.0
    idle: float = 5.0
    stagger: float = 0.0
    max_orders: int = 100_000
    wave_orders: int = 48
    totes_per_cart: int = 12
    waves_ahead: int = 2
    short_share: float = 0.0
    wrong_share: float = 0.02
    seed: int = 1
    pin: str = "123456"
    picker: str = "P{:02d}"
    packer: str = "K{:02d}"
    supervisor: str = "S01"
    station: str = "PACK-{}"
    stations: int = 3
    cart: str = "CART-{:02d}"
    carts: int = 8
    tote: str = "T-{:04d}"
    totes: int = 200


def run(plan: Plan, say: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Carry out a plan; returns the report (`Figures.report`). `say` hears progress, a line each."""
    figures = Figures()
    floor = Floor(plan.speed, plan.seed, figures)
    floor.short_share, floor.wrong_share = plan.short_share, plan.wrong_share
    floor.supply(_names(plan.cart, plan.carts), _names(plan.tote, plan.totes))
    boss = Supervisor(_device(plan, "/board", plan.supervisor, figures), floor, plan.wave_orders, plan.totes_per_cart)
    crew = _crew(plan, floor, figures)
    figures.started = time.perf_counter()
    threads = [threading.Thread(target=each.run, daemon=True) for each in crew]
    threads.insert(0, threading.Thread(target=_supervise, args=(boss, plan, floor), daemon=True))
    for thread in threads:
        thread.start()
        time.sleep(plan.stagger / len(threads))
    _watch(plan, floor, boss, say or (lambda line: None))
    figures.over = floor.done = True
    for thread in threads:
        thread.join(timeout=60)
    boss.device.close()
    return figures.report()


def _names(pattern: str, count: int) -> list[str]:
    return [pattern.format(number) for number in range(1, count + 1)]


def _device(plan: Plan, namespace: str, badge: str, figures: Figures, station: str | None = None) -> Device:
    return Device(plan.url, namespace, badge, plan.pin, figures, station)


def _crew(plan: Plan, floor: Floor, figures: Figures) -> list[Picker | Packer | Loader]:
    crew: list[Picker | Packer | Loader] = [
        Picker(_device(plan, "/terminal", badge, figures), floor) for badge in _names(plan.picker, plan.pickers)
    ]
    for number, badge in enumerate(_names(plan.packer, plan.packers)):
        station = plan.station.format(number % plan.stations + 1)
        crew.append(Packer(_device(plan, "/station", badge, figures, station), floor, (number, plan.packers)))
    if plan.packers:
        crew.append(Loader(_device(plan, "/terminal", plan.packer.format(1), figures), floor))
    return crew


def _supervise(boss: Supervisor, plan: Plan, floor: Floor) -> None:
    while not floor.done and not boss.finished:
        try:
            boss.run(plan.max_orders, plan.waves_ahead)
        except Refused as refused:
            floor.figures.refusals[refused.code] += 1
            floor.figures.errors.append(str(refused))
            boss.finished = True


def _watch(plan: Plan, floor: Floor, boss: Supervisor, say: Callable[[str], None]) -> None:
    """Until the time is over, or all waves are out and nobody has worked for a while."""
    figures, until, told = floor.figures, time.time() + plan.seconds, 0.0
    while time.time() < until:
        if boss.finished and floor.idle_seconds() > plan.idle:
            return
        if time.time() - told > 1:
            told = time.time()
            say(f"{figures.lines} lines picked, {figures.parcels} parcels packed, {figures.scans} scans")
        time.sleep(0.1)


def progress(line: str) -> None:
    """Show progress on one line of the terminal's error output."""
    sys.stderr.write(f"\r{line}    ")
    sys.stderr.flush()
