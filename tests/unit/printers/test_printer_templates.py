"""Templates: what they may hold, what is refused and where, hostile text, and that every rule of text is kept."""
from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from printers import InvalidField, Label, MissingGlyph, TextDoesNotFit, UnknownDocument, UnknownMedia, zpl
from printers.templates import (
    MOST_ELEMENTS,
    SAMPLES,
    Problem,
    TemplateError,
    fields_of,
    read_template,
    render_template,
    require_template,
    sample,
    starter,
    templated,
    unreadable,
)
from printers.zpl_decode import decode

MEDIA = {
    "waybill": ("100x180", "100x150", "76x130"), "bin_label": ("100x50", "76x38"), "lpn_label": ("100x70", "100x150"),
    "tote_label": ("100x70", "60x40"), "sku_label": ("60x40", "70x50"),
    "gs1_label": ("60x40", "50x30"),
}  # fmt: skip
QR = {"id": "qr", "kind": "qr", "x": 60, "y": 10, "w": 30, "h": 30, "field": "code"}
MARK = {"id": "mark", "kind": "text", "x": 60, "y": 44, "w": 30, "h": 5, "field": "reprint"}
DATA = {"code": "T1"}


def png(width: int = 8, height: int = 8, colour: str = "black", **options: Any) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, options.pop("format", "PNG"))
    return base64.b64encode(buffer.getvalue()).decode()


def of(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"elements": [QR, MARK, *elements]}


def drawn(*elements: dict[str, Any], dpi: int = 203, **data: Any) -> Label:
    template = require_template("tote_label", "100x50", of(*elements))
    return render_template(template, {**DATA, **data}, dpi=dpi)


def text(**more: Any) -> dict[str, Any]:
    return {"id": "t", "kind": "text", "x": 2, "y": 2, "w": 50, "h": 40, "size": 8, "field": "name", **more}


def problems(body: object, document: str = "tote_label", media: str = "100x50") -> list[tuple[str, str]]:
    return [(each.element, each.code) for each in read_template(document, media, body)[1]]


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize(("document", "media"), [(name, media) for name in MEDIA for media in MEDIA[name]])
def test_what_a_template_begins_with_prints_its_usual_sample(document: str, media: str, dpi: int) -> None:
    template = require_template(document, media, starter(document, media))
    label = render_template(template, sample(document, "usual"), dpi=dpi)
    width, height = (int(mm) for mm in media.split("x"))
    assert (label.width_mm, label.height_mm, label.dpi) == (width, height, dpi)
    if dpi < 600:
        assert unreadable(template, sample(document, "usual"), label) == []


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("document", sorted(MEDIA))
def test_every_sample_prints_and_no_command_of_it_reaches_the_printer(document: str, name: str, locale: str) -> None:
    media = MEDIA[document][0]
    template = require_template(document, media, starter(document, media))
    label = render_template(template, sample(document, name, locale), dpi=203, on_missing="substitute")
    payload = zpl.encode(label.bitmap)
    assert (payload.count(b"^"), payload.count(b"~")) == (9, 0)
    assert np.array_equal(decode(payload)[0].bitmap[:, : label.width], label.bitmap)


def test_all_documents_with_a_code_can_be_arranged() -> None:
    assert set(templated()) == set(MEDIA)
    assert {"recipient.address", "cod", "qr", "reprint", "parcel_index"} <= set(fields_of("waybill"))
    assert not {"locale", "recipient", "pattern"} & (set(fields_of("waybill")) | set(fields_of("bin_label")))
    acts = (lambda: fields_of("packing_slip"), lambda: sample("rack_label", "usual"), lambda: starter("x", "60x40"))
    for act in acts:
        with pytest.raises(UnknownDocument):
            act()


@pytest.mark.parametrize("media", ["receipt-80", "10x10", "200x100", "100x400", "A4", "100x-5", "1e2x50"])
def test_only_labels_of_a_size_of_their_own(media: str) -> None:
    with pytest.raises(UnknownMedia):
        read_template("waybill", media, {"elements": []})


