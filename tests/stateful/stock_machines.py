"""Which verbs are mixed with which, and how a mixture is carried out: those of stock, and those of a wave's life."""
from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from stock_house_rules import ContainerRules, TransferRules
from stock_order_rules import OrderRules
from stock_rules import GoodsRules
from wave_rules import WaveRules

LIMIT = Decimal(8)  # the value above which a second person must agree


class Goods(GoodsRules):
    limit = LIMIT


class Orders(OrderRules):
    limit = LIMIT


class Pallets(ContainerRules):
    limit = LIMIT


class Transfers(TransferRules):
    limit = LIMIT


class Everything(TransferRules, ContainerRules, OrderRules, GoodsRules):
    limit = LIMIT


class Waves(WaveRules):
    limit = LIMIT


MACHINES = {each.__name__: each for each in (Goods, Orders, Pallets, Transfers, Everything, Waves)}


def carry_out(app: Any, machine: str, *, examples: int) -> None:
    """Run a mixture. The sequences are the same every time: what fails here fails everywhere."""
    app.extensions["wms_config"] = replace(app.extensions["wms_config"], adjust_limit=LIMIT)
    fixed = settings(
        max_examples=examples, stateful_step_count=25, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate], report_multiple_bugs=False,
    )  # fmt: skip
    run_state_machine_as_test(MACHINES[machine], settings=fixed)
