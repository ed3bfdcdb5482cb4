"""Orders from their coming in to the carrier: audits, marks, and that refusals move nothing."""
from __future__ import annotations

import threading
import uuid
from dataclasses import replace

import pytest
from order_samples import ADDRESS, draft, everything, order, promised, proved, shop, take

from wms.access import service as access
from wms.catalog import service as catalog
from wms.core.actor import Actor
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import subscribe
from wms.core.resolve import resolve
from wms.core.scan import answer
from wms.layout import service as layout
from wms.orders import service
from wms.orders.events import OrderConfirmed, OrderHeld
from wms.orders.models import Order, OrderLine
from wms.stock import service as stock


@pytest.fixture
def house(app):
    return shop()


@pytest.fixture
def clerk(app, house, tx):
    with tx():
        person = access.add_person("B1", "Cora", access.hash_pin("123456"), house, ["clerk"], "en")
        return {"Authorization": f"Bearer {access.open_session(person, 'test')}"}


def more_stock(house, sku, pieces):
    (bin_id, _) = layout.bin_ids(house, ["A01-01L1"])["A01-01L1"]
    stock.receive(
        house, [stock.Goods(catalog.sku_ids([sku])[sku], bin_id, pieces)], reference="ASN", actor_id=None
    )


# ---- coming in, and the audit

def test_a_good_order_is_confirmed_and_its_stock_promised(house):
    taken = take(house, draft("1", ("S1", 3), ("S2", 1)))
    found = order()
    assert (taken.audited.confirmed, found.confirmation, found.payment) == ([found.id], "confirmed", "paid")
    assert (found.currency, found.carrier, found.hold_reason) == ("EUR", "own_fleet", None)
    assert promised() == {"S1": 3, "S2": 1}
    proved()


@pytest.mark.parametrize(
    ("told", "reason", "param", "value"),
    [
        ({"paid": "1.99"}, "unpaid", "paid", "1.99"),
        ({"phone": " "}, "address_incomplete", "missing", "phone"),
        ({"country": "中国"}, "address_incomplete", "missing", "province, city, district"),
    ],
)
def test_what_is_wrong_holds_the_order_and_promises_nothing(house, told, reason, param, value):
    take(house, draft("1", **told))
    found = order()
    assert (found.confirmation, found.hold_reason, found.hold_params[param]) == ("held", reason, value)
    assert promised() == {"S1": 0, "S2": 0}


def test_short_stock_says_which_sku_is_short_by_how_many(house):
    take(house, draft("1", ("S1", 12), ("S2", 1), ("S3", 2)))
    found = order()
    assert (found.confirmation, found.hold_reason) == ("held", "stock_short")
    assert found.hold_params["skus"] == [{"sku": "S1", "short": 2}, {"sku": "S3", "short": 2}]
    assert promised() == {"S1": 0, "S2": 0}  # all or nothing


def test_first_come_first_promised_whatever_the_sequence_of_the_batch(house):
    late, early = draft("late", ("S1", 8), after=9), draft("early", ("S1", 8))
    take(house, late, early, draft("small", ("S1", 2), after=10))
    assert [order(n).confirmation for n in ("early", "late", "small")] == ["confirmed", "held", "confirmed"]
    assert order("late").hold_params["skus"] == [{"sku": "S1", "short": 6}]
    proved()


def test_a_held_order_is_confirmed_once_its_stock_has_come(house, tx):
    take(house, draft("1", ("S3", 2)))
    with tx():
        more_stock(house, "S3", 2)
        assert service.held(house) == service.held(house, "stock_short") == [order_id := service.held(house)[0]]
        assert service.audit([order_id]).confirmed == [order_id]
    assert (order().confirmation, order().hold_reason, order().hold_params) == ("confirmed", None, None)
    with tx():
        assert service.audit([order_id]).passed_over == [order_id]
    assert promised()["S3"] == 2
    proved()


