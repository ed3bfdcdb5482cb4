"""Waybills with everything a carrier wants, totes, pick lists, manifests and receipts: each size and resolution."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import zxingcpp

from printers import DOCUMENTS, Label, MissingField, TextDoesNotFit, render
from printers.media import parse_media

DPI = [203, 300, 600]
PICKS = {
    "title": "波次 W20261123-04", "code": "W20261123-04", "picker": "王伟", "cart": "C-07", "printed_at": "2026-11-23",
    "lines": [
        {"bin": f"A01-{n:02d}L3", "sku": f"S-{n}", "name": "纯棉四件套 灰 1.8m", "qty": n, "lot": "L1", "tote": f"T{n}"}
        for n in range(1, 5)
    ],
}  # fmt: skip
MANIFEST = {
    "carrier": "中通快递", "number": "M-2026-0042", "warehouse": "杭州一号仓", "closed_at": "2026-11-23 18:00",
    "closed_by": "李娜", "parcels": 14, "first": 9,
    "lines": [{"waybill_number": f"7890000{n:05d}", "weight_g": 500 + n} for n in range(6)], "part": 2, "parts": 2,
}  # fmt: skip
GOODS = {
    "supplier": "宁波市优品家居用品进出口贸易有限责任公司（慈溪二厂）", "number": "ASN-20261123-000042",
    "warehouse": "杭州市余杭区仓前街道一号云仓二期三号库", "finished_at": "2026-11-23 18:00 UTC", "finished_by": "李娜",
    "reason": "供应商未发", "note": "外箱破损两件，已拍照，司机在场确认并签字，其余待质检", "pieces": 1234567,
    "differing": 12, "printed_at": "2026-11-23 18:05 UTC",
    "lines": [{"sku": "S-1", "name": "纯棉四件套 灰 1.8m", "received": 3, "expected": 5, "rejected": 1, "lot": "L1"}],
}  # fmt: skip
RECEIPT = {
    "shop": "优品数码旗舰店", "number": "R20261123001", "total": "¥1,288.00", "discount": "-¥20.00",
    "paid_by": "支付宝",
    "lines": [{"name": "无线蓝牙耳机 主动降噪 入耳式 超长续航 白色 官方标配", "qty": 2, "amount": "¥1,308.00"}],
}  # fmt: skip


def codes_in(label: Label) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(label.image().convert("L"))}


@pytest.fixture
def full(waybill: dict[str, Any]) -> dict[str, Any]:
    return {**waybill, "qr": "MMM={'k1':'021W','k2':'300-08'}", "cod": "¥12,888.00", "parent_number": "78912345678900"}


@pytest.mark.parametrize("dpi", DPI)
@pytest.mark.parametrize("media", ["76x130", "100x150", "100x180"])
def test_a_waybill_with_all_of_a_carriers_fields(full: dict[str, Any], media: str, dpi: int) -> None:
    label = render("waybill", full, media=media, dpi=dpi)
    width, height = (int(mm) for mm in media.split("x"))
    assert (round(label.width / width), label.dpi) == (round(label.height / height), dpi)
    assert codes_in(label) == {full["waybill_number"], full["qr"]}


@pytest.mark.parametrize("media", ["76x130", "100x150", "100x180"])
def test_each_of_a_carriers_fields_shows(full: dict[str, Any], media: str) -> None:
    whole = render("waybill", full, media=media, dpi=203)
    for field, other in [("cod", ""), ("qr", ""), ("parent_number", ""), ("parcel_index", 2), ("parcel_count", 0)]:
        less = render("waybill", {**full, field: other}, media=media, dpi=203)
        assert not np.array_equal(whole.bitmap, less.bitmap), field


@pytest.mark.parametrize("field", ["cod", "parent_number", "hub", "service"])
def test_what_is_too_long_for_a_waybill_is_refused_by_name(full: dict[str, Any], field: str) -> None:
    with pytest.raises(TextDoesNotFit) as caught:
        render("waybill", {**full, field: "很长" * 60}, media="76x130", dpi=203)
    assert caught.value.field == field


@pytest.mark.parametrize("dpi", DPI)
@pytest.mark.parametrize(("document", "data", "code"), [
    ("pick_list", PICKS, "W20261123-04"), ("handover_manifest", MANIFEST, "M-2026-0042"),
    ("receipt", RECEIPT, "R20261123001"),
])  # fmt: skip
def test_a_roll_at_each_resolution(document: str, data: dict[str, Any], code: str, dpi: int) -> None:
    for media, mm in (("receipt-80", 72), ("receipt-58", 48)):
        label = render(document, {**data, "reprint": 1}, media=media, dpi=dpi)
        assert label.width == round(mm * {203: 8, 300: 300 / 25.4, 600: 600 / 25.4}[dpi])
        assert codes_in(label) == {code}
        assert label.bitmap[-label.height // 3 :].any(), "a roll ends where its text does"


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
@pytest.mark.parametrize("document", ["pick_list", "handover_manifest", "receipt"])
def test_a_roll_in_each_language(document: str, locale: str) -> None:
    data = {"pick_list": PICKS, "handover_manifest": MANIFEST, "receipt": RECEIPT}[document]
    assert render(document, {**data, "locale": locale}, media="receipt-80", dpi=203).bitmap.any()


@pytest.mark.parametrize("media", ["100x150", "100x180", "76x130"])
@pytest.mark.parametrize(("document", "data"), [("pick_list", PICKS), ("handover_manifest", MANIFEST)])
def test_a_page_holds_what_it_holds_and_refuses_one_more(document: str, data: dict[str, Any], media: str) -> None:
    label = render(document, data, media=media, dpi=203)
    assert codes_in(label) == {data["code"] if "code" in data else data["number"]}
    with pytest.raises(TextDoesNotFit) as caught:
        render(document, {**data, "lines": data["lines"] * 12}, media=media, dpi=203)
    assert caught.value.field.startswith("lines[")


@pytest.mark.parametrize("document", ["pick_list", "handover_manifest", "receipt"])
def test_without_lines_there_is_nothing_to_print(document: str) -> None:
    data = {"pick_list": PICKS, "handover_manifest": MANIFEST, "receipt": RECEIPT}[document]
    with pytest.raises(MissingField):
        render(document, {**data, "lines": []}, media="receipt-80", dpi=203)
    with pytest.raises(TextDoesNotFit):
        render(document, {**data, "lines": data["lines"] * 2000}, media="receipt-80", dpi=203)


@pytest.mark.parametrize("dpi", DPI)
@pytest.mark.parametrize("media", ["100x70", "100x50", "60x40", "50x30"])
def test_a_tote_label_scans_by_both_codes(media: str, dpi: int) -> None:
    data = {"code": "T-0012", "name": "周转箱 12", "zone": "A", "reprint": 1}
    label = render("tote_label", data, media=media, dpi=dpi)
    found = zxingcpp.read_barcodes(label.image().convert("L"))
    assert sorted((str(code.format).replace(" ", ""), code.text) for code in found) == [
        ("Code128", "T-0012"), ("QRCode", "T-0012"),
    ]  # fmt: skip


@pytest.mark.parametrize("locale", ["zh_Hans", "en"])
@pytest.mark.parametrize(("media", "dpi"), [("100x150", 203), ("100x180", 300), ("76x130", 203), ("receipt-80", 203)])
@pytest.mark.parametrize("document", ["pick_list", "handover_manifest", "goods_receipt"])
def test_as_many_rows_as_are_promised_fit_on_the_last_page(document: str, media: str, dpi: int, locale: str) -> None:
    data: dict[str, Any] = {"pick_list": PICKS, "handover_manifest": MANIFEST, "goods_receipt": GOODS}[document]
    rows = DOCUMENTS[document].rows
    assert rows is not None
    line = {**data["lines"][0], "name": "无线蓝牙耳机 主动降噪 入耳式 超长续航 白色 官方标配"} if document != (
        "handover_manifest"
    ) else data["lines"][0]
    full = {**data, "lines": [line] * rows(parse_media(media)), "part": 2, "parts": 2, "reprint": 12, "locale": locale}
    assert codes_in(render(document, full, media=media, dpi=dpi)) == {data.get("number") or data["code"]}
