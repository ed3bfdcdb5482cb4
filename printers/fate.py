"""What became of a label whose bytes were all taken: the one question that nobody may guess at."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from printers.status import PrinterStatus
from printers.transport import Sent

Fate = Literal["printed", "sent", "held", "doubt"]

_SETTLED = 0.1  # seconds after which a printer that has taken a label out of its buffer counts it among those it prints

# A printer that was away, or says itself that it has forgotten, no longer tells of a label what it told before.
_AWAY = frozenset({"offline", "no_answer", "memory_lost", "address_refused"})


def fate(result: Sent) -> Fate:
    """What became of a label just sent.

    `printed`: there is proof. `sent`: the printer is one that never says. `held`: it says that it still holds
    labels, because it stopped or is slow; they come out once the trouble is over. `doubt`: it has said so little that
    only a person can tell.
    """
    if result.confirmation != "none":
        return "printed"
    if result.status is None:
        return "sent"
    if result.status.waiting is None:
        return "sent" if result.status.state == "ready" else "doubt"
    return "doubt" if _AWAY & {*result.status.reasons} else "held"


def fate_of_held(status: PrinterStatus) -> Fate:
    """What became of a label that a printer held, from a later status: `printed`, `held` or `doubt`.

    Ask more often than a printer takes to start: one that was switched off and on in between has forgotten the label,
    and would seem to have printed it.
    """
    if status.waiting is None or _AWAY & {*status.reasons}:
        return "doubt"
    return "printed" if status.drained and status.state == "ready" else "held"


def settled_fate(ask: Callable[[], PrinterStatus], heard: PrinterStatus) -> tuple[Fate, PrinterStatus]:
    """`fate_of_held` of what was `heard`, asked once more before "printed" is believed; and the last status heard."""
    if fate_of_held(heard) == "printed":
        time.sleep(_SETTLED)
        heard = ask()
    return fate_of_held(heard), heard
