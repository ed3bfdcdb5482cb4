"""What is wrong with an address in China, and what a text reads as. Held is what could be two places; none is guessed.

The detail is what stands beside province, city and district: street and number, village, building.
"""
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from wms.orders.places.gazetteer import (
    BEYOND,
    DIRECT,
    MUNICIPAL,
    WITHOUT_DISTRICTS,
    Entry,
    Place,
    city_names,
    direct,
    gazetteer,
    municipal,
    names,
    plain,
)
from wms.orders.places.phones import callable_number

SHOWN = 4  # places that a text names of those that may be meant

Wrong = tuple[str, dict[str, Any]]  # code and parameters of a problem

# Platforms wrap ciphertext in a sign of theirs (~…~1~, $…$1$, ##…##), or give bare base64.
_CIPHER = re.compile(r"([~$#@]).{6,}\1|[A-Za-z0-9+/=_\-]{40,}")
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百]+(?:号|弄|组|队|栋|幢|楼|层|巷|区|期|座|单元)")
_SPOT = re.compile(
    "[村组屯寨庄湾冲坳坪营]|小区|社区|花园|家园|花苑|大厦|广场|商场|大学|学院|中学|小学|学校|幼儿园|医院|卫生院|酒店|宾馆|饭店|"
    "公司|集团|工厂|市场|超市|商店|驿站|门店|专卖店|园区|产业园|科技园|工业园|公寓|宿舍|单元|新城|公馆|山庄|雅苑|华庭|名邸|部队|"
    "码头|机场|车站|火车站|地铁站|银行|信用社|邮局|派出所|政府|委员会|服务中心|中心|农场|林场|牧场|连队|团场|苏木|嘎查|工地|仓库|"
    "海关|法院|检察院|税务局|供电所|加油站|收费站|博物馆|图书馆|体育馆|公园|寺|厂区|厂$|店$|府$|苑$|城$|里$|院$"
)
_LETTERS = re.compile(r"[^\W\d_]")
# What stands at the end of a number, or of a level of the address: no name of anything by itself.
_UNITS = re.compile(r"[号弄栋幢楼层室座组巷单元期区院门#\-\s]")
_JUNK = re.compile(r"测试|同上|见备注|看备注|不要发|勿发|客服|asdf|^test|待定|不详|随便", re.IGNORECASE)
_ROAD = re.compile(r"[路街道场巷弄]|大道|公路|胡同")


@dataclass(frozen=True)
class Read:
    """A text that begins with exactly one whole path, taken apart."""

    place: Place
    detail: str


def veiled(value: str) -> bool:
    """Whether a value is hidden by its platform: masked with stars, or ciphertext."""
    return "*" in value or "＊" in value or bool(_CIPHER.fullmatch(value.strip()))


def check(
    province: str, city: str, district: str, detail: str, phone: str, address_id: str, recipient: str
) -> list[Wrong]:
    """What is wrong with an address whose fields are all filled. A platform's hidden values are its own to know,
    where it gives an id of the address; without one nobody could deliver to stars."""
    hidden = [value for value in (recipient, detail, phone) if veiled(value)]
    if hidden and not address_id.strip():
        return [("address_masked", {})]
    found: list[Wrong | None] = []
    if not any(veiled(value) for value in (province, city, district)):
        found.append(check_place(province, city, district, detail if not veiled(detail) else ""))
    if not veiled(detail) and not any(found):
        found.append(check_detail(province, city, district, detail))
    if not veiled(phone) and not callable_number(phone):
        found.append(("phone_invalid", {}))
    return [each for each in found if each]


def needs_district(province: str, city: str) -> bool:
    """Whether an address lacks something when its district is empty: not where a city has none (东莞, 仙桃)."""
    return not candidates(province, city, "")


def beyond(province: str) -> bool:
    """Whether it is Hong Kong, Macao or Taiwan, whose addresses go by the rule for abroad."""
    return plain(province) in BEYOND


def check_place(province: str, city: str, district: str, detail: str) -> Wrong | None:
    """Whether the levels name exactly one place, and the detail begins with no other one."""
    found = candidates(province, city, district)
    given = " ".join(each.strip() for each in (province, city, district) if each.strip())
    if len(found) > 1:
        return "address_ambiguous", {"given": given, "places": _listed(found)}
    if not found:
        return _unknown(province, city, district) or _contradicting(given, district)
    other = _other(next(iter(found)), detail)
    return ("address_contradicts", {"given": given, "places": other}) if other else None


@lru_cache(maxsize=10_000)
def candidates(province: str, city: str, district: str) -> frozenset[Place]:
    """The places that all filled levels agree on."""
    book = gazetteer()
    within = _fitting(province)
    c, d = plain(city), plain(district)
    there = within & book.cities.get(c, set()) if c else within
    if d:
        found = {entry.means for entry in there & book.districts.get(d, set())}
        return frozenset(found or _by_town(within, c, d))
    # No district: there is none in such a city, or what stands for the city is one.
    return frozenset(entry.means for entry in there if entry.written.district == entry.written.city)


def _fitting(province: str) -> set[Entry]:
    book = gazetteer()
    p = plain(province)
    return book.provinces.get(p, set()) if p else set().union(*book.provinces.values())


