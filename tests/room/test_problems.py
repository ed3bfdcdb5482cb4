"""Problems that people on the floor report, with words and pictures, until a supervisor has seen to them."""
from __future__ import annotations

from datetime import UTC, datetime

import picking_floor as floor
import pytest
from picking_floor import do, person, refused, value
from sqlalchemy import select

from wms.access import service as access
from wms.access.models import Person
from wms.core.transaction import transaction
from wms.insight import service as insight
from wms.problems.models import Problem
from wms.problems.rules import REASONS

JPEG = b"\xff\xd8\xff" + b"picture" * 10 + b"\xff\xd9"
floor.TABLES = tuple(dict.fromkeys((*floor.TABLES, "problem")))


@pytest.fixture
def house(app):
    return floor.build(skus=2)


@pytest.fixture
def ann(house):
    return person(house, "Ann", "picker")


@pytest.fixture
def as_client(app):
    """A client that is signed in as somebody."""

    def of(actor):
        with transaction() as session:
            token = access.open_session(session.get_one(Person, actor.person_id), "test")
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        return client

    return of


def stuck(house):
    return [item for item in insight.measure(house.id)["stuck"] if item["kind"] == "problem"]


@pytest.mark.parametrize(
    ("code", "about", "label"),
    [("A1-1", "bin", "A1-1"), ("S1", "goods", "Thing 1"), ("C1", "cart", "C1"), ("T1", "container", "T1"),
     ("", "place", "")],
)  # fmt: skip
def test_whatever_has_a_code_or_none_may_be_reported_in_two_touches(house, ann, tx, code, about, label):
    asked = do(ann, "problem.about", **({"code": code} if code else {}))
    assert (asked["next"], asked["data"]["about"]["kind"]) == ("problem_why", about)
    assert asked["data"]["reasons"] == list(REASONS[about])
    sent = do(ann, "problem.report", reason=asked["data"]["reasons"][0], **({"code": code} if code else {}))
    assert (sent["next"], sent["message"]["code"]) == ("problem_sent", "problems.reported")
    with tx():
        (item,) = stuck(house)
    detail = item["detail"]
    assert (item["reason"], detail.get("label", ""), detail["person"]) == (REASONS[about][0], label, "Ann")


def test_a_problem_stays_on_the_board_until_a_supervisor_clears_it(house, ann, tx):
    problem = do(ann, "problem.report", code="A1-1", reason="blocked")["data"]["problem"]
    do(ann, "problem.note", problem_id=problem["id"], note="A pallet stands before it")
    with tx():
        (item,) = stuck(house)
    assert item["detail"]["note"] == "A pallet stands before it"
    (action,) = item["actions"]
    assert refused(ann, action["command"], **action["body"]) == "core.not_allowed"
    assert do(house.boss, action["command"], **action["body"])["message"]["code"] == "problems.cleared"
    with tx():
        assert stuck(house) == []
    assert refused(house.boss, action["command"], **action["body"]) == "core.illegal_move"
    assert refused(ann, "problem.note", problem_id=problem["id"], note="late") == "core.illegal_move"


def test_refusals_report_nothing(house, ann):
    ben = person(house, "Ben", "picker")
    mine = do(ann, "problem.report", code="A1-1", reason="blocked")["data"]["problem"]
    assert refused(ann, "problem.report", code="A1-1", reason="unsafe") == "problems.other_reason"
    assert refused(ann, "problem.report", code="NOWHERE", reason="blocked") == "catalog.unknown_code"
    assert refused(ben, "problem.note", problem_id=mine["id"], note="not mine") == "core.not_found"
    assert refused(ann, "problem.note", problem_id=mine["id"], note=" ") == "core.invalid"


def test_pictures_are_kept_for_supervisors_of_the_warehouse(house, ann, as_client):
    mine = do(ann, "problem.report", reason="unsafe")["data"]["problem"]
    path = f"/api/v1/problem-photos?problem_id={mine['id']}"
    kept = as_client(ann).post(path, data=JPEG).json
    with as_client(house.boss).get(f"/api/v1/problem-photos/{kept['file']}") as shown:
        assert shown.data == JPEG
    assert as_client(ann).get(f"/api/v1/problem-photos/{kept['file']}").status_code == 403
    other = as_client(floor.build(skus=1, mark="X").boss)
    assert other.get(f"/api/v1/problem-photos/{kept['file']}").status_code == 404
    assert other.post(path, data=JPEG).json["code"] == "core.not_found"
    assert as_client(ann).post(path, data=b"GIF89a").json["code"] == "core.not_a_photo"
    for _ in range(5):
        assert as_client(ann).post(path, data=JPEG).status_code == 200
    assert as_client(ann).post(path, data=JPEG).json["code"] == "problems.photos_enough"
    assert value("SELECT jsonb_array_length(photos) FROM problem") == 6


def test_a_scan_without_a_link_that_was_refused_is_recorded_with_who_saw_to_it(house, ann, tx):
    scanned = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)  # by a device whose clock is far behind
    told = {"scan": "pick.confirm", "refusal": "picking.already_done", "facts": "A1-1 · S1", "scanned_at": scanned}
    body = {**told, "scanned_at": scanned.isoformat()}
    assert do(ann, "problem.conflict", **body)["message"]["code"] == "problems.conflict_settled"
    with tx() as session:
        (row,) = session.execute(select(Problem)).scalars()
        assert (row.status, row.code, row.note, row.label) == ("cleared", *list(told.values())[:3])
        assert (row.person_id, row.cleared_by) == (ann.person_id, ann.person_id)
        assert row.at == row.cleared_at  # within reason
    with tx():
        assert stuck(house) == []
