"""What an agent keeps, and that nothing of it is sent twice: journal, settings, and the wheel it comes in."""

from __future__ import annotations

import io
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from importlib.metadata import version

import pytest

from printers.status import PrinterStatus
from printers.transport import Sent
from wms.agent import VERSION, renewal, settings, wheel
from wms.agent.journal import Job, Journal, Result
from wms.agent.machine import Machine, way
from wms.agent.main import main
from wms.agent.renewal import BadWheelError
from wms.agent.settings import Allowed, Settings, SettingsError

JOB = Job(7, "Z1", 3, b"^XA^XZ")


@pytest.fixture
def journal(tmp_path):
    kept = Journal(tmp_path / "journal.sqlite")
    yield kept
    kept.close()


def untold(journal):
    return [(each["id"], each["token"], each["outcome"]) for each in journal.untold()]


def test_a_job_is_taken_once(journal):
    assert journal.receive(JOB)
    assert not journal.receive(JOB)
    assert journal.busy() == [7]
    journal.begin(7)
    with pytest.raises(LookupError):
        journal.begin(7)
    journal.note(7, Result("printed", "buffer_drained"))
    journal.told(journal.untold())
    assert (journal.busy(), untold(journal)) == ([], [])
    assert not journal.receive(JOB)
    assert untold(journal) == [(7, 3, "printed")]  # whoever gives it again has not heard


def test_what_was_not_sent_is_taken_again_under_a_later_token_only(journal):
    journal.receive(JOB)
    journal.note(7, Result("not_sent", reason="offline"))
    assert not journal.receive(JOB)
    later = Job(7, "Z1", 4, b"^XA^XZ")
    assert journal.receive(later)
    journal.told([{"id": 7, "token": 3, "outcome": "not_sent"}])
    journal.begin(7)
    journal.note(7, Result("doubt"))
    assert untold(journal) == [(7, 4, "doubt")]
    assert not journal.receive(Job(7, "Z1", 5, b"^XA^XZ"))


def test_after_a_crash_only_what_had_not_begun_was_not_sent(tmp_path):
    before = Journal(tmp_path / "journal.sqlite")
    owner = before.owner
    for number in (1, 2, 3, 4):
        before.receive(Job(number, "Z1", 1, b"x"))
    for number in (2, 3, 4):
        before.begin(number)
    before.note(3, Result("held", reason="paper_out"))
    before.note(4, Result("printed", "buffer_drained"))
    before.close()
    after = Journal(tmp_path / "journal.sqlite")
    after.recover()
    assert untold(after) == [(1, 1, "not_sent"), (2, 1, "doubt"), (3, 1, "doubt"), (4, 1, "printed")]
    assert after.owner == owner
    after.close()


def test_two_agents_do_not_share_a_journal(tmp_path, journal):
    settings.write(tmp_path, Settings(server="http://localhost:1", secret="x"))
    assert main(["--folder", str(tmp_path), "run"]) == 2


@pytest.mark.parametrize("address", [
    "10.0.0.1:9100", "http://x", "tcp://:9100", "tcp://x", "queue:-oraw", "usb:1", "serial:x", "",
])  # fmt: skip
def test_only_addresses_of_printers_are_allowed(address):
    with pytest.raises(SettingsError):
        way(Allowed("Z1", address))


def test_printers_on_a_port_are_driven_as_those_of_a_network_are():
    usb, serial = way(Allowed("Z1", "usb:0a5f:0080:XYZ")), way(Allowed("R1", "serial:/dev/ttyUSB1@9600", "escpos"))
    assert (usb.address, serial.address) == ("0a5f:0080:XYZ", "/dev/ttyUSB1@9600")
    # Nobody is there: not a byte was sent, and the label may go elsewhere.
    for transport in (usb, serial):
        assert transport.status().state != "ready"


@pytest.mark.parametrize("name", ["", "../x", "a b", "x" * 41])
def test_names_are_plain(name):
    with pytest.raises(SettingsError):
        Allowed(name, "tcp://h:1")


def test_the_secret_goes_to_nobody_on_the_way():
    with pytest.raises(SettingsError, match="https"):
        settings.address_of_server("http://wms.example.com")
    assert settings.address_of_server("wms.example.com/x") == "https://wms.example.com"
    assert settings.address_of_server("http://127.0.0.1:8100") == "http://127.0.0.1:8100"


def test_settings_are_read_by_their_owner_only(tmp_path):
    kept = Settings(server="https://x", secret="s", printers={"Z1": Allowed("Z1", "tcp://h:9100")})
    settings.write(tmp_path, kept)
    assert settings.read(tmp_path) == kept
    file = tmp_path / "settings.json"
    assert file.stat().st_mode & 0o077 == 0
    file.write_text(file.read_text().replace("{", '{"of_a_later_version": 1,', 1))
    assert settings.read(tmp_path) == kept  # the service may have gone back to an earlier one


# ---- what nobody foresaw

