"""Deadlines in the database and on the desk; what is sold ahead or in groups; and what clerks change of orders."""
from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import order_samples as samples
import pytest
from order_samples import draft, everything, promised, proved, take
from shop_front import opened, rows, token
from sqlalchemy import text

from wms.core.actor import Actor
from wms.core.clock import fixed
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.transaction import transaction
from wms.orders import due, jobs
from wms.orders import service as orders
from wms.orders.due_rules import due as due_of
from wms.orders.due_rules import due_at_case, due_kind_case
from wms.orders.listing import ORDERS
from wms.orders.schemas import OrderQuery

NOW = samples.START
EVERY = {
    "confirmation": ("unconfirmed", "held", "confirmed", "cancelled", "merged"), "payment": ("unpaid", "part", "paid"),
    "shipping": ("unshipped", "shipped"), "refund": ("none", "asked", "refunded"), "kind": ("normal", "presale"),
    "group_state": ("", "open"), "hold_reason": (None, "stock_short", "address_incomplete", "unpaid"),
}  # fmt: skip


def one(what: str, number: str = "1") -> object:
    return rows(f"SELECT {what} FROM sales_order WHERE number = :n", n=number)[0][0]


def stands(number: str = "1") -> tuple[object, ...]:
    return rows("SELECT confirmation, hold_reason, due_kind FROM sales_order WHERE number = :n", n=number)[0]


def test_the_database_says_what_python_says(app):
    cases = [dict(zip(EVERY, values, strict=True)) for values in product(*EVERY.values())]
    moments = {name: NOW + timedelta(nr) for nr, name in enumerate(("pay_by", "ship_by", "hold_by", "promised_at"))}
    columns = ", ".join(f"{name} text" for name in EVERY)
    given = ", ".join(f"cast('{moment.isoformat()}' AS timestamptz) AS {name}" for name, moment in moments.items())
    told = rows(
        f"SELECT {due_kind_case()}, {due_at_case()} FROM (SELECT *, {given} FROM "
        f"jsonb_to_recordset(cast(:cases AS jsonb)) AS given (nr int, {columns})) AS o ORDER BY nr",
        cases=json.dumps([{**case, "nr": nr} for nr, case in enumerate(cases)]),
    )
    assert [row if row[0] else None for row in told] == [due_of(case, moments) for case in cases]


def test_each_step_keeps_it_true_and_the_desk_sorts_by_it(app):
    house = samples.shop(pieces=2)
    with fixed(NOW):
        take(
            house, draft("1", ("S1", 1)), draft("2", ("S1", 1), paid="0"), draft("3", ("S3", 1)),
            draft("4", phone=""), draft("5", promised_at=NOW + timedelta(hours=2)),
        )  # fmt: skip
        found = rows("SELECT number, due_kind, due_at - placed_at, hold_by FROM sales_order ORDER BY number")
        ends = datetime(2026, 11, 23, 10, tzinfo=UTC)  # 18:00 in Shanghai
        assert found == [
            ("1", "ship", timedelta(days=3), None), ("2", "pay", timedelta(days=2), ends),
            ("3", "stock", timedelta(hours=2), ends), ("4", "address", timedelta(hours=2), ends),
            ("5", "ship", timedelta(hours=2), None),
        ]  # fmt: skip
        with transaction():
            assert due.counts(house, 100)["stock"] == {"green": 0, "amber": 1, "red": 0, "overdue": 0}
            assert due.counts(house, 100)["ship"] == {"green": 1, "amber": 0, "red": 1, "overdue": 0}
            clerk = Actor("Cleo", house, frozenset({"clerk"}))

        def listed(**query: object) -> list[str]:
            with transaction():
                page = ORDERS.page(clerk, OrderQuery().load({"down": False, **query}))
            return [each["number"] for each in page["items"]]

        assert listed(sort="due") == ["3", "4", "5", "2", "1"]
        assert (listed(due="red"), listed(due="amber", sort="due")) == (["5"], ["3", "4"])
        assert (listed(due_kind="pay"), listed(due="overdue")) == (["2"], [])
        with transaction():
            orders.cancel([one("id", "2")])
        assert stands("2")[2] is None
    late = NOW + timedelta(hours=3)
    with fixed(late):
        assert listed(due="overdue", sort="due") == ["3", "4", "5"]
        jobs.alarms()
        jobs.alarms()
        told = rows("SELECT code, reason, status FROM problem ORDER BY code")
        assert told == [("3", "late_stock", "open"), ("4", "late_address", "open"), ("5", "late_ship", "open")]
        assert rows("SELECT count(*) FROM order_history WHERE action = 'overdue'") == [(3,)]
        with transaction() as session:
            session.execute(text("UPDATE sales_order SET shipping = 'shipped' WHERE number = '5'"))
        jobs.alarms()
        assert rows("SELECT status FROM problem WHERE code = '5'") == [("cleared",)]


