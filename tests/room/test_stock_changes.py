"""What people ask of stock: adjustments by two, scrap, kits, conversions, reservations, transfers."""
from __future__ import annotations

from decimal import Decimal

import pytest
import stock_floor as floor
from picking_floor import at_once
from stock_floor import on_hand, proved, receive, refuses, worth

from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.stock import service
from wms.stock.service import Goods, Want

ASK = {"reason": "broken", "actor_id": 1}


@pytest.fixture
def house(app):
    house = floor.build()
    receive(house, house.goods("S1", "B1", 100, unit_cost=Decimal(10)), house.goods("S2", "B1", 20))
    return house


def ask(house, qty, **more):
    with transaction():
        return service.ask_adjustment(house.id, house.goods("S1", "B1", qty), **{**ASK, **more}).id


def status(id):
    return floor.value("SELECT status FROM stock_adjustment WHERE id = :id", id=id)


# ---- adjustments

def test_a_small_adjustment_is_done_at_once(house):
    asked = ask(house, -50)
    assert (status(asked), on_hand(house, "S1", "B1")) == ("done", 50)
    assert worth(house, "S1") == (50, Decimal(500))
    assert floor.value("SELECT reference FROM stock_move WHERE reason = 'adjust'") == f"ADJ{asked}"
    proved()


def test_one_of_more_value_waits_for_another_person_and_stays_right_meanwhile(house):
    asked = ask(house, -51)
    assert (status(asked), on_hand(house, "S1", "B1")) == ("asked", 100)
    with refuses("second_person_needed"):
        service.approve_adjustment(house.id, asked, actor_id=1)
    with refuses("second_person_needed"):
        service.approve_adjustment(house.id, asked, actor_id=None)
    with transaction():
        service.move(house.id, [house.goods("S1", "B1", 30)], house.bins["B2"], reason="m", reference="m", actor_id=1)
    with transaction():
        service.approve_adjustment(house.id, asked, actor_id=2)
    assert (status(asked), on_hand(house, "S1", "B1"), on_hand(house, "S1", "B2")) == ("done", 19, 30)
    with transaction():
        (shown,) = service.adjustments([asked])
    assert (shown["change"], shown["status"], shown["value"]) == (-51, "done", "510.0000")
    proved()


def test_an_adjustment_is_decided_once(house, app):
    asked = ask(house, 60)
    acts = [floor.refused_or(lambda n=n: service.approve_adjustment(house.id, asked, actor_id=n)) for n in (2, 3)]
    acts.append(floor.refused_or(lambda: service.refuse_adjustment(house.id, asked, actor_id=4)))
    assert sorted(at_once(app, *acts)) == ["core.illegal_move", "core.illegal_move", "done"]
    proved()


def test_a_refused_adjustment_moves_nothing(house):
    asked = ask(house, -60)
    before = floor.everything()["stock_move"]
    with transaction():
        service.refuse_adjustment(house.id, asked, actor_id=2)
    assert (status(asked), floor.everything()["stock_move"]) == ("refused", before)
    with pytest.raises(WmsError, match="illegal_move"), transaction():
        service.approve_adjustment(house.id, asked, actor_id=2)


@pytest.mark.parametrize(
    ("code", "qty", "more"),
    [
        ("reason_needed", -1, {"reason": " "}),
        ("bad_quantity", 0, {}),
        ("bad_quantity", 10**12, {}),
        ("not_enough", -101, {}),
        ("scrap_takes", 1, {"kind": "scrap"}),
    ],
)
def test_an_adjustment_that_makes_no_sense_is_refused(house, code, qty, more):
    with refuses(code):
        service.ask_adjustment(house.id, house.goods("S1", "B1", qty), **{**ASK, **more})


def test_an_unknown_adjustment_is_refused(house):
    asked = ask(house, -60)
    with refuses("unknown_adjustment"):
        service.approve_adjustment(house.other.id, asked, actor_id=2)


def test_pieces_that_went_meanwhile_cannot_be_adjusted_away(house):
    asked = ask(house, -60)
    with transaction():
        service.move(house.id, [house.goods("S1", "B1", 50)], house.bins["B2"], reason="m", reference="m", actor_id=1)
    with refuses("not_enough"):
        service.approve_adjustment(house.id, asked, actor_id=2)
    assert status(asked) == "asked"


