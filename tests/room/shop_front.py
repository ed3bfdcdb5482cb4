"""A warehouse whose shop sells on a virtual platform."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import order_samples as samples
from sqlalchemy import text

from wms.access import service as access
from wms.channels import accounts, pulling, pushing, service
from wms.channels.virtual import amazon, chinese, douyin, shopee, shopify, woo
from wms.channels.virtual.server import Dialect, serving
from wms.channels.virtual.shop import VirtualShop
from wms.core.clock import fixed, now
from wms.core.db import db
from wms.core.transaction import transaction
from wms.layout.models import Station
from wms.orders.models import Order
from wms.packing.models import Parcel, ParcelLine
from wms.shipping import service as shipping
from wms.shipping.models import Waybill
from wms.stock import service as stock

START = datetime(2026, 11, 26, 4, tzinfo=UTC)
DIALECTS = {
    "top": chinese.top, "jd": chinese.jd, "pinduoduo": chinese.pinduoduo, "woocommerce": woo.woocommerce,
    "shopify": shopify.shopify, "douyin": douyin.douyin, "shopee": shopee.shopee, "amazon": amazon.amazon,
}  # fmt: skip
CARRIERS = {
    "top": "SF", "jd": "467", "pinduoduo": "44", "woocommerce": "own_fleet", "shopify": "Our own vans",
    "douyin": "zhongtong", "shopee": "non_integrated", "amazon": "Colissimo",
}  # fmt: skip

NOTICES = "https://wms.example.com/api/v1/channels/T/notices"


@dataclass
class Front:
    """The two sides: what the virtual shop has, and the account here that is connected to it."""

    there: VirtualShop
    house: int
    plugin: str
    url: str
    shop_id: int

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Our clock stands where the shop's is now."""
        assert self.there.moment is not None
        with fixed(self.there.moment):
            yield

    def pull(self) -> None:
        with self.clock():
            pulling.pull(self.shop_id)

    def push(self) -> None:
        with self.clock():
            pushing.push(self.shop_id)

    def settle(self, minutes: int = 20) -> None:
        """Time passes, until a pull that is due meets a shop in which nothing happens."""
        for _ in range(12):
            self.there.pass_time(timedelta(minutes=minutes))
            self.pull()
            if self.state()["state"] == "ok":
                return
        raise AssertionError(self.state())

    def state(self) -> dict[str, Any]:
        with self.clock(), transaction():
            return service.shown(self.house, "T")[0]


def connection(plugin: str, url: str, there: VirtualShop, **more: Any) -> dict[str, Any]:
    return {
        "plugin": plugin, "url": url, "app_key": there.app_key, "app_secret": there.secret,
        "access_token": there.token, "refresh_token": there.refresh_token, "webhook_secret": there.webhook_secret,
        "settings": {
            "carriers": {"own_fleet": CARRIERS[plugin]}, "per_second": 1000, "location": shopify.LOCATION,
            "shop_id": shopee.SHOP_ID, "notices": NOTICES, "marketplaces": amazon.MARKETPLACE, "seller": amazon.SELLER,
            "oauth": f"{url}/auth/o2/token",
        },
        **more,
    }  # fmt: skip


@contextmanager
def opened(plugin: str = "top", pieces: int = 1000, dialect: Dialect | None = None) -> Iterator[Front]:
    """A shop that is connected and has sold nothing yet; it speaks the plug-in's dialect."""
    accounts._client.cache_clear()  # it would count what another test's shop was asked
    there = VirtualShop(moment=START)
    house = samples.shop(pieces)
    with serving(there, dialect or DIALECTS[plugin]) as url:
        with fixed(START), transaction():
            since = START - timedelta(minutes=5)
            account = service.connect(house, "T", connection(plugin, url, there, since=since))
            shop_id = account.shop_id
        yield Front(there, house, plugin, url, shop_id)


def leave(number: str, parcels: int = 1) -> None:
    """An order leaves, as a closed manifest has it: all in one parcel, or a line in each."""
    with transaction() as session:
        order = session.query(Order).filter_by(number=number).one()
        order.processing, order.shipping = "packed", "shipped"
        table = Station(warehouse_id=order.warehouse_id, code=f"P{number}", name="P")
        session.add(table)
        carrier_id = shipping.ensure_carrier("own_fleet", "Fleet")
        session.flush()
        for nr in range(1, parcels + 1):
            box = stock.ensure_container(order.warehouse_id, f"{number}-{nr}", "parcel")
            parcel = Parcel(
                warehouse_id=order.warehouse_id, number=f"{number}-{nr}", order_id=order.id, ordinal=nr,
                container_id=box, station_id=table.id, status="shipped", opened_at=now(),
            )  # fmt: skip
            session.add(parcel)
            session.flush()
            inside = order.lines if parcels == 1 else order.lines[nr - 1 : nr]
            session.add_all(
                ParcelLine(parcel_id=parcel.id, order_line_id=line.id, sku_id=line.sku_id, qty=line.qty)
                for line in inside
            )
            session.add(
                Waybill(
                    carrier_id=carrier_id, parcel_id=parcel.id, request_key=parcel.number, status="issued",
                    number=f"W{parcel.number}", asked_at=now(),
                )
            )
        session.flush()
        service.note_shipped([order.id])


def token(house: int, post: str) -> str:
    """The bearer token of somebody who is signed in."""
    with transaction():
        someone = access.add_person(f"B-{post}", post, "no pin", house, (post,), "en")
        return access.open_session(someone, "test")


def rows(sql: str, **params: Any) -> list[tuple[Any, ...]]:
    db.session.remove()
    found = [tuple(row) for row in db.session.execute(text(sql), params)]
    db.session.remove()
    return found


def ours() -> dict[str, tuple[Any, ...]]:
    """Our orders by number: (confirmation, refund, remark)."""
    found = rows("SELECT number, confirmation, refund, remark FROM sales_order")
    assert len({row[0] for row in found}) == len(found)
    return {row[0]: row[1:] for row in found}
