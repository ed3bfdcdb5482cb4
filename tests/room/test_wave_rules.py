"""Wave rules on a real database: what they would take, what they build, when they run, and that no two do it twice."""
from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import picking_floor as floor
import pytest
from picking_floor import ask, do, refused, value
from sqlalchemy import text

from wms.core import clock
from wms.core.importing import import_file
from wms.core.transaction import transaction
from wms.orders import bulk
from wms.picking import service as picking
from wms.waves import jobs, rule_runs
from wms.waves import release as releasing

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # Wednesday, 12:00 in Shanghai


@pytest.fixture
def house(app):
    return floor.build()


def rule(house, name="R", **facts):
    return do(house.boss, "wave.rule_keep", name=name, **facts)["data"]["rule"]


def listed(house):
    return {one["name"]: one for one in do(house.boss, "wave.rules")["data"]["items"]}


def ahead(house, **facts):
    return do(house.boss, "wave.rule_preview", name="R", **facts)["data"]


def numbers(wave_id):
    sql = (
        "SELECT string_agg(o.number, ' ' ORDER BY o.number) FROM wave_order w JOIN sales_order o ON o.id = w.order_id"
        " WHERE w.wave_id = :wave AND w.active"
    )
    return value(sql, wave=wave_id)


def waves():
    with transaction() as session:
        return list(session.execute(text("SELECT id, status, cutoff_at, release_wanted FROM wave ORDER BY 1")))


def why(house, number):
    return do(house.boss, "wave.why_not", number=number)["data"]["items"][0]["text"]


def set_sql(sql, **params):
    with transaction() as session:
        session.execute(text(sql), params)


# ---- looking ahead

def test_a_preview_says_what_it_takes_what_it_saves_and_what_stays_and_changes_nothing(house):
    for n in range(8):
        floor.order(house, f"O{n}", {f"S{1 + n % 6}": 2, f"S{1 + (n + 3) % 6}": 1})
    floor.order(house, "E1", {"S1": 1}, carrier="express")
    floor.order(house, "L1", {"S1": 1}, hours=90)
    before = floor.everything()
    told = {"filter": {"carriers": ["own_fleet"], "promised_within_min": 48 * 60}}
    data = ahead(house, **told, limits={"max_orders": 3, "max_waves": 2, "totes_per_cart": 2})
    assert floor.everything() == before
    assert value("SELECT count(*) FROM wave_rule") == 0
    assert [(wave["orders"], wave["carts"]) for wave in data["waves"]] == [(3, 2), (3, 2)]
    assert (data["orders"], data["lines"], data["units"], data["carts"], data["fitting"]) == (6, 12, 18, 4, 8)
    left = {one["reason"]: (one["count"], one["text"]) for one in data["left_out"]}
    assert left["over_maximum"] == (2, "over the maximum of 3 orders")
    assert left["other_carrier"] == (1, "carrier other than own_fleet")
    assert left["promised_later"][0] == 1
    assert len(left) == 3
    saving = data["saving"]
    assert (saving["orders"], saving["short"]) == (6, 0)
    assert 0 < saving["walk_m"] <= saving["baseline_m"]
    assert saving["saving"] == pytest.approx(1 - saving["walk_m"] / saving["baseline_m"], abs=0.02)
    limits = {"max_orders": 3, "max_waves": 2, "totes_per_cart": 2}
    assert ahead(house, **told, limits=limits, saving=False) == {**data, "saving": None}


def test_a_preview_of_goods_in_no_open_bin_says_how_many_orders_that_concerns(house):
    floor.order(house, "O1", {"S1": 1})
    floor.order(house, "O2", {"S2": 1})
    set_sql("UPDATE bin SET blocked_reason = 'wet' WHERE code = 'A1-1'")
    saving = ahead(house)["saving"]
    assert (saving["orders"], saving["short"]) == (1, 1)
    assert ahead(house, filter={"shops": ["OTHER"]})["saving"] is None


