"""What goes into the parts of an order, and what each is worth."""
from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from wms.orders.split_rules import (
    CENT,
    Money,
    Piece,
    by_handling,
    by_stock,
    by_weight,
    number_of,
    shared,
    split_money,
    wrong,
)

cents = st.integers(0, 10**7).map(lambda n: n * CENT)
values = st.lists(st.integers(0, 10**5).map(Decimal), min_size=1, max_size=6)


@given(cents, values)
def test_shares_make_up_the_amount_and_none_is_a_cent_off(amount, parts):
    shares = shared(amount, parts)
    assert sum(shares) == amount
    assert all(share >= 0 for share in shares)
    if sum(parts):
        assert all(abs(share - amount * value / sum(parts)) < CENT for share, value in zip(shares, parts, strict=True))


@given(cents, cents, cents, values)
def test_what_is_covered_stays_covered_in_each_part(paid, cod, still, parts):
    for money in (Money(paid + cod, paid, cod), Money(paid + cod + still, paid, cod), Money(paid, paid + still)):
        split = split_money(money, parts)
        for name in ("total", "paid", "cod"):
            assert sum(getattr(each, name) for each in split) == getattr(money, name)
        if money.paid + money.cod >= money.total:
            assert all(each.paid + each.cod >= each.total for each in split)
        if money.paid + money.cod <= money.total:
            assert all(each.paid + each.cod <= each.total for each in split)  # nobody pays twice


def test_parts_that_cannot_be():
    lines = [Piece(1, 10, 3), Piece(2, 20, 1)]
    tried = [[], [{}], [{9: 1}], [{1: 4}], [{1: 2}, {1: 2}], [{1: 0}], [{1: 3, 2: 1}], [{1: 2}, {1: 1}]]
    assert [wrong(lines, parts) for parts in tried] == [
        "empty", "empty", "line", "qty", "qty", "qty", "nothing_left", None,
    ]  # fmt: skip


def test_what_is_here_goes_and_the_rest_waits():
    lines = [Piece(1, 10, 3), Piece(2, 20, 1), Piece(3, 10, 2)]
    assert by_stock(lines, {10: 4, 20: 1}) == [{3: 1}]
    assert by_stock(lines, {10: 9, 20: 1}) == []
    assert by_stock(lines, {}) == []  # nothing is here: there is nothing to send ahead
    assert by_stock(lines, {10: -2, 20: 1}) == [{1: 3, 3: 2}]


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 900)), min_size=1, max_size=6), st.integers(1, 1000))
def test_no_part_is_too_heavy_and_no_piece_is_lost(given_lines, limit):
    lines = [Piece(nr, nr, qty, weight_g=weight) for nr, (qty, weight) in enumerate(given_lines)]
    parts = by_weight(lines, limit)
    assert wrong(lines, parts) in (None, "empty")
    weight = {line.id: line.weight_g for line in lines}
    left = {line.id: line.qty - sum(part.get(line.id, 0) for part in parts) for line in lines}
    for part in [*parts, left]:
        heavy = sum(qty for id, qty in part.items() if weight[id])
        assert heavy <= 1 or sum(weight[id] * qty for id, qty in part.items()) <= limit


def test_cold_and_dangerous_goods_go_apart():
    cold = Piece(1, 1, 2, handling=frozenset({"cold", "fragile"}))
    hot, plain = Piece(2, 2, 1, handling=frozenset({"dangerous"})), Piece(3, 3, 1)
    assert by_handling([cold, hot, plain]) == [{1: 2}, {2: 1}]
    assert by_handling([cold, hot]) == [{2: 1}]
    assert by_handling([cold]) == by_handling([plain]) == []


def test_numbers_of_parts():
    assert [number_of("A", taken) for taken in ([], ["A-1"], ["A-2", "A-1"])] == ["A-1", "A-2", "A-3"]
