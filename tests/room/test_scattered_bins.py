"""Goods that lie in several bins: from which of those whose turn it is a cart takes them, and none are held twice."""
from __future__ import annotations

import threading
from datetime import timedelta

import picking_floor as floor
import pytest
from picking_floor import do, value
from sqlalchemy import text

from wms.core.clock import now
from wms.core.transaction import transaction
from wms.stock import service as stock
from wms.waves import release as releasing

NEAR, FAR, ELSEWHERE = "A1-2", "A4-6", "A3-3"  # S1, S2, S3 and so on lie in aisle 1, one beside the other


@pytest.fixture
def house(app):
    return floor.build(per_bin=4)


def lay(house, *lying):
    """Pieces of S2 besides those in `NEAR`: (bin, pieces[, lot, days that it is good for])."""
    goods = [
        stock.Goods(house.skus["S2"], house.bins[code], qty, lot=lot[0] if lot else "",
                    expires_on=now().date() + timedelta(days=lot[1]) if lot else None)
        for code, qty, *lot in lying
    ]  # fmt: skip
    with transaction():
        stock.receive(house.id, goods, reference="ASN", actor_id=None)


def change(sql):
    with transaction() as session:
        session.execute(text(sql))


def released(house, qty=1, **how):
    """The bins of S2 from which a wave takes that, beside goods of aisle 1."""
    floor.order(house, "O1", {"S1": 1, "S2": qty, "S3": 1})
    wave = floor.wave(house, **how)
    floor.proved()
    sql = (
        "SELECT array_agg(bin.code ORDER BY bin.code) FROM pick_line l JOIN bin ON bin.id = l.bin_id"
        " JOIN sku ON sku.id = l.sku_id WHERE sku.code = 'S2'"
    )
    return value(sql), wave["walk_m"]


def test_of_bins_whose_turn_it_is_the_one_on_the_walk_is_taken(house):
    lay(house, (FAR, 2), (ELSEWHERE, 3))  # the emptiest is the farthest
    assert released(house) == ([NEAR], 24)


def test_what_expires_first_goes_before_what_is_near(house):
    """What lies in `NEAR` has no date, and goes last. Of what expires it is the bin on the walk, not the emptiest."""
    lay(house, (FAR, 2, "SOON", 10), ("A1-4", 3, "SOON", 10), ("A1-6", 9, "LATE", 90))
    assert released(house, 2)[0] == ["A1-4"]
    floor.order(house, "O2", {"S2": 4})
    floor.wave(house)
    sql = "SELECT sum(held) FROM stock_balance WHERE bin_id = :bin AND sku_id = :sku"
    places = (FAR, "A1-4", "A1-6", NEAR)
    held = {code: value(sql, bin=house.bins[code], sku=house.skus["S2"]) for code in places}
    assert held == {FAR: 2, "A1-4": 3, "A1-6": 1, NEAR: 0}


def test_a_cart_is_not_led_into_another_zone(house):
    lay(house, (FAR, 2))
    change("INSERT INTO zone (warehouse_id, code, name, colour) SELECT id, 'Y', 'Y', '#000000' FROM warehouse")
    change("UPDATE bin SET zone_id = (SELECT id FROM zone WHERE code = 'Y') WHERE code = 'A1-2'")
    assert released(house)[0] == [FAR]


def test_around_obstacles_goods_come_from_where_stock_would_take_them(house):
    lay(house, (FAR, 2))
    change("UPDATE warehouse SET one_way = '[{\"aisle\": 2, \"towards\": \"front\"}]'")
    assert released(house)[0] == [FAR]


def test_two_releases_at_once_that_wish_for_the_same_pieces_never_hold_them_twice(app, house, monkeypatch):
    lay(house, (FAR, 3), (ELSEWHERE, 10))
    for n in range(8):
        floor.order(house, f"O{n}", {"S2": 1, "S1" if n % 2 else "S3": 1}, shop="SHOP" if n % 2 else "OTHER")
    asked = {"max_orders": 9, "totes_per_cart": 9}
    waves = [do(house.boss, "wave.build", **asked, shop=shop)["data"]["wave"]["id"] for shop in ("SHOP", "OTHER")]
    plain, wishes, both = releasing._wished, [], threading.Barrier(2, timeout=60)

    def wished(*args):
        wishes.append(plain(*args))
        both.wait()  # neither has held anything yet
        return wishes[-1]

    monkeypatch.setattr(releasing, "_wished", wished)
    replies = floor.at_once(app, *(lambda id=id: do(house.boss, "wave.release", wave_id=id) for id in waves))
    assert all(replies)
    near = [sum(each.qty for each in wish if each.bin_id == house.bins[NEAR]) for wish in wishes]
    assert near == [4, 4]
    assert value("SELECT held FROM stock_balance WHERE bin_id = :id", id=house.bins[NEAR]) == 4
    assert floor.proved().held == 16
