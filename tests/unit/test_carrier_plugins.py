"""Carriers' plug-ins against stand-ins that verify what they are told, without a database."""
from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from urllib.parse import urlencode

import pytest

from wms.core.clock import now
from wms.shipping.carriers import (
    Account,
    CarrierBusyError,
    CarrierRefusedError,
    CarrierSilentError,
    Changer,
    ForgedError,
    Party,
    Request,
    Scanned,
    Teller,
    Tracker,
    cainiao,
    kdniao,
    kuaidi100,
    plugin,
    sf,
)
from wms.shipping.carriers.standins import SECRETS, Manners, StandIns
from wms.shipping.carriers.wire import compact, post
from wms.shipping.question import Work, put
from wms.shipping.tracks import of_this_parcel, stand

SETTINGS = {"com": "yuantong", "shipper": "ZTO", "cp_code": "ZTO", "monthly_card": "7551234567", "callback": "http://x"}
TO = Party("王小明", "13800000000", "文三路 1 号 *~", "西湖区", "杭州市", "浙江省", "CN", "310012")
FROM = Party("Warehouse", "057100000000", "Road 1", "", "杭州市", "浙江省", "CN")


@pytest.fixture
def servers():
    with StandIns() as running:
        yield running


def account(servers, name, **more):
    paths = {"url": f"/{name}", "query_url": f"/{name}/query", "poll_url": f"/{name}/poll"}
    if name == "kdniao":
        paths |= {"query_url": "/kdniao", "subscribe_url": "/kdniao"}
    urls = {key: servers.url + path for key, path in paths.items()}
    return Account(1, name, {**SETTINGS, **urls}, {**SECRETS, **more})


def request(servers, name, key="K1", to=TO, **more):
    return Request(key, 1, name, "P1", "O1", 1200, to, FROM, account=account(servers, name, **more))


def test_signatures_of_taobao_as_its_documents_give_them():
    params = {
        "app_key": "12345678", "fields": "num_iid,title,nick,price,num", "format": "json",
        "method": "taobao.item.seller.get", "num_iid": "11223344", "session": "test",
        "sign_method": "md5", "timestamp": "2016-01-01 12:00:00", "v": "2.0",
    }  # fmt: skip
    assert cainiao.sign(params, "helloworld") == "66987CB115214E59E6EC978214934FB8"


def test_signatures_as_the_formulas_say():
    """The figures come from `md5sum`, `base64` and `urlencode` at a shell."""
    assert sf.digest('{"a":"文 *~"}', "1700000000000", "word") == "w2ueFsqVXp+SbQreeeW6Mg=="
    assert kuaidi100.label_sign('{"a":1}', "17", "K", "S") == "88C7A21AC28CBAABB7009421EC385B12"
    assert kuaidi100.query_sign('{"a":1}', "K", "C") == "DA766CF59D9BBF091B277178FE099457"
    assert kuaidi100.push_sign('{"a":1}', "salt") == "B218F90555A22945EC35A666B2C7B040"
    assert kdniao.data_sign('{"a":1}', "key") == "ODZiYjI3ZTFmYWExYjdhYTFjMWMzNDA5MDFlZmIyYWI="


@pytest.mark.parametrize(
    ("name", "number", "route", "sorting"),
    [
        ("sf", "SF", "010W-CD-011", "008"), ("kuaidi100", "YT", "杭州 310-01", "A12"), ("kdniao", "ZT", "沪-07", "S 9"),
        ("cainiao", "CN", "余杭 010-3", "380D-56-04"),
    ],
)  # fmt: skip
def test_an_order_is_taken_once_found_and_given_back(servers, name, number, route, sorting):
    speaks, asked = plugin(name), request(servers, name)
    issued = speaks.issue(asked)
    assert (issued.number[:2], issued.route_code, issued.sorting_code) == (number, route, sorting)
    assert speaks.query(asked).number == issued.number
    assert speaks.issue(asked).number == issued.number  # 8016, reorder, 106: not a second one
    speaks.void(asked, issued.number)
    speaks.void(asked, issued.number)
    assert servers.books.voided == {issued.number}
    away = request(servers, name, "K2", replace(TO, address="不可达村 1"))
    with pytest.raises(CarrierRefusedError) as refused:
        speaks.issue(away)
    assert refused.value.why == "unreachable"
    wrong = request(servers, name, "K3", check_word="x", secret="x", app_key="x", app_secret="x")
    with pytest.raises(CarrierRefusedError) as refused:
        speaks.issue(wrong)
    assert refused.value.why == "account"
    servers.manners = Manners(throttled=1)
    with pytest.raises(CarrierBusyError):
        speaks.issue(request(servers, name, "K4"))
    assert {key: len(found) for key, found in servers.books.numbers.items()} == {(name, "K1"): 1}


