"""What happens here is told to programs outside: signed, in sequence, and again when it was not heard."""
from __future__ import annotations

import json
import threading
import time
import uuid
from dataclasses import replace
from datetime import timedelta

import order_samples as samples
import packing_floor as tables
import picking_floor as floor
import programs_house as programs
import pytest
from programs_house import rows

from wms.core.clock import now
from wms.core.outward import NoAnswer, Outward, may_reach, networks, url_problem
from wms.core.transaction import carry_out, transaction
from wms.orders import service as orders
from wms.programs import deliverer, documents, endpoints, rules, sending, stock_watch
from wms.programs.happenings import HAPPENINGS
from wms.programs.virtual import VirtualProgram, listening

HOUR = timedelta(hours=1)


# ---- what is told

def test_an_order_is_told_step_by_step_and_masked(app):
    with programs.opened() as house:
        samples.take(house.id, samples.draft("1", ("S1", 2), recipient="Ann Miller", phone="+33 123456789"))
        samples.take(house.id, samples.draft("2", paid="0"))
        samples.take(house.id, samples.draft("1", ("S1", 3), recipient="Ann Miller", phone="+33 123456789"))
        with transaction():
            orders.cancel([samples.order("2").id])
        house.deliver()
        told = house.program.taken()
        assert [each.problem for each in told] == [""] * len(told)
        steps = [(each.event, each.body["data"]["order"]["number"]) for each in told]
        assert [event for event, number in steps if number == "1"] == [
            "order.created", "order.confirmed", "order.changed", "order.confirmed"
        ]  # fmt: skip
        assert [event for event, number in steps if number == "2"] == ["order.created", "order.held", "order.cancelled"]
        held = next(each.body["data"]["order"] for each in told if each.event == "order.held")
        assert (held["hold"]["reason"], held["confirmation"]) == ("unpaid", "held")  # not cancelled, as it is by now
        buyer = told[0].body["data"]["order"]["recipient"]
        assert (buyer["name"], buyer["phone"], buyer["address"]) == ("A** M**", "+33****6789", "***")
        assert told[0].body["warehouse"]
        assert told[0].body["data"]["order"]["lines"][0]["sku"] == "S1"


def test_an_endpoint_that_may_know_who_buys_does(app):
    with programs.opened("order.created", personal=True) as house:
        samples.take(house.id, samples.draft("1", recipient="Ann Miller"))
        house.deliver()
        (told,) = house.program.taken()
        assert told.body["data"]["order"]["recipient"]["name"] == "Ann Miller"


def test_parcels_and_waves_are_told(app):
    house = floor.build()
    programs.private()
    program = VirtualProgram()
    with listening(program) as url:
        there = programs.House(house.id, program, url)
        there.endpoint = there.register(program, url)
        totes = tables.picked(house, {"O1": {"S1": 2}})
        pat = tables.packer(house)
        done = tables.packed(pat, totes["O1"])
        floor.do(replace(pat, posts=frozenset({"packer"})), "load.scan", code=done["number"])
        floor.do(replace(pat, posts=frozenset({"packer"})), "load.close", manifest_id=1)
        there.deliver()
        events = program.events()
        assert {"wave.released", "wave.finished", "order.packed", "parcel.packed", "parcel.waybill", "parcel.shipped",
                "order.shipped"} <= set(events)  # fmt: skip
        shipped = next(each.body["data"]["order"] for each in program.taken() if each.event == "order.shipped")
        (parcel,) = shipped["parcels"]
        assert (shipped["state"], parcel["number"], parcel["waybill"]) == ("shipped", done["number"], done["waybill"])
        assert parcel["lines"] == [{"key": "S1", "sku": "S1", "qty": 2}]


def test_stock_is_told_as_a_number_and_only_when_it_changed(app):
    with programs.opened("stock.changed") as house:
        look = lambda: carry_out(stock_watch.look)  # noqa: E731
        assert look() == 0  # what is there as one begins to listen is no change
        samples.take(house.id, samples.draft("1", ("S1", 2)), samples.draft("2", ("S1", 3)))
        assert (look(), look()) == (1, 0)
        house.deliver()
        (told,) = house.program.taken()
        assert told.body["data"]["stock"] == {"sku": "S1", "name": "Thing S1", "owner": "house", "available": 995}


