"""Orders from the shop to the wave and on the desk, each figure beside its limit.

    python -m bench orders      writes `bench/results/orders.json` (some 20 minutes)

A burst of 5,000 live-stream orders, a shop that sells on and on, single orders that a shop gives notice of, and the
queues of the desk at two million orders. Shop and carrier are the virtual ones of the product, everything else is real.
"""
from __future__ import annotations

from typing import Any

from bench import order_burst, order_queues

BURST_SECONDS, PULLED_A_SECOND, PAGE_MS, NOTICE_P95_MS = 60, 200, 150, 2_000
BACKLOG = {"jd": 6_000, "top": 3_000}
NAMES = {"jd": "JD, whole orders in its lists", "top": "Taobao, each order fetched by itself"}

Row = list[str]


def measure() -> dict[str, Any]:
    """{burst, backlog: {plugin: …}, notices, queues}."""
    return {
        "burst": order_burst.burst(),
        "backlog": {plugin: order_burst.backlog(plugin, count) for plugin, count in BACKLOG.items()},
        "notices": order_burst.notices(),
        "queues": order_queues.measure(),
    }


def table(found: dict[str, Any]) -> list[Row]:
    """What is printed."""
    burst, notices, queues = found["burst"], found["notices"], found["queues"]
    pages = queues["pages"]
    slowest = sorted(pages, key=lambda name: -pages[name]["p95_ms"])
    most = max(pages[slowest[0]]["p95_ms"], queues["counts"]["p95_ms"])
    cpu = ", ".join(f"{name} {seconds} s" for name, seconds in burst["cpu_seconds"].items())
    return [
        ["", "", "", "limit", ""],
        [f"{burst['orders']:,} live orders → waved with their numbers", f"{burst['seconds']} s", "",
         f"≤ {BURST_SECONDS} s", _met(burst["seconds"] <= BURST_SECONDS)],
        *([f"… {each['stage']}", f"{each['began']} s", f"→ {each['done']} s", "", ""] for each in burst["stages"]),
        [f"… processors: {cpu}", "", "", "", ""],
        *(_pulled(NAMES[plugin], each) for plugin, each in found["backlog"].items()),
        [f"webhook → stored, {notices['orders']} orders, {notices['per_second']:g}/s", f"p50 {notices['p50_ms']} ms",
         f"p95 {notices['p95_ms']} ms", f"≤ {NOTICE_P95_MS:,} ms", _met(notices["p95_ms"] <= NOTICE_P95_MS)],
        [f"desk: {len(pages)} kinds of pages at {queues['orders']:,} orders", "", f"p95 {most} ms", f"≤ {PAGE_MS} ms",
         _met(most <= PAGE_MS)],
        *([f"… {name}", f"p50 {pages[name]['p50_ms']} ms", f"p95 {pages[name]['p95_ms']} ms", "", ""]
          for name in slowest[:5]),
        ["… counts of all queues", f"p50 {queues['counts']['p50_ms']} ms", f"p95 {queues['counts']['p95_ms']} ms", "",
         ""],
    ]  # fmt: skip


def _pulled(name: str, each: dict[str, Any]) -> Row:
    return [
        f"steady pull from one shop: {name}", f"new {each['new']:g}/s, again {each['again']:g}/s",
        f"{each['steady']:g}/s", f"≥ {PULLED_A_SECOND}/s", _met(each["steady"] >= PULLED_A_SECOND),
    ]  # fmt: skip


def _met(met: bool) -> str:
    return "met" if met else "MISSED"
