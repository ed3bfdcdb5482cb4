"""Devices: enrolled once by a code, refused once revoked; and wrong PINs, which count by person and by device."""
from __future__ import annotations

import secrets
import threading
from datetime import timedelta
from typing import Any

import pytest
from access_house import WRONG, Asker, Handheld, house, signed_in, somebody
from flask_socketio import ConnectionRefusedError as Refused
from sqlalchemy import text

from wms import realtime
from wms.access import devices, jobs, people_views, rules, service
from wms.access.models import POSTS
from wms.core import clock
from wms.core.actor import Actor
from wms.core.command import body_hash
from wms.core.error import WmsError
from wms.core.scan import registry
from wms.core.transaction import transaction

LATER = timedelta(minutes=6)


@pytest.fixture
def here(app):
    people_views.guesses._wrong.clear()
    return house("W1")


@pytest.fixture
def boss(app, here):
    somebody("BOSS", {here: ["admin"]})
    return Asker(app.test_client(), signed_in("BOSS"))


@pytest.fixture
def anna(here):
    return somebody("ANNA", {here: ["picker"]}, "zh_Hans")


@pytest.fixture
def ben(here):
    return somebody("BEN", {here: ["picker"]})


@pytest.fixture
def handheld(app):
    return lambda name="handheld": Handheld(app.test_client(), name)


@pytest.fixture
def enrolled(boss, handheld):
    """A device that was enrolled under this name."""

    def make(name: str = "") -> Handheld:
        made = handheld()
        assert made.enrol(boss.code(name)) == "ok"
        return made

    return make


def rows(statement: str, **values: Any) -> list[Any]:
    with transaction() as session:
        return list(session.execute(text(statement), values))


# ---- enrolment

def test_a_code_enrols_one_device_which_signs_in_under_its_name(app, boss, anna, handheld):
    made = boss("POST", "devices/codes", {"name": "Handheld 7"}, 201, Origin="http://localhost")
    assert made["url"] == f"http://localhost/terminal#enrol={made['code']}"
    assert {len(row) for row in made["qr"]} == {len(made["qr"])}
    assert set("".join(made["qr"])) == {"0", "1"}
    device = handheld()
    typed = made["code"].lower().replace("-", " ")
    assert device.enrol(typed) == "ok"
    assert device.sign_in("ANNA") == "ok"
    assert device.data["device"] == "Handheld 7"
    (row,) = boss("GET", "devices")["items"]
    assert (row["name"], row["status"], row["person"]) == ("Handheld 7", "active", "Name of ANNA")
    shift = boss("GET", "shifts")["items"][0]
    assert (shift["device"], shift["enrolled"], shift["how"]) == ("Handheld 7", True, None)


def test_the_address_of_a_stranger_is_not_drawn_into_the_code(boss):
    made = boss("POST", "devices/codes", {}, 201, Origin="http://evil.example")
    assert made["url"].startswith("http://localhost/terminal#enrol=")


def test_a_code_is_good_once_and_for_ten_minutes_and_again_only_for_its_own_device(boss, handheld):
    first, second, code = handheld(), handheld(), boss.code()
    assert first.enrol(code) == "ok"
    assert second.enrol(code) == "access.wrong_code"
    assert first.enrol(code, first.secret) == "ok"  # the answer had been lost
    assert len(boss("GET", "devices")["items"]) == 1
    late = boss.code()
    with clock.fixed(clock.now() + timedelta(minutes=10)):
        assert second.enrol(late) == "access.wrong_code"
        assert first.enrol(code, first.secret) == "access.wrong_code"
    assert second.enrol(late) == "ok"
    assert len(boss("GET", "devices")["items"]) == 2


