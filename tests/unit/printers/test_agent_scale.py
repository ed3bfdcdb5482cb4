"""Scales beside an agent: what makers' manuals show is read, and nothing that only looks like a weight."""

from __future__ import annotations

import os
import random
import threading

import pytest

from wms.agent.main import main
from wms.agent.readings import NO_WEIGHT, Frames, Reading, Still, read
from wms.agent.scale import QUESTIONS, Scale, serial_port
from wms.agent.settings import read as settings_in

STX = "\x02"


def toledo(a, b, c, digits, tare="000000"):
    return STX + "".join(map(chr, (a, b, c))) + digits + tare


@pytest.mark.parametrize(
    ("frame", "grams", "stable"),
    [
        ("ST,GS,+  1.234kg", 1234, True), ("US,GS,+  1.2kg", 1200, False), ("ST,+00012.34  g", 12, True),
        ("ST,NT,    0.200kg", 200, True), ("ST,GS,+  0.000kg", 0, True), ("ST,GS,-  0.000kg", 0, True),
        ("US,+001.234 kg", 1234, False), ("ST,GS,1@,   13.5 kg", 13500, True), ("US,NT,9\x06,    7.50 kg", 7500, False),
        ("ST,GS,12,5 g", 13, True), ("ST,GS,1,345 kg", 1345, True),
        ("S S      1.234 kg", 1234, True), ("S D    100.00 g", 100, False), ("S S 10.00 oz", 283, True),
        ("  250 g", 250, None), ("2.5 lb", 1134, None), ("2 lb 3.5 oz", 1006, None), ("1,234 kg", 1234, None),
        ("-0.0 g", 0, None), ("N      12.5 g", 13, None), ("GS      1.234 kg", 1234, None), ("012.34LB", 5597, None),
        ("Net Wt 1.234 Kg", 1234, None), ("G/W+   2.00kg", 2000, None), ("  1.50kgNT", 1500, None),
        ("1.5 kg G", 1500, None),
        (toledo(0x2D, 0x30, 0x20, "001234"), 1234, True), (toledo(0x2D, 0x38, 0x20, "001234"), 1234, False),
        (toledo(0x2C, 0x20, 0x20, "000250"), 1134, True), (toledo(0x2A, 0x30, 0x21, "  1500"), 1500, True),
        (toledo(0x2D, 0x30, 0x20, "  1234", ""), 1234, True), (toledo(0x2D, 0x10, 0x20, "001234"), 1234, True),
        (f"{STX}01.250kg", 1250, True), ("100 kg", 100_000, None),
    ],
)  # fmt: skip
def test_a_weight(frame, grams, stable):
    assert read(frame) == Reading(grams, stable)


@pytest.mark.parametrize(
    "frame",
    [
        "ST,NT,-  0.010kg", "OL,+999999.9  g", "OL,-999999.9  g", "OL", "UL,GS,", "QT,+00012345 PC", "ST,+000123.4  %",
        "S +", "S -", "S I", "S S  -5.0 g", "S S 3 pcs", "-1.2 kg", "12 pcs", "3.2 ozt", "1.234", "+ 150.11",
        "999999 kg",
        "100.001 kg", "^^^^^^^^^kg", "_________lb", "---------", "H", "L", "Err 5", "1234 t",
        f"{STX}?\x61", f"{STX}?\x64", f"{STX}12.345",
        toledo(0x2D, 0x32, 0x20, "001234"), toledo(0x2D, 0x34, 0x20, "001234"), toledo(0x2D, 0x70, 0x20, "001234"),
        toledo(0x2D, 0x30, 0x30, "001234"), toledo(0x2D, 0x30, 0x22, "001234"), toledo(0x2D, 0x30, 0x20, "      "),
    ],
)  # fmt: skip
def test_no_weight(frame):
    """Negative, beyond the range, moving without a number, in error, pieces, or of a unit that nobody knows."""
    assert read(frame) == NO_WEIGHT


@pytest.mark.parametrize(
    "frame",
    [
        "T      0.250 kg", "ST,TR,+  0.250kg", "TR,+ 0.250 kg", "Total 12.340kg", "Unit Wt. 123 g", "UW,+1.2345  g",
        "PCS 10 pcs", "No. 5", "Date 12/09/2006", "Time 14:56:27", "S00", "ES", "ET", "EL", "S S", "S S kg", "ST,",
        "ST,GS,",
        "kg", "1e9 kg", "0x10 g", "1.2.3 kg", "--1 kg", "1,234.5 kg", "１２ kg", "ST,GS,1.2", "1.23ST,GS,+  1.234kg",
        "250 gST,GS,+  0.251kg", STX, f"{STX}-0", f"{STX}12345", f"{STX}1 2.5", toledo(0x2D, 0x30, 0x20, "01234"),
        toledo(0x2D, 0x30, 0x20, "0012345"), toledo(0x2D, 0x30, 0x20, "001 34")[:-1], "9" * 64,
    ],
)  # fmt: skip
def test_what_is_not_about_the_weight_or_not_whole(frame):
    found = read(frame, "kg")
    assert found is None or found == NO_WEIGHT


def test_a_scale_that_sends_no_unit_is_told_one():
    assert read(f"{STX}12.345", "kg") == Reading(12345, True)
    assert read(f"{STX} 2.50", "lb") == Reading(1134, True)
    assert read("12.345", "kg") == NO_WEIGHT  # in plain lines the unit is left out by scales that have not settled


