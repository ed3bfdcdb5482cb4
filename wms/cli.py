"""The `wms` command. Each command imports what it needs when it runs, so that the others start fast."""
from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any, NoReturn

import click

from wms.core.config import ConfigError
from wms.core.embedded import EmbeddedError
from wms.core.error import WmsError
from wms.tls_commands import tls

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
LANGUAGE = click.option(
    "--language", type=click.Choice(["en", "zh_Hans", "zh_Hant"]), default="en", show_default=True,
    help="In which language it is told.",
)  # fmt: skip
WAREHOUSE = click.option("--warehouse", metavar="CODE", help="Which warehouse; not needed when there is only one.")


class Wms(click.Group):
    """A failure that can be foreseen is one line on stderr and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        from wms.runtime import end_cleanly

        end_cleanly()
        try:
            return super().invoke(ctx)
        except (ConfigError, EmbeddedError) as error:
            fail(str(error))
        except WmsError as error:
            fail(error.text("en"))
        except Exception as error:
            fail(_known(error))


def fail(why: str) -> NoReturn:
    """End with one line that says why."""
    click.echo(f"wms: {why}", err=True)
    sys.exit(2)


def _known(error: Exception) -> str:
    """What a failure of the database means to the person at the command line; raises `error` when it means nothing."""
    from psycopg import errors

    from wms.core.scan import is_database_down

    cause = getattr(error, "orig", error)
    if is_database_down(error):
        return f"the database does not answer: {str(cause).strip().splitlines()[0]}"
    if isinstance(cause, errors.UndefinedTable | errors.UndefinedColumn):
        return "the database is not up to date: run `wms init`"
    raise error


@click.group(cls=Wms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wms")
def main() -> None:
    """A warehouse service: orders, waves, live picking, packing, printing, handover.

    Settings are environment variables WMS_*. Without WMS_DATABASE_URL a PostgreSQL inside WMS_DATA
    (./data) is started, or joined.
    """


main.add_command(tls)


# ---- the processes

@main.command()
@AS_JSON
def init(as_json: bool) -> None:
    """Create the tables, or bring them up to date."""
    from wms.core import migrate
    from wms.runtime import database

    with database() as config:
        migrate.upgrade(config.psycopg_url)
        version = migrate.version(config.psycopg_url)
    click.echo(json.dumps({"migration": version}) if as_json else f"the database is at {version}")


@main.command()
@click.option("--reset", is_flag=True, help="Throw away what is there and begin anew.")
@click.option("--load-only", is_flag=True, help="Load the data and stop.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where the pages are served; the next free one if taken.")
@click.option("--shops/--no-shops", default=True, help="Virtual shops whose orders come, and virtual carriers.")
def demo(reset: bool, load_only: bool, port: int | None, shops: bool) -> None:
    """Run everything on this machine, with a warehouse and a day's orders in it."""
    from wms.demo import run

    sys.exit(run.main(reset=reset, load_only=load_only, port=port, shops=shops))


@main.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True}, add_help_option=False)
@click.pass_context
def serve(ctx: click.Context) -> None:
    """Serve pages, the API and websockets."""
    _become("wms.serve", ctx.args)


@main.command()
def worker() -> None:
    """Carry out background jobs and print."""
    from wms import worker
    from wms.runtime import application

    with application() as app:
        worker.run(app)


@main.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True}, add_help_option=False)
@click.pass_context
def agent(ctx: click.Context) -> None:
    """Drive the printers and read the scale of one packing station. `agent wheel FOLDER` packs it for elsewhere."""
    if ctx.args[:1] == ["wheel"]:
        _write_wheel(Path(ctx.args[1] if len(ctx.args) > 1 else "."))
    else:
        _become("wms.agent", ctx.args)


def _write_wheel(folder: Path) -> None:
    from wms.agent import wheel

    name, content = wheel.build()
    (folder / name).write_bytes(content)
    click.echo(f"{folder / name}: on the machine at the station, pipx install {name}")


@main.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True}, add_help_option=False)
@click.pass_context
def simulate(ctx: click.Context) -> None:
    """Let robots work the day over the public websocket and HTTP."""
    _become("wms.robots", ctx.args)


def _become(module: str, arguments: list[str]) -> NoReturn:
    # Another interpreter in this process's place: green threads must be set up before any other import.
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 - ourselves


# ---- data

