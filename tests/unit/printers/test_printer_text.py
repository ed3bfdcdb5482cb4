"""Fonts, line breaking and fitting."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from printers import FontNotFound, TextDoesNotFit
from printers.barcodes import CODE128_QUIET, QR_QUIET, code128, qr
from printers.bitmap import Canvas
from printers.fonts import find_fonts, printable
from printers.glyphs import family_of
from printers.layout import Box, Pen, Style, wrap


def test_missing_lists_each_character_once_in_order() -> None:
    fonts = find_fonts()
    assert fonts.missing("中文 ABC 𠮷 ￥，。㐀") == []
    assert fonts.missing("a😀b🚚😀") == ["😀", "🚚"]
    assert fonts.missing("שלוםمرحبا") == list("שלוםمرحبا"), "right to left is refused, not printed backwards"


def test_simplified_and_traditional_use_different_faces() -> None:
    assert find_fonts("zh_Hans") is find_fonts("zh_Hans")
    hans, hant = find_fonts("zh_Hans").regular[0], find_fonts("zh_Hant").regular[0]
    assert hans.path == hant.path
    assert hans.index != hant.index


def test_a_font_named_by_the_administrator_is_used_or_refused(tmp_path: Path) -> None:
    path = find_fonts().regular[0].path
    assert find_fonts(configured=path).bold[0].embolden
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"not a font")
    for name in (str(broken), str(tmp_path / "absent.ttf")):
        with pytest.raises(FontNotFound, match="WMS_FONT"):
            find_fonts(configured=name)


def test_the_packaged_font_serves_where_the_system_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "noto_cjk_sans_otc"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "NotoSansCJK-Regular.ttc").symlink_to(find_fonts().regular[0].path)
    monkeypatch.setattr("printers.fonts._SYSTEM", ())
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "noto_cjk_sans_otc", raising=False)
    found = find_fonts.__wrapped__("zh_Hans", "")
    assert found.regular[0].path == str(package / "NotoSansCJK-Regular.ttc")
    assert found.missing("简体𠮷") == []


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a\tb\r\nc\u2028d", "a b c d"),
        ("\x1b@\x10\x04\x01\x00A\x7f\x9b", "@A"),
        ("12\u202e34\u202c\u200b5\ufeff", "12345"),
        ("e\u0301", "é"),
        ("葛\U000e0100城", "葛城"),
        ("神\ufa19", "神\ufa19"),
    ],
)
def test_printable(text: str, drawn: str) -> None:
    assert printable(text) == drawn


@pytest.mark.parametrize("character", "中龘8WŁ")
@pytest.mark.parametrize("size", [20, 60, 120])
def test_bold_by_thickening_is_solid(character: str, size: int) -> None:
    fonts = find_fonts(configured=find_fonts().regular[0].path)
    (thin,), (thick,) = (family_of(fonts, bold).glyphs(character, size) for bold in (False, True))
    x, y = thin.left - thick.left, thin.top - thick.top
    covering = thick.dots[y : y + thin.rows, x : x + thin.columns]
    assert covering.sum() >= thin.dots.sum()
    assert (covering | ~thin.dots).mean() > 0.99, "it covers the thin one, so it has no hollow strokes"
    assert thick.dots.sum() > thin.dots.sum()


def test_lines_break_as_chinese_and_english_do() -> None:
    def broken(text: str, width: int) -> list[str]:
        return wrap(text, [10 if c >= "\u2e80" else 5 for c in text], width)

    assert broken("上海市浦东新区", 30) == ["上海市", "浦东新", "区"]
    assert broken("上海市，浦东", 30) == ["上海", "市，浦", "东"], "no comma at the start of a line"
    assert broken("上海（浦东）", 30) == ["上海", "（浦", "东）"], "no bracket left open at the end"
    assert broken("red apple pie", 35) == ["red", "apple", "pie"]
    assert broken("ABCDEFGHIJ", 20) == ["ABCD", "EFGH", "IJ"], "a word too long is broken anywhere"
    assert "".join(broken("中文 mixed 文字，OK", 25)).replace(" ", "") == "中文mixed文字，OK"


def _pen(width: int = 400, height: int = 100) -> Pen:
    return Pen(Canvas(width, height), find_fonts(), 203)


def test_text_shrinks_then_wraps_then_refuses() -> None:
    box = Box(0, 0, 400, 100)
    style = Style(5, 2, lines=2)
    assert _pen().text("f", "短", box, style) == 40
    shrunk = _pen().text("f", "长一点的文字长一点的文字", box, Style(5, 2))
    assert 16 <= shrunk < 40
    assert _pen().text("f", "长一点的文字" * 3, box, style) > 40
    with pytest.raises(TextDoesNotFit) as caught:
        _pen().text("f", "长一点的文字" * 20, box, style)
    assert caught.value.field == "f"


def test_text_stays_inside_its_box() -> None:
    pen = _pen(500, 200)
    pen.text("f", "国家標準永龘" * 6, Box(50, 50, 300, 100), Style(4, 2, lines=4, bold=True))
    assert pen.canvas.dots.any()
    pen.canvas.dots[48:152, 48:352] = False
    assert not pen.canvas.dots.any()


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_barcodes_have_whole_modules_and_quiet_zones(dpi: int) -> None:
    bars = code128("f", "78912345678901", width=2000, height=9, dpi=dpi)[0]
    first = int(bars.argmax())
    # Every Code 128 begins with a bar of two modules.
    module = int((~bars[first:]).argmax()) // 2
    assert first == CODE128_QUIET * module
    assert not bars[-CODE128_QUIET * module :].any()
    square = qr("f", "78912345678901", side=600, dpi=dpi)
    quiet = int(square.any(axis=0).argmax())
    assert quiet % QR_QUIET == 0
    assert not square[:quiet].any()
    assert not square[-quiet:].any()
