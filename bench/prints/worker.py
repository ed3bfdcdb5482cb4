"""Drives printers like `wms worker`, and may die at a chosen moment: see `bench.prints.crash`."""
from __future__ import annotations

import threading

from bench.prints.crash import Crash, Fatal
from printers.transport import Transport
from wms.app import create_app
from wms.core import config
from wms.printing import dispatch, wire
from wms.printing.wire import Target


def main() -> None:
    app = create_app(config.read(), live=False)
    crash, way = Crash(), wire.way

    def fatal(to: Target) -> Transport:
        return Fatal(way(to), crash)

    wire.way = fatal
    dispatch.run(app, threading.Event())


if __name__ == "__main__":
    main()
