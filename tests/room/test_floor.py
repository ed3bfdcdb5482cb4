"""The floor for supervisors: what devices show, notes and who read them, devices sent home; wishes follow a badge."""
from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

import picking_floor as floor
import pytest
from access_house import Asker, Handheld, house, signed_in, somebody

from wms.access import service as access
from wms.access.models import Person
from wms.access.service import authenticate
from wms.core import clock, event
from wms.core.scan import answer
from wms.core.transaction import transaction

HOSTILE = "<img src=x onerror=alert(1)>\u202e gnihton \u0007\n\n{by}"


@pytest.fixture
def here(app):
    return house("W1")


@pytest.fixture
def boss(app, here):
    somebody("BOSS", {here: ["supervisor"]})
    return Asker(app.test_client(), signed_in("BOSS"))


@pytest.fixture
def anna(app, here):
    """Anna's session: who asks on her socket."""
    somebody("ANNA", {here: ["picker"]}, "zh_Hans")
    return who(signed_in("ANNA"))


def who(headers):
    with transaction():
        return authenticate(headers["Authorization"].split()[1])


def ask(actor, name, **body):
    reply = answer(name, {"command_id": str(uuid.uuid4()), **body}, actor).body
    return reply["data"] if reply["ok"] else reply["message"]["code"]


def told(actor, after=0):
    with transaction():
        return [row for row in event.missed(f"person:{actor.person_id}", after) if row["name"] == "note.sent"]


def test_a_supervisor_sees_what_a_device_shows_and_since_when(boss, anna):
    untold = boss("GET", f"floor?person={anna.person_id}")["items"][0]
    assert (untold["screen"], untold["lamp"], untold["battery"]) == (None, None, None)
    shown = {"screen": "pick_line", "step": "item", "task": "CART-1", "done": 3, "total": 9}
    now = clock.now()

    def seen(seconds):
        with clock.fixed(now + timedelta(seconds=seconds)):
            return boss("GET", f"floor?person={anna.person_id}")["items"][0]

    with clock.fixed(now):
        assert ask(anna, "device.shows", **shown, lamp="slow", battery=80, charging=False) == {}
    began = seen(0)
    with clock.fixed(now + timedelta(seconds=30)):
        ask(anna, "device.shows", **shown, unsent=2, refused=1, battery=79, charging=True)
    later, silent = seen(30), seen(90)
    assert {name: began[name] for name in shown} == shown
    assert (began["lamp"], began["battery"], later["lamp"], silent["lamp"]) == ("slow", 80, "ok", "offline")
    assert began["since"] == later["since"] < later["seen_at"] == silent["seen_at"]
    assert (later["unsent"], later["refused"], later["battery"], later["charging"]) == (2, 1, 79, True)


def test_a_note_waits_for_its_person_arrives_live_and_is_read_once(boss, anna, here):
    sent = boss("POST", f"people/{anna.person_id}/notes", {"text": f"  Come to\tdock 3 {HOSTILE}"}, 201)
    assert sent["text"] == "Come to dock 3 <img src=x onerror=alert(1)> gnihton {by}"
    boss("POST", f"people/{anna.person_id}/notes", {"phrase": "come"}, 201)
    live = told(anna)
    assert [(row["data"]["text"], row["data"]["phrase"], row["data"]["by"]) for row in live] == [
        (sent["text"], "", "Name of BOSS"), ("", "come", "Name of BOSS")]  # fmt: skip
    waiting = ask(anna, "note.waiting")["notes"]
    assert [each["id"] for each in waiting] == [row["data"]["note_id"] for row in live]
    assert boss("GET", "floor")["items"][0]["unread"] == 2
    assert ask(anna, "note.read", note_id=sent["id"]) == {}
    first = boss("GET", f"people/{anna.person_id}/notes")["items"][1]["read_at"]
    with clock.fixed(clock.now() + timedelta(minutes=1)):
        assert ask(anna, "note.read", note_id=sent["id"]) == {}  # on her other device
    assert first == boss("GET", f"people/{anna.person_id}/notes")["items"][1]["read_at"] is not None
    assert [each["phrase"] for each in ask(anna, "note.waiting")["notes"]] == ["come"]


