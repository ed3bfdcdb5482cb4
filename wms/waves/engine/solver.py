"""HiGHS on one thread, without a word on stdout: programs read what the commands of this service print there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import highspy


class _Silent(highspy.Highs):
    """A solver that says nothing from the start."""

    def enableCallbacks(self) -> None:  # noqa: N802 - HiGHS' own name
        # The constructor calls this, and the first thing done with callbacks prints the version: no option could be
        # set before it.
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def new_solver(enough: Callable[[], bool], simplex_enough: Callable[[], bool] | None = None, **options: Any) -> Any:
    """A solver with these options, which asks as it goes whether it is enough. simplex_enough: asked instead while it
    solves a linear program."""
    highs = _Silent()  # type: ignore[no-untyped-call]
    for option, value in {"threads": 1, **options}.items():
        highs.setOptionValue(option, value)
    highs.cbMipInterrupt += _asking(enough)
    highs.cbSimplexInterrupt += _asking(simplex_enough or enough)
    return highs


def _asking(enough: Callable[[], bool]) -> Callable[[Any], None]:
    def ask(event: Any) -> None:
        if enough():
            event.interrupt()

    return ask