def test_scrap_goes_to_the_scrap_bin(house):
    with transaction():
        service.scrap(house.id, house.goods("S1", "B1", 3), **ASK)
    assert floor.value("SELECT to_bin_id FROM stock_move WHERE reason = 'scrap'") == house.bins["SCRAP"]
    assert worth(house, "S1") == (97, Decimal(970))
    with refuses("bad_quantity"):
        service.scrap(house.id, house.goods("S1", "B1", -3), **ASK)


# ---- kits

def parts(house, kits, bin="B1"):
    return [house.goods("S1", bin, 2 * kits), house.goods("S2", bin, kits)]


def test_kits_carry_the_value_of_their_components_and_give_it_back(house):
    with transaction():
        service.adjust_by(house.id, [house.goods("S2", "B1", -20)], reason="r", reference="r", actor_id=None)
    receive(house, house.goods("S2", "B1", 20, unit_cost=Decimal(5)))
    with transaction():
        service.assemble(house.id, house.goods("KIT", "B2", 4), parts(house, 4), reference="K1", actor_id=1)
    assert (on_hand(house, "KIT", "B2"), on_hand(house, "S1", "B1"), on_hand(house, "S2", "B1")) == (4, 92, 16)
    assert worth(house, "KIT") == (4, Decimal(100))
    proved()
    with transaction():
        service.disassemble(house.id, house.goods("KIT", "B2", 4), parts(house, 4, "B2"), reference="K2", actor_id=1)
    assert (worth(house, "KIT"), worth(house, "S1"), worth(house, "S2")) == (
        (0, Decimal(0)), (100, Decimal(1000)), (20, Decimal(100)),
    )  # fmt: skip
    proved()


def test_kits_take_just_their_components(house):
    kit = house.goods("KIT", "B2", 2)
    with refuses("kit_differs") as refused:
        service.assemble(house.id, kit, parts(house, 1), reference="K1", actor_id=1)
    assert refused.value.params == {"sku": "S1", "kits": 2, "needed": 4, "given": 2}
    with refuses("kit_differs"):
        more = [*parts(house, 2), house.goods("S3", "B1", 1)]
        service.assemble(house.id, kit, more, reference="K1", actor_id=1)
    with refuses("not_a_kit"):
        service.assemble(house.id, house.goods("S3", "B2", 2), parts(house, 2), reference="K1", actor_id=1)
    with refuses("not_enough"):
        service.assemble(house.id, house.goods("KIT", "B2", 21), parts(house, 21), reference="K1", actor_id=1)
    with refuses("bad_quantity"):
        service.assemble(house.id, house.goods("KIT", "B2", 0), [], reference="K1", actor_id=1)
    with refuses("bin_blocked"):
        service.assemble(house.id, house.goods("KIT", "SHUT", 1), parts(house, 1), reference="K1", actor_id=1)


def test_two_people_build_kits_of_the_last_components_and_one_does(house, app):
    act = floor.refused_or(
        lambda: service.assemble(house.id, house.goods("KIT", "B2", 20), parts(house, 20), reference="K", actor_id=1)
    )
    assert sorted(at_once(app, act, act)) == ["done", "stock.not_enough"]
    proved()


def test_goods_become_others_for_a_reason(house):
    with transaction():
        service.convert(
            house.id, [house.goods("S1", "B1", 10)], [house.goods("S3", "B2", 40)], reason="cut up", actor_id=1
        )
    assert (worth(house, "S1"), worth(house, "S3")) == ((90, Decimal(900)), (40, Decimal(100)))
    proved()
    for code, taken, made, reason in (
        ("reason_needed", [house.goods("S1", "B1", 1)], [house.goods("S3", "B2", 1)], ""),
        ("nothing_converted", [], [house.goods("S3", "B2", 1)], "x"),
        ("nothing_converted", [house.goods("S1", "B1", 1)], [], "x"),
        ("owners_differ", [house.goods("S1", "B1", 1)], [house.goods("S3", "B2", 1, owner_id=2)], "x"),
        ("bad_quantity", [house.goods("S1", "B1", 0)], [house.goods("S3", "B2", 1)], "x"),
        ("lot_needed", [house.goods("S1", "B1", 1)], [house.goods("LOT", "B2", 1)], "x"),
    ):
        with refuses(code):
            service.convert(house.id, taken, made, reason=reason, actor_id=1)


# ---- reservations

