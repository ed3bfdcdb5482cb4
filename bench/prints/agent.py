"""Drives printers like `wms agent`, and may die at a chosen moment: see `bench.prints.crash`.

    python -m bench.prints.agent FOLDER
"""
from __future__ import annotations

import sys
from pathlib import Path

from bench.prints.crash import Crash, Fatal
from printers.transport import Transport
from wms.agent import machine, settings
from wms.agent.run import Agent
from wms.agent.settings import Allowed


def main(folder: Path) -> None:
    crash, way = Crash(), machine.way

    def fatal(to: Allowed) -> Transport:
        return Fatal(way(to), crash)

    machine.way = fatal
    Agent(folder, settings.read(folder)).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
