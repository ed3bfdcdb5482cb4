"""What every process begins with: its configuration, a database to work on, and a clean end."""
from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType

from flask import Flask

from wms.core import embedded, sealed
from wms.core.config import Config, read


@contextmanager
def database(config: Config | None = None) -> Iterator[Config]:
    """The configuration with a database address for the length of the block.

    With none configured, the server inside the data folder is started, or joined when another
    process runs it. Raises ConfigError, embedded.EmbeddedError.
    """
    config = read() if config is None else config
    sealed.use(config)
    if config.database_url:
        yield config
        return
    address, handle = embedded.start(config.data)
    try:
        yield replace(config, database_url=address)
    finally:
        embedded.stop(handle)


@contextmanager
def application(config: Config | None = None) -> Iterator[Flask]:
    """The application without its websocket server, inside its context, for commands and jobs."""
    from wms.app import create_app
    from wms.core.db import db

    with database(config) as settled:
        app = create_app(settled, live=False)
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()


def settle() -> None:
    """What was loaded so far stays: the process no longer looks through it for garbage, which made whoever was served
    at that moment wait for most of a second."""
    gc.collect()
    gc.freeze()


def end_cleanly() -> None:
    """Let SIGTERM end this process like `sys.exit`, so that blocks are left and servers let go."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