@pytest.mark.parametrize(("name", "route"), [("sf", "021W-CD-012"), ("cainiao", "浦东 021-1")])
def test_an_ordered_number_goes_to_another_address(servers, name, route):
    """Said twice because the first answer was lost, it is changed once; what is not delivered to is refused."""
    speaks, first = plugin(name), request(servers, name)
    number = speaks.issue(first).number
    there = request(servers, name, to=replace(TO, address="世纪大道 8 号", city="上海市"))
    servers.manners = Manners(silent=1)
    with pytest.raises(CarrierSilentError):
        speaks.change(there, number)
    servers.manners = Manners()
    doubt = put(Work(1, 1, 2, True, False, number, speaks, there, changing=True))
    assert (doubt.issued.number, doubt.issued.route_code) == (number, route)
    assert servers.books.changed == {number: ["世纪大道 8 号"]}
    away = request(servers, name, to=replace(TO, address="不可达村 1"))
    assert put(Work(1, 1, 1, False, False, number, speaks, away, changing=True)).refused is not None
    speaks.void(first, number)
    assert put(Work(1, 1, 1, False, False, number, speaks, there, changing=True)).refused == "data"
    assert servers.books.changed == {number: ["世纪大道 8 号"]}
    assert [each for each in ("kdniao", "kuaidi100", "own_fleet", "karrio") if isinstance(plugin(each), Changer)] == []


def test_what_sf_has_not_had_is_not_found(servers):
    assert plugin("sf").query(request(servers, "sf")) is None
    assert plugin("cainiao").query(request(servers, "cainiao")) is None
    with pytest.raises(CarrierSilentError):  # its first answer is kept for 48 hours: later it would be a second order
        plugin("kuaidi100").query(replace(request(servers, "kuaidi100"), first_asked_at=now() - timedelta(hours=47.5)))


def test_an_address_that_a_person_looks_at_has_no_number_until_then(servers):
    looked = request(servers, "sf", to=replace(TO, address="人工街 3"))
    for ask in (plugin("sf").issue, plugin("sf").query):
        with pytest.raises(CarrierSilentError) as waits:
            ask(looked)
        assert waits.value.seconds == sf.REVIEW_SECONDS
    assert plugin("sf").query(looked).number.startswith("SF")


@pytest.mark.parametrize("name", ["sf", "kuaidi100", "kdniao", "cainiao"])
def test_nobody_who_hears_nothing_asks_for_a_second_number(servers, name):
    """An answer is lost after the order was taken; even a carrier that would take the order twice has it once."""
    speaks = plugin(name)
    servers.manners = Manners(silent=1, forgetful=name in ("sf", "cainiao"))
    work = Work(1, 1, 1, False, False, None, speaks, request(servers, name))
    came = put(work)
    assert (came.issued, came.in_doubt, came.refused) == (None, True, None)
    servers.manners = Manners(throttled=1)
    busy = put(replace(work, in_doubt=True, tries=2))
    assert (busy.issued, busy.in_doubt, busy.busy > 0) == (None, True, True)
    servers.manners = Manners(forgetful=name in ("sf", "cainiao"))
    came = put(replace(work, in_doubt=True, tries=3))
    assert servers.books.numbers == {(name, "K1"): [came.issued.number]}
    gone = put(replace(work, in_doubt=True, giving_back=True))
    assert gone.given_back
    assert servers.books.voided == {came.issued.number}


