"""500 terminals at one web process: answers at 50 scans a second, a wave that reaches 500 screens, memory of the idle.

    python -m bench.many_terminals [idle] [scans]      prints JSON; `python -m bench terminals` writes it

One `wms serve` process, its database and the terminals share the processors. The terminals are plain sockets in this
process that speak as a browser does; each belongs to a person who has signed in by badge and PIN.
"""
from __future__ import annotations

import json
import random
import statistics
import sys
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import psutil
import psycopg
import requests

from bench import confirm, ground
from bench.confirm import Served, serving, standing
from bench.crowd import Answer, Crowd, Terminal, require_ok, sign_in
from bench.ground import SLOTS, Ground
from wms.access import service as access

TERMINALS = 500
PIN = "123456"
SCANS_A_SECOND, SECONDS = 50, 60.0
LOOK_UPS = 5  # every fifth scan is one
WARM = 40  # terminals that come and go before memory is weighed
ORDERS_A_TASK = 4
AT_ONCE = 10  # who get ready for work
REPEATS = 3
SETTLE_SECONDS, PATIENCE = 10.0, 120.0
OFFICE = "P1"  # who releases waves


def measure(wanted: Sequence[str] = ("idle", "scans")) -> dict[str, Any]:
    """{idle, scans, release}. Milliseconds and kilobytes."""
    with standing(Ground(tasks=TERMINALS)) as here:
        _prepare(here)
        found = {}
        if "idle" in wanted:
            with serving(here, "terminals", workers=1) as (port, web):
                crowd, found["idle"] = idle(port, web)
                found["release"] = releases(crowd)
        if "scans" in wanted:
            with serving(here, "terminals", workers=1) as (port, web):
                found["scans"] = scans(here, port, web)
        here.check()
    return found