def test_filters_by_zone_handling_kind_and_content(house):
    set_sql("INSERT INTO zone (warehouse_id, code, name, colour) VALUES (:house, 'Y', 'Y', '#000000')", house=house.id)
    set_sql("UPDATE bin SET zone_id = (SELECT id FROM zone WHERE code = 'Y') WHERE code = 'A1-2'")
    set_sql("UPDATE sku SET handling = '{cold}' WHERE code = 'S3'")
    floor.order(house, "O1", {"S1": 1})
    floor.order(house, "O2", {"S2": 1}, kind="live")
    floor.order(house, "O3", {"S3": 1})
    floor.order(house, "O4", {"S1": 1, "S2": 1})
    floor.order(house, "O5", {"S1": 1})
    for told, expected in (
        ({"zones": ["Z"]}, "O1 O3 O5"), ({"zones": ["Y"]}, "O2"), ({"zones": ["Y", "Z"]}, "O1 O2 O3 O4 O5"),
        ({"needs": ["cold"]}, "O3"), ({"never": ["cold"]}, "O1 O2 O4 O5"), ({"kinds": ["live", "gift"]}, "O2"),
        ({"pieces": "several"}, "O4"), ({"alike": 2}, "O1 O5"),
    ):  # fmt: skip
        made = rule(house, f"R {told}", filter=told, release=False)
        (wave,) = do(house.boss, "wave.rule_run", rule_id=made["id"])["data"]["waves"]
        assert numbers(wave["id"]) == expected, told
        do(house.boss, "wave.cancel", wave_id=wave["id"])


# ---- running

def test_a_run_builds_waves_with_method_and_people_and_the_worker_releases_them(house):
    for n in range(5):
        floor.order(house, f"O{n}", {"S1": 1, f"S{2 + n}": 1})
    people = {"persons": [house.boss.person_id], "zones": ["Z"]}
    made = rule(house, method="order", people=people, limits={"max_orders": 3, "totes_per_cart": 2})
    data = do(house.boss, "wave.rule_run", rule_id=made["id"])["data"]
    assert [(wave["orders"], wave["status"], wave["method"]) for wave in data["waves"]] == [
        (3, "planned", "order"), (2, "planned", "order"),
    ]  # fmt: skip
    assert data["waves"][0]["people"] == people
    assert data["rule"]["last_outcome"]["text"] == "Waves: 2, orders: 5, stay behind: 0."
    assert value("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'waves.release_wanted'") == 1
    jobs.release_wanted()
    assert [(wave.status, wave.release_wanted) for wave in waves()] == [("released", False)] * 2
    assert floor.proved().held == 10
    jobs.release_wanted()
    assert value("SELECT count(*) FROM pick_task") == 5  # one order a walk, whatever a cart could carry


def test_only_the_people_of_a_rule_are_given_its_carts(house):
    ann, bob = floor.person(house, "Ann"), floor.person(house, "Bob")
    floor.order(house, "O1", {"S1": 1})
    made = rule(house, people={"persons": [ann.person_id]})
    do(house.boss, "wave.rule_run", rule_id=made["id"])
    jobs.release_wanted()
    assert do(bob, "pick.ready")["data"].get("task") is None
    assert do(ann, "pick.ready")["data"]["task"] is not None


def test_carts_of_a_rule_for_a_zone_go_to_those_who_are_sent_there(house):
    set_sql("INSERT INTO zone (warehouse_id, code, name, colour) VALUES (:house, 'Y', 'Y', '#000000')", house=house.id)
    ann, bob = floor.person(house, "Ann"), floor.person(house, "Bob")
    with transaction():
        picking.put_person(house.id, ann.person_id, ["Y", "Z"], [])
        picking.put_person(house.id, bob.person_id, ["Z"], [])
    floor.order(house, "O1", {"S1": 1})  # lies in Z, where both may pick
    do(house.boss, "wave.rule_run", rule_id=rule(house, people={"zones": ["Y"]})["id"])
    jobs.release_wanted()
    assert do(bob, "pick.ready")["data"].get("task") is None
    assert do(ann, "pick.ready")["data"]["task"] is not None


