"""`wms demo`: everything on this machine, made ready, started, watched and stopped together."""
from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

import click

from wms.core import embedded, migrate
from wms.core.config import Config, ConfigError, read
from wms.core.transaction import transaction
from wms.demo.children import Child, Children, end_leftovers
from wms.demo.ports import address, free_port
from wms.runtime import application, database

SEED = 20261101
READY_SECONDS = 240  # a busy machine is slow, not broken
CHILDREN = (
    ("web service", ["wms.serve"]), ("worker", ["wms", "worker"]), ("virtual printers", ["wms.demo.printers"]),
)  # fmt: skip
OUTSIDE = ("virtual shops and carriers", ["wms.demo.outside"])
MADE = ("virtual", "pictures", "demo", "log")  # folders of the data folder that belong to the demo alone


class Steps:
    """Says what is being done, with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, what: str) -> None:
        click.echo(f"[{time.monotonic() - self._started:5.1f} s] {what}")


def main(*, reset: bool, load_only: bool, port: int | None, shops: bool) -> int:
    """Run the demo until Ctrl-C or SIGTERM; returns the exit code. With `shops`, virtual shops and carriers live beside
    it. Raises ConfigError, EmbeddedError."""
    say, config = Steps(), read()
    if reset and config.database_url:
        raise ConfigError("--reset throws data away, so it does that only inside WMS_DATA: unset WMS_DATABASE_URL")
    config.data.mkdir(parents=True, exist_ok=True)
    with _only_one(config.data):
        end_leftovers(_pids(config.data))
        if reset:
            _reset(config.data, say)
        with ExitStack() as joined:
            settled = _database(config, joined, shops, say)
            return 0 if load_only else _serve(settled, config, port, shops, say)


def _database(config: Config, joined: ExitStack, shops: bool, say: Steps) -> Config:
    """A database with the demo in it, until `joined` is closed."""
    say("the database" if config.database_url else f"PostgreSQL in {config.data.resolve() / 'postgres'}")
    with ExitStack() as trying:
        settled = trying.enter_context(database(config))
        if _prepare(settled, shops, say):
            joined.push(trying.pop_all())
            return settled
    if config.database_url:
        raise ConfigError("the database holds half a demo, whose load was cut short; name an empty one")
    say("the last load was cut short")
    _reset(config.data, say)
    return _database(config, joined, shops, say)


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    with (data / "demo.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(f"a demo runs in {data.resolve()} already; stop it, or set WMS_DATA") from None
        yield


def _pids(data: Path) -> Path:
    return data / "demo.pids"


def _reset(data: Path, say: Steps) -> None:
    say("throwing away what was there")
    embedded.remove(data)
    for name in MADE:
        shutil.rmtree(data / name, ignore_errors=True)


def _prepare(config: Config, shops: bool, say: Steps) -> bool:
    """Bring the tables up to date and load the demo, unless there are data; without `shops` those of last time are not
    asked for orders. False: what is there is half a demo."""
    from wms.demo import connections, load
    from wms.demo.printers import find_ports
    from wms.waves.engine import compiled_before

    compiling = None
    if not compiled_before():
        # Two processes are about to need it, and would each compile it: begun now, it is mostly ready when they start.
        compiling = subprocess.Popen([sys.executable, "-c", "from wms.waves.engine import warm; warm()"])
    say("tables")
    migrate.upgrade(config.psycopg_url)
    with application(config) as app:
        found = load.state()
        if found == "full":
            say("going on with the data of last time")
            find_ports(app)
            if not shops:
                with transaction():
                    connections.rest()
        elif found == "empty":
            load.load(config.data, int(os.environ.get("WMS_DEMO_SEED", SEED)), say)
    if compiling and compiling.poll() is None:
        say("compiling the planner, once on this machine")
        compiling.wait()
    return found != "cut short"


def _serve(config: Config, told: Config, port: int | None, shops: bool, say: Steps) -> int:
    config = replace(config, port=_port(config.host, port or config.port, say))
    logs = config.data / "log"
    logs.mkdir(exist_ok=True)
    # Children join the embedded database by themselves, so that each holds its own share in it.
    environment = {"WMS_DATA": str(config.data), "WMS_PORT": str(config.port), "WMS_DATABASE_URL": told.database_url}
    children = Children(_pids(config.data), say)
    stop = _Stop()
    with ExitStack() as ending:
        ending.callback(children.stop)
        for name, arguments in (*CHILDREN, *((OUTSIDE,) if shops else ())):
            say(name)
            log = logs / f"{name.replace(' ', '-')}.log"
            children.start(Child(name, arguments, log, environment))
        if not _ready(config, children, stop):
            return 1
        say("ready")
        click.echo(_addresses(config, shops))
        while not stop.told:
            time.sleep(0.2)
            children.watch()
        say("stopping")
    say("stopped; the data stay for next time")
    return 0


def _port(host: str, wanted: int, say: Steps) -> int:
    try:
        found = free_port(host, wanted)
    except OSError as error:
        raise ConfigError(f"{error}; set WMS_PORT") from None
    if found != wanted:
        say(f"port {wanted} is taken, using {found}")
    return found


class _Stop:
    """Set by Ctrl-C and SIGTERM."""

    def __init__(self) -> None:
        self.told = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._tell)

    def _tell(self, number: int, frame: FrameType | None) -> None:
        self.told = True


def _ready(config: Config, children: Children, stop: _Stop) -> bool:
    """Wait for the web service's first good answer. False when it was told to stop, or never came up."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and not stop.told:
        try:
            with urllib.request.urlopen(f"{address(config.host, config.port)}/readyz", timeout=5):  # noqa: S310 - our own address
                return True
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
        children.watch()
    if not stop.told:
        children.say(f"the web service does not answer; see {config.data / 'log'}")
    return False