@pytest.mark.parametrize(
    "body", [None, [], "x", {}, {"elements": "x"}, {"elements": [], "code": "import os"}, {"elements": {}}]
)
def test_what_is_no_template(body: object) -> None:
    assert problems(body) == [("", "not_a_template")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"x": 60}, "outside"), ({"y": 11}, "outside"), ({"x": -0.1}, "bad_value"), ({"w": 0}, "bad_value"),
        ({"w": float("nan")}, "bad_value"), ({"h": float("inf")}, "bad_value"), ({"x": True}, "bad_value"),
        ({"x": "2"}, "bad_value"), ({"size": 1000}, "bad_value"), ({"size": 0.5}, "bad_value"),
        ({"smallest": 9}, "bad_value"), ({"rule": "cut"}, "bad_value"), ({"align": "justify"}, "bad_value"),
        ({"bold": 1}, "bad_value"), ({"kind": "script"}, "bad_value"), ({"words": "x" * 201}, "bad_value"),
        ({"field": "name.upper()"}, "unknown_field"), ({"field": "__class__"}, "unknown_field"),
        ({"field": "{code}"}, "unknown_field"), ({"field": ""}, "says_nothing"), ({"onclick": "x"}, "unknown_key"),
        ({"kind": "picture"}, "bad_picture"), ({"kind": "picture", "picture": "not base 64"}, "bad_picture"),
        ({"kind": "picture", "picture": png(format="GIF")}, "bad_picture"),
        ({"kind": "picture", "picture": png(1601, 2)}, "bad_picture"),
        ({"kind": "picture", "picture": png()[:40]}, "bad_picture"),
        ({"kind": "picture", "picture": "A" * 20_000}, "bad_picture"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_element_and_the_rest_is_drawn(change: dict[str, Any], code: str) -> None:
    body = of({**text(), **change}, text(id="fine"))
    assert problems(body) == [("t", code)]
    assert [each.id for each in read_template("tote_label", "100x50", body)[0].elements] == ["qr", "mark", "fine"]
    with pytest.raises(TemplateError) as caught:
        require_template("tote_label", "100x50", body)
    assert (caught.value.field, caught.value.problems[0].code) == ("t", code)


@pytest.mark.parametrize("name", [None, "", "a b", "x" * 25, "e1\n", 7, "<b>"])
def test_an_element_without_a_good_name_is_known_by_its_number(name: object) -> None:
    assert problems(of(text(id=name))) == [("#3", "bad_value")]


def test_what_a_label_must_have() -> None:
    assert problems({"elements": [MARK]}) == [("", "code_missing")]
    assert problems({"elements": [{**QR, "words": "X-"}, MARK]}) == [("", "code_missing")]
    assert problems({"elements": [QR]}) == [("", "reprint_missing")]
    assert problems({"elements": [QR, MARK, QR]}) == [("qr", "same_id")]
    assert problems({"elements": [QR, MARK, 7, {"id": "x"}]}) == [("#3", "not_an_element"), ("x", "missing")]
    lines = ({"id": f"l{n}", "kind": "line", "x": 1, "y": 1, "w": 1, "h": 1} for n in range(MOST_ELEMENTS))
    assert problems(of(*lines)) == [("", "too_many")]
    logos = ({"id": f"p{n}", "kind": "picture", "x": 1, "y": 1, "w": 5, "h": 5, "picture": png()} for n in range(7))
    assert problems(of(*logos)) == [("", "too_many_pictures")]


def test_text_that_is_too_long_shrinks_wraps_or_is_refused_by_its_rule() -> None:
    long = "一二三四五六七八九十"  # 80 mm wide at full size
    small, wrapped = drawn(text(), name=long), drawn(text(rule="wrap"), name=long)

    def rows(label: Label) -> int:
        return int(label.bitmap[:, : 8 * 55].any(axis=1).sum())

    assert rows(small) < 8 * 8 < rows(wrapped)
    for rule, words in (("refuse", long), ("shrink", long * 5), ("wrap", long * 40)):
        with pytest.raises(TextDoesNotFit) as caught:
            drawn(text(rule=rule), name=words)
        assert (caught.value.field, caught.value.element) == ("name", "t")
    assert np.array_equal(drawn(text(rule="refuse"), name="一二").bitmap, drawn(text(), name="一二").bitmap)


def test_each_property_changes_the_dots() -> None:
    plain = drawn(text(), name="一二").bitmap
    changes = [{"bold": True}, {"align": "right"}, {"middle": True}, {"inverted": True}, {"words": "三"}, {"size": 6}]
    for more in changes:
        assert not np.array_equal(drawn(text(**more), name="一二").bitmap, plain), more
    flag = {"id": "l", "kind": "line", "x": 2, "y": 30, "w": 50, "h": 0.5}
    assert not np.array_equal(drawn(flag).bitmap, drawn({**flag, "dashed": True}).bitmap)
    frame = {"id": "b", "kind": "box", "x": 2, "y": 2, "w": 50, "h": 40}
    assert drawn(frame).bitmap.sum() < drawn({**frame, "thickness": 2}).bitmap.sum()


def test_words_stand_before_the_field_and_vanish_with_it() -> None:
    blank = drawn().bitmap
    assert np.array_equal(drawn(text(words="店：")).bitmap, blank)
    assert np.array_equal(drawn(text(words="店：", inverted=True)).bitmap, blank)
    assert np.array_equal(drawn(text(words="店：甲", field="")).bitmap, drawn(text(words="店："), name="甲").bitmap)


def test_elements_at_every_edge_stay_on_the_label() -> None:
    for dpi in (203, 300, 600):
        box = {"id": "b", "kind": "box", "x": 0, "y": 0, "w": 100, "h": 50}
        corner = {"id": "l", "kind": "line", "x": 99.9, "y": 49.9, "w": 0.1, "h": 0.1}
        label = drawn(box, corner, dpi=dpi)
        assert label.bitmap[0].all()
        assert label.bitmap[-1, -1]


def test_a_logo_keeps_its_proportions_and_burns_what_is_dark() -> None:
    logo = {"id": "p", "kind": "picture", "x": 2, "y": 2, "w": 40, "h": 10, "picture": png(10, 10)}
    dots = drawn(logo).bitmap[:, : 8 * 45]
    assert dots.sum() == (10 * 8) ** 2
    assert not drawn({**logo, "picture": png(10, 10, "yellow")}).bitmap[:, : 8 * 45].any()


def test_what_cannot_be_drawn_names_field_and_element() -> None:
    with pytest.raises(MissingGlyph) as caught:
        drawn(text(), name="甲😀")
    assert (caught.value.field, caught.value.element) == ("name", "t")
    code = {"id": "c", "kind": "barcode", "x": 2, "y": 2, "w": 50, "h": 10, "field": "name"}
    with pytest.raises(InvalidField) as refused:
        drawn(code, name="甲")
    assert refused.value.element == "c"
    template = require_template("tote_label", "100x50", of(text(), {**code, "y": 30, "w": 10}, text(id="ok", h=5)))
    found: list[Problem] = []
    label = render_template(template, {**DATA, "name": "A" * 60}, dpi=203, problems=found)
    assert [(each.element, each.code) for each in found] == [
        ("t", "text_too_long"), ("c", "code_too_small"), ("ok", "text_too_long"),
    ]  # fmt: skip
    assert {code.text for code in zxingcpp.read_barcodes(label.image().convert("L"))} == {"T1"}


def test_a_code_that_something_lies_over_is_found_out() -> None:
    over = {"id": "l", "kind": "line", "x": 60, "y": 20, "w": 30, "h": 9}
    template = require_template("tote_label", "100x50", of(over))
    label = render_template(template, DATA, dpi=203)
    assert unreadable(template, DATA, label) == [Problem("qr", "unreadable", "T1")]


def test_a_reprint_looks_different() -> None:
    assert not np.array_equal(drawn().bitmap, drawn(reprint=1).bitmap)