def test_a_rule_that_only_builds_leaves_the_release_to_people(house):
    floor.order(house, "O1", {"S1": 1})
    made = rule(house, release=False)
    do(house.boss, "wave.rule_run", rule_id=made["id"])
    jobs.run_rules()
    assert [wave.status for wave in waves()] == ["planned"]
    assert refused(house.boss, "wave.rule_run", rule_id=made["id"]) == "waves.nothing_to_wave"


def test_a_rule_is_due_once_though_two_workers_look(app, house):
    with clock.fixed(NOON):
        for n in range(6):
            floor.order(house, f"O{n}", {"S1": 1})
        made = rule(house, trigger={"kind": "times", "times": [13 * 60]}, limits={"max_orders": 3, "max_waves": 1})
        assert made["next_due_at"] == "2026-11-25T05:00:00+00:00"
        jobs.run_rules()
        assert waves() == []
    with clock.fixed(NOON + timedelta(hours=1, seconds=20)):
        floor.at_once(app, *[jobs.run_rules] * 3)
        assert [wave.status for wave in waves()] == ["released"]
        again = listed(house)["R"]
    assert again["next_due_at"] == "2026-11-26T05:00:00+00:00"
    assert again["last_run_at"] == "2026-11-25T05:00:20+00:00"
    assert again["last_outcome"]["text"] == "Waves: 1, orders: 3, stay behind: 3."
    assert value("SELECT count(*) FROM pick_task") == 1


def test_a_rule_run_by_hand_while_the_clock_runs_it_takes_what_the_clock_leaves(app, house, monkeypatch):
    for n in range(12):
        floor.order(house, f"O{n:02}", {"S1": 1})
    made = [rule(house, f"R{n}", limits={"max_orders": 4, "max_waves": 1}, trigger={"kind": "count", "orders": 1})
            for n in range(2)]  # fmt: skip
    by_hand = [lambda one=one: ask(house.boss, "wave.rule_run", rule_id=one["id"]) for one in made]
    plain, hands = rule_runs.bring_ahead, []

    def meanwhile(*told):
        """The clock's wave is made and not committed: now people come."""
        if not hands:
            hands.append(floor.begun(app, *by_hand))
        plain(*told)

    monkeypatch.setattr(rule_runs, "bring_ahead", meanwhile)
    jobs.run_rules()
    hands[0]()
    taken = [numbers(wave.id).split() for wave in waves()]
    orders = [number for wave in taken for number in wave]
    assert len(orders) == len(set(orders)) == 12
    assert [len(wave) for wave in taken] == [4, 4, 4]  # the clock's and theirs, or two of the clock's and one of theirs


def test_a_count_starts_a_rule_and_so_does_the_wait_of_the_oldest(house):
    with clock.fixed(NOON):
        rule(house, trigger={"kind": "count", "orders": 3, "oldest_minutes": 30})
        floor.order(house, "O1", {"S1": 1})
        floor.order(house, "O2", {"S1": 1})
        jobs.run_rules()
        assert waves() == []
        floor.order(house, "O3", {"S1": 1})
        jobs.run_rules()
        assert [numbers(wave.id) for wave in waves()] == ["O1 O2 O3"]
        floor.order(house, "O4", {"S1": 1})
    with clock.fixed(NOON + timedelta(minutes=29)):
        jobs.run_rules()
        assert len(waves()) == 1
    with clock.fixed(NOON + timedelta(minutes=30)):
        jobs.run_rules()
        assert numbers(waves()[-1].id) == "O4"


