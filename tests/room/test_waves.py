"""Waves: which orders they take, that none is taken twice, and what a release holds and plans."""
from __future__ import annotations

import uuid
from datetime import timedelta

import picking_floor as floor
import pytest
from picking_floor import ask, do, refused
from sqlalchemy import event
from sqlalchemy.engine import Engine

from wms.access import service as access
from wms.core.clock import now
from wms.core.transaction import transaction
from wms.layout.models import Bin
from wms.stock import service as stock
from wms.waves import release as releasing

WAVE = {"max_orders": 100, "totes_per_cart": 4}


@pytest.fixture
def house(app):
    return floor.build()


def numbers(wave):
    sql = (
        "SELECT string_agg(o.number, ' ' ORDER BY o.number) FROM wave_order w JOIN sales_order o ON o.id = w.order_id"
        " WHERE w.wave_id = :wave AND w.active"
    )
    return floor.value(sql, wave=wave["id"])


def build(house, **filter):
    return do(house.boss, "wave.build", **{**WAVE, **filter})["data"]["wave"]


def test_a_preview_counts_what_it_takes_and_says_what_it_leaves(house):
    floor.order(house, "O1", {"S1": 2, "S2": 1})
    floor.order(house, "O2", {"S1": 1}, hours=30)
    floor.order(house, "O3", {"S1": 1}, hours=1, carrier="express")
    floor.order(house, "O4", {"S1": 1}, hours=1, shop="OTHER")
    floor.order(house, "O5", {"S1": 1}, hours=90)
    floor.order(house, "O6", {"S1": 1}, hours=2)
    wanted = {
        "carrier": "own_fleet",
        "shop": "SHOP",
        "promised_before": (now() + timedelta(hours=48)).isoformat(),
        "max_orders": 2,
        "totes_per_cart": 4,
    }
    before = floor.everything()
    data = do(house.boss, "wave.preview", **wanted)["data"]
    assert floor.everything() == before
    assert data == {
        "orders": 2,
        "lines": 3,
        "units": 4,
        "left_out": [
            {"reason": reason, "count": 1}
            for reason in ("other_carrier", "other_shop", "over_maximum", "promised_later")
        ],
    }
    wave = do(house.boss, "wave.build", **wanted)["data"]["wave"]
    assert (numbers(wave), wave["number"], wave["status"]) == ("O1 O6", 1, "planned")
    assert numbers(build(house)) == "O2 O3 O4 O5"


def test_only_confirmed_orders_that_wait_are_taken(house):
    for number, facts in {"O1": {"confirmation": "held"}, "O2": {"processing": "short"}, "O3": {}}.items():
        order = floor.order(house, number, {"S1": 1})
        with transaction() as session:
            for name, value in facts.items():
                session.execute(floor.text(f"UPDATE sales_order SET {name} = '{value}' WHERE id = {order}"))
    assert numbers(build(house)) == "O3"
    assert refused(house.boss, "wave.build", **WAVE) == "waves.nothing_to_wave"


@pytest.mark.parametrize(
    "changed",
    [{"max_orders": 0}, {"max_orders": 10**9}, {"totes_per_cart": 0}, {"promised_before": "soon"}, {"carrier": "\0"}],
)
def test_a_filter_that_makes_no_sense_is_refused(house, changed):
    floor.order(house, "O1", {"S1": 1})
    assert refused(house.boss, "wave.build", **{**WAVE, **changed}) == "core.invalid"
    picker = floor.person(house, "Pia", "picker")
    assert refused(picker, "wave.build", **WAVE) == "core.not_allowed"


def test_planners_at_once_never_take_the_same_order(app, house):
    for n in range(12):
        floor.order(house, f"O{n:02}", {"S1": 1})
    replies = floor.at_once(app, *[lambda: ask(house.boss, "wave.build", max_orders=5, totes_per_cart=4)] * 4)
    taken = [reply["data"]["wave"] for reply in replies if reply["ok"]]
    assert sorted(wave["orders"] for wave in taken) == [2, 5, 5]
    assert sorted(wave["number"] for wave in taken) == [1, 2, 3]
    orders = [number for wave in taken for number in numbers(wave).split()]
    assert len(orders) == len(set(orders)) == 12
    assert [reply["message"]["code"] for reply in replies if not reply["ok"]] == ["waves.nothing_to_wave"]


def test_a_release_holds_plans_and_makes_tasks(house):
    for n in range(10):
        floor.order(house, f"O{n}", {f"S{1 + n % 6}": 2, f"S{1 + (n + 3) % 6}": 1})
    wave = build(house)
    assert (wave["carts"], wave["walk_m"]) == (0, 0)
    wave = do(house.boss, "wave.release", wave_id=wave["id"])["data"]["wave"]
    assert (wave["status"], wave["carts"], wave["left_out"]) == ("released", 3, [])
    assert 0 < wave["walk_m"] <= wave["baseline_m"]
    assert wave["saving"] == pytest.approx(1 - wave["walk_m"] / wave["baseline_m"], abs=0.02)
    report = floor.proved()
    assert (report.held, report.promised) == (30, 30)
    assert floor.value("SELECT count(*) FROM pick_task WHERE status = 'open'") == 3
    assert floor.value("SELECT count(*) FROM pick_line") == 20
    assert floor.value("SELECT sum(qty) FROM pick_line") == 30
    assert floor.value("SELECT sum(open_lines) FROM pick_task") == floor.value("SELECT sum(open_lines) FROM pick_tote")
    walks = "SELECT count(*) FROM pick_task t JOIN wave_cart c ON c.id = t.wave_cart_id AND c.walk_mm = t.walk_mm"
    assert floor.value(walks) == 3