def test_bytes_come_in_any_pieces_and_a_part_of_a_line_is_none():
    frames = Frames()
    assert frames.take(b"34kg\r\n") == []  # its beginning was not seen
    assert frames.take(b"ST,GS,+  1.2") == []
    assert frames.take(b"34kg\r\nUS,GS") == ["ST,GS,+  1.234kg"]
    frames.silence()
    assert frames.take(b",+  2 kg\r\n\r\n \r") == []  # it stopped in the middle
    assert frames.take(bytes(byte | 0x80 for byte in b"12 g\r")) == ["12 g"]  # read without its parity
    assert frames.take(b"\x7f\x00" + b"1" * 200 + b" g\r5 g\x03") == ["5 g"]
    assert frames.take(b"check\x02-0 001234000000\r") == ["\x02-0 001234000000"]
    frames.silence()
    assert frames.take(b"12 g\r") == ["12 g"]


def test_of_noise_and_of_broken_frames_nothing_is_a_weight_for_long():
    """A byte in every few is damaged, lost or doubled: what is shown was sent by the scale, every time."""
    chance = random.Random(20261126)
    sent = [b"ST,GS,+  1.234kg\r\n", b"S S      1.234 kg\r\n", b"  1.234 kg\r\n", b"\x021.234\r",
            toledo(0x2D, 0x30, 0x20, "001234").encode() + b"\r"]  # fmt: skip
    for line in sent:
        frames, still, shown = Frames(), Still(), set()
        for _ in range(3000):
            raw = bytearray(line)
            for at in range(len(raw) - 1, -1, -1):
                if chance.random() < 0.02:
                    raw[at : at + 1] = chance.choice((b"", bytes([chance.randrange(256)]), raw[at : at + 1] * 2))
            shown |= {still.take(read(frame, "kg")) for frame in frames.take(bytes(raw))}
        assert shown <= {None, 1234}
        assert 1234 in shown
    frames, noise = Frames(), bytes(chance.randrange(256) for _ in range(50_000))
    still = Still()
    assert {still.take(read(frame, "kg")) for frame in frames.take(noise)} == {None}


def test_a_weight_has_settled():
    still = Still()
    says = [still.take(Reading(*each)) for each in ((500, False), *[(512, True)] * 3, (513, True), (513, None))]
    assert says == [None, None, None, 512, None, None]
    assert [still.take(Reading(512, False)) for _ in range(5)][-1] is None
    assert [still.take(Reading(700)) for _ in range(3)] == [None, None, 700]
    assert still.take(None) == 700
    assert still.take(NO_WEIGHT) is None
    assert [still.take(Reading(700)) for _ in range(3)][-1] == 700
    assert [still.take(None) for _ in range(12)][-1] is None  # it says something else all the time


class Wire:
    """A scale's end of the cable: says its pieces one after the other, and answers `asked` with the next one."""

    def __init__(self, *pieces):
        self.pieces, self.asked, self.closed = list(pieces), [], False

    @property
    def in_waiting(self):
        return 64

    def read(self, size):
        if not self.pieces:
            raise OSError("unplugged")
        return self.pieces.pop(0)

    def write(self, data):
        self.asked.append(data)

    def close(self):
        self.closed = True


def heard(wire, **how):
    shown = []
    scale = Scale(lambda: wire, lambda: shown.append(scale.weight_g), **how)
    with pytest.raises(OSError, match="unplugged"):
        scale._read(wire)
    return shown


def test_a_weight_counts_once_it_lies_still():
    wire = Wire(b"g\r\n", b"100 g\r\n240 g\r\n25", b"0 g\r\n", b"250 g\r\n", b"250 g\r\n", b"US, 251 g\r\n")
    assert heard(wire) == [250, None]
    assert wire.asked == []


def test_silence_is_no_weight_and_the_scale_is_asked_as_it_was_set_up():
    wire = Wire(b"", *[b"\x021.250\r"] * 3, b"", b"\x02?a\r")
    assert heard(wire, unit="kg", question="toledo") == [1250, None]
    assert set(wire.asked) == {b"W"}
    assert not any(word[:1] in b"ZTC" for word in QUESTIONS.values())  # which zero, tare and clear


def test_a_scale_that_is_pulled_out_shows_nothing():
    wires = [Wire(b"ST,GS,+  1.234kg\r\n" * 4)]
    gone = threading.Event()

    def opened():
        if wires:
            return wires.pop()
        raise OSError("no such port")

    shown = []

    def changed():
        shown.append(scale.weight_g)
        if scale.weight_g is None:
            gone.set()

    scale = Scale(opened, changed)
    scale.start()
    assert gone.wait(10)
    scale.end()
    assert (shown, scale.trouble) == ([1234, None], "unplugged")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminal to take for a serial port")
def test_the_command_says_what_a_scale_on_a_real_port_shows(tmp_path, capsys):
    ours, its = os.openpty()

    def answer():
        while True:
            try:
                if b"SI" in os.read(ours, 64):
                    os.write(ours, b"S S      1.234 kg\r\n")
            except OSError:
                return

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    port = f"{os.ttyname(its)}@9600"
    assert main(["--folder", str(tmp_path), "scale", port, "--ask", "sics"]) == 0
    assert capsys.readouterr().out == f"{port}: 1234 g\n"
    kept = settings_in(tmp_path)
    assert (kept.scale, kept.scale_asks, kept.scale_unit) == (port, "sics", "")
    assert main(["--folder", str(tmp_path), "scale", f"{tmp_path}/none"]) == 0
    assert "none: " in capsys.readouterr().out
    os.close(its)
    os.close(ours)


@pytest.mark.parametrize("address", ["", "/dev/x@", "/dev/x@fast", "/dev/x@9600,9N1", "a b", "/dev/x@9600,7E1,"])
def test_only_addresses_of_scales(tmp_path, address):
    with pytest.raises(ValueError, match="scale"):
        serial_port(address)
    if address:
        assert main(["--folder", str(tmp_path), "scale", address]) == 2
