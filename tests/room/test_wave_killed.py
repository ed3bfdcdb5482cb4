"""A planner that is killed half way leaves nothing half built and nothing half released."""
from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import picking_floor as floor
import pytest
from picking_floor import do

ROOT = Path(__file__).resolve().parents[2]
PLANNER = """
import os, signal, sys
from pathlib import Path
from unittest import mock
from wms.app import create_app
from wms.core.config import Config
from wms.core.transaction import transaction
from wms.waves import rule_runs, service as waves

url, data, house, wave, where = sys.argv[1:]

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

app = create_app(Config(database_url=url, data=Path(data), secret_key="test"), live=False)
with app.app_context(), mock.patch(where, die), transaction():
    if wave == "0":
        waves.build(int(house), waves.Filter(100), 4, None)
    elif wave == "rule":
        rule_runs.run_now(int(house), 1, None)
    else:
        waves.release(int(house), int(wave))
"""


@pytest.fixture
def house(app):
    house = floor.build()
    for n in range(10):
        floor.order(house, f"O{n}", {f"S{1 + n % 6}": 2, f"S{1 + (n + 3) % 6}": 1})
    return house


def killed(config, house, wave_id, where):
    """A planner in a process of its own dies at this function."""
    command = [sys.executable, "-c", PLANNER, config.database_url, str(config.data), str(house.id), str(wave_id), where]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]


@pytest.mark.parametrize(
    "where",
    [
        "wms.waves.release.plan_wave",  # nothing is held yet
        "wms.waves.release._store",  # goods are held, no cart is stored
        "wms.picking.service.offer",  # tasks and lines are made, nothing is committed
    ],
)
def test_a_release_that_is_killed_has_released_nothing(config, house, where):
    wave = do(house.boss, "wave.build", max_orders=100, totes_per_cart=4)["data"]["wave"]
    before = floor.everything()
    killed(config, house, wave["id"], where)
    assert floor.everything() == before
    again = do(house.boss, "wave.release", wave_id=wave["id"])["data"]["wave"]  # waits for the dead one's locks
    assert (again["status"], again["orders"], again["carts"]) == ("released", 10, 3)
    assert floor.value("SELECT count(*) FROM pick_task") == 3
    assert floor.value("SELECT count(*) FROM stock_hold WHERE status = 'open'") == 20
    assert floor.proved().held == 30


@pytest.mark.parametrize(
    "where",
    [
        "wms.waves.selection.orders.mark_waved",  # the wave has its orders, which are not marked yet
        "wms.waves.selection.publish",  # all is written, nothing is committed
    ],
)
def test_a_wave_whose_building_is_killed_was_never_built(config, house, where):
    before = floor.everything()
    killed(config, house, 0, where)
    assert floor.everything() == before
    wave = do(house.boss, "wave.build", max_orders=100, totes_per_cart=4)["data"]["wave"]
    assert (wave["number"], wave["orders"]) == (1, 10)
    floor.proved()


def test_a_rule_that_is_killed_after_it_has_chosen_has_done_nothing(config, house):
    limits = {"min_orders": 4, "max_orders": 6, "max_waves": 1}
    made = do(house.boss, "wave.rule_keep", name="R", principle="densest_aisles", limits=limits)["data"]["rule"]
    assert made["id"] == 1
    before = floor.everything()
    killed(config, house, "rule", "wms.waves.rule_runs.bring_ahead")  # its wave is made, nothing is committed
    assert floor.everything() == before
    assert floor.value("SELECT last_run_at FROM wave_rule") is None
    (wave,) = do(house.boss, "wave.rule_run", rule_id=made["id"])["data"]["waves"]
    assert (wave["number"], 4 <= wave["orders"] <= 6) == (1, True)
