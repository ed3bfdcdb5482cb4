"""Labels of bins and racks: every size, their barcodes read back, and data that must be refused."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import zxingcpp

from printers import InvalidField, Label, MissingField, UnknownMedia, render
from printers.documents.bin_label import MOST_ROWS, PATTERNS, arrow_dots, hatching

BIN = {"code": "A01-05L3", "level": 3, "arrow": "up", "check_digits": "472", "zone": "A", "pattern": 1}
ROWS = [
    {"code": f"A01-05L{level}", "level": level, "arrow": "up" if level > 1 else "down", "check_digits": f"4{level}7"}
    for level in range(5, 0, -1)
]
RACK = {"rack": "A01-05", "rows": ROWS, "zone": "A", "pattern": 3, "locale": "en"}
MEDIA = ["100x50", "76x38", "70x30", "100x70"]


def codes_in(label: Label) -> list[tuple[str, str]]:
    found = zxingcpp.read_barcodes(label.image().convert("L"))
    return sorted((str(code.format).replace(" ", ""), code.text) for code in found)


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("media", MEDIA)
@pytest.mark.parametrize("pattern", range(PATTERNS))
def test_a_bin_label_scans_in_every_size_and_pattern(media: str, dpi: int, pattern: int) -> None:
    label = render("bin_label", {**BIN, "pattern": pattern}, media=media, dpi=dpi)
    width, height = (int(mm) for mm in media.split("x"))
    assert (label.width_mm, label.height_mm, label.dpi) == (width, height, dpi)
    assert codes_in(label) == [("Code128", "A01-05L3")]


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_rack_label_has_every_bin_of_its_bay(dpi: int, locale: str) -> None:
    label = render("rack_label", {**RACK, "locale": locale, "reprint": 1}, media="100x180", dpi=dpi)
    assert codes_in(label) == sorted(("Code128", row["code"]) for row in ROWS)


def test_as_many_rows_as_a_label_holds_still_scan() -> None:
    rows = [{"code": f"B12-11{side}{level}"} for level in (3, 2, 1) for side in "LR"]
    assert len(rows) == MOST_ROWS
    label = render("rack_label", {**RACK, "rows": rows, "part": 1, "parts": 2}, media="100x180", dpi=203)
    assert codes_in(label) == sorted(("Code128", row["code"]) for row in rows)


@pytest.mark.parametrize("left_out", ["level", "arrow", "check_digits", "zone"])
def test_a_bin_label_without_one_of_its_parts(left_out: str) -> None:
    data = {name: value for name, value in BIN.items() if name != left_out}
    label = render("bin_label", data, media="100x50", dpi=203)
    assert codes_in(label) == [("Code128", "A01-05L3")]


def test_other_check_digits_make_another_picture() -> None:
    old, new = (
        render("bin_label", {**BIN, "check_digits": digits}, media="100x50", dpi=203) for digits in ("472", "473")
    )
    assert not np.array_equal(old.bitmap, new.bitmap)


def test_patterns_differ_and_arrows_point() -> None:
    drawn = {hatching(number, 80, 300, 19).tobytes() for number in range(PATTERNS)}
    assert len(drawn) == PATTERNS
    up, down = arrow_dots(True, 40, 60), arrow_dots(False, 40, 60)
    assert np.array_equal(up, down[::-1])
    assert up[0].sum() < up[30].sum()


@pytest.mark.parametrize(
    ("document", "data", "error", "field"),
    [
        ("bin_label", {**BIN, "code": " "}, MissingField, "code"),
        ("bin_label", {**BIN, "code": "货位1"}, InvalidField, "code"),
        ("bin_label", {**BIN, "arrow": "left"}, InvalidField, "arrow"),
        ("rack_label", {**RACK, "rows": []}, MissingField, "rows"),
        ("rack_label", {**RACK, "rows": [*ROWS, *ROWS]}, InvalidField, "rows"),
    ],
)
def test_data_that_cannot_be_printed_names_its_field(
    document: str, data: dict[str, Any], error: type[Exception], field: str
) -> None:
    media = "100x50" if document == "bin_label" else "100x180"
    with pytest.raises(error) as refused:
        render(document, data, media=media, dpi=203)
    assert refused.value.field == field  # type: ignore[attr-defined]


@pytest.mark.parametrize(("document", "media"), [("bin_label", "receipt-80"), ("rack_label", "100x50")])
def test_stock_that_does_not_suit_is_refused(document: str, media: str) -> None:
    with pytest.raises(UnknownMedia):
        render(document, BIN if document == "bin_label" else RACK, media=media, dpi=203)
