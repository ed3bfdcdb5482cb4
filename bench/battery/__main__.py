"""`python -m bench.battery`: run it, print a table, exit 1 on any breach.

    --small     a few people and scans, for every test run; full size takes some minutes
    --case NAME only this case
"""
from __future__ import annotations

import argparse
import sys

from bench.battery.run import CASES, SMALL, Outcome, run
from bench.tables import show


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.battery")
    asked.add_argument("--small", action="store_true")
    asked.add_argument("--case", action="append")
    given = asked.parse_args()
    cases = [case for case in (SMALL if given.small else CASES) if not given.case or case.name in given.case]
    if not cases:
        asked.error(f"known cases: {', '.join(case.name for case in (SMALL if given.small else CASES))}")
    outcomes = [run(case) for case in cases]
    show([HEAD, *map(_row, outcomes)])
    broken = [breach for outcome in outcomes for breach in outcome.breaches]
    print("\n".join(broken[:50]))
    print(f"{len(broken)} breaches" if broken else "exact: every piece and every command is accounted for")
    return 1 if broken else 0


HEAD = ["", "people", "scans", "done", "refused", "sent again", "killed", "scans/s", "breaches"]


def _row(outcome: Outcome) -> list[str]:
    case = outcome.case
    figures = (
        case.people, outcome.scans, outcome.done, outcome.refused, outcome.again, outcome.killed, outcome.rate,
        len(outcome.breaches),
    )  # fmt: skip
    return [case.name, *map(str, figures)]


sys.exit(main())
