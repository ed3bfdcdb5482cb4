"""How each model is asked and believed, and the ways to it: USB and serial as honest about bytes as TCP."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wired_printers import SERIAL_NUMBER, Inside, SerialLine, UsbBus

import printers
from printers import Blocked, DecodeError, Interrupted, InvalidField, MissingDriver, NotReachable, escpos, zpl
from printers.bitmap import Dots
from printers.counter import parse_label_counter
from printers.encoding import encode
from printers.identity import Identity, parse_device_id, parse_host_identification
from printers.profiles import GENERIC, Language, named, profiles, recognised
from printers.replies import Asb, Block, Eot, EscposReplies
from printers.serial_port import Serial, ports
from printers.status import PrinterStatus, parse_error_status, parse_host_status
from printers.transport import Limits, Tcp
from printers.usb_port import Usb, parse_port_status, plugged_in
from printers.virtual import VirtualPrinter, read_labels
from printers.virtual_streams import EscposStream, ZplStream

Make = Callable[..., VirtualPrinter]
Line = Callable[..., Tcp]
Insides = Callable[..., Inside]

PATIENT = Limits(connect=60, send=60, answer=60, drain=60)
QUICK = Limits(connect=1, send=0.4, answer=0.2, drain=0.6, linger=0.1)


@pytest.fixture
def picture() -> Dots:
    """Noise, so that it does not compress: a payload of some 8 kB."""
    return np.random.default_rng(1).random((200, 320)) < 0.5


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Insides]:
    made: list[Inside] = []

    def make(language: Language = "zpl", model: str = "ZD421-203dpi") -> Inside:
        made.append(Inside(tmp_path / str(len(made)), language, model))
        return made[-1]

    yield make
    for each in made:
        each.stop()


def nothing() -> None:
    """Of no interest here."""


# Profiles


def test_every_profile_is_complete_and_its_facts_have_a_source() -> None:
    for profile in profiles().values():
        assert profile.widths
        assert (profile.language == "zpl") == ("hs" in profile.answers)
        assert (profile.language == "escpos") == ("eot" in profile.answers)
        assert 128 <= profile.slice_rows <= 256
        assert profile.facts or profile.key.startswith("virtual")
        assert all(fact.text and fact.source for fact in profile.facts)


@pytest.mark.parametrize(
    ("told", "key"),
    [
        (Identity("zpl", "", "ZD421-203dpi"), "zebra-zd421"),
        (Identity("zpl", "", "ZTC ZT410-300dpi"), "zebra-zt411"),
        (Identity("zpl", "", "LP2844-Z-200dpi"), "zebra-lp2844z"),
        (Identity("zpl", "", "Some Clone"), "generic-zpl"),
        (Identity("escpos", "EPSON", "TM-T88VII"), "epson-tm-t88v"),
        (Identity("escpos", "EPSON", "TM-T88IV"), "epson-tm-t88iv"),
        (Identity("escpos", "EPSON", "TM-T20III"), "epson-tm-t20iii"),
        (Identity("escpos", "EPSON", "TM-T20X"), "epson-tm-t20"),
        (Identity("zpl", "", "ZTC ZD621-203dpi ZPL"), "zebra-zd621"),
        (Identity("escpos", "EPSON", "TM-T88III"), "epson-tm-t88iii"),
        (Identity("escpos", "", "POS-80"), "generic-escpos"),
        (Identity("none", "", ""), "none"),
    ],
)
def test_a_model_is_recognised_or_generic(told: Identity, key: str) -> None:
    assert recognised(told).key == key


def test_an_unknown_profile_is_refused_by_name() -> None:
    with pytest.raises(InvalidField):
        named("zebra-9000")


def test_a_profile_chooses_the_encoding(picture: Dots) -> None:
    assert b":Z64:" in encode(named("zebra-zd421"), picture, copies=2)
    assert b":Z64:" not in encode(named("zebra-lp2844z"), picture)
    assert encode(named("epson-tm-t88iv"), picture).endswith(b"\x1dV\x00")
    portable = encode(named("generic-escpos-58"), picture)
    assert portable == escpos.encode(picture, escpos.Profile(width=384, cut=False, slice_rows=128))
    assert named("generic-escpos-58").width(203) == 384


@pytest.mark.parametrize(
    ("language", "model", "key"), [("zpl", "ZD421-203dpi", "zebra-zd421"), ("escpos", "TM-m30II", "epson-tm-m30")]
)
def test_a_printer_is_asked_for_its_model(virtual: Make, line_to: Line, language: str, model: str, key: str) -> None:
    printer = virtual(language, model=model)
    line = line_to(printer, language=language)
    told = line.identify()
    assert told is not None
    assert (told.model, line.recognise().key) == (model, key)
    assert told.dpi == (203 if language == "zpl" else 0)


def test_a_model_that_keeps_silent_is_not_made_up(virtual: Make) -> None:
    silent = virtual("escpos", model="POS-80")
    line = Tcp("127.0.0.1", silent.port, language="escpos", limits=QUICK)
    assert line.identify() is None
    assert line.recognise().key == "generic-escpos"


def test_what_printers_say_of_themselves_is_read_whatever_the_order() -> None:
    assert parse_host_identification(b"\x02ZT411-300dpi,V92.21") is None
    told = parse_host_identification(b"\x02ZT411-300dpi,V92.21.04Z,12,65536KB,\x03\r\n")
    assert told == Identity("zpl", "", "ZT411-300dpi", 300, "V92.21.04Z")
    assert parse_device_id("MANUFACTURER:EPSON;COMMAND SET:ESC/POS;MODEL:TM-T20III") == Identity(
        "escpos", "EPSON", "TM-T20III"
    )
    assert parse_device_id("") == Identity("none", "", "")


def test_what_only_sends_needs_no_pictures() -> None:
    """The agent at a station is installed in seconds: numpy and fonts are not for it."""
    program = (
        "import sys, types\n"
        "home = sys.modules['printers'] = types.ModuleType('printers')\n"
        "home.__path__ = ['printers']\n"
        "import printers.transport, printers.usb_port, printers.serial_port, printers.os_queue\n"
        "sys.exit([name for name in sys.modules if name.split('.')[0] in ('numpy', 'PIL', 'escpos', 'fontTools')] or 0)"
    )
    root = Path(printers.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


# How sure we are


@pytest.mark.parametrize(
    ("language", "model", "grade"),
    [
        ("zpl", "ZD421", "counter"),
        ("zpl", "GK420d", "buffer_drained"),
        ("escpos", "TM-T88IV", "device_ack"),
        ("escpos", "TM-T88III", "none"),
    ],
)
def test_the_grade_is_what_the_model_can_prove(
    virtual: Make, line_to: Line, picture: Dots, language: Language, model: str, grade: str
) -> None:
    printer = virtual(language, model=model)
    profile = recognised(Identity(language, "", model))
    sent = line_to(printer, profile=profile).send(encode(profile, picture, copies=3), nothing)
    assert (sent.confirmation, profile.proves) == (grade, grade)
    if grade != "none":
        assert len(read_labels(printer.folder)) == 3


@pytest.mark.parametrize(("language", "model"), [("zpl", "ZD421"), ("escpos", "TM-T88IV")])
def test_paper_that_runs_out_midway_confirms_nothing(
    virtual: Make, line_to: Line, picture: Dots, language: Language, model: str
) -> None:
    printer = virtual(language, model=model)
    printer.set(faults=["paper_out:2"])
    profile = recognised(Identity(language, "", model))
    sent = line_to(printer, profile=profile).send(encode(profile, picture, copies=3), nothing)
    assert sent.confirmation == "none"
    assert sent.status is not None
    assert "paper_out" in sent.status.reasons
    assert len(read_labels(printer.folder)) == 2


def test_a_counter_that_somebody_else_moves_too_adds_nothing(virtual: Make, line_to: Line, picture: Dots) -> None:
    printer = virtual(model="ZD421")
    line = line_to(printer, profile=named("zebra-zd421"))

    def meanwhile() -> None:
        line_to(printer).send(zpl.encode(picture), nothing)

    assert line.send(zpl.encode(picture), meanwhile).confirmation == "buffer_drained"


def test_a_jammed_cutter_is_seen_where_the_model_tells(virtual: Make, line_to: Line, picture: Dots) -> None:
    printer = virtual(model="ZT411")
    printer.set(faults=["cutter"])
    line = line_to(printer, profile=named("zebra-zt411"))
    assert line.status() == PrinterStatus("blocked", ("cutter",), 0)
    with pytest.raises(Blocked):
        line.send(zpl.encode(picture), nothing)
    # ~HS alone has no word for it, and then there is at least no confirmation.
    old = Tcp("127.0.0.1", printer.port, limits=Limits(connect=60, send=60, answer=60, drain=0.5))
    assert old.send(zpl.encode(picture), nothing).confirmation == "none"


@pytest.mark.parametrize(
    ("errors", "reasons"),
    [
        ("0 00000000 00000000", ()),
        ("1 00000000 00000005", ("paper_out", "head_open")),
        ("1 00000000 0001000A", ("ribbon_out", "cutter", "paused")),
        ("1 00000000 00000100", ("error",)),
        ("1 00000001 00000000", ("error",)),
    ],
)
def test_error_flags_are_read(errors: str, reasons: tuple[str, ...]) -> None:
    reply = f"\x02\r\n PRINTER STATUS\r\n ERRORS:  {errors}\r\n WARNINGS:  1 00000000 00000002\r\n\x03".encode()
    assert parse_error_status(reply) == reasons
    assert parse_error_status(reply[:-1]) is None


def test_unsolicited_status_is_told_from_answers_however_it_is_cut() -> None:
    asb, ack, model = b"\x18\x00\x0c\x00", b"\x37\x22abcd\x00", b"_TM-T88V\x00"
    stream = asb + b"\x12" + ack + b"\x13" + model + b"\x18\x13\x00\x16\x0c\x00" + b"\x7e"
    wanted = [
        Asb(asb), Eot(0x12), Block(0x37, b"\x22abcd"), Block(0x5F, b"TM-T88V"), Eot(0x16), Asb(asb), Eot(0x7E),
    ]  # fmt: skip
    for cut in range(len(stream)):
        replies = EscposReplies()
        assert replies.feed(stream[:cut]) + replies.feed(stream[cut:]) == wanted
    assert EscposReplies().feed(b"\x10\x12") == [Eot(0x12)]  # a packet that broke off
    assert EscposReplies().feed(b"_" + b"x" * 300 + b"\x12")[-1:] == [Eot(0x12)]  # a block without end
    assert Asb(asb).reasons == ("offline", "paper_out")
    assert Asb(b"\x10\x00\x03\x00").reasons == ()  # near its end is not out


BITS = st.sampled_from([
    b"\x10\x04\x01", b"\x1b@", b"\x1dv0\x00\x01\x00\x02\x00\xff\xff", b"\x1dV\x00", b"\x1dI\x43",
    b"\x1d(H\x06\x0000abcd", b"\x1da\xff",
    b"~HS\r\n", b"~HQES", b'! U1 getvar "a.b"\r\n', b"^XA", b"^XZ", b"\x12", b"\x18\x00", b"_TM\x00",
    b"\x37\x22", b"\x02", b"\x03",
])  # fmt: skip
NOISE = st.lists(st.one_of(BITS, st.binary(max_size=12)), max_size=12).map(b"".join)


@settings(max_examples=150, deadline=None)
@given(noise=NOISE, cuts=st.lists(st.integers(1, 30), min_size=1, max_size=8))
def test_noise_is_read_the_same_however_it_is_cut_and_refused_by_one_error(noise: bytes, cuts: list[int]) -> None:
    """By all that listens to a socket: printers' answers here, and our virtual printers there."""
    for make in (EscposReplies, ZplStream, EscposStream):
        results = []
        for sizes in ([len(noise) + 1], cuts):
            reader, heard, at = make(), [], 0
            while at < len(noise):
                size = sizes[at % len(sizes)]
                try:
                    for item in reader.feed(noise[at : at + size]):
                        heard.append(item)  # noqa: PERF402 -- what came before an error counts too
                except DecodeError:
                    break
                at += size
            results.append(heard)
        assert results[0] == results[1]
    for parse in (parse_error_status, parse_host_identification, parse_host_status, parse_label_counter):
        parse(noise)
    parse_device_id(noise.decode("latin-1"))


