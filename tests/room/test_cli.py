"""The `wms` command as a person or a program calls it."""
from __future__ import annotations

import csv
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from click.testing import CliRunner

from wms.cli import main
from wms.core import embedded

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def settings(database, tmp_path):
    """The environment of a command: nothing of this machine's own settings."""
    none = {name: None for name in os.environ if name.startswith("WMS_")}
    return none | {"WMS_DATABASE_URL": database, "WMS_DATA": str(tmp_path)}


@pytest.fixture
def wms(settings, tmp_path, monkeypatch):
    """`wms(*arguments, **settings)` runs the command inside this process; returns what click says of it."""
    monkeypatch.chdir(tmp_path)
    handlers, on_term = logging.root.handlers[:], signal.getsignal(signal.SIGTERM)

    def run(*arguments, stdin="", **more):
        return CliRunner().invoke(main, [*map(str, arguments)], input=stdin, env={**settings, **more})

    yield run
    logging.root.handlers[:] = handlers
    signal.signal(signal.SIGTERM, on_term)


@pytest.fixture
def process(settings, tmp_path):
    """The same in a process of its own, as a shell would start it."""

    def run(*arguments, **more):
        merged = {**os.environ, **settings, "PYTHONPATH": str(ROOT), **more}
        environment = {name: value for name, value in merged.items() if value is not None}
        command = [sys.executable, "-m", "wms", *map(str, arguments)]
        ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        return SimpleNamespace(exit_code=ended.returncode, stdout=ended.stdout, stderr=ended.stderr)

    return run


def fine(ended):
    assert ended.exit_code == 0, ended.stderr
    return ended.stdout


def table(path, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def refused(ended, says):
    """One clear line and exit code 2, no traceback."""
    assert ended.exit_code == 2
    assert ended.stdout == ""
    [line] = ended.stderr.strip().splitlines()
    assert line.startswith("wms: ")
    assert says in line


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"WMS_PROT": "1"}, "unknown setting WMS_PROT"),
        ({"WMS_PORT": "many"}, "WMS_PORT must be a whole number"),
        ({"WMS_DATABASE_URL": "mysql://x"}, "WMS_DATABASE_URL must begin with postgresql://"),
        ({"WMS_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "the database does not answer"),
    ],
)
def test_what_can_be_foreseen_is_one_line(wms, wrong, says):
    refused(wms("check", **wrong), says)


def test_a_process_says_the_same_in_one_line(process, server):
    refused(process("check", WMS_PROT="1"), "unknown setting WMS_PROT")
    refused(process("check", WMS_DATABASE_URL=server), "run `wms init`")


def test_init_may_be_run_again(wms):
    first, again = (json.loads(fine(wms("init", "--json"))) for _ in range(2))
    assert first == again
    assert first["migration"]


def test_a_warehouse_from_nothing_to_a_clean_check(wms, tmp_path):
    refused(wms("import", "stock", table(tmp_path / "none.csv", ["bin", "sku", "qty"], ["A", "B", 1])), "no warehouse")
    made = json.loads(fine(wms("warehouse", "add", "W1", "仓库一", "--aisles", 2, "--positions", 3, "--json")))
    assert made["bins_created"] == 12
    skus = table(tmp_path / "skus.csv", ["code", "name", "条码"], ["S1", "袜子", "6901000000014"], ["S2", "", ""])
    told = json.loads(fine(wms("import", "skus", skus, "--json")))
    assert (told["created"], told["rejected"]) == (1, 1)
    assert told["rejects"][0]["line"] == 3
    assert (tmp_path / told["rejects_file"]).read_text(encoding="utf-8-sig").count("S2") == 1
    again = fine(wms("import", "skus", skus))
    assert "1 unchanged" in again
    assert "line 3" in again
    stock = table(tmp_path / "stock.csv", ["Place", "What", "n"], ["A01-01L1", "S1", 7])
    counted = fine(wms("import", "stock", stock, "--map", "bin=Place,sku=What", "--map", "qty=n", "--json"))
    assert json.loads(counted)["updated"] == 1
    proof = json.loads(fine(wms("check", "--json", "--warehouse", "W1")))
    assert (proof["ok"], proof["moves"]) == (True, 1)


