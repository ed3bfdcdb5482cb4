"""Rules of the audit at work on orders: what they hold, give and set, once; and what people decide of it."""
from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from time import perf_counter

import pytest
from order_samples import START, draft, everything, order, promised, proved, shop, take
from sqlalchemy import text
from test_order_bulk import go, look, outcomes

from wms.access import service as access
from wms.catalog import service as catalog
from wms.core.actor import Actor
from wms.core.clock import now
from wms.core.db import db
from wms.core.error import WmsError
from wms.core.event import subscribe
from wms.core.transaction import transaction
from wms.layout import service as layout
from wms.orders import jobs, service
from wms.orders.auditing import blacklist, floors, passing, rulebook
from wms.orders.auditing.conditions import Rule
from wms.orders.auditing.ruling import try_out
from wms.orders.events import OrderCancelled, OrderUnpaid
from wms.stock import service as stock

HOLD = {"what": "hold", "text": "看一下"}
CHINA = {
    "country": "中国", "phone": "13800138000", "recipient": "王芳", "province": "新疆", "city": "喀什地区",
    "district": "喀什市", "address": "人民东路 8 号",
}  # fmt: skip


@pytest.fixture
def house(app):
    return shop()


def rule(house, *actions, when=(), name="R"):
    body = {"name": name, "enabled": True, "conditions": list(when), "actions": list(actions)}
    with transaction():
        return rulebook.add(house, body, by=None).id


def said(number="1"):
    """(action, parameters) of an order's history."""
    with transaction():
        return [(one["action"], one["params"]) for one in service.history(order(number).id, "en")]


def lines(number="1"):
    return [(line.sku_id, line.qty, line.gift, line.price) for line in order(number).lines]


def hold_text(number="1", locale="en"):
    found = order(number)
    return service.hold_text(found.hold_reason, found.hold_params, locale)


# ---- holding, and letting pass

def test_a_rule_holds_with_its_name_until_a_clerk_lets_the_order_pass_as_it_was(house):
    remark = {"what": "remark", "names": ["急"]}
    rule(house, HOLD, when=[remark], name="备注")
    take(house, draft("1", remark="急"), draft("2"))
    assert [order(n).confirmation for n in "12"] == ["held", "confirmed"]
    assert hold_text() == "Held by the rule “备注”: 看一下 (急). Put it right, or let it pass."
    assert said() == [("rule_hold", {"rule": "备注", "why": "看一下 (急)"})]
    with transaction():
        assert service.audit([order().id]).held  # again, and its history does not grow
    assert len(said()) == 1
    with transaction():
        passing.let_pass(house, order().id, why="已联系", by=None)
    assert (order().confirmation, promised()["S1"]) == ("confirmed", 2)
    assert said()[-1] == ("let_pass", {"rule": "备注", "why": "已联系"})
    take(house, draft("1", ("S1", 2), remark="急"))  # the shop changed it: that was not let pass
    assert (order().confirmation, order().hold_reason) == ("held", "rule_hold")
    proved()


def test_many_are_let_pass_together_and_finance_approves_many(house):
    """Looked at, nothing moves; what waits for somebody else's word, or for stock, is left and said."""
    remark = {"what": "remark", "names": ["急"]}
    rule(house, HOLD, when=[remark], name="备注")
    rule(house, {"what": "review", "text": "大额"}, when=[{"what": "total", "least": "10"}], name="财审")
    urgent = [draft(n, remark="急") for n in "12"]
    take(house, *urgent, draft("3", ("S1", 5)), draft("4", phone=""), draft("5", ("S3", 1), remark="急"))
    with transaction():
        someone = access.add_person("B-1", "Sue", "no pin", house, ("supervisor",), "en")
        sue = Actor("Sue", house, frozenset({"supervisor"}), person_id=someone.id)
    ids = [order(n).id for n in "12345"]
    before = everything()
    seen = look(sue, "let_pass", ids, why="已联系")
    found = {"act_confirms": ["1", "2"], "act_not_passable": ["3", "4"], "act_stays_held": ["5"]}
    assert (outcomes(seen), everything()) == (found, before)
    assert outcomes(go(sue, seen)) == found
    assert [order(n).hold_reason for n in "12345"] == [
        None, None, "finance_review", "address_incomplete", "stock_short",
    ]  # fmt: skip
    assert [said(n)[-1] for n in "15"] == [("let_pass", {"rule": "备注", "why": "已联系"})] * 2
    approved = go(sue, look(sue, "finance_approved", ids, why="已核对"))
    assert outcomes(approved) == {"act_confirms": ["3"], "act_no_review": ["1", "2", "4", "5"]}
    assert said("3")[-1] == ("finance_approved", {"rule": "财审", "why": "已核对"})
    proved()