def test_a_printer_that_talks_meanwhile_is_understood(virtual: Make, line_to: Line, picture: Dots) -> None:
    printer = virtual("escpos", model="TM-T88IV")
    with socket.create_connection(("127.0.0.1", printer.port), timeout=30) as other:
        other.sendall(b"\x1da\xff")
        assert other.recv(4) == b"\x10\x00\x00\x00"
        line = line_to(printer, profile=named("epson-tm-t88iv"))
        assert line.status() == PrinterStatus("ready")
        assert line.send(escpos.encode(picture), nothing).confirmation == "device_ack"
        printer.set(faults=["paper_out"])
        assert other.recv(4) == b"\x18\x00\x0c\x00"
        assert line.status() == PrinterStatus("blocked", ("offline", "paper_out"))


# USB


def usb(bus: UsbBus, limits: Limits = PATIENT, address: str = "0a5f:00d1", profile: str = "zebra-zd421") -> Usb:
    return Usb(address, named(profile), limits=limits, backend=bus)


def test_a_label_goes_over_usb_and_is_counted(inside: Insides, picture: Dots) -> None:
    bus = UsbBus(inside())
    line = usb(bus, address=f"0a5f:00d1:{SERIAL_NUMBER}")
    assert line.status() == PrinterStatus("ready", (), 0)
    payload = zpl.encode(picture)
    sent = line.send(payload, nothing)
    assert (sent.bytes_sent, sent.confirmation) == (len(payload), "counter")
    assert len(read_labels(bus.inside.folder)) == 1
    assert bus.claimed == 0
    told = line.identify()
    assert told is not None
    assert told.model == "ZD421-203dpi"


