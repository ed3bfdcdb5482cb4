"""How many labels a second one process renders and encodes."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator

import numpy as np

from printers import zpl
from printers.documents import render

_CITIES = (
    "上海市浦东新区",
    "广东省深圳市南山区",
    "北京市朝阳区",
    "四川省成都市武侯区",
    "浙江省杭州市余杭区",
    "陕西省西安市雁塔区",
)
_STREETS = (
    "张江高科技园区祖冲之路",
    "科技园南区高新南一道",
    "望京街道阜通东大街",
    "天府大道北段",
    "仓前街道文一西路",
    "丈八沟街道锦业路",
)
_PLACES = ("展想广场", "万达中心", "保利香槟国际", "软件新城", "翡翠华庭", "绿地中央公园")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰梅鑫宇浩然梓涵雨轩欣怡子墨"
_GOODS = ("无线蓝牙耳机 白色", "手机壳 透明", "USB-C 数据线 1米", "纯棉四件套 灰", "儿童保温杯 500ml", "运动短袖 L")


def varied_waybills() -> Iterator[dict[str, object]]:
    """Waybill data without end, no two alike, from a fixed seed."""
    random = np.random.default_rng(20261123)
    number = 0
    while True:
        number += 1
        pick = random.integers(0, 1000, 16)
        yield _waybill(number, [int(n) for n in pick])


def _waybill(number: int, pick: list[int]) -> dict[str, object]:
    def of(items: str | tuple[str, ...], n: int) -> str:
        return items[pick[n] % len(items)]

    name = of(_SURNAMES, 0) + of(_GIVEN, 1) + of(_GIVEN, 2)
    address = f"{of(_CITIES, 3)}{of(_STREETS, 4)}{pick[5]}号{of(_PLACES, 6)}{pick[7] % 30}号楼{pick[8]}室"
    return {
        "carrier": "中通快递", "service": "标准快递", "hub": "上海浦东转运中心",
        "waybill_number": f"78{pick[9]:03d}{number:09d}",
        "route_code": f"{pick[10]:03d}-{of('ABCDW', 11)}{pick[12] % 10}-{pick[13] % 100:02d}",
        "sorting_code": f"沪浦东 {pick[14]:03d}-{pick[15] % 100:02d}",
        "recipient": {"name": name, "phone": f"138****{number % 10000:04d}", "address": address},
        "sender": {"name": "优品数码旗舰店", "phone": "400-820-8820", "address": "杭州市余杭区文一西路969号云仓3号库"},
        "order_number": f"TB20261123{number:08d}", "shop": "优品数码旗舰店（天猫）",
        "weight_g": 200 + pick[0], "items": f"{of(_GOODS, 1)}×{pick[2] % 3 + 1}；{of(_GOODS, 3)}×1",
        "printed_at": "2026-11-23 14:05",
    }  # fmt: skip


def label_rate(seconds: float, *, media: str = "100x180", dpi: int = 203, level: int = zpl.LEVEL) -> dict[str, object]:
    """Render and encode (Z64 at `level`) varied waybills for `seconds` after a warm-up of the caches.

    Returns labels, seconds, labels_per_second, labels_per_cpu_second (the rate if the machine had
    nothing else to do), p50_ms, p95_ms, bytes_mean, and what was measured.
    """
    source = varied_waybills()
    for _ in range(50):
        _one(next(source), media, dpi, level)
    times: list[float] = []
    sizes: list[int] = []
    begun, processor = time.perf_counter(), time.process_time()
    while time.perf_counter() - begun < seconds:
        start = time.perf_counter()
        sizes.append(_one(next(source), media, dpi, level))
        times.append(time.perf_counter() - start)
    elapsed, processor = time.perf_counter() - begun, time.process_time() - processor
    return {
        "media": media, "dpi": dpi, "encoding": f"Z64 level {level}",
        "labels": len(times), "seconds": round(elapsed, 3),
        "labels_per_second": round(len(times) / elapsed, 1),
        "labels_per_cpu_second": round(len(times) / processor, 1),
        "p50_ms": round(float(np.percentile(times, 50)) * 1000, 2),
        "p95_ms": round(float(np.percentile(times, 95)) * 1000, 2),
        "bytes_mean": round(float(np.mean(sizes))),
    }  # fmt: skip


def main() -> None:
    """Print the label rate of this machine as JSON: by default 100 x 180 mm, 203 dpi, for ten seconds."""
    parser = argparse.ArgumentParser(prog="python -m printers.bench", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--media", default="100x180")
    parser.add_argument("--dpi", type=int, default=203)
    parser.add_argument("--level", type=int, default=zpl.LEVEL, help="of zlib, 1 to 9")
    asked = parser.parse_args()
    rate = label_rate(asked.seconds, media=asked.media, dpi=asked.dpi, level=asked.level)
    sys.stdout.write(json.dumps(rate, indent=2) + "\n")


def _one(data: dict[str, object], media: str, dpi: int, level: int) -> int:
    return len(zpl.encode(render("waybill", data, media=media, dpi=dpi).bitmap, level=level))


if __name__ == "__main__":
    main()
