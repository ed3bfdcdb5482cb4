"""Bundles in orders: sold as one thing, promised, picked, packed and sent as their parts."""
from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import order_samples as samples
import packing_floor as tables
import picking_floor as floor
import pytest
from order_samples import draft, everything, order, promised, proved, take
from picking_floor import do
from sqlalchemy import text

from wms.catalog import service as catalog
from wms.catalog.models import Owner, Sku
from wms.catalog.service import SkuFacts
from wms.core.clock import now
from wms.core.error import WmsError
from wms.core.importing import import_file
from wms.insight import service as insight
from wms.orders import service as orders
from wms.orders.models import Order, OrderLine, Shop
from wms.stock import service as stock
from wms.stock.service import Want


@pytest.fixture
def house(app, tx):
    """10 pieces each of S1 and S2; KIT is two S1 and one S2, BOX is a KIT and one S1."""
    house = samples.shop(10)
    with tx():
        catalog.put_skus([SkuFacts("KIT", "Gift set"), SkuFacts("BOX", "Gift box")])
        catalog.put_bundles({"KIT": [("S1", 2), ("S2", 1)], "BOX": [("KIT", 1), ("S1", 1)]})
    return house


def lines(number="1"):
    """(key, SKU, pieces, whether exploded, key of the bundle) of each line."""
    made = order(number)
    keys = {line.id: line.line_key for line in made.lines}
    skus = {sku.id: sku.code for sku in floor.db.session.query(Sku)}
    return [
        (line.line_key, skus[line.sku_id], line.qty, line.exploded, keys.get(line.bundle_line_id))
        for line in made.lines
    ]


APART = [
    ("KIT", "KIT", 2, True, None), ("S2", "S2", 1, False, None),
    ("KIT › S1", "S1", 4, False, "KIT"), ("KIT › S2", "S2", 2, False, "KIT"),
]  # fmt: skip


def test_a_bundle_is_taken_apart_when_its_stock_is_promised(house):
    take(house, draft("1", ("KIT", 2), ("S2", 1)))
    assert (order().confirmation, lines()) == ("confirmed", APART)
    assert promised() == {"S1": 4, "S2": 3}
    proved()


def test_bundles_in_bundles_are_taken_apart_to_the_end(house):
    take(house, draft("1", ("BOX", 2)))
    assert [line[:3] for line in lines()[1:]] == [("BOX › S1", "S1", 6), ("BOX › S2", "S2", 2)]
    assert promised() == {"S1": 6, "S2": 2}


def test_a_bundle_short_of_one_part_is_held_with_that_part_named(house, tx):
    take(house, draft("1", ("KIT", 6)))
    held = order()
    assert (held.confirmation, held.hold_reason, held.hold_params["short"]) == ("held", "stock_short", "S1 × 2")
    assert lines() == [("KIT", "KIT", 6, False, None)]  # whole until it is promised
    assert promised() == {"S1": 0, "S2": 0}
    with tx():
        (bin_id, _) = samples.layout.bin_ids(house, ["A01-01L1"])["A01-01L1"]
        more = stock.Goods(catalog.sku_ids(["S1"])["S1"], bin_id, 2)
        stock.receive(house, [more], reference="ASN2", actor_id=None)
        assert orders.audit([held.id]).confirmed == [held.id]
    assert promised() == {"S1": 12, "S2": 6}


def test_the_same_order_again_stays_as_it_is(house):
    take(house, draft("1", ("KIT", 2), ("S2", 1)))
    before = everything()
    again = take(house, draft("1", ("KIT", 2), ("S2", 1)))
    assert (list(again.unchanged), everything()) == ([0], before)


def test_an_edited_order_is_taken_apart_anew(house):
    take(house, draft("1", ("KIT", 2), ("S2", 1)))
    assert list(take(house, draft("1", ("KIT", 3))).updated) == [0]
    assert [line[:3] for line in lines()] == [("KIT", "KIT", 3), ("KIT › S1", "S1", 6), ("KIT › S2", "S2", 3)]
    assert promised() == {"S1": 6, "S2": 3}
    take(house, draft("1", ("S2", 1)))
    assert (lines(), promised()) == ([("S2", "S2", 1, False, None)], {"S1": 0, "S2": 1})
    proved()


def test_a_line_that_has_a_parts_key_by_chance_is_told_apart(house):
    odd = samples.DraftLine("KIT › S1", "S2", 1, samples.Decimal(2))
    plain = draft("1", ("KIT", 1))
    take(house, replace(plain, lines=(*plain.lines, odd)))
    assert [line[0] for line in lines()] == ["KIT", "KIT › S1", "KIT › S1›", "KIT › S2"]


