"""What size costs: the same scans, pages and proof on ten thousand moves and on ten million.

    python -m bench.size [MOVES]      prints JSON; `python -m bench size` writes it (some minutes, 8 GB of disk)

Both databases serve at once and take turns, so that a busy machine slows both alike.
"""
from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import psutil
import psycopg
import requests

from bench import confirm
from bench.confirm import Served, serving, standing
from bench.ground import Ground
from bench.world import ROOT, plain_environment

PAST = 10  # moves behind a balance
MOVES = 10_000_000
AT_ONCE = 8
REPEATS = 5
TASKS = 16  # of a run: 576 confirms
PAGES = 200
SKUS = 10  # balances of one


def measure(moves: int = MOVES) -> dict[str, Any]:
    """{grounds, confirm: {small, large, ratio}, history: {…}, check: {…}}. Milliseconds, seconds, megabytes."""
    tasks = (REPEATS + 1) * (TASKS + AT_ONCE)
    small, large = (_ground(each, tasks) for each in (10_000, moves))
    with standing(small) as here, standing(large, _say) as there:
        runs: dict[str, list[dict[str, Any]]] = {"small": [], "large": []}
        for _ in range(REPEATS + 1):  # the first finds cold caches
            for name, served in (("small", here), ("large", there)):
                runs[name].append(confirm.run(served, "http", tasks=TASKS, at_once=AT_ONCE, workers=1))
        picks = {name: statistics.median(each["p50_ms"] for each in found[1:]) for name, found in runs.items()}
        pages = history(there, large)
        proof = check(there)
    return {
        "moves": large.moves, "balances": large.balances, "small_moves": small.moves,
        "confirm_p50_ms": {**picks, "ratio": round(picks["large"] / picks["small"], 2)},
        "history_ms": pages, "check": proof, "runs": runs,
    }  # fmt: skip


def _ground(moves: int, tasks: int) -> Ground:
    balances = moves // PAST
    return Ground(skus=balances // SKUS, balances=balances, past=PAST, tasks=tasks)


def _say(what: str) -> None:
    print(f"large: {what}", file=sys.stderr, flush=True)


def history(here: Served, ground: Ground) -> dict[str, dict[str, float]]:
    """Pages of 50 moves over HTTP by what is asked for: {question: {p50, p95, most}}."""
    chance = random.Random(1)
    questions = {
        "bin": lambda: {"bin": f"B{chance.randint(1, ground.bins)}"},
        "SKU": lambda: {"sku": f"S{chance.randint(1, ground.skus)}"},
        "SKU in bin": lambda: {"sku": f"S{(number := chance.randint(1, ground.skus))}", "bin": f"B{number}"},
        "person": lambda: {"person": "P1"},
        "everything, deep": lambda: {"cursor": chance.randint(1, ground.moves)},
    }
    with serving(here, "http", workers=1) as (port, _), requests.Session() as session:
        session.headers["Authorization"] = "Bearer picker-1"
        with psycopg.connect(here.database) as connection:
            connection.execute("UPDATE posting SET post = 'admin' WHERE person_id = 1")
        found = {}
        for name, ask in questions.items():
            times = [_page(session, port, ask()) for _ in range(PAGES)]
            ranked = sorted(times)
            found[name] = {"p50": round(ranked[PAGES // 2], 1), "p95": round(ranked[PAGES * 95 // 100], 1),
                           "most": round(ranked[-1], 1)}  # fmt: skip
    return found


def _page(session: requests.Session, port: int, query: dict[str, Any]) -> float:
    started = time.perf_counter()
    reply = session.get(f"http://127.0.0.1:{port}/api/v1/stock/history", params=query)
    took = (time.perf_counter() - started) * 1000
    if reply.status_code != 200:
        raise RuntimeError(f"{query}: {reply.text[:500]}")
    return took


def check(here: Served) -> dict[str, Any]:
    """`wms check` with its bar: seconds, and the most memory that it and its part of the server had together."""
    postmaster = psutil.Process(int((here.folder / "postgres" / "postmaster.pid").read_text().split()[0]))
    others = {process.pid for process in postmaster.children()}
    command = [sys.executable, "-m", "wms", "check"]
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, env=plain_environment(WMS_DATA=str(here.folder)),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
    ended, most = threading.Event(), [0]

    def watch() -> None:
        while not ended.wait(0.2):
            with suppress(psutil.Error, OSError):
                mine = psutil.Process(process.pid).memory_info().rss
                most[0] = max(most[0], mine + sum(_own(child) for child in postmaster.children()
                                                  if child.pid not in others))  # fmt: skip

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    said, bar = process.communicate()
    seconds = time.monotonic() - started
    ended.set()
    watching.join()
    if process.returncode:
        raise RuntimeError(f"wms check: {said[-2000:]}{bar[-2000:]}")
    return {"seconds": round(seconds, 1), "most_mb": round(most[0] / 2**20), "said": said.splitlines()[0]}


def _own(process: psutil.Process) -> int:
    """What a backend has of its own: RssAnon, without the buffers that all share."""
    with suppress(OSError), open(f"/proc/{process.pid}/status") as status:
        return next((int(line.split()[1]) * 1024 for line in status if line.startswith("RssAnon")), 0)
    return 0


def table(found: dict[str, Any]) -> list[list[str]]:
    """What is printed."""
    picks, proof = found["confirm_p50_ms"], found["check"]
    size = f"{found['moves']:,} moves, {found['balances']:,} balances"
    rows: Sequence[tuple[str, str, str]] = [
        (f"pick confirm p50 ms at {found['small_moves']:,} moves", str(picks["small"]), ""),
        (f"pick confirm p50 ms at {size}", str(picks["large"]), f"{picks['ratio']} × (≤ 1.2)"),
        *((f"history by {name}: p95 ms", str(each["p95"]), f"most {each['most']} (< 100)")
          for name, each in found["history_ms"].items()),
        ("wms check, seconds", str(proof["seconds"]), "(< 120)"),
        ("wms check, most memory MB", str(proof["most_mb"]), "(≤ 500)"),
    ]  # fmt: skip
    return [["", "measured", "wanted"], *map(list, rows)]


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:2])), indent=2))