def test_what_is_sold_ahead_waits_for_its_balance_or_is_prepared(app):
    house = samples.shop()
    ahead = {"kind": "presale", "paid": "1"}
    with transaction():
        take_id = orders.take(house, [draft("1", **ahead)]).created[0]
        assert orders.get(take_id).hold_reason == "balance_open"
    assert stands() == ("held", "balance_open", None)
    take(house, draft("1", kind="presale"))
    assert stands() == ("confirmed", None, "ship")
    with transaction():
        orders.change_shop("T", {"presale_ahead": True})
    take(house, draft("2", **ahead))
    assert stands("2") == ("confirmed", None, None)
    with pytest.raises(WmsError, match="balance_owed"), transaction():
        orders.check_may_leave(one("id", "2"))
    with transaction() as session:
        session.execute(text("UPDATE sales_order SET processing = 'picked' WHERE number = '2'"))
    assert take(house, draft("2", **{**ahead, "paid": "1.5"}, remark="Ring!")).refused  # its goods are picked
    assert take(house, draft("2", kind="presale")).updated  # but the balance is taken in
    assert one("payment || ' ' || processing", "2") == "paid picked"
    with transaction():
        orders.check_may_leave(one("id", "2"))
    take(house, draft("3", ("S3", 1), kind="presale"))
    client = app.test_client()
    bearer = {"Authorization": f"Bearer {token(house, 'clerk')}"}
    assert client.get(f"/api/v1/orders/{one('id', '3')}", headers=bearer).json["trade_status"] == 25


def test_a_group_that_is_not_complete_waits_and_one_that_fails_is_cancelled(app):
    house = samples.shop()
    take(house, draft("1", group_state="open"), draft("2", group_state="open"))
    assert stands() == ("held", "group_open", None)
    take(house, draft("1", group_state="complete"), draft("2", group_state="failed"))
    assert (stands(), stands("2")) == (("confirmed", None, "ship"), ("cancelled", None, None))
    proved()


# ---- what clerks change

def edit(house: int, order_id: int, reason: str = "asked on the phone", **changes: object) -> None:
    with transaction():
        orders.edit(house, order_id, changes, reason=reason, by=None)


def test_a_clerk_changes_an_order_and_takes_it_back(app):
    house = samples.shop()
    (id,) = take(house, draft("1", ("S1", 2), ("S2", 1), address_id="OAID")).created.values()
    key = one("place_key")
    edit(house, id, address="2 rue B", remark="ring", carrier="sf")
    assert (samples.order().address, one("carrier"), one("address_id")) == ("2 rue B", "sf", "")
    assert one("place_key") != key
    edit(house, id, lines=[{"key": "S1", "sku": "S1", "qty": 1}, {"sku": "S2", "qty": 4}])
    assert dict(rows("SELECT line_key, qty FROM order_line")) == {"S1": 1, "S2 (2)": 4}
    assert promised() == {"S1": 1, "S2": 4}
    proved()
    assert b"rue" not in rows("SELECT sealed FROM order_edit ORDER BY id")[0][0]
    with transaction():
        told = orders.edited(id)
        assert [each["field"] for each in told[0]["changes"]] == ["address", "remark", "carrier"]
        assert [each["action"] for each in orders.history(id, "en")] == ["edited", "edited"]
        assert "street and number, remark, carrier" in orders.history(id, "en")[0]["text"]
    for _ in range(2):
        with transaction():
            orders.undo_edit(house, id, by=None)
    assert (samples.order().address, one("carrier"), one("address_id")) == ("1 rue A", "own_fleet", "OAID")
    assert one("place_key") == key
    assert dict(rows("SELECT line_key, qty FROM order_line")) == {"S1": 2, "S2": 1}
    assert (promised(), one("edited")) == ({"S1": 2, "S2": 1}, False)
    before = everything()
    for changes, code in (
        ({"address": "1 rue A"}, "edit_nothing"), ({"lines": []}, "edit_no_lines"),
        ({"lines": [{"key": "?", "sku": "S1", "qty": 1}]}, "edit_line"),
        ({"lines": [{"sku": "NONE", "qty": 1}]}, "unknown_sku"),
    ):  # fmt: skip
        with pytest.raises(WmsError, match=code):
            edit(house, id, **changes)
    with pytest.raises(WmsError, match="edit_none"), transaction():
        orders.undo_edit(house, id, by=None)
    assert everything() == before
    proved()


