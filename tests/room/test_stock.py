"""The stock room on a real database: what moves, what refuses, and that refusals move nothing."""
from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from wms.catalog.models import Sku
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout.models import Bin, Warehouse
from wms.stock import check, service
from wms.stock.models import StockBalance, StockLevel, StockMove
from wms.stock.service import Goods, Want

SPECIAL = ("supplier", "customer", "adjustment", "scrap", "stage", "packed", "receive")


@pytest.fixture
def floor(app, tx):
    """A warehouse with three pick bins and three SKUs; ids by code."""
    with tx() as session:
        house = Warehouse(code="W", name="W", aisles=1, aisle_spacing_mm=1, aisle_length_mm=1)
        session.add(house)
        session.flush()
        bins = [Bin(warehouse_id=house.id, code=f"B{n}", kind="pick") for n in (1, 2, 3)]
        bins += [Bin(warehouse_id=house.id, code=kind.upper(), kind=kind) for kind in SPECIAL]
        skus = [Sku(code=f"S{n}", name=f"Thing {n}") for n in (1, 2, 3)]
        session.add_all([*bins, *skus])
        session.flush()
        return {"W": house.id} | {each.code: each.id for each in [*bins, *skus]}


def stock(floor, sku, bin, qty):
    service.receive(floor["W"], [Goods(floor[sku], floor[bin], qty)], reference="ASN1", actor_id=None)


def everything():
    """Every stock row, to show that a refusal moved nothing."""
    tables = ("stock_move", "stock_balance", "stock_level", "stock_promise", "stock_hold")
    return {t: db.session.execute(text(f"SELECT * FROM {t} ORDER BY id")).all() for t in tables}


def proved(tx):
    db.session.remove()  # what the test itself has read
    with tx():
        report = check.run()
    assert report.ok, report.lines()
    return report


def balance(floor, sku, bin):
    return (
        db.session.query(StockBalance.on_hand, StockBalance.held)
        .filter_by(sku_id=floor[sku], bin_id=floor[bin])
        .order_by(StockBalance.id)
        .first()
    )


def test_goods_go_the_whole_way_from_supplier_to_customer(floor, tx):
    with tx():
        stock(floor, "S1", "B1", 10)
    with tx():
        assert service.promise(floor["W"], [Want(1, floor["S1"], 4)]) == {}
        (held,) = service.hold(floor["W"], [Want(1, floor["S1"], 4)])
        tote = service.ensure_container(floor["W"], "T1", "tote")
        box = service.ensure_container(floor["W"], "P1", "parcel")
    assert balance(floor, "S1", "B1") == (10, 4)
    with tx():
        for qty in (1, 3):
            service.pick(
                held.hold_id, qty, to_bin_id=floor["STAGE"], to_container_id=tote, reference="L1", actor_id=None
            )
    assert balance(floor, "S1", "B1") == (6, 0)
    proved(tx)
    with tx():
        moved = service.pour(
            floor["W"], tote, from_bin_id=floor["STAGE"], to_bin_id=floor["PACKED"], to_container_id=box,
            reason="pack", reference="P1", actor_id=None,
        )  # fmt: skip
        assert moved == 4
        assert service.ship(floor["W"], {box: "P1"}, from_bin_id=floor["PACKED"], actor_id=None) == {box: 4}
    report = proved(tx)
    assert (report.held, report.promised) == (0, 0)
    level = db.session.query(StockLevel).filter_by(sku_id=floor["S1"]).one()
    assert (level.on_hand, level.promised) == (6, 0)


def test_a_promise_is_all_or_nothing(floor, tx):
    with tx():
        stock(floor, "S1", "B1", 5)
        stock(floor, "S2", "B1", 5)
    before = everything()
    with tx():
        missing = service.promise(floor["W"], [Want(1, floor["S1"], 5), Want(2, floor["S2"], 7)])
    assert missing == {floor["S2"]: 2}
    assert everything() == before


def test_many_orders_are_served_in_turn(floor, tx):
    with tx():
        stock(floor, "S1", "B1", 5)
        refused = service.promise_many(
            floor["W"], {"a": [Want(1, floor["S1"], 3)], "b": [Want(2, floor["S1"], 3)], "c": [Want(3, floor["S1"], 2)]}
        )
    assert refused == {"b": {floor["S1"]: 1}}
    assert proved(tx).promised == 5
    with tx():
        service.release_promises([1, 2])
    assert proved(tx).promised == 2


def test_a_hold_is_spread_over_bins_when_none_has_all(floor, tx):
    with tx():
        stock(floor, "S1", "B1", 3)
        stock(floor, "S1", "B2", 4)
        stock(floor, "S1", "B3", 9)
    with tx():
        held = service.hold(floor["W"], [Want(1, floor["S1"], 4), Want(2, floor["S1"], 11)])
    assert [(h.order_line_id, h.bin_id, h.qty) for h in held] == [
        (1, floor["B2"], 4), (2, floor["B3"], 9), (2, floor["B1"], 2),
    ]  # fmt: skip
    with tx():
        service.release_holds([2])
    assert proved(tx).held == 4


