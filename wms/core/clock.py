"""The injected clock. All times are aware UTC; only this module asks the machine what time it is."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_read: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - replaced as a value by `fixed`


def now() -> datetime:
    """The current moment, aware, in UTC."""
    return _read()


@contextmanager
def fixed(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` for the length of the block (tests and simulations)."""
    global _read
    before, _read = _read, lambda: moment
    try:
        yield
    finally:
        _read = before
