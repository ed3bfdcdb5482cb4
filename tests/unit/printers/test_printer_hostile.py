"""Hostile names, and all the characters Chinese people have: printed or refused, never boxes, never commands."""

from __future__ import annotations

from itertools import islice

import pytest

from printers import render
from printers.bench_hostile import hostile_run, hostile_texts
from printers.characters import gb2312, general_standard, report, unprintable
from printers.fonts import Fonts, find_fonts

SOME = 60  # ten thousand are run by `make bench-print`


def test_hostile_buyers_are_printed_or_refused() -> None:
    """No command, no crash; and no face draws a character it lacks, which would be an empty box."""
    result = hostile_run(SOME)
    assert (result["commands"], result["crashes"], result["boxes"]) == ([], [], [])
    assert set(result["refused"]) <= {
        f"{kind} {field}"
        for kind in ("TextDoesNotFit", "MissingField")
        for field in (
            "waybill recipient.name", "waybill recipient.address", "packing_slip recipient", "packing_slip footer",
        )
    }  # fmt: skip
    assert result["printed"] == 2 * SOME - sum(result["refused"].values())
    assert result["printed"] > SOME
    assert result["substituted"]


def test_what_would_be_a_box_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every face had every character: then boxes are drawn, and the run says so."""
    monkeypatch.setattr(Fonts, "missing", lambda *_: [])
    assert hostile_run(5, seed=7)["boxes"]


def test_hostile_texts_are_as_bad_as_they_should_be() -> None:
    texts = "".join(islice(hostile_texts(), 500))
    for bad in ("^XA", "~JA", "\x1b@", "\x10\x14", "\u202e", "📦", "ש", "\x00"):
        assert bad in texts
    assert max(len(text.encode("utf-8", "surrogatepass")) for text in islice(hostile_texts(), 500)) >= 10_240


def test_all_that_must_print_in_china_does() -> None:
    """GB/T 2312 and 通用规范汉字表: each has ink that is not that of a missing one, and nothing stands for it."""
    assert (len(gb2312()), len(set(general_standard()))) == (682 + 6763, 8105)
    assert {"㑇", "𬱖", "𫖯", "齄"} & set(general_standard()) == {"㑇", "𬱖", "𫖯"}
    found = report()
    assert (found["unprintable"], found["gb2312"], found["general_standard"]) == ({}, 7445, 8105)


def test_what_does_not_print_is_named() -> None:
    assert unprintable("字📦\u3000ש", find_fonts()) == {"📦": "missing", "ש": "missing"}


def test_all_of_them_come_out_on_paper() -> None:
    characters = "".join(dict.fromkeys(gb2312() + general_standard())).replace("\u3000", "")
    texts = [characters[at : at + 24] for at in range(0, len(characters), 24)]
    lines = [{"sku": str(at), "name": text, "qty": 1} for at, text in enumerate(texts)]
    for at in range(0, len(lines), 80):
        slip = {"shop": "字", "order_number": "GB2312", "recipient": "字", "lines": lines[at : at + 80]}
        assert render("packing_slip", slip, media="receipt-80", dpi=203).substituted == ()


@pytest.mark.parametrize("locale", ["zh_Hans", "zh_Hant"])
def test_the_basic_chinese_blocks_are_complete(locale: str) -> None:
    """All unified ideographs of Unicode 11 in their first block and extension A, and 通用规范汉字表 beyond."""
    fonts = find_fonts(locale)
    blocks = [(0x4E00, 0x9FEF), (0x3400, 0x4DB5)]
    assert fonts.missing(f"𠮷{general_standard()}") == []
    assert fonts.missing("".join(chr(code) for first, last in blocks for code in range(first, last + 1))) == []
