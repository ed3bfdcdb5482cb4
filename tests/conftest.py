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

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a PostgreSQL server of this test run alone, from the wheel."""
    folder = Path(tempfile.mkdtemp(prefix="wms-test-"))
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
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
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
