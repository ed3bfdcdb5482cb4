"""The stock list: filters, orders, pages, totals, and files of exactly the list."""
from __future__ import annotations

import csv
import io
import tracemalloc
import zipfile
from datetime import date, timedelta
from itertools import product

import inventory_house
import pytest

from wms.core.clock import fixed, now
from wms.core.export import stream
from wms.core.transaction import transaction
from wms.insight.inventory_list import BALANCES, SORTS, total
from wms.insight.inventory_schemas import BalanceQuery
from wms.replenishment import service as replenishment
from wms.stock import service as stock


@pytest.fixture
def house(app):
    return inventory_house.build()


@pytest.fixture
def ask(app, house):
    return inventory_house.asking(app, house.id)


def listed(ask, **query):
    return [(row["sku"]["code"], row["bin"]["code"], row["on_hand"]) for row in ask("balances", **query)["items"]]


def asked(**query):
    return BalanceQuery().load(query)


MORE = [("S1", "A2-1", 5), ("S1", "A2-2", 7), ("S1", "A3-1", 3)]
FULL = [("S1", "A1-1", 50), *[(f"S{n}", f"A1-{n}", 50) for n in range(2, 7)]]


def test_all_that_lies_in_the_house_in_the_order_of_its_bins(ask):
    assert listed(ask) == FULL + MORE


FILTERS = (
    ({"q": "thing 3"}, [("S3", "A1-3", 50)]),
    ({"q": "a2-"}, MORE[:2]),
    ({"q": "%"}, []),
    ({"condition": "damaged"}, MORE[2:]),
    ({"expires_days": 0}, MORE[:1]),
    ({"expires_days": 30}, MORE[:2]),
    ({"expires_days": 19}, MORE[:1]),
    ({"velocity": "A"}, [("S2", "A1-2", 50)]),
    ({"velocity": "-", "q": "A1-1"}, FULL[:1]),
    ({"place": "stage"}, []),
    ({"blocked": "true"}, [("S4", "A1-4", 50)]),
    ({"held": "true"}, [("S5", "A1-5", 50)]),
    ({"low": "true"}, FULL[-1:]),
    ({"low": "true", "held": "true"}, []),
    ({"q": "S1", "condition": "good", "expires_days": 30}, MORE[:2]),
)


def test_filters(house, ask):
    with transaction() as session:
        run = session.connection().exec_driver_sql
        run(f"INSERT INTO stock_class (warehouse_id, sku_id, velocity, pieces_a_day, lines_a_day, computed_at) "
            f"VALUES ({house.id}, {house.skus['S2']}, 'A', 1, 1, now())")  # fmt: skip
        run(f"UPDATE bin SET blocked_reason = 'leak' WHERE id = {house.bins['A1-4']}")
        run(f"UPDATE stock_balance SET held = 1 WHERE sku_id = {house.skus['S5']}")
        replenishment.put_rule(house.id, house.skus["S5"], min_qty=50)
        replenishment.put_rule(house.id, house.skus["S6"], min_qty=51)
    for query, rows in FILTERS:
        assert listed(ask, **query) == rows, query
        total = ask("balances/total", **query)
        assert (total["rows"], total["on_hand"]) == (len(rows), sum(row[2] for row in rows)), query


def test_goods_of_one_owner_or_zone(house, ask):
    tea = inventory_house.value("SELECT id FROM owner WHERE code = 'tea'")
    zone = inventory_house.value("SELECT id FROM zone")
    assert listed(ask, owner=tea) == MORE[2:]
    assert len(listed(ask, zone=zone)) == 9
    assert listed(ask, zone=zone + 1) == []


def test_what_has_not_moved_for_days(house):
    with fixed(now() + timedelta(days=40)):
        with transaction():
            stock.receive(
                house.id, [stock.Goods(house.skus["S2"], house.bins["A1-2"], 1)], reference="new", actor_id=None
            )
        with transaction():
            idle = BALANCES.page(house.boss, asked(idle_days=30))
            rest = total(house.boss, asked(idle_days=30))
            none = BALANCES.page(house.boss, asked(idle_days=60))
    bins = [row["bin"]["code"] for row in idle["items"]]
    assert bins == ["A1-1", "A1-3", "A1-4", "A1-5", "A1-6", "A2-1", "A2-2", "A3-1"]
    assert (rest["rows"], none) == (8, {"items": [], "next": None})


def test_every_order_pages_without_gap_or_repeat(ask):
    for by, down in product(SORTS, ("true", "false")):
        whole = [row["id"] for row in ask("balances", sort=by, down=down)["items"]]
        assert len(whole) == 9
        page = ask("balances", sort=by, down=down, limit=2)
        found = page["items"]
        while page["next"]:
            page = ask("balances", sort=by, down=down, limit=2, cursor=page["next"])
            found += page["items"]
        assert [row["id"] for row in found] == whole, (by, down)


def test_orders_are_what_they_say(ask):
    assert [row[2] for row in listed(ask, sort="on_hand", q="S1")] == [3, 5, 7, 50]
    assert [row[2] for row in listed(ask, sort="on_hand", down="true", q="S1")] == [50, 7, 5, 3]
    assert [row[1] for row in listed(ask, sort="expires", q="S1")][:2] == ["A2-1", "A2-2"], "no date comes last"


