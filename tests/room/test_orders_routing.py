"""A shop with two warehouses: each order goes to one, its stock is promised there, and people may move it."""
from __future__ import annotations

from decimal import Decimal

import order_samples as samples
import picking_floor as floor
import pytest
from order_samples import START
from sqlalchemy import text

from wms.core.db import db
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.orders import routing
from wms.orders import service as orders
from wms.orders.models import Order, Shop
from wms.orders.service import Draft, DraftLine
from wms.shipping import accounts, terms
from wms.stock import service as stock

CHINA = {"recipient": "王小明", "phone": "13800000000", "country": "中国", "address": "文三路 1 号"}
EAST, SOUTH = ("浙江省", "杭州市", "西湖区"), ("广东省", "深圳市", "南山区")


def draft(number, to, *lines, **more):
    place = dict(zip(("province", "city", "district"), to, strict=True))
    rows = tuple(DraftLine(sku, sku, qty, Decimal(2)) for sku, qty in lines or (("S1", 1),))
    total = sum((2 * row.qty for row in rows), Decimal(0))
    return Draft("SHOP", number, rows, total, total, START, **{**CHINA, **place, **more})


@pytest.fixture
def houses(app):
    """W in Shanghai, and SW in Canton with 3 pieces of S1 and none of the others."""
    east, south = floor.build(skus=3), floor.build(skus=0, mark="S")
    with transaction() as session:
        session.execute(text("UPDATE warehouse SET address = '上海市青浦区', name = '华东仓' WHERE code = 'W'"))
        session.execute(text("UPDATE warehouse SET address = '广东省广州市', name = '华南仓' WHERE code = 'SW'"))
        goods = [stock.Goods(east.skus["S1"], south.bins["A1-1"], 3)]
        stock.receive(south.id, goods, reference="ASN", actor_id=None)
        routing.put("SHOP", "nearest", "transfer", [{"warehouse": code, "places": []} for code in ("W", "SW")])
    return east, south


def take(house, *drafts):
    with transaction():
        return orders.take(house.id, drafts)


def where():
    rows = db.session.execute(
        text("SELECT o.number, w.code, o.confirmation FROM sales_order o JOIN warehouse w ON w.id = o.warehouse_id")
    )
    found = {row.number: (row.code, row.confirmation) for row in rows}
    db.session.remove()
    return found


def promised(house):
    rows = db.session.execute(text("SELECT sum(promised) FROM stock_level WHERE warehouse_id = :w"), {"w": house.id})
    found = rows.scalar()
    db.session.remove()
    return int(found or 0)


def words(number, locale="zh_Hans"):
    with transaction():
        return orders.whereabouts(db.session.query(Order).filter_by(number=number).one(), locale)


def test_each_order_goes_where_it_is_near_and_whole(houses):
    east, south = houses
    taken = take(
        east, draft("E", EAST), draft("S", SOUTH), draft("S2", SOUTH, ("S1", 2)), draft("S3", SOUTH),
        draft("X", SOUTH, ("S2", 60)),
    )  # fmt: skip
    assert len(taken.created) == 5
    assert where() == {
        "E": ("W", "confirmed"), "S": ("SW", "confirmed"), "S2": ("SW", "confirmed"),
        "S3": ("W", "confirmed"), "X": ("W", "held"),
    }  # fmt: skip
    assert (promised(east), promised(south)) == (2, 3)
    said = words("S3")
    assert (said["name"], said["why"]["line"]) == ("华东仓", "华东仓 (1214 公里); 华南仓 (106 公里, 缺 S1 × 1)")
    assert words("X", "en")["why"]["how"].endswith("is to be brought here from the other warehouses.")


def test_an_order_that_comes_again_stays_where_it_is(houses):
    east, south = houses
    take(east, draft("S", SOUTH))
    assert take(east, draft("S", SOUTH)).unchanged
    assert take(east, draft("S", SOUTH, ("S1", 2))).updated
    assert (where(), promised(south)) == ({"S": ("SW", "confirmed")}, 2)
    with transaction():
        assert orders.take_one(east.id, draft("S", SOUTH, ("S1", 2)))[1] is False


def test_a_shop_without_a_choice_sends_from_where_it_is_taken_in(houses):
    east, _ = houses
    with transaction():
        routing.put("SHOP", "nearest", "wait", [{"warehouse": "SW", "places": []}])
    take(east, draft("S", SOUTH))
    assert where() == {"S": ("W", "confirmed")}
    assert words("S")["why"] is None


def test_where_no_carrier_goes_the_other_warehouse_takes_it(houses):
    east, south = houses
    with transaction():
        accounts.change("sf", name="顺丰", plugin_name="own_fleet")
        terms.put(south.id, "sf", {"not_to": ["广东/深圳"]})
    take(east, draft("S", SOUTH))
    assert where() == {"S": ("W", "confirmed")}
    assert "无承运商可达" in words("S")["why"]["line"]


def test_a_clerk_moves_what_nobody_has_begun(houses):
    east, south = houses
    with transaction():
        accounts.change("sf", name="顺丰", plugin_name="own_fleet")
        terms.put(east.id, "sf", {})
    take(east, draft("E", EAST, ("S1", 2)))
    with transaction():
        order = orders.locked(east.id, db.session.query(Order.id).scalar())
        assert order.carrier == "sf"
        orders.move_order(order, "SW", None)
    assert (where(), promised(east), promised(south)) == ({"E": ("SW", "confirmed")}, 0, 2)
    said = words("E", "en")
    assert said["why"]["how"] == "Moved here from 华东仓 by hand."
    assert said["others"] == [{"warehouse": "W", "name": "华东仓"}]
    with transaction() as session:
        assert session.execute(text("SELECT carrier, carrier_by FROM sales_order")).one() == ("own_fleet", "shop")
        assert session.execute(text("SELECT count(*) FROM carrier_choice")).scalar() == 0
        history = [each["text"] for each in orders.history(session.query(Order.id).scalar(), "en")]
    assert history == ["Moved from 华东仓 to 华南仓"]
    samples.proved()


def test_what_is_begun_or_not_the_shops_is_not_moved(houses):
    east, south = houses
    take(east, draft("E", EAST))
    with transaction() as session:
        id = session.query(Order.id).scalar()
        session.add(Shop(code="Z", name="Z"))
    before = samples.everything()
    for code, error in (("W", "not_its_warehouse"), ("NO", "unknown_warehouse")):
        with pytest.raises(WmsError, match=f"orders.{error}"), transaction():
            orders.move_order(orders.locked(east.id, id), code, None)
    assert samples.everything() == before
    with transaction():
        orders.mark_waved([id])
    before = samples.everything()
    with pytest.raises(WmsError, match=r"orders\.begun"), transaction():
        orders.move_order(orders.locked(east.id, id), "SW", None)
    assert samples.everything() == before
    with pytest.raises(WmsError, match=r"orders\.no_place"), transaction():
        routing.put("SHOP", "nearest", "wait", [{"warehouse": "W", "places": ["浙江//"]}])
    assert len(routing.shown("SHOP")["warehouses"]) == 2
    assert promised(south) == 0
