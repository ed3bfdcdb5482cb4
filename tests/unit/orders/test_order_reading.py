"""What the rows of a merchant's books are, and how they become orders."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

import pytest

from wms.core.csvfile import Row
from wms.core.error import WmsError
from wms.orders.profile import Profile, load
from wms.orders.reading import columns, kind_of, sort

RETAIL = load("online-retail")
_lines = count(2)


def row(number="1001", sku="22000", qty=1, price="2.50", profile=RETAIL, **more):
    values = {column.name: column.default for column in columns(profile)}
    at = more.pop("placed_at", datetime(2010, 11, 1, 9, tzinfo=UTC))
    values |= {"shop": "s", "number": number, "sku": sku, "qty": qty, "price": Decimal(price), "placed_at": at, **more}
    return Row(next(_lines), [str(value) for value in values.values()], values)


def read(*rows, profile=RETAIL, poisoned=None):
    return sort(rows, profile, poisoned or {})


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, "goods"),
        ({"sku": "85123A"}, "goods"),
        ({"sku": "DCGSSBOY"}, "goods"),
        ({"sku": "PADS", "price": "0.001"}, "goods"),  # a token price is a price
        ({"sku": "POST"}, "fee"),
        ({"sku": "DOT"}, "fee"),
        ({"sku": "C2"}, "fee"),
        ({"sku": "M"}, "fee"),
        ({"sku": "D"}, "fee"),
        ({"sku": "BANK CHARGES"}, "fee"),
        ({"sku": "AMAZONFEE"}, "fee"),
        ({"sku": "GIFT_0001_10"}, "fee"),
        ({"sku": "TEST001"}, "fee"),
        ({"name": "Dotcomgiftshop Gift Voucher £10.00"}, "fee"),
        ({"price": "0"}, "zero_price"),
        ({"price": "0", "name": "VINTAGE TIN"}, "zero_price"),
        ({"price": "0", "qty": -3, "name": "damages"}, "stock_correction"),
        ({"number": "C1001", "qty": -1}, "cancellation"),
        ({"number": "A1001", "sku": "B", "price": "-10"}, "correction"),
    ],
)
def test_each_row_is_what_a_merchant_would_say(fields, kind):
    assert kind_of(row(**fields), RETAIL) == kind


def test_in_a_plain_file_every_row_is_goods():
    assert kind_of(row(number="C1", sku="POST", price="0"), Profile()) == "goods"


def test_fees_belong_to_the_total_and_not_to_the_lines():
    done = read(row(qty=4), row(sku="POST", price="18.00", qty=2))
    (order,) = done.orders
    assert [(line.sku, line.qty) for line in order.draft.lines] == [("22000", 4)]
    assert (order.draft.total, order.draft.paid) == (Decimal("46.00"), Decimal(0))
    assert (done.counts["fee_lines"], done.aside) == (1, 1)


def test_the_same_sku_twice_becomes_one_line_with_the_same_amount():
    first = row(sku="85123a", qty=2, price="3.00")
    twin = Row(99, first.cells, dict(first.values))
    done = read(first, twin, row(sku="85123A", qty=6, price="2.00"))
    ((line,),) = [order.draft.lines for order in done.orders]
    assert (line.sku, line.qty, line.price) == ("85123A", 10, Decimal("2.4"))
    assert done.orders[0].draft.total == Decimal(24)
    assert (done.counts["merged_lines"], done.counts["exact_duplicates"]) == (2, 1)


def test_a_plain_file_keeps_lines_apart():
    plain = Profile()
    done = read(row(profile=plain), row(profile=plain, price="0"), row(profile=plain, line="L9"), profile=plain)
    assert [line.key for line in done.orders[0].draft.lines] == ["22000", "22000#2", "L9"]


def test_an_invoice_of_fees_and_samples_is_no_order():
    done = read(row("1", sku="POST"), row("2", price="0"), row("3"))
    assert [order.draft.number for order in done.orders] == ["3"]
    assert done.counts["invoices_without_goods"] == 2


def test_a_guest_and_a_customer_are_named():
    done = read(row("1"), row("2", customer="16316"))
    assert [order.draft.recipient for order in done.orders] == ["Guest 1", "Customer 16316"]
    assert done.counts["guest_orders"] == 1


def test_rows_of_one_order_need_not_stand_together_and_the_earliest_time_counts():
    late = datetime(2010, 11, 1, 9, 1, tzinfo=UTC)
    done = read(row("1", placed_at=late), row("2"), row("1", sku="22001"))
    assert [(o.draft.number, len(o.draft.lines)) for o in done.orders] == [("1", 2), ("2", 1)]
    assert done.orders[0].draft.placed_at == datetime(2010, 11, 1, 9, tzinfo=UTC)
    assert done.orders[0].draft.promised_at == datetime(2010, 11, 2, 9, tzinfo=UTC)


AFTER = datetime(2010, 11, 2, tzinfo=UTC)


def bought(number="1", **more):
    return row(number, **{"qty": 3, "customer": "7", **more})


def returned(**more):
    return row("C9", **{"qty": -3, "customer": "7", "placed_at": AFTER, **more})


def test_a_cancellation_of_everything_cancels_the_latest_such_order_before_it():
    later = datetime(2010, 11, 3, tzinfo=UTC)
    done = read(bought("1"), bought("2", sku="22001"), bought("3"), bought("4", placed_at=later), returned())
    cancelled = [order.draft.number for order in done.orders if order.draft.cancelled]
    assert cancelled in (["1"], ["3"])  # both were placed at the same time
    assert len(cancelled) == done.counts["cancellations_of_whole_orders"] == 1


@pytest.mark.parametrize(
    "differs", [{"qty": -2}, {"sku": "22001"}, {"price": "1"}, {"customer": "8"}, {"customer": ""},
                {"placed_at": datetime(2010, 10, 30, tzinfo=UTC)}]
)  # fmt: skip
def test_any_other_cancellation_changes_no_order(differs):
    done = read(bought(), returned(**differs))
    assert not done.orders[0].draft.cancelled
    assert (done.counts["cancellation_lines"], done.counts["cancellations_of_whole_orders"]) == (1, 0)


def test_guests_are_never_matched_with_cancellations():
    assert not read(bought(customer=""), returned(customer="")).orders[0].draft.cancelled


def test_one_bad_row_keeps_its_whole_order_out():
    good, bad, other = row("1"), row("1", qty=-1), row("2")
    done = read(good, bad, other)
    assert [order.draft.number for order in done.orders] == ["2"]
    assert [(r.line, r.code) for r in done.rejects] == [
        (good.line, "orders.order_incomplete"), (bad.line, "orders.negative_qty")
    ]  # fmt: skip
    assert done.rejects[0].params == {"line": bad.line}


def test_a_row_that_could_not_be_read_keeps_its_order_out():
    done = read(row("1"), row("2"), poisoned={("s", "1"): 5})
    assert [order.draft.number for order in done.orders] == ["2"]
    assert done.rejects[0].params == {"line": 5}


def test_rows_that_contradict_each_other_are_named():
    done = read(row("1", recipient="Ann"), row("1", recipient=""), row("1", recipient="Bob"))
    assert [(r.column, r.code, r.value) for r in done.rejects if r.column] == [
        ("recipient", "orders.rows_disagree", "Bob")
    ]
    assert len(done.rejects) == 3


def test_the_same_order_told_again_has_the_same_digest():
    draft = read(row("1", qty=4)).orders[0].draft
    assert draft.digest() == replace(draft, total=draft.total + Decimal("0.00")).digest()
    assert draft.digest() != replace(draft, remark="gift").digest()


def test_lines_may_be_named_in_any_sequence():
    draft = read(row("1", qty=4)).orders[0].draft
    one, two = draft.lines[0], replace(draft.lines[0], key="second", qty=2)
    draft = replace(draft, lines=(one, two))
    assert replace(draft, lines=(two, one)).digest() == draft.digest()
    assert replace(draft, lines=(replace(one, qty=2), replace(two, qty=4))).digest() != draft.digest()


def test_every_row_is_accounted_for():
    rows = [row("1"), row("1", sku="POST"), row("C1", qty=-1), row("2", price="0"), row("3", qty=-1), row("4")]
    done = read(*rows)
    assert sum(len(o.rows) for o in done.orders) + len(done.rejects) + done.aside == len(rows)
    kinds = ("fee", "cancellation", "zero_price", "stock_correction")
    assert [done.counts[f"{kind}_lines"] for kind in kinds] == [1, 1, 1, 0]
    assert done.aside == 3


def test_an_unknown_profile_names_those_that_are_known(tmp_path):
    with pytest.raises(WmsError) as refused:
        load("nowhere")
    assert refused.value.params["known"] == "online-retail"
    with pytest.raises(WmsError, match="unknown_profile"):
        load(str(tmp_path / "none.toml"))
    for wrong in ('[patterns]\nnot_goods = "("', "[reading]\nhours = 3", '[reading]\ntimezone = "Mars"', "x"):
        (tmp_path / "wrong.toml").write_text(wrong)
        with pytest.raises(WmsError, match="profile_wrong"):
            load(str(tmp_path / "wrong.toml"))