def test_who_may_tell_whom(app, boss, anna, here):
    there = house("W2")
    xenia = somebody("XENIA", {there: ["picker"]})
    stranger = Asker(app.test_client(), signed_in("XENIA"))
    for path in ("floor", f"people/{anna.person_id}/notes"):
        assert stranger("GET", path, status=403) == "core.not_allowed"
    assert stranger("POST", f"people/{anna.person_id}/notes", {"text": "x"}, 403) == "core.not_allowed"
    assert boss("POST", f"people/{xenia}/notes", {"text": "x"}, 404) == "access.unknown_person"
    assert boss("POST", f"people/{anna.person_id}/notes", {"text": " \u202e\n"}, 422) == "access.empty_note"
    assert boss("POST", f"people/{anna.person_id}/notes", {"text": "x" * 201}, 422) == "core.invalid"
    assert boss("POST", f"people/{anna.person_id}/notes", {"phrase": "no"}, 422) == "core.invalid"
    hers = who(signed_in("XENIA")).session_id
    assert boss("POST", f"floor/{hers}/home", {"how": "out"}, 409) == "access.not_signed_in"
    note = boss("POST", f"people/{anna.person_id}/notes", {"text": "x"}, 201)
    assert ask(who(signed_in("XENIA")), "note.read", note_id=note["id"]) == "access.unknown_note"
    assert ask(replace(anna, person_id=None), "note.waiting") == "access.person_needed"
    assert [each["person_id"] for each in boss("GET", "floor")["items"]] != []
    assert {each["badge"] for each in boss("GET", "floor")["items"]} == {"BOSS", "ANNA"}
    assert len(told(anna)) == 1


def test_a_device_is_signed_out_and_says_why(app, boss, here):
    somebody("BERT", {here: ["packer"]})
    handheld, other = Handheld(app.test_client()), Handheld(app.test_client(), "other")
    assert (handheld.sign_in("BERT"), other.sign_in("BERT")) == ("ok", "ok")
    sent = boss("POST", f"floor/{handheld.data['session']}/home", {"how": "out", "text": "Hand it in"}, 201)
    assert (sent["kind"], sent["by"]) == ("out", "Name of BOSS")
    access.forget()
    assert (handheld.ask(), other.ask()) == ("access.sent_home", "ok")
    assert boss("POST", f"floor/{handheld.data['session']}/home", {"how": "out"}, 409) == "access.not_signed_in"
    assert boss("GET", "shifts")["items"][1]["how"] == "sent_home"
    assert handheld.sign_in("BERT") == "ok"
    again = who({"Authorization": f"Bearer {handheld.data['token']}"})
    assert [(each["kind"], each["text"]) for each in ask(again, "note.waiting")["notes"]] == [("out", "Hand it in")]


def test_a_picker_who_is_sent_home_hands_the_task_back(app):
    """And whoever waits gets it at the same line."""
    here = floor.build()
    floor.order(here, "O1", {"S1": 2})
    floor.wave(here)
    ann, bert = floor.person(here, "Ann"), floor.person(here, "Bert")
    task = floor.do(ann, "pick.ready")["data"]["task"]
    with transaction() as session:
        person = session.get_one(Person, ann.person_id)
        at = authenticate(access.open_session(person, "test"))
    badge = floor.value("SELECT badge FROM person WHERE id = :id", id=here.boss.person_id)
    boss = Asker(app.test_client(), signed_in(badge))
    assert floor.do(bert, "pick.ready")["next"] == "pick_wait"
    boss("POST", f"floor/{at.session_id}/home", {"how": "home", "phrase": "break"}, 201)
    assert floor.do(ann, "terminal.state")["next"] == "home"
    assert floor.do(bert, "pick.task")["data"]["task"]["id"] == task["id"]


def test_wishes_follow_the_badge(app, here):
    somebody("ANNA", {here: ["picker"]})
    one, other = Handheld(app.test_client()), Handheld(app.test_client(), "other")
    assert one.sign_in("ANNA") == "ok"
    assert one.data["person"]["settings"] == {}

    def wish(body):
        headers = {"Authorization": f"Bearer {one.data['token']}"}
        return app.test_client().patch("/api/v1/sessions/current", json=body, headers=headers).status_code

    assert wish({"settings": {"hand": "left", "voice": True}}) == 204
    assert wish({"settings": {"contrast": "high", "voice": False}, "locale": "zh_Hant"}) == 204
    assert wish({}) == 204
    for bad in ({"hand": "third"}, {"voice": "loud"}, {"theme": None}, {"font": "x"}, [], "x"):
        assert wish({"settings": bad}) == 422, bad
    assert other.sign_in("ANNA") == "ok"
    assert other.data["person"]["settings"] == {"hand": "left", "voice": False, "contrast": "high"}
    assert other.data["person"]["locale"] == "zh_Hant"