def _by_town(within: set[Entry], city: str, town: str) -> set[Place]:
    """The district stands in the city's field, and a town or a ring road in the district's (京东 writes so)."""
    book = gazetteer()
    for each in WITHOUT_DISTRICTS:
        if city in names("city", each):
            here = {entry.means for entry in within & book.cities.get(city, set())}
            return here if town in {*book.towns[each], *MUNICIPAL, "其他区", "其它区"} else set()
    if town in book.districts:  # that is a district, and it is not there
        return set()
    return {entry.means for entry in within & book.inner.get(city, set())}


def _unknown(province: str, city: str, district: str) -> Wrong | None:
    """The first level whose name is none of any place."""
    book = gazetteer()
    known = (
        (province, book.provinces.keys()), (city, book.cities.keys() | book.inner.keys()),
        (district, book.districts.keys() | {name for towns in book.towns.values() for name in towns}),
    )  # fmt: skip
    strange = (name.strip() for name, ours in known if name.strip() and plain(name) not in ours)
    return next((("address_unknown", {"name": name}) for name in strange), None)


def _contradicting(given: str, district: str) -> Wrong:
    elsewhere = {entry.means for entry in gazetteer().districts.get(plain(district), set())}
    return "address_contradicts", {"given": given, "places": _listed(elsewhere)}


def _other(place: Place, detail: str) -> str:
    """What the detail begins with, if that is another place than the levels name."""
    read = read_path(detail)
    if read and read.place != place:
        return str(read.place)
    text = plain(detail)
    book = gazetteer()
    for name in _begins(text, book.provinces):
        if place.province not in {entry.means.province for entry in book.provinces[name]} and _is_full(name):
            return name
    inside = _inside(place.province, place.city)
    return next((name for name in _begins(text, inside) if place not in inside[name]), "")


@cache
def _inside(province: str, city: str) -> dict[str, set[Place]]:
    """The districts of a city by their names as written; not 城区 and the like, with which a detail may well begin."""
    found: dict[str, set[Place]] = {}
    for entry in gazetteer().provinces[province]:
        if entry.means.city == city and len(entry.written.district) > 2:
            found.setdefault(entry.written.district, set()).add(entry.means)
    return found


def _is_full(name: str) -> bool:
    return name.endswith(("省", "市", "自治区"))


def _begins(text: str, known: Iterable[str]) -> list[str]:
    """The names that the text begins with, the longest first; not those that are part of a road's (南京西路)."""
    found = [name for name in known if text.startswith(name) and not _ROAD.match(text[len(name) :])]
    return sorted(found, key=len, reverse=True)


def _listed(places: Iterable[Place]) -> str:
    ordered = sorted(places)
    return "；".join(str(place) for place in ordered[:SHOWN]) + ("…" if len(ordered) > SHOWN else "")


def check_detail(province: str, city: str, district: str, detail: str) -> Wrong | None:
    """Whether somebody could find it: a name and a number, or a place that is known by its name."""
    text = plain(detail)
    for name in (province, city, district):  # many write it all again
        text = text.removeprefix(plain(name))
    named = len(_LETTERS.findall(_UNITS.sub("", text)))
    found = (_NUMBER.search(text) and named >= 2) or (_SPOT.search(text) and len(text) >= 3)
    return None if found and not _JUNK.search(text) else ("address_vague", {})


def read_path(text: str) -> Read | None:
    """The one whole path that a text begins with, and the rest; None when there is none, or when it could be two.

    A whole path is province, city and district: a municipality's province is its city too, and where a county stands
    directly under its province the city is left out.
    """
    wanted = plain(text)
    book = gazetteer()
    found: dict[Place, int] = {}
    for province in _begins(wanted, book.provinces):
        for entry in book.provinces[province]:
            end = _after(wanted, len(province), entry)
            if end:
                found[entry.means] = max(end, found.get(entry.means, 0))
    longest = max(found.values(), default=0)
    places = [place for place, end in found.items() if end == longest]
    return Read(places[0], _rest(text, longest)) if len(places) == 1 else None


def read_fields(province: str, city: str, district: str, detail: str) -> Read | None:
    """What an address reads as whose levels are not all filled: they and the detail, as one text."""
    if any(veiled(value) for value in (province, city, district, detail)):
        return None
    return read_path(" ".join(value for value in (province, city, district, detail) if value.strip()))


def _after(text: str, start: int, entry: Entry) -> int:
    """Where the path of this entry ends in the text, 0 where the text does not have it. The district in full."""
    written = entry.written
    skips = city_names(written) - DIRECT
    begins = {start + len(name) for name in skips if text.startswith(name, start)}
    if municipal(written) or direct(written):
        begins.add(start)
    ends = [at + len(written.district) for at in begins if text.startswith(written.district, at)]
    if written.district in WITHOUT_DISTRICTS:
        ends += begins
    return max(ends, default=0)


def _rest(text: str, count: int) -> str:
    """The text after so many of the characters that `plain` keeps."""
    place = 0
    while count and place < len(text):
        count -= len(plain(text[place]))
        place += 1
    return text[place:].strip(" ,，、/·")
