"""`python -m bench.prints`: run it, print a table, exit 1 on any breach.

    --small     some dozens of labels, for every test run; full size is 10,000 and takes about half an hour
    --seed N    other moments for what goes wrong
"""
from __future__ import annotations

import argparse
import sys

from bench.prints.run import FULL, SMALL, Outcome, run
from bench.tables import show


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m bench.prints")
    asked.add_argument("--small", action="store_true")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    say = (lambda what: print(what, file=sys.stderr)) if sys.stderr.isatty() else lambda what: None
    outcome = run(SMALL if given.small else FULL, say, given.seed)
    show([[name, str(value)] for name, value in _rows(outcome)])
    print("\n".join(outcome.breaches[:50]))
    found = len(outcome.breaches)
    print(f"{found} breaches" if found else "exact: every label came out once, and of each in doubt somebody was asked")
    return 1 if found else 0


def _rows(outcome: Outcome) -> list[tuple[str, object]]:
    return [
        ("labels asked for", outcome.case.jobs),
        ("printers", outcome.case.printers),
        *((f"kills, {when}", times) for when, times in sorted(outcome.kills.items())),
        *((f"kills of {whom}", times) for whom, times in sorted(outcome.killed.items())),
        *((f"printers: {kind}", times) for kind, times in sorted(outcome.faults.items())),
        ("labels in doubt", outcome.doubts),
        ("… that were out after all", outcome.out_after_all),
        ("… printed again, with a record", outcome.reprints),
        ("seconds in all", f"{outcome.seconds:.0f}"),
        ("breaches", len(outcome.breaches)),
    ]


sys.exit(main())