def test_the_lines_of_a_cart_are_in_walking_order(house):
    for n in range(4):
        floor.order(house, f"O{n}", {f"S{s}": 1 for s in range(1, 7)})
    floor.wave(house)
    anna = floor.person(house, "Anna")
    task = do(anna, "pick.ready")["data"]["task"]
    stops = list(dict.fromkeys(line["bin"]["code"] for line in task["lines"]))
    assert stops == ["A1-1", "A1-2", "A1-3", "A1-4", "A1-5", "A1-6"]
    assert [line["slot"] for line in task["lines"][:4]] == [1, 2, 3, 4]


def test_released_twice_is_a_clear_refusal_and_nothing_is_doubled(app, house):
    floor.order(house, "O1", {"S1": 2})
    wave = build(house)
    body = {"wave_id": wave["id"], "command_id": str(uuid.uuid4())}
    first = do(house.boss, "wave.release", **body)
    assert refused(house.boss, "wave.release", wave_id=wave["id"]) == "waves.already_released"
    before = floor.everything()
    assert {**do(house.boss, "wave.release", **body), "replayed": None} == {**first, "replayed": None}
    assert floor.everything() == before


def test_released_by_two_at_once_is_released_once(app, house):
    floor.order(house, "O1", {"S1": 2})
    wave = build(house)
    replies = floor.at_once(app, *[lambda: ask(house.boss, "wave.release", wave_id=wave["id"])] * 3)
    assert sorted(each["message"]["code"] for each in replies) == ["waves.already_released"] * 2 + ["waves.released"]
    assert floor.value("SELECT count(*) FROM pick_task") == 1
    assert floor.proved().held == 2


def test_a_cancelled_wave_gives_its_orders_back(house):
    floor.order(house, "O1", {"S1": 2})
    wave = build(house)
    assert do(house.boss, "wave.cancel", wave_id=wave["id"])["data"]["wave"]["status"] == "cancelled"
    assert refused(house.boss, "wave.release", wave_id=wave["id"]) == "waves.not_planned"
    assert refused(house.boss, "wave.cancel", wave_id=wave["id"]) == "core.illegal_move"
    assert refused(house.boss, "wave.release", wave_id=999) == "core.not_found"
    again = build(house)
    assert (numbers(again), again["number"]) == ("O1", 2)


def test_an_order_that_was_held_meanwhile_is_left_out(house):
    floor.order(house, "O1", {"S1": 2})
    gone = floor.order(house, "O2", {"S1": 1})
    wave = build(house)
    with transaction() as session:
        session.execute(floor.text(f"UPDATE sales_order SET confirmation = 'held' WHERE id = {gone}"))
    reply = do(house.boss, "wave.release", wave_id=wave["id"])
    assert (reply["message"]["code"], reply["data"]["wave"]["left_out"]) == ("waves.released_in_part", [gone])
    assert numbers(wave) == "O1"
    assert floor.value("SELECT processing FROM sales_order WHERE id = :id", id=gone) == "waiting"


def test_goods_in_a_blocked_bin_leave_their_order_out_not_the_wave(house):
    floor.order(house, "O1", {"S1": 2})
    short = floor.order(house, "O2", {"S1": 1, "S2": 1})
    wave = build(house)
    with transaction() as session:
        session.get(Bin, house.bins["A1-2"]).blocked_reason = "broken shelf"
    wave = do(house.boss, "wave.release", wave_id=wave["id"])["data"]["wave"]
    assert wave["left_out"] == [short]
    report = floor.proved()
    assert (report.held, report.promised) == (2, 4)


def test_a_wave_of_which_nothing_can_be_held_is_refused(house):
    floor.order(house, "O1", {"S1": 2})
    wave = build(house)
    with transaction() as session:
        session.get(Bin, house.bins["A1-1"]).blocked_reason = "broken shelf"
    assert refused(house.boss, "wave.release", wave_id=wave["id"]) == "waves.nothing_to_release"


def test_a_bin_off_the_floor_is_named(house):
    floor.order(house, "O1", {"S1": 2, "S2": 1})
    wave = build(house)
    with transaction() as session:
        session.get(Bin, house.bins["A1-2"]).y_mm = 999_999
    assert refused(house.boss, "wave.release", wave_id=wave["id"]) == "waves.bin_off_floor"
    assert "A1-2" in ask(house.boss, "wave.release", wave_id=wave["id"])["message"]["text"]