def test_usb_printers_are_found_with_their_model(inside: Insides) -> None:
    (found,) = plugged_in(UsbBus(inside()))
    assert found.address == f"0a5f:00d1:{SERIAL_NUMBER}"
    assert recognised(found.identity).key == "zebra-zd421"


def test_a_usb_printer_pulled_out_midway_is_uncertain(inside: Insides, picture: Dots) -> None:
    bus = UsbBus(inside())
    started: list[int] = []

    def pull() -> None:
        started.append(1)
        bus.gone_at = bus.inside.received + 1000

    with pytest.raises(Interrupted) as caught:
        usb(bus).send(zpl.encode(picture), pull)
    assert caught.value.bytes_sent >= 1000
    assert started == [1]
    assert read_labels(bus.inside.folder) == []


def test_a_usb_write_that_took_nothing_is_safe_and_one_in_doubt_is_not(inside: Insides, picture: Dots) -> None:
    bus = UsbBus(inside())
    line = usb(bus, QUICK)

    def stop() -> None:
        bus.deaf_at = bus.inside.received

    with pytest.raises(NotReachable):
        line.send(zpl.encode(picture), stop)

    bus.deaf_at = None

    def vanish() -> None:
        bus.gone_at = bus.inside.received  # the device is lost with the first packet: was it taken?

    with pytest.raises(Interrupted):
        line.send(zpl.encode(picture), vanish)


