"""What totes and carts hold: which orders a wave takes, how they share carts, and what becomes of larger ones."""
from __future__ import annotations

import picking_floor as floor
import pytest
from picking_floor import ask, do

from wms.access import service as access
from wms.core.transaction import transaction

WAVE = {"max_orders": 100, "totes_per_cart": 4}
NO_LIMIT = dict.fromkeys(("tote_volume_ml", "tote_weight_g", "cart_volume_ml", "cart_weight_g"))


@pytest.fixture
def house(app):
    """Each piece is a cube of a litre and weighs 100 g."""
    house = floor.build()
    floor.value("UPDATE sku SET length_mm = 100, width_mm = 100, height_mm = 100 RETURNING id")
    return house


def limit(house, **limits):
    do(house.boss, "wave.carts_keep", **limits)


def left_out(house, **more):
    left = do(house.boss, "wave.preview", **{**WAVE, **more})["data"]["left_out"]
    return {each["reason"]: each["count"] for each in left}


def test_orders_larger_than_a_tote_or_a_cart_stay_behind(house):
    floor.order(house, "O1", {"S1": 3})
    floor.order(house, "O2", {"S1": 4, "S2": 3})
    assert left_out(house) == {}
    for limits, tote, alone in (
        ({"tote_volume_ml": 6_999}, {"larger_than_tote": 1}, {}),
        ({"tote_weight_g": 699}, {"larger_than_tote": 1}, {}),
        ({"tote_volume_ml": 7_000, "tote_weight_g": 700}, {}, {}),
        ({"cart_volume_ml": 6_999}, {"larger_than_cart": 1}, {"larger_than_cart": 1}),
        ({"cart_weight_g": 299}, {"larger_than_cart": 2}, {"larger_than_cart": 2}),
    ):
        limit(house, **limits)
        assert [left_out(house, method=method) for method in ("cart", "order", "wall")] == [tote, alone, alone]
    limit(house, tote_volume_ml=5_000)
    built = do(house.boss, "wave.build", **WAVE)["data"]["wave"]
    assert built["orders"] == 1
    alone = do(house.boss, "wave.build", **WAVE, method="order")["data"]["wave"]
    assert do(house.boss, "wave.release", wave_id=alone["id"])["data"]["wave"]["left_out"] == []


def test_why_not_tells_the_size_and_what_there_is_room_for(house):
    floor.order(house, "O2", {"S1": 4, "S2": 3})
    limit(house, tote_volume_ml=5_000, cart_weight_g=650)
    do(house.boss, "wave.rule_add", preset=do(house.boss, "wave.presets")["data"]["items"][0]["preset"])
    rule = do(house.boss, "wave.rules")["data"]["items"][0]
    do(house.boss, "wave.rule_switch", rule_id=rule["id"], active=True)
    (said,) = do(house.boss, "wave.why_not", number="O2")["data"]["items"]
    (by_rule,) = said["rules"]
    expected = {"cart": ("larger_than_tote", {"has": 7_000, "takes": 5_000})}
    code, figures = expected.get(rule["method"], ("larger_than_cart", {"has": 700, "takes": 650}))
    assert (by_rule["code"], {name: by_rule["figures"][name] for name in figures}) == (code, figures)
    assert str(figures["has"]) in by_rule["text"]


@pytest.mark.parametrize("limits", [{"cart_weight_g": 600}, {"cart_volume_ml": 6_500}])
def test_carts_are_not_loaded_beyond_what_they_hold(house, limits):
    for n in range(4):
        floor.order(house, f"O{n}", {f"S{1 + n}": 3})
    limit(house, **limits)
    assert floor.wave(house, totes_per_cart=4)["carts"] == 2
    assert floor.value("SELECT max(pieces) FROM (SELECT sum(qty) AS pieces FROM pick_line GROUP BY task_id) t") == 6
    floor.proved()


def test_orders_that_became_too_large_are_left_out_of_the_release(house):
    floor.order(house, "O1", {"S1": 3})
    large = floor.order(house, "O2", {"S1": 4, "S2": 3})
    made = do(house.boss, "wave.build", **WAVE)["data"]["wave"]
    limit(house, tote_volume_ml=5_000)
    reply = do(house.boss, "wave.release", wave_id=made["id"])
    assert (reply["message"]["code"], reply["data"]["wave"]["left_out"]) == ("waves.released_in_part", [large])
    assert floor.value("SELECT processing FROM sales_order WHERE id = :id", id=large) == "waiting"
    assert floor.proved().held == 3


def test_a_wave_of_orders_that_no_cart_holds_is_refused_and_names_them(house):
    floor.order(house, "O2", {"S1": 4, "S2": 3})
    made = do(house.boss, "wave.build", **WAVE)["data"]["wave"]
    limit(house, cart_weight_g=500)
    assert floor.refused(house.boss, "wave.release", wave_id=made["id"]) == "waves.orders_too_large"
    assert "O2" in ask(house.boss, "wave.release", wave_id=made["id"])["message"]["text"]


def test_limits_over_http(app, house):
    with transaction():
        key = access.create_api_key("erp", house.id, "supervisor")
    client, headers = app.test_client(), {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/waves/carts", headers=headers).json == NO_LIMIT
    wanted = {**NO_LIMIT, "tote_volume_ml": 40_000, "cart_weight_g": 120_000}
    assert client.put("/api/v1/waves/carts", json=wanted, headers=headers).json == wanted
    assert client.get("/api/v1/waves/carts", headers=headers).json == wanted
    assert client.put("/api/v1/waves/carts", json={"cart_weight_g": 0}, headers=headers).status_code == 422
    assert client.put("/api/v1/waves/carts", json={}, headers=headers).json == NO_LIMIT