class Wire:
    """A way to a printer that prints, or raises: at its `status`, or before or after the first byte."""

    def __init__(self):
        self.trouble = ""
        self.printed = []

    def _at(self, point):
        if self.trouble == point:
            raise RuntimeError(point)

    def status(self):
        self._at("status")
        return PrinterStatus("ready", waiting=0)

    def send(self, payload, begin):
        self._at("before")
        begin()
        self._at("after")
        self.printed.append(payload)
        return Sent(len(payload), "buffer_drained", self.status())


@pytest.fixture
def machine(journal, monkeypatch):
    """A printer of an agent at work; what is given to it comes out at `machine.wire`."""
    monkeypatch.setattr("wms.agent.machine.FAST", 0.02)
    monkeypatch.setattr("wms.agent.machine.SLOW", 0.02)
    monkeypatch.setattr("printers.gap._REST", 0.05)
    wire = Wire()
    monkeypatch.setattr("wms.agent.machine.way", lambda to: wire)
    driven = Machine(Allowed("Z1", "tcp://h:1"), journal, lambda: True, threading.Event().set)
    driven.wire, driven.seen = wire, []
    tell = driven._tell
    driven._tell = lambda status, **news: (driven.seen.append(status.reasons), tell(status, **news))
    driven.start()
    yield driven
    driven.end()


def given(journal, machine, job_id):
    job = Job(job_id, "Z1", 1, b"^XA^XZ")
    assert journal.receive(job)
    machine.give(job)


def soon(seen):
    """Wait until it is so; a busy machine is slow, not broken."""
    for _ in range(3000):
        if seen():
            return
        threading.Event().wait(0.01)
    raise AssertionError


@pytest.mark.parametrize(("trouble", "outcome"), [("before", "not_sent"), ("after", "doubt")])
def test_a_printer_that_fails_in_a_way_nobody_foresaw_is_driven_on(journal, machine, trouble, outcome):
    machine.wire.trouble = trouble
    given(journal, machine, 1)
    soon(lambda: [(each["outcome"], each["reason"]) for each in journal.untold()] == [(outcome, "agent_error")])
    soon(lambda: ("agent_error",) in machine.seen)
    machine.wire.trouble = ""
    soon(lambda: machine.status.state == "ready")
    given(journal, machine, 2)
    soon(lambda: untold(journal) == [(1, 1, outcome), (2, 1, "printed")])
    assert len(machine.wire.printed) == 1


def test_a_printer_that_cannot_be_asked_how_it_is_has_stopped_until_it_can(journal, machine):
    machine.wire.trouble = "status"
    soon(lambda: machine.status == PrinterStatus("blocked", ("agent_error",)))
    machine.wire.trouble = ""
    given(journal, machine, 1)
    soon(lambda: untold(journal) == [(1, 1, "printed")])


def test_a_label_that_a_printer_held_is_in_doubt_once_it_cannot_be_asked(journal, machine):
    stopped = PrinterStatus("blocked", ("paper_out",), 1)
    machine.wire.send = lambda payload, begin: (begin(), Sent(1, "none", stopped))[1]
    machine.wire.status = lambda: stopped
    given(journal, machine, 1)
    soon(lambda: untold(journal) == [(1, 1, "held")])

    def pulled_out():
        raise RuntimeError

    machine.wire.status = pulled_out
    soon(lambda: untold(journal) == [(1, 1, "doubt")])


@pytest.mark.parametrize("full", ["begin", "note"])
def test_a_disk_that_is_full_stops_the_printer_and_loses_nothing(journal, machine, monkeypatch, full):
    """Without its word on the disk no label begins; what became of one that did is noted when there is room."""
    works, room = getattr(journal, full), threading.Event()

    def no_room(*given):
        if not room.is_set():
            raise sqlite3.OperationalError("database or disk is full")
        return works(*given)

    monkeypatch.setattr(journal, full, no_room)
    given(journal, machine, 1)
    soon(lambda: ("agent_disk",) in machine.seen)
    if full == "note":
        soon(lambda: machine.status == PrinterStatus("blocked", ("agent_disk",)))
        assert (journal.busy(), untold(journal)) == ([1], [])
    room.set()
    soon(lambda: untold(journal) == [(1, 1, "not_sent" if full == "begin" else "printed")])
    soon(lambda: machine.status.state == "ready")
    assert len(machine.wire.printed) == (0 if full == "begin" else 1)


def test_the_journal_goes_on_after_a_commit_that_the_disk_did_not_take(journal):
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        journal.receive(Job(1, "Z1", 1, b"x" * 1_000_000))
    journal._db.execute("PRAGMA max_page_count = 1000000")
    assert journal.receive(JOB)
    assert journal.busy() == [7]


@pytest.fixture(scope="module")
def packed():
    return wheel.build()


