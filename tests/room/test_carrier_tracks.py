"""Where parcels are once they have left: told and asked for, seen to when nothing is heard, and compared."""
from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

import packing_floor as tables
import picking_floor as floor
import pytest
from picking_floor import do, value
from sqlalchemy import text
from test_carriers import CHINA, ask, rows

from wms.access import service as access
from wms.access.models import Person
from wms.core.china import CHINA as CHINA_TIME
from wms.core.clock import fixed, now
from wms.core.transaction import transaction
from wms.insight.life import events
from wms.shipping import accounts, jobs
from wms.shipping.carriers import kuaidi100
from wms.shipping.carriers.standins import SECRETS, StandIns
from wms.shipping.carriers.wire import compact


@pytest.fixture
def servers():
    with StandIns() as running:
        yield running


@pytest.fixture
def house(app, servers):
    """Two parcels of 快递100 have left on a truck."""
    built = floor.build()
    pat = tables.packer(built)
    url = f"{servers.url}/kuaidi100"
    settings = {
        "url": url, "query_url": f"{url}/query", "poll_url": f"{url}/poll", "com": "yuantong", "callback": "http://us"
    }  # fmt: skip
    with transaction():
        accounts.change("yto", name="圆通", plugin_name="kuaidi100", settings=settings, secrets=SECRETS)
    totes = tables.picked(built, {"O1": {"S1": 1}, "O2": {"S1": 1}}, carrier="yto", **CHINA)
    ask()
    driver = floor.person(built, "Dan")
    for tote in totes.values():
        loaded = do(driver, "load.scan", code=tables.packed(pat, tote)["number"])
    do(driver, "load.close", manifest_id=loaded["data"]["manifest"]["id"])
    return built


def push(app, number, *scans, state="0", status="polling", salt=SECRETS["salt"]):
    """What 快递100 tells; scans are (hours from now, words, status)."""
    def moment(hours):
        return (now() + timedelta(hours=hours)).astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")

    data = [{"time": moment(hours), "context": words, "status": word} for hours, words, word in scans]
    param = compact({"status": status, "lastResult": {"nu": number, "state": state, "data": data}})
    form = urlencode({"param": param, "sign": kuaidi100.push_sign(param, salt)})
    head = {"Content-Type": "application/x-www-form-urlencoded"}
    return app.test_client().post("/api/v1/carriers/yto/push", data=form, headers=head)


def numbers():
    return [row[0] for row in rows("SELECT number FROM parcel_track JOIN waybill w ON w.id = waybill_id ORDER BY 1")]


def state_of(number):
    return value("SELECT state FROM parcel_track JOIN waybill w ON w.id = waybill_id WHERE w.number = :n", n=number)


def problems():
    return rows("SELECT reason, status FROM problem ORDER BY id")


def test_a_carrier_tells_and_a_late_word_changes_nothing(app, servers, house):
    first, second = numbers()
    jobs.track()
    assert sorted(servers.books.watched) == [first, second]
    reply = push(app, first, (3, "派件中", "派件"), (1, "到达", "在途"), state="5")
    assert (reply.status_code, reply.json) == (200, {"result": True, "returnCode": "200", "message": "成功"})
    assert state_of(first) == "out_for_delivery"
    push(app, first, (5, "已签收", "签收"), state="3")
    push(app, first, (5, "已签收", "签收"), state="3")
    push(app, first, (2, "在路上", "在途"), state="0")
    assert state_of(first) == "signed"
    assert value("SELECT count(*) FROM track_scan") == 4
    order_id = value("SELECT order_id FROM parcel WHERE waybill = :n", n=first)
    with transaction():
        life = events(order_id, "en")
    assert {one["detail"]["text"] for one in life if one["what"] == "seen"} == {"到达", "派件中", "已签收", "在路上"}
    assert push(app, first, (6, "退回", "退回"), state="6", salt="wrong").status_code == 403
    assert push(app, "UNKNOWN", (1, "x", "在途")).json["result"] is True  # else it would tell it again and again
    assert (state_of(first), state_of(second)) == ("signed", None)
    push(app, second, (2, "客户拒收", "拒签"), state="4")
    assert problems() == [("refused", "open")]
    push(app, second, status="abort")
    waits = value("SELECT watch_at - now() FROM parcel_track WHERE watch_at IS NOT NULL")
    assert timedelta(minutes=29) < waits < timedelta(minutes=31)
    told = value("SELECT count(*) FROM parcel_track WHERE told_at IS NOT NULL")
    assert told == 2


