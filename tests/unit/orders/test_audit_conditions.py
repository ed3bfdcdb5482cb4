"""Rules of the audit: whether an order meets them, and what they say of it."""
from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from marshmallow import ValidationError

from wms.orders.auditing.conditions import ACTIONS, Fact, LineFact, Rule, compiled, needs
from wms.orders.auditing.deciding import decide, problems
from wms.orders.auditing.schemas import RuleBody

ORDER = Fact(
    1, shop="MAOWU", platform="taobao", total=Decimal("199.00"), remark="请加急，不要发顺丰", seller_remark="老客户",
    province="新疆维吾尔自治区", city="喀什地区", district="喀什市",
    lines=(LineFact("A", 2, Decimal("90"), 1200), LineFact("B", 1, Decimal("19"), 300, Decimal("20"))),
    buyer_orders={24: 3}, blacklisted=("退货太多",),
)  # fmt: skip


def met(condition, fact=ORDER):
    """What is found in the order, None when it does not meet the condition; as the schema takes it."""
    [checked] = RuleBody().load({"name": "R", "conditions": [condition], "actions": [{"what": "skip"}]})["conditions"]
    return compiled(Rule(1, "R", [checked], []))(fact)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"what": "shop", "names": ["X", "MAOWU"]}, ""),
        ({"what": "platform", "names": ["jd"]}, None),
        ({"what": "kind", "names": ["live"], "not": True}, ""),
        ({"what": "payment", "names": ["paid"]}, ""),
        ({"what": "payment", "names": ["cod"]}, None),
        ({"what": "total", "least": "199"}, ""),
        ({"what": "total", "least": 199.01}, None),
        ({"what": "total", "least": 100, "most": 198}, None),
        ({"what": "pieces", "least": 3, "most": 3}, ""),
        ({"what": "lines", "most": 1}, None),
        ({"what": "weight", "least": 2700}, ""),
        ({"what": "remark", "names": ["加急", "请加急"]}, "请加急"),  # the longest word that is there
        ({"what": "remark", "names": ["加急"], "of": "seller"}, None),
        ({"what": "remark", "names": ["老客"], "of": "seller"}, "老客"),
        ({"what": "remark"}, ""),
        ({"what": "remark", "not": True}, None),
        ({"what": "sku", "names": ["A", "C"]}, "A"),
        ({"what": "sku", "names": ["A", "B"], "least": 4}, None),
        ({"what": "place", "names": ["西藏", "新疆"]}, "新疆"),
        ({"what": "place", "names": ["新疆维吾尔自治区 喀什"]}, "新疆维吾尔自治区 喀什"),
        ({"what": "place", "names": ["浙江省 喀什"]}, None),
        ({"what": "first_order"}, None),
        ({"what": "buyer_orders", "hours": 24, "least": 3}, "3"),
        ({"what": "buyer_orders", "hours": 24, "least": 4}, None),
        ({"what": "blacklist"}, "退货太多"),
        ({"what": "under_floor"}, "B 19 < 20"),
    ],
)
def test_each_condition(condition, found):
    assert met(condition) == found


def test_cod_counts_beside_what_is_paid_and_a_blank_is_no_remark():
    assert met({"what": "payment", "names": ["cod"]}, replace(ORDER, cod=Decimal(1))) == ""
    assert met({"what": "remark"}, replace(ORDER, remark=" ", seller_remark="")) is None
    asked = [{"what": "buyer_orders", "hours": 24, "least": 2}, {"what": "buyer_orders", "hours": 1, "least": 2}]
    assert needs([Rule(1, "R", asked, [])]) == ({"buyer_orders"}, {1, 24})


@pytest.mark.parametrize(
    ("conditions", "actions", "field"),
    [
        ([{"what": "total"}], [{"what": "urgent"}], "conditions"),
        ([{"what": "total", "least": "much"}], [{"what": "urgent"}], "conditions"),
        ([{"what": "shop", "names": []}], [{"what": "urgent"}], "conditions"),
        ([{"what": "shop", "names": ["A"], "least": 2}], [{"what": "urgent"}], "conditions"),  # it would mean nothing
        ([{"what": "kind", "names": ["strange"]}], [{"what": "urgent"}], "conditions"),
        ([], [], "actions"),
        ([], [{"what": "hold"}], "actions"),
        ([], [{"what": "gift", "sku": "G", "qty": 1, "per": "total"}], "actions"),
        ([], [{"what": "explode"}], "actions"),
    ],
)
def test_what_a_rule_cannot_mean_is_refused_by_the_field(conditions, actions, field):
    with pytest.raises(ValidationError) as refused:
        RuleBody().load({"name": "R", "conditions": conditions, "actions": actions})
    assert list(refused.value.messages) == [field]


def rule(id, conditions, *actions):
    return Rule(id, f"R{id}", conditions, actions)


def test_rules_speak_in_their_sequence_until_one_lets_the_order_through():
    hold = {"what": "hold", "text": "看一下"}
    rules = [
        rule(1, [{"what": "remark", "names": ["加急"]}], {"what": "urgent"}, hold),
        rule(2, [{"what": "shop", "names": ["MAOWU"]}], {"what": "tag", "text": "猫屋"}, {"what": "skip"}),
        rule(3, [], {"what": "review", "text": "never asked"}),
    ]
    other = replace(ORDER, order_id=2, shop="T", remark="", seller_remark="")
    said = decide([ORDER, other], rules)
    assert [(each.rule.id, each.action["what"]) for each in said[1].holds + said[1].effects] == [
        (1, "hold"), (1, "urgent"), (2, "tag"),
    ]  # fmt: skip
    assert [each.rule.id for each in said[2].holds] == [3]
    [found] = problems(said[1], set())
    assert (found.code, found.params) == ("rule_hold", {"rule": "R1", "why": "看一下 (加急)", "about": ["rule:1"]})
    assert problems(said[1], {"rule:1"}) == []
    assert [each.code for each in problems(said[2], {"rule:1"})] == ["finance_review"]


@pytest.mark.parametrize(
    ("gift", "conditions", "pieces"),
    [
        ({"qty": 2}, [], 2),
        ({"qty": 1, "per": "total", "each": "50"}, [], 3),
        ({"qty": 1, "per": "total", "each": "200"}, [], 0),
        ({"qty": 1, "per": "pieces", "each": "3"}, [], 1),
        ({"qty": 1, "per": "pieces", "each": "1"}, [{"what": "sku", "names": ["A"]}], 2),  # buy one, get one
        ({"qty": 99, "per": "total", "each": "0.01"}, [], 999),
    ],
)
def test_how_many_pieces_a_gift_is(gift, conditions, pieces):
    said = decide([ORDER], [rule(1, conditions, {"what": "gift", "sku": "G", **gift})])
    assert sum(each.qty for ruling in said.values() for each in ruling.effects) == pieces


def test_every_action_is_taken_by_the_schema():
    sample = {"text": "x", "sku": "G", "qty": 1, "carrier": "sf"}
    actions = [{"what": name, **{need: sample[need] for need in needed}} for name, (needed, _) in ACTIONS.items()]
    assert RuleBody().load({"name": "R", "conditions": [], "actions": actions})["actions"] == actions
