"""What a run of robots measured."""
from __future__ import annotations

import time
from collections import Counter, defaultdict
from typing import Any


def percentile(values: list[float], share: float) -> float:
    """The nearest-rank percentile, `share` from 0 to 1; 0 for no values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Figures:
    """Counts and seconds, shared by all robots of a run."""

    def __init__(self) -> None:
        self.started = self.last = time.perf_counter()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.to_screen: list[float] = []
        self.refusals: Counter[str] = Counter()
        self.refused = 0
        self.lost = 0
        self.lines = self.parcels = self.shipped = self.tasks = self.shorts = 0
        self.received = self.put_away = self.checked = self.counted = self.miscounted = self.replenished = 0
        self.sorted = 0
        self.boxes = 0  # that were sealed ahead and became an order's parcel
        self.left = self.taken_over = self.put_back = 0  # carts that were left and taken over; totes that went back
        self.chosen: Counter[str] = Counter()  # what was done about missing pieces
        self.changes: Counter[str] = Counter()  # what supervisors did to waves and orders on their way
        self.wrong = 0  # what was refused because it was meant to be
        self.errors: list[str] = []
        self.over = False  # what is only tidied up at the end of the time counts, but is not timed

    def answered(self, name: str, seconds: float, ok: bool) -> None:
        self.refused += not ok
        if not self.over:
            self.last = time.perf_counter()
            self.seconds[name].append(seconds)

    @property
    def scans(self) -> int:
        return sum(len(values) for values in self.seconds.values())

    def report(self) -> dict[str, Any]:
        """All figures as JSON values; latencies in milliseconds."""
        elapsed = self.last - self.started
        every = [value for values in self.seconds.values() for value in values]
        return {
            "seconds": round(elapsed, 2),
            "scans": self.scans,
            "scans_per_second": round(self.scans / elapsed, 1) if elapsed else 0,
            "scan_to_answer_ms": _spread(every),
            "release_to_screen_ms": _spread(self.to_screen),
            "by_command_ms": {name: _spread(values) for name, values in sorted(self.seconds.items())},
            "tasks": self.tasks,
            "lines": self.lines,
            "shorts": self.shorts,
            "sorted": self.sorted,
            "boxes": self.boxes,
            "parcels": self.parcels,
            "shipped": self.shipped,
            "received": self.received,
            "checked": self.checked,
            "put_away": self.put_away,
            "replenished": self.replenished,
            "counted": self.counted,
            "miscounted": self.miscounted,
            "left": self.left,
            "taken_over": self.taken_over,
            "put_back": self.put_back,
            "chosen": dict(self.chosen),
            "changes": dict(self.changes),
            "wrong": self.wrong,
            "refused": dict(self.refusals),
            "sent_again": self.lost,
            "errors": self.errors[:20],
        }


def _spread(values: list[float]) -> dict[str, float]:
    return {
        "n": len(values),
        **{f"p{share}": round(percentile(values, share / 100) * 1000, 1) for share in (50, 95, 99)},
    }


def lines(report: dict[str, Any]) -> list[str]:
    """The report for a person."""
    answer, screen = report["scan_to_answer_ms"], report["release_to_screen_ms"]
    return [
        f"{report['scans']} scans in {report['seconds']} s: {report['scans_per_second']} scans/s",
        f"scan → answer      p50 {answer['p50']} ms   p95 {answer['p95']} ms   p99 {answer['p99']} ms",
        f"release → screen   p50 {screen['p50']} ms   p95 {screen['p95']} ms   p99 {screen['p99']} ms"
        f"   ({screen['n']} tasks)",
        f"{report['tasks']} tasks, {report['lines']} lines picked, {report['shorts']} short, "
        f"{report['parcels']} parcels packed, {report['shipped']} shipped",
        f"{report['received']} lines received, {report['checked']} checked, {report['put_away']} put away, "
        f"{report['replenished']} faces filled, {report['counted']} bins counted",
        f"{report['wrong']} wrong scans refused",
        *(f"refused: {code} × {count}" for code, count in report["refused"].items()),
        *(f"error: {error}" for error in report["errors"]),
    ]
