"""Which carrier takes a parcel: places, prices, what stands against it, rules, quotas."""
from __future__ import annotations

from datetime import datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from wms.core.places import key_of, keys_of
from wms.shipping.choice_rules import Carton, Chooser, Offer, Parcel, Price, Quota, Rule, boxed, cost

NOON = datetime(2026, 11, 26, 12, tzinfo=timezone(timedelta(hours=8)))


def keys(*places):
    return frozenset(key_of(place) for place in places)


def price(places, first, step, **more):
    return Price(tuple(key_of(place) for place in places.split()), 1000, Decimal(first), 1000, Decimal(step), **more)


SF = Offer(
    1, "sf", "顺丰", 3, prices=(price("*", "18", "8", hours=24), price("新疆 西藏", "26", "15", surcharge=Decimal(5))),
    divisor=6000, cut_off=time(18),
)  # fmt: skip
ZTO = Offer(
    2, "zto", "中通", 1, prices=(price("浙江 江苏 上海", "5", "1.2", hours=36), price("*", "7.4", "4", hours=60)),
    not_to=keys("西藏", "新疆/克孜勒苏"), refuses=frozenset({"cold", "dangerous"}), max_g=30_000, cut_off=time(11),
)  # fmt: skip
YTO = Offer(3, "yto", "圆通", 2, prices=(price("*", "6", "2", hours=72),), cod=False, max_value=Decimal(2000))
ALL = (SF, ZTO, YTO)


def parcel(province="浙江省", city="杭州市", district="西湖区", grams=3200, **more):
    return Parcel(1, 1, "T", "CN", province, city, district, grams, **more)


def rank(wanted, *, offers=ALL, rules=(), quotas=(), at=NOON):
    return Chooser(offers, rules, quotas, at).rank(wanted)


def seen(decision):
    """{carrier: its price, or why it does not take the parcel}."""
    return {one.offer.code: one.no[0] if one.no else str(one.price) for one in decision.ranking}


def test_the_cheapest_takes_it_and_every_other_has_its_price_or_reason():
    decision = rank(parcel(cod=True))
    assert seen(decision) == {"zto": "8.6", "sf": "42", "yto": "cod"}  # 5 + 3 × 1.2; 18 + 3 × 8
    assert (decision.chosen, decision.way, decision.rule) == (ZTO, "cheapest", "")


@pytest.mark.parametrize(
    ("grams", "mm3", "paid"),
    [(1, 0, "18"), (1000, 0, "18"), (1001, 0, "26"), (2000, 0, "26"), (500, 60_000_000, "90")],
)
def test_first_and_further_weight_and_volume_as_weight(grams, mm3, paid):
    """60,000 cm³ / 6,000 = 10 kg: 18 + 9 × 8; what is begun of a step is paid for whole."""
    [one] = rank(parcel(grams=grams, volume_mm3=mm3), offers=[SF]).ranking
    assert str(one.price) == paid


def test_the_narrowest_place_counts_in_lists_and_tables():
    assert seen(rank(parcel("新疆维吾尔自治区", "克孜勒苏柯尔克孜自治州", "阿图什市", 1000)))["sf"] == "31"
    assert seen(rank(parcel("西藏自治区", "拉萨市", "城关区", 1000)))["zto"] == "place"
    only = Offer(9, "own", "自有", goes_to=keys("浙江/杭州", "浙江/宁波/海曙"), not_to=keys("浙江/杭州/淳安县"))
    asked = [("杭州", "西湖"), ("杭州市", "淳安县"), ("宁波", "鄞州"), ("宁波市", "海曙区")]
    there = [seen(rank(parcel("浙江省", *where), offers=[only]))["own"] for where in asked]
    assert there == ["None", "place", "place", "None"]


def test_names_are_compared_without_what_kind_of_place_they_are():
    assert keys_of("中国", "广西壮族自治区", "南宁市", "青秀区")[0] == key_of("广西/南宁/青秀")
    assert keys_of("", "上海市", "市辖区", "浦东新区")[0] == key_of("上海/浦东")
    assert keys_of("CN", "福建省", "三明市", "沙县")[0] == ("", "福建", "三明", "沙县")
    assert keys_of("France", "", "Paris", "") == (key_of("@france"), key_of("@*"))
    assert keys_of("CN", "浙江省", "", "西湖区") == (("", "浙江"), ("",))
    for bad in ("", "浙江/", "a/b/c/d", "@France/a/b"):
        with pytest.raises(ValueError, match=f"^{bad}$"):
            key_of(bad)