def test_finance_approves_or_refuses_and_nothing_else_is_passed(house):
    rule(house, {"what": "review", "text": "大额"}, when=[{"what": "total", "least": "10"}])
    take(house, draft("1", ("S1", 5)), draft("2", ("S1", 5)), draft("3", phone=""))
    first, second, third = (order(n).id for n in "123")
    before = everything()
    for act in (
        lambda: passing.let_pass(house, first, why="", by=None),
        lambda: passing.review(house, third, approve=True, why="", by=None, name="F"),
    ):
        with pytest.raises(WmsError) as refused, transaction():
            act()
        assert refused.value.code in ("orders.not_passable", "orders.no_review")
    assert everything() == before
    with transaction():
        passing.review(house, first, approve=True, why="", by=None, name="F")
        passing.review(house, second, approve=False, why="太多", by=None, name="F")
    assert [order(n).hold_reason for n in "12"] == [None, "finance_refused"]
    assert "太多" in hold_text("2")
    with transaction():
        service.audit([second])  # put right, it goes to finance again
    assert order("2").hold_reason == "finance_review"


def test_papers_come_before_rules_and_an_overpaid_order_can_be_passed(house):
    rule(house, HOLD)
    take(house, draft("1", paid="0"), draft("2", paid="9"))
    assert order("1").hold_reason == "unpaid"
    assert order("1").hold_params["also"] == ["rule_hold"]
    assert (order("2").hold_reason, "Paid 9" in hold_text("2")) == ("overpaid", True)
    second = order("2").id
    with transaction():
        passing.let_pass(house, second, why="", by=None)
    assert order("2").hold_reason == "rule_hold"


# ---- what is done to orders

def test_gifts_go_to_each_order_once_and_only_from_free_stock(house):
    gift = {"what": "gift", "sku": "S2", "qty": 4, "limit": 3}
    rule(house, gift, name="满赠")
    take(house, draft("1"), draft("2", ("S2", 3), after=1), draft("3", after=2))
    s2 = catalog_id("S2")
    # Of ten pieces three are bought: the first order gets its gift, and the others find less than four left.
    assert [(qty, gift) for sku, qty, gift, _ in lines("1") if sku == s2] == [(4, True)]
    assert [gift for *_, gift, _ in lines("2") + lines("3")] == [False, False]
    assert [each[0] for each in said("1") + said("2") + said("3")] == ["rule_gift", "gift_short", "gift_short"]
    assert promised() == {"S1": 2, "S2": 7}
    take(house, draft("1", ("S1", 2)))  # told anew, its gift is given anew and not twice
    assert [qty for sku, qty, _, _ in lines("1") if sku == s2] == [4]
    assert promised() == {"S1": 3, "S2": 7}
    proved()


