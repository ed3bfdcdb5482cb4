"""Signing in: badge and PIN, lock-out, sessions that end."""
from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from wms.access import service
from wms.access.models import Person, Posting
from wms.core import clock, event
from wms.core.actor import Actor
from wms.core.error import WmsError
from wms.layout.models import Warehouse
from wms.realtime import TerminalDoor


@pytest.fixture
def anna(app, tx):
    with tx() as session:
        house = Warehouse(code="W1", name="One", aisles=1, aisle_spacing_mm=1, aisle_length_mm=1)
        session.add(house)
        session.flush()
        service.add_person("B1", "Anna", service.hash_pin("123456"), house.id, ["picker"], "zh_Hans")


def sign_in(client, **body):
    return client.post("/api/v1/sessions", json={"badge": "B1", "pin": "123456", **body})


def test_token_opens_what_it_should_and_nothing_after_signing_out(app, anna):
    client = app.test_client()
    answer = sign_in(client)
    assert answer.status_code == 200, answer.text
    data = answer.json["data"]
    assert data["person"]["posts"] == ["picker"]
    assert answer.json["message"]["text"] == "Anna，您好。"
    headers = {"Authorization": f"Bearer {data['token']}"}
    assert client.post("/api/v1/commands/no.such", json={}, headers=headers).status_code == 404
    assert client.delete("/api/v1/sessions/current", headers=headers).status_code == 204
    refused = client.post("/api/v1/commands/no.such", json={}, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (401, "core.not_signed_in")


def test_other_terminals_of_a_person_hear_where_they_go_on(app, tx, anna):
    client = app.test_client()
    for device in ("old", "new"):
        data = sign_in(client, device=device).json["data"]
    headers = {"Authorization": f"Bearer {data['token']}"}
    for _ in range(2):  # the answer was lost: told once
        answer = client.post("/api/v1/commands/terminal.here", json={"command_id": str(UUID(int=7))}, headers=headers)
        assert answer.json["ok"]
    with tx():
        (told,) = event.missed(f"person:{data['person']['id']}", after=0)
    assert told["name"] == "terminal.taken"
    assert told["data"] == {"person_id": data["person"]["id"], "session_id": data["session"], "device": "new"}


def test_five_wrong_pins_lock_the_person_out_for_five_minutes(app, tx, anna):
    client = app.test_client()
    codes = [sign_in(client, pin="000000").json["code"] for _ in range(5)]
    assert codes == ["access.wrong_pin"] * 4 + ["access.locked"]
    assert sign_in(client).status_code == 423
    with clock.fixed(clock.now() + timedelta(minutes=6)):
        assert sign_in(client).status_code == 200


def test_idle_session_ends(app, tx, anna):
    with tx() as session:
        token = service.open_session(session.query(Person).one(), "test")
    with clock.fixed(clock.now() + timedelta(minutes=31)), tx(), pytest.raises(WmsError, match="not_signed_in"):
        service.authenticate(token)


def test_sockets_hear_which_sessions_ended(app, tx, anna):
    def open_one() -> int:
        with tx() as session:
            return service.authenticate(service.open_session(session.query(Person).one(), "test")).session_id

    alive, signed_out = open_one(), open_one()
    with tx():
        service.close_session(signed_out)
        assert service.ended({alive, signed_out}) == {signed_out}
    with clock.fixed(clock.now() + timedelta(minutes=31)), tx():
        assert service.ended({alive}) == {alive}  # an open socket alone is not use
        service.touch({alive})
        assert service.ended({alive}) == set()
    with clock.fixed(clock.now() + timedelta(hours=13)), tx():
        service.touch({alive})
        assert service.ended({alive}) == {alive}
    with tx() as session:
        session.query(Person).one().active = False
        assert service.ended({alive}) == {alive}


def test_who_asks_is_looked_up_every_five_seconds(app, tx, anna):
    """A session that another process ended is good for some seconds more; the next look refuses it."""
    client = app.test_client()
    token = sign_in(client).json["data"]["token"]
    headers = {"Authorization": f"Bearer {token}"}

    def status(seconds: int) -> int:
        with clock.fixed(start + timedelta(seconds=seconds)):
            return client.post("/api/v1/commands/no.such", json={}, headers=headers).status_code

    start = clock.now()
    assert status(0) == 404
    with tx():
        service.close_session(service.authenticate(token).session_id)
    assert status(4) == 404
    assert [status(6), status(7)] == [401, 401]


def test_a_new_language_is_spoken_at_once(app, anna):
    client = app.test_client()
    headers = {"Authorization": f"Bearer {sign_in(client).json['data']['token']}"}
    ask = lambda: client.post("/api/v1/commands/no.such", json={}, headers=headers).json["message"]["text"]  # noqa: E731
    before = ask()
    assert client.patch("/api/v1/sessions/current", json={"locale": "en"}, headers=headers).status_code == 204
    assert ask() != before


def test_a_hash_that_is_none_fits_no_pin(app, tx, anna):
    with tx() as session:
        session.query(Person).one().pin_hash = "none"
    refused = sign_in(app.test_client())
    assert (refused.status_code, refused.json["code"]) == (401, "access.wrong_pin")


def test_programs_have_no_topic_of_a_person():
    program = Actor("Shop", 1, frozenset({"clerk"}))
    assert TerminalDoor("/x").topic(program) is None


def test_unknown_badge_and_bad_body_are_refused_in_the_readers_language(app, anna):
    client = app.test_client()
    answer = client.post(
        "/api/v1/sessions", json={"badge": "nobody", "pin": "123456"}, headers={"Accept-Language": "zh-TW"}
    )
    assert answer.json["detail"].startswith("工牌未登記")
    assert client.post("/api/v1/sessions", json={"badge": "B1"}).json["code"] == "core.invalid"


def test_whoever_works_in_two_warehouses_goes_on_in_the_other_with_a_new_token(app, tx, anna):
    with tx() as session:
        two, three = (
            Warehouse(code=code, name=code, aisles=1, aisle_spacing_mm=1, aisle_length_mm=1) for code in ("W2", "W3")
        )
        session.add_all([two, three])
        session.flush()
        session.add(Posting(person_id=session.query(Person).one().id, warehouse_id=two.id, post="clerk"))
        here, there, nowhere = two.id - 1, two.id, three.id
    client = app.test_client()
    data = sign_in(client).json["data"]
    assert (data["warehouse"]["id"], [each["id"] for each in data["warehouses"]]) == (here, [here, there])
    headers = {"Authorization": f"Bearer {data['token']}"}
    go = partial(client.put, "/api/v1/sessions/current/warehouse")
    assert go(json={"warehouse_id": nowhere}, headers=headers).json["code"] == "access.not_posted_there"
    moved = go(json={"warehouse_id": there}, headers=headers).json["data"]
    assert (moved["warehouse"]["code"], moved["person"]["posts"]) == ("W2", ["clerk"])
    assert moved["warehouses"] == data["warehouses"]
    assert go(json={"warehouse_id": here}, headers=headers).status_code == 401, "the old session is over"
    back = go(json={"warehouse_id": here}, headers={"Authorization": f"Bearer {moved['token']}"})
    assert back.json["data"]["person"]["posts"] == ["picker"]
