"""Where a parcel goes, as price tables and lists of places say it: 浙江, 浙江/杭州, 浙江/杭州/余杭, @France, *.

Names are compared without what kind of place they are (省, 市, 自治区, 区, 县): some shops write it, some do not.
`*` is everywhere at home, `@*` everywhere abroad. Pure.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

HOME = frozenset({"", "cn", "chn", "china", "prc", "中国", "中國"})
ABROAD = "@"
# Cities that are provinces: their districts stand below the city, whatever is written for it.
_OWN = frozenset({"北京", "上海", "天津", "重庆", "重慶"})
_NO_CITY = frozenset({"", "市辖区", "市轄區", "县", "縣"})
_KIND = re.compile(
    "(?:特别行政区|特別行政區|壮族自治区|壯族自治區|回族自治区|回族自治區|维吾尔自治区|維吾爾自治區|自治区|自治區"
    "|省|市|地区|地區|盟|新区|新區|区|區|县|縣|旗)$"
)
Key = tuple[str, ...]


@lru_cache(maxsize=20_000)
def plain(name: str) -> str:
    """A name without what kind of place it is, unless hardly anything would be left (沙县, 东区)."""
    name = "".join(name.split())
    short = _KIND.sub("", name)
    return short if len(short) > 1 else name


def key_of(place: str) -> Key:
    """What is written in a list, as it is compared. Raises ValueError for what names no place."""
    text = place.strip()
    abroad = text.startswith(ABROAD)
    parts = [plain(part) for part in text.removeprefix(ABROAD).split("/")]
    if not text or not all(parts) or len(parts) > (2 if abroad else 3):
        raise ValueError(place)
    if abroad:
        return (ABROAD,) if parts == ["*"] else (ABROAD, *(part.casefold() for part in parts))
    if parts == ["*"]:
        return ("",)
    if parts[0] in _OWN and len(parts) == 2 and parts[1] != parts[0]:
        parts = [parts[0], parts[0], parts[1]]
    return ("", *parts)


@lru_cache(maxsize=50_000)
def keys_of(country: str, province: str, city: str, district: str) -> tuple[Key, ...]:
    """The keys of all that an address lies in, the narrowest first."""
    if country.strip().casefold() not in HOME:
        land = plain(country).casefold()
        wide = [(ABROAD, land, plain(province).casefold())] if province.strip() else []
        return (*wide, (ABROAD, land), (ABROAD,))
    names = [plain(province), plain(city), plain(district)]
    if names[0] in _OWN and (city.strip() in _NO_CITY or names[1] != names[0]):
        names[1] = names[0]
    filled = names[: next((at for at, name in enumerate(names) if not name), len(names))]
    return tuple(("", *filled[:deep]) for deep in range(len(filled), -1, -1))


def narrowest(keys: Sequence[Key], known: Iterable[Key]) -> int:
    """How narrow the narrowest of `known` is in which the address lies: 0 the whole country, -1 in none."""
    return max((len(key) - 1 for key in set(known).intersection(keys)), default=-1)
