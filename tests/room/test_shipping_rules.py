"""How a parcel's data reads on its documents, without a database."""
from __future__ import annotations

import pytest

from wms.shipping.carriers import Party, Request
from wms.shipping.carriers.own_fleet import route_code, sorting_code
from wms.shipping.rules import Piece, barcode_text, full_address, items_summary, label_locale, note, slip_lines


@pytest.mark.parametrize(
    ("country", "locale"),
    [("", "zh_Hans"), ("CN", "zh_Hans"), ("中国", "zh_Hans"), ("Hong Kong", "zh_Hant"), ("United Kingdom", "en")],
)
def test_captions_follow_the_country(country, locale):
    assert label_locale(country) == locale


def test_contents_name_three_and_count_the_rest():
    pieces = [Piece(f"S{n}", f"Thing {n}", n) for n in range(1, 6)]
    assert items_summary(pieces) == "Thing 1 ×1; Thing 2 ×2; Thing 3 ×3; +9"
    assert items_summary([Piece("S", "x" * 40, 1)]) == "x" * 23 + "… ×1"


def test_slip_of_a_huge_order_says_how_much_it_leaves_out():
    pieces = [Piece(f"S{n}", f"Thing {n}", 2) for n in range(400)]
    listed = slip_lines(pieces)
    assert len(listed) == 151
    assert (listed[-1].name, sum(piece.qty for piece in listed)) == ("+250", 800)


def test_long_remark_shows_that_it_was_cut():
    assert note("a" * 80) == "a" * 59 + "…"
    assert note(" two\n lines ") == "two lines"


def test_address_names_each_part_once():
    assert full_address("浙江省", "杭州市", "西湖区", "杭州市西湖区文三路 1 号") == "浙江省杭州市西湖区文三路 1 号"
    assert full_address("United Kingdom", "", "Leeds", "", "1 High St") == "United Kingdom, Leeds, 1 High St"


def test_barcode_carries_the_parcel_where_the_order_number_has_no_bars():
    assert barcode_text("536365", "P1") == "536365"
    assert barcode_text("订单-1", "P1") == "P1"
    assert barcode_text("1" * 40, "P1") == "P1"


@pytest.mark.parametrize(
    ("parts", "route"),
    [
        ({"city": "杭州市", "district": "西湖区", "province": "浙江省"}, "杭州市 西湖区"),
        ({"city": "上海市", "district": "上海市"}, "上海市"),
        ({"country": "United Kingdom"}, "United Kingdom"),
        ({}, "LOCAL"),
    ],
)
def test_route_code_is_the_nearest_place_known(parts, route):
    to = Party("N", "1", "A", postcode="ab1 2cd", **parts)
    request = Request("k", 1, "own_fleet", "P1", "O1", 100, to, Party("W", "", ""))
    assert route_code(request) == route
    assert sorting_code(request) == "AB12"
