"""Where this process plans: beside the sockets that it may serve, one plan after the other."""
from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from wms.core import bus
from wms.waves import engine

T = TypeVar("T")


def aside(plan: Callable[[], T]) -> T:
    """Call the engine; sockets are answered meanwhile. What `plan` raises comes out."""
    return bus.aside(plan, turn="planner")  # the compiler of the engine's kernels takes locks


def deadline(seconds: float) -> Callable[[], bool]:
    """What tells the engine to stop after this long, from now on."""
    until = time.monotonic() + seconds
    return lambda: time.monotonic() >= until


def warm() -> None:
    """Make the engine's machine code ready, as `engine.warm` does; who plans meanwhile waits for it."""
    aside(engine.warm)