def test_a_gift_with_a_limit_ends_and_one_that_is_gone_at_the_promise_holds_nothing_up(house):
    rule(house, {"what": "gift", "sku": "S2", "qty": 1, "limit": 1})
    take(house, draft("1"), draft("2", after=1))
    assert [each[0] for each in said("1") + said("2")] == ["rule_gift", "gift_used_up"]
    ids, its = [order("1").id], [line.id for line in order("1").lines]
    with transaction():  # a gift that was free when it was given and is not when it is promised
        stock.release_promises(its)
        db.session.execute(text("UPDATE stock_level SET promised = on_hand WHERE sku_id = :s"), {"s": catalog_id("S2")})
        db.session.execute(text("UPDATE sales_order SET confirmation = 'held' WHERE id = ANY(:ids)"), {"ids": ids})
        assert service.audit(ids).confirmed == ids
    assert [gift for *_, gift, _ in lines("1")] == [False]
    assert said("1")[-1][0] == "gift_taken_off"


def test_carrier_kind_note_and_tags_are_set_once_by_the_first_rule_that_has_a_say(house):
    far = {"what": "place", "names": ["新疆", "西藏"]}
    rule(house, {"what": "carrier", "carrier": "ems"}, {"what": "tag", "text": "偏远"}, when=[far], name="偏远")
    rule(house, {"what": "carrier", "carrier": "sf"}, {"what": "urgent"}, {"what": "note", "text": "谢谢"},
         {"what": "tag", "text": "直播"}, name="其他")  # fmt: skip
    take(house, draft("1", **CHINA), draft("2", gift_note="Happy birthday"))
    first, second = order("1"), order("2")
    assert (first.carrier, first.carrier_rule, first.kind, first.gift_note, first.tags) == (
        "ems", "偏远", "urgent", "谢谢", ["偏远", "直播"],
    )  # fmt: skip
    assert (second.carrier, second.gift_note, second.tags) == ("sf", "Happy birthday", ["直播"])
    its = [line.id for line in order("1").lines]
    with transaction():  # somebody chose otherwise, and a further audit leaves that
        stock.release_promises(its)
        db.session.execute(text("UPDATE sales_order SET carrier = 'own_fleet', confirmation = 'held'"))
        service.audit([first.id])
    assert order("1").carrier == "own_fleet"
    assert {each[0] for each in said("1")} == {"rule_carrier", "rule_tag", "rule_urgent", "rule_note"}


def test_held_orders_get_nothing_until_they_go_on(house):
    rule(house, {"what": "gift", "sku": "S2", "qty": 1}, {"what": "tag", "text": "x"})
    take(house, draft("1", paid="0"))
    assert (len(lines()), order().tags, promised()["S2"]) == (1, [], 0)
    take(house, draft("1"))
    assert (len(lines()), order().tags, promised()["S2"]) == (2, ["x"], 1)


def catalog_id(code):
    return catalog.sku_ids([code])[code]


# ---- what is known of buyers and prices

def test_the_blacklist_knows_people_again_and_tells_nobody_who_they_are(house):
    rule(house, HOLD, when=[{"what": "blacklist"}])
    with transaction():
        blacklist.put(house, {"kind": "phone", "phone": "138-0013-8000", "reason": "拒收"}, None)
        who = {"kind": "address", "recipient": "李四", "address": "人民东路 8 号", "reason": "职业打假"}
        blacklist.put(house, who, None)
    take(house, draft("1", **CHINA), draft("2", **{**CHINA, "phone": "+86 13800138000-12"}),
         draft("3", **{**CHINA, "phone": "13900139000", "recipient": "李四", "address": "人民东路8号"}),
         draft("4", **{**CHINA, "phone": "13900139000"}),
         draft("5", **{**CHINA, "phone": "138****8000", "address_id": "oaid"}))  # fmt: skip
    assert [order(n).confirmation for n in "12345"] == ["held", "held", "held", "confirmed", "confirmed"]
    assert "职业打假" in hold_text("3")
    with transaction():
        kept = db.session.execute(text("SELECT shown || encode(key, 'escape') FROM blacklist")).scalars()
        assert not any("13800138000" in each or "人民东路 8 号" in each for each in kept)