def test_a_rule_that_rests_does_not_run(house):
    floor.order(house, "O1", {"S1": 1})
    made = rule(house, trigger={"kind": "count", "orders": 1}, active=False)
    jobs.run_rules()
    assert waves() == []
    do(house.boss, "wave.rule_switch", rule_id=made["id"], active=True)
    jobs.run_rules()
    assert len(waves()) == 1


def test_the_first_rule_takes_first(house):
    floor.order(house, "O1", {"S1": 1})
    rule(house, "later", trigger={"kind": "count", "orders": 1}, position=5)
    rule(house, "first", trigger={"kind": "count", "orders": 1}, position=1)
    jobs.run_rules()
    rules = listed(house)
    assert list(rules) == ["first", "later"]
    assert rules["first"]["last_outcome"]["orders"] == 1
    assert rules["later"]["last_outcome"] is None


def test_one_rule_that_fails_stops_no_other_and_says_what_went_wrong(house, monkeypatch):
    with clock.fixed(NOON):
        floor.order(house, "O1", {"S1": 1})
        for name in ("bad", "good"):
            rule(house, name, trigger={"kind": "times", "times": [13 * 60]})
    plain = rule_runs.asked

    def asked(one):
        if one.name == "bad":
            raise RuntimeError("the disk is on fire")
        return plain(one)

    monkeypatch.setattr(rule_runs, "asked", asked)
    with clock.fixed(NOON + timedelta(hours=1)):
        jobs.run_rules()
        rules = listed(house)
    assert rules["bad"]["last_outcome"]["code"] == "core.unexpected"
    assert rules["bad"]["next_due_at"] == "2026-11-26T05:00:00+00:00"
    assert rules["good"]["last_outcome"]["orders"] == 1


def test_killed_between_building_and_releasing_the_next_minute_goes_on(house, monkeypatch):
    """A worker that dies while it plans leaves a whole planned wave: nothing is held, no task exists."""
    for n in range(4):
        floor.order(house, f"O{n}", {"S1": 1})
    rule(house, trigger={"kind": "count", "orders": 4}, limits={"max_orders": 2})

    def dies(*_):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(releasing, "_store", dies)
        with pytest.raises(SystemExit):
            jobs.run_rules()
    assert [(wave.status, wave.release_wanted) for wave in waves()] == [("planned", True)] * 2
    assert floor.proved().held == 0
    assert value("SELECT count(*) FROM pick_task") == 0
    jobs.run_rules()
    assert [wave.status for wave in waves()] == ["released"] * 2
    assert floor.proved().held == 4


def test_a_wave_that_cannot_be_released_stays_planned_and_is_not_tried_for_ever(house):
    floor.order(house, "O1", {"S1": 1})
    rule(house, trigger={"kind": "count", "orders": 1})
    set_sql("UPDATE bin SET blocked_reason = 'wet' WHERE code = 'A1-1'")
    jobs.run_rules()
    (wave,) = waves()
    assert (wave.status, wave.release_wanted) == ("planned", False)
    assert listed(house)["R"]["last_outcome"]["code"] == "waves.nothing_to_release"
    jobs.run_rules()
    assert len(waves()) == 1
    floor.order(house, "O2", {"S2": 1})
    jobs.run_rules()  # what the rule tells of itself is another thing now
    assert listed(house)["R"]["last_outcome"]["code"] == "waves.rule_ran"
    card = do(house.boss, "board.snapshot")["data"]["waves"][0]
    assert card["release_refused"]["text"].startswith("No order of wave 1 can be picked")
    assert why(house, "O1") == f"It is in wave 1, which could not be released: {card['release_refused']['text']}"
    set_sql("UPDATE bin SET blocked_reason = NULL")
    assert do(house.boss, "wave.release", wave_id=wave.id)["data"]["wave"]["release_refused"] is None
    assert value("SELECT bool_and(release_refused IS NULL) FROM wave")