def test_a_broken_ledger_is_exit_code_1(wms, tmp_path, database):
    fine(wms("warehouse", "add", "W1", "One", "--aisles", 1, "--positions", 1))
    fine(wms("import", "skus", table(tmp_path / "skus.csv", ["code", "name"], ["S1", "Socks"])))
    fine(wms("import", "stock", table(tmp_path / "s.csv", ["bin", "sku", "qty"], ["A01-01L1", "S1", 7])))
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("UPDATE stock_balance SET on_hand = 6")
    ended = wms("check")
    assert ended.exit_code == 1
    assert "7 expected, 6 found" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("import", "nonsense", "x.csv"), "import"),
        (("import", "skus", "absent.csv"), "absent.csv"),
        (("check", "--warehouse", "X"), "there is no warehouse X"),
        (("person", "add", "B1", "Bea", "--post", "king", "--pin", "123456"), "there is no post king"),
        (("person", "add", "B1", "Bea", "--post", "picker", "--pin", "1234"), "6 to 12 digits"),
    ],
)
def test_wrong_arguments_are_one_line(wms, arguments, says):
    fine(wms("warehouse", "add", "W1", "One"))
    refused(wms(*arguments), says)


def test_people_and_keys(wms):
    fine(wms("warehouse", "add", "W1", "One"))
    added = wms("person", "add", "B1", "Bea", "--post", "picker", "--post", "packer", stdin="654321\n")
    assert "Bea may sign in" in fine(added)
    refused(wms("person", "add", "B1", "Ben", "--post", "picker", "--pin", "123456"), "somebody's already")
    code = json.loads(fine(wms("device", "enrol", "Handheld", "--json")))["code"]
    assert len(code.replace("-", "")) == 10
    key = json.loads(fine(wms("api-key", "create", "shop", "--json")))["key"]
    assert key.startswith("wmsk_")
    assert json.loads(fine(wms("printers", "--json"))) == []


def test_help_lists_every_command(wms):
    told = fine(wms("--help"))
    for command in ("init", "demo", "serve", "worker", "import", "check", "simulate", "migrate", "docs"):
        assert f"\n  {command}" in told


def test_migrations_go_down_and_up(wms):
    assert "None" in fine(wms("migrate", "down", "--yes"))
    assert "the database is at 0" in fine(wms("migrate", "up"))


def test_documents_are_written_and_checked(wms, tmp_path):
    fine(wms("docs", "--folder", tmp_path / "docs"))
    fine(wms("docs", "--folder", tmp_path / "docs", "--check"))
    live = (tmp_path / "docs" / "realtime.md").read_text(encoding="utf-8")
    assert "### `pick.confirm`" in live
    assert "stateDiagram-v2" in (tmp_path / "docs" / "lifecycles.md").read_text(encoding="utf-8")
    assert "| `count_bin` |" in (tmp_path / "docs" / "flows.md").read_text(encoding="utf-8")
    (tmp_path / "docs" / "realtime.md").write_text("old")
    assert wms("docs", "--folder", tmp_path / "docs", "--check").exit_code == 1


# ---- the embedded database

@pytest.fixture
def data():
    """A data folder that any system account may reach."""
    with tempfile.TemporaryDirectory(prefix="wms-data-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_several_share_the_embedded_database_and_the_last_one_stops_it(data):
    address, first = embedded.start(data)
    again, second = embedded.start(data)
    assert address == again
    embedded.stop(first)
    psycopg.connect(address).close()
    with pytest.raises(embedded.EmbeddedError, match="still work with"):
        embedded.remove(data)
    embedded.stop(second)
    assert embedded._running(data / "postgres") is None
    embedded.remove(data)
    assert not (data / "postgres").exists()


def test_a_kill_leaves_nothing_that_must_be_cleaned_up(data, process):
    address, handle = embedded.start(data)
    psycopg.connect(address).close()
    os.kill(embedded._running(data / "postgres"), 9)
    address, again = embedded.start(data)
    psycopg.connect(address).close()
    embedded.stop(handle)
    embedded.stop(again)
    (data / "postgres" / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n0\n5432\n\n\n\nready\n")
    assert json.loads(fine(process("init", "--json", WMS_DATABASE_URL="", WMS_DATA=str(data))))["migration"]
    assert embedded._running(data / "postgres") is None


def test_a_folder_of_another_account_is_one_line(data, monkeypatch):
    (data / "postgres").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    with pytest.raises(embedded.EmbeddedError, match=r"belongs to \w+: work as \w+, or set WMS_DATA"):
        embedded.start(data)
    assert not list((data / "postgres").iterdir())
