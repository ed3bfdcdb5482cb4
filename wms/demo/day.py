"""A day of orders from three shops, as the rows of the file that a merchant would import.

Invented people at streets that exist; telephone numbers from ranges nobody is given.
"""
from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from wms.demo.goods import Item

Row = dict[str, str]
LINES = ((1, 45), (2, 25), (3, 14), (4, 8), (5, 5), (6, 3))  # lines of an order: weight
UNPAID, NO_STREET = 0.03, 0.02  # shares of orders that the audit holds


@dataclass(frozen=True)
class Shop:
    """A shop of the demo, and who buys there."""

    code: str
    name: str
    platform: str
    currency: str
    carrier: str
    country: str
    share: int
    people: tuple[str, ...]
    places: tuple[tuple[str, str, str, str, str], ...]  # province, city, district, street, postcode


SHOPS = (
    Shop(
        "MAOWU", "猫屋旗舰店", "taobao", "CNY", "own_fleet", "中国", 55,
        ("王芳", "李娜", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄丽", "吴敏", "徐强", "孙悦", "马超", "朱琳"),
        (
            ("浙江省", "杭州市", "西湖区", "文三路", "310012"),
            ("上海市", "上海市", "浦东新区", "张杨路", "200122"),
            ("广东省", "深圳市", "南山区", "科技园南路", "518057"),
            ("北京市", "北京市", "海淀区", "中关村大街", "100080"),
            ("四川省", "成都市", "武侯区", "天府大道", "610041"),
            ("江苏省", "南京市", "鼓楼区", "中山北路", "210009"),
            ("湖北省", "武汉市", "洪山区", "珞喻路", "430070"),
            ("陕西省", "西安市", "雁塔区", "高新路", "710075"),
        ),
    ),
    Shop(
        "KONGTO", "港島生活", "shopify", "HKD", "own_fleet", "香港", 20,
        ("陳大文", "李嘉欣", "黃志明", "何詠詩", "梁家豪", "鄭雅婷", "周國強", "葉倩儀"),
        (
            ("香港", "香港", "中西區", "德輔道中", "999077"),
            ("香港", "香港", "灣仔區", "軒尼詩道", "999077"),
            ("香港", "香港", "油尖旺區", "彌敦道", "999077"),
            ("香港", "香港", "沙田區", "大涌橋路", "999077"),
        ),
    ),
    Shop(
        "HARBOUR", "Harbour & Home", "own", "GBP", "air_line", "United Kingdom", 25,
        ("Olivia Hughes", "Noah Patel", "Amelia Clarke", "Jack O'Brien", "Sophie Müller", "Lucas García",
         "Chloé Martin", "Freya Nilsson"),
        (
            ("England", "London", "Camden", "Albert Street", "NW1 7NL"),
            ("England", "Bristol", "Clifton", "Whiteladies Road", "BS8 2NB"),
            ("Scotland", "Edinburgh", "Leith", "Great Junction Street", "EH6 5LA"),
            ("Wales", "Cardiff", "Roath", "Albany Road", "CF24 3RW"),
        ),
    ),
)  # fmt: skip


def rows(items: Sequence[Item], seed: int, placed_from: datetime, orders: int) -> list[Row]:
    """The lines of so many orders of a day that begins at `placed_from`; the first SKUs are the best sellers (Zipf)."""
    chance = random.Random(seed)  # noqa: S311 - a demo
    ranked = list(items)
    chance.shuffle(ranked)
    weights = [1 / (rank + 3) for rank in range(len(ranked))]
    found: list[Row] = []
    for number in range(1, orders + 1):
        shop = chance.choices(SHOPS, [each.share for each in SHOPS])[0]
        placed = placed_from + timedelta(minutes=chance.triangular(0, 14 * 60, 11 * 60))
        count = chance.choices([lines for lines, _ in LINES], [weight for _, weight in LINES])[0]
        wanted = {item.code: item for item in chance.choices(ranked, weights, k=count)}
        found += _order(shop, number, placed, list(wanted.values()), chance)
    return found


def _order(shop: Shop, number: int, placed: datetime, wanted: list[Item], chance: random.Random) -> list[Row]:
    quantities = [chance.choices((1, 2, 3, 5), (80, 13, 5, 2))[0] for _ in wanted]
    total = sum(Decimal(item.price) * qty for item, qty in zip(wanted, quantities, strict=True))
    paid = Decimal(0) if chance.random() < UNPAID else total
    head = {
        "shop": shop.code,
        "order": f"{shop.code[:2]}{placed:%y%m%d}{number:05d}",
        "placed_at": placed.isoformat(timespec="seconds"),
        "promised_at": (placed + timedelta(hours=chance.choice((8, 12, 24)))).isoformat(timespec="seconds"),
        "carrier": shop.carrier,
        "currency": shop.currency,
        "paid": str(paid),
        **_recipient(shop, chance),
    }
    return [
        {**head, "sku": item.code, "qty": str(qty), "price": str(item.price)}
        for item, qty in zip(wanted, quantities, strict=True)
    ]


def _recipient(shop: Shop, chance: random.Random) -> Row:
    province, city, district, street, postcode = chance.choice(shop.places)
    house, flat = chance.randrange(1, 480), chance.randrange(101, 2806)
    if shop.country == "United Kingdom":
        address, phone = f"{house} {street}", f"+44 7700 900{chance.randrange(1000):03d}"
    else:
        address, phone = f"{street}{house}号{flat}室", f"142{chance.randrange(10**9) // 10:08d}"  # 142 is nobody's
        if shop.country == "香港":
            address, phone = f"{street}{house}號{flat // 100}樓", f"1{chance.randrange(10**7):07d}"
    if chance.random() < NO_STREET:
        address = ""
    return {
        "recipient": chance.choice(shop.people),
        "phone": phone,
        "country": shop.country,
        "province": province,
        "city": city,
        "district": district,
        "address": address,
        "postcode": postcode,
        "remark": chance.choices(("", "请尽快发货", "Gift: no prices please", "放门口"), (85, 6, 5, 4))[0],
    }
