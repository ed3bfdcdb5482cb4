"""The states that merchants know, for every position of the axes, and what an audit finds."""
from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from wms.orders.lifecycle import CONFIRMATION, PAYMENT, PROCESSING, REFUND, SHIPPING
from wms.orders.rules import (
    EIGHT,
    Axes,
    Claim,
    Problem,
    State,
    audit_papers,
    check_address,
    check_paid,
    check_stock,
    eight_state,
    hold_of,
    payment_of,
    trade_status,
)

EVERY = [
    Axes(*axes)
    for axes in product(
        CONFIRMATION.statuses, PAYMENT.statuses, PROCESSING.statuses, SHIPPING.statuses, REFUND.statuses
    )
]
COMPLETE = Claim(
    Decimal(10), Decimal(10), "CNY", "王小明", "13800138000", "中国", "上海市", "上海市", "浦东新区", "世纪大道 1 号"
)


def expected(axes: Axes) -> State:
    """The eight states, written out a second time by hand."""
    if axes.refund != "none":
        return State.REFUNDED if axes.refund == "refunded" else State.REFUNDING
    if axes.confirmation == "cancelled":
        return State.CANCELLED
    if axes.shipping == "shipped":
        return State.SHIPPED
    if axes.confirmation == "merged":
        return State.MERGED
    if axes.processing != "waiting":
        return State.READY_TO_GO if axes.processing == "packed" else State.IN_PROCESS
    if axes.payment == "paid":
        return State.TO_PROCESS
    return State.TO_PAY if axes.confirmation == "confirmed" else State.UNCONFIRMED


def test_every_position_of_the_axes_has_exactly_one_state():
    assert len(EVERY) == 5 * 3 * 6 * 2 * 3
    assert [eight_state(axes) for axes in EVERY] == [expected(axes) for axes in EVERY]
    assert {eight_state(axes) for axes in EVERY} == set(State)
    assert len(EIGHT) == 8


def test_every_position_has_a_trade_status_that_agrees_with_its_state():
    fitting = {
        State.UNCONFIRMED: {10, 12},
        State.TO_PAY: {55},
        State.TO_PROCESS: {30, 55},
        State.IN_PROCESS: {90},
        State.READY_TO_GO: {90},
        State.SHIPPED: {95},
        State.CANCELLED: {5},
        State.MERGED: {55, 90},
    }
    for axes in EVERY:
        if axes.refund == "none" and not (axes.confirmation == "cancelled" and axes.shipping == "shipped"):
            assert trade_status(axes) in fitting[eight_state(axes)], axes
    assert trade_status(Axes("confirmed", "paid", "packed", "shipped", "refunded")) == 95
    assert trade_status(Axes("confirmed", "paid", refund="refunded")) == 5


@pytest.mark.parametrize(
    ("total", "paid", "payment"),
    [("10", "0", "unpaid"), ("10", "9.99", "part"), ("10", "10", "paid"), ("0", "0", "paid")],
)
def test_payment_follows_from_the_amounts(total, paid, payment):
    assert payment_of(Decimal(total), Decimal(paid)) == payment


def changed(**fields):
    return Claim(**{**vars(COMPLETE), **fields})


def test_a_complete_order_has_no_problem():
    assert audit_papers(COMPLETE) == []


def test_part_payment_is_held_with_both_amounts():
    problem = check_paid(changed(paid=Decimal("9.50")))
    assert problem == Problem("unpaid", {"paid": "9.50", "total": "10", "currency": "CNY"})


@pytest.mark.parametrize("field", ["recipient", "phone", "country", "address", "province", "city", "district"])
def test_each_part_of_a_chinese_address_is_needed(field):
    blank = {field: "  "}
    problem = check_address(changed(**blank))
    if field == "country":  # then nobody can know that it is Chinese, and the country is what lacks
        assert problem == Problem("address_incomplete", {"missing": "country"})
    assert problem is not None
    assert problem.params["missing"] == field


def test_abroad_needs_no_province_city_or_district():
    assert check_address(changed(country="France", province="", city="", district="")) is None


def test_short_stock_names_each_sku_and_how_many():
    problem = check_stock({"B": 2, "A": 1})
    assert problem is not None
    assert problem.params == {
        "skus": [{"sku": "A", "short": 1}, {"sku": "B", "short": 2}], "short": "A × 1, B × 2", "pieces": 3
    }  # fmt: skip
    assert check_stock({}) is None


def test_the_first_problem_is_the_reason_and_the_others_go_along():
    problems = audit_papers(changed(paid=Decimal(0), phone=""))
    assert hold_of(problems) == (
        "unpaid", {"paid": "0", "total": "10", "currency": "CNY", "also": ["address_incomplete"],
                   "also_params": [{"missing": "phone", "read": "上海市 浦东新区"}]}
    )  # fmt: skip
    assert hold_of([]) == (None, None)