def test_no_answer_is_never_taken_for_one(servers):
    for said in (servers.url + "/nowhere", "http://127.0.0.1:9/"):
        with pytest.raises(CarrierSilentError):
            post(said, {})
    with pytest.raises(CarrierRefusedError):
        post("file:///etc/passwd", {})


def test_one_set_of_states(servers):
    number = "N1"
    at = [f"2026-11-2{day} 08:00:00" for day in range(1, 6)]
    servers.books.traces[number] = [
        {"acceptTime": at[0], "opCode": "50", "remark": "收取", "acceptAddress": "杭州"},
        {"acceptTime": at[1], "opCode": "44"}, {"acceptTime": at[2], "opCode": "33", "remark": "不在"},
        {"acceptTime": at[3], "opCode": "99"}, {"acceptTime": at[4], "opCode": "80", "remark": "签收"},
    ]  # fmt: skip

    def states(name):
        return [each.state for each in plugin(name).trace(account(servers, name), number, "", "1").scans]

    assert states("sf") == ["in_transit", "out_for_delivery", "problem", "returned", "signed"]
    servers.books.traces[number] = [
        {"time": at[4], "status": "签收", "context": "x", "statusCode": "301", "state": "3"},
        {"time": at[3], "status": "派件", "context": "x"}, {"time": at[2], "statusCode": "1002", "context": "x"},
        {"time": at[1], "statusCode": "4", "context": "x"}, {"time": at[0], "statusCode": "6", "context": "x"},
    ]  # fmt: skip
    assert states("kuaidi100") == ["signed", "out_for_delivery", "in_transit", "refused", "returned"]
    servers.books.traces[number] = [
        {"AcceptTime": at[0], "AcceptStation": "x", "Action": "1"},
        {"AcceptTime": at[1], "AcceptStation": "x", "Action": "202"},
        {"AcceptTime": at[2], "AcceptStation": "x", "Action": "404"}, {"AcceptTime": at[3], "AcceptStation": "x"},
    ]  # fmt: skip
    assert states("kdniao") == ["in_transit", "out_for_delivery", "refused", "in_transit"]
    assert isinstance(plugin("sf"), Teller)
    assert not isinstance(plugin("cainiao"), Tracker)


def test_a_message_counts_only_as_it_is_signed(servers):
    told = {"status": "abort", "lastResult": {"nu": "N1", "state": "5", "data": [{"time": "2026-11-21 08:00:00"}]}}
    param = compact(told)
    mine, speaks = account(servers, "kuaidi100"), plugin("kuaidi100")
    body = urlencode({"param": param, "sign": kuaidi100.push_sign(param, SECRETS["salt"])}).encode()
    (traced,) = speaks.told(mine, body)
    assert (traced.number, traced.again, traced.scans[0].state) == ("N1", True, "out_for_delivery")
    assert traced.scans[0].at.isoformat() == "2026-11-21T08:00:00+08:00"
    for forged in (body.replace(b"N1", b"N2"), body[:-1], b"", b"\xff\xfe", b"param=1&param=2&sign=x"):
        with pytest.raises(ForgedError):
            speaks.told(mine, forged)
    data = compact({"EBusinessID": SECRETS["business_id"], "Data": [{"LogisticCode": "N1", "State": "3", "Traces": [
        {"AcceptTime": "2026-11-21 08:00:00", "AcceptStation": "签收"}]}]})  # fmt: skip
    mine, speaks = account(servers, "kdniao"), plugin("kdniao")
    signed = {"RequestData": data, "RequestType": "101", "DataSign": kdniao.data_sign(data, SECRETS["app_key"])}
    (traced,) = speaks.told(mine, urlencode(signed).encode())
    assert (traced.number, traced.scans[0].state) == ("N1", "signed")
    with pytest.raises(ForgedError):
        speaks.told(mine, urlencode({**signed, "RequestData": data.replace("N1", "N2")}).encode())
    assert speaks.answer(mine, True).body["Success"] is True
    assert plugin("kuaidi100").answer(mine, True).body == {"result": True, "returnCode": "200", "message": "成功"}


