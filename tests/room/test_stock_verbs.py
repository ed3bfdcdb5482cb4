"""Receiving, moving, containers and reclassifying: what goes where, what is refused, and that refusals move nothing."""
from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import stock_floor as floor
from picking_floor import at_once
from sqlalchemy import text
from stock_floor import on_hand, proved, receive, refuses

from wms.core import clock
from wms.core.command import run_once
from wms.core.transaction import transaction
from wms.stock import service
from wms.stock.service import Goods, Want

TODAY = datetime(2026, 11, 25, 12, tzinfo=UTC)
BY = {"reason": "tidy", "reference": "R1", "actor_id": None}


@pytest.fixture
def house(app):
    return floor.build()


def container(house, code, kind="pallet"):
    with transaction():
        return service.ensure_container(house.id, code, kind)


# ---- moving

def test_goods_move_and_what_may_be_promised_follows(house):
    receive(house, house.goods("S1", "RECEIVE", 10))
    with transaction():
        assert service.promise(house.id, [Want(1, house.skus["S1"], 1)]) == {house.skus["S1"]: 1}
    with transaction():
        service.move(house.id, [house.goods("S1", "RECEIVE", 4)], house.bins["B1"], **BY)
    assert (on_hand(house, "S1", "RECEIVE"), on_hand(house, "S1", "B1")) == (6, 4)
    with transaction():
        assert service.promise(house.id, [Want(1, house.skus["S1"], 4)]) == {}
    proved()


def test_pieces_that_are_held_stay(house):
    receive(house, house.goods("S1", "B1", 5))
    with transaction():
        service.hold(house.id, [Want(1, house.skus["S1"], 3)])
    with refuses("not_enough"):
        service.move(house.id, [house.goods("S1", "B1", 3)], house.bins["B2"], **BY)


@pytest.mark.parametrize("qty", [0, -1, 10**12])
def test_a_quantity_that_makes_no_sense_is_refused(house, qty):
    receive(house, house.goods("S1", "B1", 5))
    goods = [house.goods("S1", "B1", qty)]
    with refuses("bad_quantity"):
        service.receive(house.id, goods, reference="x", actor_id=None)
    with refuses("bad_quantity"):
        service.move(house.id, goods, house.bins["B2"], **BY)
    with refuses("bad_quantity"):
        service.reclassify(house.id, goods, condition="damaged", **BY)
    with refuses("bad_quantity"):
        service.adjust_by(house.id, [house.goods("S1", "B1", abs(qty) if qty > 0 else 0)], **BY)


def test_two_people_move_the_same_last_pieces_and_one_gets_them(house, app):
    receive(house, house.goods("S1", "B1", 2))
    acts = [
        floor.refused_or(lambda bin=bin: service.move(house.id, [house.goods("S1", "B1", 2)], house.bins[bin], **BY))
        for bin in ("B2", "BULK1", "Q1", "B2")
    ]
    assert sorted(at_once(app, *acts)) == ["done"] + ["stock.not_enough"] * 3
    proved()


def test_the_ledger_says_which_command_moved_goods(house):
    command = uuid.uuid4()
    receive(house, house.goods("S1", "B1", 2))

    def change():
        service.move(house.id, [house.goods("S1", "B1", 1)], house.bins["B2"], **BY)
        return {}

    run_once(command, "test", {}, None, change)
    assert floor.value("SELECT command_id FROM stock_move WHERE reason = 'tidy'") == command
    assert floor.value("SELECT count(*) FROM stock_move WHERE command_id IS NULL") == 1


# ---- what a bin allows

LIMITS = [
    ("SHUT", "bin_blocked", [("S2", 1, {})]),
    ("ONE-SKU", "mix_sku", [("S2", 1, {}), ("S3", 1, {})]),
    ("ONE-LOT", "mix_lot", [("S2", 1, {"lot": "A"}), ("S2", 1, {"lot": "B"})]),
    ("SMALL", "bin_full", [("S1", 4, {})]),
    ("WEAK", "bin_overweight", [("S1", 3, {})]),
]


@pytest.mark.parametrize(("bin", "code", "goods"), LIMITS)
def test_a_bin_takes_only_what_it_allows(house, bin, code, goods):
    receive(house, *(house.goods(sku, "B1", qty, **more) for sku, qty, more in goods))
    with refuses(code):
        service.receive(
            house.id, [house.goods(sku, bin, qty, **more) for sku, qty, more in goods], reference="x", actor_id=None
        )
    moved = [house.goods(sku, "B1", qty, **more) for sku, qty, more in goods]
    with refuses(code):
        service.move(house.id, moved, house.bins[bin], **BY)
    with refuses(code):
        service.check_fits(house.id, moved, house.bins[bin])
    if bin != "SHUT":  # one piece less, or one kind less, is welcome
        less = moved[:-1] or [house.goods("S1", "B1", moved[0].qty - 1)]
        with transaction():
            service.move(house.id, less, house.bins[bin], **BY)
        proved()


