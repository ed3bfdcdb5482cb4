"""Whose stock it is and how fresh: promised and held only to whom it may go."""
from __future__ import annotations

from datetime import date, timedelta

import pytest
import stock_floor as floor
from stock_floor import refuses

from wms.access import service as access
from wms.catalog import service as catalog
from wms.core.clock import now
from wms.core.job import registry
from wms.stock import check
from wms.stock import service as stock
from wms.stock.jobs import quarantine
from wms.stock.service import Want


@pytest.fixture
def house(app):
    return floor.build()


def day(days: int) -> date:
    return now().date() + timedelta(days=days)


def lots(house, **left):
    """5 pieces of the SKU `LOT` a lot: lot A in B1, the next in B2, with so many days left."""
    for bin, (lot, days) in zip(("B1", "B2", "BULK1"), left.items(), strict=False):
        floor.receive(house, house.goods("LOT", bin, 5, lot=lot, expires_on=day(days)))


def promise(house, *wants):
    return stock.promise(house.id, wants)


def bins(held):
    return [(each.bin_id, each.qty) for each in held]


def test_one_owners_stock_is_never_promised_to_anothers_order(house, tx):
    acme, sku = house.owners["ACME"], house.skus["S1"]
    floor.receive(house, house.goods("S1", "B1", 5), house.goods("S1", "B1", 3, owner_id=acme))
    with tx():
        assert promise(house, Want(1, sku, 6)) == {sku: 1}
        assert promise(house, Want(1, sku, 4, acme)) == {sku: 1}
        assert promise(house, Want(1, sku, 5), Want(2, sku, 3, acme)) == {}
        assert promise(house, Want(3, sku, 1, acme)) == {sku: 1}
        stock.release_promises([2])
        assert promise(house, Want(3, sku, 4)) == {sku: 4}
        assert promise(house, Want(3, sku, 3, acme)) == {}


def test_one_owners_stock_is_never_held_for_anothers_order(house, tx):
    acme, sku = house.owners["ACME"], house.skus["S1"]
    floor.receive(house, house.goods("S1", "B1", 5), house.goods("S1", "B2", 3, owner_id=acme))
    with tx():
        assert bins(stock.hold(house.id, [Want(1, sku, 2, acme)])) == [(house.bins["B2"], 2)]
        assert bins(stock.hold_some(house.id, [Want(2, sku, 3, acme)])) == [(house.bins["B2"], 1)]
    with refuses("cannot_hold"):
        stock.hold(house.id, [Want(3, sku, 1, acme)])


def test_what_stands_on_a_pallet_is_held_and_picked_from_it(house, tx):
    sku = house.skus["S1"]
    with tx():
        pallet = stock.ensure_container(house.id, "P1", "pallet")
        tote = stock.ensure_container(house.id, "T1", "tote")
    floor.receive(house, house.goods("S1", "BULK1", 6, container_id=pallet))
    with tx():
        assert promise(house, Want(1, sku, 4)) == {}
        (held,) = stock.hold(house.id, [Want(1, sku, 4)])
        stage = stock.special_bin(house.id, "stage")
        stock.pick(held.hold_id, 4, to_bin_id=stage, to_container_id=tote, reference="pick 1", actor_id=None)
    assert floor.on_hand(house, "S1", "BULK1", container_id=pallet) == 2
    with tx():
        assert check.run(house.id).ok


def test_first_expired_is_held_first(house, tx):
    lots(house, A=60, B=40)
    with tx():
        held = stock.hold(house.id, [Want(1, house.skus["LOT"], 7)])
        assert bins(held) == [(house.bins["B2"], 5), (house.bins["B1"], 2)]


def test_only_fresh_stock_is_promised_and_held(house, tx):
    sku = house.skus["LOT"]
    lots(house, A=60, B=40)
    with tx():
        assert promise(house, Want(1, sku, 6, min_days=50)) == {sku: 1}
        assert promise(house, Want(1, sku, 5, min_days=50)) == {}
        assert bins(stock.hold(house.id, [Want(1, sku, 5, min_days=50)])) == [(house.bins["B1"], 5)]
        assert promise(house, Want(2, sku, 5)) == {}
    with refuses("cannot_hold"):
        stock.hold(house.id, [Want(3, sku, 1, min_days=50)])


def test_an_expired_lot_is_neither_promised_nor_held(house, tx):
    sku = house.skus["LOT"]
    lots(house, A=60, B=40)
    with tx() as session:
        session.execute(floor.text("UPDATE stock_lot SET expires_on = :day WHERE code = 'B'"), {"day": day(-1)})
        assert promise(house, Want(1, sku, 6)) == {sku: 1}
        assert promise(house, Want(1, sku, 5)) == {}
        assert bins(stock.hold_some(house.id, [Want(1, sku, 6)])) == [(house.bins["B1"], 5)]