def test_a_cursor_that_is_none_of_ours_is_refused(ask):
    for cursor in ("x", "bm8=", "WzFd", "%00", "W251bGwsIG51bGxd"):
        assert ask("balances", 422, cursor=cursor)["code"] == "core.invalid", cursor
    by_bin = ask("balances", limit=1)["next"]
    assert ask("balances", 422, sort="on_hand", cursor=by_bin)["code"] == "core.invalid", "one of another order"


def test_questions_that_make_no_sense_are_refused(ask):
    wrong = ({"sort": "bin.code"}, {"place": "moon"}, {"limit": 0}, {"limit": 501}, {"expires_days": -1}, {"sku": 0})
    for query in wrong:
        assert ask("balances", 422, **query)["code"] == "core.invalid", query


def test_the_value_of_a_list(house, ask):
    with transaction() as session:
        session.connection().exec_driver_sql("DELETE FROM stock_cost")
        session.connection().exec_driver_sql(
            "INSERT INTO stock_cost (warehouse_id, sku_id, qty, value) "
            f"VALUES ({house.id}, {house.skus['S1']}, 65, 130)"
        )
    assert ask("balances/total", q="S1")["value"] == "130.00"
    assert [row["value"] for row in ask("balances", q="S1")["items"]] == ["100.00", "10.00", "14.00", "6.00"]
    assert ask("balances", q="S2")["items"][0]["value"] is None, "an unknown cost is not 0"


# ---- files

def test_a_csv_is_exactly_the_list_and_harmless_to_spreadsheets(house, ask):
    with transaction() as session:
        session.connection().exec_driver_sql("UPDATE sku SET name = '=1+2' WHERE code = 'S1'")
        session.connection().exec_driver_sql("UPDATE sku SET name = '@risk, \"quoted\"' WHERE code = 'S2'")
    reply = ask("balances.csv", raw=True, sort="on_hand")
    assert reply.content_type == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(reply.get_data().decode("utf-8-sig"))))
    assert [(row["SKU"], row["Bin"], int(row["On hand"])) for row in rows] == listed(ask, sort="on_hand")
    names = {row["SKU"]: row["Name"] for row in rows}
    assert (names["S1"], names["S2"]) == ("'=1+2", "'@risk, \"quoted\"")
    old = next(row for row in rows if row["Lot"] == "OLD")
    assert (old["Days left"], old["Expires"]) == ("-3", (now().date() - timedelta(days=3)).isoformat())
    only = ask("balances.csv", raw=True, condition="damaged").get_data().decode("utf-8-sig")
    assert len(only.splitlines()) == 2


def test_a_sheet_has_numbers_and_days_and_speaks_the_readers_language(app, house):
    ask = inventory_house.asking(app, house.id, "clerk", locale="zh_Hans")
    with transaction() as session:
        session.connection().exec_driver_sql("UPDATE sku SET name = '=1+2' WHERE code = 'S1'")
    reply = ask("balances.xlsx", raw=True)
    with zipfile.ZipFile(io.BytesIO(reply.get_data())) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "库存" in book.read("xl/workbook.xml").decode()
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in sheet
    assert "<t>品相</t>" in sheet
    assert "<t>残次品</t>" in sheet
    assert "<f>" not in sheet, "a text, not a formula"
    assert "=1+2" in sheet
    serial = (now().date() + timedelta(days=20) - date(1899, 12, 30)).days
    assert f"<v>{serial}</v>" in sheet, "a day is a day"
    assert "<v>50</v>" in sheet, "a number is a number"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_progress_comes_before_the_file(ask, kind):
    told = ask(f"balances.{kind}", raw=True, progress="true").get_data()
    head, _, body = told.partition(b"\n\n")
    assert head.split(b"\n") == [b"0/9", b"9/9"]
    assert body.startswith(b"PK" if kind == "xlsx" else "\ufeffSKU".encode())
    assert body == ask(f"balances.{kind}", raw=True).get_data() or kind == "xlsx"  # a book knows when it was made


def test_many_rows_are_written_in_little_memory(house):
    with transaction() as session:
        session.connection().exec_driver_sql(
            "INSERT INTO stock_balance "
            "(warehouse_id, bin_id, sku_id, lot, container_id, owner_id, condition, on_hand, held) "
            f"SELECT {house.id}, {house.bins['A4-1']}, {house.skus['S6']}, 'L' || g, 0, 1, 'good', g, 0 "
            "FROM generate_series(1, 20000) g"
        )
    for kind in ("csv", "xlsx"):
        tracemalloc.start()
        lines, size = [], 0
        for piece in stream(BALANCES, house.boss, asked(), kind, progress=True):
            lines += [piece] if b"/" in piece[:12] and len(piece) < 20 else []
            size += len(piece)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert lines[0] == b"0/20009\n"
        assert lines[-1] == b"20009/20009\n"
        assert len(lines) > 20
        assert size > 500_000
        assert peak < 8_000_000, (kind, peak)