def _prepare(here: Served) -> None:
    """As many people again without a task, orders for a wave, PINs, and one who may release it."""
    like = Ground()
    with psycopg.connect(here.database, cursor_factory=psycopg.ClientCursor) as connection:
        ground.add_people(connection, like, TERMINALS + 1, 2 * TERMINALS)
        ground.add_waiting(connection, like, TERMINALS * ORDERS_A_TASK // SLOTS + 1)
        connection.execute("UPDATE person SET pin_hash = %s", (access.hash_pin(PIN),))
        connection.execute(
            "INSERT INTO posting (person_id, warehouse_id, post) SELECT id, 1, 'supervisor' FROM person "
            "WHERE badge = %s", (OFFICE,),
        )  # fmt: skip
    with psycopg.connect(here.database, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")


def _badges(first: int, count: int) -> list[str]:
    return [f"P{number}" for number in range(first, first + count)]


# ---- memory


def idle(port: int, web: psutil.Process) -> tuple[Crowd, dict[str, Any]]:
    """What a connected terminal costs the web process that is asked nothing by it; and those that are connected."""
    tokens = sign_in(port, _badges(TERMINALS + 1, TERMINALS), PIN)
    warm = Crowd(port)
    for terminal in warm.join(tokens[:WARM]):
        terminal.ask("terminal.state", {})
    warm.answers(WARM, PATIENCE)
    warm.leave()
    time.sleep(SETTLE_SECONDS)
    before = _resident(web)
    crowd = Crowd(port)
    crowd.join(tokens)
    crowd.idle(SETTLE_SECONDS)
    grown = _resident(web) - before
    kb_each = round(grown / 1024 / TERMINALS, 1)
    return crowd, {"terminals": TERMINALS, "kb_before": round(before / 1024), "kb_each": kb_each}


def _resident(web: psutil.Process) -> int:
    """Resident bytes of the process that serves (the first one only watches it)."""
    return sum(int(each.memory_info().rss) for each in web.children())


# ---- scans


def scans(here: Served, port: int, web: psutil.Process) -> dict[str, Any]:
    """Answers at a steady pace: it does not slow down when answers are late, and lateness counts from when a scan was
    due."""
    tokens = dict(zip(_badges(1, TERMINALS), sign_in(port, _badges(1, TERMINALS), PIN), strict=True))
    work = {f"P{token.removeprefix('picker-')}": bodies for token, bodies in here.work(TERMINALS, "socket")}
    crowd = Crowd(port)
    terminals = dict(zip(tokens, crowd.join(tokens.values()), strict=True))
    for terminal in terminals.values():
        terminal.ask("terminal.state", {})
    crowd.answers(TERMINALS, PATIENCE)
    crowd.idle(2.0)
    parts = {"web": web, "database": confirm.server_of(here)}
    before, own = {name: confirm.processor_seconds(each) for name, each in parts.items()}, time.process_time()
    found = _paced(crowd, terminals, work)
    cpu = {name: (confirm.processor_seconds(each) - before[name]) / SECONDS for name, each in parts.items()}
    cpu["terminals"] = (time.process_time() - own) / SECONDS
    crowd.leave()
    require_ok([each for answers in found.values() for each in answers])
    every = [each.seconds for answers in found.values() for each in answers]
    return {
        "terminals": TERMINALS, "scans": len(every), "per_second": round(len(every) / SECONDS, 1),
        **spread(every), "of_a_processor": {name: round(share, 2) for name, share in cpu.items()},
        "by_command": {name: spread([each.seconds for each in answers]) for name, answers in found.items()},
    }  # fmt: skip


def _paced(crowd: Crowd, terminals: dict[str, Terminal], work: dict[str, Any]) -> dict[str, list[Answer]]:
    """Everybody in turn, at moments that chance spreads: picks as their tasks say, and now and then a look-up."""
    chance = random.Random(1)
    kinds: dict[str, list[Answer]] = {"pick.confirm": [], "lookup.scan": []}
    total, sent, begun = int(SCANS_A_SECOND * SECONDS), 0, time.perf_counter()
    due = begun + chance.expovariate(SCANS_A_SECOND)
    badges = list(terminals)
    while sum(map(len, kinds.values())) < total:
        while sent < total and time.perf_counter() >= due:
            badge = badges[sent % len(badges)]
            body = work[badge].pop(0) if sent % LOOK_UPS else None
            name, body = ("pick.confirm", body) if body else ("lookup.scan", _wanted(chance))
            terminals[badge].ask(name, body, due)
            sent, due = sent + 1, due + chance.expovariate(SCANS_A_SECOND)
        for _, each in crowd.heard(max(0.0, min(due - time.perf_counter(), 0.05))):
            if isinstance(each, Answer):
                kinds["lookup.scan" if b'"next":"lookup_show"' in each.text else "pick.confirm"].append(each)
        if time.perf_counter() - begun > SECONDS + PATIENCE:
            raise RuntimeError(f"{sent} scans, {sum(map(len, kinds.values()))} answers")
    return kinds


def _wanted(chance: random.Random) -> dict[str, Any]:
    """Goods by their barcode, or a bin."""
    number = chance.randint(1, Ground.skus)
    return {"code": chance.choice((f"69{number:011}", f"B{number}"))}


# ---- a wave


def releases(crowd: Crowd) -> dict[str, Any]:
    """A wave is released while 500 people wait at "next task". It is given up afterwards, and another is released."""
    office = Office(crowd.port, crowd.while_doing(lambda: sign_in(crowd.port, [OFFICE], PIN))[0])
    runs = []
    for _ in range(REPEATS):
        runs.append(_release(crowd, office))
        crowd.idle(5.0)
    crowd.leave()
    middle = {name: round(statistics.median(each[name] for each in runs), 1) for name in ("p50_ms", "p95_ms", "p99_ms")}
    return {"screens": TERMINALS, "tasks": runs[0]["tasks"], "lines_a_task": runs[0]["lines_a_task"],
            **middle, "runs": runs}  # fmt: skip


class Office:
    """A supervisor at the HTTP API."""

    def __init__(self, port: int, token: str) -> None:
        self._url, self._token = f"http://127.0.0.1:{port}/api/v1/commands", {"Authorization": f"Bearer {token}"}

    def do(self, name: str, **body: Any) -> dict[str, Any]:
        body["command_id"] = str(uuid.uuid4())
        answer = requests.post(f"{self._url}/{name}", json=body, headers=self._token, timeout=PATIENCE)
        answer.raise_for_status()
        return dict(answer.json()["data"])


def _release(crowd: Crowd, office: Office) -> dict[str, Any]:
    for first in range(0, TERMINALS, AT_ONCE):
        some = crowd.terminals[first : first + AT_ONCE]
        for terminal in some:
            terminal.do("pick.ready", {})
        if not all(b'"next":"pick_wait"' in each.text for each in crowd.answers(len(some), PATIENCE)):
            raise RuntimeError("somebody has a task before the wave is released")
    asked = {"max_orders": TERMINALS * ORDERS_A_TASK, "totes_per_cart": ORDERS_A_TASK}
    wave = crowd.while_doing(lambda: office.do("wave.build", **asked))["wave"]
    with ThreadPoolExecutor(1) as other:
        begun = time.perf_counter()
        release = other.submit(office.do, "wave.release", wave_id=wave["id"])
        shown = _on_screens(crowd)
        released = release.result()["wave"]
        seconds = time.perf_counter() - begun
    crowd.while_doing(lambda: office.do("wave.cancel", wave_id=wave["id"]))
    return {
        "tasks": released["carts"], "lines_a_task": round(released["lines"] / released["carts"], 1),
        "planned_and_released_s": round(seconds, 1), **spread(shown),
    }  # fmt: skip


def _on_screens(crowd: Crowd) -> list[float]:
    """Seconds from just before the release is committed, which its events tell, to each terminal's task."""
    told: dict[Terminal, float] = {}
    shown: dict[int, float] = {}
    until = time.monotonic() + PATIENCE
    while len(shown) < TERMINALS:
        if time.monotonic() > until:
            raise RuntimeError(f"{len(told)} heard of a task, {len(shown)} have it")
        for terminal, each in crowd.heard(0.05):
            if isinstance(each, Answer):
                require_ok([each])
                screen = json.loads(each.text[:-1])
            elif each["name"] == "pick.assigned":
                told[terminal] = datetime.fromisoformat(each["at"]).timestamp()
                screen = each["data"].get("screen")
                if screen is None:
                    terminal.ask("pick.task", {})
            else:
                continue
            if screen:
                shown[screen["data"]["task"]["id"]] = time.time() - told[terminal]
    return list(shown.values())


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Percentiles in milliseconds."""
    return confirm.percentiles([each * 1000 for each in seconds])


if __name__ == "__main__":
    print(json.dumps(measure(*([sys.argv[1:]] if sys.argv[1:] else [])), indent=2))