def test_a_shop_does_not_write_over_a_clerk(app):
    with opened() as shop:
        sold = shop.there.sell(("S1", 1), remark="one")
        shop.settle()
        ((id,),) = rows("SELECT id FROM sales_order")
        edit(shop.house, id, remark="by the clerk")
        shop.there.change(sold.number, recipient="张三")
        shop.settle()  # what the clerk has not touched is taken over, what the clerk wrote stays
        assert (samples.order(sold.number).remark, samples.order(sold.number).recipient) == ("by the clerk", "张**")
        shop.there.change(sold.number, remark="two")
        shop.settle()
        assert rows("SELECT remark, hold_reason FROM sales_order") == [("by the clerk", "shop_changed")]
        with transaction():
            assert orders.shop_word(id) == [{"field": "remark", "ours": "by the clerk", "shop": "two"}]
            assert orders.audit([id]).passed_over == [id]
        with pytest.raises(WmsError, match="shop_differs"):
            edit(shop.house, id, remark="three")
        with transaction():
            orders.choose(shop.house, id, "ours", by=None)
        assert rows("SELECT remark, confirmation FROM sales_order") == [("by the clerk", "confirmed")]
        shop.settle()
        shop.there.change(sold.number, recipient="李四")
        shop.settle()  # the same word of the shop is no news
        assert (samples.order(sold.number).remark, samples.order(sold.number).recipient) == ("by the clerk", "李**")
        shop.there.change(sold.number, remark="four")
        shop.settle()
        with transaction():
            orders.choose(shop.house, id, "shop", by=None)
        assert rows("SELECT remark, confirmation, edited FROM sales_order") == [("four", "confirmed", False)]
        proved()


def test_over_http_with_previews(app):
    house = samples.shop()
    a, b = take(house, draft("1", ("S1", 2), ("S2", 1)), draft("2", after=1)).created.values()
    client = app.test_client()
    bearer = {"Authorization": f"Bearer {token(house, 'clerk')}"}

    def send(path: str, body: dict[str, object] | None = None, status: int = 200) -> dict[str, object]:
        reply = client.post(f"/api/v1/orders/{path}", json=body or {}, headers=bearer)
        assert reply.status_code == status, reply.json
        return reply.json

    def travel(id: int) -> dict[str, object]:
        return client.get(f"/api/v1/orders/{id}/travel", headers=bearer).json

    assert [each["id"] for each in travel(a)["could_join"]] == [b]
    preview = send("merge-preview", {"order_ids": [a, b]})
    assert (preview["leader"], preview["why"]) == (a, None)
    assert send("merge", {"order_ids": [b, a]}) == {"order_ids": [a, b]}
    assert (travel(b)["merged_into"]["number"], [each["id"] for each in travel(a)["companions"]]) == ("1", [b])
    assert travel(a)["why"]["code"] == "orders.is_merged"
    whole = client.get(f"/api/v1/orders/{b}", headers=bearer).json
    assert (whole["state"], [(line["key"], line["qty"]) for line in whole["lines"]]) == ("merged", [("S1", 1)])
    assert client.get("/api/v1/orders?state=merged", headers=bearer).json["items"][0]["merged_into_id"] == a
    assert send(f"{b}/unmerge") == {"order_ids": [a, b]}
    s1 = travel(a)["line_ids"]["S1"]
    parts = {"parts": [[{"line_id": s1, "qty": 1}]]}
    assert [each["total"] for each in send(f"{a}/split-preview", parts)["parts"]] == ["4.00", "2.00"]
    assert "whole" in send(f"{a}/split-preview", {"rule": "handling"})["why"]["code"]
    _, part = send(f"{a}/split", parts)["order_ids"]
    assert [each["number"] for each in travel(a)["parts"]] == ["1-1"]
    assert send(f"{part}/unsplit") == {"order_ids": [a]}
    changes = {"changes": {"phone": "+33 2"}}
    (shown,) = send(f"{a}/edit-preview", changes)["changes"]
    assert shown == {"field": "phone", "before": "**** 1", "after": "**** 2"}  # masked
    send(f"{a}/edit", changes, status=422)  # for what reason?
    send(f"{a}/edit", {**changes, "reason": "wrong number"})
    assert travel(a)["edits"][0]["reason"] == "wrong number"
    send(f"{a}/undo-edit")
    assert Decimal(client.get(f"/api/v1/orders/{a}", headers=bearer).json["total"]) == 6
    boss = {"Authorization": f"Bearer {token(house, 'supervisor')}"}
    said = client.patch("/api/v1/order-settings", json={"merging": "off", "day_ends": "17:30"}, headers=boss).json
    assert said == {"merging": "off", "merge_minutes": 60, "day_ends": "17:30"}
    db.session.remove()
    proved()