def _addresses(config: Config, shops: bool) -> str:
    """The table that a newcomer needs."""
    from wms.demo import load

    at = address(config.host, config.port)
    who = {each["post"]: each["badges"] for each in load.badges()}
    rows = (
        ("Terminal", f"{at}/terminal", f"pickers {who['picker']}"),
        ("Station", f"{at}/station", f"packers {who['packer']} at PACK-1 … PACK-3"),
        ("Board", f"{at}/board", f"supervisor {who['supervisor']}"),
        ("Stock", f"{at}/stock", f"and from there every page of the desk; clerk {who['clerk']}"),
        *(_living(at, who) if shops else ()),
        ("People", f"{at}/people", f"people, devices and shifts; administrator {who['admin']}"),
        ("Labels", f"{at}/labels", f"what the virtual printers printed; supervisor {who['supervisor']}"),
        ("API", f"{at}/api/v1/docs", f"clerk {who['clerk']}"),
    )
    table = "\n".join(f"  {name:9} {address:36} {badges}" for name, address, badges in rows)
    return f"""
{table}
{LIFE if shops else ''}
  The PIN of every badge is {load.PIN}. Sign in as a supervisor, release the wave on the board, and pick it.
  Robots do it for you:  {Path(sys.argv[0])} simulate --url {at} --pickers 8 --packers 3 --receivers 2 --counters 3
  Ctrl-C stops everything; `make demo` goes on with the data, `make demo-reset` begins anew.
"""


LIFE = """
  Three virtual shops sell a few things a minute: their orders come by themselves, pass the audit, and go into waves
  whose waybill numbers come from virtual carriers. Robots or you ship them; then the shops hear of it, and the
  parcels are tracked until they are signed for, some minutes later. `--no-shops` does without.
"""


def _living(at: str, who: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Where what the virtual shops and carriers do can be seen."""
    return (
        ("Shops", f"{at}/shops", "how each virtual shop goes, and what it is told"),
        ("Audit", f"{at}/audit", f"rules, and orders that wait for a person; clerk {who['clerk']}"),
        ("Orders", f"{at}/orders", "the order desk: held, merged, in waves, shipped, on the road"),
    )