def test_a_masked_recipient_goes_with_the_platforms_id_or_not_at_all(servers):
    masked = replace(TO, name="王**", phone="138****0000", address="文三路***")
    names = ("cainiao", "sf", "kuaidi100")
    asked = {name: replace(request(servers, name, to=masked), address_id="OAID-1") for name in names}
    assert plugin("cainiao").issue(asked["cainiao"]).number
    for name in ("sf", "kuaidi100"):
        with pytest.raises(CarrierRefusedError, match="masked"):
            plugin(name).issue(asked[name])
    with pytest.raises(CarrierRefusedError, match="OAID"):
        plugin("cainiao").issue(replace(asked["cainiao"], key="K2", address_id=""))
    assert list(servers.books.numbers) == [("cainiao", "K1")]


@pytest.mark.parametrize(("hidden", "address_id"), [
    ({"name": "王**"}, "OAID-1"), ({"name": "王**"}, ""), ({"name": "王＊＊"}, ""), ({"name": "~王小明~cipher~"}, ""),
    ({"phone": "138****0000"}, "OAID-1"), ({"address": "~AgAAAAHw5WECsY0TlQGrBpQ~address~"}, "OAID-1"),
])  # fmt: skip
def test_no_carrier_prints_what_a_platform_hides(servers, hidden, address_id):
    to = replace(TO, **hidden)
    for name in ("own_fleet", "sf", "kuaidi100", "kdniao"):
        with pytest.raises(CarrierRefusedError, match="masked"):
            plugin(name).issue(replace(request(servers, name, to=to), address_id=address_id))
    assert servers.books.numbers == {}


def test_sf_tells_the_routes_of_several_numbers_together(servers):
    speaks, mine = plugin("sf"), account(servers, "sf")
    speaks.watch(mine, "SF1", "", "13800000000")
    assert servers.books.watched == ["SF1"]
    route = {"acceptTime": "2026-11-26 10:00:00", "acceptAddress": "杭州市", "remark": "已签收", "opCode": "80"}
    told = [("SF1", "80"), ("SF2", "44"), ("SF1", "50")]
    routes = [{**route, "mailno": number, "opCode": code} for number, code in told]
    told = speaks.told(mine, compact({"Body": {"WaybillRoute": routes}}).encode())
    states = [(each.number, [scan.state for scan in each.scans]) for each in told]
    assert states == [("SF1", ["signed", "in_transit"]), ("SF2", ["out_for_delivery"])]
    assert speaks.told(mine, b"nonsense") == []
    assert (speaks.answer(mine, True).body["return_code"], speaks.answer(mine, False).status) == ("0000", 403)


def scan(state, minute):
    return Scanned(START + timedelta(minutes=minute), state, f"{state} {minute}")


START = now()
STORIES = [
    (["in_transit", "out_for_delivery", "signed"], "signed"),
    (["out_for_delivery", "problem", "in_transit", "out_for_delivery", "signed", "in_transit"], "signed"),
    (["out_for_delivery", "refused", "in_transit", "returned", "signed"], "returned"),
    (["signed", "refused", "in_transit"], "refused"),
    (["out_for_delivery", "problem", "in_transit"], "in_transit"),
]


@pytest.mark.parametrize(("story", "ends"), STORIES)
def test_a_parcel_stands_the_same_in_whatever_sequence_its_scans_are_told(story, ends):
    scans = [scan(state, minute) for minute, state in enumerate(story)]
    found = {stand(told) for told in permutations(scans, len(scans))}
    assert {each.state for each in found} == {ends}
    assert len(found) == 1
    assert (next(iter(found)).signed_at is not None) == (ends == "signed")


def test_scans_of_an_earlier_parcel_with_this_number_are_none_of_it():
    told = [scan("signed", -60 * 24 * 40), scan("in_transit", 5), scan("signed", 60 * 24 * 400)]
    assert [each.state for each in of_this_parcel(told, START, START)] == ["in_transit"]
