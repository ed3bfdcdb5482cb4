"""Transports against the virtual printer in each of its moods, and a queue with a fake lpr."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from printers import AddressRefused, Blocked, Interrupted, InvalidField, NotReachable, escpos, zpl
from printers.bitmap import Dots
from printers.os_queue import OsQueue
from printers.status import PrinterStatus, escpos_status, parse_host_status
from printers.transport import AllowedNetworks, Limits, Sent, Tcp
from printers.virtual import VirtualPrinter, read_labels, read_printer, set_control

BUSY_MACHINE_S = 12.0  # other tests run beside these
Make = Callable[..., VirtualPrinter]
Line = Callable[..., Tcp]

QUICK = Limits(connect=2, send=3, answer=0.4, drain=1.5, linger=0.3)  # where no answer comes in any time
HELD = ("paper_out", "head_open", "ribbon_out", "paused")


@pytest.fixture
def picture() -> Dots:
    """Noise, so that it does not compress: a payload of some 15 kB."""
    return np.random.default_rng(1).random((300, 400)) < 0.5


@pytest.fixture
def started() -> list[int]:
    """Grows by one whenever a job was about to leave."""
    return []


def count(started: list[int]) -> Callable[[], None]:
    return lambda: started.append(1)


def printed(printer: VirtualPrinter, wanted: int, seconds: float = 60) -> list[dict[str, Any]]:
    """Facts of the labels of `printer`, once there are `wanted` of them."""
    deadline = time.monotonic() + seconds
    while len(found := read_labels(printer.folder)) < wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(found) == wanted
    return found


def shown(printer: VirtualPrinter, facts: dict[str, Any]) -> Dots:
    with Image.open(printer.folder / facts["file"]) as image:
        return ~np.asarray(image, dtype=np.bool_)


def test_a_label_is_printed_and_confirmed(virtual: Make, line_to: Line, picture: Dots, started: list[int]) -> None:
    printer = virtual()
    payload = zpl.encode(picture)
    sent = line_to(printer).send(payload, count(started))
    assert sent == Sent(len(payload), "buffer_drained", PrinterStatus("ready", (), 0))
    assert started == [1]
    (facts,) = read_labels(printer.folder)
    assert facts["sequence"] == 1
    assert (facts["width"], facts["height"], facts["bytes"]) == (400, 300, len(payload.strip()))
    assert np.array_equal(shown(printer, facts), picture)


def test_copies_are_so_many_labels(virtual: Make, line_to: Line, picture: Dots, started: list[int]) -> None:
    printer = virtual()
    line_to(printer).send(zpl.encode(picture, copies=3, encoding="hex"), count(started))
    assert [facts["sequence"] for facts in printed(printer, 3)] == [3, 2, 1]


def test_a_receipt_is_printed(virtual: Make, line_to: Line, picture: Dots, started: list[int]) -> None:
    printer = virtual("escpos")
    sent = line_to(printer).send(escpos.encode(picture), count(started))
    assert (sent.confirmation, sent.status) == ("none", PrinterStatus("ready"))
    (facts,) = printed(printer, 1)
    assert np.array_equal(shown(printer, facts), picture)


@pytest.mark.parametrize("fault", HELD)
def test_a_stopped_printer_gets_nothing(
    virtual: Make, line_to: Line, picture: Dots, started: list[int], fault: str
) -> None:
    printer = virtual()
    printer.set(faults=[fault])
    line = line_to(printer)
    assert line.status() == PrinterStatus("blocked", (fault,), 0)
    with pytest.raises(Blocked) as caught:
        line.send(zpl.encode(picture), count(started))
    assert caught.value.reasons == (fault,)
    assert started == []
    assert read_labels(printer.folder) == []
    printer.set(faults=[])
    assert line.send(zpl.encode(picture), count(started)).confirmation == "buffer_drained"


@pytest.mark.parametrize(
    ("fault", "reasons"), [("paper_out", ("offline", "paper_out")), ("head_open", ("offline", "head_open"))]
)
def test_a_stopped_receipt_printer_says_why(virtual: Make, line_to: Line, fault: str, reasons: tuple[str, ...]) -> None:
    printer = virtual("escpos")
    printer.set(faults=[fault])
    assert line_to(printer).status() == PrinterStatus("blocked", reasons)


def test_paper_running_out_after_sending_is_no_confirmation(
    virtual: Make, line_to: Line, picture: Dots, started: list[int]
) -> None:
    printer = virtual()

    def paper_runs_out() -> None:
        started.append(1)
        printer.set(faults=["paper_out"])

    line = line_to(printer)
    sent = line.send(zpl.encode(picture), paper_runs_out)
    assert sent.confirmation == "none"
    assert sent.status == PrinterStatus("blocked", ("paper_out",), 1)
    assert read_labels(printer.folder) == []
    printer.set(faults=[])
    printed(printer, 1)
    assert line.status().drained


@pytest.mark.parametrize("language", ["zpl", "escpos"])
def test_a_deaf_printer_is_unknown_and_unconfirmed(
    virtual: Make, line_to: Line, picture: Dots, started: list[int], language: str
) -> None:
    printer = virtual(language)
    printer.set(faults=["deaf"])
    payload = zpl.encode(picture) if language == "zpl" else escpos.encode(picture)
    assert line_to(printer, limits=QUICK).status() == PrinterStatus("unknown", ("no_answer",))
    assert line_to(printer, limits=QUICK).send(payload, count(started)).confirmation == "none"
    printed(printer, 1)
    strict = line_to(printer, limits=QUICK, must_answer=True)
    assert strict.status() == PrinterStatus("blocked", ("no_answer",))
    with pytest.raises(Blocked):
        strict.send(payload, count(started))
    assert started == [1]


def test_there_is_time_for_something_else_while_a_label_prints(
    virtual: Make, line_to: Line, picture: Dots, started: list[int]
) -> None:
    printer = virtual()
    printer.set(faults=["slow"])
    line, seen = line_to(printer), []

    def meanwhile() -> None:
        deadline = time.monotonic() + BUSY_MACHINE_S
        while line.status().waiting != 1 and time.monotonic() < deadline:
            time.sleep(0.02)
        seen.append(list(started))

    line.send(zpl.encode(picture), count(started), meanwhile)
    assert seen == [[1]]
    printed(printer, 1)


def test_a_printer_that_never_reads_is_not_believed(
    virtual: Make, line_to: Line, picture: Dots, started: list[int]
) -> None:
    printer = virtual()
    printer.set(faults=["hang"])
    assert line_to(printer, limits=QUICK).status().state == "unknown"
    assert line_to(printer, limits=QUICK).send(zpl.encode(picture), count(started)).confirmation == "none"
    assert read_labels(printer.folder) == []


def test_a_huge_job_to_a_printer_that_never_reads_is_interrupted(
    virtual: Make, line_to: Line, started: list[int]
) -> None:
    printer = virtual()
    printer.set(faults=["hang"])
    begun = time.monotonic()
    with pytest.raises(Interrupted) as caught:
        line_to(printer, limits=QUICK).send(bytes(50_000_000), count(started))
    assert 0 < caught.value.bytes_sent < 50_000_000
    assert time.monotonic() - begun < 8 + BUSY_MACHINE_S


@pytest.mark.parametrize("at", [6, 1000, 10_000])
@pytest.mark.parametrize("language", ["zpl", "escpos", "none"])
def test_a_connection_lost_midway_is_uncertain(
    virtual: Make, line_to: Line, picture: Dots, started: list[int], at: int, language: str
) -> None:
    printer = virtual("escpos" if language == "escpos" else "zpl")
    # Questions before the job count too: ~HS is 5 bytes, the four DLE EOT are 12.
    before = {"zpl": 5, "escpos": 12, "none": 0}[language]
    printer.set(faults=[f"disconnect:{before + at}"])
    payload = escpos.encode(picture) if language == "escpos" else zpl.encode(picture)
    with pytest.raises(Interrupted) as caught:
        line_to(printer, language=language).send(payload, count(started))
    assert caught.value.bytes_sent > 0
    assert started == [1]
    time.sleep(0.1)
    assert read_labels(printer.folder) == []


def test_a_connection_lost_before_the_job_is_safe_to_retry(
    virtual: Make, line_to: Line, picture: Dots, started: list[int]
) -> None:
    printer = virtual()
    printer.set(faults=["disconnect:2"])
    with pytest.raises(NotReachable):
        line_to(printer).send(zpl.encode(picture), count(started))
    assert started == []


def test_a_slow_printer_is_waited_for(virtual: Make, line_to: Line, picture: Dots, started: list[int]) -> None:
    printer = virtual()
    printer.set(faults=["slow"])
    sent = line_to(printer, limits=QUICK).send(zpl.encode(picture), count(started))
    assert sent.confirmation == "none"
    assert sent.status is None or not sent.status.drained
    printed(printer, 1)


def test_off_is_not_reachable_and_on_again_works(
    virtual: Make, line_to: Line, picture: Dots, started: list[int]
) -> None:
    printer = virtual()
    line, port = line_to(printer), printer.port
    set_control(printer.folder, power=False)  # as another process does it
    deadline = time.monotonic() + 60
    while read_printer(printer.folder)["power"] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert line.status() == PrinterStatus("blocked", ("offline",))
    with pytest.raises(NotReachable) as caught:
        line.send(zpl.encode(picture), count(started))
    assert not isinstance(caught.value, Blocked)
    assert started == []
    printer.set(power=True)
    assert printer.port == port
    assert line.send(zpl.encode(picture), count(started)).confirmation == "buffer_drained"


def test_a_power_cut_loses_what_was_waiting(virtual: Make, line_to: Line, picture: Dots, started: list[int]) -> None:
    printer = virtual()

    def pause() -> None:
        printer.set(faults=["paused"])

    line_to(printer).send(zpl.encode(picture), pause)
    printer.set(power=False, faults=[])
    printer.set(power=True)
    time.sleep(0.2)
    assert line_to(printer).status() == PrinterStatus("ready", (), 0)
    assert read_labels(printer.folder) == []


def test_numbers_go_on_after_a_restart(virtual: Make, line_to: Line, picture: Dots, started: list[int]) -> None:
    for _ in range(2):
        printer = virtual(folder="same")
        line_to(printer).send(zpl.encode(picture), count(started))
        printer.stop()
    assert [facts["sequence"] for facts in read_labels(printer.folder)] == [2, 1]
    assert [facts["sequence"] for facts in read_labels(printer.folder, limit=1)] == [2]


def test_what_is_not_ours_is_refused_and_counted(virtual: Make) -> None:
    printer = virtual()
    with socket.create_connection(("127.0.0.1", printer.port), timeout=2) as line:
        line.sendall(b"^XA^FO10,10^FDtext^FS^XZ")
    deadline = time.monotonic() + 60
    while not read_printer(printer.folder)["rejected"] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert read_printer(printer.folder)["rejected"] == 1
    assert read_labels(printer.folder) == []


def test_an_unknown_fault_is_refused(tmp_path: Path) -> None:
    for fault in ("on_fire", "disconnect", "disconnect:x", "slow:3"):
        with pytest.raises(InvalidField):
            set_control(tmp_path, faults=[fault])


def test_the_callback_may_stop_the_job(virtual: Make, line_to: Line, picture: Dots) -> None:
    printer = virtual()

    def refuse() -> None:
        raise KeyError("no longer wanted")

    with pytest.raises(KeyError):
        line_to(printer).send(zpl.encode(picture), refuse)
    time.sleep(0.1)
    assert read_labels(printer.folder) == []


def test_several_threads_print_at_once(virtual: Make, line_to: Line, picture: Dots, started: list[int]) -> None:
    printer = virtual()
    payload = zpl.encode(picture)
    threads = [threading.Thread(target=line_to(printer).send, args=(payload, count(started))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_labels(printer.folder)) == 8


def test_it_runs_as_a_program_and_under_gevent(tmp_path: Path) -> None:
    """A printer process, and a sender whose standard library is monkey patched."""
    folder = tmp_path / "p"
    command = [sys.executable, "-m", "printers.virtual", "--name", "x", "--language", "zpl", "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        sender = (
            "from gevent import monkey; monkey.patch_all()\n"
            "import numpy, printers.zpl\n"
            "from printers.transport import Tcp\n"
            f"line = Tcp('127.0.0.1', {port})\n"
            "payload = printers.zpl.encode(numpy.ones((8, 8), dtype=bool))\n"
            "assert line.send(payload, lambda: None).confirmation == 'buffer_drained'\n"
        )
        done = subprocess.run([sys.executable, "-c", sender], capture_output=True, text=True, timeout=300)
        process.terminate()
    assert done.returncode == 0, done.stderr
    assert len(read_labels(folder)) == 1
    assert process.returncode == 0


# Addresses


@pytest.mark.parametrize("host", ["8.8.8.8", "169.254.169.254", "::ffff:8.8.8.8", "0.0.0.0", "224.0.0.1"])
def test_public_and_metadata_addresses_are_refused(host: str, started: list[int]) -> None:
    with pytest.raises(AddressRefused):
        Tcp(host).send(b"x", count(started))
    assert started == []
    assert Tcp(host).status() == PrinterStatus("blocked", ("address_refused",))


def test_an_administrator_narrows_networks_and_ports(virtual: Make, picture: Dots, started: list[int]) -> None:
    printer = virtual()
    for rule in (AllowedNetworks(("10.1.0.0/16",)), AllowedNetworks(ports=frozenset({9100}))):
        with pytest.raises(AddressRefused):
            Tcp("127.0.0.1", printer.port, allowed=rule).send(zpl.encode(picture), count(started))
    rule = AllowedNetworks(("127.0.0.1/32",), frozenset({printer.port}))
    assert Tcp("localhost", printer.port, allowed=rule).send(zpl.encode(picture), count(started))


def test_an_unknown_host_is_not_reachable(started: list[int]) -> None:
    with pytest.raises(NotReachable):
        Tcp("no-such-host.invalid").send(b"x", count(started))


# Status replies

REPLY = b"\x02030,0,0,1245,002,0,0,0,000,0,0,0\x03\r\n\x02000,0,1,0,0,2,4,0,00000003,1,000\x03\r\n\x021234,0\x03\r\n"


def test_host_status_is_read_in_full() -> None:
    status = parse_host_status(REPLY)
    assert status is not None
    assert (status.label_length, status.formats_in_buffer, status.labels_remaining) == (1245, 2, 3)
    assert status.head_open
    assert status.status() == PrinterStatus("blocked", ("head_open",), 5)


@pytest.mark.parametrize("cut", range(0, len(REPLY) - 2, 7))
def test_half_a_host_status_is_none(cut: int) -> None:
    assert parse_host_status(REPLY[:cut]) is None


def test_a_direct_thermal_printer_misses_no_ribbon() -> None:
    status = parse_host_status(REPLY.replace(b"000,0,1,0,0,2", b"000,0,0,1,0,2"))
    assert status is not None
    assert status.status().reasons == ()


def test_a_receipt_printer_is_ready_only_with_all_four_answers() -> None:
    assert escpos_status(lambda n: 0x12) == PrinterStatus("ready")
    assert escpos_status(lambda n: None if n == 4 else 0x12) == PrinterStatus("unknown", ("no_answer",))
    assert escpos_status(lambda n: None if n == 2 else 0x1A).state == "blocked"


# The operating system's queue


@pytest.fixture
def fake_lpr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts an `lpr` on the PATH that runs a line of shell, and returns where it may leave the job."""

    def make(script: str) -> Path:
        folder = tmp_path / "bin"
        folder.mkdir()
        lpr = folder / "lpr"
        lpr.write_text(f"#!/bin/sh\n{script}\n")
        lpr.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/bin{os.pathsep}/usr/bin")
        monkeypatch.setenv("JOB", str(tmp_path / "job"))
        return tmp_path / "job"

    return make


