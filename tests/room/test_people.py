"""People: added, renamed, given posts and PINs, let go; by an administrator of the right warehouse."""
from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from access_house import PIN, Asker, Handheld, house, signed_in, somebody

from wms.access import people
from wms.access.models import POSTS
from wms.core import clock
from wms.core.actor import Actor
from wms.core.error import WmsError
from wms.core.transaction import transaction

NEW = {"badge": "NEW", "name": "Nora 诺拉", "pin": "246801", "posts": ["picker", "packer"], "locale": "zh_Hant"}


@pytest.fixture
def here(app):
    return house("W1")


@pytest.fixture
def there(app):
    return house("W2")


@pytest.fixture
def boss(app, here):
    somebody("BOSS", {here: ["admin"]})
    return Asker(app.test_client(), signed_in("BOSS"))


@pytest.fixture
def handheld(app):
    return Handheld(app.test_client())


def test_a_person_is_added_and_may_sign_in(boss, handheld):
    made = boss("POST", "people", NEW, 201)
    assert (made["name"], made["posts"], made["locale"]) == (NEW["name"], ["packer", "picker"], "zh_Hant")
    assert handheld.sign_in("NEW", "246801") == "ok"
    assert handheld.data["person"]["posts"] == ["packer", "picker"]
    assert boss("GET", f"people/{made['id']}")["works"] == "handheld"
    assert [each["badge"] for each in boss("GET", "people?q=诺拉")["items"]] == ["NEW"]
    assert [each["badge"] for each in boss("GET", "people?q=%25")["items"]] == []
    assert boss("POST", "people", NEW, 409) == "access.badge_taken"


def test_a_pin_is_4_to_12_digits(boss, here):
    anna = somebody("ANNA", {here: ["picker"]})
    for pin in ("123", "1" * 13, "12a4", "１２３４", "", " 1234", None):
        assert boss("POST", "people", {**NEW, "pin": pin}, 422) == "core.invalid"
        assert boss("POST", f"people/{anna}/pin", {"pin": pin}, 422) == "core.invalid"


def test_who_is_let_go_is_signed_out_and_comes_back(boss, here, handheld):
    anna = somebody("ANNA", {here: ["picker"]})
    assert (handheld.sign_in("ANNA"), handheld.ask()) == ("ok", "ok")
    assert boss("PATCH", f"people/{anna}", {"active": False})["active"] is False
    assert handheld.ask() == "core.not_signed_in"
    assert handheld.sign_in("ANNA") == "access.wrong_badge"
    shift = boss("GET", f"shifts?person={anna}")["items"][0]
    assert (shift["how"], shift["badge"]) == ("deactivated", "ANNA")
    assert shift["ended_at"] >= shift["begun_at"]
    assert boss("PATCH", f"people/{anna}", {"active": True, "name": "Anna B", "locale": "zh_Hans"})["name"] == "Anna B"
    assert handheld.sign_in("ANNA") == "ok"


def test_a_new_pin_ends_sessions_and_opens_the_lock(boss, here, handheld):
    anna = somebody("ANNA", {here: ["picker"]})
    assert handheld.sign_in("ANNA") == "ok"
    assert [handheld.sign_in("ANNA", "000000") for _ in range(5)][-1] == "access.locked"
    boss("POST", f"people/{anna}/pin", {"pin": "135790"})
    assert handheld.ask() == "core.not_signed_in"
    assert (handheld.sign_in("ANNA", PIN), handheld.sign_in("ANNA", "135790")) == ("access.wrong_pin", "ok")
    own = boss("GET", "people?q=BOSS")["items"][0]["id"]
    boss("POST", f"people/{own}/pin", {"pin": "999999"})
    boss("GET", "people")  # whoever changes their own goes on


def test_a_post_that_is_taken_away_is_gone_at_once(boss, here, handheld):
    anna = somebody("ANNA", {here: ["picker"]})
    assert handheld.sign_in("ANNA") == "ok"
    more = boss("PUT", f"people/{anna}/posts", {"posts": ["packer", "picker", "picker"]})
    assert more["posts"] == ["packer", "picker"]
    assert handheld.ask() == "ok"
    assert boss("PUT", f"people/{anna}/posts", {"posts": ["packer"]})["posts"] == ["packer"]
    assert handheld.ask() == "core.not_signed_in"
    assert boss("PUT", f"people/{anna}/posts", {"posts": []})["posts"] == []
    assert handheld.sign_in("ANNA") == "access.no_posting"
    assert boss("PUT", f"people/{anna}/posts", {"posts": ["king"]}, 422) == "core.invalid"


