"""Addresses: what could be two places is held and nothing is guessed."""
from __future__ import annotations

import csv
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from wms.orders.places.gazetteer import Place, edition, gazetteer
from wms.orders.places.judging import candidates, read_path
from wms.orders.places.phones import callable_number
from wms.orders.rules import Claim, audit_papers

TABLE = list(csv.DictReader((Path(__file__).parent / "addresses.csv").read_text(encoding="utf-8").splitlines()))
EDITION = sorted(edition())


ABOUT = {"country": "中国", "province": "", "city": "", "district": "", "address": "人民路 88 号"}


def problem(**told):
    """The code of the first problem, or ok."""
    about = {"recipient": "王芳", "phone": "13800138000", **ABOUT, **told}
    found = audit_papers(Claim(Decimal(1), Decimal(1), "CNY", **about))
    return found[0].code if found else "ok"


def test_a_table_of_addresses_as_they_come():
    assert len(TABLE) >= 300
    wrong = []
    for row in TABLE:
        told = {name: row[name] for name in row if name not in ("expected", "note")}
        if (said := problem(**told)) != row["expected"]:
            wrong.append((said, row))
    assert wrong == []


@pytest.mark.parametrize("name", ["王**", "王＊＊", "~王小明~cipher~"])
def test_a_name_that_is_hidden_needs_the_platforms_id(name):
    here = {"province": "浙江省", "city": "杭州市", "district": "西湖区", "recipient": name}
    assert (problem(**here), problem(**here, address_id="place")) == ("address_masked", "ok")


def test_every_ambiguous_district_of_the_gazetteer_is_held_when_it_stands_alone():
    by_name = defaultdict(set)
    for place in EDITION:
        by_name[place.district].add(place)
    ambiguous = [(name, place) for name, places in by_name.items() if len(places) > 1 for place in places]
    assert (len({name for name, _ in ambiguous}), len(ambiguous)) == (28, 64)
    for name, place in ambiguous:
        assert problem(district=name) == "address_incomplete"
        assert len(candidates("", "", name)) > 1
        assert read_path(f"{name}人民路 88 号") is None
        assert problem(district="", address=f"{name}人民路 88 号") == "address_incomplete"
        assert problem(province=place.province, city=place.city, district=name) == "ok"  # with all levels it is one


def test_every_place_is_itself_and_reads_as_itself():
    assert len(EDITION) == 2978
    for place in EDITION:
        assert candidates(place.province, place.city, place.district) == {place}
        read = read_path(f"{place.province} {place.city}{place.district} 人民路 88 号")
        assert read is not None
        assert (read.place, read.detail) == (place, "人民路 88 号")


def test_what_an_override_means_is_there():
    entries = {entry for found in gazetteer().provinces.values() for entry in found}
    written = {entry.written for entry in entries}
    assert [entry for entry in entries if entry.means not in written] == []
    several = Counter(entry.written for entry in entries)
    assert {place for place, times in several.items() if times > 1} >= {Place("浙江省", "杭州市", "江干区")}


@pytest.mark.parametrize(
    ("text", "place", "detail"),
    [
        ("浙江省杭州市西湖区文三路1号", "浙江省 杭州市 西湖区", "文三路1号"),
        ("浙江 杭州 西湖区, 文三路 1 号", "浙江省 杭州市 西湖区", "文三路 1 号"),
        ("北京市朝阳区建国路88号", "北京市 朝阳区", "建国路88号"),
        ("北京市 市辖区 朝阳区 建国路88号", "北京市 朝阳区", "建国路88号"),
        ("广东省东莞市长安镇长青南路303号", "广东省 东莞市", "长安镇长青南路303号"),
        ("湖北省仙桃市沔阳大道12号", "湖北省 仙桃市", "沔阳大道12号"),
        ("内蒙古锡林郭勒盟锡林浩特市那达慕大街2号", "内蒙古自治区 锡林郭勒盟 锡林浩特市", "那达慕大街2号"),
        ("杭州市西湖区文三路1号", None, ""),  # not a whole path
        ("朝阳区建国路88号", None, ""),
        ("浙江省杭州市文三路1号", None, ""),
        ("浙江省杭州市江干区庆春路1号", None, ""),  # two districts today
        ("吉林市船营区北京路89号", None, ""),  # the city, not the province and a city
        ("南京东路100号", None, ""),
    ],
)
def test_a_text_is_read_only_when_it_begins_with_exactly_one_whole_path(text, place, detail):
    read = read_path(text)
    assert (str(read.place), read.detail) == (place, detail) if place else read is None, read


def test_what_was_read_goes_along_and_nothing_is_put_in():
    told = Claim(
        Decimal(1), Decimal(1), "CNY", "王芳", "13800138000", "中国", "", "", "", "浙江省杭州市西湖区文三路 1 号"
    )
    [found] = audit_papers(told)
    assert found.params == {"missing": "province, city, district", "read": "浙江省 杭州市 西湖区"}


@pytest.mark.parametrize("phone", ["１３８００１３８０００", "138 0013 8000", "+86-13800138000", "(0571)88001234"])
def test_numbers_are_read_as_people_write_them(phone):
    assert callable_number(phone)
