"""The demo's child processes: started, watched, started again when they crash, stopped together."""
from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

PATIENCE_SECONDS = 8  # for a child to end by itself
LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps crashing
STEADY_SECONDS = 60  # a child that ran so long starts again at once


@dataclass
class Child:
    """One process of the demo. Its output goes to `log`."""

    name: str
    arguments: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    pause: float = 0.5
    due: float = 0.0
    started: float = 0.0
    crashes: int = 0

    def start(self) -> None:
        with self.log.open("ab") as out:
            # A session of its own: Ctrl-C then reaches the demo alone, which stops the children in order.
            self.process = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, "-m", *self.arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env={**os.environ, **self.environment}, start_new_session=True,
            )  # fmt: skip
        self.started = time.monotonic()

    def ended(self) -> int | None:
        return self.process.poll() if self.process else None


@dataclass
class Children:
    """All children of one demo. `pids` remembers them for the next start, should this process be killed."""

    pids: Path
    say: Callable[[str], None]
    all: list[Child] = field(default_factory=list)

    def start(self, child: Child) -> None:
        self.all.append(child)
        child.start()
        self._remember()

    def watch(self) -> None:
        """Look after the children once; to be called a few times a second."""
        now = time.monotonic()
        for child in self.all:
            code = child.ended()
            if code is not None:
                self._crashed(child, code, now)
            elif child.process is None and now >= child.due:
                child.start()
                self._remember()
            elif child.process is not None and now - child.started > STEADY_SECONDS:
                child.pause = 0.5

    def _crashed(self, child: Child, code: int, now: float) -> None:
        child.crashes += 1
        child.process, child.due = None, now + child.pause
        self.say(f"{child.name} ended (code {code}) and is started again; see {child.log}")
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def stop(self) -> None:
        """End all children, the last started first; one that does not end in time is killed."""
        running = [child.process for child in reversed(self.all) if child.process and child.process.poll() is None]
        for process in running:
            process.terminate()
        until = time.monotonic() + PATIENCE_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.all.clear()
        self.pids.unlink(missing_ok=True)

    def _remember(self) -> None:
        known = [child.process.pid for child in self.all if child.process]
        self.pids.write_text(json.dumps([[pid, psutil.Process(pid).create_time()] for pid in known]))


def end_leftovers(pids: Path) -> int:
    """End what a demo left behind that was killed; returns how many processes."""
    try:
        remembered = json.loads(pids.read_text())
    except (OSError, ValueError):
        return 0
    found = [process for pid, born in remembered if (process := _same(pid, born)) is not None]
    for process in found:
        process.terminate()
    for process in psutil.wait_procs(found, PATIENCE_SECONDS)[1]:
        process.kill()
    pids.unlink(missing_ok=True)
    return len(found)


def _same(pid: int, born: float) -> psutil.Process | None:
    """The process of this number, unless the number belongs to another one by now."""
    try:
        process = psutil.Process(pid)
        return process if abs(process.create_time() - born) < 1 else None
    except psutil.NoSuchProcess:
        return None