def test_of_two_devices_with_one_code_exactly_one_wins(app, boss):
    """Both have begun before either has ended; the second waits for the first and is refused."""
    code, outcomes, start = boss.code(), [], threading.Barrier(6)

    def one() -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    devices.enrol(code, secrets.token_hex(32))
                outcomes.append("ok")
            except WmsError as refused:
                outcomes.append(refused.code)

    threads = [threading.Thread(target=one) for _ in range(start.parties)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["access.wrong_code"] * 5 + ["ok"]
    assert rows("SELECT count(*) FROM device") == [(1,)]


def test_codes_cannot_be_guessed(boss, handheld):
    device, code = handheld(), boss.code()
    assert len(rules.ALPHABET) ** rules.CODE_LENGTH > 2**48
    assert [device.enrol("WRONG-WRONG") for _ in range(10)] == ["access.wrong_code"] * 10
    assert device.enrol(code) == "access.too_many_codes"
    with clock.fixed(clock.now() + timedelta(minutes=10, seconds=1)):
        assert device.enrol(boss.code()) == "ok"


def test_a_device_makes_a_secret_of_256_bits(app, boss):
    code = boss.code()
    for secret in ("00", "g" * 64, "A" * 64, "0" * 65, 7_777_777, None):
        reply = app.test_client().post("/api/v1/devices/enrol", json={"code": code, "secret": secret})
        assert (reply.status_code, reply.json["code"]) == (422, "core.invalid")
        assert str(secret) not in reply.text


def test_no_secret_code_or_pin_is_kept_or_logged(boss, anna, enrolled, handheld, capfd, here):
    """Everything that is in the database afterwards, and every line of the log, is looked through."""
    key = {"Idempotency-Key": "00000000-0000-4000-8000-000000000001"}
    made = boss("POST", "devices/codes", {"name": "A"}, 201, **key)
    device = handheld()
    device.enrol(made["code"])
    assert device.sign_in("ANNA") == "ok"
    key["Idempotency-Key"] = "00000000-0000-4000-8000-000000000002"
    boss("POST", f"people/{anna}/pin", {"pin": "987123654"}, **key)
    boss("POST", "people", {"badge": "N", "name": "N", "pin": "876123543", "posts": []}, 201)
    code = rules.plain(made["code"])
    hidden = (device.secret, device.data["token"], made["code"], code, "987123654", "876123543")
    tables = ("command", "device", "device_session", "enrolment", "event", "person", "pin_try")
    kept = "".join(str(rows(f"SELECT to_jsonb(t)::text FROM {table} t")) for table in tables)
    out, err = capfd.readouterr()
    assert [each for each in hidden if each in kept + out + err] == []
    stored = rows("SELECT body_hash FROM command WHERE name = 'people.pin'")[0].body_hash
    assert bytes(stored) == body_hash("people.pin", {"person_id": anna})  # nothing to try PINs against


# ---- revocation

def test_a_revoked_device_is_refused_at_once_and_says_why(boss, anna, enrolled):
    lost, other = enrolled("Lost"), enrolled("Other")
    assert (lost.sign_in("ANNA"), other.sign_in("ANNA")) == ("ok", "ok")
    assert (lost.ask(), other.ask()) == ("ok", "ok")
    device_id = next(each["id"] for each in boss("GET", "devices")["items"] if each["name"] == "Lost")
    assert boss("POST", f"devices/{device_id}/revoke")["status"] == "revoked"
    assert (lost.ask(), other.ask()) == ("access.device_revoked", "ok")
    assert lost.sign_in("ANNA") == "access.device_revoked"
    how = {each["device"]: each["how"] for each in boss("GET", "shifts")["items"]}
    assert (how["Lost"], how["Other"]) == ("revoked", None)
    assert boss("POST", f"devices/{device_id}/revoke", status=409) == "core.illegal_move"
    assert boss("POST", f"devices/{device_id}/open", status=409) == "core.illegal_move"


def test_sockets_of_a_revoked_device_are_closed_by_whoever_serves_them(app, boss, anna, enrolled, monkeypatch):
    """The watchers are called after the commit, when the session is over for everybody."""
    device, heard = enrolled(), []
    assert device.sign_in("ANNA") == "ok"
    session_id = rows("SELECT max(id) AS id FROM device_session")[0].id

    def look() -> None:
        with transaction():
            heard.append(service.ended({session_id}))

    monkeypatch.setattr("wms.access.endings._watchers", [look])
    boss("POST", f"devices/{boss('GET', 'devices')['items'][0]['id']}/revoke")
    assert heard == [{session_id}]


def test_devices_of_another_warehouse_are_out_of_reach(app, boss, enrolled):
    enrolled("Ours")
    device_id = boss("GET", "devices")["items"][0]["id"]
    somebody("FAR", {house("W2"): ["admin"]})
    far = Asker(app.test_client(), signed_in("FAR"))
    assert far("GET", "devices") == {"items": [], "next": None}
    for action in ("revoke", "open"):
        assert far("POST", f"devices/{device_id}/{action}", status=404) == "access.unknown_device"
    assert far("PATCH", f"devices/{device_id}", {"name": "Mine"}, 404) == "access.unknown_device"
    assert boss("PATCH", f"devices/{device_id}", {"name": "Still ours"})["status"] == "active"


# ---- devices that are not enrolled

def test_a_warehouse_may_want_enrolled_devices_only(app, boss, here, anna, enrolled, handheld):
    known, stranger = enrolled(), handheld()
    assert stranger.sign_in("ANNA") == "ok"
    assert boss("GET", "devices/settings") == {"unenrolled": True}
    # Whoever would shut out the very device they sit at is stopped.
    assert boss("PUT", "devices/settings", {"unenrolled": False}, 409) == "access.enrol_this_first"
    assert known.sign_in("BOSS") == "ok"
    safe = Asker(app.test_client(), {"Authorization": f"Bearer {known.data['token']}"})
    assert safe("PUT", "devices/settings", {"unenrolled": False}) == {"unenrolled": False}
    assert (stranger.sign_in("ANNA"), known.sign_in("ANNA")) == ("access.device_needed", "ok")
    assert stranger.sign_in("ANNA", WRONG) == "access.device_needed"  # a PIN is not even looked at
    assert rows("SELECT 1 FROM pin_try") == []
    device_id = safe("GET", "devices")["items"][0]["id"]
    assert safe("POST", f"devices/{device_id}/revoke", status=409) == "access.last_device"
    assert safe("PUT", "devices/settings", {"unenrolled": True}) == {"unenrolled": True}
    assert stranger.sign_in("ANNA") == "ok"


def test_an_enrolled_device_opens_its_own_warehouse_and_no_other_that_is_closed(app, boss, here, enrolled, handheld):
    there = house("W2")
    somebody("BOTH", {there: ["picker"], here: ["picker"]})
    device, stranger = enrolled(), handheld()
    assert stranger.sign_in("BOTH") == "ok"
    assert stranger.data["warehouse"]["id"] == there  # the first post
    assert device.sign_in("BOTH") == "ok"
    assert device.data["warehouse"]["id"] == here
    with transaction():
        devices.allow_unenrolled(there, False, session_id=None)
    assert stranger.sign_in("BOTH") == "ok"
    assert stranger.data["warehouse"]["id"] == here
    somebody("THERE", {there: ["picker"]})
    assert device.sign_in("THERE") == "access.device_needed"


# ---- wrong PINs

def test_nobody_locks_a_colleague_out_from_another_device(anna, enrolled, handheld):
    prank, own, stranger = enrolled(), enrolled(), handheld("named")
    assert [prank.sign_in("ANNA", WRONG) for _ in range(5)] == ["access.wrong_pin"] * 4 + ["access.locked"]
    assert prank.sign_in("ANNA") == "access.locked"
    assert (own.sign_in("ANNA"), stranger.sign_in("ANNA")) == ("ok", "ok")
    with clock.fixed(clock.now() + LATER):
        assert prank.sign_in("ANNA") == "ok"


def test_a_colleague_at_a_locked_device_goes_on(anna, ben, enrolled):
    device = enrolled()
    assert [device.sign_in("ANNA", WRONG) for _ in range(5)][-1] == "access.locked"
    assert device.sign_in("BEN") == "ok"


def test_twenty_wrong_pins_lock_a_device_until_it_is_opened(boss, here, anna, ben, enrolled, handheld):
    device, start = enrolled("Table"), clock.now()
    assert device.sign_in("BEN") == "ok"
    for again in range(4):
        with clock.fixed(start + again * LATER):
            codes = [device.sign_in("ANNA", WRONG) for _ in range(5)]
    assert codes == ["access.wrong_pin"] * 4 + ["access.device_locked"]
    with clock.fixed(start + 4 * LATER):
        assert device.sign_in("BEN") == "access.device_locked"
        assert device.ask() == "access.device_locked"  # Ben's session has ended too
        assert handheld().sign_in("ANNA") == "ok"
        (row,) = boss("GET", "devices")["items"]
        assert row["status"] == "locked"
        assert boss("POST", f"devices/{row['id']}/open")["status"] == "active"
        assert device.sign_in("ANNA") == "ok"
        assert device.sign_in("ANNA", WRONG) == "access.wrong_pin"


def test_who_is_right_in_the_end_was_no_danger_to_the_device(anna, enrolled):
    device = enrolled()
    for _ in range(8):
        assert [device.sign_in("ANNA", WRONG) for _ in range(3)] == ["access.wrong_pin"] * 3
        assert device.sign_in("ANNA") == "ok"
    # Somebody else's success does not wash off what was tried on Anna's badge.
    assert rows("SELECT 1 FROM pin_try") == []


def test_old_failures_are_forgotten(anna, enrolled):
    device = enrolled()
    assert [device.sign_in("ANNA", WRONG) for _ in range(4)] == ["access.wrong_pin"] * 4
    with clock.fixed(clock.now() + timedelta(days=1, minutes=1)):
        assert device.sign_in("ANNA", WRONG) == "access.wrong_pin"
        jobs.forget()
        assert [row.failed for row in rows("SELECT failed FROM pin_try")] == [1]
    with clock.fixed(clock.now() + timedelta(days=3)):
        jobs.forget()
    assert rows("SELECT 1 FROM pin_try") == []
    assert len(rows("SELECT 1 FROM enrolment")) == 1  # how the device came here stays known


def test_a_new_name_for_each_try_does_not_give_more_tries(anna, enrolled, handheld):
    """Devices that are not enrolled tell their own names: together they have 20 tries an hour for one person."""
    known = enrolled()
    codes = [handheld(f"new-{n}").sign_in("ANNA", WRONG) for n in range(21)]
    assert codes == ["access.wrong_pin"] * 20 + ["access.locked"]
    assert handheld("newest").sign_in("ANNA") == "access.locked"
    assert known.sign_in("ANNA") == "ok"
    with clock.fixed(clock.now() + timedelta(minutes=61)):
        assert handheld("newest").sign_in("ANNA") == "ok"


# ---- the language after the badge

def test_a_badge_says_its_language_and_a_strange_one_that_of_the_device(app, anna):
    def told(badge: str, device: str) -> str:
        headers = {"Accept-Language": device}
        return app.test_client().post("/api/v1/sessions/language", json={"badge": badge}, headers=headers).json

    assert told(" ANNA ", "en") == {"locale": "zh_Hans"}
    assert told("NOBODY", "en") == {"locale": "en"}
    assert told("NOBODY", "zh-TW") == {"locale": "zh_Hant"}


# ---- who hears what over the sockets

def test_only_who_may_see_a_screen_of_the_board_hears_its_warehouse(app):
    door = realtime.BoardDoor("/x")
    hears = {post: door.rooms_of(Actor("x", 7, frozenset({post}))) for post in POSTS}
    may = registry["board.snapshot"].posts | registry["wall.state"].posts | {"admin"}
    assert hears == {post: ["board:7"] if post in may else [] for post in POSTS}
    assert hears["clerk"] == hears["receiver"] == []
    assert door.rooms_of(Actor("x", 7, frozenset())) == []


def test_socket_events_of_a_stranger_do_nothing(app):
    """Every event that a socket may send, by somebody who was not let in; and by a program, which has no topic."""
    for door in realtime.DOORS:
        handlers = {name for name in dir(door) if name.startswith("on_")}
        assert handlers == {"on_connect", "on_disconnect", "on_resume"}
        for post in (None, *POSTS):
            with app.test_request_context() as context:
                context.request.sid = "x"
                if post is not None:
                    door._actors["x"] = Actor("program", 1, frozenset({post}))
                assert door.on_resume({"after": 0}) == []
                if post is None:
                    assert door.command("x", "terminal.state", {})["message"]["code"] == "core.not_signed_in"
            door._actors.pop("x", None)


def test_a_wrong_token_is_refused_at_every_socket(app):
    for door in realtime.DOORS:
        for auth in (None, {}, {"token": "wrong"}, {"token": 7}, "x"):
            with app.test_request_context() as context:
                context.request.sid = "x"
                with pytest.raises(Refused):
                    door.on_connect(auth)
        assert "x" not in door._actors
