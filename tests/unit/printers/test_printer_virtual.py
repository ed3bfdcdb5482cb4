"""What a virtual printer can be told to pretend, while it runs, and what it writes down."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from printers import Blocked, Interrupted, InvalidField, zpl
from printers.bitmap import Dots
from printers.encoding import encode
from printers.profiles import named
from printers.status import PrinterStatus
from printers.transport import Limits, Tcp
from printers.virtual import VirtualPrinter, read_control, read_labels, read_printer, set_control
from printers.virtual_folder import dots_hash
from printers.virtual_folder import main as control

Make = Callable[..., VirtualPrinter]
Line = Callable[..., Tcp]

HASTY = Limits(connect=60, send=60, answer=60, drain=0.3)


@pytest.fixture
def picture() -> Dots:
    return np.random.default_rng(1).random((60, 64)) < 0.5


def nothing() -> None:
    """Of no interest here."""


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert true()


@pytest.mark.parametrize("supply", ["paper_out", "ribbon_out"])
def test_it_runs_out_after_so_many_labels_and_goes_on_when_it_is_refilled(
    virtual: Make, line_to: Line, picture: Dots, supply: str
) -> None:
    printer = virtual()
    line = line_to(printer)
    line.send(zpl.encode(picture), nothing)
    printer.set(faults=[f"{supply}:2"])
    assert line.status().state == "ready"
    sent = line.send(zpl.encode(picture, copies=5), nothing)
    assert (sent.confirmation, sent.status) == ("none", PrinterStatus("blocked", (supply,), 3))
    printer.set(faults=[f"{supply}:2"])  # told again, it is still the roll that is empty
    with pytest.raises(Blocked):
        line.send(zpl.encode(picture), nothing)
    assert len(read_labels(printer.folder)) == 3
    printer.set(faults=[])
    until(lambda: len(read_labels(printer.folder)) == 6)
    until(lambda: line.status() == PrinterStatus("ready", (), 0))


def test_a_label_under_way_when_the_head_opens_comes_out_later(virtual: Make, line_to: Line, picture: Dots) -> None:
    printer = virtual()
    printer.set(faults=["labels_per_min:1"])
    Tcp("127.0.0.1", printer.port, limits=HASTY).send(zpl.encode(picture), nothing)
    printer.set(faults=["head_open"])
    assert line_to(printer).status() == PrinterStatus("blocked", ("head_open",), 1)
    assert read_labels(printer.folder) == []
    printer.set(faults=[])
    until(lambda: len(read_labels(printer.folder)) == 1)


def test_it_reads_and_prints_at_the_speed_it_is_given(virtual: Make, line_to: Line) -> None:
    printer = virtual()
    payload = zpl.encode(np.random.default_rng(1).random((300, 400)) < 0.5)
    printer.set(faults=["bytes_per_s:40000", "labels_per_min:600"])
    begun = time.monotonic()
    line_to(printer).send(payload.replace(b"^PQ1", b"^PQ3"), nothing)
    assert time.monotonic() - begun > len(payload) / 40_000 + 3 * 0.1
    assert len(read_labels(printer.folder)) == 3


def test_it_disconnects_at_a_byte_while_it_reads_slowly(virtual: Make, line_to: Line) -> None:
    printer = virtual()
    printer.set(faults=["disconnect:2000", "bytes_per_s:50000"])
    with pytest.raises(Interrupted):
        line_to(printer).send(zpl.encode(np.random.default_rng(1).random((300, 400)) < 0.5), nothing)
    assert read_labels(printer.folder) == []


def test_what_came_out_is_written_down_with_its_hashes(virtual: Make, line_to: Line, picture: Dots) -> None:
    printer = virtual(model="ZD621")
    payload = encode(named("zebra-zd621"), picture)
    line_to(printer).send(payload, nothing)
    (facts,) = read_labels(printer.folder)
    assert facts["sha256"] == hashlib.sha256(payload.strip()).hexdigest()
    with Image.open(printer.folder / facts["file"]) as image:
        assert facts["dots_sha256"] == dots_hash(~np.asarray(image, dtype=np.bool_)) == dots_hash(picture)
    until(lambda: read_printer(printer.folder)["printed"] == 1)
    assert read_printer(printer.folder)["model"] == "ZD621"


def test_it_is_controlled_from_the_command_line(
    virtual: Make, line_to: Line, capsys: pytest.CaptureFixture[str]
) -> None:
    printer = virtual()
    assert control([str(printer.folder), "head_open", "paper_out:3"]) == 0
    until(lambda: line_to(printer).status().reasons == ("head_open",))
    assert read_printer(printer.folder)["faults"] == ["head_open", "paper_out:3"]
    assert control([str(printer.folder), "--power", "off"]) == 0
    told = read_control(printer.folder)
    assert (told.power, told.faults) == (False, {"head_open", "paper_out:3"})
    assert control([str(printer.folder)]) == 0
    assert read_control(printer.folder).faults == set()
    with pytest.raises(SystemExit):
        control([str(printer.folder), "on_fire"])
    assert "on_fire" in capsys.readouterr().err


NONSENSE = ["paper_out:", "paper_out:x", "paused:3", "labels_per_min:٣", "disconnect:" + "9" * 5000]


@pytest.mark.parametrize("fault", NONSENSE)
def test_numbers_that_are_none_are_refused(virtual: Make, fault: str) -> None:
    printer = virtual()
    with pytest.raises(InvalidField):
        set_control(printer.folder, faults=[fault])
    by_hand = printer.folder / "control.json"
    by_hand.write_text(json.dumps({"faults": [fault, "paused"]}), encoding="utf-8")  # not by set_control
    assert read_control(printer.folder).faults == {"paused"}
