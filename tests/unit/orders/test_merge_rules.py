"""Which orders may share a parcel, and by when something is due."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from wms.orders.merge_rules import MOST, Candidate, groups, leader_of, moved_key, own_key, place_key, why_not

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
ONE = Candidate(
    id=1, number="1", shop_id=1, platform="top", merging="own", owner_id=1, carrier="sf", currency="CNY",
    kind="normal", placed_at=NOW, promised_at=NOW + timedelta(hours=24), confirmation="confirmed", hold_reason=None,
    payment="paid", processing="waiting", refund="none", cod=Decimal(0), gift_note="", address_id="", place_key=b"A",
)  # fmt: skip


def like(id: int, **facts: object) -> Candidate:
    return replace(ONE, id=id, number=str(id), **facts)  # type: ignore[arg-type]


def ids(*orders: Candidate, within: int | None = None) -> list[tuple[int, ...]]:
    found = groups(orders, timedelta(minutes=within) if within is not None else None)
    return [(group.leader, *group.others) for group in found]


def test_one_place_however_it_was_written():
    same = place_key("王小明", "138 0013 8000", "科技路1号 A座", province="广东省", city="深圳市", district="南山区")
    assert same == place_key("王 小明", "+86-13800138000", "广东省深圳市南山区科技路１号a座")
    assert same != place_key("王小明", "13800138000", "广东省深圳市南山区科技路2号A座")
    assert same != place_key("王小民", "13800138000", "广东省深圳市南山区科技路1号A座")
    # What a platform has masked, or what is missing, makes nobody the same person.
    masked, nobody, no_phone = ("王**", "138****8000", "广东省深圳市**"), ("", "138", "x"), ("a", "", "x")
    assert place_key(*masked) == place_key(*nobody) == place_key(*no_phone) == ""


def test_equal_places_on_equal_terms_go_together():
    assert ids(ONE, like(2), like(3, place_key=b"B"), like(4, place_key=None)) == [(1, 2)]
    apart = {
        "carrier": "yto", "owner_id": 2, "currency": "EUR", "shop_id": 2, "cod": Decimal(1), "gift_note": "Hi",
        "split": True, "processing": "waved", "refund": "asked", "confirmation": "cancelled", "merging": "no",
        "payment": "part",
    }  # fmt: skip
    for field, value in apart.items():
        assert ids(ONE, like(2, **{field: value})) == [], field
    shared = {"merging": "shops"}
    assert ids(like(1, **shared), like(2, shop_id=2, **shared)) == [(1, 2)]
    assert ids(like(1, **shared), like(2, shop_id=2)) == []  # both shops have to let it


def test_the_platforms_id_or_the_words_either_makes_them_one_place():
    a, b, c = like(1, place_key=b"A", address_id="x"), like(2, place_key=None, address_id="x"), like(3, place_key=b"A")
    assert ids(a, b, c) == [(1, 2, 3)] == ids(b, c, a)
    assert ids(b, like(4, place_key=None, address_id="x", platform="jd", merging="own")) == []
    assert ids(b, c) == []


def test_by_itself_only_what_was_placed_near_and_not_what_was_to_stay_alone():
    late = like(2, placed_at=NOW + timedelta(minutes=61))
    assert (ids(ONE, late, within=60), ids(ONE, late), ids(ONE, late, within=61)) == ([], [(1, 2)], [(1, 2)])
    assert (ids(ONE, like(2, keep_apart=True), within=60), ids(ONE, like(2, keep_apart=True))) == ([], [(1, 2)])
    many = groups([like(nr) for nr in range(1, 2 * MOST + 2)])
    assert [1 + len(group.others) for group in many] == [MOST, MOST]  # and one is left alone


def test_who_leads_and_why_not():
    first, urgent, leads = like(1), like(2, kind="live"), like(3, companions=1)
    assert [leader_of(each).id for each in ([first, urgent], [first, urgent, leads], [first, like(4)])] == [2, 3, 1]
    soon = like(4, promised_at=NOW)
    assert leader_of([first, soon]) is soon
    assert why_not([first, urgent]) is None
    held = like(5, confirmation="held", hold_reason="unpaid")
    asked = [held, like(5, place_key=b"B"), like(5, shop_id=2), like(5, carrier="yto"), like(5, cod=Decimal(1))]
    assert [why_not([first, each]) for each in asked] == [
        (why, each) for why, each in zip(("held", "place", "shops", "carrier", "cod"), asked, strict=True)
    ]


def test_a_line_keeps_its_own_key():
    assert own_key(7, moved_key(7, "S1")) == "S1" == own_key(None, "S1")
