"""`python -m bench.chaos`: run it, print a table, exit 1 on any breach.

    --small     one terminal and few scans, for every test run; full size takes about a quarter of an hour
"""
from __future__ import annotations

import argparse
import sys

from bench.chaos.run import FULL, SMALL, Outcome, run
from bench.tables import show


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.chaos")
    asked.add_argument("--small", action="store_true")
    given = asked.parse_args()
    say = (lambda what: print(what, file=sys.stderr)) if sys.stderr.isatty() else lambda what: None
    outcome = run(SMALL if given.small else FULL, say)
    show([[name, str(value)] for name, value in _rows(outcome)])
    print("\n".join(outcome.breaches[:50]))
    found = len(outcome.breaches)
    print(f"{found} breaches" if found else "exact: every scan is in the ledger once, and every terminal knows it")
    return 1 if found else 0


def _rows(outcome: Outcome) -> list[tuple[str, object]]:
    case, seen, terminals = outcome.case, outcome.seen, outcome.terminals
    acknowledged = sum(each["ok"] for terminal in terminals for each in terminal.told.values())
    return [
        ("terminals", case.terminals),
        ("picks scanned, in all", sum(terminal.confirmed for terminal in terminals)),
        ("… acknowledged", acknowledged),
        ("… sent again", sum(terminal.again for terminal in terminals)),
        ("triggers pulled", sum(terminal.scans for terminal in terminals)),
        ("answers lost", seen["lost"]),
        ("commands doubled", seen["sent twice"]),
        ("commands held up", seen["held up"]),
        ("connections reset", seen["resets"]),
        ("black holes, seconds", " ".join(f"{seconds:g}" for seconds in case.holes)),
        ("pages loaded anew in them", sum(terminal.reloads for terminal in terminals)),
        ("kills of the server", outcome.kills),
        ("slowest recovery, seconds", f"{max(outcome.recoveries):.1f}"),
        ("seconds in all", f"{outcome.seconds:.0f}"),
        ("breaches", len(outcome.breaches)),
    ]


sys.exit(main())
