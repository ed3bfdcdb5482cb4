"""The buyers of the demo's virtual shops: what they order, where it goes, and how they change their minds.

Invented people at streets that exist; telephone numbers from ranges nobody is given.
"""
from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from wms.channels.virtual import chinese, shopify
from wms.channels.virtual.server import Dialect
from wms.channels.virtual.shop import Place, Sold, VirtualShop

One = TypeVar("One")

LINES = ((1, 60), (2, 25), (3, 15))  # lines of an order: weight
AGAIN, UNCLEAR, UNPAID = 0.2, 0.08, 0.05  # shares: the same buyer once more, a doubtful address, paid later
CHANGES = 0.25  # of the times at which somebody may: a mind changes
THINKS = timedelta(seconds=45)  # before a buyer pays late, or wants something else
MOST_WAITING = 120  # orders of a shop; its buyers wait while nobody sends any
NAMES = ("王芳", "李娜", "张伟", "刘洋", "陈静", "杨帆", "赵磊", "黄丽", "吴敏", "徐强", "孙悦", "马超", "朱琳")
REMARKS = (
    ("", 62), ("请尽快发货", 12), ("送礼用，请放贺卡", 8), ("易碎，请包好", 8), ("请发顺丰", 5),
    ("发货前先联系我，可能要改地址", 5),
)  # fmt: skip


@dataclass(frozen=True)
class Front:
    """A virtual shop of the demo. `carriers`: our carrier's code → the platform's; the first one is the usual one."""

    code: str
    name: str
    plugin: str
    platform: str
    currency: str
    carriers: Mapping[str, str]
    dialect: Dialect
    people: Sequence[str]
    places: Sequence[Place]
    unclear: Sequence[Place]
    remarks: Sequence[tuple[str, int]]
    settings: Mapping[str, str] = field(default_factory=dict)


FRONTS = (
    Front(
        "YUNSHANG", "云上小铺 · Taobao", "top", "taobao", "CNY", {"zto": "ZTO", "sf": "SF", "yto": "YTO"},
        chinese.top, NAMES,
        (
            Place("浙江省", "杭州市", "西湖区", "文三路", postcode="310012"),
            Place("上海市", "上海市", "浦东新区", "张杨路", postcode="200122"),
            Place("广东省", "深圳市", "南山区", "科技园南路", postcode="518057"),
            Place("四川省", "成都市", "武侯区", "天府大道", postcode="610041"),
        ),
        (Place("江苏省", "徐州市", "九里区", "平山路", postcode="221140"),),  # parts of three others by now
        REMARKS,
    ),
    Front(
        "JINGXUAN", "京选生活 · JD", "jd", "jd", "CNY", {"yto": "463", "sf": "467", "zto": "1499"},
        chinese.jd, NAMES,
        (
            Place("北京市", "北京市", "海淀区", "中关村大街", postcode="100080"),
            Place("江苏省", "南京市", "玄武区", "珠江路", postcode="210018"),
            Place("湖北省", "武汉市", "洪山区", "珞喻路", postcode="430070"),
            Place("陕西省", "西安市", "雁塔区", "高新路", postcode="710075"),
        ),
        # 江干区 has become parts of two others; 西湖区 is not in Jiangsu; nobody finds a building without its street.
        (
            Place("浙江省", "杭州市", "江干区", "钱江路", postcode="310016"),
            Place("江苏省", "杭州市", "西湖区", "文三路", postcode="310012"),
            Place("北京市", "北京市", "朝阳区", "", postcode="100020"),
        ),
        REMARKS,
    ),
    Front(
        "MAISON", "Maison Chat · Shopify", "shopify", "shopify", "EUR", {"sf": "SF Express"}, shopify.shopify,
        ("Camille Martin", "Louis Bernard", "Chloé Petit", "Hugo Durand", "Inès Moreau", "Jules Lefèvre"),
        (
            Place(city="Lyon", street="rue de la République", postcode="69002", country="FR"),
            Place(city="Paris", street="rue de Rivoli", postcode="75004", country="FR"),
            Place(city="Nantes", street="quai de la Fosse", postcode="44000", country="FR"),
        ),
        (Place(city="Paris", postcode="75004", country="FR"),),
        (("", 75), ("It is a gift: no prices please", 15), ("Call me first, I may move", 10)),
        {"location": shopify.LOCATION},
    ),
)  # fmt: skip