@main.command("import")
@click.argument("kind", metavar="KIND")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--map", "maps", multiple=True, metavar="OURS=THEIRS,…", help="Our column = its header, or ==VALUE.")
@click.option("--profile", help="A named mapping with its own rules, such as online-retail.")
@click.option("--create-missing", is_flag=True, help="Create SKUs and bins that the file names and nobody knows.")
@click.option("--stock", type=click.FloatRange(min=0), help="Orders: put this many times what they want into bins.")
@WAREHOUSE
@click.option("--rejects", type=click.Path(dir_okay=False), help="Write rows that did not go in to this CSV file.")
@click.option("--encoding", help="The file's encoding; UTF-8 when absent.")
@AS_JSON
def import_(
    kind: str, file: str, maps: tuple[str, ...], profile: str | None, create_missing: bool, stock: float | None,
    warehouse: str | None, rejects: str | None, encoding: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Import a CSV file of KIND skus, packs, bundles, layout, stock or orders. The same file twice changes nothing.

    Rows that cannot be used are reported one by one; the others go in, and the exit code is 0.
    """
    from wms.core.importing import import_file
    from wms.runtime import application

    options = {"create_missing": create_missing, "stock": stock, "encoding": encoding}
    with application(), closing(_Bar(f"import {kind}", not as_json)) as bar:
        summary = import_file(
            kind, file, warehouse_id=_warehouse(warehouse, needed=kind not in {"skus", "packs", "bundles", "layout"}),
            mapping=_mapping(maps), profile=profile, options=options, progress=bar,
            rejects=rejects or f"{Path(file).stem}.rejects.csv",
        )  # fmt: skip
    click.echo(json.dumps(summary.to_dict(), ensure_ascii=False) if as_json else "\n".join(_summary(summary.to_dict())))


def _mapping(maps: tuple[str, ...]) -> dict[str, str]:
    pairs = [pair.partition("=") for each in maps for pair in each.split(",") if pair]
    for ours, equals, theirs in pairs:
        if not (ours.strip() and equals and theirs):
            raise click.BadParameter("write --map OURS=THEIRS,OURS=THEIRS", param_hint="--map")
    return {ours.strip(): theirs.strip() for ours, _, theirs in pairs}


def _summary(told: dict[str, Any]) -> list[str]:
    rejects, file = told.pop("rejects"), told.pop("rejects_file")
    lines = [f"line {r['line']}, {r['column'] or 'row'}: {r['reason']}" + (f" ({r['value']})" if r["value"] else "")
             for r in rejects[:20]]  # fmt: skip
    if told["rejected"] > len(lines):
        lines.append(f"… and {told['rejected'] - len(lines)} more")
    if file:
        lines.append(f"rows that did not go in: {file}")
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in told.items() if isinstance(count, int))
    return [*lines, f"{told['kind']}: {counts} in {told['seconds']:.1f} s"]


class _Bar:
    """A progress bar on stderr that is fed with (done, total); silent when nobody would see it."""

    def __init__(self, label: str, shown: bool) -> None:
        self._label = label
        self._shown = shown and sys.stderr.isatty()
        self._bar: Any = None

    def __call__(self, done: int, total: int) -> None:
        if not self._shown:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr, update_min_steps=50)
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)


@main.command()
@WAREHOUSE
@LANGUAGE
@AS_JSON
def check(warehouse: str | None, language: str, as_json: bool) -> None:
    """Prove that stock, holds and promises follow from the moves behind them; exit code 1 if not.

    Each difference is explained: what is wrong, which move, command and person are behind it, what can be done.
    """
    from wms.core.transaction import transaction
    from wms.runtime import application
    from wms.stock import check

    with application():
        warehouse_id = _warehouse(warehouse) if warehouse else None
        with closing(_Bar("check", not as_json)) as bar, transaction():
            report = check.run(warehouse_id, bar)
    told = json.dumps(report.to_dict(language), ensure_ascii=False) if as_json else "\n".join(report.lines(language))
    click.echo(told)
    sys.exit(0 if report.ok else 1)


@main.command()
@AS_JSON
def reseal(as_json: bool) -> None:
    """Bring everything that is sealed under the secret key of now; then former ones may be forgotten.

    It may run while people work, be ended and begun again.
    """
    from wms.core.resealing import reseal
    from wms.runtime import application

    with application():
        done = reseal()
    changed = [f"  {count:8} {column}" for column, count in done.items() if count] or ["  nothing"]
    click.echo(json.dumps(done) if as_json else "\n".join(["brought under the secret key of now:", *changed]))


@main.group()
def reveals() -> None:
    """The record of who was shown what is personal of buyers."""


@reveals.command("verify")
@click.option("--head", default="", metavar="DIGEST", help="A head that was noted before: it must be there still.")
@AS_JSON
def reveals_verify(head: str, as_json: bool) -> None:
    """Prove that no row of the record was changed, taken out or put in; exit code 1 if one was. Note its head."""
    from dataclasses import asdict

    from wms.core.transaction import transaction
    from wms.customers.service import verify
    from wms.runtime import application

    with application(), transaction():
        found = verify(head.strip().lower())
    good = found.broken is None and found.noted is not False
    if as_json:
        click.echo(json.dumps({**asdict(found), "ok": good}))
    elif found.broken is not None:
        click.echo(f"{found.reveals} reveals; the chain is broken at number {found.broken}")
    elif found.noted is False:
        click.echo(f"{found.reveals} reveals; the head that was noted is not among them: the record was written anew")
    else:
        click.echo(f"{found.reveals} reveals, all in their chain; its head is {found.head or 'empty'}")
    sys.exit(0 if good else 1)


@main.group()
def explain() -> None:
    """Why things are as they are."""


@explain.command("stock")
@click.argument("sku")
@click.option("--bin", "bin_code", metavar="CODE", help="Only this bin; the whole warehouse when absent.")
@click.option("--lot", help="Only this lot.")
@click.option("--moves", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many to tell.")
@WAREHOUSE
@LANGUAGE
@AS_JSON
def explain_stock(
    sku: str, bin_code: str | None, lot: str | None, moves: int, warehouse: str | None, language: str, as_json: bool
) -> None:
    """Tell how the stock of SKU came to be what it is, who has a claim on it, and why no more is available."""
    from wms.core.transaction import transaction
    from wms.runtime import application
    from wms.stock import shown
    from wms.stock.story import story

    with application():
        house = _warehouse(warehouse)
        with transaction():
            bin_id = shown.bin_id(house, bin_code) if bin_code else None
            told = story(house, shown.sku_id(sku), bin_id=bin_id, lot=lot, shown=moves)
            facts, words = told.to_dict(language), told.lines(language)
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else "\n".join(words))


def _warehouse(code: str | None, needed: bool = True) -> int:
    """The id of a warehouse by its code, or of the only one. 0 when there is none and none is needed."""
    from sqlalchemy import select

    from wms.core.transaction import transaction
    from wms.layout.models import Warehouse

    with transaction() as session:
        known = {row.code: row.id for row in session.execute(select(Warehouse.code, Warehouse.id))}
    if code is not None and code not in known:
        fail(f"there is no warehouse {code}; known are: {', '.join(sorted(known)) or 'none'}")
    if code is None and len(known) > 1:
        fail(f"which warehouse? --warehouse {' | '.join(sorted(known))}")
    if not known and needed:
        fail("there is no warehouse yet: run `wms import layout FILE` first")
    return known[code] if code else next(iter(known.values()), 0)


@main.group()
def warehouse() -> None:
    """Warehouses and their floors."""


@warehouse.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--aisles", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--aisle-spacing-mm", type=click.IntRange(1, 100_000), default=3_200, show_default=True)
@click.option("--aisle-length-mm", type=click.IntRange(1, 1_000_000), default=27_000, show_default=True)
@click.option("--positions", type=click.IntRange(0, 1000), default=0, help="Bins to make a side of an aisle.")
@click.option("--levels", type=click.IntRange(1, 20), default=1, show_default=True, help="… on so many levels.")
@AS_JSON
def warehouse_add(code: str, name: str, positions: int, levels: int, as_json: bool, **floor: int) -> None:
    """Make a warehouse with its floor, or bring the one with this CODE up to date."""
    from wms.core.transaction import transaction
    from wms.layout import service
    from wms.layout.rules import FloorPlan, ZonePlan
    from wms.runtime import application

    with application(), transaction():
        plan = FloorPlan(**floor)
        id = service.create_warehouse(code, name, plan).id
        zone = ZonePlan("A", "A", 0, plan.aisles - 1, "#2a6fbb")
        bins = service.generate_block(id, [zone], positions=positions, levels=levels) if positions else 0
    told = {"id": id, "code": code, "name": name, "bins_created": bins}
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{code}: {bins} bins made")


# ---- people, programs, printers

@main.group()
def person() -> None:
    """People with badges."""


@person.command("add")
@click.argument("badge")
@click.argument("name")
@click.option("--post", "posts", multiple=True, required=True, help="picker, packer, supervisor, clerk, …")
@click.option("--pin", prompt=True, hide_input=True, help="Asked for when absent.")
@click.option("--locale", type=click.Choice(["en", "zh_Hans", "zh_Hant"]), default="en", show_default=True)
@WAREHOUSE
@AS_JSON
def person_add(
    badge: str, name: str, posts: tuple[str, ...], pin: str, locale: str, warehouse: str | None, as_json: bool
) -> None:
    """Add a person who signs in with BADGE and a PIN."""
    from sqlalchemy.exc import IntegrityError

    from wms.access import service
    from wms.access.models import POSTS
    from wms.access.rules import PIN_FORM, PIN_HINT
    from wms.core.transaction import transaction
    from wms.runtime import application

    unknown = sorted(set(posts) - set(POSTS))
    if unknown:
        fail(f"there is no post {unknown[0]}; known are: {', '.join(POSTS)}")
    if not re.fullmatch(PIN_FORM, pin):
        fail(f"the PIN: {PIN_HINT}")
    with application():
        warehouse_id = _warehouse(warehouse)
        try:
            with transaction():
                id = service.add_person(badge, name, service.hash_pin(pin), warehouse_id, posts, locale).id
        except IntegrityError:
            fail(f"the badge {badge} is somebody's already")
    told = {"id": id, "badge": badge, "name": name, "posts": sorted(posts)}
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else f"{name} may sign in with the badge {badge}")


@main.group()
def device() -> None:
    """Devices that are enrolled."""


@device.command("enrol")
@click.argument("name", default="")
@WAREHOUSE
@AS_JSON
def device_enrol(name: str, warehouse: str | None, as_json: bool) -> None:
    """Make a code with which one device is enrolled under NAME: the way in when no enrolled device is left."""
    from wms.access import service
    from wms.core.transaction import transaction
    from wms.runtime import application

    with application():
        warehouse_id = _warehouse(warehouse)
        with transaction():
            code, expires_at = service.new_code(warehouse_id, name, by=None)
    told = {"code": code, "expires_at": expires_at.isoformat()}
    hint = "type it at the log-in of the device, under 'Enrol this device', within 10 minutes"
    click.echo(json.dumps(told) if as_json else f"{code}: {hint}")


@main.group("api-key")
def api_key() -> None:
    """Keys of programs that call /api/v1."""


@api_key.command("create")
@click.argument("name")
@click.option("--post", type=click.Choice(["clerk", "supervisor", "admin"]), default="clerk", show_default=True)
@WAREHOUSE
@AS_JSON
def api_key_create(name: str, post: str, warehouse: str | None, as_json: bool) -> None:
    """Make a key for a program and print it; it is shown only now."""
    from wms.access import service
    from wms.core.transaction import transaction
    from wms.runtime import application

    with application():
        warehouse_id = _warehouse(warehouse)
        with transaction():
            key = service.create_api_key(name, warehouse_id, post)
    click.echo(json.dumps({"name": name, "post": post, "key": key}) if as_json else key)


@main.command()
@AS_JSON
def printers(as_json: bool) -> None:
    """Show every printer and how it is."""
    from sqlalchemy import select

    from wms.core.transaction import transaction
    from wms.printing.models import Printer
    from wms.runtime import application

    with application(), transaction() as session:
        rows = session.execute(select(Printer).order_by(Printer.code)).scalars()
        found = [{"code": p.code, "name": p.name, "language": p.language, "address": p.address, "status": p.status,
                  "reasons": p.status_reasons} for p in rows]  # fmt: skip
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        click.echo("{code:16} {language:7} {address:22} {status:8} ".format(**each) + ", ".join(each["reasons"]))


# ---- for those who work on the code

@main.group()
def migrate() -> None:
    """The database's schema."""


@migrate.command("up")
@click.argument("revision", default="head")
def migrate_up(revision: str) -> None:
    """Bring the schema up to REVISION."""
    _migrate("upgrade", revision)


@migrate.command("down")
@click.argument("revision", default="base")
@click.option("--yes", is_flag=True, help="Do not ask.")
def migrate_down(revision: str, yes: bool) -> None:
    """Take the schema down to REVISION; its data are lost."""
    if not yes:
        click.confirm(f"take the database down to {revision} and lose its data?", abort=True)
    _migrate("downgrade", revision)


@migrate.command("check")
def migrate_check() -> None:
    """Whether the migrations make exactly the tables of the code; exit code 1 if not. Uses a database of its own."""
    from wms.core import embedded, migrate

    with tempfile.TemporaryDirectory(prefix="wms-migrate-") as folder:
        Path(folder).chmod(0o755)
        address, handle = embedded.start(Path(folder))
        try:
            differences = migrate.differences(address)
        finally:
            embedded.stop(handle)
    click.echo("\n".join(differences) or "migrations and models agree, down and up again")
    sys.exit(1 if differences else 0)


def _migrate(act: str, revision: str) -> None:
    from wms.core import migrate
    from wms.runtime import database

    with database() as config:
        getattr(migrate, act)(config.psycopg_url, revision)
        click.echo(f"the database is at {migrate.version(config.psycopg_url)}")


@main.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit code 1 when the files are out of date.")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("docs"), show_default=True)
def docs(only_check: bool, folder: Path) -> None:
    """Write what the code declares, live messages, lifecycles and flows, for people and for the pages."""
    from wms import docs

    stale = docs.write(folder, only_check=only_check)
    for path in stale:
        click.echo(f"{path} {'is out of date: run `wms docs`' if only_check else 'written'}")
    sys.exit(1 if only_check and stale else 0)