def test_a_queue_takes_a_job_unconfirmed(fake_lpr: Callable[[str], Path], started: list[int]) -> None:
    job = fake_lpr('cat > "$JOB"; echo "$@" > "$JOB.arguments"')
    payload = "^XA中文^XZ".encode() * 20_000
    assert OsQueue("labels").send(payload, count(started)) == Sent(len(payload), "none")
    assert job.read_bytes() == payload
    assert job.with_suffix(".arguments").read_text() == "-Plabels -oraw\n"
    assert OsQueue("labels").status() == PrinterStatus("unknown", ("no_answer",))


def test_a_failing_lpr_is_not_a_success(fake_lpr: Callable[[str], Path], started: list[int]) -> None:
    fake_lpr('echo "lpr: no such printer" >&2; exit 1')
    with pytest.raises(Interrupted, match="no such printer"):
        OsQueue("labels").send(b"x", count(started))
    assert started == [1]


def test_a_hung_lpr_is_killed(fake_lpr: Callable[[str], Path], started: list[int]) -> None:
    job = fake_lpr('echo $$ > "$JOB"; exec sleep 60')
    begun = time.monotonic()
    with pytest.raises(Interrupted):
        OsQueue("labels", limit=1.5).send(b"x", count(started))
    assert time.monotonic() - begun < 10 + BUSY_MACHINE_S
    state = subprocess.run(["ps", "-o", "stat=", "-p", job.read_text().strip()], capture_output=True, text=True)
    assert state.stdout.strip()[:1] in ("", "Z"), "gone, or only waiting to be buried"


def test_without_lpr_nothing_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[int]) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotReachable, match="lpr"):
        OsQueue("labels").send(b"x", count(started))
    assert started == []
    assert OsQueue("labels").status() == PrinterStatus("blocked", ("offline",))


def test_a_queue_that_does_not_exist_is_found_out_before(fake_lpr: Callable[[str], Path], started: list[int]) -> None:
    job = fake_lpr("exit 0")
    lpstat = job.parent / "bin" / "lpstat"
    lpstat.write_text('#!/bin/sh\necho "lpstat: Invalid destination name" >&2; exit 1\n')
    lpstat.chmod(0o755)
    with pytest.raises(NotReachable, match="Invalid destination"):
        OsQueue("labels").send(b"x", count(started))
    assert started == []


@pytest.mark.parametrize("name", ["-oraw", "", "a;b", "a\nb", "/etc/passwd"])
def test_a_queue_name_cannot_be_an_option(name: str) -> None:
    with pytest.raises(InvalidField):
        OsQueue(name)