@pytest.mark.parametrize(
    ("more", "carrier", "why"),
    [
        ({"handling": frozenset({"cold"})}, "zto", "handling"), ({"grams": 30_001}, "zto", "heavy"),
        ({"value": Decimal(2001)}, "yto", "value"), ({"masked": True, "platform": "taobao"}, "yto", "masked"),
    ],
)  # fmt: skip
def test_what_stands_against_a_carrier(more, carrier, why):
    assert seen(rank(parcel(**more)))[carrier] == why
    assert seen(rank(parcel()))[carrier] != why


def test_a_masked_recipient_goes_only_by_who_reads_its_platforms_id():
    cainiao = Offer(4, "cn", "菜鸟", 9, reads=("taobao",))
    masked = parcel(masked=True, platform="taobao")
    assert rank(masked, offers=[*ALL, cainiao]).chosen == cainiao
    assert rank(parcel(masked=True, platform="jd"), offers=[*ALL, cainiao]).chosen is None


def test_rules_are_asked_in_their_sequence():
    never = Rule("no 圆通 for live", "never", ("yto",), kinds=frozenset({"live"}))
    fast = Rule("dear goods fast", "fastest", ("sf", "yto"), min_value=Decimal(1000))
    first = Rule("north first", "preferred", ("yto", "zto"), places=keys("北京", "河北"))
    rules = (never, fast, first)
    assert rank(parcel(), rules=rules).chosen == ZTO
    dear = rank(parcel(value=Decimal(1500)), rules=rules)
    assert (dear.chosen, dear.rule, seen(dear)["zto"]) == (SF, "dear goods fast", "by_rule")
    north = rank(parcel("北京市", "北京市", "朝阳区"), rules=rules)
    assert (north.chosen, north.rule) == (YTO, "north first")
    live = rank(parcel("北京市", "北京市", "朝阳区", kind="live"), rules=rules)
    assert (live.chosen, seen(live)["yto"]) == (ZTO, "by_rule")
    # A rule that leaves nobody is passed over: an order is not stuck for a preference.
    alone = Rule("only 圆通", "cheapest", ("yto",))
    assert rank(parcel(cod=True), rules=[alone]).chosen == ZTO


def test_who_collects_after_what_was_promised_comes_last():
    today = parcel(promised_at=NOON + timedelta(hours=8))
    assert [(one.offer.code, one.late) for one in rank(today).ranking] == [("yto", False), ("sf", False), ("zto", True)]
    assert rank(today, at=NOON - timedelta(hours=2)).chosen == ZTO


def test_a_quota_is_given_out_to_the_last_parcel():
    chooser = Chooser(ALL, (), [Quota(2, 3), Quota(2, 2, shop_id=1), Quota(3, 1)], NOON)
    codes = [chooser.decide(parcel()).chosen.code for _ in range(4)]
    assert codes == ["zto", "zto", "yto", "sf"]
    assert seen(chooser.rank(parcel())) == {"sf": "42", "zto": "quota", "yto": "quota"}


def test_a_table_without_a_row_for_it_has_no_price_and_no_table_at_all_is_the_last_choice():
    bulky = Offer(5, "deppon", "德邦", prices=(price("*", "30", "1", min_g=20_000, max_g=60_000),))
    assert seen(rank(parcel(grams=20_000), offers=[bulky]))["deppon"] == "price"
    assert seen(rank(parcel(grams=20_001), offers=[bulky]))["deppon"] == "50"
    free = Offer(6, "own", "自有", 0)
    assert rank(parcel(), offers=[free, YTO]).chosen == YTO
    assert rank(parcel(cod=True), offers=[free, YTO]).chosen == free


def test_goods_with_their_carton():
    cartons = [Carton(8_000_000, 300, 5_000), Carton(1_000_000, 80), Carton(27_000_000, 700)]
    assert boxed(500, 700_000, cartons) == (580, 1_000_000)
    assert boxed(500, 900_000, cartons) == (800, 8_000_000)  # a carton is not filled to the last corner
    assert boxed(9_000, 900_000, cartons) == (9_700, 27_000_000)
    assert boxed(500, 90_000_000, cartons) == (500, 90_000_000)
    assert boxed(500, 0, cartons) == (500, 0)
    assert cost(Price((), 1000, Decimal(5)), 9_000) == 5
