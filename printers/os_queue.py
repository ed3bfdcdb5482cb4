"""A print queue of the operating system, through the `zebra` package and `lpr`.

`zebra` hides a failing `lpr` and waits for a hung one for ever, so it runs in a process of its own
that can be killed. What a queue accepted is never confirmed: it may print it tomorrow.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable

from printers import os_queue_worker
from printers.errors import Interrupted, InvalidField, NotReachable
from printers.status import PrinterStatus
from printers.transport import Sent

# The name becomes part of an argument of `lpr`; one beginning with a dash would be an option.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@ -]{0,126}\Z")


class OsQueue:
    """The local queue `name`. `limit` in seconds bounds every call."""

    def __init__(self, name: str, *, limit: float = 20.0) -> None:
        if not _NAME.match(name):
            raise InvalidField("queue", f"not a name of a queue: {name!r}")
        self.name = name
        self._limit = limit

    def send(
        self, payload: bytes, on_first_byte: Callable[[], None], meanwhile: Callable[[], None] | None = None
    ) -> Sent:
        """Queue a job; see Transport.send. Always graded "none", and nothing is waited for."""
        self._require_queue()
        on_first_byte()
        worker = self._start()
        try:
            _, complaint = worker.communicate(payload, timeout=self._limit)
        except subprocess.TimeoutExpired:
            _kill(worker)
            raise Interrupted(
                len(payload), f"lpr did not finish within {self._limit} s; it may have queued it"
            ) from None
        return self._judge(worker.returncode, complaint, len(payload))

    def status(self) -> PrinterStatus:
        """Whether the queue exists and accepts jobs; of the printer behind it nothing is known."""
        if sys.platform == "win32":
            return PrinterStatus("unknown", ("no_answer",))
        try:
            self._require_queue()
        except NotReachable:
            return PrinterStatus("blocked", ("offline",))
        return PrinterStatus("unknown", ("no_answer",))

    def _require_queue(self) -> None:
        """Find out what can be found out before a byte is sent. Raises NotReachable."""
        if sys.platform == "win32":
            return
        if shutil.which("lpr") is None:
            raise NotReachable("there is no lpr on this machine; install CUPS, or print over TCP")
        lpstat = shutil.which("lpstat")
        if lpstat is None:
            return
        try:
            # S603: a fixed program; the name is an argument of its own and checked by _NAME
            answer = subprocess.run(  # noqa: S603
                [lpstat, "-a", self.name], capture_output=True, timeout=self._limit, check=False
            )
        except subprocess.TimeoutExpired:
            raise NotReachable("the print system does not answer") from None
        if answer.returncode != 0:
            raise NotReachable(f"no queue {self.name}: {_words(answer.stderr)}")

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 -- this interpreter, our own module, a checked name
                # by path and -P: importing this package would cost the worker half a second
                [sys.executable, "-P", os_queue_worker.__file__, self.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,  # so that lpr dies with it
            )
        except OSError as error:
            raise NotReachable(f"cannot start the worker: {error}") from error

    def _judge(self, code: int, complaint: bytes, size: int) -> Sent:
        if code == 0:
            return Sent(size, "none")
        if code == os_queue_worker.NO_LPR:
            raise NotReachable(_words(complaint))
        raise Interrupted(size, f"lpr failed: {_words(complaint)}")


def _kill(worker: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(worker.pid, signal.SIGKILL)
    else:
        worker.kill()
    worker.communicate()


def _words(output: bytes) -> str:
    return output.decode(errors="replace").strip()[-400:] or "no message"
