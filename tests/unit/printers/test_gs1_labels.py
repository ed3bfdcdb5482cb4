"""GS1 labels: what they say is what the scanner's reader hears, and what GS1 cannot say is refused, never cut."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from label_readers import codes_by_zbar, codes_by_zxing

from printers import BarcodeDoesNotFit, DocumentError, InvalidField, MissingField, render
from printers.templates import require_template, sample, starter
from printers.templates.drawing import render_template
from wms.catalog import gs1

GTIN = "06901234567892"
UNIT = "376123450000000016"
DAY = "2028-01-31"
WHOLE = {"gtin": GTIN, "lot": "L2026", "expires_on": DAY, "serial": "S-1"}


def heard(label: Any) -> list[gs1.Label]:
    """What the product's own reader makes of each code on a label, as either of two decoders reads it."""
    codes = [*codes_by_zxing(label), *(codes_by_zbar(label) or ())]
    read = [gs1.parse(code) for code in codes]
    assert None not in read, codes
    return [each for each in read if each is not None]


@pytest.mark.parametrize(
    "told",
    [
        WHOLE, {"gtin": GTIN, "lot": "L2026"}, {"gtin": GTIN, "serial": "S-1"}, {"gtin": GTIN, "expires_on": DAY},
        {"sscc": UNIT},
        # In these a reader that doubts separators would see a second element, but for the order.
        {"gtin": GTIN, "lot": "L2126", "expires_on": DAY}, {"gtin": GTIN, "serial": "A1026", "expires_on": DAY},
        {"gtin": GTIN, "lot": "B21x", "serial": "S10x", "expires_on": DAY},
        {"gtin": GTIN, "lot": "!\"%&'*+,-./:;<=>?_aZ", "serial": "9" * 20, "expires_on": DAY},
        {"gtin": GTIN, "lot": "9" * 20, "serial": "z" * 20, "expires_on": "2049-12-31"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("media", ["60x40", "160x70"])
def test_what_is_printed_is_what_the_reader_hears(media: str, told: dict[str, str]) -> None:
    found = heard(render("gs1_label", told, media=media, dpi=203))
    key = gs1.Label(sscc=told.get("sscc", ""), gtin="" if "sscc" in told else told["gtin"])
    day = date.fromisoformat(told["expires_on"]) if "expires_on" in told else None
    whole = gs1.Label(
        told.get("gtin", ""), told.get("sscc", ""), told.get("lot", ""), told.get("serial", ""), expires_on=day
    )
    assert whole in found  # the DataMatrix
    assert [each for each in found if each not in (whole, key)] == []


@pytest.mark.parametrize("gtin", ["96385074", "036000291452", "6901234567892", "16901234567899"])
def test_every_length_of_a_number_is_that_number(gtin: str) -> None:
    found = heard(render("gs1_label", {"gtin": gtin, "lot": "A"}, media="60x40", dpi=300))
    assert {each.gtin for each in found} == {gtin.zfill(14)}
    assert gtin in gs1.lengths_of(found[0].gtin)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"gtin": "06901234567893"}, "gtin"), ({"gtin": ""}, "gtin"), ({"gtin": "0" * 14}, "gtin"),
        ({"gtin": "６９０１２３４５６７８９２"}, "gtin"), ({"gtin": "690123456789"}, "gtin"),
        ({"gtin": "", "sscc": UNIT[:-1] + "0"}, "sscc"), ({"sscc": UNIT}, "sscc"), ({"lot": "L" * 21}, "lot"),
        ({"lot": "批次一"}, "lot"), ({"lot": "A B"}, "lot"), ({"lot": "A\x1d21B"}, "lot"), ({"lot": "A(21)B"}, "lot"),
        ({"lot": "L2026\n"}, "lot"), ({"serial": "9" * 21}, "serial"), ({"serial": "[1]"}, "serial"),
        ({"expires_on": "31.01.2028"}, "expires_on"), ({"expires_on": "2028-02-30"}, "expires_on"),
        ({"expires_on": "2050-01-01"}, "expires_on"), ({"expires_on": "1999-12-31"}, "expires_on"),
        ({"code": "(01)06901234567892"}, "code"),
    ],
)  # fmt: skip
def test_what_gs1_cannot_say_is_refused_by_name(change: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        render("gs1_label", {**WHOLE, **change}, media="60x40", dpi=203)
    assert caught.value.field == field


def test_a_code_that_has_no_room_is_refused() -> None:
    narrow = starter("gs1_label", "60x40")
    for each in narrow["elements"]:
        if each["kind"] == "datamatrix":
            each |= {"w": 4, "h": 4}
    with pytest.raises(BarcodeDoesNotFit):
        render_template(require_template("gs1_label", "60x40", narrow), WHOLE, dpi=203)
    wide = {"id": "w", "kind": "barcode", "x": 0, "y": 20, "w": 150, "h": 10, "field": "code"}
    mark = {"id": "m", "kind": "text", "x": 0, "y": 0, "w": 30, "h": 5, "field": "reprint"}
    template = require_template("gs1_label", "150x40", {"elements": [wide, mark]})
    assert len(heard(render_template(template, WHOLE, dpi=300))) in (1, 2)
    with pytest.raises(BarcodeDoesNotFit):  # more than a GS1-128 may hold, however wide the label
        render_template(template, {**WHOLE, "lot": "1" * 20, "serial": "2" * 20}, dpi=600)


def test_a_template_says_it_in_any_code_and_words_of_its_own_are_not_gs1() -> None:
    places = {"qr": (0, 10, 30), "datamatrix": (40, 10, 30), "barcode": (0, 45, 150)}
    elements: list[dict[str, Any]] = [
        {"id": kind, "kind": kind, "x": x, "y": y, "w": w, "h": 30 if w == 30 else 10, "field": "code"}
        for kind, (x, y, w) in places.items()
    ]
    elements += [
        {"id": "m", "kind": "text", "x": 0, "y": 0, "w": 30, "h": 5, "field": "reprint"},
        {"id": "plain", "kind": "datamatrix", "x": 80, "y": 10, "w": 20, "h": 20, "field": "key", "words": "No "},
    ]
    template = require_template("gs1_label", "150x60", {"elements": elements})
    codes = codes_by_zxing(render_template(template, WHOLE, dpi=300))
    raw = f"01{GTIN}1728013110L2026\x1d21S-1"
    assert codes == {"]Q3" + raw, "]d2" + raw, "]C1" + raw, f"No (01){GTIN}"}


def test_a_plate_with_the_number_of_a_logistic_unit_says_so() -> None:
    for code in (UNIT, "00" + UNIT):
        label = render("lpn_label", {"code": code}, media="100x70", dpi=203)
        assert codes_by_zxing(label) == {"]d200" + UNIT, "]C100" + UNIT}
        assert UNIT in gs1.spellings("]C100" + UNIT)
    assert codes_by_zxing(render("lpn_label", {"code": UNIT[:-1] + "5"}, media="100x70", dpi=203)) == {UNIT[:-1] + "5"}


def test_the_samples_are_of_no_article_that_is_sold() -> None:
    assert sample("gs1_label", "usual")["gtin"].startswith("02")  # restricted circulation
    with pytest.raises((MissingField, DocumentError)):
        render("gs1_label", {}, media="60x40", dpi=203)