def test_boards_and_rooms_hear_what_the_audit_said(house):
    heard = []
    subscribe(OrderConfirmed)(heard.append)
    subscribe(OrderHeld)(heard.append)
    take(house, draft("1"), draft("2", paid="0"))
    assert heard == [OrderConfirmed(house, order("1").id), OrderHeld(house, order("2").id, "unpaid")]


def test_two_audits_of_the_last_piece_confirm_exactly_one(app, house, tx):
    take(house, draft("1", ("S3", 1)), draft("2", ("S3", 1)))
    ids = [order("1").id, order("2").id]
    with tx():
        more_stock(house, "S3", 1)
    together = threading.Barrier(2)

    def work(order_id):
        with app.app_context():
            together.wait()
            with tx():
                service.audit([order_id])

    threads = [threading.Thread(target=work, args=(order_id,)) for order_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted([order("1").confirmation, order("2").confirmation]) == ["confirmed", "held"]
    assert promised()["S3"] == 1
    proved()


def test_the_same_order_again_changes_nothing(house):
    take(house, draft("1", ("S1", 2)))
    before = everything()
    taken = take(house, draft("1", ("S1", 2)))
    assert (taken.unchanged, taken.created, taken.updated) == ({0: order().id}, {}, {})
    assert everything() == before


def test_an_order_that_the_shop_changed_is_brought_up_to_date_while_it_waits(house):
    take(house, draft("1", ("S1", 2), ("S2", 1)))
    old = order().id
    taken = take(house, draft("1", ("S1", 5), ("S3", 1), remark="gift"))
    assert taken.updated == {0: old}
    assert (order().remark, order().confirmation) == ("gift", "held")
    assert [(line.line_key, line.qty) for line in order().lines] == [("S1", 5), ("S3", 1)]
    assert promised() == {"S1": 0, "S2": 0}
    take(house, draft("1", ("S1", 5)))
    assert (order().confirmation, promised()) == ("confirmed", {"S1": 5, "S2": 0})
    proved()


def test_an_order_in_work_is_not_changed_any_more(house, tx):
    take(house, draft("1", ("S1", 2)))
    with tx():
        service.mark_waved([order().id])
    before = everything()
    taken = take(house, draft("1", ("S1", 3)))
    assert [refused.code for refused in taken.refused[0]] == ["orders.in_work"]
    assert everything() == before


def test_unknown_shops_and_skus_and_repeats_are_refused_alone(house):
    drafts = draft("1", ("S1", 1), ("S9", 1)), replace(draft("2"), shop="X"), draft("3"), draft("3")
    taken = take(house, *drafts)
    codes = {place: [(r.code, r.line_key) for r in refused] for place, refused in taken.refused.items()}
    assert codes == {
        0: [("catalog.unknown_sku", "S9")], 1: [("orders.unknown_shop", None)], 3: [("orders.repeated", None)]
    }  # fmt: skip
    assert [each.number for each in db.session.query(Order)] == ["3"]


def test_a_cancelled_order_comes_in_cancelled_and_promises_nothing(house):
    taken = take(house, draft("1", cancelled=True), draft("2"))
    assert (taken.cancelled, order("1").confirmation, order("1").refund) == (1, "cancelled", "refunded")
    take(house, draft("2", cancelled=True))
    assert (order("2").confirmation, promised()["S1"]) == ("cancelled", 0)
    proved()


# ---- steps

def test_an_order_goes_its_whole_way(house, tx):
    take(house, draft("1"), draft("2"))
    first, second = order("1").id, order("2").id
    with tx():
        service.mark_waved([first, second])
    with tx():
        service.mark_unwaved([second])
        service.mark_started(first)
        service.mark_short(first, "missing: 1 × S1")
    assert (order("1").processing, order("1").hold_reason) == ("short", "missing: 1 × S1")
    with tx():
        service.mark_again(first)
        service.mark_started(first)
        service.mark_picked(first)
        service.mark_packed(first)
        service.mark_shipped([first])
    assert (order("1").processing, order("1").shipping, order("1").hold_reason) == ("packed", "shipped", None)
    assert (order("2").processing, order("2").confirmation) == ("waiting", "confirmed")


def test_one_order_that_cannot_move_keeps_all_where_they_are(house, tx):
    take(house, draft("1"), draft("2", paid="0"), draft("3"))
    ids = [order(n).id for n in "123"]
    before = everything()
    with pytest.raises(WmsError) as refused, tx():
        service.mark_waved(ids)
    assert refused.value.code == "core.illegal_move"
    assert refused.value.params == {
        "thing": "order processing 2", "action": "wave", "status": "held, waiting, none"
    }  # fmt: skip
    with pytest.raises(WmsError, match="not_found"), tx():
        service.mark_waved([ids[0], 99])
    with pytest.raises(WmsError, match="illegal_move"), tx():
        service.mark_shipped([ids[0]])
    with pytest.raises(WmsError, match="'status': 'waiting'"), tx():
        service.mark_packed(ids[0])
    with tx():
        service.mark_waved([])
    assert everything() == before


def test_two_planners_cannot_wave_the_same_order(app, house, tx):
    take(house, draft("1"), draft("2"), draft("3"))
    ids = [order(n).id for n in "123"]
    together, outcomes = threading.Barrier(2), []

    def work(wanted):
        with app.app_context():
            together.wait()
            try:
                with tx():
                    service.mark_waved(wanted)
                outcomes.append("waved")
            except WmsError as refused:
                outcomes.append(refused.code)

    threads = [threading.Thread(target=work, args=(wanted,)) for wanted in (ids[:2], [ids[2], ids[1]])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["core.illegal_move", "waved"]
    assert sorted(order(n).processing for n in "123") == ["waiting", "waved", "waved"]


def test_dropping_pieces_frees_as_many(house, tx):
    take(house, draft("1", ("S1", 5)))
    line = order().lines[0].id
    with tx():
        service.drop({line: 2})
    assert promised()["S1"] == 3
    for qty in (4, 0, -1):
        with pytest.raises(WmsError, match="too_many_dropped"), tx():
            service.drop({line: qty})
    with tx():
        service.drop({line: 3})
    assert (promised()["S1"], db.session.get(OrderLine, line).dropped) == (0, 5)
    proved()


def test_cancelling_frees_the_stock_and_is_refused_once_in_work(house, tx):
    take(house, draft("1", ("S1", 4)), draft("2", ("S1", 1)))
    first, second = order("1").id, order("2").id
    with tx():
        service.mark_waved([second])
    before = everything()
    with pytest.raises(WmsError, match="illegal_move"), tx():
        service.cancel([first, second])
    assert everything() == before
    with tx():
        service.cancel([first])
    assert (order("1").confirmation, promised()["S1"]) == ("cancelled", 1)
    proved()


def test_ready_orders_come_by_promise_and_filter(house, tx):
    take(house, draft("1", after=5), draft("2", ("S1", 1), ("S2", 2)), draft("3", paid="0"), draft("4", carrier="sf"))
    with tx():
        every = service.ready(house)
        assert [each.number for each in every] == ["2", "4", "1"]
        assert [line.qty for line in every[0].lines] == [1, 2]
        assert [e.number for e in service.ready(house, service.ReadyFilter(carrier="sf"))] == ["4"]
        assert [e.number for e in service.ready(house, service.ReadyFilter(max_orders=1))] == ["2"]
        before = service.ReadyFilter(promised_before=every[2].promised_at, shop="T")
        assert [e.number for e in service.ready(house, before)] == ["2", "4"]
        assert service.ready(house + 1) == service.ready(house, service.ReadyFilter(shop="X")) == []


def test_an_order_number_can_be_scanned(house, tx):
    take(house, draft("1001"))
    with tx():
        assert [(each.kind, each.label) for each in resolve("1001", house)] == [("order", "T 1001")]


# ---- over HTTP and from the board

BODY = {
    "shop": "T", "number": "W1", "paid": "7.50", "postage": "3.50", **ADDRESS, "placed_at": "2026-11-23T08:00:00Z",
    "lines": [{"sku": "S1", "qty": 2, "price": "2.00"}],
}  # fmt: skip


def test_an_order_over_http_is_taken_once_and_audited(app, house, clerk):
    client = app.test_client()
    made = client.post("/api/v1/orders", json=BODY, headers=clerk)
    assert made.status_code == 201, made.text
    assert made.json["state"] == "to_process"
    assert made.json["state_text"] == "Confirmed and paid, to be processed"
    assert (made.json["total"], made.json["trade_status"], made.json["confirmation"]) == ("7.50", 55, "confirmed")
    again = client.post("/api/v1/orders", json=BODY, headers=clerk)
    assert (again.status_code, again.json) == (200, made.json)
    other = client.post("/api/v1/orders", json={**BODY, "remark": "x"}, headers=clerk)
    assert (other.status_code, other.json["code"]) == (409, "orders.number_taken")
    assert client.get(f"/api/v1/orders/{made.json['id']}", headers=clerk).json == made.json
    assert db.session.query(Order).count() == 1


def test_a_repeat_with_its_key_gets_the_first_answer(app, house, clerk):
    client, key = app.test_client(), {"Idempotency-Key": str(uuid.uuid4())}
    made = client.post("/api/v1/orders", json=BODY, headers=clerk | key)
    again = client.post("/api/v1/orders", json=BODY, headers=clerk | key)
    assert (made.status_code, again.status_code, again.json) == (201, 200, made.json)
    reused = client.post("/api/v1/orders", json={**BODY, "number": "W2"}, headers=clerk | key)
    assert (reused.status_code, reused.json["code"]) == (409, "core.command_reused")


def test_the_same_order_from_two_programs_at_once_is_one_order(app, house, clerk):
    together, statuses = threading.Barrier(2), []

    def work():
        together.wait()
        statuses.append(app.test_client().post("/api/v1/orders", json=BODY, headers=clerk).status_code)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 201]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"lines": []}, 422, "core.invalid"),
        ({"lines": [{"sku": "S1", "qty": 0}]}, 422, "core.invalid"),
        ({"lines": [{"sku": "S1", "qty": 1.5}]}, 422, "core.invalid"),
        ({"lines": [{"sku": "S1", "qty": 1}, {"sku": "S1", "qty": 1}]}, 422, "core.invalid"),
        ({"lines": [{"sku": "S9", "qty": 1}]}, 404, "catalog.unknown_sku"),
        ({"shop": "X"}, 404, "orders.unknown_shop"),
        ({"number": " "}, 422, "core.invalid"),
        ({"placed_at": "2026-11-23T08:00:00"}, 422, "core.invalid"),
        ({"paid": "NaN"}, 422, "core.invalid"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(app, house, clerk, change, status, code):
    before = everything()
    refused = app.test_client().post("/api/v1/orders", json={**BODY, **change}, headers=clerk)
    assert (refused.status_code, refused.json["code"]) == (status, code)
    assert everything() == before


def test_orders_are_listed_by_state_shop_and_words_page_by_page(app, house, clerk, tx):
    take(house, *(draft(f"N{n}", recipient=f"Person {n}", after=n) for n in range(3)), draft("U1", paid="0"))
    with tx():
        service.mark_waved([order("N0").id])
    client = app.test_client()

    def listed(query):
        page = client.get(f"/api/v1/orders?{query}", headers=clerk)
        assert page.status_code == 200, page.text
        return [item["number"] for item in page.json["items"]], page.json["next"]

    assert listed("")[0] == ["U1", "N2", "N1", "N0"]
    first, cursor = listed("limit=3")
    assert (first, listed(f"limit=3&cursor={cursor}")) == (["U1", "N2", "N1"], (["N0"], None))
    assert listed("state=in_process") == (["N0"], None)
    assert listed("state=to_process")[0] == ["N2", "N1"]
    assert listed("state=unconfirmed")[0] == listed("held=true")[0] == ["U1"]
    assert listed("q=Person 2")[0] == ["N2"]
    assert listed("q=N1&shop=T")[0] == ["N1"]
    assert listed("shop=X")[0] == listed("carrier=x")[0] == listed("q=%25")[0] == []
    assert listed("sort=number&down=false&limit=2")[0] == ["N0", "N1"]
    assert listed("sort=promised&down=false")[0] == ["N0", "U1", "N1", "N2"]
    soon = order("N2").promised_at.isoformat().replace("+", "%2B")
    assert listed(f"sort=promised&down=false&promised_before={soon}")[0] == ["N0", "U1", "N1"]
    assert client.get("/api/v1/orders?q=N2", headers=clerk).json["items"][0]["recipient"] == "P** 2**"
    queues = client.get("/api/v1/orders/queues", headers=clerk).json
    known = {state: count for state, count in queues["states"].items() if count}
    assert (known, queues["held"]) == ({"unconfirmed": 1, "to_process": 2, "in_process": 1}, 1)
    file = client.get("/api/v1/orders.csv?state=to_process&sort=number&down=false", headers=clerk)
    assert [row.split(",")[0] for row in file.get_data().decode("utf-8-sig").splitlines()] == ["Order", "N1", "N2"]
    assert client.get("/api/v1/orders?state=dreaming", headers=clerk).status_code == 422
    assert client.get("/api/v1/orders").status_code == 401


def test_a_held_order_is_audited_over_http_with_words_for_its_reason(app, house, clerk, tx):
    take(house, draft("1", ("S3", 2)))
    url, client = f"/api/v1/orders/{order().id}", app.test_client()
    held = client.post(url + "/audit", headers=clerk).json
    assert held["hold"]["text"] == "Stock is short: S3 × 2. Receive or count these SKUs, then audit again."
    with tx():
        more_stock(house, "S3", 2)
    assert client.post(url + "/audit", headers=clerk).json["hold"] is None
    again = client.post(url + "/audit", headers=clerk)
    assert (again.status_code, again.json["code"]) == (409, "orders.nothing_to_audit")
    assert client.post("/api/v1/orders/99/audit", headers=clerk).status_code == 404


def test_another_warehouse_cannot_see_the_order(app, house, tx):
    take(house, draft("1", paid="0"))
    with tx():
        other = layout.create_warehouse("W2", "Two", layout.floor_of(house)).id
        person = access.add_person("B2", "Olga", access.hash_pin("123456"), other, ["clerk"], "en")
        headers = {"Authorization": f"Bearer {access.open_session(person, 'test')}"}
    client, order_id = app.test_client(), order().id
    assert client.get(f"/api/v1/orders/{order_id}", headers=headers).status_code == 404
    assert client.post(f"/api/v1/orders/{order_id}/audit", headers=headers).status_code == 404
    assert client.get("/api/v1/orders", headers=headers).json["items"] == []


def test_a_supervisor_audits_from_the_board(app, house, tx):
    boss = Actor("Sue", house, frozenset({"supervisor"}), "zh_Hans")
    take(house, draft("1", ("S3", 2)))
    body = {"order_id": order().id, "command_id": str(uuid.uuid4())}
    held = answer("order.audit", body, boss).body
    assert (held["ok"], held["message"]["tone"], held["data"]["hold"]["reason"]) == (True, "warning", "stock_short")
    assert "库存不足：S3 × 2" in held["message"]["text"]
    with tx():
        more_stock(house, "S3", 2)
    done = answer("order.audit", {**body, "command_id": str(uuid.uuid4())}, boss).body
    assert (done["message"]["code"], done["data"]["confirmation"]) == ("orders.confirmed", "confirmed")
    picker = Actor("Pia", house, frozenset({"picker"}))
    assert answer("order.audit", {**body, "command_id": str(uuid.uuid4())}, picker).status == 403