def test_cancelling_frees_the_parts(house, tx):
    take(house, draft("1", ("KIT", 2)))
    with tx():
        orders.cancel([order().id])
    assert promised() == {"S1": 0, "S2": 0}
    proved()


def test_the_first_order_gets_the_parts_and_the_next_is_short(house):
    take(house, draft("1", ("KIT", 3)), draft("2", ("S1", 5), after=1), draft("3", ("KIT", 2), after=2))
    assert [order(n).confirmation for n in "123"] == ["confirmed", "held", "confirmed"]
    assert promised() == {"S1": 10, "S2": 5}
    proved()


def test_bundles_that_stand_ready_assembled_are_sent_as_they_are(house, tx):
    with tx():
        (bin_id, _) = samples.layout.bin_ids(house, ["A01-02L1"])["A01-02L1"]
        kits = stock.Goods(catalog.sku_ids(["KIT"])["KIT"], bin_id, 3)
        stock.receive(house, [kits], reference="KITTING", actor_id=None)
    take(house, draft("1", ("KIT", 2)), draft("2", ("KIT", 2), after=1))
    assert lines("1") == [("KIT", "KIT", 2, False, None)]
    assert [line[:3] for line in lines("2")[1:]] == [("KIT › S1", "S1", 4), ("KIT › S2", "S2", 2)]
    assert promised() == {"S1": 4, "S2": 2, "KIT": 2}
    proved()


def test_an_import_stocks_up_the_parts(house):
    csv = (
        "order number,sku,qty,price,paid,recipient,phone,country,address\n"
        "77,KIT,20,1.00,20.00,Ann,1,France,1 rue A\n"
    )
    done = import_file(
        "orders", io.BytesIO(csv.encode()), warehouse_id=house, mapping={"shop": "=T"}, options={"stock": 1}
    )
    assert (done.more["confirmed"], promised()["S1"], promised()["S2"]) == (1, 40, 20)


# ---- on the floor

@pytest.fixture
def picking_house(app, tx):
    house = floor.build()
    with tx():
        catalog.put_skus([SkuFacts("KIT", "Gift set")])
        catalog.put_bundles({"KIT": [("S1", 2), ("S2", 1)]})
    return house


def place(house, number, *wanted):
    with floor.transaction():
        told = draft(number, *wanted)
        made = orders.take(house.id, [replace(told, shop="SHOP")])
        assert made.audited.confirmed, made
        return made.created[0]


def test_a_bundle_is_picked_packed_and_shipped_as_its_parts(picking_house, tx):
    house = picking_house
    order_id = place(house, "O1", ("KIT", 2), ("S3", 1))
    assert floor.wave(house)["status"] == "released"
    picker = floor.person(house, "Pia")
    task = floor.start(picker, "C1", 1)
    assert sorted((line["sku"]["code"], line["qty"]) for line in task["lines"]) == [("S1", 4), ("S2", 2), ("S3", 1)]
    floor.pick_all(picker, task)
    packer = tables.packer(house)
    parcel = tables.packed(packer, "T1")
    driver = floor.person(house, "Dan", "packer")
    do(driver, "load.scan", code=parcel["number"])
    manifest = do(driver, "load.state")["data"]["manifest"]["id"]
    do(driver, "load.close", manifest_id=manifest)
    with tx() as session:
        assert session.get(Order, order_id).shipping == "shipped"
        story = insight.order(house.id, order_id=order_id, code=None)
        done = {line["sku"]["code"]: (line["qty"], line["picked"], line["packed"]) for line in story["lines"]}
        assert done == {"KIT": (2, 2, 2), "S1": (4, 4, 4), "S2": (2, 2, 2), "S3": (1, 1, 1)}
        slip = session.execute(text("SELECT data FROM print_job WHERE document = 'packing_slip'")).scalar()
        assert [line["name"] for line in slip["lines"]] == ["Thing 3", "Gift set / Thing 1", "Gift set / Thing 2"]
    floor.proved()


def test_a_bundle_of_which_a_part_is_missing_is_sent_without_it(picking_house, tx):
    house = picking_house
    order_id = place(house, "O1", ("KIT", 2))
    floor.wave(house)
    picker = floor.person(house, "Pia")
    task = floor.start(picker, "C1", 1)
    first = task["lines"][0]
    do(picker, "pick.confirm", **floor.scans(task, first))
    second = task["lines"][1]
    do(picker, "pick.short", task_id=task["id"], line_id=second["id"], reason="missing")
    do(house.boss, "order.resolve_short", order_id=order_id, how="ship_without")
    with tx() as session:
        rows = session.query(OrderLine).filter_by(order_id=order_id).order_by(OrderLine.id).all()
        assert [(row.qty, row.dropped) for row in rows] == [(2, 0), (4, 0), (2, 2)]
    floor.proved()


