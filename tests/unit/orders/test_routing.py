"""Which warehouse takes an order: near, with all goods, where a carrier goes; and what is done where none has all."""
from __future__ import annotations

from decimal import Decimal

from wms.core.places import key_of, keys_of
from wms.orders.geography import km_between, point_in, point_of
from wms.orders.routing_rules import House, Judged, Wish, route

SHANGHAI, CANTON = point_in("上海市青浦区徐泾镇 1 号"), point_in("广东省广州市白云区 8 号")
EAST = House(1, "E", "华东", 2, at=SHANGHAI)
SOUTH = House(2, "S", "华南", 1, frozenset({key_of("江西")}), at=CANTON)
PLENTY = {(1, 7): 100, (2, 7): 100}


def wish(province, city="", nr=0, goods=None):
    return Wish(nr, goods or {7: 1}, "CN", province, city, "")


def to(*wishes, free=PLENTY, way="nearest", judged=None, otherwise="wait"):
    done = route(wishes, [EAST, SOUTH], dict(free), way, otherwise, judged)
    return "".join(done[each.nr].house.code for each in wishes)


def test_the_nearest_that_has_all():
    assert to(wish("浙江省", "杭州市"), wish("广西壮族自治区", "南宁市", 1)) == "ES"
    assert to(wish("浙江"), free={(2, 7): 1}) == "S"
    assert to(wish("浙江"), way="preferred") == "S"
    assert to(wish("江西", "赣州")) == to(wish("江西", "南昌")) == "S"  # whose place it is, near or not


def test_goods_go_to_those_who_come_first():
    many = [wish("浙江", nr=nr) for nr in range(4)]
    assert to(*many, free={(1, 7): 2, (2, 7): 1}) == "EESE"  # the last waits where it is nearest


def test_who_misses_least_waits_least():
    assert to(wish("浙江", goods={7: 3, 8: 1}), free={(2, 7): 3}) == "S"
    [done] = route([wish("浙江", goods={7: 3, 8: 1})], [EAST, SOUTH], {(2, 7): 3}, "nearest", "split").values()
    assert (done.whole, done.otherwise, done.ranking[0].missing) == (False, "split", {8: 1})


def test_where_no_carrier_goes_or_all_are_late_others_take_it():
    none = {(0, 1): Judged(False), (0, 2): Judged(True, Decimal(20))}
    assert to(wish("浙江"), judged=none) == "S"
    late = {(0, 1): Judged(True, Decimal(5), late=True), (0, 2): Judged(True, Decimal(20))}
    assert to(wish("浙江"), judged=late) == "S"
    priced = {(0, 1): Judged(True, Decimal(9)), (0, 2): Judged(True, Decimal(8))}
    assert (to(wish("浙江"), judged=priced), to(wish("浙江"), judged=priced, way="cheapest")) == ("E", "S")


def test_distances():
    assert 1150 < km_between(SHANGHAI, CANTON) < 1250
    assert point_of(keys_of("CN", "广东省", "深圳市", "南山区")) == (22.5, 114.1)
    assert point_of(keys_of("CN", "广东省", "河源市", "")) == CANTON  # the province, where the city is not known
    assert point_of(keys_of("France", "", "Paris", "")) is None
    assert point_in("1 rue A, Paris") is None
    assert to(Wish(0, {7: 1}, "France", "", "Paris", "")) == "S"  # nobody knows: the first of the list
