"""Terminals as people feel them, each figure beside its limit: one in a real browser, and 500 at one web process.

    python -m bench terminals       writes `bench/results/terminals.json` (some 20 minutes)

The limits are those of people with a scanner in one hand: what answers later than that is scanned twice.
"""
from __future__ import annotations

from typing import Any

from playwright.sync_api import Error

from bench import many_terminals, one_terminal, script_size

FELT_MS, ANSWERED_MS, FIRST_MS = 100, 300, 1_000
SCRIPT_KB = 60
GROWTH_KB = 20  # in 1,000 scans, which 5,000 of a long shift turn into a tenth of a megabyte: flat
ANSWER_P99_MS, RELEASE_P99_MS, IDLE_KB = 150, 500, 90
SPEEDS = {"plain": "", "throttled": f", processor {one_terminal.SLOW} × slower"}


def measure() -> dict[str, Any]:
    """{one, many, script}: see the modules that measure each."""
    try:
        one: Any = one_terminal.measure()
    except Error as error:
        one = f"not measured: no Chromium to drive: {error.message.splitlines()[0]}"
    return {"one": one, "script": script_size.measure(), "many": many_terminals.measure()}


Row = list[str]


def table(found: dict[str, Any]) -> list[Row]:
    """What is printed."""
    one, rows = found["one"], [["", "p50", "p95", "p99", "limit", ""]]
    rows += _one(one) if isinstance(one, dict) else [[one, "", "", "", "", ""]]
    for page in script_size.PAGES:
        size = found["script"][page]
        rows.append(_row(f"script of /{page}, in all", f"{size} KB", SCRIPT_KB, size))
    return rows + _many(found["many"])


def _one(one: dict[str, Any]) -> list[Row]:
    rows = []
    for speed, words in SPEEDS.items():
        felt, answer = one[speed]["feedback"], one[speed]["answer"]
        rows.append(_spread(f"scan → feedback{words}", felt, FELT_MS, felt["p99_ms"]))
        rows.append(_spread(f"scan → answer on screen{words}", answer, ANSWERED_MS, answer["p95_ms"]))
    for kind, name in (("sign_in", "first screen, signed out"), ("work", "first screen, at work")):
        for speed, words in SPEEDS.items():
            found = one["first_screen"][kind][speed]
            rows.append([f"{name}, cold{words}", *_ms(found["cold"]), "", ""])
            warm = found["warm"]
            rows.append(
                [f"{name}, warm from {found['warm_from']}{words}", *_ms(warm), f"{FIRST_MS} ms", _met(warm, FIRST_MS)]
            )
    memory = one["memory"]
    scans = memory["weighed"][-1]["scans"]
    grown = f"{memory['kb_in_1000_scans']} KB"
    rows.append(_row(f"memory, growth in 1,000 of {scans:,} scans", grown, GROWTH_KB, memory["kb_in_1000_scans"]))
    return rows


def _many(many: dict[str, Any]) -> list[Row]:
    idle, scans, release = many["idle"], many["scans"], many["release"]
    count = f"{scans['terminals']} terminals"
    return [
        _spread(f"{count}, {scans['per_second']} scans/s → answer", scans, ANSWER_P99_MS, scans["p99_ms"]),
        _spread(f"{release['screens']} screens, wave released → task", release, RELEASE_P99_MS, release["p99_ms"]),
        _row(f"{count}, memory of an idle one", f"{idle['kb_each']} KB", IDLE_KB, idle["kb_each"]),
    ]


def _spread(name: str, found: dict[str, Any], limit: float, judged: float) -> Row:
    values = [str(found[each]) for each in ("p50_ms", "p95_ms", "p99_ms")]
    return [name, *values, f"{limit} ms", "met" if judged <= limit else "MISSED"]


def _row(name: str, value: str, limit: float, judged: float) -> Row:
    unit = value.split()[-1]
    return [name, value, "", "", f"{limit} {unit}", "met" if judged <= limit else "MISSED"]


def _ms(found: dict[str, Any]) -> Row:
    return [str(found["p50_ms"]), f"≤ {found['most_ms']}", ""]


def _met(found: dict[str, Any], limit: float) -> str:
    return "met" if found["most_ms"] <= limit else "MISSED"