class Buyers:
    """Those of one shop. `goods`: (SKU, price), what sells best first."""

    def __init__(self, front: Front, shop: VirtualShop, goods: Sequence[tuple[str, int]], chance: random.Random):
        self.front, self.shop, self._chance = front, shop, chance
        self._goods, self._popular = goods, [1 / (rank + 3) for rank in range(len(goods))]

    def buy(self) -> Sold | None:
        """Somebody orders; None while the shop has enough to do."""
        with self.shop.lock:
            if sum(order.status in ("open", "unpaid") for order in self.shop.orders.values()) >= MOST_WAITING:
                return None
            wanted = dict(self._chance.choices(self._goods, self._popular, k=self._of(LINES)))
            status = "unpaid" if self.front.plugin != "jd" and self._chance.random() < UNPAID else "open"
            lines = [(sku, self._of(((1, 80), (2, 20)))) for sku in wanted]
            who, place = self._who()
            said = self._of(self.front.remarks)
            sold = self.shop.sell(*lines, status=status, recipient=who, place=place, remark=said)
            for line in sold.lines:
                line.price = Decimal(wanted[line.sku])
            return sold

    def _who(self) -> tuple[str, Place]:
        before = list(self.shop.orders.values())[-3:]
        known = [(order.recipient, order.place) for order in before if order.place and order.place.street]
        if known and self._chance.random() < AGAIN:
            return self._chance.choice(known)
        doubtful = self.front.unclear and self._chance.random() < UNCLEAR
        place = self._chance.choice(self.front.unclear if doubtful else self.front.places)
        return self._chance.choice(self.front.people), self._door(place)

    def _door(self, place: Place) -> Place:
        house, flat = self._chance.randrange(1, 480), self._chance.randrange(101, 2806)
        phone = f"142{self._chance.randrange(10**8):08d}"  # nobody's, as are these of France
        if place.country == "FR":
            phone = f"+33 6 39 98 {self._chance.randrange(100):02d} {self._chance.randrange(100):02d}"
        street = f"{house} {place.street}" if place.country == "FR" else f"{place.street}{house}号{flat}室"
        return Place(
            place.province, place.city, place.district, street if place.street else "", phone, place.postcode,
            place.country,
        )  # fmt: skip

    def reconsider(self) -> Sold | None:
        """Somebody pays late, cancels, wants money back, or has it; None when nobody does."""
        with self.shop.lock:
            free = [order for order in self.shop.orders.values() if self._may(order, self.shop.now())]
            if not free or self._chance.random() > CHANGES:
                return None
            owing = [order for order in free if order.status == "unpaid" or _asked(order)]
            order = (owing or [self._chance.choice(free)])[0]
            if order.status == "unpaid":
                return self.shop.change(order.number, status="open")
            if _asked(order) or self.front.plugin == "shopify" or self._chance.random() < 0.5:
                return self.shop.change(order.number, status="cancelled")
            self.shop.refund(order.number, "asked")
            return order

    def _may(self, order: Sold, at: datetime) -> bool:
        return order.status in ("open", "unpaid") and not order.parcels and at - order.modified > THINKS

    def _of(self, choices: Sequence[tuple[One, int]]) -> One:
        return self._chance.choices([one for one, _ in choices], [weight for _, weight in choices])[0]


def _asked(order: Sold) -> bool:
    return any(line.refund == "asked" for line in order.lines)