def test_the_last_administrator_stays(app, boss, here):
    own = boss("GET", "people?q=BOSS")["items"][0]["id"]
    assert boss("PATCH", f"people/{own}", {"active": False}, 409) == "access.last_admin"
    assert boss("PUT", f"people/{own}/posts", {"posts": ["picker"]}, 409) == "access.last_admin"
    second = somebody("TWO", {here: ["admin", "picker"]})
    boss("PATCH", f"people/{second}", {"active": False})
    assert boss("PATCH", f"people/{own}", {"active": False}, 409) == "access.last_admin"  # the other does not count
    boss("PATCH", f"people/{second}", {"active": True})
    boss("PATCH", f"people/{own}", {"active": False})
    assert boss("GET", "people", status=401) == "core.not_signed_in"


def test_two_administrators_do_not_let_each_other_go(app, here):
    pair = [somebody(badge, {here: ["admin"]}) for badge in ("ONE", "TWO")]
    outcomes, start = [], threading.Barrier(2)

    def let_go(by: int, whom: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    people.change_person(Actor("x", here, frozenset({"admin"}), person_id=by), whom, {"active": False})
                outcomes.append("ok")
            except WmsError as refused:
                outcomes.append(refused.code)

    threads = [threading.Thread(target=let_go, args=(by, whom)) for by, whom in (pair, pair[::-1])]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["access.last_admin", "ok"]


def test_an_administrator_of_one_warehouse_does_not_reach_into_another(app, boss, here, there):
    """Else they could give a colleague a PIN, and do there what the colleague may."""
    both = somebody("BOTH", {here: ["picker"], there: ["admin"]})
    far = somebody("FAR", {there: ["picker"]})
    seen = {each["badge"]: each for each in boss("GET", "people")["items"]}
    assert set(seen) == {"BOSS", "BOTH"}
    assert (seen["BOTH"]["elsewhere"], seen["BOTH"]["may_change"], seen["BOTH"]["posts"]) == (True, False, ["picker"])
    for method, path, body in (
        ("PATCH", "", {"active": False}), ("PATCH", "", {"name": "x"}), ("POST", "/pin", {"pin": "111111"}),
    ):  # fmt: skip
        assert boss(method, f"people/{both}{path}", body, 403) == "access.works_elsewhere"
        assert boss(method, f"people/{far}{path}", body, 404) == "access.unknown_person"
    assert boss("PUT", f"people/{far}/posts", {"posts": ["picker"]}, 404) == "access.unknown_person"
    assert boss("GET", f"people/{far}", status=404) == "access.unknown_person"
    assert boss("PUT", f"people/{both}/posts", {"posts": ["clerk"]})["posts"] == ["clerk"]  # in W1 only
    # Somebody who administers both may.
    somebody("TOP", {here: ["admin"], there: ["admin"]})
    top = Asker(app.test_client(), signed_in("TOP", there))
    assert {each["badge"] for each in top("GET", "people")["items"]} == {"BOSS", "BOTH", "FAR", "TOP"}
    assert top("PATCH", f"people/{both}", {"name": "Bo"})["posts"] == ["admin"]
    assert top("GET", "shifts?limit=1")["items"][0]["badge"] == "TOP"


def test_who_holds_no_post_anywhere_may_be_taken_up(app, boss, here, there):
    lone = somebody("LONE", {there: []})
    assert boss("GET", f"people/{lone}")["may_change"] is True
    assert boss("PUT", f"people/{lone}/posts", {"posts": ["packer"]})["posts"] == ["packer"]


def test_people_and_devices_are_for_administrators_and_shifts_for_supervisors_too(app, here):
    for post in set(POSTS) - {"admin"}:
        somebody(post, {here: [post]})
        ask = Asker(app.test_client(), signed_in(post))
        for path in ("people", "people/1", "devices", "devices/settings"):
            assert ask("GET", path, status=403) == "core.not_allowed"
        if post == "supervisor":
            assert ask("GET", "shifts")["items"][0]["badge"] == post
        else:
            assert ask("GET", "shifts", status=403) == "core.not_allowed"


def test_the_record_of_shifts_says_how_each_ended(app, boss, here, handheld):
    somebody("ANNA", {here: ["picker"]})
    start = clock.now()
    with clock.fixed(start):
        assert handheld.sign_in("ANNA") == "ok"
    with clock.fixed(start + timedelta(minutes=29)):
        assert boss("GET", "shifts?limit=1")["items"][0]["how"] is None
    with clock.fixed(start + timedelta(minutes=31)):
        again = Asker(app.test_client(), signed_in("BOSS"))
        first = again("GET", "shifts")["items"][1]
        assert (first["how"], first["ended_at"]) == ("idle", first["begun_at"])
    assert handheld.sign_in("ANNA") == "ok"
    client, token = app.test_client(), handheld.data["token"]
    client.delete("/api/v1/sessions/current", headers={"Authorization": f"Bearer {token}"})
    page = boss("GET", "shifts?limit=1")
    assert page["items"][0]["how"] == "signed_out"
    assert boss("GET", f"shifts?limit=1&cursor={page['next']}")["items"][0]["id"] < page["items"][-1]["id"]