def test_first_orders_many_orders_and_prices_under_the_floor(house):
    rule(house, {"what": "tag", "text": "first"}, when=[{"what": "first_order"}])
    rule(house, HOLD, when=[{"what": "buyer_orders", "hours": 1, "least": 3}], name="刷单")
    rule(house, {"what": "review", "text": "低价"}, when=[{"what": "under_floor"}], name="限价")
    take(house, draft("1", buyer="b"), draft("2", buyer="b", after=30), draft("3", buyer="b", after=59), draft("4"))
    assert [order(n).tags for n in "1234"] == [["first"], [], [], []]  # of 4 no buyer is known
    assert [order(n).hold_reason for n in "1234"] == [None, None, "rule_hold", None]
    with transaction():
        floors.put("S1", "EUR", Decimal("2.50"), by=None)
        floors.put("S2", "CNY", Decimal("2.50"), by=None)
    take(house, draft("5"), draft("6", ("S2", 1)))
    assert [order(n).hold_reason for n in "56"] == ["finance_review", None]
    assert "S1 2 < 2.5" in hold_text("5").replace(".0000", "").replace("2.5000", "2.5")


# ---- kept, changed, brought back

def test_rules_are_kept_with_all_that_they_were(house):
    first, second = rule(house, HOLD, name="A"), rule(house, {"what": "skip"}, name="B")
    with transaction():
        rulebook.move(house, second, -1)
        assert [each["name"] for each in rulebook.listed(house)] == ["B", "A"]
        rulebook.change(house, first, {"version": 1, "enabled": False, "name": "A2"}, by=None)
    with pytest.raises(WmsError) as refused, transaction():
        rulebook.change(house, first, {"version": 1, "name": "A3"}, by=None)
    assert refused.value.code == "orders.rule_changed"
    with transaction():
        rulebook.change(house, first, {"version": 2, "removed": True}, by=None)
        assert [each["name"] for each in rulebook.listed(house)] == ["B"]
        rulebook.restore(house, first, 1, by=None)
        assert [(each["name"], each["enabled"]) for each in rulebook.listed(house)] == [("B", True), ("A", True)]
        told = [(each["version"], each["name"], each["removed"]) for each in rulebook.versions(house, first)]
    assert told == [(4, "A", False), (3, "A2", True), (2, "A2", False), (1, "A", False)]
    for named in ({"what": "gift", "sku": "NONE", "qty": 1}, HOLD):
        when = [{"what": "shop", "names": ["NONE"]}] if named is HOLD else []
        with pytest.raises(WmsError):
            rule(house, named, when=when)


def test_a_trial_tells_what_would_have_been_and_changes_nothing(house):
    take(house, *(draft(str(n), ("S1", 1), after=n, remark="急" if n % 3 == 0 else "") for n in range(1, 10)))
    before = everything()
    wanted = Rule(0, "R", [{"what": "remark", "names": ["急"]}], [HOLD])
    with transaction():
        tried = try_out(house, wanted)
        assert (tried.looked, list(tried.met.values()), tried.holds) == (9, ["急"] * 3, True)
        assert len(try_out(house, wanted, last=4).met) == 2
        assert try_out(house, wanted, days=1).looked in (0, 9)
    assert everything() == before


# ---- unpaid