def test_nothing_is_written_when_nobody_listens(app):
    with programs.opened("wave.released") as house:
        samples.take(house.id, samples.draft("1"))
        assert rows("SELECT count(*) FROM webhook_message") == [(0,)]
        with transaction():
            endpoints.change(house.id, house.endpoint, {"events": ["order.created"], "active": False})
        samples.take(house.id, samples.draft("2"))
        assert rows("SELECT count(*) FROM webhook_message") == [(0,)]


def test_what_is_undone_is_not_told(app):
    with programs.opened() as house:
        with pytest.raises(RuntimeError):
            _taken_and_undone(house.id)
        assert rows("SELECT count(*) FROM webhook_message") == [(0,)]


def _taken_and_undone(house):
    with transaction():
        orders.take(house, [samples.draft("1")])
        raise RuntimeError


# ---- how it is told

def test_a_silent_endpoint_hears_all_later_in_sequence_and_holds_up_no_other(app):
    other = VirtualProgram()
    with programs.opened("order.created", "order.confirmed") as house, listening(other) as url:
        second = house.register(other, url, "order.created")
        house.program.down = True
        for number in "12345":
            samples.take(house.id, samples.draft(number))
        assert house.deliver() < 12  # five to the one that listens, and a few tries at the other
        assert other.events() == ["order.created"] * 5
        state = house.state()
        assert (state["state"], state["waiting"], state["error"]) == ("failing", 10, "no connection")
        assert house.state(second)["state"] == "ok"
        assert house.deliver() == 0  # it is left alone
        house.program.down = False
        with house.later(HOUR):
            house.deliver()
        told = [(each.body["data"]["order"]["number"], each.event) for each in house.program.taken()]
        by_order = {number: [event for each, event in told if each == number] for number in "12345"}
        assert by_order == {key: ["order.created", "order.confirmed"] for key in "12345"}
        assert (house.state()["state"], house.state()["waiting"]) == ("ok", 0)


def test_one_that_is_refused_holds_up_its_own_order_only(app):
    with programs.opened("order.created", "order.confirmed", "order.held") as house:
        house.program.refuses = {"order.held"}
        samples.take(house.id, samples.draft("1", paid="0"), samples.draft("2"))
        samples.take(house.id, samples.draft("1"))  # paid by now
        house.deliver()
        told = [(each.body["data"]["order"]["number"], each.event) for each in house.program.taken()]
        assert told == [("1", "order.created"), ("2", "order.created"), ("2", "order.confirmed")]
        ((status, tries, answered, answer),) = rows(
            "SELECT status, tries, answered, answer FROM webhook_message WHERE event = 'order.held'"
        )
        assert (status, tries, answered, json.loads(answer)) == ("waiting", 1, 422, {"ok": False})
        house.program.refuses = set()
        with house.later(HOUR):
            house.deliver()
        told = [each.event for each in house.program.taken() if each.body["data"]["order"]["number"] == "1"]
        assert told == ["order.created", "order.held", "order.confirmed"]


def test_it_gives_up_after_days_switches_off_after_more_and_raises_a_problem_until_it_is_back(app):
    with programs.opened("order.created", "problem.raised") as house:
        house.program.down = True
        samples.take(house.id, samples.draft("1"))
        house.deliver()
        with house.later(timedelta(days=3, hours=1)):
            house.deliver()
            assert rows("SELECT status FROM webhook_message") == [("given_up",)]
            assert house.state()["active"]
            samples.take(house.id, samples.draft("2"))
        with house.later(timedelta(days=5, hours=2)):
            house.deliver()
        state = house.state()
        assert (state["active"], state["off_why"], state["state"]) == (False, "failing", "off")
        assert rows("SELECT about, label, reason, status FROM problem") == [("program", "Site", "endpoint_off", "open")]
        house.program.down = False
        with house.later(timedelta(days=5, hours=3)):
            with transaction():
                endpoints.change(house.id, house.endpoint, {"active": True})
            house.deliver()
        assert house.program.events() == ["order.created"]
        assert rows("SELECT status FROM problem") == [("cleared",)]


