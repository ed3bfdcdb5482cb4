"""Stock from CSV: absolute quantities, each change in the ledger."""
from __future__ import annotations

from datetime import date

import pytest
from import_samples import bring, counts, table, told, warehouse

from wms.catalog import service as catalog
from wms.catalog.service import SkuFacts
from wms.core.db import db
from wms.layout import service as layout
from wms.stock import check
from wms.stock import service as stock
from wms.stock.models import Lot, StockBalance, StockCost, StockLevel, StockMove


@pytest.fixture
def house(app, tx):
    number = warehouse()
    with tx():
        catalog.put_skus([SkuFacts("S1", "Apple"), SkuFacts("S2", "Pear")])
    return number


def on_hand():
    db.session.remove()
    return sorted((b.bin_id, b.sku_id, b.lot, b.on_hand) for b in db.session.query(StockBalance) if b.on_hand)


def proved(tx):
    db.session.remove()
    with tx():
        report = check.run()
    assert report.ok, report.lines()


ROWS = [("A01-01L1", "S1", 7, ""), ("A01-01R1", "S1", 3, "L9"), ("A01-01R1", "S2", 0, "")]
HEADER = "location,SKU code,quantity,lot"


def test_importing_twice_moves_nothing_the_second_time(house, tx):
    first = bring("stock", table(HEADER, *ROWS), house)
    assert counts(first) == (3, 0, 2, 1, 0)
    there, moves = on_hand(), db.session.query(StockMove).count()
    assert [row[3] for row in there] == [7, 3]
    assert counts(bring("stock", table(HEADER, *ROWS), house)) == (3, 0, 0, 3, 0)
    assert (on_hand(), db.session.query(StockMove).count()) == (there, moves)
    proved(tx)


def test_a_later_count_corrects_both_ways_and_leaves_other_places_alone(house, tx):
    bring("stock", table(HEADER, *ROWS), house)
    bring("stock", table(HEADER, ("A01-01L1", "S1", 2, ""), ("A01-01R1", "S2", 5, "")), house)
    assert [row[3] for row in on_hand()] == [2, 3, 5]
    assert db.session.query(StockMove).filter_by(reason="import").count() == 4
    assert [level.on_hand for level in db.session.query(StockLevel).order_by(StockLevel.sku_id)] == [5, 5]
    proved(tx)


def test_each_bad_row_is_named_and_the_good_go_in(house, tx):
    source = table(
        HEADER,
        ("NOWHERE", "S1", 1, ""), ("A01-01L1", "S9", 1, ""), ("A01-01L1", "S1", -1, ""), ("STAGE", "S1", 1, ""),
        ("A01-01L1", "S1", 4, ""), ("A01-01L1", "S1", 5, ""), ("A01-01L1", "S1", "2.5", ""),
    )  # fmt: skip
    summary = bring("stock", source, house)
    assert counts(summary) == (7, 0, 1, 0, 6)
    assert sorted(told(summary)) == [
        (2, "bin", "layout.unknown_bin", "NOWHERE"),
        (3, "sku", "catalog.unknown_sku", "S9"),
        (4, "quantity", "core.csv_out_of_range", "-1"),
        (5, "bin", "layout.special_bin", "STAGE"),
        (7, "", "core.csv_contradicts", ""),
        (8, "quantity", "core.csv_not_whole", "2.5"),
    ]
    assert [row[3] for row in on_hand()] == [4]
    proved(tx)


def test_a_count_below_what_is_held_is_refused_alone(house, tx):
    bring("stock", table(HEADER, *ROWS), house)
    with tx():
        (apple,) = catalog.sku_ids(["S1"]).values()
        stock.promise(house, [stock.Want(1, apple, 5)])
        stock.hold(house, [stock.Want(1, apple, 5)])
    (bin_id, _) = layout.bin_ids(house, ["A01-01L1"])["A01-01L1"]
    db.session.remove()
    summary = bring("stock", table(HEADER, ("A01-01L1", "S1", 4, ""), ("A01-01L1", "S2", 9, "")), house)
    assert [(line, code) for line, _, code, _ in told(summary)] == [(2, "stock.not_enough")]
    assert [row[3] for row in on_hand() if row[0] == bin_id] == [7, 9]
    proved(tx)


FULL = "location,SKU code,quantity,lot,owner,expiry date,cost"


def test_dates_of_lots_owners_and_costs_come_in_too(house, tx):
    with tx():
        catalog.add_owner("ACME", "Acme")
    rows = [("A01-01L1", "S1", 4, "L1", "", "2030-05-01", 2.5), ("A01-01L1", "S1", 2, "L1", "ACME", "2030-05-01", ""),
            ("A01-01R1", "S1", 6, "L1", "", "2030-05-01", "5")]  # fmt: skip
    assert counts(bring("stock", table(FULL, *rows), house)) == (3, 0, 3, 0, 0)
    db.session.remove()
    assert [(b.owner_id, b.on_hand) for b in db.session.query(StockBalance).order_by(StockBalance.id)] == [
        (1, 4), (2, 2), (1, 6)]  # fmt: skip
    (lot,) = db.session.query(Lot)
    assert (lot.code, lot.expires_on) == ("L1", date(2030, 5, 1))
    (cost,) = db.session.query(StockCost)
    assert (cost.qty, cost.value) == (10, 40)  # the house's own pieces: 4 x 2.50 + 6 x 5
    proved(tx)


def test_a_date_that_contradicts_the_lot_or_an_owner_nobody_knows_turns_the_row_away(house, tx):
    bring("stock", table(FULL, ("A01-01L1", "S1", 4, "L1", "", "2030-05-01", "1")), house)
    there = on_hand()
    rows = [("A01-01R1", "S1", 1, "L1", "", "2031-05-01", ""), ("A01-01R1", "S1", 1, "L1", "WHO", "2030-05-01", ""),
            ("A01-01L1", "S1", 9, "L1", "", "2030-05-01", "-3")]  # fmt: skip
    summary = bring("stock", table(FULL, *rows), house)
    assert [each[2] for each in sorted(told(summary))] == [
        "stock.lot_dates_differ", "catalog.unknown_owner", "stock.bad_cost"]  # fmt: skip
    assert on_hand() == there
    proved(tx)


def test_a_date_learnt_later_is_added_though_no_piece_moves(house, tx):
    bring("stock", table(FULL, ("A01-01L1", "S1", 4, "L1", "", "", "")), house)
    summary = bring("stock", table(FULL, ("A01-01L1", "S1", 4, "L1", "", "2030-05-01", "")), house)
    assert counts(summary) == (1, 0, 0, 1, 0)
    db.session.remove()
    assert [lot.expires_on for lot in db.session.query(Lot)] == [date(2030, 5, 1)]