def test_who_does_not_tell_is_asked_and_who_says_nothing_is_a_problem(app, servers, house):
    first, second = numbers()
    with transaction() as session:
        left = "UPDATE parcel_track SET watch_at = NULL, ask_at = now(), left_at = now() - interval '25 h'"
        session.execute(text(left))
    moment = now().astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")
    servers.books.traces[first] = [{"time": moment, "context": "收件", "status": "揽收", "state": "1"}]
    jobs.track()
    assert (state_of(first), state_of(second)) == ("in_transit", None)
    assert value("SELECT count(*) FROM parcel_track WHERE ask_at > now() + interval '20 min'") == 2
    jobs.find_stale()
    assert problems() == [("not_collected", "open")]
    do(house.boss, "problem.clear", problem_id=value("SELECT id FROM problem"))
    jobs.find_stale()
    assert problems() == [("not_collected", "cleared")]  # somebody has seen to it
    with fixed(now() + timedelta(hours=80)):
        jobs.find_stale()
        assert problems() == [("not_collected", "cleared"), ("stale", "open")]
        push(app, first, (0, "派件", "派件"), state="5")
        assert problems()[-1] == ("stale", "cleared")
        push(app, first, (1, "电联不上", "疑难"), state="2")
        push(app, first, (2, "签收", "签收"), state="3")
    assert problems()[-1] == ("delivery_problem", "cleared")
    client, head = app.test_client(), signed_in(house)
    (times,) = client.get("/api/v1/carriers/delivery-times?by_province=true", headers=head).json
    assert (times["carrier"], times["province"], times["parcels"], times["signed"]) == ("yto", "浙江省", 2, 1)
    assert times["median_h"] == pytest.approx(107, abs=0.2)
    assert (times["late"], times["troubled"], times["cost"]) == (1, 1, None)  # one too long, and with a problem
    (track,) = client.get(f"/api/v1/parcel-tracks?code={first}", headers=head).json
    assert [each["state"] for each in track["scans"]] == ["signed", "problem", "out_for_delivery", "in_transit"]


def test_a_carrier_that_does_not_sign_shows_our_token_and_may_be_missed_sooner(app, servers, house):
    with transaction():
        accounts.change("sf", name="顺丰", plugin_name="sf", settings={"url": f"{servers.url}/sf"}, secrets=SECRETS)
    with transaction() as session:  # the parcels that left are SF's
        sf = session.execute(text("SELECT id FROM carrier WHERE code = 'sf'")).scalar()
        session.execute(text("UPDATE waybill SET carrier_id = :c"), {"c": sf})
        session.execute(text("UPDATE parcel_track SET by_carrier_id = :c"), {"c": sf})
    first = numbers()[0]
    moment = (now() - timedelta(hours=5)).astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")
    route = {"mailno": first, "acceptTime": moment, "acceptAddress": "杭州", "remark": "运输中", "opCode": "30"}
    body, client = compact({"Body": {"WaybillRoute": [route]}}), app.test_client()
    for token in ("", "?token=guess"):
        assert client.post(f"/api/v1/carriers/sf/push{token}", data=body.encode()).status_code == 403
    assert state_of(first) is None
    reply = client.post(f"/api/v1/carriers/sf/push?token={SECRETS['push_token']}", data=body.encode())
    assert (reply.json["return_code"], state_of(first)) == ("0000", "in_transit")
    jobs.find_stale()
    assert problems() == []
    with transaction():
        accounts.change("sf", settings={"url": f"{servers.url}/sf", "stale_hours": "4"})
    jobs.find_stale()
    assert problems() == [("stale", "open")]


def signed_in(house, *posts):
    with transaction() as session:
        who = session.get(Person, house.boss.person_id)
        if posts:
            who = access.add_person("B-Ada", "Ada", "no pin", house.id, posts, "en")
        return {"Authorization": f"Bearer {access.open_session(who, 'test')}"}


def test_an_administrator_keeps_accounts_and_a_supervisor_chooses_another_carrier(app, servers, house):
    client, boss, admin = app.test_client(), signed_in(house), signed_in(house, "admin")
    body = {"plugin": "sf", "name": "顺丰", "settings": {"url": f"{servers.url}/sf"}, "secrets": SECRETS}
    assert client.put("/api/v1/carriers/sf", json=body, headers=boss).status_code == 403
    made = client.put("/api/v1/carriers/sf", json={**body, "fallbacks": [{"carrier": "yto"}]}, headers=admin).json
    assert (made["secrets"], made["fallbacks"]) == (sorted(SECRETS), [{"carrier": "yto", "why": "any"}])
    assert client.post("/api/v1/carriers/sf/test", headers=admin).json == {"taken": True, "said": ""}
    assert client.post("/api/v1/carriers/yto/test", headers=admin).json["taken"]
    client.put("/api/v1/carriers/sf", json={"secrets": {"check_word": "old"}}, headers=admin)
    assert client.post("/api/v1/carriers/sf/test", headers=admin).json["said"].startswith("A1006")
    client.put("/api/v1/carriers/sf", json={"secrets": SECRETS}, headers=admin)
    listed = client.get("/api/v1/carriers", headers=boss).json
    assert ("SECRET" in str(listed), listed["waiting"]) == (False, {"asked": 0, "in_doubt": 0})
    tote = tables.picked(house, {"O3": {"S2": 1}}, carrier="yto", **CHINA)["O3"]
    ask()
    parcel = value("SELECT max(id) FROM parcel")
    gone = value("SELECT waybill FROM parcel WHERE id = :id", id=parcel)
    other = client.post(f"/api/v1/parcels/{parcel}/waybill", json={"carrier": "sf"}, headers=boss)
    assert (other.status_code, other.json["carrier"], other.json["number"]) == (201, "sf", None)
    ask()
    assert servers.books.voided == {gone}
    closed = tables.packed(tables.packer(house, "Quin"), tote)
    assert closed["waybill"].startswith("SF")
    left = value("SELECT id FROM parcel WHERE status = 'shipped' LIMIT 1")
    refused = client.post(f"/api/v1/parcels/{left}/waybill", json={"carrier": "sf"}, headers=boss)
    assert refused.json["code"] == "shipping.already_shipped"