def test_gone_is_gone(app):
    with programs.opened("order.created") as house:
        house.program.answers = [410]
        samples.take(house.id, samples.draft("1"))
        house.deliver()
        assert (house.state()["off_why"], house.program.heard) == ("gone", [])


def test_too_many_requests_are_obeyed_and_redirects_are_not_followed(app):
    with programs.opened("order.created") as house:
        house.program.answers = [429]
        samples.take(house.id, samples.draft("1"))
        house.deliver()
        assert house.state()["state"] == "failing"
        house.program.redirect_to = house.url + "/elsewhere"
        with house.later(HOUR):
            house.deliver()
        assert (house.program.heard, house.state()["error"]) == ([], "HTTP 302")


def test_a_new_secret_counts_beside_the_old_one_for_a_day(app):
    with programs.opened("order.created") as house:
        (old,) = house.program.secrets
        with transaction():
            new = endpoints.renew(house.id, house.endpoint, end_old=False)[1]
        for secret, number in ((old, "1"), (new, "2")):
            house.program.secrets = [secret]
            samples.take(house.id, samples.draft(number))
            house.deliver()
        assert [each.problem for each in house.program.heard] == ["", ""]
        with transaction():
            endpoints.renew(house.id, house.endpoint, end_old=True)
        samples.take(house.id, samples.draft("3"))
        house.deliver()
        assert house.program.heard[-1].problem == "signature"


def test_messages_are_sent_again_with_the_ids_that_they_had(app):
    with programs.opened("order.created") as house:
        began = now()
        samples.take(house.id, samples.draft("1"), samples.draft("2"))
        house.deliver()
        with transaction():
            assert endpoints.again_span(house.id, house.endpoint, began, now() + HOUR, failed=True) == 0
            assert endpoints.again_span(house.id, house.endpoint, began, now() + HOUR, failed=False) == 2
        assert house.deliver() == 2
        assert (len(house.program.heard), len(house.program.taken())) == (4, 2)
        ((first,), *_) = rows("SELECT id FROM webhook_message ORDER BY id")
        with transaction():
            endpoints.again(house.id, [first])
        assert house.deliver() == 1


def test_a_killed_worker_leaves_its_messages_to_others_later(app):
    with programs.opened("order.created") as house:
        samples.take(house.id, samples.draft("1"))
        assert len(carry_out(lambda: sending.claim(5))) == 1  # and dies
        assert house.deliver() == 0
        with house.later(2 * sending.LEASE):
            assert house.deliver() == 1
        assert house.program.events() == ["order.created"]


def test_the_worker_delivers_a_burst_while_another_endpoint_hangs(app):
    """Five hundred orders at once, one program that hangs: the other has heard all of them meanwhile."""
    slow = VirtualProgram(slow_s=1.5)
    with programs.opened("order.created") as house, listening(slow) as url:
        house.register(slow, url, "order.created")
        samples.take(house.id, *(samples.draft(str(n)) for n in range(500)))
        stop = threading.Event()
        thread = threading.Thread(target=deliverer.run, args=(app, stop), kwargs={"pace": deliverer.Pace(tick=0.05)})
        thread.start()
        try:
            until = time.monotonic() + 90  # a busy machine; it takes some seconds
            while len(house.program.taken()) < 500 and time.monotonic() < until:
                time.sleep(0.05)
        finally:
            stop.set()
            thread.join(10)
        assert len(house.program.taken()) == 500
        assert len(slow.heard) < 300
        assert {each.problem for each in house.program.heard} == {""}


# ---- where to

@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
                "2002:a00:1::", "0.0.0.0", "224.0.0.1", "100.64.0.1"],
)  # fmt: skip
def test_addresses_inside_are_not_reached(address):
    assert not may_reach(address, ())


def test_addresses_outside_and_configured_ones_are():
    assert may_reach("93.184.215.14", ())
    assert may_reach("2606:2800:21f:cb07::1", ())
    assert may_reach("10.1.2.3", networks("10.1.0.0/16"))
    assert not may_reach("10.2.2.3", networks("10.1.0.0/16"))
    assert url_problem("http://example.com/x", ()) == "https"
    assert url_problem("https://u:p@example.com/x", ()) == "user"
    assert url_problem("ftp://example.com", networks("10.0.0.0/8")) == "https"
    assert url_problem("https://example.com:8443/x", ()) is None