def test_a_silent_usb_printer_is_known_by_its_port(inside: Insides, picture: Dots) -> None:
    bus = UsbBus(inside())
    bus.inside.pretend("deaf")
    line = usb(bus, QUICK, profile="generic-zpl")
    assert line.status() == PrinterStatus("unknown", ("no_answer",))
    assert line.send(zpl.encode(picture), nothing).confirmation == "none"
    bus.port = 0x30
    assert line.status() == PrinterStatus("blocked", ("paper_out", "error"))
    with pytest.raises(Blocked):
        line.send(zpl.encode(picture), nothing)
    assert parse_port_status(0x08).reasons == ("offline",)


def test_a_usb_printer_that_is_not_there_or_not_ours_is_not_reachable(inside: Insides, picture: Dots) -> None:
    bus = UsbBus(inside())
    for address in ("0a5f:9999", "0a5f:00d1:OTHER"):
        assert usb(bus, address=address).status() == PrinterStatus("blocked", ("offline",))
    bus.denied = True
    with pytest.raises(NotReachable, match="udev"):
        usb(bus).send(zpl.encode(picture), nothing)
    with pytest.raises(InvalidField):
        usb(bus, address="lp0")


# Serial


@pytest.fixture
def serial_line(inside: Insides) -> Iterator[Callable[..., SerialLine]]:
    made: list[SerialLine] = []

    def make(language: Language = "zpl", model: str = "GK420d") -> SerialLine:
        made.append(SerialLine(inside(language, model)))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.mark.parametrize(
    ("language", "model", "grade"), [("zpl", "GK420d", "buffer_drained"), ("escpos", "TM-T88IV", "device_ack")]
)
def test_a_label_goes_over_a_serial_line(
    serial_line: Callable[..., SerialLine], picture: Dots, language: Language, model: str, grade: str
) -> None:
    far = serial_line(language, model)
    profile = recognised(Identity(language, "", model))
    line = Serial(f"{far.path}@115200", profile, limits=PATIENT)
    assert line.status().state == "ready"
    payload = encode(profile, picture)
    sent = line.send(payload, nothing)
    assert (sent.bytes_sent, sent.confirmation) == (len(payload), grade)
    assert len(read_labels(far.inside.folder)) == 1


