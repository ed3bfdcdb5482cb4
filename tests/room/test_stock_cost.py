"""Moving average per warehouse and SKU: kept with the ledger through every way in and out."""
from __future__ import annotations

from decimal import Decimal

import pytest
import stock_floor as floor
from picking_floor import at_once
from sqlalchemy import text
from stock_floor import proved, receive, refuses, worth

from wms.core.transaction import transaction
from wms.stock import service
from wms.stock.cost import Kept

BY = {"reason": "count", "reference": "R1", "actor_id": None}


@pytest.fixture
def house(app):
    return floor.build()


def unit_costs():
    with transaction() as session:
        return [row[0] for row in session.execute(text("SELECT unit_cost FROM stock_move ORDER BY id"))]


def test_the_average_moves_with_what_comes_in(house):
    receive(house, house.goods("S1", "B1", 10, unit_cost=Decimal(2)))
    receive(house, house.goods("S1", "B2", 30, unit_cost=Decimal("4.5")))
    assert worth(house, "S1") == (40, Decimal(155))
    receive(house, house.goods("S1", "B2", 8))  # of unknown price: at the average
    assert worth(house, "S1") == (48, Decimal(186))
    assert unit_costs() == [Decimal(2), Decimal("4.5"), Decimal("3.875")]
    with transaction():
        assert service.average(house.id, [house.skus["S1"]])[house.skus["S1"]].of(1) == Decimal("3.875")
    proved()


def test_moves_inside_the_house_cost_nothing(house):
    receive(house, house.goods("S1", "B1", 10, unit_cost=Decimal(2)))
    with transaction():
        service.move(house.id, [house.goods("S1", "B1", 4)], house.bins["B2"], **BY)
    assert worth(house, "S1") == (10, Decimal(20))
    assert unit_costs()[-1] is None


def test_the_last_piece_takes_what_rounding_left(house):
    receive(house, house.goods("S1", "B1", 3, unit_cost=Decimal("0.3333")))
    receive(house, house.goods("S1", "B1", 4, unit_cost=Decimal("0.0001")))
    left = [worth(house, "S1")]
    for _ in range(7):
        with transaction():
            service.adjust_by(house.id, [house.goods("S1", "B1", -1)], **BY)
        left.append(worth(house, "S1"))
    assert left[-1] == (0, Decimal(0))
    assert all(value >= 0 for _, value in left)
    proved()


def test_what_ships_takes_its_cost_along(house):
    with transaction():
        boxes = [service.ensure_container(house.id, code, "parcel") for code in ("P1", "P2")]
    receive(
        house, house.goods("S1", "PACKED", 2, container_id=boxes[0], unit_cost=Decimal(3)),
        house.goods("S1", "PACKED", 1, container_id=boxes[1], unit_cost=Decimal(3)),
        house.goods("S1", "B1", 1, unit_cost=Decimal(6)),
        house.goods("S2", "PACKED", 5, container_id=boxes[1], owner_id=house.owners["ACME"]),
    )  # fmt: skip
    with transaction():
        service.ship(house.id, dict.fromkeys(boxes, "P"), from_bin_id=house.bins["PACKED"], actor_id=None)
    assert worth(house, "S1") == (1, Decimal("3.75"))
    costs = "SELECT string_agg(coalesce(unit_cost::text, 'none'), ' ' ORDER BY id) FROM stock_move"
    assert floor.value(f"{costs} WHERE reason = 'ship'") == "3.7500 3.7500 none"
    proved()


def test_all_that_ships_leaves_no_value_behind(house):
    with transaction():
        box = service.ensure_container(house.id, "P1", "parcel")
    receive(house, house.goods("S1", "PACKED", 3, container_id=box, unit_cost=Decimal("0.3333")))
    with transaction():
        service.ship(house.id, {box: "P"}, from_bin_id=house.bins["PACKED"], actor_id=None)
    assert worth(house, "S1") == (0, Decimal(0))


def test_goods_of_others_are_not_the_houses_value(house):
    receive(house, house.goods("S1", "B1", 5, owner_id=house.owners["ACME"], unit_cost=Decimal(9)))
    assert floor.value("SELECT count(*) FROM stock_cost") == 0
    receive(house, house.goods("S1", "B1", 5, unit_cost=Decimal(2)))
    with transaction():  # bought from the other owner: at the average
        bought = house.goods("S1", "B1", 2, owner_id=house.owners["ACME"])
        service.reclassify(house.id, [bought], owner_id=1, **BY)
    assert worth(house, "S1") == (7, Decimal(14))
    proved()


def test_an_import_of_counts_keeps_the_average(house):
    receive(house, house.goods("S1", "B1", 5, unit_cost=Decimal(2)))
    with transaction():
        service.adjust_to(house.id, [house.goods("S1", "B1", 2), house.goods("S1", "B2", 6)], **BY)
    assert worth(house, "S1") == (8, Decimal(16))
    proved()


@pytest.mark.parametrize("cost", [Decimal("-0.01"), Decimal(10) ** 9, Decimal("NaN")])
def test_a_price_that_makes_no_sense_is_refused(house, cost):
    with refuses("bad_cost"):
        service.receive(house.id, [house.goods("S1", "B1", 5, unit_cost=cost)], reference="x", actor_id=None)


def test_the_average_is_right_after_many_at_once(house, app):
    receive(house, house.goods("S1", "B1", 1, unit_cost=Decimal(1)))
    acts = [
        floor.refused_or(
            lambda n=n: service.receive(
                house.id, [house.goods("S1", ("B1", "B2", "BULK1")[n % 3], 10, unit_cost=Decimal(n))],
                reference="x", actor_id=None,
            )
        )
        for n in range(1, 7)
    ]  # fmt: skip
    assert at_once(app, *acts) == ["done"] * 6
    assert worth(house, "S1") == (61, Decimal(211))
    proved()


def test_the_average_never_falls_below_nothing():
    kept = Kept(3, Decimal("0.0001"))
    assert [kept.take(1), kept.take(1), kept.take(1)] == [Decimal(0), Decimal(0), Decimal("0.0001")]
    assert Kept().of(5) == 0