def test_a_wave_of_bundles_counts_their_parts(picking_house):
    house = picking_house
    place(house, "O1", ("KIT", 2), ("S3", 1))
    found = do(house.boss, "wave.preview", max_orders=10, totes_per_cart=12)["data"]
    assert (found["lines"], found["units"]) == (3, 7)


# ---- whose, and how fresh

def test_a_shop_sells_its_owners_goods_only(house, tx):
    with tx() as session:
        acme = Owner(code="ACME", name="Acme")
        session.add(acme)
        session.flush()
        shop = Shop(code="ACME", name="Acme's", currency="EUR", owner_id=acme.id)
        session.add(shop)
        (bin_id, _) = samples.layout.bin_ids(house, ["A01-02L1"])["A01-02L1"]
        theirs = stock.Goods(catalog.sku_ids(["S1"])["S1"], bin_id, 3, owner_id=acme.id)
        stock.receive(house, [theirs], reference="ASN2", actor_id=None)
        owner_id = acme.id
    take(house, *(replace(draft(n, ("S1", qty)), shop="ACME") for n, qty in (("1", 2), ("2", 2))))
    take(house, draft("3", ("S1", 10)), draft("4", ("S1", 1), after=1))
    assert [order(n).confirmation for n in "1234"] == ["confirmed", "held", "confirmed", "held"]
    assert order("2").hold_params["short"] == "S1 × 1"
    with tx() as session:
        made = session.execute(text("SELECT owner_id, sum(qty) FROM stock_promise GROUP BY 1 ORDER BY 1")).all()
        assert [tuple(row) for row in made] == [(1, 10), (owner_id, 2)]
        line = order("1").lines[0]
        assert orders.wants_of([(line.id, line.sku_id, 2)]) == [Want(line.id, line.sku_id, 2, owner_id)]
    proved()


@pytest.mark.parametrize(
    ("sku_days", "shop_days", "confirmed"), [(0, 0, True), (30, 0, True), (31, 0, False), (0, 31, False), (5, 30, True)]
)
def test_goods_must_be_as_fresh_as_the_sku_or_the_shop_asks(house, tx, sku_days, shop_days, confirmed):
    with tx() as session:
        session.add(Sku(code="MILK", name="Milk", lot_tracking="receipt", expiry_tracked=True,
                        min_days_shipping=sku_days))  # fmt: skip
        session.query(Shop).filter_by(code="T").update({"min_days_shipping": shop_days})
        session.flush()
        (bin_id, _) = samples.layout.bin_ids(house, ["A01-02L1"])["A01-02L1"]
        milk = stock.Goods(
            catalog.sku_ids(["MILK"])["MILK"], bin_id, 5, lot="L1", expires_on=now().date() + timedelta(days=30)
        )
        stock.receive(house, [milk], reference="ASN2", actor_id=None)
    take(house, draft("1", ("MILK", 5)))
    assert order().confirmation == ("confirmed" if confirmed else "held")
    assert (order().hold_params or {}).get("short") == (None if confirmed else "MILK × 5")


# ---- what may not be a bundle

@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"KIT": [("KIT", 1)]}, "bundle_in_itself"),
        ({"KIT": [("BOX", 1)]}, "bundle_in_itself"),
        ({"KIT": [("S1", 1), ("S1", 2)]}, "bundle_repeats"),
        ({"KIT": [("NONE", 1)]}, "unknown_sku"),
        ({"NONE": [("S1", 1)]}, "unknown_sku"),
        ({"KIT": [("S1", 1_000_000)], "BOX": [("KIT", 2)]}, "bundle_too_many"),
    ],
)
def test_a_bundle_that_makes_no_sense_is_refused_and_nothing_changes(house, tx, told, code):
    def known():
        with tx() as session:
            return session.execute(text("SELECT * FROM bundle_line ORDER BY 1, 2")).all()

    before = known()
    with pytest.raises(WmsError) as refused, tx():
        catalog.put_bundles(told)
    assert refused.value.code == f"catalog.{code}"
    assert "{" not in refused.value.text("zh_Hans")
    assert known() == before


def test_bundles_nest_only_so_deep(house, tx):
    with tx():
        catalog.put_skus([SkuFacts(f"N{n}", f"Nest {n}") for n in range(7)])
    chain = {f"N{n + 1}": [(f"N{n}", 1)] for n in range(5)}
    with tx():
        assert set(catalog.put_bundles(chain).values()) == {"created"}
        assert set(catalog.put_bundles(chain).values()) == {"unchanged"}
    with pytest.raises(WmsError, match="bundle_too_deep"), tx():
        catalog.put_bundles({"N6": [("N5", 1)]})
    with pytest.raises(WmsError, match="bundle_too_deep"), tx():
        catalog.put_bundles({"N0": [("S1", 1)]})  # those above it grow too deep