def test_goods_spread_over_bins_are_several_stops(house):
    with transaction():
        stock.receive(house.id, [stock.Goods(house.skus["S1"], house.bins["A4-6"], 30)], reference="A", actor_id=None)
    floor.order(house, "O1", {"S1": 70})
    floor.wave(house)
    anna = floor.person(house, "Anna")
    task = floor.start(anna)
    assert {line["bin"]["code"]: line["qty"] for line in task["lines"]} == {"A1-1": 50, "A4-6": 20}
    assert floor.pick_all(anna, task)["next"] == "pick_done"
    floor.proved()


def test_pickers_need_not_wait_for_the_planning(app, house, monkeypatch):
    """Goods of the same bin are picked in the middle of another wave's planning."""
    floor.order(house, "O1", {"S1": 2})
    floor.wave(house)
    anna = floor.person(house, "Anna")
    task = floor.start(anna)
    for n in range(8):
        floor.order(house, f"N{n}", {"S1": 1, f"S{2 + n % 5}": 1})
    wave = build(house)
    plan, answered = releasing.plan_wave, []

    def pick_and_plan(*args, **kwargs):
        scan = floor.scans(task, task["lines"][0])
        answered.extend(floor.at_once(app, lambda: ask(anna, "pick.confirm", **scan)))
        return plan(*args, **kwargs)

    monkeypatch.setattr(releasing, "plan_wave", pick_and_plan)
    do(house.boss, "wave.release", wave_id=wave["id"])
    assert [reply["ok"] for reply in answered if reply] == [True]
    floor.proved()


def test_waves_over_http(app, house):
    floor.order(house, "O1", {"S1": 2})
    with transaction():
        key = access.create_api_key("erp", house.id, "supervisor")
    client = app.test_client()
    headers = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/waves").status_code == 401
    assert client.post("/api/v1/waves/preview", json=WAVE, headers=headers).json["orders"] == 1
    once = {**headers, "Idempotency-Key": str(uuid.uuid4())}
    made = client.post("/api/v1/waves", json=WAVE, headers=once)
    assert made.status_code == 201, made.text
    assert client.post("/api/v1/waves", json=WAVE, headers=once).json["id"] == made.json["id"]
    reused = client.post("/api/v1/waves", json={**WAVE, "max_orders": 5}, headers=once)
    assert (reused.status_code, reused.json["code"]) == (409, "core.command_reused")
    one = f"/api/v1/waves/{made.json['id']}"
    assert client.get(one, headers=headers).json["orders"] == 1
    assert client.post(f"{one}/release", headers=headers).json["status"] == "released"
    twice = client.post(f"{one}/release", headers=headers)
    assert (twice.status_code, twice.json["code"]) == (409, "waves.already_released")
    assert client.post(f"{one}/cancel", headers=headers).json["status"] == "cancelled"
    assert client.post(f"{one}/cancel", headers=headers).status_code == 409
    listed = client.get("/api/v1/waves?limit=1", headers=headers).json
    assert [wave["id"] for wave in listed["items"]] == [made.json["id"]]
    assert client.get("/api/v1/waves/77", headers=headers).status_code == 404
    assert client.post("/api/v1/waves", json={}, headers=headers).status_code == 422


@pytest.fixture
def big(app):
    house = floor.build(skus=200, per_bin=10_000)
    with transaction() as session:
        session.execute(floor.text(ORDERS), {"house": house.id, "shop": house.shops["SHOP"]})
        session.execute(floor.text(LINES))
        rows = session.execute(floor.text("SELECT id, sku_id, qty FROM order_line")).all()
        assert stock.promise(house.id, [stock.Want(*row) for row in rows]) == {}
    return house


ORDERS = """
    INSERT INTO sales_order (warehouse_id, shop_id, number, confirmation, payment, processing, shipping, refund,
        placed_at, promised_at, carrier, currency, total, paid, recipient, phone, country, province, city, district,
        address, postcode, remark, source_hash)
    SELECT :house, :shop, 'N' || n, 'confirmed', 'paid', 'waiting', 'unshipped', 'none', now(),
        now() + n * interval '1 minute', 'own_fleet', 'CNY', 0, 0, '', '', '', '', '', '', '', '', '', ''
    FROM generate_series(1, 300) AS n
"""
LINES = """
    INSERT INTO order_line (order_id, line_key, sku_id, qty, price, dropped)
    SELECT o.id, k.id::text, k.id, 1 + (o.id * k.id) % 3, 0, 0
    FROM sales_order o JOIN sku k ON (o.id * 7 + k.id) % 10 = 0
"""


def test_a_wave_of_three_hundred_orders_takes_no_more_statements_than_a_small_one(big):
    def statements(orders):
        counted = []

        def count(*_):
            counted.append(1)

        event.listen(Engine, "before_cursor_execute", count)
        try:
            wave = do(big.boss, "wave.build", max_orders=orders, totes_per_cart=12)["data"]["wave"]
            wave = do(big.boss, "wave.release", wave_id=wave["id"])["data"]["wave"]
        finally:
            event.remove(Engine, "before_cursor_execute", count)
        assert (wave["orders"], wave["lines"]) == (orders, 20 * orders)
        return len(counted)

    few = statements(12)
    assert statements(288) <= few + 2
    floor.proved()
