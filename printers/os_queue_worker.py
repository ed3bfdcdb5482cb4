"""The killable process that hands one job to the operating system: reads it from standard input.

`python os_queue_worker.py QUEUE < job`. Exit codes: 0, NO_LPR or LPR_FAILED. It imports nothing of
this package, to start fast.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import Any

NO_LPR = 10  # nothing was handed over
LPR_FAILED = 11  # lpr ran and reported a failure; how much it took is unknown

_exit_codes: list[int] = []


class _Watched(subprocess.Popen[bytes]):
    """`zebra` waits for lpr and discards how it ended; this remembers it."""

    def wait(self, timeout: float | None = None) -> int:
        code = super().wait(timeout)
        _exit_codes.append(code)
        return code


def main(queue: str) -> int:
    """Send standard input to `queue`; the exit code."""
    payload = sys.stdin.buffer.read()
    try:
        zebra: Any = importlib.import_module("zebra")
        zebra.subprocess.Popen = _Watched  # in this process only
        zebra.Zebra(queue).output(payload)
    except (ImportError, FileNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return NO_LPR
    except Exception as error:
        sys.stderr.write(f"{error}\n")
        return LPR_FAILED
    return LPR_FAILED if any(_exit_codes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