def test_what_is_set_aside_is_not_promised_to_orders(house):
    with transaction():
        service.reserve(house.id, [house.goods("S1", "B1", 60)], origin="manual", reference="photo")
        assert service.promise(house.id, [Want(1, house.skus["S1"], 41)]) == {house.skus["S1"]: 1}
        assert service.promise(house.id, [Want(1, house.skus["S1"], 40)]) == {}
    proved()
    with refuses("promised_to_orders"):
        service.reserve(house.id, [house.goods("S1", "B1", 1)], origin="kit", reference="K")
    with refuses("not_enough"):
        service.reserve(house.id, [house.goods("S1", "B1", 41)], origin="replenish", reference="R")
    with transaction():
        assert [each.qty for each in service.reserved(house.id, "manual", "photo")] == [60]
        assert service.release_reservation(house.id, "manual", "photo") == 60
        assert service.release_reservation(house.id, "manual", "photo") == 0
        assert service.promise(house.id, [Want(2, house.skus["S1"], 60)]) == {}
    proved()


def test_replenishment_moves_what_it_set_aside_and_orders_still_count_on_it(house):
    receive(house, house.goods("S3", "BULK1", 10))
    with transaction():
        service.reserve(house.id, [house.goods("S3", "BULK1", 6)], origin="replenish", reference="R1")
        assert service.promise(house.id, [Want(1, house.skus["S3"], 10)]) == {}
    proved()
    with transaction():
        moved = service.take_reserved(
            house.id, "replenish", "R1", to_bin_id=house.bins["B2"], reason="replenish", actor_id=1
        )
    assert ([each.qty for each in moved], on_hand(house, "S3", "B2")) == ([6], 6)
    with refuses("nothing_reserved"):
        service.take_reserved(house.id, "replenish", "R1", to_bin_id=house.bins["B2"], reason="r", actor_id=1)
    proved()


def test_a_reservation_says_what_it_is_for(house):
    goods = [house.goods("S1", "B1", 1)]
    with refuses("bad_origin"):
        service.reserve(house.id, goods, origin="order", reference="x")
    with refuses("reference_needed"):
        service.reserve(house.id, goods, origin="manual", reference="")
    with refuses("bad_quantity"):
        service.reserve(house.id, [house.goods("S1", "B1", 0)], origin="manual", reference="x")


def test_two_people_set_the_last_pieces_aside_and_one_does(house, app):
    goods = [house.goods("S1", "B1", 60)]
    acts = [
        floor.refused_or(lambda n=n: service.reserve(house.id, goods, origin="manual", reference=f"M{n}"))
        for n in range(3)
    ]
    assert sorted(at_once(app, *acts)) == ["done", "stock.not_enough", "stock.not_enough"]
    proved()


# ---- transfers

def opened(house, *goods):
    with transaction():
        return service.open_transfer(house.id, house.other.id, goods, actor_id=1).id


def shipped(house, *goods, **more):
    id = opened(house, *goods)
    with transaction():
        service.ship_transfer(house.id, id, actor_id=1, **more)
    return id


def test_goods_go_to_another_warehouse_with_their_value(house):
    other = house.other
    id = opened(house, house.goods("S1", "B1", 30))
    proved()
    with transaction():
        service.ship_transfer(house.id, id, actor_id=1)
    assert (on_hand(house, "S1", "TRANSIT"), worth(house, "S1")) == (30, (100, Decimal(1000)))
    (shown,) = _transfers(other, direction="in")
    assert (shown["status"], shown["lines"][0]["in_transit"]) == ("in_transit", 30)
    with transaction():
        done = service.arrive_transfer(other.id, id, [other.goods("S1", "RECEIVE", 20)], actor_id=2)
    assert done == service.Arrived(20, 0, 10)
    assert (worth(house, "S1"), worth(other, "S1")) == ((80, Decimal(800)), (20, Decimal(200)))
    with transaction():
        done = service.arrive_transfer(other.id, id, [other.goods("S1", "B1", 10)], actor_id=2)
    assert done == service.Arrived(10, 0, 0)
    (shown,) = _transfers(house, direction="out")
    assert (shown["status"], shown["lines"][0]["received"]) == ("received", 30)
    proved()


def _transfers(house, **which):
    with transaction():
        return service.transfers(house.id, **which)


def test_what_does_not_arrive_is_the_senders_loss(house):
    id = shipped(house, house.goods("S1", "B1", 30))
    with transaction():
        service.arrive_transfer(house.other.id, id, [house.other.goods("S1", "B1", 28)], actor_id=2)
    with transaction():
        assert service.finish_transfer(house.other.id, id, actor_id=2) == 2
    assert (on_hand(house, "S1", "TRANSIT"), worth(house, "S1")) == (0, (70, Decimal(700)))
    assert floor.value("SELECT sum(qty) FROM stock_move WHERE reason = 'transfer_short'") == 2
    proved()
    with refuses("not_in_transit"):
        service.finish_transfer(house.other.id, id, actor_id=2)


