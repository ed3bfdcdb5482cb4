"""How the hot functions of batching are compiled.

A call hands every field of its named tuples over by value, some hundred words: a tenth of a microsecond, as much
as measuring a walk. And numba counts references to each array that it takes from a tuple. Both are avoided here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

from . import compiled

_Function = TypeVar("_Function", bound=Callable[..., Any])


def inlined(function: _Function) -> _Function:
    """Compile the function into each one that calls it."""
    return cast(_Function, numba.njit(inline="always")(function))


def lean(function: _Function) -> _Function:
    """As `compiled.kernel`, without counting references: it must not make arrays, only use those given."""
    options: dict[str, Any] = {"cache": compiled._FOLDER is not None, "nogil": True, "_nrt": False}
    return cast(_Function, numba.njit(**options)(function))