def test_unpaid_orders_are_reminded_of_once_and_cancelled_in_time(house):
    heard = []
    subscribe(OrderUnpaid)(heard.append)
    subscribe(OrderCancelled)(heard.append)
    with transaction():
        service.change_shop("T", {"remind_unpaid_minutes": 60, "cancel_unpaid_minutes": 120})
    at = now()
    for number, minutes, paid in (("1", 30, "0"), ("2", 61, "0"), ("3", 121, "0"), ("4", 121, "1"), ("5", 500, "2")):
        take(house, draft(number, paid=paid, placed_at=at - timedelta(minutes=minutes)))
    jobs.unpaid_due()
    jobs.unpaid_due()
    assert [order(n).confirmation for n in "12345"] == ["held", "held", "cancelled", "held", "confirmed"]
    told = [(type(each).__name__, each.order_id) for each in heard]
    assert told == [
        ("OrderCancelled", order("3").id), ("OrderUnpaid", order("2").id), ("OrderUnpaid", order("4").id),
    ]  # fmt: skip
    assert [each[0] for each in said("3")] == ["unpaid_cancelled"]
    take(house, draft("2", placed_at=at - timedelta(minutes=61)))  # paid now
    assert order("2").confirmation == "confirmed"


# ---- over HTTP, and many at once

def test_a_clerk_makes_a_rule_tries_it_and_takes_an_address_as_it_reads(app, house):
    with transaction():
        person = access.add_person("B1", "Cora", access.hash_pin("123456"), house, ["clerk"], "zh_Hans")
        clerk = {"Authorization": f"Bearer {access.open_session(person, 'test')}"}
    blank = {**CHINA, "province": "", "city": "", "district": "", "address": "浙江省杭州市西湖区文三路 1 号"}
    take(house, draft("1", **blank), draft("2", ("S1", 2)))
    client = app.test_client()
    large = [{"what": "total", "least": "4"}]
    body = {"name": "大额", "conditions": large, "actions": [{"what": "review", "text": "x"}]}
    tried = client.post("/api/v1/audit/trials", json={**body, "last": 100}, headers=clerk).json
    assert (tried["looked"], tried["met"], [one["number"] for one in tried["items"]]) == (2, 1, ["2"])
    made = client.post("/api/v1/audit/rules", json=body, headers=clerk)
    assert (made.status_code, made.json["version"]) == (201, 1)
    assert client.get("/api/v1/audit/rules", headers=clerk).json["items"][0]["name"] == "大额"
    [waits] = client.get("/api/v1/audit/waiting", headers=clerk).json["items"]
    assert "浙江省 杭州市 西湖区" in waits["hold"]["text"]
    path = f"/api/v1/orders/{waits['id']}/address-read"
    assert client.post(path, json={"read": "江西省 南昌市 西湖区"}, headers=clerk).status_code == 409
    took = client.post(path, json={"read": waits["hold"]["params"]["read"]}, headers=clerk).json
    assert (took["province"], order("1").address, took["hold"]) == ("浙江省", "文三路 1 号", None)
    refused = client.post(f"/api/v1/orders/{waits['id']}/finance-review", json={"approve": True}, headers=clerk)
    assert refused.status_code == 403  # a clerk is not finance


def test_twenty_rules_on_a_thousand_orders_are_a_few_statements(house):
    with transaction():
        (bin_id, _) = layout.bin_ids(house, ["A01-01L1"])["A01-01L1"]
        goods = [stock.Goods(catalog_id(code), bin_id, 5000) for code in ("S1", "S2")]
        stock.receive(house, goods, reference="ASN", actor_id=None)
    for n in range(10):
        rule(house, HOLD, when=[{"what": "remark", "names": [f"词{n}"]}, {"what": "total", "least": "1"}], name=f"H{n}")
    rule(house, {"what": "gift", "sku": "S2", "qty": 1}, {"what": "tag", "text": "t"}, {"what": "urgent"})
    drafts = [draft(str(n), remark="词3" if n % 100 == 0 else "", placed_at=START) for n in range(1000)]
    counted = []
    listen(counted)
    began = perf_counter()
    taken = take(house, *drafts)
    assert (len(taken.audited.confirmed), len(taken.audited.held), promised()["S2"]) == (990, 10, 990)
    assert len(counted) < 80, (len(counted), perf_counter() - began)


def listen(counted):
    from sqlalchemy import event

    event.listen(db.engine, "before_cursor_execute", lambda *told: counted.append(told[2]))
