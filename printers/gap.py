"""When a printer may have its next label."""

from __future__ import annotations

import time

# Seconds until a printer that broke off a label gets the next one, doubled each time: a bad cable would else put
# one label after the other in doubt.
_REST, _LONGEST_REST = 1.0, 60.0


class Gap:
    """The time between two labels of a printer: by its rate, and longer after each that it broke off."""

    def __init__(self) -> None:
        self._until = 0.0  # by the monotonic clock
        self._rest = _REST

    def left(self) -> float:
        """Seconds until it may have another label."""
        return max(0.0, self._until - time.monotonic())

    def began(self, rate: int | None) -> None:
        """A label is on its way; `rate` is how many it may get in a minute."""
        if rate:
            self._until = time.monotonic() + 60 / rate

    def broke_off(self) -> None:
        """It took some bytes of a label and failed."""
        self._until = time.monotonic() + self._rest
        self._rest = min(2 * self._rest, _LONGEST_REST)

    def went_well(self) -> None:
        """It took a whole label."""
        self._rest = _REST
