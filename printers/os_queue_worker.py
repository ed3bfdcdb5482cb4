"""The killable process that hands one job to the operating system: reads it from standard input.

`python -m printers.os_queue_worker QUEUE < job`. Exit codes: 0, or those named in `os_queue`.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from printers.os_queue import LPR_FAILED, NO_LPR

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
        from zebra import Zebra

        printer: Any = Zebra(queue)
        subprocess.Popen = _Watched  # type: ignore[misc]  # in this process only, for `zebra`
        printer.output(payload)
    except (ImportError, FileNotFoundError) as error:
        sys.stderr.write(f"{error}\n")
        return NO_LPR
    except Exception as error:
        sys.stderr.write(f"{error}\n")
        return LPR_FAILED
    return LPR_FAILED if any(_exit_codes) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