def test_owners_are_kept_apart_where_a_bin_asks_for_it(house):
    receive(house, house.goods("S1", "ONE-OWNER", 1), house.goods("S1", "B1", 1, owner_id=house.owners["ACME"]))
    with refuses("mix_owner"):
        service.move(
            house.id, [house.goods("S1", "B1", 1, owner_id=house.owners["ACME"])], house.bins["ONE-OWNER"], **BY
        )


def test_two_people_fill_the_last_room_of_a_bin_and_one_does(house, app):
    receive(house, house.goods("S1", "SMALL", 1), house.goods("S1", "B1", 4))
    act = floor.refused_or(lambda: service.move(house.id, [house.goods("S1", "B1", 2)], house.bins["SMALL"], **BY))
    assert sorted(at_once(app, act, act)) == ["done", "stock.bin_full"]
    assert on_hand(house, "S1", "SMALL") == 3


# ---- containers

def test_a_pallet_moves_whole_with_the_totes_on_it(house):
    pallet, tote = container(house, "P1"), container(house, "T1", "tote")
    receive(
        house, house.goods("S1", "RECEIVE", 5, container_id=pallet), house.goods("S2", "RECEIVE", 3, container_id=tote),
        house.goods("S2", "RECEIVE", 9),
    )  # fmt: skip
    with transaction():
        service.nest(house.id, tote, pallet)
        assert service.tree(pallet) == sorted([pallet, tote])
    with transaction():
        assert service.move_container(house.id, pallet, to_bin_id=house.bins["BULK1"], **BY) == 8
        assert service.where_is(house.id, tote) == house.bins["BULK1"]
    assert on_hand(house, "S1", "BULK1", container_id=pallet) == 5
    assert on_hand(house, "S2", "BULK1", container_id=tote) == 3
    assert on_hand(house, "S2", "RECEIVE") == 9
    with transaction():  # the tote alone, out of the pallet
        assert service.move_container(house.id, tote, to_bin_id=house.bins["B1"], **BY) == 3
        assert service.tree(pallet) == [pallet]
    proved()


def test_an_empty_container_is_where_it_was_put(house):
    pallet, tote = container(house, "P1"), container(house, "T1", "tote")
    with transaction():
        assert service.where_is(house.id, pallet) is None
        service.nest(house.id, tote, pallet)
        assert service.move_container(house.id, pallet, to_bin_id=house.bins["B2"], **BY) == 0
    with transaction():
        assert service.where_is(house.id, tote) == house.bins["B2"]
        service.nest(house.id, tote, None)
    with transaction():
        service.move_container(house.id, pallet, to_bin_id=house.bins["B1"], **BY)
        assert service.where_is(house.id, tote) == house.bins["B2"]


def test_a_container_cannot_be_inside_itself_not_even_through_others(house):
    one, two, three = (container(house, f"P{n}") for n in (1, 2, 3))
    with transaction():
        service.nest(house.id, two, one)
        service.nest(house.id, three, two)
    for inner, outer in ((one, one), (one, two), (one, three), (two, three)):
        with refuses("container_in_itself"):
            service.nest(house.id, inner, outer)
        with refuses("container_in_itself"):
            service.move_container(house.id, inner, to_bin_id=house.bins["B1"], into_container_id=outer, **BY)


def test_two_people_nest_in_a_ring_at_once_and_one_is_refused(house, app):
    one, two = container(house, "P1"), container(house, "P2")
    acts = [
        floor.refused_or(lambda: service.nest(house.id, one, two)),
        floor.refused_or(lambda: service.nest(house.id, two, one)),
    ]
    assert sorted(at_once(app, *acts)) == ["done", "stock.container_in_itself"]


def test_a_container_with_held_goods_stays(house):
    pallet = container(house, "P1")
    receive(house, house.goods("S1", "B1", 5, container_id=pallet))
    with transaction() as session:  # as a hold does
        session.execute(text("UPDATE stock_balance SET held = 1"))
    with refuses("container_held"):
        service.move_container(house.id, pallet, to_bin_id=house.bins["B2"], **BY)