def test_a_promise_is_lowered_whatever_has_become_of_the_stock(house, tx):
    lots(house, A=60)
    with tx() as session:
        assert promise(house, Want(1, house.skus["LOT"], 4), Want(2, house.skus["LOT"], 1)) == {}
        expire(session, "A")
        stock.lower_promises({1: 3, 2: 5, 99: 1})
        rows = session.execute(floor.text("SELECT order_line_id, qty, status FROM stock_promise ORDER BY 1")).all()
        assert [tuple(row) for row in rows] == [(1, 1, "open"), (2, 0, "released")]
        assert session.execute(floor.text("SELECT promised FROM stock_level")).scalar() == 1
    floor.proved()


# ---- the day after

def expire(session, lot):
    session.execute(
        floor.text("UPDATE stock_lot SET expires_on = :day WHERE code = :lot"), {"day": day(-1), "lot": lot}
    )


def conditions(session):
    rows = session.execute(
        floor.text("SELECT lot, condition, on_hand, held FROM stock_balance WHERE on_hand > 0 ORDER BY lot, condition")
    )
    return [tuple(row) for row in rows]


def test_what_has_expired_goes_into_quarantine_where_it_lies(house, tx):
    sku = house.skus["LOT"]
    lots(house, A=60, B=40, C=50)
    with tx() as session:
        expire(session, "B")
    quarantine()
    quarantine()  # a second run finds nothing left
    with tx() as session:
        assert conditions(session) == [("A", "good", 5, 0), ("B", "quarantine", 5, 0), ("C", "good", 5, 0)]
        assert promise(house, Want(1, sku, 11)) == {sku: 1}
        level = session.execute(floor.text("SELECT on_hand FROM stock_level WHERE sku_id = :id"), {"id": sku}).scalar()
        assert level == 10
        moves = session.execute(floor.text("SELECT reason, reference FROM stock_move WHERE lot = 'B' ORDER BY id DESC"))
        assert moves.first() == ("expired", f"expired {day(0).isoformat()}")
    floor.proved()


def test_what_a_wave_holds_is_left_until_it_is_picked_or_let_go(house, tx):
    lots(house, A=60)
    with tx() as session:
        promise(house, Want(1, house.skus["LOT"], 2))
        stock.hold(house.id, [Want(1, house.skus["LOT"], 2)])
        expire(session, "A")
    quarantine()
    with tx() as session:
        assert conditions(session) == [("A", "good", 2, 2), ("A", "quarantine", 3, 0)]
        stock.release_holds([1])
    quarantine()
    with tx() as session:
        assert conditions(session) == [("A", "quarantine", 5, 0)]
    floor.proved()


def test_expired_pieces_with_numbers_keep_them(house, tx):
    sku = house.skus["SER"]
    goods = house.goods("SER", "B1", 2, lot="A", expires_on=day(60), serials=("N1", "N2"))
    floor.receive(house, goods)
    with tx() as session:
        expire(session, "A")
    quarantine()
    with tx() as session:
        rows = session.execute(floor.text("SELECT code, condition FROM stock_serial ORDER BY code")).all()
        assert [tuple(row) for row in rows] == [("N1", "quarantine"), ("N2", "quarantine")]
        assert promise(house, Want(1, sku, 1)) == {sku: 1}
    floor.proved()


def test_the_job_is_declared_and_runs_every_day():
    assert (registry["stock.quarantine_expired"].task, registry["stock.quarantine_expired"].cron) == (
        quarantine, "10 0 * * *"
    )  # fmt: skip


# ---- what can be promised

def test_a_bundle_is_available_as_often_as_its_scarcest_part(house, app, tx):
    acme = house.owners["ACME"]
    floor.receive(house, house.goods("S1", "B1", 29), house.goods("S2", "B2", 20), house.goods("KIT", "B1", 1))
    floor.receive(house, house.goods("S1", "B1", 4, owner_id=acme), house.goods("S2", "B1", 1, owner_id=acme))
    ids = house.skus
    with tx():
        catalog.put_packs([catalog.PackFacts("S1", catalog.Pack("case", 12))])
        assert promise(house, Want(1, ids["S2"], 6)) == {}
        found = stock.available(house.id, [ids["KIT"], ids["S1"], ids["S2"], ids["S3"]])
        assert found == {ids["KIT"]: 15, ids["S1"]: 29, ids["S2"]: 14, ids["S3"]: 0}  # 14 of parts and one ready
        assert stock.available(house.id, [ids["KIT"]], acme) == {ids["KIT"]: 1}
        token = access.create_api_key("shop", house.id, "clerk")
    client, signed = app.test_client(), {"Authorization": f"Bearer {token}"}
    told = client.get("/api/v1/stock/available?sku=S1,KIT,NONE", headers=signed).json["items"]
    assert [(each["sku"], each["available"]) for each in told] == [("KIT", 15), ("S1", 29)]
    assert told[1]["in_packs"] == [{"pack": "case", "count": 2}, {"pack": None, "count": 5}]
    theirs = client.get("/api/v1/stock/available?sku=S1&owner=ACME", headers=signed).json["items"]
    assert theirs[0]["available"] == 4
    assert client.get("/api/v1/stock/available?sku=S1&owner=NONE", headers=signed).status_code == 404
    assert client.get("/api/v1/stock/available", headers=signed).status_code == 422
