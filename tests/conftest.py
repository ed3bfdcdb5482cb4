"""Fixtures of all tests: a real PostgreSQL, one fresh database a test, the real application."""
from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from wms.app import create_app
from wms.core import embedded
from wms.core.actor import Actor
from wms.core.config import Config
from wms.core.db import db
from wms.core.transaction import transaction

MEMORY = Path("/dev/shm")  # databases are copied there many times faster than on a disk
MEMORY_BYTES = 8 * 2**30

_numbers = itertools.count(1)


def _room_in_memory() -> str | None:
    """The folder for databases that need not outlive the tests; None is the system's for temporary files."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < MEMORY_BYTES:
        return None
    return str(MEMORY)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server of this test run alone, from the wheel."""
    folder = Path(tempfile.mkdtemp(prefix="wms-test-", dir=_room_in_memory()))
    folder.chmod(0o755)
    address, handle = embedded.start(folder)
    with psycopg.connect(address, autocommit=True) as connection:
        # A test's data need not outlive the test.
        for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
            connection.execute(f"ALTER SYSTEM SET {setting}")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")
    yield address
    embedded.stop(handle)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """The name of an empty, migrated database that each test copies."""
    from wms.core.migrate import upgrade

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE wms_template")
    upgrade(_named(server, "wms_template"))
    return "wms_template"


def _named(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture
def database(server: str, template: str) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    name = f"wms_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")  # type: ignore[arg-type]
    yield _named(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture
def config(database: str, tmp_path: Path) -> Config:
    return Config(database_url=database, data=tmp_path, secret_key="test", pool_size=5)


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application without its websocket server, inside its context."""
    app = create_app(config, live=False)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def tx(app: Flask):
    """`with tx():` opens the one kind of transaction there is."""
    return transaction


@pytest.fixture
def supervisor() -> Actor:
    return Actor(name="Sue", warehouse_id=1, posts=frozenset({"supervisor"}))


# ---- nothing is skipped silently

SHARED = Path(os.environ.get("WMS_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests marked `shared` need the public instances beside the repository."""
    for item in items:
        if item.get_closest_marker("shared") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason=f"{SHARED} is not there"))


def _not_run(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("skipped", []) if reporter else []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In continuous integration, what could not run is a failure; only the public instances may be absent there."""
    excused = [report for report in _not_run(session.config) if "shared" in getattr(report, "keywords", ())]
    if os.environ.get("CI") and len(_not_run(session.config)) > len(excused) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for report in _not_run(config):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.write_line(f"could not run: {report.nodeid}: {why.removeprefix('Skipped: ')}", yellow=True)