def test_what_nobody_foresaw_is_told_with_its_number_and_tried_again(house, monkeypatch):
    """Also of a wave that no rule made: it has nothing else to keep it in."""
    floor.order(house, "O1", {"S1": 1})
    with transaction():
        seen = bulk.shown(bulk.begin(house.boss, "wave", {}, [house.orders["O1"]]), "en")
    with transaction():
        bulk.go(house.id, seen["id"])

    def fails(*_):
        raise RuntimeError("the disk is on fire")

    with monkeypatch.context() as patched:
        patched.setattr(releasing, "_store", fails)
        jobs.release_wanted()
    (wave,) = waves()
    assert (wave.status, wave.release_wanted) == ("planned", True)
    incident = value("SELECT release_refused -> 'params' ->> 'incident' FROM wave")
    assert f"(incident {incident})" in why(house, "O1")
    assert value("SELECT release_refused ->> 'code' FROM wave") == "core.unexpected"
    jobs.release_wanted()
    assert [(wave.status, wave.release_wanted) for wave in waves()] == [("released", False)]
    assert value("SELECT release_refused IS NULL FROM wave")
    assert floor.proved().held == 1


# ---- cut-offs

def test_cut_offs_start_rules_bound_waves_and_say_what_must_ship(house):
    with clock.fixed(NOON):
        made = rule(house, "C", trigger={"kind": "cutoff", "minutes_before": 90}, principle="same_carrier")
        assert made["next_due_at"] is None
        do(house.boss, "wave.cutoff_keep", carrier="SF", minute=18 * 60)
        do(house.boss, "wave.cutoff_keep", carrier="YTO", minute=16 * 60, weekdays=[1, 2, 3, 4, 5])
        assert listed(house)["C"]["next_due_at"] == "2026-11-25T06:30:00+00:00"  # 14:30 in Shanghai
        floor.order(house, "Y1", {"S1": 1}, carrier="YTO", hours=30)
        floor.order(house, "Y2", {"S1": 1}, carrier="YTO", hours=3)
        floor.order(house, "F1", {"S1": 1}, carrier="SF", hours=30)
        data = ahead(house, trigger={"kind": "cutoff", "minutes_before": 90})
        assert (data["orders"], data["must_ship"]) == (2, 1)  # Y1 keeps its promise a day later
        assert data["cutoff_at"] == "2026-11-25T08:00:00+00:00"
        assert [(one["reason"], one["text"]) for one in data["left_out"]] == [
            ("other_cutoff", "carrier whose cut-off is not next (next: YTO)")
        ]
    with clock.fixed(NOON + timedelta(hours=2, minutes=30)):
        jobs.run_rules()
        (wave,) = waves()
        assert (numbers(wave.id), wave.cutoff_at) == ("Y1 Y2", datetime(2026, 11, 25, 8, 0, tzinfo=UTC))
        assert listed(house)["C"]["next_due_at"] == "2026-11-25T08:30:00+00:00"  # for SF
        by_hand = do(house.boss, "wave.build", max_orders=9, totes_per_cart=4, method="wall")["data"]["wave"]
        assert (by_hand["method"], by_hand["cutoff_at"]) == ("wall", "2026-11-26T10:00:00+00:00")
        shown = do(house.boss, "wave.cutoffs")["data"]["items"]
        assert [(one["carrier"], one["next_at"]) for one in shown] == [
            ("SF", "2026-11-25T10:00:00+00:00"), ("YTO", "2026-11-25T08:00:00+00:00"),
        ]  # fmt: skip
        do(house.boss, "wave.cutoff_drop", cutoff_id=shown[0]["id"])
        assert listed(house)["C"]["next_due_at"] == "2026-11-26T06:30:00+00:00"


def test_the_clocks_of_the_warehouse_decide_when_a_rule_is_due(house):
    with clock.fixed(NOON):
        rule(house, trigger={"kind": "times", "times": [9 * 60]})
        assert listed(house)["R"]["next_due_at"] == "2026-11-26T01:00:00+00:00"
        do(house.boss, "wave.time_zone", time_zone="Europe/London")
        assert listed(house)["R"]["next_due_at"] == "2026-11-25T09:00:00+00:00"
        assert refused(house.boss, "wave.time_zone", time_zone="Mars/Olympus") == "layout.time_zone_unknown"