def test_goods_do_not_go_into_a_container_that_stands_elsewhere(house):
    pallet, far = container(house, "P1"), container(house, "P2")
    receive(house, house.goods("S1", "B1", 5, container_id=pallet), house.goods("S2", "B2", 5, container_id=far))
    with refuses("container_elsewhere"):
        service.receive(house.id, [house.goods("S1", "B2", 1, container_id=pallet)], reference="x", actor_id=None)
    with refuses("container_elsewhere"):
        service.move(house.id, [house.goods("S2", "B2", 1, container_id=far)], house.bins["B2"], pallet, **BY)
    with refuses("container_elsewhere"):
        service.nest(house.id, pallet, far)
    with refuses("unknown_container"):
        service.nest(house.id, pallet, 10**9)
    with refuses("same_place"):
        service.move_container(house.id, pallet, to_bin_id=house.bins["B1"], **BY)
    with refuses("mix_sku"):
        service.receive(house.id, [house.goods("S3", "ONE-SKU", 1)], reference="x", actor_id=None)
        service.move_container(house.id, pallet, to_bin_id=house.bins["ONE-SKU"], **BY)


# ---- lots

def test_a_lot_is_made_with_its_dates_on_receipt(house):
    with clock.fixed(TODAY):
        receive(house, house.goods("LOT", "B1", 5, lot="A", produced_on=date(2026, 11, 1)))
    assert floor.value("SELECT expires_on FROM stock_lot WHERE code = 'A'") == date(2027, 2, 9)
    with clock.fixed(TODAY):  # known: its date need not be told again
        receive(house, house.goods("LOT", "B1", 5, lot="A"))
    proved()


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("lot_needed", {}),
        ("expiry_needed", {"lot": "A"}),
        ("lot_expired", {"lot": "A", "expires_on": date(2026, 11, 24)}),
        ("lot_too_short", {"lot": "A", "expires_on": date(2026, 12, 24)}),
        ("lot_dates_differ", {"lot": "KNOWN", "expires_on": date(2027, 6, 2)}),
        ("lot_dates_differ", {"lot": "KNOWN", "produced_on": date(2026, 6, 2)}),
    ],
)
def test_a_lot_that_cannot_be_taken_in_is_refused(house, code, facts):
    with clock.fixed(TODAY):
        receive(house, house.goods("LOT", "B1", 1, lot="KNOWN", expires_on=date(2027, 6, 1)))
        with refuses(code):
            service.receive(house.id, [house.goods("LOT", "B1", 5, **facts)], reference="x", actor_id=None)
        receive(house, house.goods("LOT", "B1", 5, lot="LAST", expires_on=date(2026, 12, 25)))  # just long enough


# ---- serials

def test_serials_follow_their_pieces(house):
    receive(house, house.goods("SER", "B1", 3, serials=("N1", "N2", "N3"), unit_cost=Decimal(10)))
    with transaction():
        service.move(house.id, [house.goods("SER", "B1", 2, serials=("N1", "N3"))], house.bins["B2"], **BY)
    there = "SELECT string_agg(code, ',' ORDER BY code) FROM stock_serial WHERE bin_id = :bin"
    assert floor.value(there, bin=house.bins["B2"]) == "N1,N3"
    assert floor.value("SELECT count(*) FROM stock_move WHERE serial <> '' AND qty = 1") == 5
    assert floor.worth(house, "SER") == (3, Decimal(30))
    proved()


def test_serials_go_out_in_their_parcel_and_may_come_back(house):
    box = container(house, "BOX", "parcel")
    receive(house, house.goods("SER", "PACKED", 2, serials=("N1", "N2"), container_id=box))
    receive(house, house.goods("S1", "PACKED", 2, container_id=box))
    with transaction():
        assert service.ship(house.id, {box: "BOX"}, from_bin_id=house.bins["PACKED"], actor_id=None) == {box: 4}
    assert floor.value("SELECT count(*) FROM stock_serial WHERE bin_id IS NULL") == 2
    assert floor.value("SELECT count(*) FROM stock_move WHERE reason = 'ship' AND serial <> ''") == 2
    receive(house, house.goods("SER", "RECEIVE", 1, serials=("N2",)))
    proved()


@pytest.mark.parametrize(
    ("code", "serials"),
    [
        ("serials_needed", ()),
        ("serials_differ", ("N8",)),
        ("serial_twice", ("N8", "N8")),
        ("serial_known", ("N8", "N1")),
    ],
)
def test_serials_that_cannot_be_taken_in_are_refused(house, code, serials):
    receive(house, house.goods("SER", "B1", 1, serials=("N1",)))
    with refuses(code):
        service.receive(house.id, [house.goods("SER", "B2", 2, serials=serials)], reference="x", actor_id=None)


