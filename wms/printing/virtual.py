"""Virtual printers: software that speaks a printer's language on a port and prints into a folder."""
from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from printers.errors import InvalidField
from printers.virtual import VirtualPrinter, read_control, read_labels, set_control
from wms.core.config import Config
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.printing.models import Printer

SHOWN = 20
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")  # it becomes the name of a folder


def folder(config: Config, code: str) -> Path:
    """Where the virtual printer of this code keeps its labels. Raises `printing.unknown_printer`."""
    if not _CODE.match(code):
        raise WmsError("printing.unknown_printer", printer=code[:64])
    return config.data / "virtual" / code


@contextmanager
def running(app: Flask) -> Iterator[list[VirtualPrinter]]:
    """Every virtual printer of the database, listening at its address for the length of the block.

    Raises OSError when a port is taken.
    """
    config: Config = app.extensions["wms_config"]
    with app.app_context(), transaction():
        rows = db.session.execute(select(Printer).where(Printer.virtual, Printer.active)).scalars()
        wanted = [(row.code, row.language, row.address, row.dpi) for row in rows]
    with ExitStack() as stack:
        printers = []
        for code, language, address, dpi in wanted:
            host, _, port = address.rpartition(":")
            printer = VirtualPrinter(code, language, folder(config, code), port=int(port), host=host, dpi=dpi)
            printers.append(stack.enter_context(printer))
        yield printers


def run(app: Flask, stop: threading.Event) -> None:
    """Run every virtual printer of the database until `stop` is set. Blocks."""
    with running(app):
        stop.wait()


def listed(config: Config, warehouse_id: int) -> list[dict[str, Any]]:
    """The virtual printers of a warehouse with what they pretend and their newest labels."""
    rows = db.session.execute(
        select(Printer).where(Printer.warehouse_id == warehouse_id, Printer.virtual).order_by(Printer.code)
    ).scalars()
    return [_described(config, row) for row in rows]


def pretend(
    config: Config, warehouse_id: int, code: str, power: bool | None, faults: list[str] | None
) -> dict[str, Any]:
    """Switch a virtual printer on or off, or give it faults; None leaves a part as it is.

    Raises `printing.unknown_printer`, or `core.invalid` for a fault that does not exist.
    """
    row = _row(warehouse_id, code)
    try:
        set_control(folder(config, row.code), power=power, faults=faults)
    except InvalidField as error:
        raise WmsError("core.invalid", fields=str(error)) from error
    return _described(config, row)


def label(config: Config, warehouse_id: int, code: str, sequence: int) -> bytes:
    """The PNG of one label. Raises `printing.unknown_printer` or `printing.no_label`."""
    path = folder(config, _row(warehouse_id, code).code) / f"{sequence:06d}.png"
    if not path.is_file():
        raise WmsError("printing.no_label", printer=code, sequence=sequence)
    return path.read_bytes()


def _row(warehouse_id: int, code: str) -> Printer:
    wanted = select(Printer).where(Printer.warehouse_id == warehouse_id, Printer.code == code, Printer.virtual)
    found = db.session.execute(wanted).scalar_one_or_none()
    if found is None:
        raise WmsError("printing.unknown_printer", printer=code[:64])
    return found


def _described(config: Config, row: Printer) -> dict[str, Any]:
    where = folder(config, row.code)
    control = read_control(where)
    url = f"/api/v1/virtual-printers/{row.code}/labels"
    return {
        "code": row.code,
        "name": row.name,
        "language": row.language,
        "power": control.power,
        "faults": sorted(control.faults),
        "labels": [
            {"sequence": facts["sequence"], "url": f"{url}/{facts['sequence']}.png", "at": facts["time"]}
            for facts in read_labels(where, SHOWN)
        ],
    }
