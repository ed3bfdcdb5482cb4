"""ZPL and ESC/POS: what is encoded decodes to the same dots, in our decoders and in others'."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from label_readers import by_zebrafy

from printers import DecodeError, DocumentError, EncodingError, escpos, escpos_decode, render, zpl, zpl_decode
from printers.bench_hostile import ZPL_PAYLOAD
from printers.bitmap import Dots

ENCODINGS: tuple[zpl.Encoding, ...] = ("Z64", "hex")
PICTURES = arrays(np.bool_, st.tuples(st.integers(1, 40), st.integers(1, 90)))

HOSTILE = [
    "^XZ^XA^FDowned^FS^XZ~HS~JA",
    "\x1b@\x1dV\x00\x10\x14\x01\x02",
    "名\x00\x02\x03字\r\n\x1b",
    "\u202e321\u202c مرحبا שלום",
    "📦🚚👨‍👩‍👧 包裹",
    "^GFA,1,1,1,FF^FS ~DGR:X.GRF",
    "长" * 3400,  # ten kilobytes of UTF-8
    "A" * 10240,
]


@settings(max_examples=60, deadline=None)
@given(picture=PICTURES, copies=st.integers(1, 9999))
def test_zpl_round_trip(picture: Dots, copies: int) -> None:
    for encoding in ENCODINGS:
        decoded = zpl_decode.decode(zpl.encode(picture, copies=copies, encoding=encoding))
        assert [label.copies for label in decoded] == [copies]
        assert np.array_equal(decoded[0].bitmap, picture)


def test_compressed_hex_of_long_runs() -> None:
    picture = np.zeros((6, 8000), dtype=np.bool_)
    picture[1] = True
    picture[3, 100:7000] = True
    payload = zpl.encode(picture, encoding="hex")
    assert np.array_equal(zpl_decode.decode(payload)[0].bitmap, picture)
    assert np.array_equal(by_zebrafy(payload, picture.shape, 203), picture)


def test_a_page_at_the_finest_resolution_goes_in_pictures_of_six_digits() -> None:
    picture = np.random.default_rng(3).random((4252, 2362)) < 0.01
    payload = zpl.encode(picture)
    sizes = [int(size) for size in re.findall(rb"\^GFA,(\d+)", payload)]
    assert len(sizes) == 2
    assert max(sizes) <= 999_999
    assert sum(sizes) == 4252 * 296
    assert np.array_equal(zpl_decode.decode(payload)[0].bitmap, picture)


@pytest.mark.parametrize("top", [b"0", b"2", b"9"])
def test_pictures_that_do_not_join_are_refused(top: bytes) -> None:
    part = b"^FO0,%s^GFA,1,1,1,FF^FS"
    good = b"^XA^PW8^LL2^LH0,0" + part % b"0" + part % b"1" + b"^XZ"
    assert zpl_decode.decode(good)[0].bitmap.all()
    with pytest.raises(DecodeError):
        zpl_decode.decode(good.replace(part % b"1", part % top))


def test_plain_hex_and_base64_are_read_too() -> None:
    raw = bytes(range(16))
    assert zpl_decode.graphic(raw.hex().encode(), 16, 4) == raw
    text = base64.b64encode(raw)
    assert zpl_decode.graphic(b":B64:%s:%04X" % (text, binascii.crc_hqx(text, 0)), 16, 4) == raw


@pytest.mark.parametrize(
    "payload",
    [
        b"hello",
        b"^XA^FDtext^FS^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,0^GFA,1,1,1,FF^FS^PQ1^XZ~JA",
        b"^XA^PW8^LL1^LH0,0^FO0,0^GFA,1,1,1,FF^FS^PQ0^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,0^GFA,1,1,1,FFFF^FS^PQ1^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,0^GFA,1,1,1,Q^FS^PQ1^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,0^GFA,1,1,1,zzF^FS^PQ1^XZ",
        b"^XA^PW9^LL1^LH0,0^FO0,0^GFA,1,1,1,FF^FS^PQ1^XZ",
        b"^XA^PW8^LL1^LH0,0^FO0,0^GFA,1,1,1,:Z64:eJz7DwABAAD/:0000^FS^PQ1^XZ",
    ],
)
def test_anything_else_is_refused_by_the_zpl_decoder(payload: bytes) -> None:
    with pytest.raises(DecodeError):
        zpl_decode.decode(payload)


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    text = base64.b64encode(zlib.compress(bytes(50_000_000)))
    data = b":Z64:%s:%04X" % (text, binascii.crc_hqx(text, 0))
    with pytest.raises(DecodeError):
        zpl_decode.graphic(data, 1000, 10)


@pytest.mark.parametrize("copies", [0, 10000])
def test_absurd_copies_are_refused(copies: int) -> None:
    with pytest.raises(EncodingError):
        zpl.encode(np.zeros((8, 8), dtype=np.bool_), copies=copies)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["carrier", "route_code", "items", "recipient.name", "sender.address"])
def test_hostile_text_never_becomes_a_command(waybill: dict[str, Any], field: str, text: str) -> None:
    """Printed as a picture, or refused by its field; nothing in between."""
    part, _, name = field.rpartition(".")
    (waybill[part] if part else waybill)[name] = text
    try:
        label = render("waybill", waybill, media="100x180", dpi=203, on_missing="substitute")
    except DocumentError as error:
        assert error.field == field  # noqa: PT017 -- printing it is as good an outcome
        return
    for encoding in ENCODINGS:
        payload = zpl.encode(label.bitmap, encoding=encoding)
        assert ZPL_PAYLOAD.fullmatch(payload)
        assert np.array_equal(zpl_decode.decode(payload)[0].bitmap, label.bitmap)


@settings(max_examples=150, deadline=None)
@given(name=st.text(min_size=1, max_size=60))
def test_any_name_at_all_is_printed_or_refused(name: str) -> None:
    party = {"name": name, "phone": "1", "address": name}
    data = {"carrier": "C", "waybill_number": "12345678", "route_code": "1", "recipient": party, "sender": party}
    try:
        label = render("waybill", data, media="76x130", dpi=203, on_missing="substitute")
    except DocumentError as error:
        assert error.field.startswith("recipient.")  # noqa: PT017 -- likewise
        return
    assert ZPL_PAYLOAD.fullmatch(zpl.encode(label.bitmap))


def test_a_slip_is_the_same_dots_after_escpos(slip: dict[str, Any]) -> None:
    label = render("packing_slip", slip, media="receipt-80", dpi=203)
    payload = escpos.encode(label.bitmap)
    (picture,) = escpos_decode.decode(payload)
    assert np.array_equal(picture, label.bitmap)
    assert payload.startswith(b"\x1b@")
    assert payload.endswith(b"\x1dV\x00")
    slices = [int.from_bytes(m[1], "little") for m in re.finditer(rb"\x1dv0\x00H\x00(..)", payload, re.DOTALL)]
    assert all(128 <= rows <= 256 for rows in slices[:-1])


def test_no_real_time_command_hides_in_a_raster() -> None:
    bad = np.zeros((200, 576), dtype=np.bool_)
    bad[50] = np.unpackbits(np.frombuffer(b"\x10\x05\x02" + bytes(69), dtype=np.uint8))
    bad[60] = np.unpackbits(np.frombuffer(bytes(30) + b"\x10\x14\x01" + bytes(39), dtype=np.uint8))
    payload = escpos.encode(bad)
    assert b"\x10\x05\x02" not in payload
    assert b"\x10\x14\x01" not in payload
    (picture,) = escpos_decode.decode(payload)
    shift = int(picture[50].argmax()) - int(bad[50].argmax())
    assert 0 < shift < 8
    assert np.array_equal(picture[:, shift:], bad[:, :-shift])
    bad[:, -1] = True
    with pytest.raises(EncodingError):
        escpos.encode(bad)
    (picture,) = escpos_decode.decode(escpos.encode(bad, escpos.Profile(width=640)))
    assert picture.sum() == bad.sum()


def test_a_raster_too_wide_is_refused() -> None:
    with pytest.raises(EncodingError):
        escpos.encode(np.zeros((10, 577), dtype=np.bool_))
    assert escpos.encode(np.zeros((10, 512), dtype=np.bool_), escpos.Profile(width=512, cut=False))


def test_escpos_encoding_prints_nothing_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    escpos.encode(np.zeros((10, 64), dtype=np.bool_))
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "payload", [b"text", b"\x1dv0\x00\x01", b"\x1bp\x00\x19\xfa", b"\x1dv0\x03\x01\x00\x01\x00\xff"]
)
def test_anything_else_is_refused_by_the_escpos_decoder(payload: bytes) -> None:
    with pytest.raises(DecodeError):
        escpos_decode.decode(payload)
