"""Documents as pictures: every size, its barcodes read back, and data that must be refused."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from printers import (
    DOCUMENTS,
    InvalidField,
    Label,
    MissingField,
    MissingGlyph,
    TextDoesNotFit,
    UnknownDocument,
    UnknownMedia,
    render,
)
from printers.documents.base import Document
from printers.documents.waybill import weight

SIZES = [("100x180", 203), ("100x180", 300), ("76x130", 203), ("76x130", 300)]


def codes_in(image: Image.Image) -> set[tuple[str, str]]:
    return {(str(code.format), code.text) for code in zxingcpp.read_barcodes(image.convert("L"))}


def zbar_codes(label: Label) -> set[tuple[str, str]]:
    """The same by another decoder, for we also write with zxing."""
    try:
        pyzbar = importlib.import_module("pyzbar.pyzbar")
    except ImportError as error:
        pytest.skip(f"second decoder not here: {error}")
    return {(code.type, code.data.decode()) for code in pyzbar.decode(label.image().convert("L"))}


@pytest.mark.parametrize(("media", "dpi"), SIZES)
def test_waybill_has_the_right_size_and_both_codes_scan(waybill: dict[str, Any], media: str, dpi: int) -> None:
    label = render("waybill", waybill, media=media, dpi=dpi)
    width, height = (int(mm) for mm in media.split("x"))
    assert (label.width_mm, label.height_mm, label.dpi) == (width, height, dpi)
    assert abs(label.width / label.height - width / height) < 0.01
    formats = {(kind.replace(" ", ""), text) for kind, text in codes_in(label.image())}
    assert formats == {("Code128", "78912345678901"), ("QRCode", "78912345678901")}


@pytest.mark.parametrize(("media", "dpi"), SIZES)
def test_waybill_codes_scan_with_a_second_decoder(waybill: dict[str, Any], media: str, dpi: int) -> None:
    label = render("waybill", waybill, media=media, dpi=dpi)
    assert zbar_codes(label) == {("CODE128", "78912345678901"), ("QRCODE", "78912345678901")}


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
@pytest.mark.parametrize(("media", "dpi"), SIZES)
def test_waybill_in_each_language(waybill: dict[str, Any], media: str, dpi: int, locale: str) -> None:
    assert render("waybill", {**waybill, "locale": locale}, media=media, dpi=dpi).bitmap.any()


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
@pytest.mark.parametrize(("media", "dots"), [("receipt-80", 576), ("receipt-80:512", 512), ("receipt-58", 384)])
def test_packing_slip(slip: dict[str, Any], media: str, dots: int, locale: str) -> None:
    short = {**slip, "order_number": "TB20261123", "locale": locale}
    label = render("packing_slip", short, media=media, dpi=203)
    assert label.width == dots
    assert [text for _, text in codes_in(label.image())] == ["TB20261123"]
    assert {text for _, text in zbar_codes(label)} == {"TB20261123"}


def test_packing_slip_grows_with_its_lines(slip: dict[str, Any]) -> None:
    one = render("packing_slip", slip, media="receipt-80", dpi=203)
    many = render("packing_slip", {**slip, "lines": slip["lines"] * 30}, media="receipt-80", dpi=203)
    assert many.height > 9 * one.height
    with pytest.raises(TextDoesNotFit):
        render("packing_slip", {**slip, "lines": slip["lines"] * 500}, media="receipt-80", dpi=203)


@pytest.mark.parametrize("media", ["100x180", "76x130", "receipt-80", "receipt-58", "50x70"])
def test_test_page(media: str) -> None:
    label = render("test_page", {"printer": "站台 3", "code": "T-1"}, media=media, dpi=203)
    assert {text for _, text in codes_in(label.image())} == {"T-1"}


def test_a_reprint_looks_different(waybill: dict[str, Any]) -> None:
    first = render("waybill", {**waybill, "reprint": 0}, media="76x130", dpi=203)
    again = render("waybill", {**waybill, "reprint": 1}, media="76x130", dpi=203)
    assert (first.bitmap != again.bitmap).any()


def test_optional_fields_may_be_left_out(waybill: dict[str, Any]) -> None:
    required = ("carrier", "waybill_number", "route_code", "recipient", "sender")
    short = {name: waybill[name] for name in required}
    for media, dpi in SIZES:
        assert render("waybill", short, media=media, dpi=dpi).bitmap.any()


@pytest.mark.parametrize("field", ["carrier", "waybill_number", "route_code", "recipient", "sender"])
def test_a_missing_field_is_named(waybill: dict[str, Any], field: str) -> None:
    del waybill[field]
    with pytest.raises(MissingField) as caught:
        render("waybill", waybill, media="100x180", dpi=203)
    assert caught.value.field == field


def test_a_missing_nested_field_is_named_by_its_path(waybill: dict[str, Any], slip: dict[str, Any]) -> None:
    waybill["recipient"]["phone"] = "  "
    with pytest.raises(MissingField) as caught:
        render("waybill", waybill, media="100x180", dpi=203)
    assert caught.value.field == "recipient.phone"
    del slip["lines"][1]["sku"]
    with pytest.raises(MissingField) as caught:
        render("packing_slip", slip, media="receipt-80", dpi=203)
    assert caught.value.field == "lines[1].sku"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("weight_g", -1),
        ("weight_g", "1 kg"),
        ("weight_g", True),
        ("parcel_index", 4),
        ("carrier", 7),
        ("locale", "fr"),
        ("weihgt_g", 5),
        ("waybill_number", "运单1"),
        ("waybill_number", "A\x00B"),
        ("waybill_number", "A\n^XZ"),
    ],
)
def test_invalid_data_is_refused_by_field(waybill: dict[str, Any], field: str, value: object) -> None:
    with pytest.raises(InvalidField) as caught:
        render("waybill", {**waybill, field: value}, media="100x180", dpi=203)
    assert caught.value.field == field


def test_text_too_long_is_refused_by_field_and_fast(waybill: dict[str, Any]) -> None:
    waybill["recipient"]["address"] = "上海市浦东新区" * 1500
    with pytest.raises(TextDoesNotFit) as caught:
        render("waybill", waybill, media="100x180", dpi=203)
    assert caught.value.field == "recipient.address"


def test_a_number_too_long_for_its_barcode_is_refused(waybill: dict[str, Any]) -> None:
    waybill["waybill_number"] = "ABCDEFGHIJ" * 4
    with pytest.raises(TextDoesNotFit) as caught:
        render("waybill", waybill, media="76x130", dpi=203)
    assert caught.value.field == "waybill_number"


def test_unknown_names(waybill: dict[str, Any]) -> None:
    with pytest.raises(UnknownDocument):
        render("invoice", waybill, media="100x180", dpi=203)
    for media in ("A4", "90x90", "receipt-80", "receipt-80:x", "100x180x2", ""):
        with pytest.raises(UnknownMedia):
            render("waybill", waybill, media=media, dpi=203)
    with pytest.raises(InvalidField):
        render("waybill", waybill, media="100x180", dpi=150)


def test_a_missing_glyph_is_named_never_an_empty_box(waybill: dict[str, Any]) -> None:
    waybill["recipient"]["name"] = "小明😀"
    with pytest.raises(MissingGlyph) as caught:
        render("waybill", waybill, media="100x180", dpi=203)
    assert caught.value.field == "recipient.name"
    assert caught.value.characters == ("😀",)


def test_a_missing_glyph_is_substituted_visibly_and_recorded(waybill: dict[str, Any]) -> None:
    emoji = {**waybill, "recipient": {**waybill["recipient"], "name": "小明😀"}}
    geta = {**waybill, "recipient": {**waybill["recipient"], "name": "小明〓"}}
    label = render("waybill", emoji, media="100x180", dpi=203, on_missing="substitute")
    expected = render("waybill", geta, media="100x180", dpi=203)
    assert label.substituted == (("recipient.name", ("😀",)),)
    assert np.array_equal(label.bitmap, expected.bitmap)


def test_rare_chinese_draws_as_itself(waybill: dict[str, Any]) -> None:
    def named(name: str) -> Label:
        party = {**waybill["recipient"], "name": name}
        return render("waybill", {**waybill, "recipient": party}, media="100x180", dpi=203)

    assert (named("𠮷田").bitmap != named("吉田").bitmap).any()
    assert named("㐀䶮龘").bitmap.any()


def test_weight_in_kilograms() -> None:
    assert [weight(g) for g in (0, 5, 1250, 20000)] == ["", "0.005 kg", "1.25 kg", "20 kg"]


def test_the_registry_holds_complete_documents() -> None:
    assert set(DOCUMENTS) >= {"waybill", "packing_slip", "test_page"}
    assert all(isinstance(document, Document) and name == document.name for name, document in DOCUMENTS.items())
