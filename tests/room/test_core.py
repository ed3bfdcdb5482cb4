"""The core mechanisms on a real database: once-only commands, numbered events, one kind of transaction."""
from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from typing import ClassVar

import pytest
from marshmallow import Schema, fields
from sqlalchemy import text

from wms.core import event
from wms.core.actor import Actor
from wms.core.command import run_once
from wms.core.db import db
from wms.core.envelope import Envelope
from wms.core.error import WmsError
from wms.core.event import DomainEvent, publish, subscribe
from wms.core.scan import answer, registry, scan
from wms.core.transaction import after_commit, transaction


@dataclass(frozen=True)
class Rang(DomainEvent):
    name: ClassVar[str] = "bell.rang"
    person: int

    def topics(self):
        return (f"person:{self.person}",)


class Ring(Schema):
    times = fields.Integer(required=True)


@pytest.fixture
def bell(app, tx):
    """A scan that counts how often it was carried out, and may refuse."""
    with tx() as session:
        session.execute(text("CREATE TABLE bell (rung int)"))
        session.execute(text("INSERT INTO bell VALUES (0)"))

    @scan("bell.ring", schema=Ring, posts="picker", next=("home",))
    def ring(actor, body):
        db.session.execute(text("UPDATE bell SET rung = rung + :n"), {"n": body["times"]})
        publish(Rang(1))
        if body["times"] > 100:
            raise WmsError("core.not_found", thing="bell", key="big")
        return Envelope(next="home", data={"times": body["times"]})

    yield lambda: db.session.execute(text("SELECT rung FROM bell")).scalar()
    del registry["bell.ring"]


PICKER = Actor(name="Ann", warehouse_id=1, posts=frozenset({"picker"}), person_id=None)


def ring(command_id, times=1, actor=PICKER):
    return answer("bell.ring", {"command_id": command_id, "times": times}, actor)


def test_the_same_command_is_carried_out_once_and_answered_alike(bell):
    key = str(uuid.uuid4())
    first, second = ring(key), ring(key)
    assert (first.status, second.status) == (200, 200)
    assert second.body.pop("replayed") is True
    assert first.body == second.body
    assert bell() == 1


def test_the_same_id_with_another_body_is_refused(bell):
    key = str(uuid.uuid4())
    ring(key)
    db.session.remove()
    refused = ring(key, times=2)
    assert (refused.status, refused.body["message"]["code"]) == (409, "core.command_reused")
    assert bell() == 1


def test_a_refusal_undoes_all_and_may_be_tried_again(bell):
    key = str(uuid.uuid4())
    assert ring(key, times=101).status == 404
    assert bell() == 0
    db.session.remove()
    assert ring(key, times=5).status == 200
    assert bell() == 5


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"times": 1}, "core.invalid"),
        ({"command_id": "no uuid", "times": 1}, "core.invalid"),
        ({"command_id": str(uuid.uuid4()), "times": "many"}, "core.invalid"),
        ({"command_id": str(uuid.uuid4()), "times": 1, "extra": 1}, "core.invalid"),
        (None, "core.invalid"),
        ([1], "core.invalid"),
    ],
)
def test_a_body_that_is_not_right_is_refused_by_name(bell, body, code):
    refused = answer("bell.ring", body, PICKER)
    assert (refused.status, refused.body["message"]["code"]) == (422, code)
    assert bell() == 0


def test_another_post_may_not(bell):
    packer = Actor(name="Pia", warehouse_id=1, posts=frozenset({"packer"}))
    assert ring(str(uuid.uuid4()), actor=packer).body["message"]["code"] == "core.not_allowed"
    assert bell() == 0


def test_one_command_from_many_at_once_is_carried_out_once(bell, app):
    key, statuses = str(uuid.uuid4()), []

    def send():
        with app.app_context():
            statuses.append(ring(key).status)

    threads = [threading.Thread(target=send) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert statuses == [200] * 8
    assert bell() == 1


def test_events_are_numbered_without_gaps_even_when_one_is_undone(app, bell):
    ring(str(uuid.uuid4()))
    assert ring(str(uuid.uuid4()), times=101).status == 404  # it had published nothing that stays
    ring(str(uuid.uuid4()))
    with transaction():
        assert [row["seq"] for row in event.missed("person:1", after=0)] == [1, 2]
        assert [row["seq"] for row in event.missed("person:1", after=1)] == [2]
        assert event.last_seq("person:1") == 2


def test_subscribers_run_inside_and_messages_go_out_after_the_commit(app):
    heard = []

    @subscribe(Rang)
    def listen(rang):
        heard.append("inside")
        after_commit(lambda: heard.append("after"))

    try:
        with transaction():
            publish(Rang(7))
            assert heard == ["inside"]
        assert heard == ["inside", "after"]
    finally:
        event._subscribers[Rang].remove(listen)


def test_a_transaction_inside_a_transaction_is_a_mistake(app):
    with transaction(), pytest.raises(RuntimeError, match="already open"), transaction():
        pass


def test_a_message_that_cannot_be_sent_does_not_undo_what_stands(app):
    def broken():
        raise OSError("no network")

    with transaction() as session:
        session.execute(text("CREATE TABLE stands (x int)"))
        after_commit(broken)
    assert db.session.execute(text("SELECT count(*) FROM stands")).scalar() == 0


def test_a_screen_that_was_not_declared_is_a_mistake_that_changes_nothing(app):
    class Nothing(Schema):
        pass

    @scan("bell.lost", schema=Nothing, next=("home",), changes=False)
    def lost(actor, body):
        return Envelope(next="elsewhere")

    try:
        refused = answer("bell.lost", {}, PICKER)
        assert refused.status == 500
        assert refused.body["message"]["code"] == "core.unexpected"
    finally:
        del registry["bell.lost"]


def test_run_once_stores_its_reply_with_the_change(app):
    key = uuid.uuid4()
    assert run_once(key, "x", {"a": 1}, None, lambda: {"n": 1}) == {"n": 1}
    assert run_once(key, "x", {"a": 1}, None, lambda: {"n": 2}) == {"n": 1, "replayed": True}