# ---- keeping

def test_presets_are_added_in_the_language_of_whoever_adds_them_and_rest(house):
    presets = do(house.boss, "wave.presets")["data"]["items"]
    for one in presets:
        added = do(house.boss, "wave.rule_add", preset=one["preset"])["data"]["rule"]
        assert (added["name"], added["active"]) == (one["name"], False)
        ahead(house, **{name: added[name] for name in ("trigger", "filter", "limits", "method", "principle", "people")})
    assert len(presets) == len(listed(house)) == 11
    twice = do(house.boss, "wave.rule_add", preset="single")["data"]["rule"]
    assert twice["name"] == "Single items 2"
    assert refused(house.boss, "wave.rule_add", preset="nonsense") == "core.not_found"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"name": ""}, "core.invalid"), ({"method": "rockets"}, "core.invalid"),
        ({"trigger": {"kind": "times"}}, "core.invalid"), ({"trigger": {"kind": "count"}}, "core.invalid"),
        ({"trigger": {"kind": "times", "times": [1440]}}, "core.invalid"),
        ({"limits": {"min_orders": 5, "max_orders": 4}}, "core.invalid"),
        ({"filter": {"zones": ["NO"]}}, "waves.rule_names_unknown"),
        ({"filter": {"shops": ["NO"]}}, "waves.rule_names_unknown"),
        ({"people": {"persons": [999999]}}, "waves.rule_names_unknown"),
        ({"name": "taken"}, "waves.rule_name_taken"),
    ],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused(house, facts, code):
    rule(house, "taken")
    assert refused(house.boss, "wave.rule_keep", **{"name": "R", **facts}) == code
    assert list(listed(house)) == ["taken"]


def test_a_rule_is_changed_and_deleted_and_its_waves_stay(house):
    floor.order(house, "O1", {"S1": 1})
    made = rule(house, release=False)
    do(house.boss, "wave.rule_run", rule_id=made["id"])
    changed = do(house.boss, "wave.rule_keep", rule_id=made["id"], name="S", principle="simple_first")["data"]["rule"]
    assert (changed["id"], changed["name"], changed["principle"]) == (made["id"], "S", "simple_first")
    do(house.boss, "wave.rule_drop", rule_id=made["id"])
    assert refused(house.boss, "wave.rule_drop", rule_id=made["id"]) == "core.not_found"
    assert [wave.status for wave in waves()] == ["planned"]
    assert value("SELECT rule_id FROM wave") is None
    picker = floor.person(house, "Pia", "picker")
    assert refused(picker, "wave.rule_keep", name="R") == "core.not_allowed"


def test_the_rule_of_another_warehouse_is_not_here(house):
    made = rule(house)
    set_sql("INSERT INTO warehouse (code, name, address, phone, aisles, aisle_spacing_mm, aisle_length_mm, depot_aisle,"
            " depot_side) VALUES ('V', 'V', '', '', 1, 1, 1, 0, 'front')")  # fmt: skip
    set_sql("UPDATE wave_rule SET warehouse_id = (SELECT id FROM warehouse WHERE code = 'V')")
    for name, more in (("wave.rule_run", {}), ("wave.rule_drop", {}), ("wave.rule_switch", {"active": False}),
                       ("wave.rule_keep", {"name": "X"})):  # fmt: skip
        assert refused(house.boss, name, rule_id=made["id"], **more) == "core.not_found"
    assert listed(house) == {}


