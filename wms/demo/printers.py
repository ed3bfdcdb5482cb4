"""`python -m wms.demo.printers`: every virtual printer of the database, until SIGTERM."""
from __future__ import annotations

import signal
import sys
import threading

import click
from flask import Flask
from sqlalchemy import select

from wms.core.transaction import transaction
from wms.demo.load import FIRST_PRINTER_PORT
from wms.demo.ports import free, free_port
from wms.printing import virtual
from wms.printing.models import Printer
from wms.runtime import application


def find_ports(app: Flask) -> int:
    """Give every virtual printer whose port is taken by now a free one; returns how many moved."""
    moved, following = 0, FIRST_PRINTER_PORT
    with app.app_context(), transaction() as session:
        found = session.execute(select(Printer).where(Printer.virtual).order_by(Printer.id)).scalars().all()
        taken = {int(each.address.rpartition(":")[2]) for each in found}
        for each in found:
            host, _, port = each.address.rpartition(":")
            if not free(host, int(port)):
                following = free_port(host, following, taken)
                each.address = f"{host}:{following}"
                taken.add(following)
                moved += 1
    return moved


def main() -> None:
    """Run until told to stop. Printers whose ports others took meanwhile move; their jobs follow them."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with application() as app:
        for tries_left in (2, 1, 0):
            try:
                virtual.run(app, stop)
                return
            except OSError as error:
                if not find_ports(app) or not tries_left:
                    click.echo(f"virtual printers: {error}", err=True)
                    sys.exit(2)


if __name__ == "__main__":
    main()