def test_more_than_was_sent_needs_consent(house):
    id = shipped(house, house.goods("S1", "B1", 30))
    goods = [house.other.goods("S1", "B1", 31)]
    with refuses("transfer_over"):
        service.arrive_transfer(house.other.id, id, goods, actor_id=2)
    with transaction():
        done = service.arrive_transfer(house.other.id, id, goods, actor_id=2, allow_over=True)
    assert done == service.Arrived(30, 1, 0)
    assert on_hand(house.other, "S1", "B1") == 31
    assert floor.value("SELECT qty FROM stock_move WHERE reason = 'transfer_over'") == 1
    proved()


def test_serials_and_lots_travel(house):
    receive(house, house.goods("SER", "B1", 2, serials=("N1", "N2")))
    id = opened(house, house.goods("SER", "B1", 2))
    with refuses("serials_needed"):
        service.ship_transfer(house.id, id, actor_id=1)
    with transaction():
        service.ship_transfer(house.id, id, actor_id=1, serials={house.skus["SER"]: ["N1", "N2"]})
    with refuses("serials_needed"):
        service.arrive_transfer(house.other.id, id, [house.other.goods("SER", "B1", 2)], actor_id=2)
    with transaction():
        goods = [house.other.goods("SER", "B1", 2, serials=("N2", "N1"))]
        service.arrive_transfer(house.other.id, id, goods, actor_id=2)
    there = "SELECT count(*) FROM stock_serial WHERE warehouse_id = :house AND bin_id = :bin"
    assert floor.value(there, house=house.other.id, bin=house.other.bins["B1"]) == 2
    proved()


def test_a_transfer_that_is_given_up_frees_its_goods(house):
    id = opened(house, house.goods("S1", "B1", 30))
    with refuses("not_enough"):
        service.move(house.id, [house.goods("S1", "B1", 71)], house.bins["B2"], reason="m", reference="m", actor_id=1)
    with transaction():
        service.cancel_transfer(house.id, id)
        assert service.promise(house.id, [Want(1, house.skus["S1"], 100)]) == {}
    proved()


def test_transfers_that_make_no_sense_are_refused(house):
    goods = [house.goods("S1", "B1", 1)]
    with transaction():
        pallet = service.ensure_container(house.id, "P1", "pallet")
    with refuses("same_warehouse"):
        service.open_transfer(house.id, house.id, goods, actor_id=1)
    with refuses("unknown_warehouse"):
        service.open_transfer(house.id, 10**9, goods, actor_id=1)
    with refuses("empty_transfer"):
        service.open_transfer(house.id, house.other.id, [], actor_id=1)
    with refuses("not_loose"):
        inside = [house.goods("S1", "B1", 1, container_id=pallet)]
        service.open_transfer(house.id, house.other.id, inside, actor_id=1)
    with refuses("not_enough"):
        service.open_transfer(house.id, house.other.id, [house.goods("S1", "B1", 101)], actor_id=1)
    id = opened(house, *goods)
    with refuses("not_in_transit"):
        service.arrive_transfer(house.other.id, id, [house.other.goods("S1", "B1", 1)], actor_id=1)
    with refuses("unknown_transfer"):
        service.ship_transfer(house.other.id, id, actor_id=1)
    with refuses("unknown_transfer"):
        service.arrive_transfer(house.id, id, goods, actor_id=1)


def test_transfers_there_and_back_arrive_at_once(house, app):
    other = house.other
    receive(other, other.goods("S1", "B1", 50, unit_cost=Decimal(3)))
    there = [shipped(house, house.goods("S1", "B1", 2)) for _ in range(3)]
    back = [shipped(other, other.goods("S1", "B1", 2)) for _ in range(3)]

    def arrive(id: int, at: floor.House) -> None:
        service.arrive_transfer(at.id, id, [Goods(at.skus["S1"], at.bins["B2"], 2)], actor_id=1)

    acts = [floor.refused_or(lambda id=id: arrive(id, other)) for id in there]
    acts += [floor.refused_or(lambda id=id: arrive(id, house)) for id in back]
    assert at_once(app, *acts) == ["done"] * 6
    proved()
