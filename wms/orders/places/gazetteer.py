"""The places of China by every name in use: what paths a province, a city and a district can stand for together.

Nothing here prefers one place to another. A name that fits two places is two places, and whoever asks holds the order.
"""
from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "china"
# Where no districts are: the one area of such a city has the city's name, and buyers name a town or nothing.
WITHOUT_DISTRICTS = ("东莞市", "中山市", "儋州市", "嘉峪关市")
DIRECT = frozenset({"省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级行政单位", "省直辖", "直辖县级"})
MUNICIPAL = frozenset({"市辖区", "县", "市辖县"})
# Not of the edition's 31: their addresses have other levels, and go by the rule for abroad.
BEYOND = frozenset(
    {"香港特别行政区", "香港", "澳门特别行政区", "澳门", "台湾省", "台湾", "台灣", "臺灣", "澳門", "香港特別行政區",
     "澳門特別行政區", "台灣省", "臺灣省"}
)  # fmt: skip
PEOPLES = (
    "壮族|回族|维吾尔|维吾尔族|蒙古|蒙古族|藏族|苗族|侗族|土家族|布依族|彝族|朝鲜族|满族|瑶族|白族|傣族|景颇族|傈僳族|"
    "哈尼族|黎族|哈萨克|哈萨克族|柯尔克孜|畲族|水族|仡佬族|羌族|佤族|拉祜族|纳西族|布朗族|锡伯|锡伯族|达斡尔族|鄂温克族|"
    "撒拉族|东乡族|保安族|裕固族|土族|仫佬族|毛南族|独龙族|怒族|普米族|塔吉克|塔吉克族|各族"
)
_PEOPLE = re.compile(rf"(?:{'|'.join(sorted(PEOPLES.split('|'), key=len, reverse=True))})+(自治[区州县旗])$")
_KINDS = {
    "province": ("自治区", "省", "市"),
    "city": ("自治州", "地区", "市", "盟"),
    "district": ("自治县", "自治旗", "新区", "林区", "区", "县", "市", "旗"),
}
_SHORT = {"自治州": "州", "自治县": "县", "自治旗": "旗"}


@dataclass(frozen=True, order=True)
class Place:
    """A district (county, county-level city, banner) by its full names."""

    province: str
    city: str
    district: str

    def __str__(self) -> str:
        return " ".join(dict.fromkeys((self.province, self.city, self.district)))


@dataclass(frozen=True)
class Entry:
    """One way to write a place: the full names as written, and the place that is meant."""

    written: Place
    means: Place


@dataclass
class Gazetteer:
    """Entries by each name of each of their levels. A set that is empty: nobody knows such a name there.

    `inner` has the entries whose district may stand where the city is asked for (北京 / 朝阳区, 湖北 / 仙桃市).
    """

    provinces: dict[str, set[Entry]] = field(default_factory=lambda: defaultdict(set))
    cities: dict[str, set[Entry]] = field(default_factory=lambda: defaultdict(set))
    districts: dict[str, set[Entry]] = field(default_factory=lambda: defaultdict(set))
    inner: dict[str, set[Entry]] = field(default_factory=lambda: defaultdict(set))
    towns: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, entry: Entry, *, own: bool) -> None:
        """Take an entry in under all its names; `own`: it is of the edition, not of the overrides."""
        written = entry.written
        for name in province_names(written.province):
            self.provinces[name].add(entry)
        for name in city_names(written):
            self.cities[name].add(entry)
        # What the overrides call a district is called so: "高新区" has no shorter form that means it.
        shown = names("district", written.district) if own else {written.district}
        for name in shown:
            self.districts[name].add(entry)
        if own and (municipal(written) or direct(written) or written.district.endswith("市")):
            for name in shown:
                self.inner[name].add(entry)


def plain(name: str) -> str:
    """A name without what makes no difference: width, spaces, dots."""
    return re.sub(r"[\s·,，、/]+", "", unicodedata.normalize("NFKC", name))


def municipal(place: Place) -> bool:
    """Whether its province is a city itself."""
    return place.province == place.city


def direct(place: Place) -> bool:
    """Whether it stands directly under its province."""
    return place.city == place.district and place.city not in WITHOUT_DISTRICTS


@cache
def names(level: str, full: str) -> frozenset[str]:
    """A full name and its shorter forms: without the people that an autonomous place is named for, without its kind."""
    found = {full}
    kind = next((kind for kind in _KINDS[level] if full.endswith(kind)), "")
    stem = full.removesuffix(kind)
    if kind.startswith("自治"):
        bare = _PEOPLE.sub("", full)
        # Not 鄂伦春自治旗, which is nothing but its people; and 内蒙古 is no "内" of the Mongolians.
        stem = bare if bare != full and len(bare) >= 2 else stem
        if kind in _SHORT:
            found.add(stem + _SHORT[kind])
    if kind and len(stem) >= 2:
        found.add(stem)
    return frozenset(found)


def province_names(full: str) -> frozenset[str]:
    """As `names`; buyers call an autonomous region a province too."""
    found = names("province", full)
    return found | {min(found, key=len) + "省"} if full.endswith("自治区") else found


def city_names(place: Place) -> frozenset[str]:
    """What may stand in the city's field for this place."""
    if municipal(place):
        return names("province", place.province) | MUNICIPAL
    if direct(place):
        return names("district", place.district) | DIRECT
    return names("city", place.city)


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer, read once (some 40 ms)."""
    found = Gazetteer()
    for place in edition():
        found.add(Entry(place, place), own=True)
    for entry in _overrides(found):
        found.add(entry, own=False)
    cities = {row["code"]: row["name"] for row in _rows("cities.csv")}
    for row in _rows("towns.csv"):
        found.towns[cities[row["city"]]] |= {row["name"], re.sub("(街道|镇)$", "", row["name"])}
    return found


def edition() -> Iterator[Place]:
    """Every district of the edition, as it stands there but for what it calls 市辖区 and 省直辖."""
    provinces = {row["code"]: row["name"] for row in _rows("provinces.csv")}
    cities = {row["code"]: row["name"] for row in _rows("cities.csv")}
    for row in _rows("areas.csv"):
        province, city = provinces[row["code"][:2]], cities[row["code"][:4]]
        if city in MUNICIPAL:
            city = province
        elif city in DIRECT:
            city = row["name"]
        yield Place(province, city, row["name"])


def _overrides(found: Gazetteer) -> Iterator[Entry]:
    """Each row is a way to write a place; one that stands for several places of today is as many entries."""
    for row in _rows("overrides.csv"):
        written = Place(row["province"], row["city"], row["district"])
        for meant in row["stands_for"].split("|"):
            *city, district = meant.split() or [row["district"]]
            yield Entry(written, Place(row["province"], city[0] if city else row["city"], district))


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