def test_over_http_a_rule_is_made_previewed_run_and_deleted(app, house):
    floor.order(house, "O1", {"S1": 1})
    client = signed_in(app, house)
    made = client.post("/api/v1/waves/rules", json={"name": "H", "filter": {"pieces": "single"}, "method": "single"})
    assert (made.status_code, made.json["method"]) == (201, "single")
    one = f"/api/v1/waves/rules/{made.json['id']}"
    assert client.get(one).json == made.json
    assert client.get(one + "/preview").json["orders"] == 1
    body = {name: made.json[name] for name in ("filter", "limits", "trigger", "people", "method", "principle")}
    assert client.post("/api/v1/waves/rules/preview", json={"name": "Q", **body}).json["orders"] == 1
    assert client.put(one, json={"name": "H2", **body}).json["name"] == "H2"
    assert client.post(one + "/switch", json={"active": False}).json["active"] is False
    assert [rule["name"] for rule in client.get("/api/v1/waves/rules").json["items"]] == ["H2"]
    run = client.post(one + "/run")
    assert [wave["orders"] for wave in run.json["waves"]] == [1]
    assert client.post("/api/v1/waves/rules/presets/gift").json["active"] is False
    assert len(client.get("/api/v1/waves/rules/presets").json["items"]) == 11
    cutoffs = client.post("/api/v1/waves/cutoffs", json={"carrier": "SF", "minute": 60}).json["items"]
    assert client.delete(f"/api/v1/waves/cutoffs/{cutoffs[0]['id']}").status_code == 204
    assert client.get("/api/v1/waves/cutoffs").json == {"items": [], "time_zone": "Asia/Shanghai"}
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404


def signed_in(app, house):
    from wms.access import service as access
    from wms.access.models import Person

    with transaction() as session:
        token = access.open_session(session.get_one(Person, house.boss.person_id), "desk")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def test_kinds_of_orders_come_by_api_and_are_part_of_what_an_order_says(app, house):
    client = signed_in(app, house)
    set_sql("UPDATE posting SET post = 'clerk' WHERE person_id = :id", id=house.boss.person_id)
    body = {"shop": "SHOP", "number": "K1", "kind": "live", "lines": [{"sku": "S1", "qty": 1}]}
    made = client.post("/api/v1/orders", json=body)
    assert (made.status_code, made.json["kind"]) == (201, "live")
    assert client.post("/api/v1/orders", json={**body, "kind": "gift"}).status_code == 409
    assert client.post("/api/v1/orders", json={**body, "kind": "rocket"}).status_code == 422
    assert value("SELECT kind FROM sales_order WHERE number = 'K1'") == "live"


def test_kinds_of_orders_come_by_file_in_the_words_of_merchants(house):
    rows = ["F1,SHOP,S1,1,直播", "F1,SHOP,S2,1,", "F2,SHOP,S1,1,", "F3,SHOP,S1,1,火箭"]
    file = "\n".join(["订单号,店铺,商品编码,数量,订单类型", *rows]).encode()
    summary = import_file("orders", io.BytesIO(file), warehouse_id=house.id)
    assert (summary.created, [reject.line for reject in summary.rejects]) == (2, [5])
    assert value("SELECT string_agg(number || kind, ' ' ORDER BY number) FROM sales_order") == "F1live F2normal"


def test_by_hand_too_a_way_of_picking_takes_only_what_can_be_picked_so(house):
    floor.order(house, "O1", {"S1": 1})
    floor.order(house, "O2", {"S1": 2, "S2": 1})
    floor.order(house, "O3", {"S1": 2, "S2": 1})
    asked = {"max_orders": 9, "totes_per_cart": 4}
    told = do(house.boss, "wave.preview", **asked, method="single")["data"]
    assert (told["orders"], told["left_out"]) == (1, [{"reason": "not_single", "count": 2}])
    single = do(house.boss, "wave.build", **asked, method="single")["data"]["wave"]
    rest = do(house.boss, "wave.build", **asked)["data"]["wave"]
    assert (numbers(single["id"]), numbers(rest["id"])) == ("O1", "O2 O3")
    assert refused(house.boss, "wave.build", **asked, method="fly") == "core.invalid"
