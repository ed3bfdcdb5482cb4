"""A warehouse of packing tables with printers, and nothing else: what printing needs."""
from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import select

from bench.prints.proof import Job
from printers.bench import varied_waybills
from printers.virtual import read_labels
from wms.agent import settings
from wms.agent.settings import Allowed, Settings
from wms.core import migrate
from wms.core.config import Config
from wms.core.transaction import transaction
from wms.layout.models import Station, Warehouse
from wms.printing import agents, service
from wms.printing.models import Printer, PrinterRoute, PrintJob
from wms.runtime import application, database

DOCUMENTS = {"sku_label": "60x40", "waybill": "100x180"}


@dataclass(frozen=True)
class At:
    """Where a printer listens."""

    code: str
    port: int


@contextmanager
def empty(prefix: str) -> Iterator[Config]:
    """A migrated database of its own, in a folder that goes away."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)  # the embedded database may run under an account of its own
    try:
        with database(Config(data=folder, log_format="console")) as config:
            migrate.upgrade(config.psycopg_url)
            yield config
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def add_tables(
    config: Config, printers: Iterable[At], *, next_ones: bool = True, agent: Path | None = None
) -> list[int]:
    """A packing table for each printer; its documents go there, and to the printer of the next table when that one
    is stopped. Returns the ids of the tables.

    `agent`: the folder of an agent, which is enrolled and drives every second printer.
    """
    with application(config), transaction() as session:
        house = Warehouse(code="W", name="Bench", aisles=1, aisle_spacing_mm=1, aisle_length_mm=1)
        session.add(house)
        session.flush()
        rows = [_printer(house.id, at) for at in printers]
        tables = [Station(warehouse_id=house.id, code=f"T{at.code}", name=at.code) for at in rows]
        session.add_all(tables)
        session.flush()
        if agent is not None:
            enrol(agent, house.id, tables[1].code, rows[1::2])
        session.add_all(rows)
        session.flush()
        for nr, table in enumerate(tables):
            ways = (rows[nr], rows[(nr + 1) % len(rows)])[: 2 if next_ones and len(rows) > 1 else 1]
            session.add_all(
                PrinterRoute(station_id=table.id, document=document, media=media, printer_id=way.id, rank=rank)
                for document, media in DOCUMENTS.items()
                for rank, way in enumerate(ways, 1)
            )
        return [table.id for table in tables]


def _printer(warehouse_id: int, at: At) -> Printer:
    return Printer(
        warehouse_id=warehouse_id, code=at.code, name=at.code, language="zpl", address=f"127.0.0.1:{at.port}",
        virtual=True,
    )


def enrol(folder: Path, warehouse_id: int, station: str, rows: list[Printer], server: str = "") -> None:
    """Bind an agent and let it use these printers, of which only it keeps the addresses."""
    secret = f"wmsa_{secrets.token_urlsafe(48)}"
    agent, code = agents.open_one(warehouse_id, station, "Battery", by=None)
    agents.enrol(code, secret)
    allowed = {row.code: Allowed(row.code, f"tcp://{row.address}") for row in rows}
    settings.write(folder, Settings(server=server, secret=secret, station=station, printers=allowed))
    for row in rows:
        row.transport, row.address, row.agent_id = "agent", row.code, agent.id


class Asker:
    """Asks for labels, no two alike: every tenth a waybill, the others small, so that thousands of them do not take
    an hour to draw and to count."""

    def __init__(self, tables: list[int]) -> None:
        self.asked = 0
        self._tables = tables
        self._waybills = varied_waybills()

    def ask(self, count: int) -> None:
        """Ask for so many more, in one transaction."""
        with transaction():
            for _ in range(count):
                self.asked += 1
                document, data = self._document(self.asked)
                table = self._tables[self.asked % len(self._tables)]
                service.enqueue(document, self.asked, table, data, asked_by=None, reference=f"P{self.asked}")

    def _document(self, nr: int) -> tuple[str, dict[str, Any]]:
        if nr % 10 == 0:
            return "waybill", next(self._waybills)
        return "sku_label", {"code": f"{6_900_000_000_000 + nr}", "sku": f"S{nr}", "name": "无线蓝牙耳机 白色"}


def counts(database_url: str) -> Counter[str]:
    """How many jobs stand how."""
    with psycopg.connect(database_url) as connection:
        return Counter(dict(connection.execute("SELECT status, count(*) FROM print_job GROUP BY 1").fetchall()))


def jobs() -> list[Job]:
    """All jobs, as the proof wants them; inside an application."""
    columns = (
        PrintJob.id, PrintJob.document_id, PrintJob.copy, PrintJob.status, PrintJob.confirmation,
        PrintJob.parent_id, PrintJob.reprint_reason, PrintJob.payload,
    )  # fmt: skip
    with transaction() as session:
        rows = session.execute(select(*columns).order_by(PrintJob.id).execution_options(yield_per=500))
        return [Job(*row[:-1], label=_label(row.payload, row.id)) for row in rows]


def _label(payload: bytes | None, job_id: int) -> str:
    """A virtual printer takes a job from its first mark to its last, and names it by the hash of that."""
    return hashlib.sha256(payload.strip()).hexdigest() if payload else f"never drawn: {job_id}"


def came_out(folders: Iterable[Path]) -> Counter[str]:
    """How often each label lies under the printers."""
    return Counter(facts["sha256"] for folder in folders for facts in read_labels(folder, 10**9))
