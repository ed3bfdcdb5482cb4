"""Orders from CSV: taken whole or not at all, audited as they go in."""
from __future__ import annotations

import pytest
from import_samples import FLOOR, bring, counts, rejects_of, table, told
from order_samples import everything, order, promised, proved, shop
from sqlalchemy import func

from wms.access import service as access
from wms.catalog.models import Barcode, Sku
from wms.core.db import db
from wms.core.error import WmsError
from wms.layout import service as layout
from wms.layout.models import Bin
from wms.orders import service
from wms.orders.models import Order, Shop
from wms.stock.models import StockBalance

HEADER = "Shop,Order Number,Order Date,SKU,Quantity,Price,Receiver,Phone,Country,Address,Paid,Postage,Note"
TO = ("Ann", "+33 1", "France", "1 rue A")


def line(number, sku, qty=1, *, at="2026-11-23 08:00", to=TO, paid="full", price="2.00", postage="", note=""):
    return ("T", number, at, sku, qty, price, *to, paid, postage, note)


@pytest.fixture
def house(app):
    return shop()


def orders():
    db.session.remove()
    return {each.number: each for each in db.session.query(Order)}


def test_rows_become_orders_and_the_same_file_again_changes_nothing(house):
    def rows():
        return table(
            HEADER,
            line("1", "S1", 2, postage="3.00", note="gift"), line("2", "S3", 1),
            ("T", "1", "2026-11-23 08:00", "S2", 1, "5.00", "", "", "", "", "", "", ""),
            line("3", "S1", 1, paid="1.00"), line("4", "S1", 1, paid="no"),
        )  # fmt: skip

    summary = bring("orders", rows(), house)
    assert counts(summary) == (5, 4, 0, 0, 0)
    assert {name: summary.more[name] for name in ("confirmed", "held", "held_unpaid", "held_stock_short", "lines")} == {
        "confirmed": 1, "held": 3, "held_unpaid": 2, "held_stock_short": 1, "lines": 5
    }  # fmt: skip
    first = orders()["1"]
    assert (str(first.total), first.remark, first.payment) == ("12.00", "gift", "paid")
    assert [(each.line_key, each.qty, str(each.price)) for each in first.lines] == [
        ("S1", 2, "2.0000"), ("S2", 1, "5.0000")
    ]  # fmt: skip
    assert [orders()[n].payment for n in "34"] == ["part", "unpaid"]
    before = everything()
    again = bring("orders", rows(), house)
    assert counts(again) == (5, 0, 0, 4, 0)
    assert everything() == before
    proved()


def test_chinese_headers_are_understood(house):
    header = "店铺,订单号,商家编码,数量,单价,收件人,手机,国家,省,市,区,详细地址,实付"
    to = ("王小明", "13800138000", "中国", "上海", "上海市", "浦东新区", "世纪大道 1 号")
    row = ("T", "88", "S1", 2, "9.90", *to, "19.80")
    assert counts(bring("orders", table(header, row), house)) == (1, 1, 0, 0, 0)
    assert (order("88").confirmation, order("88").district) == ("confirmed", "浦东新区")


def test_an_order_with_one_bad_row_stays_out_whole(house, tmp_path):
    out = tmp_path / "rejects.csv"
    source = table(
        HEADER,
        line("1", "S1"), line("1", "S9"), line("2", "S1"), line("3", "S1", "many"), line("3", "S2"), line("4", "S1", 0),
        line("5", "S1"), line("5", "S2", to=("Bob", "", "", "")), ("X", *line("6", "S1")[1:]),
    )  # fmt: skip
    summary = bring("orders", source, house, rejects=out)
    assert (counts(summary), sorted(orders())) == ((9, 1, 0, 0, 8), ["2"])
    assert sorted(told(summary)) == [
        (2, "", "orders.order_incomplete", ""),
        (3, "sku", "catalog.unknown_sku", "S9"),
        (5, "Quantity", "core.csv_not_whole", "many"),
        (6, "", "orders.order_incomplete", ""),
        (7, "Quantity", "core.csv_out_of_range", "0"),
        (8, "", "orders.order_incomplete", ""),
        (9, "recipient", "orders.rows_disagree", "Bob"),
        (10, "shop", "orders.unknown_shop", "X"),
    ]
    assert [row[-3] for row in rejects_of(out)[1:]] == ["5", "7", "6", "8", "9", "2", "3", "10"]
    assert rejects_of(out)[7][-1].startswith("SKU S9 does not exist.")


def test_a_corrected_file_brings_in_what_was_left_out(house):
    bring("orders", table(HEADER, line("1", "S1"), line("2", "S1", "many")), house)
    summary = bring("orders", table(HEADER, line("1", "S1"), line("2", "S1", 3)), house)
    assert counts(summary) == (2, 1, 0, 1, 0)
    assert promised()["S1"] == 4


def test_a_changed_order_is_brought_up_to_date(house):
    bring("orders", table(HEADER, line("1", "S1", 2, paid="0")), house)
    summary = bring("orders", table(HEADER, line("1", "S1", 3)), house)
    assert (counts(summary), summary.more["confirmed"]) == ((1, 0, 1, 0, 0), 1)
    assert promised()["S1"] == 3
    proved()


def test_a_shop_can_be_given_for_files_that_name_none(house):
    header = HEADER.removeprefix("Shop,")
    with pytest.raises(WmsError, match="csv_missing_columns"):
        bring("orders", table(header, line("1", "S1")[1:]), house)
    assert bring("orders", table(header, line("1", "S1")[1:]), house, options={"shop": "T"}).created == 1
    assert bring("orders", table(header, line("2", "S1")[1:]), house, mapping={"shop": "=T"}).created == 1