def test_only_serials_that_are_there_can_move(house):
    receive(house, house.goods("SER", "B1", 2, serials=("N1", "N2")), house.goods("SER", "B2", 1, serials=("N3",)))
    with refuses("serials_needed"):
        service.move(house.id, [house.goods("SER", "B1", 1)], house.bins["B2"], **BY)
    with refuses("serial_not_here"):
        service.move(house.id, [house.goods("SER", "B1", 1, serials=("N3",))], house.bins["Q1"], **BY)
    with refuses("serial_not_here"):
        service.move(house.id, [house.goods("SER", "B1", 1, serials=("N9",))], house.bins["Q1"], **BY)


def test_one_serial_received_by_two_people_at_once_is_taken_in_once(house, app):
    goods = [house.goods("SER", "B1", 1, serials=("N1",))]
    act = floor.refused_or(lambda: service.receive(house.id, goods, reference="x", actor_id=None))
    assert sorted(at_once(app, act, act)) == ["done", "stock.serial_known"]
    proved()


# ---- what goods are

def test_goods_become_damaged_and_good_again(house):
    receive(house, house.goods("S1", "B1", 5, unit_cost=Decimal("3.3333")))
    with transaction():
        service.reclassify(house.id, [house.goods("S1", "B1", 2)], condition="damaged", **BY)
    assert (on_hand(house, "S1", "B1", condition="good"), on_hand(house, "S1", "B1", condition="damaged")) == (3, 2)
    assert floor.worth(house, "S1") == (5, Decimal("16.6665"))
    with transaction():
        assert service.promise(house.id, [Want(1, house.skus["S1"], 4)])
        damaged = house.goods("S1", "B1", 2, condition="damaged")
        service.reclassify(house.id, [damaged], condition="good", **BY)
        assert not service.promise(house.id, [Want(1, house.skus["S1"], 5)])
    assert floor.worth(house, "S1") == (5, Decimal("16.6665"))
    proved()


def test_a_serial_stays_with_its_piece_when_that_is_damaged(house):
    receive(house, house.goods("SER", "B1", 2, serials=("N1", "N2")))
    with transaction():
        service.reclassify(house.id, [house.goods("SER", "B1", 1, serials=("N2",))], condition="damaged", **BY)
    assert floor.value("SELECT condition FROM stock_serial WHERE code = 'N2'") == "damaged"
    proved()


def test_a_change_that_changes_nothing_is_refused(house):
    receive(house, house.goods("S1", "B1", 5))
    with refuses("nothing_changes"):
        service.reclassify(house.id, [house.goods("S1", "B1", 2)], condition="good", **BY)
    with refuses("bad_condition"):
        service.reclassify(house.id, [house.goods("S1", "B1", 2)], condition="tired", **BY)
    with refuses("not_enough"):
        service.reclassify(house.id, [house.goods("S1", "B1", 6)], condition="damaged", **BY)


# ---- counts

def test_the_books_are_known_as_of_a_moment(house):
    start = clock.now()
    with clock.fixed(start):
        receive(house, house.goods("S1", "B1", 10), house.goods("S2", "B1", 4))
    with clock.fixed(start + timedelta(minutes=2)), transaction():
        service.move(house.id, [house.goods("S1", "B1", 3), house.goods("S2", "B1", 4)], house.bins["B2"], **BY)
    with transaction():
        then = service.book_at(house.id, house.bins["B1"], start + timedelta(minutes=1))
        after = service.book_at(house.id, house.bins["B1"], start + timedelta(minutes=3))
        before = service.book_at(house.id, house.bins["B1"], start - timedelta(minutes=1))
    assert {place.sku_id: qty for place, qty in then.items()} == {house.skus["S1"]: 10, house.skus["S2"]: 4}
    assert {place.sku_id: qty for place, qty in after.items()} == {house.skus["S1"]: 7}
    assert before == {}
    with transaction():  # 9 were counted at a moment when the books said 10
        service.adjust_by(house.id, [house.goods("S1", "B1", -1)], reason="count", reference="C1", actor_id=None)
    assert on_hand(house, "S1", "B1") == 6
    proved()


def test_an_adjustment_by_more_than_is_free_is_refused(house):
    receive(house, house.goods("S1", "B1", 3))
    with refuses("not_enough"):
        service.adjust_by(house.id, [house.goods("S1", "B1", -4)], **BY)


def test_goods_know_their_place():
    assert Goods(1, 2, 3, lot="L").place == service.Place(2, 1, "L")
