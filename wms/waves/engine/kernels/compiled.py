"""How kernels are compiled, and where the machine code is kept.

numba compiles a kernel when it is first called with arguments of a type, which takes seconds, and keeps the
machine code in files, which takes milliseconds to load. The files go to the first of these folders that can
be written: `NUMBA_CACHE_DIR`, `__pycache__` of this package, the user's cache folder. If none can, each
process compiles for itself. Machine code is unpickled, so a folder that others can write is never guessed.

Below that folder the files lie under a digest of this package's sources: numba looks only at the file of the
kernel called, and would go on using old code of the kernels that it calls. So all kernels live in this package.

A kernel called from another with a constant is compiled once more for that constant. Where that takes long, the
constant is passed in from outside.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.uint16]
Flags = npt.NDArray[np.bool_]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_HERE = Path(__file__).parent


def kernel(function: _Function) -> _Function:
    """Compile the function at its first call. Other threads run meanwhile; integers do not overflow loudly."""
    return cast(_Function, numba.njit(cache=_FOLDER is not None, nogil=True)(function))


def cache_folder() -> Path | None:
    """The folder of the machine code, made if need be; None when no folder can be written."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    user = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    for base in [Path(given)] if given else [_HERE / "__pycache__", Path(user).expanduser() / "wms"]:
        folder = base / f"kernels-{_digest()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError:
            continue
        return folder
    return None


def _digest() -> str:
    digest = sha256()
    for path in sorted(_HERE.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


_FOLDER = cache_folder()
if _FOLDER is not None:
    numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]  # made at run time


def all_compiled() -> bool:
    """Whether machine code of everything lies in the folder, by this version of numba."""
    return _FOLDER is not None and _mark(_FOLDER).exists()


def note_all_compiled() -> None:
    if _FOLDER is not None:
        _mark(_FOLDER).touch()


def _mark(folder: Path) -> Path:
    return folder / f"all-by-{numba.__version__}"
