"""One run: people sign in, work until nothing is left to do, and what they measured is printed."""
from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from wms.robots.aisles import Counter, Replenisher
from wms.robots.bulk import Sorter
from wms.robots.changes import Changes
from wms.robots.device import Device, Refused
from wms.robots.dock import Checker, PutAway, Receiver
from wms.robots.figures import Figures
from wms.robots.floor import Floor
from wms.robots.labels import Labels
from wms.robots.office import Office
from wms.robots.outbound import Loader, Packer, Picker, Supervisor
from wms.robots.person import Person


@dataclass(frozen=True)
class Plan:
    """Who works, how fast, and what lies ready on the floor.

    Badges, carts and totes are patterns that take a number from 1: `P{:02d}`. `speed` 1 is a person's
    pace, 20 twenty times that, 0 as fast as the service answers. `idle` ends the run after so many
    seconds in which nobody had work; `seconds` ends it in any case. `receivers` work at the dock (receiving, checking,
    putting away), `counters` in the aisles (counting, filling pick faces); the badges of counters follow those of
    receivers, those of `sorters` at the put wall those of pickers. Waves are picked by `methods`, named with commas
    between them, in turn; for the method `prepack` boxes of one piece are sealed `ahead` of the day: `BIN SKU boxes`,
    with commas between them. Shares are of all cases: of short lines and sources, of scans that must be refused, of
    bins counted carelessly, of bad samples, of bins chosen otherwise than told. They begin one after the other, within
    `stagger` seconds: people do not all scan for the first time in the same moment.

    `changes`: so many times a second supervisor does each thing that can be done to waves and orders on their way, and
    pickers put back what was picked for nothing. Of short lines, the share `choose_share` is decided about on the
    terminal; after the share `leave_share` of their lines, pickers leave their cart, and colleagues take it over.
    """

    url: str
    pickers: int = 4
    packers: int = 2
    sorters: int = 0
    methods: str = "cart"
    ahead: str = ""
    receivers: int = 0
    counters: int = 0
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
    miscount_share: float = 0.1
    bad_share: float = 0.0
    overrule_share: float = 0.1
    choose_share: float = 0.0
    leave_share: float = 0.0
    changes: int = 0
    seed: int = 1
    pin: str = "123456"
    picker: str = "P{:02d}"
    packer: str = "K{:02d}"
    receiver: str = "R{:02d}"
    supervisor: str = "S01"
    dock: str = "RECEIVE"
    station: str = "PACK-{}"
    stations: int = 3
    cart: str = "CART-{:02d}"
    carts: int = 8
    tote: str = "T-{:04d}"
    totes: int = 200


Worker = Picker | Packer | Sorter | Loader | Person | Office | Changes
SETTLED_SECONDS = 2.0
SHARES = ("short_share", "wrong_share", "miscount_share", "bad_share", "overrule_share", "choose_share", "leave_share")


def run(plan: Plan, say: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Carry out a plan; returns the report (`Figures.report`). `say` hears progress, a line each."""
    figures = Figures()
    floor = Floor(plan.speed, plan.seed, figures)
    for share in SHARES:
        setattr(floor, share, getattr(plan, share))
    floor.supply(_names(plan.cart, plan.carts), _names(plan.tote, plan.totes))
    boss = Supervisor(_device(plan, "/board", plan.supervisor, figures), floor, plan.wave_orders, plan.totes_per_cart,
                      tuple(plan.methods.split(",")))
    crew = [*_crew(plan, floor, figures), *_inside(plan, floor, figures)]
    if plan.receivers or plan.counters:
        crew.append(Office(boss.device, floor))
    changes = Changes(_device(plan, "/board", plan.supervisor, figures), floor, plan.changes) if plan.changes else None
    if changes:
        crew.append(changes)
    if plan.ahead:
        next(each for each in crew if isinstance(each, Packer)).boxes.seal(plan.ahead)
    figures.started = time.perf_counter()
    supervise = partial(_supervise, boss, plan, floor, changes)
    threads = [threading.Thread(target=_carefully, args=(each.run, figures), daemon=True) for each in crew]
    threads.insert(0, threading.Thread(target=_carefully, args=(supervise, figures), daemon=True))
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


def _crew(plan: Plan, floor: Floor, figures: Figures) -> list[Worker]:
    labels, errands = Labels(), plan.changes > 0 or plan.leave_share > 0
    crew: list[Worker] = [
        Picker(_device(plan, "/terminal", badge, figures), floor, labels, errands=errands)
        for badge in _names(plan.picker, plan.pickers)
    ]
    for number, badge in enumerate(_names(plan.packer, plan.packers)):
        station = plan.station.format(number % plan.stations + 1)
        crew.append(Packer(_device(plan, "/station", badge, figures, station), floor, (number, plan.packers)))
    for number in range(plan.sorters):  # their badges follow those of the pickers
        badge = plan.picker.format(plan.pickers + number + 1)
        crew.append(Sorter(_device(plan, "/board", badge, figures), floor))
    if plan.packers:
        crew.append(Loader(_device(plan, "/terminal", plan.packer.format(1), figures), floor))
    return crew


def _inside(plan: Plan, floor: Floor, figures: Figures) -> list[Worker]:
    """Who fills the house and proves what is in it; each looks first for another kind of work than the one before."""
    labels, people = Labels(), []
    for number, badge in enumerate(_names(plan.receiver, plan.receivers + plan.counters)):
        device = _device(plan, "/terminal", badge, figures)
        if number < plan.receivers:
            kinds = [Receiver(device, floor, labels).work, Checker(device, floor).work,
                     PutAway(device, floor, labels, plan.dock).work]  # fmt: skip
        else:
            kinds = [Counter(device, floor, labels).work, Replenisher(device, floor).work]
        people.append(Person(device, floor, kinds[::-1] if number % 2 else kinds))
    return [*people]


def _carefully(run: Callable[[], None], figures: Figures) -> None:
    """A robot that breaks down is an error of the run; the others go on."""
    try:
        run()
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        figures.errors.append(f"a robot broke down: {error!r}, {where.name} in line {where.lineno} of {where.filename}")
        raise


def _supervise(boss: Supervisor, plan: Plan, floor: Floor, changes: Changes | None) -> None:
    def more() -> bool:  # orders that were pulled wait again, some only once their goods are back
        return changes is not None and (not changes.over or floor.idle_seconds() < SETTLED_SECONDS)

    try:
        boss.run(plan.max_orders, plan.waves_ahead, more)
    except Refused as refused:
        floor.failed(refused)
    finally:
        boss.finished = True  # whatever became of it: nobody waits for more waves


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