def test_missing_things_are_made_only_when_told_to(house):
    rows = [("N", *line("1", "N1", 4)[1:]), ("N", *line("1", "N2", 2)[1:]), ("N", *line("2", "N1", 3)[1:])]
    refused = bring("orders", table(HEADER, *rows), house)
    assert (refused.rejected, db.session.query(Shop).count(), db.session.query(Sku).count()) == (3, 1, 3)
    without = bring("orders", table(HEADER, *rows), house, options={"create_missing": True})
    assert (without.created, without.more["skus_created"], without.more["held_stock_short"]) == (2, 2, 2)
    assert {b.code for b in db.session.query(Barcode)} == {"N1", "N2"}
    assert "stock_pieces" not in without.more


def test_stock_for_new_orders_comes_once_into_empty_bins_near_the_depot(house):
    rows = [line("1", "N1", 4), line("1", "N2", 2), line("2", "N1", 3), line("3", "S1", 12)]
    options = {"create_missing": True, "stock": "1.5"}
    first = bring("orders", table(HEADER, *rows), house, options=options)
    # 11 of N1 (7 × 1.5 up), 3 of N2, and 8 of S1 beside the 10 that lie there already
    assert (first.more["stock_pieces"], first.more["stock_skus"], first.more["confirmed"]) == (11 + 3 + 8, 3, 3)
    db.session.remove()
    places = dict(
        db.session.query(Sku.code, Bin.code)
        .join(StockBalance, StockBalance.sku_id == Sku.id)
        .join(Bin, Bin.id == StockBalance.bin_id)
        .filter(Sku.code.in_(["N1", "N2", "S1"]))
        .all()
    )
    assert places == {"S1": "A01-01L1", "N1": "A01-01R1", "N2": "A02-01L1"}
    again = bring("orders", table(HEADER, *rows), house, options=options)
    assert (again.unchanged, again.more.get("stock_pieces", 0)) == (3, 0)
    proved()


@pytest.mark.parametrize(("build", "bins", "most"), [(True, 80, 2), (False, 40, 3)])
def test_bins_are_added_on_top_when_they_run_out_and_only_when_told_to(house, build, bins, most):
    rows = [line(str(n), f"N{n}") for n in range(60)]
    bring("orders", table(HEADER, *rows), house, options={"create_missing": True})
    more = [line(f"more {n}", f"N{n}") for n in range(60)]
    summary = bring("orders", table(HEADER, *more), house, options={"stock": 2, "create_missing": build})
    assert (summary.more["confirmed"], summary.more.get("bins_created", 0)) == (60, bins - 40)
    db.session.remove()
    assert db.session.query(Bin).filter_by(kind="pick").count() == bins
    per_bin = [n for (n,) in db.session.query(func.count()).select_from(StockBalance).group_by(StockBalance.bin_id)]
    assert max(per_bin) == most  # the bin of S1 and S2 has two from the start
    proved()


def test_a_bare_floor_gets_its_first_bins_only_when_told_to(app, tx):
    with tx():
        bare = layout.create_warehouse("W9", "Bare", FLOOR).id
        service.add_shop("T", "Test shop")
    bring("skus", table("code,name", ("S1", "Apple")), bare)
    with pytest.raises(WmsError, match="no_pick_bins"):
        bring("orders", table(HEADER, line("1", "S1")), bare, options={"stock": 1})
    summary = bring("orders", table(HEADER, line("1", "S1")), bare, options={"stock": 1, "create_missing": True})
    assert (summary.more["confirmed"], summary.more["bins_created"]) == (1, 4 * 20 * 2)


@pytest.mark.parametrize("stock", ["0", "-1", "lots", "1e9"])
def test_a_stock_option_that_makes_no_sense_is_refused(house, stock):
    with pytest.raises(WmsError, match=r"core\.invalid"):
        bring("orders", table(HEADER, line("1", "S1")), house, options={"stock": stock})
    assert orders() == {}


def test_imports_over_http(app, house, tx):
    with tx():
        person = access.add_person("B1", "Cora", access.hash_pin("123456"), house, ["clerk"], "zh_Hans")
        headers = {"Authorization": f"Bearer {access.open_session(person, 'test')}"}
    client = app.test_client()
    body = table("No,Was,Pcs", ("1", "S1", 2), ("2", "S9", 1)).getvalue()
    url = "/api/v1/imports/orders?map=number=No,sku=Was,qty=Pcs,shop==T"
    sent = client.post(url, data=body, content_type="text/csv", headers=headers)
    assert sent.status_code == 200, sent.text
    assert (sent.json["created"], sent.json["rejected"], sent.json["held"]) == (1, 1, 1)
    assert sent.json["rejects"][0] == {
        "line": 3, "column": "sku", "code": "catalog.unknown_sku", "value": "S9",
        "reason": "商品 S9 不存在。请先导入商品，或允许自动创建。",
    }  # fmt: skip
    form = {"file": (table("code,name", ("S9", "Fig")), "skus.csv")}
    assert client.post("/api/v1/imports/skus", data=form, headers=headers).json["created"] == 1
    assert client.post(url, data=body, content_type="text/csv", headers=headers).json["created"] == 1
    for query, code in (("skus", "core.csv_empty"), ("dreams", "core.not_found")):
        refused = client.post(f"/api/v1/imports/{query}", data=b"", content_type="text/csv", headers=headers)
        assert refused.json["code"] == code
    # A profile is a name: a path would read the server's files.
    for profile in ("../../etc/passwd", "/tmp/x.toml", "x.toml"):
        odd = client.post(f"/api/v1/imports/orders?profile={profile}", data=body, headers=headers)
        assert (odd.status_code, odd.json["code"]) == (422, "core.invalid")
    assert client.post(url, data=body).status_code == 401