def test_the_wheel_is_a_program_that_needs_nothing_else_to_start(tmp_path, packed):
    """Installed by pip, offline, beside nothing but Python itself."""
    name, content = packed
    assert wheel.build() == packed
    (tmp_path / name).write_bytes(content)
    there = tmp_path / "there"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-compile"]
    subprocess.run([*pip, "--target", there, tmp_path / name], check=True, capture_output=True)
    assert {each.name for each in (there / "wms").iterdir()} == {"__init__.py", "agent"}
    assert not (there / "printers" / "documents").exists()
    assert (there / "bin" / "wms-agent").stat().st_mode & 0o111
    metadata = next(there.glob("*.dist-info/METADATA")).read_text()
    assert [line for line in metadata.splitlines() if line.startswith("Requires-Dist: ") and "extra" not in line] == [
        f"Requires-Dist: zebra>={version('zebra')}"
    ]
    code = (
        f"import sys; sys.path.insert(0, {str(there)!r}); import wms, printers.profiles, wms.agent.main as m; "
        "print(wms.__file__, len(printers.profiles.profiles()) > 5); "
        f"print(m.main(['--folder', {str(tmp_path)!r}, 'show'])); m.main(['--version'])"
    )
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.split() == [
        str(there / "wms" / "__init__.py"), "True", *["service", "—,", "station", "—,", "scale", "—", "0"], VERSION,
    ]  # fmt: skip


def test_what_the_service_hands_out_is_taken(packed):
    assert renewal.checked(*packed) == VERSION


def files_in(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {each: packed.read(each) for each in packed.namelist()}


def repacked(content, change):
    """The wheel with its files, by name, as `change` leaves them."""
    files = files_in(content)
    change(files)
    new = io.BytesIO()
    with zipfile.ZipFile(new, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return new.getvalue()


ABOUT = f"wms_agent-{VERSION}.dist-info"


def recorded(name, data):
    """Another file, with its line in the RECORD: as somebody would who builds another wheel."""

    def change(files):
        files[name] = data
        rows = [row for row in files[f"{ABOUT}/RECORD"].decode().splitlines() if not row.startswith(f"{name},")]
        files[f"{ABOUT}/RECORD"] = "\n".join([*rows, f"{name},{renewal.digest(data)},{len(data)}", ""]).encode()

    return change


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda files: files.update({"wms/agent/main.py": b"pass"}), "damaged: wms/agent/main.py"),
        (lambda files: files.pop("wms/agent/journal.py"), "other files"),
        (lambda files: files.update({"wms/agent/more.py": b""}), "other files"),
        (lambda files: files.pop(f"{ABOUT}/RECORD"), "damaged"),
        (lambda files: files.update({f"{ABOUT}/RECORD": b"\xff"}), "damaged"),
        (recorded("requests/__init__.py", b"evil()"), "other files"),
        (recorded("../wms.py", b"evil()"), "other files"),
        (recorded("/etc/passwd", b"evil()"), "other files"),
        (recorded("wms/evil.pth", b"import evil"), "other files"),
        (recorded(f"wms_agent-{VERSION}.data/scripts/evil", b"evil()"), "other files"),
        (recorded(f"{ABOUT}/METADATA", f"Name: requests\nVersion: {VERSION}\n".encode()), "another package"),
        (recorded(f"{ABOUT}/METADATA", b"Name: wms-agent\nVersion: 9.9\n"), "another package"),
        (recorded(f"{ABOUT}/entry_points.txt", b"[console_scripts]\nls = evil:main\n"), "another package"),
    ],
)  # fmt: skip
def test_a_wheel_that_is_damaged_or_of_something_else_is_not_installed(packed, change, why):
    name, content = packed
    with pytest.raises(BadWheelError, match=why):
        renewal.checked(name, repacked(content, change))


def test_a_wheel_that_did_not_arrive_whole_or_is_called_otherwise_is_not_installed(packed):
    name, content = packed
    broken = [content[:-1], content[:2000], content[2000:], b"", b"<html>", content[:5000] + b"\0" + content[5001:]]
    for each in broken:
        with pytest.raises(BadWheelError, match="damaged"):
            renewal.checked(name, each)
    chance = random.Random(20261126)
    for _ in range(60):
        at = chance.randrange(len(content))
        changed = content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
        try:  # a date in the archive may be another: nothing that is installed is
            renewal.checked(name, changed)
        except BadWheelError:
            continue
        assert files_in(changed) == files_in(content)
    for other in ("", "requests-2.0-py3-none-any.whl", f"../{name}", "wms_agent-9.9-py3-none-any.whl", f"{name} -x"):
        with pytest.raises(BadWheelError):
            renewal.checked(other, content)


def test_the_unit_starts_it_again_whatever_ends_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    odd = tmp_path / 'a "b" 50% $HOME'
    assert main(["--folder", str(odd), "service", "--install"]) == 0
    text = (tmp_path / "config" / "systemd" / "user" / "wms-agent.service").read_text()
    capsys.readouterr()
    assert main(["--folder", str(odd), "service"]) == 0
    assert capsys.readouterr().out == f"{text}\n"
    lines = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    assert (lines["Restart"], lines["RestartSec"], lines["WantedBy"]) == ("always", "10", "default.target")
    path = str(tmp_path.resolve())
    assert lines["ExecStart"].endswith(f' --folder "{path}/a \\"b\\" 50%% $$HOME" run')
    assert lines["ExecStart"].startswith('"/')
    if shutil.which("systemd-analyze"):
        unit = tmp_path / "wms-agent.service"
        unit.write_text(text)
        done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
        assert "wms-agent.service" not in done.stderr  # it has nothing to say of it
