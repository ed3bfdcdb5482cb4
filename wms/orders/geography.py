"""Where places of China lie, roughly: the seats of the provinces and of the cities that most parcels go to.

Degrees north and east, to a tenth: good enough to say which of a few warehouses is the nearest.
"""
from __future__ import annotations

import math

from wms.core.places import Key, plain

Point = tuple[float, float]
_WORDS = """
北京 39.9 116.4, 天津 39.1 117.2, 河北 38.0 114.5, 山西 37.9 112.5, 内蒙古 40.8 111.7, 辽宁 41.8 123.4, 吉林 43.9 125.3,
黑龙江 45.8 126.5, 上海 31.2 121.5, 江苏 32.1 118.8, 浙江 30.3 120.2, 安徽 31.8 117.2, 福建 26.1 119.3, 江西 28.7 115.9,
山东 36.7 117.0, 河南 34.7 113.6, 湖北 30.6 114.3, 湖南 28.2 112.9, 广东 23.1 113.3, 广西 22.8 108.4, 海南 20.0 110.3,
重庆 29.6 106.5, 四川 30.7 104.1, 贵州 26.6 106.7, 云南 25.0 102.7, 西藏 29.7 91.1, 陕西 34.3 108.9, 甘肃 36.1 103.8,
青海 36.6 101.8, 宁夏 38.5 106.3, 新疆 43.8 87.6, 台湾 25.0 121.5, 香港 22.3 114.2, 澳门 22.2 113.5,
河北/唐山 39.6 118.2, 河北/保定 38.9 115.5, 河北/廊坊 39.5 116.7, 山西/大同 40.1 113.3, 内蒙古/包头 40.7 109.8,
内蒙古/赤峰 42.3 118.9, 辽宁/大连 38.9 121.6, 吉林/延边朝鲜族自治州 42.9 129.5, 黑龙江/齐齐哈尔 47.3 123.9,
江苏/苏州 31.3 120.6, 江苏/无锡 31.5 120.3, 江苏/常州 31.8 119.9, 江苏/南通 32.0 120.9, 江苏/徐州 34.3 117.2,
江苏/连云港 34.6 119.2, 浙江/宁波 29.9 121.6, 浙江/温州 28.0 120.7, 浙江/嘉兴 30.8 120.8, 浙江/金华 29.1 119.6,
浙江/台州 28.7 121.4, 浙江/绍兴 30.0 120.6, 安徽/芜湖 31.3 118.4, 安徽/阜阳 32.9 115.8, 福建/厦门 24.5 118.1,
福建/泉州 24.9 118.6, 江西/赣州 25.8 114.9, 山东/青岛 36.1 120.4, 山东/烟台 37.5 121.4, 山东/临沂 35.1 118.3,
山东/潍坊 36.7 119.1, 河南/洛阳 34.6 112.4, 河南/南阳 33.0 112.5, 湖北/宜昌 30.7 111.3, 湖北/襄阳 32.0 112.1,
湖南/衡阳 26.9 112.6, 广东/深圳 22.5 114.1, 广东/东莞 23.0 113.7, 广东/佛山 23.0 113.1, 广东/惠州 23.1 114.4,
广东/汕头 23.4 116.7, 广东/湛江 21.3 110.4, 广西/桂林 25.3 110.3, 广西/柳州 24.3 109.4, 海南/三亚 18.3 109.5,
四川/绵阳 31.5 104.7, 四川/南充 30.8 106.1, 四川/攀枝花 26.6 101.7, 贵州/遵义 27.7 106.9, 云南/大理 25.6 100.3,
陕西/榆林 38.3 109.7, 陕西/汉中 33.1 107.0, 甘肃/酒泉 39.7 98.5, 新疆/喀什 39.5 76.0, 新疆/伊犁 43.9 81.3,
新疆/阿克苏 41.2 80.3
"""
POINTS: dict[tuple[str, ...], Point] = {
    tuple(plain(part) for part in words[0].split("/")): (float(words[1]), float(words[2]))
    for words in (entry.split() for entry in _WORDS.split(","))
}
_EARTH_KM = 6371.0


def point_of(keys: tuple[Key, ...]) -> Point | None:
    """Of an address, by its `places.keys_of`: its city, else its province; None abroad and where nothing is known."""
    found = (POINTS.get(key[1:]) for key in keys if key[:1] == ("",) and 1 < len(key) < 4)
    return next((point for point in found if point is not None), None)


def point_in(address: str) -> Point | None:
    """Of an address in one line, such as a warehouse's: the narrowest place that it names."""
    near = [keys for keys in POINTS if all(part in address for part in keys)]
    return POINTS[max(near, key=len)] if near else None


def km_between(a: Point, b: Point) -> int:
    """As the crow flies (haversine)."""
    (lat, lon), (to_lat, to_lon) = (tuple(map(math.radians, each)) for each in (a, b))
    half = math.sin((to_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return round(2 * _EARTH_KM * math.asin(math.sqrt(half)))