def test_a_name_that_leads_inside_is_not_connected_to(app):
    program = VirtualProgram()
    with listening(program) as url, pytest.raises(NoAnswer, match="https"):
        Outward().post(url, b"{}", {})
    with listening(program) as url:
        port = url.split(":")[2].split("/")[0]
        with pytest.raises(NoAnswer, match="private network"):
            Outward().post(f"https://localhost:{port}/hooks", b"{}", {})
        with pytest.raises(NoAnswer, match="private network"):
            Outward(networks("10.0.0.0/8")).post(f"http://localhost:{port}/hooks", b"{}", {})
    assert program.heard == []


# ---- over HTTP

def test_an_administrator_registers_and_a_supervisor_looks_after_it(app):
    programs.private()
    house = samples.shop()
    client, admin, boss = app.test_client(), programs.bearer(house, "admin"), programs.bearer(house, "supervisor")
    body = {"name": "Site", "url": "http://127.0.0.1:9/x", "events": ["order.created"]}
    assert client.post("/api/v1/webhooks", json=body, headers=boss).status_code == 403
    made = client.post("/api/v1/webhooks", json=body, headers=admin).json
    assert made["secret"].startswith("whsec_")
    listed = client.get("/api/v1/webhooks", headers=boss).json
    assert [each["name"] for each in listed["items"]] == ["Site"]
    assert "secret" not in listed["items"][0]
    assert {each["name"] for each in listed["events"]} == set(HAPPENINGS)
    refused = client.post("/api/v1/webhooks", json={**body, "events": ["order.eaten"]}, headers=admin)
    assert refused.status_code == 422
    path = f"/api/v1/webhooks/{made['id']}"
    message = client.post(f"{path}/test", headers={**boss, "Idempotency-Key": str(uuid.uuid4())}).json["message"]
    one = client.get(f"/api/v1/webhook-messages/{message}", headers=boss).json
    assert (one["event"], one["body"]["data"], one["status"]) == ("test", {"test": True}, "waiting")
    samples.take(house, samples.draft("1"))
    page = client.get("/api/v1/webhook-messages?order=1&status=waiting", headers=boss).json["items"]
    assert [(each["event"], each["about"], each["endpoint"]) for each in page] == [("order.created", "1", "Site")]
    again = client.post("/api/v1/webhook-messages/again", json={"ids": [page[0]["id"]]}, headers=boss)
    assert (again.status_code, again.json) == (202, {"messages": 1})
    assert client.get("/api/v1/webhook-messages.csv", headers=boss).status_code == 200
    assert client.post(f"{path}/secret", json={}, headers=admin).json["secret"] != made["secret"]
    assert client.delete(path, headers=admin).status_code == 204
    assert client.get("/api/v1/webhooks", headers=boss).json["items"] == []


def test_without_a_private_network_only_https_is_taken(app):
    house = samples.shop()
    body = {"name": "Site", "url": "http://127.0.0.1:9/x", "events": ["order.created"]}
    refused = app.test_client().post("/api/v1/webhooks", json=body, headers=programs.bearer(house, "admin"))
    assert (refused.status_code, refused.json["code"]) == (422, "programs.bad_address")
    assert rows("SELECT count(*) FROM webhook_endpoint") == [(0,)]


# ---- rules

def test_pauses_grow_and_end():
    assert [rules.pause_after(n).total_seconds() for n in (1, 2, 3, 99)] == [5, 30, 120, 4 * 3600]
    assert [rules.verdict(each) for each in (None, 204, 301, 400, 410, 429, 503)] == [
        "silent", "taken", "silent", "refused", "gone", "silent", "silent"
    ]  # fmt: skip


def test_every_event_has_an_example():
    for name in HAPPENINGS:
        told = json.loads(documents.sample(name))
        assert (told["event"], list(told["data"])) == (name, [HAPPENINGS[name].about])