def test_goods_that_cannot_be_found_are_not_held(floor, tx):
    with tx() as session:
        stock(floor, "S1", "B1", 3)
        session.get(Bin, floor["B1"]).blocked_reason = "broken shelf"
    before = everything()
    with pytest.raises(WmsError, match="cannot_hold"), tx():
        service.hold(floor["W"], [Want(1, floor["S1"], 1)])
    assert everything() == before


@pytest.mark.parametrize(("qty", "code"), [(0, "bad_quantity"), (-1, "bad_quantity"), (10**12, "bad_quantity")])
def test_a_quantity_that_makes_no_sense_moves_nothing(floor, tx, qty, code):
    before = everything()
    with pytest.raises(WmsError, match=code), tx():
        stock(floor, "S1", "B1", qty)
    assert everything() == before


def test_more_than_is_held_cannot_be_picked(floor, tx):
    with tx():
        stock(floor, "S1", "B1", 10)
        service.promise(floor["W"], [Want(1, floor["S1"], 2)])
        (held,) = service.hold(floor["W"], [Want(1, floor["S1"], 2)])
        tote = service.ensure_container(floor["W"], "T1", "tote")
    before = everything()
    with pytest.raises(WmsError, match="hold_gone"), tx():
        service.pick(held.hold_id, 3, to_bin_id=floor["STAGE"], to_container_id=tote, reference="x", actor_id=None)
    assert everything() == before


def test_an_adjustment_sets_what_is_there_but_not_below_what_is_held(floor, tx):
    with tx():
        assert service.adjust_to(
            floor["W"], [Goods(floor["S1"], floor["B1"], 8)], reason="import", reference="f", actor_id=None
        ) == 1  # fmt: skip
        service.hold(floor["W"], [Want(1, floor["S1"], 5)])
    before = everything()
    with tx():
        again = service.adjust_to(
            floor["W"], [Goods(floor["S1"], floor["B1"], 8)], reason="import", reference="f", actor_id=None
        )
    assert again == 0
    assert everything() == before
    with pytest.raises(WmsError, match="not_enough") as refused, tx():
        service.adjust_to(
            floor["W"], [Goods(floor["S1"], floor["B1"], 4)], reason="count", reference="c", actor_id=None
        )
    assert refused.value.params == {"sku": "S1", "bin": "B1", "free": 3, "wanted": 4}
    assert everything() == before
    with tx():
        service.adjust_to(
            floor["W"], [Goods(floor["S1"], floor["B1"], 5)], reason="count", reference="c", actor_id=None
        )
    proved(tx)


def test_the_check_explains_a_difference(floor, tx):
    with tx():
        stock(floor, "S1", "B1", 10)
    with tx() as session:
        session.execute(text("UPDATE stock_balance SET on_hand = 7"))
    with tx():
        report = check.run()
    laws = {difference.law for difference in report.differences}
    assert laws == {"moves_make_balances", "balances_make_levels", "balances_make_costs"}
    line = next(d.line() for d in report.differences if d.law == "moves_make_balances")
    assert "S1 in B1: 10 expected, 7 found" in line
    assert "received 10: SUPPLIER → B1; ASN1" in line


def test_eight_people_at_once_never_take_more_than_there_is(floor, tx, app):
    with tx():
        stock(floor, "S1", "B1", 30)
    taken, refused = [], []

    def grab(number: int) -> None:
        with app.app_context():
            for turn in range(10):
                line = number * 100 + turn
                with tx():
                    missing = service.promise(floor["W"], [Want(line, floor["S1"], 1)])
                (refused if missing else taken).append(line)
            db.session.remove()

    threads = [threading.Thread(target=grab, args=(n,)) for n in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert (len(taken), len(refused)) == (30, 50)
    assert proved(tx).promised == 30


def test_two_pickers_of_one_hold_take_it_once(floor, tx, app):
    with tx():
        stock(floor, "S1", "B1", 5)
        service.promise(floor["W"], [Want(1, floor["S1"], 1)])
        (held,) = service.hold(floor["W"], [Want(1, floor["S1"], 1)])
        tote = service.ensure_container(floor["W"], "T1", "tote")
    results = []

    def take() -> None:
        with app.app_context():
            try:
                with tx():
                    service.pick(
                        held.hold_id, 1, to_bin_id=floor["STAGE"], to_container_id=tote, reference="r", actor_id=None
                    )
                results.append("taken")
            except WmsError as error:
                results.append(error.code)
            db.session.remove()

    threads = [threading.Thread(target=take) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(results) == ["stock.hold_gone"] * 3 + ["taken"]
    assert db.session.query(StockMove).filter_by(reason="pick").count() == 1
    proved(tx)