def test_a_serial_printer_that_stops_reading_is_uncertain_in_time(
    serial_line: Callable[..., SerialLine],
) -> None:
    far = serial_line()
    huge = zpl.encode(np.random.default_rng(2).random((1200, 800)) < 0.5)

    def stop() -> None:
        far.deaf_at = far.inside.received + 2000

    with pytest.raises(Interrupted) as caught:
        Serial(f"{far.path}@115200", GENERIC["zpl"], limits=QUICK).send(huge, stop)
    assert 2000 <= caught.value.bytes_sent < len(huge)
    assert read_labels(far.inside.folder) == []


def test_a_serial_port_that_is_pulled_out_in_the_middle_of_a_label_leaves_it_uncertain(
    serial_line: Callable[..., SerialLine], picture: Dots, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From then on the system answers with its own error, which is none of pyserial's."""
    termios = pytest.importorskip("termios")
    line = Serial(f"{serial_line().path}@115200", GENERIC["zpl"], limits=PATIENT)

    def pulled_out(*_: object) -> None:
        raise termios.error(5, "Input/output error")

    def pull() -> None:
        monkeypatch.setattr("serial.Serial.out_waiting", property(pulled_out))
        monkeypatch.setattr("serial.Serial.reset_output_buffer", pulled_out)
        monkeypatch.setattr("serial.Serial.reset_input_buffer", pulled_out)
        monkeypatch.setattr("serial.Serial.close", pulled_out)

    with pytest.raises(Interrupted):
        line.send(zpl.encode(picture), pull)
    assert line.status() == PrinterStatus("blocked", ("offline",))
    monkeypatch.setattr("serial.Serial.open", pulled_out)
    with pytest.raises(NotReachable):
        line.send(zpl.encode(picture), nothing)


def test_a_serial_port_that_is_not_there_is_not_reachable(picture: Dots, tmp_path: Path) -> None:
    line = Serial(f"{tmp_path}/ttyS9@9600", GENERIC["zpl"])
    assert line.status() == PrinterStatus("blocked", ("offline",))
    with pytest.raises(NotReachable):
        line.send(zpl.encode(picture), nothing)
    for address in ("/dev/ttyS0", "/dev/ttyS0@fast", "/dev/ttyS0@9600,smoke"):
        with pytest.raises(InvalidField):
            Serial(address, GENERIC["zpl"])
    assert isinstance(ports(), list)


def test_without_the_packages_it_says_what_to_install(picture: Dots) -> None:
    """They are extras: the library starts without them, and only a printer that needs one asks for it."""
    program = (
        "import sys; sys.modules['usb'] = sys.modules['usb.core'] = sys.modules['serial'] = None\n"
        "from printers import MissingDriver, NotReachable\n"
        "from printers.profiles import GENERIC\n"
        "from printers.serial_port import Serial\n"
        "from printers.usb_port import Usb, plugged_in\n"
        "for line in (Serial('/dev/ttyS0@9600', GENERIC['zpl']), Usb('0a5f:00d1', GENERIC['zpl'])):\n"
        "    assert line.status().reasons == ('offline',)\n"
        "    try: line.send(b'x', lambda: 1 / 0)\n"
        "    except MissingDriver as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=True)
    assert "pip install pyserial" in done.stdout
    assert "pip install pyusb" in done.stdout
    assert issubclass(MissingDriver, NotReachable)
